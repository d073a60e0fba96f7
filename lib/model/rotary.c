/* rotary.c - how positions turn q and k: which components go in pairs, and how fast.
 *
 * A family is in the table here if that is known of it and the same in all its layers; every
 * other one is refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* HALVES: component i goes with i + n; PAIRS: 2 i with 2 i + 1.  theta: the base that
 * config.json may leave out, 0: it may not; share: of the head's components, the first, are
 * turned: "" all, "?" all unless config.json says otherwise, else its key, which must be
 * there. */
struct turned {
	const char *types;
	enum { HALVES, PAIRS } how;
	double theta;
	const char *share;
};

static const struct turned turned[] = {
	{ "llama mistral qwen2 falcon", HALVES, 10000, "" },
	{ "mixtral qwen2_moe qwen3 qwen3_moe gemma gemma2 olmo olmo2 olmoe starcoder2", HALVES, 0, "" },
	{ "granite granitemoe gpt_oss internlm2", HALVES, 0, "" },
	{ "phi3", HALVES, 10000, "?" },
	{ "phi stablelm nemotron qwen3_next qwen3_5_text", HALVES, 0, "partial_rotary_factor" },
	{ "gpt_neox", HALVES, 10000, "rotary_pct" },
	{ "glm glm4", PAIRS, 0, "partial_rotary_factor" },
	{ "cohere", PAIRS, 0, "" },
	{ "gptj codegen", PAIRS, 10000, "rotary_dim" },
	{ "deepseek_v2 deepseek_v3 kimi_k2", PAIRS, 10000, "" },
}, turned_gguf[] = {
	/* As llama.cpp turns them: its converter has made pairs of halves where it says so.  The rest is in keys,
	 * in which all families have the same names. */
	{ "llama llama-embed mistral3 arcee internlm2 granite granitemoe olmo command-r chatglm glm4 ernie4_5 ernie4_5-moe "
	    "deepseek deepseek2 minicpm xverse deci arctic llada maincoder", PAIRS, 10000, "rotary_dim" },
	{ "qwen qwen2 qwen2moe qwen3 qwen3moe qwen3next qwen35 qwen35moe gemma gemma2 olmo2 olmoe phi2 phi3 falcon falcon-h1 "
	    "gptneox stablelm starcoder2 nemotron gpt-oss seed_oss dots1 apertus minimax-m2 glm4moe hunyuan-dense hunyuan-moe "
	    "lfm2 lfm2moe exaone dream llada-moe rnd1 plamo openelm codeshell orion dbrx pangu-embedded bailingmoe2",
	    HALVES, 10000, "rotary_dim" },
};

void
distances_set(struct distances *d, const char *text)
{
	const char *p = text;

	d->n = 0;
	do {
		size_t len = strcspn(p, ",");
		char *one = mem_text(p, len);

		d->at = mem_grow(d->at, &d->cap, d->n + 1, sizeof *d->at);
		d->at[d->n++] = opts_int(one, "--rotary", 0, 1000000);
		free(one);
		p = p[len] == ',' ? p + len + 1 : NULL;
	} while (p != NULL);
	if (d->n > 1000)
		die_usage("--rotary: %zu distances, more than 1000", d->n);
}

void
distances_free(struct distances *d)
{
	free(d->at);
}

/* Of GGUF, of which the keys and tensors of rotary positions must be known, and be those of all layers. */
static void
check_gguf(const struct search *s)
{
	const char *unknown = json_string_value(json_object_get(s->config->root, "rotary_unknown"));
	const char *type = json_string_value(json_object_get(json_object_get(s->config->root, "rope_scaling"), "type"));

	if (unknown != NULL)
		die("%s: --rotary: not known with %s", s->config->path, unknown);
	if (s->family->traits & FULL_SCALED && config_true(s, "sliding_window") && strcmp(type, "default") != 0)
		die("%s: --rotary: not known where rotary parameters differ by layer: sliding attention", s->config->path);
}

