/* Answers to first order against joint equilibria solved closely. */
#include "bkt_joint.h"
#include "assignment/assignment.h"
#include "coupling/joint.h"

#include "buckle/value.h"

#include <pthread.h>

enum { REGIONS = 4 };

typedef struct prepared {
    bkt_memory               memory;
    bkt_joint               *study;
    const bk_model          *model; /* of the base */
    const bk_joint_base     *base;
    const bk_joint_adjoint  *adjoint;
    const bk_joint_solution *solution; /* at which the adjoint stands */
    bk_joint_values          values;
    /* a copy to change */
    bk_model     changed;
    bk_link     *links;
    bk_border   *borders;
    bk_transfer *transfers;
    double      *tariff, *trade_cost, *productivity;
} prepared;

static void
copy_model(prepared *made, const bk_model *from)
{
    bk_arena    *arena = &made->memory.arena;
    const size_t n_cells = from->economy.n_sectors * REGIONS * REGIONS;

    made->changed = *from;
    made->links = BK_NEW(arena, bk_link, from->network.n_links);
    made->borders = BK_NEW(arena, bk_border, from->network.n_borders);
    made->transfers = BK_NEW(arena, bk_transfer, from->network.n_transfers);
    made->tariff = BK_NEW(arena, double, n_cells);
    made->trade_cost = BK_NEW(arena, double, n_cells);
    made->productivity = BK_NEW(arena, double, from->economy.n_sectors *REGIONS);
    assert_int_equal(bk_arena_ok(arena), BK_OK);
    memcpy(made->links, from->network.links, from->network.n_links * sizeof *made->links);
    memcpy(made->borders, from->network.borders, from->network.n_borders * sizeof *made->borders);
    memcpy(made->transfers, from->network.transfers, from->network.n_transfers * sizeof *made->transfers);
    memcpy(made->tariff, from->economy.tariff, n_cells * sizeof *made->tariff);
    for (size_t c = 0; c < n_cells; c++)
        made->trade_cost[c] = 1.0;
    for (size_t i = 0; i < from->economy.n_sectors * REGIONS; i++)
        made->productivity[i] = 1.0;
    made->changed.network.links = made->links;
    made->changed.network.borders = made->borders;
    made->changed.network.transfers = made->transfers;
    made->changed.economy.tariff = made->tariff;
    made->changed.economy.trade_cost = made->trade_cost;
    made->changed.economy.productivity = made->productivity;
}

static void
open_study_of(prepared *made, uint64_t seed, double lanes, const uint32_t *pool, const double *quota)
{
    bkt_memory_init(&made->memory);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, REGIONS, seed, true, &made->memory.arena));
    made->model = &made->study->network.model;
    for (size_t b = 0; b < made->model->network.n_borders; b++) { /* the curve of waits has a kink at one lane */
        made->study->network.borders[b].lanes *= lanes;
        made->study->network.borders[b].service_hours *= lanes;
    }
    for (size_t l = 0; l < made->model->network.n_links; l++)
        made->study->network.links[l].hours_sd = 5.0;
    for (size_t b = 0; b < made->model->network.n_borders; b++)
        made->study->network.borders[b].inspection_hours = made->study->network.borders[b].control_hours + 20.0;
    made->study->network.products[BKT_RAIL * BKT_JOINT_SECTORS + 1].border_hours_factor = 0.5;
    made->study->network.model.economy.duty_pool = pool;
    made->study->network.model.economy.duty_quota = quota;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, made->model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
    assert_int_equal(
        bk_joint_adjoint_prepare(made->memory.ctx, made->base, NULL, NULL, &made->memory.arena, &made->adjoint), BK_OK);
    made->solution = bk_joint_base_solution(made->base);
    assert_int_equal(bk_joint_value(made->memory.ctx, made->adjoint, &made->memory.arena, &made->values), BK_OK);
    copy_model(made, made->model);
}

static void
open_study(prepared *made, uint64_t seed, double lanes)
{
    open_study_of(made, seed, lanes, NULL, NULL);
}

