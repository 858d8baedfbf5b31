/* Base years from partial facts: what must hold of any of them, recomputed here; problems built backwards from a known
 * economy; facts that contradict each other. */
#include "bkt.h"

#include "buckle/balance.h"
#include "buckle/trade.h"

enum { N = 4, J = 3, SERVICES = 2 };

static const char *const region_names[N] = {"AAA", "BBB", "CCC", "DDD"};
static const char *const sector_names[J] = {"grain", "steel", "services"};

typedef struct world { /* facts, and the economy chosen beforehand where there is one */
    bk_context      *ctx;
    bk_arena         arena;
    bool             traded[J];
    double           value_added[N], pair_total[N * N], trade[J * N * N], seed[J * N * N];
    double           export_share[J * N], import_share[J * N];
    double           sector_value_added[N * J], value_added_share[N * J], intermediate_share[N * J];
    double           technology[N * J * J], tariff[J * N * N];
    double           own_of_exports[N * J], own_of_imports[N * J], own_least[N * J];
    bk_balance_cut   cuts[2];
    bk_balance_facts facts;
    bk_balance       base;
} world;

static size_t
at(size_t j, size_t n, size_t i)
{
    return (j * N + n) * N + i;
}

static double
number(uint64_t stream, uint64_t index) /* in (0.5, 1.5) */
{
    return 0.5 + bk_uniform(11, stream, index);
}

static void
fill(double *x, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        x[i] = value;
}

/* Region totals, trade between pairs, one technology for all: the least a user can start from. */
static int
setup(void **state)
{
    static const double technology[J][J] = {{3, 1, 2}, {1, 4, 2}, {1, 2, 5}};
    world              *w = calloc(1, sizeof *w);

    assert_non_null(w);
    assert_int_equal(bk_context_create(NULL, &w->ctx), BK_OK);
    bk_arena_init(&w->arena, w->ctx);
    for (size_t j = 0; j < J; j++)
        w->traded[j] = j != SERVICES;
    fill(w->trade, J * N * N, BK_UNKNOWN);
    fill(w->seed, J * N * N, BK_UNKNOWN);
    fill(w->import_share, J * N, BK_UNKNOWN);
    fill(w->intermediate_share, N * J, BK_UNKNOWN);
    for (size_t r = 0; r < N; r++) {
        w->value_added[r] = 1000.0 * number(1, r);
        for (size_t j = 0; j < J; j++) {
            const size_t rj = r * J + j;
            w->export_share[j * N + r] = j == SERVICES ? 0.0 : number(2, rj);
            w->sector_value_added[rj] = j == SERVICES ? 3.0 : 1.0;
            w->value_added_share[rj] = 0.4 + 0.1 * (double)j;
            w->own_of_exports[rj] = 0.15;
            w->own_of_imports[rj] = 0.10;
            memcpy(w->technology + rj * J, technology[j], sizeof technology[j]);
        }
        for (size_t i = 0; i < N; i++) {
            w->pair_total[r * N + i] = i == r ? BK_UNKNOWN : 40.0 * number(3, r * N + i);
            for (size_t j = 0; j < J; j++)
                w->tariff[at(j, r, i)] = i == r || j == SERVICES ? 0.0 : 0.1 * number(4, at(j, r, i));
        }
    }
    w->facts = (bk_balance_facts){N,
                                  J,
                                  region_names,
                                  sector_names,
                                  w->traded,
                                  w->value_added,
                                  w->pair_total,
                                  w->trade,
                                  w->seed,
                                  w->export_share,
                                  w->import_share,
                                  w->sector_value_added,
                                  w->value_added_share,
                                  w->intermediate_share,
                                  w->technology,
                                  w->tariff,
                                  w->own_of_exports,
                                  w->own_of_imports,
                                  w->own_least,
                                  0,
                                  w->cuts};
    *state = w;
    return 0;
}

static int
teardown(void **state)
{
    world *w = *state;

    bk_arena_release(&w->arena);
    bk_context_release(w->ctx);
    free(w);
    return 0;
}

static bk_status
build(world *w)
{
    return bk_balance_build(w->ctx, &w->facts, &w->arena, &w->base);
}

static bool
error_mentions(const world *w, const char *text)
{
    for (size_t i = 0; i < bk_error_count(w->ctx); i++)
        if (strstr(bk_error_get(w->ctx, i)->message, text) != NULL)
            return true;
    return false;
}

