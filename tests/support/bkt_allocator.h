/* An allocator that counts what is out, checks the sizes it is told, and fails the n-th request. */
#ifndef BKT_ALLOCATOR_H
#define BKT_ALLOCATOR_H

#include "bkt.h"
#include "buckle/base.h"

#include <pthread.h>

typedef struct bkt_allocator {
    bk_allocator    allocator;  /* hand this to bk_settings */
    size_t          fail_at;    /* 1: the first request fails; 0: none does */
    bool            fail_after; /* every request after `fail_at` fails as well */
    size_t          n_requests; /* for new or more memory */
    size_t          live_blocks;
    size_t          live_bytes;
    size_t          wrong_sizes; /* calls whose old_size was not what had been asked for */
    pthread_mutex_t lock;
} bkt_allocator;

/* In front of each block, as wide as the strictest alignment. */
typedef union bkt_block_head {
    size_t      size;
    max_align_t align;
} bkt_block_head;

static inline void *
bkt_allocator_take(bkt_allocator *self, bkt_block_head *head, size_t old_size, size_t new_size)
{
    if (head != NULL && head->size != old_size)
        self->wrong_sizes++;
    if (new_size == 0) {
        self->live_blocks -= head != NULL;
        self->live_bytes -= head != NULL ? head->size : 0;
        free(head);
        return NULL;
    }
    self->n_requests++;
    if (self->fail_at != 0 &&
        (self->n_requests == self->fail_at || (self->fail_after && self->n_requests > self->fail_at)))
        return NULL;
    bkt_block_head *grown = realloc(head, sizeof *head + new_size);
    if (grown == NULL)
        return NULL;
    self->live_blocks += head == NULL;
    self->live_bytes += new_size - (head != NULL ? old_size : 0);
    grown->size = new_size;
    if (new_size > old_size) /* what is new holds rubbish, so that nothing can rely on zeros */
        memset((char *)(grown + 1) + old_size, 0xa5, new_size - old_size);
    return grown + 1;
}

static inline void *
bkt_allocator_resize(void *state, void *pointer, size_t old_size, size_t new_size)
{
    bkt_allocator *self = state;

    pthread_mutex_lock(&self->lock);
    void *memory = bkt_allocator_take(self, pointer != NULL ? (bkt_block_head *)pointer - 1 : NULL, old_size, new_size);
    pthread_mutex_unlock(&self->lock);
    return memory;
}

static inline void
bkt_allocator_init(bkt_allocator *self, size_t fail_at)
{
    *self = (bkt_allocator){.fail_at = fail_at, .lock = PTHREAD_MUTEX_INITIALIZER};
    self->allocator = (bk_allocator){.resize = bkt_allocator_resize, .state = self};
}

/* Fails the running test if something is still out or was given back under a wrong size. */
static inline void
bkt_allocator_check(const bkt_allocator *self)
{
    assert_int_equal(self->live_blocks, 0);
    assert_int_equal(self->live_bytes, 0);
    assert_int_equal(self->wrong_sizes, 0);
}

#endif
