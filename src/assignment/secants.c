/* Acceleration of a fixed-point iteration by its own history (Anderson 1965, Walker & Ni 2011). */
#include "assignment/secants.h"
#include "base/cholesky.h"

#include <string.h>

void
bki_secants_init(bki_secants *secants, size_t n, bk_arena *arena)
{
    *secants = (bki_secants){.n = n, .last_u = BK_NEW(arena, double, n), .last_step = BK_NEW(arena, double, n)};
    for (size_t i = 0; i < BKI_SECANTS; i++) {
        secants->du[i] = BK_NEW(arena, double, n);
        secants->ds[i] = BK_NEW(arena, double, n);
    }
}

void
bki_secants_forget(bki_secants *secants)
{
    secants->count = 0;
    secants->primed = false;
}

/* Differences to the last point become the newest; the oldest gives its room. */
static void
remember(bki_secants *secants, const double *u, const double *step)
{
    if (secants->primed) {
        double *du = secants->du[BKI_SECANTS - 1], *ds = secants->ds[BKI_SECANTS - 1];
        memmove(secants->du + 1, secants->du, (BKI_SECANTS - 1) * sizeof *secants->du);
        memmove(secants->ds + 1, secants->ds, (BKI_SECANTS - 1) * sizeof *secants->ds);
        secants->du[0] = du;
        secants->ds[0] = ds;
        for (size_t a = 0; a < secants->n; a++) {
            du[a] = u[a] - secants->last_u[a];
            ds[a] = step[a] - secants->last_step[a];
        }
        secants->count += secants->count < BKI_SECANTS;
    }
    memcpy(secants->last_u, u, secants->n * sizeof *u);
    memcpy(secants->last_step, step, secants->n * sizeof *step);
    secants->primed = true;
}

static double
weighted_dot(size_t n, const double *weight, const double *x, const double *y)
{
    double sum = 0.0;

    for (size_t a = 0; a < n; a++)
        sum += weight[a] * x[a] * y[a];
    return sum;
}

void
bki_secants_use(bki_secants *secants, const double *weight, const double *u, double *step)
{
    double gram[BKI_SECANTS * BKI_SECANTS], gamma[BKI_SECANTS];

    remember(secants, u, step);
    const size_t m = secants->count;
    for (size_t i = 0; i < m; i++) {
        gamma[i] = weighted_dot(secants->n, weight, secants->ds[i], step);
        for (size_t k = 0; k <= i; k++)
            gram[i * m + k] = weighted_dot(secants->n, weight, secants->ds[i], secants->ds[k]);
        gram[i * m + i] *= 1.0 + 1e-12; /* steps that became parallel are combined, not told apart */
    }
    if (!bki_cholesky_factor(m, gram)) {
        secants->count = 0;
        return;
    }
    bki_cholesky_solve(m, gram, gamma);
    for (size_t i = 0; i < m; i++)
        for (size_t a = 0; a < secants->n; a++)
            step[a] -= gamma[i] * (secants->du[i][a] + secants->ds[i][a]);
}
