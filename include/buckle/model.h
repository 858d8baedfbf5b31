/* The validated, unchanging description of places, networks, economies, agreements and projects, and how a scenario
 * yields another one.  All indices are positions in the model's arrays; BK_NONE where a reference is empty.
 * Arrays are owned by the arena the model was built in; a scenario's model shares what it does not change. */
#ifndef BUCKLE_MODEL_H
#define BUCKLE_MODEL_H

#include "buckle/base.h"

typedef enum bk_confidence { BK_CONFIDENCE_NONE, BK_REPORTED, BK_DERIVED, BK_ESTIMATE } bk_confidence;

/* ---- network ------------------------------------------------------------------------------------------------- */

typedef struct bk_node {
    const char *id, *name, *kind; /* kind: city, seaport, border_crossing, ... */
    double      lon, lat;         /* degrees, WGS 84 */
    uint32_t    country;          /* index into countries */
} bk_node;

typedef struct bk_link {
    const char *id, *name;
    uint32_t    from, to;      /* nodes */
    uint32_t    mode;          /* index into modes */
    uint32_t    project;       /* that opens it, or BK_NONE */
    int         gauge_mm;      /* 0 where the mode has none */
    int         tracks;        /* 0 unknown */
    int         opens, closes; /* year, 0 if empty */
    bool        directed;      /* false: both ways, sharing one capacity */
    bool        electrified;
    bool        open;             /* in this model: its years, its project and closures taken into account */
    double      km, kmh;          /* > 0 */
    double      usd_per_tonne_km; /* >= 0, before the mode's money_factor */
    double      toll;             /* USD/t, >= 0 */
    double      capacity;         /* t/yr, both directions; INFINITY: unlimited */
    double      background;       /* t/yr of traffic outside the study, >= 0 */
    double      hours_sd;         /* h, standard deviation of the traversal time */
} bk_link;

typedef struct bk_transfer { /* one direction, at one node */
    uint32_t node, from_mode, to_mode;
    int      from_gauge_mm, to_gauge_mm;
    bool     open;
    double   hours, hours_sd, usd_per_tonne;
    double   capacity; /* t/yr; INFINITY: unlimited */
} bk_transfer;

typedef enum bk_side { BK_EXIT, BK_ENTRY } bk_side;

typedef struct bk_border { /* one side of a crossing, one mode, one direction */
    uint32_t node, mode, from_country, to_country;
    bk_side  side;
    bool     open;
    bool     customs;                         /* false: no customs stage (inside a customs union) */
    double   control_hours, inspection_hours; /* h of a vehicle released, of one inspected */
    double   inspected_share;                 /* [0, 1] */
    double   hours_sd, usd_per_tonne;
    double   lanes;                     /* servers; INFINITY: no queue is modelled */
    double   service_hours, service_cv; /* per vehicle; coefficient of variation */
    double   tonnes_per_vehicle;
} bk_border;

/* mode.csv: one row for each mode and sector; a missing row means not allowed. */
typedef struct bk_mode_product {
    bool   allowed;
    double money_factor, hours_factor, border_hours_factor;
    double loading_hours, loading_usd_per_tonne; /* at each end of a journey on this mode */
    double constant_usd_per_tonne;               /* once for each boarding of the mode */
    double kg_co2_per_tonne_km;
} bk_mode_product;

typedef struct bk_zone {
    const char *id;
    uint32_t    region, node;
} bk_zone;

typedef struct bk_constant { /* a calibrated constant on a link (both ways) or on a border row */
    const char *screenline;
    bool        on_border;
    uint32_t    target; /* link or border index */
    uint32_t    sector; /* BK_NONE: every sector */
    double      usd_per_tonne;
} bk_constant;

typedef struct bk_corridor { /* for accounts: a shipment is of the first one that it bears a mark of */
    const char *id, *name;
} bk_corridor;

typedef enum bk_mark_kind { BK_MARK_LINK, BK_MARK_CROSSING, BK_MARK_MODE } bk_mark_kind;

typedef struct bk_corridor_mark {
    uint32_t     corridor;
    bk_mark_kind kind;
    uint32_t     target; /* link, country or mode */
    uint32_t     other;  /* crossing: the other country; else BK_NONE */
} bk_corridor_mark;

