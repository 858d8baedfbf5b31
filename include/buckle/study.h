/* One study from its folder to its answers: reads it, keeps its base year, runs its cases in dependency order, records
 * the results as tables.  The only orchestrator; doors (command line, server, bindings) show what it returns. */
#ifndef BUCKLE_STUDY_H
#define BUCKLE_STUDY_H

#include "buckle/balance.h"
#include "buckle/border.h"
#include "buckle/coupling.h"
#include "buckle/import.h"
#include "buckle/io.h"
#include "buckle/policy.h"
#include "buckle/results.h"

const char *bk_version(void); /* "0.1.0" */

/* ---- a study and its scenarios -------------------------------------------------------------------------------- */

typedef struct bk_study {
    const char               *folder, *name; /* name: the last part of the folder's path */
    const bk_model           *model;
    size_t                    n_scenarios;
    const bk_scenario *const *scenarios; /* [n_scenarios] */
    const bk_model *const    *models;    /* [n_scenarios] the model in which all measures of the scenario hold */
    const bk_joint_base      *base; /* of `model`, made ready before: bk_study_base gives this one; NULL: none was */
} bk_study;

/**
 * Read a study and the scenarios named, and judge them.
 *
 * Input    `names` [n_names] scenarios or paths ending in .yaml; names NULL: every scenario of the study
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; else the code of the first fault, every fault recorded in the context
 */
bk_status bk_study_open(bk_context *ctx, const char *folder, const char *const *names, size_t n_names, bk_arena *arena,
                        const bk_study **out);

/* The same study with other scenarios, `names` as above; the rest is shared, its base year too. */
bk_status bk_study_with_scenarios(bk_context *ctx, const bk_study *study, const char *const *names, size_t n_names,
                                  bk_arena *arena, const bk_study **out);

/* The same study with another rule for deficits in the base and in every scenario; the rest is shared.  Returns BK_OK,
 * BK_ERR_NO_MEMORY. */
bk_status bk_study_with_deficits(const bk_study *study, bk_deficit_rule rule, bk_arena *arena, const bk_study **out);

/* ---- who pays ------------------------------------------------------------------------------------------------- */

/* Who pays, year by year, for the works that a scenario builds and the base year has not: annuity and upkeep, by
 * projects/finance.csv.  What is paid is then part of the equilibrium, and gains are net of it. */
typedef enum bk_finance_closure {
    BK_FINANCE_NONE,   /* nobody: the cost stands beside the gain */
    BK_FINANCE_TAX,    /* (a) a tax, spent on the same final goods */
    BK_FINANCE_WORKS,  /* (b) a tax, spent on the economy's works_sector */
    BK_FINANCE_FOREIGN /* (c) paid to a lender or contractor abroad; the lender's own part is a tax as in (a) */
} bk_finance_closure;

const char *bk_finance_name(bk_finance_closure finance); /* "tax" */
const char *bk_deficits_name(bk_deficit_rule rule);      /* "scaled", as in study.yaml */

typedef struct bk_closure {
    bk_finance_closure finance;
    const char        *lender; /* region's id or name, or a country of one region; needed for BK_FINANCE_FOREIGN */
} bk_closure;

/* ---- the base year -------------------------------------------------------------------------------------------- */

/* Where packed base years are kept when the caller has no wish: $BUCKLE_CACHE, $XDG_CACHE_HOME/buckle or
 * ~/.cache/buckle; NULL if none of them is set. */
const char *bk_study_cache_folder(bk_arena *arena);

/* Whether the base year of `model` lies in `cache_folder` (NULL: none), unread. */
bool bk_study_is_cached(const bk_model *model, const char *cache_folder, bk_arena *arena);

/**
 * The base year of a study, from the cache if it lies there, else solved and then kept there.  A cache that cannot be
 * read or written costs time, never the answer: a note in the log, no error.
 *
 * Input    `cache_folder` NULL: neither read nor written
 * Output   `*out`, held by `arena`; `*cached` whether it came from the cache
 * Returns  as bk_joint_prepare; BK_ERR_INCONSISTENT for a study without an economy
 */
