/* Two rules.  Alone: what each measure brings by itself; what their being together adds or takes away is left over.
 * Shapley (1953): the mean over all orders in which the measures could come of what each adds when it comes; nothing is
 * left over.  Up to twelve measures every set of them is solved; beyond, orders are drawn, and the mean over them has a
 * standard error (Castro, Gomez & Tejada 2009).  An order and its reverse count as one draw: they are not independent.
 */
#include "study/attribution.h"
#include "buckle/appraisal.h"

#include <math.h>

enum { most_exact = 12, most_by_default = 4, least_orders = 4 };

static uint64_t
whole_set(size_t n_measures)
{
    return n_measures < 64 ? (UINT64_C(1) << n_measures) - 1 : UINT64_MAX;
}

const char *
bki_attribution_name(const bk_parts *parts)
{
    if (parts->rule == BK_ATTRIBUTION_ALONE)
        return "alone";
    return parts->n_orders > 0 ? "shapley of orders drawn" : "shapley";
}

/* ---- which sets ------------------------------------------------------------------------------------------------ */

static bk_attribution
rule_of(bk_attribution asked, size_t n_measures)
{
    if (asked != BK_ATTRIBUTION_BY_SIZE)
        return asked;
    return n_measures <= most_by_default ? BK_ATTRIBUTION_SHAPLEY : BK_ATTRIBUTION_ALONE;
}

size_t
bk_run_equilibria(const bk_run_settings *settings, size_t n_measures)
{
    const bk_attribution rule = rule_of(settings->attribution, n_measures);

    if (rule == BK_ATTRIBUTION_NONE || n_measures < 2)
        return 1;
    if (rule == BK_ATTRIBUTION_ALONE)
        return 1 + n_measures;
    return n_measures <= most_exact ? ((size_t)1 << n_measures) - 1 : 1 + n_measures * (settings->n_orders + 2);
}

static void
add_set(bki_attribution_plan *plan, uint64_t *sets, uint64_t set)
{
    if (set == 0 || set == whole_set(plan->n_measures))
        return;
    for (size_t s = 0; s < plan->n_sets; s++)
        if (sets[s] == set)
            return;
    sets[plan->n_sets++] = set;
}

/* Each measure alone, which is worth knowing if the rest is not solved; then every other set, but one or two measures
 * from the one before (Gray 1953), from the whole on. */
static void
plan_all(bki_attribution_plan *plan, uint64_t *sets)
{
    const uint64_t whole = whole_set(plan->n_measures);

    for (size_t m = 0; m < plan->n_measures; m++)
        sets[plan->n_sets++] = UINT64_C(1) << m;
    for (uint64_t k = 1; k <= whole; k++) {
        const uint64_t set = whole ^ k ^ k >> 1;
        if (__builtin_popcountll(set) > 1)
            sets[plan->n_sets++] = set;
    }
}

/* Each alone and each left out, then what the orders go through. */
static void
plan_orders(bki_attribution_plan *plan, uint64_t *sets)
{
    uint32_t order[BKI_MOST_MEASURES];

    for (size_t m = 0; m < plan->n_measures; m++)
        add_set(plan, sets, UINT64_C(1) << m);
    for (size_t m = 0; m < plan->n_measures; m++)
        add_set(plan, sets, whole_set(plan->n_measures) ^ UINT64_C(1) << m);
    for (size_t o = 0; o < plan->n_orders; o++) {
        uint64_t set = 0;
        bk_shapley_order(plan->seed, o, plan->n_measures, order);
        for (size_t m = 0; m < plan->n_measures; m++)
            add_set(plan, sets, set |= UINT64_C(1) << order[m]);
    }
}

