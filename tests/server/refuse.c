#define _GNU_SOURCE
#include "bkt_refuse.h"
#include "buckle/base.h"

#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Meson builds with files of any size; the names are then those that end in 64. */

static struct {
    atomic_size_t n_calls, refused; /* number of the call that fails; 0: none */
} calls[BKT_CALLS];

void
bkt_refuse(bkt_call call, size_t n)
{
    atomic_store(&calls[call].refused, 0);
    atomic_store(&calls[call].n_calls, 0);
    atomic_store(&calls[call].refused, n);
}

size_t
bkt_refuse_count(bkt_call call)
{
    return atomic_load(&calls[call].n_calls);
}

static bool
is_refused(bkt_call call, int reason)
{
    const size_t number = atomic_fetch_add(&calls[call].n_calls, 1) + 1;

    if (number != atomic_load(&calls[call].refused))
        return false;
    errno = reason;
    return true;
}

/* The wrapped function, what the linker calls the true one, and what it returns when it is refused. */
#define REFUSABLE(call, reason, type, failed, name, parameters, arguments)                                             \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        return is_refused(call, reason) ? (failed) : __real_##name arguments;                                          \
    }

REFUSABLE(BKT_MEMORY, ENOMEM, void *, NULL, malloc, (size_t n), (n))
REFUSABLE(BKT_MEMORY, ENOMEM, void *, NULL, calloc, (size_t n, size_t size), (n, size))
REFUSABLE(BKT_MEMORY, ENOMEM, char *, NULL, strdup, (const char *text), (text))
REFUSABLE(BKT_MEMORY, ENOMEM, FILE *, NULL, open_memstream, (char **bytes, size_t *n), (bytes, n))
REFUSABLE(BKT_SOCKETPAIR, EMFILE, int, -1, socketpair, (int domain, int type, int protocol, int *ends),
          (domain, type, protocol, ends))
REFUSABLE(BKT_PIPE, EMFILE, int, -1, pipe, (int *ends), (ends))
REFUSABLE(BKT_FORK, EAGAIN, pid_t, -1, fork, (void), ())
REFUSABLE(BKT_THREAD, EAGAIN, int, EAGAIN, pthread_create,
          (pthread_t * thread, const pthread_attr_t *how, void *(*what)(void *), void *state),
          (thread, how, what, state))
REFUSABLE(BKT_WAIT, ETIMEDOUT, int, ETIMEDOUT, pthread_cond_timedwait,
          (pthread_cond_t * change, pthread_mutex_t *lock, const struct timespec *until), (change, lock, until))
REFUSABLE(BKT_MEMFD, EMFILE, int, -1, memfd_create, (const char *name, unsigned flags), (name, flags))
REFUSABLE(BKT_WRITE, ENOSPC, ssize_t, -1, write, (int file, const void *bytes, size_t n), (file, bytes, n))
REFUSABLE(BKT_RANDOM, ENOSYS, ssize_t, -1, getrandom, (void *bytes, size_t n, unsigned flags), (bytes, n, flags))
REFUSABLE(BKT_SIGNALFD, EMFILE, int, -1, signalfd, (int file, const sigset_t *signals, int flags),
          (file, signals, flags))
REFUSABLE(BKT_FSTAT, EIO, int, -1, fstat64, (int file, struct stat *about), (file, about))
REFUSABLE(BKT_DUP, EMFILE, int, -1, dup, (int file), (file))
REFUSABLE(BKT_LSEEK, EIO, off_t, -1, lseek64, (int file, off_t to, int from), (file, to, from))
REFUSABLE(BKT_SOCKET, EMFILE, int, -1, socket, (int domain, int type, int protocol), (domain, type, protocol))
REFUSABLE(BKT_RESPONSE, ENOMEM, struct MHD_Response *, NULL, MHD_create_response_from_buffer,
          (size_t n, void *bytes, enum MHD_ResponseMemoryMode how), (n, bytes, how))
REFUSABLE(BKT_RESPONSE, ENOMEM, struct MHD_Response *, NULL, MHD_create_response_from_buffer_with_free_callback,
          (size_t n, void *bytes, MHD_ContentReaderFreeCallback drop), (n, bytes, drop))
REFUSABLE(BKT_RESPONSE, ENOMEM, struct MHD_Response *, NULL, MHD_create_response_from_callback,
          (uint64_t n, size_t block, MHD_ContentReaderCallback read, void *state, MHD_ContentReaderFreeCallback drop),
          (n, block, read, state, drop))

#define REFUSABLE_ARENA(type, name, parameters, arguments)                                                             \
    type __real_##name parameters;                                                                                     \
    type __wrap_##name parameters;                                                                                     \
    type __wrap_##name parameters                                                                                      \
    {                                                                                                                  \
        return arena_is_refused(arena) ? NULL : __real_##name arguments;                                               \
    }

/* Giving back is never refused. */
void *__real_realloc(void *block, size_t n);
void *__wrap_realloc(void *block, size_t n);
void *
__wrap_realloc(void *block, size_t n)
{
    return n > 0 && is_refused(BKT_MEMORY, ENOMEM) ? NULL : __real_realloc(block, n);
}

int __real_prctl(int what, unsigned long a, unsigned long b, unsigned long c, unsigned long d);
int __wrap_prctl(int what, ...);
int
__wrap_prctl(int what, ...)
{
    unsigned long values[4];
    va_list       list;

    va_start(list, what);
    for (int i = 0; i < 4; i++) /* those not given are not looked at */
        values[i] = va_arg(list, unsigned long);
    va_end(list);
    return is_refused(BKT_PRCTL, EPERM) ? -1 : __real_prctl(what, values[0], values[1], values[2], values[3]);
}

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);
long
__wrap_syscall(long number, ...)
{
    long    values[5];
    va_list list;

    va_start(list, number);
    for (int i = 0; i < 5; i++)
        values[i] = va_arg(list, long);
    va_end(list);
    return is_refused(BKT_SYSCALL, ENOSYS)
               ? -1
               : __real_syscall(number, values[0], values[1], values[2], values[3], values[4]);
}

/* ---- arenas: each request of them, not only those for which one grows ---------------------------------------------
 */

static bool
arena_is_refused(bk_arena *arena)
{
    arena->failed |= is_refused(BKT_ARENA, ENOMEM);
    return arena->failed;
}

REFUSABLE_ARENA(void *, bk_arena_alloc, (bk_arena * arena, size_t count, size_t size), (arena, count, size))
REFUSABLE_ARENA(char *, bk_arena_text, (bk_arena * arena, const char *text, size_t n), (arena, text, n))

char *__wrap_bk_arena_format(bk_arena *arena, const char *format, ...);
char *
__wrap_bk_arena_format(bk_arena *arena, const char *format, ...)
{
    va_list list, again;

    if (arena_is_refused(arena))
        return NULL;
    va_start(list, format);
    va_copy(again, list);
    const int length = vsnprintf(NULL, 0, format, list);
    char     *text = __real_bk_arena_alloc(arena, (size_t)length + 1, 1);
    if (text != NULL)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    va_end(list);
    return text;
}
