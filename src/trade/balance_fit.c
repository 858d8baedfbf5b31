/* Proportional fitting.  A round scales every kind of total once:
 *     cell <- cell * total / (sum of the cells that make the total)
 * Cross-product ratios and zeros of the seed stay; the limit is the table with these totals that is nearest to the seed
 * in relative entropy (Csiszar 1975, Annals of Probability 3). */
#include "trade/balance_fit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STALL_ROUNDS 200  /* a residual that has not fallen by a tenth over so many rounds has stalled */
#define SUM_AGREES   1e-9 /* sums of totals that differ by less are the same but for rounding */

bk_fit_settings
bk_fit_default_settings(void)
{
    return (bk_fit_settings){.tolerance = 1e-13, .max_rounds = 20000};
}

/* ---- what both share ---------------------------------------------------------------------------------------- */

const char *
bki_fit_name(const bk_fit_settings *settings, int dimension, size_t index, char room[static 24])
{
    if (settings->names[dimension] != NULL)
        return settings->names[dimension][index];
    snprintf(room, 24, "%zu", index + 1);
    return room;
}

static bool
is_fact(double value)
{
    return isfinite(value) && (value >= 0.0 || value == BK_UNKNOWN);
}

static double
factor_of(double total, double sum)
{
    if (total < 0.0)
        return 1.0;
    return sum > 0.0 ? total / sum : 0.0;
}

/* Notes how far a sum is from its total. */
static void
residual_note(bk_fit *fit, double sum, double total, size_t a, size_t b, size_t c)
{
    if (total <= 0.0)
        return;
    const double residual = fabs(sum / total - 1.0);
    if (residual > fit->residual) {
        fit->residual = residual;
        fit->worst[0] = (uint32_t)a;
        fit->worst[1] = (uint32_t)b;
        fit->worst[2] = (uint32_t)c;
    }
}

static void
round_begin(bk_fit *fit)
{
    fit->rounds++;
    fit->residual = 0.0;
    fit->worst[0] = fit->worst[1] = fit->worst[2] = BK_NONE;
}

/* After a round: has it converged, stalled, run out?  `*mark` is the residual STALL_ROUNDS ago. */
static bool
is_finished(bk_context *ctx, const bk_fit_settings *settings, bk_fit *fit, double *mark)
{
    fit->outcome = BK_CONVERGED;
    if (fit->residual <= settings->tolerance)
        return true;
    fit->outcome = BK_CANCELLED;
    if (bk_cancelled(ctx))
        return true;
    fit->outcome = BK_ITERATION_LIMIT;
    if (fit->rounds >= settings->max_rounds)
        return true;
    fit->outcome = BK_STALLED;
    if (fit->rounds % STALL_ROUNDS != 0)
        return false;
    const bool has_stalled = fit->residual > 0.9 * *mark;
    *mark = fit->residual;
    return has_stalled;
}

static bk_status
cells_check(bk_context *ctx, size_t n, const double *cell)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(cell[i]) || cell[i] < 0.0)
            return bk_fail(ctx, BK_ERR_VALUE, "cell %zu of a table to be fitted is %g, must be >= 0", i + 1, cell[i]);
    return BK_OK;
}

/* ---- two-way ------------------------------------------------------------------------------------------------ */

static bk_status
total_check(bk_context *ctx, const bki_two_way *t, bool is_row, size_t index)
{
    const double  total = is_row ? t->row_total[index] : t->column_total[index];
    const size_t  n = is_row ? t->n_columns : t->n_rows, step = is_row ? 1 : t->n_columns;
    const double *cell = is_row ? t->cell + index * t->n_columns : t->cell + index;
    const char   *side = is_row ? "row" : "column";
    char          room[24];
    const char   *name = bki_fit_name(t->settings, is_row ? 0 : 1, index, room);

    if (!is_fact(total))
        return bk_fail(ctx, BK_ERR_VALUE, "the total of %s %s is %g, must be >= 0", side, name, total);
    if (total <= 0.0)
        return BK_OK;
    for (size_t i = 0; i < n; i++)
        if (cell[i * step] > 0.0)
            return BK_OK;
    return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "give one of its cells a seed above 0, or make the total 0",
                        "%s %s is to add up to %.10g, but all its cells are 0", side, name, total);
}

/* The sum of totals, or BK_UNKNOWN if one of them is. */
static double
sum_if_known(const double *total, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (total[i] < 0.0)
            return BK_UNKNOWN;
    return bk_sum(total, n);
}

