/* Values of the built-in study's links, posts and policies against differences of its joint equilibria. */
#include "bkt.h"
#include "buckle/io.h"
#include "buckle/value.h"

typedef struct fixture {
    bk_context             *ctx;
    bk_arena                arena;
    const bk_model         *model;
    const bk_joint_base    *base;
    const bk_joint_adjoint *adjoint;
    bk_joint_values         values;
    bk_model                changed; /* with links, borders and trade costs of its own */
    bk_link                *links;
    bk_border              *borders;
    double                 *trade_cost;
} fixture;

static int
open_study(void **state)
{
    static fixture f;
    const char    *root = getenv("BUCKLE_ROOT");
    char           folder[4096];

    snprintf(folder, sizeof folder, "%s/studies/silkroad", root != NULL ? root : ".");
    if (bk_context_create(NULL, &f.ctx) != BK_OK)
        return -1;
    bk_arena_init(&f.arena, f.ctx);
    *state = &f;
    if (bk_study_read(f.ctx, folder, &f.arena, &f.model) != BK_OK ||
        bk_joint_prepare(f.ctx, f.model, NULL, 0, &f.arena, &f.base) != BK_OK ||
        bk_joint_adjoint_prepare(f.ctx, f.base, NULL, NULL, &f.arena, &f.adjoint) != BK_OK ||
        bk_joint_value(f.ctx, f.adjoint, &f.arena, &f.values) != BK_OK)
        return -1;
    const bk_network_data *network = &f.model->network;
    const size_t           n = f.model->economy.n_regions, n_cells = f.model->economy.n_sectors * n * n;
    f.links = BK_NEW(&f.arena, bk_link, network->n_links);
    f.borders = BK_NEW(&f.arena, bk_border, network->n_borders);
    f.trade_cost = BK_NEW(&f.arena, double, n_cells);
    if (bk_arena_ok(&f.arena) != BK_OK)
        return -1;
    memcpy(f.links, network->links, network->n_links * sizeof *f.links);
    memcpy(f.borders, network->borders, network->n_borders * sizeof *f.borders);
    for (size_t c = 0; c < n_cells; c++)
        f.trade_cost[c] = f.model->economy.trade_cost != NULL ? f.model->economy.trade_cost[c] : 1.0;
    f.changed = *f.model;
    f.changed.network.links = f.links;
    f.changed.network.borders = f.borders;
    f.changed.economy.trade_cost = f.trade_cost;
    return 0;
}

static int
close_study(void **state)
{
    fixture *f = *state;

    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
    return 0;
}

/* Real income of every region, USD/yr over the base, at the parameter's value. */
static void
incomes(fixture *f, double *x, double value, double *out)
{
    const bk_joint_settings  settings = {.tolerance = 1e-10, .max_rounds = 400};
    const double             kept = *x;
    const bk_joint_solution *solution;
    bk_arena                 arena;

    bk_arena_init(&arena, f->ctx);
    *x = value;
    assert_int_equal(bk_joint_solve(f->ctx, f->base, &f->changed, &settings, NULL, &arena, &solution), BK_OK);
    *x = kept;
    for (size_t n = 0; n < f->model->economy.n_regions; n++)
        out[n] = solution->trade->equivalent_variation[n] * f->model->money_usd;
    bk_arena_release(&arena);
}

/* Central differences over two steps, the error of second order taken off (Richardson 1911), against `factor` x
 * `values`.  Trade stops
 * at 1e-12 of the world's value added, some 100 USD a year, and gets a few hundred times nearer. */
static void
compare(fixture *f, double *x, double step, const double *values, double factor)
{
    enum { MOST = 64 };
    double       at[4][MOST], largest = 0.0;
    const double kept = *x, noise = 1e-12 * bk_trade_base_world(bk_joint_trade(f->base)) * f->model->money_usd / step;
    const size_t n_regions = f->model->economy.n_regions;

    assert_true(n_regions <= MOST);
    incomes(f, x, kept - step, at[0]);
    incomes(f, x, kept - 0.5 * step, at[1]);
    incomes(f, x, kept + 0.5 * step, at[2]);
    incomes(f, x, kept + step, at[3]);
    for (size_t n = 0; n < n_regions; n++)
        largest = fmax(largest, fabs(factor * values[n]));
    assert_true(largest > noise);
    for (size_t n = 0; n < n_regions; n++) {
        const double slope = (4.0 * (at[2][n] - at[1][n]) - 0.5 * (at[3][n] - at[0][n])) / (3.0 * step);
        bkt_close(factor * values[n], slope, 0, 1e-6 * largest + 2e-3 * noise);
    }
}

/* The link, or post, whose price times tonnes is largest. */
static size_t
dearest(const fixture *f, size_t first, size_t last)
{
    const bk_joint_solution *base = bk_joint_base_solution(f->base);
    size_t                   best = first;

    for (size_t i = first; i < last; i++)
        if (base->price[i] * base->facility_flow[i] > base->price[best] * base->facility_flow[best])
            best = i;
    return best;
}

static void
values_of_a_full_link_are_those_of_equilibria(void **state)
{
    fixture     *f = *state;
    const size_t n = f->model->economy.n_regions, l = dearest(f, 0, f->model->network.n_links);

    compare(f, &f->links[l].toll, 0.5, f->values.per_usd + l * n, -1.0);
    compare(f, &f->links[l].capacity, 0.004 * f->links[l].capacity, f->values.per_capacity + l * n, 1.0);
}

static void
values_of_a_post_are_those_of_equilibria(void **state)
{
    fixture     *f = *state;
    const size_t n = f->model->economy.n_regions;
    const size_t first = f->model->network.n_links + f->model->network.n_transfers;
    const size_t b = dearest(f, first, f->values.n_facilities) - first;
    bk_border   *post = &f->borders[b];

    compare(f, &post->control_hours, 0.5, f->values.per_control_hour + b * n, post->inspected_share - 1.0);
    compare(f, &post->hours_sd, 0.5, f->values.per_spread_hour + b * n, -1.0);
    compare(f, &post->service_hours, 0.004 * post->service_hours, f->values.per_service_hour + b * n, -1.0);
}

static void
the_gradient_of_a_trade_cost_is_that_of_equilibria(void **state)
{
    enum { MOST = 64, MOST_CELLS = 20000 };
    static double cost[MOST_CELLS];
    fixture      *f = *state;
    const size_t  n = f->model->economy.n_regions;
    double        by[MOST];

    assert_true(n <= MOST && f->model->economy.n_sectors * n * n <= MOST_CELLS);
    const size_t buyer = bk_model_find_region(f->model, "KAZ"), seller = bk_model_find_region(f->model, "CHN");
    const size_t cell = (bk_model_find_sector(f->model, "machinery") * n + buyer) * n + seller;
    for (size_t r = 0; r < n; r++) {
        bk_joint_gradient(f->adjoint, r, cost, NULL, NULL, NULL);
        by[r] = cost[cell] * bk_trade_base_income(bk_joint_trade(f->base))[r] * f->model->money_usd;
    }
    compare(f, &f->trade_cost[cell], 0.01, by, 1.0 / f->trade_cost[cell]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_a_full_link_are_those_of_equilibria),
        cmocka_unit_test(values_of_a_post_are_those_of_equilibria),
        cmocka_unit_test(the_gradient_of_a_trade_cost_is_that_of_equilibria),
    };

    return cmocka_run_group_tests(tests, open_study, close_study);
}