static const bk_joint_solution *
exactly(prepared *made)
{
    const bk_joint_settings  settings = {.tolerance = 1e-11, .max_rounds = 1000};
    const bk_joint_solution *solution;

    assert_int_equal(
        bk_joint_solve(made->memory.ctx, made->base, &made->changed, &settings, NULL, &made->memory.arena, &solution),
        BK_OK);
    assert_true(solution->certificate.capacity < 1e-9 && solution->certificate.loop < 1e-8);
    return solution;
}

/* ln real income of every region, exactly and to first order. */
static void
both(prepared *made, double *exact, double *first)
{
    bk_first_order           quick;
    const bk_joint_solution *solution = exactly(made);

    assert_int_equal(
        bk_joint_first_order(made->memory.ctx, made->adjoint, &made->changed, NULL, &made->memory.arena, &quick),
        BK_OK);
    for (size_t n = 0; n < REGIONS; n++) {
        exact[n] = log1p(solution->trade->welfare_pct[n] / 100.0);
        first[n] = log1p(quick.welfare_pct[n] / 100.0);
    }
}

enum { LEVELS = 4 };

/* Derivative at 0 from differences over steps h, h/2, h/4 ... (Richardson 1911): errors of second, fourth ... order are
 * taken off if `power` is 2, as of differences to both sides, those of first, second ... if it is 1. */
static double
extrapolated(double *slope, int power)
{
    for (int order = 1; order < LEVELS; order++)
        for (int s = LEVELS - 1; s >= order; s--)
            slope[s] += (slope[s] - slope[s - 1]) / (ldexp(1.0, power * order) - 1.0);
    return slope[LEVELS - 1];
}

/* A value as the change of ln real income by a step: `per` what one unit of the parameter is worth, USD/yr, by region.
 */
typedef struct claim {
    const double *per; /* [REGIONS] USD/yr, or NULL */
    double        factor;
} claim;

static double
claimed(const prepared *made, const claim *value, size_t n, double step)
{
    const double welfare = made->solution->trade->welfare_pct[n] / 100.0;
    const double income = bk_trade_base_income(bk_joint_trade(made->base))[n] * made->model->money_usd;

    return value->factor * value->per[n] * step / (income * (1.0 + welfare));
}

/* Derivatives of both by the parameter at x.  They agree if the adjoint is right, trade's and congestion's answers
 * included.  Steps move real income by 1e-6 to 1e-3; solved equilibria know it to some 1e-12, the tolerance of trade.
 */
static void
compare_slopes(prepared *made, double *x, double step, claim value)
{
    const double kept = *x;
    double       exact[2][LEVELS][REGIONS], first[2][LEVELS][REGIONS], largest = 0.0;

    for (int s = 0; s < LEVELS; s++)
        for (int side = 0; side < 2; side++) {
            *x = kept + ldexp(side ? step : -step, -s);
            both(made, exact[side][s], first[side][s]);
        }
    *x = kept;
    for (size_t n = 0; n < REGIONS; n++) {
        double slope[2][LEVELS];
        for (int s = 0; s < LEVELS; s++) {
            slope[0][s] = ldexp(exact[1][s][n] - exact[0][s][n], s) / 2.0;
            slope[1][s] = ldexp(first[1][s][n] - first[0][s][n], s) / 2.0;
        }
        const double expected = extrapolated(slope[0], 2);
        largest = fmax(largest, fabs(expected));
        if (value.per != NULL)
            bkt_close(claimed(made, &value, n, step), expected, 1e-6, 5e-12);
        bkt_close(extrapolated(slope[1], 2), expected, 1e-6, 5e-12);
    }
    if (!(largest > 1e-6))
        fail_msg("a change by %g tests nothing: %.3g", step, largest);
}

/* The line with the highest price, or the row of the longest queue. */
static uint32_t
busiest(const prepared *made, bool post)
{
    const bk_joint_solution *base = bk_joint_base_solution(made->base);
    const size_t             first = post ? made->model->network.n_links + made->model->network.n_transfers : 0;
    const size_t             last = post ? made->base->graph->n_facilities : made->model->network.n_links;
    size_t                   best = first;

    for (size_t f = first; f < last; f++)
        best = base->price[f] > base->price[best] ? f : best;
    assert_true(base->price[best] > 0.1);
    return (uint32_t)(best - first);
}

