/* The inside of a context, for the files of this layer only. */
#ifndef BASE_CONTEXT_H
#define BASE_CONTEXT_H

#include "buckle/base.h"

/* Records kept; faults beyond them are only counted, and one last record says how many there were. */
#define BKI_ERRORS_KEPT 1000
/* Records that need no allocation, so that the first errors are never lost to a lack of memory. */
#define BKI_ERRORS_RESERVED 8

typedef struct bki_errors {
    bk_error *records; /* [capacity], `reserved` until it is full */
    bk_error  reserved[BKI_ERRORS_RESERVED];
    size_t    count;
    size_t    capacity;
    size_t    not_kept; /* faults past the last record that could be kept */
    bk_error  overflow; /* the record that tells of them */
    char      overflow_message[80];
} bki_errors;

typedef struct bki_pool bki_pool;

struct bk_context {
    bk_allocator       allocator;
    int                threads; /* >= 1, workers including the calling thread */
    bk_log_sink        log;
    bk_progress_sink   progress;
    bk_input_sink      input;
    void              *sink_state;
    const atomic_bool *cancel;
    bki_pool          *pool; /* NULL with one thread */
    bki_errors         errors;
};

void *bki_resize(bk_context *ctx, void *pointer, size_t old_size, size_t new_size); /* NULL if memory is short */

void bki_errors_init(bki_errors *errors);

/* Starts `threads` - 1 workers, or as many as the system grants; NULL if there are none.  `*started` counts them. */
bki_pool *bki_pool_create(bk_context *ctx, int threads, int *started);
void      bki_pool_release(bk_context *ctx, bki_pool *pool);

#endif
