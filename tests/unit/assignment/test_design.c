/* Network design against all designs tried one by one. */
#include "bkt_road.h"
#include "buckle/design.h"
#include "traffic_gap.h"

/* A grid of side x side nodes, streets both ways, trips between some of them, and candidates across. */
typedef struct town {
    bkt_road *road;
    double    price[BKT_ROAD_ARCS];
    size_t    n_candidates;
    double    budget_of_all;
} town;

static double
draw(uint64_t seed, uint64_t *n)
{
    return bk_uniform(seed, 0, (*n)++);
}

static void
town_open(town *self, uint64_t seed, uint32_t side, size_t n_candidates)
{
    const uint32_t n_nodes = side * side;
    uint64_t       n = 0;

    memset(self, 0, sizeof *self);
    self->road = bkt_road_open(n_nodes, n_nodes, 0, 1);
    for (uint32_t v = 0; v < n_nodes; v++)
        for (int way = 0; way < 2; way++) {
            const uint32_t other = way == 0 ? v + 1 : v + side;
            if (way == 0 ? v % side + 1 == side : v / side + 1 == side)
                continue;
            for (int turn = 0; turn < 2; turn++)
                bkt_arc(self->road, turn ? other : v, turn ? v : other, 1.0 + draw(seed, &n), 0.15,
                        10.0 + 10.0 * draw(seed, &n), 4.0);
        }
    for (size_t i = 0; i < n_candidates; i++) {
        const uint32_t from = (uint32_t)(draw(seed, &n) * n_nodes), to = (uint32_t)(draw(seed, &n) * (n_nodes - 1));
        const size_t   a = bkt_arc(self->road, from, to >= from ? to + 1 : to, 1.0, 0.15, 15.0, 4.0);
        self->price[a] = 1.0 + floor(4.0 * draw(seed, &n));
        self->budget_of_all += self->price[a];
    }
    for (uint32_t o = 0; o < n_nodes; o++)
        for (int k = 0; k < 3; k++) {
            const uint32_t d = (o + 1 + (uint32_t)(draw(seed, &n) * 3.0) + 4 * (uint32_t)k) % n_nodes;
            if (d != o)
                bkt_trips(self->road, o, d, 4.0 + 8.0 * draw(seed, &n));
        }
    self->road->network.vdf.all_power = 4.0;
    self->road->network.price = self->price;
    self->n_candidates = n_candidates;
}

/* The least total cost over all designs, each solved from nothing. */
static double
try_all(const town *self, double budget)
{
    const bkt_road         *road = self->road;
    const size_t            first = road->network.n_arcs - self->n_candidates;
    bk_equilibrium_settings settings = bk_equilibrium_default();
    double                 *fixed = calloc(road->network.n_arcs, sizeof *fixed), best = INFINITY;
    const bk_traffic_class  traffic = {fixed, &road->demand};

    settings.gap = 1e-11;
    for (unsigned design = 0; design < 1u << self->n_candidates; design++) {
        bk_equilibrium out;
        bk_arena       arena;
        double         price = 0.0;
        for (size_t i = 0; i < self->n_candidates; i++) {
            const bool open = (design >> i & 1u) != 0;
            fixed[first + i] = open ? 0.0 : INFINITY;
            price += open ? self->price[first + i] : 0.0;
        }
        if (price > budget)
            continue;
        bk_arena_init(&arena, road->ctx);
        assert_int_equal(bk_equilibrium_solve(road->ctx, &road->network, 1, &traffic, &settings, &arena, &out), BK_OK);
        assert_int_equal(out.outcome, BK_CONVERGED);
        best = fmin(best, out.total_cost);
        bk_arena_release(&arena);
    }
    free(fixed);
    return best;
}

static void
no_design_is_better_than_the_one_proved(void **state)
{
    town *self = malloc(sizeof *self);
    (void)state;

    for (uint64_t seed = 1; seed <= 8; seed++)
        for (int half = 1; half <= 2; half++) {
            bk_design_settings settings = bk_design_default();
            bk_design          out;
            town_open(self, seed, 3, 6);
            settings.budget = 0.25 * half * self->budget_of_all;
            assert_int_equal(bk_design_solve(self->road->ctx, &self->road->network, &self->road->demand, &settings,
                                             &self->road->arena, &out),
                             BK_OK);
            assert_true(out.proved);
            assert_int_equal(out.outcome, BK_CONVERGED);
            assert_true(out.spent <= settings.budget);
            assert_true(out.bound <= out.total_cost);
            bkt_close(out.total_cost, try_all(self, settings.budget), 2e-6, 0);
            bkt_road_close(self->road);
        }
    free(self);
}

