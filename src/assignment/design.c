/* The search over designs: a good one by local moves first, then branch and bound. */
#include "assignment/design.h"

#include <math.h>
#include <string.h>

#define TOLERANCE 1e-6 /* relative: designs closer than this count as equal */
#define FINAL_GAP 1e-12

#define N_KICKS      100   /* of the local search */
#define N_REMEMBERED 65536 /* costs of designs; a power of two */

typedef enum decision { UNDECIDED, OPEN, CLOSED } decision;

typedef struct remembered {
    uint64_t key; /* of a design; 0: empty */
    double   cost;
} remembered;

typedef struct design_search {
    bki_design  design;
    bool       *best;         /* [n] */
    double      best_cost;    /* unit of cost */
    double     *best_flow;    /* [n_arcs] unit of traffic */
    double     *flow;         /* [n_arcs] unit of traffic, of the design evaluated last */
    bool       *current;      /* [n] of the local search */
    double      current_cost; /* unit of cost */
    uint64_t    n_draws;
    remembered *memory;     /* [N_REMEMBERED] */
    double      open_bound; /* the least bound of what was left unsearched */
    bool       *trial;      /* [n] */
    decision   *decided;    /* [n] */
    uint32_t   *order;      /* [n] for the knapsack */
    double     *savings;    /* [n + 1][n] by depth, unit of cost */
    size_t      n_nodes;
    bk_outcome  outcome;
} design_search;

bk_design_settings
bk_design_default(void)
{
    return (bk_design_settings){.budget = 0.0, .gap = 1e-9, .node_limit = 40000};
}

/* ---- a good design ------------------------------------------------------------------------------------------------
 */

static double
price_of(const bki_design *design, const bool *open)
{
    double sum = 0.0;

    for (size_t i = 0; i < design->n; i++)
        sum += open[i] ? design->price[i] : 0.0;
    return sum;
}

static bool
is_affordable(const bki_design *design, double price)
{
    return price <= design->settings->budget * (1.0 + 1e-12);
}

/* Evaluates the trial design, unless that has been done, and keeps it if it is the best so far; INFINITY if the budget
 * does not pay it. */
static bk_status
try_design(design_search *search, double *cost)
{
    const size_t   n = search->design.n;
    const uint64_t key = bk_hash(1, search->trial, n * sizeof *search->trial) | 1;
    remembered    *memory = &search->memory[(key >> 8) % N_REMEMBERED];

    *cost = INFINITY;
    if (!is_affordable(&search->design, price_of(&search->design, search->trial)))
        return BK_OK;
    if (memory->key != key)
        BK_TRY(
            bki_design_cost(&search->design, search->trial, search->design.settings->gap, &memory->cost, search->flow));
    memory->key = key;
    *cost = memory->cost;
    if (*cost < search->best_cost) {
        search->best_cost = *cost;
        memcpy(search->best, search->trial, n * sizeof *search->best);
        memcpy(search->best_flow, search->flow, search->design.network->n_arcs * sizeof *search->flow);
    }
    return BK_OK;
}

/* Opens links by saving per price while the budget lasts. */
static void
fill_budget(design_search *search, const double *saving)
{
    const bki_design *design = &search->design;
    double            left = design->settings->budget;

    memset(search->trial, 0, design->n * sizeof *search->trial);
    for (size_t round = 0; round < design->n; round++) {
        size_t best = design->n;
        for (size_t i = 0; i < design->n; i++)
            if (!search->trial[i] && design->price[i] <= left * (1.0 + 1e-12) &&
                (best == design->n || saving[i] * design->price[best] > saving[best] * design->price[i]))
                best = i;
        if (best == design->n)
            return;
        search->trial[best] = true;
        left -= design->price[best];
    }
}

/* Trial: the current design with links i and j (i = j: one alone) turned; kept if it costs less. */
static bk_status
try_move(design_search *search, size_t i, size_t j, bool *is_kept)
{
    const size_t n = search->design.n;
    double       cost;

    memcpy(search->trial, search->current, n * sizeof *search->trial);
    search->trial[i] = !search->trial[i];
    if (j != i)
        search->trial[j] = !search->trial[j];
    BK_TRY(try_design(search, &cost));
    *is_kept = cost < search->current_cost;
    if (*is_kept) {
        memcpy(search->current, search->trial, n * sizeof *search->current);
        search->current_cost = cost;
    }
    return BK_OK;
}

