/* Least-cost trees for every class that travels: from each zone, one tree for each sector, value of time and set of
 * bans. */
#ifndef ASSIGNMENT_SWEEP_H
#define ASSIGNMENT_SWEEP_H

#include "assignment/contract.h"
#include "buckle/assignment.h"

typedef struct bki_sweep_visit { /* one class of one slot meets its cheapest route */
    size_t                worker;
    uint32_t              pair, slot, sector;
    size_t                class_index, n_classes;
    double                usd_per_hour; /* of the class, USD/t/h */
    double                distance;     /* USD/t, INFINITY: none */
    const bki_contracted *contracted;
    const uint32_t       *entering;     /* [contracted vertices] of the tree */
    uint32_t              root, target; /* contracted terminals: see bki_contract_path */
} bki_sweep_visit;

typedef struct bki_sweep {
    const bk_model     *model; /* its transport settings and bans */
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    const bk_traffic   *traffic;
    const double       *price;                                              /* [n_facilities] or NULL */
    void (*visit)(void *state, size_t block, const bki_sweep_visit *visit); /* block: the origin zone */
    void *state;
} bki_sweep;

/* Visits come from several threads, those of one block from one thread in a fixed order. */
bk_status bki_sweep_run(bk_context *ctx, const bki_sweep *sweep, bk_arena *scratch);

/* The arcs of the tree's path into `arcs`, from the root; returns their number.  `arcs` NULL only counts. */
size_t bki_tree_path(const bk_graph *graph, const uint32_t *entering, uint32_t root, uint32_t target, uint32_t *arcs);

/* Bans are told apart by the bits of a word; bk_assignment_create refuses more. */
enum { BKI_BANS_AT_MOST = 64 };

/* Bit b set: ban b of the model applies to trade between the regions' countries. */
uint64_t bki_pair_bans(const bk_model *model, size_t importer, size_t exporter);
/* Bit b set: ban b closes the arc.  mask [n_arcs]; false if memory is short. */
bool bki_arc_bans(const bk_model *model, const bk_graph *graph, bk_arena *scratch, uint64_t *mask);

#endif
