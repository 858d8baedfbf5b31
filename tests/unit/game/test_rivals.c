/* Rivals in prices against equilibria in closed form. */
#include "bkt_open.h"
#include "buckle/game.h"

/* ---- markets ----------------------------------------------------------------------------------------------------- */

/* Linear demand for two goods (Singh & Vives 1984): q_i = a - b p_i + d p_j. */
typedef struct linear {
    double a, b, d;
} linear;

static bk_status
linear_revenue(void *state, const double *p, double *payoff)
{
    const linear *m = state;
    for (int i = 0; i < 2; i++)
        payoff[i] = p[i] * (m->a - m->b * p[i] + m->d * p[1 - i]);
    return BK_OK;
}

/* Logit choice among as many roads as players and a free one: shares exp(v_i - mu p_i) over all (McFadden 1974). */
typedef struct logit {
    size_t n;
    double mu, v[4];
} logit;

static void
logit_shares(const logit *m, const double *p, double *share)
{
    double total = 1.0;
    for (size_t i = 0; i < m->n; i++)
        total += share[i] = exp(m->v[i] - m->mu * p[i]);
    for (size_t i = 0; i < m->n; i++)
        share[i] /= total;
}

static bk_status
logit_revenue(void *state, const double *p, double *payoff)
{
    const logit *m = state;
    double       share[4];
    logit_shares(m, p, share);
    for (size_t i = 0; i < m->n; i++)
        payoff[i] = p[i] * share[i];
    return BK_OK;
}

/* Two tolls on one road, one after the other (Cournot's complements 1838): demand a - p_1 - p_2, none below 0. */
static bk_status
serial_revenue(void *state, const double *p, double *payoff)
{
    const double traffic = fmax(0.0, *(const double *)state - p[0] - p[1]);
    for (int i = 0; i < 2; i++)
        payoff[i] = p[i] * traffic;
    return BK_OK;
}

/* Matching pennies on an interval: one wants to be near, the other far. */
static bk_status
pennies(void *state, const double *x, double *payoff)
{
    (void)state;
    payoff[0] = -fabs(x[0] - x[1]);
    payoff[1] = fabs(x[0] - x[1]);
    return BK_OK;
}

/* A low hill at 2 and a high one at 17. */
static bk_status
two_hills(void *state, const double *x, double *payoff)
{
    (void)state;
    payoff[0] = exp(-0.5 * (x[0] - 2.0) * (x[0] - 2.0)) + 2.0 * exp(-0.5 * (x[0] - 17.0) * (x[0] - 17.0));
    return BK_OK;
}

/* The first wants to be where the second is.  The second has a hill at 1 + x_0 / 2 and one at 20 that is the higher one
 * only where x_0 > 1.8. */
static bk_status
hill_that_grows(void *state, const double *x, double *payoff)
{
    (void)state;
    payoff[0] = -(x[0] - x[1]) * (x[0] - x[1]);
    payoff[1] = fmax(-(x[1] - 1.0 - 0.5 * x[0]) * (x[1] - 1.0 - 0.5 * x[0]),
                     10.0 * (x[0] - 1.8) - (x[1] - 20.0) * (x[1] - 20.0));
    return BK_OK;
}

static bk_status
captive_revenue(void *state, const double *p, double *payoff)
{
    (void)state;
    payoff[0] = p[0];
    return BK_OK;
}

/* ---- what is proved ---------------------------------------------------------------------------------------------- */

static const double              hundred[] = {100.0, 100.0, 100.0, 100.0};
static const bk_rivalry_settings fine = {.tolerance = 1e-5, .epsilon = 1e-6, .n_grid = 9, .max_rounds = 60};

static bk_rivalry_solution
solve(bk_payoff_function payoff, void *market, size_t n, bool together)
{
    const bk_rivalry    game = {.n_players = n, .most = hundred, .payoff = payoff, .state = market};
    bk_rivalry_solution out;
    assert_int_equal((together ? bk_rivals_together : bk_rivals_find)(ctx, &game, &fine, &arena, &out), BK_OK);
    return out;
}

