/* open.c - opening a checkpoint: of which family it is, which stacks it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

/* What the user says of q and k, as a row of the table. */
static void
take_hints(struct family *fam, const struct model_spec *h)
{
	size_t i = 0;

	while (h->layout != NULL && layout_name((enum layout)i) != NULL && strcmp(layout_name((enum layout)i), h->layout) != 0)
		i++;
	if (layout_name((enum layout)i) == NULL)
		die_usage("--layout: none of separate, fused, transposed, interleaved, grouped, blocked, gated: \"%s\"",
		    h->layout);
	fam->layout = (enum layout)i;
	fam->q = h->q;
	fam->k = h->k;
	if (h->q == NULL)
		die_usage("--q is needed with --k or --layout");
	if (layout_one_tensor(fam->layout) && h->k != NULL && strcmp(h->k, h->q) != 0)
		die_usage("--layout %s: q and k lie in one tensor, that of --q", h->layout);
	if (!layout_one_tensor(fam->layout) && h->k == NULL)
		die_usage("--q without --k: only if --layout says that one tensor holds both");
	if (strstr(h->q, "{}") == NULL || (h->k != NULL && strstr(h->k, "{}") == NULL))
		die_usage("--q, --k: no {} in the name for the number of the layer");
}

static int
is_hinted(const struct model_spec *h)
{
	return h->q != NULL || h->k != NULL || h->layout != NULL;
}

/* Makes own a row for a model_type that none is for: by what the user says, else by
 * what tensors are named like. */
static void
make_family(struct search *s, const struct model_spec *h, struct family *own)
{
	const struct config *c = s->config;
	char found[NAMES_ALIKE];
	const struct family *like;

	if (s->circuit == CIRCUIT_OV)
		die("%s: --circuit ov: where W_V and W_O lie is not known of %s \"%s\"", c->path, c->what, c->type);
	*own = (struct family){ .types = "" };
	s->family = own;
	if (is_hinted(h)) {
		take_hints(own, h);
	} else if ((like = guess_family(s)) != NULL) {
		own->q = like->q;
		own->k = like->k;
		own->layout = like->layout;
		warn("%s: %s \"%s\" is not known: read by the names of its tensors, as %.*s is", c->path, c->what,
		    c->type, (int)strcspn(like->types, " "), like->types);
	} else {
		names_refuse_adapter(s, "");
		names_alike(s->ts, found);
		die("%s: %s \"%s\" is not known: say where q and k lie with --q NAME --k NAME, {} for the "
		    "layer, and --layout; found: %s", c->path, c->what, c->type, found);
	}
	if (s->fold || s->scale)
		die("%s: %s: not known of %s \"%s\"%s", c->path, s->fold ? "--fold-norm" : "--scale", c->what, c->type,
		    own->q == h->q ? " read by --q" : "");
}

/* Nothing is called as the row says: dies if it is so because it is packed. */
static void
refuse_packed(const struct search *s)
{
	char name[NAME];

	for (size_t i = 0; names_prefix(i) != NULL; i++)
		for (size_t l = 0; l < s->stack->num_layers; l++) {
			names_spell(name, names_prefix(i), s->family->q, l);
			quant_refuse_packed(s, NULL, name);
		}
}

_Noreturn static void
die_unnamed(const struct search *s)
{
	char name[NAME], found[NAMES_ALIKE];

	names_refuse_adapter(s, "");
	names_spell(name, "", s->family->q, 0);
	quant_refuse(s, name);
	names_alike(s->ts, found);
	die("%s: no tensor %s.weight, as %s %s has it, under any name before it%s; found: %s", s->config->path,
	    name, s->config->what, s->config->type, names_part(s), found);
}

/* Adds what the tensors of queries are called in this stack to what was seen. */
static void
add_seen(const struct search *s)
{
	char name[NAME], pattern[NAME];

	for (const char *p = s->family->q, *end; p != NULL; p = *end == '|' ? end + 1 : NULL) {
		end = p + strcspn(p, "|");
		snprintf(name, sizeof name, "%s%.*s", s->prefix, (int)(end - p), p);
		names_generalise(pattern, name, names_stem(name));
		map_add(s->seen, pattern, strlen(pattern));
	}
}

/* Fills a new stack as s->family says; takes it away and returns 0 if it has no
 * tensors. */
