/* Arithmetic of sets: price, value, those within a budget. */
#include "invest/portfolio.h"

#include <math.h>

static const double rounding = 1e-12; /* of the budget: sums of prices round */

double
bki_set_price(const bk_portfolio_problem *problem, uint64_t set)
{
    double price = 0.0;

    for (size_t p = 0; p < problem->n_projects; p++)
        price += set >> p & 1 ? problem->price[p] : 0.0;
    return price;
}

bool
bki_set_fits(const bk_portfolio_problem *problem, uint64_t set)
{
    return bki_set_price(problem, set) <= problem->budget * (1.0 + rounding);
}

double
bki_set_value(const bk_portfolio_problem *problem, uint64_t set, const double *benefit)
{
    double sum = 0.0, least = INFINITY;

    for (size_t m = 0; m < problem->n_members; m++) {
        double net = benefit[m];
        for (size_t p = 0; p < problem->n_projects; p++)
            net -= set >> p & 1 ? problem->cost[p * problem->n_members + m] : 0.0;
        sum += net;
        least = fmin(least, net);
    }
    return problem->rule == BK_PORTFOLIO_SUM ? sum : least;
}

/* Projects from `next` on may still join. */
static bool
visit_from(const bk_portfolio_problem *problem, uint64_t set, size_t next, bki_visit visit, void *state)
{
    if (!visit(state, set))
        return false;
    for (size_t p = next; p < problem->n_projects; p++)
        if (bki_set_fits(problem, set | (uint64_t)1 << p) &&
            !visit_from(problem, set | (uint64_t)1 << p, p + 1, visit, state))
            return false;
    return true;
}

void
bki_sets_visit(const bk_portfolio_problem *problem, bki_visit visit, void *state)
{
    visit_from(problem, 0, 0, visit, state);
}

typedef struct asking {
    bki_search *search;
    bk_status   status;
    double      n_done;
} asking;

static bool
ask_one(void *state, uint64_t set)
{
    asking *all = state;

    bk_progress(all->search->ctx, "portfolios", all->n_done++ / all->search->n_feasible);
    all->status = bki_search_try(all->search, set);
    return all->status == BK_OK && !all->search->stopped;
}

bk_status
bki_search_every_set(bki_search *search)
{
    asking all = {.search = search};

    bki_sets_visit(search->problem, ask_one, &all);
    return all.status;
}

/* ---- laws ------------------------------------------------------------------------------------------------------ */

static const double rounded = 1e-12; /* of the largest benefit */

static void
note(bk_law_check *check, double breach, double tolerance)
{
    check->n_checked++;
    if (breach <= tolerance)
        return;
    check->n_broken++;
    check->worst = fmax(check->worst, breach);
}

/* Of one set: each project it could have, and each two. */
static void
check_set(const bki_search *search, uint64_t set, double tolerance, bk_law_check *monotone, bk_law_check *diminishing)
{
    const size_t  n = search->problem->n_projects, n_members = search->problem->n_members;
    const double *here = bki_search_known(search, set);

    for (size_t x = 0; here && x < n; x++) {
        const double *with_x = set >> x & 1 ? NULL : bki_search_known(search, set | (uint64_t)1 << x);
        for (size_t m = 0; with_x && m < n_members; m++)
            note(monotone, here[m] - with_x[m], tolerance);
        for (size_t y = x + 1; with_x && y < n; y++) {
            const double *with_y = set >> y & 1 ? NULL : bki_search_known(search, set | (uint64_t)1 << y);
            const double *both = with_y ? bki_search_known(search, set | (uint64_t)1 << x | (uint64_t)1 << y) : NULL;
            for (size_t m = 0; both && m < n_members; m++)
                note(diminishing, both[m] - with_x[m] - with_y[m] + here[m], tolerance);
        }
    }
}

void
bki_search_check_laws(const bki_search *search, bk_law_check *monotone, bk_law_check *diminishing)
{
    const bki_memo *memo = &search->memo;
    double          largest = 0.0;

    *monotone = *diminishing = (bk_law_check){0};
    for (size_t i = 0; i < memo->n * memo->n_members; i++)
        largest = fmax(largest, fabs(memo->benefit[i]));
    for (size_t i = 0; i < memo->n; i++)
        check_set(search, memo->sets[i], (search->problem->noise + rounded) * largest, monotone, diminishing);
}