/* One link added, dropped, or exchanged for another: goes on from each improvement until there is none. */
static bk_status
improve_current(design_search *search)
{
    const size_t n = search->design.n;

    for (bool found = true; found && !bk_cancelled(search->design.ctx);) {
        found = false;
        for (size_t i = 0; i < n; i++)
            for (size_t j = i; j < n; j++) {
                bool is_kept = false;
                if (j == i || search->current[i] != search->current[j])
                    BK_TRY(try_move(search, i, j, &is_kept));
                found = found || is_kept;
            }
    }
    return BK_OK;
}

static size_t
draw_link(design_search *search)
{
    return (size_t)(bk_uniform(7, 0, search->n_draws++) * (double)search->design.n);
}

/* Closes up to three links of the best design and spends what that leaves on links drawn at random. */
static void
kick(design_search *search)
{
    const bki_design *design = &search->design;
    const size_t      n = design->n;

    memcpy(search->trial, search->best, n * sizeof *search->trial);
    for (int k = 0; k < 3; k++)
        search->trial[draw_link(search)] = false;
    for (size_t k = 0; k < 2 * n; k++) {
        const size_t i = draw_link(search);
        if (!search->trial[i] && is_affordable(design, price_of(design, search->trial) + design->price[i]))
            search->trial[i] = true;
    }
}

/* From the trial design to the best that moves find, then again from kicks of the best (iterated local search). */
static bk_status
improve_design(design_search *search)
{
    for (int k = 0; k <= N_KICKS && !bk_cancelled(search->design.ctx); k++) {
        if (k > 0)
            kick(search);
        memcpy(search->current, search->trial, search->design.n * sizeof *search->current);
        BK_TRY(try_design(search, &search->current_cost));
        BK_TRY(improve_current(search));
    }
    return BK_OK;
}

/* ---- branch and bound -----------------------------------------------------------------------------------------------
 */

/* The least savings forgone, over all ways to open undecided links for at most `left` in whole or in part. */
static double
forgone(design_search *search, const double *saving, double left)
{
    const bki_design *design = &search->design;
    size_t            n = 0;
    double            sum = 0.0;

    for (uint32_t i = 0; i < design->n; i++) {
        if (search->decided[i] != UNDECIDED)
            continue;
        size_t at = n++;
        for (; at > 0 &&
               saving[search->order[at - 1]] * design->price[i] < saving[i] * design->price[search->order[at - 1]];
             at--)
            search->order[at] = search->order[at - 1];
        search->order[at] = i;
        sum += saving[i];
    }
    for (size_t k = 0; k < n && left > 0.0; k++) {
        const uint32_t i = search->order[k];
        const double   part = fmin(left / design->price[i], 1.0);
        sum -= part * saving[i];
        left -= part * design->price[i];
    }
    return fmax(sum, 0.0);
}

static bk_status search_below(design_search *search, size_t depth);

static bk_status
branch_on(design_search *search, size_t depth, size_t link, decision first)
{
    search->decided[link] = first;
    BK_TRY(search_below(search, depth + 1));
    search->decided[link] = first == OPEN ? CLOSED : OPEN;
    BK_TRY(search_below(search, depth + 1));
    search->decided[link] = UNDECIDED;
    return BK_OK;
}

static bool
must_stop(design_search *search)
{
    if (search->outcome == BK_CONVERGED && search->n_nodes >= search->design.settings->node_limit)
        search->outcome = BK_ITERATION_LIMIT;
    if (bk_cancelled(search->design.ctx))
        search->outcome = BK_CANCELLED;
    return search->outcome != BK_CONVERGED;
}

/* What is left of the budget once the open links are paid. */
static double
budget_left(const design_search *search)
{
    double left = search->design.settings->budget * (1.0 + 1e-12);

    for (size_t i = 0; i < search->design.n; i++)
        left -= search->decided[i] == OPEN ? search->design.price[i] : 0.0;
    return left;
}

/* The undecided link whose closing costs most; n if all are decided. */
static size_t
choose_link(const design_search *search, const double *saving)
{
    size_t best = search->design.n;

    for (size_t i = 0; i < search->design.n; i++)
        if (search->decided[i] == UNDECIDED && (best == search->design.n || saving[i] > saving[best]))
            best = i;
    return best;
}

/* Bounds the designs that agree with what is decided; `*goes_on` if they may hold a better one. */
static bk_status
bound_node(design_search *search, double left, double *saving, bool *goes_on)
{
    bki_design_bound bound = {.saving = saving};

    for (size_t i = 0; i < search->design.n; i++)
        search->trial[i] =
            search->decided[i] == OPEN || (search->decided[i] == UNDECIDED && search->design.price[i] <= left);
    BK_TRY(bki_design_bound_of(&search->design, search->trial, &bound));
    bound.cost += forgone(search, saving, left);
    *goes_on = bound.cost < search->best_cost * (1.0 - TOLERANCE);
    if (!*goes_on)
        search->open_bound = fmin(search->open_bound, bound.cost);
    return BK_OK;
}

