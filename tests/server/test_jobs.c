/* The table of jobs with a test in place of the master and the workers: whatever they send, and whenever they end,
 * those who ask get an answer, and nothing stays open. */
#define _GNU_SOURCE /* fcntl's F_GETFD on what came */
#include "bkt.h"
#include "bkt_refuse.h"
#include "server/jobs_inside.h"

#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 20000 /* ms; nothing is timed, this only ends what hangs */

typedef struct house {
    bki_jobs *jobs;
    int       notes[2]; /* of the front, of the master that the test is */
} house;

static const bki_kind run = {.name = "run", .keeps_state = true}, stress = {.name = "stress"},
                      service = {.name = "first-order", .keeps_state = true, .is_service = true};

/* ---- master and worker ----------------------------------------------------------------------------------------------
 */

static int
open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int  n = 0;

    while (readdir(folder) != NULL)
        n++;
    closedir(folder);
    return n;
}

static int files_before;

static int
open_house(void **state)
{
    house *h = calloc(1, sizeof *h);

    files_before = open_files();
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, h->notes), 0);
    h->jobs = bki_jobs_create(h->notes[0]);
    assert_non_null(h->jobs);
    *state = h;
    return 0;
}

static int
close_house(void **state)
{
    house *h = *state;

    for (int call = 0; call < BKT_CALLS; call++)
        bkt_refuse((bkt_call)call, 0);
    bki_jobs_stop(h->jobs);
    bki_jobs_free(h->jobs);
    close(h->notes[0]);
    if (h->notes[1] >= 0)
        close(h->notes[1]);
    free(h);
    assert_int_equal(open_files(), files_before);
    return 0;
}

static void
tell(const house *h, bki_note_kind kind, uint32_t job, int value, const char *text)
{
    bki_note note = {.kind = kind, .job = job, .value = value};

    snprintf(note.text, sizeof note.text, "%s", text);
    assert_true(bki_note_send(h->notes[1], &note, NULL, 0));
}

/* The next note of the front; the socket of a worker that it starts, else -1. */
static int
hear(const house *h, bki_note *note)
{
    struct pollfd file = {.fd = h->notes[1], .events = POLLIN};
    int           files[2];

    assert_int_equal(poll(&file, 1, PATIENCE), 1);
    assert_true(bki_note_receive(h->notes[1], note, files));
    if (files[1] >= 0)
        close(files[1]); /* its request */
    return files[0];
}

/* The worker of the job that is started next, which must be that one. */
static int
take(const house *h, uint32_t job)
{
    bki_note  note;
    const int socket = hear(h, &note);

    assert_int_equal(note.kind, BKI_NOTE_START);
    assert_int_equal(note.job, job);
    assert_true(socket >= 0);
    return socket;
}

static void
send_frame(int socket, bki_frame_kind kind, uint32_t value, const char *text)
{
    assert_true(bki_send(socket, kind, value, text, strlen(text)));
}

static uint32_t
add(const house *h, const bki_kind *kind)
{
    const uint32_t job = bki_jobs_add(h->jobs, kind, "{}", 2, false);

    assert_true(job > 0);
    return job;
}

static bool
is_told(const house *h, uint32_t job, const char *text)
{
    bki_answer_bytes answer = bki_jobs_state(h->jobs, job);
    const bool       found = answer.status == 200 && strstr(answer.bytes, text) != NULL;

    free(answer.bytes);
    return found;
}