/* The claim of a facility's row of values; `factor` d (what the row is per) / d parameter. */
static claim
of_facility(const double *values, size_t facility, double factor)
{
    return (claim){values + facility * REGIONS, factor};
}

static void
compare_line(prepared *made, uint32_t l)
{
    const bk_joint_values *values = &made->values;
    bk_link               *line = &made->links[l];

    /* a toll is 0 in the base: the lower side is a subsidy */
    compare_slopes(made, &line->toll, 1, of_facility(values->per_usd, l, -1));
    compare_slopes(made, &line->kmh, 2, (claim){0});
    compare_slopes(made, &line->hours_sd, 3, of_facility(values->per_variance, l, -2.0 * line->hours_sd));
    compare_slopes(made, &line->capacity, 100, of_facility(values->per_capacity, l, 1));
    compare_slopes(made, &line->background, 100,
                   of_facility(values->per_capacity, l, -1.0 / made->solution->utilisation[l]));
}

static void
compare_post(prepared *made, uint32_t b)
{
    const bk_joint_values *values = &made->values;
    bk_border             *post = &made->borders[b];
    const size_t           f = made->model->network.n_links + made->model->network.n_transfers + b;

    compare_slopes(made, &post->control_hours, 2, of_facility(values->per_control_hour, b, post->inspected_share - 1));
    compare_slopes(made, &post->inspected_share, 0.05, of_facility(values->per_share_point, b, -100));
    compare_slopes(made, &post->hours_sd, 8, of_facility(values->per_spread_hour, b, -1));
    compare_slopes(made, &post->usd_per_tonne, 2, of_facility(values->per_usd, f, -1));
    compare_slopes(made, &post->service_hours, 0.2, of_facility(values->per_service_hour, b, -1));
    compare_slopes(made, &post->lanes, 0.02, of_facility(values->per_lane, b, 1));
}

/* Gradients of trade's parameters are of ln real income: as a claim, by region. */
static void
compare_trade(prepared *made)
{
    enum { CELLS = BKT_JOINT_SECTORS * REGIONS * REGIONS, FAR = (1 * REGIONS + REGIONS - 1) * REGIONS + 2 };
    double cost[CELLS], tariff[CELLS], productivity[BKT_JOINT_SECTORS * REGIONS], by[4][REGIONS];

    for (size_t n = 0; n < REGIONS; n++) {
        const double income = bk_trade_base_income(bk_joint_trade(made->base))[n] * made->model->money_usd;
        bk_joint_gradient(made->adjoint, n, cost, tariff, productivity, NULL);
        by[0][n] = income * tariff[1] / (1.0 + made->tariff[1]);
        by[1][n] = income * cost[2];
        by[2][n] = income * productivity[3];
        by[3][n] = income * tariff[FAR] / (1.0 + made->tariff[FAR]);
    }
    compare_slopes(made, &made->tariff[1], 0.01, (claim){by[0], 1});
    compare_slopes(made, &made->tariff[FAR], 0.01, (claim){by[3], 1});
    compare_slopes(made, &made->trade_cost[2], 0.01, (claim){by[1], 1});
    compare_slopes(made, &made->productivity[3], 0.01, (claim){by[2], 1});
}

static void
slopes_are_those_of_the_joint_equilibrium(void **state)
{
    (void)state;
    for (uint64_t seed = 101; seed < 103; seed++) {
        prepared made;
        open_study(&made, seed, 2.0);
        const size_t transfer = made.model->network.n_links;
        compare_line(&made, busiest(&made, false));
        compare_post(&made, busiest(&made, true));
        compare_slopes(&made, &made.transfers[0].hours, 4, of_facility(made.values.per_hour, transfer, -1));
        compare_trade(&made);
        bkt_memory_release(&made.memory);
    }
}