typedef struct bk_network_data {
    size_t                  n_nodes, n_links, n_transfers, n_borders, n_modes, n_zones, n_constants;
    const bk_node          *nodes;        /* [n_nodes] */
    const bk_link          *links;        /* [n_links] */
    const bk_transfer      *transfers;    /* [n_transfers] */
    const bk_border        *borders;      /* [n_borders] */
    const char *const      *modes;        /* [n_modes] names */
    const bool             *mode_crosses; /* [n_modes] false: pays no border rows (sea, pipeline) */
    const bk_mode_product  *products;     /* [n_modes][n_sectors] */
    const bk_zone          *zones;        /* [n_zones], those of one region adjacent, in the order of regions */
    const uint32_t         *region_zone;  /* [n_regions + 1] first zone of each region */
    const double           *origin_share; /* [n_zones][n_sectors] of the region's exports; sums to 1 over its zones */
    const double           *destination_share; /* [n_zones][n_sectors] of the region's imports */
    const bk_constant      *constants;         /* [n_constants] */
    size_t                  n_corridors, n_corridor_marks;
    const bk_corridor      *corridors;      /* [n_corridors] in the order of their first rows */
    const bk_corridor_mark *corridor_marks; /* [n_corridor_marks] */
} bk_network_data;

typedef struct bk_transport_settings {
    double        reliability_ratio;       /* value of an hour of spread over that of an hour */
    double        spread_hours;            /* h, a typical door-to-door standard deviation: makes variance additive */
    double        route_noise;             /* standard deviation of unobserved route cost, share of the cost */
    int           n_value_of_time_classes; /* >= 1, of equal mass */
    const double *value_of_time_sigma;     /* [n_sectors] of the logarithm */
    double        net_tonnes_per_train;    /* t */
    bool          priced_capacity;         /* scarcity prices; false: capacities are not enforced */
    double        scarcity_width;          /* dimensionless: v/q = 1 + width ln(p/reference) + p/slope */
    double        scarcity_reference;      /* USD/t */
    double        scarcity_slope;          /* USD/t */
} bk_transport_settings;

/* ---- economy ------------------------------------------------------------------------------------------------- */

typedef enum bk_deficit_rule {
    BK_DEFICITS_FIXED,
    BK_DEFICITS_SCALED,
    BK_DEFICITS_ZERO,
    BK_DEFICITS_SHARE
} bk_deficit_rule;

typedef struct bk_region {
    const char *id, *name;
    uint32_t    country;
    double      value_added, deficit; /* money of the study; deficit = imports - exports at base */
    double      population;           /* persons, 0 unknown */
    double      lon, lat;             /* degrees; of the region's label; 0, 0 if unknown and has_place false */
    bool        has_place;
} bk_region;

typedef struct bk_sector {
    const char *id, *name;
    double      elasticity;        /* trade elasticity theta > 0 */
    double      elasticity_se;     /* its standard error, 0 unknown */
    double      usd_per_tonne;     /* default value per tonne; 0: weightless */
    double      tonnes_per_teu;    /* 0 unknown */
    double      time_cost_per_day; /* ad-valorem share of value lost per day */
    bool        traded;
} bk_sector;

/* Labour moves between the regions of each economy until nobody gains by it (Allen & Arkolakis 2014).  Hats:
 * productivity rises with labour to the power `agglomeration`, utility is real income a head times labour to the power
 * `congestion`. */
typedef struct bk_trade_mobility {
    double agglomeration; /* dimensionless, in [-1, 1] */
    double congestion;    /* dimensionless, in [-1, 1]; usually < 0 */
    double taste;         /* > 0, elasticity of labour to utility; INFINITY: utility is equal everywhere */
} bk_trade_mobility;

