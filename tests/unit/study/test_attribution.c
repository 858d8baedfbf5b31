/* Attribution of a gain to measures: which sets are solved, and how known worths are split. */
#include "bkt.h"
#include "study/attribution.h"

typedef struct fixture {
    bk_context          *ctx;
    bk_arena             arena;
    bki_attribution_plan plan;
    bki_worths           worths;
    const bk_parts      *parts;
} fixture;

static fixture
start(bk_attribution rule, size_t n_measures, size_t n_columns)
{
    fixture         f = {.worths = {.n_columns = n_columns}};
    bk_run_settings settings = bk_run_default_settings();

    settings.attribution = rule;
    assert_int_equal(bk_context_create(NULL, &f.ctx), BK_OK);
    bk_arena_init(&f.arena, f.ctx);
    assert_int_equal(bki_attribution_plan_make(&settings, n_measures, &f.arena, &f.plan), BK_OK);
    f.worths.sets = BK_NEW(&f.arena, uint64_t, f.plan.n_sets + 2);
    f.worths.worth = BK_NEW(&f.arena, double, (f.plan.n_sets + 2) * n_columns);
    return f;
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
}

typedef double (*game)(uint64_t set, size_t column);

static void
add_worth(fixture *f, uint64_t set, game worth)
{
    for (size_t c = 0; c < f->worths.n_columns; c++)
        f->worths.worth[f->worths.n * f->worths.n_columns + c] = worth(set, c);
    f->worths.sets[f->worths.n++] = set;
}

static uint64_t
whole_of(const fixture *f)
{
    return (UINT64_C(1) << f->plan.n_measures) - 1;
}

static const bk_parts *
split(fixture *f, game worth)
{
    add_worth(f, 0, worth);
    add_worth(f, whole_of(f), worth);
    for (size_t s = 0; s < f->plan.n_sets; s++)
        add_worth(f, f->plan.sets[s], worth);
    assert_int_equal(bki_attribution_split(f->ctx, &f->plan, &f->worths, &f->arena, &f->parts), BK_OK);
    return f->parts;
}

static double
of_one(uint64_t set, size_t column)
{
    return set ? (column ? -0.2 : 0.4) : 0.0;
}

static void
one_measure_is_the_whole(void **state)
{
    static const bk_attribution rules[] = {BK_ATTRIBUTION_ALONE, BK_ATTRIBUTION_SHAPLEY, BK_ATTRIBUTION_BY_SIZE};

    (void)state;
    for (int rule = 0; rule < 3; rule++) {
        fixture f = start(rules[rule], 1, 2);
        assert_int_equal(f.plan.n_sets, 0);
        split(&f, of_one);
        for (size_t c = 0; c < 2; c++) {
            bkt_close(f.parts->value[c], of_one(1, c), 0.0, 0.0);
            bkt_close(f.parts->rest[c], 0.0, 0.0, 0.0);
        }
        stop(&f);
    }
}

static void
no_measure_has_no_parts_and_no_rest(void **state)
{
    fixture f = start(BK_ATTRIBUTION_SHAPLEY, 0, 1);

    (void)state;
    assert_int_equal(f.plan.n_sets, 0);
    split(&f, of_one);
    assert_int_equal(f.parts->n_measures, 0);
    bkt_close(f.parts->rest[0], 0.0, 0.0, 0.0);
    stop(&f);
}

static void
up_to_four_measures_have_shapley_values_by_default(void **state)
{
    (void)state;
    for (size_t n = 1; n < 8; n++) {
        fixture f = start(BK_ATTRIBUTION_BY_SIZE, n, 1);
        assert_int_equal(f.plan.rule, n <= 4 ? BK_ATTRIBUTION_SHAPLEY : BK_ATTRIBUTION_ALONE);
        assert_int_equal(f.plan.n_sets, n == 1 ? 0 : n <= 4 ? ((size_t)1 << n) - 2 : n);
        stop(&f);
    }
}