static const bk_balance_change *
change_find(const world *w, const char *quantity, uint32_t region, uint32_t sector)
{
    for (size_t i = 0; i < w->base.n_changes; i++) {
        const bk_balance_change *c = &w->base.changes[i];
        if (strcmp(c->quantity, quantity) == 0 && c->region == region && c->sector == sector)
            return c;
    }
    return NULL;
}

static double
exports_of(const bk_balance *b, size_t j, size_t r)
{
    double sum = 0.0;

    for (size_t n = 0; n < N; n++)
        sum += n == r ? 0.0 : b->trade[at(j, n, r)];
    return sum;
}

static double
imports_of(const bk_balance *b, size_t j, size_t r)
{
    double sum = 0.0;

    for (size_t i = 0; i < N; i++)
        sum += i == r ? 0.0 : b->trade[at(j, r, i)];
    return sum;
}

/* The economy as the trade layer takes it. */
static bk_economy
economy_of(const bk_balance *b, bk_region regions[N], bk_sector sectors[J])
{
    for (size_t r = 0; r < N; r++)
        regions[r] = (bk_region){
            .id = region_names[r], .name = region_names[r], .value_added = b->value_added[r], .deficit = b->deficit[r]};
    for (size_t j = 0; j < J; j++)
        sectors[j] = (bk_sector){
            .id = sector_names[j], .name = sector_names[j], .elasticity = 4.0 + (double)j, .traded = j != SERVICES};
    return (bk_economy){.n_regions = N,
                        .n_sectors = J,
                        .regions = regions,
                        .sectors = sectors,
                        .trade = b->trade,
                        .tariff = b->tariff,
                        .value_added_share = b->value_added_share,
                        .input_share = b->input_share,
                        .final_share = b->final_share,
                        .deficits = BK_DEFICITS_FIXED};
}

/* What must hold of every base year: markets clear, incomes are earned, shares are shares, and nothing moves when
 * nothing changes. */
