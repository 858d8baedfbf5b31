/* One sweep of the fixed point: from wages, prices, outputs and revenues to what the equations make of them.
 *
 *     ln c_jn  = B_jn (ln W_n - ln L_n) - agglomeration ln L_n - ln a_jn + sum_k input_jkn ln p_kn
 *     X_kn     = alpha_kn (W_n + R_n + D_n) + sum_j input_jkn Y_jn                    (per unit of base value added)
 *     p_jn     = (sum_i K_nij c_ji^-theta)^(-1/theta);   F_jn = net / supply
 *     Y_ji     = c_ji^-theta sum_n Kt_nij X_jn / supply_jn;   R_n = sum_j (1 - F_jn) X_jn
 *     ln W_n  += step_n ln(sum_j B_jn Y_jn / W_n), then scaled to the numeraire;  W: wage times labour */
#include "trade/solver.h"

#include <math.h>

enum { REGIONS_AT_ONCE = 4 * BKI_LANES };
static const double LARGEST_EXPONENT = 700.0;
static const double LEAST_EARNED = 1e-3; /* of base value added: the least a sweep lets labour earn */
static const double LEAST_RESPONSE =
    0.05; /* of a region's labour income to its own wage: no step is longer than its inverse */

typedef struct sweep_task {
    bk_trade_solver *solver;
    bki_state        from, to;
} sweep_task;

static sweep_task
sweep_of(bk_trade_solver *solver)
{
    return (sweep_task){
        .solver = solver, .from = bki_state_of(solver->base, solver->u), .to = bki_state_of(solver->base, solver->g)};
}

/* Unit costs and expenditure of some regions. */
static void
costs_and_spending(void *state, size_t block, size_t worker)
{
    const sweep_task    *task = state;
    bk_trade_solver     *solver = task->solver;
    const bk_trade_base *base = solver->base;
    const bki_state     *from = &task->from;
    const size_t         first = block * REGIONS_AT_ONCE, stride = base->stride;
    const size_t         last = first + REGIONS_AT_ONCE < stride ? first + REGIONS_AT_ONCE : stride;
    const double *restrict works = solver->shocked.works;
    const double agglomeration = solver->shocked.agglomeration;
    double       wage[REGIONS_AT_ONCE], income[REGIONS_AT_ONCE];

    (void)worker;
    bk_exp(last - first, from->log_payroll + first, wage);
    for (size_t n = first; n < last; n++)
        income[n - first] = wage[n - first] + from->revenue[n] + solver->shocked.transfer[n] - works[n];
    for (size_t j = 0; j < base->n_sectors; j++) {
        const double *restrict value_added_share = base->value_added_share + j * stride, *restrict final_share =
                                                                                             base->final_share +
                                                                                             j * stride;
        const double *restrict log_productivity = solver->shocked.log_productivity + j * stride;
        const double works_share = solver->shocked.works_share[j];
        double *restrict log_cost = solver->log_cost + j * stride, *restrict spend = solver->spend + j * stride;
        for (size_t n = first; n < last; n++) {
            log_cost[n] = value_added_share[n] * (from->log_payroll[n] - from->log_labour[n]) - log_productivity[n] -
                          agglomeration * from->log_labour[n];
            spend[n] = final_share[n] * income[n - first] + works_share * works[n];
        }
    }
    const bki_technology technology = {.n_sectors = base->n_sectors,
                                       .stride = stride,
                                       .input = base->input,
                                       .log_price = from->log_price,
                                       .output = from->output,
                                       .log_cost = solver->log_cost,
                                       .demand = solver->spend};
    bki_technology_apply(&technology, first, last);
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = first; n < last; n++)
            solver->spend[j * stride + n] *= base->value_added[n];
}

/* A good that nobody sells abroad: its price follows the cost at home. */
static void
home_market(bk_trade_solver *solver, size_t j, double *log_price)
{
    const bk_trade_base *base = solver->base;
    const size_t         at = j * base->stride;
    const double         per_elasticity = 1.0 / solver->shocked.elasticity[j];

    for (size_t n = at; n < at + base->stride; n++) {
        log_price[n] = solver->log_cost[n] - solver->shocked.row_log[n] * per_elasticity;
        solver->sales[n] = solver->spend[n] * solver->shocked.own_net[n];
        solver->supply[n] = 1.0;
        solver->net[n] = solver->shocked.own_net[n];
    }
}

