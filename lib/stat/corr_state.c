/* corr_state.c - states of correlations read and merged. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "corr.h"

/* ---- reading ----------------------------------------------------------------------------- */

/* The parts of a group are merged when all states have given theirs, in an order that does not
 * depend on that of the states. */
struct reader {
	struct state *in;
	const struct corr_view *view;
	struct corr *c;                 /* NULL before the first group */
	char **name, **key, *weight;    /* the spec so far */
	int *degree;                    /* of the controls */
	size_t nv, cap, keycap, degreecap;
	struct corr_spec spec;
	int options;                    /* how far they have come; those that must come, complete and matrix, */
	int both;                       /* and how many of these have */
	struct corr_part *part;
	size_t npart, partcap, group;   /* parts of this group */
	size_t item, field;             /* the pair or factor in hand, what of it comes next */
	char **held;
	struct text *within;            /* the keys of the cell that begins, held, and how many are known */
	size_t nwithin;
	size_t *seen, nseen, seencap;   /* by cell: the last state that had it */
	int cell;                       /* the group has begun one */
	size_t entry;                   /* of a factor: what comes next is not before it */
};

/* Options come in this order, those of variables once or more. */
enum { WEIGHTS = 1 };                   /* of a pair's sums, the one of the weights */
enum { X, Y, CONTROL, DEGREE, WEIGHT, COMPLETE, MATRIX, JOINT, WITHIN, FACTOR, NOPTION };

static const char *const options[NOPTION] = { "x", "y", "control", "degree", "weight", "complete", "matrix", "joint",
    "within", "factor" };

static char *
text(const struct reader *r)
{
	return mem_text(r->in->value, strlen(r->in->value));
}

static int
yes(const struct reader *r)
{
	int is = strcmp(r->in->value, "yes") == 0;

	if (!is && strcmp(r->in->value, "no") != 0)
		state_die(r->in, "neither yes nor no: %s", r->in->name);
	return is;
}

static void
read_variable(struct reader *r, int o)
{
	size_t *n[] = { &r->spec.nx, &r->spec.ny, &r->spec.nc };

	state_uses(r->in, "inv");
	if (state_index(r->in, 'i', r->nv + 1) != r->nv)
		state_die(r->in, "an option out of its order: %s %s", r->in->name, r->in->value);
	for (size_t i = 0; i < r->nv; i++)
		if (strcmp(r->name[i], r->in->value) == 0)
			state_die(r->in, "a column that is there twice: %s", r->in->value);
	r->name = mem_grow(r->name, &r->cap, r->nv + 1, sizeof *r->name);
	r->name[r->nv++] = text(r);
	if (o == CONTROL) {
		r->degree = mem_grow(r->degree, &r->degreecap, r->spec.nc + 1, sizeof *r->degree);
		r->degree[r->spec.nc] = 1;
	}
	++*n[o];
}

/* Of the control before it, behind which other controls may follow. */
static void
read_degree(struct reader *r)
{
	double degree;

	state_uses(r->in, "inv");
	degree = state_num(r->in, 'v');
	if (state_index(r->in, 'i', r->nv) != r->nv - 1 || r->degree[r->spec.nc - 1] > 1 || !(degree > 1) ||
	    degree > LM_MAX_DEGREE || degree != floor(degree))
		state_die(r->in, "powers that no control has: %s", r->in->value);
	r->degree[r->spec.nc - 1] = (int)degree;
	r->options = CONTROL;
}

/* A key of --within, or a control that is a name. */
static void
read_key(struct reader *r, int o)
{
	size_t n = r->spec.nwithin + r->spec.nname;

	++*(o == WITHIN ? &r->spec.nwithin : &r->spec.nname);
	state_uses(r->in, "inv");
	if (state_index(r->in, 'i', n + 1) != n)
		state_die(r->in, "an option out of its order: %s %s", r->in->name, r->in->value);
	r->key = mem_grow(r->key, &r->keycap, n + 1, sizeof *r->key);
	r->key[n] = text(r);
}

