/* io.h - bytes and text: messages, gzip, CSV, decimals, columns, groups,
 * options.  Knows no mathematics.
 *
 * Streams and allocation die: a function here that meets a bad stream, a
 * failed write or an empty heap prints one line on standard error and exits
 * with status 1, so that no caller has a path for it.  Text is bytes; UTF-8
 * passes through.  The C locale is assumed and setlocale(3) never called.
 */
#ifndef IO_H
#define IO_H

#include <getopt.h>
#include <stddef.h>
#include <stdint.h>

/* err.c - messages, memory ------------------------------------------------ */

/* Takes the program's name from argv[0] for all messages, and opens /dev/null
 * on any of the descriptors 0, 1, 2 that came closed, so that no file opened
 * later can be taken for a standard stream; using one of them is EBADF.  Call it first in main. */
void err_init(const char *argv0);

/* The program's name, without directories. */
const char *err_prog(void);

/* "prog: message" on standard error; die exits with status 1, die_usage with
 * status 2 after a line that points to -h. */
void warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
_Noreturn void die_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* n objects of size bytes, zeroed; the product is checked.  Dies when there is
 * no memory; never returns NULL.  mem_resize keeps the old bytes. */
void *mem_new(size_t n, size_t size);
void *mem_resize(void *p, size_t n, size_t size);
char *mem_text(const char *s, size_t len);

/* Room for at least n objects in an array that holds *cap: *cap grows by
 * doubling, and the array may move. */
void *mem_grow(void *p, size_t *cap, size_t n, size_t size);

/* dec.c - decimal and double ------------------------------------------------- */

enum { DEC_OK = 0, DEC_TEXT = 1, DEC_RANGE = 2 };

/* The correctly rounded double of s[0..len), s[len] == 0: optional sign,
 * digits with at most one point, optional exponent.  DEC_TEXT: anything else,
 * blanks, hex, nan and inf among it; DEC_RANGE: too large for a double.  What
 * is too small becomes a denormal or zero. */
int dec_parse(const char *s, size_t len, double *v);

/* The shortest decimal that dec_parse reads back as the same double, the one
 * nearest to x among them; x finite.  Like %.17g without needless digits:
 * 0.1, 1e+300, -0.  Returns the length; buf takes DEC_MAX bytes and a NUL. */
enum { DEC_MAX = 25 };
int dec_print(char *buf, double x);

#endif