static const struct turned *
find_turned(const struct search *s)
{
	const struct turned *t = s->config->gguf ? turned_gguf : turned;
	size_t n = s->config->gguf ? sizeof turned_gguf / sizeof *turned_gguf : sizeof turned / sizeof *turned;

	for (size_t i = 0; i < n && !config_true(s, "alibi"); i++)
		if (config_word(t[i].types, s->config->type))
			return &t[i];
	die("%s: --rotary: not known of %s %s, or it has no rotary positions", s->config->path, s->config->what, s->config->type);
}

/* The rotary parameters, NULL if there are none; those by type of layer are refused. */
static const json_t *
parameters(const struct search *s)
{
	json_t *r = json_object_get(s->config->in, "rope_parameters"), *v;
	const char *key;

	if (!json_is_object(r))
		r = json_object_get(s->config->in, "rope_scaling");
	json_object_foreach(r, key, v)
		if (json_is_object(v))
			die("%s: --rotary: not known where rotary parameters differ by layer: %s", s->config->path, key);
	return json_is_object(r) ? r : NULL;
}

static double
number(const struct search *s, const json_t *r, const char *key, double otherwise)
{
	const json_t *v = json_object_get(r, key);

	if (v == NULL || json_is_null(v))
		return otherwise;
	if (!json_is_number(v) || !(json_number_value(v) > 0))
		die("%s: %s: not a positive number", s->config->path, key);
	return json_number_value(v);
}

/* As number, but it must be there. */
static double
need(const struct search *s, const json_t *r, const char *key)
{
	double x = number(s, r, key, NAN);

	if (isnan(x))
		x = config_number(s, key);
	if (!(x > 0) || isinf(x))
		die("%s: --rotary: no positive %s in the rotary parameters", s->config->path, key);
	return x;
}

/* How many components of the m are turned. */
static ptrdiff_t
count(const struct search *s, const struct turned *t, size_t m)
{
	double share = config_number(s, "rope_parameters.partial_rotary_factor|partial_rotary_factor|rotary_pct"), n;

	if (strcmp(t->share, "rotary_dim") == 0)
		n = (double)config_need(s, "rotary_dim");
	else if (isnan(share) && strlen(t->share) > 1)
		die("%s: --rotary: no %s", s->config->path, t->share);
	else if (*t->share == '\0' && !isnan(share) && share != 1)
		die("%s: --rotary: partial_rotary_factor, which model_type %s does not have", s->config->path, s->config->type);
	else
		n = floor((isnan(share) ? 1 : share) * (double)m);
	if (!(n >= 2) || n > (double)m || fmod(n, 2) != 0)
		die("%s: --rotary: %g of %zu components are turned: not an even number of them", s->config->path, n, m);
	return (ptrdiff_t)n;
}

/* YaRN: wavelengths of which few fit into the first context are stretched by the factor, those of which
 * many do are not, and between there is a ramp over the pairs.  Peng et al., arXiv 2309.00071,
 * section 3.2; the bounds as transformers has them. */
static void
yarn(const struct search *s, const json_t *r, double base, struct rotary *t)
{
	const double pi = 0x1.921fb54442d18p+1, n = 2*(double)t->n;
	double context = need(s, r, "original_max_position_embeddings");
	double factor = number(s, r, "factor", config_number(s, "max_position_embeddings") / context);
	double low = n * num_log(context / (number(s, r, "beta_fast", 32) * 2*pi)) / (2*num_log(base));
	double high = n * num_log(context / (number(s, r, "beta_slow", 1) * 2*pi)) / (2*num_log(base));

	if (!(factor > 0) || isinf(factor))
		die("%s: --rotary: no factor in the rotary parameters", s->config->path);
	if (!json_is_false(json_object_get(r, "truncate"))) {
		low = floor(low);
		high = ceil(high);
	}
	low = low < 0 ? 0 : low;
	high = high > n - 1 ? n - 1 : high;
	if (low == high)
		high += 0.001;
	for (ptrdiff_t i = 0; i < t->n; i++) {
		double ramp = ((double)i - low) / (high - low);

		ramp = ramp < 0 ? 0 : ramp > 1 ? 1 : ramp;
		t->freq[i] = t->freq[i]/factor * ramp + t->freq[i] * (1 - ramp);
	}
}

