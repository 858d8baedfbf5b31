/* The dual of the planner's problem at local prices P, convex since each term is a greatest value of things linear in
 * P:
 *
 *     node   max_c  w L u(c) - P_C L c  +  max_labour  sum_n P_n Y_n
 *     link   max_Q  P_k Q - P_j (Q + transport_cost Q^(1 + beta) / I^gamma)  =  factor x earning
 *            with  q = ((P_k / P_j - 1) / ((1 + beta) transport_cost))^(1 / beta),  factor = I^(gamma / beta),
 *            earning = beta / (1 + beta) (P_k - P_j) q,  Q = factor q
 *
 * With the budget K at the planner's disposal, r = gamma / beta < 1, s = 1 / (1 - r), d = 2 building_cost, the best I
 * goes with (earning / d)^s, and the links together are worth K^r (sum d (earning / d)^s)^(1 / s).  Where some stands,
 * this holds of the links that get more, with their own standing infrastructure at its price added to K; the others
 * stay. */
#include "invest/planner.h"

#include <math.h>
#include <string.h>

bk_status
bki_dual_create(const bk_planner *planner, const double *fixed, double gamma, bk_arena *arena, bki_dual *out)
{
    const size_t nodes = planner->n_nodes, links = planner->n_links, n = nodes * planner->n_goods;
    const double e = planner->alpha * (1.0 - planner->rho);

    *out = (bki_dual){.planner = planner, .fixed = fixed, .n = n};
    out->response = fixed ? 0.0 : 1.0 / (1.0 - gamma / planner->beta);
    out->scale = BK_NEW(arena, double, nodes);
    out->carriage = BK_NEW(arena, bki_carriage, links * planner->n_goods + 1);
    out->earning = BK_NEW(arena, double, links + 1);
    out->factor = BK_NEW(arena, double, links + 1);
    out->chosen = BK_NEW(arena, double, links + 1);
    out->widened = BK_NEW(arena, bool, links + 1);
    out->node_value = BK_NEW(arena, double, nodes);
    out->link_value = BK_NEW(arena, double, links + 1);
    out->block = BK_NEW(arena, double, n * planner->n_goods);
    out->turnover = BK_NEW(arena, double, n);
    out->gradient = BK_NEW(arena, double, n);
    out->pull = BK_NEW(arena, double, n);
    out->widened_pull = BK_NEW(arena, double, n);
    BK_TRY(bk_arena_ok(arena));
    for (size_t j = 0; j < nodes; j++) {
        const double dwelling = planner->housing[j] / planner->labour[j] / (1.0 - planner->alpha);
        out->scale[j] = planner->alpha * pow(1.0 / planner->alpha, e) *
                        pow(dwelling, (1.0 - planner->alpha) * (1.0 - planner->rho)) * planner->weight[j];
    }
    for (size_t a = 0; fixed && a < links; a++) {
        const double capacity = pow(fixed[a], gamma) / planner->transport_cost[a];
        out->factor[a] = pow(fmax(capacity, planner->least_capacity) * planner->transport_cost[a], 1.0 / planner->beta);
    }
    return BK_OK;
}

/* ---- nodes ----------------------------------------------------------------------------------------------------- */

