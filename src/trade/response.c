/* The outer system of trade's response, and the whole. */
#include "trade/response.h"

#include "base/lu.h"

#include <math.h>
#include <string.h>

enum { COLUMNS_AT_ONCE = 64 }; /* of the outer unknowns, which bounds the room for their blocks */

/* ---- the state ------------------------------------------------------------------------------------------------- */

/* Regions joined by trade share the one of largest wage bill as their anchor. */
static void
find_anchors(const bki_response *response, uint32_t *anchor)
{
    const bk_trade_base *base = response->base;
    const size_t         n = base->n_regions;

    for (size_t r = 0; r < n; r++)
        anchor[r] = (uint32_t)r;
    for (bool moved = true; moved;) {
        moved = false;
        for (size_t cell = 0; cell < base->n_sectors * n * n; cell++) {
            const size_t a = cell / n % n, b = cell % n;
            if (response->solution->trade[cell] <= 0.0 || anchor[a] == anchor[b])
                continue;
            const double   more = response->payroll[anchor[a]] - response->payroll[anchor[b]];
            const uint32_t kept = more > 0.0 || (more == 0.0 && anchor[a] < anchor[b]) ? anchor[a] : anchor[b];
            moved = true;
            anchor[a] = anchor[b] = kept;
        }
    }
}

/* The rule by which deficits are a share of income, see closures.c: with s the share now, I income, b what is earned
 * and k = 1 - s, the change of a deficit is (s b' - I common') / k, and the changes add up to 0. */
static void
deficit_slopes(const bki_response *response, double *slope)
{
    const bk_trade_base     *base = response->base;
    const bk_trade_solution *solution = response->solution;
    const size_t             n = base->n_regions;
    double                   weight = 0.0;

    for (size_t r = 0; r < n; r++) {
        const double income = solution->income_hat[r] * base->income[r];
        weight += income / (1.0 - solution->deficit[r] / income);
    }
    for (size_t r = 0; r < n; r++)
        for (size_t m = 0; m < n; m++) {
            const double income = solution->income_hat[r] * base->income[r], share = solution->deficit[r] / income;
            const double other = solution->deficit[m] / (solution->income_hat[m] * base->income[m]);
            slope[r * n + m] =
                (r == m ? share / (1.0 - share) : 0.0) - income / (1.0 - share) * other / (1.0 - other) / weight;
        }
}

static void
set_labour(bki_response *response, const bk_trade_mobility *mobility, uint32_t *pool, double *labour, double *now)
{
    const bk_region *regions = response->base->economy->regions;
    const size_t     n = response->base->n_regions;

    response->agglomeration = mobility->agglomeration;
    response->crowding = mobility->congestion - 1.0 / mobility->taste;
    for (size_t r = 0; r < n; r++) {
        bool known = true;
        pool[r] = BK_NONE;
        for (size_t m = 0; m < n; m++)
            if (regions[m].country == regions[r].country) {
                known &= regions[m].population > 0.0;
                pool[r] = m != r ? regions[r].country : pool[r];
            }
        labour[r] = known ? regions[r].population : response->base->value_added[r];
        now[r] = labour[r] * response->solution->labour_hat[r];
    }
    response->labour_pool = pool;
    response->labour = labour;
    response->labour_now = now;
}

static bk_status
set_shares(bk_context *ctx, bki_response *response, bk_arena *arena)
{
    const bk_trade_base *base = response->base;
    const size_t         n = base->n_regions, rows = base->n_sectors * n;
    const double        *trade = response->solution->trade;
    double              *gross = BK_NEW(arena, double, rows *n), *net = BK_NEW(arena, double, rows *n);
    double              *output = BK_NEW(arena, double, rows);

    BK_TRY(bk_arena_ok(arena));
    for (size_t r = 0; r < rows; r++) {
        double spend = 0.0;
        for (size_t cell = r * n; cell < (r + 1) * n; cell++)
            spend += trade[cell] * (1.0 + response->tariff[cell]);
        for (size_t cell = r * n; cell < (r + 1) * n; cell++) {
            net[cell] = spend > 0.0 ? trade[cell] / spend : 0.0;
            gross[cell] = net[cell] * (1.0 + response->tariff[cell]);
            output[r / n * n + cell % n] += trade[cell];
        }
    }
    response->output = output;
    BK_TRY(bki_chain_create(ctx, base, gross, arena, &response->gross));
    return bki_chain_create(ctx, base, net, arena, &response->net);
}

