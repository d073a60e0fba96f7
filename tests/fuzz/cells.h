/* cells.h - a text of CSV as a slow reader has it, byte by byte, and what headtable(5) says of numbers: to
 * compare the library with, of which there is nothing in here. */
#ifndef CELLS_H
#define CELLS_H

#include <stddef.h>
#include <stdint.h>

/* What ends a text before its end. */
enum { CELLS_WHOLE, CELLS_QUOTE, CELLS_OPEN, CELLS_NUL };

/* Row r has the cells first[r] .. first[r + 1] - 1 and began on line[r]; cell c is text + start[c], a string. */
struct cells {
	size_t nrow, *first, *line, *start;
	char *text;
	int fault;              /* behind the rows, in cell fault_cell of a row that began on fault_line */
	size_t fault_line, fault_cell;
};

/* Memory is had from malloc, and for cells_free; s[0..n) may hold anything. */
struct cells cells_read(const uint8_t *s, size_t n);
void cells_free(struct cells *c);

size_t cells_count(const struct cells *c, size_t row);
const char *cells_at(const struct cells *c, size_t row, size_t i);

/* The rows say the same, but for a byte order mark in front of the second one. */
int cells_same(const struct cells *c, size_t row, size_t other);

/* A cell as a number: missing, one that no double holds, or none at all. */
enum { CELLS_NUMBER, CELLS_MISSING, CELLS_LARGE, CELLS_TEXT };
int cells_number(const char *s, double *v);

/* The text may be refused by its first bytes alone: they seem to be of another format. */
int cells_strange(const uint8_t *s, size_t n);

#endif
