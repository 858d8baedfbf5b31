/* Gross output from value added, own sales with their floors, and what follows from trade: deficits, tariff revenue,
 * expenditure.  Output = value added / its share; own sales = output - exports.  Sectors that are not traded (all that
 * are free, if every sector is) take what raised floors leave of the region's value added. */
#include "trade/balance.h"

#include <math.h>

typedef struct region_output { /* one region while its sectors settle */
    size_t r;
    bool  *is_fixed; /* [n_sectors] own sales are a fact, or stand at their floor */
    bool  *absorbs;  /* [n_sectors] takes the rest of value added */
} region_output;

static double
fact_or_zero(double value)
{
    return fmax(value, 0.0);
}

static double
floor_of(const bki_balance *b, size_t at)
{
    return fmax(fmax(fact_or_zero(b->facts->own_of_exports[at]) * b->exports[at],
                     fact_or_zero(b->facts->own_of_imports[at]) * b->imports[at]),
                fact_or_zero(b->facts->own_least[at]));
}

static double
own_fact(const bki_balance *b, size_t r, size_t j)
{
    return b->facts->trade[bki_trade_at(b, j, r, r)];
}

/* Any scale: given, or the share of a known output. */
static double
weight_of(const bki_balance *b, size_t r, size_t j)
{
    const size_t at = r * b->n_sectors + j;
    const double given = b->facts->sector_value_added[at], share = b->facts->value_added_share[at],
                 own = own_fact(b, r, j);

    if (given >= 0.0 || own < 0.0 || share < 0.0)
        return given;
    return share * (own + b->exports[at]);
}

/* Value added of the sectors, adding up to that of the region. */
static bk_status
value_added_spread(bki_balance *b, size_t r)
{
    double *row = b->value_added + r * b->n_sectors, sum = 0.0;
    bool    is_missing = false;

    for (size_t j = 0; j < b->n_sectors; j++) {
        sum += row[j] = weight_of(b, r, j);
        is_missing |= row[j] < 0.0;
        if (row[j] < 0.0)
            bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "give it, or a row for every region (*)",
                         "value added of %s in %s is not known", b->facts->sectors[j], b->facts->regions[r]);
    }
    if (is_missing)
        return BK_ERR_INCONSISTENT;
    if (sum <= 0.0)
        return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "give one of its sectors value added above 0",
                            "all sectors of %s have value added 0", b->facts->regions[r]);
    for (size_t j = 0; j < b->n_sectors; j++)
        row[j] *= b->facts->value_added[r] / sum;
    return BK_OK;
}

/* Own sales are a fact: output is their sum with exports, and the share of value added follows. */
static bk_status
output_from_own(bki_balance *b, size_t r, size_t j)
{
    const size_t at = r * b->n_sectors + j;
    const double given = b->facts->value_added_share[at], own = own_fact(b, r, j);
    double       output = own + b->exports[at];

    if (output < b->value_added[at]) {
        bki_balance_note(b,
                         &(bk_balance_change){BK_STEP_OUTPUT, "own sales", (uint32_t)r, (uint32_t)r, (uint32_t)j, own,
                                              b->value_added[at] - b->exports[at], "output must hold its value added"});
        output = b->value_added[at];
    }
    b->output[at] = output;
    b->value_added_share[at] = output > 0.0 ? b->value_added[at] / output : given > 0.0 ? given : 1.0;
    if (given >= 0.0 && output > 0.0)
        bki_balance_note(b, &(bk_balance_change){BK_STEP_OUTPUT, "value-added share", (uint32_t)r, BK_NONE, (uint32_t)j,
                                                 given, b->value_added_share[at],
                                                 "value added over own sales and exports"});
    return BK_OK;
}

static bk_status
share_take(bki_balance *b, size_t r, size_t j)
{
    const size_t at = r * b->n_sectors + j;
    const double share = b->facts->value_added_share[at];

    if (share > 0.0 && share <= 1.0) {
        b->value_added_share[at] = share;
        return BK_OK;
    }
    if (share < 0.0)
        return bk_fail_hint(b->ctx, BK_ERR_INCONSISTENT, "give it, its own sales, or a row for every region (*)",
                            "the share of value added in output of %s in %s is not known", b->facts->sectors[j],
                            b->facts->regions[r]);
    return bk_fail(b->ctx, BK_ERR_VALUE, "the share of value added in output of %s in %s is %g, must be in (0, 1]",
                   b->facts->sectors[j], b->facts->regions[r], share);
}

