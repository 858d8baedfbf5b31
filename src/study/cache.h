/* What is kept between runs.  A cache that cannot be read or written costs time, never the answer: a note in the log,
 * no error. */
#ifndef STUDY_CACHE_H
#define STUDY_CACHE_H

#include "buckle/study.h"

/* Where bytes of a kind lie: their key is of all that decides them, to which the code this program was built from is
 * added. */
const char *bki_cache_path(const char *folder, uint64_t key, const char *kind, bk_arena *arena);
/* NULL if there are none, if they are of no use, or without a folder. */
const void *bki_cache_load(bk_context *ctx, const char *folder, uint64_t key, const char *kind, bk_arena *arena,
                           size_t *n);
/* A note that something could not be kept, in place of the error. */
void bki_cache_forgo(bk_context *ctx, const char *folder, const char *kind);
void bki_cache_keep(bk_context *ctx, const char *folder, uint64_t key, const char *kind, const void *bytes, size_t n,
                    bk_arena *arena);

/**
 * bk_joint_enlarge, with the routes added kept in the cache.
 *
 * Output   `*out` as there: the base in `room`, solutions in `arena`
 * Returns  as bk_joint_enlarge
 */
bk_status bki_study_enlarge(bk_context *ctx, const char *cache_folder, const bk_joint_base *base, size_t n_states,
                            const bk_joint_state *states, bk_arena *room, bk_arena *arena, bk_joint_enlargement *out);

#endif
