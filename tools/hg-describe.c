/* hg-describe - spectra -> descriptors.
 *
 * Comes in: a table with a spectrum in its columns s1, s2, ...  Goes out: the
 * same rows without the spectrum, with a column for each descriptor.  The
 * formulas are in hg-describe(1).  One row is held at a time.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "num.h"
#include "stat.h"

static const char usage[] =
	"usage: hg-describe [-ahkptV] [-d LIST] [-o FILE] [-s LIST] [-z N] [-@ N]\n"
	"                   [--format FMT] [--line-buffered] [--max-record SIZE]\n"
	"                   [--na LIST] [--part I/N] [FILE ...]\n"
	"  -a, --all           all descriptors whose inputs are present\n"
	"  -d, --descriptors LIST  these descriptors, by name\n"
	"  -k, --keep          keep the spectrum\n"
	"  -s, --spectrum LIST its columns (those named s and digits)\n"
	OPTS_LINES_USAGE
	OPTS_PART_USAGE
	    OPTS_USAGE;

/* The descriptors by group. */
static const struct { const char *what; int from, to; } groups[] = {
	{ "without -d:", 0, DESCR_SEED }, { "of the spectrum alone:", DESCR_SEED, DESCR_ALIGN },
	{ "of more of the head:", DESCR_ALIGN, DESCR_COUNT },
};

/* The usage text, and the names of the descriptors behind it, in lines of 80 bytes. */
static char *
help(void)
{
	enum { INDENT = 25 };
	char *text = mem_print("%sdescriptors\n", usage), *before;

	for (size_t k = 0; k < sizeof groups / sizeof *groups; k++) {
		int at = INDENT;

		before = text;
		text = mem_print("%s  %-*s", before, INDENT - 2, groups[k].what);
		free(before);
		for (int d = groups[k].from; d < groups[k].to; d++) {
			int len = 1 + (int)strlen(descr_info[d].name), turn = at + len > 80;

			before = text;
			text = mem_print("%s%s%*s%s", before, turn ? "\n" : "", turn ? INDENT + 1 : 1, "", descr_info[d].name);
			at = len + (turn ? INDENT : at);
			free(before);
		}
		before = text;
		text = mem_print("%s\n", before);
		free(before);
	}
	return text;
}

static const struct option longopts[] = {
	{ "all",         no_argument,       NULL, 'a' },
	{ "descriptors", required_argument, NULL, 'd' },
	{ "keep",        no_argument,       NULL, 'k' },
	{ "spectrum",    required_argument, NULL, 's' },
	OPTS_LINES_LONG,
	OPTS_PART_LONG,
	OPTS_LONG
};

/* What the options ask for; and what a row is read for: columns, and the
 * descriptors in the order of their output. */
struct plan {
	int all, keep;
	const char *wanted, *spectrum;  /* lists, or NULL */
	size_t *s, ns;                  /* the spectrum */
	char *is_s;                     /* by column */
	struct head_columns head;
	char want[DESCR_COUNT];
	int order[DESCR_COUNT], n;
	double *sv, *work;
	size_t empty;                   /* rows without a spectrum */
};

static void
find_spectrum(struct plan *p, struct table *t)
{
	if (p->spectrum != NULL)
		p->s = cols_select(t, p->spectrum, "-s", &p->ns);
	else
		p->s = columns_spectrum(t, "-s", &p->ns);
	if (p->ns == 0)
		die("%s: no spectrum: no columns s1, s2, ...%s", gz_name(t->gz), table_hint(t));
	table_want(t, p->s, p->ns);
	p->is_s = mem_new(t->ncol, 1);
	for (size_t i = 0; i < p->ns; i++)
		p->is_s[p->s[i]] = 1;
	p->sv = mem_new(p->ns, sizeof *p->sv);
	p->work = mem_new(3 * p->ns, sizeof *p->work);
}

/* What the table lacks for a descriptor, NULL if nothing. */
static const char *
lacking(const struct plan *p, int d)
{
	const struct head_columns *h = &p->head;
	unsigned needs = descr_info[d].needs;

	return needs & DESCR_NEEDS_METRIC && h->metric == TABLE_NONE ? "metric"
	    : needs & DESCR_NEEDS_FRO && h->q_fro == TABLE_NONE && h->v_fro == TABLE_NONE ? "q_fro"
	    : needs & DESCR_NEEDS_FRO && h->k_fro == TABLE_NONE && h->o_fro == TABLE_NONE ? "k_fro"
	    : needs & DESCR_NEEDS_TR1 && h->tr1 == TABLE_NONE ? "tr1"
	    : needs & DESCR_NEEDS_TR2 && h->tr2 == TABLE_NONE ? "tr2"
	    : needs & (DESCR_NEEDS_DIM | DESCR_NEEDS_D_MODEL) && h->d_model == TABLE_NONE ? "d_model"
	    : needs & DESCR_NEEDS_DIM && h->d_head == TABLE_NONE ? "d_head" : NULL;
}

static void
want(struct plan *p, int d)
{
	if (!p->want[d])
		p->order[p->n++] = d;
	p->want[d] = 1;
}