/* Where a post has one lane the curve of waits has its kink: values are those of more lanes. */
static void
at_one_lane_the_value_is_that_of_more(void **state)
{
    const double step = 0.02;
    prepared     made;
    double       exact[LEVELS + 1][REGIONS], first[REGIONS], largest = 0.0;

    (void)state;
    open_study(&made, 101, 1.0);
    const uint32_t b = busiest(&made, true);
    const claim    value = of_facility(made.values.per_lane, b, 1);
    assert_true(made.borders[b].lanes == 1.0);
    for (int s = 0; s <= LEVELS; s++) {
        made.borders[b].lanes = 1.0 + (s < LEVELS ? ldexp(step, -s) : 0.0);
        both(&made, exact[s], first);
    }
    for (size_t n = 0; n < REGIONS; n++) {
        double slope[LEVELS];
        for (int s = 0; s < LEVELS; s++)
            slope[s] = ldexp(exact[s][n] - exact[LEVELS][n], s);
        const double expected = extrapolated(slope, 1);
        largest = fmax(largest, fabs(expected));
        bkt_close(claimed(&made, &value, n, step), expected, 1e-5, 5e-11);
    }
    assert_true(largest > 1e-6);
    bkt_memory_release(&made.memory);
}

/* Regions 0, 1 and 3 share the duties on what they buy outside, by shares that are not those they bring in: what
 * crowding does to one's imports is felt by all. */
static void
slopes_hold_where_a_union_shares_its_duties(void **state)
{
    static const uint32_t pool[REGIONS] = {7, 7, BK_NONE, 7};
    static const double   quota[REGIONS] = {0.5, 0.2, 0.0, 0.3};
    prepared              made;

    (void)state;
    open_study_of(&made, 110, 2.0, pool, quota);
    const uint32_t line = busiest(&made, false);
    compare_slopes(&made, &made.links[line].toll, 1, of_facility(made.values.per_usd, line, -1));
    compare_slopes(&made, &made.links[line].capacity, 100, of_facility(made.values.per_capacity, line, 1));
    compare_trade(&made);
    bkt_memory_release(&made.memory);
}

/* Everything at once: what is left falls with the square of the change. */
static void
the_error_is_of_second_order(void **state)
{
    double exact[REGIONS], first[REGIONS], errors[3], changes[3];

    (void)state;
    prepared made;
    open_study(&made, 103, 2.0);
    for (int i = 0; i < 3; i++) {
        const double share = ldexp(0.04, -i);
        copy_model(&made, made.model);
        for (size_t l = 0; l < made.model->network.n_links; l++)
            made.links[l].usd_per_tonne_km *= 1.0 - share;
        for (size_t b = 0; b < made.model->network.n_borders; b++)
            made.borders[b].control_hours *= 1.0 - 2.0 * share;
        made.links[made.study->first_rail].capacity *= 1.0 + share;
        for (size_t c = 0; c < REGIONS * REGIONS; c++)
            made.tariff[c] *= 1.0 - share;
        both(&made, exact, first);
        errors[i] = changes[i] = 0.0;
        for (size_t n = 0; n < REGIONS; n++) {
            errors[i] = fmax(errors[i], fabs(exact[n] - first[n]));
            changes[i] = fmax(changes[i], fabs(exact[n]));
        }
    }
    assert_true(changes[0] > 1e-4);
    for (int i = 1; i < 3; i++)
        assert_true(errors[i] < 0.35 * errors[i - 1]); /* a quarter, but for what is of third order */
    bkt_memory_release(&made.memory);
}

/* At the solution of a scenario the adjoint speaks of its neighbours. */
static void
an_adjoint_may_stand_at_a_scenario(void **state)
{
    (void)state;
    prepared made;
    open_study(&made, 104, 2.0);
    made.links[made.study->first_rail].capacity *= 0.9;
    made.links[made.study->project_link].open = true;
    made.tariff[1] += 0.05;
    const bk_joint_solution *there = exactly(&made);
    bk_model                *kept = BK_NEW(&made.memory.arena, bk_model, 1);
    *kept = made.changed;
    copy_model(&made, kept);
    assert_int_equal(
        bk_joint_adjoint_prepare(made.memory.ctx, made.base, kept, there, &made.memory.arena, &made.adjoint), BK_OK);
    double exact[REGIONS], first[REGIONS];
    both(&made, exact, first);
    for (size_t n = 0; n < REGIONS; n++)
        bkt_close(first[n], exact[n], 0, 1e-9);
    made.solution = there;
    assert_int_equal(bk_joint_value(made.memory.ctx, made.adjoint, &made.memory.arena, &made.values), BK_OK);
    compare_slopes(&made, &made.links[made.study->first_rail].toll, 2,
                   of_facility(made.values.per_usd, made.study->first_rail, -1));
    compare_slopes(&made, &made.links[made.study->project_link].usd_per_tonne_km, 1e-3, (claim){0});
    bkt_memory_release(&made.memory);
}

