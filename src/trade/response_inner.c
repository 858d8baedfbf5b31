/* Prices, costs, sales and spending at given changes of wage bills, other income and labour; and backwards. */
#include "trade/response.h"

#include <string.h>

bk_status
bki_inner_create(const bki_response *response, size_t width, bk_arena *arena, bki_inner *inner)
{
    const size_t rows = response->base->n_regions * width, block = response->base->n_sectors * rows;
    double      *blocks = BK_NEW(arena, double, 9 * block), *lines = BK_NEW(arena, double, 4 * rows);

    BK_TRY(bk_arena_ok(arena));
    *inner = (bki_inner){.width = width,
                         .start = blocks,
                         .price = blocks + block,
                         .cost = blocks + 2 * block,
                         .made = blocks + 3 * block,
                         .sales = blocks + 4 * block,
                         .spend = blocks + 5 * block,
                         .room = blocks + 6 * block,
                         .more = blocks + 7 * block,
                         .missing = blocks + 8 * block,
                         .income = lines,
                         .revenue = lines + rows,
                         .levied = lines + 2 * rows,
                         .welfare = lines + 3 * rows};
    return BK_OK;
}

/* ---- forwards -------------------------------------------------------------------------------------------------- */

static void
start_costs(const bki_response *response, const bki_push *push, const double *outer, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++) {
            const double  share = base->value_added_share[bki_at(base, j, n)];
            const double *payroll = outer != NULL ? outer + n * width : NULL;
            const double *labour = outer != NULL ? outer + (2 * n_regions + n) * width : NULL;
            const size_t  at = (j * n_regions + n) * width;
            for (size_t c = 0; c < width; c++) {
                inner->start[at + c] = push->productivity != NULL ? -push->productivity[at + c] : 0.0;
                if (outer != NULL)
                    inner->start[at + c] += share * payroll[c];
                if (outer != NULL && response->labour_pool != NULL)
                    inner->start[at + c] -= (share + response->agglomeration) * labour[c];
            }
        }
}

static bk_status
prices(bk_context *ctx, const bki_response *response, const bki_push *push, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n = base->n_sectors * base->n_regions * inner->width;

    if (push->price != NULL)
        memcpy(inner->price, push->price, n * sizeof *inner->price);
    else
        memset(inner->price, 0, n * sizeof *inner->price);
    bki_share_mix(base, response->gross.share, false, inner->width, inner->start, inner->price);
    BK_TRY(bki_chain_solve(ctx, base, &response->gross, false, inner->width, inner->price, inner->room, inner->more,
                           inner->missing));
    memcpy(inner->cost, inner->start, n * sizeof *inner->cost);
    bki_input_mix(base, false, inner->width, inner->price, inner->cost);
    return BK_OK;
}

/* Sales at given spending: substitution towards who became cheaper. */
static void
sales_made(const bki_response *response, const bki_push *push, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         rows = base->n_sectors * base->n_regions, width = inner->width;

    memset(inner->room, 0, rows * width * sizeof *inner->room);
    bki_share_mix(base, response->solution->trade, true, width, inner->price, inner->room);
    for (size_t r = 0; r < rows; r++) {
        const double elasticity = response->elasticity[r / base->n_regions];
        for (size_t c = r * width; c < (r + 1) * width; c++)
            inner->made[c] = elasticity * (inner->room[c] - response->output[r] * inner->cost[c]) +
                             (push->sales != NULL ? push->sales[c] : 0.0);
    }
}

static bk_status
spending(bk_context *ctx, const bki_response *response, const double *outer, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width, n = base->n_sectors * n_regions * width;

    for (size_t r = 0; r < n_regions; r++)
        for (size_t c = 0; c < width; c++)
            inner->income[r * width + c] =
                outer != NULL ? response->payroll[r] * outer[r * width + c] + outer[(n_regions + r) * width + c] : 0.0;
    memset(inner->spend, 0, n * sizeof *inner->spend);
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t r = 0; r < n_regions; r++)
            bki_add_scaled(width, base->final_share[bki_at(base, j, r)], inner->income + r * width,
                           inner->spend + (j * n_regions + r) * width);
    bki_input_mix(base, true, width, inner->made, inner->spend);
    BK_TRY(bki_chain_solve(ctx, base, &response->net, true, width, inner->spend, inner->room, inner->more,
                           inner->missing));
    memcpy(inner->sales, inner->made, n * sizeof *inner->sales);
    bki_share_mix(base, response->net.share, true, width, inner->spend, inner->sales);
    return BK_OK;
}

