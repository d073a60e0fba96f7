/* files.h - the reader of checkpoints in a fuzzer: mmap and others are called fuzz_... in the
 * files under test, so that a file is a copy in memory of exactly its length, and that
 * nothing stays from one input to the next. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>
#include <stdint.h>

/* The folder of the files that are read, from files_begin on. */
extern char files_dir[];

void files_begin(void);
void files_write(const char *name, const void *data, size_t size);

/* Reads every byte of every tensor that is handed out. */
void files_read(const char *path);

/* As held_look; files that were open when it died are closed, maps given back. */
void files_look(void (*look)(const uint8_t *, size_t), const uint8_t *data, size_t size);

#endif
