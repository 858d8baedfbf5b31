/* The economy of the built-in study from its facts; SOURCE.md says what is compared and why to that tolerance. */
#include "facts.h"

#include "buckle/trade.h"

typedef struct bench {
    bk_context *ctx;
    bk_arena    arena;
    bulk       *bulk;
    published   study;
    facts       facts;
    double      trade[SECTORS][REGIONS][REGIONS];
    bk_balance  result;
} bench;

static int
setup(void **state)
{
    bench      *b = calloc(1, sizeof *b);
    const char *root = getenv("BUCKLE_ROOT");

    assert_non_null(b);
    assert_int_equal(bk_context_create(NULL, &b->ctx), BK_OK);
    bk_arena_init(&b->arena, b->ctx);
    *state = b;
    if (bkt_shared() == NULL)
        return 0;
    b->bulk = bulk_read(b->ctx, &b->arena, bk_arena_format(&b->arena, "%s/data/economy", bkt_shared()));
    published_read(b->ctx, &b->arena, bk_arena_format(&b->arena, "%s/studies/silkroad", root != NULL ? root : "."),
                   &b->study);
    return 0;
}

static int
teardown(void **state)
{
    bench *b = *state;

    bk_arena_release(&b->arena);
    bk_context_release(b->ctx);
    free(b);
    return 0;
}

/* Known cells between regions from `trade`, own sales left open. */
static void
build(bench *b)
{
    facts  *f = &b->facts;
    double *known = (double *)f->trade, *seed = (double *)f->seed, *pair = (double *)f->pair_total;
    double *export_share = (double *)f->export_share, *import_share = (double *)f->import_share;

    for (size_t at = 0; at < SECTORS * REGIONS * REGIONS; at++) {
        const bool is_known = at / (REGIONS * REGIONS) != SERVICES && at / REGIONS % REGIONS != at % REGIONS;
        known[at] = is_known ? ((const double *)b->trade)[at] : BK_UNKNOWN;
        seed[at] = BK_UNKNOWN;
    }
    for (size_t at = 0; at < REGIONS * REGIONS; at++)
        pair[at] = BK_UNKNOWN;
    for (size_t at = 0; at < SECTORS * REGIONS; at++)
        export_share[at] = import_share[at] = BK_UNKNOWN;
    const bk_balance_facts given = {REGIONS,
                                    SECTORS,
                                    b->study.regions,
                                    b->study.sectors,
                                    f->traded,
                                    b->study.value_added,
                                    pair,
                                    known,
                                    seed,
                                    export_share,
                                    import_share,
                                    f->sector_value_added[0],
                                    f->value_added_share[0],
                                    f->intermediate_share[0],
                                    f->technology[0][0],
                                    b->study.tariff[0][0],
                                    f->own_of_exports[0],
                                    f->own_of_imports[0],
                                    f->own_least[0],
                                    f->n_cuts,
                                    f->cuts};
    assert_int_equal(bk_balance_build(b->ctx, &given, &b->arena, &b->result), BK_OK);
}

/* Largest relative difference over n values; equal zeros are none. */
static double
distance(const double *actual, const double *expected, size_t n)
{
    double largest = 0.0;

    for (size_t i = 0; i < n; i++)
        if (actual[i] != expected[i])
            largest = fmax(largest, fabs(actual[i] - expected[i]) / fmax(fabs(actual[i]), fabs(expected[i])));
    return largest;
}

static void
compare(const bench *b, double tolerance)
{
    const bk_balance *r = &b->result;
    const published  *p = &b->study;
    const double      trade = distance(r->trade, p->trade[0][0], SECTORS * REGIONS * REGIONS);
    const double      deficit = distance(r->deficit, p->deficit, REGIONS);
    const double      added = distance(r->value_added_share, p->value_added_share[0], REGIONS * SECTORS);
    const double      input = distance(r->input_share, p->input_share[0][0], REGIONS * SECTORS * SECTORS);
    const double      final = distance(r->final_share, p->final_share[0], REGIONS * SECTORS);

    print_message("# largest relative difference: trade %.2g, deficit %.2g, value-added share %.2g, input share %.2g, "
                  "final share %.2g; residual %.2g, changes %zu\n",
                  trade, deficit, added, input, final, r->residual, r->n_changes);
    assert_true(trade <= tolerance);
    assert_true(added <= tolerance);
    assert_true(input <= tolerance);
    assert_true(final <= tolerance);
    for (size_t i = 0; i < REGIONS; i++) /* a difference of sums: relative to trade, not to itself */
        bkt_close(r->deficit[i], p->deficit[i], 0.0, tolerance * p->value_added[i]);
    bkt_close(r->residual, 0.0, 0.0, 1e-14);
    bkt_close(r->income_residual, 0.0, 0.0, 1e-14);
}

