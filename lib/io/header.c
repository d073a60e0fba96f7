/* header.c - first lines that something seems to be wrong with. */
#include <string.h>

#include "io.h"

void
header_refuse(const struct table *t, const char *first, size_t n)
{
	const char *file = gz_name(t->gz), *second = first + strlen(first) + 1;

	if (n == 1 && *first == '\0')
		die("%s:%zu: the header is empty", file, t->line);
	if (n == 1 && strcmp(first, "[") == 0)
		die("%s: JSON, not a table", file);
	if (n == 2 && strcmp(first, "sep=") == 0 && *second == '\0')
		die("%s:%zu: sep=, is for Excel: tail -n +2 takes it away", file, t->line);
	if (n == 1 && strncmp(first, "sep=", 4) == 0 && strlen(first) == 5)
		die("%s:%zu: %s is for Excel: tail -n +2 takes it away%s", file, t->line, first, first[4] == ',' ? "" :
		    ", and tr makes commas of what stands between the fields");
}

/* How many names are numbers. */
static size_t
numbers(const struct table *t)
{
	size_t n = 0;
	double v;

	for (size_t i = 0; i < t->ncol; i++)
		n += dec_parse(t->name[i], strlen(t->name[i]), &v) == DEC_OK;
	return n;
}

/* The names count the columns, from 0 or 1: so are columns called that had no names. */
static int
is_count(const struct table *t)
{
	double first, v;

	dec_parse(t->name[0], strlen(t->name[0]), &first);
	for (size_t i = 1; i < t->ncol; i++)
		if (dec_parse(t->name[i], strlen(t->name[i]), &v) != DEC_OK || v - (double)i != first)
			return 0;
	return t->ncol > 2 && (first == 0 || first == 1);
}

size_t
header_blank(const struct table *t)
{
	size_t i;

	for (i = 0; i < t->ncol; i++) {
		size_t len = strlen(t->name[i]);

		if (len > 0 && (t->name[i][0] == ' ' || t->name[i][len - 1] == ' '))
			break;
	}
	return i;
}

void
header_warn(const struct table *t)
{
	const char *file = gz_name(t->gz);
	const size_t blank = header_blank(t);

	if (numbers(t) == t->ncol && !is_count(t))
		warn("%s:%zu: the header is all numbers: is it lost, and this a row?", file, t->line);
	if (blank < t->ncol)
		warn("%s:%zu: column %zu is called \"%s\": blanks are part of a name, and of a field: "
		    "mlr --csv clean-whitespace takes them away", file, t->line, blank + 1, t->name[blank]);
}

const char *
table_hint(const struct table *t)
{
	if (t->ncol == 1 && strchr(t->name[0], '\t') != NULL)
		return "; the header has tabs, not commas: tr '\\t' , or mlr --itsv --ocsv cat makes a table of it";
	if (t->ncol == 1 && strchr(t->name[0], ';') != NULL)
		return "; the header has semicolons, not commas: tr ';' , or mlr --icsv --ifs ';' --ocsv cat makes a table of it";
	if (t->ncol == 1 && strncmp(t->name[0], "  ", 2) == 0)
		return "; the header is laid out for reading, as by -t: it has blanks, not commas: -p writes CSV";
	if (header_blank(t) < t->ncol)
		return "; there are blanks around names in the header: mlr --csv clean-whitespace takes them away";
	return 2*numbers(t) > t->ncol && !is_count(t) ? "; most names in the header are numbers: is it lost?" : "";
}
