/* files.h - a folder of files that the reader of checkpoints gets. */
#ifndef FILES_H
#define FILES_H

#include <stddef.h>

/* The folder, from files_begin on. */
extern char files_dir[];

void files_begin(void);
void files_write(const char *name, const void *data, size_t size);

/* Reads every byte of every tensor that is handed out. */
void files_read(const char *path);

#endif
