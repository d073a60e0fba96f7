/* hg-correlate - which descriptor goes with which measurement.
 *
 * Comes in: a table; goes out: for each group of rows, response y and
 * predictor x, their correlation by one method or several, with its interval
 * and its p, and q within the p of one y (hg-correlate(1) gives the formulas).
 * What is kept is, for each group and pair, one set of co-moments, or with
 * controls one triangular factor, which can be written as a state and merged
 * with others; ranks alone need all values.  Nothing is printed before the input
 * has ended well.
 */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-correlate [-hprV] [-c LIST] [-g LIST] [-m LIST] [-o FILE] [-w COL]\n"
	"                    [-x LIST] [-y LIST] [-z N] [-@ N] [--complete]\n"
	"                    [--format FMT] [--level P] [--matrix] [--merge]\n"
	"                    [--na LIST] [--save-state] [--semi] [FILE ...]\n"
	"  -c, --control LIST  partial correlation: these columns held constant\n"
	"  -g, --group LIST    keys of groups (stage, if present; '' for none)\n"
	"  -m, --method LIST   pearson, spearman, kendall (pearson)\n"
	"  -r, --report        the report for a reader instead of a table\n"
	"  -w, --weight COL    weights of the rows\n"
	"  -x, --x LIST        predictors (the descriptors present)\n"
	"  -y, --y LIST        responses (entropy and logit_std, those present)\n"
	"      --complete      only rows that have all of -x and -y\n"
	"      --level P       of the confidence intervals (0.95)\n"
	"      --matrix        a square table of r among -x\n"
	"      --merge         read states, not tables\n"
	"      --save-state    write what was summed, for --merge\n"
	"      --semi          with -c: the controls taken from x alone\n"
	OPTS_USAGE;

enum { COMPLETE = OPTS_OWN, LEVEL, MATRIX, MERGE, SAVE_STATE, SEMI };

static const struct option longopts[] = {
	{ "complete",   no_argument,       NULL, COMPLETE },
	{ "control",    required_argument, NULL, 'c' },
	{ "group",      required_argument, NULL, 'g' },
	{ "level",      required_argument, NULL, LEVEL },
	{ "matrix",     no_argument,       NULL, MATRIX },
	{ "merge",      no_argument,       NULL, MERGE },
	{ "method",     required_argument, NULL, 'm' },
	{ "report",     no_argument,       NULL, 'r' },
	{ "save-state", no_argument,       NULL, SAVE_STATE },
	{ "semi",       no_argument,       NULL, SEMI },
	{ "weight",     required_argument, NULL, 'w' },
	{ "x",          required_argument, NULL, 'x' },
	{ "y",          required_argument, NULL, 'y' },
	OPTS_LONG
};

enum { PEARSON, SPEARMAN, KENDALL, NMETHOD };
static const char *const method_name[] = { "pearson", "spearman", "kendall" };

static struct opts opts;
static int complete, matrix, merge, report, save_state, semi;
static const char *xlist, *ylist, *glist, *clist, *wlist;
static double level;                    /* 0: not given */
static int method[NMETHOD], nmethod;

/* The sums of a group of rows, or of the part of it that one state has. */
struct sums {
	double rows;
	double first, last;             /* layers */
	struct comom *pair;             /* by pair; with controls NULL */
	struct tri *factor;             /* of [1 C x y] by pair, or one of [1 C X Y] */
	double *mem;                    /* of the factors */
	double *store;                  /* values for ranks: nv a row */
	size_t nstore, storecap;
	struct sums *part;              /* of states, to be merged */
	size_t npart, partcap;
};

/* A variable is a column of -x, -y or -c, in this order. */
struct study {
	struct table *t;                /* merging, NULL */
	char **name;                    /* of the variables */
	char *wname;                    /* of the weight, or NULL */
	size_t *col;                    /* their columns */
	size_t nx, ny, nc, nv;          /* nv = nx + ny + nc */
	size_t weight, layer;           /* columns, or TABLE_NONE */
	struct pair { size_t x, y; } *pair;     /* variables */
	size_t npair;
	struct frame *frame;            /* merging, NULL */
	struct group *group;
	size_t ngroup, cap, namecap;
	struct sums *sums;              /* by group */
	size_t nfactor;
	ptrdiff_t p;                    /* columns of a factor */
	double *v;                      /* the row's numbers; NaN: missing */
	double gaps;                    /* rows that lack one */
	struct block *block;
	double *rank;                   /* of the group in hand, nrank by variable */
	size_t nrank;
	char *gap;                      /* by variable: it has one there, and no ranks */
	struct result {
		double n, r, p;                 /* p: of Kendall's tau alone */
		ptrdiff_t controls;             /* those that are independent */
		enum why { FINE, FEW, X_CONSTANT, Y_CONSTANT, X_DEPENDS, Y_DEPENDS, RANGE } why;
	} *result;                      /* by group, method, pair */
	double z;                       /* the normal quantile of the intervals */
};

/* Rows that wait to join the co-moments of their groups. */
enum { BLOCK = 256 };
struct block {
	size_t fill, group[BLOCK];
	double *x, w[BLOCK];            /* x[v * BLOCK + row] */
	double *c;                      /* those of one group, centred */
	struct comom_column *column;    /* their means */
	char *gap;                      /* a value is missing among them */
};

static int
is_descriptor(const char *name)
{
	for (int d = 0; d < DESCR_COUNT; d++)
		if (strcmp(name, descr_info[d].name) == 0)
			return 1;
	return 0;
}

static int
among(const size_t *col, size_t n, size_t c)
{
	for (size_t i = 0; i < n; i++)
		if (col[i] == c)
			return 1;
	return 0;
}

/* The descriptors present that are neither controls nor responses. */
static size_t *
default_x(const struct table *t, const size_t *control, size_t nc, const size_t *y, size_t ny, size_t *n)
{
	size_t *x = mem_new(t->ncol, sizeof *x);

	*n = 0;
	for (size_t c = 0; c < t->ncol; c++)
		if (is_descriptor(t->name[c]) && !among(control, nc, c) && !among(y, ny, c))
			x[(*n)++] = table_col(t, t->name[c]);
	return x;
}

static size_t *
default_y(const struct table *t, size_t *n)
{
	static const char *const name[] = { "entropy", "logit_std" };
	size_t *y = mem_new(2, sizeof *y);

	*n = 0;
	for (size_t i = 0; i < 2; i++)
		if ((y[*n] = table_find(t, name[i])) != TABLE_NONE)
			++*n;
	return y;
}

static size_t *
default_keys(const struct table *t, size_t *n)
{
	size_t *key = mem_new(1, sizeof *key);

	key[0] = table_find(t, "stage");
	*n = key[0] != TABLE_NONE;
	return key;
}

