/* Two rules.  Alone: what each measure brings by itself; what their being together adds or takes away is left over.
 * Shapley (1953): the mean over all orders in which the measures could come of what each adds when it comes; nothing is
 * left over, and every set of measures has to be solved. */
#include "study/attribution.h"
#include "buckle/appraisal.h"

size_t
bki_attribution_sets(bk_attribution rule, size_t n_measures)
{
    if (n_measures < 2 || rule == BK_ATTRIBUTION_NONE)
        return 0;
    return rule == BK_ATTRIBUTION_SHAPLEY ? ((size_t)1 << n_measures) - 2 : n_measures;
}

/* By Shapley's rule the set's number, less the empty set, is its members in bits. */
void
bki_attribution_set(bk_attribution rule, size_t n_measures, size_t set, bool *chosen)
{
    for (size_t m = 0; m < n_measures; m++)
        chosen[m] = rule == BK_ATTRIBUTION_SHAPLEY ? (set + 1) >> m & 1 : m == set;
}

static void
split_alone(size_t n_measures, size_t n_regions, const double *whole, const double *worth, double *part)
{
    for (size_t m = 0; m < n_measures; m++)
        for (size_t n = 0; n < n_regions; n++)
            part[m * n_regions + n] = n_measures == 1 ? whole[n] : worth[m * n_regions + n];
}

static bk_status
split_shapley(bk_context *ctx, size_t n_measures, size_t n_regions, const double *whole, const double *worth,
              double *part)
{
    const size_t n_sets = (size_t)1 << n_measures;
    bk_arena     scratch;
    bk_status    status;

    bk_arena_init(&scratch, ctx);
    double *of_set = BK_NEW(&scratch, double, n_sets), *value = BK_NEW(&scratch, double, n_measures);
    status = bk_arena_ok(&scratch);
    for (size_t n = 0; status == BK_OK && n < n_regions; n++) {
        of_set[0] = 0.0;
        for (size_t set = 1; set + 1 < n_sets; set++)
            of_set[set] = worth[(set - 1) * n_regions + n];
        of_set[n_sets - 1] = whole[n];
        status = bk_shapley(ctx, n_measures, of_set, value);
        for (size_t m = 0; status == BK_OK && m < n_measures; m++)
            part[m * n_regions + n] = value[m];
    }
    bk_arena_release(&scratch);
    return status;
}

bk_status
bki_attribution_split(bk_context *ctx, bk_attribution rule, size_t n_measures, size_t n_regions, const double *whole,
                      const double *worth, double *part, double *interaction)
{
    if (rule == BK_ATTRIBUTION_SHAPLEY && n_measures > 1)
        BK_TRY(split_shapley(ctx, n_measures, n_regions, whole, worth, part));
    else
        split_alone(n_measures, n_regions, whole, worth, part);
    for (size_t n = 0; n < n_regions; n++) {
        interaction[n] = n_measures == 1 ? 0.0 : whole[n];
        for (size_t m = 0; n_measures > 1 && m < n_measures; m++)
            interaction[n] -= part[m * n_regions + n];
    }
    return BK_OK;
}
