/* traits.c - warnings of what a model does to the logits, or to what heads give, and M does
 * not hold. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "private.h"

/* What is warned of, in the order in which it is told. */
enum trait {
	QK_NORM, BIAS_FIXED, BIAS_LEARNED, RELATIVE_KEY, NARROW, MORE_KEYS, GROWS, CAPPED, CLAMPED, MIXED, SINKS, NO_SOFTMAX, KEYS_SHARED,
	WEIGHTS_SHARED, ROPE_LEFT_OUT, BENT, SCALE_ASSUMED, BIASES, VALUES_NORMED, GATED_OUTPUT, HEADS_NORMED, OUTPUT_NORMED,
	OUTPUT_MAPPED, OUTPUT_SCALED, MULTIPLIED
};

/* Where config.json says at what q, k and v are clamped. */
#define CLIP "clip_qkv|attn_config.clip_qkv"

/* The first layer that is there. */
static size_t
first_layer(const struct search *s)
{
	size_t l = 0;

	while (l + 1 < s->stack->num_layers && !s->stack->layer[l].present)
		l++;
	return l;
}

/* A tensor of it called like q but for its end. */
static int
has_sibling(const struct search *s, const char *end)
{
	char sibling[NAME], name[NAME];

	return names_find(s, "", names_first(s, end, sibling), 0, name) != NULL;
}

/* The projection of that pattern has a bias there. */
static int
has_bias(const struct search *s, const char *pattern)
{
	char name[NAME];

	while (pattern != NULL) {
		pattern = names_spell(name, s->prefix, pattern, first_layer(s));
		if (names_suffixed(s->ts, name, ".bias") != NULL)
			return 1;
	}
	return 0;
}

/* v, or q, k and v where they are one tensor, or the output has one. */
static int
has_biases(const struct search *s)
{
	const struct family *fam = s->family;

	return has_bias(s, fam->v != NULL || fam->layout == LATENT ? fam->v : fam->q) || has_bias(s, fam->o) ||
	    has_sibling(s, "v_bias");
}

/* It lies beside q, and is a norm of q or of k behind their projections. */
static int
is_qk_norm(const struct search *s, const char *name)
{
	static const char latent[] = "q_a_layernorm kv_a_layernorm q_a_norm kv_norm kv_a_norm";
	char first[NAME];

	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, "."), name);
	return (*first == 'q' || *first == 'k') && strstr(first, "norm") != NULL &&
	    !(s->family->layout == LATENT && config_word(latent, first));
}

static int
has_qk_norm(const struct search *s)
{
	const char *name;

	if (s->family->traits & NORMALISED || has_sibling(s, "q_norm") || has_sibling(s, "attn_q_norm") ||
	    config_true(s, "use_qk_norm|qk_norm|qk_layernorm|qk_layernorms|attn_config.qk_ln"))
		return 1;
	for (size_t k = 0; (name = names_beside(s, &k)) != NULL; )
		if (is_qk_norm(s, name))
			return 1;
	return 0;
}

/* What heads look at goes through a matrix over the heads, before the softmax and behind it. */
static int
has_talking_heads(const struct search *s)
{
	return config_true(s, "talking_head") || has_sibling(s, "head_logits_proj") || has_sibling(s, "head_weights_proj");
}

/* Warns if the model has the trait and another of its stacks had not. */
__attribute__((format(printf, 4, 5)))
static void
tell(struct search *s, enum trait t, int has, const char *fmt, ...)
{
	char text[160];
	va_list ap;

	if (!has || s->said & 1u << t)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	warn("%s: %s", s->config->type, text);
	s->said |= 1u << t;
}

/* What config.json calls the kind of positions, NULL if it does not. */
static const char *
positions_of(const struct search *s)
{
	const char *one = json_string_value(json_object_get(s->config->in, "position_embedding_type"));

	return one != NULL ? one : json_string_value(json_object_get(s->config->in, "position_embeddings_type"));
}

