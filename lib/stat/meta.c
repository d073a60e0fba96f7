/* meta.c - an effect pooled over the groups of one key, such as models: a random
 * effect of each. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stat.h"

enum { COLUMNS = 7 };           /* of meta_put */

static const char word[] = "pooled";

void
meta_check(const struct group *g, const char *pool)
{
	struct near n = near_to(pool, strlen(pool));

	for (size_t i = 0; i < group_keys(g); i++)
		if (strcmp(group_name(g, i), pool) == 0)
			return;
	for (size_t i = 0; i < group_keys(g); i++)
		near_try(&n, group_name(g, i), strlen(group_name(g, i)));
	die("--pool %s: not a key of the groups%s", pool, near_text(&n));
}

/* The keys of group k but the pooled one, each ended by NUL, in *text: how many bytes. */
static size_t
other_keys(const struct meta *m, size_t k, char **text, size_t *cap)
{
	size_t n = 0;

	for (size_t i = 0; i < group_keys(m->group); i++) {
		const char *s = group_key(m->group, k, i);
		size_t len = strlen(s) + 1;

		if (i == m->key)
			continue;
		*text = mem_grow(*text, cap, n + len, 1);
		memcpy(*text + n, s, len);
		n += len;
	}
	return n;
}

struct meta *
meta_new(const struct group *g, const char *pool)
{
	struct meta *m = mem_new(1, sizeof *m);
	struct map *map = map_new();
	char *text = NULL;
	size_t cap = 0;

	*m = (struct meta){ .group = g, .order = group_order(g), .n = group_count(g) };
	while (strcmp(group_name(g, m->key), pool) != 0)
		m->key++;
	m->set = mem_new(m->n, sizeof *m->set);
	for (size_t k = 1; k < m->n; k++) {
		size_t n = other_keys(m, m->order[k], &text, &cap);

		if (strcmp(group_key(g, m->order[k], m->key), word) == 0)
			die("%s: a key that is \"%s\", the word for the pooled groups", pool, word);
		m->set[m->order[k]] = map_add(map, n > 0 ? text : "", n);
	}
	m->nset = map_count(map);
	map_free(map);
	free(text);
	return m;
}

void
meta_free(struct meta *m)
{
	if (m == NULL)
		return;
	free(m->order);
	free(m->set);
	free(m);
}

void
meta_fit(const double *y, const double *v, ptrdiff_t k, double level, struct meta_effect *e)
{
	double n = (double)k, t = k > 1 ? tail_t2_inv(1 - level, n - 1) : NAN, u;
	struct reml f;

	reml_fit(y, v, k, &f);
	u = k > 2 ? tail_t2_inv(1 - level, n - 2)*sqrt(f.tau2 + f.se*f.se) : NAN;
	*e = (struct meta_effect){ .k = n, .estimate = f.mu, .std_error = f.se, .low = f.mu - t*f.se, .high = f.mu + t*f.se,
	    .p = k > 1 && f.se > 0 ? tail_t2(f.mu/f.se, n - 1) : NAN, .tau2 = f.tau2, .i2 = f.i2, .q_stat = f.q, .q_p = f.q_p,
	    .pred_low = f.mu - u, .pred_high = f.mu + u };
}

void
meta_put_keys(const struct meta *m, size_t k, struct csv_writer *w)
{
	for (size_t i = 0; i < group_keys(m->group); i++)
		csv_put_str(w, i == m->key ? word : group_key(m->group, k, i));
}

void
meta_put_names(struct csv_writer *w)
{
	static const char *const name[COLUMNS] = { "k", "tau2", "i2", "q_stat", "q_p", "pred_low", "pred_high" };

	for (int i = 0; i < COLUMNS; i++)
		csv_put_str(w, name[i]);
}

void
meta_put(const struct meta_effect *e, struct csv_writer *w)
{
	if (e == NULL) {
		for (int i = 0; i < COLUMNS; i++)
			csv_put_str(w, "");
		return;
	}
	csv_put_int(w, (long long)e->k);
	csv_put_num(w, e->tau2);
	csv_put_num(w, e->i2);
	csv_put_num(w, e->q_stat);
	csv_put_num(w, e->q_p);
	csv_put_num(w, e->pred_low);
	csv_put_num(w, e->pred_high);
}
