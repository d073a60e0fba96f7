/* hg-extract - whatever holds head spectra -> head table.
 *
 * Comes in: a JSON dump, a checkpoint, or W_Q and W_K of each head as CSV; and
 * with --with a table or a dump whose columns are to stand beside it.  Goes out:
 * a row per head, in the order of layer and head, the gzip block ended with each
 * layer.  A dump is held whole; of a checkpoint a few heads are.
 *
 * What the files hold, and how it is joined, is lib/model's; here are the options,
 * and the table.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io.h"
#include "model.h"

static const char usage[] =
	"usage: hg-extract [-hptV] [-o FILE] [-z N] [-@ N] [--by-frequency]\n"
	"                  [--circuit NAME] [--copying] [--directionality] [--fold-norm]\n"
	"                  [--format FMT] [--heads LIST] [--info] [--k NAME]\n"
	"                  [--keep-going] [--layers LIST] [--layout NAME]\n"
	"                  [--line-buffered] [--max-record SIZE] [--metric NAME]\n"
	"                  [--na LIST] [--num-layers N] [--q NAME] [--rank-tol T]\n"
	"                  [--rotary LIST] [--scale] [--tag NAME=VALUE] [--with FILE]\n"
	"                  [FILE ...]\n"
	"      --by-frequency  a row for each pair that rotary positions turn\n"
	"      --circuit NAME  qk: W_K' W_Q; ov: W_O W_V; with column circuit\n"
	"      --copying       add column copying: which way the eigenvalues point\n"
	"      --directionality  add column directionality: of keys, or of queries\n"
	"      --fold-norm     weights of the norm before attention go into W\n"
	"      --heads LIST    these heads only, from 0: 0-3,8\n"
	"      --info          what the checkpoint is, instead of its heads\n"
	"      --k NAME        the tensor that holds k, {} for the layer\n"
	"      --keep-going    one of several that fails does not end the others\n"
	"      --layers LIST   these layers only, from 0: 0-11,24-\n"
	"      --layout NAME   how heads lie in --q, --k: separate, fused, transposed,\n"
	"                      interleaved, grouped, blocked or gated\n"
	OPTS_LINES_USAGE
	"      --metric NAME   full: W_K' W_Q (default); core: W_K W_Q'\n"
	"      --num-layers N  layers of the model whose matrices come as CSV\n"
	"      --q NAME        the tensor that holds q, or q and k\n"
	"      --rank-tol T    of a given M, s_k not above T s_1 are empty; 0: none is\n"
	"      --rotary LIST   M at these distances of query and key, a row for each\n"
	"      --scale         times the model's scale of q'k\n"
	"      --tag NAME=VALUE  a column in front, %n the name; may be given again\n"
	"      --with FILE     join the columns of a table or dump by layer, head, tags\n"
	OPTS_USAGE;

enum {
	BY_FREQUENCY = OPTS_OWN, CIRCUIT, COPYING, DIRECTIONALITY, FOLD, HEADS, INFO, K, KEEP_GOING, LAYERS, LAYOUT, METRIC, NUM_LAYERS,
	Q, RANK_TOL, ROTARY, SCALE, TAG, WITH
};

static const struct option longopts[] = {
	{ "by-frequency", no_argument,     NULL, BY_FREQUENCY },
	{ "circuit",    required_argument, NULL, CIRCUIT },
	{ "copying",    no_argument,       NULL, COPYING },
	{ "directionality", no_argument,   NULL, DIRECTIONALITY },
	{ "fold-norm",  no_argument,       NULL, FOLD },
	{ "heads",      required_argument, NULL, HEADS },
	{ "info",       no_argument,       NULL, INFO },
	{ "k",          required_argument, NULL, K },
	{ "keep-going", no_argument,       NULL, KEEP_GOING },
	{ "layers",     required_argument, NULL, LAYERS },
	{ "layout",     required_argument, NULL, LAYOUT },
	OPTS_LINES_LONG,
	{ "metric",     required_argument, NULL, METRIC },
	{ "num-layers", required_argument, NULL, NUM_LAYERS },
	{ "q",          required_argument, NULL, Q },
	{ "rank-tol",   required_argument, NULL, RANK_TOL },
	{ "rotary",     required_argument, NULL, ROTARY },
	{ "scale",      no_argument,       NULL, SCALE },
	{ "tag",        required_argument, NULL, TAG },
	{ "with",       required_argument, NULL, WITH },
	OPTS_LONG
};

/* What is asked for: main reads it from the command line, and hands it down. */
struct asked {
	struct opts opts;
	struct tags tags;
	int metric, circuit;            /* -1: not said */
	int copying, directionality, by_frequency;
	size_t num_layers;
	double rank_tol;
	struct model_spec model;
	struct ranges layers, heads;
	struct distances distances;
	const char *with;
	int keep_going;
	char *const *operand;           /* n of them */
	int n;
};

