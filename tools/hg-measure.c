/* hg-measure - a model and tokens -> what its heads do.
 *
 * Comes in: a checkpoint with all its weights, and passages of token ids as a table.  Goes
 * out: a row per head with the keys of the head table, each layer as soon as it is done.
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
	"                  [--layers LIST] [--na LIST] [--special-queries]\n"
	"                  [--tag NAME=VALUE] MODEL [TOKENS ...]\n"
	"      --double        all arithmetic in double, not in float\n"
	"      --layers LIST   these layers only, from 0: 0-11; those behind are not run\n"
	"      --special-queries  count special tokens as queries too\n"
	"      --tag NAME=VALUE  a column in front, %n the name; may be given again\n"
	OPTS_USAGE;

enum { DOUBLE = OPTS_OWN, LAYERS, SPECIAL, TAG };

static const struct option longopts[] = {
	{ "double",          no_argument,       NULL, DOUBLE },
	{ "layers",          required_argument, NULL, LAYERS },
	{ "special-queries", no_argument,       NULL, SPECIAL },
	{ "tag",             required_argument, NULL, TAG },
	OPTS_LONG
};

static const char *const names[PASS_VALUES] = {
	[PASS_ENTROPY] = "entropy", [PASS_STD] = "logit_std", [PASS_RELATIVE] = "relative_entropy",
	[PASS_MAX_PROB] = "max_prob", [PASS_FIRST_PROB] = "first_prob", [PASS_SPECIAL_PROB] = "special_prob",
	[PASS_DISTANCE] = "distance", [PASS_ROW_STD] = "logit_row_std", [PASS_MAX] = "logit_max",
};

static void
put_header(struct csv_writer *w, const struct tags *tags, int stacks, int special)
{
	for (size_t i = 0; i < tags->n; i++)
		csv_put_str(w, tags->tag[i].name);
	if (stacks)
		csv_put_str(w, "stack");
	csv_put_str(w, "layer");
	csv_put_str(w, "head");
	csv_put_str(w, "stage");
	csv_put_str(w, "depth");
	for (int i = 0; i < PASS_VALUES; i++)
		if (i != PASS_SPECIAL_PROB || special)
			csv_put_str(w, names[i]);
	csv_put_str(w, "queries");
	csv_put_end(w);
}

static void
put_row(struct csv_writer *w, const struct tags *tags, const struct measured *x, int special)
{
	for (size_t i = 0; i < tags->n; i++)
		csv_put_str(w, tags->tag[i].value);
	if (x->stack != NULL)
		csv_put_str(w, x->stack);
	csv_put_int(w, (long long)x->layer);
	csv_put_int(w, (long long)x->head);
	csv_put_str(w, stage_of(x->layer, x->num_layers));
	csv_put_num(w, depth_of(x->layer, x->num_layers));
	for (int i = 0; i < PASS_VALUES; i++)
		if (i != PASS_SPECIAL_PROB || special)
			csv_put_num(w, x->value[i]);
	csv_put_int(w, (long long)x->queries);
	csv_put_end(w);
}

int
main(int argc, char **argv)
{
	struct opts opts;
	struct tags tags = { 0 };
	struct ranges layers = { .what = "--layers" };
	struct pass_spec spec = { .layers = &layers };
	struct csv_writer w = { 0 };
	struct measured x;
	char *const *operand, *found;
	struct tokens *tokens;
	struct model *m;
	struct pass *p;
	static char *const standard[] = { "-" };
	int c, n;

	err_init(argv[0]);
	opts_init(&opts);
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		switch (c) {
		case DOUBLE:
			spec.wide = 1;
			break;
		case LAYERS:
			ranges_set(&layers, optarg);
			break;
		case SPECIAL:
			spec.special_queries = 1;
			break;
		case TAG:
			tags_add(&tags, optarg);
			break;
		default:
			opts_take(&opts, c, argv, usage);
		}
	operand = opts_operands(argc, argv, usage, &n);
	if (strcmp(operand[0], "-") == 0)
		die_usage("no model is named");
	found = hub_open(operand[0]);
	tags_at(&tags, operand[0]);
	m = model_open(found, &(struct model_spec){ .pass = 1 });
	ranges_check(&layers, m->stack[0].num_layers);
	tokens = n > 1 ? tokens_read(operand + 1, n - 1, &opts) : tokens_read(standard, 1, &opts);
	p = pass_start(m, tokens, &spec, opts.threads);
	opts.threads = 1;
	w.out = opts_out(&opts);
	w.format = opts.format;
	put_header(&w, &tags, m->stack[0].name != NULL, tokens->special != NULL);
	while (pass_next(p, &x)) {
		put_row(&w, &tags, &x, tokens->special != NULL);
		if (x.last)
			out_block(w.out);
	}
	out_close(w.out);
	pass_free(p);
	tokens_free(tokens);
	model_free(m);
	tags_free(&tags);
	ranges_free(&layers);
	opts_free(&opts);
	free(found);
	return 0;
}
