#include "server/kept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define SECOND ((int64_t)1000000000) /* ns */

/* ---- bytes ------------------------------------------------------------------------------------------------------- */

bki_shared *
bki_shared_create(const char *bytes, size_t n)
{
    bki_shared *shared = malloc(sizeof *shared + n + 1);

    if (shared == NULL)
        return NULL;
    atomic_init(&shared->n_holders, 1);
    shared->n = n;
    memcpy(shared->bytes, bytes, n);
    shared->bytes[n] = '\0';
    return shared;
}

bki_shared *
bki_shared_hold(bki_shared *shared)
{
    if (shared != NULL)
        atomic_fetch_add(&shared->n_holders, 1);
    return shared;
}

void
bki_shared_drop(bki_shared *shared)
{
    if (shared != NULL && atomic_fetch_sub(&shared->n_holders, 1) == 1)
        free(shared);
}

void
bki_shared_drop_bytes(void *bytes)
{
    bki_shared_drop((bki_shared *)((char *)bytes - offsetof(bki_shared, bytes)));
}

/* ---- stamps ------------------------------------------------------------------------------------------------------ */

static int64_t
nanoseconds(struct timespec time)
{
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static void
look(const char *path, bki_stamp *out)
{
    struct stat about;

    out->exists = stat(path, &about) == 0;
    if (!out->exists)
        return;
    out->device = (int64_t)about.st_dev;
    out->number = (int64_t)about.st_ino;
    out->size = (int64_t)about.st_size;
    out->written = nanoseconds(about.st_mtim);
    out->changed = nanoseconds(about.st_ctim);
}

static bool
is_as_it_was(const bki_stamp *stamp)
{
    bki_stamp now = {0};

    look(stamp->path, &now);
    return now.exists == stamp->exists &&
           (!now.exists || (now.device == stamp->device && now.number == stamp->number && now.size == stamp->size &&
                            now.written == stamp->written && now.changed == stamp->changed));
}

/* A second write within one tick of the file system's clock leaves no mark: what was changed just now, or, by a clock
 * that was set back, later than now, is not to be relied on. */
static bool
is_settled(const bki_stamp *stamp)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return !stamp->exists || stamp->changed < nanoseconds(now) - SECOND;
}

void
bki_stamps_init(bki_stamps *stamps)
{
    stamps->n = 0;
    stamps->is_whole = true;
}

void
bki_stamps_add(void *state, const char *path)
{
    bki_stamps *stamps = state;

    if (stamps->n == BKI_MOST_STAMPS) {
        stamps->is_whole = false;
        return;
    }
    bki_stamp *stamp = &stamps->all[stamps->n];
    *stamp = (bki_stamp){.path = strdup(path)};
    if (stamp->path == NULL) {
        stamps->is_whole = false;
        return;
    }
    stamps->n++;
    look(path, stamp);
    stamps->is_whole = stamps->is_whole && is_settled(stamp);
}

/* ---- texts ------------------------------------------------------------------------------------------------------- */

void
bki_kept_init(bki_kept *kept)
{
    pthread_mutex_init(&kept->lock, NULL);
    kept->text = NULL;
    kept->n_stamps = 0;
}

/* With the lock held. */
static void
forget(bki_kept *kept)
{
    for (size_t s = 0; s < kept->n_stamps; s++)
        free(kept->stamps[s].path);
    bki_shared_drop(kept->text);
    kept->text = NULL;
    kept->n_stamps = 0;
}

void
bki_kept_release(bki_kept *kept)
{
    forget(kept);
    pthread_mutex_destroy(&kept->lock);
}

bki_shared *
bki_kept_get(bki_kept *kept)
{
    bool same;

    pthread_mutex_lock(&kept->lock);
    same = kept->text != NULL;
    for (size_t s = 0; same && s < kept->n_stamps; s++)
        same = is_as_it_was(&kept->stamps[s]);
    bki_shared *text = same ? bki_shared_hold(kept->text) : NULL;
    pthread_mutex_unlock(&kept->lock);
    return text;
}

void
bki_kept_put(bki_kept *kept, bki_shared *text, bki_stamps *stamps)
{
    pthread_mutex_lock(&kept->lock);
    forget(kept);
    if (stamps->is_whole) {
        kept->text = bki_shared_hold(text);
        kept->n_stamps = stamps->n;
        memcpy(kept->stamps, stamps->all, stamps->n * sizeof *stamps->all);
        stamps->n = 0;
    }
    pthread_mutex_unlock(&kept->lock);
    for (size_t s = 0; s < stamps->n; s++)
        free(stamps->all[s].path);
    stamps->n = 0;
}
