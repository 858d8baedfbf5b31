/* Anderson's (1965) acceleration of u <- u + step(u): what the last few steps tell of the next. */
#ifndef ASSIGNMENT_SECANTS_H
#define ASSIGNMENT_SECANTS_H

#include "buckle/base.h"

enum { BKI_SECANTS = 5 };

typedef struct bki_secants {
    size_t  n, count;                          /* length; how many differences are held */
    bool    primed;                            /* last_u and last_step hold a point */
    double *last_u, *last_step;                /* [n] ratio */
    double *du[BKI_SECANTS], *ds[BKI_SECANTS]; /* differences of points and of their steps, newest first */
} bki_secants;

void bki_secants_init(bki_secants *secants, size_t n, bk_arena *arena); /* see bk_arena_ok */
void bki_secants_forget(bki_secants *secants);
/* Takes in the point and its step, then improves the step: the combination of past points whose step is least in the
 * norm sqrt(sum weight x^2). */
void bki_secants_use(bki_secants *secants, const double *weight, const double *u, double *step);

#endif
