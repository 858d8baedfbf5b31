/* Rival tolls in the making. */
#ifndef STUDY_TOLLS_H
#define STUDY_TOLLS_H

#include "buckle/tolls.h"

/* Sentences and tables of tolls that are found. */
bk_status bki_tolls_say(bk_arena *arena, bk_tolls *tolls);
bk_status bki_tolls_record(bk_context *ctx, bk_arena *arena, bk_tolls *tolls);

#endif