bk_status
bki_attribution_plan_make(const bk_run_settings *settings, size_t n_measures, bk_arena *arena,
                          bki_attribution_plan *out)
{
    *out = (bki_attribution_plan){.rule = rule_of(settings->attribution, n_measures), .n_measures = n_measures};
    if (out->rule == BK_ATTRIBUTION_NONE || n_measures < 2)
        return BK_OK;
    const bool   all = out->rule == BK_ATTRIBUTION_SHAPLEY && n_measures <= most_exact;
    const size_t n_orders = settings->n_orders < least_orders ? least_orders : settings->n_orders & ~(size_t)1;
    uint64_t    *sets = BK_NEW(arena, uint64_t, all ? (size_t)1 << n_measures : n_measures * (n_orders + 2));
    BK_TRY(bk_arena_ok(arena));
    if (out->rule == BK_ATTRIBUTION_ALONE) {
        for (size_t m = 0; m < n_measures; m++)
            add_set(out, sets, UINT64_C(1) << m);
    } else if (all) {
        plan_all(out, sets);
    } else {
        out->sampled = true;
        out->n_orders = n_orders;
        out->seed = settings->seed;
        plan_orders(out, sets);
    }
    out->sets = sets;
    return BK_OK;
}

const double *
bki_worth_of(const bki_worths *worths, uint64_t set)
{
    for (size_t s = 0; s < worths->n; s++)
        if (worths->sets[s] == set)
            return &worths->worth[s * worths->n_columns];
    return NULL;
}

/* ---- how they are split ---------------------------------------------------------------------------------------- */

typedef struct split { /* parts in the making */
    bk_context                 *ctx;
    const bki_attribution_plan *plan;
    const bki_worths           *worths;
    size_t                      n_measures, n_columns;
    bk_parts                   *parts;
    double                     *value, *error, *alone, *last, *rest; /* [n_measures][n_columns], rest [n_columns] % */
    double                     *interaction;                         /* [n_measures][n_measures][n_columns] % */
} split;

/* What each brings by itself and, if those sets are known, what goes with it. */
static void
split_ends(split *s)
{
    const uint64_t whole = whole_set(s->n_measures);
    const double  *nothing = bki_worth_of(s->worths, 0), *all = bki_worth_of(s->worths, whole);

    for (size_t m = 0; m < s->n_measures; m++) {
        const double *with = bki_worth_of(s->worths, UINT64_C(1) << m);
        const double *without = s->last ? bki_worth_of(s->worths, whole ^ UINT64_C(1) << m) : NULL;
        for (size_t c = 0; c < s->n_columns; c++) {
            s->alone[m * s->n_columns + c] = with[c] - nothing[c];
            if (without)
                s->last[m * s->n_columns + c] = all[c] - without[c];
        }
    }
}

static bk_status
split_all(split *s, bk_arena *scratch)
{
    const size_t n = s->n_measures, n_columns = s->n_columns, n_sets = (size_t)1 << n;
    double      *worth = BK_NEW(scratch, double, n_sets), *value = BK_NEW(scratch, double, n);
    double      *pairs = BK_NEW(scratch, double, n *n);
    size_t      *row = BK_NEW(scratch, size_t, n_sets);

    BK_TRY(bk_arena_ok(scratch));
    for (size_t k = 0; k < s->worths->n; k++)
        row[s->worths->sets[k]] = k;
    for (size_t c = 0; c < n_columns; c++) {
        for (size_t set = 0; set < n_sets; set++)
            worth[set] = s->worths->worth[row[set] * n_columns + c];
        BK_TRY(bk_shapley(s->ctx, n, worth, value));
        BK_TRY(bk_shapley_interactions(s->ctx, n, worth, pairs));
        for (size_t m = 0; m < n; m++)
            s->value[m * n_columns + c] = value[m];
        for (size_t pair = 0; pair < n * n; pair++)
            s->interaction[pair * n_columns + c] = pairs[pair];
    }
    return BK_OK;
}

/* Adds half of what each measure brings in an order to `sum` [n_measures][n_columns]; false, and nothing added, if the
 * order goes through a set that is not known. */
static bool
add_order(const split *s, const uint32_t *order, double *sum)
{
    uint64_t set = 0;

    for (size_t m = 0; m < s->n_measures; m++)
        if (!bki_worth_of(s->worths, set |= UINT64_C(1) << order[m]))
            return false;
    set = 0;
    for (size_t m = 0; m < s->n_measures; m++) {
        const double *before = bki_worth_of(s->worths, set);
        const double *after = bki_worth_of(s->worths, set |= UINT64_C(1) << order[m]);
        for (size_t c = 0; c < s->n_columns; c++)
            sum[order[m] * s->n_columns + c] += 0.5 * (after[c] - before[c]);
    }
    return true;
}

