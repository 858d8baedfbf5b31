/* buckle calibrate --follow: a log that grows, and when its open shipments arrive. */
#include "cli/calibrate.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { POLL_MILLISECONDS = 500 };

typedef struct following {
    bki_session    *session;
    const bk_study *study;
    const char     *path, *points;
    double          now; /* s since 1970; below 0: that of the clock */
    off_t           size;
    struct timespec changed; /* of the file as last read */
    bool            has_read;
} following;

/* Whether the file has changed since it was read.  A file that is away for a moment (being replaced) has not. */
static bool
has_grown(following *f)
{
    struct stat about;

    if (stat(f->path, &about) != 0)
        return !f->has_read; /* let the reader say what is wrong */
    const bool grown = !f->has_read || about.st_size != f->size || about.st_mtim.tv_sec != f->changed.tv_sec ||
                       about.st_mtim.tv_nsec != f->changed.tv_nsec;
    f->size = about.st_size;
    f->changed = about.st_mtim;
    return grown;
}

static void
json_shipment(bk_json *json, const bk_model *model, const bk_expectation *e)
{
    char text[32];

    bk_json_object(json, NULL);
    bk_json_text(json, "shipment", e->shipment);
    bk_json_text(json, "at", model->network.nodes[e->node].id);
    bk_json_flag(json, "waiting", e->waiting);
    bk_json_text(json, "destination", model->network.nodes[e->destination].id);
    bk_time_text(e->last, e->offset, text);
    bk_json_text(json, "last", text);
    if (e->why == NULL) {
        bk_time_text(e->expected, e->offset, text);
        bk_json_text(json, "expected", text);
        bk_time_text(e->low, e->offset, text);
        bk_json_text(json, "low", text);
        bk_time_text(e->high, e->offset, text);
        bk_json_text(json, "high", text);
    }
    bk_json_text(json, "why_not", e->why);
    bk_json_integer(json, "posts_ahead", (int64_t)e->n_posts);
    bk_json_integer(json, "posts_learnt", (int64_t)e->n_learnt);
    bk_json_end(json);
}

/* One object a line, so that a reader of the stream need not wait for an end. */
static bki_exit
print_json(const following *f, const bk_trip_read *read, const bk_dwells *dwells, size_t n, const bk_expectation *found,
           bk_arena *arena)
{
    bk_json *json = bk_json_create(arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_integer(json, "events", (int64_t)read->log.n_events);
    bk_json_integer(json, "stays", (int64_t)dwells->n_stays);
    bk_json_integer(json, "rows_learnt", (int64_t)dwells->n);
    bk_json_array(json, "open");
    for (size_t i = 0; i < n; i++)
        json_shipment(json, f->study->model, &found[i]);
    bk_json_end(json);
    bk_json_end(json);
    const bki_exit status = bki_json_print(json);
    fflush(stdout);
    return status;
}

static void
print_text(const following *f, const bk_trip_read *read, const bk_dwells *dwells, size_t n, const bk_expectation *found,
           bk_arena *arena)
{
    static const bool        right[] = {false, false, false, true, true, true, false};
    static const char *const head[] = {"shipment", "at", "to", "expected", "80 % from", "to", ""};
    bki_grid                 grid;
    char                     text[3][32];

    printf("%zu events, %zu stays at %zu border rows, %zu shipments open\n", read->log.n_events, dwells->n_stays,
           dwells->n, n);
    bki_grid_start(&grid, arena, 7, right);
    for (size_t c = 0; c < 7; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t i = 0; i < n; i++) {
        const bk_expectation *e = &found[i];
        const bk_node        *nodes = f->study->model->network.nodes;
        bk_time_text(e->expected, e->offset, text[0]);
        bk_time_text(e->low, e->offset, text[1]);
        bk_time_text(e->high, e->offset, text[2]);
        bki_grid_add(&grid, e->shipment);
        bki_grid_add(&grid, bk_arena_format(arena, "%s%s", e->waiting ? "" : "past ", nodes[e->node].name));
        bki_grid_add(&grid, nodes[e->destination].name);
        for (int t = 0; t < 3; t++)
            bki_grid_add(&grid, e->why ? "" : bk_arena_text(arena, text[t], strlen(text[t])));
        bki_grid_add(&grid, e->why ? e->why
                                   : bk_arena_format(arena, "%zu of %zu posts ahead known from the log", e->n_learnt,
                                                     e->n_posts));
    }
    if (n > 0)
        bki_grid_print(&grid);
    fflush(stdout);
}

/* Reads the log as it stands and prints what follows from it. */
static bk_status
look(following *f, bki_exit *printed)
{
    const bk_trip_request   request = {.path = f->path, .points = f->points, .whole_lines = true};
    const bk_dwell_settings settings = bk_dwell_default_settings();
    bk_context             *ctx = f->session->ctx;
    bk_trip_read            read;
    bk_dwells               dwells;
    const bk_expectation   *found = NULL;
    size_t                  n = 0;
    bk_arena                arena;

    bk_arena_init(&arena, ctx);
    bk_status status = bk_trips_read(ctx, f->study->model, &request, &arena, &read);
    if (status == BK_OK)
        status = bk_dwell_learn(ctx, f->study->model, &read.log, &settings, &arena, &dwells);
    const double now = f->now >= 0.0 ? f->now : (double)time(NULL);
    if (status == BK_OK)
        status = bk_study_expect(ctx, f->study, &read.log, &dwells, now, &arena, &n, &found);
    bki_progress_clear(&f->session->progress);
    if (status == BK_OK && f->session->json) {
        *printed = print_json(f, &read, &dwells, n, found, &arena);
    } else if (status == BK_OK) {
        print_text(f, &read, &dwells, n, found, &arena);
        status = bk_arena_ok(&arena); /* short of memory it is not whole */
    }
    bk_arena_release(&arena);
    return status;
}

static bk_status
read_options(following *f)
{
    bki_session *session = f->session;
    const char  *now = bki_option_text(session, "now");
    int32_t      offset;
    bool         has_zone;

    f->path = bki_option_text(session, "follow");
    f->points = bki_option_text(session, "points");
    f->now = -1.0;
    if (now != NULL && !bk_time_parse(now, strlen(now), &f->now, &offset, &has_zone))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --now 2024-05-01T10:00+06:00",
                            "--now must be a date and a time");
    return bki_session_open(session, BKI_OTHERWISE_NONE, &f->study);
}

bki_exit
bki_follow(bki_session *session)
{
    following             f = {.session = session};
    const struct timespec pause = {.tv_nsec = POLL_MILLISECONDS * 1000000L};
    bki_exit              printed = BKI_EXIT_DONE;
    bk_status             status = read_options(&f);

    while (status == BK_OK && printed == BKI_EXIT_DONE) {
        if (has_grown(&f)) {
            status = look(&f, &printed);
            f.has_read = true;
        }
        if (bki_option_given(session, "once") || status != BK_OK)
            break;
        if (bk_cancelled(session->ctx)) { /* what was found is printed */
            bki_progress_clear(&session->progress);
            return BKI_EXIT_INTERRUPTED;
        }
        nanosleep(&pause, NULL); /* Ctrl-C wakes it */
    }
    return status == BK_OK ? printed : bki_report_errors(session, status);
}