/* Lifts sectors whose own sales lie under their floor; true if one was lifted. */
static bool
floors_raise(bki_balance *b, const region_output *o)
{
    bool is_raised = false;

    for (size_t j = 0; j < b->n_sectors; j++) {
        const size_t at = o->r * b->n_sectors + j;
        if (o->is_fixed[j])
            continue;
        b->output[at] = b->value_added[at] / b->value_added_share[at];
        const double own = b->output[at] - b->exports[at], least = floor_of(b, at);
        if (own >= least)
            continue;
        b->output[at] = b->exports[at] + least;
        b->value_added[at] = b->output[at] * b->value_added_share[at];
        o->is_fixed[j] = is_raised = true;
        bki_balance_note(b,
                         &(bk_balance_change){BK_STEP_OUTPUT, "own sales", (uint32_t)o->r, (uint32_t)o->r, (uint32_t)j,
                                              own, least, "output raised so that own sales reach their floor"});
    }
    return is_raised;
}

/* Who takes the rest: sectors that are not traded; if all are, those that no fact and no floor fixes. */
static void
absorbers_choose(const bki_balance *b, const region_output *o)
{
    bool has_untraded = false;

    for (size_t j = 0; j < b->n_sectors; j++)
        has_untraded |= !b->facts->traded[j] && !o->is_fixed[j];
    for (size_t j = 0; j < b->n_sectors; j++)
        o->absorbs[j] = !o->is_fixed[j] && !(has_untraded && b->facts->traded[j]);
}

/* Value added of the absorbing sectors becomes what the others leave. */
static bk_status
rest_absorb(bki_balance *b, const region_output *o)
{
    double absorbed = 0.0, others = 0.0;

    for (size_t j = 0; j < b->n_sectors; j++)
        *(o->absorbs[j] ? &absorbed : &others) += b->value_added[o->r * b->n_sectors + j];
    const double rest = b->facts->value_added[o->r] - others;
    if (absorbed > 0.0 && rest > 0.0) {
        for (size_t j = 0; j < b->n_sectors; j++)
            if (o->absorbs[j])
                b->value_added[o->r * b->n_sectors + j] *= rest / absorbed;
        return BK_OK;
    }
    return bk_fail_hint(
        b->ctx, BK_ERR_INCONSISTENT,
        "lower its exports, its floors of own sales, or its shares of value added in output",
        "exports and own sales of %s need value added of %.6g in the sectors that cannot give way, of %.6g in all",
        b->facts->regions[o->r], others, b->facts->value_added[o->r]);
}

static bk_status
region_settle(bki_balance *b, region_output *o)
{
    bk_status first = value_added_spread(b, o->r);

    for (size_t j = 0; j < b->n_sectors; j++) {
        o->is_fixed[j] = own_fact(b, o->r, j) >= 0.0;
        const bk_status status = first == BK_OK && o->is_fixed[j] ? output_from_own(b, o->r, j)
                                 : o->is_fixed[j]                 ? BK_OK
                                                                  : share_take(b, o->r, j);
        first = first != BK_OK ? first : status;
    }
    if (first != BK_OK)
        return first;
    while (floors_raise(b, o)) { /* what others give up may sink them under their own floor */
        absorbers_choose(b, o);
        BK_TRY(rest_absorb(b, o));
    }
    return BK_OK;
}

void
bki_balance_sum_trade(bki_balance *b, const double *tariff)
{
    const size_t N = b->n_regions, J = b->n_sectors;

    for (size_t r = 0; r < N; r++) {
        double exports = 0.0, imports = 0.0;
        b->revenue[r] = 0.0;
        for (size_t j = 0; j < J; j++) {
            double sold = 0.0, bought = 0.0, taxed = 0.0;
            for (size_t other = 0; other < N; other++) {
                const size_t in = bki_trade_at(b, j, r, other);
                sold += other == r ? 0.0 : b->trade[bki_trade_at(b, j, other, r)];
                bought += other == r ? 0.0 : b->trade[in];
                taxed += b->trade[in] * tariff[in];
            }
            b->exports[r * J + j] = sold;
            b->imports[r * J + j] = bought;
            b->expenditure[r * J + j] = b->trade[bki_trade_at(b, j, r, r)] + bought + taxed;
            b->revenue[r] += taxed;
            exports += sold;
            imports += bought;
        }
        b->deficit[r] = imports - exports;
    }
}

bk_status
bki_balance_output(bki_balance *b)
{
    const size_t  J = b->n_sectors;
    region_output o = {.is_fixed = BK_NEW(b->arena, bool, J), .absorbs = BK_NEW(b->arena, bool, J)};
    bk_status     first = BK_OK;

    BK_TRY(bk_arena_ok(b->arena));
    for (o.r = 0; o.r < b->n_regions; o.r++) {
        const bk_status status = region_settle(b, &o);
        first = first != BK_OK ? first : status;
        for (size_t j = 0; j < J; j++)
            b->trade[bki_trade_at(b, j, o.r, o.r)] = fmax(0.0, b->output[o.r * J + j] - b->exports[o.r * J + j]);
    }
    bki_balance_sum_trade(b, b->facts->tariff);
    return first;
}