static void
a_search_cut_short_still_bounds_the_best(void **state)
{
    town              *self = malloc(sizeof *self);
    bk_design_settings settings = bk_design_default();
    bk_design          out;
    (void)state;

    town_open(self, 3, 3, 6);
    settings.budget = 0.5 * self->budget_of_all;
    settings.node_limit = 1;
    assert_int_equal(bk_design_solve(self->road->ctx, &self->road->network, &self->road->demand, &settings,
                                     &self->road->arena, &out),
                     BK_OK);
    assert_int_equal(out.outcome, BK_ITERATION_LIMIT);
    assert_false(out.proved);
    const double best = try_all(self, settings.budget);
    assert_true(out.bound <= best);
    assert_true(out.total_cost >= best * (1.0 - 1e-6));
    bkt_road_close(self->road);
    free(self);
}

static void
networks_that_cannot_serve_as_they_are_and_wrong_settings_are_refused(void **state)
{
    bkt_road          *road = bkt_road_open(2, 2, 0, 1);
    const double       price[1] = {1.0};
    bk_design_settings settings = bk_design_default();
    bk_design          out;
    (void)state;

    bkt_linear_arc(road, 0, 1, 1.0, 1.0);
    bkt_trips(road, 0, 1, 1.0);
    assert_int_equal(bk_design_solve(road->ctx, &road->network, &road->demand, &settings, &road->arena, &out),
                     BK_ERR_USAGE);
    road->network.price = price;
    assert_int_equal(bk_design_solve(road->ctx, &road->network, &road->demand, &settings, &road->arena, &out),
                     BK_ERR_NO_PATH);
    settings.budget = NAN;
    assert_int_equal(bk_design_solve(road->ctx, &road->network, &road->demand, &settings, &road->arena, &out),
                     BK_ERR_USAGE);
    bkt_road_close(road);
}

/* Stops everything once branch and bound begins. */
static void
stop_at_designs(void *state, const char *what, double fraction)
{
    (void)fraction;
    if (strcmp(what, "designs") == 0)
        atomic_store((atomic_bool *)state, true);
}

/* An interrupted search has a design in hand, whose cost is that of its flows: found from the formula of each arc. */
static void
an_interrupted_search_says_what_its_design_costs(void **state)
{
    town       *self = malloc(sizeof *self);
    atomic_bool stop = false;
    bk_context *ctx;
    bk_arena    arena;
    bk_design   out;
    (void)state;

    town_open(self, 3, 4, 6);
    bk_design_settings settings = bk_design_default();
    settings.budget = 0.5 * self->budget_of_all;
    assert_int_equal(
        bk_context_create(
            &(bk_settings){.threads = 1, .cancel = &stop, .progress = stop_at_designs, .sink_state = &stop}, &ctx),
        BK_OK);
    bk_arena_init(&arena, ctx);
    assert_int_equal(bk_design_solve(ctx, &self->road->network, &self->road->demand, &settings, &arena, &out), BK_OK);
    assert_int_equal(out.outcome, BK_CANCELLED);
    assert_false(out.proved);
    double cost = 0.0;
    for (size_t a = 0; a < self->road->network.n_arcs; a++)
        cost += out.flow[a] * oracle_arc_cost(&self->road->network, a, out.flow[a]);
    bkt_close(out.total_cost, cost, 1e-12, 0);
    assert_true(out.total_cost >= try_all(self, settings.budget) * (1.0 - 1e-8)); /* to the search's gap */
    assert_true(out.total_cost >= out.bound);
    bk_arena_release(&arena);
    bk_context_release(ctx);
    bkt_road_close(self->road);
    free(self);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interrupted_search_says_what_its_design_costs),
        cmocka_unit_test(no_design_is_better_than_the_one_proved),
        cmocka_unit_test(a_search_cut_short_still_bounds_the_best),
        cmocka_unit_test(networks_that_cannot_serve_as_they_are_and_wrong_settings_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