/* options ------------------------------------------------------------------ */

static int
metric_of(const char *name)
{
	if (strcmp(name, "full") == 0)
		return METRIC_FULL;
	if (strcmp(name, "core") == 0)
		return METRIC_CORE;
	die_usage("--metric: neither full nor core: \"%s\"", name);
}

/* What is no rounding error of s_1, from 0 on and below 1. */
static double
rank_tol_of(const char *s)
{
	double v;

	if (dec_parse(s, strlen(s), &v) != DEC_OK || v < 0 || v >= 1)
		die_usage("--rank-tol: not a number from 0 and below 1: \"%s\"", s);
	return v;
}

static int
circuit_of(const char *name)
{
	if (strcmp(name, "qk") == 0)
		return CIRCUIT_QK;
	if (strcmp(name, "ov") == 0)
		return CIRCUIT_OV;
	die_usage("--circuit: neither qk nor ov: \"%s\"", name);
}

/* Options that do not go with W_O W_V, or with hints. */
static void
check_options(const struct asked *a)
{
	if (a->distances.n > 0 && (a->model.q != NULL || a->model.k != NULL || a->model.layout != NULL))
		die_usage("--rotary: not with --q, --k, --layout: they do not say how positions turn q and k");
	if (a->model.info && (a->with != NULL || a->by_frequency || a->distances.n > 0 || a->directionality || a->copying ||
	    a->metric >= 0 || a->circuit >= 0 || a->model.fold || a->model.scale || a->heads.n > 0))
		die_usage("--info: only with --k, --keep-going, --layers, --layout, --q, --tag: nothing is computed");
	if (a->by_frequency && (a->model.q != NULL || a->model.k != NULL || a->model.layout != NULL))
		die_usage("--by-frequency: not with --q, --k, --layout: they do not say how positions turn q and k");
	if (a->by_frequency && a->distances.n > 0)
		die_usage("--by-frequency: not with --rotary: what a pair gives is its M at distance 0");
	if (a->circuit != CIRCUIT_OV)
		return;
	if (a->distances.n > 0 || a->by_frequency)
		die_usage("%s: not with --circuit ov: positions turn q and k alone", a->by_frequency ? "--by-frequency" : "--rotary");
	if (a->directionality)
		die_usage("--directionality: not with --circuit ov: it is of queries and keys");
	if (a->model.scale)
		die_usage("--scale: not with --circuit ov: the scale is that of q'k");
	if (a->model.q != NULL || a->model.k != NULL || a->model.layout != NULL)
		die_usage("--q, --k, --layout: not with --circuit ov: they do not say where v and W_O lie");
}