/* [measure][column]; the rest by hand: 1 - (0.25 + 0.5) = 0.25, -1 - (1 - 0.5) = -1.5 */
static double
of_two(uint64_t set, size_t column)
{
    static const double worth[4][2] = {{0.0, 0.0}, {0.25, 1.0}, {0.5, -0.5}, {1.0, -1.0}};

    return worth[set][column];
}

static void
parts_alone_and_their_rest_add_up_to_the_whole(void **state)
{
    fixture         f = start(BK_ATTRIBUTION_ALONE, 2, 2);
    const bk_parts *parts = split(&f, of_two);

    (void)state;
    bkt_close(parts->rest[0], 0.25, 0.0, 0.0);
    bkt_close(parts->rest[1], -1.5, 0.0, 0.0);
    for (size_t c = 0; c < 2; c++)
        bkt_close(parts->value[c] + parts->value[2 + c] + parts->rest[c], of_two(3, c), 0.0, 0.0);
    assert_null(parts->last);
    assert_null(parts->interaction);
    stop(&f);
}

/* {0} 1, {1} 2, {01} 5, {2} 3, {02} 4, {12} 8, all 12 */
static double
of_three(uint64_t set, size_t column)
{
    static const double worth[] = {0.0, 1.0, 2.0, 5.0, 3.0, 4.0, 8.0, 12.0};

    (void)column;
    return worth[set];
}

/* By hand: a third of v(i) and of v(N) - v(N less i), a sixth of v(i,j) - v(j) for the two j.  The interaction of 0 and
 * 1, Grabisch & Roubens (1999): half of 5 - 1 - 2 and half of 12 - 4 - 8 + 3. */
static void
shapley_values_are_the_mean_over_orders(void **state)
{
    fixture         f = start(BK_ATTRIBUTION_SHAPLEY, 3, 1);
    const bk_parts *parts = split(&f, of_three);

    (void)state;
    bkt_close(parts->value[0], 1.0 / 3 + (5.0 - 2.0) / 6 + (4.0 - 3.0) / 6 + (12.0 - 8.0) / 3, 1e-14, 0.0);
    bkt_close(parts->value[1], 2.0 / 3 + (5.0 - 1.0) / 6 + (8.0 - 3.0) / 6 + (12.0 - 4.0) / 3, 1e-14, 0.0);
    bkt_close(parts->value[2], 3.0 / 3 + (4.0 - 1.0) / 6 + (8.0 - 2.0) / 6 + (12.0 - 5.0) / 3, 1e-14, 0.0);
    bkt_close(parts->rest[0], 0.0, 0.0, 1e-14);
    bkt_close(parts->alone[1], 2.0, 0.0, 0.0);
    bkt_close(parts->last[1], 12.0 - 4.0, 0.0, 0.0);
    bkt_close(parts->interaction[1], 0.5 * (5.0 - 1.0 - 2.0) + 0.5 * (12.0 - 4.0 - 8.0 + 3.0), 1e-14, 0.0);
    bkt_close(parts->interaction[3], parts->interaction[1], 0.0, 0.0);
    assert_null(parts->error);
    stop(&f);
}

static void
every_set_but_nothing_and_all_is_asked_for_once_by_small_steps(void **state)
{
    bool     seen[16] = {false};
    fixture  f = start(BK_ATTRIBUTION_SHAPLEY, 4, 1);
    uint64_t before = 15;

    (void)state;
    assert_int_equal(f.plan.n_sets, 14);
    for (size_t s = 0; s < f.plan.n_sets; s++) {
        const uint64_t set = f.plan.sets[s];
        assert_true(set > 0 && set < 15 && !seen[set]);
        seen[set] = true;
        if (s < 4) /* each alone comes first, for those who do not wait */
            assert_int_equal(set, 1 << s);
        else /* the walk leaves out those */
            assert_true(__builtin_popcountll(set ^ before) <= 2);
        before = s < 4 ? 15 : set;
    }
    stop(&f);
}

