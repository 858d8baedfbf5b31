/* What is bought, split into final and intermediate use, and intermediate use into who uses it:
 *     intermediate use of product j   M_j = X_j s_j f / (1 - s_j + s_j f),  one f in each region so that sum M = Y - VA
 *     inputs V_kj of sector k         technology fitted (RAS) to rows Y_k - VA_k and columns M_j
 *     final share                     (X_j - sum_k V_kj) / (VA + R + D) */
#include "trade/balance.h"

#include <math.h>
#include <string.h>

#define MOST_FROM_TECHNOLOGY                                                                                           \
    0.95 /* intermediate share where only the technology speaks: some of every product is final */
#define ROUNDING 1e-12

/* ---- final against intermediate -------------------------------------------------------------------------------- */

static double
intermediate_total(const bki_balance *b, size_t r)
{
    double sum = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++)
        sum += b->output[r * b->n_sectors + j] - b->value_added[r * b->n_sectors + j];
    return sum;
}

/* What the technology asks of a product, over what there is of it. */
static double
share_from_technology(const bki_balance *b, size_t r, size_t j)
{
    const size_t J = b->n_sectors;
    double       asked = 0.0;

    for (size_t k = 0; k < J; k++) {
        const double *row = b->facts->technology + (r * J + k) * J;
        double        sum = 0.0;
        for (size_t supplier = 0; supplier < J; supplier++)
            sum += fmax(0.0, row[supplier]);
        if (sum > 0.0)
            asked += fmax(0.0, row[j]) / sum * (b->output[r * J + k] - b->value_added[r * J + k]);
    }
    const double available = b->expenditure[r * J + j];
    return available > 0.0 ? fmin(MOST_FROM_TECHNOLOGY, asked / available) : 0.0;
}

/* Intermediate use at odds shifted by exp(shift), into `use`; returns its sum. */
static double
use_at(const bki_balance *b, size_t r, const double *share, double shift, double *use)
{
    double sum = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++) {
        const double x = b->expenditure[r * b->n_sectors + j], s = share[j];
        const double shifted =
            shift <= 0.0 ? s * exp(shift) / (1.0 - s + s * exp(shift)) : s / ((1.0 - s) * exp(-shift) + s);
        sum += use[j] = s <= 0.0 ? 0.0 : s >= 1.0 ? x : x * shifted;
    }
    return sum;
}

/* The shift of the odds at which uses add up; bisection to the last bit, since the sum grows with the shift. */
static bk_status
use_shift(bki_balance *b, size_t r, const double *share)
{
    const double total = intermediate_total(b, r);
    double      *use = b->intermediate + r * b->n_sectors, low = -500.0, high = 500.0;

    const double most = use_at(b, r, share, high, use), least = use_at(b, r, share, low, use);
    if (total > most * (1.0 + ROUNDING) || total < least * (1.0 - ROUNDING))
        return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT,
                            total > most
                                ? "give more products an intermediate share above 0, or raise shares of value added"
                                : "give fewer products an intermediate share of 1, or lower shares of value added",
                            "sectors of %s use inputs of %.6g, but products can give between %.6g and %.6g",
                            b->facts->regions[r], total, least, most);
    for (double middle = 0.0; middle > low && middle < high; middle = 0.5 * (low + high))
        *(use_at(b, r, share, middle, use) < total ? &low : &high) = middle;
    use_at(b, r, share, 0.5 * (low + high), use);
    return BK_OK;
}

static void
shift_note(bki_balance *b, size_t r)
{
    for (size_t j = 0; j < b->n_sectors; j++) {
        const size_t at = r * b->n_sectors + j;
        if (b->facts->intermediate_share[at] >= 0.0 && b->expenditure[at] > 0.0)
            bki_balance_note(b, &(bk_balance_change){BK_STEP_USE, "intermediate share", (uint32_t)r, BK_NONE,
                                                     (uint32_t)j, b->facts->intermediate_share[at],
                                                     b->intermediate[at] / b->expenditure[at],
                                                     "the region's uses must add up to output less value added"});
    }
}

bk_status
bki_balance_use(bki_balance *b)
{
    double   *share = BK_NEW(b->arena, double, b->n_sectors);
    bk_status first = BK_OK;

    BK_TRY(bk_arena_ok(b->arena));
    for (size_t r = 0; r < b->n_regions; r++) {
        for (size_t j = 0; j < b->n_sectors; j++) {
            const double given = b->facts->intermediate_share[r * b->n_sectors + j];
            share[j] = given >= 0.0 ? given : share_from_technology(b, r, j);
        }
        const bk_status status = use_shift(b, r, share);
        first = first != BK_OK ? first : status;
        if (status == BK_OK)
            shift_note(b, r);
    }
    return first;
}

