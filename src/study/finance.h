/* Who pays for works in an equilibrium. */
#ifndef STUDY_FINANCE_H
#define STUDY_FINANCE_H

#include "buckle/study.h"

/* Levy, works, works_share and transfer of the works `model` has built and the base has not, by a closure; all NULL
 * where nobody pays.  cost [n_regions] USD a year as in bki_works_cost, what nobody in the study finances in
 * `*unassigned`. */
bk_status bki_finance(bk_context *ctx, const bk_study *study, const bk_model *model, const bk_closure *closure,
                      bk_arena *arena, double *cost, double *unassigned, bk_trade_shock *out);

/* USD a year that left a region by a closure; < 0: received. */
double bki_paid(const bk_model *model, const bk_trade_shock *shock, size_t region);

#endif
