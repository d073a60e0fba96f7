/* dump.c - the JSON dump: num_layers, num_heads, and an object a layer in the
 * arrays static (weights) and dynamic (measured). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "private.h"

static const char spectra_key[] = "metric_singvals_per_head";
static const char entropy_key[] = "mean_attention_entropy_per_head";
static const char logit_std_key[] = "mean_logit_std_per_head";

/* jansson takes a NUL byte behind a number for the end of the text. */
static void
check_nul(const char *file, const struct json_words *t)
{
	const char *nul = memchr(t->s, '\0', t->len), *line = t->s, *p;
	size_t n = 1;

	if (nul == NULL)
		return;
	for (; (p = memchr(line, '\n', (size_t)(nul - line))) != NULL; line = p + 1)
		n++;
	die("%s:%zu: column %td: not a JSON dump: a NUL byte", file, n, nul - line + 1);
}

/* The text is no JSON: without the arrays of numbers, and so with them. */
static _Noreturn void
refuse(const char *file, const char *text, size_t len)
{
	struct json_words all = { 0 };
	json_error_t e;

	json_begin(file);
	json_put_words(&all, text, len);
	json_any(&all, &e);
	die("%s:%d: column %d: not a JSON dump: %s", file, e.line, json_column(&all, e.position, e.column), e.text);
}

