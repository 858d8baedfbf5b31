/* The inside of an assignment: layout of the arrays over routes, costs, limits, and room for evaluations. */
#ifndef ASSIGNMENT_ASSIGNMENT_H
#define ASSIGNMENT_ASSIGNMENT_H

#include "assignment/bundles.h"

/* Slots of a pair are padded to whole lanes, so that inner loops over them have a constant step. */
enum { BKI_LANES = 4 };

/* Where each pair's data stand; depends on the universe and the traffic alone.
 *   costs of a route   [2][lanes]: M = money + constant, then T = hours + reliability ratio x variance / spread
 *   shares of a route  [lanes]: mean over classes
 *   classes of a pair  [n_classes][lanes] */
typedef struct bki_layout {
    const uint32_t *lanes;                   /* [n_pairs] slots, padded */
    const size_t   *first_share;             /* [n_pairs + 1] into shares; costs stand at twice that */
    const size_t   *first_class;             /* [n_pairs + 1] */
    const double   *usd_per_hour;            /* [classes] USD/t/h, 0 in padding */
    const double   *scale;                   /* [classes] mu, per USD/t, 0 in padding */
    size_t          most_routes, most_lanes; /* of any pair */
} bki_layout;

/* The room of one worker.  Routes are padded to whole lanes. */
typedef struct bki_room {
    double   *weight; /* [most_routes][n_classes][most_lanes] exponents, weights, then shares, ratio */
    double   *largest, *total, *inverse, *pull; /* [n_classes][most_lanes] ratios; pull: tonnes mu, t2/USD/yr */
    double   *route_price, *route_row;          /* [most_routes] USD/t */
    double   *by_bundle;                        /* [most_bundles] USD/t or t/yr */
    double   *used_by_sector;                   /* [n_sectors] t per tonne traded */
    double   *used;      /* [most_bundles][n_classes][most_lanes] ratio, use by bundle and class */
    double   *by_sector; /* [2][n_sectors][n_limits] t per tonne traded and USD/t */
    double   *times;     /* [most_bundles][most_routes] 1, how often each route uses a bundle */
    double   *entry;     /* [most_bundles][most_bundles] t2/USD/yr */
    uint32_t *number;    /* [most_bundles] of a bundle among those with active limits */
    uint32_t *local;     /* [n_limits] active limits of the pair or relation in hand */
    uint32_t *member;    /* [most_local] number of the bundle of each of them */
} bki_room;

/* What the derivative of flows needs, and where it goes. */
typedef struct bki_curvature {
    size_t          n_active;
    const uint32_t *active_of; /* [n_limits] place among active limits, or BK_NONE */
    double         *blocks;    /* [n_regions][n_active][n_active] t2/USD/yr, lower triangles, by importer */
    const double   *tonnes;    /* [n_sectors][importer][exporter] t/yr */
} bki_curvature;

struct bk_assignment {
    const bk_model     *model;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    const bk_traffic   *traffic;
    const bk_universe  *universe;
    const bki_layout   *layout;
    const double       *route_cost; /* [2 x shares] USD/t and h, see layout */
    const double       *mass;       /* [n_slots] share of trade */
    bk_limits           limits;
    const uint32_t     *limit_of;  /* [n_facilities] or BK_NONE */
    const uint32_t     *first_use; /* [n_routes + 1] */
    const bki_bundles  *bundles;
    const uint32_t     *use; /* [uses of all routes] limits along each route */
    /* room */
    double   *slot_cost;   /* [n_slots] USD/t */
    double   *share;       /* [shares] ratio, see layout */
    double   *flow_blocks; /* [n_regions][n_limits] t/yr */
    bki_room *rooms;       /* [threads] */
};

/* assignment.c; the room of one worker. */
void bki_room_create(const bk_assignment *assignment, bk_arena *arena, bki_room *room);
/* The same routes, costs and limits with room of its own for shares and flows: for another thread. */
bk_status bki_assignment_twin(bk_context *ctx, const bk_assignment *like, bk_arena *arena, bk_assignment **out);
bk_status bki_layout_build(const bk_traffic *traffic, const bk_universe *universe, const bk_model *model,
                           bk_arena *arena, const bki_layout **out);

/* route_costs.c: sums of a table [n_arcs][width] over the arcs of one route. */
void bki_route_sums(const bk_universe *universe, size_t route, const double *table, size_t width, double *sum);
/* Table of M and T by arc, [n_arcs][2][n_sectors]. */
void      bki_arc_table(const bk_model *model, const bk_arc_costs *costs, double *table);
bk_status bki_route_costs(bk_context *ctx, bk_assignment *assignment, const bk_assignment *like, bk_arena *arena);

/* limits.c */
bk_status bki_limits_build(bk_context *ctx, bk_assignment *assignment, const double *post_value,
                           const bk_assignment *like, bk_arena *arena);

/* What a model makes of one facility at a utilisation; false where it cannot run short.  `post_value` [n_borders]. */
typedef struct bki_facility_state {
    double capacity, background; /* t/yr */
    double price, slope;         /* USD/t, and per unit of utilisation */
} bki_facility_state;
bool bki_facility_limit(const bk_model *model, size_t facility, const double *post_value, double utilisation,
                        bki_facility_state *out);

/* choice.c: costs and shares at prices; with `curvature`, also the derivative of flows at its tonnes; with
 * `value_share`, laid out as shares, the mean over classes of share x value of time. */
void bki_choose(bk_context *ctx, bk_assignment *assignment, const double *price, const bki_curvature *curvature,
                double *value_share);

/* load.c: flows; with `elastic`, also its part of the curvature. */
typedef struct bki_elastic {
    const bk_demand_slope *slope;
    const bki_curvature   *curvature; /* adds to its blocks */
} bki_elastic;
/* Active limits used per tonne of each sector that the pairs of a relation trade, into used [n_sectors][n_active];
 * by_bundle: a room's `used`. */
void bki_relation_uses(const bk_assignment *assignment, const uint32_t *active_of, size_t n_active, size_t relation,
                       double *by_bundle, double *used);
void bki_load(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const bki_elastic *elastic,
              double *flow);

#endif
