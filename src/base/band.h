/* Sparse square systems whose entries lie near the diagonal: Gaussian elimination with row exchange inside the band. */
#ifndef BASE_BAND_H
#define BASE_BAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Row-major by rows: entry (r, c) stands at a[r * stride + c - r + below], for |c - r| <= below or, right of the
 * diagonal, up to 2 below, where exchanges put them. */
typedef struct bki_band {
    size_t    n, below; /* rows; entries left and right of the diagonal at most */
    size_t    stride;   /* 3 below + 1 */
    double   *a;        /* [n][stride] as the system's */
    uint32_t *row;      /* [n] rows exchanged */
} bki_band;

static inline double *
bki_band_at(const bki_band *band, size_t r, size_t c)
{
    return &band->a[r * band->stride + c + band->below - r];
}

/* False where the matrix is singular. */
bool bki_band_factor(bki_band *band);
/* A x = b and A' x = b in place. */
void bki_band_solve(const bki_band *band, double *x);
void bki_band_solve_transposed(const bki_band *band, double *x);

/* An order of n vertices in which neighbours stay near one another (Cuthill & McKee 1969, reversed): order [n] and its
 * inverse place [n]; rows of neighbours from first [n + 1] into neighbour.  Returns the widest distance of two
 * neighbours. */
size_t bki_band_order(size_t n, const uint32_t *first, const uint32_t *neighbour, uint32_t *order, uint32_t *place);

#endif
