/* `bki_serve` from its start to its end, with master and workers, in a process of the test: as soon as it listens the
 * test is called, asks it over sockets, and sends it the signal to stop. */
#define _GNU_SOURCE /* mkdtemp, memmem */
#include "bkt.h"
#include "bkt_api.h"
#include "bkt_refuse.h"
#include "bkt_verbs.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 20000 /* ms; nothing is timed, this only ends what hangs */

static char folder[64];             /* TMPDIR of the server */
static int  port;                   /* where it listens */
static char token[64], cookie[100]; /* as it told them */
static char heard[(size_t)4 << 20]; /* the last answer */
static void (*visit)(void);         /* what is asked; NULL: nothing */
static double late;                 /* s that the server's clock is ahead */

double __real_bki_server_seconds(void);
double __wrap_bki_server_seconds(void);
double
__wrap_bki_server_seconds(void)
{
    return __real_bki_server_seconds() + late;
}

/* ---- a browser
 * -------------------------------------------------------------------------------------------------------- */

static struct sockaddr_in
address_of(in_addr_t machine)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(machine)};
}

static int
call(void)
{
    const struct sockaddr_in address = address_of(INADDR_LOOPBACK);
    const struct timeval     patience = {.tv_sec = PATIENCE / 1000};
    const int                file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(file >= 0);
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    assert_int_equal(connect(file, (const struct sockaddr *)&address, sizeof address), 0);
    return file;
}

/* All that comes until the other side closes; how much. */
static size_t
hear_out(int file)
{
    size_t  n = 0;
    ssize_t got;

    while (n < sizeof heard - 1 && (got = recv(file, heard + n, sizeof heard - 1 - n, 0)) > 0)
        n += (size_t)got;
    heard[n] = '\0';
    close(file);
    return n;
}

static void
say(int file, const char *text)
{
    send(file, text, strlen(text), MSG_NOSIGNAL);
}

/* The status of the answer to a head and a body, which closes the connection; 0: it was closed without one. */
static int
ask_with(const char *method, const char *target, const char *headers, const char *body)
{
    const int file = call();
    char      head[1000];

    snprintf(head, sizeof head,
             "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nConnection: close\r\nX-Buckle: 1\r\nCookie: %s\r\n%s", method,
             target, port, cookie, headers);
    say(file, head);
    if (body[0] != '\0') {
        snprintf(head, sizeof head, "Content-Type: application/json\r\nContent-Length: %zu\r\n", strlen(body));
        say(file, head);
    }
    say(file, "\r\n");
    say(file, body);
    hear_out(file);
    return strncmp(heard, "HTTP/1.1 ", 9) == 0 ? atoi(heard + 9) : 0;
}

static int
ask(const char *method, const char *target, const char *body)
{
    return ask_with(method, target, "", body);
}

#define assert_heard(text) assert_non_null(strstr(heard, text))

