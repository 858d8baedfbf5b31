/* Tolls on transit along routes: asked of a pair of zones by every country that neither zone is in. */
#ifndef ASSIGNMENT_TOLLS_H
#define ASSIGNMENT_TOLLS_H

#include "buckle/assignment.h"

typedef struct bki_tolls {
    const double   *usd;     /* [n_arcs] USD/t; NULL: nobody asks any */
    const uint32_t *country; /* [n_arcs] who asks it, BK_NONE: nobody */
} bki_tolls;

/* Those of a model; check bk_arena_ok. */
bki_tolls bki_tolls_list(const bk_model *model, const bk_graph *graph, bk_arena *arena);

typedef struct bki_ends { /* countries between which a pair trades */
    uint32_t from, to;
} bki_ends;

bki_ends bki_ends_of(const bk_model *model, const bk_traffic *traffic, size_t pair);

static inline double
bki_toll(const bki_tolls *tolls, bki_ends ends, size_t arc)
{
    return tolls->usd != NULL && tolls->country[arc] != ends.from && tolls->country[arc] != ends.to ? tolls->usd[arc]
                                                                                                    : 0.0;
}

/* Whether two models with the same graph ask something else on an arc. */
static inline bool
bki_tolls_differ(const bki_tolls *one, const bki_tolls *other, size_t arc)
{
    const double here = one->usd != NULL ? one->usd[arc] : 0.0, there = other->usd != NULL ? other->usd[arc] : 0.0;

    return here < there || here > there;
}

/* All of one route, USD/t. */
double bki_route_toll(const bki_tolls *tolls, bki_ends ends, const bk_universe *universe, size_t route);

#endif
