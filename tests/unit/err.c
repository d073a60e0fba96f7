/* Sizes that are claimed: products are right, or refused. */
#include "child.h"
#include "test.h"

static void
times(void *p)
{
	const size_t *n = p;

	mem_times(n[0], n[1]);
}

static void
fits(void *p)
{
	const size_t *n = p;

	mem_fits(n[0], n[1]);
}

static int
dies(void (*f)(void *), size_t m, size_t n)
{
	size_t both[2] = { m, n };
	struct child c = child_run(f, both);

	return c.status == 1 && strcmp(c.msg, "test: out of memory") == 0;
}

int
main(void)
{
	const size_t root = (size_t)1 << 4*sizeof(size_t), most = PTRDIFF_MAX;

	err_init("test");
	test_ok(mem_times(0, SIZE_MAX) == 0 && mem_times(SIZE_MAX, 0) == 0 && mem_times(3, 7) == 21, "products");
	test_ok(mem_times(most, 1) == most && mem_times(1, most) == most && mem_times(root/2, root - 1) == root/2*(root - 1),
	    "the largest");
	test_ok(dies(times, root, root) && dies(times, root/2, root) && dies(times, most, 2) && dies(times, SIZE_MAX, 1) &&
	    dies(times, 1, SIZE_MAX), "what wraps, or is no ptrdiff_t");
	mem_fits(1000, 1000);
	test_ok(dies(fits, root, root) && dies(fits, root/16, root/16), "nor may what is computed beside it");
	return test_end();
}