/* Households: c = (scale / P_C)^(1 / (1 - e)); bundles cost P_C = (sum P_n^(1 - sigma))^(1 / (1 - sigma)). */
static void
evaluate_households(bki_dual *dual, size_t j, const double *price)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;
    const double      sigma = planner->sigma, e = planner->alpha * (1.0 - planner->rho);
    double           *block = &dual->block[j * n_goods * n_goods], sum = 0.0;

    for (size_t n = 0; n < n_goods; n++)
        sum += pow(price[n] / price[0], 1.0 - sigma);
    const double bundle = price[0] * pow(sum, 1.0 / (1.0 - sigma));
    const double c = pow(dual->scale[j] / bundle, 1.0 / (1.0 - e)), all = planner->labour[j] * c;
    dual->node_value[j] = e == 0.0 ? planner->labour[j] * dual->scale[j] * log(c) - bundle * all
                                   : (1.0 / e - 1.0) * bundle * all; /* u(c) = scale c^e / e */
    for (size_t n = 0; n < n_goods; n++) {
        const double part_n = pow(price[n] / bundle, -sigma), demand = all * part_n;
        dual->gradient[j * n_goods + n] = -demand;
        dual->turnover[j * n_goods + n] = demand;
        for (size_t m = 0; m < n_goods; m++)
            block[n * n_goods + m] = all / bundle * part_n * pow(price[m] / bundle, -sigma) * (1.0 / (1.0 - e) - sigma);
        block[n * n_goods + n] += sigma * demand / price[n];
    }
}

/* Producers: labour goes with (P_n Z_n)^(1 / (1 - a)). */
static void
evaluate_producers(bki_dual *dual, size_t j, const double *price)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;
    const double  a = planner->returns, made = pow(planner->labour[j], a), power = n_goods == 1 ? 1.0 : 1.0 / (1.0 - a);
    const double *productivity = &planner->productivity[j * n_goods];
    double       *block = &dual->block[j * n_goods * n_goods], best = 0.0, sum = 0.0;

    for (size_t n = 0; n < n_goods; n++)
        best = fmax(best, price[n] * productivity[n]);
    if (best == 0.0)
        return;
    for (size_t n = 0; n < n_goods; n++)
        sum += pow(price[n] * productivity[n] / best, power);
    const double revenue = made * best * pow(sum, 1.0 / power);
    dual->node_value[j] += revenue;
    for (size_t n = 0; n < n_goods; n++) {
        const double share_n = pow(price[n] * productivity[n] / best, power) / sum,
                     output = revenue * share_n / price[n];
        dual->gradient[j * n_goods + n] += output;
        dual->turnover[j * n_goods + n] += output;
        for (size_t m = 0; m < n_goods && n_goods > 1; m++) {
            const double share_m = pow(price[m] * productivity[m] / best, power) / sum;
            block[n * n_goods + m] += (1.0 - power) * output * share_m / price[m];
        }
        block[n * n_goods + n] += (power - 1.0) * output / price[n];
    }
}

/* ---- links ----------------------------------------------------------------------------------------------------- */

static double
carry(const bk_planner *planner, size_t a, double from, double to, bki_carriage *out)
{
    static const double least =
        1e-10; /* beta > 1: the flow's slope at equal prices is infinite, a step's must not be */
    const double beta = planner->beta, cost = planner->transport_cost[a];
    const double low = fmin(from, to), high = fmax(from, to);
    const double d = (high - low) / ((1.0 + beta) * low * cost);
    const double flow = beta == 1.0 ? d : pow(d, 1.0 / beta);
    const double at = beta > 1.0 ? fmax(d, least) : d;

    *out = (bki_carriage){.flow = flow, .shipped = flow * (1.0 + cost * d), .reversed = to < from};
    out->curvature = (beta == 1.0 ? 1.0 : pow(at, 1.0 / beta - 1.0)) / (beta * (1.0 + beta) * low * cost);
    return beta / (1.0 + beta) * (high - low) * flow;
}

static double
standing(const bk_planner *planner, size_t a)
{
    return planner->standing ? planner->standing[a] : 0.0;
}

/* Infrastructure of the widened links at what the budget and theirs buys together; a link that would get less than it
 * has is not widened.  `most` largest earning over cost; `*sum` of cost times the relative infrastructure.  False: one
 * dropped out. */
