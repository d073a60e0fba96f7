/* plan_gguf.c - whether all that a file of GGUF has of the layers is what the row of its architecture
 * speaks of: its converter writes what it needs, and nothing that has no effect. */
#include <math.h>
#include <string.h>

#include "pass.h"

/* The name without .weight or .bias is one of a pattern's. */
static int
is_of(const char *name, const char *pattern)
{
	size_t n = names_stem(name), len;

	if (n > 5 && strcmp(name + n - 5, ".bias") == 0)
		n -= 5;
	for (const char *p = pattern; p != NULL; p = p[len] == '|' ? p + len + 1 : NULL) {
		len = strcspn(p, "|");
		if ((len == n || len == strlen(name)) && strncmp(p, name, len) == 0)
			return 1;
	}
	return 0;
}

static int
is_known(const struct search *s, const struct block_row *row, const char *name)
{
	static const char latent[] = "blk.{}.attn_q_a|blk.{}.attn_q_a_norm|blk.{}.attn_kv_a_mqa|blk.{}.attn_kv_a_norm|"
	    "blk.{}.attn_k_b|blk.{}.attn_v_b";
	const struct family *f = s->family;
	const char *const of[] = {
		row->embed, row->place, row->kind, row->start, row->in1, row->out1, row->in2, row->out2, row->gate, row->up, row->down,
		row->router, row->correction, row->egate, row->eup, row->edown, row->sgate, row->sup, row->sdown, row->sweight,
		row->qnorm, row->knorm, row->sinks, f->q, f->k, f->v, f->o, f->layout == LATENT ? latent : NULL,
		"output|output_norm|rope_freqs|cls|cls.output|cls.norm",
	};

	for (size_t i = 0; i < sizeof of / sizeof *of; i++)
		if (is_of(name, of[i]))
			return 1;
	return 0;
}

/* The layer that a name is of, or 0. */
static size_t
layer_of(const char *name)
{
	size_t l = 0;

	for (const char *p = strncmp(name, "blk.", 4) == 0 ? name + 4 : ""; *p >= '0' && *p <= '9' && l < 1000000; p++)
		l = 10*l + (size_t)(*p - '0');
	return l;
}

void
plan_gguf_check(const struct search *s, const struct block_row *row, size_t nlayers)
{
	const char *strange = json_string_value(json_object_get(s->config->root, "strange"));
	const json_t *causal = json_object_get(s->config->root, "causal");
	const struct tensor *t;
	char name[NAME];

	if (strange != NULL)
		die("%s: key %s: what it does to %s %s is not known", s->config->path, strange, s->config->what, s->config->type);
	if (causal != NULL && json_is_true(causal) != !(row->flags & BOTH_WAYS))
		die("%s: attention.causal: not as %s %s usually has it", s->config->path, s->config->what, s->config->type);
	if (config_true(s, "alibi") && !(row->flags & SLOPES))
		die("%s: attention.max_alibi_bias: not known of %s %s", s->config->path, s->config->what, s->config->type);
	if (config_true(s, "sigmoid_router") && !(row->flags & SIGMOID_ROUTER))
		die("%s: expert_gating_func: not as %s %s usually has it", s->config->path, s->config->what, s->config->type);
	if (strcmp(s->config->type, "deepseek2") == 0 && row->flags & PAIR_GROUPS && isnan(config_number(s, "n_group")))
		warn("%s: no expert_group_count: experts are chosen among all, as in models of one group; those of DeepSeek-V3 "
		    "have eight", s->config->path);
	for (size_t k = 0; (t = tensors_at(s->ts, k)) != NULL; k++) {
		names_generalise(name, t->name, strlen(t->name));
		if (layer_of(t->name) < nlayers && !is_known(s, row, name))
			die("%s: %s: what it does to %s %s is not known", t->file, t->name, s->config->what, s->config->type);
	}
}