static void
two_sellers_of_linear_demand_meet_in_closed_form(void **state)
{
    (void)state;
    linear                    market = {.a = 60.0, .b = 2.0, .d = 1.0};
    const bk_rivalry_solution nash = solve(linear_revenue, &market, 2, false);
    const bk_rivalry_solution both = solve(linear_revenue, &market, 2, true);
    assert_int_equal(nash.outcome, BK_CONVERGED);
    assert_int_equal(both.outcome, BK_CONVERGED);
    for (int i = 0; i < 2; i++) {
        bkt_close(nash.action[i], 20.0, 1e-4, 0.0);  /* a / (2 b - d) */
        bkt_close(both.action[i], 30.0, 1e-4, 0.0);  /* a / (2 (b - d)) */
        bkt_close(nash.payoff[i], 800.0, 1e-4, 0.0); /* 20 (60 - 40 + 20) */
        bkt_close(both.payoff[i], 900.0, 1e-4, 0.0); /* 30 (60 - 60 + 30) */
    }
    bkt_close(both.payoff[0] + both.payoff[1], 1800.0, 1e-6, 0.0);
    assert_true(nash.regret <= 1e-6 && both.regret <= 1e-6);
}

static void
logit_rivals_ask_one_over_mu_times_the_share_they_lose(void **state)
{
    (void)state;
    logit                     market = {.n = 3, .mu = 0.08, .v = {1.5, 0.3, -0.8}};
    const bk_rivalry_solution nash = solve(logit_revenue, &market, 3, false);
    double                    share[4];
    assert_int_equal(nash.outcome, BK_CONVERGED);
    logit_shares(&market, nash.action, share);
    for (int i = 0; i < 3; i++) /* d ln revenue / d p = 1 / p - mu (1 - s) = 0 */
        bkt_close(nash.action[i], 1.0 / (market.mu * (1.0 - share[i])), 3e-4, 0.0);
}

static void
one_logit_seller_asks_what_lambert_says(void **state)
{
    (void)state;
    /* p = (1 + W(e^(v - 1))) / mu; with v = 1 + ln 2 + 2 W is 2, since 2 e^2 = e^(v - 1): p = 3 / mu */
    logit                     market = {.n = 1, .mu = 0.1, .v = {3.0 + log(2.0)}};
    const bk_rivalry_solution alone = solve(logit_revenue, &market, 1, false);
    bkt_close(alone.action[0], 30.0, 3e-4, 0.0);
    bkt_close(alone.payoff[0], 20.0, 1e-6, 0.0); /* share 2 / 3 */
}

static void
tolls_in_a_row_are_marked_up_twice(void **state)
{
    (void)state;
    double                    demand = 90.0;
    const bk_rivalry_solution nash = solve(serial_revenue, &demand, 2, false);
    const bk_rivalry_solution both = solve(serial_revenue, &demand, 2, true);
    assert_int_equal(nash.outcome, BK_CONVERGED);
    bkt_close(nash.action[0], 30.0, 1e-3, 0.0); /* a / 3 each, dearer and less traffic than ... */
    bkt_close(nash.action[1], 30.0, 1e-3, 0.0);
    bkt_close(both.action[0] + both.action[1], 45.0, 1e-3, 0.0); /* ... a / 2 together */
    bkt_close(nash.payoff[0] + nash.payoff[1], 1800.0, 1e-5, 0.0);
    bkt_close(both.payoff[0] + both.payoff[1], 2025.0, 1e-5, 0.0);
}

static void
play_that_goes_in_a_circle_is_said_to(void **state)
{
    (void)state;
    const bk_rivalry_solution out = solve(pennies, NULL, 2, false);
    assert_int_equal(out.outcome, BK_STALLED);
    assert_int_equal(out.cycle, 2);
    assert_true(out.regret > 0.4);
    /* one would come to where the other is, the other go to the farther end */
    const double apart = fabs(out.action[0] - out.action[1]), far = fmax(out.action[0], hundred[0] - out.action[0]);
    bkt_close(out.gain[0], apart, 1e-4, 1e-3);
    bkt_close(out.gain[1], far - apart, 1e-4, 1e-3);
    bkt_close(out.regret, fmax(out.gain[0] > 0.0 ? out.gain[0] / apart : 0.0, out.gain[1] / far), 1e-4, 0.0);
}

static void
a_higher_hill_far_off_is_found(void **state)
{
    (void)state;
    const double        most = 32.0, start = 2.0;
    const bk_rivalry    game = {.n_players = 1, .most = &most, .start = &start, .payoff = two_hills};
    bk_rivalry_solution out;
    bk_rivalry_settings settings = fine;
    settings.n_grid = 17; /* 0, 2, ... */
    assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    bkt_close(out.action[0], 17.0, 1e-3, 0.0);
}

