/* The model's places, links, transfers and borders as one graph of mode-nodes and arcs; its costs for a model;
 * least-cost trees and alternatives over it.  The graph holds everything any scenario can open; closed arcs cost
 * INFINITY. */
#ifndef BUCKLE_NETWORK_H
#define BUCKLE_NETWORK_H

#include "buckle/model.h"

typedef enum bk_arc_kind {
    BK_ARC_LINE,     /* a link in one direction; element = link */
    BK_ARC_TRANSFER, /* element = transfer */
    BK_ARC_BORDER, /* exit before, entry after the line arc of a link that joins two countries; element = border row */
    BK_ARC_LOAD,   /* from a place to one of its mode-nodes; element = node */
    BK_ARC_UNLOAD  /* from a mode-node to its place; element = node */
} bk_arc_kind;

/* Every node has two terminals, one only left (origin) and one only entered (destination), joined to each of its
 * mode-nodes by a load and an unload arc, so that no route passes through a place without a transfer.  Border arcs join
 * a mode-node to a gate, a vertex between it and its lines to one neighbouring country.
 * A facility is what can run short: a link (both directions), a transfer row, a border row; its number is the link,
 * n_links + transfer, or n_links + n_transfers + border. */
typedef struct bk_graph {
    size_t          n_vertices, n_arcs, n_facilities;
    const uint32_t *first_out;   /* [n_vertices + 1] arcs are sorted by tail */
    const uint32_t *tail;        /* [n_arcs] */
    const uint32_t *head;        /* [n_arcs] */
    const uint32_t *first_in;    /* [n_vertices + 1] */
    const uint32_t *in_arc;      /* [n_arcs] arcs sorted by head */
    const uint8_t  *kind;        /* [n_arcs] bk_arc_kind */
    const uint32_t *element;     /* [n_arcs] index into the table the kind names */
    const uint32_t *mode;        /* [n_arcs] mode travelled or boarded (transfer: the new mode) */
    const uint32_t *facility;    /* [n_arcs] BK_NONE for load and unload */
    const uint8_t  *forward;     /* [n_arcs] line arcs: 1 from -> to, 0 the other way */
    const uint32_t *node;        /* [n_vertices] the place */
    const uint32_t *vertex_mode; /* [n_vertices] BK_NONE at terminals */
    const uint32_t *origin;      /* [n_nodes] terminal vertex */
    const uint32_t *destination; /* [n_nodes] terminal vertex */
} bk_graph;

/**
 * The graph of a model's network.  Built once from the base model, it serves every scenario's model, since scenarios
 * change the values of rows and never their number.
 *
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, BK_ERR_REFERENCE (a link crosses a border that has no row), BK_ERR_NO_MEMORY
 */
bk_status bk_graph_build(bk_context *ctx, const bk_model *model, bk_arena *arena, const bk_graph **out);

/* What one tonne of each sector meets on each arc, in a given model, before scarcity prices.
 * money covers freight, fees, handling and tolls; constants are apart since they act on choice alone.
 *   line      freight x the mode's money factor + toll; km / kmh x its hours factor; the link's spread
 *   transfer  its row; the new mode's boarding constant, unless only the gauge changes; both modes must be allowed
 *   border    mean of released and inspected x the mode's border factor, its spread likewise (the row's spread is that
 * of all traffic, the difference between the two classes included) load      the mode's loading time and price, and its
 * boarding constant; unload: the same without the constant and on lines and borders the calibrated constants.  A
 * weightless sector meets closed arcs only. */
typedef struct bk_arc_costs {
    size_t        n_arcs, n_sectors;
    const double *money;    /* [n_sectors][n_arcs] USD/t; INFINITY: closed or not allowed for the sector */
    const double *hours;    /* [n_sectors][n_arcs] h, inspections included, queues not */
    const double *variance; /* [n_sectors][n_arcs] h^2 */
    const double *constant; /* [n_sectors][n_arcs] USD/t */
    const double *km;       /* [n_arcs] */
    const double *co2;      /* [n_sectors][n_arcs] kg/t */
} bk_arc_costs;

bk_status bk_arc_costs_build(bk_context *ctx, const bk_model *model, const bk_graph *graph, bk_arena *arena,
                             const bk_arc_costs **out);

