/* How a scenario's gain is laid to its measures: which sets of measures have to be solved, and how their worths are
 * split. */
#ifndef STUDY_ATTRIBUTION_H
#define STUDY_ATTRIBUTION_H

#include "buckle/study.h"

/* Sets of measures to solve beside nothing and the whole; each set is chosen[n_measures].  None if there is but one
 * measure, since it is the whole. */
size_t bki_attribution_sets(bk_attribution rule, size_t n_measures);
void   bki_attribution_set(bk_attribution rule, size_t n_measures, size_t set, bool *chosen /* [n_measures] */);

/* part [n_measures][n_regions] and what is left, from whole [n_regions] and worth [n_sets][n_regions], all in the same
 * unit; doing nothing is worth 0.  For every region the parts and the interaction add up to the whole. */
bk_status bki_attribution_split(bk_context *ctx, bk_attribution rule, size_t n_measures, size_t n_regions,
                                const double *whole, const double *worth, double *part, double *interaction);

#endif
