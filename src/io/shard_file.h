/* A file of records on its way: held by one process, appended to record by record.
 *
 * Processes of a team write beside it: FILE.rank-1, FILE.rank-2, ..., while process 0 writes FILE.  Whoever opens FILE
 * to go on takes over what these hold and removes them, so that the next team may have any number of processes. */
#ifndef IO_SHARD_FILE_H
#define IO_SHARD_FILE_H

#include "io/shard.h"

typedef struct bki_shard_file {
    bk_context        *ctx;
    const bk_manifest *manifest;
    const char        *path;
    int                file;    /* -1: not open */
    double             flushed; /* when, s on a steady clock */
} bki_shard_file;

/* Where process `rank` of a team writes; FILE itself for 0. */
const char *bki_shard_path_of_rank(const char *path, uint64_t rank, bk_arena *arena);

/* Opens `path` and nothing beside it; with `resume` the file may exist, and its records are taken into `records`. */
bk_status bki_shard_file_open(bki_shard_file *to, bool resume, bk_records *records);
/* Files of a team's processes beside it: refused unless `resume`; else their records are taken, kept in this file, and
 * the files removed. */
bk_status bki_shard_file_gather(bki_shard_file *to, bool resume, bk_records *records);
/* One record as bytes; false with errno set. */
bool bki_shard_file_append(bki_shard_file *to, const char *bytes);
/* All records that are done and not in `kept` [n_records], to the disk; then the processes' files are removed. */
bk_status bki_shard_file_absorb(bki_shard_file *to, const bk_records *records, const bool *kept);
bk_status bki_shard_file_flush(bki_shard_file *to);
void      bki_shard_file_close(bki_shard_file *to);

#endif
