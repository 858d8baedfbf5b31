/* A prepared assignment of a study of bkt_joint.h, with the tonnes of its base year. */
#ifndef BKT_ASSIGNMENT_H
#define BKT_ASSIGNMENT_H

#include "bkt_joint.h"
#include "buckle/assignment.h"

typedef struct bkt_assignment {
    bkt_memory          memory;
    bkt_joint          *study;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    bk_traffic         *traffic;
    const bk_universe  *universe;
    bk_assignment      *assignment;
    size_t              n_cells, n_limits;
    double             *tonnes;               /* [cells] t/yr */
    double             *utilisation;          /* [n_limits] ratio */
    double             *facility_utilisation; /* [n_facilities] ratio */
} bkt_assignment;

static inline void
bkt_assignment_open(bkt_assignment *made, size_t n_regions, uint64_t seed)
{
    bk_arena *arena = &made->memory.arena;

    bkt_memory_init(&made->memory);
    made->study = BK_NEW(arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, n_regions, seed, true, arena));
    const bk_model *model = &made->study->network.model;
    made->n_cells = model->economy.n_sectors * n_regions * n_regions;
    assert_int_equal(bk_graph_build(made->memory.ctx, model, arena, &made->graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(made->memory.ctx, model, made->graph, arena, &made->costs), BK_OK);
    assert_int_equal(bk_traffic_build(model, arena, &made->traffic), BK_OK);
    assert_int_equal(bk_traffic_measure(made->memory.ctx, model, made->graph, made->costs, made->traffic), BK_OK);
    made->tonnes = BK_NEW(arena, double, made->n_cells);
    for (size_t c = 0; c < made->n_cells; c++)
        if (model->economy.usd_per_tonne[c] > 0.0)
            made->tonnes[c] = model->economy.trade[c] * model->money_usd / model->economy.usd_per_tonne[c];
    made->facility_utilisation = BK_NEW(arena, double, made->graph->n_facilities);
    assert_int_equal(bk_universe_generate(made->memory.ctx, model, made->graph, made->costs, made->traffic,
                                          made->tonnes, arena, made->facility_utilisation, &made->universe),
                     BK_OK);
    assert_int_equal(bk_assignment_create(made->memory.ctx, model, made->graph, made->costs, made->traffic,
                                          made->universe, NULL, NULL, arena, &made->assignment),
                     BK_OK);
    made->n_limits = bk_assignment_limits(made->assignment)->n_limits;
    made->utilisation = BK_NEW(arena, double, made->n_limits + 1);
    assert_int_equal(bk_arena_ok(arena), BK_OK);
}

static inline void
bkt_assignment_close(bkt_assignment *made)
{
    bkt_memory_release(&made->memory);
}

/* The traffic's relation of a pair. */
static inline size_t
bkt_relation_of(const bk_traffic *traffic, size_t pair)
{
    size_t r = 0;

    while (traffic->first_pair[r + 1] <= pair)
        r++;
    return r;
}

#endif