/* A study in which nothing runs short, with or without tariffs. */
static void
open_free(prepared *made, uint64_t seed, bool tariffs)
{
    bkt_memory_init(&made->memory);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, REGIONS, seed, true, &made->memory.arena));
    bk_model *model = &made->study->network.model;
    model->transport.priced_capacity = false;
    for (size_t b = 0; b < model->network.n_borders; b++)
        made->study->network.borders[b].lanes = INFINITY;
    if (!tariffs)
        model->economy.tariff = BK_NEW(&made->memory.arena, double, BKT_JOINT_SECTORS *REGIONS *REGIONS);
    made->model = model;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
    assert_int_equal(
        bk_joint_adjoint_prepare(made->memory.ctx, made->base, NULL, NULL, &made->memory.arena, &made->adjoint), BK_OK);
    made->solution = bk_joint_base_solution(made->base);
    assert_int_equal(bk_joint_value(made->memory.ctx, made->adjoint, &made->memory.arena, &made->values), BK_OK);
    copy_model(made, model);
}

/* Where nothing runs short no price answers, and the first order is exact. */
static void
without_congestion_it_is_exact(void **state)
{
    double exact[REGIONS], first[REGIONS];

    (void)state;
    prepared made;
    open_free(&made, 105, true);
    made.links[made.study->project_link].open = true;
    made.links[made.study->first_rail + 1].open = false;
    both(&made, exact, first);
    for (size_t n = 0; n < REGIONS; n++)
        bkt_close(first[n], exact[n], 1e-9, 1e-11);
    assert_true(fabs(exact[0]) > 1e-5);
    bkt_memory_release(&made.memory);
}

/* Hulten (1978): without tariffs either, the world gains what the traffic saves.  A USD/t is 1 / d0 of a relation's
 * value, which the factor d0 of its base cost makes dearer than its price.  Values are in money of the base year, and
 * taking tariffs out of it has moved its prices a little. */
static void
without_distortions_the_world_gains_what_the_traffic_saves(void **state)
{
    enum { CELLS = BKT_JOINT_SECTORS * REGIONS * REGIONS };
    double by_cell[CELLS];

    (void)state;
    prepared made;
    open_free(&made, 108, false);
    for (uint32_t f = 0; f < made.values.n_facilities; f++) {
        double world = 0.0, saved = 0.0, tonnes = 0.0;
        assert_int_equal(bk_joint_select(made.memory.ctx, made.base, made.model, made.solution, f, by_cell), BK_OK);
        for (size_t n = 0; n < REGIONS; n++)
            world += made.values.per_usd[f * REGIONS + n] * made.solution->trade->price_hat[n];
        for (size_t cell = 0; cell < CELLS; cell++) {
            saved += by_cell[cell] / made.base->factor[cell];
            tonnes += by_cell[cell];
        }
        bkt_close(world, saved, 1e-8, 1e-6);
        bkt_close(made.values.tonnes[f], tonnes, 1e-10, 1e-8);
    }
    bkt_memory_release(&made.memory);
}

/* Where all of a sector's shippers value time alike, an hour costs the traffic its tonnes times value per tonne times
 * the cost of a day over 24, and money is the same in percent and in dollars. */
