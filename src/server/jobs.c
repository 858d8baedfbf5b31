#define _GNU_SOURCE /* memfd_create */
#include "server/jobs_inside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define MOST_PATIENCE 120 /* s for a reply */
#define MOST_CRASHES  3   /* of a service, which then is not started again */

double
bki_server_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- the table; with the lock held ------------------------------------------------------------------------------- */

bki_job *
bki_job_find(bki_jobs *jobs, uint32_t number)
{
    for (size_t j = 0; number > 0 && j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].number == number)
            return &jobs->all[j];
    return NULL;
}

void
bki_jobs_wake(bki_jobs *jobs)
{
    const ssize_t written = write(jobs->wake[1], "", 1); /* full: it is awake anyway */

    (void)written;
}

void
bki_job_changed(bki_jobs *jobs, bki_job *job)
{
    job->changed = ++jobs->changes;
    pthread_cond_broadcast(&jobs->change);
}

void
bki_job_end(bki_jobs *jobs, bki_job *job, bki_job_state state)
{
    job->state = state;
    job->seconds = job->started > 0.0 ? bki_server_seconds() - job->started : 0.0;
    bki_job_changed(jobs, job);
    bki_jobs_wake(jobs); /* another may start */
}

void
bki_job_fail(bki_jobs *jobs, bki_job *job, const char *code, const char *message)
{
    char text[400];

    snprintf(text, sizeof text, "{\"code\":\"%s\",\"message\":\"%s\"}", code, message);
    free(job->error);
    job->error = strdup(text);
    bki_job_end(jobs, job, BKI_FAILED);
}

static bool
is_waiting(const bki_job *job)
{
    return job->number > 0 && !job->kind->is_service && (job->state == BKI_QUEUED || job->state == BKI_RUNNING);
}

static void
clear(bki_job *job)
{
    if (job->request >= 0)
        close(job->request);
    free(job->progress);
    free(job->error);
    bki_shared_drop(job->result);
    free(job->inbox.bytes);
    free(job->reply.bytes);
    *job = (bki_job){.request = -1, .socket = -1};
}

/* A free place, or that of the oldest job that is over; NULL: all are at work. */
static bki_job *
make_room(bki_jobs *jobs)
{
    bki_job *oldest = NULL;

    for (size_t j = 0; j < BKI_MOST_JOBS; j++) {
        bki_job *job = &jobs->all[j];
        if (job->number == 0)
            return job;
        if (!is_waiting(job) && !job->kind->is_service && !job->asking && job->socket < 0 &&
            (oldest == NULL || job->number < oldest->number))
            oldest = job;
    }
    if (oldest != NULL)
        clear(oldest);
    return oldest;
}

static void
cancel(bki_jobs *jobs, bki_job *job)
{
    const bki_note note = {.kind = BKI_NOTE_KILL, .job = job->number};

    if (!is_waiting(job))
        return;
    if (job->state == BKI_RUNNING)
        bki_note_send(jobs->notes, &note, NULL, 0);
    job->unwanted = true;
    bki_job_end(jobs, job, BKI_CANCELLED);
}

/* ---- adding and ending ------------------------------------------------------------------------------------------- */

static int
keep_request(const char *bytes, size_t n)
{
    const int file = memfd_create("request", MFD_CLOEXEC);

    for (size_t done = 0; file >= 0 && done < n;) {
        const ssize_t written = write(file, bytes + done, n - done);
        if (written <= 0 && errno != EINTR) {
            close(file);
            return -1;
        }
        done += written > 0 ? (size_t)written : 0;
    }
    return file;
}

uint32_t
bki_jobs_add(bki_jobs *jobs, const bki_kind *kind, const char *request, size_t n, bool replace)
{
    const int file = keep_request(request, n);
    size_t    n_waiting = 0;
    uint32_t  number = 0;

    if (file < 0)
        return 0;
    pthread_mutex_lock(&jobs->lock);
    for (size_t j = 0; j < BKI_MOST_JOBS; j++) {
        if (replace && jobs->all[j].kind == kind)
            cancel(jobs, &jobs->all[j]);
        n_waiting += is_waiting(&jobs->all[j]);
    }
    bki_job *job = (kind->is_service || n_waiting < BKI_MOST_WAITING) && !jobs->stopping ? make_room(jobs) : NULL;
    if (job != NULL) {
        number = ++jobs->last;
        *job = (bki_job){.number = number, .kind = kind, .request = file, .socket = -1};
        bki_job_changed(jobs, job);
        bki_jobs_wake(jobs);
    } else {
        close(file);
    }
    pthread_mutex_unlock(&jobs->lock);
    return number;
}

