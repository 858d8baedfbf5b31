/* Where it is worth to ask: one project after the other; then an estimate from single projects and pairs ranks the
 * sets, the best of them are asked in turn; then the neighbours of the best set known. */
#include "invest/portfolio.h"

#include <math.h>
#include <string.h>

enum { most_ranked = 1 << 22 /* sets the estimate ranks in one round */, round_size = 256 };

typedef struct estimate {
    size_t  n_projects, n_members;
    double *single; /* [n_projects][n_members] */
    double *pair;   /* [n_projects][n_projects][n_members] beyond the two singles */
    double  error;  /* largest miss on sets of three and more */
} estimate;

/* ---- the estimate ---------------------------------------------------------------------------------------------- */

static bk_status
ask_singles(bki_search *search)
{
    for (size_t x = 0; x < search->problem->n_projects && !search->stopped; x++) {
        bk_progress(search->ctx, "projects alone", (double)x / (double)search->problem->n_projects);
        if (bki_set_fits(search->problem, (uint64_t)1 << x))
            BK_TRY(bki_search_try(search, (uint64_t)1 << x));
    }
    return BK_OK;
}

/* More of them than half of what may be asked: they are left out, and with them the estimate. */
static bk_status
ask_pairs(bki_search *search, bool *asked)
{
    const size_t n = search->problem->n_projects;

    *asked = n * n <= search->problem->set_limit;
    for (size_t x = 0; *asked && x < n; x++)
        for (size_t y = x + 1; y < n && !search->stopped; y++) {
            const uint64_t set = (uint64_t)1 << x | (uint64_t)1 << y;
            bk_progress(search->ctx, "projects in pairs", (double)x / (double)n);
            if (bki_set_fits(search->problem, set))
                BK_TRY(bki_search_try(search, set));
        }
    return BK_OK;
}

/* ---- one after the other --------------------------------------------------------------------------------------- */

/* What x adds to `set`, -INFINITY where that is not known. */
static bk_status
ask_addition(bki_search *search, uint64_t set, size_t x, double *gain)
{
    const double  *before = bki_search_known(search, set), *after = NULL;
    const uint64_t more = set | (uint64_t)1 << x;

    BK_TRY(bki_search_try(search, more));
    after = bki_search_known(search, more);
    *gain = before && after ? bki_set_value(search->problem, more, after) - bki_set_value(search->problem, set, before)
                            : -INFINITY;
    return BK_OK;
}

/* Always the project that adds most to those chosen before.  What it added to fewer is taken for what it may add at
 * most until it is asked again (Minoux 1978), which saves most of the questions. */
static bk_status
ask_greedily(bki_search *search)
{
    const size_t n = search->problem->n_projects;
    double       gain[BK_MOST_PROJECTS];
    uint64_t     set = 0, fresh = 0;

    for (size_t x = 0; x < n; x++)
        gain[x] = INFINITY;
    while (!search->stopped) {
        size_t most = n;
        for (size_t x = 0; x < n; x++)
            if (!(set >> x & 1) && gain[x] > 0.0 && (most == n || gain[x] > gain[most]) &&
                bki_set_fits(search->problem, set | (uint64_t)1 << x))
                most = x;
        if (most == n)
            return BK_OK;
        bk_progress(search->ctx, "one project after the other", -1.0);
        if (fresh >> most & 1) {
            set |= (uint64_t)1 << most;
            fresh = 0;
        } else {
            BK_TRY(ask_addition(search, set, most, &gain[most]));
            fresh |= (uint64_t)1 << most;
        }
    }
    return BK_OK;
}

static void
fit(const bki_search *search, estimate *guess)
{
    const size_t n = guess->n_projects, n_members = guess->n_members;

    for (size_t x = 0; x < n; x++) {
        const double *alone = bki_search_known(search, (uint64_t)1 << x);
        for (size_t m = 0; alone && m < n_members; m++)
            guess->single[x * n_members + m] = alone[m];
    }
    for (size_t x = 0; x < n; x++)
        for (size_t y = x + 1; y < n; y++) {
            const double *both = bki_search_known(search, (uint64_t)1 << x | (uint64_t)1 << y);
            for (size_t m = 0; both && m < n_members; m++)
                guess->pair[(x * n + y) * n_members + m] =
                    both[m] - guess->single[x * n_members + m] - guess->single[y * n_members + m];
        }
}

static double
estimated_value(const bk_portfolio_problem *problem, const estimate *guess, uint64_t set, double *benefit)
{
    const size_t n = guess->n_projects, n_members = guess->n_members;

    memset(benefit, 0, n_members * sizeof *benefit);
    for (size_t x = 0; x < n; x++) {
        if (!(set >> x & 1))
            continue;
        for (size_t m = 0; m < n_members; m++)
            benefit[m] += guess->single[x * n_members + m];
        for (size_t y = x + 1; y < n; y++)
            for (size_t m = 0; (set >> y & 1) && m < n_members; m++)
                benefit[m] += guess->pair[(x * n + y) * n_members + m];
    }
    return bki_set_value(problem, set, benefit);
}

/* Not on singles and pairs, of which it is made. */
static void
measure_error(const bki_search *search, uint64_t set, estimate *guess, double *benefit)
{
    const double *known = bki_search_known(search, set);

    if (!known || __builtin_popcountll(set) < 3)
        return;
    const double value = bki_set_value(search->problem, set, known);
    guess->error = fmax(guess->error, fabs(value - estimated_value(search->problem, guess, set, benefit)));
}

