/* head.c - what a row of a head table says of the weights that its spectrum is of. */
#include <math.h>
#include <string.h>

#include "stat.h"

struct head_columns
head_columns(const struct table *t)
{
	return (struct head_columns){ table_find(t, "metric"), table_find(t, "q_fro"), table_find(t, "k_fro"), table_find(t, "v_fro"),
	    table_find(t, "o_fro"), table_find(t, "tr1"), table_find(t, "tr2"), table_find(t, "d_model"), table_find(t, "d_head") };
}

static double
number(const struct table *t, size_t col)
{
	double v;

	return col != TABLE_NONE && table_num(t, col, &v) ? v : NAN;
}

/* The norm of a factor of M, W_Q W_K or W_V W_O: that of the circuit that the row is of. */
static double
norm(const struct table *t, size_t qk, size_t ov)
{
	double v = number(t, qk);

	return isnan(v) ? number(t, ov) : v;
}

void
head_read(const struct head_columns *c, const struct table *t, struct descr_head *h)
{
	h->full = c->metric != TABLE_NONE && strcmp(t->field[c->metric], "full") == 0;
	h->q_fro = norm(t, c->q_fro, c->v_fro);
	h->k_fro = norm(t, c->k_fro, c->o_fro);
	h->tr1 = number(t, c->tr1);
	h->tr2 = number(t, c->tr2);
	h->d_model = number(t, c->d_model);
	h->d_head = number(t, c->d_head);
}