/* Duties of every region, and of them those that a union pools: as spending, prices and costs of each pair move. */
static void
duties(const bki_response *response, const bki_push *push, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width;

    for (size_t i = 0; i < n_regions * width; i++) {
        inner->revenue[i] = push->revenue != NULL ? push->revenue[i] : 0.0;
        inner->levied[i] = push->duty != NULL ? push->duty[i] : 0.0;
    }
    for (size_t row = 0; row < base->n_sectors * n_regions; row++)
        for (size_t i = 0; i < n_regions; i++) {
            const size_t cell = row * n_regions + i, n = row % n_regions, j = row / n_regions;
            const double duty = response->tariff[cell] * response->solution->trade[cell];
            if (duty == 0.0)
                continue;
            const double by_spend = response->tariff[cell] * response->net.share[cell];
            const double by_price = response->elasticity[j] * duty;
            for (int levied = 0; levied <= (int)bki_response_pools(response, n, i); levied++) {
                double *to = (levied ? inner->levied : inner->revenue) + n * width;
                bki_add_scaled(width, by_spend, inner->spend + row * width, to);
                bki_add_scaled(width, by_price, inner->price + row * width, to);
                bki_add_scaled(width, -by_price, inner->cost + (j * n_regions + i) * width, to);
            }
        }
}

/* What pools give and take, added to the revenue. */
static void
share_pools(const bki_response *response, bki_inner *inner)
{
    const size_t n_regions = response->base->n_regions, width = inner->width;

    for (size_t n = 0; response->pool != NULL && n < n_regions; n++) {
        if (response->pool[n] == BK_NONE)
            continue;
        for (size_t m = 0; m < n_regions; m++)
            if (response->pool[m] == response->pool[n])
                bki_add_scaled(width, response->quota[n] - (m == n ? 1.0 : 0.0), inner->levied + m * width,
                               inner->revenue + n * width);
    }
}

bk_status
bki_inner_forward(bk_context *ctx, const bki_response *response, const bki_push *push, const double *outer,
                  bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width;

    start_costs(response, push, outer, inner);
    BK_TRY(prices(ctx, response, push, inner));
    sales_made(response, push, inner);
    BK_TRY(spending(ctx, response, outer, inner));
    duties(response, push, inner);
    share_pools(response, inner);
    for (size_t n = 0; n < n_regions; n++) {
        for (size_t c = n * width; c < (n + 1) * width; c++)
            inner->welfare[c] = inner->income[c] / response->keep[n];
        for (size_t j = 0; j < base->n_sectors; j++)
            bki_add_scaled(width, -base->final_share[bki_at(base, j, n)], inner->price + (j * n_regions + n) * width,
                           inner->welfare + n * width);
    }
    return BK_OK;
}

/* ---- backwards: every step above, read from its end ------------------------------------------------------------ */

static const double *
row_of(const double *block, size_t row, size_t width)
{
    return block != NULL ? block + row * width : NULL;
}

static void
add_or_nothing(size_t width, double factor, const double *x, double *y)
{
    if (x != NULL)
        bki_add_scaled(width, factor, x, y);
}

/* Weights of revenue, of pooled duties and of real income that the outer equations bring. */
static void
weigh_lines(const bki_response *response, const bki_answer *weight, const double *by_outer, bki_inner *inner)
{
    const size_t  n_regions = response->base->n_regions, width = inner->width;
    const double *by_income = by_outer + n_regions * width, *by_labour = by_outer + 2 * n_regions * width;

    memset(inner->revenue, 0, n_regions * width * sizeof *inner->revenue);
    memset(inner->levied, 0, n_regions * width * sizeof *inner->levied);
    memset(inner->welfare, 0, n_regions * width * sizeof *inner->welfare);
    for (size_t n = 0; n < n_regions; n++) {
        bki_add_scaled(width, -1.0, by_income + n * width, inner->revenue + n * width);
        for (size_t m = 0; response->deficit_by_payroll != NULL && m < n_regions; m++)
            bki_add_scaled(width, -response->deficit_by_payroll[m * n_regions + n], by_income + m * width,
                           inner->revenue + n * width);
        add_or_nothing(width, 1.0, row_of(weight->welfare, n, width), inner->welfare + n * width);
    }
    for (size_t n = 0; response->pool != NULL && n < n_regions; n++)
        for (size_t m = 0; response->pool[n] != BK_NONE && m < n_regions; m++)
            if (response->pool[m] == response->pool[n])
                bki_add_scaled(width, response->quota[n] - (m == n ? 1.0 : 0.0), inner->revenue + n * width,
                               inner->levied + m * width);
    for (size_t n = 0; response->labour_pool != NULL && n < n_regions; n++) {
        const uint32_t pool = response->labour_pool[n];
        bool           first = true;
        double         sum = 0.0;
        if (pool == BK_NONE)
            continue;
        for (size_t m = 0; m < n_regions; m++) {
            first &= m >= n || response->labour_pool[m] != pool;
            sum += response->labour_pool[m] == pool ? response->labour[m] : 0.0;
        }
        for (size_t m = 0; !first && m < n_regions; m++) /* the first of a pool stands for what it keeps */
            if (response->labour_pool[m] == pool)
                bki_add_scaled(width, (m == n ? 1.0 : 0.0) - response->labour[m] / sum, by_labour + n * width,
                               inner->welfare + m * width);
    }
}