static void
read_option(struct reader *r)
{
	int o = 0;

	while (o < NOPTION && strcmp(r->in->name, options[o]) != 0)
		o++;
	if (o == NOPTION)
		state_die(r->in, "an option that is not known: %s", r->in->name);
	if (o < r->options || (o == r->options && o > CONTROL && o < WITHIN) || (o == DEGREE && r->options != CONTROL))
		state_die(r->in, "an option out of its order: %s %s", r->in->name, r->in->value);
	r->options = o;
	if (o <= CONTROL) {
		read_variable(r, o);
		return;
	}
	if (o == DEGREE) {
		read_degree(r);
		return;
	}
	if (o >= WITHIN) {
		read_key(r, o);
		return;
	}
	state_uses(r->in, "nv");
	if (o == WEIGHT) {
		r->weight = text(r);
		return;
	}
	*(o == COMPLETE ? &r->spec.complete : o == MATRIX ? &r->spec.matrix : &r->spec.joint) = yes(r);
	r->both += o != JOINT;
}

/* How many texts name a cell. */
static size_t
keys(const struct reader *r)
{
	return r->spec.nwithin + r->spec.nname;
}

/* The options of the first state are all there. */
static void
plan(struct reader *r)
{
	int semi = r->view->semi;

	if (r->both != 2 || r->spec.nx == 0 || (r->spec.ny == 0) != r->spec.matrix)
		state_die(r->in, "no variables");
	if (semi && (r->spec.nc + r->spec.nname == 0 || r->spec.matrix))
		state_die(r->in, "--semi: %s", r->spec.matrix ? "the states are of a matrix" : "the states have no controls");
	if (r->spec.joint && (r->spec.matrix || !r->spec.complete))
		state_die(r->in, "options that do not go together: joint");
	if ((r->view->compare == CORR_COMPARE_X || r->view->compare == CORR_COMPARE_Y) && !r->spec.joint)
		state_die(r->in, "--compare: the states were made without it");
	if (r->view->compare != CORR_COMPARE_NONE && r->spec.matrix)
		state_die(r->in, "--compare: the states are of a matrix");
	r->spec.name = (const char *const *)r->name;
	r->spec.weight = r->weight;
	r->spec.within = (const char *const *)r->key;
	r->spec.degree = r->degree;
	r->within = mem_new(keys(r), sizeof *r->within);
	r->held = mem_new(keys(r), sizeof *r->held);
	r->c = corr_new(&r->spec, r->view, r->in->group);
}

/* Nothing is left of the pair or factor in hand that has not come. */
static void
check_whole(const struct reader *r)
{
	size_t all = r->c->nfactor > 0 ? (size_t)r->c->p : CORR_SUMS;

	if (r->field != 0 && r->field != all)
		state_die(r->in, "rows are missing before this one");
}

/* Sums are of a cell, if there are such, that has all its keys. */
static void
check_cell(const struct reader *r)
{
	if (r->nwithin != 0)
		state_die(r->in, "a cell of %zu keys, not %zu", r->nwithin, keys(r));
}

static void
begin_part(struct reader *r, size_t at)
{
	r->part = mem_grow(r->part, &r->partcap, r->npart + 1, sizeof *r->part);
	r->part[r->npart++] = corr_part_new(r->c, at);
	r->item = (size_t)-1;
	r->field = 0;
}

/* All parts of the group are there. */
static void
merge_parts(struct reader *r)
{
	corr_parts_merge(r->c, r->part, r->npart);
	r->npart = 0;
}

static void
begin_group(struct reader *r)
{
	if (r->c == NULL)
		plan(r);
	if (r->in->k != r->group)
		merge_parts(r);
	r->group = r->in->k;
	corr_sums(r->c, r->in->k)->rows += r->in->rows;
	r->cell = 0;
	r->field = 0;
	if (keys(r) == 0)
		begin_part(r, r->in->k);
}

