#include "bkt_open.h"

#include "buckle/invest.h"

enum { MOST = 10, MEMBERS = 3 };

/* ---- made-up benefits ------------------------------------------------------------------------------------------ */

typedef enum shape { ANYTHING, RISING, COVERING, SHAPES } shape;

typedef struct made_up { /* what every set of a few projects brings */
    size_t    n, n_members;
    double    benefit[1 << MOST][MEMBERS], price[MOST], cost[MOST * MEMBERS];
    size_t    n_asked, fail_at, cancel_at; /* 0: never */
    bk_status failure;
} made_up;

static bk_status
ask(void *state, uint64_t set, double *benefit)
{
    made_up *world = state;

    assert_true(set != 0 && set < (uint64_t)1 << world->n);
    world->n_asked++;
    if (world->n_asked == world->cancel_at)
        return bk_fail(ctx, BK_ERR_CANCELLED, "enough");
    if (world->n_asked == world->fail_at)
        return bk_fail(ctx, world->failure, "no worth");
    memcpy(benefit, world->benefit[set], world->n_members * sizeof *benefit);
    return BK_OK;
}

/* Any: normal draws.  Rising: the greatest of what was drawn for the subsets.  Covering: a project covers parts of a
 * whole, parts covered twice count once, less a fee a project: diminishing, not monotone. */
static void
draw_benefits(made_up *world, shape shape_of, uint64_t seed)
{
    uint64_t covers[MOST];
    double   part[16];

    for (size_t p = 0; p < world->n; p++)
        covers[p] = (uint64_t)(bk_uniform(seed, 9, p) * 65536.0);
    for (size_t m = 0; m < world->n_members; m++) {
        for (size_t k = 0; k < 16; k++)
            part[k] = bk_uniform(seed, 20 + m, k);
        for (size_t set = 1; set < (size_t)1 << world->n; set++) {
            double   value = 2.0 * bk_uniform(seed, 30 + m, set) - (shape_of == ANYTHING ? 0.5 : 0.0);
            uint64_t covered = 0;
            for (size_t p = 0; p < world->n; p++) {
                const size_t without = set & ~((size_t)1 << p);
                if (without != set && shape_of == RISING)
                    value = fmax(value, world->benefit[without][m]);
                covered |= without != set ? covers[p] : 0;
            }
            for (size_t k = 0; shape_of == COVERING && k < 16; k++)
                value = (k ? value : -0.1 * __builtin_popcountll(set)) + (covered >> k & 1 ? part[k] : 0.0);
            world->benefit[set][m] = value;
        }
    }
}

static void
draw(made_up *world, shape shape_of, uint64_t seed, size_t most)
{
    *world = (made_up){.n = 1 + seed % most, .n_members = 1 + seed / 5 % MEMBERS};
    for (size_t p = 0; p < world->n; p++) {
        world->price[p] = bk_uniform(seed, 1, p) < 0.1 ? 0.0 : bk_uniform(seed, 2, p);
        for (size_t m = 0; m < world->n_members; m++)
            world->cost[p * world->n_members + m] = 0.8 * bk_uniform(seed, 3 + m, p) - 0.1;
    }
    draw_benefits(world, shape_of, seed);
}

static bk_portfolio_problem
problem_of(made_up *world, uint64_t seed)
{
    return (bk_portfolio_problem){.n_projects = world->n,
                                  .n_members = world->n_members,
                                  .price = world->price,
                                  .cost = world->cost,
                                  .budget = 0.4 * (double)world->n * bk_uniform(seed, 8, 0),
                                  .rule = seed / 3 % 2 ? BK_PORTFOLIO_LEAST : BK_PORTFOLIO_SUM,
                                  .set_limit = (size_t)1 << MOST,
                                  .benefit = ask,
                                  .state = world};
}

/* ---- the oracle: every set, one after the other ---------------------------------------------------------------- */

static double
value_of(const made_up *world, const bk_portfolio_problem *problem, size_t set, double *price)
{
    double sum = 0.0, least = INFINITY;

    *price = 0.0;
    for (size_t p = 0; p < world->n; p++)
        *price += set >> p & 1 ? world->price[p] : 0.0;
    for (size_t m = 0; m < world->n_members; m++) {
        double net = world->benefit[set][m];
        for (size_t p = 0; p < world->n; p++)
            net -= set >> p & 1 ? world->cost[p * world->n_members + m] : 0.0;
        sum += net;
        least = fmin(least, net);
    }
    return problem->rule == BK_PORTFOLIO_SUM ? sum : least;
}

