/* Anderson acceleration of a fixed point u = g(u) (Anderson 1965; Walker & Ni 2011): the next iterate is the
 * combination of the last ones whose residuals g(u) - u, combined alike, are smallest in the Euclidean norm. */
#ifndef TRADE_ANDERSON_H
#define TRADE_ANDERSON_H

#include "buckle/base.h"

enum { BKI_ANDERSON_MAX_DEPTH = 20 };

typedef struct bki_anderson {
    size_t  length; /* of an iterate, a multiple of BKI_LANES */
    size_t  depth;  /* differences kept at most */
    size_t  count;  /* differences kept now */
    size_t  newest; /* place of the last one in the ring */
    bool    has_last;
    double *last_f, *last_g;                                      /* [length] residual and image of the last iterate */
    double *delta_f, *delta_g;                                    /* [depth][length] their differences */
    double  gram[BKI_ANDERSON_MAX_DEPTH][BKI_ANDERSON_MAX_DEPTH]; /* of delta_f */
} bki_anderson;

bk_status bki_anderson_create(bki_anderson *accelerator, size_t length, size_t depth, bk_arena *arena);

/* Forgets the past. */
void bki_anderson_restart(bki_anderson *accelerator);

/* From the iterate `u` and its image `g`, the next iterate into `u`. */
void bki_anderson_step(bki_anderson *accelerator, const double *g, double *u);

#endif
