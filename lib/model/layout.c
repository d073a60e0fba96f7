/* layout.c - where the rows of each head lie in the tensors of its layer, and the
 * norm before them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "private.h"

static const char *const layout_names[] = {
	"separate", "fused", "transposed", "interleaved", "grouped", "blocked", "gated", NULL, NULL
};

const char *
layout_name(enum layout l)
{
	return layout_names[l];
}

/* t is not of the shape that config.json says: rows by cols, cols 0: of one
 * dimension. */
_Noreturn static void
die_shape(const struct search *s, const struct tensor *t, size_t layer, size_t rows, size_t cols)
{
	const struct layer *y = &s->stack->layer[layer];
	char is[64];

	snprintf(is, sizeof is, t->ndim == 1 ? "%zu" : "%zu x %zu%s", t->shape[0], t->shape[1],
	    t->ndim > 2 ? " x ..." : "");
	if (cols == 0)
		die("%s: %s: of shape %s, not %zu as %s says", t->file, t->name, is, rows, s->config->path);
	die("%s: %s: of shape %s, not %zu x %zu as %s says (%zu heads of %td, %zu of keys)", t->file,
	    t->name, is, rows, cols, s->config->path, y->heads, y->d_head, y->kv_heads);
}

/* t, whose last two dimensions are heads and their components, as one of these end to end. */
static const struct tensor *
flatten(const struct search *s, const struct tensor *t)
{
	struct tensor *flat;

	if (t->ndim != 3)
		return t;
	flat = mem_new(1, sizeof *flat);
	tensors_keep(s->ts, flat);
	*flat = *t;
	flat->ndim = 2;
	flat->shape[1] *= flat->shape[2];
	return flat;
}

/* The tensor of a pattern, which must be there, of rows by cols (cols 0: of one
 * dimension). */
static const struct tensor *
want(const struct search *s, const char *pattern, size_t layer, size_t rows, size_t cols)
{
	char name[NAME];
	const struct tensor *t = names_find(s, s->prefix, pattern, layer, name), *unpacked;

	names_refuse_adapter(s, name);
	tensors_refuse_elsewhere(s->ts, name);
	if (cols > 0 && (unpacked = pack_find(s, t, name, cols)) != NULL) {
		if (unpacked->shape[0] != rows)
			die_shape(s, unpacked, layer, rows, cols);
		return unpacked;
	}
	if (t == NULL) {
		quant_refuse(s, name);
		die("%s: %s %s needs tensor %s.weight, which is in none of its files%s", s->config->path,
		    s->config->what, s->config->type, name, names_part(s));
	}
	if (s->family->layout == SPREAD && cols > 0)
		t = flatten(s, t);
	quant_check(s, t, name, cols > 0);
	if (t->ndim != 1u + (cols > 0) || t->shape[0] != rows || (cols > 0 && t->shape[1] != cols))
		die_shape(s, t, layer, rows, cols);
	return t;
}

static void
place(struct proj *p, size_t base, size_t per, size_t big, size_t small)
{
	p->base = base;
	p->per = per;
	p->big = big;
	p->small = small;
}

/* Rows of the tensor of q, k or v, and in p where heads begin. */
static size_t
lay_out(enum layout layout, enum part part, const struct layer *y, size_t m, struct proj *p)
{
	size_t H = y->heads, kv = y->kv_heads, g = H / kv;
	const size_t heads_before[] = { 0, H, H + kv }, group_before[] = { 0, g, g + 1 }, block_before[] = { 0, 2, 1 };
	int q = part == PART_Q;

	switch (layout) {
	case SEPARATE:
	case SPREAD:
	case LATENT:
		place(p, 0, 1, m, 0);
		return (q ? H : kv) * m;
	case GATED:
		place(p, 0, 1, q ? 2*m : m, 0);
		return (q ? 2*H : kv) * m;
	case FUSED:
	case TRANSPOSED:
		place(p, heads_before[part]*m, 1, m, 0);
		return (H + 2*kv) * m;
	case INTERLEAVED:
		place(p, part*m, 1, 3*m, 0);
		return 3*H*m;
	case GROUPED:
		place(p, group_before[part]*m, q ? g : 1, (g + 2)*m, m);
		return kv*(g + 2)*m;
	case BLOCKED:
		place(p, H/4*block_before[part]*m, H/4, H/4*3*m, m);
		return 3*H*m;
	}
	return 0;
}

