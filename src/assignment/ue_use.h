/* The bushes of a solved problem, opened one after the other. */
#ifndef ASSIGNMENT_UE_USE_H
#define ASSIGNMENT_UE_USE_H

#include "assignment/ue_bush.h"
#include "buckle/traffic_use.h"

typedef struct bki_ue_use {
    bk_context      *ctx;
    bki_ue_problem   problem;
    bki_ue_arcs      arcs; /* tails and heads alone */
    const bk_bushes *bushes;
    bki_bush_work    work; /* x, through and merges of the bush opened last */
} bki_ue_use;

bk_status bki_ue_use_open(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                          const bk_traffic_class *classes, const bk_equilibrium *equilibrium, bk_arena *scratch,
                          bki_ue_use *out);
/* The bush of an origin of the problem, loaded into `work`; NULL (recorded) if the bushes lack it. */
const bki_bush *bki_ue_use_load(bki_ue_use *use, const bki_ue_origin *origin);

#endif
