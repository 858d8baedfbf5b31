/* Tolls that countries ask of transit. */
#include "model/scenario.h"

#include <math.h>
#include <string.h>

static bki_at
at(const bk_transit_toll *toll)
{
    return (bki_at){toll->file, toll->line, toll->column};
}

static void
set_toll(bki_edit *edit, const bk_transit_toll *row, double *toll, bool *given)
{
    const uint32_t country = bk_model_find_country(edit->base, row->country);

    if (country == BK_NONE) {
        bki_edit_fault(edit, BK_ERR_REFERENCE, at(row), "name a country of network/node.csv",
                       "there is no country '%s' in the study", row->country);
        return;
    }
    if (!(row->usd_per_tonne >= 0.0) || !isfinite(row->usd_per_tonne))
        bki_edit_fault(edit, BK_ERR_VALUE, at(row),
                       "close a way for good with close:", "the toll of %s is %g USD a tonne, it must be 0 or more",
                       row->country, row->usd_per_tonne);
    else if (given[country] && (row->usd_per_tonne < toll[country] || row->usd_per_tonne > toll[country]))
        bki_edit_fault(edit, BK_ERR_CONFLICT, at(row), "leave one of them out",
                       "the toll of %s is %g USD a tonne here and %g in another row", row->country, row->usd_per_tonne,
                       toll[country]);
    else
        toll[country] = row->usd_per_tonne;
    given[country] = true;
}

bk_status
bki_apply_tolls(bki_edit *edit)
{
    const size_t n = edit->base->n_countries;
    size_t       n_tolls = 0;

    for (size_t m = 0; m < edit->n_measures; m++)
        n_tolls += edit->measures[m]->n_tolls;
    if (n_tolls == 0)
        return BK_OK;
    double *toll = BK_NEW(edit->arena, double, n);
    bool   *given = BK_NEW(edit->scratch, bool, n);
    BK_TRY(bk_arena_ok(edit->arena));
    BK_TRY(bk_arena_ok(edit->scratch));
    if (edit->base->transit_toll != NULL)
        memcpy(toll, edit->base->transit_toll, n * sizeof *toll);
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_tolls; i++)
            set_toll(edit, &edit->measures[m]->tolls[i], toll, given);
    edit->model->transit_toll = toll;
    return BK_OK;
}