/* Options that only some sources have a use for. */
static void
refuse_options(const struct asked *a, enum source_kind kind)
{
	static const char *const names[] = { "a dump", "a checkpoint", "matrices as CSV" };
	const unsigned checkpoint = 1u << SOURCE_CHECKPOINT, matrices = 1u << SOURCE_MATRICES;
	const struct { const char *name; int given; unsigned good; } o[] = {
		{ "--info", a->model.info, checkpoint }, { "--num-layers", a->num_layers > 0, matrices }, { "--q", a->model.q != NULL, checkpoint },
		{ "--k", a->model.k != NULL, checkpoint }, { "--layout", a->model.layout != NULL, checkpoint },
		{ "--scale", a->model.scale, checkpoint }, { "--fold-norm", a->model.fold, checkpoint },
		{ "--metric", a->metric >= 0, checkpoint | matrices }, { "--rank-tol", a->rank_tol >= 0, matrices },
		{ "--copying", a->copying, checkpoint | matrices }, { "--directionality", a->directionality, checkpoint | matrices },
		{ "--circuit", a->circuit >= 0, checkpoint | matrices }, { "--rotary", a->distances.n > 0, checkpoint },
		{ "--by-frequency", a->by_frequency, checkpoint },
	};

	for (size_t i = 0; i < sizeof o / sizeof *o; i++)
		if (o[i].given && !(o[i].good >> kind & 1))
			die_usage("%s: not for %s", o[i].name, names[kind]);
}

/* info --------------------------------------------------------------------- */

struct info { struct csv_writer *w; const struct tags *tags; };

static void
put_fact(void *ctx, const char *stack, const char *fact, const char *value)
{
	const struct info *in = ctx;
	const char *const field[] = { stack, fact, value };

	for (size_t k = 0; k < in->tags->n; k++)
		csv_put_str(in->w, in->tags->tag[k].value);
	for (size_t k = 0; k < 3; k++)
		csv_put_str(in->w, field[k]);
	csv_put_end(in->w);
}

/* A row for each fact in place of each head. */
static void
put_info(const struct asked *a, const struct source *src, struct csv_writer *w, int header)
{
	static const char *const names[] = { "stack", "fact", "value" };
	struct map *seen = map_new();

	for (size_t i = 0; i < a->tags.n; i++)
		places_put(w, seen, NULL, a->tags.tag[i].name);
	for (size_t i = 0; i < 3; i++)
		places_put(w, seen, NULL, names[i]);
	csv_put_end(w);
	map_free(seen);
	if (!header)
		info_put(src->model, put_fact, &(struct info){ w, &a->tags });
}

/* all of them -------------------------------------------------------------- */

/* One of the facts is no number, though it is known. */
static int
overflows(const struct head *h)
{
	double sum = h->tr1 * 0 + h->tr2 * 0;

	if (h->metric == METRIC_GIVEN)
		return isinf(h->tr1) || isinf(h->tr2);
	return isnan(sum + h->q_fro * 0 + h->k_fro * 0);
}

/* How many singular values of a given M were taken for rounding errors. */
static size_t
cut_off(const struct head *h)
{
	size_t n = 0;

	for (ptrdiff_t k = 1; k < h->ns && h->metric == METRIC_GIVEN; k++)
		n += isnan(h->s[k]) != 0;
	return n;
}

/* What was met on the way, for the warnings at the end. */
struct met { size_t seen, done, alone, large, small; };

static void
tell_met(const struct asked *a, const struct source *src, const struct join *j, const struct met *met)
{
	size_t rows;

	if (src->num_heads == 0 && met->seen > 0 && met->done == 0)
		die("%s: none of its heads is one of --layers and --heads", src->file);
	rows = j != NULL ? join_alone(j, src) : 0;
	if (j != NULL && (rows > 0 || met->alone > 0))
		warn("%s: %zu row%s without a head, %zu head%s without a row", join_name(j), rows,
		    rows == 1 ? "" : "s", met->alone, met->alone == 1 ? "" : "s");
	if (met->large > 0)
		warn("%zu head%s with %s, tr1 or tr2 beyond all numbers, and empty", met->large,
		    met->large == 1 ? "" : "s", a->circuit == CIRCUIT_OV ? "v_fro, o_fro" : "q_fro, k_fro");
	if (met->small > 0 && a->rank_tol < 0)
		warn("%s: %zu singular value%s of M that rounding can have made, and empty: --rank-tol 0 keeps all", src->file,
		    met->small, met->small == 1 ? "" : "s");
}

