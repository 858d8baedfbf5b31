/* The market-clearing correction.  Final demand takes the difference where it can:
 *     alpha_j = (X_j - sum_k gamma_kj (1 - B_k) Y_k) / (VA + R + D)
 * Where that is negative it becomes 0, and values move to the equilibrium of the shares, by repeated spending of what
 * was earned (a contraction but for the scale, which world value added pins). */
#include "trade/balance.h"

#include <math.h>
#include <string.h>

#define MOST_SWEEPS 200000
#define SETTLED     1e-15 /* change of an expenditure in a sweep, relative to world value added */
#define ROUNDING    1e-12

typedef struct clearing {
    bki_balance      *b;
    const bk_economy *economy;
    double           *value_added;  /* [n_regions] money */
    double           *bought_share; /* [n_sectors][importer][exporter] of expenditure, before tariff */
    double           *next;         /* [n_regions][n_sectors] money, expenditure after a sweep */
    double            world;
} clearing;

/* ---- sums ----------------------------------------------------------------------------------------------------- */

static void
outputs_sum(clearing *c)
{
    bki_balance *b = c->b;
    const size_t J = b->n_sectors;

    bki_balance_sum_trade(b, c->economy->tariff);
    for (size_t r = 0; r < b->n_regions; r++) {
        c->value_added[r] = 0.0;
        for (size_t j = 0; j < J; j++) {
            b->output[r * J + j] = b->exports[r * J + j] + b->trade[bki_trade_at(b, j, r, r)];
            c->value_added[r] += b->value_added_share[r * J + j] * b->output[r * J + j];
        }
    }
}

static double
inputs_asked(const bki_balance *b, size_t r, size_t j)
{
    const size_t J = b->n_sectors;
    double       asked = 0.0;

    for (size_t k = 0; k < J; k++)
        asked += b->input_share[(r * J + k) * J + j] * (1.0 - b->value_added_share[r * J + k]) * b->output[r * J + k];
    return asked;
}

/* ---- final demand takes the difference ------------------------------------------------------------------------ */

/* Final shares as the rest, negative ones 0; *is_clear tells whether there were none. */
static bk_status
final_as_rest(clearing *c, bool *is_clear)
{
    bki_balance *b = c->b;
    const size_t J = b->n_sectors;

    *is_clear = true;
    for (size_t r = 0; r < b->n_regions; r++) {
        double *share = b->final_share + r * J;
        for (size_t j = 0; j < J; j++) {
            const double x = b->expenditure[r * J + j];
            share[j] = x - inputs_asked(b, r, j);
            *is_clear &= share[j] >= -ROUNDING * x;
            share[j] = share[j] > ROUNDING * x ? share[j] : 0.0;
        }
        if (!bki_shares_normalise(share, J))
            return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "check its shares of value added and of inputs",
                                "inputs of %s use up everything it buys: nothing is left for final demand",
                                c->economy->regions[r].id);
    }
    return BK_OK;
}

/* ---- values move ---------------------------------------------------------------------------------------------- */

static void
shares_take(clearing *c)
{
    bki_balance *b = c->b;
    const size_t N = b->n_regions, J = b->n_sectors;

    for (size_t j = 0; j < J; j++)
        for (size_t n = 0; n < N; n++)
            for (size_t i = 0; i < N; i++) {
                const double x = b->expenditure[n * J + j];
                c->bought_share[bki_trade_at(b, j, n, i)] = x > 0.0 ? b->trade[bki_trade_at(b, j, n, i)] / x : 0.0;
            }
}

static void
trade_from_expenditure(clearing *c)
{
    bki_balance *b = c->b;
    const size_t N = b->n_regions, J = b->n_sectors;

    for (size_t j = 0; j < J; j++)
        for (size_t n = 0; n < N; n++)
            for (size_t i = 0; i < N; i++)
                b->trade[bki_trade_at(b, j, n, i)] =
                    c->bought_share[bki_trade_at(b, j, n, i)] * b->expenditure[n * J + j];
}

/* One round of earning and spending at fixed deficits; returns the largest change over world value added. */
static double
spend(clearing *c, const double *deficit)
{
    bki_balance *b = c->b;
    const size_t J = b->n_sectors;
    double       largest = 0.0;

    trade_from_expenditure(c);
    outputs_sum(c);
    const double scale = c->world / bk_sum(c->value_added, b->n_regions);
    for (size_t r = 0; r < b->n_regions; r++) {
        const double income = scale * c->value_added[r] + b->revenue[r] + deficit[r];
        for (size_t j = 0; j < J; j++) {
            c->next[r * J + j] = b->final_share[r * J + j] * income + inputs_asked(b, r, j);
            largest = fmax(largest, fabs(c->next[r * J + j] - b->expenditure[r * J + j]) / c->world);
        }
    }
    memcpy(b->expenditure, c->next, b->n_regions * J * sizeof *c->next);
    return largest;
}

