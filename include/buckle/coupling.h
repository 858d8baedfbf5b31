/* Transport and trade in joint equilibrium: tonnes set prices of scarce capacity and queues, these set trade costs,
 * trade costs set trade, trade sets tonnes.  The only loop between the two. */
#ifndef BUCKLE_COUPLING_H
#define BUCKLE_COUPLING_H

#include "buckle/model.h"
#include "buckle/network.h"
#include "buckle/trade.h"

/* How far the answer is from an equilibrium; every figure recomputed independently at the end, never taken from a last
 * step. */
typedef struct bk_certificate {
    double loop;     /* largest |change of ln transport factor| if tonnes, prices and costs went round once more */
    double capacity; /* largest |flow - what the price of scarcity or the queue admits| over capacity */
    double assignment_gap; /* largest |share - logit share at the final costs|, dimensionless */
    double trade, walras;  /* of the trade equilibrium, relative to world value added */
    double tonnes;         /* |tonnes loaded - tonnes traded|, share of tonnes */
    double route_gain;     /* largest share of cost that a route outside the universe would save any class with trade */
    double route_gain_mean; /* the same, mean over tonnes */
    size_t routes_missed;   /* classes (zone pair x sector x value of time) that gain over 1 % by such a route */
} bk_certificate;

typedef struct bk_joint_settings {
    double                tolerance;  /* on certificate.loop and certificate.capacity; default 1e-6 */
    int                   max_rounds; /* default 120 */
    const bk_trade_shock *finance; /* levy, works, works_share and transfer of the case, all else unread; default NULL:
                                      nobody pays */
    bool gains_only; /* of the network nothing but tonnes and utilisation is filled, all else of it is NULL; the
                        certificate holds loop, capacity, assignment_gap, trade and walras, the rest is 0 and was not
                        looked at */
} bk_joint_settings;

bk_joint_settings bk_joint_default_settings(void);

/* j sector, n importer, i exporter.  A model without network has only `trade`; arrays of the network are then NULL. */
typedef struct bk_joint_solution {
    bk_outcome               outcome; /* read this first */
    int                      rounds;
    bk_certificate           certificate;
    const bk_trade_solution *trade;
    const bk_trade_shock    *shock; /* that `trade` answers, on bk_joint_trade; NULL for the base year */
    const double *transport_factor; /* [n_sectors][importer][exporter] d-hat, ratio to base; INFINITY: no open route */
    const double *transport_cost;   /* [n_sectors][importer][exporter] USD/t, expected generalised cost (logsum),
                                       NAN-free; 0 where not traded by weight */
    const double
        *mean_cost; /* [n_sectors][importer][exporter] USD/t, the mean over the routes used, beside the logsum */
    const double *mean_constant; /* [n_sectors][importer][exporter] USD/t, the calibrated constants in mean_cost */
    const double *mean_hours;    /* [n_sectors][importer][exporter] h, queues included */
    const double *tonnes;        /* [n_sectors][importer][exporter] t/yr */
    const double *arc_flow;      /* [n_sectors][n_arcs] t/yr */
    const double *facility_flow; /* [n_facilities] t/yr, background included */
    const double *utilisation;   /* [n_facilities] flow over capacity; 0 where nothing limits */
    const double *price;         /* [n_facilities] USD/t, of scarcity, or of the queue at the mean value of time */
    const double *queue_hours;   /* [n_facilities] h, at border posts with lanes; else 0 */
    const double *co2;           /* [n_regions importer] kg/yr of the freight it imports */
} bk_joint_solution;

/* How far a solution is from an equilibrium in one figure: the largest of certificate.loop, capacity and trade. */
double bk_joint_residual(const bk_joint_solution *solution);

typedef struct bk_joint_base bk_joint_base; /* the base year made ready: routes, prices, trade; immutable */

/* Key under which a packed base may be kept: changes with anything that decides it. */
uint64_t bk_joint_key(const bk_model *model);