static void
put_table(const struct asked *a, struct source *src, struct join *j, struct csv_writer *w, int header)
{
	const struct headrow row = { src, &a->tags, j, a->circuit >= 0 };
	struct progress p;
	struct met met = { 0, 0, 0, 0, 0 };
	int open = 0;                   /* rows of a layer not ended yet */
	struct head h;

	headrow_names(&row, w);
	if (header)
		return;
	p = progress_begin("heads", a->n == 1 ? src->count : 0);
	source_follow(src, w->out);
	while (source_next(src, &h)) {
		met.seen++;
		if (ranges_has(&a->layers, h.layer) && ranges_has(&a->heads, h.head)) {
			char *const *joined = j != NULL ? join_find(j, &h) : NULL;

			headrow_put(&row, w, &h, joined);
			met.alone += joined == NULL;
			met.large += src->weights && overflows(&h);
			met.small += cut_off(&h);
			open = 1;
			progress_tell(&p, ++met.done);
		}
		if (open && h.last)
			out_block(w->out);
		open &= !h.last;
	}
	tell_met(a, src, j, &met);
}

/* The reader of matrices keeps its threads while another table is read. */
static struct join *
read_with(const struct asked *a, const struct source *src, const struct opts *o)
{
	struct opts alone = *o;

	if (src->kind == SOURCE_MATRICES)
		alone.threads = 1;
	return join_read(a->with, src, &a->tags, &alone);
}

/* One source by the options o; unless w has an output it is opened here.  A checkpoint's heads
 * keep all threads busy: its rows are compressed by the main one. */
static void
extract(struct asked *a, const char *path, const struct opts *o, struct csv_writer *w, int header)
{
	char *found = hub_open(path);
	struct source *src = source_open(found, o);
	struct opts alone = *o;
	struct join *j = NULL;
	int own = w->out == NULL;

	free(found);
	tags_at(&a->tags, path);
	refuse_options(a, src->kind);
	source_start(src, &(struct source_spec){
		.layers = &a->layers, .heads = &a->heads, .num_layers = a->num_layers, .rank_tol = a->rank_tol,
		.model = a->model, .metric = a->metric == METRIC_CORE ? METRIC_CORE : METRIC_FULL, .copying = a->copying,
		.distances = &a->distances, .by_frequency = a->by_frequency, .directionality = a->directionality,
	});
	if (a->with != NULL)
		j = read_with(a, src, o);
	if (src->kind == SOURCE_CHECKPOINT)
		alone.threads = 1;
	if (own)
		w->out = opts_out(&alone);
	if (a->model.info)
		put_info(a, src, w, header);
	else
		put_table(a, src, j, w, header);
	if (own)
		out_close(w->out);
	if (j != NULL)
		join_free(j);
	source_close(src);
}

static void
extract_one(void *ctx, size_t i, const struct opts *o, struct csv_writer *w, int header)
{
	struct asked *a = ctx;

	extract(a, a->operand[i], o, w, header);
}

static const char *
name_one(void *ctx, size_t i)
{
	return ((struct asked *)ctx)->operand[i];
}

/* Dies unless their tags tell the rows of the sources apart. */
static void
check_tags(struct asked *a)
{
	struct map *seen = map_new();
	char **of = mem_new((size_t)a->n, sizeof *of);

	for (int i = 0; i < a->n; i++) {
		char *all = mem_text("", 0);
		size_t k;

		tags_at(&a->tags, a->operand[i]);
		for (size_t t = 0; t < a->tags.n; t++) {
			char *longer = mem_print("%s%s%s=%s", all, t > 0 ? " " : "", a->tags.tag[t].name, a->tags.tag[t].value);

			free(all);
			all = longer;
		}
		k = map_add(seen, all, strlen(all));
		if (of[k] != NULL)
			die_usage("%s and %s would both have %s: tell them apart with --tag", of[k], a->operand[i], all);
		of[k] = a->operand[i];
		free(all);
	}
	free(of);
	map_free(seen);
}

