/* What changes between two texts, by lines. */
#ifndef SERVER_DIFF_H
#define SERVER_DIFF_H

#include "buckle/base.h"

/* A unified difference with three lines around each change; "" where the two are the same. */
bk_status bki_diff(const char *before, const char *after, const char *name, bk_arena *arena, const char **out);

#endif