/* The report's columns are the seed's, all of them. */
static size_t *
report_x(const struct table *t, size_t *n)
{
	size_t *x = mem_new(DESCR_SEED, sizeof *x);

	for (*n = 0; *n < DESCR_SEED; ++*n)
		x[*n] = table_col(t, descr_info[*n].name);
	table_col(t, "entropy");
	table_col(t, "logit_std");
	return x;
}

/* The variables: n columns more. */
static void
take(struct study *s, const size_t *col, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		s->col[s->nv] = col[i];
		s->name[s->nv++] = s->t->name[col[i]];
	}
}

static void
plan_pairs(struct study *s)
{
	s->pair = mem_new(s->nx * (matrix ? s->nx : s->ny), sizeof *s->pair);
	for (size_t j = 0; j < (matrix ? s->nx : s->ny); j++)
		for (size_t i = 0; i < (matrix ? j + 1 : s->nx); i++)
			s->pair[s->npair++] = (struct pair){ i, matrix ? j : s->nx + j };
	s->nfactor = s->nc == 0 ? 0 : complete ? 1 : s->npair;
	s->p = 1 + (ptrdiff_t)(complete ? s->nv : s->nc + 2);
}

static void
plan_block(struct study *s)
{
	struct block *b = s->block = mem_new(1, sizeof *b);

	b->x = mem_new(s->nv, BLOCK * sizeof *b->x);
	b->c = mem_new(s->nv, BLOCK * sizeof *b->c);
	b->column = mem_new(s->nv, sizeof *b->column);
	b->gap = mem_new(s->nv, 1);
	s->v = mem_new(s->nv, sizeof *s->v);
}

static size_t
plan_weight(const struct table *t)
{
	size_t n, w = TABLE_NONE, *col;

	if (wlist == NULL)
		return w;
	col = cols_select(t, wlist, "-w", &n);
	w = col[0];
	free(col);
	if (n != 1)
		die_usage("-w: %zu columns: one is wanted", n);
	return w;
}

/* No column is both in -x and -y, or in -c and one of these. */
static void
check_variables(const struct study *s)
{
	for (size_t i = 0; i < s->ny; i++)
		if (among(s->col, s->nx, s->col[s->nx + i]))
			die("column \"%s\" is both in -x and in -y", s->name[s->nx + i]);
	for (size_t i = s->nx + s->ny; i < s->nv; i++)
		if (among(s->col, s->nx + s->ny, s->col[i]))
			die("column \"%s\" is in -c, and in -x or -y too", s->name[i]);
}

static void
plan(struct study *s)
{
	struct table *t = s->t;
	size_t *x, *y = NULL, *c, *key, nkey;

	if (state_is(t))
		die("%s: a state: --merge reads it", gz_name(t->gz));
	s->weight = plan_weight(t);
	s->wname = s->weight == TABLE_NONE ? NULL : t->name[s->weight];
	c = cols_select(t, clist ? clist : "", "-c", &s->nc);
	if (!matrix)
		y = ylist ? cols_select(t, ylist, "-y", &s->ny) : default_y(t, &s->ny);
	x = report ? report_x(t, &s->nx) : xlist ? cols_select(t, xlist, "-x", &s->nx) :
	    default_x(t, c, s->nc, y, s->ny, &s->nx);
	key = glist ? cols_select(t, glist, "-g", &nkey) : default_keys(t, &nkey);
	s->frame = frame_open(t, &(struct frame_spec){ .key = key, .nkey = nkey, .weight = TABLE_NONE,
	    .watch = table_find(t, "stack") });
	s->group = frame_group(s->frame);
	free(key);
	s->layer = report ? table_col(t, "layer") : TABLE_NONE;
	if (report)
		table_col(t, "stage");
	if (s->nx == 0)
		die("%s: no descriptors: %ssay which columns with -x%s", gz_name(t->gz),
		    table_find(t, "s1") != TABLE_NONE ? "make them with hg-describe, or " : "", table_hint(t));
	if (s->ny == 0 && !matrix)
		die("%s: neither entropy nor logit_std: say which columns with -y", gz_name(t->gz));
	s->col = mem_new(s->nx + s->ny + s->nc, sizeof *s->col);
	s->name = mem_new(s->nx + s->ny + s->nc, sizeof *s->name);
	take(s, x, s->nx);
	take(s, y, s->ny);
	take(s, c, s->nc);
	free(x);
	free(y);
	free(c);
	check_variables(s);
	plan_pairs(s);
	plan_block(s);
}

static void
sums_init(const struct study *s, struct sums *g)
{
	size_t size = tri_size(s->p);

	*g = (struct sums){ .first = INFINITY, .last = -INFINITY };
	if (s->nfactor == 0)
		g->pair = mem_new(s->npair, sizeof *g->pair);
	for (size_t i = 0; s->nfactor == 0 && i < s->npair; i++)
		comom_init(&g->pair[i]);
	g->factor = mem_new(s->nfactor, sizeof *g->factor);
	g->mem = mem_new(s->nfactor, size * sizeof *g->mem);
	for (size_t i = 0; i < s->nfactor; i++)
		tri_init(&g->factor[i], s->p, g->mem + i * size);
}

/* What one state has of a group: factors without room for rows. */
static void
part_init(const struct study *s, struct sums *g)
{
	ptrdiff_t p = s->p, size = 2*p + 2*p*p;

	*g = (struct sums){ 0 };
	g->pair = mem_new(s->nfactor == 0 ? s->npair : 0, sizeof *g->pair);
	g->factor = mem_new(s->nfactor, sizeof *g->factor);
	g->mem = mem_new(s->nfactor, (size_t)size * sizeof *g->mem);
	for (size_t i = 0; i < s->nfactor; i++) {
		double *m = g->mem + i * (size_t)size;

		g->factor[i] = (struct tri){ .p = p, .min = m, .max = m + p, .r = m + 2*p, .rlo = m + 2*p + p*p };
	}
}

static void
sums_free(struct sums *g)
{
	free(g->pair);
	free(g->factor);
	free(g->mem);
	free(g->store);
}

/* The sums of group k, new ones if need be. */
static struct sums *
sums_of(struct study *s, size_t k)
{
	s->sums = mem_grow(s->sums, &s->cap, k + 1, sizeof *s->sums);
	for (; s->ngroup <= k; s->ngroup++)
		sums_init(s, &s->sums[s->ngroup]);
	return &s->sums[k];
}

/* The rows of a run that have both of a pair. */
static void
add_gappy(struct study *s, struct comom *c, const struct pair *p, const size_t *run, size_t m)
{
	const struct block *b = s->block;
	double x[BLOCK], y[BLOCK], w[BLOCK];
	struct comom_column cx, cy;
	ptrdiff_t n = 0;

	for (size_t i = 0; i < m; i++) {
		x[n] = b->x[p->x * BLOCK + run[i]];
		y[n] = b->x[p->y * BLOCK + run[i]];
		w[n] = b->w[run[i]];
		n += !isnan(x[n]) && !isnan(y[n]);
	}
	comom_centre(x, wlist ? w : NULL, n, &cx);
	comom_centre(y, wlist ? w : NULL, n, &cy);
	comom_block(c, wlist ? w : NULL, n, x, &cx, y, &cy);
}