/* Means over pairs of orders, and their standard errors. */
static bk_status
split_orders(split *s, bk_arena *scratch)
{
    const size_t n_cells = s->n_measures * s->n_columns, n_pairs = s->plan->n_orders / 2;
    double      *drawn = BK_NEW(scratch, double, n_pairs *n_cells);
    uint32_t     order[BKI_MOST_MEASURES];
    size_t       n = 0;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t pair = 0; pair < n_pairs; pair++) {
        bool is_known = true;
        for (size_t way = 0; is_known && way < 2; way++) {
            bk_shapley_order(s->plan->seed, 2 * pair + way, s->n_measures, order);
            is_known = add_order(s, order, &drawn[n * n_cells]);
        }
        if (!is_known)
            break; /* solved in this order: none behind it is complete */
        n++;
    }
    s->parts->n_orders = 2 * n;
    for (size_t cell = 0; n >= 2 && cell < n_cells; cell++) {
        double sum = 0.0, squares = 0.0;
        for (size_t k = 0; k < n; k++)
            sum += drawn[k * n_cells + cell];
        s->value[cell] = sum / (double)n;
        for (size_t k = 0; k < n; k++)
            squares += (drawn[k * n_cells + cell] - s->value[cell]) * (drawn[k * n_cells + cell] - s->value[cell]);
        s->error[cell] = sqrt(squares / (double)(n * (n - 1)));
    }
    return BK_OK;
}

static bk_status
start(split *s, bk_arena *arena)
{
    const bool   shapley = s->plan->rule == BK_ATTRIBUTION_SHAPLEY, all = shapley && !s->plan->sampled;
    const size_t n_cells = s->n_measures * s->n_columns;

    s->parts = BK_NEW(arena, bk_parts, 1);
    s->alone = BK_NEW(arena, double, n_cells + 1);
    s->rest = BK_NEW(arena, double, s->n_columns);
    s->value = shapley ? BK_NEW(arena, double, n_cells + 1) : s->alone;
    s->last = shapley ? BK_NEW(arena, double, n_cells + 1) : NULL;
    s->error = s->plan->sampled ? BK_NEW(arena, double, n_cells + 1) : NULL;
    s->interaction = all ? BK_NEW(arena, double, s->n_measures *n_cells + 1) : NULL;
    return bk_arena_ok(arena);
}

static void
finish(split *s)
{
    const double *nothing = bki_worth_of(s->worths, 0), *all = bki_worth_of(s->worths, whole_set(s->n_measures));

    for (size_t c = 0; c < s->n_columns; c++) {
        s->rest[c] = s->n_measures == 1 ? 0.0 : all[c] - nothing[c];
        for (size_t m = 0; s->n_measures > 1 && m < s->n_measures; m++)
            s->rest[c] -= s->value[m * s->n_columns + c];
    }
    *s->parts = (bk_parts){.rule = s->plan->rule,
                           .n_measures = s->n_measures,
                           .n_columns = s->n_columns,
                           .n_orders = s->parts->n_orders,
                           .value = s->value,
                           .error = s->error,
                           .alone = s->alone,
                           .last = s->last,
                           .rest = s->rest,
                           .interaction = s->interaction};
}

bk_status
bki_attribution_split(bk_context *ctx, const bki_attribution_plan *plan, const bki_worths *worths, bk_arena *arena,
                      const bk_parts **out)
{
    split s = {
        .ctx = ctx, .plan = plan, .worths = worths, .n_measures = plan->n_measures, .n_columns = worths->n_columns};

    *out = NULL;
    if (plan->rule == BK_ATTRIBUTION_NONE)
        return BK_OK;
    BK_TRY(start(&s, arena));
    split_ends(&s);
    if (plan->rule == BK_ATTRIBUTION_SHAPLEY && plan->n_measures > 0) {
        bk_arena scratch;
        bk_arena_init(&scratch, ctx);
        const bk_status status = plan->sampled ? split_orders(&s, &scratch) : split_all(&s, &scratch);
        bk_arena_release(&scratch);
        BK_TRY(status);
    }
    if (plan->sampled && s.parts->n_orders < least_orders)
        return BK_OK;
    finish(&s);
    *out = s.parts;
    return BK_OK;
}
