/* rotary.c - how positions turn q and k: which components go in pairs, and how fast.
 *
 * A family is in the table here if that is known of it; every other one is refused. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* HALVES: component i goes with i + n; PAIRS: 2 i with 2 i + 1.  theta: the base that config.json
 * may leave out, 0: it may not; share: of the head's components, the first, are turned: "" all,
 * "?" all unless config.json says otherwise, and with "rotary_dim?" so may that key; else its key, which must
 * be there. */
struct turned {
	const char *types;
	enum { HALVES, PAIRS } how;
	double theta;
	const char *share;
};

static const struct turned turned[] = {
	{ "llama mistral qwen2 falcon", HALVES, 10000, "" },
	{ "smollm3", HALVES, 2000000, "" },
	{ "mixtral qwen2_moe qwen3 qwen3_moe gemma gemma2 olmo olmo2 olmoe starcoder2", HALVES, 0, "" },
	{ "granite granitemoe gpt_oss internlm2 exaone4 ministral", HALVES, 0, "" },
	{ "cwm eurobert hy_v3 solar_open bitnet falcon_h1 flex_olmo granitemoeshared", HALVES, 0, "" },
	{ "t5_gemma_module hyperclovax jais2 vaultgemma lfm2_moe minimax aria_text exaone", HALVES, 0, "" },
	{ "ministral arcee seed_oss dots1 hunyuan_v1_dense", HALVES, 0, "" },
	{ "glm4_moe", HALVES, 0, "partial_rotary_factor" },
	{ "minimax_m2", HALVES, 5000000, "rotary_dim?" },
	{ "ernie4_5_moe ernie4_5 helium", PAIRS, 0, "" },
	{ "nomic_bert gte new esmc jina_embeddings_v3", HALVES, 0, "?" },
	{ "gpt_neox_japanese", HALVES, 10000, "rotary_pct" },
	{ "persimmon", HALVES, 0, "partial_rotary_factor" },
	{ "phi3", HALVES, 10000, "?" },
	{ "phi stablelm nemotron qwen3_next qwen3_5_text", HALVES, 0, "partial_rotary_factor" },
	{ "gpt_neox", HALVES, 10000, "rotary_pct" },
	{ "glm glm4", PAIRS, 0, "partial_rotary_factor" },
	{ "cohere cohere2 llama4_text", PAIRS, 0, "" },
	{ "gptj codegen", PAIRS, 10000, "rotary_dim" },
	{ "deepseek_v2 deepseek_v3 kimi_k2 youtu glm4_moe_lite", PAIRS, 10000, "" },
	{ "gemma3_text gemma3n_text t5gemma2_text t5gemma2_decoder", HALVES, 1000000, "" },
	{ "modernbert", HALVES, 160000, "" },
	{ "olmo3", HALVES, 500000, "" },
}, turned_gguf[] = {
	/* As llama.cpp turns them: its converter has made pairs of halves where it says so.  The rest is in keys,
	 * in which all families have the same names. */
	{ "llama llama4 llama-embed mistral3 arcee smollm3 internlm2 granite granitemoe olmo command-r cohere2 chatglm glm4 "
	    "ernie4_5 ernie4_5-moe deepseek deepseek2 minicpm xverse deci arctic llada maincoder", PAIRS, 10000, "rotary_dim" },
	{ "qwen qwen2 qwen2moe qwen3 qwen3moe qwen3next qwen35 qwen35moe gemma gemma2 gemma3 gemma3n olmo2 olmoe phi2 phi3 "
	    "falcon falcon-h1 gptneox stablelm starcoder2 nemotron gpt-oss seed_oss dots1 apertus minimax-m2 glm4moe hunyuan-dense hunyuan-moe "
	    "lfm2 lfm2moe exaone dream llada-moe rnd1 plamo openelm codeshell orion dbrx pangu-embedded bailingmoe2",
	    HALVES, 10000, "rotary_dim" },
};

/* Families whose layers of sliding attention have another base: its key in older files, "" if it has
 * none, and what it is if left out. */
