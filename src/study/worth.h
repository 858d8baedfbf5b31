/* An appraisal in the making, for the files that make it. */
#ifndef STUDY_WORTH_H
#define STUDY_WORTH_H

#include "buckle/worth.h"
#include "study/worths.h"

/* What works are added to: a state of bk_worths. */
typedef enum bki_world { BKI_WORLD_PLANNED, BKI_WORLD_BASE, BKI_WORLDS } bki_world;

typedef struct bki_worth { /* what bk_worth points to, still writable */
    bk_context              *ctx;
    bk_arena                *arena;
    const bk_study          *study;
    const bk_scenario       *scenario;
    const bk_model          *model; /* all of the scenario */
    const bk_worth_settings *settings;
    bk_worths               *worths; /* of sets of the scenario's works; project p is candidate p */
    bk_appraisal_settings    flow_settings;
    bk_worth                *worth;
    bk_project_worth        *projects;           /* [n_projects] */
    uint32_t                *economy_of_country; /* [n_countries] BK_NONE: no region there */
    size_t                   n_projects, n_economies, n_years;
    /* Row n_projects is that of all works together. */
    double        *gain_last, *gain_first, *revenue_last, *revenue_first; /* [n_projects + 1][n_economies] USD/yr */
    size_t         n_spans;
    bki_open_span *spans;                                       /* [n_spans] of all works together */
    double   *gain_span[BKI_WORLDS], *revenue_span[BKI_WORLDS]; /* [n_spans][n_economies] USD/yr, of what is open */
    bk_stake *stakes;                                           /* [n_projects + 1][n_economies + 1] */
    uint64_t *asked;                                            /* [worth->n_states] numbers of worths, each once */
    size_t    n_done;
} bki_worth;

bk_stake *bki_stake(const bki_worth *job, size_t project, size_t economy);

uint64_t bki_worth_all(const bki_worth *job);       /* the set of all works */
size_t   bki_worth_questions(const bki_worth *job); /* at most so many worths are asked */

/* The scenario with those of its projects that `keep` [model n_projects] names, with or without all else it does.  A
 * measure's border rows belong to its project where it names but one. */
bk_status bki_scenario_with(bk_context *ctx, const bk_model *base, const bk_scenario *scenario, const bool *keep,
                            bool with_policy, bk_arena *arena, const bk_model **out);

/* One measure of it; `names` has room for all of its projects. */
void bki_measure_reduce(const bk_model *base, const bk_measure *from, const bool *keep, bool with_policy,
                        bk_name_at *names, bk_measure *to);

bk_status bki_worth_gains(bki_worth *job);   /* the equilibria: fills gain and revenue */
bk_status bki_worth_streams(bki_worth *job); /* who pays and gains what and when: fills n_years and stakes' streams */
bk_status bki_worth_weigh(bki_worth *job);   /* indicators and doubt of every stake */
bk_status bki_worth_matrix(bki_worth *job);
bk_status bki_worth_judge(bki_worth *job); /* verdicts and warnings */
bk_status bki_worth_record(bki_worth *job);

const char *bki_economy_name(const bk_worth *worth, size_t economy); /* "Kazakhstan", "outside the study", "all" */
const char *bki_economy_code(const bk_worth *worth, size_t economy); /* "KAZ", "outside", "all" */

#endif
