/* open.c - opening a checkpoint: of which family it is, which stacks it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pass.h"

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
	if (strstr(strstr(h->q, "{}") + 2, "{}") != NULL || (h->k != NULL && strstr(strstr(h->k, "{}") + 2, "{}") != NULL))
		die_usage("--q, --k: {} stands twice in the name");
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
	struct near near;
	const struct family *like;
	const int ov = s->circuit == CIRCUIT_OV;

	for (size_t i = 0; i < nrefused && !is_hinted(h); i++)
		if (config_word(refused[i].types, c->type))
			die("%s: %s \"%s\": its heads cannot be read: %s", c->path, c->what, c->type, refused[i].why);
	*own = (struct family){ .types = "" };
	s->family = own;
	like = is_hinted(h) || (ov && c->gguf) ? NULL : guess_family(s);
	if (ov && like == NULL)
		die("%s: --circuit ov: where W_V and W_O lie is not known of %s \"%s\"", c->path, c->what, c->type);
	if (is_hinted(h)) {
		take_hints(own, h);
	} else if (like != NULL) {
		*own = (struct family){ .types = "", .q = like->q, .k = like->k, .layout = like->layout, .v = like->v, .o = like->o };
		warn("%s: %s \"%s\" is not known: read by the names of its tensors, as %.*s is%s", c->path, c->what, c->type,
		    (int)strcspn(like->types, " "), like->types, ov ? "; what stands behind W_O, before the sum, is not known" : "");
	} else {
		names_refuse_adapter(s, "");
		names_alike(s->ts, found);
		config_like(c, &near);
		near_text(&near);
		die("%s: %s \"%s\" is not known%s%s say where q and k lie with --q NAME --k NAME, {} for the "
		    "layer, and --layout; found: %s", c->path, c->what, c->type, near.said, *near.said != '\0' ? " If not," : ":", found);
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

/* What the stack that s->family is of is called: of a part of a model, by both names; what that is around
 * is its text, if there are parts.  NULL: it is the only one. */
static const char *
stack_name(const struct search *s, int parts)
{
	const char *own = s->family->stack;
	char text[2 * SECTION], *name;

	if (*s->inside == '\0')
		return own != NULL ? own : parts ? "text" : NULL;
	snprintf(text, sizeof text, "%s%s%s", s->inside, own != NULL ? "." : "", own != NULL ? own : "");
	name = mem_text(text, strlen(text));
	tensors_keep(s->ts, name);
	return name;
}

/* The forward pass through the stack, the only one. */
static void
plan_add(struct model *m, struct search *s)
{
	if (m->plan != NULL)
		die("%s: %s %s: a model of several stacks cannot be measured", s->config->path, s->config->what, s->config->type);
	m->plan = plan_find(s);
}

/* Its queries are tensors that a stack of another part has: config.json has two sections for one model. */
static int
is_taken(const struct search *s)
{
	char name[NAME], pattern[NAME];
	const struct tensor *t = NULL;

	for (size_t l = 0; l < s->stack->num_layers && t == NULL; l++)
		t = names_find(s, s->prefix, s->family->q, l, name);
	if (t == NULL)
		return 0;
	names_generalise(pattern, t->name, names_stem(t->name));
	return map_find(s->seen, pattern, strlen(pattern)) < s->others;
}

/* Fills a new stack as s->family says; takes it away and returns 0 if it has no
 * tensors of its own. */
static int
find_stack(struct model *m, struct search *s, int parts)
{
	size_t skipped;
	int found;

	if (s->circuit == CIRCUIT_OV && s->family->o == NULL)
		die("%s: --circuit ov: where W_V and W_O lie is not known of %s %s", s->config->path, s->config->what,
		    s->config->type);
	s->stack = stack_add(m, stack_name(s, parts));
	stack_sizes(s);
	s->prefix = s->found;
	found = names_find_prefix(s, s->family->q, s->stack->num_layers, s->found);
	if (!found)
		refuse_packed(s);
	if (!found || is_taken(s)) {
		free(s->stack->layer);
		m->nstack--;
		return 0;
	}
	s->stack->type = mem_text(s->config->type, strlen(s->config->type));
	s->stack->known = *s->family->types != '\0';
	s->stack->has_ov = s->family->o != NULL;
	s->stack->norm = s->family->kind;
	s->scale |= s->info && s->stack->known;
	add_seen(s);
	skipped = stack_layers(s);
	if (s->pass)
		plan_add(m, s);
	else
		traits_warn(s, skipped);
	return 1;
}

/* One of the n rows is of the same stack, which has other names in other files. */
static int
is_among(const struct family **row, size_t n, const struct family *fam)
{
	for (size_t i = 0; i < n; i++) {
		const char *a = row[i]->stack, *b = fam->stack;

		if (a == NULL || b == NULL ? a == b : strcmp(a, b) == 0)
			return 1;
	}
	return 0;
}

/* A stage that config.json does not have is in the file: dies. */
static void
refuse_stage(const struct search *s)
{
	char prefix[NAME], name[NAME];

	if (config_true(s, "depths.4") || !names_find_prefix(s, s->family->q, 1, prefix))
		return;
	names_find(s, prefix, s->family->q, 0, name);
	die("%s: no layers of %s, but there is a tensor %s", s->config->path, s->family->stack, name);
}