uint32_t
bki_jobs_service(bki_jobs *jobs, const bki_kind *kind)
{
    uint32_t number = 0;
    char     request[64];

    pthread_mutex_lock(&jobs->lock);
    for (size_t j = 0; j < BKI_MOST_JOBS; j++) {
        bki_job *job = &jobs->all[j];
        if (job->number == 0 || job->kind != kind)
            continue;
        const bool crashed = job->state == BKI_FAILED && /* as is one whose reason there was no memory for */
                             (job->error == NULL || strstr(job->error, "\"crashed\"") != NULL);
        const bool refused = job->state == BKI_FAILED && (!crashed || jobs->n_crashes >= MOST_CRASHES);
        if (job->state <= BKI_RUNNING || (job->state == BKI_DONE && job->socket >= 0) || refused)
            number = job->number;
        else if (!job->asking && job->socket < 0) {
            jobs->n_crashes++;
            clear(job); /* it ended: another takes its place */
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    const int n = snprintf(request, sizeof request, "{\"kind\":\"%s\"}", kind->name);
    return number != 0 ? number : bki_jobs_add(jobs, kind, request, (size_t)n, false);
}

bool
bki_jobs_cancel(bki_jobs *jobs, uint32_t number)
{
    pthread_mutex_lock(&jobs->lock);
    bki_job *job = bki_job_find(jobs, number);
    if (job != NULL && job->kind->is_service)
        job = NULL;
    if (job != NULL)
        cancel(jobs, job);
    pthread_mutex_unlock(&jobs->lock);
    return job != NULL;
}

/* ---- what is known ----------------------------------------------------------------------------------------------- */

static void
print_state(FILE *out, const bki_jobs *jobs, const bki_job *job)
{
    static const char *const names[] = {"queued", "running", "done", "failed", "cancelled"};
    const double             seconds =
        job->state == BKI_RUNNING && job->started > 0.0 ? bki_server_seconds() - job->started : job->seconds;

    fprintf(out, "{\"job\":\"%u\",\"kind\":\"%s\",\"state\":\"%s\",\"progress\":", job->number, job->kind->name,
            names[job->state]);
    if (job->progress != NULL)
        fputs(job->progress, out);
    else
        fprintf(out, "{\"stage\":\"%s\",\"done\":null,\"total\":1}",
                job->state == BKI_QUEUED && !jobs->ready ? jobs->stage : "");
    fprintf(out, ",\"seconds\":%.3f,\"converged\":%s", seconds,
            job->state != BKI_DONE ? "null"
            : job->converged       ? "true"
                                   : "false");
    if (job->error != NULL)
        fprintf(out, ",\"error\":%s", job->error);
    fputs("}", out);
}

bki_answer_bytes
bki_jobs_state(bki_jobs *jobs, uint32_t number)
{
    bki_answer_bytes answer = {.status = 404};
    FILE            *out;

    pthread_mutex_lock(&jobs->lock);
    const bki_job *job = bki_job_find(jobs, number);
    if (job != NULL) {
        answer.status = 503;
        if ((out = open_memstream(&answer.bytes, &answer.n)) != NULL) {
            print_state(out, jobs, job);
            fclose(out);
            answer.status = 200;
        }
    }
    pthread_mutex_unlock(&jobs->lock);
    return answer;
}

int
bki_jobs_result(bki_jobs *jobs, uint32_t number, bki_shared **result)
{
    int status = 404;

    *result = NULL;
    pthread_mutex_lock(&jobs->lock);
    const bki_job *job = bki_job_find(jobs, number);
    if (job != NULL)
        status = job->state != BKI_DONE ? 409 : job->result == NULL ? 410 : 200;
    if (status == 200)
        *result = bki_shared_hold(job->result);
    pthread_mutex_unlock(&jobs->lock);
    return status;
}

static struct timespec
in_milliseconds(int64_t milliseconds)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += (time_t)(milliseconds / 1000);
    at.tv_nsec += (long)(milliseconds % 1000) * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* One question at a time; the worker that does not answer is given up. */
static void
ask(bki_jobs *jobs, bki_job *job, const char *text, size_t n, bki_answer_bytes *answer)
{
    const struct timespec until = in_milliseconds(MOST_PATIENCE * 1000);
    const bki_note        note = {.kind = BKI_NOTE_KILL, .job = job->number};
    int                   waited = 0;

    while (job->asking && waited == 0)
        waited = pthread_cond_timedwait(&jobs->change, &jobs->lock, &until);
    answer->status = job->asking ? 503 : job->state != BKI_DONE ? 409 : 410;
    if (job->asking || job->state != BKI_DONE || job->socket < 0)
        return;
    job->asking = true;
    job->reply = (bki_answer_bytes){0};
    if (!bki_send(job->socket, BKI_FRAME_QUESTION, 0, text, n))
        job->unwanted = true;
    while (job->reply.status == 0 && job->socket >= 0 && !job->unwanted && waited == 0 && !jobs->stopping)
        waited = pthread_cond_timedwait(&jobs->change, &jobs->lock, &until);
    if (waited != 0) {
        bki_note_send(jobs->notes, &note, NULL, 0);
        job->unwanted = true;
        bki_jobs_wake(jobs);
    }
    answer->status = 500;
    if (job->reply.status != 0)
        *answer = job->reply;
    job->reply = (bki_answer_bytes){0};
    job->asking = false;
    pthread_cond_broadcast(&jobs->change);
}

bki_answer_bytes
bki_jobs_ask(bki_jobs *jobs, uint32_t number, const char *text, size_t n)
{
    bki_answer_bytes answer = {.status = 404};

    pthread_mutex_lock(&jobs->lock);
    bki_job *job = bki_job_find(jobs, number);
    if (job != NULL)
        ask(jobs, job, text, n, &answer);
    pthread_mutex_unlock(&jobs->lock);
    return answer;
}

static bool
has_changed(const bki_jobs *jobs, uint64_t seen)
{
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].number > 0 && jobs->all[j].changed > seen)
            return true;
    return false;
}