static bool
spread_budget(bki_dual *dual, double most, double *sum)
{
    const bk_planner *planner = dual->planner;
    double            money = planner->budget;
    bool              settled = true;

    for (size_t a = 0; a < planner->n_links; a++) {
        const double d = 2.0 * planner->building_cost[a];
        dual->chosen[a] =
            !dual->widened[a] ? 0.0 : (most > 0.0 ? pow(dual->earning[a] / d / most, dual->response) : 1.0);
        dual->link_value[a] = d * dual->chosen[a];
        money += dual->widened[a] ? d * standing(planner, a) : 0.0;
    }
    *sum = bk_sum(dual->link_value, planner->n_links);
    for (size_t a = 0; a < planner->n_links; a++) {
        dual->chosen[a] *= money / *sum;
        if (dual->widened[a] && dual->chosen[a] < standing(planner, a))
            dual->widened[a] = settled = false;
    }
    dual->widened_value = pow(money, 1.0 - 1.0 / dual->response) * most * pow(*sum, 1.0 / dual->response);
    return settled;
}

/* The budget goes where it earns; the largest earning is taken out of the powers, so that none over- or underflows.
 * Each round drops links for good: without them there is less to spend on the rest, never more. */
static void
choose_infrastructure(bki_dual *dual)
{
    const bk_planner *planner = dual->planner;
    const double      r = 1.0 - 1.0 / dual->response;
    double            most = 0.0, sum = 0.0;

    dual->network_value = dual->widened_value = 0.0;
    if (planner->n_links == 0)
        return;
    for (size_t a = 0; a < planner->n_links; a++) {
        most = fmax(most, dual->earning[a] / (2.0 * planner->building_cost[a]));
        dual->widened[a] = true;
    }
    while (!spread_budget(dual, most, &sum)) {
    }
    for (size_t a = 0; a < planner->n_links; a++) {
        dual->chosen[a] = dual->widened[a] ? dual->chosen[a] : standing(planner, a);
        dual->factor[a] = pow(dual->chosen[a], r);
        dual->link_value[a] = dual->widened[a] ? 0.0 : dual->factor[a] * dual->earning[a];
    }
    dual->network_value = dual->widened_value + bk_sum(dual->link_value, planner->n_links);
}

static void
pull_of_links(bki_dual *dual)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;

    memset(dual->pull, 0, dual->n * sizeof *dual->pull);
    memset(dual->widened_pull, 0, dual->n * sizeof *dual->widened_pull);
    for (size_t a = 0; a < planner->n_links; a++)
        for (size_t n = 0; n < n_goods; n++) {
            const bki_carriage *carriage = &dual->carriage[a * n_goods + n];
            const size_t        from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
            const size_t        high = carriage->reversed ? from : to, low = carriage->reversed ? to : from;
            dual->pull[high] += dual->factor[a] * carriage->flow;
            dual->pull[low] -= dual->factor[a] * carriage->shipped;
            if (dual->widened[a]) {
                dual->widened_pull[high] += dual->factor[a] * carriage->flow;
                dual->widened_pull[low] -= dual->factor[a] * carriage->shipped;
            }
        }
}

void
bki_dual_evaluate(bki_dual *dual, const double *price)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;

    for (size_t j = 0; j < planner->n_nodes; j++) {
        evaluate_households(dual, j, &price[j * n_goods]);
        evaluate_producers(dual, j, &price[j * n_goods]);
    }
    for (size_t a = 0; a < planner->n_links; a++) {
        dual->earning[a] = 0.0;
        for (size_t n = 0; n < n_goods; n++)
            dual->earning[a] += carry(planner, a, price[planner->from[a] * n_goods + n],
                                      price[planner->to[a] * n_goods + n], &dual->carriage[a * n_goods + n]);
        dual->link_value[a] = dual->factor[a] * dual->earning[a];
    }
    if (dual->fixed)
        dual->network_value = bk_sum(dual->link_value, planner->n_links);
    else
        choose_infrastructure(dual);
    pull_of_links(dual);
    for (size_t i = 0; i < dual->n; i++)
        dual->gradient[i] += dual->pull[i];
    dual->value = bk_sum(dual->node_value, planner->n_nodes) + dual->network_value;
}