/* cost[a] = money + constant + vot (hours + reliability_ratio variance / spread_hours) + price of the arc's facility.
 * `price` [n_facilities] USD/t, >= 0, or NULL; `banned` [n_arcs] or NULL: true closes the arc.  Least-cost trees need
 * costs >= 0: where a negative constant outweighs the rest of its arc, that sum counts as 0. */
void bk_arc_generalised_cost(const bk_graph *graph, const bk_arc_costs *costs, const bk_transport_settings *settings,
                             size_t sector, double usd_per_tonne_hour, const double *price, const bool *banned,
                             double *cost /* [n_arcs] */);

/* Arcs closed to trade under `ban`: lines with an end in a country of `through`, its border rows, its transfers.  Sea
 * and pipelines (modes without border rows) are exempt, and so is a transfer between two of them. */
bool bk_ban_applies(const bk_transit_ban *ban, uint32_t from_country,
                    uint32_t to_country); /* to trade between the two */
void bk_arc_ban(const bk_model *model, const bk_graph *graph, const bk_transit_ban *ban, bool *banned /* [n_arcs] */);

/* Tolls on transit: a country asks its model's transit_toll, for each tonne that neither began nor ends in it, each
 * time the tonne leaves it by land or ferry (its exit rows), or is taken there from a mode with border rows to one
 * without (put on a ship, into a pipeline).  From ship to ship, and to a pipeline from another, nothing is asked. */
uint32_t bk_arc_toll_country(const bk_model *model, const bk_graph *graph, size_t arc); /* BK_NONE: not on this arc */

/* What trade between two countries pays on each arc, USD/t; 0 where nothing is asked. */
void bk_arc_tolls(const bk_model *model, const bk_graph *graph, uint32_t from_country, uint32_t to_country,
                  double *toll /* [n_arcs] */);

/* What is summed up over the arcs of routes, and by what. */
typedef struct bk_arc_grouping {
    size_t        n_groups, n_marks;
    const double *weight;  /* [n_sectors][n_arcs] of a tonne, finite where there is flow; NULL: a tonne counts once for
                              every group that its route meets */
    const uint32_t *group; /* [n_arcs] < n_groups; BK_NONE: left out */
    const uint32_t *other; /* [n_arcs] likewise: where the two differ, half of the weight goes to each; NULL: none; not
                              read with weight NULL */
    const uint32_t *mark;  /* [n_arcs] < n_marks, BK_NONE: none; a route bears the least of its arcs; NULL: no marks */
} bk_arc_grouping;

/* ---- least-cost trees ---------------------------------------------------------------------------------------- */

/* Trees read no more of a graph than its vertices, arcs and the rows of both directions. */

typedef struct bk_tree_scratch bk_tree_scratch;                                  /* one per thread */
bk_tree_scratch *bk_tree_scratch_create(bk_arena *arena, const bk_graph *graph); /* NULL if memory is short */

typedef enum bk_tree_method { BK_TREE_HEAP, BK_TREE_LABEL_CORRECTING } bk_tree_method;

/* The faster of the two on this graph at these costs, by counting the work of a few trees, not by the clock (a clock
 * would not choose the same twice).  Either choice gives the same bits. */
bk_tree_method bk_tree_choose(const bk_graph *graph, const double *cost, bk_tree_scratch *scratch);

/* Out-tree from `root`: distance [n_vertices] (INFINITY: unreached) and the arc by which each vertex is entered
 * (BK_NONE at the root).  Costs >= 0; INFINITY closes an arc.  Ties go to the lower arc number, so both methods agree.
 */
void bk_tree_out(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root,
                 bk_tree_scratch *scratch, double *distance, uint32_t *entering);
/* In-tree to `root`: distance to the root and the arc by which each vertex is left. */
void bk_tree_in(const bk_graph *graph, bk_tree_method method, const double *cost, uint32_t root,
                bk_tree_scratch *scratch, double *distance, uint32_t *leaving);

/* ---- alternatives for a person to look at -------------------------------------------------------------------- */

typedef struct bk_leg { /* consecutive arcs of one kind and mode, for printing */
    bk_arc_kind kind;
    uint32_t    mode, from_node, to_node;
    double      km, money, hours;
} bk_leg;

