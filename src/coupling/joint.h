/* The inside of a prepared base year and of a solve on it. */
#ifndef COUPLING_JOINT_H
#define COUPLING_JOINT_H

#include "buckle/assignment.h"
#include "buckle/coupling.h"

struct bk_joint_base {
    const bk_model      *model;
    uint64_t             key;
    const bk_trade_base *trade;
    /* the rest is NULL without network or without economy, but for graph and costs */
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    const bk_traffic   *traffic;
    const bk_universe  *universe;
    bk_assignment      *assignment;  /* of the base model; others share its unchanged parts and never write to it */
    const double       *post_value;  /* [n_borders] USD/t/h, frozen */
    const double       *utilisation; /* [n_facilities] as solved */
    const double       *slot_cost;   /* [n_slots] USD/t, logsum at base */
    const double       *factor; /* [n_sectors][importer][exporter] d_0 = 1 + mean base cost without constants / value */
    const double       *tonnes; /* [n_sectors][importer][exporter] t/yr at base */
    const bk_joint_solution *solution;
};

/* ---- prepare.c --------------------------------------------------------------------------------------------------- */

/* The same base year on another universe of its traffic, from utilisations [n_facilities] near its own.  Its solution
 * lies in `reports`, all else of it in `arena`; the two may be one. */
bk_status bki_base_on(bk_context *ctx, const bk_joint_base *base, const bk_universe *universe,
                      const double *utilisation, bk_arena *arena, bk_arena *reports, const bk_joint_base **out);

/* ---- demand.c: trade as the answer to costs ---------------------------------------------------------------------- */

typedef struct bki_trade_demand {
    bk_context          *ctx;
    const bk_joint_base *base;
    const bk_model      *model;
    const double        *mass; /* [n_slots] share of trade, of the assignment */
    bk_trade_solver     *solver;
    bk_trade_shock       shock;
    double              *cost;       /* [cells] ratio, factor on iceberg cost, what the shock holds */
    double              *factor;     /* [cells] ratio, d-hat */
    double              *value;      /* [cells] money before tariff */
    const double        *elasticity; /* [n_sectors] ratio, theta */
    const double        *trade_cost; /* [cells] ratio, the scenario's over the base's, or NULL */
    double              *room;       /* [2][n_sectors] USD/t and share */
    double               tolerance;
    bk_outcome           outcome;
    double               residual;
} bki_trade_demand;

/* `base` needs model and trade; factors are 1 until slot costs are given. */
bk_status bki_demand_create(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const double *mass,
                            bk_arena *arena, bki_trade_demand *demand);
/* Who pays for infrastructure; NULL: nobody. */
void bki_demand_finance(bki_trade_demand *demand, const bk_trade_shock *finance);
/* The shock of the last answer, held by `arena` but for tariffs (the model's) and who pays (the caller's). */
bk_status bki_demand_shock(const bki_trade_demand *demand, bk_arena *arena, const bk_trade_shock **out);
/* d-hat of every cell at slot costs. */
bk_status bki_demand_factors(const bki_trade_demand *demand, const double *slot_cost, double *factor);
/* Trade at d-hat. */
bk_status bki_demand_trade(bki_trade_demand *demand, double *tonnes);
/* The callback of bk_demand; state is a bki_trade_demand. */
bk_status bki_demand_respond(void *state, const double *slot_cost, double *tonnes, const bk_demand_slope *slope);

/* Money of the study into tonnes; 0 where weightless. */
void bki_tonnes_of_value(const bk_model *model, const double *value, double *tonnes);

/* ---- finish.c: the report and its certificate -------------------------------------------------------------------- */

/* Fills `out` from the state found: utilisations [n_limits] and tonnes.  `demand` has the trade of the last answer.
 * `gains_only` as in bk_joint_settings; then the assignment was last evaluated at the state. */
bk_status bki_joint_finish(bk_context *ctx, const bk_joint_base *base, bk_assignment *assignment,
                           bki_trade_demand *demand, const double *utilisation, const double *tonnes, bool gains_only,
                           bk_arena *arena, bk_joint_solution *out);

/* Transport factor, tonnes and trade of a model without network. */
bk_status bki_joint_trade_only(bk_context *ctx, const bk_joint_base *base, bki_trade_demand *demand, bk_arena *arena,
                               bk_joint_solution *out);

/* ---- pack.c ------------------------------------------------------------------------------------------------------ */

typedef struct bki_packed { /* what is kept of a base year; arrays in the arena */
    const bk_traffic  *traffic;
    const bk_universe *universe;
    const double      *post_value;  /* [n_borders] USD/t/h */
    const double      *utilisation; /* [n_facilities] ratio */
} bki_packed;

void     bki_store_word(uint8_t *bytes, uint64_t word); /* little-endian */
uint64_t bki_load_word(const uint8_t *bytes);
/* Past the last byte written. */
uint8_t *bki_store_numbers(uint8_t *bytes, const double *x, size_t n);
/* False unless all are finite and not negative, as costs, values and utilisations are. */
bool bki_load_numbers(const uint8_t *bytes, double *x, size_t n);

/* BK_ERR_SCHEMA, not recorded as an error, if the bytes do not belong to this key, graph and model. */
bk_status bki_joint_unpack(const bk_joint_base *base, const void *bytes, size_t n_bytes, bk_arena *arena,
                           bki_packed *out);

/* Whether hours cost the same in both: classes of traffic and their values of time are the base's. */
static inline bool
bki_same_values_of_time(const bk_model *a, const bk_model *b)
{
    for (size_t j = 0; j < a->economy.n_sectors; j++)
        if (a->economy.sectors[j].time_cost_per_day != b->economy.sectors[j].time_cost_per_day)
            return false;
    return a->economy.usd_per_tonne == b->economy.usd_per_tonne;
}

static inline size_t
bki_cells(const bk_model *model)
{
    return model->economy.n_sectors * model->economy.n_regions * model->economy.n_regions;
}

#endif
