/* Freight on the network: who travels, by which routes, at which prices of scarce capacity.
 *
 * Traffic is tonnes by sector and ordered pair of zones of different regions, cut into value-of-time classes of equal
 * mass. Each pair of zones has a set of routes, fixed once (the universe); a class chooses among them by path-size
 * logit on generalised cost; what is scarce asks a price common to all classes.  A model changes costs, capacities and
 * bans, never the universe. */
#ifndef BUCKLE_ASSIGNMENT_H
#define BUCKLE_ASSIGNMENT_H

#include "buckle/model.h"
#include "buckle/network.h"

/* ---- who travels ----------------------------------------------------------------------------------------------- */

/* Pairs are sorted by importer, exporter, destination and origin zone.  A slot is a pair and a sector that trades
 * between the two regions at base and touches both zones; `class` runs over slots x value-of-time classes. */
typedef struct bk_traffic {
    size_t n_regions, n_sectors, n_zones,
        n_classes; /* sectors: all of the economy; classes: of value of time, per slot */
    size_t          n_pairs, n_slots, n_relations;
    const uint32_t *origin, *destination; /* [n_pairs] zones */
    const uint32_t *first_slot;           /* [n_pairs + 1] */
    const uint32_t *slot_sector;          /* [n_slots] index into the economy's sectors, increasing within a pair */
    const double
        *slot_mass; /* [n_slots] share of the regions' trade of the sector; sums to 1 over a relation's zones */
    const double   *slot_value_of_time;  /* [n_slots] USD/t/h, the mean over classes */
    const double   *multiplier;          /* [n_sectors][n_classes] value of time over the slot's mean; mean 1 */
    double         *cheapest;            /* [n_slots][n_classes] USD/t, least base cost without constants and prices */
    const uint32_t *importer, *exporter; /* [n_relations] regions */
    const uint32_t *first_pair;          /* [n_relations + 1] */
    const uint32_t *first_relation;      /* [n_regions + 1] of each importer */
    const uint32_t *first_from;          /* [n_zones + 1] into from_pair */
    const uint32_t *from_pair;           /* [n_pairs] pairs by origin zone */
} bk_traffic;

/* The traffic of a base model; `cheapest` is left at 0.  Means of equal slices of a lognormal are in closed form, and
 * average 1.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bk_traffic_build(const bk_model *model, bk_arena *arena, bk_traffic **out);

/* Fills `cheapest` by least-cost trees.  Returns BK_OK, BK_ERR_NO_PATH (trade between zones that no route joins; every
 * pair is named), BK_ERR_NO_MEMORY, BK_ERR_CANCELLED. */
bk_status bk_traffic_measure(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                             bk_traffic *traffic);

/* The same traffic with the values of time of `model`, which differs from its own in numbers only; slots, masses and
 * `cheapest`, hence the scale of route choice, stay.  Returns BK_OK, BK_ERR_NO_MEMORY. */
bk_status bk_traffic_revalue(const bk_model *model, const bk_traffic *traffic, bk_arena *arena, const bk_traffic **out);

/* ---- routes ---------------------------------------------------------------------------------------------------- */

typedef struct bk_universe {
    size_t          n_pairs, n_routes, n_route_arcs;
    const uint32_t *first_route; /* [n_pairs + 1] */
    const uint32_t *first_arc;   /* [n_routes + 1] */
    const uint32_t *arc;         /* [n_route_arcs] from the origin's terminal to the destination's */
    const double
            *log_path_size; /* [n_routes] ln of Ben-Akiva & Bierlaire's (1999) path size, lengths by reference cost */
    uint64_t hash;          /* of the routes */
} bk_universe;

/**
 * Seeds for every pair, then column generation at equilibrium prices of `tonnes`: for the model, with all its projects
 * open, and under each transit ban of its policy, until no class saves over 1 % by a route outside.
 *
 * Input    `tonnes` [n_sectors][importer][exporter] t/yr at base
 * Output   `*out`, and `utilisation` [n_facilities] at the last prices of the model itself, a start for its solution
 * Returns  BK_OK, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED, or what bk_scenario_apply returns
 */
bk_status bk_universe_generate(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                               const bk_traffic *traffic, const double *tonnes, bk_arena *arena, double *utilisation,
                               const bk_universe **out);

/* A model at its own prices and tonnes, whose better routes a universe is to hold. */
typedef struct bk_route_state {
    const bk_model     *model;
    const bk_arc_costs *costs;       /* of the model */
    const double       *tonnes;      /* [n_sectors][importer][exporter] t/yr, held */
    double             *utilisation; /* [n_facilities] on the universe given; moved to the one made */
} bk_route_state;

