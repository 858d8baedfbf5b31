/* Allen & Arkolakis (2022), see SOURCE.md. */
#include "bkt_trade.h"

#include "buckle/spatial.h"

enum { PLACES = 16, LINKS = 48 };

static const double STEP = 1e-4; /* of ln cost, as the file's own differences: see SOURCE.md */

typedef struct grid {
    double theta, agglomeration, congestion;
    double productivity[PLACES], income[PLACES], labour[PLACES];
    size_t from[LINKS], to[LINKS];
    double cost[LINKS], elasticity[LINKS], traffic[LINKS];
} grid;

/* The number after "key": from `text` on; moves *text there. */
static double
number_after(const char **text, const char *key)
{
    char quoted[64];

    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(*text, quoted);
    assert_non_null(at);
    *text = at + strlen(quoted);
    return strtod(*text, NULL);
}

static void
numbers_after(const char *text, const char *key, double *out)
{
    char quoted[64], *end;

    snprintf(quoted, sizeof quoted, "\"%s\": [", key);
    const char *at = strstr(text, quoted);
    assert_non_null(at);
    at += strlen(quoted);
    for (size_t i = 0; i < PLACES; i++) {
        out[i] = strtod(at, &end);
        at = end + 1; /* the comma */
    }
}

static void
read_grid(grid *g)
{
    static char text[100000];
    char        path[4200];
    const char *at = text;

    snprintf(path, sizeof path, "%s/data/aa2022/grid4_nocong.json", bkt_shared());
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    g->theta = number_after(&at, "theta");
    g->agglomeration = number_after(&at, "alpha");
    g->congestion = number_after(&at, "beta");
    numbers_after(text, "Abar", g->productivity);
    numbers_after(text, "income_share", g->income);
    numbers_after(text, "labour_share", g->labour);
    for (size_t l = 0; l < LINKS; l++) {
        g->from[l] = (size_t)number_after(&at, "k");
        g->to[l] = (size_t)number_after(&at, "l");
        g->cost[l] = number_after(&at, "tbar");
        g->traffic[l] = number_after(&at, "traffic_share");
        g->elasticity[l] = number_after(&at, "elasticity");
    }
}

/* tau^-theta from every place to every other: the sum over all routes, (I - A)^-1 = I + A + A^2 + ... */
static void
all_routes(const grid *g, const double *cost, double reach[PLACES][PLACES])
{
    double a[PLACES][PLACES] = {{0}}, term[PLACES][PLACES], next[PLACES][PLACES];

    for (size_t l = 0; l < LINKS; l++)
        a[g->from[l]][g->to[l]] = pow(cost[l], -g->theta);
    for (size_t i = 0; i < PLACES; i++)
        for (size_t j = 0; j < PLACES; j++)
            reach[i][j] = term[i][j] = i == j ? 1.0 : 0.0;
    for (int power = 1; power < 400; power++) {
        for (size_t i = 0; i < PLACES; i++)
            for (size_t j = 0; j < PLACES; j++) {
                next[i][j] = 0.0;
                for (size_t k = 0; k < PLACES; k++)
                    next[i][j] += term[i][k] * a[k][j];
            }
        memcpy(term, next, sizeof term);
        for (size_t i = 0; i < PLACES; i++)
            for (size_t j = 0; j < PLACES; j++)
                reach[i][j] += term[i][j];
    }
}

/* Trade of the base year by gravity: X_in = reach_in (w_i / A_i)^-theta / sum_k(...) Y_n. */
static void
build_economy(const grid *g, double reach[PLACES][PLACES], bkt_economy *e)
{
    for (size_t n = 0; n < PLACES; n++) {
        double offers[PLACES], sum = 0.0;
        for (size_t i = 0; i < PLACES; i++) {
            const double wage = g->income[i] / g->labour[i],
                         skill = g->productivity[i] * pow(g->labour[i], g->agglomeration);
            offers[i] = reach[i][n] * pow(wage / skill, -g->theta);
            sum += offers[i];
        }
        for (size_t i = 0; i < PLACES; i++)
            e->trade[n * PLACES + i] = offers[i] / sum * g->income[n];
        e->tariff[n * PLACES + n] = 0.0;
        e->value_added_share[n] = e->final_share[n] = e->input_share[n] = 1.0;
        e->regions[n].value_added = g->income[n];
        e->regions[n].population = g->labour[n];
        e->regions[n].country = 0;
        e->regions[n].deficit = 0.0;
    }
    e->sectors[0].elasticity = g->theta;
}