char *
bki_jobs_events(bki_jobs *jobs, uint64_t *seen, int milliseconds)
{
    const struct timespec until = in_milliseconds(milliseconds);
    char                 *text = NULL;
    size_t                n = 0;
    FILE                 *out = open_memstream(&text, &n);

    if (out == NULL)
        return NULL;
    pthread_mutex_lock(&jobs->lock);
    while (!jobs->stopping && !has_changed(jobs, *seen))
        if (pthread_cond_timedwait(&jobs->change, &jobs->lock, &until) != 0)
            break;
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        if (jobs->all[j].number > 0 && jobs->all[j].changed > *seen) {
            fputs("event: job\ndata: ", out);
            print_state(out, jobs, &jobs->all[j]);
            fputs("\n\n", out);
        }
    *seen = jobs->changes;
    const bool stopping = jobs->stopping;
    pthread_mutex_unlock(&jobs->lock);
    if (fclose(out) == 0 && !stopping)
        return text;
    free(text);
    return NULL;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

bki_jobs *
bki_jobs_create(int notes)
{
    bki_jobs          *jobs = calloc(1, sizeof *jobs);
    pthread_condattr_t clock;

    if (jobs == NULL || pipe(jobs->wake) != 0) {
        free(jobs);
        return NULL;
    }
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        jobs->all[j] = (bki_job){.request = -1, .socket = -1};
    jobs->notes = notes;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&jobs->change, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&jobs->thread, NULL, bki_jobs_listen, jobs) == 0)
        return jobs;
    close(jobs->wake[0]);
    close(jobs->wake[1]);
    free(jobs);
    return NULL;
}

void
bki_jobs_stop(bki_jobs *jobs)
{
    pthread_mutex_lock(&jobs->lock);
    jobs->stopping = true;
    pthread_cond_broadcast(&jobs->change);
    bki_jobs_wake(jobs);
    pthread_mutex_unlock(&jobs->lock);
    pthread_join(jobs->thread, NULL);
}

void
bki_jobs_free(bki_jobs *jobs)
{
    for (size_t j = 0; j < BKI_MOST_JOBS; j++)
        clear(&jobs->all[j]);
    close(jobs->wake[0]);
    close(jobs->wake[1]);
    pthread_cond_destroy(&jobs->change);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}
