/* The thread that listens to the master and the workers, starts what waits, and closes what nobody wants. */
#include "server/jobs_inside.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GLANCE 10000 /* ms between two looks at the clock */

/* ---- starting ---------------------------------------------------------------------------------------------------- */

static void
start(bki_jobs *jobs, bki_job *job)
{
    const bki_note note = {.kind = BKI_NOTE_START, .job = job->number, .value = job->kind->is_service};
    int            ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        bki_job_fail(jobs, job, "file", "no socket for the job");
        return;
    }
    const struct timeval patience = {.tv_sec = 10}; /* for a worker that does not take its question */
    setsockopt(ends[0], SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int  files[2] = {ends[1], job->request};
    const bool sent = bki_note_send(jobs->notes, &note, files, 2);
    close(ends[1]);
    close(job->request);
    job->request = -1;
    job->socket = ends[0];
    job->started = bki_server_seconds();
    job->state = BKI_RUNNING;
    if (!sent)
        bki_job_fail(jobs, job, "file", "the process that starts jobs is gone; start the server again");
    else
        bki_job_changed(jobs, job);
}

static void
start_what_waits(bki_jobs *jobs)
{
    size_t n_running = 0;

    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        n_running += jobs->all[j].number > 0 && !jobs->all[j].kind->is_service && jobs->all[j].state == BKI_RUNNING;
    while (jobs->ready) {
        bki_job *next = NULL;
        for (size_t j = 0; j < BKI_MOST_JOBS; j++) {
            bki_job *job = &jobs->all[j];
            if (job->number > 0 && job->state == BKI_QUEUED &&
                (job->kind->is_service || n_running < BKI_MOST_RUNNING) && (next == NULL || job->number < next->number))
                next = job;
        }
        if (next == NULL)
            return;
        start(jobs, next);
        n_running += next->state == BKI_RUNNING && !next->kind->is_service;
    }
}

/* ---- closing ----------------------------------------------------------------------------------------------------- */

static void
hang_up(bki_jobs *jobs, bki_job *job)
{
    close(job->socket);
    job->socket = -1;
    free(job->inbox.bytes);
    job->inbox = (bki_inbox){0};
    pthread_cond_broadcast(&jobs->change);
}

static void
close_unwanted(bki_jobs *jobs)
{
    size_t n_kept = 0, n_bytes = 0;

    for (uint32_t number = jobs->last; number > 0 && number + 4 * BKI_MOST_JOBS > jobs->last; number--) {
        bki_job *job = bki_job_find(jobs, number); /* from the latest to the oldest */
        if (job == NULL)
            continue;
        if (job->state == BKI_DONE && job->socket >= 0 && !job->kind->is_service &&
            (!job->kind->keeps_state || ++n_kept > BKI_MOST_KEPT) && !job->asking)
            job->unwanted = true;
        if (job->unwanted && job->socket >= 0)
            hang_up(jobs, job);
        if (job->unwanted && job->request >= 0) {
            close(job->request);
            job->request = -1;
        }
        const size_t n = job->result != NULL ? job->result->n : 0;
        n_bytes += n;
        if (n_bytes > BKI_MOST_BYTES && n_bytes > n) {
            bki_shared_drop(job->result);
            job->result = NULL;
        }
    }
}

/* ---- listening --------------------------------------------------------------------------------------------------- */

static char *
copy(const char *bytes, size_t n)
{
    char *text = malloc(n + 1);

    if (text != NULL) {
        memcpy(text, bytes, n);
        text[n] = '\0';
    }
    return text;
}

/* One that there is no room for is no answer: the worker, which waits for questions about it, is let go. */
static void
take_result(bki_jobs *jobs, bki_job *job, const bki_frame *frame, const char *bytes)
{
    bki_shared_drop(job->result);
    job->result = bki_shared_create(bytes, frame->n);
    job->converged = frame->value != 0;
    if (job->result != NULL) {
        bki_job_end(jobs, job, BKI_DONE);
        return;
    }
    job->unwanted = true;
    bki_job_fail(jobs, job, "no-memory", "there is no memory for the answer");
}

static void
take_frame(bki_jobs *jobs, bki_job *job, const bki_frame *frame, const char *bytes)
{
    if (job->unwanted)
        return;
    if (frame->kind == BKI_FRAME_RESULT) {
        take_result(jobs, job, frame, bytes);
        return;
    }
    char *text = copy(bytes, frame->n);
    if (text == NULL) {
        job->unwanted = frame->kind == BKI_FRAME_REPLY; /* whoever asked is told, and the worker ends */
    } else if (frame->kind == BKI_FRAME_PROGRESS) {
        free(job->progress);
        job->progress = text;
        bki_job_changed(jobs, job);
    } else if (frame->kind == BKI_FRAME_ERROR) {
        free(job->error);
        job->error = text;
        bki_job_end(jobs, job, BKI_FAILED);
    } else if (frame->kind == BKI_FRAME_REPLY && job->asking && job->reply.status == 0) {
        job->reply = (bki_answer_bytes){(int)frame->value, text, frame->n};
        pthread_cond_broadcast(&jobs->change);
    } else {
        free(text);
    }
}

