/* pool.c - blocks through a ring, in order.
 *
 * Three counters chase each other round it: freed <= begun <= filled <= freed
 * + njob.  Jobs are filled one after the other, worked on side by side, and
 * taken or drained one after the other.  Whoever looks for something to do starts
 * at the end of the pipe; so whatever can be delivered is delivered before all
 * wait for new input. */
#include <pthread.h>
#include <stdlib.h>

#include "io.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t change;
	pthread_t *thread;
	int nthread, nborn;

	struct pool_job *job;
	size_t njob, filled, begun, freed;
	int filling, draining, last, stop, fail;

	struct pool_do todo;
	void *ctx;
};

static struct pool_job *
at(const struct pool *p, size_t count)
{
	return &p->job[count % p->njob];
}

static void
drain(struct pool *p)
{
	struct pool_job *j = at(p, p->freed);
	int fail = p->fail;

	p->draining = 1;
	pthread_mutex_unlock(&p->lock);
	if (!fail)
		fail = p->todo.drain(p->ctx, j);
	pthread_mutex_lock(&p->lock);
	p->fail = fail;
	p->draining = 0;
	j->done = 0;
	p->freed++;
}

static void
work(struct pool *p, int worker)
{
	struct pool_job *j = at(p, p->begun++);

	pthread_mutex_unlock(&p->lock);
	p->todo.work(p->ctx, j, worker);
	pthread_mutex_lock(&p->lock);
	j->done = 1;
}

static void
fill(struct pool *p)
{
	struct pool_job *j = at(p, p->filled);
	int more;

	p->filling = 1;
	pthread_mutex_unlock(&p->lock);
	more = p->todo.fill(p->ctx, j);
	pthread_mutex_lock(&p->lock);
	p->filling = 0;
	p->last = !more;
	p->filled++;
}

static int
can_fill(const struct pool *p)
{
	return p->todo.fill && !p->filling && !p->last && p->filled < p->freed + p->njob;
}

/* Does one thing, the lock held before and after; returns 0 if there was
 * nothing to do.  A worker fills before it works: filling is done by one at a time, and may be what
 * takes longest, while the main thread works on what is there.  Whoever is alone works first,
 * for there would be nobody to do the job if filling has to wait. */
static int
step(struct pool *p, int worker)
{
	if (p->todo.drain && !p->draining && p->freed < p->begun && at(p, p->freed)->done)
		drain(p);
	else if (p->nthread > 0 && can_fill(p))
		fill(p);
	else if (p->begun < p->filled)
		work(p, worker);
	else if (can_fill(p))
		fill(p);
	else
		return 0;
	pthread_cond_broadcast(&p->change);
	return 1;
}

static void *
run(void *arg)
{
	struct pool *p = arg;
	int worker;

	pthread_mutex_lock(&p->lock);
	worker = p->nborn++;
	while (!p->stop)
		if (!step(p, worker))
			pthread_cond_wait(&p->change, &p->lock);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* The main thread waits for a change, or brings it about: all of it if it is
 * alone, else its share of the work, as one worker more.  It leaves filling and
 * draining to the others, for these may wait for a pipe while there is something
 * for the main thread to take. */
static void
await(struct pool *p)
{
	if (!p->nthread) {
		step(p, 0);
	} else if (p->begun < p->filled) {
		work(p, p->nthread);
		pthread_cond_broadcast(&p->change);
	} else {
		pthread_cond_wait(&p->change, &p->lock);
	}
}

int
pool_workers(int threads)
{
	return threads < 2 ? 0 : threads - 1;
}

size_t
pool_jobs(int workers)
{
	return workers ? 2 * (size_t)workers + 2 : 1;
}

/* A thread that cannot be had is done without. */
struct pool *
pool_new(int workers, struct pool_do todo, void *ctx)
{
	struct pool *p = mem_new(1, sizeof *p);

	p->todo = todo;
	p->ctx = ctx;
	p->njob = pool_jobs(workers);
	p->job = mem_new(p->njob, sizeof *p->job);
	p->thread = mem_new((size_t)workers, sizeof *p->thread);
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->change, NULL);
	pthread_mutex_lock(&p->lock);
	while (p->nthread < workers && !team_thread(&p->thread[p->nthread], run, p))
		p->nthread++;
	pthread_mutex_unlock(&p->lock);
	return p;
}

struct pool_job *
pool_get(struct pool *p)
{
	struct pool_job *j;

	pthread_mutex_lock(&p->lock);
	while (!at(p, p->freed)->done)
		await(p);
	j = at(p, p->freed);
	pthread_mutex_unlock(&p->lock);
	return j;
}

void
pool_release(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	at(p, p->freed)->done = 0;
	p->freed++;
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
}

struct pool_job *
pool_room(struct pool *p)
{
	struct pool_job *j;

	pthread_mutex_lock(&p->lock);
	while (p->filled == p->freed + p->njob)
		await(p);
	j = at(p, p->filled);
	pthread_mutex_unlock(&p->lock);
	return j;
}

int
pool_put(struct pool *p)
{
	int fail;

	pthread_mutex_lock(&p->lock);
	p->filled++;
	pthread_cond_broadcast(&p->change);
	while (!p->nthread && step(p, 0))
		;
	fail = p->fail;
	pthread_mutex_unlock(&p->lock);
	return fail;
}

int
pool_wait(struct pool *p)
{
	int fail;

	pthread_mutex_lock(&p->lock);
	while (p->freed < p->filled)
		await(p);
	fail = p->fail;
	pthread_mutex_unlock(&p->lock);
	return fail;
}

void
pool_free(struct pool *p)
{
	int i;

	pthread_mutex_lock(&p->lock);
	p->stop = 1;
	pthread_cond_broadcast(&p->change);
	pthread_mutex_unlock(&p->lock);
	for (i = 0; i < p->nthread; i++)
		pthread_join(p->thread[i], NULL);
	pthread_cond_destroy(&p->change);
	pthread_mutex_destroy(&p->lock);
	free(p->thread);
	free(p->job);
	free(p);
}
