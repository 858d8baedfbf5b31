/* What follows from worths once the best portfolio is known: other budgets, the order of works, other states of the
 * world. */
#include "study/invest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- budgets --------------------------------------------------------------------------------------------------- */

static int
cheapest_first(const void *a, const void *b)
{
    const bk_portfolio *x = a, *y = b;

    if (x->price != y->price)
        return x->price < y->price ? -1 : 1;
    return x->value > y->value ? -1 : x->value < y->value;
}

/* Of the sets asked those that no cheaper one beats. */
bk_status
bki_invest_frontier(bki_invest *job)
{
    const bk_portfolio_search *search = &job->invest->search;
    bk_portfolio              *sets = BK_NEW(job->arena, bk_portfolio, search->n_sets + 1);
    size_t                     n = 0;

    BK_TRY(bk_arena_ok(job->arena));
    memcpy(sets, search->sets, search->n_sets * sizeof *sets);
    qsort(sets, search->n_sets, sizeof *sets, cheapest_first);
    for (size_t i = 0; i < search->n_sets; i++)
        if (n == 0 || sets[i].value > sets[n - 1].value)
            sets[n++] = sets[i];
    job->invest->frontier = sets;
    job->invest->n_frontier = n;
    return BK_OK;
}

/* ---- order ----------------------------------------------------------------------------------------------------- */

enum { most_in_order = 10 };

/* Yearly gains of every part of the best portfolio, as the goal counts them. */
static bk_status
gains_of_parts(bki_invest *job, const uint32_t *members, size_t n, double *yearly)
{
    for (size_t part = 1; part < (size_t)1 << n; part++) {
        uint64_t set = 0;
        for (size_t i = 0; i < n; i++)
            set |= part >> i & 1 ? (uint64_t)1 << members[i] : 0;
        bk_progress(job->ctx, "parts of the best portfolio", (double)part / (double)((size_t)1 << n));
        if (bk_cancelled(job->ctx))
            return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
        BK_TRY(bki_invest_gain(job, set));
        yearly[part] = 0.0;
        for (size_t e = 0; e < job->worths->n_economies; e++)
            yearly[part] += job->weight[e] * job->gain[e];
    }
    return BK_OK;
}

static bk_status
put_in_order(bki_invest *job, const uint32_t *members, size_t n)
{
    const bk_model *model = job->worths->study->model;
    double         *yearly = BK_NEW(job->arena, double, (size_t)1 << n), *price = BK_NEW(job->arena, double, n);
    uint32_t       *order = BK_NEW(job->arena, uint32_t, n);
    int            *opens = BK_NEW(job->arena, int, n);
    bk_sequence     sequence;

    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(gains_of_parts(job, members, n, yearly));
    for (size_t i = 0; i < n; i++)
        price[i] = job->worths->candidates[members[i]].price;
    const double              years = ceil(job->invest->search.best.price / job->worths->settings->per_year);
    const bk_sequence_problem problem = {.n_projects = n,
                                         .price = price,
                                         .yearly = yearly,
                                         .per_year = job->worths->settings->per_year,
                                         .horizon = model->horizon_years + (int)fmin(years, 1000.0),
                                         .discount = model->discount_rate,
                                         .growth = job->worths->settings->growth};
    BK_TRY(bk_sequence_find(job->ctx, &problem, job->arena, &sequence));
    const int from = job->worths->settings->from_year ? job->worths->settings->from_year : model->base_year;
    for (size_t i = 0; i < n; i++) {
        order[i] = members[sequence.order[i]];
        opens[i] = from + sequence.opens[i];
    }
    job->invest->sequenced = true;
    job->invest->n_order = n;
    job->invest->order = order;
    job->invest->opens = opens;
    job->invest->sequence_value = sequence.value;
    return BK_OK;
}

bk_status
bki_invest_order(bki_invest *job)
{
    const uint64_t best = job->invest->search.best.set;
    uint32_t       members[BK_MOST_PROJECTS];
    size_t         n = 0;

    if (job->worths->settings->per_year <= 0.0 || best == 0)
        return BK_OK;
    for (size_t c = 0; c < job->worths->n_candidates; c++)
        if (best >> c & 1)
            members[n++] = (uint32_t)c;
    if (job->problem.rule == BK_PORTFOLIO_LEAST || n > most_in_order) {
        bki_invest_warn(job, n > most_in_order ? "the best portfolio has too many projects for their order to be found"
                                               : "works are put in order for goals that add up, not for maxmin");
        return BK_OK;
    }
    return put_in_order(job, members, n);
}