double
bki_dual_unbalance(const bki_dual *dual)
{
    double worst = 0.0;

    for (size_t i = 0; i < dual->n; i++)
        worst = fmax(worst, fabs(dual->gradient[i]) / dual->turnover[i]);
    return worst;
}

/* ---- second derivatives ---------------------------------------------------------------------------------------- */

/* How a link's factor answers to its earning, over the two: 0 where infrastructure stays what it is. */
static double
answer(const bki_dual *dual, size_t a)
{
    return !dual->widened[a] || dual->earning[a] <= 0.0 ? 0.0
                                                        : (dual->response - 1.0) * dual->factor[a] / dual->earning[a];
}

static void
product_of_link(const bki_dual *dual, size_t a, const double *price, const double *y, double *out)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;
    const double      answers = answer(dual, a);
    double            earned = 0.0;

    for (size_t n = 0; n < n_goods; n++) {
        const bki_carriage *carriage = &dual->carriage[a * n_goods + n];
        const size_t        from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
        const size_t        low = carriage->reversed ? to : from, high = carriage->reversed ? from : to;
        const double        t = dual->factor[a] * carriage->curvature * (y[high] - y[low]) * price[high];
        earned += carriage->flow * price[high] * y[high] - carriage->shipped * price[low] * y[low];
        out[high] += t * price[high];
        out[low] -= t * price[high];
    }
    for (size_t n = 0; n < n_goods && answers > 0.0; n++) {
        const bki_carriage *carriage = &dual->carriage[a * n_goods + n];
        const size_t        from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
        const size_t        low = carriage->reversed ? to : from, high = carriage->reversed ? from : to;
        out[high] += answers * earned * carriage->flow * price[high];
        out[low] -= answers * earned * carriage->shipped * price[low];
    }
}

void
bki_dual_product(const bki_dual *dual, const double *price, const double *y, double *out)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;
    double            along = 0.0;

    for (size_t j = 0; j < planner->n_nodes; j++)
        for (size_t n = 0; n < n_goods; n++) {
            double sum = 0.0;
            for (size_t m = 0; m < n_goods; m++)
                sum += dual->block[(j * n_goods + n) * n_goods + m] * price[j * n_goods + m] * y[j * n_goods + m];
            out[j * n_goods + n] = sum * price[j * n_goods + n];
        }
    for (size_t a = 0; a < planner->n_links; a++)
        product_of_link(dual, a, price, y, out);
    if (dual->fixed || dual->widened_value <= 0.0)
        return;
    for (size_t i = 0; i < dual->n; i++)
        along += dual->widened_pull[i] * price[i] * y[i];
    along *= (dual->response - 1.0) / dual->widened_value;
    for (size_t i = 0; i < dual->n; i++)
        out[i] -= along * dual->widened_pull[i] * price[i];
}

void
bki_dual_diagonal(const bki_dual *dual, const double *price, double *out)
{
    const bk_planner *planner = dual->planner;
    const size_t      n_goods = planner->n_goods;

    for (size_t i = 0; i < dual->n; i++)
        out[i] = dual->block[i * n_goods + i % n_goods] * price[i] * price[i];
    for (size_t a = 0; a < planner->n_links; a++)
        for (size_t n = 0; n < n_goods; n++) {
            const bki_carriage *carriage = &dual->carriage[a * n_goods + n];
            const size_t        from = planner->from[a] * n_goods + n, to = planner->to[a] * n_goods + n;
            const size_t        low = carriage->reversed ? to : from, high = carriage->reversed ? from : to;
            const double        t = dual->factor[a] * carriage->curvature * price[high] * price[high];
            const double        in = carriage->flow * price[high], lost = carriage->shipped * price[low];
            out[high] += t + answer(dual, a) * in * in;
            out[low] += t + answer(dual, a) * lost * lost;
        }
}