int
layout_one_tensor(enum layout l)
{
	return l == FUSED || l == TRANSPOSED || l == INTERLEAVED || l == GROUPED || l == BLOCKED;
}

static void
find_plain(const struct search *s, size_t layer, enum part part, struct proj *p)
{
	const char *const own[] = { s->family->q, s->family->k, s->family->v };
	const char *pattern = own[part] != NULL ? own[part] : s->family->q;
	size_t rows = lay_out(s->family->layout, part, &s->stack->layer[layer], (size_t)s->stack->layer[layer].d_head, p);

	p->rows = s->stack->layer[layer].d_head;
	p->n = (ptrdiff_t)s->hidden;
	p->transposed = s->family->layout == TRANSPOSED || s->family->layout == SPREAD;
	p->w = p->transposed ? want(s, pattern, layer, s->hidden, rows) : want(s, pattern, layer, rows, s->hidden);
}

/* In GGUF kv_b may be two tensors, of three dimensions: k_b, the transpose of each head's part that
 * makes keys, r by nope, one after the other, and v_b, its part that makes values, v by r, which is
 * taken as its rows end to end; or NULL. */
static const struct tensor *
find_part(const struct search *s, size_t layer, enum part part, size_t rows, size_t cols)
{
	const size_t heads = s->stack->layer[layer].heads;
	char name[NAME], sibling[NAME];
	const struct tensor *t = NULL;
	struct tensor *flat;

	if (s->config->gguf && part != PART_Q)
		t = names_find(s, s->prefix, names_sibling(s->family->k, part == PART_K ? "attn_k_b" : "attn_v_b", sibling), layer,
		    name);
	if (t == NULL)
		return NULL;
	quant_check(s, t, name, 1);
	if (t->ndim != 3 || t->shape[0] != heads || t->shape[1] != rows || t->shape[2] != cols)
		die("%s: %s: not of shape %zu x %zu x %zu as %s says", t->file, t->name, heads, rows, cols, s->config->path);
	if (part == PART_K)
		return t;
	flat = mem_new(1, sizeof *flat);
	*flat = *t;
	flat->ndim = 2;
	flat->shape[0] = heads * rows;
	flat->shape[1] = cols;
	flat->shape[2] = 1;
	tensors_keep(s->ts, flat);
	return flat;
}

/* W_O' of each head: all of W_O lies [out, in], where Linear has it, so that a head has
 * columns of it; where layers are transposed, rows. */
static void
find_output(const struct search *s, size_t layer, struct proj *p)
{
	size_t m = (size_t)s->stack->layer[layer].d_head, all = s->stack->layer[layer].heads * m;

	p->rows = s->stack->layer[layer].d_head;
	p->n = (ptrdiff_t)s->hidden;
	place(p, 0, 1, m, 0);
	p->transposed = s->family->layout != TRANSPOSED;
	p->w = p->transposed ? want(s, s->family->o, layer, s->hidden, all) : want(s, s->family->o, layer, all, s->hidden);
}

/* Multi-head latent attention: DeepSeek-V2, arXiv 2405.04434, section 2.1.  The rows of
 * kv_b_proj are the head's k, then its v. */
