/* Accounts of transit, by corridor and country. */
#ifndef STUDY_TRANSIT_H
#define STUDY_TRANSIT_H

#include "buckle/study.h"

/* Of one state of a study with a network; arrays held by `arena`. */
bk_status bki_transit(bk_context *ctx, const bk_joint_base *base, const bk_model *model,
                      const bk_joint_solution *solution, bk_arena *arena, const bk_transit **out);

#endif
