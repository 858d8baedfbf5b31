/* What must hold of the trade equilibrium whatever the numbers, on random economies. */
#include "bkt_trade.h"

enum { N_SEEDS = 40 };

/* A kind of economy for each seed: one to four sectors, with and without everything. */
static bkt_economy_kind
kind_of(uint64_t seed)
{
    return (bkt_economy_kind){.n_regions = 2 + seed % 7,
                              .n_sectors = 1 + seed % 4,
                              .inputs = seed % 2 == 0,
                              .tariffs = seed % 3 != 0,
                              .deficits = seed % 5 < 3,
                              .home = seed % 4 == 3,
                              .gaps = seed % 7 == 6};
}

static size_t
cell_count(const bk_economy *economy)
{
    return economy->n_sectors * economy->n_regions * economy->n_regions;
}

static double *
random_tariffs(const bk_economy *economy, uint64_t seed, bk_arena *arena)
{
    const size_t n = economy->n_regions;
    double      *tariff = BK_NEW(arena, double, cell_count(economy));

    for (size_t c = 0; c < cell_count(economy); c++)
        tariff[c] = c / n % n == c % n ? 0.0 : bkt_draw(seed, 9, c, 0.0, 0.5);
    return tariff;
}

static void
no_change_changes_nothing(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = kind_of(seed);
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = bkt_economy_create(&kind, seed, &t.arena);
        const bk_trade_solution *s = bkt_solve(&t, bkt_calibrate(&t, &e->economy), NULL);
        assert_string_equal(t.log, "");
        for (size_t n = 0; n < kind.n_regions; n++) {
            bkt_close(s->wage_hat[n], 1.0, 1e-12, 0);
            bkt_close(s->price_hat[n], 1.0, 1e-12, 0);
            bkt_close(s->income_hat[n], 1.0, 1e-12, 0);
            bkt_close(s->welfare_pct[n], 0.0, 0, 1e-10);
        }
        for (size_t c = 0; c < cell_count(&e->economy); c++)
            bkt_close(s->trade[c], e->trade[c], 1e-11, 0);
        bkt_trade_close(&t);
    }
}

static void
the_unit_of_money_does_not_matter(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = kind_of(seed);
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = bkt_economy_create(&kind, seed, &t.arena);
        const bk_trade_shock     shock = {.cost = bkt_random_costs(&e->economy, seed, 0.3, &t.arena)};
        const bk_trade_solution *one = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &shock);
        const double             unit = seed % 2 == 0 ? 2.0 : 7.3e9;
        for (size_t c = 0; c < cell_count(&e->economy); c++)
            e->trade[c] *= unit;
        for (size_t n = 0; n < kind.n_regions; n++) {
            e->regions[n].value_added *= unit;
            e->regions[n].deficit *= unit;
        }
        const bk_trade_solution *other = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &shock);
        for (size_t n = 0; n < kind.n_regions; n++) {
            bkt_close(other->wage_hat[n], one->wage_hat[n], 3e-12, 0);
            bkt_close(other->welfare_pct[n], one->welfare_pct[n], 0, 1e-9);
            bkt_close(other->equivalent_variation[n], unit * one->equivalent_variation[n], 1e-8, unit * 1e-10);
        }
        bkt_trade_close(&t);
    }
}

/* The same economy with region n in place order[n]. */
static bkt_economy *
relabelled(const bkt_economy *e, const bkt_economy_kind *kind, const size_t *order, bk_arena *arena)
{
    const size_t n = kind->n_regions, s = kind->n_sectors;
    bkt_economy *other = bkt_economy_create(kind, 0, arena);

    for (size_t r = 0; r < n; r++) {
        other->regions[order[r]].value_added = e->regions[r].value_added;
        other->regions[order[r]].deficit = e->regions[r].deficit;
        for (size_t i = 0; i < s; i++) {
            other->value_added_share[order[r] * s + i] = e->value_added_share[r * s + i];
            other->final_share[order[r] * s + i] = e->final_share[r * s + i];
        }
        for (size_t i = 0; i < s * s; i++)
            other->input_share[order[r] * s * s + i] = e->input_share[r * s * s + i];
    }
    for (size_t j = 0; j < s; j++) {
        other->sectors[j].elasticity = e->sectors[j].elasticity;
        for (size_t r = 0; r < n; r++)
            for (size_t m = 0; m < n; m++) {
                other->trade[(j * n + order[r]) * n + order[m]] = e->trade[(j * n + r) * n + m];
                other->tariff[(j * n + order[r]) * n + order[m]] = e->tariff[(j * n + r) * n + m];
            }
    }
    return other;
}