/* Llama 3.1's: as YaRN, by wavelength.  Grattafiori et al., arXiv 2407.21783; the formula is that of
 * transformers. */
static void
llama3(const struct search *s, const json_t *r, struct rotary *t)
{
	const double two_pi = 0x1.921fb54442d18p+2;
	double context = need(s, r, "original_max_position_embeddings"), factor = need(s, r, "factor");
	double low = need(s, r, "low_freq_factor"), high = need(s, r, "high_freq_factor");

	for (ptrdiff_t i = 0; i < t->n; i++) {
		double waves = context * t->freq[i] / two_pi, smooth = (waves - low) / (high - low);

		smooth = waves < low ? 0 : waves > high ? 1 : smooth;
		t->freq[i] = (1 - smooth) * t->freq[i]/factor + smooth * t->freq[i];
	}
}

static void
stretch(const struct search *s, const json_t *r, double base, struct rotary *t)
{
	const char *type = json_string_value(json_object_get(r, "rope_type"));

	if (type == NULL)
		type = json_string_value(json_object_get(r, "type"));
	if (type == NULL || strcmp(type, "default") == 0)
		return;
	if (strcmp(type, "yarn") == 0)
		yarn(s, r, base, t);
	else if (strcmp(type, "llama3") == 0)
		llama3(s, r, t);
	else if (strcmp(type, "linear") == 0)
		for (ptrdiff_t i = 0; i < t->n; i++)
			t->freq[i] /= need(s, r, "factor");
	else
		die("%s: --rotary: the scaling of rotary positions is not known: %s", s->config->path, type);
}

/* GGUF has what Llama 3.1 divides each frequency by as a tensor. */
static void
divide(const struct search *s, struct rotary *t)
{
	const struct tensor *by = tensors_find(s->ts, "rope_freqs.weight");
	double x;

	if (by == NULL)
		return;
	if (!by->readable || by->type != NUM_F32 || by->ndim != 1 || by->shape[0] != (size_t)t->n)
		die("%s: %s: of type %s, %zu numbers: not F32 and %td, one for each pair that is turned", by->file, by->name,
		    by->dtype, by->shape[0], t->n);
	for (ptrdiff_t i = 0; i < t->n; i++) {
		num_load_row(by->type, by->data, i, 1, &x);
		if (!(x > 0))
			die("%s: %s: not a positive number: %g", by->file, by->name, x);
		t->freq[i] /= x;
	}
}

void
rotary_find(const struct search *s, struct rotary *t)
{
	const struct turned *f = find_turned(s);
	const json_t *r = parameters(s);
	const int latent = s->family->layout == LATENT;
	size_t m = latent ? config_need(s, "qk_rope_head_dim") : (size_t)s->stack->d_head;
	double base = config_number(s, "rope_parameters.rope_theta|rope_theta|rotary_emb_base");

	if (s->config->gguf)
		check_gguf(s);
	base = isnan(base) && f->theta > 0 ? f->theta : base;
	if (!(base > 1) || isinf(base))
		die("%s: --rotary: no rope_theta above 1", s->config->path);
	t->n = count(s, f, m) / 2;
	t->first = latent ? (ptrdiff_t)config_need(s, "qk_nope_head_dim") : 0;
	t->step = f->how == PAIRS ? 2 : 1;
	t->apart = f->how == PAIRS ? 1 : t->n;
	if (latent && config_number(s, "rope_interleave") == 0) {
		t->step = 1;
		t->apart = t->n;
	}
	t->freq = mem_new((size_t)t->n, sizeof *t->freq);
	for (ptrdiff_t i = 0; i < t->n; i++)
		t->freq[i] = num_exp(-(double)i / (double)t->n * num_log(base));
	stretch(s, r, base, t);
	if (s->config->gguf)
		divide(s, t);
	for (ptrdiff_t i = 0; i < t->n; i++)
		if (!(t->freq[i] >= 0 && t->freq[i] <= 1))
			die("%s: --rotary: positions turn a pair by %g radians a token, not 0 to 1", s->config->path, t->freq[i]);
}
