/* Files of records as they grow, and those that a team's processes left beside them. */
#include "io/shard_file.h"
#include "buckle/io.h"
#include "io/file.h"
#include "io/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

static const double flush_seconds = 0.5;
static const char   of_rank[] = ".rank-";

static double
seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bk_status
fail_there(const bki_shard_file *to, const char *path)
{
    return bk_fail_at(to->ctx, BK_ERR_FILE, path, 0, 0, "continue it with --resume, or remove it", "is there already");
}

static bk_status
fail_held(const bki_shard_file *to, const char *path)
{
    return bk_fail_at(to->ctx, BK_ERR_FILE, path, 0, 0, "give each shard a file of its own",
                      "is being written by another process");
}

static bool
write_all(int file, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t written = write(file, bytes, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes += written;
        n -= (size_t)written;
    }
    return true;
}

/* ---- one file -------------------------------------------------------------------------------------------------- */

/* What is left of a head that was cut off as it was written counts as nothing. */
static bool
is_cut_off_head(const char *bytes, size_t n, const char *head, size_t n_head)
{
    return n < n_head && memcmp(bytes, head, n) == 0;
}

/* What a file holds; sets where it is to go on. */
static bk_status
take_over(const bki_shard_file *to, const char *path, bk_records *records, bk_arena *scratch, size_t *end)
{
    const bk_manifest *wanted = to->manifest;
    const char        *bytes, *head;
    size_t             n, n_head, begin, whole;
    bk_manifest        found;

    BK_TRY(bki_shard_head(wanted, scratch, &head, &n_head));
    BK_TRY(bk_file_read(to->ctx, path, scratch, &bytes, &n));
    *end = 0;
    if (is_cut_off_head(bytes, n, head, n_head))
        return BK_OK;
    BK_TRY(bki_shard_manifest(to->ctx, path, bytes, n, scratch, &found, &begin));
    if (found.key != wanted->key || found.n_records != wanted->n_records || found.n_values != wanted->n_values)
        return bk_fail_at(to->ctx, BK_ERR_INCONSISTENT, path, 0, 0,
                          "resume with the study, the options and the program it was begun with, or take another file",
                          "was begun for another question: %s", found.text);
    BK_TRY(bki_shard_take(to->ctx, path, bytes + begin, n - begin, records, &whole));
    *end = begin + whole;
    return BK_OK;
}

static bk_status
start_file(bki_shard_file *to, bool resume, bk_records *records, bk_arena *scratch)
{
    const char *head;
    size_t      n_head, end = 0;

    to->file = open(to->path, O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_EXCL), 0666);
    if (to->file < 0 && errno == EEXIST)
        return fail_there(to, to->path);
    if (to->file < 0)
        return bki_file_fail(to->ctx, to->path, "written");
    if (flock(to->file, LOCK_EX | LOCK_NB) != 0)
        return fail_held(to, to->path);
    if (resume)
        BK_TRY(take_over(to, to->path, records, scratch, &end));
    BK_TRY(bki_shard_head(to->manifest, scratch, &head, &n_head));
    if (ftruncate(to->file, (off_t)end) != 0 || lseek(to->file, (off_t)end, SEEK_SET) < 0)
        return bki_file_fail(to->ctx, to->path, "written");
    if (end == 0 && !write_all(to->file, head, n_head))
        return bki_file_fail(to->ctx, to->path, "written");
    to->flushed = seconds_now();
    return BK_OK;
}

bk_status
bki_shard_file_open(bki_shard_file *to, bool resume, bk_records *records)
{
    bk_arena scratch;

    bk_arena_init(&scratch, to->ctx);
    const bk_status status = start_file(to, resume, records, &scratch);
    bk_arena_release(&scratch);
    return status;
}

bool
bki_shard_file_append(bki_shard_file *to, const char *bytes)
{
    if (!write_all(to->file, bytes, bki_shard_record_size(to->manifest)))
        return false;
    const double now = seconds_now();
    if (now - to->flushed > flush_seconds) {
        fdatasync(to->file);
        to->flushed = now;
    }
    return true;
}

bk_status
bki_shard_file_flush(bki_shard_file *to)
{
    return fdatasync(to->file) == 0 ? BK_OK : bki_file_fail(to->ctx, to->path, "written");
}

