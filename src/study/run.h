/* The run in the making, for the files of this layer. */
#ifndef STUDY_RUN_H
#define STUDY_RUN_H

#include "buckle/study.h"

typedef struct bki_run { /* what bk_run points to, still writable */
    bk_context            *ctx;
    bk_arena              *arena;
    const bk_study        *study;
    const bk_run_settings *settings;
    bk_run                *run;
    bk_scenario_run       *scenarios;       /* [n_scenarios] */
    size_t                 n_cases, n_done; /* equilibria to solve, solved */
    size_t                 warning_capacity;
    const char           **warnings;
} bki_run;

void bki_run_warn(bki_run *run, const char *text); /* text is kept, not copied */

/* One call for each family of tables; all append to run->run->results. */
bk_status bki_record_economies(bki_run *run);   /* economies, attribution, trade */
bk_status bki_record_network(bki_run *run);     /* flows, borders, facilities */
bk_status bki_record_differences(bki_run *run); /* differences */
bk_status bki_record_provenance(bki_run *run);  /* certificate, sources, provenance, warnings */

/* "base", or the scenario's name: `which` 0 is the base, s + 1 scenario s. */
const char              *bki_state_name(const bk_run *run, size_t which);
const bk_joint_solution *bki_state_solution(const bk_run *run, size_t which); /* NULL if there is none */
const bk_model          *bki_state_model(const bk_run *run, size_t which);

/* What a facility's number stands for. */
typedef struct bki_facility {
    const char *kind, *id, *name; /* "border", "dostyk|rail|CHN|KAZ|entry", "Dostyk border, rail CHN to KAZ, entry" */
    uint32_t    node;             /* where it is, or begins */
} bki_facility;

bki_facility bki_facility_describe(const bk_model *model, size_t facility, bk_arena *arena);

#endif