typedef struct bk_alternative {
    size_t          n_arcs, n_legs;
    size_t          n_borders; /* crossings between two countries that have border rows, by land or ferry */
    size_t          n_transfers;
    const uint32_t *arcs;             /* [n_arcs] */
    const bk_leg   *legs;             /* [n_legs] */
    double          generalised_cost; /* USD/t, with constants */
    double          money, constant;  /* USD/t */
    double          scarcity; /* USD/t, the facilities' prices along the way; in generalised_cost, not in money */
    double          hours, hours_sd, km, co2_kg; /* per tonne */
    double          path_size; /* (0, 1], 1: shares nothing with the others (Ben-Akiva & Bierlaire 1999, by cost) */
    double          share;     /* path-size logit share among the alternatives listed */
} bk_alternative;

/**
 * Up to k >= 1 alternatives between two places for one sector, cheapest first.  Transit bans of the model that apply to
 * the two countries hold.
 *
 * With `distinct`, alternatives are corridors.  A route bears marks: the customs posts it crosses (exit rows with a
 * customs stage), the ports where it boards and leaves a mode without border rows (sea, pipeline), and the modes it
 * uses.  It is listed if
 *   - no cheaper route makes do with its marks or some of them: each is the cheapest of its corridor and not one more
 *     crossing added to a cheaper one;
 *   - with each cheaper one listed it has at most three quarters of the shorter of the two in common, by km.
 * They are found by best-first search over sets of marks to avoid, which grows with k; it stops, and logs a warning,
 * after 20,000 sets: fewer than k may then be returned though more exist.
 *
 * Without, they are the k shortest simple paths, Yen (1971) with Lawler's (1972) rule.
 *
 * Returns  BK_OK (fewer than k if there are no more), BK_ERR_NO_PATH, BK_ERR_CANCELLED, BK_ERR_NO_MEMORY
 */
bk_status bk_alternatives(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                          const double *price, uint32_t from_node, uint32_t to_node, size_t sector,
                          double usd_per_tonne_hour, size_t k, bool distinct, bk_arena *arena, size_t *n_out,
                          const bk_alternative **out);

/* ---- delay --------------------------------------------------------------------------------------------------- */

/* Mean wait in a queue with `servers` servers, Sakasegawa's (1977) closed form with the Allen-Cunneen correction for
 * service variation; Poisson arrivals.  Past utilisation 0.98 it continues as the quadratic that matches value, slope
 * and curvature there, so it is finite, increasing and twice differentiable.  Wait and slope in hours and hours per
 * unit of utilisation. */
void bk_queue_wait(double servers, double service_hours, double service_cv, double utilisation, double *wait,
                   double *slope);

/* Volume-delay functions of r = flow / capacity, all multiples of the free time t0:
 *   linear   1 + b r
 *   bpr      1 + b r^p, p >= 1                            (Bureau of Public Roads 1964)
 *   conical  2 + sqrt(a^2 (1 - r)^2 + c^2) - a (1 - r) - c, c = (2 a - 1) / (2 a - 2), a > 1   (Spiess 1990)
 * An infinite capacity means free time always.  `b` and `power` are not read where the form has none. */
typedef enum bk_vdf_form { BK_VDF_LINEAR, BK_VDF_BPR, BK_VDF_CONICAL } bk_vdf_form;

typedef struct bk_vdf {
    bk_vdf_form   form;
    size_t        n_arcs;
    const double *free_time; /* [n_arcs] h, >= 0 */
    const double *capacity;  /* [n_arcs] t/yr, > 0 */
    const double *b;         /* [n_arcs] dimensionless, >= 0; linear and bpr */
    const double *power;     /* [n_arcs] dimensionless, >= 1; bpr.  The steepness a, > 1; conical */
    double        all_power; /* the power all arcs share, which makes powers 1 and 4 cheap; 0: they differ */
} bk_vdf;

/* Times and their derivatives at `flow` [n_arcs] t/yr, >= 0: `time` [n_arcs] h, `slope` [n_arcs] h per t/yr. */
void bk_vdf_eval(const bk_vdf *vdf, const double *flow, double *time, double *slope);
/* The same for one arc. */
void bk_vdf_eval_arc(const bk_vdf *vdf, size_t arc, double flow, double *time, double *slope);
/* `integral` [n_arcs] h t/yr of each arc's time from 0 to its flow; bk_sum() of it is Beckmann's. */
void bk_vdf_integral(const bk_vdf *vdf, const double *flow, double *integral);

#endif
