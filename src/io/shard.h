/* Files of records: a head that says what they are of, then one record behind the other.  In the order of bytes of the
 * machine.
 *
 *     "bkShard1"   u64 key   u64 n_records   u64 n_values   u64 length of the text   the text, filled up to 8 bytes
 *     u64 hash of all that
 *     u64 index   n_values doubles   u64 hash of the record, begun with the key        ... as many as there are
 */
#ifndef IO_SHARD_H
#define IO_SHARD_H

#include "buckle/spread.h"

/* The head of a file of this manifest. */
bk_status bki_shard_head(const bk_manifest *manifest, bk_arena *arena, const char **bytes, size_t *n_out);

static inline size_t
bki_shard_record_size(const bk_manifest *manifest)
{
    return (manifest->n_values + 2) * 8;
}

void bki_shard_record(const bk_manifest *manifest, uint64_t index, const double *values, char *bytes);

/* The manifest of a file's bytes and where its records begin; BK_ERR_SCHEMA where the head is none. */
bk_status bki_shard_manifest(bk_context *ctx, const char *file, const char *bytes, size_t n, bk_arena *arena,
                             bk_manifest *out, size_t *begin);

/* Takes the records in bytes [n] over; `*whole` is where the last whole record ends. */
bk_status bki_shard_take(bk_context *ctx, const char *file, const char *bytes, size_t n, bk_records *records,
                         size_t *whole);

bk_status bki_records_create(const bk_manifest *manifest, bk_arena *arena, bk_records *out);

#endif