static void
own_sales_and_shares_follow_from_the_study_s_trade_between_regions(void **state)
{
    bench        *b = *state;
    static double with_members[SECTORS][REGIONS][REGIONS];

    bkt_skip_without_shared();
    memcpy(b->trade, b->study.trade, sizeof b->trade);
    facts_trade(b->ctx, &b->arena, b->bulk, &b->study, with_members); /* for the trade among members of XEU and XRW */
    for (size_t j = 0; j < SECTORS; j++)
        for (size_t r = 0; r < REGIONS; r++)
            b->trade[j][r][r] = with_members[j][r][r];
    facts_accounts(b->bulk, &b->study, b->trade, &b->facts);
    build(b);
    compare(b, 1e-8);
}

static void
whole_economy_follows_from_the_bulk_tables(void **state)
{
    bench        *b = *state;
    static double uncut[SECTORS][REGIONS][REGIONS];

    bkt_skip_without_shared();
    facts_trade(b->ctx, &b->arena, b->bulk, &b->study, uncut);
    memcpy(b->trade, uncut, sizeof uncut);
    facts_cuts(&b->study, b->trade, &b->facts);
    facts_accounts(b->bulk, &b->study, b->trade, &b->facts);
    memcpy(b->trade, uncut, sizeof uncut); /* the cut is the library's work */
    build(b);
    compare(b, 1e-6);
}

static void
nothing_moves_in_it_when_nothing_changes(void **state)
{
    bench        *b = *state;
    static double with_members[SECTORS][REGIONS][REGIONS];

    bkt_skip_without_shared();
    facts_trade(b->ctx, &b->arena, b->bulk, &b->study, with_members);
    memcpy(b->trade, with_members, sizeof with_members);
    facts_accounts(b->bulk, &b->study, b->trade, &b->facts);
    build(b);
    const bk_balance        *r = &b->result;
    bk_region                regions[REGIONS] = {0};
    bk_sector                sectors[SECTORS] = {0};
    const bk_trade_settings  settings = bk_trade_default_settings();
    const bk_trade_shock     no_change = {.tariff = NULL};
    const bk_trade_base     *base;
    const bk_trade_solution *solution;
    for (size_t n = 0; n < REGIONS; n++)
        regions[n] = (bk_region){.id = b->study.regions[n], .value_added = r->value_added[n], .deficit = r->deficit[n]};
    for (size_t j = 0; j < SECTORS; j++)
        sectors[j] = (bk_sector){.id = b->study.sectors[j], .elasticity = 5.0, .traded = j != SERVICES};
    const bk_economy economy = {.n_regions = REGIONS,
                                .n_sectors = SECTORS,
                                .regions = regions,
                                .sectors = sectors,
                                .trade = r->trade,
                                .tariff = r->tariff,
                                .value_added_share = r->value_added_share,
                                .input_share = r->input_share,
                                .final_share = r->final_share,
                                .deficits = BK_DEFICITS_FIXED};
    assert_int_equal(bk_trade_calibrate(b->ctx, &economy, &b->arena, &base), BK_OK);
    assert_int_equal(bk_trade_solve(b->ctx, base, &no_change, &settings, NULL, &b->arena, &solution), BK_OK);
    assert_int_equal(solution->outcome, BK_CONVERGED);
    for (size_t n = 0; n < REGIONS; n++) {
        bkt_close(solution->wage_hat[n], 1.0, 1e-12, 0.0);
        bkt_close(solution->price_hat[n], 1.0, 1e-12, 0.0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(own_sales_and_shares_follow_from_the_study_s_trade_between_regions, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(whole_economy_follows_from_the_bulk_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_moves_in_it_when_nothing_changes, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