static void
copy_or_zero(const double *from, size_t n, double *to)
{
    if (from != NULL)
        memcpy(to, from, n * sizeof *to);
    else
        memset(to, 0, n * sizeof *to);
}

/* Weights of spending, prices and costs that duties bring. */
static void
weigh_duties(const bki_response *response, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width;

    for (size_t row = 0; row < base->n_sectors * n_regions; row++)
        for (size_t i = 0; i < n_regions; i++) {
            const size_t cell = row * n_regions + i, n = row % n_regions, j = row / n_regions;
            const double duty = response->tariff[cell] * response->solution->trade[cell];
            if (duty == 0.0)
                continue;
            const double by_spend = response->tariff[cell] * response->net.share[cell];
            const double by_price = response->elasticity[j] * duty;
            for (int levied = 0; levied <= (int)bki_response_pools(response, n, i); levied++) {
                const double *from = (levied ? inner->levied : inner->revenue) + n * width;
                bki_add_scaled(width, by_spend, from, inner->spend + row * width);
                bki_add_scaled(width, by_price, from, inner->price + row * width);
                bki_add_scaled(width, -by_price, from, inner->cost + (j * n_regions + i) * width);
            }
        }
}

/* Spending back to sales: into inner->made. */
static bk_status
weigh_spending(bk_context *ctx, const bki_response *response, const double *by_outer, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width, n = base->n_sectors * n_regions * width;

    memset(inner->sales, 0, n * sizeof *inner->sales);
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t r = 0; r < n_regions; r++)
            if (response->anchor[r] != r)
                bki_add_scaled(width, base->labour_share[bki_at(base, j, r)] / base->final_sum[r], by_outer + r * width,
                               inner->sales + (j * n_regions + r) * width);
    bki_share_mix(base, response->net.share, false, width, inner->sales, inner->spend);
    BK_TRY(bki_chain_solve(ctx, base, &response->net, false, width, inner->spend, inner->room, inner->more,
                           inner->missing));
    memcpy(inner->made, inner->sales, n * sizeof *inner->made);
    bki_input_mix(base, false, width, inner->spend, inner->made);
    return BK_OK;
}

/* Sales back to prices and costs. */
static void
weigh_sales(const bki_response *response, bki_inner *inner)
{
    const bk_trade_base *base = response->base;
    const size_t         rows = base->n_sectors * base->n_regions, width = inner->width;

    memset(inner->room, 0, rows * width * sizeof *inner->room);
    bki_share_mix(base, response->solution->trade, false, width, inner->made, inner->room);
    for (size_t r = 0; r < rows; r++) {
        const double elasticity = response->elasticity[r / base->n_regions];
        bki_add_scaled(width, elasticity, inner->room + r * width, inner->price + r * width);
        bki_add_scaled(width, -elasticity * response->output[r], inner->made + r * width, inner->cost + r * width);
    }
    for (size_t r = 0; r < rows; r++)
        bki_add_scaled(width, -base->final_share[bki_at(base, r / base->n_regions, r % base->n_regions)],
                       inner->welfare + r % base->n_regions * width, inner->price + r * width);
}

static void
give(const double *from, size_t n, double *to)
{
    if (to != NULL)
        memcpy(to, from, n * sizeof *to);
}

bk_status
bki_inner_backward(bk_context *ctx, const bki_response *response, const bki_answer *weight, const double *by_outer,
                   bki_inner *inner, const bki_push *push)
{
    const bk_trade_base *base = response->base;
    const size_t         width = inner->width, lines = base->n_regions * width, n = base->n_sectors * lines;

    weigh_lines(response, weight, by_outer, inner);
    copy_or_zero(weight->spend, n, inner->spend);
    copy_or_zero(weight->price, n, inner->price);
    copy_or_zero(weight->cost, n, inner->cost);
    weigh_duties(response, inner);
    BK_TRY(weigh_spending(ctx, response, by_outer, inner));
    weigh_sales(response, inner);
    bki_input_mix(base, true, width, inner->cost, inner->price);
    BK_TRY(bki_chain_solve(ctx, base, &response->gross, true, width, inner->price, inner->room, inner->more,
                           inner->missing));
    bki_share_mix(base, response->gross.share, true, width, inner->price, inner->cost);
    give(inner->price, n, push->price);
    give(inner->made, n, push->sales);
    give(inner->revenue, lines, push->revenue);
    give(inner->levied, lines, push->duty);
    give(inner->revenue, lines, push->transfer);
    for (size_t i = 0; push->productivity != NULL && i < n; i++)
        push->productivity[i] = -inner->cost[i];
    return BK_OK;
}