bk_status bk_study_base(bk_context *ctx, const bk_study *study, const char *cache_folder, bk_arena *arena,
                        const bk_joint_base **out, bool *cached);

/* ---- the main job --------------------------------------------------------------------------------------------- */

/* How a gain is laid to measures. */
typedef enum bk_attribution {
    BK_ATTRIBUTION_NONE,
    BK_ATTRIBUTION_ALONE,   /* what each brings by itself, and what is left over: one equilibrium a measure */
    BK_ATTRIBUTION_SHAPLEY, /* Shapley value: an equilibrium for every set of up to 12 measures; of more, up to 64,
                               for those sets only that the orders drawn go through */
    BK_ATTRIBUTION_BY_SIZE  /* Shapley value of up to 4 measures (at most 14 equilibria), else each alone */
} bk_attribution;

typedef struct bk_run_settings {
    bk_joint_settings  joint;
    const char        *cache_folder; /* NULL: none */
    bk_attribution     attribution;  /* default BK_ATTRIBUTION_BY_SIZE */
    const bool        *attributed;   /* [n_scenarios of the study] whose gain is laid to measures; NULL: all */
    size_t             n_orders;     /* drawn beyond 12 measures, in pairs; default 32, at least 4 */
    uint64_t           seed;         /* of the orders; default 1 */
    size_t             n_selects;
    const char *const *selects; /* [n_selects] facilities to select, as bk_study_facilities reads them; default none */
    bk_closure         closure; /* default: nobody pays */
    bool fixed_routes;          /* scenarios stay on the routes of the base year, whatever they miss; default false */
    bool base_traffic;          /* transit and corridors are told of the base year alone; default false: of all */
    bool keep_bases;            /* bk_scenario_run.base stays for questions after the run; default false */
    bool values;                /* the table of values, see buckle/margins.h, of every state; default false */
} bk_run_settings;

bk_run_settings bk_run_default_settings(void);

/* Equilibria of a scenario with so many measures: the whole, and the sets that attribution asks for; where orders are
 * drawn, at most. */
size_t bk_run_equilibria(const bk_run_settings *settings, size_t n_measures);

/* Money by economy; USD a year unless said otherwise.  docs/reference/json.md says what is in each and what is not. */
typedef struct bk_accounts {
    const double
        *transit_revenue_usd; /* [n_regions] paid on its links, transfers and posts by trade with no end there */
    const double *cost_usd;   /* [n_regions] annuity and upkeep of the works it finances that the base has not */
    const double *npv_usd;    /* [n_regions] USD, gain less cost over the horizon, discounted; NULL without a horizon.
                                 Gains that are net of the cost by a bk_finance_closure do not pay it again */
} bk_accounts;

/* What crosses each country: by corridor k (the study's and, last, what is of none), country c (the model's and, last,
 * nobody's: the open sea) and kind of trade t: 0 transit, with no end in the country, 1 trade of its own.  A link
 * between two countries counts half for each in all but tonnes.  Loading at the ends of a journey is not in the
 * revenue, which is what transit revenue is in bk_accounts; added up over corridors, it is the same. */
typedef struct bk_transit {
    size_t        n_corridors, n_places; /* with the last ones */
    const double *tonnes;                /* [n_corridors][n_places][2] t/yr, a shipment once where it passes or ends */
    const double *tonne_km;              /* [n_corridors][n_places][2] t km/yr */
    const double *revenue_usd;           /* [n_corridors][n_places][2] USD/yr */
    const double *value_added_usd;       /* [n_corridors][n_places][2] USD/yr, revenue x share of value added of the
                                            carrier_sector; NULL: the study does not name one; 0 at sea */
    const double *co2_kg;                /* [n_corridors][n_places][2] kg/yr */
    const double *shipped;               /* [n_corridors] t/yr, every shipment once */
    const double *door_hours;            /* [n_corridors] t h/yr, door to door, queues included */
    const double *door_usd;              /* [n_corridors] USD/yr, paid door to door, loading at the ends included */
} bk_transit;