static void
stands_still(world *w)
{
    const bk_balance        *b = &w->base;
    bk_region                regions[N];
    bk_sector                sectors[J];
    const bk_economy         economy = economy_of(b, regions, sectors);
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    const bk_trade_settings  settings = bk_trade_default_settings();
    const bk_trade_shock     no_change = {.tariff = NULL};

    bkt_close(b->residual, 0.0, 0.0, 1e-14);
    bkt_close(b->income_residual, 0.0, 0.0, 1e-14);
    bkt_close(bk_sum(b->deficit, N), 0.0, 0.0, 1e-9);
    for (size_t row = 0; row < N * J; row++)
        bkt_close(bk_sum(b->input_share + row * J, J), 1.0, 1e-15, 0.0);
    for (size_t r = 0; r < N; r++)
        bkt_close(bk_sum(b->final_share + r * J, J), 1.0, 1e-15, 0.0);
    for (size_t i = 0; i < J * N * N; i++)
        assert_true(b->trade[i] >= 0.0);
    assert_int_equal(bk_trade_calibrate(w->ctx, &economy, &w->arena, &base), BK_OK);
    assert_int_equal(bk_trade_solve(w->ctx, base, &no_change, &settings, NULL, &w->arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    for (size_t r = 0; r < N; r++) {
        bkt_close(solution->wage_hat[r], 1.0, 1e-12, 0.0);
        bkt_close(solution->price_hat[r], 1.0, 1e-12, 0.0);
        bkt_close(solution->income_hat[r], 1.0, 1e-12, 0.0);
    }
}

/* ---- from little ----------------------------------------------------------------------------------------------- */

static void
totals_pairs_and_a_technology_are_enough(void **state)
{
    world *w = *state;

    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < N; i++) {
            double sum = 0.0;
            for (size_t j = 0; j < J; j++)
                sum += w->base.trade[at(j, n, i)];
            if (n != i)
                bkt_close(sum, w->pair_total[n * N + i], 1e-12, 0.0);
        }
    for (size_t j = 0; j < J; j++)
        for (size_t i = 0; i < N; i++) { /* and compositions of exports are met, since nothing contradicts them */
            double total = 0.0, share = 0.0;
            for (size_t k = 0; k < J; k++) {
                total += exports_of(&w->base, k, i);
                share += w->export_share[k * N + i];
            }
            bkt_close(exports_of(&w->base, j, i), total * w->export_share[j * N + i] / share, 1e-10, 1e-12);
        }
}

static void
both_compositions_are_met_where_they_agree(void **state)
{
    world *w = *state;
    double exports[J * N] = {0}, imports[J * N] = {0};

    fill(w->pair_total, N * N, 0.0);
    for (size_t j = 0; j < SERVICES; j++) /* a world of trade by product; only its sums become facts */
        for (size_t n = 0; n < N; n++)
            for (size_t i = 0; i < N; i++) {
                const double value = n == i ? 0.0 : 20.0 * number(5, at(j, n, i));
                w->pair_total[n * N + i] += value;
                exports[j * N + i] += value;
                imports[j * N + n] += value;
            }
    memcpy(w->export_share, exports, sizeof exports);
    memcpy(w->import_share, imports, sizeof imports);
    assert_int_equal(build(w), BK_OK);
    assert_int_equal(w->base.products.outcome, BK_CONVERGED);
    stands_still(w);
    for (size_t j = 0; j < SERVICES; j++)
        for (size_t r = 0; r < N; r++) {
            bkt_close(exports_of(&w->base, j, r), exports[j * N + r], 1e-11, 0.0);
            bkt_close(imports_of(&w->base, j, r), imports[j * N + r], 1e-11, 0.0);
        }
    assert_null(change_find(w, "exports by product", 0, 0));
    assert_null(change_find(w, "imports by product", 0, 0));
}

static void
importers_give_way_to_exporters_and_it_is_told(void **state)
{
    world *w = *state;

    for (size_t r = 0; r < N; r++) { /* every exporter half and half, every importer three quarters grain */
        w->export_share[0 * N + r] = w->export_share[1 * N + r] = 1.0;
        w->import_share[0 * N + r] = 3.0;
        w->import_share[1 * N + r] = 1.0;
    }
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    for (size_t r = 0; r < N; r++) {
        bkt_close(exports_of(&w->base, 0, r), exports_of(&w->base, 1, r), 1e-10, 0.0);
        const bk_balance_change *change = change_find(w, "imports by product", (uint32_t)r, 0);
        assert_non_null(change);
        assert_int_equal(change->step, BK_STEP_PRODUCTS);
        bkt_close(change->before, 0.75 * (imports_of(&w->base, 0, r) + imports_of(&w->base, 1, r)), 1e-12, 0.0);
        bkt_close(change->after, imports_of(&w->base, 0, r), 1e-12, 0.0);
    }
}

static void
seeds_keep_their_cross_products(void **state)
{
    world *w = *state;

    for (size_t k = 0; k < 2 * N * N; k++)
        w->seed[k] = number(6, k);
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    /* grain against steel of two exporters, from two importers' side: only totals of exporters and of pairs were met,
     * so the ratio of ratios over importers is that of the seed up to a factor of each pair; with two products the odds
     * of a cell are seed odds times one factor of the exporter */
    for (size_t i = 0; i < N; i++) {
        double first = 0.0;
        for (size_t n = 0; n < N; n++) {
            if (n == i)
                continue;
            const double odds =
                w->base.trade[at(0, n, i)] / w->base.trade[at(1, n, i)] / (w->seed[at(0, n, i)] / w->seed[at(1, n, i)]);
            if (first > 0.0)
                bkt_close(odds, first, 1e-10, 0.0);
            first = odds;
        }
    }
}

/* ---- backwards from a known economy ------------------------------------------------------------------------------ */

/* A base year made from the little facts, handed back as complete facts. */
static void
facts_complete(world *w)
{
    const bk_balance *b = &w->base;

    memcpy(w->trade, b->trade, sizeof w->trade);
    memcpy(w->value_added_share, b->value_added_share, sizeof w->value_added_share);
    for (size_t r = 0; r < N; r++) {
        double use[J] = {0};
        for (size_t k = 0; k < J; k++) {
            const double output = exports_of(b, k, r) + b->trade[at(k, r, r)],
                         inputs = (1.0 - b->value_added_share[r * J + k]) * output;
            w->sector_value_added[r * J + k] = b->value_added_share[r * J + k] * output;
            for (size_t j = 0; j < J; j++) {
                w->technology[(r * J + k) * J + j] = inputs * b->input_share[(r * J + k) * J + j];
                use[j] += w->technology[(r * J + k) * J + j];
            }
        }
        for (size_t j = 0; j < J; j++) {
            double x = 0.0;
            for (size_t i = 0; i < N; i++)
                x += b->trade[at(j, r, i)] * (1.0 + w->tariff[at(j, r, i)]);
            w->intermediate_share[r * J + j] = use[j] / x;
        }
    }
}

static void
complete_consistent_facts_come_back_unchanged(void **state)
{
    world *w = *state;

    assert_int_equal(build(w), BK_OK);
    const bk_balance first = w->base;
    facts_complete(w);
    assert_int_equal(build(w), BK_OK);
    assert_int_equal(w->base.n_changes, 0);
    stands_still(w);
    for (size_t i = 0; i < J * N * N; i++)
        bkt_close(w->base.trade[i], first.trade[i], 1e-13, 0.0);
    for (size_t i = 0; i < N * J * J; i++)
        bkt_close(w->base.input_share[i], first.input_share[i], 1e-11, 0.0);
    for (size_t i = 0; i < N * J; i++)
        bkt_close(w->base.final_share[i], first.final_share[i], 1e-11, 0.0);
}

static void
input_table_keeps_the_technology_s_cross_products(void **state)
{
    world *w = *state;

    assert_int_equal(build(w), BK_OK);
    for (size_t r = 0; r < N; r++) {
        const double *v = w->base.input_share + r * J * J, *t = w->technology + r * J * J;
        for (size_t k = 0; k + 1 < J; k++)
            for (size_t j = 0; j + 1 < J; j++)
                bkt_close(v[k * J + j] * v[(k + 1) * J + j + 1] / (v[k * J + j + 1] * v[(k + 1) * J + j]),
                          t[k * J + j] * t[(k + 1) * J + j + 1] / (t[k * J + j + 1] * t[(k + 1) * J + j]), 1e-11, 0.0);
    }
}

static void
use_shares_move_by_one_factor_of_their_odds(void **state)
{
    world *w = *state;

    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < J; j++)
            w->intermediate_share[r * J + j] = 0.3 + 0.2 * (double)j;
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    for (size_t r = 0; r < N; r++) {
        double factor = 0.0;
        for (size_t j = 0; j < J; j++) {
            const double             s = 0.3 + 0.2 * (double)j;
            const bk_balance_change *change = change_find(w, "intermediate share", (uint32_t)r, (uint32_t)j);
            assert_non_null(change);
            bkt_close(change->before, s, 1e-15, 0.0);
            const double odds = change->after / (1.0 - change->after) / (s / (1.0 - s));
            if (j > 0)
                bkt_close(odds, factor, 1e-10, 0.0);
            factor = odds;
        }
    }
}