/* The tree of all that g has, in *bytes; the reader's threads end before others begin. */
static json_t *
parse(struct gz *g, const char *file, int threads, struct numbers **numbers, size_t *bytes)
{
	struct json_words raw = { 0 };
	const char *run;
	size_t n, bom;
	int seam;
	json_t *root;

	json_begin(file);
	while ((run = gz_next(g, &n, &seam)) != NULL) {
		json_take(n);
		json_put(&raw, run, n);
	}
	gz_close(g);
	bom = raw.len >= 3 && memcmp(raw.s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	if (raw.len == bom)
		die("%s: not a JSON dump: no bytes at all", file);
	check_nul(file, &raw);
	root = numbers_read(raw.s + bom, raw.len - bom, threads, numbers);
	if (root == NULL)
		refuse(file, raw.s + bom, raw.len - bom);
	*bytes = raw.len;
	free(raw.s);
	return root;
}

/* The length of an array; 0: it is none. */
static size_t
size_of(const struct dump *d, const json_t *a)
{
	size_t n;

	return numbers_of(d->numbers, a, &n) != NULL ? n : json_array_size(a);
}

/* The number at place k of an array, NaN if it is missing; 0: something else is there. */
static int
number_at(const struct dump *d, const json_t *a, size_t k, double *x)
{
	size_t n;
	const double *all = numbers_of(d->numbers, a, &n);
	const json_t *v = json_array_get(a, k);

	*x = all != NULL ? all[k] : json_is_number(v) ? json_number_value(v) : NAN;
	return all != NULL || json_is_number(v) || json_is_null(v);
}

/* A whole number of at least 1. */
static size_t
count(const char *file, const json_t *root, const char *key)
{
	const json_t *v = json_object_get(root, key);
	double x = json_number_value(v);

	if (v == NULL)
		die("%s: not a dump: no \"%s\"", file, key);
	if (!json_is_number(v) || x < 1 || x > 1e6 || x != floor(x))
		die("%s: %s is not a whole number from 1 to 1000000", file, key);
	return (size_t)x;
}

/* The array key, an object a layer; NULL if it is absent. */
static json_t *
layers(const char *file, const struct dump *d, const json_t *root, const char *key)
{
	json_t *a = json_object_get(root, key);
	size_t n = d->num_layers;

	if (a == NULL)
		return NULL;
	if (!json_is_array(a) || size_of(d, a) != n)
		die("%s: %s is not an array of num_layers = %zu objects%s", file, key, n,
		    json_is_array(a) ? ", its length differs" : "");
	for (size_t i = 0; i < n; i++)
		if (!json_is_object(json_array_get(a, i)))
			die("%s: %s, layer %zu: not an object", file, key, i);
	return a;
}

/* A row's layer is its place; where it says which it is, it must agree. */
static void
check_order(const char *file, const json_t *rows, const char *key, size_t n)
{
	for (size_t i = 0; i < n && rows != NULL; i++) {
		const json_t *l = json_object_get(json_array_get(rows, i), "layer");

		if (l != NULL && !json_is_number(l))
			die("%s: %s, row %zu, counted from 0: its layer is not a number", file, key, i);
		if (l != NULL && json_number_value(l) != (double)i)
			die("%s: %s, row %zu, counted from 0: it says that it is of layer %g", file, key, i,
			    json_number_value(l));
	}
}

/* An array with a number in it, or with nothing but missing values; the two
 * that the format names whatever they hold, to be refused if that is wrong. */
static int
is_measured(const struct dump *d, const char *key, const json_t *a)
{
	size_t n;

	if (strcmp(key, entropy_key) == 0 || strcmp(key, logit_std_key) == 0)
		return !json_is_null(a);
	if (numbers_of(d->numbers, a, &n) != NULL)
		return 1;
	for (size_t i = 0; i < json_array_size(a); i++)
		if (json_is_number(json_array_get(a, i)))
			return 1;
	return 0;
}

/* A measured column on its way into the dump: where, and under which key. */
struct column {
	const json_t *rows;
	const char *key, *where;
	char *name;
};

struct columns {
	struct column *c;
	size_t n, cap;
};

/* mean_attention_entropy_per_head is entropy; NAME_per_head is NAME without
 * mean_. */
static char *
column_name(const char *key, size_t len)
{
	if (strcmp(key, entropy_key) == 0)
		return mem_text("entropy", 7);
	if (len > 5 && memcmp(key, "mean_", 5) == 0)
		return mem_text(key + 5, len - 5);
	return mem_text(key, len);
}

static void
add_column(const char *file, struct columns *cs, const json_t *rows, const char *key, const char *where)
{
	static const char suffix[] = "_per_head";
	size_t len = strlen(key), n = sizeof suffix - 1;
	char *name;

	if (len <= n || strcmp(key + len - n, suffix) != 0 || strcmp(key, spectra_key) == 0)
		return;
	for (size_t i = 0; i < cs->n; i++)
		if (cs->c[i].rows == rows && strcmp(cs->c[i].key, key) == 0)
			return;
	name = column_name(key, len - n);
	for (size_t i = 0; i < cs->n; i++)
		if (strcmp(cs->c[i].name, name) == 0)
			die("%s: %s: %s: column \"%s\" is there already, from %s in %s", file,
			    where, key, name, cs->c[i].key, cs->c[i].where);
	cs->c = mem_grow(cs->c, &cs->cap, cs->n + 1, sizeof *cs->c);
	cs->c[cs->n++] = (struct column){ rows, key, where, name };
}

static void
find_columns(const char *file, const struct dump *d, struct columns *cs, json_t *rows, const char *where)
{
	for (size_t l = 0; l < json_array_size(rows); l++) {
		const char *key;
		json_t *v;

		json_object_foreach(json_array_get(rows, l), key, v)
			if (is_measured(d, key, v))
				add_column(file, cs, rows, key, where);
	}
}

/* Moves the column called name to place to, if it is there; the others keep
 * their order.  Returns the place that is free now. */
static size_t
move_first(struct columns *cs, const char *name, size_t to)
{
	for (size_t i = to; i < cs->n; i++)
		if (strcmp(cs->c[i].name, name) == 0) {
			struct column c = cs->c[i];

			memmove(cs->c + to + 1, cs->c + to, (i - to) * sizeof c);
			cs->c[to] = c;
			return to + 1;
		}
	return to;
}

static void
check_column(const char *file, const struct dump *d, const struct column *c)
{
	for (size_t l = 0; l < d->num_layers; l++) {
		const json_t *a = json_object_get(json_array_get(c->rows, l), c->key);

		if (a != NULL && !json_is_null(a) && (!json_is_array(a) || size_of(d, a) != d->num_heads))
			die("%s: %s, layer %zu: %s is not an array of num_heads = %zu numbers",
			    file, c->where, l, c->key, d->num_heads);
	}
}

static void
fill_column(const char *file, struct dump *d, const struct column *c, size_t col)
{
	for (size_t l = 0; l < d->num_layers; l++) {
		const json_t *a = json_object_get(json_array_get(c->rows, l), c->key);
		int absent = a == NULL || json_is_null(a);

		for (size_t h = 0; h < d->num_heads; h++) {
			double *x = &d->value[(l * d->num_heads + h) * d->ncol + col];

			if (!number_at(d, a, h, x) && !absent)
				die("%s: %s, layer %zu, head %zu: %s: not a number", file,
				    c->where, l, h, c->key);
		}
	}
}

/* Layers may lack what others have, so that few bytes may stand for many values: but no more
 * than this. */
static void
check_claim(const char *file, const struct dump *d, size_t bytes)
{
	const double few = 1e5, most = (double)bytes > few ? (double)bytes : few;

	if ((double)d->num_layers * (double)d->num_heads * (double)d->ncol > most)
		die("%s: a dump of %zu bytes is too short for num_layers = %zu, num_heads = %zu and %zu measured columns",
		    file, bytes, d->num_layers, d->num_heads, d->ncol);
}

static void
read_measured(const char *file, struct dump *d, json_t *sta, json_t *dyn, size_t bytes)
{
	struct columns cs = { 0 };

	find_columns(file, d, &cs, dyn, "dynamic");
	find_columns(file, d, &cs, sta, "static");
	move_first(&cs, "logit_std", move_first(&cs, "entropy", 0));
	for (size_t i = 0; i < cs.n; i++)
		check_column(file, d, &cs.c[i]);
	d->ncol = cs.n;
	check_claim(file, d, bytes);
	d->name = mem_new(cs.n, sizeof *d->name);
	if (cs.n > 0)
		d->value = mem_new(mem_times(d->num_layers, d->num_heads), mem_times(cs.n, sizeof *d->value));
	for (size_t i = 0; i < cs.n; i++) {
		d->name[i] = cs.c[i].name;
		fill_column(file, d, &cs.c[i], i);
	}
	free(cs.c);
}

static int
descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x < y) - (x > y);
}

