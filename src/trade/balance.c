/* A base year from partial facts: the steps in order, and what they changed. */
#include "trade/balance.h"

#include <math.h>
#include <string.h>

#define TOLD_FROM 1e-9 /* relative; smaller changes are rounding */

const char *
bk_balance_step_name(bk_balance_step step)
{
    static const char *const names[] = {
#define X(code, name, text) [code] = name,
        BK_BALANCE_STEP_LIST(X)
#undef X
    };
    return step < BK_BALANCE_STEP_COUNT ? names[step] : "unknown";
}

const char *
bk_balance_step_text(bk_balance_step step)
{
    static const char *const texts[] = {
#define X(code, name, text) [code] = text,
        BK_BALANCE_STEP_LIST(X)
#undef X
    };
    return step < BK_BALANCE_STEP_COUNT ? texts[step] : "unknown";
}

void
bki_balance_note(bki_balance *b, const bk_balance_change *change)
{
    if (fabs(change->after - change->before) <= TOLD_FROM * fmax(fabs(change->before), fabs(change->after)))
        return;
    if (b->n_changes == b->change_capacity) {
        const size_t       capacity = b->change_capacity == 0 ? 256 : 2 * b->change_capacity;
        bk_balance_change *grown = BK_NEW(b->arena, bk_balance_change, capacity);
        if (grown == NULL) /* the arena remembers; the next check reports it */
            return;
        if (b->n_changes > 0)
            memcpy(grown, b->changes, b->n_changes * sizeof *grown);
        b->changes = grown;
        b->change_capacity = capacity;
    }
    b->changes[b->n_changes++] = *change;
}

bool
bki_shares_normalise(double *share, size_t n)
{
    const double sum = bk_sum(share, n);
    size_t       largest = 0;

    if (!(sum > 0.0))
        return false;
    for (size_t i = 0; i < n; i++) {
        share[i] /= sum;
        if (share[i] > share[largest])
            largest = i;
    }
    for (int pass = 0; pass < 4; pass++) /* the largest takes the rounding */
        share[largest] += 1.0 - bk_sum(share, n);
    return true;
}

/* ---- facts ---------------------------------------------------------------------------------------------------- */

static bk_status
array_check(bki_balance *b, const char *what, const double *value, size_t n, bool may_be_unknown, double most)
{
    for (size_t i = 0; i < n; i++)
        if (!(isfinite(value[i]) && value[i] <= most &&
              (value[i] >= 0.0 || (may_be_unknown && value[i] == BK_UNKNOWN))))
            return bk_fail(b->ctx, BK_ERR_VALUE, "%s: value %zu is %g, must be >= 0 and <= %g", what, i + 1, value[i],
                           most);
    return BK_OK;
}

static bk_status
untraded_check(bki_balance *b)
{
    const size_t N = b->n_regions;

    for (size_t j = 0; j < b->n_sectors; j++)
        for (size_t at = 0; at < N * N && !b->facts->traded[j]; at++)
            if (at / N != at % N && b->facts->trade[j * N * N + at] > 0.0)
                return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "mark the sector as traded, or leave the row out",
                                    "%s is not traded between regions, but %s sells %.6g of it to %s",
                                    b->facts->sectors[j], b->facts->regions[at % N], b->facts->trade[j * N * N + at],
                                    b->facts->regions[at / N]);
    return BK_OK;
}