/* Id and name of corridor k of these; the last is "other", or "all" in a study without corridors. */
const char *bk_corridor_id(const bk_model *model, size_t corridor);
const char *bk_corridor_name(const bk_model *model, size_t corridor);
/* Sum of a figure other than tonnes over the whole way of a corridor's shipments, at sea too. */
double bk_transit_whole(const bk_transit *transit, const double *figure, size_t corridor);

/* Select-link: a flow over a facility, and all of them. */
typedef struct bk_selected {
    size_t sector, importer, exporter;
    size_t corridor; /* as in bk_transit */
    double tonnes;   /* t/yr */
} bk_selected;

typedef struct bk_selection {
    uint32_t           facility;
    const char        *kind, *id, *name; /* "border", "dostyk|rail|CHN|KAZ|entry", for reading */
    double             tonnes;           /* t/yr, flow of both directions, background included */
    double             background;       /* t/yr; the flows add up to the rest */
    size_t             n_flows;
    const bk_selected *flows; /* [n_flows] above 0, largest first */
} bk_selection;

/* A scenario's gain laid to its measures, by measure m and column: regions and, last, the world (all incomes taken
 * together); % of real income. */
typedef struct bk_parts {
    bk_attribution rule; /* BK_ATTRIBUTION_ALONE or BK_ATTRIBUTION_SHAPLEY */
    size_t         n_measures, n_columns;
    size_t         n_orders; /* of the measures that were drawn; 0: none were, every set was solved */
    const double  *value;    /* [n_measures][n_columns] % the measure's part by the rule */
    const double  *error;    /* [n_measures][n_columns] % standard error of value; NULL: it is exact */
    const double  *alone;    /* [n_measures][n_columns] % what it brings by itself */
    const double  *last; /* [n_measures][n_columns] % what the whole loses without it; NULL by BK_ATTRIBUTION_ALONE */
    const double  *rest; /* [n_columns] % the whole less all values; rounding by BK_ATTRIBUTION_SHAPLEY */
    const double  *interaction; /* [n_measures][n_measures][n_columns] % as bk_shapley_interactions; NULL unless every
                                   set was solved */
} bk_parts;

typedef struct bk_scenario_run {
    const bk_scenario       *scenario;
    const bk_model          *model;
    const bk_joint_solution *solution;        /* NULL: interrupted, or no equilibrium was found (see failure) */
    const char              *failure;         /* why there is no solution, or NULL */
    const bk_parts          *parts;           /* NULL: not asked for, interrupted, or a set has no equilibrium */
    bool                     parts_converged; /* every set of measures solved for them converged */
    bk_accounts              accounts;
    const bk_transit        *transit;    /* NULL: a study without network, or base_traffic */
    const bk_selection      *selections; /* [n_selected of the run] */
    /* What it is compared with: the base year on the same routes.  Those of the run, unless routes were added. */
    const bk_joint_base     *base; /* NULL: released, since routes were added and the settings do not keep it */
    const bk_joint_solution *base_solution;
    bk_accounts              base_accounts;
    const bk_transit        *base_transit;
    const bk_selection      *base_selections;
    /* Where it missed routes: its solution without those added; NULL: it missed none, or routes are fixed. */
    const bk_joint_solution *before;
    size_t                   routes_added;
    int                      route_rounds; /* of column generation that added some */
} bk_scenario_run;