/* A worker that ended without an answer: by a signal, or short of memory. */
static void
judge_end(bki_jobs *jobs, bki_job *job)
{
    char text[200];

    if (job->state != BKI_RUNNING || job->socket >= 0 || !job->exited)
        return;
    if (job->exit_status == -1)
        snprintf(text, sizeof text, "the job could not be started: too many processes, or no memory");
    else if (WIFSIGNALED(job->exit_status))
        snprintf(text, sizeof text, "the job crashed (signal %d, %s); the server goes on", WTERMSIG(job->exit_status),
                 strsignal(WTERMSIG(job->exit_status)));
    else
        snprintf(text, sizeof text, "the job ended without an answer (status %d)", WEXITSTATUS(job->exit_status));
    bki_job_fail(jobs, job, "crashed", text);
}

static void
hear_worker(bki_jobs *jobs, bki_job *job)
{
    const bool  open = bki_inbox_fill(&job->inbox, job->socket);
    bki_frame   frame;
    const char *bytes;

    while (bki_inbox_frame(&job->inbox, &frame, &bytes)) {
        take_frame(jobs, job, &frame, bytes);
        bki_inbox_drop(&job->inbox, &frame);
    }
    if (open)
        return;
    hang_up(jobs, job);
    judge_end(jobs, job);
}

/* The stage as JSON text: what could end it is left out. */
static void
keep_stage(bki_jobs *jobs, const char *text)
{
    size_t n = 0;

    for (; *text != '\0' && n + 1 < sizeof jobs->stage; text++)
        if (*text != '"' && *text != '\\' && (unsigned char)*text >= ' ')
            jobs->stage[n++] = *text;
    jobs->stage[n] = '\0';
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].number > 0 && jobs->all[j].state == BKI_QUEUED)
            bki_job_changed(jobs, &jobs->all[j]);
}

static void
hear_master(bki_jobs *jobs)
{
    bki_note note;
    int      files[2];

    if (!bki_note_receive(jobs->notes, &note, files)) {
        jobs->master_gone = true;
        for (size_t j = 0; j < BKI_MOST_JOBS; j++)
            if (jobs->all[j].number > 0 && jobs->all[j].state <= BKI_RUNNING)
                bki_job_fail(jobs, &jobs->all[j], "crashed",
                             "the process that starts jobs is gone; start the server again");
        return;
    }
    bki_job *job = note.kind == BKI_NOTE_EXIT ? bki_job_find(jobs, note.job) : NULL;
    if (note.kind == BKI_NOTE_STAGE)
        keep_stage(jobs, note.text);
    if (note.kind == BKI_NOTE_READY || note.kind == BKI_NOTE_BASE)
        jobs->ready = true;
    if (job != NULL) {
        job->exited = true;
        job->exit_status = note.value;
        judge_end(jobs, job);
    }
}

/* A job that has no end is given one. */
static void
end_the_endless(bki_jobs *jobs)
{
    for (size_t j = 0; j < BKI_MOST_JOBS; j++) {
        bki_job       *job = &jobs->all[j];
        const bki_note note = {.kind = BKI_NOTE_KILL, .job = job->number};
        if (job->number == 0 || job->state != BKI_RUNNING || bki_server_seconds() - job->started < BKI_MOST_SECONDS)
            continue;
        bki_note_send(jobs->notes, &note, NULL, 0);
        job->unwanted = true;
        bki_job_fail(jobs, job, "time", "the job was ended after an hour; run it from the command line");
    }
}

/* Waits until something can be read; returns with the lock held. */
static int
wait_for_news(bki_jobs *jobs, struct pollfd *files, bki_job **of)
{
    int n = 0;

    files[n++] = (struct pollfd){.fd = jobs->wake[0], .events = POLLIN};
    files[n++] = (struct pollfd){.fd = jobs->master_gone ? -1 : jobs->notes, .events = POLLIN};
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].socket >= 0) {
            of[n] = &jobs->all[j];
            files[n++] = (struct pollfd){.fd = jobs->all[j].socket, .events = POLLIN};
        }
    pthread_mutex_unlock(&jobs->lock);
    while (poll(files, (nfds_t)n, GLANCE) < 0)
        ;
    pthread_mutex_lock(&jobs->lock);
    return n;
}

void *
bki_jobs_listen(void *state)
{
    bki_jobs     *jobs = state;
    struct pollfd files[BKI_MOST_JOBS + 2];
    bki_job      *of[BKI_MOST_JOBS + 2];
    char          rubbish[64];

    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stopping) {
        start_what_waits(jobs);
        end_the_endless(jobs);
        close_unwanted(jobs);
        const int n = wait_for_news(jobs, files, of);
        if (files[0].revents != 0 && read(jobs->wake[0], rubbish, sizeof rubbish) < 0)
            break;
        if (files[1].revents != 0)
            hear_master(jobs);
        for (int i = 2; i < n; i++)
            if (files[i].revents != 0)
                hear_worker(jobs, of[i]);
    }
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].socket >= 0)
            hang_up(jobs, &jobs->all[j]);
    pthread_mutex_unlock(&jobs->lock);
    return NULL;
}