/* j sector, n importer, i exporter; every array row-major, regions and sectors in model order. */
typedef struct bk_economy {
    size_t           n_regions, n_sectors;
    const bk_region *regions; /* [n_regions] */
    const bk_sector *sectors; /* [n_sectors] */
    const double
        *trade; /* [n_sectors][n_regions importer][n_regions exporter] value before tariff, own sales included */
    const double            *tariff;       /* [n_sectors][importer][exporter] ad valorem */
    const double            *trade_cost;   /* [n_sectors][importer][exporter] factor on iceberg cost, or NULL: all 1 */
    const double            *productivity; /* [n_sectors][n_regions] divides the unit cost, or NULL: all 1 */
    const double            *value_added_share; /* [n_regions][n_sectors] of gross output */
    const double            *input_share; /* [n_regions][using sector][supplying sector] of the cost of intermediates */
    const double            *final_share; /* [n_regions][n_sectors] */
    const double            *usd_per_tonne; /* [n_sectors][importer][exporter]; 0: weightless */
    bk_deficit_rule          deficits;
    const bk_trade_mobility *mobility; /* NULL: labour stays where it is */
    uint32_t works_sector;   /* what infrastructure paid by closure (b) is spent on; BK_NONE: the study does not say */
    uint32_t carrier_sector; /* whose share of value added transit revenue has; BK_NONE: the study does not say */
    const uint32_t *duty_pool; /* [n_regions] number of the union that shares its members' import duties, BK_NONE: keeps
                                  its own; NULL: nobody pools */
    const double *duty_quota;  /* [n_regions] dimensionless, share of the pool, sums to 1 in each; NULL as above */
} bk_economy;

/* ---- policy -------------------------------------------------------------------------------------------------- */

typedef struct bk_agreement {
    const char *id, *name, *type; /* type as written: customs_union+single_market, fta, ... */
    const char *concluded_by;     /* space-separated customs unions that are a party as one, "" if none */
    bool        customs_union;    /* the type says so */
    int         in_force, ended;  /* yyyymmdd, 0 if empty; `ended` is the first day without it */
    int         provisional;      /* yyyymmdd, applied from that day before it is in force; 0 if empty */
    int         line;             /* of policy/agreement.csv; so below */
} bk_agreement;

typedef struct bk_member {
    uint32_t    agreement, country;
    const char *status;      /* member, party, observer, imposes, beneficiary, ... */
    int         from, until; /* yyyymmdd, first and last day, 0 if empty */
    double      duty_share;  /* of the union's pooled import duties, [0, 1]; 0: has no part in the pool */
    int         line;
} bk_member;

typedef enum bk_preference_kind { BK_PREFERENCE_RATE, BK_PREFERENCE_FACTOR, BK_PREFERENCE_CUT } bk_preference_kind;

typedef struct bk_preference { /* group members are countries or agreements standing for their members */
    uint32_t           agreement;
    const char        *importer, *exporter; /* space-separated country or agreement ids; "" means every party */
    uint32_t           sector;              /* BK_NONE: every sector */
    bk_preference_kind kind;
    double             value; /* rate, factor of the MFN rate, or points to subtract as a share */
    int                from;  /* yyyymmdd, 0 if empty */
    int                line;
} bk_preference;

typedef struct bk_barrier { /* what an agreement does to the cost of trade beside tariffs */
    uint32_t    agreement;
    const char *importer, *exporter; /* as in bk_preference */
    uint32_t    sector;              /* BK_NONE: every sector */
    double      factor;              /* > 0, on the iceberg cost */
    int         from;                /* yyyymmdd, 0 if empty */
    int         line;
} bk_barrier;

typedef enum bk_tariff_kind {
    BK_TARIFF_MFN,
    BK_TARIFF_COMMON_EXTERNAL,
    BK_TARIFF_NATIONAL,
    BK_TARIFF_GENERAL /* on goods of those without most-favoured-nation treatment */
} bk_tariff_kind;

typedef struct bk_external_tariff {
    const char    *owner; /* country or agreement */
    uint32_t       sector;
    bk_tariff_kind kind;
    double         rate;
    int            line;
} bk_external_tariff;

typedef enum bk_sanction_kind { BK_SANCTION_TRADE, BK_SANCTION_TRANSIT_BAN, BK_SANCTION_TRANSIT_COST } bk_sanction_kind;

/* trade: pairs between the two groups close, both ways.  transit_ban: see bk_transit_ban; one the base year holds is
 * among its bans.  transit_cost: a constant, acting on choice like the calibrated ones, on every border row by which a
 * target is entered from a country that is none; trade with the target pays it too, a post cannot tell. */
typedef struct bk_sanction {
    const char      *id, *imposed_by, *target; /* space-separated country or agreement ids */
    uint32_t         sector;                   /* BK_NONE: every sector */
    bk_sanction_kind kind;
    double           usd_per_tonne;
    bool             in_base; /* the base year already holds its effect */
    bool             active;  /* in this model */
    int              line;
} bk_sanction;