static bk_status
values_move(clearing *c)
{
    bki_balance *b = c->b;
    double      *deficit = BK_NEW(b->arena, double, b->n_regions);
    double       change = INFINITY;

    BK_TRY(bk_arena_ok(b->arena));
    memcpy(deficit, b->deficit, b->n_regions * sizeof *deficit);
    shares_take(c);
    for (int sweep = 0; sweep < MOST_SWEEPS && change > SETTLED; sweep++) {
        change = spend(c, deficit);
        if (bk_cancelled(b->ctx))
            return bk_fail(b->ctx, BK_ERR_CANCELLED, "interrupted while clearing markets");
    }
    for (size_t at = 0; at < b->n_regions * b->n_sectors; at++)
        if (!(b->expenditure[at] >= 0.0))
            return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT,
                                "its surplus of trade is larger than its income: check both",
                                "expenditure of %s would be negative", c->economy->regions[at / b->n_sectors].id);
    if (change > SETTLED * 1e3)
        return bk_fail(b->ctx, BK_ERR_NOT_CONVERGED,
                       "markets do not clear: the last sweep still moved %.3g of world value added", change);
    trade_from_expenditure(c);
    return BK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static void
changes_note(clearing *c, const double *old_expenditure)
{
    bki_balance      *b = c->b;
    const bk_economy *e = c->economy;
    const size_t      J = b->n_sectors;

    for (size_t r = 0; r < b->n_regions; r++) {
        bki_balance_note(b, &(bk_balance_change){BK_STEP_CLEARING, "value added", (uint32_t)r, BK_NONE, BK_NONE,
                                                 e->regions[r].value_added, c->value_added[r],
                                                 "the sum of its share of outputs"});
        bki_balance_note(b, &(bk_balance_change){BK_STEP_CLEARING, "deficit", (uint32_t)r, BK_NONE, BK_NONE,
                                                 e->regions[r].deficit, b->deficit[r], "imports less exports"});
        for (size_t j = 0; j < J; j++) {
            const size_t at = r * J + j;
            bki_balance_note(b, &(bk_balance_change){BK_STEP_CLEARING, "expenditure", (uint32_t)r, BK_NONE, (uint32_t)j,
                                                     old_expenditure[at], b->expenditure[at],
                                                     "some final demand would have been negative"});
            bki_balance_note(b, &(bk_balance_change){BK_STEP_CLEARING, "final share", (uint32_t)r, BK_NONE, (uint32_t)j,
                                                     e->final_share[at], b->final_share[at],
                                                     "expenditure less intermediate use, over income"});
        }
    }
}

static bk_status
clearing_start(clearing *c)
{
    bki_balance *b = c->b;
    const size_t N = b->n_regions, J = b->n_sectors;

    BK_TRY(bki_balance_start(b));
    c->value_added = BK_NEW(b->arena, double, N);
    c->bought_share = BK_NEW(b->arena, double, J *N *N);
    c->next = BK_NEW(b->arena, double, N *J);
    BK_TRY(bk_arena_ok(b->arena));
    memcpy(b->trade, c->economy->trade, J * N * N * sizeof *b->trade);
    memcpy(b->value_added_share, c->economy->value_added_share, N * J * sizeof *b->value_added_share);
    memcpy(b->input_share, c->economy->input_share, N * J * J * sizeof *b->input_share);
    for (size_t row = 0; row < N * J; row++)
        if (!bki_shares_normalise(b->input_share + row * J, J))
            b->input_share[row * J + row % J] = 1.0;
    return BK_OK;
}

bk_status
bk_balance_clear(bk_context *ctx, const bk_economy *economy, bk_arena *arena, bk_balance *out)
{
    bki_balance b = {.ctx = ctx, .arena = arena, .n_regions = economy->n_regions, .n_sectors = economy->n_sectors};
    clearing    c = {.b = &b, .economy = economy};
    bool        is_clear;

    BK_TRY(clearing_start(&c));
    outputs_sum(&c);
    c.world = bk_sum(c.value_added, b.n_regions);
    double *old_expenditure = BK_NEW(arena, double, b.n_regions *b.n_sectors);
    BK_TRY(bk_arena_ok(arena));
    memcpy(old_expenditure, b.expenditure, b.n_regions * b.n_sectors * sizeof *old_expenditure);
    BK_TRY(final_as_rest(&c, &is_clear));
    if (!is_clear) {
        BK_TRY(values_move(&c));
        outputs_sum(&c);
        BK_TRY(final_as_rest(&c, &is_clear));
    }
    changes_note(&c, old_expenditure);
    BK_TRY(bk_arena_ok(arena));
    bki_balance_report(&b, c.value_added, economy->tariff, out);
    return BK_OK;
}