static void
wait_for(const char *target, const char *text)
{
    for (int ms = 0; ms < PATIENCE; ms++) {
        if (ask("GET", target, "") == 200 && strstr(heard, text) != NULL)
            return;
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    fail_msg("%s never said %s: %.400s", target, text, heard);
}

/* ---- the server
 * -------------------------------------------------------------------------------------------------------- */

static void
on_ready(const char *url)
{
    char target[100];

    assert_int_equal(sscanf(url, "http://127.0.0.1:%d/?token=%63s", &port, token), 2);
    snprintf(target, sizeof target, "/?token=%s", token);
    assert_int_equal(ask("GET", target, ""), 303);
    const char *given = strstr(heard, "Set-Cookie: ");
    assert_non_null(given);
    snprintf(cookie, sizeof cookie, "%.*s", (int)strcspn(given + 12, ";"), given + 12);
    if (visit != NULL)
        visit();
    kill(getpid(), SIGTERM);
}

static bki_serve_settings
settings_of(void)
{
    return (bki_serve_settings){
        .folder = bkt_caravan(), .any_port = true, .threads = 1, .verbs = &bkt_verbs, .ready = on_ready};
}

/* Serves while it is visited, with what was told to be refused; no process and no file may be left. */
static bk_status
serve(const bki_serve_settings *settings, void (*what)(void), char *why, size_t n_why)
{
    bk_context *ctx;
    bk_arena    arena;
    char        path[100];

    visit = what;
    late = 0.0;
    cookie[0] = '\0';
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    const bk_status status = bki_serve(ctx, settings, &arena);
    for (int refused = 0; refused < BKT_CALLS; refused++)
        bkt_refuse((bkt_call)refused, 0);
    assert_true((status == BK_OK) == (bk_error_count(ctx) == 0));
    if (why != NULL)
        snprintf(why, n_why, "%s", status != BK_OK ? bk_error_get(ctx, 0)->message : "");
    bk_arena_release(&arena);
    bk_context_release(ctx);
    assert_true(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD);
    snprintf(path, sizeof path, "%s", folder);
    assert_int_equal(rmdir(path), 0); /* nothing is in it */
    assert_int_equal(mkdir(path, 0700), 0);
    return status;
}

static void
served(void (*what)(void))
{
    const bki_serve_settings settings = settings_of();

    assert_int_equal(serve(&settings, what, NULL, 0), BK_OK);
}

/* ---- what is asked
 * ------------------------------------------------------------------------------------------------------ */

#define RUN "{\"kind\":\"run\",\"scenario\":null}"

static void
ask_for_a_run(void)
{
    assert_int_equal(ask("GET", "/", ""), 200); /* the page, or how it is built */
    assert_int_equal(ask("GET", "/api/study", ""), 200);
    assert_heard("\r\nContent-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; worker-src "
                 "'self'; img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
                 "form-action 'none'\r\n");
    assert_heard("\r\nX-Frame-Options: DENY\r\n");
    assert_heard("\r\nCross-Origin-Opener-Policy: same-origin\r\n");
    assert_heard("\r\nCross-Origin-Resource-Policy: same-origin\r\n");
    assert_heard("\r\nX-Content-Type-Options: nosniff\r\n");
    assert_heard("\r\nReferrer-Policy: no-referrer\r\n");
    assert_heard("\r\nCache-Control: no-store\r\n");
    assert_null(strstr(heard, "Access-Control"));
    assert_int_equal(ask("POST", "/api/jobs", RUN), 202);
    wait_for("/api/jobs/2", "\"state\":\"done\""); /* 1 is the service, for whoever asks for the study */
    assert_int_equal(ask("GET", "/api/jobs/2/result", ""), 200);
    assert_heard("\"map\"");
    assert_int_equal(ask("GET", "/api/jobs/2/select?facility=link:rail-origate-almgate", ""), 200);
    assert_int_equal(ask("GET", "/api/jobs/2/export?format=csv", ""), 200);
    assert_heard("Content-Disposition: attachment; filename=\"base-csv.zip\"");
    assert_int_equal(ask("POST", "/api/jobs", "{\"kind\":\"stress\",\"scenario\":{\"title\":\"x\",\"measures\":[]}}"),
                     202);
    wait_for("/api/jobs/3", "\"state\":\"done\"");
    wait_for("/api/jobs/1", "\"state\":\"done\"");
    assert_int_equal(ask("GET", "/api/values?economy=XAL", ""), 200);
    assert_int_equal(ask("POST", "/api/first-order", "{\"scenario\":null}"), 200);
    assert_int_equal(ask("HEAD", "/api/study", ""), 200);
    assert_null(strstr(heard, "\"economies\""));
}

static void
a_run_is_asked_for_and_its_flows(void **state)
{
    (void)state;
    served(ask_for_a_run);
}

static void
ask_for_too_much(void)
{
    char *large = malloc((size_t)5 << 20), head[300];
    int   file;

    assert_int_equal(ask("GET", "/%00", ""), 404);
    assert_int_equal(ask("GET", "/api/study%00", ""), 404);
    assert_int_equal(ask_with("POST", "/api/jobs", "Content-Length: 4194305\r\n", ""), 413);
    snprintf(head, sizeof head,
             "POST /api/jobs HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\nX-Buckle: 1\r\nConnection: close\r\n"
             "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
             port, cookie);
    file = call(); /* one that does not say how long it is */
    say(file, head);
    memset(large, ' ', (size_t)5 << 20);
    for (int chunk = 0; chunk < 5; chunk++) {
        say(file, "100000\r\n");
        send(file, large, (size_t)1 << 20, MSG_NOSIGNAL);
        say(file, "\r\n");
    }
    say(file, "0\r\n\r\n");
    hear_out(file);
    assert_memory_equal(heard, "HTTP/1.1 413", 12);
    file = call(); /* one that takes longer than a minute */
    say(file, head);
    say(file, "1\r\n{\r\n");
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL); /* the head is read */
    late += 61.0;
    say(file, "1\r\n}\r\n0\r\n\r\n");
    assert_int_equal(hear_out(file), 0);
    for (size_t n = 1000; n <= 40000;
         n += 39000) { /* a head longer than 32 KiB, which were else as good as a short one */
        memset(large, 'x', n);
        large[n] = '\0';
        file = call();
        snprintf(head, sizeof head,
                 "GET /api/study HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\nConnection: close\r\nX: ", port,
                 cookie);
        say(file, head);
        say(file, large);
        say(file, "\r\n\r\n");
        const bool answered = hear_out(file) > 0 && strncmp(heard, "HTTP/1.1 200", 12) == 0;
        assert_true(answered == (n == 1000));
    }
    free(large);
    assert_int_equal(ask("GET", "/api/study", ""), 200);
}

