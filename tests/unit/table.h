/* table.h - tables of test data: numbers apart by commas, text fields NaN. */
#ifndef TABLE_H
#define TABLE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Reads DIR/NAME+SUFFIX into x, row by row, each row ncol fields (short rows
 * are filled with NaN), after skip header lines.  Returns the number of rows,
 * or ends the test. */
static inline int
table_read(const char *dir, const char *name, const char *suffix, int skip,
    int ncol, double *x, int max)
{
	char path[256], line[4096], *s, *end;
	FILE *f;
	int j, n = 0;

	snprintf(path, sizeof(path), "tests/data/%s/%s%s", dir, name, suffix);
	f = fopen(path, "r");
	if (!f) {
		perror(path);
		exit(1);
	}
	while (fgets(line, sizeof(line), f)) {
		if (skip-- > 0 || line[0] == '\n')
			continue;
		if (n == max) {
			fprintf(stderr, "%s: too many rows\n", path);
			exit(1);
		}
		for (s = line, j = 0; j < ncol; j++) {
			x[n*ncol + j] = s ? strtod(s, &end) : NAN;
			if (s && end == s)
				x[n*ncol + j] = NAN;
			s = s ? strchr(s, ',') : NULL;
			if (s)
				s++;
		}
		n++;
	}
	fclose(f);
	return n;
}

/* A number in [-1, 1), the same sequence everywhere. */
static inline double
table_random(unsigned long long *seed)
{
	*seed = *seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (double)(*seed >> 11) * 0x1p-52 - 1;
}

#endif
