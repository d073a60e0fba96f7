/* What torch.save has written, tensor by tensor as torch.load has it:
 * tests/data/pickles. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "private.h"
#include "test.h"

static const char folder[] = "tests/data/pickles/";

/* "2x3" of its shape; of more than two dimensions those that are known. */
static void
print_shape(char *buf, size_t size, const struct tensor *t)
{
	if (t->ndim == 0)
		*buf = '\0';
	else if (t->ndim == 1)
		snprintf(buf, size, "%zu", t->shape[0]);
	else
		snprintf(buf, size, "%zux%zu%s", t->shape[0], t->shape[1], t->ndim > 2 ? "x" : "");
}

/* A line of expected.csv: file, name, type, shape, check sum. */
static int
is_tensor(const struct tensor *t, const char *type, const char *shape, const char *sum)
{
	char is[64], crc[16] = "";

	if (t == NULL || strcmp(t->dtype, type) != 0)
		return 0;
	print_shape(is, sizeof is, t);
	if (t->readable && t->bytes > 0)
		snprintf(crc, sizeof crc, "%lu", (unsigned long)crc32_z(0, t->data, t->bytes));
	return (t->ndim > 2 ? strncmp(shape, is, strlen(is)) : strcmp(shape, is)) == 0 && strcmp(crc, sum) == 0;
}

/* The fields of a line, which has no quotes. */
static void
split(char *line, char *field[5])
{
	line[strcspn(line, "\n")] = '\0';
	for (int i = 0; i < 5; i++) {
		field[i] = line;
		line += strcspn(line, ",");
		if (*line != '\0')
			*line++ = '\0';
	}
}

int
main(void)
{
	FILE *f = fopen("tests/data/pickles/expected.csv", "r");
	char line[512], path[512] = "", *field[5];
	struct tensors *ts = NULL;
	size_t files = 0, tensors = 0, wanted = 0;

	if (f == NULL || fgets(line, sizeof line, f) == NULL)
		return 1;
	while (fgets(line, sizeof line, f) != NULL) {
		split(line, field);
		if (strcmp(path + (*path != '\0' ? strlen(folder) : 0), field[0]) != 0) {
			if (ts != NULL)
				tensors_close(ts);
			snprintf(path, sizeof path, "%s%s", folder, field[0]);
			ts = tensors_open(path);
			tensors += tensors_count(ts);
			files++;
		}
		wanted++;
		test_ok(is_tensor(tensors_find(ts, field[1]), field[2], field[3], field[4]), "%s: %s is that of torch.load",
		    field[0], field[1]);
	}
	tensors_close(ts);
	fclose(f);
	test_ok(files == 13, "all files");
	test_ok(tensors == wanted, "no tensors but those of torch.load");
	return test_end();
}