typedef struct bk_policy {
    size_t                    n_agreements, n_members, n_preferences, n_external_tariffs, n_sanctions, n_barriers;
    const bk_agreement       *agreements;
    const bk_member          *members;
    const bk_preference      *preferences;
    const bk_external_tariff *external_tariffs;
    const bk_sanction        *sanctions;
    const bk_barrier         *barriers;
} bk_policy;

/* A ban on transit, resolved to countries: trade between a region whose country is in `closed_to` and any region whose
 * country is neither in `closed_to` nor in `through` may not cross the countries in `through`; nor may trade between
 * two members of `closed_to`.  Trade with a country of `through` itself stays open.  Sea and pipelines are exempt. */
typedef struct bk_transit_ban {
    const char *sanction;
    const bool *closed_to; /* [n_countries] */
    const bool *through;   /* [n_countries] */
} bk_transit_ban;

/* ---- projects, observations ---------------------------------------------------------------------------------- */

/* What has columns of numbers that can be changed: projects change the first three, scenarios all. */
typedef enum bk_target_kind {
    BK_TARGET_LINK,
    BK_TARGET_TRANSFER,
    BK_TARGET_BORDER,
    BK_TARGET_MODE,
    BK_TARGET_SECTOR,
    BK_TARGET_TARIFF,
    BK_TARGET_TRADE_COST,
    BK_TARGET_PRODUCTIVITY,
    BK_TARGET_PROJECT,
    BK_TARGET_FINANCE,
    BK_TARGET_COUNT
} bk_target_kind;

typedef struct bk_effect {
    uint32_t       project;
    bk_target_kind target_kind;
    uint32_t       target;    /* link, border, or node (all its transfers) */
    const char    *attribute; /* a column of the target's file */
    double         value;     /* replaces */
} bk_effect;

typedef struct bk_finance {
    uint32_t    project;
    uint32_t    party;             /* country, BK_NONE if the party is not one of the study's */
    const char *party_name, *role; /* owner, borrower, grantor */
    double      share, amount_usd, interest_rate;
    int         maturity_years, grace_years;
    double      contractor_import_share;
} bk_finance;

typedef struct bk_project {
    const char   *id, *name, *type;
    const char   *countries;                                /* space-separated ids as written */
    double        capex_usd, capex_low_usd, capex_high_usd; /* low and high 0 if empty */
    int           construction_start, opens, life_years;
    double        operation_share_of_capex;
    bk_confidence confidence;
    bool          built; /* in this model */
} bk_project;

typedef struct bk_projects {
    size_t            n_projects, n_effects, n_finance;
    const bk_project *projects;
    const bk_effect  *effects;
    const bk_finance *finance;
} bk_projects;

typedef struct bk_appraisal_data { /* appraisal.* of study.yaml; docs/explanation/appraisal.md says what each does */
    double growth;                 /* per year from the base year on */
    double inflation;              /* per year */
    double overrun;                /* share of capital cost; < 0: the mean of the project's reference class */
    double benefit_sd;             /* of actual over expected gains */
    double transit_surplus;        /* [0, 1] share of transit revenue that is gain */
} bk_appraisal_data;

typedef struct bk_observation {
    const char *id, *kind, *measure, *unit, *period, *direction, *note;
    const char *links;                         /* space-separated link ids, "*" all, "" none */
    const char *origin, *destination, *sector; /* ids as written, "" if empty */
    double      value;
    bool        calibrate;   /* may be fitted to; otherwise it validates */
    double      relative_sd; /* standard error over value, > 0 */
} bk_observation;

/* ---- adjustments ------------------------------------------------------------------------------------------------ */

typedef struct bk_name_at { /* a name and where it stands */
    const char *name, *file;
    int         line, column;
} bk_name_at;

typedef enum bk_adjust_operation { BK_ADJUST_VALUE, BK_ADJUST_FACTOR, BK_ADJUST_ADD } bk_adjust_operation;

typedef struct bk_selector { /* mode: [rail, road] of an adjustment */
    const char       *key;
    int               line, column; /* of the key */
    size_t            n_names;
    const bk_name_at *names; /* [n_names] >= 1 */
} bk_selector;

/* One number of every row that all selectors choose; names are resolved when the scenario is applied. */
typedef struct bk_adjustment {
    bk_name_at          target, attribute; /* "border", "control_hours": a column of the target's file */
    size_t              n_selectors;
    const bk_selector  *selectors; /* [n_selectors] */
    bk_adjust_operation operation;
    double              value;
    const bool         *left_out; /* [n_countries] whose rows stay as they are; NULL: nobody's do */
    const char         *file;     /* for messages; the place is that of the value */
    int                 line, column;
} bk_adjustment;