typedef struct bk_run {
    const bk_study      *study;
    const bk_joint_base *base;
    bool                 base_cached;
    bool                 converged;   /* the base, every scenario and every part */
    bool                 interrupted; /* what is here was finished before */
    double residual; /* the largest bk_joint_residual of all cases; INFINITY if one has no equilibrium (see failure) */
    bk_finance_closure     finance; /* who pays for works, as asked */
    bk_accounts            base_accounts;
    const bk_transit      *base_transit;    /* NULL: a study without network */
    size_t                 n_selected;      /* facilities that the settings select */
    const bk_selection    *base_selections; /* [n_selected] */
    size_t                 n_scenarios;
    const bk_scenario_run *scenarios; /* [n_scenarios] in the study's order */
    size_t                 n_warnings;
    const char *const     *warnings; /* [n_warnings] of the study and of this run */
    bk_results             results;  /* every table; docs/reference/files.md lists them */
} bk_run;

/**
 * Base year, then each scenario as a whole, then the sets of its measures that attribution asks for; accounts; tables.
 * A scenario that misses routes has them added, by itself: it, its base year and the sets of its measures stand on the
 * same routes, and no other scenario's answer depends on them.
 *
 * Source   Shapley (1953) for the attribution of that name
 * Output   `*out`, held by `arena`, also when interrupted after the base year was ready
 * Returns  BK_OK, also when a case did not converge (see converged, failure)
 *          BK_ERR_VALUE when a scenario has more measures than Shapley's rule is solved for
 *          BK_ERR_REFERENCE when there is nothing by the name of a selection
 *          BK_ERR_CANCELLED when interrupted before the base year was ready; as bk_study_base otherwise
 */
bk_status bk_study_run(bk_context *ctx, const bk_study *study, const bk_run_settings *settings, bk_arena *arena,
                       const bk_run **out);

/**
 * The facilities meant by "link:ID", "border:ID" or "transfer:ID", an ID being that of the table of facilities or its
 * beginning up to a bar: "border:dostyk" is every row of the post.
 *
 * Output   `*out` [*n_out], held by `arena`
 * Returns  BK_OK, BK_ERR_REFERENCE (nothing is called so, with a suggestion), BK_ERR_INCONSISTENT (no network)
 */
bk_status bk_study_facilities(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const char *text,
                              bk_arena *arena, size_t *n_out, const uint32_t **out);

/* Whose trade uses each of `facilities` [n] in a state of `model`, into `*out` [n], held by `arena`.  Returns as
 * bk_joint_sums. */
bk_status bk_study_select(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                          const bk_joint_solution *solution, size_t n, const uint32_t *facilities, bk_arena *arena,
                          const bk_selection **out);

/* Where results go beside the GeoPackage; NULL: not wanted. */
typedef struct bk_report_paths {
    const char *html;    /* a report as one page */
    const char *xlsx;    /* a workbook */
    const char *tables;  /* folder of CSV files */
    const char *figures; /* folder of figures, each as SVG, PNG and PDF */
} bk_report_paths;

/* Returns BK_OK, BK_ERR_FILE (names path and reason), BK_ERR_NO_MEMORY; what was written before stays. */
bk_status bk_study_report(bk_context *ctx, const bk_results *results, const bk_report_paths *paths);

/* ---- trade alone ---------------------------------------------------------------------------------------------- */

/* j sector, n importer, i exporter. */
typedef struct bk_trade_report {
    const bk_scenario            *scenario; /* NULL: nothing changes */
    const bk_economy             *economy;
    const bk_trade_base          *base;
    const bk_trade_shock         *shock;
    const bk_trade_solution      *solution;
    const bk_trade_decomposition *decomposition;
    const bk_trade_indicators    *indicators;
    const double                 *cost_usd;   /* [n_regions] USD/yr of the works, as in bk_accounts */
    const double                 *paid_usd;   /* [n_regions] USD/yr that left it by the closure; < 0: received */
    double                        unpaid_usd; /* USD/yr of the works that nobody in the study finances */
    bk_results                    results;    /* trade_changes, decomposition, indicators, provenance */
} bk_trade_report;

/**
 * The trade equilibrium of one scenario of the study with transport as in the base year, and what it consists of.
 *
 * Input    `which` 0: nothing changes; s + 1: scenario s of the study
 * Output   `*out`, held by `arena`
 * Returns  as bk_trade_calibrate and bk_trade_solve; BK_ERR_INCONSISTENT for a study without an economy or, with
 *          BK_FINANCE_WORKS, without a works_sector; BK_ERR_REFERENCE for a lender that is not in the study
 */