/**
 * The base year of a validated model: route universe by seeds and column generation (for the base, with all projects
 * open and under each ban of the study), then prices and costs at base-year trade.  A scenario that changes nothing
 * gives hats of 1.
 *
 * Input    `packed` bytes from bk_joint_pack of the same key, or NULL; bytes that do not fit are ignored with a warning
 * Returns  BK_OK, BK_ERR_NO_PATH (pairs with trade that no route joins, all named), BK_ERR_NOT_CONVERGED,
 * BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_prepare(bk_context *ctx, const bk_model *model, const void *packed, size_t n_packed, bk_arena *arena,
                           const bk_joint_base **out);
bk_status bk_joint_pack(bk_context *ctx, const bk_joint_base *base, bk_arena *arena, const void **bytes, size_t *n_out);

/**
 * The base year of `model`, which differs from the model of `of` in numbers alone (elasticities, costs, times,
 * capacities, tariffs): trade is that of the data as before; costs, prices, d_0 and what scenarios are compared with
 * are evaluated anew.  Routes and the scale of route choice stay those of `of`, which must outlive it.
 *
 * Input    `settings` for tolerance, a thousandth of which its prices are solved to, and gains_only; NULL: default
 * Returns  BK_OK, BK_ERR_NOT_CONVERGED, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_rebase(bk_context *ctx, const bk_joint_base *of, const bk_model *model,
                          const bk_joint_settings *settings, bk_arena *arena, const bk_joint_base **out);

const bk_joint_solution *bk_joint_base_solution(const bk_joint_base *base);
const bk_graph          *bk_joint_graph(const bk_joint_base *base); /* NULL without network */
const bk_trade_base     *bk_joint_trade(const bk_joint_base *base);
const bk_arc_costs      *bk_joint_arc_costs(const bk_joint_base *base); /* of the base model */
size_t                   bk_joint_route_count(const bk_joint_base *base);

/**
 * The joint equilibrium of a scenario's model (from bk_scenario_apply on the base's model).
 *
 * Input    `warm` a solution of a neighbouring scenario, of which utilisation and tonnes are read; NULL: the base
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, also when a limit stopped it (see outcome and certificate)
 *          BK_ERR_NOT_CONVERGED when no finite state near an equilibrium was found, with the residual
 *          BK_ERR_INCONSISTENT for other values of time than the base's (see bk_joint_rebase)
 *          BK_ERR_NO_SOLUTION, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_solve(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario,
                         const bk_joint_settings *settings, const bk_joint_solution *warm, bk_arena *arena,
                         const bk_joint_solution **out);

/* ---- routes that only a scenario wants --------------------------------------------------------------------------- */

/* A scenario solved on a base year. */
typedef struct bk_joint_state {
    const bk_model          *model;
    const bk_joint_settings *settings; /* it was solved with, NULL: default */
    const bk_joint_solution *solution;
} bk_joint_state;

typedef struct bk_joint_enlargement {
    const bk_joint_base            *base;      /* on the larger universe; the base given, if nothing was missed */
    const bk_joint_solution *const *solutions; /* [n_states] of the states on it */
    size_t                          n_added;   /* routes */
    int                             rounds;    /* of column generation that added some */
    size_t                          missed;    /* classes of the base and of the states that still miss one */
} bk_joint_enlargement;

/* Under which the routes that the states add may be kept: changes with anything that decides them.  Returns BK_OK,
 * BK_ERR_NO_MEMORY. */
bk_status bk_joint_enlargement_key(bk_context *ctx, const bk_joint_base *base, size_t n_states,
                                   const bk_joint_state *states, uint64_t *key);

/**
 * A base year whose universe also holds the routes that the states miss, and the states solved on it: column generation
 * at their prices, until neither they nor the base miss a route (certificate.routes_missed).  What states are compared
 * with is then the base of the same universe.  Nothing missed costs nothing.
 *
 * Input    `base` stays in use and must outlive `room`; `packed` bytes from bk_joint_enlargement_pack under the same
 *          key, or NULL; bytes that do not fit are ignored with a warning
 * Output   `*out`: the base lies in `room`, solutions and the base's solution in `arena`
 * Returns  BK_OK, also when routes are still missed (see `missed`); what bk_joint_solve and bk_joint_prepare do
 */
bk_status bk_joint_enlarge(bk_context *ctx, const bk_joint_base *base, size_t n_states, const bk_joint_state *states,
                           const void *packed, size_t n_packed, bk_arena *room, bk_arena *arena,
                           bk_joint_enlargement *out);
/* The routes added to `base`, and the prices of the larger one. */
bk_status bk_joint_enlargement_pack(bk_context *ctx, const bk_joint_base *base, const bk_joint_enlargement *enlargement,
                                    uint64_t key, bk_arena *arena, const void **bytes, size_t *n_out);

/* Which trade uses a facility: tonnes of one solution over it, into by_pair [n_sectors][importer][exporter] t/yr; adds
 * up to the facility's flow without background. */
bk_status bk_joint_select(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario,
                          const bk_joint_solution *solution, uint32_t facility, double *by_pair);

/* Money, tonnes or anything else met on the way, by trade relation: for each group of arcs the sum, over the routes of
 * each pair of regions and over its sectors, of tonnes x the `weight` of every arc of the group on the route.  One pass
 * over the routes.
 *
 * Input    `weight` [n_sectors][n_arcs], finite where the solution has flow; `group` [n_arcs] < n_groups, BK_NONE: left
 * out Output   `sum` [n_groups][importer][exporter] Returns  BK_OK, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_sum(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario,
                       const bk_joint_solution *solution, const double *weight, const uint32_t *group, size_t n_groups,
                       double *sum);

/* `n` such sums at once, of routes told apart by marks as well: `by` [n], each into sums[i] [n_marks + 1][n_groups]
 * [importer][exporter], the last of the marks for routes that bear none.  Returns as bk_joint_sum. */
