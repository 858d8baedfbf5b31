/* The few inputs that explain most of an answer, from fewer draws than a line through all of them would take. */
#include "buckle/risk.h"

#include <math.h>
#include <string.h>

/* Of an input's variance left beside those taken before: less is rounding, and the input one of them again. */
static const double SOMETHING_NEW = 1e-9;

typedef struct search {
    size_t  n, n_inputs;
    double *x;     /* [n_inputs][n] centred, and orthogonal to the inputs taken */
    double *whole; /* [n_inputs] sum of squares of the input, centred */
    double *left;  /* [n] answer, centred, less what the inputs taken explain */
    bool   *taken; /* [n_inputs] */
} search;

static double
dot(const double *a, const double *b, size_t n)
{
    double sum = 0.0;

    for (size_t k = 0; k < n; k++)
        sum += a[k] * b[k];
    return sum;
}

static void
centre(double *x, size_t n)
{
    const double mean = bk_sum(x, n) / (double)n;

    for (size_t k = 0; k < n; k++)
        x[k] -= mean;
}

/* Sum of squares of what is left that one input more would explain. */
static double
explained_by(const search *s, size_t i)
{
    const double *x = s->x + i * s->n, own = dot(x, x, s->n), with = dot(x, s->left, s->n);

    return own > SOMETHING_NEW * s->whole[i] ? with * with / own : 0.0;
}

static size_t
best_of(const search *s, double *explained, size_t *n_candidates)
{
    size_t best = 0;

    *explained = 0.0;
    *n_candidates = 0;
    for (size_t i = 0; i < s->n_inputs; i++) {
        if (s->taken[i] || s->whole[i] <= 0.0)
            continue;
        const double sum = explained_by(s, i);
        (*n_candidates)++;
        if (sum > *explained) {
            best = i;
            *explained = sum;
        }
    }
    return best;
}

/* Takes what the input explains out of the answer, and the input out of the others. */
static void
take(search *s, size_t i)
{
    const double *x = s->x + i * s->n, own = dot(x, x, s->n), slope = dot(x, s->left, s->n) / own;

    s->taken[i] = true;
    for (size_t k = 0; k < s->n; k++)
        s->left[k] -= slope * x[k];
    for (size_t j = 0; j < s->n_inputs; j++) {
        if (s->taken[j])
            continue;
        double      *other = s->x + j * s->n;
        const double share = dot(x, other, s->n) / own;
        for (size_t k = 0; k < s->n; k++)
            other[k] -= share * x[k];
    }
}

/* The r^2 of two unrelated normal samples is beta(1/2, (n - 2)/2); each input taken costs a degree of freedom. */
static double
chance_of(double r2, double freedom, size_t n_candidates)
{
    return fmin((double)n_candidates * bk_beta_cdf(0.5 * freedom, 0.5, fmax(1.0 - r2, 0.0)), 1.0);
}

static size_t
select_inputs(search *s, size_t most, bk_mover *out)
{
    const double whole = dot(s->left, s->left, s->n);
    size_t       n_taken = 0, n_candidates;
    double       explained;

    while (n_taken < most) {
        const double rest = dot(s->left, s->left, s->n), freedom = (double)s->n - 2.0 - (double)n_taken;
        const size_t best = best_of(s, &explained, &n_candidates);
        if (freedom < 1.0 || !(explained > SOMETHING_NEW * whole))
            break;
        out[n_taken++] = (bk_mover){best, explained / whole, chance_of(explained / rest, freedom, n_candidates)};
        take(s, best);
    }
    return n_taken;
}

bk_status
bk_movers(bk_context *ctx, const double *input, const double *answer, size_t n, size_t n_inputs, size_t most,
          bk_mover *out, size_t *n_out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    search          s = {.n = n,
                         .n_inputs = n_inputs,
                         .x = BK_NEW(&scratch, double, n_inputs *n + 1),
                         .whole = BK_NEW(&scratch, double, n_inputs + 1),
                         .left = BK_NEW(&scratch, double, n + 1),
                         .taken = BK_NEW(&scratch, bool, n_inputs + 1)};
    const bk_status status = bk_arena_ok(&scratch);
    *n_out = 0;
    if (status == BK_OK && n > 0) {
        memcpy(s.left, answer, n * sizeof *answer);
        centre(s.left, n);
        for (size_t i = 0; i < n_inputs; i++) {
            for (size_t k = 0; k < n; k++)
                s.x[i * n + k] = input[k * n_inputs + i];
            centre(s.x + i * n, n);
            s.whole[i] = dot(s.x + i * n, s.x + i * n, n);
        }
        *n_out = select_inputs(&s, most, out);
    }
    bk_arena_release(&scratch);
    return status;
}
