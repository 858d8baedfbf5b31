/* Limits that the same routes of a pair use, as the rows of one crossing and the line between them do, move together:
 * they are bundled, so that loops over a pair's routes meet a handful of bundles in place of dozens of limits. */
#ifndef ASSIGNMENT_BUNDLES_H
#define ASSIGNMENT_BUNDLES_H

#include "buckle/assignment.h"

typedef struct bki_bundles {
    const uint32_t *first_local;              /* [n_pairs + 1] */
    const uint32_t *limit;                    /* [locals] the limits on the pair's routes */
    const uint32_t *bundle;                   /* [locals] of each, BK_NONE where every route uses it once */
    const uint32_t *n_bundles;                /* [n_pairs] */
    const uint32_t *first_use;                /* [n_routes + 1] */
    const uint32_t *use;                      /* [uses] bundles along each route */
    size_t          most_local, most_bundles; /* of any pair */
} bki_bundles;

/* From the limits along each route, first [n_routes + 1] into use. */
bk_status bki_bundles_build(bk_context *ctx, const bk_universe *universe, size_t n_limits, const uint32_t *first,
                            const uint32_t *use, bk_arena *arena, const bki_bundles **out);

#endif