bk_status bk_joint_sums(bk_context *ctx, const bk_joint_base *base, const bk_model *scenario,
                        const bk_joint_solution *solution, size_t n, const bk_arc_grouping *by, double *const *sums);
/**
 * The base year's trade on the network of a neighbouring model, which has the same graph: tonnes are held, prices and
 * choice among the base's routes are found anew.  What a fit of constants, route noise and background asks many times.
 *
 * Input    `utilisation` [n_facilities] to start from; `tolerance` on |flow - what its price admits| over capacity
 * Output   `utilisation` found; the sums of `by` [n], as in bk_joint_sums
 * Returns  BK_OK, BK_ERR_NOT_CONVERGED with the residual, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_load(bk_context *ctx, const bk_joint_base *base, const bk_model *model, double tolerance,
                        double *utilisation, size_t n, const bk_arc_grouping *by, double *const *sums);
/* Freight on the network at tonnes that are held: the logit equilibrium over route sets (Fisk 1980), whose program is
 *
 *   minimise  sum over routes f (g + ln(f / (T PS)) / mu)  +  sum over what is limited, integral of its price to its
 * flow
 *
 * with T the tonnes of a class, PS a route's path size, g its cost without prices.  Its dual in the prices is what
 * bk_assignment_solve maximises, so the two values bracket the minimum. */
typedef struct bk_joint_assignment {
    bk_outcome    outcome;
    int           rounds;        /* evaluations of all routes */
    double        objective;     /* USD/yr, of the program at the flows; integrals by quadrature, to some nine digits */
    double        relative_gap;  /* (program at the flows - dual at the prices) / total_cost, >= 0 */
    double        capacity;      /* largest |flow - what its price admits| over capacity */
    double        total_cost;    /* USD/yr, generalised cost x tonnes over the routes used, prices included */
    double        tonnes;        /* t/yr on the network */
    double        lost_tonnes;   /* t/yr of trade that no open route serves */
    size_t        routes_missed; /* classes that would save over 1 % by a route outside the universe */
    const double *arc_flow;      /* [n_sectors][n_arcs] t/yr */
    const double *facility_flow; /* [n_facilities] t/yr, background included */
    const double *utilisation;   /* [n_facilities] flow over capacity; 0 where nothing limits */
    const double *price;         /* [n_facilities] USD/t */
    const double *queue_hours;   /* [n_facilities] h */
    const double *pair_tonnes;   /* [n_sectors][importer][exporter] t/yr, as the base year has them */
    const double *mean_cost;     /* [n_sectors][importer][exporter] USD/t over the routes used, generalised, prices and
                                    constants included */
    const double *mean_hours;    /* [n_sectors][importer][exporter] h, queues included */
} bk_joint_assignment;

/**
 * The base year's tonnes on the network of `model` (the base's own, or a scenario's), trade not answering.
 *
 * Input    `gap` to reach, `max_rounds` >= 1
 * Output   `*out`, arrays held by `arena`
 * Returns  BK_OK, also when a limit stopped it (see outcome); BK_ERR_INCONSISTENT for a study without network,
 *          BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_joint_assign(bk_context *ctx, const bk_joint_base *base, const bk_model *model, double gap, int max_rounds,
                          bk_arena *arena, bk_joint_assignment *out);
/* The derivative of a network by one number, by models on either side of it: (up - down) / width.  They differ in
 * costs, hours, background traffic and route noise, in nothing else. */
typedef struct bk_load_direction {
    const bk_model *up, *down;
    double          width; /* > 0, of the number between them */
} bk_load_direction;

/**
 * How the sums of bk_joint_load answer small changes: choice among routes and prices of scarcity answer, tonnes are
 * held. Analytic at the state (docs/how-to/fit-to-what-was-seen.md has the formula); only the network's own derivative
 * is taken by a difference, which is exact for constants, whatever the width.
 *
 * Input    `model`, `utilisation` [n_facilities] as bk_joint_load left it; `by` [n] with weights, one group, no marks;
 *          n_directions and n at most 64
 * Output   sums [n_directions x n], sum i of direction k at k n + i, each [importer][exporter] per unit of the number
 * Returns  BK_OK, BK_ERR_USAGE (more, or other groupings), BK_ERR_NO_SOLUTION, BK_ERR_NO_MEMORY
 */
bk_status bk_joint_load_tangents(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                                 const double *utilisation, size_t n_directions, const bk_load_direction *directions,
                                 size_t n, const bk_arc_grouping *by, double *const *sums);
/* Of the base year: [n_facilities] flow over capacity, a start for bk_joint_load. */
const double *bk_joint_base_utilisation(const bk_joint_base *base);

#endif
