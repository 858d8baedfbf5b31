#include "bkt_open.h"

#include "buckle/invest.h"

enum { MOST = 6 };

/* Year by year: what is open earns, grown and discounted. */
static double
value_of_order(const bk_sequence_problem *problem, const uint32_t *order)
{
    double value = 0.0, paid = 0.0;
    int    opens[MOST];

    for (size_t i = 0; i < problem->n_projects; i++) {
        paid += problem->price[order[i]];
        opens[i] = problem->building;
        while ((opens[i] - problem->building) * problem->per_year < paid * (1.0 - 1e-12))
            opens[i]++;
    }
    for (int year = 0; year < problem->horizon; year++) {
        size_t set = 0;
        for (size_t i = 0; i < problem->n_projects; i++)
            set |= opens[i] <= year ? (size_t)1 << order[i] : 0;
        value += problem->yearly[set] * pow(1.0 + problem->growth, year) / pow(1.0 + problem->discount, year);
    }
    return value;
}

/* Every order of what is left, by exchanging. */
static double
best_order(const bk_sequence_problem *problem, uint32_t *order, size_t from)
{
    double best = -INFINITY;

    if (from == problem->n_projects)
        return value_of_order(problem, order);
    for (size_t i = from; i < problem->n_projects; i++) {
        const uint32_t kept = order[from];
        order[from] = order[i];
        order[i] = kept;
        best = fmax(best, best_order(problem, order, from + 1));
        order[i] = order[from];
        order[from] = kept;
    }
    return best;
}

static void
the_order_is_the_best_of_all_orders(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 400; seed++) {
        double       price[MOST], yearly[1 << MOST] = {0};
        uint32_t     order[MOST];
        bk_sequence  found;
        const size_t n = 1 + seed % MOST;
        for (size_t p = 0; p < n; p++) {
            price[p] = 3.0 * bk_uniform(seed, 1, p);
            order[p] = (uint32_t)p;
        }
        for (size_t set = 1; set < (size_t)1 << n; set++)
            yearly[set] = bk_uniform(seed, 2, set) - 0.2 + 0.3 * __builtin_popcountll(set);
        const bk_sequence_problem problem = {n, price, yearly, 0.7, (int)(seed % 3), 25, 0.06, 0.02};
        assert_int_equal(bk_sequence_find(ctx, &problem, &arena, &found), BK_OK);
        bkt_close(found.value, value_of_order(&problem, found.order), 1e-12, 1e-12);
        bkt_close(found.value, best_order(&problem, order, 0), 1e-12, 1e-12);
        for (size_t i = 1; i < n; i++)
            assert_true(found.opens[i] >= found.opens[i - 1]);
        bk_arena_release(&arena);
    }
}

/* One a year of price 1 each, independent: the most earning first, by hand 3/1.1 + (3 + 2)/1.1^2 + 6 (1.1^-3 + ...). */
static void
the_dearest_to_wait_for_comes_first(void **state)
{
    const double price[3] = {1.0, 1.0, 1.0}, gain[3] = {1.0, 3.0, 2.0};
    double       yearly[8];
    bk_sequence  found;

    (void)state;
    for (size_t set = 0; set < 8; set++)
        yearly[set] = gain[0] * (double)(set & 1) + gain[1] * (double)(set >> 1 & 1) + gain[2] * (double)(set >> 2 & 1);
    const bk_sequence_problem problem = {3, price, yearly, 1.0, 0, 5, 0.1, 0.0};
    assert_int_equal(bk_sequence_find(ctx, &problem, &arena, &found), BK_OK);
    assert_int_equal(found.order[0], 1);
    assert_int_equal(found.order[1], 2);
    assert_int_equal(found.order[2], 0);
    assert_int_equal(found.opens[0], 1);
    assert_int_equal(found.opens[2], 3);
    bkt_close(found.value, 3.0 / 1.1 + 5.0 / 1.21 + 6.0 / 1.331 + 6.0 / 1.4641, 1e-14, 0.0);
    bkt_close(found.all_at_once, 6.0 * (1.0 + 1.0 / 1.1 + 1.0 / 1.21 + 1.0 / 1.331 + 1.0 / 1.4641), 1e-14, 0.0);
}

static void
an_order_without_money_is_refused(void **state)
{
    const double              price[1] = {1.0}, yearly[2] = {0.0, 1.0};
    const bk_sequence_problem problem = {1, price, yearly, 0.0, 0, 5, 0.1, 0.0};
    bk_sequence               found;

    (void)state;
    assert_int_equal(bk_sequence_find(ctx, &problem, &arena, &found), BK_ERR_USAGE);
    bk_error_clear(ctx);
}

/* Savage's own kind of table: 3 choices, 2 states; regrets 4, 3, 5 by hand. */
static void
the_least_regret_is_the_smallest_of_the_largest(void **state)
{
    const double value[6] = {10.0, 1.0, 7.0, 5.0, 5.0, 0.0};
    double       regret[3];

    (void)state;
    assert_int_equal(bk_least_regret(3, 2, value, regret), 1);
    bkt_close(regret[0], 4.0, 0.0, 0.0);
    bkt_close(regret[1], 3.0, 0.0, 0.0);
    bkt_close(regret[2], 5.0, 0.0, 0.0);
}

/* Against the definition, written the other way round. */
static void
regret_is_what_the_definition_says(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        const size_t n = 1 + seed % 9, s = 1 + seed / 9 % 4;
        double       value[36], regret[9], least = INFINITY;
        for (size_t i = 0; i < n * s; i++)
            value[i] = bk_uniform(seed, 1, i);
        const size_t best = bk_least_regret(n, s, value, regret);
        for (size_t c = 0; c < n; c++) {
            double largest = 0.0;
            for (size_t other = 0; other < n; other++)
                for (size_t k = 0; k < s; k++)
                    largest = fmax(largest, value[other * s + k] - value[c * s + k]);
            bkt_close(regret[c], largest, 1e-15, 0.0);
            least = fmin(least, largest);
        }
        bkt_close(regret[best], least, 1e-15, 0.0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_order_is_the_best_of_all_orders),
        cmocka_unit_test(the_dearest_to_wait_for_comes_first),
        cmocka_unit_test(an_order_without_money_is_refused),
        cmocka_unit_test(the_least_regret_is_the_smallest_of_the_largest),
        cmocka_unit_test(regret_is_what_the_definition_says),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