/**
 * The same universe and the routes that classes of the states would rather take: column generation at their prices,
 * state by state, until no class of any saves over 1 % by a route outside.  Path sizes are those of the larger
 * universe.
 *
 * Input    `model`, `costs` of the base; `post_value` [n_borders] USD/t/h
 * Output   `*out`, within a pair the routes of `universe` first; `universe` itself if nothing is missed.  `*rounds` in
 *          which routes were added
 * Returns  BK_OK, also when routes were still found at the end (the log says so, and bk_assignment_route_gain);
 *          BK_ERR_NO_MEMORY, BK_ERR_CANCELLED, what bk_assignment_solve and bk_scenario_apply return
 */
bk_status bk_universe_enlarge(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                              const bk_traffic *traffic, const bk_universe *universe, const double *post_value,
                              size_t n_states, const bk_route_state *states, bk_arena *arena, const bk_universe **out,
                              int *rounds);
/* The routes by which `larger` was enlarged, as a universe whose pairs may have none, with the path sizes of `larger`;
 * and back again.  bk_universe_join needs the states' costs alone. */
bk_status bk_universe_added(const bk_universe *larger, const bk_universe *universe, bk_arena *arena,
                            const bk_universe **out);
bk_status bk_universe_join(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                           const bk_traffic *traffic, const bk_universe *universe, const bk_universe *added,
                           size_t n_states, const bk_route_state *states, bk_arena *arena, const bk_universe **out);

/* Bytes that hold a universe, a twentieth of its memory: each arc as its rank among those that leave its tail. */
bk_status bk_universe_pack(const bk_graph *graph, const bk_universe *universe, bk_arena *arena, const uint8_t **bytes,
                           size_t *n_bytes);
/* Returns BK_ERR_SCHEMA (not recorded as an error) for bytes that are not routes of this graph and traffic. */
bk_status bk_universe_unpack(const bk_model *model, const bk_graph *graph, const bk_traffic *traffic,
                             const uint8_t *bytes, size_t n_bytes, bk_arena *arena, const bk_universe **out);

/* ---- one model on the universe --------------------------------------------------------------------------------- */

/* Where capacity is limited: links and transfers of finite capacity when capacities are priced, border rows with lanes.
 * Numbers below are positions in this list. */
typedef struct bk_limits {
    size_t          n_limits;
    const uint32_t *facility;     /* [n_limits] */
    const double   *capacity;     /* [n_limits] t/yr */
    const double   *background;   /* [n_limits] t/yr */
    const bool     *is_queue;     /* [n_limits] */
    const double   *usd_per_hour; /* [n_limits] USD/t/h that turns a queue's hours into its price */
} bk_limits;

typedef struct bk_assignment bk_assignment; /* routes' costs, limits and room for a solve; for one thread at a time */

/**
 * Input    `costs` of `model`; `like` an assignment of another model on the same universe whose unchanged parts are
 * shared, or NULL; `post_value` [n_borders] USD/t/h of the traffic at each post, or NULL: the mean over all traffic
 * Returns  BK_OK, BK_ERR_NO_MEMORY
 */
bk_status bk_assignment_create(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                               const bk_traffic *traffic, const bk_universe *universe, const double *post_value,
                               const bk_assignment *like, bk_arena *arena, bk_assignment **out);

const bk_limits *bk_assignment_limits(const bk_assignment *assignment);

/* Share of the relation's trade of each slot that goes between its zones: slot_mass, where slots without an open route
 * give theirs to the relation's other zones; 0 where closed. */
const double *bk_assignment_mass(const bk_assignment *assignment); /* [n_slots] */

/* Price of each limit at utilisation `u` and its slope: p USD/t and dp/du USD/t. */
void bk_limit_price(const bk_assignment *assignment, const double *utilisation, double *price, double *slope);

/* How tonnes answer costs.  `respond` gets the expected cost of each slot (INFINITY where closed) and writes tonnes;
 * where slopes are asked it also writes a symmetric approximation of their response: with mass m = -d tonnes / d ln
 * cost factor x cost factor x value per tonne, and unit = d ln cost factor / d cost, the flows answer prices by
 *   - sum over sectors and importers of [sum_i m_i f_i f_i' - (sum_i m_i f_i)(sum_i m_i f_i)' / total],
 * f_i = unit_i x facilities used per tonne. */
