/* Rows for every region filled in where a region has none of its own. */
#include "study/balance.h"

#include <string.h>

#define OWN_OF_EXPORTS 0.15 /* where own_sales.csv says nothing */
#define OWN_OF_IMPORTS 0.10

/* The first of the four that is known: region and sector, region, sector, all. */
static double
own_rule(const bki_facts *f, size_t rule, size_t r, size_t j, double otherwise)
{
    const size_t width = f->n_sectors + 1;
    const size_t places[4] = {r * width + j, r * width + f->n_sectors, f->n_regions * width + j,
                              f->n_regions * width + f->n_sectors};

    for (size_t p = 0; p < 4; p++)
        if (f->own[rule][places[p]] >= 0.0)
            return f->own[rule][places[p]];
    return otherwise;
}

static bk_status
technology_fill(bki_facts *f)
{
    const size_t J = f->n_sectors, n = J * J;
    bk_status    first = BK_OK;

    for (size_t r = 0; r < f->n_regions; r++) {
        if (f->has_technology[r])
            continue;
        if (f->has_technology[f->n_regions])
            memcpy(f->technology + r * n, f->technology + f->n_regions * n, n * sizeof *f->technology);
        else
            first = bk_fail_hint(f->ctx, BK_ERR_INCONSISTENT,
                                 "give its rows in balance/technology.csv, or rows for every region (*)",
                                 "the technology of %s is not known", f->region_names[r]);
    }
    return first;
}

bk_status
bki_facts_arrange(bki_facts *f, bk_balance_facts *out)
{
    const size_t N = f->n_regions, J = f->n_sectors;
    double      *own[3];

    for (size_t k = 0; k < 3; k++)
        own[k] = BK_NEW(f->arena, double, N *J);
    BK_TRY(bk_arena_ok(f->arena));
    for (size_t r = 0; r < N; r++)
        for (size_t j = 0; j < J; j++) {
            for (size_t k = 0; k < 3; k++)
                if (f->account[k][r * J + j] < 0.0)
                    f->account[k][r * J + j] = f->account[k][N * J + j];
            own[0][r * J + j] = own_rule(f, 0, r, j, OWN_OF_EXPORTS);
            own[1][r * J + j] = own_rule(f, 1, r, j, OWN_OF_IMPORTS);
            own[2][r * J + j] = own_rule(f, 2, r, j, 0.0);
        }
    BK_TRY(technology_fill(f));
    *out = (bk_balance_facts){
        N,       J,           f->region_names, f->sector_names, f->traded,     f->value_added, f->pair_total, f->trade,
        f->seed, f->share[0], f->share[1],     f->account[0],   f->account[1], f->account[2],  f->technology, f->tariff,
        own[0],  own[1],      own[2],          f->n_cuts,       f->cuts};
    return BK_OK;
}
