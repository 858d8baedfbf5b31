/* Which of the works first, by the best order of every subset: the last of them opens when its price, and that of all
 * before it, has been saved up, so the years depend on the subset alone. */
#include "buckle/invest.h"

#include <math.h>

enum { most_in_sequence = 20 };

static double
price_of(const bk_sequence_problem *problem, size_t set)
{
    double price = 0.0;

    for (size_t p = 0; p < problem->n_projects; p++)
        price += set >> p & 1 ? problem->price[p] : 0.0;
    return price;
}

/* The year in which the last of the set opens, whichever that is. */
static int
opening_of(const bk_sequence_problem *problem, size_t set)
{
    const double years = ceil(price_of(problem, set) / problem->per_year * (1.0 - 1e-12));

    return set == 0 ? 0 : (int)fmin(years, 1e6) + problem->building;
}

/* Present value of 1 a year from `from` to before `until`, grown since year 0. */
static double
worth_of_years(const bk_sequence_problem *problem, int from, int until)
{
    const double factor = (1.0 + problem->growth) / (1.0 + problem->discount);
    double       sum = 0.0;

    for (int year = from; year < until && year < problem->horizon; year++)
        sum += pow(factor, year);
    return sum;
}

static bk_status
check(bk_context *ctx, const bk_sequence_problem *problem)
{
    if (problem->n_projects > most_in_sequence)
        return bk_fail(ctx, BK_ERR_USAGE, "%zu projects are more than the %d that are put in order",
                       problem->n_projects, most_in_sequence);
    if (!(problem->per_year > 0.0) || problem->building < 0 || problem->horizon < 1 || !(problem->discount > -1.0))
        return bk_fail(ctx, BK_ERR_USAGE, "a sequence needs money each year (%g), and years to count (%d)",
                       problem->per_year, problem->horizon);
    return BK_OK;
}

bk_status
bk_sequence_find(bk_context *ctx, const bk_sequence_problem *problem, bk_arena *arena, bk_sequence *out)
{
    const size_t n = problem->n_projects, n_sets = (size_t)1 << (n > most_in_sequence ? 0 : n);

    BK_TRY(check(ctx, problem));
    double   *best = BK_NEW(arena, double, n_sets); /* of what is earned before the set's last member opens */
    uint8_t  *last = BK_NEW(arena, uint8_t, n_sets);
    uint32_t *order = BK_NEW(arena, uint32_t, n + 1);
    int      *opens = BK_NEW(arena, int, n + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t set = 1; set < n_sets; set++) {
        best[set] = -INFINITY;
        for (size_t p = 0; p < n; p++) {
            const size_t before = set & ~((size_t)1 << p);
            if (before == set)
                continue;
            const double value =
                best[before] + problem->yearly[before] *
                                   worth_of_years(problem, opening_of(problem, before), opening_of(problem, set));
            if (value > best[set]) {
                best[set] = value;
                last[set] = (uint8_t)p;
            }
        }
    }
    for (size_t set = n_sets - 1, at = n; at > 0; set &= ~((size_t)1 << last[set])) {
        order[--at] = last[set];
        opens[at] = opening_of(problem, set);
    }
    const double yearly = problem->yearly[n_sets - 1];
    out->order = order;
    out->opens = opens;
    out->value = best[n_sets - 1] + yearly * worth_of_years(problem, opening_of(problem, n_sets - 1), problem->horizon);
    out->all_at_once = yearly * worth_of_years(problem, problem->building, problem->horizon);
    return BK_OK;
}