/* c^-theta over its value at the middle of the range of costs; returns the logarithm of that cost. */
static double
cost_powers(const bk_trade_base *base, double elasticity, const double *restrict log_cost, double *restrict power)
{
    double least = log_cost[0], most = log_cost[0];

    for (size_t n = 1; n < base->n_regions; n++) {
        least = log_cost[n] < least ? log_cost[n] : least;
        most = log_cost[n] > most ? log_cost[n] : most;
    }
    const double middle = 0.5 * (least + most);
    for (size_t n = 0; n < base->stride; n++) {
        const double x = elasticity * (middle - log_cost[n]);
        power[n] = x > LARGEST_EXPONENT ? LARGEST_EXPONENT : x < -LARGEST_EXPONENT ? -LARGEST_EXPONENT : x;
    }
    bk_exp(base->stride, power, power);
    return middle;
}

/* Price, sales and net share of one good. */
static void
market(void *state, size_t j, size_t worker)
{
    const sweep_task    *task = state;
    bk_trade_solver     *solver = task->solver;
    const bk_trade_base *base = solver->base;
    const size_t         at = j * base->stride;
    double              *log_price = task->to.log_price + at, *supply = solver->supply + at, *net = solver->net + at;

    (void)worker;
    if (solver->shocked.k[j] == NULL) {
        home_market(solver, j, task->to.log_price);
        return;
    }
    const double     elasticity = solver->shocked.elasticity[j];
    const double     middle = cost_powers(base, elasticity, solver->log_cost + at, solver->power + at);
    const bki_market here = {.n_regions = base->n_regions,
                             .stride = base->stride,
                             .k = solver->shocked.k[j],
                             .kt = bki_net_powers(solver, j),
                             .power = solver->power + at,
                             .spend = solver->spend + at,
                             .supply = supply,
                             .net = net,
                             .sales = solver->sales + at};
    bki_market_clear(&here);
    for (size_t n = 0; n < base->stride; n++) { /* where nothing is bought, and in the padding, the price stays 1 */
        const bool bought = n < base->n_regions && supply[n] > 0.0;
        log_price[n] = supply[n];
        if (!bought)
            supply[n] = net[n] = log_price[n] = 1.0;
    }
    bk_log_batch(base->stride, log_price, log_price);
    const double per_elasticity = 1.0 / elasticity;
    for (size_t n = 0; n < base->stride; n++) {
        const bool bought = base->expenditure[at + n] > 0.0;
        log_price[n] = bought ? middle - (solver->shocked.row_log[at + n] + log_price[n]) * per_elasticity : 0.0;
    }
}

/* What labour is paid from sales and, where final shares do not add up to 1, from what households leave of other
 * income. */
static inline double
labour_income(const bk_trade_solver *solver, double from_sales, double revenue, size_t n)
{
    const double other_income = revenue + solver->shocked.transfer[n] - solver->shocked.works[n];

    return (from_sales + other_income) / solver->base->final_sum[n] - other_income;
}

/* Outputs and revenue, summed over sectors in their order; what is missing of prices (over the own share) and outputs.
 */
static void
collect(bk_trade_solver *solver, const sweep_task *task)
{
    const bk_trade_base *base = solver->base;
    double *restrict earned = solver->earned, *restrict revenue = task->to.revenue;

    for (size_t n = 0; n < base->stride; n++)
        earned[n] = revenue[n] = 0.0;
    for (size_t j = 0; j < base->n_sectors; j++) {
        const size_t at = j * base->stride;
        const double *restrict sales = solver->sales + at, *restrict spend = solver->spend + at,
                               *restrict net = solver->net + at;
        const double *restrict supply = solver->supply + at, *restrict share = base->labour_share + at;
        const double *restrict own = base->own_share + at, *restrict last = task->from.output + at,
                               *restrict last_price = task->from.log_price + at;
        double *restrict missing_output = solver->missing_output + at, *restrict missing_price =
                                                                           solver->missing_price + at;
        const double *restrict price = task->to.log_price + at;
        for (size_t n = 0; n < base->n_regions; n++) {
            const double output = sales[n] / base->value_added[n];
            missing_output[n] = output - last[n];
            missing_price[n] = (price[n] - last_price[n]) / own[n];
            earned[n] += share[n] * output;
            revenue[n] += spend[n] - spend[n] * (net[n] / supply[n]);
        }
    }
    if (solver->shocked.pools)
        bki_pool_duties(solver, revenue);
    for (size_t n = 0; n < base->n_regions; n++) {
        revenue[n] = revenue[n] / base->value_added[n] + solver->duty_transfer[n];
        earned[n] = labour_income(solver, earned[n], revenue[n], n);
    }
}