static bk_status
set_lines(bki_response *response, const bk_trade_shock *shock, bk_arena *arena)
{
    const bk_trade_base     *base = response->base;
    const bk_trade_solution *solution = response->solution;
    const size_t             n = base->n_regions;
    double                  *payroll = BK_NEW(arena, double, n), *keep = BK_NEW(arena, double, n);
    double                  *elasticity = BK_NEW(arena, double, base->n_sectors);
    double                  *slope = base->deficits == BK_DEFICITS_SHARE ? BK_NEW(arena, double, n *n) : NULL;
    uint32_t                *anchor = BK_NEW(arena, uint32_t, 2 * n);
    double                  *labour = BK_NEW(arena, double, 2 * n);

    BK_TRY(bk_arena_ok(arena));
    for (size_t j = 0; j < base->n_sectors; j++)
        elasticity[j] = shock->elasticity != NULL ? shock->elasticity[j] : base->economy->sectors[j].elasticity;
    for (size_t r = 0; r < n; r++) {
        payroll[r] = solution->wage_hat[r] * solution->labour_hat[r] * base->value_added[r];
        keep[r] = solution->income_hat[r] * base->income[r] - (shock->levy != NULL ? shock->levy[r] : 0.0) -
                  (shock->works != NULL ? shock->works[r] : 0.0);
    }
    response->elasticity = elasticity;
    response->payroll = payroll;
    response->keep = keep;
    if (slope != NULL)
        deficit_slopes(response, slope);
    response->deficit_by_payroll = slope;
    find_anchors(response, anchor);
    response->anchor = anchor;
    if (shock->mobility != NULL)
        set_labour(response, shock->mobility, anchor + n, labour, labour + n);
    return BK_OK;
}

/* ---- the outer equations --------------------------------------------------------------------------------------- */

/* Labour is paid what it earns; of each component one equation is the sum of the others, and the numeraire takes its
 * place. */
static void
wages_missing(const bki_response *response, const double *outer, const bki_inner *inner, double *missing)
{
    const bk_trade_base *base = response->base;
    const size_t         n_regions = base->n_regions, width = inner->width;

    for (size_t n = 0; n < n_regions; n++) {
        double *row = missing + n * width;
        for (size_t m = 0; outer != NULL && response->anchor[n] == n && m < n_regions; m++)
            if (response->anchor[m] == n)
                bki_add_scaled(width, response->payroll[m], outer + m * width, row);
        if (response->anchor[n] == n)
            continue;
        for (size_t j = 0; j < base->n_sectors; j++)
            bki_add_scaled(width, base->labour_share[bki_at(base, j, n)] / base->final_sum[n],
                           inner->sales + (j * n_regions + n) * width, row);
        if (outer == NULL)
            continue;
        bki_add_scaled(width, 1.0 / base->final_sum[n] - 1.0, outer + (n_regions + n) * width, row);
        bki_add_scaled(width, -response->payroll[n], outer + n * width, row);
    }
}

static void
incomes_missing(const bki_response *response, const bki_push *push, const double *outer, const bki_inner *inner,
                double *missing)
{
    const size_t n_regions = response->base->n_regions, width = inner->width;

    for (size_t n = 0; n < n_regions; n++) {
        double *row = missing + (n_regions + n) * width;
        for (size_t m = 0; m < n_regions; m++) {
            const double slope =
                (m == n) + (response->deficit_by_payroll != NULL ? response->deficit_by_payroll[n * n_regions + m] : 0);
            if (slope == 0.0)
                continue;
            bki_add_scaled(width, -slope, inner->revenue + m * width, row);
            if (push->transfer != NULL)
                bki_add_scaled(width, -slope, push->transfer + m * width, row);
            if (outer != NULL)
                bki_add_scaled(width, -(slope - (m == n)) * response->payroll[m], outer + m * width, row);
        }
        if (outer != NULL)
            bki_add_scaled(width, 1.0, outer + (n_regions + n) * width, row);
    }
}

/* Nobody gains by moving; each economy keeps its labour, which stands in the row of its first region. */
static void
labour_missing(const bki_response *response, const double *outer, const bki_inner *inner, double *missing)
{
    const size_t n_regions = response->base->n_regions, width = inner->width;

    for (size_t n = 0; n < n_regions; n++) {
        const uint32_t pool = response->labour_pool[n];
        const double  *labour = outer != NULL ? outer + 2 * n_regions * width : NULL;
        double        *row = missing + (2 * n_regions + n) * width, sum = 0.0;
        bool           first = true;
        for (size_t m = 0; pool != BK_NONE && m < n_regions; m++) {
            first &= m >= n || response->labour_pool[m] != pool;
            sum += response->labour_pool[m] == pool ? response->labour[m] : 0.0;
        }
        for (size_t m = 0; pool != BK_NONE && m < n_regions; m++) {
            if (response->labour_pool[m] != pool)
                continue;
            const double weight = (m == n ? 1.0 : 0.0) - response->labour[m] / sum;
            if (first && outer != NULL)
                bki_add_scaled(width, response->labour_now[m] / sum, labour + m * width, row);
            if (!first)
                bki_add_scaled(width, weight, inner->welfare + m * width, row);
            if (!first && outer != NULL)
                bki_add_scaled(width, -weight * (1.0 - response->crowding), labour + m * width, row);
        }
        if (pool == BK_NONE && outer != NULL)
            bki_add_scaled(width, 1.0, labour + n * width, row);
    }
}

