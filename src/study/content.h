/* What a study's answers are a function of, beside what is asked. */
#ifndef STUDY_CONTENT_H
#define STUDY_CONTENT_H

#include "buckle/study.h"

/* A hash of the program's own sources and of every CSV and YAML file in the study's folder, but for the facts, which no
 * run reads. */
bk_status bki_study_content(bk_context *ctx, const bk_study *study, uint64_t *out);

#endif
