/* strange.c - what is no table, by its first bytes: its name, and what makes a table of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "io.h"

/* A format by its magic bytes.  command: what writes CSV, or the text that it was, of the file
 * that stands behind it; NULL: advice says what to do. */
struct strange {
	const char *magic;
	size_t len;
	const char *name, *command, *advice;
};

static const char by_excel[] = "save its sheet as CSV", by_python[] = "write it as CSV, with a header",
    by_pandas[] = "write it as CSV, as with pandas: to_csv(..., index=False)", by_extract[] = "hg-extract makes tables of models";

static const struct strange known[] = {
	{ "\xfd" "7zXZ\0", 6, "compressed by xz", "xz -dc", NULL },
	{ "\x28\xb5\x2f\xfd", 4, "compressed by zstd", "zstd -dc", NULL },
	{ "BZh91AY&SY", 10, "compressed by bzip2", "bzip2 -dc", NULL },
	{ "\x04\x22\x4d\x18", 4, "compressed by lz4", "lz4 -dc", NULL },
	{ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "a workbook of Excel", NULL, by_excel },
	{ "\x93NUMPY", 6, "an array of numpy", NULL, by_python },
	{ "\x89HDF\r\n\x1a\n", 8, "HDF5", NULL, by_python },
	{ "ARROW1\0", 7, "Arrow", NULL, by_pandas },
	{ "X\n\0\0\0", 5, "a file of R", NULL, "write.csv(x, row.names = FALSE) makes a table of it" },
	{ "SQLite format 3\0", 16, "a database of SQLite", NULL, "sqlite3 -header -csv FILE 'select ...' makes a table of it" },
	{ "GGUF\3\0", 6, "GGUF", NULL, by_extract },
	{ "%PDF-", 5, "PDF", NULL, "take the data that it shows as CSV" },
	{ "version https://git-lfs", 23, "a Git LFS pointer", NULL, "git lfs pull fetches the file" },
};

/* What the name of the first file in a ZIP ends in, or begins with, says what it is. */
static const struct strange zips[] = {
	{ ".npy", 0, "npz, arrays of numpy", NULL, by_python }, { "data.pkl", 0, "a file of PyTorch", NULL, by_extract },
	{ "[Content_Types].xml", 0, "a workbook of Excel", NULL, by_excel }, { "app.xml", 0, "a workbook of Excel", NULL, by_excel },
	{ ".rels", 0, "a workbook of Excel", NULL, by_excel }, { "mimetype", 0, "OpenDocument", NULL, by_excel },
};

static const struct strange zip = { "PK\3\4", 4, "compressed by zip", "unzip -p", NULL },
    parquet = { "PAR1", 4, "Parquet", NULL, by_pandas }, html = { "", 0, "a web page", NULL, "take the file that it shows" },
    utf16 = { "", 0, "UTF-16", "iconv -f UTF-16 -t UTF-8", NULL }, little = { "", 0, "UTF-16", "iconv -f UTF-16LE -t UTF-8", NULL },
    big = { "", 0, "UTF-16", "iconv -f UTF-16BE -t UTF-8", NULL };

static const struct strange *
zip_of(const unsigned char *b, size_t n)
{
	size_t len = n > 30 ? b[26] + 256u*b[27] : 0;

	for (size_t i = 0; i < sizeof zips / sizeof *zips && n >= 30 + len; i++) {
		size_t m = strlen(zips[i].magic);

		if (m <= len && memcmp(b + 30 + len - m, zips[i].magic, m) == 0)
			return &zips[i];
	}
	return &zip;
}

/* Every other one of the first bytes is NUL: those before others, or those behind them. */
static const struct strange *
utf16_of(const unsigned char *b, size_t n)
{
	int mark = n > 1 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff)), odd = 1, even = 1;

	for (size_t i = 2*(size_t)mark; i < 8 && i < n; i++)
		*(i % 2 ? &odd : &even) &= b[i] == 0;
	return n < 4 || odd == even ? NULL : mark ? &utf16 : odd ? &little : &big;
}

/* Text that begins as a page does, behind blanks. */
static int
is_page(const char *b, size_t n)
{
	static const char *const tag[] = { "<!doctype html", "<html", "<?xml" };
	size_t i = 0;

	while (i < n && memchr(" \t\r\n", b[i], 4) != NULL)
		i++;
	for (size_t k = 0; k < sizeof tag / sizeof *tag; k++)
		if (n - i >= strlen(tag[k]) && strncasecmp(b + i, tag[k], strlen(tag[k])) == 0)
			return 1;
	return 0;
}

/* The format of n bytes, or NULL.  What is text else may well be the header of a table, such as
 * one that begins with PAR1: it has to have a NUL soon. */
static const struct strange *
strange_of(const char *b, size_t n)
{
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (n >= known[i].len && memcmp(b, known[i].magic, known[i].len) == 0)
			return &known[i];
	if (n >= 4 && memcmp(b, zip.magic, 4) == 0)
		return zip_of((const unsigned char *)b, n);
	if (n >= 4 && memcmp(b, parquet.magic, 4) == 0 && memchr(b, 0, n < 64 ? n : 64) != NULL)
		return &parquet;
	return is_page(b, n) ? &html : utf16_of((const unsigned char *)b, n);
}

/* Dies of the directory of a model. */
static void
refuse_model(const char *name)
{
	char *config = mem_print("%s/config.json", name);
	int found = access(config, F_OK) == 0;

	free(config);
	if (found)
		die("%s: the directory of a model, not CSV: %s", name, by_extract);
}

void
strange_refuse(struct gz *g)
{
	const char *b, *name = gz_name(g);
	const struct strange *s;
	size_t n;

	refuse_model(name);
	gz_peek(g);
	b = gz_peeked(g, &n);
	if (b == NULL || (s = strange_of(b, n)) == NULL)
		return;
	if (s->command == NULL)
		die("%s: %s, not CSV: %s", name, s->name, s->advice);
	if (name[0] == '<')                     /* standard input */
		name = "";
	die("%s: %s: read it with: %s %s%s|", gz_name(g), s->name, s->command, name, *name != '\0' ? " " : "");
}