/* The m rows run[] of the block, all of group k. */
static void
add_run(struct study *s, size_t k, const size_t *run, size_t m)
{
	struct block *b = s->block;
	double weight[BLOCK], *w = wlist ? weight : NULL;

	for (size_t i = 0; i < m; i++)
		weight[i] = b->w[run[i]];
	for (size_t v = 0; v < s->nv; v++) {
		double *c = b->c + v * BLOCK, *x = b->x + v * BLOCK;

		b->gap[v] = 0;
		for (size_t i = 0; i < m; i++) {
			c[i] = x[run[i]];
			if (isnan(c[i]))
				b->gap[v] = 1;
		}
		if (!b->gap[v])
			comom_centre(c, w, (ptrdiff_t)m, &b->column[v]);
	}
	for (size_t i = 0; i < s->npair; i++) {
		const struct pair *p = &s->pair[i];

		if (b->gap[p->x] || b->gap[p->y])
			add_gappy(s, &s->sums[k].pair[i], p, run, m);
		else
			comom_block(&s->sums[k].pair[i], w, (ptrdiff_t)m, b->c + p->x * BLOCK, &b->column[p->x],
			    b->c + p->y * BLOCK, &b->column[p->y]);
	}
}

/* Empties the block, group by group. */
static void
flush(struct study *s)
{
	size_t at[BLOCK], run[BLOCK], n = s->block->fill;

	for (size_t i = 0; i < n; i++)
		at[i] = i;
	while (n > 0) {
		size_t k = s->block->group[at[0]], m = 0, left = 0;

		for (size_t i = 0; i < n; i++)
			if (s->block->group[at[i]] == k)
				run[m++] = at[i];
			else
				at[left++] = at[i];
		n = left;
		add_run(s, k, run, m);
	}
	s->block->fill = 0;
}

static void
add_moments(struct study *s, size_t k, double w)
{
	struct block *b = s->block;

	for (size_t v = 0; v < s->nv; v++)
		b->x[v * BLOCK + b->fill] = s->v[v];
	b->w[b->fill] = w;
	b->group[b->fill] = k;
	if (++b->fill == BLOCK)
		flush(s);
}

static void
add_factors(struct study *s, struct sums *g, double w)
{
	double *row = s->block->c, *v = row + 1 + s->nc;

	row[0] = 1;
	memcpy(row + 1, s->v + s->nx + s->ny, s->nc * sizeof *row);
	if (complete) {
		memcpy(v, s->v, (s->nx + s->ny) * sizeof *row);
		tri_add(&g->factor[0], row, NULL, w);
		return;
	}
	for (size_t i = 0; i < s->npair; i++) {
		v[0] = s->v[s->pair[i].x];
		v[1] = s->v[s->pair[i].y];
		if (!isnan(v[0]) && !isnan(v[1]))
			tri_add(&g->factor[i], row, NULL, w);
	}
}

static void
add_store(struct study *s, struct sums *g)
{
	g->store = mem_grow(g->store, &g->storecap, (g->nstore + 1) * s->nv, sizeof *g->store);
	memcpy(g->store + g->nstore++ * s->nv, s->v, s->nv * sizeof *g->store);
}

/* Reads the row's variables: 1 if it counts for any pair. */
static int
read_row(struct study *s)
{
	int some = 0, whole = 1, controls = 1;
	double v;

	for (size_t i = 0; i < s->nv; i++) {
		int there = table_num(s->t, s->col[i], &v);

		s->v[i] = there ? v : NAN;
		some |= there;
		whole &= there;
		controls &= there || i < s->nx + s->ny;
	}
	s->gaps += !whole;
	return complete ? whole : some && controls;
}

/* The row's weight: 1 without -w, 0 where it is missing. */
static double
weight_of(struct study *s)
{
	double w = 1;

	if (s->weight == TABLE_NONE)
		return 1;
	if (!table_num(s->t, s->weight, &w))
		return 0;
	if (w < 0)
		table_die(s->t, s->weight, "a negative weight: \"%.40s\"", s->t->field[s->weight]);
	return w > 0 ? w : -1;
}

static void
add_row(struct study *s)
{
	size_t k = frame_key(s->frame);
	struct sums *g = sums_of(s, k);
	double w = weight_of(s), layer;
	int counts = read_row(s);

	if (w < 0)
		return;                 /* weight 0: as if it were not there */
	g->rows++;
	if (report && table_num(s->t, s->layer, &layer)) {
		g->first = fmin(g->first, layer);
		g->last = fmax(g->last, layer);
	}
	if (!counts || w == 0)
		return;
	for (int m = 0; m < nmethod; m++)
		if (method[m] != PEARSON) {
			add_store(s, g);
			break;
		}
	for (int m = 0; m < nmethod; m++)
		if (method[m] == PEARSON && s->nfactor > 0)
			add_factors(s, g, w);
		else if (method[m] == PEARSON)
			add_moments(s, k, w);
}

/* Group 0 has the rows without a key so far; the others join it. */
static void
pool(struct study *s)
{
	struct sums *all = &s->sums[0];
	size_t *order = group_order(s->group);

	for (size_t k = 1; k < s->ngroup; k++) {
		struct sums *g = &s->sums[order[k]];

		all->rows += g->rows;
		for (size_t i = 0; s->nfactor == 0 && i < s->npair; i++)
			comom_merge(&all->pair[i], &g->pair[i]);
		for (size_t i = 0; i < s->nfactor; i++)
			tri_merge(&all->factor[i], &g->factor[i]);
	}
	free(order);
}

static struct result
undefined(double n, enum why why)
{
	return (struct result){ n, NAN, NAN, 0, why };
}

static struct result
by_moments(const struct comom *c)
{
	double r = comom_r(c);

	if (isnan(r))
		return undefined(c->n, c->n < 2 ? FEW : c->xmin == c->xmax ? X_CONSTANT :
		    c->ymin == c->ymax ? Y_CONSTANT : RANGE);
	return (struct result){ c->n, r, NAN, 0, FINE };
}

/* Column j has not left the range: its norm is below what tri.c can do. */
static int
in_range(const struct tri *t, ptrdiff_t j)
{
	const double *r = t->r + j*t->p;

	for (ptrdiff_t i = 0; i < t->p; i++)
		if (!(fabs(r[i]) < 0x1p990))
			return 0;
	return fmax(-t->min[j], t->max[j]) * sqrt(t->n) < 0x1p990;
}

