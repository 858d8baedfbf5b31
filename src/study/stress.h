/* A stress test in the making, for the files that make it. */
#ifndef STUDY_STRESS_H
#define STUDY_STRESS_H

#include "buckle/stress.h"

/* One scenario under test. */
typedef struct bki_stress_case {
    const bk_scenario              *scenario;
    const bk_model                 *model; /* with every input at its stated value */
    size_t                          n_projects;
    const uint32_t                 *projects;        /* [n_projects] that it builds and the base year has not */
    size_t                          first;           /* of its numbers in a record */
    double                          unit;            /* USD of NPV for each USD a year that all of it gains */
    const double                   *project_unit;    /* [n_projects] likewise of one project, years */
    const double                   *cost;            /* [n_projects][n_economies] USD, present value, as written */
    const double                   *whole_cost;      /* [n_projects] USD, whoever carries it */
    const bk_joint_solution        *whole, *without; /* with every input at its stated value; NULL: none was found */
    const bk_joint_solution *const *without_project; /* [n_projects] */
} bki_stress_case;

typedef struct bki_stress {
    bk_context               *ctx;
    bk_arena                 *arena;
    const bk_study           *study;
    const bk_stress_settings *settings;
    const bk_joint_base      *base;
    bk_stress                *out;

    size_t           n_doubts; /* rows of risk/distribution.csv, then implied ones */
    const bk_doubt  *doubts;   /* [n_doubts] their `input` is one of `inputs` */
    bk_stress_input *inputs;   /* [n_inputs] parameters, then the factor on gains if there is one, then states */
    size_t           n_inputs, n_units, n_dimensions;
    size_t           gains_input; /* past the inputs: none */
    size_t           first_state; /* input of the first state */
    const size_t    *dimension;   /* [n_inputs] of its own; states of a group share one */
    const size_t    *common;      /* [n_inputs] dimension shared by its group, SIZE_MAX: none */
    const double    *correlation; /* [n_inputs] share, of its group */
    const uint32_t  *unit_of;     /* [n_dimensions] unit of each */
    bool             any_base;    /* something is in doubt that the base year rests on */

    const bk_sampler *sampler;
    size_t            n_regions, n_economies;
    const uint32_t   *economies;  /* [n_economies] countries */
    const uint32_t   *economy_of; /* [n_regions] place in economies */
    const double     *income;     /* [n_economies] USD a year, base */
    bki_stress_case  *cases;      /* [n_cases] */
    size_t            n_cases, n_values;
} bki_stress;

/* Numbers of a record: RECORD_EV [n_regions] of the world without any scenario, then of each case: the whole
 * [n_regions], where it builds: capital costs drawn over those written [n_projects], without works [n_regions], and, if
 * asked for, without each project [n_projects][n_regions].  Equivalent variation in USD a year. */
enum { RECORD_STATUS, RECORD_RESIDUAL, RECORD_LOOSE, RECORD_EV };

static inline size_t
bki_case_costs(const bki_stress *job, const bki_stress_case *one)
{
    return one->first + job->n_regions;
}

static inline size_t
bki_case_without(const bki_stress *job, const bki_stress_case *one)
{
    return bki_case_costs(job, one) + one->n_projects;
}

static inline size_t
bki_case_project(const bki_stress *job, const bki_stress_case *one, size_t project)
{
    return bki_case_without(job, one) + (1 + project) * job->n_regions;
}

/* ---- inputs ---------------------------------------------------------------------------------------------------- */

bk_status bki_stress_list(bki_stress *job); /* doubts, inputs, units, dimensions */
/* Values of the doubts [n_doubts] and inputs [n_inputs] at a point [n_dimensions] of the cube. */
void bki_stress_values(const bki_stress *job, const double *point, double *doubts, double *inputs);
/* The same of one draw; `point` is room [2][n_dimensions]. */
void bki_stress_draw(const bki_stress *job, uint64_t index, double *point, double *doubts, double *inputs);
/* What each input is on average, by its distribution or probability, into expected [n_inputs]. */
void bki_stress_expect(const bki_stress *job, double *expected);
/* Which rows of the design a draw is of, and which column: 0 and 1 are draws like any other. */
static inline uint64_t
bki_stress_columns(const bki_stress *job)
{
    return job->settings->indices ? 2 + job->n_units : 1;
}

/* ---- draws ----------------------------------------------------------------------------------------------------- */

/* The solutions that draws start from.  Values are those of a draw with every input as stated; `values` [n_values]. */
bk_status bki_stress_central(bki_stress *job, double *values);
bk_status bki_stress_record(void *state, bk_context *ctx, uint64_t index, double *values);

/* ---- money and answers ----------------------------------------------------------------------------------------- */

bk_status bki_stress_money(bki_stress *job); /* units and costs of each case */
double    bki_stress_answer(const bki_stress *job, const bk_stress_answer *answer, const double *record,
                            const double *inputs);
/* Draws used and failed, their inputs, and every answer over them. */
bk_status bki_stress_answers(bki_stress *job, const bk_records *records, const double *central);
bk_status bki_stress_reasons(bki_stress *job, const bk_records *records);
bk_status bki_stress_regrets(bki_stress *job);
bk_status bki_stress_tables(bki_stress *job); /* of what the others found; none where no draw is used */

/* ---- what decides it all --------------------------------------------------------------------------------------- */

bk_status bki_stress_manifest(bki_stress *job, bk_manifest *out);
/* Answers of records that were computed before, if they are of this study and these settings. */
bk_status bki_stress_conclude(bk_context *ctx, const bk_study *study, const bk_stress_settings *settings,
                              const bk_records *records, bk_arena *arena, const bk_stress **out);

#endif