static void
warn_qk(struct search *s)
{
	/* All of config.json is looked at before the first warning: it may be wrong. */
	const double cap = config_number(s, "attn_logit_softcapping"), clip = config_number(s, CLIP);
	const int qk = has_qk_norm(s), rope = rope_left_out(s), mixed = has_talking_heads(s);
	const int relative = s->family->traits & RELATIVE || config_true(s, "relative_attention") ||
	    config_true(s, "use_relative_position_bias") || config_true(s, "use_shared_relative_position_bias");
	const char *positions = positions_of(s);
	const int alibi = s->family->traits & ALIBI || config_true(s, "alibi|attn_config.alibi") ||
	    (positions != NULL && strcmp(positions, "alibi") == 0);
	const int grows = config_true(s, "attn_temperature_tuning|logn_attention_scale|rope_parameters.llama_4_scaling_beta|"
	    "rope_scaling.llama_4_scaling_beta");

	tell(s, QK_NORM, qk, "q and k are normalised behind their projections (QK-norm): "
	    "op, fro and trace compare with no model without it");
	tell(s, BIAS_FIXED, alibi, "a bias by distance (ALiBi) is added to the logits, which M does not hold");
	tell(s, BIAS_LEARNED, relative,
	    "a learned bias by distance is added to the logits, which M does not hold");
	tell(s, RELATIVE_KEY, positions != NULL && strncmp(positions, "relative", 8) == 0,
	    "q and k also meet learned vectors of their distance (%s), which M does not hold", positions);
	tell(s, RELATIVE_KEY, s->family->traits & MEETS_POSITIONS,
	    "q also meets learned vectors of places in the image, which M does not hold");
	tell(s, NARROW, s->family->traits & IN_WINDOWS, "tokens meet within windows of the image alone, of which M knows nothing");
	tell(s, MORE_KEYS, s->family->traits & MEETS_BLOCKS,
	    "queries also meet keys that W_K makes of sums of blocks of tokens, behind another norm");
	tell(s, MORE_KEYS, s->family->traits & MEETS_ENCODER,
	    "queries also meet keys that W_K makes of the encoder's output, behind another norm");
	tell(s, GROWS, grows, "q is multiplied by a factor that grows with its position: M is that of the first ones");
	tell(s, CAPPED, cap > 0, "the logits are capped at %g (softcap), behind M", cap);
	tell(s, CLAMPED, clip > 0, "q and k are clamped at %g behind their projections, which M does not know", clip);
	tell(s, MIXED, mixed, "the logits of all heads are mixed before the softmax (talking heads), which M does not hold");
	tell(s, ROPE_LEFT_OUT, rope,
	    "rotary positions scale a part of each head (YaRN or LongRoPE): logit_scale leaves that out");
	tell(s, BENT, s->family->traits & BENDS,
	    "what positions do to q and k is no rotation: M is that of the first place alone");
	tell(s, SCALE_ASSUMED, s->scale && s->family->traits & ASSUMED,
	    "the scale of the logits is not in the file: that of Google's models of as many layers is taken");
}

static void
warn_ov(struct search *s)
{
	static const char *const factors[] = {
		"residual_multiplier", "attention_out_multiplier", "attention_in_multiplier", "full_attn_beta_factor"
	};
	const double clip = config_number(s, CLIP), depth = config_number(s, "scale_depth") / sqrt((double)s->stack->num_layers);
	const int traits = s->family->traits, biases = has_biases(s);

	if (has_talking_heads(s))
		die("%s: --circuit ov: the weights of all heads are mixed before they meet v (talking heads): none has a W_O W_V "
		    "of its own", s->config->path);
	tell(s, BIASES, biases, "v or the output has a bias: what it adds is not in M");
	tell(s, VALUES_NORMED, traits & NORMS_VALUES, "v is normalised behind its projection, which M does not know");
	tell(s, CLAMPED, clip > 0, "v is clamped at %g behind its projection, which M does not know", clip);
	tell(s, GATED_OUTPUT, s->family->layout == GATED || has_sibling(s, "gate_proj") || has_sibling(s, "g_proj"),
	    "a gate multiplies what heads give before W_O, which M does not hold");
	tell(s, HEADS_NORMED, has_sibling(s, "attn_sub_norm") || has_sibling(s, "inner_attn_ln"),
	    "a norm stands between heads and W_O, which M does not hold");
	tell(s, OUTPUT_NORMED, traits & NORMS_OUTPUT, "a norm stands behind W_O, before the sum, which M does not hold");
	tell(s, OUTPUT_MAPPED, traits & MAPS_OUTPUT, "a linear map stands behind W_O, before the sum, which M does not hold");
	tell(s, OUTPUT_SCALED, traits & SCALES_OUTPUT,
	    "learned factors (LayerScale, or a gate) stand behind W_O, which M does not hold");
	tell(s, OUTPUT_SCALED, !isnan(depth) && depth != 1,
	    "what heads give is multiplied by %g (scale_depth, over the root of the number of layers), which M does not hold", depth);
	tell(s, OUTPUT_SCALED, traits & SCALES_BY_DEPTH, "what heads give is divided by the root of layers / 36, which M does not hold");
	for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
		double x = config_number(s, factors[i]);

		tell(s, (enum trait)(MULTIPLIED + i), !isnan(x) && x != 1, "what heads give is multiplied by %g (%s), which M does not hold",
		    x, factors[i]);
	}
}

void
traits_warn(struct search *s, size_t skipped)
{
	const size_t shared = stack_shared(s), groups = config_count(s, "num_hidden_groups", 0);
	const int ov = s->circuit == CIRCUIT_OV;

	(ov ? warn_ov : warn_qk)(s);
	tell(s, SINKS, has_sibling(s, "sinks") || has_sibling(s, "attn_sinks"),
	    "a sink joins the softmax of each head: attention over the tokens sums to less than 1");
	tell(s, NO_SOFTMAX, skipped > 0 && !(s->family->traits & SOME_LAYERS),
	    "%zu of %zu layers have no softmax attention and give no rows", skipped, s->stack->num_layers);
	tell(s, KEYS_SHARED, shared > 0, "the last %zu layers take the %s of a layer before them: %s is that layer's", shared,
	    ov ? "values" : "keys", ov ? "W_V" : "W_K");
	tell(s, WEIGHTS_SHARED, s->family->traits & SHARED_WEIGHTS && groups < s->stack->num_layers,
	    "%zu layers share the weights of %zu: rows of the same weights are no samples of their own",
	    s->stack->num_layers, groups);
}
