/* hg-measure - a model and tokens -> what its heads do.
 *
 * Comes in: a checkpoint with all its weights, and passages of token ids as a table.  Goes
 * out: a row per head with the keys of the head table, each layer as soon as it is done; and
 * with --queries, to another file, a row per head and query.
 *
 * What is measured, and how the model is run, is lib/model's (pass.c); here are the
 * options, and the table.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-measure [-hptV] [-o FILE] [-z N] [-@ N] [--double] [--format FMT]\n"
	"                  [--layers LIST] [--max-record SIZE] [--na LIST]\n"
	"                  [--queries FILE] [--special-queries] [--tag NAME=VALUE] MODEL\n"
	"                  [TOKENS ...]\n"
	"      --double        all arithmetic in double, not in float\n"
	"      --layers LIST   these layers only, from 0: 0-11; those behind are not run\n"
	"      --queries FILE  write there what each query did\n"
	"      --special-queries  count special tokens as queries too\n"
	"      --tag NAME=VALUE  a column in front, %n the name; may be given again\n"
	OPTS_USAGE;

enum { DOUBLE = OPTS_OWN, LAYERS, QUERIES, SPECIAL, TAG };

static const struct option longopts[] = {
	{ "double",          no_argument,       NULL, DOUBLE },
	{ "layers",          required_argument, NULL, LAYERS },
	{ "queries",         required_argument, NULL, QUERIES },
	{ "special-queries", no_argument,       NULL, SPECIAL },
	{ "tag",             required_argument, NULL, TAG },
	OPTS_LONG
};

/* NULL: only where tokens have a column special, and then called so. */
static const char *const names[PASS_VALUES] = {
	[PASS_ENTROPY] = "entropy", [PASS_STD] = "logit_std", [PASS_RELATIVE] = "relative_entropy",
	[PASS_MAX_PROB] = "max_prob", [PASS_FIRST_PROB] = "first_prob", [PASS_DISTANCE] = "distance",
	[PASS_ROW_STD] = "logit_row_std", [PASS_MAX] = "logit_max",
}, *const of_query[ATTEND_QUERY] = {
	"entropy", "relative_entropy", "max_prob", "first_prob", NULL, "distance", "logit_row_std", "logit_mean", "logit_max",
	"keys",
};

/* The two tables, of which the second is there if it is asked for. */
struct tables {
	struct csv_writer heads, queries;
	struct tags tags;
	const struct tokens *tokens;
	int stacks;
};

/* header -------------------------------------------------------------------- */

static void
put_names(struct csv_writer *w, struct map *seen, const struct tokens *tokens, const char *const *name, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (name[i] != NULL || tokens->special != NULL)
			places_put(w, seen, NULL, name[i] != NULL ? name[i] : "special_prob");
}

static void
put_header(const struct tables *t, struct csv_writer *w, int queries)
{
	static const char *const head[] = { "layer", "head", "stage", "depth" }, *const query[] = { "passage", "position", "token" };
	struct map *seen = map_new();

	for (size_t i = 0; i < t->tags.n; i++)
		places_put(w, seen, NULL, t->tags.tag[i].name);
	if (t->stacks)
		places_put(w, seen, NULL, "stack");
	put_names(w, seen, t->tokens, head, queries ? 2 : 4);
	if (queries)
		put_names(w, seen, t->tokens, query, 3);
	put_names(w, seen, t->tokens, queries ? of_query : names, queries ? ATTEND_QUERY : PASS_VALUES);
	if (!queries)
		places_put(w, seen, NULL, "queries");
	csv_put_end(w);
	map_free(seen);
}

/* rows ---------------------------------------------------------------------- */

static void
put_keys(const struct tables *t, struct csv_writer *w, const struct measured *x)
{
	for (size_t i = 0; i < t->tags.n; i++)
		csv_put_str(w, t->tags.tag[i].value);
	if (t->stacks)
		csv_put_str(w, x->stack);
	csv_put_int(w, (long long)x->layer);
	csv_put_int(w, (long long)x->head);
}

static void
put_head(struct tables *t, const struct measured *x)
{
	struct csv_writer *w = &t->heads;

	put_keys(t, w, x);
	csv_put_str(w, stage_of(x->layer, x->num_layers));
	csv_put_num(w, depth_of(x->layer, x->num_layers));
	for (int i = 0; i < PASS_VALUES; i++)
		if (names[i] != NULL || t->tokens->special != NULL)
			csv_put_num(w, x->value[i]);
	csv_put_int(w, (long long)x->queries);
	csv_put_end(w);
}