/* All keys of a cell are known. */
static void
begin_cell(struct reader *r)
{
	size_t cell = within_cell(r->c->within, r->in->k, corr_key(r->c, r->within));

	for (size_t i = 0; i < r->nwithin; i++)
		free(r->held[i]);
	r->nwithin = 0;
	r->seen = mem_grow(r->seen, &r->seencap, cell + 1, sizeof *r->seen);
	while (r->nseen <= cell)
		r->seen[r->nseen++] = 0;
	if (r->seen[cell] == r->in->id)
		state_die(r->in, "a cell that the group has had already");
	r->seen[cell] = r->in->id;
	r->cell = 1;
	begin_part(r, cell);
}

/* A key of --within: with the last one a cell begins. */
static void
read_within(struct reader *r)
{
	size_t i = state_index(r->in, 'i', keys(r));

	state_uses(r->in, "inv");
	check_whole(r);
	if (i != r->nwithin || strcmp(r->in->name, r->key[i]) != 0)
		state_die(r->in, "a key out of its order");
	if (r->in->value[0] == '\0')
		state_die(r->in, "an empty key");
	r->field = 0;
	r->held[i] = text(r);
	r->within[r->nwithin++] = (struct text){ r->held[i], strlen(r->held[i]) };
	if (r->nwithin == keys(r))
		begin_cell(r);
}

/* The pair or factor that begins: behind the one before. */
static void
begin_item(struct reader *r, size_t most)
{
	size_t i = state_index(r->in, 'i', most);

	check_whole(r);
	check_cell(r);
	if (keys(r) > 0 && !r->cell)
		state_die(r->in, "sums that are of no cell");
	if (r->item != (size_t)-1 && i <= r->item)
		state_die(r->in, "a record out of its order: %s", r->in->record);
	r->item = i;
	r->field = r->entry = 0;
}

/* The rows that a pair has, or a factor: some, and no more than the group. */
static double
rows(const struct reader *r)
{
	double n = state_rows(r->in);

	if (n < 1 || n > r->in->rows)
		state_die(r->in, "sums of %g rows in a group of %g", n, r->in->rows);
	return n;
}

/* Whether a variable can have that mean and sum of squares, as far as they are in range:
 * within its extremes, and 0 if these are the same. */
static int
can_be(double w, double mean, double ss, double min, double max)
{
	double size = fmax(fabs(min), fabs(max)), room = size*0x1p-50;

	if (min > max || mean < min - room || mean > max + room || ss < 0)
		return 0;
	return min < max ? !(sqrt(ss) > (max - min + room)*sqrt(w)*(1 + 0x1p-20)) : !(ss > 0);
}

/* What must hold of the co-moments of a pair when they are all there; a sum beyond range
 * is NaN, and holds. */
static void
check_pair(const struct reader *r, const struct comom *m)
{
	int good = !(m->w <= 0) && (r->weight != NULL || m->w == m->n) &&
	    can_be(m->w, m->mx, m->sxx.hi, m->xmin, m->xmax) && can_be(m->w, m->my, m->syy.hi, m->ymin, m->ymax);

	good &= !(fabs(m->sxy.hi) > sqrt(m->sxx.hi)*sqrt(m->syy.hi)*(1 + 0x1p-20) + 0x1p-1000);
	if (!good)
		state_die(r->in, "sums of pair %zu that no rows have", r->item);
}