static void
an_hour_costs_the_traffic_its_value_of_time(void **state)
{
    enum { CELLS = BKT_JOINT_SECTORS * REGIONS * REGIONS };
    double         by_cell[CELLS];
    bk_first_order quick;

    (void)state;
    prepared made;
    bkt_memory_init(&made.memory);
    made.study = BK_NEW(&made.memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made.study, REGIONS, 109, true, &made.memory.arena));
    memset(made.study->sigma, 0, sizeof made.study->sigma);
    made.model = &made.study->network.model;
    const bk_economy *economy = &made.model->economy;
    assert_int_equal(bk_joint_prepare(made.memory.ctx, made.model, NULL, 0, &made.memory.arena, &made.base), BK_OK);
    assert_int_equal(
        bk_joint_adjoint_prepare(made.memory.ctx, made.base, NULL, NULL, &made.memory.arena, &made.adjoint), BK_OK);
    made.solution = bk_joint_base_solution(made.base);
    assert_int_equal(bk_joint_value(made.memory.ctx, made.adjoint, &made.memory.arena, &made.values), BK_OK);
    for (uint32_t f = 0; f < made.model->network.n_links; f++) {
        double cost = 0.0;
        assert_int_equal(bk_joint_select(made.memory.ctx, made.base, made.model, made.solution, f, by_cell), BK_OK);
        for (size_t cell = 0; cell < CELLS; cell++)
            cost += by_cell[cell] * economy->usd_per_tonne[cell] *
                    economy->sectors[cell / (REGIONS * REGIONS)].time_cost_per_day / 24.0;
        bkt_close(made.values.hour_cost[f], cost, 1e-10, 1e-6);
    }
    copy_model(&made, made.model);
    made.links[made.study->first_rail].toll += 3.0;
    assert_int_equal(
        bk_joint_first_order(made.memory.ctx, made.adjoint, &made.changed, NULL, &made.memory.arena, &quick), BK_OK);
    assert_true(fabs(quick.ev_usd[0]) > 1.0);
    for (size_t n = 0; n < REGIONS; n++)
        bkt_close(quick.ev_usd[n],
                  quick.welfare_pct[n] / 100.0 * bk_trade_base_income(bk_joint_trade(made.base))[n] *
                      made.model->money_usd,
                  1e-12, 0);
    bkt_memory_release(&made.memory);
}

static void
any_number_of_threads_gives_the_same_bits(void **state)
{
    double found[2][REGIONS], worth[2][REGIONS];

    (void)state;
    for (int i = 0; i < 2; i++) {
        const bk_settings settings = {.threads = i == 0 ? 1 : 4};
        prepared          made;
        bk_first_order    quick;
        assert_int_equal(bk_context_create(&settings, &made.memory.ctx), BK_OK);
        bk_arena_init(&made.memory.arena, made.memory.ctx);
        made.study = BK_NEW(&made.memory.arena, bkt_joint, 1);
        assert_true(bkt_joint_make(made.study, REGIONS, 106, true, &made.memory.arena));
        made.model = &made.study->network.model;
        assert_int_equal(bk_joint_prepare(made.memory.ctx, made.model, NULL, 0, &made.memory.arena, &made.base), BK_OK);
        assert_int_equal(
            bk_joint_adjoint_prepare(made.memory.ctx, made.base, NULL, NULL, &made.memory.arena, &made.adjoint), BK_OK);
        copy_model(&made, made.model);
        made.links[made.study->project_link].open = true;
        assert_int_equal(
            bk_joint_first_order(made.memory.ctx, made.adjoint, &made.changed, NULL, &made.memory.arena, &quick),
            BK_OK);
        assert_int_equal(bk_joint_value(made.memory.ctx, made.adjoint, &made.memory.arena, &made.values), BK_OK);
        memcpy(found[i], quick.welfare_pct, sizeof found[i]);
        memcpy(worth[i], made.values.per_hour + made.study->first_rail * REGIONS, sizeof worth[i]);
        bkt_memory_release(&made.memory);
    }
    assert_memory_equal(found[0], found[1], sizeof found[0]);
    assert_memory_equal(worth[0], worth[1], sizeof worth[0]);
}

/* An adjoint serves many at once, each with a context of its own. */
typedef struct asker {
    const prepared *made;
    double          welfare_pct[REGIONS], per_usd;
    bk_status       status;
} asker;