static void
bodies_heads_and_uploads_without_end_are_cut(void **state)
{
    (void)state;
    served(ask_for_too_much);
}

/* 127.0.0.2 is this machine too, and what listens at every address listens there. */
static void
call_elsewhere(void)
{
    const struct sockaddr_in elsewhere = address_of(INADDR_LOOPBACK + 1);
    const int                file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_true(connect(file, (const struct sockaddr *)&elsewhere, sizeof elsewhere) != 0);
    assert_int_equal(errno, ECONNREFUSED);
    close(file);
}

static void
it_listens_at_one_address_with_a_secret_of_its_own_each_time(void **state)
{
    char first[64];

    (void)state;
    served(call_elsewhere);
    assert_int_equal(strspn(token, "0123456789abcdef"), 32); /* 128 bits */
    assert_int_equal(strlen(token), 32);
    snprintf(first, sizeof first, "%s", token);
    served(NULL);
    assert_string_not_equal(first, token);
    assert_null(strstr(cookie, token)); /* and the key of the cookie is another */
}

/* As many as may be stay, and are answered; one more is let go at once. */
static void
crowd(void)
{
    enum { MOST = 128 };
    int  files[MOST];
    char head[300];

    snprintf(head, sizeof head, "GET /api/jobs/1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", port, cookie);
    for (int i = 0; i < MOST; i++) {
        files[i] = call();
        say(files[i], head);
        assert_true(recv(files[i], heard, 1000, 0) > 0);
    }
    const int more = call();
    say(more, head);
    assert_true(recv(more, heard, 1000, 0) <= 0);
    close(more);
    for (int i = 0; i < MOST; i++)
        close(files[i]);
    for (int tries = 0; tries < PATIENCE && ask("GET", "/api/study", "") != 200; tries++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_memory_equal(heard, "HTTP/1.1 200", 12);
}

static void
connections_are_bounded(void **state)
{
    (void)state;
    served(crowd);
}

static void
listen_to_events(void)
{
    char head[300];
    int  files[3];

    snprintf(head, sizeof head, "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n", port, cookie);
    for (int i = 0; i < 3; i++) {
        files[i] = call();
        say(files[i], head);
    }
    assert_int_equal(ask("POST", "/api/jobs", RUN), 202);
    size_t n = 0;
    while (memmem(heard, n, "\"kind\":\"run\",\"state\":\"done\"", 27) == NULL) {
        const ssize_t got = recv(files[0], heard + n, sizeof heard - n, 0);
        assert_true(got > 0);
        n += (size_t)got;
    }
    close(files[0]);
    close(files[1]); /* the third listens until the end of the server */
    n = 0;
    while (memmem(heard, n, ":\n\n", 3) == NULL) { /* still there, after ten seconds without a change */
        const ssize_t got = recv(files[2], heard + n, sizeof heard - n, 0);
        assert_true(got > 0);
        n += (size_t)got;
        bkt_refuse(BKT_WAIT, 1);
    }
    close(files[2]);
}

static void
a_stream_tells_of_jobs_and_that_it_lives(void **state)
{
    (void)state;
    served(listen_to_events);
}

/* ---- what is refused
 * ------------------------------------------------------------------------------------------------------ */

static void
assert_not_served(const bki_serve_settings *settings, const char *why)
{
    char told[500];

    if (serve(settings, NULL, told, sizeof told) == BK_OK || strstr(told, why) == NULL)
        fail_msg("'%s', not '%s'", told, why);
}

static void
what_cannot_be_had_is_told_and_nothing_is_left(void **state)
{
    static const struct {
        bkt_call    call;
        size_t      n;
        const char *why;
    } refused[] = {{BKT_SOCKETPAIR, 1, "no socket"},    {BKT_FORK, 1, "no process for the model"},
                   {BKT_PIPE, 1, "no thread for jobs"}, {BKT_THREAD, 1, "no thread for jobs"},
                   {BKT_RANDOM, 1, "no random bytes"},  {BKT_RANDOM, 2, "no random bytes"},
                   {BKT_SOCKET, 1, "no socket"}};
    const bki_serve_settings settings = settings_of();
    bki_serve_settings       other = settings;

    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        bkt_refuse(refused[i].call, refused[i].n);
        assert_not_served(&settings, refused[i].why);
    }
    other.folder = "/nowhere/at/all";
    assert_not_served(&other, "");
    other = settings;
    other.key_file = "/nowhere/at/all";
    assert_not_served(&other, "/nowhere/at/all");
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_not_served(&settings, "no folder for the files of jobs");
    setenv("TMPDIR", "not/from/the/root", 1); /* then /tmp */
    served(NULL);
    setenv("TMPDIR", folder, 1);
}

