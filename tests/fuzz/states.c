/* states.c - whatever a state says, it is refused or merged: then its check sum was right, what is saved of it is
 * the same state whichever one of two is the first, and once more the same bytes, and what is made of it
 * are numbers that there can be.
 *
 * An input is a byte and a text, or two with a NUL between.  The byte: bit 0, of hg-regress, not hg-correlate; 1: counts
 * and check sums are made right first, so that what stands in between is looked at; 2 to 5: what is made of it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "cells.h"
#include "held.h"
#include "stat.h"

enum { REGRESS = 1, MEND = 2, PLAIN_VIEW = 4, POOL = 8, REPORT = 16, OTHER = 32, ROOM = 200000 };

static struct state_text { char s[ROOM]; size_t len; } mended[2], saved[2];
static char *operand[3];
static int noperand;

/* ---- check sums ------------------------------------------------------------------------------ */

static void
put(struct state_text *t, const char *s, size_t n)
{
	if (t->len + n > ROOM)
		abort();
	memcpy(t->s + t->len, s, n);
	t->len += n;
}

static void
put_quoted(struct state_text *t, const char *s)
{
	const int quotes = s[strcspn(s, ",\"\r\n")] != '\0';

	if (quotes)
		put(t, "\"", 1);
	for (; *s != '\0'; s++)
		put(t, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	if (quotes)
		put(t, "\"", 1);
}

/* What the rows of a state so far come to. */
struct sum { uLong crc; size_t n; };

static void
add_row(struct sum *m, const struct cells *c, size_t r)
{
	if (strcmp(cells_at(c, r, 0), "state") == 0)
		*m = (struct sum){ 0, 0 };
	m->n++;
	for (size_t i = 0; i < cells_count(c, r); i++)
		m->crc = crc32(m->crc, (const Bytef *)cells_at(c, r, i), (uInt)strlen(cells_at(c, r, i)) + 1);
}

static int
is_end(const struct cells *c, size_t r)
{
	return cells_count(c, r) == 6 && strcmp(cells_at(c, r, 0), "end") == 0;
}

/* The check sums and counts of a text are right. */
static int
is_right(const uint8_t *s, size_t n)
{
	struct cells c = cells_read(s, n);
	struct sum m = { 0, 0 };
	char crc[16];
	int good = 1;

	for (size_t r = 1; r < c.nrow; r++)
		if (is_end(&c, r)) {
			snprintf(crc, sizeof crc, "%08lx", m.crc);
			good &= strcmp(cells_at(&c, r, 3), crc) == 0 && strtod(cells_at(&c, r, 4), NULL) == (double)(m.n + 1);
		} else if (!cells_same(&c, 0, r)) {
			add_row(&m, &c, r);
		}
	cells_free(&c);
	return good;
}

/* The same text, its check sums and counts made right. */
static void
mend(struct state_text *t, const uint8_t *s, size_t n)
{
	struct cells c = cells_read(s, n);
	struct sum m = { 0, 0 };
	char crc[16], count[32];

	t->len = 0;
	for (size_t r = 0; r < c.nrow; r++) {
		snprintf(crc, sizeof crc, "%08lx", m.crc);
		snprintf(count, sizeof count, "%zu", m.n + 1);
		for (size_t i = 0; i < cells_count(&c, r); i++) {
			if (i > 0)
				put(t, ",", 1);
			put_quoted(t, is_end(&c, r) && i == 3 ? crc : is_end(&c, r) && i == 4 ? count : cells_at(&c, r, i));
		}
		put(t, "\n", 1);
		if (r > 0 && !is_end(&c, r) && !cells_same(&c, 0, r))
			add_row(&m, &c, r);
	}
	cells_free(&c);
}

/* ---- what is made of them --------------------------------------------------------------------- */

static void
keep_saved(struct state_text *t)
{
	size_t n;
	const char *s = held_wrote(&n);

	t->len = 0;
	if (n < ROOM)
		put(t, s, n + 1);
}

static int
is_chance(double p)
{
	return isnan(p) || (p >= 0 && p <= 1);
}

static void
check_corr(struct corr *c, const struct group *g)
{
	enum { MOST = 1000 };
	static struct corr_row row[MOST];

	for (size_t k = 0; k < group_count(g); k++)
		for (size_t n = corr_rows(c, k, 0, row), i = 0; i < n; i++) {
			held_check(isnan(row[i].r) || fabs(row[i].r) <= 1);
			held_check(is_chance(row[i].p) && is_chance(row[i].q));
			held_check(!(row[i].ci_low > row[i].ci_high) && row[i].n >= 0 && row[i].missing >= 0);
		}
}

static void
check_lm(const struct lm *m, const struct group *g)
{
	struct lm_coef c;

	for (size_t k = 0; k < group_count(g); k++)
		for (size_t i = 0; i < lm_terms(m); i++) {
			lm_coef(m, k, 0, i, &c);
			held_check(!isinf(c.estimate) && !(c.std_error < 0) && is_chance(c.p_value));
			held_check(!(c.conf_low > c.conf_high));
		}
}

static void
correlate(int how, const struct opts *o, struct state_text *save)
{
	struct corr_view view = { .method = { CORR_PEARSON }, .nmethod = 1, .level = 0.95, .seed = 1, .semi = (how & OTHER) != 0,
		.pool = how & POOL ? "stage" : NULL };
	struct group *g;
	struct origin from;
	struct corr *c = corr_merge(operand, noperand, o, &view, &g, &from);
	struct csv_writer w = { .out = opts_out(o) };
	size_t n;

	corr_save(c, w.out, &from);
	keep_saved(save);
	origin_whole(&from);
	corr_solve(c);
	corr_warn(c);
	w.out = opts_out(o);
	if (how & REPORT)
		corr_put_full(c, w.out);
	else
		corr_put(c, &w);
	held_wrote(&n);
	held_check(n > 0);
	if (save->len < 4000 && strstr(save->s, ",matrix,yes") == NULL)
		check_corr(c, g);
	origin_free(&from);
	corr_free(c);
	group_free(g);
}

static void
regress(int how, const struct opts *o, struct state_text *save)
{
	struct lm_view view = { .level = 0.95, .seed = 1, .min_norm = (how & OTHER) != 0, .pool = how & POOL ? "stage" : NULL };
	struct group *g;
	struct origin from;
	struct lm *m = lm_merge(operand, noperand, o, &view, &g, &from);
	struct csv_writer w = { .out = opts_out(o) };

	lm_save(m, w.out, &from);
	keep_saved(save);
	origin_whole(&from);
	lm_solve(m, NULL);
	w.out = opts_out(o);
	if (how & REPORT)
		lm_put_full(m, NULL, NULL, w.out);
	else if (how & PLAIN_VIEW)
		lm_put_fits(m, &w);
	else
		lm_put_coefs(m, &w);
	check_lm(m, g);
	origin_free(&from);
	lm_free(m);
	group_free(g);
}

static void
look(const uint8_t *data, size_t size)
{
	struct state_text *save = size == 0 ? &saved[1] : &saved[0];
	struct opts o;

	opts_init(&o);
	o.threads = 1;
	save->len = 0;
	(data[0] & REGRESS ? regress : correlate)(data[0], &o, save);
	opts_free(&o);
}

/* The operands give the same state, from which the same comes. */
static void
check_same(const uint8_t *data, int whole)
{
	held_check(held_look(look, data, 0) == whole || saved[0].len == 0);
	held_check(saved[0].len == saved[1].len && memcmp(saved[0].s, saved[1].s, saved[0].len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *cut = size > 1 ? memchr(data + 1, '\0', size - 1) : NULL;
	const uint8_t *part[2] = { data + 1, cut != NULL ? cut + 1 : NULL };
	size_t len[2] = { cut != NULL ? (size_t)(cut - data) - 1 : size - 1, cut != NULL ? (size_t)(data + size - cut) - 1 : 0 };
	int right = 1, whole;
	char *first;

	if (size < 2 || size > ROOM / 8)
		return 0;
	noperand = 0;
	for (int i = 0; i < 2 && part[i] != NULL; i++) {
		if (data[0] & MEND) {
			mend(&mended[i], part[i], len[i]);
			part[i] = (const uint8_t *)mended[i].s;
			len[i] = mended[i].len;
		}
		operand[noperand++] = held_file(i, part[i], len[i]);
		right &= is_right(part[i], len[i]);
	}
	saved[0].len = 0;
	whole = held_look(look, data, size);
	if (saved[0].len == 0)
		return 0;
	held_check(right);
	held_check(is_right((const uint8_t *)saved[0].s, saved[0].len - 1));
	if (noperand == 2 && strstr(saved[0].s, "\nfile,") == NULL) {        /* their parts stand as they came */
		first = operand[0];
		operand[0] = operand[1];
		operand[1] = first;
		check_same(data, whole);
	}
	noperand = 1;
	operand[0] = held_file(2, saved[0].s, saved[0].len - 1);
	check_same(data, whole);
	return 0;
}
