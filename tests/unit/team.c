/* Parts of a task side by side: each once, none left when run returns, workers apart. */
#include <pthread.h>
#include <stdatomic.h>

#include "io.h"
#include "test.h"

enum { PARTS = 1000, MOST = 8 };

struct task {
	int done[PARTS], meet;
	atomic_int in[MOST], strange, arrived;
	int size;
};

/* Number parts, the first meet of which wait for each other. */
static void
work(void *ctx, size_t part, int worker)
{
	struct task *k = ctx;

	if (worker < 0 || worker >= k->size || atomic_fetch_add(&k->in[worker], 1) != 0)
		atomic_fetch_add(&k->strange, 1);
	if (part < (size_t)k->meet) {
		atomic_fetch_add(&k->arrived, 1);
		while (atomic_load(&k->arrived) < k->meet)
			;
	}
	k->done[part]++;
	if (worker >= 0 && worker < k->size)
		atomic_fetch_sub(&k->in[worker], 1);
}

int
main(void)
{
	static const size_t parts[] = { PARTS, 0, 1, 7, PARTS };

	err_init("team");
	for (int threads = 0; threads <= MOST; threads += 1 + threads/2) {
		struct team *t = team_new(threads);
		int bad = 0;

		for (int run = 0; run < 200; run++) {
			struct task k = { .size = team_size(t), .meet = run%5 == 4 ? team_size(t) : 0 };
			size_t n = parts[run%5];

			team_run(t, n, work, &k);
			for (size_t i = 0; i < PARTS; i++)
				bad += k.done[i] != (i < n);
			bad += k.strange;
		}
		test_ok(!bad && team_size(t) == (threads < 1 ? 1 : threads), "%d threads: each part once", threads);
		team_free(t);
	}
	return test_end();
}