/* ---- floors, cuts ------------------------------------------------------------------------------------------------ */

static void
output_is_raised_to_the_floor_of_own_sales_and_services_pay(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N; i++)
        w->pair_total[i * N + 1] = i == 1 ? BK_UNKNOWN : 300.0; /* BBB exports more grain and steel than it makes */
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    for (size_t j = 0; j < SERVICES; j++) {
        const bk_balance_change *change = change_find(w, "own sales", 1, (uint32_t)j);
        assert_non_null(change);
        const double least = fmax(0.15 * exports_of(&w->base, j, 1), 0.10 * imports_of(&w->base, j, 1));
        bkt_close(change->after, least, 1e-12, 0.0);
        bkt_close(w->base.trade[at(j, 1, 1)], least, 1e-12, 0.0);
        assert_true(change->before < least);
    }
    assert_true(w->base.trade[at(SERVICES, 1, 1)] > 0.0);
    bkt_close(w->base.value_added[1], w->value_added[1], 1e-15, 0.0);
}

static void
more_exports_than_an_economy_can_make_are_refused_by_name(void **state)
{
    world *w = *state;

    for (size_t i = 0; i < N; i++)
        w->pair_total[i * N + 1] = i == 1 ? BK_UNKNOWN : 5000.0;
    assert_int_equal(build(w), BK_ERR_INCONSISTENT);
    assert_true(error_mentions(w, "BBB"));
    assert_non_null(bk_error_get(w->ctx, 0)->hint);
}

