/* A team of processes over MPI.
 *
 * Process 0 hands out record numbers: a thread of it answers the others while its own workers compute, and makes no MPI
 * call at the same time as any other thread (MPI_THREAD_SERIALIZED).  Whatever all of them do together begins with the
 * question whether one has failed, so that a process that fails anywhere meets the others at their next such step. */
#include "cli/team.h"

#include <limits.h>
#include <mpi.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { TAG_ASK = 1, TAG_GIVE = 2, SHARES = 8, MOST_BYTES = 1 << 26 };

typedef enum wish { WISH_MORE, WISH_LEAVE, WISH_STOP } wish;

/* The one team of a process. */
static struct team {
    bk_team         face;
    bool            has_failed;  /* this process, and has said so */
    bool            is_given_up; /* some process */
    bool            is_out;      /* this process has had its last number, or has left */
    bool            is_serving;  /* process 0: its thread is at work */
    pthread_t       server;
    pthread_mutex_t lock; /* process 0: for all below */
    bool            is_begun;
    uint64_t        at, n; /* numbers from `at` to n are nobody's yet */
    uint64_t        n_out; /* other processes that are out */
} team = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- process 0 gives ------------------------------------------------------------------------------------------- */

/* Large pieces first, single numbers last: few questions, and all are done at about the same time. */
static bool
give(uint64_t *range)
{
    pthread_mutex_lock(&team.lock);
    const uint64_t left = team.n - team.at, piece = left / (SHARES * team.face.size);
    range[0] = team.at;
    range[1] = team.at + (left > 0 && piece == 0 ? 1 : piece);
    team.at = range[1];
    pthread_mutex_unlock(&team.lock);
    return range[0] < range[1];
}

static void
stop_giving(void)
{
    pthread_mutex_lock(&team.lock);
    team.at = team.n;
    pthread_mutex_unlock(&team.lock);
}

static void
answer(int from)
{
    int      asked = WISH_MORE;
    uint64_t range[2];

    MPI_Recv(&asked, 1, MPI_INT, from, TAG_ASK, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    if (asked == WISH_STOP)
        stop_giving();
    if (asked != WISH_MORE) {
        team.n_out++;
        return;
    }
    team.n_out += !give(range);
    MPI_Send(range, 2, MPI_UINT64_T, from, TAG_GIVE, MPI_COMM_WORLD);
}

/* Until every other process is out.  Looks once a millisecond: a wait inside MPI would take a processor. */
static void *
serve(void *unused)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    MPI_Status            from;
    int                   is_there = 0;

    while (team.n_out + 1 < team.face.size) {
        MPI_Iprobe(MPI_ANY_SOURCE, TAG_ASK, MPI_COMM_WORLD, &is_there, &from);
        if (is_there)
            answer(from.MPI_SOURCE);
        else
            nanosleep(&pause, NULL);
    }
    return unused;
}

/* Once a job: `next` and `leave` both come here first. */
static void
begin_giving(uint64_t n)
{
    if (team.is_begun)
        return;
    team.is_begun = true;
    team.at = 0;
    team.n = n;
    team.n_out = 0;
    team.is_serving = pthread_create(&team.server, NULL, serve, NULL) == 0; /* else served at the end */
}

/* ---- the face of the team -------------------------------------------------------------------------------------- */