/* ---- inputs --------------------------------------------------------------------------------------------------- */

typedef struct input_names {         /* "food of KAZ" */
    const char **using, **supplying; /* [n_sectors] */
} input_names;

static void
names_make(const bki_balance *b, size_t r, input_names *names)
{
    for (size_t j = 0; j < b->n_sectors; j++) {
        names->using[j] = bk_arena_format(b->arena, "inputs of %s in %s", b->facts->sectors[j], b->facts->regions[r]);
        names->supplying[j] = bk_arena_format(b->arena, "use of %s in %s", b->facts->sectors[j], b->facts->regions[r]);
    }
}

/* A sector that uses nothing still needs a row that adds up to 1. */
static void
idle_row(const bki_balance *b, size_t r, size_t k, double *row)
{
    const double *technology = b->facts->technology + (r * b->n_sectors + k) * b->n_sectors;

    for (size_t j = 0; j < b->n_sectors; j++)
        row[j] = fmax(0.0, technology[j]);
    if (!bki_shares_normalise(row, b->n_sectors))
        row[k] = 1.0;
}

/* `table` [using][supplying] money; worse of two fits is kept. */
static bk_status
inputs_fit(bki_balance *b, size_t r, const input_names *names, double *row_total, double *table)
{
    const size_t    J = b->n_sectors;
    bk_fit_settings settings = b->settings;
    bk_fit          fit;

    settings.names[0] = names->using;
    settings.names[1] = names->supplying;
    for (size_t k = 0; k < J; k++)
        row_total[k] = b->output[r * J + k] - b->value_added[r * J + k];
    for (size_t i = 0; i < J * J; i++)
        table[i] = fmax(0.0, b->facts->technology[r * J * J + i]);
    BK_TRY(bk_fit_two_way(b->ctx, J, J, row_total, b->intermediate + r * J, &settings, b->arena, table, &fit));
    if (fit.residual >= b->inputs.residual)
        b->inputs = fit;
    for (size_t k = 0; k < J; k++) {
        double *row = b->input_share + (r * J + k) * J;
        memcpy(row, table + k * J, J * sizeof *row);
        if (row_total[k] <= 0.0 || !bki_shares_normalise(row, J))
            idle_row(b, r, k, row);
    }
    return BK_OK;
}

bk_status
bki_balance_inputs(bki_balance *b)
{
    const size_t J = b->n_sectors;
    double      *table = BK_NEW(b->arena, double, J *J), *row_total = BK_NEW(b->arena, double, J);
    input_names  names = {BK_NEW(b->arena, const char *, J), BK_NEW(b->arena, const char *, J)};
    bk_status    first = BK_OK;

    BK_TRY(bk_arena_ok(b->arena));
    for (size_t r = 0; r < b->n_regions; r++) {
        names_make(b, r, &names);
        BK_TRY(bk_arena_ok(b->arena));
        const bk_status status = inputs_fit(b, r, &names, row_total, table);
        first = first != BK_OK ? first : status;
    }
    return first;
}

/* ---- final shares --------------------------------------------------------------------------------------------- */

static double
input_use(const bki_balance *b, size_t r, size_t j)
{
    const size_t J = b->n_sectors;
    double       use = 0.0;

    for (size_t k = 0; k < J; k++)
        use += b->input_share[(r * J + k) * J + j] * (b->output[r * J + k] - b->value_added[r * J + k]);
    return use;
}

bk_status
bki_balance_final(bki_balance *b)
{
    const size_t J = b->n_sectors;
    bk_status    first = BK_OK;

    for (size_t r = 0; r < b->n_regions; r++) {
        const double income = bk_sum(b->value_added + r * J, J) + b->revenue[r] + b->deficit[r];
        if (income <= 0.0) {
            first = bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "lower its exports or raise its value added",
                                 "%s exports %.6g more than it imports, which is more than its value added and tariffs",
                                 b->facts->regions[r], -b->deficit[r]);
            continue;
        }
        for (size_t j = 0; j < J; j++) {
            const double x = b->expenditure[r * J + j], final = x - input_use(b, r, j);
            b->final_share[r * J + j] = final > ROUNDING * x ? final / income : 0.0;
        }
        bki_shares_normalise(b->final_share + r * J, J);
    }
    return first;
}
