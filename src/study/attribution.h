/* How a scenario's gain is laid to its measures: which sets of measures have to be solved, and how their worths are
 * split. Another rule of attribution is another pair of these two functions. */
#ifndef STUDY_ATTRIBUTION_H
#define STUDY_ATTRIBUTION_H

#include "buckle/base.h"

/* Sets of measures to solve beside the whole; each set is chosen[n_measures].  Here: every measure alone; none if there
 * is but one, since it is the whole. */
size_t bki_attribution_sets(size_t n_measures);
void   bki_attribution_set(size_t n_measures, size_t set, bool *chosen /* [n_measures] */);

/* part [n_measures][n_regions] and what is left, from whole [n_regions] and worth [n_sets][n_regions], all in the same
 * unit.  For every region the parts and the interaction add up to the whole. */
void bki_attribution_split(size_t n_measures, size_t n_regions, const double *whole, const double *worth, double *part,
                           double *interaction);

#endif