/* Columns x and y of the factor, the nc behind its column of ones held constant.
 * Below the first row of R they are as if centred. */
static struct result
by_factor(struct study *s, struct tri *t, ptrdiff_t x, ptrdiff_t y)
{
	static const enum why why[] = { FINE, FEW, X_DEPENDS, Y_DEPENDS, RANGE };
	ptrdiff_t nc = (ptrdiff_t)s->nc, p = t->p, m = p - 1;
	double *a = mem_new((size_t)(2*m*(nc + 2)), sizeof *a);
	struct partial f;
	int code, good = 1;

	tri_flush(t);
	for (ptrdiff_t j = 0; j < nc + 2; j++) {
		ptrdiff_t col = j < nc ? 1 + j : j == nc ? x : y;

		good &= t->n == 0 || in_range(t, col);
		if (t->min[col] < t->max[col])
			memcpy(a + j*m, t->r + 1 + col*p, (size_t)m * sizeof *a);
	}
	code = good ? partial_fit(m, nc, a, m, t->n, &f, a + m*(nc + 2)) : 4;
	free(a);
	if (code != 0)
		return undefined(t->n, code == 2 && t->min[x] == t->max[x] ? X_CONSTANT :
		    code == 3 && t->min[y] == t->max[y] ? Y_CONSTANT : why[code]);
	return (struct result){ t->n, semi ? f.semi : f.r, NAN, f.rank, FINE };
}

static struct result
by_value(struct study *s, size_t k, size_t i)
{
	struct sums *g = &s->sums[k];
	struct pair p = s->pair[i];
	ptrdiff_t nc = (ptrdiff_t)s->nc;

	if (s->nfactor == 0)
		return by_moments(&g->pair[i]);
	if (complete)
		return by_factor(s, &g->factor[0], 1 + nc + (ptrdiff_t)p.x, 1 + nc + (ptrdiff_t)p.y);
	return by_factor(s, &g->factor[i], 1 + nc, 2 + nc);
}

/* Where the values of group k are kept: in groups k up to this. */
static size_t
last_store(const struct study *s, size_t k)
{
	return k == 0 ? s->ngroup : k + 1;
}

/* Ranks the variables that have no gap in group k, once for all pairs. */
static void
rank_group(struct study *s, size_t k)
{
	struct rank_item *work;
	size_t n = 0;

	for (size_t l = k; l < last_store(s, k); l++)
		n += s->sums[l].nstore;
	s->nrank = n;
	s->rank = mem_new(s->nv, n * sizeof *s->rank);
	s->gap = mem_new(s->nv, 1);
	work = mem_new(2 * n, sizeof *work);
	for (size_t v = 0; v < s->nv; v++) {
		double *x = s->rank + v * n;
		size_t at = 0;

		for (size_t l = k; l < last_store(s, k); l++)
			for (size_t i = 0; i < s->sums[l].nstore; i++) {
				x[at] = s->sums[l].store[i * s->nv + v];
				if (isnan(x[at++]))
					s->gap[v] = 1;
			}
		if (!s->gap[v])
			rank_average(x, (ptrdiff_t)n, x, work);
	}
	free(work);
}

/* Columns C, x, y of those ranks, of which the caller frees the first. */
static double *
ranked(const struct study *s, struct pair p, ptrdiff_t *n)
{
	double *a = mem_new(s->nrank, (s->nc + 2) * sizeof *a);

	*n = (ptrdiff_t)s->nrank;
	for (size_t j = 0; j < s->nc + 2; j++) {
		size_t v = j < s->nc ? s->nx + s->ny + j : j == s->nc ? p.x : p.y;

		memcpy(a + j * s->nrank, s->rank + v * s->nrank, s->nrank * sizeof *a);
	}
	return a;
}

/* The rows of group k that have pair p: columns C, x, y of *n rows, of which
 * the caller frees the first. */
static double *
stored(struct study *s, size_t k, struct pair p, ptrdiff_t *n)
{
	size_t most = 0, l, end = last_store(s, k), nc = s->nc;
	double *a;

	for (l = k; l < end; l++)
		most += s->sums[l].nstore;
	a = mem_new(most, (nc + 2) * sizeof *a);
	*n = 0;
	for (l = k; l < end; l++)
		for (size_t i = 0; i < s->sums[l].nstore; i++) {
			const double *v = s->sums[l].store + i * s->nv;

			if (isnan(v[p.x]) || isnan(v[p.y]))
				continue;
			for (size_t j = 0; j < nc; j++)
				a[j * most + (size_t)*n] = v[s->nx + s->ny + j];
			a[nc * most + (size_t)*n] = v[p.x];
			a[(nc + 1) * most + (size_t)*n] = v[p.y];
			++*n;
		}
	for (size_t j = 1; j < nc + 2; j++)
		memmove(a + j * (size_t)*n, a + j * most, (size_t)*n * sizeof *a);
	return a;
}

static struct result
kendall(const double *x, const double *y, ptrdiff_t n, struct rank_item *work)
{
	struct rank_kendall k;
	struct result o = { .n = (double)n };

	rank_kendall(x, y, n, &k, work);
	o.r = rank_tau(&k);
	o.p = rank_tau_p(&k);
	if (isnan(o.r))
		return undefined(o.n, n < 2 ? FEW : k.x.pairs == o.n*(o.n - 1)/2 ? X_CONSTANT : Y_CONSTANT);
	return o;
}

/* Pearson's r of n rows in columns x, y. */
static struct result
of_columns(double *x, double *y, ptrdiff_t n)
{
	struct comom_column cx, cy;
	struct comom c;

	comom_init(&c);
	for (ptrdiff_t i = 0, m; i < n; i += m) {
		m = n - i < BLOCK ? n - i : BLOCK;
		comom_centre(x + i, NULL, m, &cx);
		comom_centre(y + i, NULL, m, &cy);
		comom_block(&c, NULL, m, x + i, &cx, y + i, &cy);
	}
	return by_moments(&c);
}

/* The partial correlation of n rows in columns C, x, y. */
static struct result
of_controlled(struct study *s, const double *a, ptrdiff_t n)
{
	ptrdiff_t p = (ptrdiff_t)s->nc + 3;
	double *mem = mem_new(tri_size(p), sizeof *mem), *row = s->block->c;
	struct result o;
	struct tri t;

	tri_init(&t, p, mem);
	row[0] = 1;
	for (ptrdiff_t i = 0; i < n; i++) {
		for (ptrdiff_t j = 1; j < p; j++)
			row[j] = a[(j - 1)*n + i];
		tri_add(&t, row, NULL, 1);
	}
	o = by_factor(s, &t, p - 2, p - 1);
	free(mem);
	return o;
}

