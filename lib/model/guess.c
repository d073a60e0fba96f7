/* guess.c - models whose model_type is not known: which family's names their tensors
 * have, and what speaks against reading them so; of all models, what else in them
 * looks like attention. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* A tensor of the pattern is there, in one of so many layers. */
static int
is_there(const struct search *s, const char *prefix, const char *pattern, size_t layers)
{
	char name[NAME];

	for (size_t l = 0; l < layers; l++)
		if (names_find(s, prefix, pattern, l, name) != NULL)
			return 1;
	return 0;
}

/* v and W_O of the family lie beside q, and are there. */
static int
has_output(const struct search *s, const char *prefix, const struct family *fam, size_t layers)
{
	char q[NAME], v[NAME], o[NAME];

	return fam->v != NULL && fam->o != NULL && strcmp(names_sibling(fam->q, "", q), names_sibling(fam->v, "", v)) == 0 &&
	    strcmp(q, names_sibling(fam->o, "", o)) == 0 && is_there(s, prefix, fam->v, layers) &&
	    is_there(s, prefix, fam->o, layers);
}

const struct family *
guess_family(const struct search *s)
{
	const int ov = s->circuit == CIRCUIT_OV;
	size_t n = config_size(s, STACK_LAYERS);
	char prefix[NAME];

	stack_check(s, n);
	if (s->config->gguf && names_find_prefix(s, "blk.{}.attn_kv_a_mqa", n, prefix))
		return NULL;
	for (size_t i = 0; i < nfamilies; i++) {
		const struct family *fam = &families[i];

		if ((fam->layout == SEPARATE || (s->config->gguf && fam->layout == FUSED)) && fam->stack == NULL &&
		    !(fam->traits & GENERIC_NAMES) && !s->config->gguf == !(fam->traits & GGUF) &&
		    names_find_prefix(s, fam->q, n, prefix) && (fam->k == NULL || is_there(s, prefix, fam->k, n)) &&
		    (!ov || has_output(s, prefix, fam, n)))
			return fam;
	}
	return NULL;
}

/* What stands beside q and k in attention as M describes it. */
static int
is_usual(const char *name)
{
	static const char usual[] =
	    "q k v o q_proj k_proj v_proj o_proj out_proj query key value dense c_proj output out o_lin q_lin k_lin v_lin "
	    "bias masked_bias rotary_emb inv_freq sinks q_bias v_bias relative_attention_bias";
	char first[NAME];

	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, "."), name);
	return config_word(usual, first) || strcasestr(first, "norm") != NULL;
}

/* It works on q, on k or between them. */
static int
is_between(const char *name)
{
	static const char *const words[] = { "conv", "scal", "temperature", "shift", "mix", "decay", "slope" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasestr(name, words[i]) != NULL)
			return 1;
	return 0;
}

/* It stands beside v and W_O and changes neither: of norms those of q and k alone. */
static int
is_harmless(const char *name)
{
	static const char norms[] = "q_norm k_norm qk_norm q_layernorm k_layernorm qk_layernorm query_norm key_norm "
	    "query_layernorm key_layernorm norm_q norm_k";
	char first[NAME];

	snprintf(first, sizeof first, "%.*s", (int)strcspn(name, "."), name);
	return is_usual(name) && (strcasestr(first, "norm") == NULL || config_word(norms, first));
}

/* A key of config.json that is about q and k, other than their sizes and their norm, and says something. */
static int
is_about(const char *key, const json_t *v)
{
	return strstr(key, "qk_") != NULL && strstr(key, "norm") == NULL && strstr(key, "_dim") == NULL &&
	    (json_is_true(v) || (json_is_number(v) && json_number_value(v) != 0));
}

void
guess_check(const struct search *s)
{
	const int ov = s->circuit == CIRCUIT_OV;
	char others[NAME] = "";
	const char *name;
	size_t n = 0;
	json_t *v;

	json_object_foreach(s->config->in, name, v)
		if (!s->config->gguf && is_about(name, v))
			warn("%s: model_type \"%s\" is not known, and here is %s, which may say that q and k are changed",
			    s->config->path, s->config->type, name);

	for (size_t k = 0; !s->config->gguf && (name = names_beside(s, &k)) != NULL; ) {
		if (ov ? is_harmless(name) : is_usual(name))
			continue;
		if (ov)
			die("%s: --circuit ov: model_type \"%s\" is not known, and its attention has %s, which may change v or the "
			    "output", s->config->path, s->config->type, name);
		if (is_between(name))
			die("%s: model_type \"%s\" is not known, and its attention has %s beside q and k, which may change them: "
			    "say with --q NAME --k NAME if it does not", s->config->path, s->config->type, name);
		if (n < sizeof others)
			n += (size_t)snprintf(others + n, sizeof others - n, "%s%s", n > 0 ? ", " : "", name);
	}
	if (n > 0)
		warn("%s: model_type \"%s\" is not known, and its attention has parts that may change q and k: %s",
		    s->config->path, s->config->type, others);
}

/* what else looks like attention ------------------------------------------------------- */

/* The last part of the first len bytes of a name; buf holds it. */
static const char *
last_part(const char *name, size_t len, char buf[NAME])
{
	size_t n = 0;

	while (n < len && name[len - 1 - n] != '.')
		n++;
	snprintf(buf, NAME, "%.*s", (int)n, name + len - n);
	return buf;
}

/* A matrix, or a convolution of single places, whose kernel has a height of 1. */
static int
is_matrix(const struct tensor *t)
{
	return t->readable && (t->ndim == 2 || (t->ndim == 4 && t->shape[2] == 1));
}

/* Keys that a learned vector meets: nothing makes queries beside them. */
static int
is_pooling(const struct search *s, const struct tensor *t, size_t len, const char *last)
{
	char module[NAME];

	snprintf(module, sizeof module, "%.*s", (int)(len - strlen(last)), t->name);
	return strcmp(last, "k_proj") == 0 && names_suffixed(s->ts, module, "q_proj.weight") == NULL &&
	    names_suffixed(s->ts, module, "cls_token") != NULL;
}

/* The name of a tensor for queries, or of one that only attention without them has (places that are
 * sampled; two sides that attend to each other): its last part, but for .weight, says so. */
static int
is_query(const struct search *s, const struct tensor *t, size_t len)
{
	static const char queries[] = "q q_proj query q_lin q_attn query_proj to_q wq linear_q q_b_proj c_attn qkv qkv_proj "
	    "Wqkv wqkv w_qkv to_qkv query_key_value in_proj_weight att_proj Wq q_linear qkv_linear to_query project_q query_key "
	    "projection_query q_head query_global layout_query w2e_query e2w_query e2e_query sampling_offsets values_vision_proj";
	char last[NAME];

	return is_matrix(t) && (config_word(queries, last_part(t->name, len, last)) || is_pooling(s, t, len, last));
}

void
guess_left_out(const struct search *s)
{
	char pattern[NAME], list[NAMES_ALIKE] = "";
	const struct tensor *t;
	size_t n = 0;

	for (size_t k = 0; (t = tensors_at(s->ts, k)) != NULL; k++) {
		size_t len = names_stem(t->name), before = map_count(s->seen);

		if (!is_query(s, t, len))
			continue;
		names_generalise(pattern, t->name, len);
		if (map_add(s->seen, pattern, strlen(pattern)) < before)
			continue;
		if (n < sizeof list)
			n += (size_t)snprintf(list + n, sizeof list - n, "%s%s", n > 0 ? ", " : "", pattern);
	}
	if (n > 0)
		warn("%s: more that looks like attention, and gives no rows: %s", s->config->path, list);
}
