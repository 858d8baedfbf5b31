/* Files of records: head, records, checksums. */
#include "io/shard.h"
#include "buckle/io.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static const char magic[8] = {'b', 'k', 'S', 'h', 'a', 'r', 'd', '1'};

typedef struct head {
    char     magic[8];
    uint64_t key, n_records, n_values, length;
} head;

static size_t
padded(size_t length)
{
    return (length + 7) / 8 * 8;
}

bk_status
bki_shard_head(const bk_manifest *manifest, bk_arena *arena, const char **bytes, size_t *n_out)
{
    const size_t length = strlen(manifest->text), n = sizeof(head) + padded(length) + sizeof(uint64_t);
    char        *made = BK_NEW(arena, char, n);
    head         start = {
                .key = manifest->key, .n_records = manifest->n_records, .n_values = manifest->n_values, .length = length};

    BK_TRY(bk_arena_ok(arena));
    memcpy(start.magic, magic, sizeof magic);
    memcpy(made, &start, sizeof start);
    memcpy(made + sizeof start, manifest->text, length);
    const uint64_t hash = bk_hash(0, made, n - sizeof hash);
    memcpy(made + n - sizeof hash, &hash, sizeof hash);
    *bytes = made;
    *n_out = n;
    return BK_OK;
}

void
bki_shard_record(const bk_manifest *manifest, uint64_t index, const double *values, char *bytes)
{
    const size_t n = bki_shard_record_size(manifest) - sizeof(uint64_t);

    memcpy(bytes, &index, sizeof index);
    memcpy(bytes + sizeof index, values, manifest->n_values * sizeof *values);
    const uint64_t hash = bk_hash(manifest->key, bytes, n);
    memcpy(bytes + n, &hash, sizeof hash);
}

bk_status
bki_shard_manifest(bk_context *ctx, const char *file, const char *bytes, size_t n, bk_arena *arena, bk_manifest *out,
                   size_t *begin)
{
    head     start = {0};
    uint64_t hash = 0;

    if (n >= sizeof start)
        memcpy(&start, bytes, sizeof start);
    const bool fits = n >= sizeof start + sizeof hash && memcmp(start.magic, magic, sizeof magic) == 0 &&
                      start.length <= n - sizeof start - sizeof hash &&
                      padded(start.length) <= n - sizeof start - sizeof hash;
    if (fits)
        memcpy(&hash, bytes + sizeof start + padded(start.length), sizeof hash);
    if (!fits || hash != bk_hash(0, bytes, sizeof start + padded(start.length)) || start.n_values > SIZE_MAX / 64 ||
        start.n_records > SIZE_MAX / 64 / (start.n_values + 2))
        return bk_fail_at(ctx, BK_ERR_SCHEMA, file, 0, 0, "give a file that --out or --resume of a verb has written",
                          "is no file of records, or its head is damaged");
    *out = (bk_manifest){start.key, bk_arena_text(arena, bytes + sizeof start, start.length), start.n_records,
                         start.n_values};
    *begin = sizeof start + padded(start.length) + sizeof hash;
    return bk_arena_ok(arena);
}

bk_status
bki_records_create(const bk_manifest *manifest, bk_arena *arena, bk_records *out)
{
    *out = (bk_records){.manifest = *manifest,
                        .done = BK_NEW(arena, bool, manifest->n_records + 1),
                        .values = BK_NEW(arena, double, manifest->n_records * manifest->n_values + 1)};
    return bk_arena_ok(arena);
}

bk_status
bki_shard_take(bk_context *ctx, const char *file, const char *bytes, size_t n, bk_records *records, size_t *whole)
{
    const size_t size = bki_shard_record_size(&records->manifest), n_values = records->manifest.n_values;
    uint64_t     index, hash;

    *whole = n / size * size;
    for (const char *at = bytes; at < bytes + *whole; at += size) {
        memcpy(&index, at, sizeof index);
        memcpy(&hash, at + size - sizeof hash, sizeof hash);
        if (index >= records->manifest.n_records || hash != bk_hash(records->manifest.key, at, size - sizeof hash)) {
            records->n_damaged++;
            continue;
        }
        double *values = records->values + index * n_values;
        if (records->done[index] && memcmp(values, at + sizeof index, n_values * sizeof *values) != 0)
            return bk_fail_at(ctx, BK_ERR_INCONSISTENT, file, 0, 0,
                              "the same program, study and options give the same bits: compute one of them again",
                              "record %" PRIu64 " differs from that of another place", index);
        memcpy(values, at + sizeof index, n_values * sizeof *values);
        records->n_done += !records->done[index];
        records->done[index] = true;
    }
    return BK_OK;
}

static bool
same_manifest(const bk_manifest *a, const bk_manifest *b)
{
    return a->key == b->key && a->n_records == b->n_records && a->n_values == b->n_values;
}

/* One file into records; the first of all makes the room. */
static bk_status
read_one(bk_context *ctx, const char *file, bool is_first, bk_arena *scratch, bk_arena *arena, bk_records *out)
{
    const char *bytes;
    size_t      n, begin, whole;
    bk_manifest manifest;

    BK_TRY(bk_file_read(ctx, file, scratch, &bytes, &n));
    BK_TRY(bki_shard_manifest(ctx, file, bytes, n, arena, &manifest, &begin));
    if (is_first)
        BK_TRY(bki_records_create(&manifest, arena, out));
    else if (!same_manifest(&manifest, &out->manifest))
        return bk_fail_at(ctx, BK_ERR_INCONSISTENT, file, 0, 0, "merge files of one command on one study",
                          "is of another question than the files before it");
    return bki_shard_take(ctx, file, bytes + begin, n - begin, out, &whole);
}

bk_status
bk_shards_read(bk_context *ctx, const char *const *files, size_t n, bk_arena *arena, bk_records *out)
{
    bk_status status = BK_OK;
    bk_arena  scratch;

    for (size_t f = 0; f < n && status == BK_OK; f++) {
        bk_arena_init(&scratch, ctx);
        status = read_one(ctx, files[f], f == 0, &scratch, arena, out);
        bk_arena_release(&scratch);
    }
    return status;
}

static bk_status
write_all(bk_context *ctx, const bk_records *records, const char *file, bk_arena *scratch)
{
    const bk_manifest *manifest = &records->manifest;
    const size_t       size = bki_shard_record_size(manifest);
    const char        *start;
    size_t             n;

    BK_TRY(bki_shard_head(manifest, scratch, &start, &n));
    char *bytes = BK_NEW(scratch, char, n + records->n_done * size);
    BK_TRY(bk_arena_ok(scratch));
    memcpy(bytes, start, n);
    for (uint64_t index = 0; index < manifest->n_records; index++) {
        if (!records->done[index])
            continue;
        bki_shard_record(manifest, index, records->values + index * manifest->n_values, bytes + n);
        n += size;
    }
    return bk_file_write(ctx, file, bytes, n);
}

bk_status
bk_shard_write(bk_context *ctx, const bk_records *records, const char *file)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = write_all(ctx, records, file, &scratch);
    bk_arena_release(&scratch);
    return status;
}