static void
cuts_replace_pairs_and_scale_the_others(void **state)
{
    world *w = *state;

    w->cuts[0] = (bk_balance_cut){.exporter = 1, .importer = 0, .value = 7.0};
    w->cuts[1] = (bk_balance_cut){.exporter = BK_NONE, .importer = 0, .value = 50.0};
    w->facts.n_cuts = 2;
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    double pair[N] = {0};
    for (size_t i = 1; i < N; i++)
        for (size_t j = 0; j < J; j++)
            pair[i] += w->base.trade[at(j, 0, i)];
    bkt_close(pair[1], 7.0, 1e-13, 0.0);
    bkt_close(pair[1] + pair[2] + pair[3], 50.0, 1e-13, 0.0);
    bkt_close(pair[2] / pair[3], w->pair_total[2] / w->pair_total[3], 1e-12, 0.0);
}

static void
known_cells_are_kept_and_a_smaller_pair_total_gives_way(void **state)
{
    world *w = *state;

    w->trade[at(0, 2, 3)] = 11.0;
    w->trade[at(0, 3, 2)] = 90.0;
    w->pair_total[2 * N + 3] = 31.0;
    w->pair_total[3 * N + 2] = 60.0; /* less than its grain alone */
    assert_int_equal(build(w), BK_OK);
    stands_still(w);
    bkt_close(w->base.trade[at(0, 2, 3)], 11.0, 0.0, 0.0);
    bkt_close(w->base.trade[at(1, 2, 3)], 20.0, 1e-12, 0.0);
    bkt_close(w->base.trade[at(0, 3, 2)], 90.0, 0.0, 0.0);
    bkt_close(w->base.trade[at(1, 3, 2)], 0.0, 0.0, 0.0);
    const bk_balance_change *change = change_find(w, "trade of a pair", 3, BK_NONE);
    assert_non_null(change);
    assert_int_equal(change->step, BK_STEP_PAIRS);
    bkt_close(change->before, 60.0, 0.0, 0.0);
    bkt_close(change->after, 90.0, 0.0, 0.0);
}

/* ---- refusals --------------------------------------------------------------------------------------------------- */

static void
pair_without_a_possible_product_is_named(void **state)
{
    world *w = *state;

    for (size_t r = 0; r < N; r++)
        w->import_share[0 * N + r] = w->import_share[1 * N + r] = 1.0;
    w->export_share[0 * N + 1] = 0.0; /* BBB sells steel only */
    w->import_share[1 * N + 2] = 0.0; /* CCC buys grain only */
    assert_int_equal(build(w), BK_ERR_INCONSISTENT);
    assert_true(error_mentions(w, "BBB sells"));
    assert_true(error_mentions(w, "to CCC"));
}

static void
missing_accounts_are_all_named_in_one_run(void **state)
{
    world *w = *state;

    w->sector_value_added[0 * J + 1] = BK_UNKNOWN;
    w->value_added_share[3 * J + 0] = BK_UNKNOWN;
    assert_int_equal(build(w), BK_ERR_INCONSISTENT);
    assert_true(error_mentions(w, "value added of steel in AAA"));
    assert_true(error_mentions(w, "of grain in DDD"));
}

static void
technology_that_cannot_use_a_product_is_refused_by_name(void **state)
{
    world *w = *state;

    for (size_t r = 0; r < N; r++)
        for (size_t k = 0; k < J; k++) {
            w->technology[(r * J + k) * J + 0] = r == 2 ? 0.0 : 1.0; /* no sector of CCC uses grain ... */
            w->intermediate_share[r * J + k] = 0.5;                  /* ... but half of it is used by sectors */
        }
    assert_int_equal(build(w), BK_ERR_INCONSISTENT);
    assert_true(error_mentions(w, "grain in CCC"));
}

static void
facts_that_are_not_numbers_are_refused(void **state)
{
    world *w = *state;

    w->tariff[3] = NAN;
    assert_int_equal(build(w), BK_ERR_VALUE);
    w->tariff[3] = 0.0;
    w->value_added[2] = 0.0;
    assert_int_equal(build(w), BK_ERR_VALUE);
    assert_true(error_mentions(w, "CCC"));
}

/* ---- the market-clearing correction -------------------------------------------------------------------------------
 */

