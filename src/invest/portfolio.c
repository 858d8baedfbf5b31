/* The search for the best portfolio: all sets where they are few, else where they promise most, then bounds. */
#include "invest/portfolio.h"

#include <math.h>
#include <stdlib.h>

const char *
bk_benefit_law_name(bk_benefit_law law)
{
    static const char *const names[] = {"none", "monotone", "diminishing"};

    return names[law];
}

static bk_status
check(bk_context *ctx, const bk_portfolio_problem *problem)
{
    if (problem->n_projects > BK_MOST_PROJECTS)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "name fewer candidates",
                            "%zu projects are more than the %d among which a portfolio is sought", problem->n_projects,
                            BK_MOST_PROJECTS);
    if (problem->n_members == 0 || problem->set_limit == 0 || !(problem->budget >= 0.0) || !(problem->noise >= 0.0))
        return bk_fail(ctx, BK_ERR_USAGE, "budget %g must be >= 0, %zu members and a limit of %zu sets at least 1",
                       problem->budget, problem->n_members, problem->set_limit);
    for (size_t p = 0; p < problem->n_projects; p++)
        if (!isfinite(problem->price[p]) || problem->price[p] < 0.0)
            return bk_fail(ctx, BK_ERR_USAGE, "price of project %zu is %g, must be >= 0", p, problem->price[p]);
    for (size_t i = 0; i < problem->n_projects * problem->n_members; i++)
        if (!isfinite(problem->cost[i]))
            return bk_fail(ctx, BK_ERR_USAGE, "cost %zu of the portfolio is not finite", i);
    return BK_OK;
}

static bool
count(void *state, uint64_t set)
{
    (void)set;
    *(double *)state += 1.0;
    return true;
}

/* ---- what was found -------------------------------------------------------------------------------------------- */

static int
best_first(const void *a, const void *b)
{
    const bk_portfolio *x = a, *y = b;

    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return x->set < y->set ? -1 : x->set > y->set;
}

static bk_status
list_sets(const bki_search *search, bk_portfolio_search *out)
{
    const bki_memo *memo = &search->memo;
    bk_portfolio   *sets = BK_NEW(search->arena, bk_portfolio, memo->n + 1);

    BK_TRY(bk_arena_ok(search->arena));
    for (size_t i = 0; i < memo->n; i++) {
        const double *benefit = &memo->benefit[i * memo->n_members];
        if (!memo->failed[i] && bki_set_fits(search->problem, memo->sets[i]))
            sets[out->n_sets++] = (bk_portfolio){memo->sets[i], bki_set_price(search->problem, memo->sets[i]),
                                                 bki_set_value(search->problem, memo->sets[i], benefit), benefit};
    }
    qsort(sets, out->n_sets, sizeof *sets, best_first);
    out->sets = sets;
    if (out->n_sets > 0)
        out->best = sets[0];
    return BK_OK;
}

static double
total(const double *benefit, size_t n)
{
    double sum = 0.0;

    for (size_t m = 0; m < n; m++)
        sum += benefit[m];
    return sum;
}

static bk_status
find_interactions(const bki_search *search, bk_portfolio_search *out)
{
    const size_t n = search->problem->n_projects, n_members = search->problem->n_members;
    double      *interaction = BK_NEW(search->arena, double, n *n + 1);
    bool        *known = BK_NEW(search->arena, bool, n *n + 1);

    BK_TRY(bk_arena_ok(search->arena));
    for (size_t x = 0; x < n; x++)
        for (size_t y = x + 1; y < n; y++) {
            const uint64_t of_x = (uint64_t)1 << x, of_y = (uint64_t)1 << y;
            const double  *alone_x = bki_search_known(search, of_x), *alone_y = bki_search_known(search, of_y);
            const double  *both = bki_search_known(search, of_x | of_y);
            if (!alone_x || !alone_y || !both)
                continue;
            known[x * n + y] = known[y * n + x] = true;
            interaction[x * n + y] = interaction[y * n + x] =
                total(both, n_members) - total(alone_x, n_members) - total(alone_y, n_members);
        }
    out->interaction = interaction;
    out->known = known;
    return BK_OK;
}

static bk_status
conclude(const bki_search *search, bool every, bk_portfolio_search *out)
{
    const bk_benefit_law law = search->problem->law;

    *out = (bk_portfolio_search){.n_asked = search->memo.n,
                                 .n_failed = search->n_failed,
                                 .n_feasible = search->n_feasible,
                                 .estimate_error = search->estimate_error};
    out->outcome = search->cancelled ? BK_CANCELLED : search->stopped ? BK_ITERATION_LIMIT : BK_CONVERGED;
    BK_TRY(list_sets(search, out));
    BK_TRY(find_interactions(search, out));
    bki_search_check_laws(search, &out->monotone, &out->diminishing);
    out->exhausted = every && !search->stopped && search->n_failed == 0;
    const bool broken = (law == BK_LAW_MONOTONE ? out->monotone : out->diminishing).n_broken > 0;
    out->bounded = out->exhausted || (law != BK_LAW_NONE && !every && isfinite(search->bound) && !broken);
    if (out->bounded)
        out->bound = out->exhausted ? out->best.value : search->bound;
    return BK_OK;
}

bk_status
bk_portfolio_find(bk_context *ctx, const bk_portfolio_problem *problem, bk_arena *arena, bk_portfolio_search *out)
{
    bki_search search = {.ctx = ctx, .problem = problem, .arena = arena, .best_value = -INFINITY, .bound = INFINITY};

    BK_TRY(check(ctx, problem));
    search.memo.n_members = problem->n_members;
    bki_sets_visit(problem, count, &search.n_feasible);
    const bool every = search.n_feasible - 1.0 <= (double)problem->set_limit; /* nothing is asked of the empty set */
    BK_TRY(every ? bki_search_every_set(&search) : bki_search_promising(&search));
    if (!every && problem->law != BK_LAW_NONE && !search.stopped)
        BK_TRY(bki_search_branch(&search));
    return conclude(&search, every, out);
}