static struct result
by_rank(struct study *s, size_t k, struct pair p, int m)
{
	int whole = m == SPEARMAN && !s->gap[p.x] && !s->gap[p.y];
	ptrdiff_t n, nc = (ptrdiff_t)s->nc;
	double *a = whole ? ranked(s, p, &n) : stored(s, k, p, &n);
	struct rank_item *work = mem_new(2 * (size_t)n, sizeof *work);
	struct result o;

	for (ptrdiff_t j = 0; m == SPEARMAN && !whole && j < nc + 2; j++)
		rank_average(a + j*n, n, a + j*n, work);
	if (m == KENDALL)
		o = kendall(a, a + n, n, work);
	else if (nc > 0)
		o = of_controlled(s, a, n);
	else
		o = of_columns(a, a + n, n);
	free(work);
	free(a);
	return o;
}

static struct result *
result_of(struct study *s, size_t k, int m, size_t i)
{
	return &s->result[(k * (size_t)nmethod + (size_t)m) * s->npair + i];
}

/* Group k by the m-th method. */
static void
solve_group(struct study *s, size_t k, int m)
{
	if (method[m] == SPEARMAN)
		rank_group(s, k);
	for (size_t i = 0; i < s->npair; i++) {
		struct result *o = result_of(s, k, m, i);

		*o = method[m] == PEARSON ? by_value(s, k, i) : by_rank(s, k, s->pair[i], method[m]);
		if (matrix && s->pair[i].x == s->pair[i].y && o->why == FINE)
			o->r = 1;
	}
	free(s->rank);
	free(s->gap);
	s->rank = NULL;
	s->gap = NULL;
}

static void
solve(struct study *s)
{
	s->result = mem_new(s->ngroup * (size_t)nmethod, s->npair * sizeof *s->result);
	for (size_t k = 0; k < s->ngroup; k++)
		for (int m = 0; m < nmethod; m++)
			solve_group(s, k, m);
}

/* Groups that have the same to be warned of. */
struct told {
	size_t groups, first, last;
	double n;                       /* rows in the first */
};

static void
tell(struct told *t, size_t k, double n)
{
	if (t->groups == 0) {
		t->first = k;
		t->n = n;
	}
	t->groups += t->groups == 0 || t->last != k;
	t->last = k;
}

/* Warns of what the first group has, and of how many more. */
static void
warn_groups(struct study *s, const struct told *t, const char *what)
{
	const char *where = group_text(s->group, t->first);

	if (t->groups > 1)
		warn("%s%s: no correlation, nor in %zu group%s more", what, where, t->groups - 1,
		    t->groups == 2 ? "" : "s");
	else if (t->groups == 1)
		warn("%s%s: no correlation", what, where);
}

static void
warn_variable(struct study *s, const struct told *t, size_t v, const char *what)
{
	char *text = mem_new(strlen(s->name[v]) + strlen(what) + 2, 1);

	sprintf(text, "%s %s", s->name[v], what);
	warn_groups(s, t, text);
	free(text);
}

static void
warn_pair(struct study *s, const struct told *t, size_t i, int few)
{
	static const char range[] = "beyond the range of numbers";
	const char *y = s->name[s->pair[i].y], *x = s->name[s->pair[i].x];
	char *text = mem_new(strlen(y) + strlen(x) + 64, 1);

	if (few)
		sprintf(text, "%s and %s: %.0f row%s", y, x, t->n, t->n == 1 ? "" : "s");
	else
		sprintf(text, "%s and %s: %s", y, x, range);
	warn_groups(s, t, text);
	free(text);
}

/* Pairs from..to-1 have as many rows in group k. */
static int
alike(struct study *s, size_t k, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (result_of(s, k, 0, i)->n != result_of(s, k, 0, from)->n)
			return 0;
	return 1;
}

/* Notes what is undefined in group k: constant and dependent variables, pairs
 * of too few rows (one for all, or for all of a response, if they have as many)
 * and out of range. */
static void
note_undefined(struct study *s, size_t k, struct told *constant, struct told *depends, struct told *few,
    struct told *few_y, struct told *range)
{
	int same = alike(s, k, 0, s->npair);

	for (size_t l = 0; l < (size_t)nmethod * s->npair; l++) {
		size_t i = l % s->npair;
		const struct result *o = result_of(s, k, (int)(l / s->npair), i);
		enum why why = o->why;

		if (why == X_CONSTANT || why == Y_CONSTANT)
			tell(&constant[why == X_CONSTANT ? s->pair[i].x : s->pair[i].y], k, o->n);
		else if (why == X_DEPENDS || why == Y_DEPENDS)
			tell(&depends[why == X_DEPENDS ? s->pair[i].x : s->pair[i].y], k, o->n);
		else if (why == FEW)
			tell(same ? few : !matrix && alike(s, k, i - i % s->nx, i - i % s->nx + s->nx) ?
			    &few_y[i / s->nx] : &few[i], k, o->n);
		else if (why == RANGE)
			tell(&range[i], k, o->n);
	}
}

static void
warn_undefined(struct study *s)
{
	struct told *constant = mem_new(2 * (s->nv + s->npair) + s->ny, sizeof *constant), *depends = constant + s->nv;
	struct told *few = depends + s->nv, *range = few + s->npair, *few_y = range + s->npair;
	size_t *order = group_order(s->group);

	for (size_t k = 0; k < s->ngroup; k++)
		note_undefined(s, order[k], constant, depends, few, few_y, range);
	for (size_t v = 0; v < s->nv; v++) {
		warn_variable(s, &constant[v], v, "is constant");
		warn_variable(s, &depends[v], v, "depends on the controls");
	}
	for (size_t i = 0; i < s->ny; i++) {
		char what[64];

		snprintf(what, sizeof what, "has %.0f row%s", few_y[i].n, few_y[i].n == 1 ? "" : "s");
		warn_variable(s, &few_y[i], s->nx + i, what);
	}
	for (size_t i = 0; i < s->npair; i++) {
		warn_pair(s, &few[i], i, 1);
		warn_pair(s, &range[i], i, 0);
	}
	free(order);
	free(constant);
}

/* Of Pearson's and Spearman's r by Student's t, whose odds do not overflow. */
static double
p_of(const struct result *o, int m)
{
	double df = o->n - 2 - (double)o->controls;

	if (method[m] == KENDALL)
		return o->p;
	return df > 0 ? tail_t2(o->r * sqrt(df / ((1 - o->r) * (1 + o->r))), df) : NAN;
}

static void
put_row(struct study *s, size_t k, int m, size_t i, double p, double q, struct csv_writer *w)
{
	const struct result *o = result_of(s, k, m, i);
	double lo = NAN, hi = NAN;

	if (method[m] == PEARSON)
		tail_fisher(o->r, o->n, (double)o->controls, s->z, &lo, &hi);
	group_put(s->group, k, w);
	csv_put_str(w, s->name[s->pair[i].y]);
	csv_put_str(w, s->name[s->pair[i].x]);
	csv_put_str(w, method_name[method[m]]);
	csv_put_int(w, (long long)o->n);
	csv_put_int(w, (long long)(s->sums[k].rows - o->n));
	csv_put_num(w, o->r);
	csv_put_num(w, lo);
	csv_put_num(w, hi);
	csv_put_num(w, p);
	csv_put_num(w, q);
	csv_put_end(w);
}