static double
best_of_all(const made_up *world, const bk_portfolio_problem *problem, size_t *n_feasible)
{
    double best = -INFINITY, price;

    *n_feasible = 0;
    for (size_t set = 0; set < (size_t)1 << world->n; set++) {
        const double value = value_of(world, problem, set, &price);
        if (price > problem->budget)
            continue;
        best = fmax(best, value);
        (*n_feasible)++;
    }
    return best;
}

/* ---- laws of the search ---------------------------------------------------------------------------------------- */

static made_up world;

static void
asking_every_set_finds_and_proves_the_best(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        bk_portfolio_search found;
        size_t              n_feasible;
        double              price;
        draw(&world, (shape)(seed % SHAPES), seed, MOST);
        const bk_portfolio_problem problem = problem_of(&world, seed);
        const double               best = best_of_all(&world, &problem, &n_feasible);
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        assert_int_equal(found.outcome, BK_CONVERGED);
        assert_true(found.exhausted && found.bounded && found.bound == found.best.value);
        bkt_close(found.best.value, best, 1e-14, 1e-14);
        bkt_close(value_of(&world, &problem, found.best.set, &price), best, 1e-14, 1e-14);
        bkt_close(found.best.price, price, 1e-14, 1e-14);
        assert_true(price <= problem.budget * (1.0 + 1e-11));
        assert_int_equal(found.n_sets, n_feasible);
        assert_int_equal(world.n_asked, n_feasible - 1);
        for (size_t i = 1; i < found.n_sets; i++)
            assert_true(found.sets[i - 1].value >= found.sets[i].value);
        bk_arena_release(&arena);
    }
}

/* With a limit below the number of sets nothing is enumerated; the law's bound then proves what the oracle finds. */
static void
with_a_law_that_holds_fewer_sets_prove_the_best(void **state)
{
    size_t asked[3] = {0}, feasible[3] = {0}, proofs = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        const bk_benefit_law law = seed % 2 ? BK_LAW_MONOTONE : BK_LAW_DIMINISHING;
        bk_portfolio_search  found;
        size_t               n_feasible;
        draw(&world, law == BK_LAW_MONOTONE ? RISING : COVERING, seed, MOST);
        bk_portfolio_problem problem = problem_of(&world, seed);
        const double         best = best_of_all(&world, &problem, &n_feasible);
        if (n_feasible < 8)
            continue;
        problem.law = law;
        problem.set_limit = n_feasible - 2; /* one less than there are beside the empty one */
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        assert_false(found.exhausted);
        assert_true(found.best.value <= best + 1e-12);
        if (found.outcome == BK_CONVERGED) {
            bkt_close(found.best.value, best, 1e-11, 1e-11);
            proofs++;
        }
        if (found.bounded)
            assert_true(found.bound >= best - 1e-11);
        assert_true(world.n_asked <= problem.set_limit);
        asked[law] += world.n_asked;
        feasible[law] += n_feasible;
        bk_arena_release(&arena);
    }
    assert_true(proofs > 500);
    assert_true(asked[BK_LAW_DIMINISHING] < feasible[BK_LAW_DIMINISHING]);
}

/* Whatever the budget of questions, a bound that is given holds. */
static void
a_bound_given_up_early_still_holds(void **state)
{
    size_t bounded = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 2000; seed++) {
        bk_portfolio_search found;
        size_t              n_feasible;
        draw(&world, seed % 2 ? RISING : COVERING, seed, MOST);
        bk_portfolio_problem problem = problem_of(&world, seed);
        const double         best = best_of_all(&world, &problem, &n_feasible);
        problem.law = seed % 2 ? BK_LAW_MONOTONE : BK_LAW_DIMINISHING;
        problem.set_limit = 1 + (size_t)(bk_uniform(seed, 7, 0) * (double)n_feasible);
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        bounded += found.bounded && found.outcome == BK_ITERATION_LIMIT;
        if (found.bounded)
            assert_true(found.bound >= best - 1e-11 && found.bound >= found.best.value);
        bk_arena_release(&arena);
    }
    assert_true(bounded > 20);
}

