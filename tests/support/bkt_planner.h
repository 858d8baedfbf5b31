/* Planner's problems for tests: grids whose nodes are joined to their eight neighbours. */
#ifndef BKT_PLANNER_H
#define BKT_PLANNER_H

#include "buckle/planner.h"

#include <math.h>
#include <stdlib.h>

typedef struct bkt_planner {
    bk_planner planner;
    uint32_t  *from, *to;
    double    *transport_cost, *building_cost, *weight, *labour, *housing, *productivity;
} bkt_planner;

/* Room for a problem, figures as in the authors' examples where they are not arrays. */
static inline bkt_planner
bkt_planner_arrays(bk_arena *arena, size_t n_nodes, size_t n_goods, size_t n_links)
{
    bkt_planner problem = {.from = BK_NEW(arena, uint32_t, n_links + 1), .to = BK_NEW(arena, uint32_t, n_links + 1)};

    problem.transport_cost = BK_NEW(arena, double, n_links + 1);
    problem.building_cost = BK_NEW(arena, double, n_links + 1);
    problem.weight = BK_NEW(arena, double, n_nodes);
    problem.labour = BK_NEW(arena, double, n_nodes);
    problem.housing = BK_NEW(arena, double, n_nodes);
    problem.productivity = BK_NEW(arena, double, n_nodes *n_goods);
    if (bk_arena_ok(arena) != BK_OK)
        abort();
    problem.planner = (bk_planner){n_nodes,
                                   n_goods,
                                   n_links,
                                   problem.from,
                                   problem.to,
                                   problem.transport_cost,
                                   problem.building_cost,
                                   problem.weight,
                                   problem.labour,
                                   problem.housing,
                                   problem.productivity,
                                   .alpha = 0.5,
                                   .rho = 2.0,
                                   .sigma = 5.0,
                                   .returns = 0.8,
                                   .beta = 1.0,
                                   .gamma = 0.5,
                                   .budget = 1.0};
    return problem;
}

/* Rows y, columns x, node x + width y; diagonal links are sqrt 2 long.  Heads 1 / nodes a node and one house each, as
 * in the authors' examples; every productivity 1.  The arrays may be changed. */
static inline bkt_planner
bkt_planner_grid(bk_arena *arena, size_t width, size_t height, size_t n_goods)
{
    static const int steps[4][2] = {{1, 0}, {0, 1}, {1, 1}, {-1, 1}};
    const size_t     nodes = width * height, most = 4 * nodes + 1;
    bkt_planner      grid = bkt_planner_arrays(arena, nodes, n_goods, most);
    size_t           n = 0;

    for (size_t j = 0; j < nodes; j++) {
        const int x = (int)(j % width), y = (int)(j / width);
        for (size_t k = 0; k < 4; k++) {
            const int there_x = x + steps[k][0], there_y = y + steps[k][1];
            if (there_x < 0 || there_x >= (int)width || there_y >= (int)height)
                continue;
            grid.from[n] = (uint32_t)j;
            grid.to[n] = (uint32_t)there_x + (uint32_t)width * (uint32_t)there_y;
            grid.transport_cost[n] = grid.building_cost[n] = k < 2 ? 1.0 : sqrt(2.0);
            n++;
        }
        grid.weight[j] = grid.housing[j] = 1.0;
        grid.labour[j] = 1.0 / (double)nodes;
        for (size_t good = 0; good < n_goods; good++)
            grid.productivity[j * n_goods + good] = 1.0;
    }
    grid.planner.n_links = n;
    return grid;
}

#endif
