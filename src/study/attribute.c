/* The equilibria that attribution asks for, one after another, each from the nearest state that is at hand. */
#include "study/attribution.h"

#include <string.h>

typedef struct attribution_job {
    bki_run                    *run;
    bk_scenario_run            *scenario;
    const bki_attribution_plan *plan;
    bki_worths                  worths;
    bk_arena                    arenas[2]; /* the last set's and, in turn, the next one's solution */
    const bk_joint_solution    *last;      /* NULL: none yet */
    uint64_t                    last_set;
} attribution_job;

/* "belt-as-planned: works + digital-borders alone" */
static const char *
set_name(const attribution_job *job, uint64_t set)
{
    const bk_scenario *scenario = job->scenario->scenario;
    const char        *names = NULL;

    for (size_t m = 0; m < scenario->n_measures; m++)
        if (set >> m & 1)
            names = names ? bk_arena_format(job->run->arena, "%s + %s", names, scenario->measures[m].id)
                          : scenario->measures[m].id;
    return bk_arena_format(job->run->arena, "%s: %s alone", scenario->name, names ? names : "nothing");
}

/* Of the base year, the whole and the set solved last, the one that differs by fewest measures; NULL: the base. */
static const bk_joint_solution *
nearest(const attribution_job *job, uint64_t set)
{
    const uint64_t           whole = job->worths.sets[1];
    const bk_joint_solution *found = NULL;
    int                      least = __builtin_popcountll(set);

    if (__builtin_popcountll(set ^ whole) < least) {
        least = __builtin_popcountll(set ^ whole);
        found = job->scenario->solution;
    }
    return job->last && __builtin_popcountll(set ^ job->last_set) < least ? job->last : found;
}

/* Real incomes in %, and the world's. */
static void
keep_worth(attribution_job *job, uint64_t set, const bk_trade_solution *trade)
{
    const bk_trade_base *base = bk_joint_trade(job->run->run->base);
    const size_t         n_regions = job->worths.n_columns - 1;
    double              *row = &job->worths.worth[job->worths.n * job->worths.n_columns];

    memcpy(row, trade->welfare_pct, n_regions * sizeof *row);
    row[n_regions] =
        100.0 * bk_sum(trade->equivalent_variation, n_regions) / bk_sum(bk_trade_base_income(base), n_regions);
    job->worths.sets[job->worths.n++] = set;
}

/* `*found`: it has an equilibrium. */
static bk_status
solve_set(attribution_job *job, size_t which, bool *found)
{
    const uint64_t           set = job->plan->sets[which];
    const char              *name = set_name(job, set), *failure = NULL;
    bk_arena                *arena = &job->arenas[which % 2];
    bool                     chosen[BKI_MOST_MEASURES];
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;

    BK_TRY(bk_arena_ok(job->run->arena));
    for (size_t m = 0; m < job->plan->n_measures; m++)
        chosen[m] = set >> m & 1;
    bk_arena_release(arena);
    bk_arena_init(arena, job->run->ctx);
    BK_TRY(bk_scenario_apply(job->run->ctx, job->run->study->model, job->scenario->scenario, chosen, arena, &model));
    BK_TRY(bki_solve_case(job->run, name, model, nearest(job, set), arena, &solution, &failure));
    *found = solution != NULL;
    if (!solution)
        return BK_OK;
    job->scenario->parts_converged &= solution->outcome == BK_CONVERGED;
    keep_worth(job, set, solution->trade);
    job->last = solution;
    job->last_set = set;
    return BK_OK;
}

/* Nothing, worth 0, and the whole. */
static bk_status
start(attribution_job *job)
{
    const size_t n_measures = job->plan->n_measures;
    bk_arena    *arena = job->run->arena;

    job->worths.n_columns = job->scenario->model->economy.n_regions + 1;
    job->worths.sets = BK_NEW(arena, uint64_t, job->plan->n_sets + 2);
    job->worths.worth = BK_NEW(arena, double, (job->plan->n_sets + 2) * job->worths.n_columns);
    BK_TRY(bk_arena_ok(arena));
    job->worths.n = 1;
    keep_worth(job, n_measures < 64 ? (UINT64_C(1) << n_measures) - 1 : UINT64_MAX, job->scenario->solution->trade);
    job->scenario->parts_converged = true;
    return BK_OK;
}

/* Whether the sets of the plan's beginning, up to `n`, are known. */
static bool
are_known(const attribution_job *job, size_t n)
{
    return job->worths.n >= 2 + n; /* nothing and the whole stand before them */
}

/* Not every set was solved: the parts by the orders that are finished, or what each measure brings alone. */
static bk_status
split_what_is_known(attribution_job *job)
{
    bki_attribution_plan alone = *job->plan;

    if (job->plan->sampled && are_known(job, 2 * job->plan->n_measures))
        BK_TRY(bki_attribution_split(job->run->ctx, job->plan, &job->worths, job->run->arena, &job->scenario->parts));
    if (job->scenario->parts || !are_known(job, job->plan->n_measures))
        return BK_OK;
    alone.rule = BK_ATTRIBUTION_ALONE;
    alone.sampled = false;
    return bki_attribution_split(job->run->ctx, &alone, &job->worths, job->run->arena, &job->scenario->parts);
}

static bk_status
solve_sets(attribution_job *job)
{
    bk_status status = BK_OK;
    bool      found = true;

    for (size_t s = 0; s < job->plan->n_sets && found && status == BK_OK; s++)
        status = solve_set(job, s, &found);
    if (status == BK_OK && found)
        return bki_attribution_split(job->run->ctx, job->plan, &job->worths, job->run->arena, &job->scenario->parts);
    if (status == BK_OK || status == BK_ERR_CANCELLED)
        BK_TRY(split_what_is_known(job));
    return status;
}

bk_status
bki_attribute(bki_run *run, bk_scenario_run *scenario, const bki_attribution_plan *plan)
{
    attribution_job job = {.run = run, .scenario = scenario, .plan = plan};

    if (plan->rule == BK_ATTRIBUTION_NONE)
        return BK_OK;
    BK_TRY(start(&job));
    for (int a = 0; a < 2; a++)
        bk_arena_init(&job.arenas[a], run->ctx);
    const bk_status status = solve_sets(&job);
    for (int a = 0; a < 2; a++)
        bk_arena_release(&job.arenas[a]);
    return status;
}