static void
a_law_seen_broken_takes_the_bound_back(void **state)
{
    size_t n_broken = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        bk_portfolio_search found;
        size_t              n_feasible;
        draw(&world, ANYTHING, seed, MOST);
        bk_portfolio_problem problem = problem_of(&world, seed);
        best_of_all(&world, &problem, &n_feasible);
        if (n_feasible < 20)
            continue;
        problem.law = BK_LAW_MONOTONE;
        problem.set_limit = n_feasible - 2;
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        n_broken += found.monotone.n_broken > 0;
        assert_true(found.monotone.n_broken == 0 || !found.bounded);
        bk_arena_release(&arena);
    }
    assert_true(n_broken > 100);
}

static void
without_a_law_a_limit_leaves_a_good_portfolio_and_no_claim(void **state)
{
    double missed = 0.0, could = 0.0;

    (void)state;
    for (uint64_t seed = 0; seed < 500; seed++) {
        bk_portfolio_search found;
        size_t              n_feasible;
        draw(&world, COVERING, seed, MOST);
        bk_portfolio_problem problem = problem_of(&world, seed);
        const double         best = best_of_all(&world, &problem, &n_feasible);
        if (n_feasible < 100)
            continue;
        problem.set_limit = n_feasible / 2;
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        assert_false(found.exhausted || found.bounded);
        missed += best - found.best.value;
        could += best;
        bk_arena_release(&arena);
    }
    assert_true(missed < 0.02 * could);
}

/* ---- what the answers allow ------------------------------------------------------------------------------------- */

enum { WIDE = 13 };

typedef struct recorded { /* additive, with every answer given */
    double benefit[WIDE], price[WIDE], cost[WIDE], ceiling[1 << WIDE];
} recorded;

static bk_status
answer(void *state, uint64_t set, double *benefit)
{
    recorded *all = state;

    *benefit = 0.0;
    for (size_t p = 0; p < WIDE; p++)
        *benefit += set >> p & 1 ? all->benefit[p] : 0.0;
    all->ceiling[set] = *benefit;
    return BK_OK;
}

/* The benefit of each set that is greatest among all that rise and agree with the answers: the least of its supersets
 * asked.  The best of these sets within the budget may be the truth, for all the search can know. */
static double
most_that_may_be(recorded *all, double budget)
{
    double most = 0.0;

    for (size_t p = 0; p < WIDE; p++)
        for (size_t set = 0; set < (size_t)1 << WIDE; set++)
            if (!(set >> p & 1))
                all->ceiling[set] = fmin(all->ceiling[set], all->ceiling[set | (size_t)1 << p]);
    for (size_t set = 1; set < (size_t)1 << WIDE; set++) {
        double price = 0.0, cost = 0.0;
        for (size_t p = 0; p < WIDE; p++) {
            price += set >> p & 1 ? all->price[p] : 0.0;
            cost += set >> p & 1 ? all->cost[p] : 0.0;
        }
        if (price <= budget)
            most = fmax(most, all->ceiling[set] - cost);
    }
    return most;
}

static void
no_bound_claims_more_than_the_answers_prove(void **state)
{
    static recorded all;

    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++) {
        bk_portfolio_search found;
        for (size_t p = 0; p < WIDE; p++) {
            all.price[p] = 0.5 + bk_uniform(seed, 1, p);
            all.benefit[p] = 0.2 + bk_uniform(seed, 2, p);
            all.cost[p] = 0.5 * all.benefit[p];
        }
        for (size_t set = 0; set < (size_t)1 << WIDE; set++)
            all.ceiling[set] = INFINITY;
        const bk_portfolio_problem problem = {.n_projects = WIDE,
                                              .n_members = 1,
                                              .price = all.price,
                                              .cost = all.cost,
                                              .budget = 0.5 * WIDE,
                                              .rule = BK_PORTFOLIO_SUM,
                                              .law = BK_LAW_MONOTONE,
                                              .set_limit = 2500,
                                              .benefit = answer,
                                              .state = &all};
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        assert_true(found.bounded && !found.exhausted);
        assert_true(found.bound >= most_that_may_be(&all, problem.budget) - 1e-9);
        bk_arena_release(&arena);
    }
}

/* ---- past twenty projects ---------------------------------------------------------------------------------------- */

enum { MANY = 24 };

typedef struct additive { /* each project brings its own, whatever else is built */
    double benefit[MANY], price[MANY], cost[MANY];
    size_t n_asked;
} additive;