static int
find_stack(struct model *m, struct search *s)
{
	if (s->circuit == CIRCUIT_OV && s->family->o == NULL)
		die("%s: --circuit ov: where W_V and W_O lie is not known of %s %s", s->config->path, s->config->what, s->config->type);
	s->stack = stack_add(m, s->family->stack);
	stack_sizes(s);
	s->prefix = s->found;
	if (!names_find_prefix(s, s->family->q, s->stack->num_layers, s->found)) {
		refuse_packed(s);
		free(s->stack->layer);
		m->nstack--;
		return 0;
	}
	add_seen(s);
	traits_warn(s, stack_layers(s));
	return 1;
}

/* The stacks of a family, each row's keys in its section; says which have no tensors,
 * if there is another. */
static void
find_stacks(struct model *m, struct search *s, struct config *c)
{
	const struct family **absent = mem_new(nfamilies, sizeof *absent), *last = NULL;
	json_t *in = c->in;
	size_t n = 0;

	for (size_t i = 0; i < nfamilies; i++) {
		json_t *section;

		s->family = &families[i];
		if (!config_is(c, s->family, c->type) || !config_holds(s))
			continue;
		last = s->family;
		section = s->family->section != NULL ? json_object_get(c->root, s->family->section) : NULL;
		c->in = section != NULL ? section : in;
		if (!find_stack(m, s))
			absent[n++] = last;
		c->in = in;
	}
	s->family = last;
	for (size_t i = 0; i < n && m->nstack > 0; i++)
		warn("%s: no tensors of stack %s: it gives no rows", c->type, absent[i]->stack);
	free(absent);
}

/* Adds a name to a text a+b, unless it is one of them. */
static void
add_name(char text[512], const char *name)
{
	size_t n = strlen(name), len = strlen(text);

	for (const char *p = text; *p != '\0'; p += strcspn(p, "+"), p += *p == '+')
		if (strcspn(p, "+") == n && memcmp(p, name, n) == 0)
			return;
	snprintf(text + len, 512 - len, "%s%s", len > 0 ? "+" : "", name);
}

/* The types of q and k, if one of them is of rounded numbers: each once, sorted by number,
 * those that are packed behind them. */
static char *
weights_of(const struct model *m)
{
	int met[NUM_NVFP4 + 1] = { 0 }, rounded = 0;
	char text[512] = "", packed[512] = "";

	for (size_t i = 0; i < m->nstack; i++)
		for (size_t l = 0; l < m->stack[i].num_layers; l++) {
			const struct layer *y = &m->stack[i].layer[l];
			const struct tensor *of[] = { y->q.w, y->q.inner, y->k.w, y->k.inner };

			for (size_t k = 0; k < sizeof of / sizeof *of; k++)
				if (y->present && of[k] != NULL && of[k]->pack != NULL)
					add_name(packed, of[k]->pack->called);
				else if (y->present && of[k] != NULL)
					met[of[k]->type] = 1;
		}
	for (int t = 0; t <= NUM_NVFP4; t++) {
		const struct num_form *f = num_form((enum num_type)t);

		if (met[t])
			add_name(text, f->name);
		rounded |= met[t] && f->count > 1;
	}
	rounded |= *packed != '\0';
	if (*packed != '\0')
		add_name(text, packed);
	return rounded ? mem_text(text, strlen(text)) : NULL;
}

struct model *
model_open(const char *path, const struct model_spec *spec)
{
	struct model *m = mem_new(1, sizeof *m);
	struct config c = { 0 };
	struct search s = { .config = &c, .circuit = spec->circuit, .fold = spec->fold, .scale = spec->scale,
		.rotary = spec->rotary, .farthest = spec->farthest, .layers = spec->layers };
	struct family own;

	s.seen = map_new();
	m->circuit = spec->circuit;
	s.ts = m->ts = tensors_open(path);
	s.part = tensors_part(m->ts);
	config_read(&c, path, m->ts);
	if (is_hinted(spec) || !config_knows(&c, c.type)) {
		make_family(&s, spec, &own);
		if (find_stack(m, &s) && !is_hinted(spec))
			guess_check(&s);
	} else {
		find_stacks(m, &s, &c);
	}
	if (m->nstack == 0)
		die_unnamed(&s);
	if (!is_hinted(spec))
		guess_left_out(&s);
	map_free(s.seen);
	if (spec->fold && s.family->kind == NORM_NONE)
		warn("%s: no norm goes before attention: --fold-norm changes nothing", c.type);
	config_free(&c);
	m->weights = weights_of(m);
	return m;
}

void
model_free(struct model *m)
{
	for (size_t i = 0; i < m->nstack; i++) {
		for (size_t l = 0; l < m->stack[i].num_layers; l++)
			free(m->stack[i].layer[l].rotary.freq);
		free(m->stack[i].layer);
	}
	free(m->stack);
	free(m->weights);
	tensors_close(m->ts);
	free(m);
}