static bk_status
facts_check(bki_balance *b)
{
    const bk_balance_facts *f = b->facts;
    const size_t            N = b->n_regions, J = b->n_sectors;

    for (size_t r = 0; r < N; r++)
        if (!isfinite(f->value_added[r]) || f->value_added[r] <= 0.0)
            return bk_fail(b->ctx, BK_ERR_VALUE, "value added of %s is %g, must be > 0", f->regions[r],
                           f->value_added[r]);
    BK_TRY(array_check(b, "totals of pairs", f->pair_total, N * N, true, INFINITY));
    BK_TRY(array_check(b, "trade", f->trade, J * N * N, true, INFINITY));
    BK_TRY(array_check(b, "seeds of trade", f->trade_seed, J * N * N, true, INFINITY));
    BK_TRY(array_check(b, "composition of exports", f->export_share, J * N, true, INFINITY));
    BK_TRY(array_check(b, "composition of imports", f->import_share, J * N, true, INFINITY));
    BK_TRY(array_check(b, "value added of sectors", f->sector_value_added, N * J, true, INFINITY));
    BK_TRY(array_check(b, "shares of value added", f->value_added_share, N * J, true, 1.0));
    BK_TRY(array_check(b, "intermediate shares", f->intermediate_share, N * J, true, 1.0));
    BK_TRY(array_check(b, "technology", f->technology, N * J * J, true, INFINITY));
    BK_TRY(array_check(b, "tariffs", f->tariff, J * N * N, false, INFINITY));
    BK_TRY(array_check(b, "own sales over exports", f->own_of_exports, N * J, true, INFINITY));
    BK_TRY(array_check(b, "own sales over imports", f->own_of_imports, N * J, true, INFINITY));
    BK_TRY(array_check(b, "least own sales", f->own_least, N * J, true, INFINITY));
    return untraded_check(b);
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

bk_status
bki_balance_start(bki_balance *b)
{
    const size_t N = b->n_regions, J = b->n_sectors;

    b->settings = bk_fit_default_settings();
    b->products = b->inputs = (bk_fit){.outcome = BK_CONVERGED, .worst = {BK_NONE, BK_NONE, BK_NONE}};
    b->trade = BK_NEW(b->arena, double, J *N *N);
    b->exports = BK_NEW(b->arena, double, N *J);
    b->imports = BK_NEW(b->arena, double, N *J);
    b->output = BK_NEW(b->arena, double, N *J);
    b->value_added = BK_NEW(b->arena, double, N *J);
    b->value_added_share = BK_NEW(b->arena, double, N *J);
    b->deficit = BK_NEW(b->arena, double, N);
    b->revenue = BK_NEW(b->arena, double, N);
    b->expenditure = BK_NEW(b->arena, double, N *J);
    b->intermediate = BK_NEW(b->arena, double, N *J);
    b->input_share = BK_NEW(b->arena, double, N *J *J);
    b->final_share = BK_NEW(b->arena, double, N *J);
    return bk_arena_ok(b->arena);
}

/* How far each market is from clearing, recomputed from what is handed over and nothing else:
 *     X_j = alpha_j (VA + R + D) + sum_k gamma_kj (1 - B_k) Y_k     VA = sum_j B_j Y_j */
void
bki_balance_report(const bki_balance *b, const double *value_added, const double *tariff, bk_balance *out)
{
    const size_t N = b->n_regions, J = b->n_sectors;
    const double world = bk_sum(value_added, N);
    double       residual = 0.0, income_residual = 0.0;

    for (size_t r = 0; r < N; r++) {
        const double income = value_added[r] + b->revenue[r] + b->deficit[r];
        double       earned = 0.0;
        for (size_t j = 0; j < J; j++) {
            double asked = b->final_share[r * J + j] * income;
            for (size_t k = 0; k < J; k++) {
                const double output = b->exports[r * J + k] + b->trade[bki_trade_at(b, k, r, r)];
                asked += b->input_share[(r * J + k) * J + j] * (1.0 - b->value_added_share[r * J + k]) * output;
            }
            earned += b->value_added_share[r * J + j] * (b->exports[r * J + j] + b->trade[bki_trade_at(b, j, r, r)]);
            residual = fmax(residual, fabs(asked - b->expenditure[r * J + j]) / world);
        }
        income_residual = fmax(income_residual, fabs(earned - value_added[r]) / world);
    }
    *out = (bk_balance){N,
                        J,
                        value_added,
                        b->deficit,
                        b->revenue,
                        b->trade,
                        tariff,
                        b->value_added_share,
                        b->input_share,
                        b->final_share,
                        b->products,
                        b->inputs,
                        residual,
                        income_residual,
                        b->n_changes,
                        b->changes};
}

bk_status
bk_balance_build(bk_context *ctx, const bk_balance_facts *facts, bk_arena *arena, bk_balance *out)
{
    bki_balance b = {
        .ctx = ctx, .arena = arena, .facts = facts, .n_regions = facts->n_regions, .n_sectors = facts->n_sectors};
    bk_status (*const steps[])(bki_balance *) = {facts_check,        bki_balance_start, bki_balance_trade,
                                                 bki_balance_output, bki_balance_use,   bki_balance_inputs,
                                                 bki_balance_final};
    double *value_added = BK_NEW(arena, double, facts->n_regions);

    for (size_t s = 0; s < sizeof steps / sizeof *steps; s++)
        BK_TRY(steps[s](&b));
    BK_TRY(bk_arena_ok(arena));
    memcpy(value_added, facts->value_added, b.n_regions * sizeof *value_added);
    bki_balance_report(&b, value_added, facts->tariff, out);
    return BK_OK;
}
