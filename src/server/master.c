#define _GNU_SOURCE /* signalfd, prctl */
#include "server/master.h"
#include "server/channel.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_WORKERS 64
#define COURTESY     10 /* added to the niceness of a job: a tenth of the share of whoever answers */

typedef struct worker {
    pid_t    process;
    uint32_t job;
} worker;

typedef struct master_state { /* the master at work */
    const bki_master *master;
    bk_study          study; /* with its base year */
    char              no_base[1000];
    worker            workers[MOST_WORKERS];
    size_t            n_workers;
    int               signals;
} master_state;

/* ---- the base year ----------------------------------------------------------------------------------------------- */

static void
tell_stage(void *state, const char *what, double fraction)
{
    const bki_master *master = state;
    bki_note          note = {.kind = BKI_NOTE_STAGE};

    (void)fraction;
    snprintf(note.text, sizeof note.text, "%s", what);
    bki_note_send(master->notes, &note, NULL, 0);
}

/* With a context of its own, whose threads are gone when the first worker is forked. */
static void
make_base(master_state *house, bk_arena *arena)
{
    const bki_master *master = house->master;
    const bk_settings settings = {
        .threads = master->settings->threads, .progress = tell_stage, .sink_state = (void *)(uintptr_t)master};
    bki_note    note = {.kind = BKI_NOTE_READY};
    bk_context *ctx = NULL;
    bool        cached;
    bk_status   status = bk_context_create(&settings, &ctx);

    if (status == BK_OK)
        status = bk_study_base(ctx, &house->study, master->settings->cache_folder, arena, &house->study.base, &cached);
    if (status != BK_OK) {
        const bk_error *error = ctx != NULL ? bk_error_get(ctx, 0) : NULL;
        snprintf(house->no_base, sizeof house->no_base, "%s", error != NULL ? error->message : bk_status_text(status));
        note.kind = BKI_NOTE_BASE;
        memcpy(note.text, house->no_base, sizeof note.text);
        house->study.base = NULL;
    }
    bk_context_release(ctx);
    bki_note_send(master->notes, &note, NULL, 0);
}

/* ---- workers ----------------------------------------------------------------------------------------------------- */

static void
forget(master_state *house, size_t w, int status)
{
    const bki_note note = {.kind = BKI_NOTE_EXIT, .job = house->workers[w].job, .value = status};

    bki_note_send(house->master->notes, &note, NULL, 0);
    house->workers[w] = house->workers[--house->n_workers];
}

static void
reap(master_state *house)
{
    int   status;
    pid_t process;

    while ((process = waitpid(-1, &status, WNOHANG)) > 0)
        for (size_t w = 0; w < house->n_workers; w++)
            if (house->workers[w].process == process) {
                forget(house, w, status);
                break;
            }
}

/* A worker ends with the master, and leaves signals of the terminal to the front.  Its job takes what processor the
 * front, a service and the browser leave: a page that hangs while it solves is worse than a solve that takes longer. */
static void
become_worker(const master_state *house, pid_t master, bool is_service)
{
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != master)
        _exit(1);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGTERM, SIG_DFL);
    close(house->signals);
    close(house->master->notes);
    if (!is_service)
        setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + COURTESY); /* before it makes threads */
}

static void
start(master_state *house, uint32_t job, bool is_service, const int files[2])
{
    const bki_note failed = {.kind = BKI_NOTE_EXIT, .job = job, .value = -1};
    const pid_t    self = getpid();
    const pid_t    process = house->n_workers < MOST_WORKERS && files[1] >= 0 ? fork() : -1;

    if (process == 0) {
        become_worker(house, self, is_service);
        bki_worker_run(house->master, &house->study, house->no_base[0] != '\0' ? house->no_base : NULL, job, files[0],
                       files[1]);
    }
    for (int i = 0; i < 2; i++)
        if (files[i] >= 0)
            close(files[i]);
    if (process > 0)
        house->workers[house->n_workers++] = (worker){process, job};
    else
        bki_note_send(house->master->notes, &failed, NULL, 0);
}

static void
kill_job(const master_state *house, uint32_t job)
{
    for (size_t w = 0; w < house->n_workers; w++)
        if (house->workers[w].job == job)
            kill(house->workers[w].process, SIGKILL);
}

/* ---- the loop ---------------------------------------------------------------------------------------------------- */

_Noreturn static void
stop(const master_state *house)
{
    for (size_t w = 0; w < house->n_workers; w++)
        kill(house->workers[w].process, SIGKILL);
    while (waitpid(-1, NULL, 0) > 0)
        ;
    _exit(0);
}

/* Returns when the front is gone. */
static void
serve(master_state *house)
{
    struct pollfd files[] = {{.fd = house->master->notes, .events = POLLIN}, {.fd = house->signals, .events = POLLIN}};
    struct signalfd_siginfo signal_info;
    bki_note                note;
    int                     passed[2];

    for (;;) {
        if (poll(files, 2, -1) < 0)
            continue;
        if (files[1].revents != 0 && read(house->signals, &signal_info, sizeof signal_info) > 0) {
            if (signal_info.ssi_signo == SIGTERM)
                return;
            reap(house);
        }
        if (files[0].revents == 0)
            continue;
        if (!bki_note_receive(house->master->notes, &note, passed))
            return;
        if (note.kind == BKI_NOTE_START)
            start(house, note.job, note.value != 0, passed);
        else if (note.kind == BKI_NOTE_KILL)
            kill_job(house, note.job);
    }
}

_Noreturn void
bki_master_run(const bki_master *master)
{
    master_state *house = calloc(1, sizeof *house);
    sigset_t      waited;
    bk_arena      arena;
    bk_context   *ctx = NULL;

    if (house == NULL || bk_context_create(NULL, &ctx) != BK_OK)
        _exit(1);
    bk_arena_init(&arena, ctx);
    house->master = master;
    house->study = *master->study;
    signal(SIGINT, SIG_IGN); /* the terminal's Ctrl-C is for the front */
    signal(SIGTERM, SIG_DFL);
    sigemptyset(&waited);
    sigprocmask(SIG_SETMASK, &waited, NULL);
    make_base(house, &arena);
    sigaddset(&waited, SIGTERM);
    sigaddset(&waited, SIGCHLD);
    sigprocmask(SIG_SETMASK, &waited, NULL);
    house->signals = signalfd(-1, &waited, SFD_CLOEXEC);
    if (house->signals < 0)
        _exit(1);
    serve(house);
    stop(house);
}