/* ---- doubt: risk/ -------------------------------------------------------------------------------------------- */

typedef enum bk_distribution_kind {
    BK_NORMAL,     /* mean and sd before it is cut off at low and high */
    BK_LOGNORMAL,  /* mean and sd of the variable, not of its logarithm; cut off likewise */
    BK_UNIFORM,    /* low, high */
    BK_TRIANGULAR, /* low, mode, high */
    BK_BETA,       /* mean and sd on [low, high] */
    BK_DISCRETE    /* values with probabilities */
} bk_distribution_kind;

typedef struct bk_distribution {
    bk_distribution_kind kind;
    double               mean, sd, mode;
    double               low, high; /* -INFINITY and INFINITY where none is given */
    size_t               n_values;
    const double        *values;        /* [n_values] of the variable, ascending */
    const double        *probabilities; /* [n_values] share of draws, sums to 1 */
} bk_distribution;

/* One number that is not known, or how far it may be off.  Rows of one parameter share one draw: all are at the same
 * quantile. */
typedef struct bk_doubt {
    const char     *parameter;
    uint32_t        input;  /* number of the parameter, in order of first appearance */
    bk_adjustment   adjust; /* what is drawn acts on this; its `value` is unread */
    bool            future; /* acts on what comes, with the scenario and without it; else on the base year too */
    bk_distribution distribution;
    const char     *group;       /* parameters that move together, "" none */
    double          correlation; /* [0, 1] of normal scores, between any two of the group */
} bk_doubt;

/* A state the world may come to be in, with the scenario and without it.  Those of a group exclude each other. */
typedef struct bk_world_state {
    const char       *id, *name, *group; /* group: the id itself where none is given */
    double            probability;       /* [0, 1] */
    size_t            n_closures, n_sanctions;
    const bk_name_at *closures, *sanctions; /* as in bk_measure */
    int               line;
} bk_world_state;

typedef struct bk_risk {
    size_t                n_doubts, n_inputs, n_states; /* n_inputs: parameters */
    const bk_doubt       *doubts;                       /* [n_doubts] */
    const bk_world_state *states;                       /* [n_states], those of a group adjacent */
} bk_risk;
typedef enum bk_fit_kind { BK_FIT_CONSTANT, BK_FIT_MODE_CONSTANT, BK_FIT_ROUTE_NOISE, BK_FIT_BACKGROUND } bk_fit_kind;
typedef struct bk_parameter { /* what a fit may move; 0 is the study as it stands */
    const char *id;
    bk_fit_kind kind;
    const char *target;      /* screenline, mode or country, "" if empty */
    const char *sectors;     /* space-separated ids, "" all */
    double      prior_sd;    /* USD/t of constants, of the logarithm of a factor else; > 0 */
    double      least, most; /* bounds of the change, least <= 0 <= most */
} bk_parameter;

/* ---- the model ----------------------------------------------------------------------------------------------- */

typedef struct bk_file_rows { /* what was read, for `check --sources` */
    const char *file;         /* "network/link.csv" */
    size_t      rows;
    size_t      by_confidence[4]; /* indexed by bk_confidence */
} bk_file_rows;

typedef struct bk_model {
    const char *title;
    int         base_year, horizon_years;
    double      money_usd;     /* USD in one unit of money */
    double      discount_rate; /* real, per year */

    bool               has_network, has_economy;
    size_t             n_countries;
    const char *const *countries; /* [n_countries] ISO 3166-1 alpha-3 */

    bk_network_data       network;
    bk_transport_settings transport;
    bk_economy            economy;
    bk_policy             policy;
    bk_projects           projects;
    bk_appraisal_data     appraisal;
    bk_risk               risk;
    size_t                n_observations;
    const bk_observation *observations;
    size_t                n_parameters;
    const bk_parameter   *parameters; /* [n_parameters] */
    size_t                n_bans;     /* active transit bans */
    const bk_transit_ban *bans;
    const double         *transit_toll; /* [n_countries] USD/t, >= 0, as bk_arc_tolls says; NULL: nobody asks one */

    size_t              n_files;
    const bk_file_rows *files;
    size_t              n_warnings; /* suspicious units, ignored columns, ... */
    const char *const  *warnings;

    uint64_t network_hash; /* of everything that decides the route universe */
} bk_model;