static void
measure_errors(const bki_search *search, estimate *guess, double *benefit)
{
    for (size_t i = 0; i < search->memo.n; i++)
        measure_error(search, search->memo.sets[i], guess, benefit);
}

/* ---- the most promising ---------------------------------------------------------------------------------------- */

typedef struct ranking {
    const bki_search *search;
    const estimate   *guess;
    double           *benefit; /* [n_members] */
    size_t            n_seen, n;
    uint64_t          sets[round_size]; /* best first */
    double            values[round_size];
} ranking;

static bool
rank(void *state, uint64_t set)
{
    ranking *all = state;

    if (all->n_seen++ == most_ranked)
        return false;
    if (bki_search_known(all->search, set))
        return true;
    const double value = estimated_value(all->search->problem, all->guess, set, all->benefit);
    size_t       at = all->n < round_size ? all->n++ : round_size;
    if (at == round_size && value <= all->values[round_size - 1])
        return true;
    at = at == round_size ? round_size - 1 : at;
    for (; at > 0 && value > all->values[at - 1]; at--) {
        all->values[at] = all->values[at - 1];
        all->sets[at] = all->sets[at - 1];
    }
    all->values[at] = value;
    all->sets[at] = set;
    return true;
}

/* Until no set promises more than the best is worth, the estimate's error allowed for.  To rank all of them takes as
 * long as many a model's equilibrium, so a round asks many. */
static bk_status
ask_promising(bki_search *search, estimate *guess, double *benefit)
{
    while (!search->stopped) {
        ranking best = {.search = search, .guess = guess, .benefit = benefit};
        bki_sets_visit(search->problem, rank, &best);
        const size_t before = search->memo.n;
        for (size_t k = 0; k < best.n && !search->stopped; k++) {
            if (best.values[k] + guess->error <= search->best_value)
                return BK_OK;
            bk_progress(search->ctx, "promising portfolios", -1.0);
            BK_TRY(bki_search_try(search, best.sets[k]));
            measure_error(search, best.sets[k], guess, benefit);
        }
        if (search->memo.n == before) /* the rest have no worth */
            return BK_OK;
    }
    return BK_OK;
}

/* ---- neighbours ------------------------------------------------------------------------------------------------ */

/* One project more, less, or exchanged for another. */
static bk_status
ask_neighbours(bki_search *search, uint64_t centre)
{
    const size_t n = search->problem->n_projects;

    for (size_t x = 0; x < n; x++)
        for (size_t y = x; y < n && !search->stopped; y++) {
            const uint64_t set = centre ^ ((uint64_t)1 << x | (uint64_t)1 << y);
            const bool     exchanged = x == y || (centre >> x & 1) != (centre >> y & 1);
            if (!exchanged || !bki_set_fits(search->problem, set))
                continue;
            bk_progress(search->ctx, "neighbours of the best portfolio", -1.0);
            BK_TRY(bki_search_try(search, set));
        }
    return BK_OK;
}

enum { most_centres = 64, patience = 5 };

/* The best set known that is not among `centres` [n]; false: there is none. */
static bool
next_centre(const bki_search *search, const uint64_t *centres, size_t n, uint64_t *out)
{
    const bki_memo *memo = &search->memo;
    double          best = -INFINITY;

    for (size_t i = 0; i < memo->n; i++) {
        const double value = memo->failed[i] || !bki_set_fits(search->problem, memo->sets[i])
                                 ? -INFINITY
                                 : bki_set_value(search->problem, memo->sets[i], &memo->benefit[i * memo->n_members]);
        bool         used = value <= best;
        for (size_t k = 0; k < n && !used; k++)
            used = centres[k] == memo->sets[i];
        if (used)
            continue;
        best = value;
        *out = memo->sets[i];
    }
    return best > -INFINITY;
}

/* Around the best set, and around the next best, until some in a row have brought nothing better. */
static bk_status
ask_around(bki_search *search)
{
    uint64_t centres[most_centres];
    size_t   idle = 0;

    for (size_t n = 0; n < most_centres && idle < patience && !search->stopped; n++) {
        const double before = search->best_value;
        if (!next_centre(search, centres, n, &centres[n]))
            return BK_OK;
        BK_TRY(ask_neighbours(search, centres[n]));
        idle = search->best_value > before ? 0 : idle + 1;
    }
    return BK_OK;
}

bk_status
bki_search_promising(bki_search *search)
{
    const size_t n = search->problem->n_projects, n_members = search->problem->n_members;
    estimate     guess = {.n_projects = n, .n_members = n_members};
    double      *benefit = BK_NEW(search->arena, double, n_members);
    bool         estimated = false;

    guess.single = BK_NEW(search->arena, double, n *n_members + 1);
    guess.pair = BK_NEW(search->arena, double, n *n *n_members + 1);
    BK_TRY(bk_arena_ok(search->arena));
    BK_TRY(bki_search_try(search, 0));
    BK_TRY(ask_singles(search));
    BK_TRY(ask_greedily(search));
    BK_TRY(ask_pairs(search, &estimated));
    if (estimated) {
        fit(search, &guess);
        measure_errors(search, &guess, benefit); /* on what was asked one after the other */
        BK_TRY(ask_promising(search, &guess, benefit));
    }
    BK_TRY(ask_around(search));
    if (estimated)
        measure_errors(search, &guess, benefit);
    search->estimate_error = guess.error;
    return BK_OK;
}