static void
correction_leaves_a_balanced_economy_alone(void **state)
{
    world    *w = *state;
    bk_region regions[N];
    bk_sector sectors[J];

    assert_int_equal(build(w), BK_OK);
    const bk_balance before = w->base;
    const bk_economy economy = economy_of(&before, regions, sectors);
    assert_int_equal(bk_balance_clear(w->ctx, &economy, &w->arena, &w->base), BK_OK);
    assert_int_equal(w->base.n_changes, 0);
    for (size_t i = 0; i < J * N * N; i++)
        bkt_close(w->base.trade[i], before.trade[i], 0.0, 0.0);
}

static void
correction_keeps_trade_where_final_demand_can_take_the_difference(void **state)
{
    world    *w = *state;
    bk_region regions[N];
    bk_sector sectors[J];
    double    trade[J * N * N];

    assert_int_equal(build(w), BK_OK);
    const bk_balance before = w->base;
    memcpy(trade, before.trade, sizeof trade);
    for (size_t i = 0; i < J * N * N; i++)
        trade[i] *= 1.0 + 0.01 * (number(8, i) - 1.0);
    bk_economy economy = economy_of(&before, regions, sectors);
    economy.trade = trade;
    assert_int_equal(bk_balance_clear(w->ctx, &economy, &w->arena, &w->base), BK_OK);
    assert_true(w->base.n_changes > 0);
    assert_null(change_find(w, "expenditure", 0, 0));
    for (size_t i = 0; i < J * N * N; i++)
        bkt_close(w->base.trade[i], trade[i], 0.0, 0.0);
    stands_still(w);
}

static void
correction_moves_values_where_final_demand_would_be_negative(void **state)
{
    world    *w = *state;
    bk_region regions[N];
    bk_sector sectors[J];
    double    trade[J * N * N];

    assert_int_equal(build(w), BK_OK);
    const bk_balance before = w->base;
    memcpy(trade, before.trade, sizeof trade);
    for (size_t i = 0; i < N; i++)
        trade[at(0, 1, i)] *= 0.2; /* BBB buys less grain than its sectors use */
    bk_economy economy = economy_of(&before, regions, sectors);
    economy.trade = trade;
    assert_int_equal(bk_balance_clear(w->ctx, &economy, &w->arena, &w->base), BK_OK);
    stands_still(w);
    assert_non_null(change_find(w, "expenditure", 1, 0));
    for (size_t i = 0; i + 1 < N; i++) /* values moved, the shares of suppliers did not */
        bkt_close(w->base.trade[at(0, 1, i)] / w->base.trade[at(0, 1, i + 1)],
                  trade[at(0, 1, i)] / trade[at(0, 1, i + 1)], 1e-12, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(totals_pairs_and_a_technology_are_enough, setup, teardown),
        cmocka_unit_test_setup_teardown(both_compositions_are_met_where_they_agree, setup, teardown),
        cmocka_unit_test_setup_teardown(importers_give_way_to_exporters_and_it_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(seeds_keep_their_cross_products, setup, teardown),
        cmocka_unit_test_setup_teardown(complete_consistent_facts_come_back_unchanged, setup, teardown),
        cmocka_unit_test_setup_teardown(input_table_keeps_the_technology_s_cross_products, setup, teardown),
        cmocka_unit_test_setup_teardown(use_shares_move_by_one_factor_of_their_odds, setup, teardown),
        cmocka_unit_test_setup_teardown(output_is_raised_to_the_floor_of_own_sales_and_services_pay, setup, teardown),
        cmocka_unit_test_setup_teardown(more_exports_than_an_economy_can_make_are_refused_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(cuts_replace_pairs_and_scale_the_others, setup, teardown),
        cmocka_unit_test_setup_teardown(known_cells_are_kept_and_a_smaller_pair_total_gives_way, setup, teardown),
        cmocka_unit_test_setup_teardown(pair_without_a_possible_product_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(missing_accounts_are_all_named_in_one_run, setup, teardown),
        cmocka_unit_test_setup_teardown(technology_that_cannot_use_a_product_is_refused_by_name, setup, teardown),
        cmocka_unit_test_setup_teardown(facts_that_are_not_numbers_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(correction_leaves_a_balanced_economy_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(correction_keeps_trade_where_final_demand_can_take_the_difference, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(correction_moves_values_where_final_demand_would_be_negative, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
