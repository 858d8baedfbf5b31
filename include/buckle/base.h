/* What any C program needs, and nothing of trade or transport: status, context, arena, thread pool, ordered sums,
 * random numbers, interned names, batched exponentials.  The library never prints or exits,
 * and keeps no global state. */
#ifndef BUCKLE_BASE_H
#define BUCKLE_BASE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One list of codes: enumerator, short name (stable, used in JSON and by `buckle explain`), sentence. */
#define BK_STATUS_LIST(X)                                                                                              \
    X(BK_OK, "ok", "done")                                                                                             \
    X(BK_ERR_NO_MEMORY, "no-memory", "an allocation failed")                                                           \
    X(BK_ERR_USAGE, "usage", "the command line or the call was wrong")                                                 \
    X(BK_ERR_FILE, "file", "a file could not be opened, read or written")                                              \
    X(BK_ERR_SYNTAX, "syntax", "a file is not well-formed")                                                            \
    X(BK_ERR_SCHEMA, "schema", "a column, key or type is not what the format asks for")                                \
    X(BK_ERR_VALUE, "value", "a value is outside what it may be")                                                      \
    X(BK_ERR_REFERENCE, "reference", "a row names something that does not exist")                                      \
    X(BK_ERR_DUPLICATE, "duplicate", "the same thing is defined twice")                                                \
    X(BK_ERR_INCONSISTENT, "inconsistent", "values contradict each other")                                             \
    X(BK_ERR_CONFLICT, "conflict", "two measures of a scenario contradict each other")                                 \
    X(BK_ERR_NO_PATH, "no-path", "trade between two zones that no route joins")                                        \
    X(BK_ERR_NO_SOLUTION, "no-solution", "the equilibrium has no finite solution")                                     \
    X(BK_ERR_NOT_CONVERGED, "not-converged", "a solver gave up; the residual is in the message")                       \
    X(BK_ERR_CANCELLED, "cancelled", "interrupted")

typedef enum bk_status {
#define X(code, name, text) code,
    BK_STATUS_LIST(X)
#undef X
        BK_STATUS_COUNT
} bk_status;

/* How an iteration ended; not an error.  Read this before the numbers. */
typedef enum bk_outcome { BK_CONVERGED, BK_ITERATION_LIMIT, BK_STALLED, BK_CANCELLED } bk_outcome;

const char *bk_status_name(bk_status status);    /* "no-memory" */
const char *bk_status_text(bk_status status);    /* "an allocation failed" */
const char *bk_outcome_name(bk_outcome outcome); /* "converged", "iteration-limit", "stalled", "cancelled" */

/* Returns early with any status but BK_OK. */
#define BK_TRY(call)                                                                                                   \
    do {                                                                                                               \
        const bk_status bk_try_status_ = (call);                                                                       \
        if (bk_try_status_ != BK_OK)                                                                                   \
            return bk_try_status_;                                                                                     \
    } while (0)

/* Where an error was found and what to do; strings are owned by the context until the next error. */
typedef struct bk_error {
    bk_status   code;
    const char *message; /* "capacity of link 17 is -3 t/yr, must be > 0" */
    const char *file;    /* NULL where no file is to blame */
    int         line;    /* 1-based, 0 if unknown */
    int         column;  /* 1-based, in characters, 0 if unknown */
    const char *hint;    /* what to do, or NULL */
} bk_error;

typedef enum bk_log_level { BK_LOG_DEBUG, BK_LOG_INFO, BK_LOG_WARNING } bk_log_level;

/* Behaves as realloc and free in one: new_size 0 frees and returns NULL; must be callable from several threads. */
typedef struct bk_allocator {
    void *(*resize)(void *state, void *pointer, size_t old_size, size_t new_size);
    void *state;
} bk_allocator;

/* Called from the thread that made the context's call.  `fraction` in [0, 1], below 0 if unknown. */
typedef void (*bk_log_sink)(void *state, bk_log_level level, const char *text);
typedef void (*bk_progress_sink)(void *state, const char *what, double fraction);
/* Called with the path of every file that an answer is made from, when it is opened; caches and shards are not such. */
typedef void (*bk_input_sink)(void *state, const char *path);