static bk_status
search_below(design_search *search, size_t depth)
{
    double      *saving = search->savings + depth * search->design.n;
    const double left = budget_left(search);
    double       cost;
    bool         goes_on;

    if (must_stop(search) || left < 0.0)
        return BK_OK;
    search->n_nodes++;
    if (search->n_nodes % 64 == 1) /* of a tree of unknown size: no fraction */
        bk_progress(search->design.ctx, "designs", -1.0);
    BK_TRY(bound_node(search, left, saving, &goes_on));
    if (!goes_on)
        return BK_OK;
    for (size_t i = 0; i < search->design.n; i++)
        search->trial[i] = search->decided[i] == OPEN;
    const size_t link = choose_link(search, saving);
    if (link < search->design.n)
        return branch_on(search, depth, link, search->design.price[link] <= left ? OPEN : CLOSED);
    return try_design(search, &cost);
}

/* ---- the whole ------------------------------------------------------------------------------------------------------
 */

static bk_status
report(design_search *search, double root_bound, bk_arena *arena, bk_design *out)
{
    bki_design *design = &search->design;
    uint32_t   *built = BK_NEW(arena, uint32_t, design->n);
    double     *flow = BK_NEW(arena, double, design->network->n_arcs);
    size_t      n_built = 0;
    double      cost;

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_design_cost(design, search->best, FINAL_GAP, &cost, flow));
    if (cost == INFINITY) { /* interrupted: what is known of the best design, to the gap of the search */
        cost = search->best_cost;
        memcpy(flow, search->best_flow, design->network->n_arcs * sizeof *flow);
    }
    if (cost == INFINITY)
        return bk_fail(design->ctx, BK_ERR_CANCELLED, "interrupted");
    for (size_t i = 0; i < design->n; i++)
        if (search->best[i])
            built[n_built++] = design->candidate[i];
    const bool is_complete = search->outcome == BK_CONVERGED;
    *out = (bk_design){.outcome = search->outcome,
                       .proved = is_complete,
                       .total_cost = cost,
                       .bound = fmin(is_complete ? fmax(search->open_bound, root_bound) : root_bound, cost),
                       .spent = price_of(design, search->best),
                       .n_built = n_built,
                       .built = built,
                       .flow = flow,
                       .n_nodes = search->n_nodes,
                       .n_equilibria = design->n_equilibria};
    return BK_OK;
}

static bk_status
search_designs(design_search *search, bk_arena *scratch, bk_arena *arena, bk_design *out)
{
    const size_t     n = search->design.n;
    bki_design_bound bound;
    double           cost;

    search->best = BK_NEW(scratch, bool, n);
    search->best_flow = BK_NEW(scratch, double, search->design.network->n_arcs);
    search->flow = BK_NEW(scratch, double, search->design.network->n_arcs);
    search->trial = BK_NEW(scratch, bool, n);
    search->current = BK_NEW(scratch, bool, n);
    search->memory = BK_NEW(scratch, remembered, N_REMEMBERED);
    search->decided = BK_NEW(scratch, decision, n);
    search->order = BK_NEW(scratch, uint32_t, n);
    search->savings = BK_NEW(scratch, double, (n + 1) * n);
    bound.saving = BK_NEW(scratch, double, n);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(try_design(search, &cost)); /* nothing built: the network must serve its trips as it is */
    for (size_t i = 0; i < n; i++)
        search->trial[i] = true;
    BK_TRY(bki_design_bound_of(&search->design, search->trial, &bound));
    const double root_bound = bound.cost + forgone(search, bound.saving, budget_left(search));
    fill_budget(search, bound.saving);
    BK_TRY(improve_design(search));
    BK_TRY(search_below(search, 0));
    return report(search, root_bound, arena, out);
}

bk_status
bk_design_solve(bk_context *ctx, const bk_road_network *network, const bk_road_demand *demand,
                const bk_design_settings *settings, bk_arena *arena, bk_design *out)
{
    design_search search = {.best_cost = INFINITY, .open_bound = INFINITY, .outcome = BK_CONVERGED};
    bk_arena      scratch;

    if (!(settings->budget >= 0.0) || !(settings->gap >= 0.0) || settings->node_limit < 1)
        return bk_fail(ctx, BK_ERR_USAGE, "the settings ask for a budget of %g, a gap of %g and %zu nodes",
                       settings->budget, settings->gap, settings->node_limit);
    bk_arena_init(&scratch, ctx);
    bk_status status = bki_design_prepare(ctx, network, demand, settings, &scratch, &search.design);
    if (status == BK_OK)
        status = search_designs(&search, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
