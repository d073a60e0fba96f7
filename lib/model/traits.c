/* traits.c - warnings of what a model does to the logits and M does not hold. */
#include <stdarg.h>
#include <stdio.h>

#include "private.h"

/* What is warned of, in the order in which it is told. */
enum trait { QK_NORM, BIAS_FIXED, BIAS_LEARNED, CAPPED, CLAMPED, SINKS, NO_SOFTMAX, KEYS_SHARED, ROPE_LEFT_OUT, SCALE_ASSUMED };

/* A tensor of the first layer that is there, called like q but for its end. */
static int
has_sibling(const struct search *s, const char *end)
{
	char pattern[NAME], name[NAME];
	size_t l = 0;

	while (l + 1 < s->stack->num_layers && !s->stack->layer[l].present)
		l++;
	return names_find(s, s->prefix, names_sibling(s->family->q, end, pattern), l, name) != NULL;
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

void
traits_warn(struct search *s, size_t skipped)
{
	/* All of config.json is looked at before the first warning: it may be wrong. */
	const double cap = config_number(s, "attn_logit_softcapping");
	const double clip = config_number(s, "clip_qkv|attn_config.clip_qkv");
	const int qk = has_qk_norm(s), rope = rope_left_out(s);
	const size_t shared = stack_shared(s);
	const int alibi = s->family->traits & ALIBI || config_true(s, "alibi|attn_config.alibi");

	tell(s, QK_NORM, qk, "q and k are normalised behind their projections (QK-norm): "
	    "op, fro and trace compare with no model without it");
	tell(s, BIAS_FIXED, alibi, "a bias by distance (ALiBi) is added to the logits, which M does not hold");
	tell(s, BIAS_LEARNED, s->family->traits & RELATIVE,
	    "a learned bias by distance is added to the logits, which M does not hold");
	tell(s, CAPPED, cap > 0, "the logits are capped at %g (softcap), behind M", cap);
	tell(s, CLAMPED, clip > 0, "q and k are clamped at %g behind their projections, which M does not know", clip);
	tell(s, SINKS, has_sibling(s, "sinks") || has_sibling(s, "attn_sinks"),
	    "a sink joins the softmax of each head: attention over the tokens sums to less than 1");
	tell(s, NO_SOFTMAX, skipped > 0, "%zu of %zu layers have no softmax attention and give no rows", skipped,
	    s->stack->num_layers);
	tell(s, KEYS_SHARED, shared > 0,
	    "the last %zu layers take the keys of a layer before them: W_K is that layer's", shared);
	tell(s, ROPE_LEFT_OUT, rope,
	    "rotary positions scale a part of each head (YaRN or LongRoPE): logit_scale leaves that out");
	tell(s, SCALE_ASSUMED, s->scale && s->family->traits & ASSUMED,
	    "the scale of the logits is not in the file: that of Google's models of as many layers is taken");
}