typedef struct bk_settings {
    const bk_allocator *allocator;  /* NULL: the C library's */
    int                 threads;    /* >= 1 */
    bk_log_sink         log;        /* NULL: silent */
    bk_progress_sink    progress;   /* NULL: none */
    bk_input_sink       input;      /* NULL: none */
    void               *sink_state; /* handed to all three */
    const atomic_bool  *cancel;     /* NULL: cannot be cancelled; set from a signal handler or another thread */
} bk_settings;

typedef struct bk_context bk_context; /* one per calling thread; owns the thread pool and the last errors */

bk_status bk_context_create(const bk_settings *settings, bk_context **out); /* settings NULL: defaults, one thread */
void      bk_context_release(bk_context *ctx);                              /* NULL is allowed */
/* A context for one worker of bk_parallel(): same allocator and cancel flag, one thread, errors of its own, silent. */
bk_status bk_context_fork(const bk_context *ctx, bk_context **out);
int       bk_context_threads(const bk_context *ctx);
bool      bk_cancelled(const bk_context *ctx);
void      bk_log(bk_context *ctx, bk_log_level level, const char *format, ...) __attribute__((format(printf, 3, 4)));
void      bk_progress(bk_context *ctx, const char *what, double fraction);
void      bk_note_input(bk_context *ctx, const char *path); /* to be called by readers */

/* Errors.  A reader or a validator records every fault it finds; the first one is the status of the call.
 * A thousand are kept; one more record then says how many followed.  Not to be called from a task of bk_parallel().
 * bk_fail*() record one error and return its code, so that callers write `return bk_fail(...)`. */