static bk_status
two_way_check(bk_context *ctx, bki_two_way *t)
{
    bk_status first = cells_check(ctx, t->n_rows * t->n_columns, t->cell);

    for (size_t i = 0; first != BK_ERR_VALUE && i < t->n_rows + t->n_columns; i++) {
        const bool      is_row = i < t->n_rows;
        const bk_status status = total_check(ctx, t, is_row, is_row ? i : i - t->n_rows);
        first = first != BK_OK ? first : status;
    }
    if (first != BK_OK)
        return first;
    const double rows = sum_if_known(t->row_total, t->n_rows), columns = sum_if_known(t->column_total, t->n_columns);
    if (rows <= 0.0 || columns < 0.0 || rows == columns)
        return BK_OK;
    if (fabs(rows - columns) > SUM_AGREES * fmax(rows, columns))
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "scale one side to the other",
                            "row totals add up to %.10g, column totals to %.10g", rows, columns);
    t->row_scale = columns / rows;
    return BK_OK;
}

static void
two_way_round(bki_two_way *t, bk_fit *fit)
{
    const size_t n = t->n_columns;

    round_begin(fit);
    for (size_t c = 0; c < n; c++)
        t->column_sum[c] = 0.0;
    for (size_t r = 0; r < t->n_rows; r++) {
        double      *row = t->cell + r * n;
        const double sum = bk_sum(row, n);
        const double total = t->row_total[r] < 0.0 ? BK_UNKNOWN : t->row_total[r] * t->row_scale;
        const double factor = factor_of(total, sum);
        residual_note(fit, sum, total, r, BK_NONE, BK_NONE);
        for (size_t c = 0; c < n; c++) {
            row[c] *= factor;
            t->column_sum[c] += row[c];
        }
    }
    for (size_t c = 0; c < n; c++) {
        residual_note(fit, t->column_sum[c], t->column_total[c], BK_NONE, c, BK_NONE);
        t->column_sum[c] = factor_of(t->column_total[c], t->column_sum[c]);
    }
    for (size_t r = 0; r < t->n_rows; r++)
        for (size_t c = 0; c < n; c++)
            t->cell[r * n + c] *= t->column_sum[c];
}

bk_status
bk_fit_two_way(bk_context *ctx, size_t n_rows, size_t n_columns, const double *row_total, const double *column_total,
               const bk_fit_settings *settings, bk_arena *arena, double *cell, bk_fit *out)
{
    const size_t n_cells = n_rows * n_columns;
    bool        *is_open = BK_NEW(arena, bool, n_cells);
    bki_two_way  t = {
         n_rows, n_columns, row_total, column_total, is_open, settings, 1.0, cell, BK_NEW(arena, double, n_columns)};
    double mark = INFINITY;

    *out = (bk_fit){.outcome = BK_CONVERGED};
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(two_way_check(ctx, &t));
    for (size_t i = 0; i < n_cells; i++)
        is_open[i] = cell[i] > 0.0;
    do
        two_way_round(&t, out);
    while (!is_finished(ctx, settings, out, &mark));
    if (out->outcome == BK_CANCELLED)
        return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted while fitting a table");
    return out->outcome == BK_CONVERGED ? BK_OK : bki_two_way_prove(ctx, &t, arena);
}

/* ---- three-way ---------------------------------------------------------------------------------------------- */

typedef struct three_way {
    size_t        n_a, n_b, n_c;
    const double *total_ab, *total_ac, *total_bc; /* [n_a][n_b], [n_a][n_c], [n_b][n_c]; NULL: none known */
    double       *cell;                           /* [n_a][n_b][n_c] */
    double       *sum;                            /* [n_b][n_c] or [n_c], whichever is being met */
} three_way;

static void
round_ab(three_way *t, bk_fit *fit)
{
    for (size_t ab = 0; ab < t->n_a * t->n_b; ab++) {
        double      *line = t->cell + ab * t->n_c;
        const double sum = bk_sum(line, t->n_c), factor = factor_of(t->total_ab[ab], sum);

        residual_note(fit, sum, t->total_ab[ab], ab / t->n_b, ab % t->n_b, BK_NONE);
        for (size_t c = 0; c < t->n_c; c++)
            line[c] *= factor;
    }
}

/* Meets totals [n_c] of a table [n_b][n_c]: the columns of one slice. */
static void
slice_columns(three_way *t, size_t a, bk_fit *fit)
{
    double *slice = t->cell + a * t->n_b * t->n_c;

    memset(t->sum, 0, t->n_c * sizeof *t->sum);
    for (size_t b = 0; b < t->n_b; b++)
        for (size_t c = 0; c < t->n_c; c++)
            t->sum[c] += slice[b * t->n_c + c];
    for (size_t c = 0; c < t->n_c; c++) {
        const double total = t->total_ac[a * t->n_c + c];
        residual_note(fit, t->sum[c], total, a, BK_NONE, c);
        t->sum[c] = factor_of(total, t->sum[c]);
    }
    for (size_t b = 0; b < t->n_b; b++)
        for (size_t c = 0; c < t->n_c; c++)
            slice[b * t->n_c + c] *= t->sum[c];
}