void
bki_outer_missing(const bki_response *response, const bki_push *push, const double *outer, const bki_inner *inner,
                  double *missing)
{
    memset(missing, 0, response->n_outer * inner->width * sizeof *missing);
    wages_missing(response, outer, inner, missing);
    incomes_missing(response, push, outer, inner, missing);
    if (response->labour_pool != NULL)
        labour_missing(response, outer, inner, missing);
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

/* Columns of a block of `width` into those of the whole, from `first` on. */
static void
put_columns(size_t rows, size_t width, const double *block, size_t n, size_t first, double *whole)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(whole + r * n + first, block + r * width, width * sizeof *whole);
}

/* What the outer unknowns from `first` on do, one a column, to the outer equations and to all inside. */
static bk_status
differentiate(bk_context *ctx, const bki_response *response, size_t first, size_t width, double *outer)
{
    const size_t   n = response->n_outer, lines = response->base->n_regions, rows = response->base->n_sectors * lines;
    const bki_push nothing = {.width = width};
    bk_arena       scratch;
    bki_inner      inner;

    bk_arena_init(&scratch, ctx);
    double   *identity = BK_NEW(&scratch, double, n *width), *missing = BK_NEW(&scratch, double, n *width);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = bki_inner_create(response, width, &scratch, &inner);
    for (size_t i = 0; status == BK_OK && i < width; i++)
        identity[(first + i) * width + i] = 1.0;
    if (status == BK_OK)
        status = bki_inner_forward(ctx, response, &nothing, identity, &inner);
    if (status == BK_OK) {
        bki_outer_missing(response, &nothing, identity, &inner, missing);
        put_columns(n, width, missing, n, first, outer);
        put_columns(rows, width, inner.spend, n, first, response->unit.spend);
        put_columns(rows, width, inner.cost, n, first, response->unit.cost);
        put_columns(rows, width, inner.price, n, first, response->unit.price);
        put_columns(lines, width, inner.welfare, n, first, response->unit.welfare);
    }
    bk_arena_release(&scratch);
    return status;
}

static bk_status
factor_outer(bk_context *ctx, bki_response *response, bk_arena *arena)
{
    const size_t n = response->n_outer, lines = response->base->n_regions * n;
    const size_t rows = response->base->n_sectors * lines;
    double      *outer = BK_NEW(arena, double, n *n), *unit = BK_NEW(arena, double, 3 * rows + lines);
    uint32_t    *row = BK_NEW(arena, uint32_t, n);

    BK_TRY(bk_arena_ok(arena));
    response->unit = (bki_answer){n, unit, unit + rows, unit + 2 * rows, unit + 3 * rows};
    response->outer = outer;
    response->outer_row = row;
    for (size_t first = 0; first < n; first += COLUMNS_AT_ONCE)
        BK_TRY(differentiate(ctx, response, first, n - first < COLUMNS_AT_ONCE ? n - first : COLUMNS_AT_ONCE, outer));
    if (!bki_lu_factor(n, outer, row))
        return bk_fail(ctx, BK_ERR_NO_SOLUTION, "the wages of this equilibrium are not determined to first order");
    return BK_OK;
}

bk_status
bki_response_create(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock,
                    const bk_trade_solution *solution, bk_arena *arena, const bki_response **out)
{
    const bk_economy *economy = base->economy;
    bki_response     *response = BK_NEW(arena, bki_response, 1);

    BK_TRY(bk_arena_ok(arena));
    *response = (bki_response){.base = base,
                               .solution = solution,
                               .tariff = shock->tariff != NULL ? shock->tariff : base->tariff,
                               .pool = shock->duty_pool != NULL ? shock->duty_pool : economy->duty_pool,
                               .quota = shock->duty_pool != NULL ? shock->duty_quota : economy->duty_quota,
                               .n_outer = (shock->mobility != NULL ? 3 : 2) * base->n_regions};
    BK_TRY(set_shares(ctx, response, arena));
    BK_TRY(set_lines(response, shock, arena));
    BK_TRY(factor_outer(ctx, response, arena));
    *out = response;
    return BK_OK;
}