bk_status bk_study_trade(bk_context *ctx, const bk_study *study, size_t which, const bk_closure *closure,
                         bk_arena *arena, bk_trade_report *out);

/* A region by id or name, whatever the case, or by its country if that has one region only; into `*out`.  Returns
 * BK_OK, BK_ERR_REFERENCE with a suggestion. */
bk_status bk_study_region(bk_context *ctx, const bk_study *study, const char *text, bk_arena *arena, size_t *out);

/* ---- alternatives --------------------------------------------------------------------------------------------- */

typedef struct bk_route_query {
    const char *from, *to;          /* ids or names of places */
    const char *sector;             /* id; NULL: the one whose hour is worth most, which rides the fastest services */
    double      usd_per_tonne_hour; /* value of time; below 0: value per tonne x cost of a day / 24 */
    size_t      k;                  /* alternatives wanted, >= 1 */
    bool        distinct;           /* each by another corridor */
    bool        constants;          /* add the calibrated constants: what shippers do, not what a forwarder quotes */
} bk_route_query;

typedef struct bk_routes {
    uint32_t              from, to; /* nodes */
    size_t                sector;
    double                usd_per_tonne_hour; /* used */
    const bk_graph       *graph;
    size_t                n;
    const bk_alternative *alternatives; /* [n] cheapest first */
    const double         *queue_hours;  /* [n] h, waits at posts under base-year traffic; 0 without a base */
} bk_routes;

/**
 * Alternatives door to door in the base year's network.
 *
 * Input    `base` NULL: empty roads and posts; else its prices of scarce capacity and its queues are met
 * Returns  BK_OK, BK_ERR_REFERENCE (place or sector, with a suggestion), BK_ERR_INCONSISTENT for a study without a
 * network, BK_ERR_NO_PATH, BK_ERR_NO_MEMORY
 */
bk_status bk_study_routes(bk_context *ctx, const bk_study *study, const bk_joint_base *base,
                          const bk_route_query *query, bk_arena *arena, bk_routes *out);

/* ---- inspection against delay ---------------------------------------------------------------------------------- */

typedef struct bk_frontier_query {
    const char *post; /* id or name of a place with border rows */
    const char *mode; /* NULL: every mode */
} bk_frontier_query;

typedef struct bk_frontier_row { /* one border row: a side, a direction, a mode */
    uint32_t             border; /* index of the row */
    bk_post_traffic      traffic;
    size_t               n_points;
    size_t               today; /* the point of today's share */
    const double        *share; /* [n_points] inspected, rising from 0 to 1 */
    const bk_post_delay *delay; /* [n_points] */
    bk_post_savings      savings;
} bk_frontier_row;

typedef struct bk_frontier {
    uint32_t               node;
    size_t                 n;
    const bk_frontier_row *rows; /* [n] in the order of border.csv */
} bk_frontier;

/**
 * What inspecting a share p of the traffic of a border post costs, for p from 0 to 1 and today's, at the traffic and
 * the queues of the base year; and what a lane more, a faster service and half the spread are worth.
 *
 * Returns  BK_OK, BK_ERR_REFERENCE (no such place or mode, or one without border rows), BK_ERR_INCONSISTENT for a study
 * without a network or an economy, BK_ERR_NO_MEMORY, BK_ERR_CANCELLED
 */
bk_status bk_study_frontier(bk_context *ctx, const bk_study *study, const bk_joint_base *base,
                            const bk_frontier_query *query, bk_arena *arena, bk_frontier *out);

/* ---- observed against computed -------------------------------------------------------------------------------- */

typedef struct bk_comparison {
    const bk_observation *observation;
    bool                  computed;
    double                value; /* in the observation's unit; 0 if not computed */
    const char           *how;   /* what was computed, or why it could not be */
} bk_comparison;