void
bki_shard_file_close(bki_shard_file *to)
{
    if (to->file >= 0)
        close(to->file);
    to->file = -1;
}

/* ---- files of a team's processes ------------------------------------------------------------------------------- */

const char *
bki_shard_path_of_rank(const char *path, uint64_t rank, bk_arena *arena)
{
    return rank == 0 ? path : bk_arena_format(arena, "%s%s%" PRIu64, path, of_rank, rank);
}

/* Whether `name` is the file's own name with .rank- and digits behind it. */
static bool
is_of_rank(const char *name, const char *own, size_t n_own)
{
    if (strncmp(name, own, n_own) != 0 || strncmp(name + n_own, of_rank, sizeof of_rank - 1) != 0)
        return false;
    const char *digits = name + n_own + sizeof of_rank - 1;
    return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

/* The paths of all such files. */
static bk_status
list_ranks(const bki_shard_file *to, bk_arena *arena, const char ***paths, size_t *n)
{
    const char        *slash = strrchr(to->path, '/'), *own = slash ? slash + 1 : to->path;
    const char        *folder = bki_path_folder(arena, to->path);
    const char *const *names;
    size_t             n_names;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_folder_list(to->ctx, folder, arena, &n_names, &names));
    *paths = BK_NEW(arena, const char *, n_names + 1);
    BK_TRY(bk_arena_ok(arena));
    *n = 0;
    for (size_t i = 0; i < n_names; i++)
        if (is_of_rank(names[i], own, strlen(own)))
            (*paths)[(*n)++] = bki_path_join(arena, folder, names[i]);
    return bk_arena_ok(arena);
}

/* One that is being written belongs to a team at work. */
static bk_status
take_rank(const bki_shard_file *to, const char *path, bk_records *records, bk_arena *scratch)
{
    size_t    end;
    const int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return bki_file_fail(to->ctx, path, "read");
    const bool is_held = flock(file, LOCK_EX | LOCK_NB) != 0;
    close(file);
    return is_held ? fail_held(to, path) : take_over(to, path, records, scratch, &end);
}

static bk_status
gather(bki_shard_file *to, bool resume, bk_records *records, bk_arena *scratch)
{
    const char **paths;
    size_t       n;
    bool        *kept = BK_NEW(scratch, bool, records->manifest.n_records + 1);

    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(list_ranks(to, scratch, &paths, &n));
    if (n > 0 && !resume)
        return fail_there(to, paths[0]);
    memcpy(kept, records->done, records->manifest.n_records * sizeof *kept);
    for (size_t i = 0; i < n; i++)
        BK_TRY(take_rank(to, paths[i], records, scratch));
    return n > 0 ? bki_shard_file_absorb(to, records, kept) : BK_OK;
}

bk_status
bki_shard_file_gather(bki_shard_file *to, bool resume, bk_records *records)
{
    bk_arena scratch;

    bk_arena_init(&scratch, to->ctx);
    const bk_status status = gather(to, resume, records, &scratch);
    bk_arena_release(&scratch);
    return status;
}

static bk_status
append_others(bki_shard_file *to, const bk_records *records, const bool *kept, bk_arena *scratch)
{
    const bk_manifest *manifest = &records->manifest;
    char              *room = BK_NEW(scratch, char, bki_shard_record_size(manifest));

    BK_TRY(bk_arena_ok(scratch));
    for (uint64_t index = 0; index < manifest->n_records; index++) {
        if (!records->done[index] || kept[index])
            continue;
        bki_shard_record(manifest, index, records->values + index * manifest->n_values, room);
        if (!write_all(to->file, room, bki_shard_record_size(manifest)))
            return bki_file_fail(to->ctx, to->path, "written");
    }
    return bki_shard_file_flush(to);
}

bk_status
bki_shard_file_absorb(bki_shard_file *to, const bk_records *records, const bool *kept)
{
    bk_arena     scratch;
    const char **paths;
    size_t       n = 0;

    bk_arena_init(&scratch, to->ctx);
    bk_status status = append_others(to, records, kept, &scratch);
    if (status == BK_OK)
        status = list_ranks(to, &scratch, &paths, &n);
    for (size_t i = 0; status == BK_OK && i < n; i++)
        unlink(paths[i]);
    bk_arena_release(&scratch);
    return status;
}