static void
a_key_is_not_written_through_a_link_and_only_for_its_owner(void **state)
{
    bki_serve_settings settings = settings_of();
    char               place[64] = "/tmp/buckle-key-XXXXXX", path[100], other[100];
    struct stat        about;

    (void)state;
    assert_non_null(mkdtemp(place));
    snprintf(path, sizeof path, "%s/key", place);
    snprintf(other, sizeof other, "%s/other", place);
    settings.key_file = path;
    assert_int_equal(symlink(other, path), 0);
    assert_not_served(&settings, path);
    assert_true(stat(other, &about) != 0);
    unlink(path);
    assert_int_equal(serve(&settings, NULL, NULL, 0), BK_OK);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    FILE *file = fopen(path, "r");
    char  line[200];
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    assert_string_equal(line, cookie);
    bkt_refuse(BKT_WRITE, 1); /* a disk that is full */
    assert_not_served(&settings, path);
    unlink(path);
    rmdir(place);
}

static void
a_port_that_is_taken_is_told_if_it_was_asked_for(void **state)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t          size = sizeof address;
    bki_serve_settings settings = settings_of();
    const int          taken = socket(AF_INET, SOCK_STREAM, 0), usual = socket(AF_INET, SOCK_STREAM, 0), yes = 1;

    (void)state;
    assert_int_equal(bind(taken, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(taken, 1), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &size), 0);
    settings.any_port = false;
    settings.port = ntohs(address.sin_port);
    assert_not_served(&settings, "in use");
    settings.port = 0; /* the usual one, or any if that is taken */
    address.sin_port = htons(8642);
    setsockopt(usual, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(usual, (struct sockaddr *)&address, sizeof address) == 0) /* else somebody else has it */
        assert_int_equal(listen(usual, 1), 0);
    assert_int_equal(serve(&settings, NULL, NULL, 0), BK_OK);
    assert_int_not_equal(port, 8642);
    close(taken);
    close(usual);
    assert_int_equal(serve(&settings, NULL, NULL, 0), BK_OK);
}

static void
ask_where_no_worker_can_be(void)
{
    assert_int_equal(ask("POST", "/api/jobs", RUN), 202);
    wait_for("/api/jobs/1", "could not be started");
    assert_int_equal(ask("POST", "/api/jobs", RUN), 202);
    wait_for("/api/jobs/2", "\"state\":\"done\"");
}

static void
a_process_that_cannot_be_forked_fails_its_job_alone(void **state)
{
    (void)state;
    bkt_refuse(BKT_FORK, 2); /* the first is the master */
    served(ask_where_no_worker_can_be);
}