static void
relabelling_regions_permutes_the_answer(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = kind_of(seed);
        const size_t           n = kind.n_regions, cells = kind.n_sectors * n * n;
        size_t                 order[16];
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kind, seed, &t.arena);
        for (size_t r = 0; r < n; r++)
            order[r] = (r + 1 + seed % (n - 1)) % n;
        bkt_economy  *other = relabelled(e, &kind, order, &t.arena);
        const double *cost = bkt_random_costs(&e->economy, seed, 0.3, &t.arena);
        double       *moved = BK_NEW(&t.arena, double, cells);
        for (size_t c = 0; c < cells; c++)
            moved[(c / (n * n) * n + order[c / n % n]) * n + order[c % n]] = cost[c];
        const bk_trade_solution *a = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.cost = cost});
        const bk_trade_solution *b =
            bkt_solve(&t, bkt_calibrate(&t, &other->economy), &(bk_trade_shock){.cost = moved});
        for (size_t r = 0; r < n; r++) {
            bkt_close(b->wage_hat[order[r]], a->wage_hat[r], 3e-12, 0);
            bkt_close(b->welfare_pct[order[r]], a->welfare_pct[r], 0, 1e-9);
            bkt_close(b->terms_of_trade_pct[order[r]], a->terms_of_trade_pct[r], 0, 1e-9);
        }
        bkt_trade_close(&t);
    }
}

/* Everything recomputed from the solution's trade alone. */
static void
assert_accounts(const bk_economy *e, const bk_trade_base *base, const bk_trade_solution *s, const double *tariff)
{
    const size_t n_regions = e->n_regions, n_sectors = e->n_sectors;
    const double world = bk_trade_base_world(base);

    for (size_t n = 0; n < n_regions; n++) {
        double revenue = 0.0, spent = 0.0, labour = 0.0, net_imports = 0.0;
        for (size_t j = 0; j < n_sectors; j++) {
            double bought = 0.0, sold = 0.0;
            for (size_t i = 0; i < n_regions; i++) {
                const size_t cell = (j * n_regions + n) * n_regions + i;
                bought += s->trade[cell] * (1.0 + tariff[cell]);
                revenue += s->trade[cell] * tariff[cell];
                sold += s->trade[(j * n_regions + i) * n_regions + n];
                net_imports += s->trade[cell] - s->trade[(j * n_regions + i) * n_regions + n];
            }
            bkt_close(bought, s->expenditure[j * n_regions + n], 0, 1e-12 * world); /* shares sum to 1 */
            const double share = e->value_added_share[n * n_sectors + j];
            labour += share * sold;
            spent += bought - (1.0 - share) * sold;
        }
        const double income = s->income_hat[n] * bk_trade_base_income(base)[n];
        bkt_close(revenue, s->tariff_revenue[n], 0, 1e-12 * world);
        bkt_close(labour, s->wage_hat[n] * e->regions[n].value_added, 0, 1e-11 * world);
        bkt_close(net_imports, e->regions[n].deficit, 0, 1e-11 * world);
        bkt_close(spent, income, 0, 1e-11 * world);
        bkt_close(income, labour + revenue + e->regions[n].deficit, 0, 1e-11 * world);
    }
}

static void
expenditure_income_and_trade_add_up(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = kind_of(seed);
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = bkt_economy_create(&kind, seed, &t.arena);
        const bk_trade_base     *base = bkt_calibrate(&t, &e->economy);
        const double            *tariff = random_tariffs(&e->economy, seed, &t.arena);
        const bk_trade_shock     shock = {.tariff = tariff, .cost = bkt_random_costs(&e->economy, seed, 0.5, &t.arena)};
        const bk_trade_solution *s = bkt_solve(&t, base, &shock);
        double                   value_added = 0.0;
        assert_accounts(&e->economy, base, s, tariff);
        assert_true(s->walras <= 1e-10);
        for (size_t n = 0; n < kind.n_regions; n++)
            value_added += s->wage_hat[n] * e->regions[n].value_added;
        bkt_close(value_added, bk_trade_base_world(base), 1e-12, 0); /* numeraire */
        bkt_trade_close(&t);
    }
}

