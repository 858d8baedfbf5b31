/* Sets of routes that grow: one for each origin zone, so that threads never share one. */
#ifndef ASSIGNMENT_ROUTE_SET_H
#define ASSIGNMENT_ROUTE_SET_H

#include "buckle/assignment.h"

typedef struct bki_route {
    uint64_t        hash; /* of pair and arcs */
    uint32_t        pair, n_arcs;
    const uint32_t *arcs; /* [n_arcs] from terminal to terminal */
} bki_route;

typedef struct bki_route_set {
    bk_arena   arena;
    bki_route *routes; /* [n_routes] in order of addition */
    size_t     n_routes, room;
    uint32_t  *table; /* [n_table] place of a route + 1, open addressing */
    size_t     n_table;
} bki_route_set;

/* One set for each origin zone, empty. */
bki_route_set *bki_route_sets_create(bk_context *ctx, size_t n_zones, bk_arena *arena);
void           bki_route_sets_release(bki_route_set *sets, size_t n_zones); /* NULL is allowed */
/* Memory that ran short in any of them. */
bk_status bki_route_sets_ok(bki_route_set *sets, size_t n_zones);

/* Adds a copy; false if it is there already (or memory is short: see bki_route_sets_ok). */
bool bki_route_add(bki_route_set *set, uint32_t pair, size_t n_arcs, const uint32_t *arcs);
/* All routes of a universe into empty sets. */
void bki_route_sets_take(bki_route_set *sets, const bk_traffic *traffic, const bk_universe *universe);

/* The universe of all sets, with path sizes by arc lengths [n_arcs] >= 0. */
bk_status bki_universe_freeze(bk_context *ctx, const bki_route_set *sets, const bk_traffic *traffic,
                              const double *length, size_t n_arcs, bk_arena *arena, const bk_universe **out);

/* Reference lengths for path sizes: mean over sectors that may use the arc of its cost without constants, at the
 * sector's mean value of time; where closed in `costs`, those of `open`. */
void bki_arc_lengths(const bk_model *model, const bk_arc_costs *costs, const bk_arc_costs *open, double *length);

#endif