/* Measures that work alone and in pairs: a_i + half the pairs' b_ij is the Shapley value, and an order with its reverse
 * gives just that. */
static double
of_pairs(uint64_t set, size_t column)
{
    double worth = 0.0;

    for (int i = 0; i < 13; i++)
        for (int j = 0; set >> i & 1 && j <= i; j++)
            if (set >> j & 1)
                worth += i == j ? 1.0 + i : (column ? -0.1 : 0.25) * (double)((i * j) % 5);
    return worth;
}

static void
orders_and_their_reverses_are_exact_for_pairs(void **state)
{
    fixture         f = start(BK_ATTRIBUTION_SHAPLEY, 13, 2);
    const bk_parts *parts = split(&f, of_pairs);

    (void)state;
    assert_true(f.plan.sampled);
    assert_int_equal(parts->n_orders, 32);
    for (int m = 0; m < 13; m++)
        for (size_t c = 0; c < 2; c++) {
            double expected = 1.0 + m;
            for (int other = 0; other < 13; other++)
                expected += other == m ? 0.0 : (c ? -0.05 : 0.125) * (double)((m * other) % 5);
            bkt_close(parts->value[(size_t)m * 2 + c], expected, 1e-12, 0.0);
            bkt_close(parts->error[(size_t)m * 2 + c], 0.0, 0.0, 1e-12);
            bkt_close(parts->alone[(size_t)m * 2 + c], 1.0 + m, 1e-12, 0.0);
        }
    assert_null(parts->interaction);
    stop(&f);
}

/* 1 if measures 0, 1 and 2 are all there: each has a third of it, all others nothing. */
static double
of_a_trio(uint64_t set, size_t column)
{
    (void)column;
    return (set & 7) == 7;
}

static void
sampled_values_add_up_and_lie_within_their_errors(void **state)
{
    fixture         f = start(BK_ATTRIBUTION_SHAPLEY, 14, 1);
    const bk_parts *parts = split(&f, of_a_trio);
    double          sum = 0.0;

    (void)state;
    for (size_t m = 0; m < 14; m++) {
        sum += parts->value[m];
        if (m < 3)
            assert_true(parts->error[m] > 0.01 && fabs(parts->value[m] - 1.0 / 3.0) < 4.0 * parts->error[m]);
        else
            bkt_close(parts->value[m], 0.0, 0.0, 0.0);
    }
    bkt_close(sum, 1.0, 1e-14, 0.0);
    bkt_close(parts->rest[0], 0.0, 0.0, 1e-14);
    stop(&f);
}

static void
orders_that_are_not_finished_are_left_out(void **state)
{
    fixture f = start(BK_ATTRIBUTION_SHAPLEY, 13, 1);
    size_t  n_sets = f.plan.n_sets;

    (void)state;
    f.plan.n_sets = 13 + 13 + 4 * 10; /* the ends and about four orders */
    split(&f, of_a_trio);
    assert_non_null(f.parts);
    assert_true(f.parts->n_orders >= 4 && f.parts->n_orders < 32);
    bkt_close(f.parts->rest[0], 0.0, 0.0, 1e-14);
    f.worths.n = 0;
    f.plan.n_sets = 13 + 13; /* no order of the many is finished */
    split(&f, of_a_trio);
    assert_null(f.parts);
    assert_true(n_sets > 100);
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_measure_is_the_whole),
        cmocka_unit_test(no_measure_has_no_parts_and_no_rest),
        cmocka_unit_test(up_to_four_measures_have_shapley_values_by_default),
        cmocka_unit_test(parts_alone_and_their_rest_add_up_to_the_whole),
        cmocka_unit_test(shapley_values_are_the_mean_over_orders),
        cmocka_unit_test(every_set_but_nothing_and_all_is_asked_for_once_by_small_steps),
        cmocka_unit_test(orders_and_their_reverses_are_exact_for_pairs),
        cmocka_unit_test(sampled_values_add_up_and_lie_within_their_errors),
        cmocka_unit_test(orders_that_are_not_finished_are_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