/* ln of everyone's utility when link l costs exp(step) times as much. */
static double
log_utility(bkt_trade *t, const grid *g, const bk_trade_base *base, double reach[PLACES][PLACES], size_t l, double step)
{
    const bk_trade_mobility  mobility = {g->agglomeration, g->congestion, INFINITY};
    bk_trade_settings        settings = bk_trade_default_settings();
    double                   cost[LINKS], changed[PLACES][PLACES], factor[PLACES * PLACES];
    bk_arena                 arena;
    const bk_trade_solution *s;

    memcpy(cost, g->cost, sizeof cost);
    cost[l] *= exp(step);
    all_routes(g, cost, changed);
    for (size_t n = 0; n < PLACES; n++)
        for (size_t i = 0; i < PLACES; i++)
            factor[n * PLACES + i] = pow(changed[i][n] / reach[i][n], -1.0 / g->theta);
    settings.tolerance = 1e-14;
    bk_arena_init(&arena, t->ctx);
    assert_int_equal(bk_trade_solve(t->ctx, base, &(bk_trade_shock){.cost = factor, .mobility = &mobility}, &settings,
                                    NULL, &arena, &s),
                     BK_OK);
    assert_int_equal(s->outcome, BK_CONVERGED);
    for (size_t n = 1; n < PLACES; n++)
        bkt_close(s->utility_pct[n], s->utility_pct[0], 0, 1e-11);
    const double utility = log1p(s->utility_pct[0] / 100.0);
    bk_arena_release(&arena);
    return utility;
}

static void
every_link_is_worth_what_the_adjoint_says(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    static grid            g;
    bkt_trade              t;
    double                 reach[PLACES][PLACES], largest = 0.0;
    const bkt_economy_kind kind = {.n_regions = PLACES, .n_sectors = 1};
    read_grid(&g);
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&kind, 1, &t.arena);
    all_routes(&g, g.cost, reach);
    build_economy(&g, reach, e);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    assert_string_equal(t.log, ""); /* trade so built balances with the incomes of the file */
    for (size_t l = 0; l < LINKS; l++)
        largest = fmax(largest, fabs(g.elasticity[l]));
    for (size_t l = 0; l < LINKS; l++) {
        const double slope =
            (log_utility(&t, &g, base, reach, l, -STEP) - log_utility(&t, &g, base, reach, l, STEP)) / (2.0 * STEP);
        bkt_close(slope, g.elasticity[l], 0, 1e-8 * largest);
    }
    bkt_trade_close(&t);
}

/* bk_spatial_values, which knows traffic, incomes and labour alone, against solved equilibria, whose differences are
 * rid of their error of second order (Richardson 1911): two models, two methods. */
static void
one_adjoint_solve_says_what_solved_equilibria_say(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    static grid            g;
    bkt_trade              t;
    double                 reach[PLACES][PLACES], value[LINKS], largest = 0.0;
    uint32_t               from[LINKS], to[LINKS];
    const bkt_economy_kind kind = {.n_regions = PLACES, .n_sectors = 1};
    read_grid(&g);
    bkt_trade_open(&t, 1);
    bkt_economy *e = bkt_economy_create(&kind, 1, &t.arena);
    all_routes(&g, g.cost, reach);
    build_economy(&g, reach, e);
    const bk_trade_base *base = bkt_calibrate(&t, &e->economy);
    for (size_t l = 0; l < LINKS; l++) {
        from[l] = (uint32_t)g.from[l];
        to[l] = (uint32_t)g.to[l];
        largest = fmax(largest, g.elasticity[l]);
    }
    const bk_spatial spatial = {.n_places = PLACES,
                                .n_links = LINKS,
                                .from = from,
                                .to = to,
                                .traffic = g.traffic,
                                .income = g.income,
                                .labour = g.labour,
                                .elasticity = g.theta,
                                .agglomeration = g.agglomeration,
                                .congestion = g.congestion};
    assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_OK);
    for (size_t l = 0; l < LINKS; l++) {
        double slope[2];
        for (int i = 0; i < 2; i++) {
            const double step = (i == 0 ? 10.0 : 5.0) * STEP;
            slope[i] =
                (log_utility(&t, &g, base, reach, l, -step) - log_utility(&t, &g, base, reach, l, step)) / (2.0 * step);
        }
        bkt_close(value[l], (4.0 * slope[1] - slope[0]) / 3.0, 1e-8, 1e-9 * largest);
    }
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_link_is_worth_what_the_adjoint_says),
        cmocka_unit_test(one_adjoint_solve_says_what_solved_equilibria_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