static void
find_latent(const struct search *s, size_t layer, enum part part, struct proj *p)
{
	const struct family *fam = s->family;
	size_t nope = config_need(s, "qk_nope_head_dim"), rope = config_need(s, "qk_rope_head_dim");
	size_t v = config_need(s, "v_head_dim"), H = s->stack->layer[layer].heads, r, k = part != PART_Q;
	size_t m = k ? nope + v : nope + rope, all = mem_times(H, m);
	const size_t rows[] = { nope + rope, nope, v };
	char name[NAME];

	p->n = (ptrdiff_t)s->hidden;
	p->rows = (ptrdiff_t)rows[part];
	p->tail = part == PART_K ? (ptrdiff_t)rope : 0;
	place(p, part == PART_V ? nope : 0, 1, m, 0);
	r = k ? config_need(s, "kv_lora_rank") : config_count(s, "q_lora_rank", 0);
	if (r == 0) {
		p->w = want(s, fam->q, layer, all, s->hidden);
		return;
	}
	p->w = part == PART_K ? find_part(s, layer, part, r, nope) : find_part(s, layer, part, v, r);
	if (p->w != NULL)
		place(p, 0, 1, rows[part], 0);
	else
		p->w = want(s, k ? fam->k : fam->q, layer, all, r);
	p->times = fam->traits & SCALES_LATENT ? sqrt((double)s->hidden / (double)r) : 0;
	p->inner = want(s, names_sibling(fam->k, s->config->gguf ? k ? "attn_kv_a_mqa" : "attn_q_a" :
	    k ? "kv_a_proj_with_mqa" : "q_a_proj", name), layer, k ? r + rope : r, s->hidden);
	p->gain = want(s, names_sibling(fam->k, s->config->gguf ? k ? "attn_kv_a_norm" : "attn_q_a_norm" :
	    k ? "kv_a_layernorm" : "q_a_layernorm", name), layer, r, 0);
}

/* The same of a norm that lies beside the part of the model whose names are looked for: a.b.decoder.'s in a.b. */
static const struct tensor *
want_beside(const struct search *s, const char *pattern, size_t layer)
{
	struct search beside = *s;
	char prefix[NAME];
	size_t n = strlen(s->prefix);

	while (n > 0 && s->prefix[n - 1] == '.')
		n--;
	while (n > 0 && s->prefix[n - 1] != '.')
		n--;
	snprintf(prefix, sizeof prefix, "%.*s", (int)n, s->prefix);
	beside.prefix = prefix;
	return want(&beside, pattern, layer, s->hidden, 0);
}

/* What q, k or v of the layer is projected from.  Embeddings that are projected are
 * so behind their norm. */
static void
find_norm(const struct search *s, size_t layer, enum part part, struct proj *p)
{
	const struct family *fam = s->family;
	const char *pattern = part != PART_Q && fam->knorm != NULL ? fam->knorm : fam->norm;
	char name[NAME];

	if (fam->first != NULL && layer == 0)
		pattern = names_find(s, s->prefix, "embeddings_project", 0, name) != NULL ? "" : fam->first;
	else if (fam->first != NULL && layer == 1 && names_find(s, s->prefix, "encoder.conv.LayerNorm", 0, name) != NULL)
		pattern = "encoder.conv.LayerNorm";     /* deberta-v2 has a convolution behind layer 0 */
	else if (fam->first != NULL && !(fam->traits & OWN_NORMS))
		layer--;
	else if (pattern == fam->knorm && pattern != NULL && strstr(pattern, "{}") != NULL)
		layer = config_need(s, "encoder_layers") - 1;
	p->norm = fam->kind;
	if (pattern == NULL || fam->kind == NORM_NONE)
		return;
	if (*pattern == '\0')
		p->norm = NORM_NONE;
	else if (strncmp(pattern, "../", 3) == 0)
		p->weight = want_beside(s, pattern + 3, layer);
	else if (config_flag(s, "layer_norm_elementwise_affine") != 0)
		p->weight = want(s, pattern, layer, s->hidden, 0);
}

void
layout_find(const struct search *s, size_t layer, enum part part, struct proj *p)
{
	if (part == PART_O)
		find_output(s, layer, p);
	else if (s->family->layout == LATENT)
		find_latent(s, layer, part, p);
	else
		find_plain(s, layer, part, p);
	quant_scales(s, p->w, &p->wscales);
	quant_scales(s, p->inner, &p->iscales);
	if (s->fold && part != PART_O)
		find_norm(s, layer, part, p);
}
