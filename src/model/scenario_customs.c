/* Customs at borders between members of a union.
 *
 * Where two countries come to share a customs union, the rows between them lose customs and take the times that rows
 * without customs have now: of the same mode and side inside that union, else of the same mode inside it, else of the
 * same mode anywhere; each time, share and spread is the median of those rows, and never more than the row's own. Where
 * there is no such row, inspections end and the time of a released vehicle stays.  Where two countries cease to share
 * one, the rows regain customs with the medians of the leaver's other rows of the same mode and side, else of all rows
 * with customs of that mode and side, and never less than their own.  Lanes and fees stay as they are.  These times are
 * estimates; rows given in a measure's `borders` replace them. */
#include "model/scenario.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

static const size_t timed[] = {offsetof(bk_border, control_hours), offsetof(bk_border, inspection_hours),
                               offsetof(bk_border, inspected_share), offsetof(bk_border, hours_sd),
                               offsetof(bk_border, service_hours)};

#define TIMED (sizeof timed / sizeof *timed)

static double *
field(bk_border *border, size_t offset)
{
    return (double *)(void *)((char *)border + offset);
}

static double
field_of(const bk_border *border, size_t offset)
{
    return *(const double *)(const void *)((const char *)border + offset);
}

/* What a row is compared with: how near another must be to be a reference. */
typedef struct reference {
    bool     customs;
    uint32_t mode;
    int      side;          /* bk_side, or -1: either */
    uint32_t customs_union; /* both countries in it in the base year, or BK_NONE: anywhere */
    uint32_t country;       /* at this country's border, or BK_NONE: anywhere */
} reference;

static bool
is_reference(const bki_edit *edit, const reference *wanted, const bk_border *border)
{
    const bool  *party = edit->before->party;
    const size_t n = edit->base->n_countries;

    if (border->customs != wanted->customs || border->mode != wanted->mode ||
        (wanted->side >= 0 && (int)border->side != wanted->side))
        return false;
    if (wanted->country != BK_NONE && border->from_country != wanted->country && border->to_country != wanted->country)
        return false;
    return wanted->customs_union == BK_NONE || (party[wanted->customs_union * n + border->from_country] &&
                                                party[wanted->customs_union * n + border->to_country]);
}

static int
compare_numbers(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The medians of the rows that are references; false if there are none. */
static bool
medians(const bki_edit *edit, const reference *wanted, double *values, double *out)
{
    const bk_network_data *network = &edit->base->network;
    size_t                 n = 0;

    for (size_t f = 0; f < TIMED; f++) {
        n = 0;
        for (size_t b = 0; b < network->n_borders; b++)
            if (is_reference(edit, wanted, &network->borders[b]))
                values[n++] = field_of(&network->borders[b], timed[f]);
        if (n == 0)
            return false;
        qsort(values, n, sizeof *values, compare_numbers);
        out[f] = 0.5 * (values[(n - 1) / 2] + values[n / 2]);
    }
    return true;
}

static void
drop_customs(const bki_edit *edit, bk_border *border, uint32_t customs_union, double *values)
{
    const reference tries[] = {{false, border->mode, (int)border->side, customs_union, BK_NONE},
                               {false, border->mode, -1, customs_union, BK_NONE},
                               {false, border->mode, -1, BK_NONE, BK_NONE}};
    double          median[TIMED];

    border->customs = false;
    for (size_t t = 0; t < sizeof tries / sizeof *tries; t++) {
        if (!medians(edit, &tries[t], values, median))
            continue;
        for (size_t f = 0; f < TIMED; f++)
            *field(border, timed[f]) = fmin(*field(border, timed[f]), median[f]);
        return;
    }
    border->inspected_share = 0.0;
}

static void
regain_customs(const bki_edit *edit, bk_border *border, uint32_t leaver, double *values)
{
    const reference tries[] = {{true, border->mode, (int)border->side, BK_NONE, leaver},
                               {true, border->mode, (int)border->side, BK_NONE, BK_NONE}};
    double          median[TIMED];

    border->customs = true;
    for (size_t t = 0; t < sizeof tries / sizeof *tries; t++) {
        if (!medians(edit, &tries[t], values, median))
            continue;
        for (size_t f = 0; f < TIMED; f++)
            *field(border, timed[f]) = fmax(*field(border, timed[f]), median[f]);
        return;
    }
}

static bool
left_a_union(const bki_edit *edit, size_t country)
{
    const bk_policy *policy = &edit->base->policy;

    for (size_t a = 0; a < policy->n_agreements; a++)
        if (policy->agreements[a].customs_union && edit->after->left[a * edit->base->n_countries + country])
            return true;
    return false;
}

bk_status
bki_apply_union_borders(bki_edit *edit)
{
    const bk_network_data *network = &edit->base->network;

    if (!edit->membership_changed)
        return BK_OK;
    double *values = BK_NEW(edit->scratch, double, network->n_borders);
    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t b = 0; b < network->n_borders; b++) {
        const uint32_t from = network->borders[b].from_country, to = network->borders[b].to_country;
        const uint32_t before = bki_shared_union(edit->before, from, to);
        const uint32_t after = bki_shared_union(edit->after, from, to);
        const bool     customs = network->borders[b].customs;
        const bool     drops = before == BK_NONE && after != BK_NONE && customs;
        const bool     regains = before != BK_NONE && after == BK_NONE && !customs;
        if (!drops && !regains)
            continue;
        bk_border *borders = bki_edit_borders(edit);
        BK_TRY(bk_arena_ok(edit->arena));
        if (drops)
            drop_customs(edit, &borders[b], after, values);
        else
            regain_customs(edit, &borders[b], left_a_union(edit, from) ? from : to, values);
    }
    return BK_OK;
}
