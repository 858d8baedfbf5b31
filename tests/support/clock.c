/* Loaded before the C library (LD_PRELOAD): a wall clock that a test sets while a program runs.  The file named by
 * BUCKLE_CLOCK_FILE holds two numbers of 64 bits: seconds that the clock is off, and how many times it was asked.  With
 * BUCKLE_CLOCK_SWINGS it is off to the other side at every second question.  The clock that only goes forward is let
 * alone, as it is when somebody sets the time. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

typedef struct clock_file {
    _Atomic int64_t off, n_asked;
} clock_file;

static clock_file *shared; /* also in processes that are forked later */
static int         swings;

__attribute__((constructor)) static void
open_clock(void)
{
    const char *path = getenv("BUCKLE_CLOCK_FILE");
    const int   file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;

    swings = getenv("BUCKLE_CLOCK_SWINGS") != NULL;
    if (file < 0)
        return;
    void *memory = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    shared = memory != MAP_FAILED ? memory : NULL;
    close(file);
}

static int64_t
seconds_off(void)
{
    if (shared == NULL)
        return 0;
    const int64_t n = atomic_fetch_add(&shared->n_asked, 1), off = atomic_load(&shared->off);
    return swings && n % 2 == 1 ? -off : off;
}

__attribute__((visibility("default"))) int
clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*real)(clockid_t, struct timespec *);

    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    const int failed = real(clock, now);
    if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += (time_t)seconds_off();
    return failed;
}

__attribute__((visibility("default"))) time_t
time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

__attribute__((visibility("default"))) int
gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = (suseconds_t)(now.tv_nsec / 1000)};
    return 0;
}