/* What each region alone makes of what is missing: its inputs respond to its outputs, its costs to its prices. */
static void
answer_alone(void *state, size_t block, size_t worker)
{
    const sweep_task    *task = state;
    bk_trade_solver     *solver = task->solver;
    const bk_trade_base *base = solver->base;
    const size_t         stride = base->stride, first = block * REGIONS_AT_ONCE;
    const size_t         last = first + REGIONS_AT_ONCE < stride ? first + REGIONS_AT_ONCE : stride;
    double              *price = solver->answer_price, *output = solver->answer_output;

    (void)worker;
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = j * stride + first; n < j * stride + last; n++)
            price[n] = output[n] = 0.0;
    const bki_technology alone = {.n_sectors = base->n_sectors,
                                  .stride = stride,
                                  .input = base->own_inverse,
                                  .log_price = solver->missing_price,
                                  .output = solver->missing_output,
                                  .log_cost = price,
                                  .demand = output};
    bki_technology_apply(&alone, first, last);
}

/* Outputs of the image, and what labour would earn from them. */
static void
move_outputs(const sweep_task *task, double *restrict earned)
{
    const bk_trade_solver *solver = task->solver;
    const bk_trade_base   *base = solver->base;
    const double *restrict alone = solver->self_supply;

    for (size_t n = 0; n < base->stride; n++)
        earned[n] = 0.0;
    for (size_t j = 0; j < base->n_sectors; j++) {
        const size_t at = j * base->stride;
        const double *restrict share = base->labour_share + at, *restrict last = task->from.output + at;
        const double *restrict missing = solver->missing_output + at, *restrict answer = solver->answer_output + at;
        double *restrict output = task->to.output + at;
        for (size_t n = 0; n < base->stride; n++) {
            output[n] = last[n] + missing[n] + alone[n] * (answer[n] - missing[n]);
            earned[n] += share[n] * output[n];
        }
    }
    for (size_t n = 0; n < base->n_regions; n++)
        earned[n] = labour_income(solver, earned[n], task->to.revenue[n], n);
    for (size_t n = 0; n < base->stride; n++)
        earned[n] = earned[n] > LEAST_EARNED ? earned[n] : n < base->n_regions ? LEAST_EARNED : 1.0;
}

void
bki_scale_payroll(const bk_trade_solver *solver, double *log_payroll)
{
    const bk_trade_base *base = solver->base;
    const uint32_t      *component = solver->shocked.component;

    for (uint32_t c = 0; c < solver->shocked.n_components; c++) {
        double before = 0.0, after = 0.0;
        for (size_t n = 0; n < base->n_regions; n++)
            if (component[n] == c) {
                before += base->value_added[n];
                after += base->value_added[n] * bki_exp(log_payroll[n]);
            }
        const double scale = bki_log(before / after);
        for (size_t n = 0; n < base->n_regions; n++)
            if (component[n] == c)
                log_payroll[n] += scale;
    }
}

/* The image: wages move towards what labour earns; prices and sales at home follow them.  A step of Newton's method
 * with all links between regions left out; at the solution nothing is missing and nothing moves. */
void
bki_move(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const sweep_task     states = sweep_of(solver), *task = &states;
    const size_t         stride = base->stride;
    const double *restrict alone = solver->self_supply;
    double *restrict log_earned = solver->scratch, *restrict wage = log_earned + stride,
                     *restrict moved = wage + stride;

    bki_move_labour(solver, &task->from, &task->to);
    move_outputs(task, log_earned);
    bk_log_batch(stride, log_earned, log_earned);
    for (size_t n = 0; n < stride; n++)
        task->to.log_payroll[n] =
            task->from.log_payroll[n] + solver->wage_step[n] * (log_earned[n] - task->from.log_payroll[n]);
    bki_scale_payroll(solver, task->to.log_payroll);
    bk_exp(stride, task->to.log_payroll, wage);
    for (size_t n = 0; n < stride; n++)
        moved[n] = task->to.log_payroll[n] - task->from.log_payroll[n];
    for (size_t j = 0; j < base->n_sectors; j++) {
        const size_t at = j * stride;
        const double *restrict own = base->own_share + at, *restrict own_cost = base->own_cost + at;
        const double *restrict own_sales = base->own_sales + at, *restrict last = task->from.log_price + at;
        const double *restrict missing = solver->missing_price + at, *restrict answer = solver->answer_price + at;
        double *restrict price = task->to.log_price + at, *restrict output = task->to.output + at;
        for (size_t n = 0; n < stride; n++) {
            price[n] = last[n] + own[n] * (missing[n] + alone[n] * (answer[n] - missing[n] + own_cost[n] * moved[n]));
            output[n] += alone[n] * own_sales[n] * wage[n] * moved[n];
        }
    }
}

static inline double
larger(double a, double b)
{
    return a > b || a != a ? a : b; /* keeps a NaN */
}

