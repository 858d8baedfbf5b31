/* Failures that are an answer of one state and not the end of the whole question. */
#ifndef STUDY_FAILURE_H
#define STUDY_FAILURE_H

#include "buckle/base.h"

static inline bool
bki_is_no_equilibrium(bk_status status)
{
    return status == BK_ERR_NOT_CONVERGED || status == BK_ERR_NO_SOLUTION || status == BK_ERR_NO_PATH;
}

#endif