/* Small moves end at 2 and 2, where the second one alone can do better: 20 and 20 is the only equilibrium. */
static void
the_last_rival_too_is_asked_what_lies_far_off(void **state)
{
    (void)state;
    const double        most[] = {32.0, 32.0}, start[] = {0.0, 0.0};
    const bk_rivalry    game = {.n_players = 2, .most = most, .start = start, .payoff = hill_that_grows};
    bk_rivalry_solution out;
    bk_rivalry_settings settings = fine;
    settings.n_grid = 17;
    assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CONVERGED);
    for (int i = 0; i < 2; i++)
        bkt_close(out.action[i], 20.0, 1e-3, 0.0);
    bkt_close(out.payoff[1], 10.0 * (20.0 - 1.8), 1e-3, 0.0);
}

static void
who_loses_nobody_asks_all_that_may_be_asked(void **state)
{
    (void)state;
    const bk_rivalry_solution out = solve(captive_revenue, NULL, 1, false);
    assert_int_equal(out.outcome, BK_CONVERGED);
    bkt_close(out.action[0], 100.0, 0.0, 0.0);
}

static bk_status
not_a_number(void *state, const double *x, double *payoff)
{
    (void)state;
    payoff[0] = x[0] > 50.0 ? NAN : x[0];
    return BK_OK;
}

static void
what_makes_no_game_is_refused(void **state)
{
    (void)state;
    bk_rivalry          game = {.n_players = 0, .most = hundred, .payoff = captive_revenue};
    const double        nothing = 0.0;
    bk_rivalry_solution out;
    assert_int_equal(bk_rivals_find(ctx, &game, &fine, &arena, &out), BK_ERR_VALUE);
    game.n_players = 1;
    game.most = &nothing;
    assert_int_equal(bk_rivals_find(ctx, &game, &fine, &arena, &out), BK_ERR_VALUE);
    game.most = hundred;
    game.payoff = not_a_number;
    assert_int_equal(bk_rivals_find(ctx, &game, &fine, &arena, &out), BK_ERR_VALUE);
    bk_error_clear(ctx);
}

typedef struct impatient { /* serial tolls, until the user has had enough */
    double a;
    int    n_asked, most;
} impatient;

static bk_status
until_enough(void *state, const double *p, double *payoff)
{
    impatient *user = state;

    return ++user->n_asked > user->most ? bk_fail(ctx, BK_ERR_CANCELLED, "enough")
                                        : serial_revenue(&user->a, p, payoff);
}

/* The first seller's best answer to a rival that asks nothing is a / 2 (Cournot 1838); the second's to that is a / 4.
 */
static void
an_interruption_leaves_play_where_the_last_move_left_it(void **state)
{
    static const double       most[] = {12.0, 12.0};
    impatient                 user = {.a = 12.0, .most = 1000000};
    bk_rivalry                game = {.n_players = 2, .most = most, .payoff = until_enough, .state = &user};
    const bk_rivalry_settings settings = bk_rivalry_default_settings();
    bk_rivalry_solution       out;
    bool                      seen[3] = {false};

    (void)state;
    assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
    const int whole = user.n_asked;
    for (user.most = 0; user.most < whole; user.most++) {
        user.n_asked = 0;
        assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
        assert_int_equal(out.outcome, BK_CANCELLED);
        assert_true(isinf(out.regret) && isinf(out.gain[0]) && out.payoff == NULL);
        seen[0] |= out.action[0] == 0.0 && out.action[1] == 0.0;
        seen[1] |= fabs(out.action[0] - 6.0) < 0.05 && out.action[1] == 0.0;
        seen[2] |= fabs(out.action[0] - 6.0) < 0.05 && fabs(out.action[1] - 3.0) < 0.05;
    }
    assert_true(seen[0] && seen[1] && seen[2]);
    assert_null(bk_error_get(ctx, 0));
}

/* Where neither minds the other revenue is a parabola, whose top three points give away.  Two sellers look at all of
 * their range at 9 points once and for the certificate; a bracket closes in a handful, where halving it from 12.5 to
 * 0.001 to either side would take 2 log2(12500) = 27 a search. */
static void
the_top_of_a_parabola_is_found_at_once(void **state)
{
    (void)state;
    linear                    market = {.a = 60.0, .b = 1.0, .d = 0.0};
    const bk_rivalry_solution out = solve(linear_revenue, &market, 2, false);
    assert_int_equal(out.outcome, BK_CONVERGED);
    for (int i = 0; i < 2; i++)
        bkt_close(out.action[i], 30.0, 1e-4, 0.0);
    assert_true(out.n_evaluations < 100);
}

