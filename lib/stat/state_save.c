/* state_save.c - partial results as a table: what a program has summed of one part of the rows,
 * written down to be merged with others. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "stat.h"

enum { NCOL = 6 };

static const char *const header[NCOL] = { "record", "i", "j", "name", "value", "low" };

/* The check sum with a field more, whose NUL tells it from the next one. */
static uint32_t
sum(uint32_t crc, const char *field)
{
	return inflate_crc(crc, field, strlen(field) + 1);
}

static void
put_field(struct state_writer *s, const char *text)
{
	csv_put_str(&s->w, text);
	s->crc = sum(s->crc, text);
}

static void
put_index(struct state_writer *s, long i)
{
	char text[24] = "";

	if (i >= 0)
		snprintf(text, sizeof text, "%ld", i);
	put_field(s, text);
}

void
state_put(struct state_writer *s, const char *record, long i, long j, const char *name,
    const char *value, const char *low)
{
	put_field(s, record);
	put_index(s, i);
	put_index(s, j);
	put_field(s, name);
	put_field(s, value);
	put_field(s, low != NULL ? low : "");
	csv_put_end(&s->w);
	s->n++;
}

void
state_put_num(struct state_writer *s, const char *record, long i, long j, const char *name,
    double value, double low)
{
	char v[CSV_NUM_MAX], l[CSV_NUM_MAX];

	csv_num(v, NULL, value);
	csv_num(l, NULL, low);
	state_put(s, record, i, j, name, v, low != 0 ? l : "");
}

void
state_begin(struct state_writer *s, struct out *out, const char *tool, const struct origin *from)
{
	*s = (struct state_writer){ .w = { .out = out } };
	for (int i = 0; i < NCOL; i++)
		csv_put_str(&s->w, header[i]);
	csv_put_end(&s->w);
	state_put(s, "state", STATE_VERSION, -1, tool, from->na, NULL);
	origin_put(s, from);
}

void
state_put_names(struct state_writer *s, const struct group *g)
{
	for (size_t i = 0; i < group_keys(g); i++)
		state_put(s, "option", (long)i, -1, "group", group_name(g, i), NULL);
}

void
state_put_group(struct state_writer *s, const struct group *g, size_t k, double rows)
{
	state_put_num(s, "group", -1, -1, "", rows, 0);
	for (size_t i = 0; k > 0 && i < group_keys(g); i++)
		state_put(s, "key", (long)i, -1, group_name(g, i), group_key(g, k, i), NULL);
}

void
state_put_r(struct state_writer *s, long p, const double *r, const double *rlo)
{
	for (long j = 0; j < p; j++)
		for (long i = 0; i <= j; i++)
			if (r[i + j*p] != 0)
				state_put_num(s, "r", i, j, "", r[i + j*p], rlo[i + j*p]);
}

void
state_end(struct state_writer *s)
{
	char crc[16];

	snprintf(crc, sizeof crc, "%08" PRIx32, s->crc);
	state_put_num(s, "end", -1, -1, crc, (double)(s->n + 1), 0);
}

int
state_is(const struct table *t)
{
	int good = t->ncol == NCOL;

	for (int i = 0; good && i < NCOL; i++)
		good = strcmp(t->name[i], header[i]) == 0;
	return good;
}
