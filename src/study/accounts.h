/* Money by economy that the equilibrium itself does not move: what transit pays, what works cost. */
#ifndef STUDY_ACCOUNTS_H
#define STUDY_ACCOUNTS_H

#include "buckle/study.h"

/* Transit revenue of a state, cost of the works `model` has built and the base has not, and the net present value of
 * the two numbers that are certain: gain and cost; `net` gains have the cost taken off already.  `unassigned` USD a
 * year of the works that nobody in the study finances. */
bk_status bki_accounts(bk_context *ctx, const bk_joint_base *base, const bk_model *base_model, const bk_model *model,
                       const bk_joint_solution *solution, bool net, bk_arena *arena, bk_accounts *out,
                       double *unassigned);

/* by_country [n_countries] t/yr: tonnes of which each country asks, or could ask, its toll on transit. */
bk_status bki_tolled_tonnes(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                            const bk_joint_solution *solution, bk_arena *scratch, double *by_country);

/* cost [n_regions] USD a year: each financing party's share of every project built in `model` and not in `base`, as an
 * annuity over the project's life at the study's discount rate, with its upkeep.  Returns the part, USD a year, that no
 * party of the study finances. */
double bki_works_cost(const bk_model *base, const bk_model *model, double *cost);

/* Adds `usd` of a country to its regions, by value added; false if no region is of that country. */
bool bki_add_to_country(const bk_model *model, uint32_t country, double usd, double *by_region /* [n_regions] */);

#endif
