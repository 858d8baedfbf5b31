/* The bushes of a solved problem, opened one after the other. */
#ifndef ASSIGNMENT_UE_USE_H
#define ASSIGNMENT_UE_USE_H

#include "assignment/ue_bush.h"
#include "buckle/traffic_use.h"

typedef struct bki_ue_use {
    bk_context      *ctx;
    bki_ue_problem   problem;
    bki_ue_arcs      arcs;      /* without flow */
    uint32_t         class_now; /* the one that arcs are priced for */
    const bk_bushes *bushes;
    bki_bush         bush; /* the one opened last */
    bki_bush_work    work; /* its flow: load.x, and through */
} bki_ue_use;

bk_status bki_ue_use_open(bk_context *ctx, const bk_road_network *network, size_t n_classes,
                          const bk_traffic_class *classes, const bk_equilibrium *equilibrium, bk_arena *scratch,
                          bki_ue_use *out);
/* Opens the bush of an origin of the problem; an error if the bushes lack it. */
bk_status bki_ue_use_load(bki_ue_use *use, const bki_ue_origin *origin, bk_arena *scratch);

#endif
