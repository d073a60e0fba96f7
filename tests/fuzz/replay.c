/* replay.c - gives the fuzzer's harness each file that is named, for compilers
 * without libFuzzer. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		size_t n;

		if (f == NULL || (n = fread(data, 1, sizeof data, f)) == sizeof data || ferror(f)) {
			fprintf(stderr, "replay: cannot read %s whole\n", argv[i]);
			return 1;
		}
		fclose(f);
		LLVMFuzzerTestOneInput(data, n);
	}
	return 0;
}