typedef struct bk_demand_slope {
    double *mass;  /* [n_sectors][importer][exporter] USD/yr */
    double *unit;  /* [n_sectors][importer][exporter] per USD/t */
    double *total; /* [n_sectors][importer] USD/yr, sum of mass over all exporters, home included */
} bk_demand_slope;

typedef struct bk_demand {
    bk_status (*respond)(void *state, const double *slot_cost, double *tonnes, const bk_demand_slope *slope);
    void *state;
} bk_demand;

typedef struct bk_assignment_settings {
    double tolerance;  /* on |flow - capacity x utilisation| / capacity */
    int    max_rounds; /* evaluations of all routes */
    bool   lazy;       /* renew the derivative, which costs three rounds, seldom: another way to the same solution */
} bk_assignment_settings;

typedef struct bk_assignment_result {
    bk_outcome outcome;
    int        rounds;   /* evaluations */
    double     residual; /* largest |flow - capacity x utilisation| / capacity */
} bk_assignment_result;

/**
 * Prices at which flows, background included, are what the limits admit at those prices: Newton on utilisations with
 * the derivative of path-size logit flows, and of demand where it answers.
 *
 * Input    `tonnes` [n_sectors][importer][exporter], held fixed if `demand` is NULL, else the state to start from
 *          `utilisation` [n_limits] to start from
 * Output   both at the solution
 * Returns  BK_OK also when a limit stopped it; what `respond` returns; BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_assignment_solve(bk_context *ctx, bk_assignment *assignment, const bk_demand *demand,
                              const bk_assignment_settings *settings, double *tonnes, double *utilisation,
                              bk_assignment_result *result);

/* Costs and shares at given prices: fills what the readers below read.  `price` [n_limits] USD/t. */
void bk_assignment_evaluate(bk_context *ctx, bk_assignment *assignment, const double *price);

const double *
bk_assignment_slot_cost(const bk_assignment *assignment); /* [n_slots] USD/t, the logsum, mean over classes */
const double *bk_assignment_shares(const bk_assignment *assignment,
                                   size_t              *n); /* all shares of route x slot, for comparing */
/* Flow on each limit, background included, at the shares of the last evaluation. */
void bk_assignment_limit_flow(bk_context *ctx, bk_assignment *assignment, const double *tonnes, double *flow);

/* What reports show, at given prices and tonnes; arrays of the caller. */
typedef struct bk_assignment_report {
    double *arc_flow;  /* [n_sectors][n_arcs] t/yr */
    double *mean_cost; /* [n_sectors][importer][exporter] USD/t over the routes used, generalised, prices and constants
                          included */
    double *mean_constant; /* [n_sectors][importer][exporter] USD/t, the constants' part of it */
    double *mean_hours;    /* [n_sectors][importer][exporter] h, queues included */
    double *co2;           /* [n_regions] kg/yr, by importer */
} bk_assignment_report;
/* Input `price` [n_limits] USD/t, `queue_hours` [n_limits] h.  Evaluates, so that costs and shares are those of
 * `price`. */
bk_status bk_assignment_fill(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const double *price,
                             const double *queue_hours, const bk_assignment_report *report);

/* Tonnes over one facility at the shares of the last evaluation, into by_pair [n_sectors][importer][exporter]. */
void bk_assignment_select(const bk_assignment *assignment, const double *tonnes, uint32_t facility, double *by_pair);

/* Tonnes x weight over the arcs of each group, routes told apart by the least mark of their arcs, at the shares of the
 * last evaluation, into sum [n_marks + 1][n_groups][importer][exporter]; the last of the marks: none.  Returns BK_OK,
 * BK_ERR_NO_MEMORY. */
bk_status bk_assignment_sum(bk_context *ctx, const bk_assignment *assignment, const double *tonnes,
                            const bk_arc_grouping *by, double *sum);

/* Mean value of time of the traffic at each border row at the given prices, into post_value [n_borders] USD/t/h; the
 * mean over all traffic where a row has none. */
bk_status bk_assignment_post_value(bk_context *ctx, bk_assignment *assignment, const double *tonnes,
                                   const double *price, double *post_value);

/* What routes outside the universe would save at the given prices. */
typedef struct bk_route_gain {
    double largest; /* share of cost */
    double mean;    /* over tonnes */
    size_t missed;  /* classes that would save over 1 % */
} bk_route_gain;
bk_status bk_assignment_route_gain(bk_context *ctx, const bk_assignment *assignment, const double *tonnes,
                                   const double *price, bk_route_gain *gain);

#endif