/* Those of a head that count. */
static void
put_queries(struct tables *t, const struct measured *x)
{
	const struct tokens *of = t->tokens;
	struct csv_writer *w = &t->queries;

	for (size_t g = 0; g < of->n; g++)
		for (size_t i = of->start[g]; i < of->start[g + 1]; i++) {
			const double *y = x->query + i*ATTEND_QUERY;

			if (y[ATTEND_QUERY - 1] < 2)    /* keys */
				continue;
			put_keys(t, w, x);
			csv_put_str(w, of->name[g]);
			csv_put_int(w, (long long)(i - of->start[g]));
			csv_put_int(w, (long long)of->id[i]);
			for (int k = 0; k < ATTEND_QUERY - 1; k++)
				if (of_query[k] != NULL || of->special != NULL)
					csv_put_num(w, y[k]);
			csv_put_int(w, (long long)y[ATTEND_QUERY - 1]);
			csv_put_end(w);
		}
}

static void
put_tables(struct tables *t, struct pass *p)
{
	struct out *const outs[] = { t->heads.out, t->queries.out };
	struct measured x;
	size_t queries = 0;

	put_header(t, &t->heads, 0);
	if (t->queries.out != NULL)
		put_header(t, &t->queries, 1);
	while (pass_next(p, &x)) {
		put_head(t, &x);
		queries += x.queries > 0;
		if (t->queries.out != NULL)
			put_queries(t, &x);
		if (x.last)
			out_block(t->heads.out);
	}
	if (queries == 0)
		warn("no query counts: in no passage is one that sees two keys or more%s: the measures are empty",
		    t->tokens->special != NULL ? " and is no special token" : "");
	out_close_all(outs, t->queries.out != NULL ? 2 : 1);
}

/* options -------------------------------------------------------------------- */

struct asked {
	struct opts opts;
	struct ranges layers;
	struct pass_spec spec;
	const char *queries;
};

static int
take(struct asked *a, struct tags *tags, int c)
{
	switch (c) {
	case DOUBLE:
		a->spec.wide = 1;
		break;
	case LAYERS:
		ranges_set(&a->layers, optarg);
		break;
	case QUERIES:
		opts_once(&a->queries, optarg, "--queries");
		a->spec.queries = 1;
		break;
	case SPECIAL:
		a->spec.special_queries = 1;
		break;
	case TAG:
		tags_add(tags, optarg);
		break;
	default:
		return 0;
	}
	return 1;
}

/* The threads compute; compression is the main one's. */
static void
open_tables(struct tables *t, const struct asked *a)
{
	struct opts alone = a->opts;

	alone.threads = 1;
	t->heads.out = opts_out(&alone);
	if (a->queries == NULL)
		return;
	alone.outfile = opts_file(a->queries, "--queries");
	t->queries.out = opts_out(&alone);
}

int
main(int argc, char **argv)
{
	struct asked a = { .layers.what = "--layers" };
	struct tables t = { 0 };
	char *const *operand, *found;
	struct tokens *tokens;
	const char *path;
	struct model *m;
	struct pass *p;
	int c, n;

	err_init(argv[0]);
	opts_init(&a.opts);
	a.opts.set = kern_set();
	a.opts.json = json_version();
	a.spec.layers = &a.layers;
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		if (!take(&a, &t.tags, c))
			opts_take(&a.opts, c, argv, usage);
	json_limit(a.opts.max_record);
	path = opts_operands(argc, argv, usage, &n)[0];
	if (strcmp(path, "-") == 0)
		die_usage("no model is named");
	optind++;
	operand = opts_operands(argc, argv, usage, &n);
	sandbox_enter(a.opts.outfile, a.queries != NULL ? opts_file(a.queries, "--queries") : NULL);
	found = hub_open(path);
	tags_at(&t.tags, path);
	m = model_open(found, &(struct model_spec){ .pass = 1 });
	ranges_check(&a.layers, m->stack[0].num_layers);
	t.tokens = tokens = tokens_read(operand, n, &a.opts);
	t.stacks = m->stack[0].name != NULL;
	t.heads.format = t.queries.format = a.opts.format;
	p = pass_start(m, tokens, &a.spec, a.opts.threads);
	open_tables(&t, &a);
	put_tables(&t, p);
	pass_free(p);
	tokens_free(tokens);
	model_free(m);
	tags_free(&t.tags);
	ranges_free(&a.layers);
	opts_free(&a.opts);
	free(found);
	return 0;
}