/* The rows of group k and response j: a q is among the p of one method. */
static void
put_rows(struct study *s, size_t k, size_t j, struct csv_writer *w)
{
	size_t nx = s->nx, n = (size_t)nmethod * nx;
	double *p = mem_new(2 * n, sizeof *p), *q = p + n;
	ptrdiff_t *work = mem_new(nx, sizeof *work);

	for (size_t l = 0; l < n; l++)
		p[l] = p_of(result_of(s, k, (int)(l / nx), j * nx + l % nx), (int)(l / nx));
	for (size_t l = 0; l < n; l += nx)
		tail_bh(p + l, (ptrdiff_t)nx, q + l, work);
	for (size_t i = 0; i < nx; i++)
		for (size_t l = i; l < n; l += nx)
			put_row(s, k, (int)(l / nx), j * nx + i, p[l], q[l], w);
	free(p);
	free(work);
}

static void
put_table(struct study *s, struct out *out)
{
	static const char *const name[] = { "y", "x", "method", "n", "missing", "r",
	    "ci_low", "ci_high", "p", "q" };
	struct csv_writer w = { .out = out, .format = opts.format };
	size_t *order = group_order(s->group);

	s->z = tail_norm2_inv(1 - level);
	group_put_names(s->group, &w);
	for (size_t i = 0; i < sizeof name / sizeof *name; i++)
		csv_put_str(&w, name[i]);
	csv_put_end(&w);
	for (size_t k = 0; k < s->ngroup; k++)
		for (size_t j = 0; j < s->ny; j++)
			put_rows(s, order[k], j, &w);
	free(order);
}

/* The pair of variables i and j of a matrix, whose triangle is kept by rows. */
static size_t
pair_of(size_t i, size_t j)
{
	return i < j ? j * (j + 1) / 2 + i : i * (i + 1) / 2 + j;
}

static void
put_matrix(struct study *s, struct out *out)
{
	struct csv_writer w = { .out = out, .format = opts.format };
	size_t *order = group_order(s->group);

	group_put_names(s->group, &w);
	csv_put_str(&w, "method");
	csv_put_str(&w, "column");
	for (size_t i = 0; i < s->nx; i++)
		csv_put_str(&w, s->name[i]);
	csv_put_end(&w);
	for (size_t k = 0; k < s->ngroup * (size_t)nmethod * s->nx; k++) {
		size_t g = order[k / s->nx / (size_t)nmethod], i = k % s->nx;
		int m = (int)(k / s->nx % (size_t)nmethod);

		group_put(s->group, g, &w);
		csv_put_str(&w, method_name[method[m]]);
		csv_put_str(&w, s->name[i]);
		for (size_t j = 0; j < s->nx; j++)
			csv_put_num(&w, result_of(s, g, m, pair_of(i, j))->r);
		csv_put_end(&w);
	}
	free(order);
}

/* Numbers of a report: signed, an undefined one is +nan. */
static void
put_r(struct out *out, const char *format, double r)
{
	if (isnan(r))
		out_printf(out, "+nan");
	else
		out_printf(out, format, r);
}

/* One stage: all but trace of the seed's descriptors. */
static void
put_stage(struct study *s, size_t k, struct out *out)
{
	static const int six[] = { DESCR_OP, DESCR_FRO, DESCR_RANK_EFF, DESCR_SPEC_ENT,
	    DESCR_ANISOTROPY, DESCR_CONDITION };
	struct csv_writer w = { .out = out };
	const struct sums *g = &s->sums[k];

	out_printf(out, " [");
	group_put(s->group, k, &w);
	out_printf(out, " L%.0f-%.0f]", g->first, g->last);
	for (size_t i = 0; i < sizeof six / sizeof *six; i++) {
		out_printf(out, " %s:", descr_info[six[i]].name);
		put_r(out, "%+.2f", result_of(s, k, 0, (size_t)six[i])->r);
	}
	out_printf(out, "\n");
}

static void
put_report(struct study *s, struct out *out)
{
	const struct result *o = result_of(s, 0, 0, 0);
	size_t *order = group_order(s->group), best = 0;

	out_printf(out, "All (layer, head) pairs \xe2\x80\x94 Pearson correlation with dynamic entropy:\n");
	for (size_t i = 0; i < s->nx; i++) {
		out_printf(out, " %-12s vs entropy: ", descr_info[i].name);
		put_r(out, "%+.3f", o[i].r);
		out_printf(out, " vs logit_std: ");
		put_r(out, "%+.3f", o[s->nx + i].r);
		out_printf(out, "\n");
		if (fabs(o[i].r) > fabs(o[best].r))
			best = i;
	}
	out_printf(out, "\nStratified by layer position (entropy correlation):\n");
	for (size_t k = 1; k < s->ngroup; k++)
		if (s->sums[order[k]].first <= s->sums[order[k]].last)
			put_stage(s, order[k], out);
	out_printf(out, "\nBest single geometric predictor of entropy (abs):\n %s r = ", descr_info[best].name);
	put_r(out, "%+.3f", o[best].r);
	out_printf(out, "\n");
	free(order);
}

static void
study_free(struct study *s)
{
	for (size_t k = 0; k < s->ngroup; k++)
		sums_free(&s->sums[k]);
	free(s->sums);
	free(s->result);
	free(s->block->x);
	free(s->block->c);
	free(s->block->column);
	free(s->block->gap);
	free(s->block);
	if (s->frame != NULL)
		frame_free(s->frame);
	else
		group_free(s->group);
	free(s->pair);
	free(s->name);
	free(s->col);
	free(s->v);
}

/* ---- states ------------------------------------------------------------------------------ */

/* The sums of a pair in a state: their names, and where they stand. */
static const struct field {
	const char *name;
	size_t hi, lo;                  /* offsets; lo 0: none */
} fields[] = {
	{ "n", offsetof(struct comom, n), 0 },
	{ "w", offsetof(struct comom, w), 0 },
	{ "mx", offsetof(struct comom, mx), offsetof(struct comom, lx) },
	{ "my", offsetof(struct comom, my), offsetof(struct comom, ly) },
	{ "sxx", offsetof(struct comom, sxx.hi), offsetof(struct comom, sxx.lo) },
	{ "syy", offsetof(struct comom, syy.hi), offsetof(struct comom, syy.lo) },
	{ "sxy", offsetof(struct comom, sxy.hi), offsetof(struct comom, sxy.lo) },
	{ "xmin", offsetof(struct comom, xmin), 0 },
	{ "xmax", offsetof(struct comom, xmax), 0 },
	{ "ymin", offsetof(struct comom, ymin), 0 },
	{ "ymax", offsetof(struct comom, ymax), 0 },
};

