/* held.h - what the library holds while it looks at an input of the fuzzer.  The files
 * under test are compiled with exit, calloc and others called fuzz_... (HELD_CALLS in the Makefile):
 * what dies comes back here, and what it held is given back; what is written is kept. */
#ifndef HELD_H
#define HELD_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void fuzz_exit(int status);
void *fuzz_calloc(size_t n, size_t size);
void *fuzz_realloc(void *p, size_t size);
void fuzz_free(void *p);

/* look at the input, until it returns or dies, of which 0 says that it did; then all memory is
 * given back, and what it opened is closed. */
int held_look(void (*look)(const uint8_t *, size_t), const uint8_t *data, size_t size);

/* Ends the run unless it is good; of memory that comes from the library. */
void held_check(int good);

/* What it wrote on standard error, lent until the next look. */
const char *held_said(void);

/* What it wrote by the output that was opened last, size bytes and a NUL; lent until the next one is opened. */
const char *held_wrote(size_t *size);

/* The name of a file with these bytes, the i-th of HELD_FILES. */
enum { HELD_FILES = 3 };
char *held_file(int i, const void *data, size_t size);

/* From now on a read gives so many bytes at most; 0: as many as it can. */
void held_cut(size_t most);

/* Whether lines are taken apart as where there are no vectors. */
extern int held_plain;

#endif
