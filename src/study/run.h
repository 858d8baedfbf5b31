/* The run in the making, for the files of this layer. */
#ifndef STUDY_RUN_H
#define STUDY_RUN_H

#include "buckle/study.h"

typedef struct bki_attribution_plan bki_attribution_plan; /* study/attribution.h */

typedef struct bki_run { /* what bk_run points to, still writable */
    bk_context            *ctx;
    bk_arena              *arena;
    const bk_study        *study;
    const bk_run_settings *settings;
    bk_run                *run;
    const bk_joint_base   *base;            /* that cases are solved on: the run's, or that of the scenario in hand */
    bk_scenario_run       *scenarios;       /* [n_scenarios] */
    bki_attribution_plan  *plans;           /* [n_scenarios] which sets of measures are solved */
    const uint32_t        *selected;        /* [run->n_selected] facilities */
    size_t                 n_cases, n_done; /* equilibria to solve, solved */
    size_t                 warning_capacity;
    const char           **warnings;
} bki_run;

void bki_run_warn(bki_run *run, const char *text); /* text is kept, not copied */

/* One equilibrium, held by `arena`, told in the progress as `name`.  Found none: *out is NULL and *failure says why;
 * that is no error of the run. */
bk_status bki_solve_case(bki_run *run, const char *name, const bk_model *model, const bk_joint_solution *warm,
                         bk_arena *arena, const bk_joint_solution **out, const char **failure);

/* Solves the sets of the plan and splits the gain of a scenario that has its solution.  If a set has no equilibrium,
 * and if it is interrupted (BK_ERR_CANCELLED), the parts are those of the orders that are finished, else what each
 * measure brings alone, else NULL. */
bk_status bki_attribute(bki_run *run, bk_scenario_run *scenario, const bki_attribution_plan *plan);

/* One call for each family of tables; all append to run->run->results. */
bk_status bki_record_economies(bki_run *run);   /* economies, attribution, interactions, trade */
bk_status bki_record_attribution(bki_run *run); /* attribution, interactions */
bk_status bki_record_network(bki_run *run);     /* flows, borders, facilities */
bk_status bki_record_transit(bki_run *run);     /* corridors, transit */
bk_status bki_record_selections(bki_run *run);  /* select_link, if something is selected */
bk_status bki_record_differences(bki_run *run); /* differences */
bk_status bki_record_values(bki_run *run);      /* values, if the settings ask for them */
bk_status bki_record_provenance(bki_run *run);  /* certificate, sources, provenance, warnings */

/* Input rows by confidence, as the table `sources`. */
bk_status bki_record_sources(bk_context *ctx, const bk_model *model, bk_results *results);

/* "base", or the scenario's name: `which` 0 is the base, s + 1 scenario s. */
const char              *bki_state_name(const bk_run *run, size_t which);
const bk_joint_solution *bki_state_solution(const bk_run *run, size_t which); /* NULL if there is none */
/* The base year on the routes of the state. */
const bk_joint_solution *bki_state_base(const bk_run *run, size_t which);
const bk_model          *bki_state_model(const bk_run *run, size_t which);

/* "shapley", "shapley of orders drawn" or "alone". */
const char *bki_attribution_name(const bk_parts *parts);

/* What a facility's number stands for. */
typedef struct bki_facility {
    const char *kind, *id, *name; /* "border", "dostyk|rail|CHN|KAZ|entry", "Dostyk border, rail CHN to KAZ, entry" */
    uint32_t    node;             /* where it is, or begins */
} bki_facility;

bki_facility bki_facility_describe(const bk_model *model, size_t facility, bk_arena *arena);

#endif
