/* axis.c - ranges of axes, and ticks at round numbers: decimals m 10^e, which are exact. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draw.h"

enum { PREFIXES = 8 };                  /* of SI, up and down */

static double
decimal(long long m, int e)
{
	char text[48];
	double x;

	return dec_parse(text, (size_t)snprintf(text, sizeof text, "%llde%d", m, e), &x) == DEC_OK ? x : INFINITY;
}

/* e of x = m 10^e, 1 <= |m| < 10; x is not 0. */
static int
exponent(double x)
{
	char text[48];

	snprintf(text, sizeof text, "%.17e", x);
	return atoi(strchr(text, 'e') + 1);
}

/* Which power of 1000 numbers of this size are written by: none from 0.01 to below 10000. */
static int
thousands(int e)
{
	int q = e >= 4 ? e/3 : e < -2 ? -((2 - e)/3) : 0;

	return abs(q) <= PREFIXES ? q : 0;
}

/* One of a list of ticks, at m 10^e, with q powers of 1000 as a prefix; minor: without text. */
static void
put_tick(struct plot *p, size_t i, long long m, int e, int q, int minor)
{
	static const char *const prefix[] = { "y", "z", "a", "f", "p", "n", "\xc2\xb5", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y" };
	char text[DEC_MAX + 1] = "";

	if (!minor)
		dec_print(text, decimal(m, e - 3*q));
	fprintf(p->f, "%s'%s%s' ", i > 0 ? ", " : "", text, minor || m == 0 ? "" : prefix[PREFIXES + q]);
	gnuplot_num(p->f, decimal(m, e));
	fputs(minor ? " 1" : "", p->f);
}

/* How many ticks there is room for. */
static double
most(const struct plot *p, const char *axis)
{
	return *axis == 'x' && p->across > 2 ? 5 : *axis == 'x' ? 8 : p->spec.term == PLOT_DUMB ? 5 : 7;
}

/* At multiples of 1, 2 or 5 times a power of ten, the first of these by which they have room. */
static void
put_linear(struct plot *p, const char *axis, double min, double max, int whole)
{
	static const int round[] = { 1, 2, 5 };
	int e = exponent(max - min) - 2, i = 0, q;
	double step, first, last;

	if (whole && e < 0)
		e = 0;
	do {
		step = decimal(round[i % 3], e + i/3);
		first = ceil(min/step - 1e-9);
		last = floor(max/step + 1e-9);
		i++;
	} while (!(last - first + 1 <= most(p, axis)));         /* NaN where a step is too small for a double */
	i--;
	e += i/3;
	q = thousands(exponent(fmax(fabs(first), fabs(last))*step));
	fprintf(p->f, "set %stics (", axis);
	for (size_t k = 0; first + (double)k <= last; k++)
		put_tick(p, k, (long long)(first + (double)k)*round[i % 3], e, q, 0);
	fputs(") noenhanced\n", p->f);
}

void
axis_linear(struct plot *p, const char *axis, double min, double max, double room, int whole)
{
	double more = room*(max - min);

	if (!(max > min))
		more = min != 0 ? fabs(min)/2 : 1;
	min -= more;
	max += more;
	script_range(p, axis, min, max);
	if (max - min <= 1e-12*fmax(fabs(min), fabs(max)) || !isfinite(max - min))
		fprintf(p->f, "set %stics autofreq\n", axis);
	else
		put_linear(p, axis, min, max, whole);
}

void
axis_whole(struct plot *p, const char *axis, double last)
{
	double step = 1, room = p->across > 2 && *axis == 'x' ? 8 : 12;

	while ((last + 1)/step > room)
		step *= 2;
	fprintf(p->f, "set %stics 0,%g noenhanced\n", axis, step);
}

void
axis_log(struct plot *p, const char *axis, double min, double max)
{
	int low = exponent(min), high = exponent(max), every = 1 + (high - low)/7;
	size_t n = 0;

	if (!(max > min)) {
		min /= 2;
		max *= 2;
	}
	script_range(p, axis, min, max);
	if (max/min < 5) {                      /* too few powers of ten */
		put_linear(p, axis, min, max, 0);
		return;
	}
	fprintf(p->f, "set %stics (", axis);
	for (int e = low; e <= high; e++)
		for (int m = 1; m < 10; m++) {
			int named = m == 1 ? e % every == 0 : (m == 2 || m == 5) && max/min < 100;

			if (decimal(m, e) >= min && decimal(m, e) <= max && (named || high - low < 5))
				put_tick(p, n++, m, e, thousands(e), !named);
		}
	fputs(") noenhanced\n", p->f);
}
