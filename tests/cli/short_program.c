/* `buckle` whose memory runs short once at every place: the program with the copies' answers kept for a test to judge.
 *
 * In the folder BUCKLE_SHORT each copy leaves N.out, N.err and N.calls, the stack at which it was refused, and a line
 * "N STATUS" in `ended`; `calls` holds the calls tried, so that the next run tries new ones only. */
#include "short_memory.h"

#include <execinfo.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *folder;

static int
open_for(size_t copy, const char *ending)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%zu.%s", folder, copy, ending);
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (file < 0)
        abort();
    return file;
}

static void
redirect(int to, size_t copy, const char *ending)
{
    const int file = open_for(copy, ending);

    if (dup2(file, to) < 0)
        abort();
    close(file);
}

static void
write_calls(size_t copy)
{
    void     *frames[64];
    const int file = open_for(copy, "calls");

    backtrace_symbols_fd(frames, backtrace(frames, 64), file);
    close(file);
}

/* Opened anew for each line: while a file is open to be written nothing is tried. */
static void
judge(void *state, size_t copy, int status)
{
    const char *path = state;

    if (status == BKT_SHORT_BEGINS) {
        write_calls(copy);
        redirect(STDOUT_FILENO, copy, "out");
        redirect(STDERR_FILENO, copy, "err");
        return;
    }
    FILE *ended = fopen(path, "a");
    if (!ended || fprintf(ended, "%zu %d\n", copy, status) < 0 || fclose(ended) != 0)
        abort();
}

static char ended_path[4096], calls_path[4096];

static void
finish(void)
{
    if (bkt_short_is_copy())
        return;
    bkt_short_end();
    bkt_short_save(calls_path);
}

__attribute__((constructor)) static void
start(void)
{
    folder = getenv("BUCKLE_SHORT");
    if (!folder)
        return;
    snprintf(ended_path, sizeof ended_path, "%s/ended", folder);
    snprintf(calls_path, sizeof calls_path, "%s/calls", folder);
    bkt_short_load(calls_path);
    atexit(finish);
    bkt_short_begin(judge, ended_path);
}
