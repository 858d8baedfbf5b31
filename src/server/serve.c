/* From a study to a server that listens, and back to nothing. */
#define _GNU_SOURCE /* prctl */
#include "server/server.h"
#include "server/daemon.h"
#include "server/master.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define USUAL_PORT 8642

typedef struct serve_state {
    bk_context               *ctx;
    const bki_serve_settings *settings;
    const bk_study           *study;
    char                      scratch[64];
    pid_t                     master;
    int                       notes;
    bki_server                server;
    bki_daemon               *daemon;
    int                       port;
} serve_state;

/* ---- files ------------------------------------------------------------------------------------------------------- */

static int
remove_one(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)kind;
    (void)where;
    return remove(path);
}

static bk_status
make_scratch(serve_state *serving)
{
    const char *folder = getenv("TMPDIR");

    snprintf(serving->scratch, sizeof serving->scratch, "%.40s/buckle-serve-XXXXXX",
             folder != NULL && folder[0] == '/' && strlen(folder) <= 40 ? folder : "/tmp");
    if (mkdtemp(serving->scratch) != NULL)
        return BK_OK;
    return bk_fail(serving->ctx, BK_ERR_FILE, "no folder for the files of jobs in %s: %s", serving->scratch,
                   strerror(errno));
}

/* For scripts: where, and the cookie.  Readable by its owner alone, from the first byte. */
static bk_status
write_key(serve_state *serving)
{
    const char *path = serving->settings->key_file;
    char        text[128];

    if (path == NULL)
        return BK_OK;
    const int n = snprintf(text, sizeof text, "http://127.0.0.1:%d\n%s=%s\n", serving->port,
                           serving->server.guard.cookie, serving->server.guard.key);
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool      whole = file >= 0 && fchmod(file, 0600) == 0 && write(file, text, (size_t)n) == n;
    whole = file >= 0 && close(file) == 0 && whole;
    return whole ? BK_OK : bk_fail(serving->ctx, BK_ERR_FILE, "%s: %s", path, strerror(errno));
}

/* ---- the master ---------------------------------------------------------------------------------------------------
 */

static bk_status
fork_master(serve_state *serving)
{
    const pid_t self = getpid();
    int         ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return bk_fail(serving->ctx, BK_ERR_FILE, "no socket: %s", strerror(errno));
    serving->master = fork();
    if (serving->master == 0) {
        const bki_master master = {
            .settings = serving->settings, .study = serving->study, .scratch = serving->scratch, .notes = ends[1]};
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != self)
            _exit(1);
        bki_master_run(&master);
    }
    close(ends[1]);
    serving->notes = ends[0];
    if (serving->master > 0)
        return BK_OK;
    close(ends[0]);
    return bk_fail(serving->ctx, BK_ERR_FILE, "no process for the model: %s", strerror(errno));
}

static void
end_master(const serve_state *serving)
{
    kill(serving->master, SIGTERM);
    close(serving->notes);
    while (waitpid(serving->master, NULL, 0) < 0 && errno == EINTR)
        ;
}

/* ---- serving ------------------------------------------------------------------------------------------------------
 */

static bk_status
start_daemon(serve_state *serving)
{
    bki_server *server = &serving->server;
    bk_status   status;

    server->settings = serving->settings;
    server->study = serving->study;
    bki_server_init(server);
    server->jobs = bki_jobs_create(serving->notes);
    if (server->jobs == NULL)
        return bk_fail(serving->ctx, BK_ERR_FILE, "no thread for jobs");
    const bool is_usual = serving->settings->port == 0 && !serving->settings->any_port;
    serving->port = is_usual ? USUAL_PORT : serving->settings->port;
    status = bki_daemon_start(serving->ctx, server, &serving->port, &serving->daemon);
    if (status != BK_OK && is_usual) {
        bk_error_clear(serving->ctx);
        serving->port = 0;
        status = bki_daemon_start(serving->ctx, server, &serving->port, &serving->daemon);
    }
    if (status == BK_OK)
        status = write_key(serving);
    return status;
}

static void
tell_ready(const serve_state *serving)
{
    char url[128];

    snprintf(url, sizeof url, "http://127.0.0.1:%d/?token=%s", serving->port, serving->server.guard.token);
    serving->settings->ready(url);
}

/* Streams and questions are let go first: the daemon waits for whoever is being answered. */
static void
stop_daemon(serve_state *serving)
{
    if (serving->server.jobs != NULL)
        bki_jobs_stop(serving->server.jobs);
    if (serving->daemon != NULL)
        bki_daemon_stop(serving->daemon);
    if (serving->server.jobs != NULL)
        bki_jobs_free(serving->server.jobs);
    bki_server_release(&serving->server);
}

static bk_status
serve(serve_state *serving, const sigset_t *waited)
{
    int       signal_number = 0;
    bk_status status = fork_master(serving);

    if (status != BK_OK)
        return status;
    status = start_daemon(serving);
    if (status == BK_OK) {
        tell_ready(serving);
        sigwait(waited, &signal_number);
    }
    stop_daemon(serving);
    end_master(serving);
    return status;
}

bk_status
bki_serve(bk_context *ctx, const bki_serve_settings *settings, bk_arena *arena)
{
    static const char *const none[] = {NULL};
    serve_state              serving = {.ctx = ctx, .settings = settings};
    sigset_t                 waited, before;

    BK_TRY(bk_study_open(ctx, settings->folder, none, 0, arena, &serving.study));
    BK_TRY(make_scratch(&serving));
    sigemptyset(&waited);
    sigaddset(&waited, SIGINT);
    sigaddset(&waited, SIGTERM);
    sigaddset(&waited, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &waited, &before); /* before there is any thread, so that none is hit */
    signal(SIGPIPE, SIG_IGN);
    const bk_status status = serve(&serving, &waited);
    nftw(serving.scratch, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