static bk_status
add_up(void *state, uint64_t set, double *benefit)
{
    additive *all = state;

    all->n_asked++;
    *benefit = 0.0;
    for (size_t p = 0; p < MANY; p++)
        *benefit += set >> p & 1 ? all->benefit[p] : 0.0;
    return BK_OK;
}

/* The best of all 2^24 sets, prices being whole: the knapsack's recursion over the budget (Bellman 1957). */
static double
best_of_knapsack(const additive *all, size_t budget)
{
    double best[64] = {0};

    for (size_t p = 0; p < MANY; p++)
        for (size_t left = budget; left >= (size_t)all->price[p]; left--)
            best[left] = fmax(best[left], best[left - (size_t)all->price[p]] + all->benefit[p] - all->cost[p]);
    return best[budget];
}

/* What was found is good, nothing is claimed of it, and a bound comes with a law that is believed, not before. */
static void
past_twenty_projects_a_bound_needs_a_law(void **state)
{
    const size_t budget = 24;

    (void)state;
    for (uint64_t seed = 0; seed < 5; seed++) {
        additive            all = {0};
        bk_portfolio_search found;
        for (size_t p = 0; p < MANY; p++) {
            all.price[p] = 1.0 + floor(9.0 * bk_uniform(seed, 1, p));
            all.cost[p] = 0.5 * all.price[p];
            all.benefit[p] = all.price[p] * (0.3 + bk_uniform(seed, 2, p));
        }
        bk_portfolio_problem problem = {.n_projects = MANY,
                                        .n_members = 1,
                                        .price = all.price,
                                        .cost = all.cost,
                                        .budget = (double)budget,
                                        .rule = BK_PORTFOLIO_SUM,
                                        .set_limit = 900,
                                        .benefit = add_up,
                                        .state = &all};
        const double         best = best_of_knapsack(&all, budget);
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
        assert_false(found.exhausted || found.bounded);
        assert_true(found.bound == 0.0 && found.n_feasible > 1e4 && all.n_asked <= 900);
        bkt_close(found.best.value, best, 1e-9, 0.0); /* no interactions: the estimate by pairs misses nothing */
        for (int law = BK_LAW_MONOTONE; law <= BK_LAW_DIMINISHING; law++) {
            problem.law = (bk_benefit_law)law;
            problem.set_limit = 20000;
            assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
            assert_true(!found.exhausted && found.bounded && found.bound >= best - 1e-9);
        }
        bkt_close(found.bound, best, 1e-9, 0.0); /* diminishing benefits, here at their limit, close the gap */
        bk_arena_release(&arena);
    }
}

/* ---- single statements ----------------------------------------------------------------------------------------- */

static void
interactions_are_what_two_bring_beyond_each_alone(void **state)
{
    bk_portfolio_search found;

    (void)state;
    world = (made_up){.n = 3, .n_members = 1, .price = {1.0, 1.0, 5.0}};
    for (size_t set = 1; set < 8; set++)
        world.benefit[set][0] = (double)__builtin_popcountll(set);
    world.benefit[3][0] = 2.5;
    bk_portfolio_problem problem = problem_of(&world, 0);
    problem.budget = 5.5;
    problem.rule = BK_PORTFOLIO_SUM;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
    assert_int_equal(found.best.set, 3);
    assert_true(found.known[1] && found.known[3]);
    assert_false(found.known[2] || found.known[5]); /* the pair is beyond the budget */
    bkt_close(found.interaction[1], 0.5, 1e-15, 0.0);
    assert_int_equal(found.diminishing.n_broken, 1);
    bkt_close(found.diminishing.worst, 0.5, 1e-15, 0.0);
}

static void
every_pair_that_was_asked_has_its_interaction(void **state)
{
    enum { N = 5 };
    bk_portfolio_search found;

    (void)state;
    draw(&world, ANYTHING, 14, N);
    assert_true(world.n == N && world.n_members == 3);
    bk_portfolio_problem problem = problem_of(&world, 0);
    problem.budget = 100.0;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
    for (size_t x = 0; x < N; x++)
        for (size_t y = 0; y < N; y++) {
            const size_t of_x = (size_t)1 << x, of_y = (size_t)1 << y;
            double       more = 0.0;
            for (size_t m = 0; x != y && m < world.n_members; m++)
                more += world.benefit[of_x | of_y][m] - world.benefit[of_x][m] - world.benefit[of_y][m];
            assert_int_equal(found.known[x * N + y], x != y);
            bkt_close(found.interaction[x * N + y], more, 1e-12, 1e-14);
        }
}