/* Several sources as one table: 1 if one of them failed. */
static int
extract_all(struct asked *a)
{
	static const struct series_do make = { extract_one, name_one, places_of };

	for (size_t i = 0; i < a->tags.n; i++)
		if (!tags_tell(&a->tags) && strcmp(a->tags.tag[i].name, "model") == 0)
			die_usage("--tag model=%s: it is the same for all of them: --tag model=%%n is not", a->tags.tag[i].pattern);
	if (!tags_tell(&a->tags))
		tags_add(&a->tags, "model=%n");
	for (int i = 0; i < a->n; i++)
		if (strcmp(a->operand[i], "-") == 0)
			die_usage("-: standard input is no one of several sources: they are read twice");
	if (a->with != NULL && strcmp(a->with, "-") == 0)
		die_usage("--with -: each of several sources reads it: name a file");
	check_tags(a);
	return series_put((size_t)a->n, &make, a, &a->opts, a->keep_going);
}

static void
free_asked(struct asked *a)
{
	opts_free(&a->opts);
	tags_free(&a->tags);
	ranges_free(&a->layers);
	ranges_free(&a->heads);
	distances_free(&a->distances);
}

/* Takes an option of this program; returns 0 if it is one of all programs. */
static int
take(struct asked *a, int c)
{
	switch (c) {
	case BY_FREQUENCY:
		a->by_frequency = 1;
		break;
	case CIRCUIT:
		a->circuit = circuit_of(optarg);
		break;
	case COPYING:
		a->copying = 1;
		break;
	case DIRECTIONALITY:
		a->directionality = 1;
		break;
	case FOLD:
		a->model.fold = 1;
		break;
	case HEADS:
		ranges_set(&a->heads, optarg);
		break;
	case INFO:
		a->model.info = 1;
		break;
	case K:
		opts_once(&a->model.k, optarg, "--k");
		break;
	case KEEP_GOING:
		a->keep_going = 1;
		break;
	case LAYERS:
		ranges_set(&a->layers, optarg);
		break;
	case LAYOUT:
		opts_once(&a->model.layout, optarg, "--layout");
		break;
	case METRIC:
		a->metric = metric_of(optarg);
		break;
	case NUM_LAYERS:
		a->num_layers = (size_t)opts_int(optarg, "--num-layers", 1, 1000000);
		break;
	case Q:
		opts_once(&a->model.q, optarg, "--q");
		break;
	case RANK_TOL:
		a->rank_tol = rank_tol_of(optarg);
		break;
	case ROTARY:
		distances_set(&a->distances, optarg);
		break;
	case SCALE:
		a->model.scale = 1;
		break;
	case TAG:
		tags_add(&a->tags, optarg);
		break;
	case WITH:
		opts_once(&a->with, optarg, "--with");
		break;
	default:
		return 0;
	}
	return 1;
}

int
main(int argc, char **argv)
{
	struct asked a = { .metric = -1, .circuit = -1, .rank_tol = -1, .layers.what = "--layers", .heads.what = "--heads" };
	int c, failed = 0;

	err_init(argv[0]);
	opts_init(&a.opts);
	a.opts.set = kern_set();
	a.opts.json = json_version();
	while ((c = getopt_long(argc, argv, OPTS_SHORT, longopts, NULL)) != -1)
		if (!take(&a, c))
			opts_take(&a.opts, c, argv, usage);
	check_options(&a);
	a.model.circuit = a.circuit == CIRCUIT_OV ? CIRCUIT_OV : CIRCUIT_QK;
	a.operand = opts_operands(argc, argv, usage, &a.n);
	sandbox_enter(a.opts.outfile, a.n > 1 ? "/dev/null" : NULL);    /* of which series_put makes use */
	json_limit(a.opts.max_record);
	if (a.n > 1)
		failed = extract_all(&a);
	else
		extract(&a, a.operand[0], &a.opts, &(struct csv_writer){ .format = a.opts.format }, 0);
	free_asked(&a);
	return failed;
}