static bool
next(void *state, uint64_t n, uint64_t *begin, uint64_t *end)
{
    int      asked = WISH_MORE;
    uint64_t range[2] = {0, 0};

    (void)state;
    if (team.is_out)
        return false;
    if (team.face.rank == 0) {
        begin_giving(n);
        give(range);
    } else {
        MPI_Send(&asked, 1, MPI_INT, 0, TAG_ASK, MPI_COMM_WORLD);
        MPI_Recv(range, 2, MPI_UINT64_T, 0, TAG_GIVE, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    }
    team.is_out = range[0] >= range[1];
    *begin = range[0];
    *end = range[1];
    return !team.is_out;
}

static void
leave(void *state, uint64_t n, bool stop)
{
    int asked = stop ? WISH_STOP : WISH_LEAVE;

    (void)state;
    if (team.face.rank == 0) {
        begin_giving(n);
        if (stop)
            stop_giving();
        if (team.is_serving)
            pthread_join(team.server, NULL);
        else
            serve(NULL);
        team.is_begun = false;
    } else if (!team.is_out) {
        MPI_Send(&asked, 1, MPI_INT, 0, TAG_ASK, MPI_COMM_WORLD);
    }
    team.is_out = false; /* of the next job */
}

/* The question before every common step; true if the job goes on. */
static bool
goes_on(bool failed)
{
    int any = failed;

    team.has_failed |= failed;
    if (!team.is_given_up)
        MPI_Allreduce(MPI_IN_PLACE, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
    team.is_given_up |= any;
    return !team.is_given_up;
}

static bool
join(void *state, bool failed, void *bytes, size_t n)
{
    (void)state;
    if (!goes_on(failed))
        return false;
    for (size_t at = 0; at < n; at += MOST_BYTES) {
        const size_t piece = n - at < MOST_BYTES ? n - at : MOST_BYTES;
        MPI_Allreduce(MPI_IN_PLACE, (char *)bytes + at, (int)piece, MPI_BYTE, MPI_BOR, MPI_COMM_WORLD);
    }
    return true;
}

/* ---- start, errors, end ---------------------------------------------------------------------------------------- */

bool
bki_team_start(int *argc, char ***argv, const bk_team **out)
{
    int provided = 0, rank = 0, size = 1;

    *out = NULL;
    if (!bki_team_is_wanted())
        return true;
    MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    if (provided < MPI_THREAD_SERIALIZED) {
        fputs("buckle: error: this MPI allows no threads (MPI_THREAD_SERIALIZED)\n", stderr);
        MPI_Finalize();
        return false;
    }
    team.face = (bk_team){.rank = (uint64_t)rank, .size = (uint64_t)size, .next = next, .leave = leave, .join = join};
    *out = &team.face;
    return true;
}

/* An error on its way from one process to another. */
typedef struct told {
    int  status, line, column;
    char file[1024], message[2048], hint[1024];
} told;

static void
copy_text(char *to, size_t room, const char *from)
{
    snprintf(to, room, "%s", from ? from : "");
}

static void
tell(const bki_session *session, bk_status status, told *out)
{
    const bk_error *first = bk_error_get(session->ctx, 0);

    *out = (told){.status = (int)status};
    copy_text(out->message, sizeof out->message, first ? first->message : bk_status_text(status));
    if (!first)
        return;
    out->line = first->line;
    out->column = first->column;
    copy_text(out->file, sizeof out->file, first->file);
    copy_text(out->hint, sizeof out->hint, first->hint);
}

bk_status
bki_team_agree(bki_session *session, bk_status status)
{
    bk_context *ctx = session->ctx;
    told        error;
    int         who = INT_MAX;

    if (!session->team || goes_on(status != BK_OK && !team.is_given_up))
        return status;
    if (team.has_failed)
        who = (int)team.face.rank;
    MPI_Allreduce(MPI_IN_PLACE, &who, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    tell(session, status, &error);
    MPI_Bcast(&error, (int)sizeof error, MPI_BYTE, who, MPI_COMM_WORLD);
    if (team.face.rank == 0 && who != 0) {
        bk_error_clear(ctx);
        return bk_fail_at(ctx, (bk_status)error.status, error.file[0] ? error.file : NULL, error.line, error.column,
                          error.hint[0] ? error.hint : NULL, "process %d of %d: %s", who + 1, (int)team.face.size,
                          error.message);
    }
    return (bk_status)error.status;
}

void
bki_team_end(void)
{
    if (team.face.size > 0)
        MPI_Finalize();
}