static void
ask_without_master(void)
{
    assert_int_equal(ask("POST", "/api/jobs", RUN), 202);
    wait_for("/api/jobs/1", "start the server again");
    assert_int_equal(ask("GET", "/api/study", ""), 200);
}

static void
a_master_that_cannot_live_is_told(void **state)
{
    (void)state;
    bkt_refuse(BKT_SIGNALFD, 1);
    served(ask_without_master);
}

static void
ask_without_base_year(void)
{
    for (int tries = 0; tries < 3 && ask("POST", "/api/jobs", RUN) != 202; tries++)
        ; /* one may lack memory too: what is refused is refused in every process once */
    wait_for("/api/jobs/1", "\"state\":\"failed\"");
    assert_heard("\"code\":\"inconsistent\"");
}

/* The master needs its memory just after the study was read: that much is counted first. */
static void
a_base_year_that_cannot_be_made_is_the_answer_of_every_job(void **state)
{
    const bki_serve_settings settings = settings_of();
    size_t                   n_read;

    (void)state;
    bkt_refuse(BKT_ARENA, 0);
    bkt_refuse(BKT_FORK, 1);
    bk_context *ctx;
    bk_arena    arena;
    assert_int_equal(bk_context_create(NULL, &ctx), BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bki_serve(ctx, &settings, &arena), BK_ERR_FILE);
    n_read = bkt_refuse_count(BKT_ARENA);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    bkt_refuse(BKT_ARENA, n_read + 60);
    served(ask_without_base_year);
}

static void
ask_with_little_memory(void)
{
    static const bkt_call calls[] = {BKT_MEMORY, BKT_RESPONSE};
    char                  body[2000] = RUN;

    memset(body + strlen(body), ' ', 1000);
    for (size_t c = 0; c < 2; c++)
        for (size_t n = 1; n < 40; n++) {
            for (int which = 0; which < 4; which++) {
                bkt_refuse(calls[c], n);
                if (which == 0)
                    ask("GET", "/api/openapi.json", "");
                else if (which == 1)
                    ask("POST", "/api/jobs", body);
                else if (which == 2)
                    ask("GET", "/api/nothing", "");
                else {
                    char      head[300];
                    const int file = call(); /* events begin, and are cut */
                    snprintf(head, sizeof head, "GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
                             port, cookie);
                    say(file, head);
                    shutdown(file, SHUT_WR);
                    recv(file, heard, 100, 0);
                    close(file);
                }
                bkt_refuse(calls[c], 0);
            }
            for (int job = 1; job < 40; job++) {
                char target[40];
                snprintf(target, sizeof target, "/api/jobs/%d", job);
                if (n == 39)
                    ask("DELETE", target, "");
            }
        }
    for (int tries = 0; tries < PATIENCE && ask("GET", "/api/openapi.json", "") != 200; tries++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_heard("\"openapi\"");
}

static void
memory_may_end_anywhere_and_the_next_is_answered(void **state)
{
    (void)state;
    served(ask_with_little_memory);
}

/* ---- frame
 * ------------------------------------------------------------------------------------------------------------------ */

static int
open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/buckle-serving-XXXXXX");
    assert_non_null(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    return 0;
}

static int
close_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_is_asked_for_and_its_flows),
        cmocka_unit_test(bodies_heads_and_uploads_without_end_are_cut),
        cmocka_unit_test(it_listens_at_one_address_with_a_secret_of_its_own_each_time),
        cmocka_unit_test(connections_are_bounded),
        cmocka_unit_test(a_stream_tells_of_jobs_and_that_it_lives),
        cmocka_unit_test(what_cannot_be_had_is_told_and_nothing_is_left),
        cmocka_unit_test(a_key_is_not_written_through_a_link_and_only_for_its_owner),
        cmocka_unit_test(a_port_that_is_taken_is_told_if_it_was_asked_for),
        cmocka_unit_test(a_process_that_cannot_be_forked_fails_its_job_alone),
        cmocka_unit_test(a_master_that_cannot_live_is_told),
        cmocka_unit_test(a_base_year_that_cannot_be_made_is_the_answer_of_every_job),
        cmocka_unit_test(memory_may_end_anywhere_and_the_next_is_answered),
    };
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
