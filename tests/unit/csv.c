/* csv.c - the rules of CSV as a table: a text and the records it holds, fed
 * whole, in two parts cut at every place, and byte by byte; and back. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "test.h"

/* Fields are ended by |, records by their first line's number and ;. */
static const struct {
	const char *text;
	size_t len;                     /* 0: that of the string */
	const char *records;
	int code;
} table[] = {
	{ "a,b\n1,2\n", 0, "a|b|1;1|2|2;", CSV_OK },
	{ "a,b\n1,2", 0, "a|b|1;1|2|2;", CSV_OK },
	{ "a,b\r\n1,2\r\n", 0, "a|b|1;1|2|2;", CSV_OK },
	{ "a,b\r1,2\r", 0, "a|b|1;1|2|2;", CSV_OK },
	{ "a\r\n\r\nb\r\n", 0, "a|1;|2;b|3;", CSV_OK },
	{ "a\r\r\nb", 0, "a|1;|2;b|3;", CSV_OK },
	{ "a\n\n\nb\n", 0, "a|1;|2;|3;b|4;", CSV_OK },
	{ "\n", 0, "|1;", CSV_OK },
	{ "", 0, "", CSV_OK },
	{ "\"\"\n", 0, "|1;", CSV_OK },
	{ ",\n", 0, "||1;", CSV_OK },
	{ "1,", 0, "1||1;", CSV_OK },
	{ " a , b \n", 0, " a | b |1;", CSV_OK },
	{ "\" a \",\"\tb\"\n", 0, " a |\tb|1;", CSV_OK },
	{ "\"a,b\",c\n", 0, "a,b|c|1;", CSV_OK },
	{ "\"a\nb\r\nc\rd\",e\nf,g\n", 0, "a\nb\r\nc\rd|e|1;f|g|5;", CSV_OK },
	{ "\"\"\"a\"\"\"\n", 0, "\"a\"|1;", CSV_OK },
	{ "\"a\"", 0, "a|1;", CSV_OK },
	{ "\"a\"\r", 0, "a|1;", CSV_OK },
	{ "\xef\xbb\xbf" "a,b\n", 0, "a|b|1;", CSV_OK },
	{ "\xef\xbb\xbf\"a\",b\n", 0, "a|b|1;", CSV_OK },
	{ "\xef\xbb", 0, "\xef\xbb|1;", CSV_OK },
	{ "\xef\xbb,\n", 0, "\xef\xbb||1;", CSV_OK },
	{ "a\n\xef\xbb\xbf" "b\n", 0, "a|1;\xef\xbb\xbf" "b|2;", CSV_OK },
	{ "a\x0c,b\x0b\n\x1a", 0, "a\x0c|b\x0b|1;\x1a|2;", CSV_OK },
	{ "a\nb\"c\nd\n", 0, "a|1;", CSV_QUOTE_MISPLACED },
	{ "a\n\"b\"c\nd\n", 0, "a|1;", CSV_QUOTE_MISPLACED },
	{ "a\n\"b\" ,c\n", 0, "a|1;", CSV_QUOTE_MISPLACED },
	{ "a, \"b\"\n", 0, "", CSV_QUOTE_MISPLACED },
	{ "\"a\\\"b\",c\n", 0, "", CSV_QUOTE_MISPLACED },
	{ "a\n\"b\nc\n", 0, "a|1;", CSV_QUOTE_OPEN },
	{ "\"", 0, "", CSV_QUOTE_OPEN },
	{ "a\nb\0c\nd\n", 8, "a|1;", CSV_NUL },
	{ "a\n\"b\0c\"\nd\n", 10, "a|1;", CSV_NUL },
};

static void
show(char *to, const struct csv_records *r)
{
	to += strlen(to);
	for (size_t i = 0; i < r->n; i++) {
		for (size_t f = r->first[i]; f < r->first[i + 1]; f++)
			to += sprintf(to, "%s|", r->text + r->start[f]);
		to += sprintf(to, "%zu;", r->line[i]);
	}
}

/* Splits a text fed in parts of step bytes, the first of them first. */
static int
split(const char *text, size_t len, size_t first, size_t step, char *got)
{
	struct csv *c = csv_new();
	struct csv_records r;
	int code = CSV_OK;

	*got = '\0';
	for (size_t at = 0, n = first; at < len && code == CSV_OK; at += n, n = step) {
		if (n > len - at)
			n = len - at;
		if (n == 0)
			continue;
		code = csv_feed(c, text + at, n, &r);
		show(got, &r);
	}
	if (code == CSV_OK) {
		code = csv_end(c, &r);
		show(got, &r);
	}
	csv_close(c);
	return code;
}