enum { NFIELD = sizeof fields / sizeof *fields };

static double *
at(struct comom *c, size_t offset)
{
	return (double *)(void *)((char *)c + offset);
}

static void
save_pair(struct state_writer *w, size_t i, struct comom *c)
{
	for (size_t f = 0; c->n > 0 && f < NFIELD; f++)
		state_put_num(w, "pair", (long)i, -1, fields[f].name, *at(c, fields[f].hi),
		    fields[f].lo != 0 ? *at(c, fields[f].lo) : 0);
}

static void
save_factor(struct state_writer *w, size_t i, struct tri *t)
{
	tri_flush(t);
	if (t->n == 0)
		return;
	state_put_num(w, "model", (long)i, -1, "", t->n, 0);
	for (ptrdiff_t j = 0; j < t->p; j++)
		state_put_num(w, "column", (long)j, -1, "", t->min[j], t->max[j]);
	state_put_r(w, (long)t->p, t->r, t->rlo);
}

static void
save_group(struct study *s, size_t k, struct state_writer *w)
{
	struct sums *g = &s->sums[k];

	state_put_group(w, s->group, k, g->rows);
	for (size_t i = 0; s->nfactor == 0 && i < s->npair; i++)
		save_pair(w, i, &g->pair[i]);
	for (size_t i = 0; i < s->nfactor; i++)
		save_factor(w, i, &g->factor[i]);
}

static void
save_options(struct study *s, struct state_writer *w)
{
	for (size_t i = 0; i < s->nv; i++)
		state_put(w, "option", (long)i, -1, i < s->nx ? "x" : i < s->nx + s->ny ? "y" : "control", s->name[i], NULL);
	if (s->wname != NULL)
		state_put(w, "option", -1, -1, "weight", s->wname, NULL);
	state_put(w, "option", -1, -1, "complete", complete ? "yes" : "no", NULL);
	state_put(w, "option", -1, -1, "matrix", matrix ? "yes" : "no", NULL);
	state_put_names(w, s->group);
}

static void
put_state(struct study *s, struct out *out)
{
	size_t *order = group_order(s->group);
	struct state_writer w;

	state_begin(&w, out, "hg-correlate");
	save_options(s, &w);
	for (size_t k = 0; k < s->ngroup; k++)
		save_group(s, order[k], &w);
	state_end(&w);
	free(order);
}

struct reader {
	struct state *in;
	struct sums *part;              /* of the group in hand */
	size_t factor;                  /* in hand */
};

static char *
text(const struct reader *r)
{
	return mem_text(r->in->value, strlen(r->in->value));
}

static void
load_option(struct study *s, struct reader *r)
{
	const char *name = r->in->name;
	int yes = strcmp(r->in->value, "yes") == 0;
	size_t *n = strcmp(name, "x") == 0 ? &s->nx : strcmp(name, "y") == 0 ? &s->ny :
	    strcmp(name, "control") == 0 ? &s->nc : NULL;

	if (n != NULL) {
		s->name = mem_grow(s->name, &s->namecap, s->nv + 1, sizeof *s->name);
		s->name[s->nv++] = text(r);
		++*n;
	} else if (strcmp(name, "weight") == 0 && s->wname == NULL) {
		s->wname = text(r);
	} else if (strcmp(name, "complete") == 0) {
		complete = yes;
	} else if (strcmp(name, "matrix") == 0) {
		matrix = yes;
	} else {
		state_die(r->in, "an option that is not known: %s", name);
	}
}

/* The options of the first state are all there. */
static void
plan_merge(struct study *s, struct reader *r)
{
	if (s->nx == 0 || (s->ny == 0) != matrix)
		state_die(r->in, "no variables");
	if (semi && (s->nc == 0 || matrix))
		state_die(r->in, "--semi: %s", matrix ? "the states are of a matrix" : "the states have no controls");
	s->group = r->in->group;
	plan_pairs(s);
	plan_block(s);
}

/* A part more of the group that begins. */
static void
add_part(struct study *s, struct reader *r)
{
	struct sums *g = sums_of(s, r->in->k);

	g->part = mem_grow(g->part, &g->partcap, g->npart + 1, sizeof *g->part);
	r->part = &g->part[g->npart++];
	r->factor = 0;
	part_init(s, r->part);
	r->part->rows = r->in->rows;
}

/* A sum that went out of range stays so. */
static double
sum(const struct reader *r, char which)
{
	return which == 'v' && r->in->value[0] == '\0' ? NAN : state_num(r->in, which);
}

static void
load_pair(struct study *s, struct reader *r)
{
	struct comom *c = &r->part->pair[state_index(r->in, 'i', s->nfactor > 0 ? 0 : s->npair)];
	size_t f;

	for (f = 0; f < NFIELD && strcmp(fields[f].name, r->in->name) != 0; f++)
		;
	if (f == NFIELD)
		state_die(r->in, "a sum that is not known: %s", r->in->name);
	*at(c, fields[f].hi) = f == 0 ? state_rows(r->in) : sum(r, 'v');
	if (fields[f].lo != 0)
		*at(c, fields[f].lo) = sum(r, 'l');
}

static void
load_factor(struct study *s, struct reader *r, const char *record)
{
	struct tri *t = &r->part->factor[r->factor];
	size_t i, j;

	if (strcmp(record, "model") == 0) {
		r->factor = state_index(r->in, 'i', s->nfactor);
		r->part->factor[r->factor].n = state_rows(r->in);
	} else if (s->nfactor == 0 || t->n == 0) {
		state_die(r->in, "a record out of its order: %s", record);
	} else if (strcmp(record, "column") == 0) {
		j = state_index(r->in, 'i', (size_t)s->p);
		t->min[j] = sum(r, 'v');
		t->max[j] = sum(r, 'l');
	} else {
		j = state_index(r->in, 'j', (size_t)s->p);
		i = state_index(r->in, 'i', j + 1);
		t->r[i + j * (size_t)s->p] = sum(r, 'v');
		t->rlo[i + j * (size_t)s->p] = sum(r, 'l');
	}
}

static void
load(struct study *s, struct reader *r)
{
	const char *record = r->in->record;

	if (strcmp(record, "option") == 0) {
		load_option(s, r);
	} else if (strcmp(record, "group") == 0) {
		if (s->group == NULL)
			plan_merge(s, r);
		add_part(s, r);
	} else if (strcmp(record, "pair") == 0) {
		load_pair(s, r);
	} else if (strcmp(record, "model") == 0 || strcmp(record, "column") == 0 || strcmp(record, "r") == 0) {
		load_factor(s, r, record);
	} else {
		state_die(r->in, "a record that is not known: %s", record);
	}
}