static const struct local { const char *types, *key; double theta; } locals[] = {
	{ "gemma3_text gemma3n_text t5gemma2_text t5gemma2_decoder gemma3 gemma3n", "rope_local_base_freq", 10000 },
	{ "modernbert", "local_rope_theta", 10000 },
	{ "olmo3", "", 500000 },
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
		d->at[d->n++] = (long)opts_int(one, "--rotary", 0, 1000000);
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

/* Notes why it is not known how a layer is turned, unless another reason was there. */
__attribute__((format(printf, 2, 3)))
static void
refuse(struct rotary *t, const char *fmt, ...)
{
	char text[240];
	va_list ap;

	if (t->why != NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	t->why = mem_text(text, strlen(text));
}

static const struct turned *
find_turned(const struct search *s)
{
	const struct turned *f = s->config->gguf ? turned_gguf : turned;
	size_t n = s->config->gguf ? sizeof turned_gguf / sizeof *turned_gguf : sizeof turned / sizeof *turned;

	for (size_t i = 0; i < n && !config_true(s, "alibi"); i++)
		if (config_word(f[i].types, s->config->type))
			return &f[i];
	return NULL;
}

const char *
rotary_option(const struct search *s)
{
	return s->farthest < 0 ? "--by-frequency" : "--rotary";
}

int
rotary_is_known(const struct search *s)
{
	return find_turned(s) != NULL;
}

/* Of GGUF, of which the keys and tensors of rotary positions must be known. */
static void
check_gguf(const struct search *s, struct rotary *t)
{
	const char *unknown = json_string_value(json_object_get(s->config->root, "rotary_unknown"));

	if (unknown != NULL)
		refuse(t, "not known with %s", unknown);
}

size_t
rotary_parts(const struct rotary *t, ptrdiff_t m)
{
	return (size_t)t->n + (2*t->n < m);
}

struct rotary_part
rotary_part(const struct rotary *t, ptrdiff_t m, size_t i)
{
	if (i == (size_t)t->n)
		return (struct rotary_part){ t->first > 0 ? 0 : 2*t->n, m - 2*t->n, 1, 0 };
	return (struct rotary_part){ t->first + (ptrdiff_t)i*t->step, 2, t->apart, t->freq[i] };
}

static const struct local *
find_local(const struct search *s)
{
	for (size_t i = 0; i < sizeof locals / sizeof *locals; i++)
		if (config_word(locals[i].types, s->config->type))
			return &locals[i];
	return NULL;
}

/* The rotary parameters of layer l, NULL if there are none: those of its type, where they
 * differ by it. */
static const json_t *
parameters(const struct search *s, size_t l, struct rotary *t)
{
	int newer;
	json_t *r = rope_said(s, &newer), *v;
	const char *key, *type = kinds_type(s, l);

	if (type == NULL)
		type = kinds_window(s, l) > 0 ? "sliding_attention" : "full_attention";
	json_object_foreach(r, key, v)
		if (json_is_object(v)) {
			if (!json_is_object(json_object_get(r, type)))
				refuse(t, "rotary parameters of %s, but none of %s", key, type);
			return json_object_get(r, type);
		}
	if (newer == 1 && find_local(s) != NULL)
		refuse(t, "rotary parameters do not tell layers of sliding and of full attention apart");
	return kinds_rotary_scaled(s, l) ? r : NULL;
}

static double
number(const json_t *r, const char *key, double otherwise, struct rotary *t)
{
	const json_t *v = json_object_get(r, key);

	if (v == NULL || json_is_null(v))
		return otherwise;
	if (!json_is_number(v) || !(json_number_value(v) > 0))
		refuse(t, "%s: not a positive number", key);
	return json_number_value(v);
}

/* As number, but it must be there, if only beside the parameters. */
static double
need(const struct search *s, const json_t *r, const char *key, struct rotary *t)
{
	double x = number(r, key, NAN, t);

	if (isnan(x))
		x = config_number(s, key);
	if (!(x > 0) || isinf(x))
		refuse(t, "no positive %s in the rotary parameters", key);
	return x;
}

/* The base of the frequencies of layer l. */
static double
base_of(const struct search *s, const struct turned *f, const json_t *r, size_t l, struct rotary *t)
{
	const struct local *own = find_local(s);
	const int local = own != NULL && kinds_window(s, l) > 0;
	double top = config_number(s, "rope_theta|global_rope_theta|rotary_emb_base"), base;

	if (own != NULL && *own->key == '\0' && json_object_get(r, "rope_theta") == NULL && top > 0 && top != f->theta)
		refuse(t, "rope_theta %g, which programs use in different layers", top);
	if (local && json_is_null(json_object_get(s->config->in, own->key)))
		refuse(t, "%s: null", own->key);
	base = number(r, "rope_theta", local ? config_number(s, own->key) : top, t);
	if (isnan(base) && f->theta > 0)
		base = local ? own->theta : f->theta;
	if (!(base > 1) || isinf(base))
		refuse(t, "no rope_theta above 1");
	return base;
}

/* How many components of the m are turned. */
static ptrdiff_t
count(const struct search *s, const struct turned *f, const json_t *r, size_t m, struct rotary *t)
{
	double own = config_number(s, "rotary_dim|rotary_emb_dim");
	double share = number(r, "partial_rotary_factor", config_number(s, "partial_rotary_factor|rotary_pct|rotary_emb_fraction"), t);
	double n = floor((isnan(share) ? 1 : share) * (double)m);

	if (strcmp(f->share, "rotary_dim") == 0)
		n = (double)config_size(s, "rotary_dim");
	else if (isnan(share) && strcmp(f->share, "rotary_dim?") == 0)
		n = isnan(own) ? n : own;
	else if (isnan(share) && strlen(f->share) > 1)
		refuse(t, "no %s", f->share);
	else if (*f->share == '\0' && !isnan(share) && share != 1)
		refuse(t, "partial_rotary_factor, which model_type %s does not have", s->config->type);
	if (!(n >= 2) || n > (double)m || fmod(n, 2) != 0)
		refuse(t, "%g of %zu components are turned: not an even number of them", n, m);
	if (!isnan(own) && own != n)
		refuse(t, "rotary_dim %g, and %g components that model_type %s turns", own, n, s->config->type);
	return t->why == NULL ? (ptrdiff_t)n : 0;
}

/* YaRN: wavelengths of which few fit into the first context are stretched by the factor, those of which
 * many do are not, and between there is a ramp over the pairs.  Peng et al., arXiv 2309.00071,
 * section 3.2; the bounds as transformers has them. */
static void
yarn(const struct search *s, const json_t *r, double base, struct rotary *t)
{
	const double pi = 0x1.921fb54442d18p+1, n = 2*(double)t->n;
	const json_t *top = json_object_get(s->config->in, "rope_parameters");
	double context = need(s, r, "original_max_position_embeddings", t);
	double factor = number(r, "factor", config_number(s, "max_position_embeddings") / context, t);
	double low = n * num_log(context / (number(r, "beta_fast", 32, t) * 2*pi)) / (2*num_log(base));
	double high = n * num_log(context / (number(r, "beta_slow", 1, t) * 2*pi)) / (2*num_log(base));

	if (!(factor > 0) || isinf(factor))
		refuse(t, "no factor in the rotary parameters");
	if (json_is_false(json_object_get(r, "truncate")) && json_is_object(top) && top != r)
		refuse(t, "truncate: false, which transformers does not see in the parameters of one type of layers");
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
	double context = need(s, r, "original_max_position_embeddings", t), factor = need(s, r, "factor", t);
	double low = need(s, r, "low_freq_factor", t), high = need(s, r, "high_freq_factor", t);

	for (ptrdiff_t i = 0; i < t->n; i++) {
		double waves = context * t->freq[i] / two_pi, smooth = (waves - low) / (high - low);

		smooth = waves < low ? 0 : waves > high ? 1 : smooth;
		t->freq[i] = (1 - smooth) * t->freq[i]/factor + smooth * t->freq[i];
	}
}

/* freq[i] divided by the numbers of a list. */
static void
divide_by(const json_t *r, const char *key, double *freq, struct rotary *t)
{
	const json_t *by = json_object_get(r, key);

	if (json_array_size(by) != (size_t)t->n)
		refuse(t, "%s: %zu numbers, but %td pairs", key, json_array_size(by), t->n);
	for (ptrdiff_t i = 0; i < t->n; i++) {
		double x = json_number_value(json_array_get(by, (size_t)i));

		if (!(x > 0))
			refuse(t, "%s: number %td is not positive", key, i);
		freq[i] /= x;
	}
}

/* LongRoPE, at first called su: each wavelength has a factor, one in texts of up to so many tokens, another
 * in longer ones.  Ding et al., arXiv 2402.13753. */
static void
longrope(const struct search *s, const json_t *r, struct rotary *t)
{
	double top = config_number(s, "original_max_position_embeddings"), most = config_number(s, "max_position_embeddings");
	double own = number(r, "original_max_position_embeddings", top > 0 ? top : most, t);

	t->reach = top < own ? top : own;
	if ((isnan(top) || top == own) && json_is_array(json_object_get(r, "long_factor"))) {  /* else it is not known which when */
		t->far = mem_new((size_t)t->n, sizeof *t->far);
		memcpy(t->far, t->freq, (size_t)t->n*sizeof *t->far);
		divide_by(r, "long_factor", t->far, t);
	}
	divide_by(r, "short_factor", t->freq, t);
}

/* Dynamic: positions are as they are in texts of up to so many tokens, and turn more slowly in longer
 * ones, as rotary_in says; the formula is that of transformers. */
static void
dynamic(const struct search *s, const json_t *r, struct rotary *t)
{
	double top = config_number(s, "max_position_embeddings"), alpha = number(r, "alpha", NAN, t), own;

	if (!isnan(alpha)) {                                    /* Hunyuan's, alike in texts of every length */
		if (t->n < 2 || !config_word("hunyuan_v1_dense", s->config->type))
			refuse(t, "dynamic scaling with alpha");
		for (ptrdiff_t i = 0; i < t->n && t->n > 1; i++)
			t->freq[i] *= num_exp(-(double)i/(double)(t->n - 1) * num_log(alpha));
		return;
	}
	own = number(r, "original_max_position_embeddings", top, t);
	t->reach = top < own ? top : own;
	if (top == own)                                 /* else programs differ, as above */
		t->growth = need(s, r, "factor", t);
	if (t->n < 2)
		refuse(t, "dynamic scaling of one pair");
}

int
rotary_in(const struct rotary *t, size_t tokens, double *freq)
{
	const double n = (double)tokens, x = n > t->reach ? num_log(t->growth*n/t->reach - (t->growth - 1)) : 0;

	if (n > t->reach && t->far == NULL && !(t->growth > 0))
		return 0;
	for (ptrdiff_t i = 0; i < t->n; i++)
		freq[i] = n <= t->reach ? t->freq[i] : t->far != NULL ? t->far[i] :
		    t->freq[i] * num_exp(-(double)i/(double)(t->n - 1) * x);
	return 1;
}

static void
stretch(const struct search *s, const json_t *r, double base, struct rotary *t)
{
	const char *type = rope_type(s, r);

	if (type == NULL || strcmp(type, "default") == 0)
		return;
	if (strcmp(type, "yarn") == 0 && config_word("phi3", s->config->type))
		refuse(t, "yarn, which is read as longrope in %s", s->config->type);
	else if (strcmp(type, "yarn") == 0)
		yarn(s, r, base, t);
	else if (strcmp(type, "llama3") == 0)
		llama3(s, r, t);
	else if (!s->config->gguf && (strcmp(type, "longrope") == 0 || strcmp(type, "su") == 0))
		longrope(s, r, t);
	else if (!s->config->gguf && strcmp(type, "dynamic") == 0)
		dynamic(s, r, t);
	else if (strcmp(type, "linear") == 0)
		for (ptrdiff_t i = 0; i < t->n; i++)
			t->freq[i] /= need(s, r, "factor", t);
	else
		refuse(t, "the scaling of rotary positions is not known: %s", type);
	if (!isinf(t->reach) && !(t->reach >= 1))
		refuse(t, "%s scaling without the positions of the first training (max_position_embeddings)", type);
	if ((double)s->farthest >= t->reach)
		refuse(t, "a distance of %ld, but how %s scaling turns texts of more than %g tokens depends on their length",
		    s->farthest, type, t->reach);
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

/* Which components of a layer's heads are pairs, and how fast they turn. */
static void
fill(const struct search *s, const struct turned *f, size_t l, struct rotary *t)
{
	const json_t *r = parameters(s, l, t);
	const char *positions = json_string_value(json_object_get(s->config->in, "position_embedding_type"));
	const int latent = s->family->layout == LATENT;
	const ptrdiff_t d = s->stack->layer[l].d_head;
	size_t m = latent ? config_need(s, "qk_rope_head_dim") : (size_t)d;
	double base = base_of(s, f, r, l, t);

	if (s->config->gguf)
		check_gguf(s, t);
	if (config_true(s, "rotary_emb_interleaved|rotary_scaling_factor") ||
	    (positions != NULL && !config_word("rope rotary", positions)))
		refuse(t, "model_type %s has other positions here than those that are known", s->config->type);
	t->n = count(s, f, r, m, t) / 2;
	t->first = latent ? (ptrdiff_t)config_need(s, "qk_nope_head_dim") : 0;
	t->step = f->how == PAIRS ? 2 : 1;
	t->apart = f->how == PAIRS ? 1 : t->n;
	if (latent && config_flag(s, "rope_interleave") == 0) {
		t->step = 1;
		t->apart = t->n;
	}
	if (t->first > 0 && t->first + 2*t->n != d)
		refuse(t, "%td of %td components are turned, but not the last", 2*t->n, d);
	t->freq = mem_new((size_t)t->n, sizeof *t->freq);
	for (ptrdiff_t i = 0; i < t->n; i++)
		t->freq[i] = num_exp(-(double)i / (double)t->n * num_log(base));
	stretch(s, r, base, t);
	if (s->config->gguf && t->why == NULL)
		divide(s, t);
	for (ptrdiff_t i = 0; i < t->n; i++)
		if (!(t->freq[i] >= 0 && t->freq[i] <= 1) || (t->far != NULL && !(t->far[i] >= 0 && t->far[i] <= 1)))
			refuse(t, "positions turn a pair by %g radians a token, not 0 to 1", t->freq[i]);
}

void
rotary_find(const struct search *s, size_t l, struct rotary *t)
{
	const struct turned *f = find_turned(s);

	*t = (struct rotary){ .reach = INFINITY };
	if (f == NULL)
		refuse(t, "not known of %s %s, or it has no rotary positions", s->config->what, s->config->type);
	else if (kinds_rotary(s, l))
		fill(s, f, l, t);
}

void
rotary_free(struct rotary *t)
{
	free(t->freq);
	free(t->far);
	free(t->why);
}