static void
a_set_without_worth_is_left_out_and_nothing_is_proved(void **state)
{
    bk_portfolio_search found;

    (void)state;
    draw(&world, RISING, 4, MOST);
    bk_portfolio_problem problem = problem_of(&world, 4);
    problem.budget = 100.0;
    world.fail_at = 3;
    world.failure = BK_ERR_NOT_CONVERGED;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
    assert_int_equal(found.n_failed, 1);
    assert_false(found.exhausted || found.bounded);
    assert_int_equal(bk_error_count(ctx), 0);
    world.n_asked = 0;
    world.failure = BK_ERR_FILE;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_ERR_FILE);
    bk_error_clear(ctx);
}

static void
an_interruption_keeps_what_was_found(void **state)
{
    bk_portfolio_search found;

    (void)state;
    draw(&world, RISING, 9, MOST);
    bk_portfolio_problem problem = problem_of(&world, 9);
    problem.budget = 100.0;
    world.cancel_at = 50;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_OK);
    assert_int_equal(found.outcome, BK_CANCELLED);
    assert_int_equal(found.n_sets, 50); /* 49 and the empty one */
    assert_false(found.exhausted || found.bounded);
}

static void
figures_out_of_range_are_refused(void **state)
{
    bk_portfolio_search found = {.n_asked = 7};

    (void)state;
    draw(&world, RISING, 4, MOST);
    bk_portfolio_problem problem = problem_of(&world, 4);
    problem.n_projects = BK_MOST_PROJECTS + 1;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_ERR_USAGE);
    problem = problem_of(&world, 4);
    problem.budget = NAN;
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_ERR_USAGE);
    problem = problem_of(&world, 4);
    for (size_t p = 0; p < world.n; p++) {
        const double kept = world.price[p];
        world.price[p] = -1.0;
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_ERR_USAGE);
        world.price[p] = kept;
    }
    for (size_t i = 0; i < world.n * world.n_members; i++) {
        const double kept = world.cost[i];
        world.cost[i] = NAN;
        assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &found), BK_ERR_USAGE);
        world.cost[i] = kept;
    }
    bk_error_clear(ctx);
    assert_int_equal(found.n_asked, 7);
}

/* What is worth the same is listed by number: each set of three that cost nothing and bring 1. */
static void
sets_of_one_worth_stand_by_their_number(void **state)
{
    bk_portfolio_search out;

    (void)state;
    world = (made_up){.n = 3, .n_members = 1};
    for (size_t set = 1; set < 8; set++)
        world.benefit[set][0] = set == 5 ? 2.0 : 1.0;
    const bk_portfolio_problem problem = problem_of(&world, 0);
    assert_int_equal(bk_portfolio_find(ctx, &problem, &arena, &out), BK_OK);
    const uint64_t expected[] = {5, 1, 2, 3, 4, 6, 7, 0}; /* to do nothing is worth nothing */
    assert_int_equal(out.n_sets, 8);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(out.sets[i].set, expected[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asking_every_set_finds_and_proves_the_best),
        cmocka_unit_test(with_a_law_that_holds_fewer_sets_prove_the_best),
        cmocka_unit_test(a_bound_given_up_early_still_holds),
        cmocka_unit_test(a_law_seen_broken_takes_the_bound_back),
        cmocka_unit_test(without_a_law_a_limit_leaves_a_good_portfolio_and_no_claim),
        cmocka_unit_test(no_bound_claims_more_than_the_answers_prove),
        cmocka_unit_test(past_twenty_projects_a_bound_needs_a_law),
        cmocka_unit_test(interactions_are_what_two_bring_beyond_each_alone),
        cmocka_unit_test(every_pair_that_was_asked_has_its_interaction),
        cmocka_unit_test(a_set_without_worth_is_left_out_and_nothing_is_proved),
        cmocka_unit_test(an_interruption_keeps_what_was_found),
        cmocka_unit_test(figures_out_of_range_are_refused),
        cmocka_unit_test(sets_of_one_worth_stand_by_their_number),
    };

    return cmocka_run_group_tests(tests, open_context, close_context);
}
