/* What belongs where: codes of a download to regions and sectors of the study, as the user's files say. */
#ifndef IO_CONCORDANCE_H
#define IO_CONCORDANCE_H

#include "io/csv.h"

typedef struct bki_concordance {
    bk_names *codes;   /* as in the file */
    bk_names *targets; /* regions or sectors, in order of appearance */
    uint32_t *target;  /* [capacity] of each code */
    size_t    capacity;
    size_t    longest; /* code, bytes */
} bki_concordance;

/* A file of two columns named `from` (alternatives set apart by `|`) and `to`.  BK_ERR_DUPLICATE where a code has two
 * targets; everything is recorded. */
bk_status bki_concordance_read(bk_context *ctx, bki_csv *csv, const char *path, const char *from, const char *to,
                               bk_arena *arena, bki_concordance *out);

/* The target of a code, or BK_NONE. */
uint32_t bki_concordance_find(const bki_concordance *concordance, const char *code, size_t length);

/* The target of the longest listed beginning of a code, or BK_NONE. */
uint32_t bki_concordance_find_start(const bki_concordance *concordance, const char *code, size_t length);

#endif