/* Arkolakis, Costinot & Rodriguez-Clare (2012), equation 1: one sector, no tariffs, balanced trade. */
static void
with_one_sector_welfare_follows_from_the_own_share_and_the_elasticity(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = {.n_regions = 2 + seed % 6, .n_sectors = 1};
        const size_t           n_regions = kind.n_regions;
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = bkt_economy_create(&kind, seed, &t.arena);
        const bk_trade_solution *s =
            bkt_solve(&t, bkt_calibrate(&t, &e->economy),
                      &(bk_trade_shock){.cost = bkt_random_costs(&e->economy, seed, 0.5, &t.arena)});
        for (size_t n = 0; n < n_regions; n++) {
            double before = 0.0, after = 0.0;
            for (size_t i = 0; i < n_regions; i++) {
                before += e->trade[n * n_regions + i];
                after += s->trade[n * n_regions + i];
            }
            const double own_share_hat = s->trade[n * n_regions + n] / after / (e->trade[n * n_regions + n] / before);
            bkt_close(1.0 + s->welfare_pct[n] / 100.0, pow(own_share_hat, -1.0 / e->sectors[0].elasticity), 1e-11, 0);
        }
        bkt_trade_close(&t);
    }
}

/* The gain from a uniform productivity rise everywhere is that rise, and nothing else happens. */
static void
everyone_more_productive_alike_gains_alike(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        bkt_economy_kind kind = kind_of(seed);
        kind.inputs = false; /* with inputs the gain is multiplied */
        bkt_trade t;
        bkt_trade_open(&t, 1);
        bkt_economy *e = bkt_economy_create(&kind, seed, &t.arena);
        double      *productivity = BK_NEW(&t.arena, double, kind.n_sectors *kind.n_regions);
        for (size_t i = 0; i < kind.n_sectors * kind.n_regions; i++)
            productivity[i] = 1.25;
        const bk_trade_solution *s =
            bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.productivity = productivity});
        for (size_t n = 0; n < kind.n_regions; n++) {
            bkt_close(s->welfare_pct[n], 25.0, 1e-11, 0);
            bkt_close(s->wage_hat[n], 1.0, 1e-12, 0);
        }
        bkt_trade_close(&t);
    }
}

/* Going there in two steps and back again: the second base is the first solution. */
static void
a_change_and_its_reverse_cancel(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < N_SEEDS; seed++) {
        const bkt_economy_kind kind = kind_of(seed);
        bkt_trade              t;
        bkt_trade_open(&t, 1);
        bkt_economy             *e = bkt_economy_create(&kind, seed, &t.arena);
        double                  *cost = bkt_random_costs(&e->economy, seed, 0.3, &t.arena);
        const bk_trade_solution *there = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.cost = cost});
        for (size_t c = 0; c < cell_count(&e->economy); c++) {
            e->trade[c] = there->trade[c];
            cost[c] = 1.0 / cost[c];
        }
        for (size_t n = 0; n < kind.n_regions; n++)
            e->regions[n].value_added *= there->wage_hat[n];
        const bk_trade_solution *back = bkt_solve(&t, bkt_calibrate(&t, &e->economy), &(bk_trade_shock){.cost = cost});
        for (size_t n = 0; n < kind.n_regions; n++) {
            bkt_close(there->wage_hat[n] * back->wage_hat[n], 1.0, 1e-10, 0);
            bkt_close((1.0 + there->welfare_pct[n] / 100.0) * (1.0 + back->welfare_pct[n] / 100.0), 1.0, 1e-10, 0);
        }
        bkt_trade_close(&t);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_change_changes_nothing),
        cmocka_unit_test(the_unit_of_money_does_not_matter),
        cmocka_unit_test(relabelling_regions_permutes_the_answer),
        cmocka_unit_test(expenditure_income_and_trade_add_up),
        cmocka_unit_test(with_one_sector_welfare_follows_from_the_own_share_and_the_elasticity),
        cmocka_unit_test(everyone_more_productive_alike_gains_alike),
        cmocka_unit_test(a_change_and_its_reverse_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