static void *
ask(void *state)
{
    asker          *self = state;
    bk_context     *ctx;
    bk_arena        arena;
    bk_first_order  quick;
    bk_joint_values values;

    self->status = bk_context_create(NULL, &ctx);
    if (self->status != BK_OK)
        return NULL;
    bk_arena_init(&arena, ctx);
    for (int turn = 0; turn < 5 && self->status == BK_OK; turn++) {
        self->status = bk_joint_first_order(ctx, self->made->adjoint, &self->made->changed, NULL, &arena, &quick);
        if (self->status == BK_OK)
            self->status = bk_joint_value(ctx, self->made->adjoint, &arena, &values);
    }
    if (self->status == BK_OK) {
        memcpy(self->welfare_pct, quick.welfare_pct, sizeof self->welfare_pct);
        self->per_usd = values.per_usd[self->made->study->first_rail * REGIONS];
    }
    bk_arena_release(&arena);
    bk_context_release(ctx);
    return NULL;
}

static void
many_may_ask_at_once(void **state)
{
    enum { ASKERS = 4 };
    asker     askers[ASKERS];
    pthread_t threads[ASKERS];
    prepared  made;

    (void)state;
    open_study(&made, 107, 2.0);
    made.links[made.study->first_rail].toll = 3.0;
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (asker){.made = &made};
        assert_int_equal(pthread_create(&threads[i], NULL, ask, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++)
        pthread_join(threads[i], NULL);
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(askers[i].status, BK_OK);
        assert_memory_equal(askers[i].welfare_pct, askers[0].welfare_pct, sizeof askers[0].welfare_pct);
        assert_true(askers[i].per_usd == askers[0].per_usd && askers[i].per_usd != 0.0);
    }
    bkt_memory_release(&made.memory);
}

/* A line that runs short in the scenario alone asks its scarcity price at the base's flow: to first order that is a
 * toll of as much, whichever line it is. */
static void
what_runs_short_anew_is_felt_as_a_toll_of_its_price(void **state)
{
    bk_first_order     tolled, scarce;
    bki_facility_state now;
    size_t             n_tried = 0;

    (void)state;
    prepared made;
    open_study(&made, 111, 2.0);
    for (size_t l = 0; l < made.model->network.n_links; l++) {
        if (isfinite(made.model->network.links[l].capacity) || !(made.solution->facility_flow[l] > 1.0))
            continue;
        copy_model(&made, made.model);
        made.links[l].capacity = made.solution->facility_flow[l] / 1.02;
        assert_true(bki_facility_limit(&made.changed, l, made.base->post_value, 1.02, &now));
        assert_true(now.price > 0.1);
        assert_int_equal(
            bk_joint_first_order(made.memory.ctx, made.adjoint, &made.changed, NULL, &made.memory.arena, &scarce),
            BK_OK);
        made.links[l].capacity = INFINITY;
        made.links[l].toll += now.price;
        assert_int_equal(
            bk_joint_first_order(made.memory.ctx, made.adjoint, &made.changed, NULL, &made.memory.arena, &tolled),
            BK_OK);
        for (size_t n = 0; n < REGIONS; n++)
            bkt_close(scarce.welfare_pct[n], tolled.welfare_pct[n], 1e-9, 1e-11);
        n_tried += l == 0 || l + 1 == made.model->network.n_links ? 100 : 1;
    }
    assert_true(n_tried > 100); /* the first or the last among them */
    bkt_memory_release(&made.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_are_those_of_the_joint_equilibrium),
        cmocka_unit_test(at_one_lane_the_value_is_that_of_more),
        cmocka_unit_test(slopes_hold_where_a_union_shares_its_duties),
        cmocka_unit_test(the_error_is_of_second_order),
        cmocka_unit_test(an_adjoint_may_stand_at_a_scenario),
        cmocka_unit_test(without_congestion_it_is_exact),
        cmocka_unit_test(without_distortions_the_world_gains_what_the_traffic_saves),
        cmocka_unit_test(an_hour_costs_the_traffic_its_value_of_time),
        cmocka_unit_test(many_may_ask_at_once),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bits),
        cmocka_unit_test(what_runs_short_anew_is_felt_as_a_toll_of_its_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