static void
read_pair(struct reader *r)
{
	struct corr_part *a;
	const struct corr_sum *f;
	double none;
	size_t k = r->field % CORR_SUMS;        /* as it should be */

	if (strcmp(corr_sum[k].name, r->in->name) != 0)
		for (k = 0; k < CORR_SUMS && strcmp(corr_sum[k].name, r->in->name) != 0; )
			k++;
	if (k == CORR_SUMS)
		state_die(r->in, "a sum that is not known: %s", r->in->name);
	if (k == 0)
		begin_item(r, r->c->nfactor > 0 ? 0 : r->c->npair);
	if (k != r->field || state_index(r->in, 'i', r->c->nfactor > 0 ? 0 : r->c->npair) != r->item)
		state_die(r->in, "a sum out of its order: %s", r->in->name);
	a = &r->part[r->npart - 1];
	f = &corr_sum[r->field++];
	state_uses(r->in, f->lo != 0 ? "invl" : "inv");
	if (k == 0)
		a->pair[r->item].n = rows(r);
	else if (k > WEIGHTS && f->lo == 0)
		*corr_sum_at(&a->pair[r->item], f->hi) = state_num(r->in, 'v');
	else
		state_dd(r->in, corr_sum_at(&a->pair[r->item], f->hi), f->lo != 0 ? corr_sum_at(&a->pair[r->item], f->lo) : &none);
	if (r->field == CORR_SUMS)
		check_pair(r, &a->pair[r->item]);
}

static void
read_model(struct reader *r)
{
	state_uses(r->in, "iv");
	begin_item(r, r->c->nfactor);
	r->part[r->npart - 1].factor[r->item].n = rows(r);
}

static void
read_column(struct reader *r, struct tri *t)
{
	size_t j = state_index(r->in, 'i', (size_t)t->p);

	state_uses(r->in, "ivl");
	if (j != r->field++)
		state_die(r->in, "a column out of its order");
	t->min[j] = state_num(r->in, 'v');
	t->max[j] = state_num(r->in, 'l');
	if (j == 0 && (t->min[j] != 1 || t->max[j] != 1))
		state_die(r->in, "a column of ones that has others");
	if (t->min[j] > t->max[j])
		state_die(r->in, "a column whose least number is its greatest");
}

/* Entries come by columns, those that are not 0. */
static void
read_entry(struct reader *r, struct tri *t)
{
	size_t p = (size_t)t->p, j = state_index(r->in, 'j', p), i = state_index(r->in, 'i', j + 1), e = i + j*p;

	state_uses(r->in, "ijvl");
	if (r->field != p || e < r->entry)
		state_die(r->in, "a record out of its order: r");
	if ((double)i >= t->n)
		state_die(r->in, "more rows in the factor than there were: %g", t->n);
	state_dd(r->in, &t->r[e], &t->rlo[e]);
	r->entry = e + 1;
}

static void
read_factor(struct reader *r)
{
	struct tri *t;

	if (r->c->nfactor == 0 || r->item == (size_t)-1)
		state_die(r->in, "a record out of its order: %s", r->in->record);
	t = &r->part[r->npart - 1].factor[r->item];
	if (r->in->record[0] == 'c')
		read_column(r, t);
	else
		read_entry(r, t);
}

static void
end_group(const struct reader *r)
{
	check_whole(r);
	check_cell(r);
}

static void
read_record(struct reader *r)
{
	const struct state *in = r->in;

	if (state_has(in, "option"))
		read_option(r);
	else if (state_has(in, "group"))
		begin_group(r);
	else if (state_has(in, "end"))
		end_group(r);
	else if (state_has(in, "within"))
		read_within(r);
	else if (state_has(in, "pair"))
		read_pair(r);
	else if (state_has(in, "model"))
		read_model(r);
	else if (state_has(in, "column") || state_has(in, "r"))
		read_factor(r);
	else
		state_die(in, "a record that is not known: %s", in->record);
}

struct corr *
corr_merge(char *const *operand, int n, const struct opts *o, const struct corr_view *view, struct group **group,
    struct origin *from)
{
	struct reader r = { .in = state_open(operand, n, o, "hg-correlate"), .view = view };

	while (state_next(r.in))
		read_record(&r);
	merge_parts(&r);
	free(r.part);
	*group = r.in->group;
	*from = r.in->origin;
	for (size_t i = 0; i < r.nv; i++)
		free(r.name[i]);
	for (size_t i = 0; i < keys(&r); i++)
		free(r.key[i]);
	free(r.name);
	free(r.key);
	free(r.degree);
	free(r.within);
	free(r.held);
	free(r.seen);
	free(r.weight);
	state_close(r.in);
	return r.c;
}