bk_status bk_fail(bk_context *ctx, bk_status code, const char *format, ...) __attribute__((format(printf, 3, 4)));
bk_status bk_fail_hint(bk_context *ctx, bk_status code, const char *hint, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
bk_status       bk_fail_at(bk_context *ctx, bk_status code, const char *file, int line, int column, const char *hint,
                           const char *format, ...) __attribute__((format(printf, 7, 8)));
bk_status       bk_fail_no_memory(bk_context *ctx);
size_t          bk_error_count(const bk_context *ctx);
const bk_error *bk_error_get(const bk_context *ctx, size_t index); /* NULL past the end */
void            bk_error_clear(bk_context *ctx);

/* Arena: memory with one lifetime, released at once.  Zeroed.  A failed allocation returns NULL and sets `failed`,
 * which sticks: allocate a group, then check once with bk_arena_ok().  Not for use by two threads at once. */
typedef struct bk_arena_block bk_arena_block;
typedef struct bk_arena {
    bk_context     *ctx;
    bk_arena_block *blocks;
    size_t          bytes; /* handed out so far */
    bool            failed;
} bk_arena;

void bk_arena_init(bk_arena *arena, bk_context *ctx);
void bk_arena_release(bk_arena *arena); /* may be used again afterwards */
/* All of `from` lives on in `arena`; `from` is empty after.  Both belong to one context. */
void  bk_arena_adopt(bk_arena *arena, bk_arena *from);
void *bk_arena_alloc(bk_arena *arena, size_t count, size_t size);      /* zeroed, aligned to 64 bytes */
char *bk_arena_text(bk_arena *arena, const char *text, size_t length); /* a terminated copy */
char *bk_arena_format(bk_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* `items` [n] of `size` bytes with room for `more`: themselves, or a copy in an array at least twice as large, what was
 * before staying with the arena.  NULL if memory is short: `items` and *capacity are then as they were. */
void     *bk_arena_grow(bk_arena *arena, void *items, size_t n, size_t more, size_t size, size_t *capacity);
bk_status bk_arena_ok(bk_arena *arena); /* BK_OK, or records and returns BK_ERR_NO_MEMORY */
#define BK_NEW(arena, type, count) ((type *)bk_arena_alloc((arena), (count), sizeof(type)))

/* Pool.  Calls task(state, block, worker) for every block in [0, n_blocks), worker in [0, threads), in any order.
 * To get the same bits on any number of threads, cut work in blocks that do not depend on the number of threads,
 * let each block write its own place, and combine the places in block order. */
typedef void (*bk_task)(void *state, size_t block, size_t worker);
void bk_parallel(bk_context *ctx, size_t n_blocks, bk_task task, void *state);

/* Distance of two places in degrees along a great circle, on a sphere of the mean radius of the IUGG, 6371.0088 km
 * (haversine, exact for near places too). */
double bk_great_circle_km(double lon_a, double lat_a, double lon_b, double lat_b);

/* Compensated sum (Neumaier 1974) in index order: a fixed result for fixed input. */
double bk_sum(const double *x, size_t n);

/* Counter-based random numbers, Philox4x64-10 (Salmon et al. 2011): the same (key, counter) gives the same words. */
void   bk_philox(const uint64_t key[2], const uint64_t counter[4], uint64_t out[4]);
double bk_uniform(uint64_t seed, uint64_t stream, uint64_t index); /* in (0, 1) */
double bk_normal_quantile(double p); /* inverse of the standard normal distribution, to 1e-15 */
double bk_normal_cdf(double x);

/* Names to dense numbers 0, 1, 2 ... in order of first appearance. */
typedef struct bk_names bk_names;
#define BK_NONE UINT32_MAX
bk_names   *bk_names_create(bk_arena *arena);                                      /* NULL if memory is short */
uint32_t    bk_names_intern(bk_names *names, const char *text, size_t length);     /* BK_NONE if memory is short */
uint32_t    bk_names_find(const bk_names *names, const char *text, size_t length); /* BK_NONE if absent */
const char *bk_names_text(const bk_names *names, uint32_t index);
size_t      bk_names_count(const bk_names *names);
/* The known name closest to `text` by edit distance, or NULL if none is close enough to suggest. */
const char *bk_names_nearest(const bk_names *names, const char *text, size_t length);

/* y[i] = exp(x[i]), x <= 709; below -708 the result is 0.  Within 1 ulp or so; vectorises; x and y may be the same. */
void bk_exp(size_t n, const double *x, double *y);
/* y[i] = log(x[i]), x > 0 finite and normal. */
void bk_log_batch(size_t n, const double *x, double *y);

/* Least squares in a box.  `residuals` writes r(x) [n_residuals] and may fail; `derivatives` writes dr/dx
 * [n_residuals][n] at the x that was last accepted.  Without it derivatives are taken by differences of `step`, so that
 * r must be smooth, and right to much better than what a step changes. */
typedef struct bk_least_squares {
    size_t n, n_residuals;
    bk_status (*residuals)(void *state, const double *x, double *residual);
    bk_status (*derivatives)(void *state, const double *x, double *jacobian); /* or NULL */
    void         *state;
    const double *step;         /* [n] > 0, in the units of x */
    const double *least, *most; /* [n] bounds, which x keeps throughout */
    double        tolerance;    /* stops when no x moves by more than this many steps */
    int           max_iterations;
} bk_least_squares;

typedef struct bk_least_squares_fit {
    bk_outcome    outcome;
    int           iterations;
    size_t        n_evaluations;
    double        first_cost, cost; /* sum of squared residuals, where it began and at the end */
    const double *residual;         /* [n_residuals] in standard errors, or what residuals writes */
    const double *jacobian;         /* [n_residuals][n] at the end */
    const double *covariance;       /* [n][n] (J'J)^-1: of x, if residuals are independent with variance 1; NULL if the
                                       residuals do not determine every x */
} bk_least_squares_fit;

/**
 * Source   Levenberg (1944); Marquardt (1963)
 * Input    `x` [n] inside the bounds, where to begin
 * Output   `x` where the sum of squares is least nearby; `*out`, arrays held by `arena`
 * Returns  BK_OK also when a limit stopped it (see outcome); what `residuals` returns; BK_ERR_NO_MEMORY,
 *          BK_ERR_CANCELLED
 */
bk_status bk_least_squares_solve(bk_context *ctx, const bk_least_squares *problem, bk_arena *arena, double *x,
                                 bk_least_squares_fit *out);

/* 64-bit hash (FNV-1a finished by a mixer) for cache keys; start with seed 0 and chain. */
uint64_t bk_hash(uint64_t seed, const void *bytes, size_t n);

#endif
