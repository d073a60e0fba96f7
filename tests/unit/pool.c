/* The ring of blocks: side by side, in order, the same for any number of workers. */
#include <pthread.h>
#include <stdlib.h>

#include "io.h"
#include "child.h"
#include "test.h"

enum { MANY = 40 };

/* Jobs are numbered; work waits until meet of them are at work side by side. */
struct run {
	int workers, jobs, meet, get, fail;     /* get: by fill and pool_get; fail: the job that drain refuses */
	pthread_mutex_t lock;
	pthread_cond_t change;
	pthread_t main;
	int filled, arrived, drained, code, strangers, disorder, by[MANY + 1];
};

static void
number(struct run *r, struct pool_job *j)
{
	j->nin = (size_t)r->filled;
	j->in[0] = (unsigned char)r->filled++;
}

static int
fill(void *ctx, struct pool_job *j)
{
	struct run *r = ctx;

	number(r, j);
	return r->filled < r->jobs;
}

static void
work(void *ctx, struct pool_job *j, int worker)
{
	struct run *r = ctx;

	j->nout = j->nin*j->nin;
	j->out[0] = (unsigned char)~j->in[0];
	pthread_mutex_lock(&r->lock);
	r->arrived++;
	r->by[worker]++;
	r->strangers += !pthread_equal(pthread_self(), r->main);
	pthread_cond_broadcast(&r->change);
	while (r->arrived < r->meet)
		pthread_cond_wait(&r->change, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static int
drain(void *ctx, struct pool_job *j)
{
	struct run *r = ctx;
	size_t n = (size_t)r->drained++;

	r->disorder += j->nin != n || j->nout != n*n || j->out[0] != (unsigned char)~n;
	return r->drained == r->fail ? 28 : 0;
}

static void
get_all(struct run *r)
{
	struct pool *p = pool_new(r->workers, (struct pool_do){ .fill = fill, .work = work }, r);

	while (r->drained < r->jobs) {
		drain(r, pool_get(p));
		pool_release(p);
	}
	pool_free(p);
}

static void
put_all(struct run *r)
{
	struct pool *p = pool_new(r->workers, (struct pool_do){ .work = work, .drain = drain }, r);

	while (r->filled < r->jobs) {
		number(r, pool_room(p));
		pool_put(p);
	}
	r->code = pool_wait(p);
	pool_free(p);
}

static void
do_run(void *arg)
{
	struct run *r = arg;

	r->main = pthread_self();
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->change, NULL);
	(r->get ? get_all : put_all)(r);
}

/* In a child, which is killed if those that should meet never do. */
static struct run
run(struct run what)
{
	struct run *r = child_share(sizeof *r);

	*r = what;
	what.code = child_run(do_run, r).status;
	if (what.code == 0)
		what = *r;
	munmap(r, sizeof *r);
	return what;
}

int
main(void)
{
	static const int workers[] = { 1, 2, 3, MANY };

	err_init("test");
	test_ok(pool_workers(1) == 0 && pool_workers(2) == 1 && pool_workers(256) == 255, "workers: the threads but one");
	for (int get = 0; get < 2; get++) {
		const char *how = get ? "got" : "put";
		struct run r = run((struct run){ .jobs = 40, .get = get });

		test_ok(r.drained == 40 && !r.disorder && !r.strangers && r.by[0] == 40 && !r.code,
		    "40 jobs %s without workers: all by the main thread", how);
		for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
			int n = workers[i], once = 0;

			r = run((struct run){ .workers = n, .jobs = n + 1, .meet = n + 1, .get = get });
			for (int w = 0; w <= n; w++)
				once += r.by[w] == 1;
			test_ok(once == n + 1 && r.strangers == n && r.drained == n + 1 && !r.disorder && !r.code,
			    "%d jobs %s, %d workers: each has one and the main thread too, all at work at once", n + 1, how, n);
			r = run((struct run){ .workers = n, .jobs = 200, .get = get });
			test_ok(r.arrived == 200 && r.strangers == 200 - r.by[n] && r.drained == 200 && !r.disorder && !r.code,
			    "200 jobs %s, %d workers: in order", how, n);
		}
	}
	for (int n = 0; n < 3; n++) {
		struct run r = run((struct run){ .workers = n, .jobs = 50, .fail = 7 });

		test_ok(r.code == 28 && r.drained == 7 && !r.disorder, "%d workers: nothing is drained behind a failure", n);
	}
	return test_end();
}