/* Descending, as a spectrum comes nearly always. */
static void
sort(double *s, size_t n)
{
	for (size_t k = 1; k < n; k++)
		if (s[k] > s[k - 1]) {
			qsort(s, n, sizeof *s, descending);
			return;
		}
}

/* That of head h in layer l. */
static struct spectrum
read_spectrum(const char *file, const struct dump *d, const json_t *a, size_t l, size_t h)
{
	size_t n = size_of(d, a);
	struct spectrum s = { .n = n };
	double x;

	if (!json_is_array(a) || n == 0)
		die("%s: static, layer %zu, head %zu: %s", file, l, h,
		    json_is_array(a) ? "no singular values, the array is empty" : "not an array of singular values");
	s.s = numbers_of(d->numbers, a, &s.n);          /* NULL: a value is something else */
	for (size_t k = 0; k < n; k++) {
		int number = s.s != NULL || number_at(d, a, k, &x);

		x = s.s != NULL ? s.s[k] : x;
		if (!number || isnan(x))
			die("%s: static, layer %zu, head %zu: singular value %zu is not a%s number",
			    file, l, h, k + 1, number ? " finite" : "");
		if (x < 0)
			die("%s: static, layer %zu, head %zu: singular value %zu is negative: %g",
			    file, l, h, k + 1, x);
	}
	sort(s.s, n);
	return s;
}

static void
read_spectra(const char *file, struct dump *d, const json_t *sta)
{
	struct spectrum *s;

	if (sta == NULL)
		die("%s: not a dump with spectra: no \"static\"", file);
	for (size_t l = 0; l < d->num_layers; l++) {
		const json_t *a = json_object_get(json_array_get(sta, l), spectra_key);

		if (a == NULL)
			die("%s: static, layer %zu: no \"%s\"", file, l, spectra_key);
		if (!json_is_array(a) || size_of(d, a) != d->num_heads)
			die("%s: static, layer %zu: %s is not an array of num_heads = %zu spectra",
			    file, l, spectra_key, d->num_heads);
	}
	s = d->spectrum = mem_new(mem_times(d->num_layers, d->num_heads), sizeof *s);
	for (size_t l = 0; l < d->num_layers; l++) {
		const json_t *a = json_object_get(json_array_get(sta, l), spectra_key);

		for (size_t h = 0; h < d->num_heads; h++, s++) {
			*s = read_spectrum(file, d, json_array_get(a, h), l, h);
			d->nsv = s->n > d->nsv ? s->n : d->nsv;
		}
	}
}

static char *
model_of(const json_t *root)
{
	const char *name = json_string_value(json_object_get(root, "model"));

	return name != NULL && *name != '\0' ? mem_text(name, strlen(name)) : NULL;
}

struct dump *
dump_read(struct gz *g, int spectra, int threads)
{
	struct dump *d = mem_new(1, sizeof *d);
	char *file = mem_text(gz_name(g), strlen(gz_name(g)));
	size_t bytes;
	json_t *root = parse(g, file, threads, &d->numbers, &bytes), *sta, *dyn;

	if (!json_is_object(root))
		die("%s: not a dump: the JSON text is not an object", file);
	d->num_layers = count(file, root, "num_layers");
	d->num_heads = count(file, root, "num_heads");
	d->model = model_of(root);
	sta = layers(file, d, root, "static");
	dyn = layers(file, d, root, "dynamic");
	check_order(file, sta, "static", d->num_layers);
	check_order(file, dyn, "dynamic", d->num_layers);
	if (spectra)
		read_spectra(file, d, sta);
	read_measured(file, d, sta, dyn, bytes);
	json_decref(root);
	free(file);
	return d;
}

void
dump_free(struct dump *d)
{
	for (size_t c = 0; c < d->ncol; c++)
		free(d->name[c]);
	free(d->model);
	free(d->name);
	free(d->value);
	free(d->spectrum);
	numbers_free(d->numbers);
	free(d);
}
