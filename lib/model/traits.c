/* traits.c - warnings of what a model does to the logits, or to what heads give, and M does
 * not hold. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>

#include "private.h"

/* What is warned of, in the order in which it is told. */
enum trait {
	QK_NORM, BIAS_FIXED, BIAS_LEARNED, CAPPED, CLAMPED, SINKS, NO_SOFTMAX, KEYS_SHARED, ROPE_LEFT_OUT, SCALE_ASSUMED,
	BIASES, VALUES_NORMED, GATED_OUTPUT, OUTPUT_NORMED, OUTPUT_SCALED
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
	char pattern[NAME], name[NAME];

	return names_find(s, s->prefix, names_sibling(s->family->q, end, pattern), first_layer(s), name) != NULL;
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

	return has_bias(s, fam->v != NULL || fam->layout == LATENT ? fam->v : fam->q) || has_bias(s, fam->o);
}

static int
has_qk_norm(const struct search *s)
{
	return config_true(s, "use_qk_norm|qk_layernorm|qk_layernorms|attn_config.qk_ln") ||
	    has_sibling(s, "q_norm") || has_sibling(s, "q_layernorm") || has_sibling(s, "q_layernorm.norms.0") ||
	    has_sibling(s, "query_norm") || has_sibling(s, "attn_q_norm");
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

static void
warn_qk(struct search *s)
{
	/* All of config.json is looked at before the first warning: it may be wrong. */
	const double cap = config_number(s, "attn_logit_softcapping"), clip = config_number(s, CLIP);
	const int qk = has_qk_norm(s), rope = rope_left_out(s);
	const int alibi = s->family->traits & ALIBI || config_true(s, "alibi|attn_config.alibi");

	tell(s, QK_NORM, qk, "q and k are normalised behind their projections (QK-norm): "
	    "op, fro and trace compare with no model without it");
	tell(s, BIAS_FIXED, alibi, "a bias by distance (ALiBi) is added to the logits, which M does not hold");
	tell(s, BIAS_LEARNED, s->family->traits & RELATIVE,
	    "a learned bias by distance is added to the logits, which M does not hold");
	tell(s, CAPPED, cap > 0, "the logits are capped at %g (softcap), behind M", cap);
	tell(s, CLAMPED, clip > 0, "q and k are clamped at %g behind their projections, which M does not know", clip);
	tell(s, ROPE_LEFT_OUT, rope,
	    "rotary positions scale a part of each head (YaRN or LongRoPE): logit_scale leaves that out");
	tell(s, SCALE_ASSUMED, s->scale && s->family->traits & ASSUMED,
	    "the scale of the logits is not in the file: that of Google's models of as many layers is taken");
}

static void
warn_ov(struct search *s)
{
	const double clip = config_number(s, CLIP), factor = config_number(s, "residual_multiplier");
	const int traits = s->family->traits, biases = has_biases(s);

	tell(s, BIASES, biases, "v or the output has a bias: what it adds is not in M");
	tell(s, VALUES_NORMED, traits & NORMS_VALUES, "v is normalised behind its projection, which M does not know");
	tell(s, CLAMPED, clip > 0, "v is clamped at %g behind its projection, which M does not know", clip);
	tell(s, GATED_OUTPUT, s->family->layout == GATED, "a gate multiplies what heads give before W_O, which M does not hold");
	tell(s, OUTPUT_NORMED, traits & NORMS_OUTPUT, "a norm stands behind W_O, before the sum, which M does not hold");
	tell(s, OUTPUT_SCALED, traits & SCALES_OUTPUT, "learned factors (LayerScale) stand behind W_O, which M does not hold");
	tell(s, OUTPUT_SCALED, !isnan(factor) && factor != 1, "the output is multiplied by %g (residual_multiplier), which M does not hold",
	    factor);
}

void
traits_warn(struct search *s, size_t skipped)
{
	const size_t shared = stack_shared(s);
	const int ov = s->circuit == CIRCUIT_OV;

	(ov ? warn_ov : warn_qk)(s);
	tell(s, SINKS, has_sibling(s, "sinks") || has_sibling(s, "attn_sinks"),
	    "a sink joins the softmax of each head: attention over the tokens sums to less than 1");
	tell(s, NO_SOFTMAX, skipped > 0, "%zu of %zu layers have no softmax attention and give no rows", skipped,
	    s->stack->num_layers);
	tell(s, KEYS_SHARED, shared > 0, "the last %zu layers take the %s of a layer before them: %s is that layer's", shared,
	    ov ? "values" : "keys", ov ? "W_V" : "W_K");
}
