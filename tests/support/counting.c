/* For a build with -Db_coverage=true alone: counters of processes that never reach exit().
 *
 * What a program counts is written when it exits.  The master and the workers of `buckle serve` end by _exit or by
 * SIGKILL, and a worker is shut in a cage from which the folder of the counters cannot be written: what they did would
 * not be counted.  The linker puts these functions in place of three (ld's --wrap), so that what is released has no
 * trace of them: _exit writes the counters first, the cage leaves their folder writable, and a process that is to be
 * killed is asked to write them before it is. */
#define _GNU_SOURCE /* waitid */
#include "server/cage.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_WRITABLE 8
#define PATIENCE      1000 /* ms for a process to write its counters; one that cannot is killed without */

void           __gcov_dump(void);
_Noreturn void __real__exit(int status);
_Noreturn void __wrap__exit(int status);
int            __real_kill(pid_t process, int number);
int            __wrap_kill(pid_t process, int number);
bki_cage       __real_bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable,
                                     const char *const *writable);
bki_cage       __wrap_bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable,
                                     const char *const *writable);

static atomic_flag written = ATOMIC_FLAG_INIT;

_Noreturn void
__wrap__exit(int status)
{
    if (!atomic_flag_test_and_set(&written))
        __gcov_dump();
    __real__exit(status);
}

/* Whoever is writing already goes on. */
static void
on_end(int number)
{
    (void)number;
    if (atomic_flag_test_and_set(&written))
        return;
    __gcov_dump();
    __real__exit(0);
}

int
__wrap_kill(pid_t process, int number)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    siginfo_t             ended = {0};

    if (number == SIGKILL && __real_kill(process, SIGUSR2) == 0)
        for (int ms = 0; ms < PATIENCE && ended.si_pid == 0; ms++) {
            if (waitid(P_PID, (id_t)process, &ended, WEXITED | WNOHANG | WNOWAIT) != 0)
                break;
            nanosleep(&pause, NULL);
        }
    return __real_kill(process, number);
}

bki_cage
__wrap_bki_cage_enter(size_t n_readable, const char *const *readable, size_t n_writable, const char *const *writable)
{
    const char *more[MOST_WRITABLE] = {BUCKLE_COUNTERS};
    size_t      n = 1;

    for (size_t i = 0; i < n_writable && n < MOST_WRITABLE; i++)
        more[n++] = writable[i];
    signal(SIGUSR2, on_end);
    return __real_bki_cage_enter(n_readable, readable, n, more);
}