/* Until the state of the job says so. */
static void
wait_for(const house *h, uint32_t job, const char *text)
{
    for (int ms = 0; ms < PATIENCE && !is_told(h, job, text); ms++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (is_told(h, job, text))
        return;
    fail_msg("job %u never said %s", job, text);
}

static int
result_of(const house *h, uint32_t job, const char *text)
{
    bki_shared *result;
    const int   status = bki_jobs_result(h->jobs, job, &result);

    assert_true((status == 200) == (result != NULL));
    if (result != NULL)
        assert_string_equal(result->bytes, text);
    bki_shared_drop(result);
    return status;
}

/* A run that is done, and its worker, which waits for questions. */
static int
done_run(const house *h, uint32_t *job)
{
    *job = add(h, &run);
    const int socket = take(h, *job);
    send_frame(socket, BKI_FRAME_RESULT, 1, "{\"answer\":1}");
    wait_for(h, *job, "\"state\":\"done\"");
    return socket;
}

/* A question put by another thread. */
typedef struct asker {
    const house     *h;
    uint32_t         job;
    pthread_t        thread;
    bki_answer_bytes answer;
} asker;

static void *
put_question(void *state)
{
    asker *a = state;

    a->answer = bki_jobs_ask(a->h->jobs, a->job, "select\tx", 8);
    return NULL;
}

static void
begin(asker *a, const house *h, uint32_t job)
{
    *a = (asker){.h = h, .job = job};
    assert_int_equal(pthread_create(&a->thread, NULL, put_question, a), 0);
}

static int
end(asker *a, const char *text)
{
    pthread_join(a->thread, NULL);
    if (text != NULL)
        assert_memory_equal(a->answer.bytes, text, strlen(text));
    else
        assert_null(a->answer.bytes);
    free(a->answer.bytes);
    return a->answer.status;
}

static void
take_question(int socket)
{
    bki_frame frame;
    char      text[8];

    assert_true(bki_receive(socket, &frame, sizeof frame));
    assert_int_equal(frame.kind, BKI_FRAME_QUESTION);
    assert_int_equal(frame.n, sizeof text);
    assert_true(bki_receive(socket, text, sizeof text));
}

/* ---- starting
 * -------------------------------------------------------------------------------------------------------- */

static void
nothing_is_started_before_the_master_is_ready(void **state)
{
    house         *h = *state;
    const uint32_t job = add(h, &run);

    tell(h, BKI_NOTE_STAGE, 0, 0, "reading \"the\\ study\"\x01");
    wait_for(h, job, "\"stage\":\"reading the study\",");
    assert_true(is_told(h, job, "\"state\":\"queued\""));
    tell(h, BKI_NOTE_BASE, 0, 0, "no base year, but workers say so");
    const int socket = take(h, job);
    wait_for(h, job, "\"state\":\"running\"");
    close(socket);
}

static void
two_jobs_run_at_a_time_in_the_order_they_came(void **state)
{
    house   *h = *state;
    uint32_t jobs[4];
    int      sockets[4];

    tell(h, BKI_NOTE_READY, 0, 0, "");
    for (int j = 0; j < 4; j++)
        jobs[j] = add(h, &stress);
    sockets[0] = take(h, jobs[0]);
    sockets[1] = take(h, jobs[1]);
    const uint32_t own = bki_jobs_service(h->jobs, &service); /* not counted among them */
    assert_int_equal(bki_jobs_service(h->jobs, &service), own);
    const int servant = take(h, own);
    assert_true(is_told(h, jobs[2], "\"state\":\"queued\""));
    send_frame(sockets[1], BKI_FRAME_RESULT, 0, "{}");
    sockets[2] = take(h, jobs[2]);
    assert_true(is_told(h, jobs[1], "\"converged\":false"));
    assert_true(is_told(h, jobs[3], "\"state\":\"queued\""));
    assert_true(bki_jobs_cancel(h->jobs, jobs[3]));
    assert_true(is_told(h, jobs[3], "\"state\":\"cancelled\""));
    assert_false(bki_jobs_cancel(h->jobs, own));
    for (int j = 0; j < 3; j++)
        close(sockets[j]);
    close(servant);
}

static void
a_job_that_is_cancelled_is_ended_and_not_heard_any_more(void **state)
{
    house   *h = *state;
    bki_note note;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t job = add(h, &run);
    const int      socket = take(h, job);
    bki_send(socket, BKI_FRAME_PROGRESS, 0, "{\"stage\":\"x\",\"done\":0.5,\"total\":1}", 34);
    wait_for(h, job, "\"done\":0.5");
    assert_true(bki_jobs_cancel(h->jobs, job));
    assert_int_equal(hear(h, &note), -1);
    assert_int_equal(note.kind, BKI_NOTE_KILL);
    assert_int_equal(note.job, job);
    bki_send(socket, BKI_FRAME_RESULT, 1, "{}", 2);
    tell(h, BKI_NOTE_EXIT, job, SIGKILL, "");
    assert_true(is_told(h, job, "\"state\":\"cancelled\""));
    assert_int_equal(result_of(h, job, ""), 409);
    assert_int_equal(result_of(h, 99, ""), 404);
    close(socket);
}

static void
a_job_without_end_is_given_one(void **state)
{
    house   *h = *state;
    bki_note note;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t job = add(h, &stress);
    const int      socket = take(h, job);
    wait_for(h, job, "\"state\":\"running\"");
    pthread_mutex_lock(&h->jobs->lock);
    bki_job_find(h->jobs, job)->started -= BKI_MOST_SECONDS; /* an hour has gone by */
    bki_jobs_wake(h->jobs);
    pthread_mutex_unlock(&h->jobs->lock);
    assert_int_equal(hear(h, &note), -1);
    assert_true(note.kind == BKI_NOTE_KILL && note.job == job);
    wait_for(h, job, "\"code\":\"time\"");
    close(socket);
}

/* ---- ends
 * ------------------------------------------------------------------------------------------------------------- */

static void
how_a_worker_ended_is_told_whichever_is_heard_first(void **state)
{
    static const struct {
        int         status;
        const char *told;
    } ends[] = {{-1, "could not be started"}, {SIGSEGV, "signal 11"}, {3 << 8, "without an answer (status 3)"}};
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    for (int i = 0; i < 6; i++) {
        const uint32_t job = add(h, &stress);
        const int      socket = take(h, job);
        if (i % 2 == 0)
            tell(h, BKI_NOTE_EXIT, job, ends[i / 2].status, "");
        close(socket);
        if (i % 2 == 1)
            tell(h, BKI_NOTE_EXIT, job, ends[i / 2].status, "");
        wait_for(h, job, ends[i / 2].told);
    }
    tell(h, BKI_NOTE_EXIT, 999, 0, ""); /* of nobody */
    const uint32_t job = add(h, &stress);
    const int      socket = take(h, job);
    send_frame(socket, BKI_FRAME_ERROR, 0, "{\"code\":\"value\"}");
    wait_for(h, job, "\"error\":{\"code\":\"value\"}");
    tell(h, BKI_NOTE_EXIT, job, 3 << 8, "");
    close(socket);
}

static void
frames_come_in_pieces_and_strange_ones_are_passed_over(void **state)
{
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t  job = add(h, &stress);
    const int       socket = take(h, job);
    const bki_frame frame = {.kind = BKI_FRAME_RESULT, .value = 1, .n = 2};
    char            bytes[sizeof frame + 2];
    send_frame(socket, (bki_frame_kind)'?', 0, "what is that");
    send_frame(socket, BKI_FRAME_REPLY, 200, "to a question that nobody put");
    memcpy(bytes, &frame, sizeof frame);
    memcpy(bytes + sizeof frame, "{}", 2);
    for (size_t i = 0; i < sizeof bytes; i++) {
        assert_int_equal(send(socket, bytes + i, 1, 0), 1);
        nanosleep(&(struct timespec){.tv_nsec = 300000}, NULL);
    }
    wait_for(h, job, "\"state\":\"done\"");
    assert_int_equal(result_of(h, job, "{}"), 200);
    close(socket);
}

/* A frame longer than all memory is the end of whoever sends it. */
static void
a_frame_without_end_closes_the_socket(void **state)
{
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t  job = add(h, &stress);
    const int       socket = take(h, job);
    const bki_frame frame = {.kind = BKI_FRAME_RESULT, .n = (uint64_t)1 << 50};
    static char     part[1 << 20];
    assert_true(bki_send(socket, BKI_FRAME_PROGRESS, 0, "{}", 2));
    assert_int_equal(send(socket, &frame, sizeof frame, MSG_NOSIGNAL), (ssize_t)sizeof frame);
    for (size_t sent = 0; sent < BKI_FRAME_MOST + sizeof part; sent += sizeof part)
        if (send(socket, part, sizeof part, MSG_NOSIGNAL) < 0)
            break;
    tell(h, BKI_NOTE_EXIT, job, SIGPIPE, "");
    wait_for(h, job, "\"state\":\"failed\"");
    close(socket);
}

static void
a_lost_master_is_told_of_every_job(void **state)
{
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t first = add(h, &stress);
    const int      socket = take(h, first);
    close(h->notes[1]);
    h->notes[1] = -1;
    wait_for(h, first, "start the server again");
    wait_for(h, add(h, &stress), "start the server again");
    close(socket);
}

/* ---- questions
 * -------------------------------------------------------------------------------------------------------- */

static void
questions_are_put_one_at_a_time_and_each_gets_its_own_answer(void **state)
{
    house   *h = *state;
    uint32_t job;
    asker    first, second;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const int socket = done_run(h, &job);
    begin(&first, h, job);
    take_question(socket);
    begin(&second, h, job);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    send_frame(socket, BKI_FRAME_REPLY, 200, "first");
    assert_int_equal(end(&first, "first"), 200);
    take_question(socket);
    send_frame(socket, BKI_FRAME_REPLY, 404, "second");
    assert_int_equal(end(&second, "second"), 404);
    close(socket);
}

static void
who_asks_a_worker_that_ends_or_is_silent_is_told(void **state)
{
    house   *h = *state;
    uint32_t job;
    asker    a;
    bki_note note;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    begin(&a, h, 5);
    assert_int_equal(end(&a, NULL), 404);
    int socket = done_run(h, &job);
    begin(&a, h, job);
    take_question(socket);
    close(socket);
    assert_int_equal(end(&a, NULL), 500);
    begin(&a, h, job);
    assert_int_equal(end(&a, NULL), 410);
    socket = done_run(h, &job); /* one that does not answer: two minutes have gone by */
    bkt_refuse(BKT_WAIT, 1);
    begin(&a, h, job);
    assert_int_equal(end(&a, NULL), 500);
    assert_int_equal(hear(h, &note), -1);
    assert_true(note.kind == BKI_NOTE_KILL && note.job == job);
    close(socket);
    socket = done_run(h, &job); /* another is being answered for two minutes */
    bkt_refuse(BKT_WAIT, 0);
    begin(&a, h, job);
    take_question(socket);
    while (bkt_refuse_count(BKT_WAIT) == 0)
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    bkt_refuse(BKT_WAIT, 1);
    asker other;
    begin(&other, h, job);
    assert_int_equal(end(&other, NULL), 503);
    send_frame(socket, BKI_FRAME_REPLY, 200, "late");
    assert_int_equal(end(&a, "late"), 200);
    shutdown(socket, SHUT_RD); /* one that takes no question */
    begin(&a, h, job);
    assert_int_equal(end(&a, NULL), 500);
    close(socket);
}

static void
the_last_four_runs_stay_for_questions(void **state)
{
    house   *h = *state;
    uint32_t jobs[6];
    int      sockets[6];
    asker    a;
    char     byte;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    for (int j = 0; j < 6; j++)
        sockets[j] = done_run(h, &jobs[j]);
    for (int j = 0; j < 2; j++) {
        assert_int_equal(read(sockets[j], &byte, 1), 0); /* closed */
        begin(&a, h, jobs[j]);
        assert_int_equal(end(&a, NULL), 410);
        assert_int_equal(result_of(h, jobs[j], "{\"answer\":1}"), 200);
    }
    begin(&a, h, jobs[2]);
    take_question(sockets[2]);
    send_frame(sockets[2], BKI_FRAME_REPLY, 200, "yes");
    assert_int_equal(end(&a, "yes"), 200);
    for (int j = 0; j < 6; j++)
        close(sockets[j]);
}

static void
results_are_given_up_for_room_the_oldest_first(void **state)
{
    house   *h = *state;
    uint32_t jobs[3];
    int      sockets[3];

    tell(h, BKI_NOTE_READY, 0, 0, "");
    for (int j = 0; j < 3; j++)
        sockets[j] = done_run(h, &jobs[j]);
    pthread_mutex_lock(&h->jobs->lock);
    for (int j = 0; j < 3; j++)
        bki_job_find(h->jobs, jobs[j])->result->n = BKI_MOST_BYTES / 2 - 10; /* said to be so, not held */
    bki_jobs_wake(h->jobs);
    pthread_mutex_unlock(&h->jobs->lock);
    for (int ms = 0; ms < PATIENCE && result_of(h, jobs[0], "{\"answer\":1}") != 410; ms++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    assert_int_equal(result_of(h, jobs[0], ""), 410);
    assert_int_equal(result_of(h, jobs[1], "{\"answer\":1}"), 200);
    assert_int_equal(result_of(h, jobs[2], "{\"answer\":1}"), 200);
    for (int j = 0; j < 3; j++)
        close(sockets[j]);
}

static void
a_service_that_crashes_is_started_again_three_times(void **state)
{
    house   *h = *state;
    uint32_t own = 0;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    for (int crash = 0; crash < 4; crash++) {
        const uint32_t again = bki_jobs_service(h->jobs, &service);
        assert_int_not_equal(again, own);
        own = again;
        const int socket = take(h, own);
        close(socket);
        tell(h, BKI_NOTE_EXIT, own, SIGSEGV, "");
        wait_for(h, own, "\"crashed\"");
    }
    assert_int_equal(bki_jobs_service(h->jobs, &service), own); /* which says why there is none */
}

static void
a_service_that_says_why_it_cannot_be_is_not_asked_again(void **state)
{
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t own = bki_jobs_service(h->jobs, &service);
    const int      socket = take(h, own);
    send_frame(socket, BKI_FRAME_ERROR, 0, "{\"code\":\"inconsistent\"}");
    wait_for(h, own, "\"inconsistent\"");
    close(socket);
    assert_int_equal(bki_jobs_service(h->jobs, &service), own);
}

/* One that was done and ended since is started anew. */
static void
a_service_that_went_away_comes_back(void **state)
{
    house *h = *state;
    asker  a;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t own = bki_jobs_service(h->jobs, &service);
    int            socket = take(h, own);
    send_frame(socket, BKI_FRAME_RESULT, 1, "{}");
    wait_for(h, own, "\"state\":\"done\"");
    close(socket);
    for (int ms = 0; ms < PATIENCE; ms++) { /* until that it closed was heard */
        begin(&a, h, own);
        const int status = end(&a, NULL);
        if (status == 410)
            break;
        assert_int_equal(status, 500);
    }
    const uint32_t again = bki_jobs_service(h->jobs, &service);
    assert_int_not_equal(again, own);
    close(take(h, again));
}

/* ---- events
 * ----------------------------------------------------------------------------------------------------------- */

static void
events_tell_what_changed_since_they_were_asked_last(void **state)
{
    house   *h = *state;
    uint64_t seen = 0;

    const uint32_t job = add(h, &run);
    char          *text = bki_jobs_events(h->jobs, &seen, PATIENCE);
    char           told[60];
    snprintf(told, sizeof told, "event: job\ndata: {\"job\":\"%u\"", job);
    assert_non_null(strstr(text, told));
    free(text);
    text = bki_jobs_events(h->jobs, &seen, 1); /* nothing is an answer too */
    assert_string_equal(text, "");
    free(text);
    bkt_refuse(BKT_MEMORY, 1);
    assert_null(bki_jobs_events(h->jobs, &seen, 1));
}

static void *
listen_on(void *state)
{
    uint64_t seen = 0;

    return bki_jobs_events(((house *)state)->jobs, &seen, PATIENCE);
}

static void
a_listener_is_let_go_at_the_end(void **state)
{
    house    *h = *state;
    pthread_t thread;
    void     *text = h;

    assert_int_equal(pthread_create(&thread, NULL, listen_on, h), 0);
    nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    pthread_mutex_lock(&h->jobs->lock);
    h->jobs->stopping = true;
    pthread_cond_broadcast(&h->jobs->change);
    pthread_mutex_unlock(&h->jobs->lock);
    pthread_join(thread, &text);
    assert_null(text);
    assert_int_equal(bki_jobs_add(h->jobs, &run, "{}", 2, false), 0); /* and no job is taken any more */
}

/* ---- what is refused
 * ---------------------------------------------------------------------------------------------------- */

static void
a_table_that_cannot_be_made_is_none(void **state)
{
    static const bkt_call calls[] = {BKT_MEMORY, BKT_PIPE, BKT_THREAD};
    house                *h = *state;

    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
        bkt_refuse(calls[i], 1);
        assert_null(bki_jobs_create(h->notes[0]));
        bkt_refuse(calls[i], 0);
    }
}

static void
a_job_without_socket_fails_and_the_next_does_not(void **state)
{
    house *h = *state;

    bkt_refuse(BKT_SOCKETPAIR, 1);
    tell(h, BKI_NOTE_READY, 0, 0, "");
    wait_for(h, add(h, &stress), "no socket for the job");
    const uint32_t job = add(h, &stress);
    close(take(h, job));
}

static void
memory_may_end_while_a_worker_is_heard(void **state)
{
    house   *h = *state;
    uint32_t job;
    asker    a;
    char     byte;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    job = add(h, &run);
    int socket = take(h, job);
    bkt_refuse(BKT_MEMORY, 1);                            /* the inbox */
    (void)bki_send(socket, BKI_FRAME_RESULT, 1, "{}", 2); /* whole or, if it is hung up on between its parts, not */
    assert_true(read(socket, &byte, 1) <= 0);
    tell(h, BKI_NOTE_EXIT, job, 0, "");
    wait_for(h, job, "\"crashed\"");
    close(socket);
    job = add(h, &run);
    socket = take(h, job);
    send_frame(socket, BKI_FRAME_PROGRESS, 0, "{\"stage\":\"a\"}"); /* there is an inbox now */
    wait_for(h, job, "\"stage\":\"a\"");
    bkt_refuse(BKT_MEMORY, 1);
    send_frame(socket, BKI_FRAME_RESULT, 1, "{}");
    assert_int_equal(read(socket, &byte, 1), 0);
    wait_for(h, job, "\"no-memory\"");
    close(socket);
    socket = done_run(h, &job);
    begin(&a, h, job);
    take_question(socket);
    bkt_refuse(BKT_MEMORY, 1);
    send_frame(socket, BKI_FRAME_REPLY, 200, "for which there is no room");
    assert_int_equal(end(&a, NULL), 500);
    close(socket);
    bkt_refuse(BKT_MEMORY, 1);
    assert_int_equal(bki_jobs_state(h->jobs, job).status, 503);
}

/* The text of an error is only a comfort. */
static void
a_failure_whose_reason_has_no_room_is_a_failure(void **state)
{
    house *h = *state;

    tell(h, BKI_NOTE_READY, 0, 0, "");
    const uint32_t own = bki_jobs_service(h->jobs, &service);
    const int      socket = take(h, own);
    close(socket);
    wait_for(h, own, "\"state\":\"running\"");
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); /* that it closed is heard before memory ends */
    bkt_refuse(BKT_MEMORY, 1);
    tell(h, BKI_NOTE_EXIT, own, SIGSEGV, "");
    for (int ms = 0; ms < PATIENCE && bkt_refuse_count(BKT_MEMORY) == 0; ms++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    wait_for(h, own, "\"state\":\"failed\"");
    const uint32_t again = bki_jobs_service(h->jobs, &service);
    assert_true(again > 0);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_house, close_house)
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_started_before_the_master_is_ready),
        TEST(two_jobs_run_at_a_time_in_the_order_they_came),
        TEST(a_job_that_is_cancelled_is_ended_and_not_heard_any_more),
        TEST(a_job_without_end_is_given_one),
        TEST(how_a_worker_ended_is_told_whichever_is_heard_first),
        TEST(frames_come_in_pieces_and_strange_ones_are_passed_over),
        TEST(a_frame_without_end_closes_the_socket),
        TEST(a_lost_master_is_told_of_every_job),
        TEST(questions_are_put_one_at_a_time_and_each_gets_its_own_answer),
        TEST(who_asks_a_worker_that_ends_or_is_silent_is_told),
        TEST(the_last_four_runs_stay_for_questions),
        TEST(results_are_given_up_for_room_the_oldest_first),
        TEST(a_service_that_crashes_is_started_again_three_times),
        TEST(a_service_that_says_why_it_cannot_be_is_not_asked_again),
        TEST(a_service_that_went_away_comes_back),
        TEST(events_tell_what_changed_since_they_were_asked_last),
        TEST(a_listener_is_let_go_at_the_end),
        TEST(a_table_that_cannot_be_made_is_none),
        TEST(a_job_without_socket_fails_and_the_next_does_not),
        TEST(memory_may_end_while_a_worker_is_heard),
        TEST(a_failure_whose_reason_has_no_room_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