_Noreturn static void
refuse_name(const char *name, size_t len)
{
	struct near n = near_to(name, len);

	for (int d = 0; d < DESCR_COUNT; d++)
		near_try(&n, descr_info[d].name, strlen(descr_info[d].name));
	die_usage("-d: no descriptor \"%.*s\"%s", (int)len, name, near_text(&n));
}

static void
want_by_name(struct plan *p, const struct table *t, const char *name, size_t len)
{
	int d = 0;

	while (d < DESCR_COUNT && (strlen(descr_info[d].name) != len || memcmp(descr_info[d].name, name, len) != 0))
		d++;
	if (d == DESCR_COUNT)
		refuse_name(name, len);
	if (lacking(p, d) != NULL)
		die("%s: -d: %s needs column \"%s\", which is not there", gz_name(t->gz),
		    descr_info[d].name, lacking(p, d));
	want(p, d);
}

static void
find_descriptors(struct plan *p, const struct table *t)
{
	p->head = head_columns(t);
	for (const char *s = p->wanted; s != NULL; s = s[strcspn(s, ",")] ? s + strcspn(s, ",") + 1 : NULL)
		want_by_name(p, t, s, strcspn(s, ","));
	for (int d = 0; d < DESCR_COUNT; d++)
		if ((p->all && lacking(p, d) == NULL) || (p->wanted == NULL && d < DESCR_SEED))
			want(p, d);
	for (int i = 0; i < p->n; i++) {
		const char *name = descr_info[p->order[i]].name;
		size_t col = table_find(t, name);

		if (col != TABLE_NONE && (p->keep || !p->is_s[col]))
			die("%s: column \"%s\" is there already", gz_name(t->gz), name);
	}
}

static void
put_header(struct csv_writer *w, const struct plan *p, const struct table *t)
{
	for (size_t c = 0; c < t->ncol; c++)
		if (p->keep || !p->is_s[c])
			csv_put_str(w, t->name[c]);
	for (int i = 0; i < p->n; i++)
		csv_put_str(w, descr_info[p->order[i]].name);
	csv_put_end(w);
}

/* The spectrum of the present row into p->sv; its length. */
static size_t
read_spectrum(struct plan *p, const struct table *t)
{
	size_t n = 0;
	double v;

	for (size_t i = 0; i < p->ns; i++) {
		if (!table_num(t, p->s[i], &v))
			continue;
		if (n < i)
			table_die(t, p->s[n], "empty, but %s is not: a gap in the spectrum", t->name[p->s[i]]);
		if (v < 0)
			table_die(t, p->s[i], "a negative singular value: %s", t->field[p->s[i]]);
		p->sv[n++] = v;
	}
	return n;
}

/* The spectrum is not enough for what is wanted. */
static int
needs_more(const struct plan *p)
{
	int more = 0;

	for (int d = DESCR_ALIGN; d < DESCR_COUNT; d++)
		more |= p->want[d];
	return more;
}

static void
describe(struct plan *p, const struct table *t, double *out)
{
	struct descr_head h = { .s = p->sv, .n = (ptrdiff_t)read_spectrum(p, t) };

	if (needs_more(p))
		head_read(&p->head, t, &h);
	p->empty += h.n == 0;
	descr_compute(&h, p->want, out, p->work);
}

int
main(int argc, char **argv)
{
	struct opts opts;
	struct plan p = { 0 };
	struct csv_writer w = { 0 };
	double out[DESCR_COUNT];
	size_t rows = 0;
	char *const *operand;
	struct table *t;
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT "ad:ks:", longopts, NULL)) != -1)
		switch (c) {
		case 'a':
			p.all = 1;
			break;
		case 'd':
			opts_once(&p.wanted, optarg, "-d");
			break;
		case 'h':
			opts_take(&opts, c, argv, help());
			break;
		case 'k':
			p.keep = 1;
			break;
		case 's':
			opts_once(&p.spectrum, optarg, "-s");
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	operand = opts_operands(argc, argv, usage, &n);
	sandbox_enter(opts.outfile, NULL);
	t = table_open(operand, n, &opts);
	find_spectrum(&p, t);
	find_descriptors(&p, t);
	w.out = opts_out(&opts);
	w.format = opts.format;
	put_header(&w, &p, t);
	table_follow(t, w.out);
	while (table_next(t)) {
		describe(&p, t, out);
		for (size_t i = 0; i < t->ncol; i++)
			if (p.keep || !p.is_s[i])
				csv_put(&w, t->field[i], t->len[i]);
		for (int i = 0; i < p.n; i++)
			csv_put_num(&w, out[p.order[i]]);
		csv_put_end(&w);
		if (rows++ == 0)
			out_block(w.out);        /* the first row does not wait for the rest */
	}
	if (p.empty > 0)
		warn("%zu row%s without a spectrum: empty descriptors", p.empty, p.empty == 1 ? "" : "s");
	out_close(w.out);
	table_close(t);
	opts_free(&opts);
	free(p.s);
	free(p.is_s);
	free(p.sv);
	free(p.work);
	return 0;
}