/* ---- other states ---------------------------------------------------------------------------------------------- */

enum { from_each_state = 10 };

typedef struct shortlist {
    size_t    n, capacity;
    uint64_t *sets; /* [n] */
} shortlist;

static void
add_set(shortlist *list, uint64_t set)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->sets[i] == set)
            return;
    if (list->n < list->capacity)
        list->sets[list->n++] = set;
}

/* Every set where every state was asked of every set, else the best of each state. */
static bk_status
make_shortlist(bki_invest *job, const bk_portfolio_search *searches, size_t n_states, shortlist *list)
{
    bool all = true;

    for (size_t s = 0; s < n_states; s++)
        all &= searches[s].exhausted;
    job->invest->robust_exact = all;
    *list = (shortlist){.capacity = all ? searches[0].n_sets : n_states * from_each_state};
    list->sets = BK_NEW(job->arena, uint64_t, list->capacity + 1);
    BK_TRY(bk_arena_ok(job->arena));
    for (size_t i = 0; all && i < searches[0].n_sets; i++)
        list->sets[list->n++] = searches[0].sets[i].set;
    for (size_t s = 0; !all && s < n_states; s++)
        for (size_t i = 0; i < searches[s].n_sets && i < from_each_state; i++)
            add_set(list, searches[s].sets[i].set);
    return BK_OK;
}

static int
least_regret_first(const void *a, const void *b)
{
    const bk_robust_choice *x = a, *y = b;

    if (x->regret != y->regret)
        return x->regret < y->regret ? -1 : 1;
    return x->set < y->set ? -1 : x->set > y->set;
}

static double
value_in_state(bki_invest *job, size_t state, uint64_t set, double *benefit, bk_status *status)
{
    job->state = state;
    if (set != 0)
        *status = bki_invest_benefit(job, set, benefit);
    else
        memset(benefit, 0, job->n_members * sizeof *benefit);
    if (*status != BK_OK)
        return 0.0;
    double sum = 0.0, least = INFINITY;
    for (size_t m = 0; m < job->n_members; m++) {
        double net = benefit[m];
        for (size_t c = 0; c < job->worths->n_candidates; c++)
            net -= set >> c & 1 ? job->problem.cost[c * job->n_members + m] : 0.0;
        sum += net;
        least = fmin(least, net);
    }
    return job->problem.rule == BK_PORTFOLIO_SUM ? sum : least;
}

static bk_status
weigh_shortlist(bki_invest *job, const shortlist *list, size_t n_states)
{
    double *value = BK_NEW(job->arena, double, list->n *n_states);
    double *regret = BK_NEW(job->arena, double, list->n), *benefit = BK_NEW(job->arena, double, job->n_members);
    bk_robust_choice *choices = BK_NEW(job->arena, bk_robust_choice, list->n);
    bk_status         status = BK_OK;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t i = 0; i < list->n; i++)
        for (size_t s = 0; s < n_states; s++) {
            value[i * n_states + s] = value_in_state(job, s, list->sets[i], benefit, &status);
            BK_TRY(status);
        }
    bk_least_regret(list->n, n_states, value, regret);
    for (size_t i = 0; i < list->n; i++)
        choices[i] = (bk_robust_choice){list->sets[i], &value[i * n_states], regret[i]};
    qsort(choices, list->n, sizeof *choices, least_regret_first);
    job->invest->choices = choices;
    job->invest->n_choices = list->n;
    return BK_OK;
}

bk_status
bki_invest_robust(bki_invest *job)
{
    const size_t         n_states = job->worths->n_states;
    bk_portfolio_search *searches = BK_NEW(job->arena, bk_portfolio_search, n_states);
    shortlist            list;

    BK_TRY(bk_arena_ok(job->arena));
    if (n_states == 1)
        return BK_OK;
    searches[0] = job->invest->search;
    for (size_t s = 1; s < n_states; s++) {
        job->state = s;
        BK_TRY(bk_portfolio_find(job->ctx, &job->problem, job->arena, &searches[s]));
        if (searches[s].outcome == BK_CANCELLED)
            return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    }
    BK_TRY(make_shortlist(job, searches, n_states, &list));
    const bk_status status = weigh_shortlist(job, &list, n_states);
    job->state = 0;
    return status;
}
