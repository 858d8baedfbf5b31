/* System calls and library functions that fail when a test says so.  A test program that is linked with refuse.c and
 * ld's --wrap for each of these names (see tests/server/meson.build) calls them as ever, until one is refused. */
#ifndef BKT_REFUSE_H
#define BKT_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum bkt_call {
    BKT_MEMORY, /* malloc, calloc, realloc, strdup, open_memstream */
    BKT_ARENA,  /* bk_arena_alloc, bk_arena_text, bk_arena_format */
    BKT_SOCKETPAIR,
    BKT_PIPE,
    BKT_FORK,
    BKT_THREAD,
    BKT_MEMFD,
    BKT_WRITE,
    BKT_RANDOM,
    BKT_SIGNALFD,
    BKT_FSTAT,
    BKT_DUP,
    BKT_LSEEK,
    BKT_SOCKET,
    BKT_PRCTL,
    BKT_SYSCALL,  /* those that the C library has no name for */
    BKT_WAIT,     /* pthread_cond_timedwait: the time is over at once */
    BKT_RESPONSE, /* MHD_create_response_from_... */
    BKT_CALLS
} bkt_call;

/* The n-th call from now on (1: the next) fails once; 0: none does.  In all threads. */
void bkt_refuse(bkt_call call, size_t n);
/* How many there were since then. */
size_t bkt_refuse_count(bkt_call call);

#endif
