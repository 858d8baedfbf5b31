/* Progress on standard error: a bar on a terminal, one line every ten seconds elsewhere. */
#include "cli/cli.h"

#include <time.h>
#include <unistd.h>

double
bki_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void
bki_progress_start(bki_progress *progress, bool quiet)
{
    progress->shown = !quiet;
    progress->is_terminal = isatty(STDERR_FILENO) == 1;
    progress->bar_drawn = false;
    progress->start_seconds = bki_seconds();
    progress->last_seconds = 0.0;
}

static void
draw_bar(bki_progress *progress, const char *what, double fraction)
{
    enum { width = 24 };
    char      bar[width + 1];
    const int filled = (int)(fraction * width);

    for (int i = 0; i < width; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[width] = '\0';
    if (fraction >= 0.0)
        fprintf(stderr, "\r[%s] %3.0f %%  %.50s\033[K", bar, 100.0 * fraction, what);
    else
        fprintf(stderr, "\r%.80s ...\033[K", what);
    fflush(stderr);
    progress->bar_drawn = true;
}

void
bki_progress_show(bki_progress *progress, const char *what, double fraction)
{
    const double elapsed = bki_seconds() - progress->start_seconds;
    const double pause = progress->is_terminal ? 0.1 : 10.0;

    if (!progress->shown || elapsed < progress->last_seconds + pause)
        return;
    progress->last_seconds = elapsed;
    if (fraction > 1.0)
        fraction = 1.0;
    if (progress->is_terminal)
        draw_bar(progress, what, fraction);
    else if (fraction >= 0.0)
        fprintf(stderr, "buckle: %.0f s: %s, %.0f %%\n", elapsed, what, 100.0 * fraction);
    else
        fprintf(stderr, "buckle: %.0f s: %s\n", elapsed, what);
}

void
bki_progress_clear(bki_progress *progress)
{
    if (progress->bar_drawn)
        fputs("\r\033[K", stderr);
    progress->bar_drawn = false;
}
