/* held.h - what the library holds while it looks at an input of the fuzzer.  The files
 * under test are compiled with exit, calloc, realloc and free called fuzz_...: what dies
 * comes back here, and what it held is given back. */
#ifndef HELD_H
#define HELD_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

_Noreturn void fuzz_exit(int status);
void *fuzz_calloc(size_t n, size_t size);
void *fuzz_realloc(void *p, size_t size);
void fuzz_free(void *p);

/* look at the input, until it returns or dies; then all memory is given back. */
void held_look(void (*look)(const uint8_t *, size_t), const uint8_t *data, size_t size);

/* Ends the run unless it is good. */
void held_check(int good);

#endif