/* to += what the outer unknowns do, of one block of `rows`. */
static void
add_outer(const bki_response *response, size_t rows, const double *unit, size_t width, const double *outer, double *to)
{
    const size_t n = response->n_outer;

    for (size_t r = 0; r < rows; r++)
        for (size_t z = 0; z < n; z++)
            bki_add_scaled(width, unit[r * n + z], outer + z * width, to + r * width);
}

/* by_outer -= what each outer unknown does to a weighted block. */
static void
take_weighted(const bki_response *response, size_t rows, const double *unit, size_t width, const double *weight,
              double *by_outer)
{
    const size_t n = response->n_outer;

    for (size_t r = 0; weight != NULL && r < rows; r++)
        for (size_t z = 0; z < n; z++)
            bki_add_scaled(width, -unit[r * n + z], weight + r * width, by_outer + z * width);
}

static void
answer_block(const bki_response *response, size_t rows, const double *inner, const double *unit, size_t width,
             const double *outer, double *answer)
{
    if (answer == NULL)
        return;
    memcpy(answer, inner, rows * width * sizeof *answer);
    add_outer(response, rows, unit, width, outer, answer);
}

bk_status
bki_response_forward(bk_context *ctx, const bki_response *response, const bki_push *push, const bki_answer *answer)
{
    const size_t lines = response->base->n_regions, rows = response->base->n_sectors * lines, width = push->width;
    bk_arena     scratch;
    bki_inner    inner;

    bk_arena_init(&scratch, ctx);
    double   *outer = BK_NEW(&scratch, double, response->n_outer *width);
    bk_status status = bki_inner_create(response, width, &scratch, &inner);
    if (status == BK_OK)
        status = bki_inner_forward(ctx, response, push, NULL, &inner);
    if (status == BK_OK) {
        bki_outer_missing(response, push, NULL, &inner, outer);
        for (size_t i = 0; i < response->n_outer * width; i++)
            outer[i] = -outer[i];
        bki_lu_solve(response->n_outer, response->outer, response->outer_row, width, outer);
        const bki_answer *unit = &response->unit;
        answer_block(response, rows, inner.spend, unit->spend, width, outer, answer->spend);
        answer_block(response, rows, inner.cost, unit->cost, width, outer, answer->cost);
        answer_block(response, rows, inner.price, unit->price, width, outer, answer->price);
        answer_block(response, lines, inner.welfare, unit->welfare, width, outer, answer->welfare);
    }
    bk_arena_release(&scratch);
    return status;
}

bk_status
bki_response_backward(bk_context *ctx, const bki_response *response, const bki_answer *weight, const bki_push *push)
{
    const size_t lines = response->base->n_regions, rows = response->base->n_sectors * lines, width = weight->width;
    const bki_answer *unit = &response->unit;
    bk_arena          scratch;
    bki_inner         inner;

    bk_arena_init(&scratch, ctx);
    double   *by_outer = BK_NEW(&scratch, double, response->n_outer *width);
    bk_status status = bki_inner_create(response, width, &scratch, &inner);
    if (status == BK_OK) {
        take_weighted(response, rows, unit->spend, width, weight->spend, by_outer);
        take_weighted(response, rows, unit->cost, width, weight->cost, by_outer);
        take_weighted(response, rows, unit->price, width, weight->price, by_outer);
        take_weighted(response, lines, unit->welfare, width, weight->welfare, by_outer);
        bki_lu_solve_transposed(response->n_outer, response->outer, response->outer_row, width, by_outer);
        status = bki_inner_backward(ctx, response, weight, by_outer, &inner, push);
    }
    bk_arena_release(&scratch);
    return status;
}

void
bki_response_cell(const bki_response *response, const bki_push *push, size_t column, size_t cell, double direct,
                  double *cost, double *tariff)
{
    const size_t n_regions = response->base->n_regions, width = push->width;
    const size_t row = cell / n_regions, n = row % n_regions, i = cell % n_regions, j = row / n_regions;
    const double trade = response->solution->trade[cell], rate = response->tariff[cell];
    const double duty =
        push->revenue[n * width + column] + (bki_response_pools(response, n, i) ? push->duty[n * width + column] : 0.0);
    const double bought = direct + push->sales[(j * n_regions + i) * width + column] + rate * duty;
    const double price = response->gross.share[cell] * push->price[row * width + column];

    *cost = price - response->elasticity[j] * trade * bought;
    *tariff = price + trade * ((1.0 + rate) * duty - (1.0 + response->elasticity[j]) * bought);
}