/* The stacks of a family; says which have no tensors, if there is another. */
static void
find_stacks(struct model *m, struct search *s, int parts)
{
	const struct family **absent = mem_new(nfamilies, sizeof *absent), **found = mem_new(nfamilies, sizeof *found);
	const struct family *last = NULL;
	const struct config *c = s->config;
	size_t n = 0, nfound = 0, before = m->nstack, width;

	s->said = 0;
	s->others = map_count(s->seen);
	for (size_t i = 0; i < nfamilies; i++) {
		s->family = &families[i];
		if (!config_is(c, s->family, c->type) || is_among(found, nfound, s->family))
			continue;
		if (!config_holds(s)) {
			if (s->family->traits & IN_WINDOWS)
				refuse_stage(s);
			continue;
		}
		last = s->family;
		if (stack_keys_differ(s, &width))
			warn("%s: stack %s: its keys are made of %zu components, its queries of others: it gives no rows", c->type,
			    stack_name(s, parts), width);
		else if (find_stack(m, s, parts))
			found[nfound++] = last;
		else
			absent[n++] = last;
	}
	for (size_t i = 0; i < n && (m->nstack > before || *s->inside != '\0'); i++) {
		s->family = absent[i];
		if (!is_among(found, nfound, absent[i]))
			warn("%s: no tensors of stack %s: it gives no rows", c->type, stack_name(s, parts));
	}
	s->family = last;
	if (last == NULL)
		die("%s: %s \"%s\" is not known as it is configured here", c->path, c->what, c->type);
	if (s->fold && last->kind == NORM_NONE)
		warn("%s: no norm goes before attention: --fold-norm changes nothing", c->type);
	free(absent);
	free(found);
}

/* What is asked for cannot be said of a part of the model, whose first row s->family becomes. */
static int
is_beyond(struct search *s)
{
	int no_output = 0;

	for (size_t i = nfamilies; i-- > 0; )
		if (config_is(s->config, &families[i], s->config->type)) {
			s->family = &families[i];
			no_output |= s->family->o == NULL;
		}
	return s->circuit == CIRCUIT_OV ? no_output : s->rotary && !s->info && !rotary_is_known(s);
}

/* The stacks of the parts of a model, each as its own family has it; dies if what is asked for can be
 * said of no part, and there is no other stack. */
static void
find_parts(struct model *m, struct search *s, struct config *c, const struct parts *parts)
{
	const struct config whole = *c;
	const char *option = s->circuit == CIRCUIT_OV ? "--circuit ov" : rotary_option(s);
	size_t beyond = 0;

	for (size_t i = 0; i < parts->n; i++) {
		const struct inner *p = &parts->part[i];

		c->in = p->in;
		c->type = p->type;
		s->inside = p->name;
		if (is_beyond(s)) {
			warn("%s: %s: not known of model_type %s: stack %s gives no rows", c->path, option, c->type, p->name);
			beyond++;
		} else {
			find_stacks(m, s, 1);
		}
	}
	if (m->nstack == 0 && beyond > 0)
		die("%s: %s: none of its stacks gives rows", c->path, option);
	s->inside = "";
	c->in = whole.in;
	c->type = whole.type;
}

/* All stacks of a model of which the user has said nothing.  One that only holds others, each with a
 * section of its own, has none besides. */
static void
find_all(struct model *m, struct search *s, struct config *c, const struct model_spec *spec, struct family *own)
{
	struct parts parts;
	const struct family *fam;
	size_t n;

	parts_find(&parts, c);
	if (config_knows(c, c->type)) {
		find_stacks(m, s, parts.n > 0);
	} else if (parts.n == 0 || c->in != c->root) {
		make_family(s, spec, own);
		if (find_stack(m, s, parts.n > 0))
			guess_check(s);
	}
	fam = s->family;
	n = m->nstack;
	if (!s->pass)
		find_parts(m, s, c, &parts);
	s->family = fam != NULL ? fam : s->family;
	if (s->family == NULL)
		die("%s: %s \"%s\" is not known as it is configured here", c->path, c->what, c->type);
	if (m->nstack == 0)
		die_unnamed(s);
	if (n == 0 && fam != NULL)
		warn("%s: no tensors of stack %s: it gives no rows", c->type, stack_name(s, 1));
	parts_free(&parts);
	if (!s->pass)
		guess_left_out(s);
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

/* The types of q and k: each once, sorted by number, those that are packed behind them. */
static char *
types_of(const struct model *m, int *rounded)
{
	int met[NUM_NVFP4 + 1] = { 0 };
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
		*rounded |= met[t] && f->count > 1;
	}
	*rounded |= *packed != '\0';
	if (*packed != '\0')
		add_name(text, packed);
	return mem_text(text, strlen(text));
}

struct model *
model_open(const char *path, const struct model_spec *spec)
{
	struct model *m = mem_new(1, sizeof *m);
	struct config c = { 0 };
	struct search s = { .config = &c, .circuit = spec->circuit, .fold = spec->fold, .scale = spec->scale,
		.info = spec->info, .rotary = spec->rotary || spec->info, .farthest = spec->farthest, .pass = spec->pass,
		.layers = spec->layers, .inside = "" };
	struct family own;

	s.seen = map_new();
	m->circuit = spec->circuit;
	s.ts = m->ts = tensors_open(path);
	s.part = tensors_part(m->ts);
	s.adapters = names_adapters(m->ts);
	config_read(&c, path, m->ts);
	if (!is_hinted(spec)) {
		find_all(m, &s, &c, spec, &own);
	} else {
		make_family(&s, spec, &own);
		if (!find_stack(m, &s, 0))
			die_unnamed(&s);
	}
	map_free(s.seen);
	config_free(&c);
	m->types = types_of(m, &m->rounded);
	return m;
}

void
model_free(struct model *m)
{
	for (size_t i = 0; i < m->nstack; i++) {
		for (size_t l = 0; l < m->stack[i].num_layers; l++)
			rotary_free(&m->stack[i].layer[l].rotary);
		free(m->stack[i].layer);
		free(m->stack[i].type);
	}
	if (m->plan != NULL)
		plan_free(m->plan);
	free(m->stack);
	free(m->types);
	tensors_close(m->ts);
	free(m);
}
