/* Values of one state, and their rows. */
#ifndef STUDY_MARGINS_H
#define STUDY_MARGINS_H

#include "buckle/margins.h"

#include "study/run.h"
#include "study/table.h"

/* Values and facilities of margins->solution; model, scenario, base and solution are given.  Names are held by `arena`,
 * values by `scratch`. */
bk_status bki_margins_fill(bk_context *ctx, bk_margins *margins, bk_arena *scratch, bk_arena *arena);

/* tables_values.c: room for `capacity` rows; check bk_arena_ok before writing. */
bki_table *bki_values_table(const bk_economy *economy, size_t capacity, bk_arena *arena);
void       bki_values_put(const bk_margins *margins, bki_table *table);

#endif
