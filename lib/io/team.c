/* team.c - parts of one task side by side.
 *
 * Whoever is free takes the next part.  Between tasks the threads wait for the number of
 * the task to change; a task is done when the last of them has seen that nothing is left. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "io.h"

struct team {
	pthread_mutex_t lock;
	pthread_cond_t begin, end;
	pthread_t *thread;
	int nthread, nborn, busy, stop;         /* threads beside the caller's; those at work */
	unsigned task;

	atomic_size_t next;
	size_t parts;
	void (*work)(void *ctx, size_t part, int worker);
	void *ctx;
};

static void
take_parts(struct team *t, int worker)
{
	size_t part;

	while ((part = atomic_fetch_add(&t->next, 1)) < t->parts)
		t->work(t->ctx, part, worker);
}

static void *
run(void *arg)
{
	struct team *t = arg;
	unsigned task = 0;
	int worker;

	pthread_mutex_lock(&t->lock);
	worker = ++t->nborn;
	for (;;) {
		while (t->task == task && !t->stop)
			pthread_cond_wait(&t->begin, &t->lock);
		if (t->stop)
			break;
		task = t->task;
		pthread_mutex_unlock(&t->lock);
		take_parts(t, worker);
		pthread_mutex_lock(&t->lock);
		if (--t->busy == 0)
			pthread_cond_signal(&t->end);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

int
team_thread(pthread_t *thread, void *(*work)(void *), void *ctx)
{
	pthread_attr_t a;
	size_t size;
	int failed;

	if (pthread_attr_init(&a) != 0)
		return -1;
	if (pthread_attr_getstacksize(&a, &size) != 0 || size < TEAM_STACK)
		pthread_attr_setstacksize(&a, TEAM_STACK);
	failed = pthread_create(thread, &a, work, ctx);
	pthread_attr_destroy(&a);
	return failed;
}

struct team *
team_new(int threads)
{
	struct team *t = mem_new(1, sizeof *t);
	int more = threads < 2 ? 0 : threads - 1;

	t->thread = mem_new((size_t)more, sizeof *t->thread);
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->begin, NULL);
	pthread_cond_init(&t->end, NULL);
	while (t->nthread < more && !team_thread(&t->thread[t->nthread], run, t))
		t->nthread++;
	return t;
}

int
team_size(const struct team *t)
{
	return t->nthread + 1;
}

void
team_run(struct team *t, size_t parts, void (*work)(void *ctx, size_t part, int worker), void *ctx)
{
	pthread_mutex_lock(&t->lock);
	t->parts = parts;
	t->work = work;
	t->ctx = ctx;
	atomic_store(&t->next, 0);
	t->busy = t->nthread;
	t->task++;
	pthread_cond_broadcast(&t->begin);
	pthread_mutex_unlock(&t->lock);
	take_parts(t, 0);
	pthread_mutex_lock(&t->lock);
	while (t->busy > 0)
		pthread_cond_wait(&t->end, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

void
team_free(struct team *t)
{
	pthread_mutex_lock(&t->lock);
	t->stop = 1;
	pthread_cond_broadcast(&t->begin);
	pthread_mutex_unlock(&t->lock);
	for (int i = 0; i < t->nthread; i++)
		pthread_join(t->thread[i], NULL);
	pthread_cond_destroy(&t->end);
	pthread_cond_destroy(&t->begin);
	pthread_mutex_destroy(&t->lock);
	free(t->thread);
	free(t);
}
