#include "trade/anderson.h"

#include "base/clones.h"
#include "trade/kernel.h"

#include <math.h>

static const double INDEPENDENT = 1e-12; /* squared sine of the angle to the span of newer differences */

bk_status
bki_anderson_create(bki_anderson *accelerator, size_t length, size_t depth, bk_arena *arena)
{
    *accelerator =
        (bki_anderson){.length = length, .depth = depth < BKI_ANDERSON_MAX_DEPTH ? depth : BKI_ANDERSON_MAX_DEPTH};
    accelerator->last_f = BK_NEW(arena, double, length);
    accelerator->last_g = BK_NEW(arena, double, length);
    accelerator->delta_f = BK_NEW(arena, double, accelerator->depth *length);
    accelerator->delta_g = BK_NEW(arena, double, accelerator->depth *length);
    return bk_arena_ok(arena);
}

void
bki_anderson_restart(bki_anderson *accelerator)
{
    accelerator->count = 0;
    accelerator->has_last = false;
}

/* The residual of this iterate and the differences from the last one. */
BKI_CLONES static void
take_differences(size_t length, const double *restrict u, const double *restrict g, double *restrict last_f,
                 double *restrict last_g, double *restrict delta_f, double *restrict delta_g)
{
    for (size_t i = 0; i < length; i++) {
        const double f = g[i] - u[i];
        delta_f[i] = f - last_f[i];
        delta_g[i] = g[i] - last_g[i];
        last_f[i] = f;
        last_g[i] = g[i];
    }
}

BKI_CLONES static void
subtract_multiple(size_t length, double weight, const double *restrict x, double *restrict y)
{
    for (size_t i = 0; i < length; i++)
        y[i] -= weight * x[i];
}

/* Least squares min |f - sum_a weight[a] delta_f[a]| by Cholesky of the Gram matrix, columns scaled to length 1, newest
 * first; a column that depends on newer ones gets weight 0. */
static void
combination(const bki_anderson *accelerator, size_t n, const size_t *place, const double *projection, double *weight)
{
    double lower[BKI_ANDERSON_MAX_DEPTH][BKI_ANDERSON_MAX_DEPTH], scale[BKI_ANDERSON_MAX_DEPTH];
    bool   used[BKI_ANDERSON_MAX_DEPTH];

    for (size_t a = 0; a < n; a++) {
        const double square = accelerator->gram[place[a]][place[a]];
        scale[a] = square > 0.0 ? 1.0 / sqrt(square) : 0.0;
        for (size_t b = 0; b < a; b++) {
            double x = accelerator->gram[place[a]][place[b]] * scale[a] * scale[b];
            for (size_t c = 0; c < b; c++)
                x -= lower[a][c] * lower[b][c];
            lower[a][b] = used[b] ? x / lower[b][b] : 0.0;
        }
        double pivot = scale[a] > 0.0 ? 1.0 : 0.0;
        for (size_t c = 0; c < a; c++)
            pivot -= lower[a][c] * lower[a][c];
        used[a] = pivot > INDEPENDENT;
        lower[a][a] = used[a] ? sqrt(pivot) : 1.0;
    }
    for (size_t a = 0; a < n; a++) {
        double x = projection[a] * scale[a];
        for (size_t c = 0; c < a; c++)
            x -= lower[a][c] * weight[c];
        weight[a] = used[a] ? x / lower[a][a] : 0.0;
    }
    for (size_t a = n; a-- > 0;) {
        double x = weight[a];
        for (size_t c = a + 1; c < n; c++)
            x -= lower[c][a] * weight[c];
        weight[a] = used[a] ? x / lower[a][a] : 0.0;
    }
    for (size_t a = 0; a < n; a++)
        weight[a] *= scale[a];
}

void
bki_anderson_step(bki_anderson *accelerator, const double *g, double *u)
{
    const size_t length = accelerator->length, depth = accelerator->depth;
    size_t       place[BKI_ANDERSON_MAX_DEPTH];
    double       projection[BKI_ANDERSON_MAX_DEPTH], weight[BKI_ANDERSON_MAX_DEPTH];
    const size_t next = depth > 0 ? (accelerator->newest + 1) % depth : 0;

    if (depth == 0 || !accelerator->has_last) {
        for (size_t i = 0; i < length; i++) {
            accelerator->last_f[i] = g[i] - u[i];
            accelerator->last_g[i] = u[i] = g[i];
        }
        accelerator->has_last = true;
        return;
    }
    take_differences(length, u, g, accelerator->last_f, accelerator->last_g, accelerator->delta_f + next * length,
                     accelerator->delta_g + next * length);
    accelerator->newest = next;
    accelerator->count += accelerator->count < depth;
    for (size_t a = 0; a < accelerator->count; a++) {
        place[a] = (next + depth - a) % depth;
        const double *column = accelerator->delta_f + place[a] * length;
        const double  product = bki_dot(length, accelerator->delta_f + next * length, column);
        accelerator->gram[next][place[a]] = accelerator->gram[place[a]][next] = product;
        projection[a] = bki_dot(length, accelerator->last_f, column);
    }
    combination(accelerator, accelerator->count, place, projection, weight);
    for (size_t i = 0; i < length; i++)
        u[i] = g[i];
    for (size_t a = 0; a < accelerator->count; a++)
        if (weight[a] != 0.0)
            subtract_multiple(length, weight[a], accelerator->delta_g + place[a] * length, u);
}