uint32_t bk_model_find_node(const bk_model *model, const char *id); /* BK_NONE if absent; so for the others */
uint32_t bk_model_find_link(const bk_model *model, const char *id);
uint32_t bk_model_find_region(const bk_model *model, const char *id);
uint32_t bk_model_find_sector(const bk_model *model, const char *id);
uint32_t bk_model_find_country(const bk_model *model, const char *id);

/* ---- scenarios ----------------------------------------------------------------------------------------------- */

typedef struct bk_membership_change {
    const char *agreement, *country;
    bool        join; /* false: leave */
    int         date; /* yyyymmdd, the day it takes effect; 0: in the base year, as if all its days had come forward */
    const char *file; /* for messages */
    int         line, column;
} bk_membership_change;

typedef struct bk_cell {                 /* one row of tariffs, trade_costs or productivity */
    uint32_t sector, exporter, importer; /* productivity: region in importer, exporter BK_NONE */
    double   value;
    int      line;
} bk_cell;

typedef struct bk_transit_toll { /* asked by a country of transit through it, see bk_arc_toll_country */
    const char *country;
    double      usd_per_tonne; /* >= 0 */
    const char *file;
    int         line, column;
} bk_transit_toll;

typedef struct bk_measure {
    const char *id;
    size_t      n_projects, n_closures, n_sanctions, n_memberships, n_borders, n_tariffs, n_trade_costs, n_productivity;
    size_t      n_adjustments, n_tolls;
    const bk_name_at           *projects, *closures, *sanctions;
    const bk_membership_change *memberships;
    const bk_border            *borders;      /* rows that replace those of the same node, mode, countries and side */
    const int                  *border_lines; /* [n_borders] of borders_file, or NULL */
    const bk_cell              *tariffs, *trade_costs, *productivity;
    const bk_adjustment        *adjustments;                                        /* [n_adjustments] */
    const bk_transit_toll      *tolls;                                              /* [n_tolls] */
    const char *borders_file, *tariffs_file, *trade_costs_file, *productivity_file; /* NULL if not given; the
                           scenario's own where the rows stand in it */
} bk_measure;

typedef struct bk_scenario {
    const char       *name; /* file name without .yaml */
    const char       *title;
    const char       *file;
    size_t            n_measures;
    const bk_measure *measures; /* [n_measures] */
} bk_scenario;

/**
 * The model in which the measures of `scenario` named by `chosen` hold.
 *
 * The order of measures never matters: memberships act first, then tariff and border rows, then projects (in the order
 * of project.csv), then adjustments, then sanctions and closures; trade-cost and productivity factors multiply.  Two
 * measures that give one cell different values are a conflict.
 *
 * Adjustments of one number: the value one of them gives, or else what stands there, times all factors, plus all that
 * is added.  What is unlimited (an empty capacity) stays so but for a value.  Tariffs and trade costs of an economy on
 * its own goods are never chosen.
 *
 * Memberships: an agreement that is joined comes into force with its listed parties; what a customs union has concluded
 * (concluded_by, or a preference that names it) follows who joins or leaves it.  Tariffs change only for pairs whose
 * rate under policy changes, to that rate: 0 inside a union, else the lowest preference, else the external tariff (a
 * joiner's is the common one, a leaver's its national one).  Border rows between those who come to share a union lose
 * customs and take the median times of rows without customs of the mode and side; who ceases to share one regains them
 * likewise (src/model/scenario_customs.c).  A member of a union cannot join a preferential agreement without the
 * others.
 *
 * Closures name a link, a border row as node|mode|from|to, or a node: of kind border_crossing its border rows close, of
 * any other kind all its links, transfers and border rows.
 *
 * Input    `base` a validated model; `chosen` [n_measures], or NULL for all of them
 * Output   `*out` shares every array it does not change with `base`, which must outlive it
 * Returns  BK_OK, BK_ERR_REFERENCE, BK_ERR_CONFLICT, BK_ERR_VALUE, BK_ERR_NO_MEMORY; all faults are recorded
 */
bk_status bk_scenario_apply(bk_context *ctx, const bk_model *base, const bk_scenario *scenario, const bool *chosen,
                            bk_arena *arena, const bk_model **out);

#endif