/* Every observation of the study beside the base year's figure, into `*out` [n_observations]. */
bk_status bk_study_compare(bk_context *ctx, const bk_study *study, const bk_joint_base *base, bk_arena *arena,
                           const bk_comparison **out);

/* ---- a base year from facts ----------------------------------------------------------------------------------- */

typedef struct bk_balance_request {
    const char *out;     /* folder the economy's tables go to; NULL: STUDY/economy */
    const char *changes; /* CSV file of what gave way; NULL: STUDY/balance/changes.csv */
    bool        replace; /* tables that are there already */
} bk_balance_request;

typedef struct bk_balance_run {
    bool               from_facts; /* false: no facts in STUDY/balance, the economy as it stands was corrected */
    const char *const *regions;    /* [result.n_regions] */
    const char *const *sectors;    /* [result.n_sectors] */
    bk_balance         result;
    size_t             n_files;
    const char *const *files; /* [n_files] written */
} bk_balance_run;

/**
 * A consistent base year from the facts in STUDY/balance (docs/how-to/build-a-base-year.md), or, where there are none,
 * the market-clearing correction of STUDY/economy; written as the tables of a study's economy.
 *
 * Output   `*out`, held by `arena`; of an error what was written before stays, every file whole
 * Returns  BK_OK; BK_ERR_FILE (also: a table is there already and may not be replaced); as bk_balance_build; faults of
 * the facts' files as file:line:column, all in one run
 */
bk_status bk_study_balance(bk_context *ctx, const char *folder, const bk_balance_request *request, bk_arena *arena,
                           bk_balance_run *out);

/* Imports a download as facts of the study: into STUDY/balance, in the money of STUDY/study.yaml.  Of `request`, folder
 * and money_usd are not read. */
bk_status bk_study_import(bk_context *ctx, const char *folder, const bk_import_request *request, bk_arena *arena,
                          bk_import_report *out);

/* ---- policy ----------------------------------------------------------------------------------------------------- */

typedef struct bk_policy_query {
    const char        *economy;  /* country, region or its name, whatever the case */
    int                day;      /* yyyymmdd */
    const bk_scenario *scenario; /* whose joins and leaves count; NULL: none */
    const bk_model    *model;   /* in which the scenario's sanctions are active: one of study->models; NULL: the base */
    size_t             n_worst; /* gaps between tariff.csv and policy to keep */
} bk_policy_query;

typedef struct bk_policy_report {
    uint32_t                  country;
    const char               *name; /* of its region, else the country itself */
    int                       day;
    const bk_policy_state    *state;
    size_t                    n_partners, n_sectors, n_agreements;
    const uint32_t           *partners; /* [n_partners] other countries with a region; without an economy, all others */
    const uint32_t           *sectors;  /* [n_sectors] those that are traded */
    const bk_tariff_rule     *imports;  /* [n_partners][n_sectors] the economy as importer */
    const bk_tariff_rule     *exports;  /* [n_partners][n_sectors] the partner as importer */
    const double             *import_cost; /* [n_partners][n_sectors] factor of barriers, dimensionless */
    const double             *export_cost; /* [n_partners][n_sectors] likewise */
    size_t                    n_conflicts; /* that touch it: its own, of an agreement it is in, of a partner's rates */
    const bk_policy_conflict *conflicts;   /* [n_conflicts] */
    size_t                    n_elsewhere; /* conflicts that do not */
    const bk_policy_state    *base;        /* of the base year's last day */
    bk_tariff_audit           audit;       /* tariff.csv against `base`; zeros without an economy */
} bk_policy_report;

/**
 * Who may trade with the economy at which rate on a day and why, as importer and as exporter.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, BK_ERR_REFERENCE (no such economy, with a suggestion), BK_ERR_NO_MEMORY
 */
bk_status bk_study_policy(bk_context *ctx, const bk_study *study, const bk_policy_query *query, bk_arena *arena,
                          bk_policy_report *out);

#endif