/* An order that only their contents decide. */
static int
compare_pairs(const void *a, const void *b)
{
	return num_compare(a, b, sizeof(struct comom) / sizeof(double));
}

/* Merges what the parts of a group have of pair, or of factor, i. */
static void
join_pair(struct sums *g, size_t i)
{
	struct comom *c = mem_new(g->npart, sizeof *c);

	for (size_t l = 0; l < g->npart; l++)
		c[l] = g->part[l].pair[i];
	qsort(c, g->npart, sizeof *c, compare_pairs);
	for (size_t l = 0; l < g->npart; l++)
		comom_merge(&g->pair[i], &c[l]);
	free(c);
}

static void
join_factor(struct sums *g, size_t i)
{
	struct tri *t = mem_new(g->npart, sizeof *t);

	for (size_t l = 0; l < g->npart; l++)
		t[l] = g->part[l].factor[i];
	qsort(t, g->npart, sizeof *t, tri_compare);
	for (size_t l = 0; l < g->npart; l++)
		tri_merge(&g->factor[i], &t[l]);
	free(t);
}

static void
join(struct study *s, struct sums *g)
{
	for (size_t i = 0; s->nfactor == 0 && i < s->npair; i++)
		join_pair(g, i);
	for (size_t i = 0; i < s->nfactor; i++)
		join_factor(g, i);
	for (size_t l = 0; l < g->npart; l++) {
		g->rows += g->part[l].rows;
		sums_free(&g->part[l]);
	}
	free(g->part);
}

/* ---- all of it --------------------------------------------------------------------------- */

static void
put(struct study *s)
{
	double merged = merge ? s->sums[0].rows : 0;
	struct out *out;

	if (!save_state) {
		pool(s);
		solve(s);
		warn_undefined(s);
	}
	if (merge)
		state_warn(s->group, merged);
	else
		frame_warn(s->frame);
	if (report && s->gaps > 0)
		warn("%.0f row%s lack%s a value: an r is of the rows that have both", s->gaps,
		    s->gaps == 1 ? "" : "s", s->gaps == 1 ? "s" : "");
	opts.plain |= report && opts.outfile == NULL;
	out = opts_out(&opts);
	(save_state ? put_state : report ? put_report : matrix ? put_matrix : put_table)(s, out);
	out_close(out);
}

static void
correlate(char *const *operand, int n)
{
	struct study s = { .t = table_open(operand, n, &opts) };

	plan(&s);
	while (table_next(s.t))
		add_row(&s);
	flush(&s);
	sums_of(&s, 0);
	put(&s);
	study_free(&s);
	table_close(s.t);
}

/* The parts are kept and merged at the end, in an order that does not depend on
 * that of the states. */
static void
merge_states(char *const *operand, int n)
{
	struct study s = { .weight = TABLE_NONE };
	struct reader r = { .in = state_open(operand, n, &opts, "hg-correlate") };

	while (state_next(r.in))
		load(&s, &r);
	for (size_t k = 0; k < s.ngroup; k++)
		join(&s, &s.sums[k]);
	put(&s);
	for (size_t i = 0; i < s.nv; i++)
		free(s.name[i]);
	free(s.wname);
	study_free(&s);
	state_close(r.in);
}

/* The methods of a list, each once. */
static void
take_methods(const char *list)
{
	nmethod = 0;
	for (const char *s = list; s != NULL; s = strchr(s, ',') ? strchr(s, ',') + 1 : NULL) {
		size_t len = strcspn(s, ",");
		int m, i;

		for (m = 0; m < NMETHOD; m++)
			if (strlen(method_name[m]) == len && memcmp(method_name[m], s, len) == 0)
				break;
		if (m == NMETHOD)
			die_usage("-m: no method \"%.*s\"", (int)len, s);
		for (i = 0; i < nmethod && method[i] != m; i++)
			;
		if (i == nmethod)
			method[nmethod++] = m;
	}
}

/* Options that do not go together. */
static void
check_options(void)
{
	if ((xlist && *xlist == '\0') || (ylist && *ylist == '\0'))
		die_usage("-%c: no columns", xlist && *xlist == '\0' ? 'x' : 'y');
	if (report && (merge || save_state))
		die_usage("-r does not go with states");
	if (report && (xlist || ylist || glist || clist || wlist || matrix || level > 0 || opts.format))
		die_usage("-r has its own form: -c, -g, -w, -x, -y, --format, --level, --matrix do not go with it");
	if (matrix && (ylist || semi))
		die_usage("--matrix is among -x: %s does not go with it", ylist ? "-y" : "--semi");
	if (semi && !clist && !merge)
		die_usage("--semi: no controls, say which with -c");
	if (merge && (xlist || ylist || glist || clist || wlist || complete || matrix))
		die_usage("--merge: -x, -y, -g, -c, -w, --complete and --matrix are in the states");
	if (save_state && (semi || level > 0 || opts.format))
		die_usage("--save-state: --format, --level and --semi are for --merge");
	for (int m = 0; m < nmethod; m++) {
		if (method[m] != PEARSON && (merge || save_state))
			die_usage("-m %s: needs all values, which no state has", method_name[method[m]]);
		if (method[m] == KENDALL && clist)
			die_usage("-m kendall: not with controls");
		if (method[m] != PEARSON && report)
			die_usage("-r is by pearson, not by %s", method_name[method[m]]);
		if (method[m] != PEARSON && wlist)
			die_usage("-m %s: not with weights", method_name[method[m]]);
	}
}

int
main(int argc, char **argv)
{
	char *const *operand;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT "c:g:m:rw:x:y:", longopts, NULL)) != -1)
		switch (c) {
		case 'c':
			opts_once(&clist, optarg, "-c");
			break;
		case 'g':
			opts_once(&glist, optarg, "-g");
			break;
		case 'm':
			take_methods(optarg);
			break;
		case 'r':
			report = 1;
			break;
		case 'w':
			opts_once(&wlist, optarg, "-w");
			break;
		case 'x':
			opts_once(&xlist, optarg, "-x");
			break;
		case 'y':
			opts_once(&ylist, optarg, "-y");
			break;
		case COMPLETE:
			complete = 1;
			break;
		case LEVEL:
			level = opts_level(optarg);
			break;
		case MATRIX:
			matrix = 1;
			break;
		case MERGE:
			merge = 1;
			break;
		case SAVE_STATE:
			save_state = 1;
			break;
		case SEMI:
			semi = 1;
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	check_options();
	if (nmethod == 0)
		take_methods("pearson");
	level = level > 0 ? level : 0.95;
	operand = opts_operands(argc, argv, usage, &n);
	(merge ? merge_states : correlate)(operand, n);
	return 0;
}
