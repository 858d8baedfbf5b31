/* A graph with the same least-cost routes between the zones and fewer vertices: gates that only lead on and the
 * terminals of places without a zone are gone. */
#ifndef ASSIGNMENT_CONTRACT_H
#define ASSIGNMENT_CONTRACT_H

#include "buckle/network.h"

typedef struct bki_contracted {
    bk_graph        graph;       /* what least-cost trees read of it: ends of arcs, arcs by tail and by head */
    const uint32_t *vertex;      /* [vertices of the whole graph] here, BK_NONE if gone */
    const uint32_t *first_piece; /* [graph.n_arcs + 1] */
    const uint32_t *piece;       /* [pieces] arcs of the whole graph that make up each arc, in order */
} bki_contracted;

bk_status bki_contract(const bk_model *model, const bk_graph *whole, bk_arena *arena, bki_contracted *out);

/* Sums of `cost` [arcs of the whole graph] over pieces, into `sum` [graph.n_arcs], USD/t. */
void bki_contract_costs(const bki_contracted *contracted, const double *cost, double *sum);

/* Arcs of the whole graph along the tree's path from `root` to `target` (both here) into `arcs`; returns their number.
 */
size_t bki_contract_path(const bki_contracted *contracted, const uint32_t *entering, uint32_t root, uint32_t target,
                         uint32_t *arcs);

#endif