static void
round_bc(three_way *t, bk_fit *fit)
{
    const size_t n = t->n_b * t->n_c;

    memset(t->sum, 0, n * sizeof *t->sum);
    for (size_t a = 0; a < t->n_a; a++)
        for (size_t bc = 0; bc < n; bc++)
            t->sum[bc] += t->cell[a * n + bc];
    for (size_t bc = 0; bc < n; bc++) {
        residual_note(fit, t->sum[bc], t->total_bc[bc], BK_NONE, bc / t->n_c, bc % t->n_c);
        t->sum[bc] = factor_of(t->total_bc[bc], t->sum[bc]);
    }
    for (size_t a = 0; a < t->n_a; a++)
        for (size_t bc = 0; bc < n; bc++)
            t->cell[a * n + bc] *= t->sum[bc];
}

static void
three_way_round(three_way *t, bk_fit *fit)
{
    round_begin(fit);
    if (t->total_ab != NULL)
        round_ab(t, fit);
    if (t->total_ac != NULL)
        for (size_t a = 0; a < t->n_a; a++)
            slice_columns(t, a, fit);
    if (t->total_bc != NULL)
        round_bc(t, fit);
}

/* One kind of total against the sums of the seed: finite, and not above 0 where every cell is 0. */
static bk_status
totals_check(bk_context *ctx, const double *total, const double *sum, size_t n_first, size_t n_second, int first,
             int second, const bk_fit_settings *settings)
{
    bk_status status = BK_OK;
    char      room[2][24];

    for (size_t i = 0; total != NULL && i < n_first * n_second; i++) {
        if (is_fact(total[i]) && (total[i] <= 0.0 || sum[i] > 0.0))
            continue;
        const char *x = bki_fit_name(settings, first, i / n_second, room[0]);
        const char *y = bki_fit_name(settings, second, i % n_second, room[1]);
        if (!is_fact(total[i]))
            status = bk_fail(ctx, BK_ERR_VALUE, "the total of %s and %s is %g, must be >= 0", x, y, total[i]);
        else
            status = bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "give one of its cells a seed above 0, or make the total 0",
                                  "%s and %s are to add up to %.10g, but all their cells are 0", x, y, total[i]);
    }
    return status;
}

static bk_status
three_way_check(bk_context *ctx, const three_way *t, const bk_fit_settings *settings, bk_arena *arena)
{
    double *ab = BK_NEW(arena, double, t->n_a * t->n_b), *ac = BK_NEW(arena, double, t->n_a * t->n_c);
    double *bc = BK_NEW(arena, double, t->n_b * t->n_c);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(cells_check(ctx, t->n_a * t->n_b * t->n_c, t->cell));
    for (size_t a = 0; a < t->n_a; a++)
        for (size_t b = 0; b < t->n_b; b++)
            for (size_t c = 0; c < t->n_c; c++) {
                const double value = t->cell[(a * t->n_b + b) * t->n_c + c];
                ab[a * t->n_b + b] += value;
                ac[a * t->n_c + c] += value;
                bc[b * t->n_c + c] += value;
            }
    const bk_status status[3] = {totals_check(ctx, t->total_ab, ab, t->n_a, t->n_b, 0, 1, settings),
                                 totals_check(ctx, t->total_ac, ac, t->n_a, t->n_c, 0, 2, settings),
                                 totals_check(ctx, t->total_bc, bc, t->n_b, t->n_c, 1, 2, settings)};
    return status[0] != BK_OK ? status[0] : status[1] != BK_OK ? status[1] : status[2];
}

bk_status
bk_fit_three_way(bk_context *ctx, size_t n_a, size_t n_b, size_t n_c, const double *total_ab, const double *total_ac,
                 const double *total_bc, const bk_fit_settings *settings, bk_arena *arena, double *cell, bk_fit *out)
{
    const size_t n_sum = n_b * n_c > n_c ? n_b * n_c : n_c;
    three_way    t = {n_a, n_b, n_c, total_ab, total_ac, total_bc, cell, BK_NEW(arena, double, n_sum)};
    double       mark = INFINITY;

    *out = (bk_fit){.outcome = BK_CONVERGED};
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(three_way_check(ctx, &t, settings, arena));
    do
        three_way_round(&t, out);
    while (!is_finished(ctx, settings, out, &mark));
    return out->outcome == BK_CANCELLED ? bk_fail(ctx, BK_ERR_CANCELLED, "interrupted while fitting a table") : BK_OK;
}