/* What is handed out belongs together: payoffs at the actions, gains at the best deviations, and the regret of both. */
static void
payoffs_and_gains_are_those_of_the_actions(void **state)
{
    (void)state;
    for (int loose = 0; loose < 2; loose++) {
        logit               market = {.n = 3, .mu = 0.08, .v = {1.5, 0.3, -0.8}};
        const bk_rivalry    game = {.n_players = 3, .most = hundred, .payoff = logit_revenue, .state = &market};
        bk_rivalry_settings settings = fine;
        bk_rivalry_solution out;
        double              payoff[4], action[4], regret = 0.0;
        settings.epsilon = loose ? 0.05 : 1e-6;
        settings.tolerance = loose ? 0.05 : 1e-5;
        settings.n_grid = loose ? 101 : 9;
        assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
        assert_int_equal(out.outcome, BK_CONVERGED);
        memcpy(action, out.action, 3 * sizeof *action);
        logit_revenue(&market, action, payoff);
        for (int i = 0; i < 3; i++)
            bkt_close(out.payoff[i], payoff[i], 1e-15, 0.0);
        for (int i = 0; i < 3; i++) {
            action[i] = out.best[i];
            logit_revenue(&market, action, payoff);
            action[i] = out.action[i];
            bkt_close(out.gain[i], fmax(payoff[i] - out.payoff[i], 0.0), 1e-12, 1e-14);
            regret = fmax(regret, out.gain[i] / (out.payoff[i] + out.gain[i])); /* of the larger of the two */
        }
        bkt_close(out.regret, regret, 1e-12, 0.0);
        assert_true(!loose || regret > 0.0); /* found at a distance: somebody could still gain a little */
    }
}

/* In a unit 1024 times as small the play is the same, look by look: scaling by powers of two rounds nothing. */
static void
the_unit_of_actions_does_not_matter(void **state)
{
    (void)state;
    const double              most[2] = {100.0 * 1024.0, 100.0 * 1024.0};
    linear                    market = {.a = 60.0, .b = 2.0, .d = 1.0}, small = {60.0, 2.0 / 1024.0, 1.0 / 1024.0};
    const bk_rivalry          game = {.n_players = 2, .most = most, .payoff = linear_revenue, .state = &small};
    const bk_rivalry_solution one = solve(linear_revenue, &market, 2, false);
    bk_rivalry_solution       other;
    assert_int_equal(bk_rivals_find(ctx, &game, &fine, &arena, &other), BK_OK);
    assert_int_equal(other.n_evaluations, one.n_evaluations);
    for (int i = 0; i < 2; i++)
        bkt_close(other.action[i], 1024.0 * one.action[i], 0.0, 0.0);
}

/* Whoever is asked nothing stands where play was told to start, within what may be asked. */
static void
play_starts_where_it_is_told_to(void **state)
{
    (void)state;
    static const double start[3] = {4.0, -1.0, 99.0}, most[3] = {12.0, 12.0, 50.0}, expected[3] = {4.0, 0.0, 50.0};
    impatient           user = {.a = 12.0, .most = 0};
    const bk_rivalry    game = {.n_players = 3, .most = most, .start = start, .payoff = until_enough, .state = &user};
    const bk_rivalry_settings settings = bk_rivalry_default_settings();
    bk_rivalry_solution       out;
    assert_int_equal(bk_rivals_find(ctx, &game, &settings, &arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CANCELLED);
    for (int i = 0; i < 3; i++)
        bkt_close(out.action[i], expected[i], 0.0, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_sellers_of_linear_demand_meet_in_closed_form),
        cmocka_unit_test(logit_rivals_ask_one_over_mu_times_the_share_they_lose),
        cmocka_unit_test(one_logit_seller_asks_what_lambert_says),
        cmocka_unit_test(tolls_in_a_row_are_marked_up_twice),
        cmocka_unit_test(play_that_goes_in_a_circle_is_said_to),
        cmocka_unit_test(a_higher_hill_far_off_is_found),
        cmocka_unit_test(the_last_rival_too_is_asked_what_lies_far_off),
        cmocka_unit_test(who_loses_nobody_asks_all_that_may_be_asked),
        cmocka_unit_test(what_makes_no_game_is_refused),
        cmocka_unit_test(an_interruption_leaves_play_where_the_last_move_left_it),
        cmocka_unit_test(the_top_of_a_parabola_is_found_at_once),
        cmocka_unit_test(payoffs_and_gains_are_those_of_the_actions),
        cmocka_unit_test(the_unit_of_actions_does_not_matter),
        cmocka_unit_test(play_starts_where_it_is_told_to),
    };
    return cmocka_run_group_tests(tests, open_context, close_context);
}