static void
measure(bk_trade_solver *solver, const sweep_task *task)
{
    const bk_trade_base *base = solver->base;
    bki_distance         d = {0};

    for (size_t n = 0; n < base->n_regions; n++) {
        const double wage = bki_exp(task->from.log_payroll[n]), labour = solver->earned[n] - wage,
                     weight = base->value_added[n] / base->world;
        const double revenue = task->to.revenue[n] - task->from.revenue[n];
        d.labour = larger(d.labour, fabs(labour / wage));
        d.goods = larger(d.goods, larger(fabs(revenue), fabs(solver->labour_gap[n])));
        d.world = larger(d.world, larger(fabs(labour), fabs(revenue)) * weight);
        d.walras += labour * weight;
    }
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < base->n_regions; n++) {
            const size_t at = bki_at(base, j, n);
            const double output = fabs(solver->missing_output[at]);
            const double price = fabs(solver->missing_price[at] * base->own_share[at]);
            d.goods = larger(d.goods, larger(output, price));
            d.world = larger(d.world, output * base->value_added[n] / base->world);
        }
    d.walras = fabs(d.walras);
    solver->distance = d;
}

void
bki_sweep(bk_context *ctx, bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    sweep_task           task = sweep_of(solver);

    bki_share_deficits(solver, &task.from);
    bki_share(ctx, solver, (base->stride + REGIONS_AT_ONCE - 1) / REGIONS_AT_ONCE, costs_and_spending, &task);
    bki_share(ctx, solver, base->n_sectors, market, &task);
    collect(solver, &task);
    bki_labour_gaps(solver, &task.from);
    measure(solver, &task);
    bki_share(ctx, solver, (base->stride + REGIONS_AT_ONCE - 1) / REGIONS_AT_ONCE, answer_alone, &task);
    bki_move(solver);
}

/* Share of each region's purchases that it makes at home, over the same with base shares. */
static void
measure_self_supply(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;

    for (size_t n = 0; n < base->n_regions; n++) {
        double now = 0.0, then = 0.0;
        for (size_t j = 0; j < base->n_sectors; j++) {
            const size_t  at = bki_at(base, j, n);
            const double *k = solver->shocked.k[j];
            if (k == NULL)
                continue;
            now += solver->spend[at] * k[n * base->stride + n] * solver->power[at] / solver->supply[at];
            then += solver->spend[at] * base->own_share[at];
        }
        solver->self_supply[n] = then > now ? now / then : 1.0;
    }
}

/* Sales that each exporter of a good would lose per unit of its cost and elasticity: all but what it sells to markets
 * it has to itself. */
static void
sales_at_stake(const bk_trade_solver *solver, size_t j, double *restrict at_stake)
{
    const bk_trade_base *base = solver->base;
    const size_t         stride = base->stride;
    const double        *kt = bki_net_powers(solver, j);
    const double *restrict power = solver->power + j * stride, *restrict sales = solver->sales + j * stride;

    for (size_t i = 0; i < stride; i++)
        at_stake[i] = 0.0;
    for (size_t n = 0; n < base->n_regions; n++) {
        const double supply = solver->supply[j * stride + n],
                     weight = solver->spend[j * stride + n] / (supply * supply);
        const double *restrict k = solver->shocked.k[j] + n * stride, *restrict net = kt + n * stride;
        for (size_t i = 0; i < stride; i++)
            at_stake[i] += k[i] * net[i] * weight;
    }
    for (size_t i = 0; i < stride; i++)
        at_stake[i] = sales[i] - at_stake[i] * power[i] * power[i];
}

/* A region's labour income falls with its own wage by the elasticities of its goods, less what its own spending brings
 * back.  Other regions' wages and prices are taken as given. */
void
bki_wage_steps(bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const size_t         stride = base->stride;
    double              *response = solver->wage_step, *at_stake = solver->scratch;

    measure_self_supply(solver);
    for (size_t n = 0; n < stride; n++)
        response[n] = 0.0;
    for (size_t j = 0; j < base->n_sectors; j++) {
        const double *labour = base->labour_share + j * stride, *own_sales = base->own_sales + j * stride,
                     *cost = base->own_cost + j * stride;
        for (size_t n = 0; n < base->n_regions; n++)
            response[n] -= labour[n] * own_sales[n];
        if (solver->shocked.k[j] == NULL)
            continue;
        sales_at_stake(solver, j, at_stake);
        for (size_t i = 0; i < base->n_regions; i++)
            response[i] += solver->shocked.elasticity[j] * cost[i] * cost[i] * at_stake[i] / base->value_added[i];
    }
    for (size_t n = 0; n < base->n_regions; n++)
        response[n] = 1.0 / fmax(1.0 + response[n] / solver->earned[n], LEAST_RESPONSE);
}