static void
test_table(void)
{
	char got[256];

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		size_t len = table[i].len ? table[i].len : strlen(table[i].text);
		int good = 1;

		for (size_t cut = 0; cut <= len + 1; cut++) {
			int code = split(table[i].text, len, cut > len ? 1 : cut, cut > len ? 1 : len, got);

			if (code != table[i].code || strcmp(got, table[i].records) != 0) {
				printf("# cut at %zu: code %d, %s\n", cut, code, got);
				good = 0;
			}
		}
		test_ok(good, "CSV text %zu, cut anywhere", i + 1);
	}
}

/* Byte by byte, libcsv splits alone: what comes in longer runs is the same. */
static void
test_runs(void)
{
	static const char some[] = "aab,,\n\n\n\"\r";
	char text[25] = "", byte[256], run[256];
	size_t wrong = 0;
	uint32_t x = 1;

	for (int i = 0; i < 20000; i++) {
		for (size_t k = 0; k < sizeof text - 1; k++) {
			x = x * 1664525 + 1013904223;
			text[k] = some[(x >> 16) % (i % 2 ? 8 : sizeof some - 1)];
		}
		wrong += split(text, sizeof text - 1, 1, 1, byte) != split(text, sizeof text - 1, x >> 29, 9, run) ||
		    strcmp(byte, run) != 0;
	}
	test_ok(wrong == 0, "20000 texts, in runs as byte by byte");
}

/* What is written reads back as it was. */
static void
test_writing(void)
{
	static const char *const field[] = { "", "a", " a ", "a,b", "\"", "a\"b\"\"", "\n", "a\r\nb", "\xef\xbb\xbf" };
	const size_t n = sizeof field / sizeof *field;
	char path[] = "/tmp/hgcsvXXXXXX", buf[4096];
	struct csv_records r;
	struct csv *c = csv_new();
	struct out *o;
	size_t len, wrong = 0;
	int fd = mkstemp(path);
	FILE *f;

	o = out_open(path, 1, 0, 1);
	struct csv_writer w = { .out = o };
	for (size_t i = 0; i < n; i++)          /* rows of 1, 2, ... fields */
		for (size_t k = 0; k <= i; k++) {
			csv_put_str(&w, k == i && i == 0 ? "x" : field[k]);
			if (k == i)
				csv_put_end(&w);
		}
	csv_put_str(&w, "");
	csv_put_end(&w);
	out_close(o);
	f = fopen(path, "r");
	len = fread(buf, 1, sizeof buf, f);
	fclose(f);
	test_ok(csv_feed(c, buf, len, &r) == CSV_OK && r.n == n + 1, "what is written can be read");
	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k <= i; k++)
			wrong += strcmp(r.text + r.start[r.first[i] + k], field[k]) != 0;
	test_ok(wrong == 0, "and reads back as it was");
	test_ok(len > 4 && memcmp(buf + len - 4, "\n\"\"\n", 4) == 0, "a row of one empty field is no blank line");
	csv_close(c);
	close(fd);
	unlink(path);
}

/* What a byte is written as, at each place among others: one that has a meaning in CSV has its cell in quotes. */
static void
test_quotes(void)
{
	enum { LEN = 19 };
	char path[] = "/tmp/hgcsvXXXXXX", cell[LEN], want[LEN + 4], got[LEN + 4];
	size_t wrong = 0;
	int fd = mkstemp(path);
	struct out *o = out_open(path, 1, 0, 1);
	struct csv_writer w = { .out = o };
	FILE *f;

	memset(cell, '7', sizeof cell);
	for (int i = 0; i < 256*LEN; cell[i++ % LEN] = '7') {
		cell[i % LEN] = (char)(i / LEN);
		csv_put(&w, cell, LEN);
		csv_put_end(&w);
	}
	out_close(o);
	f = fopen(path, "r");
	for (int i = 0; i < 256*LEN; cell[i++ % LEN] = '7') {
		int c = i / LEN, quoted = c == ',' || c == '\n' || c == '\r' || c == '"';
		size_t n = (size_t)(LEN + (quoted ? 3 : 1) + (c == '"'));

		cell[i % LEN] = (char)c;
		memset(want, '"', sizeof want);
		memcpy(want + quoted, cell, LEN);
		if (c == '"')           /* twice, and what is behind it */
			memcpy(want + 2 + i % LEN, cell + i % LEN, (size_t)(LEN - i % LEN));
		want[n - 1] = '\n';
		wrong += fread(got, 1, n, f) != n || memcmp(got, want, n) != 0;
	}
	test_ok(wrong == 0, "each byte at each place: %zu of %d wrong", wrong, 256*LEN);
	fclose(f);
	close(fd);
	unlink(path);
}

int
main(void)
{
	err_init("csv");
	test_quotes();
	test_table();
	test_runs();
	test_writing();
	return test_end();
}
