/* files.c - a folder that is read, and goes when the program ends. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "files.h"
#include "held.h"
#include "model.h"

char files_dir[] = "/tmp/headgeom-fuzz.XXXXXX";

void
files_write(const char *name, const void *data, size_t size)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", files_dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(data, 1, size, f) != size || fclose(f) != 0)
		abort();
}

static void
clean(void)
{
	char cmd[300];

	snprintf(cmd, sizeof cmd, "rm -rf %s", files_dir);
	if (system(cmd) != 0)
		abort();
}

void
files_begin(void)
{
	if (mkdtemp(files_dir) == NULL)
		abort();
	atexit(clean);
}

void
files_read(const char *path)
{
	struct tensors *ts = tensors_open(path);
	const struct tensor *t;
	volatile unsigned char sum = 0;

	for (size_t k = 0; (t = tensors_at(ts, k)) != NULL; k++) {
		for (size_t i = 0; i < t->bytes; i++)
			sum = (unsigned char)(sum + t->data[i]);
		held_check(tensors_find(ts, t->name) == t);
		tensors_release(t);
	}
	tensors_close(ts);
}
