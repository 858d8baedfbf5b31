/* Sobol's digital net, before it is scrambled. */
#ifndef RISK_SOBOL_H
#define RISK_SOBOL_H

#include "buckle/risk.h"

enum { BKI_SOBOL_BITS = 32, BKI_SOBOL_DEGREE = 11 };

typedef struct bki_sobol_numbers {
    uint16_t polynomial;
    uint16_t first[BKI_SOBOL_DEGREE]; /* odd, first[k] < 2^(k+1); as many as the polynomial's degree */
} bki_sobol_numbers;

extern const bki_sobol_numbers bki_sobol_table[BK_SOBOL_DIMENSIONS - 1]; /* of dimensions 2, 3, ... */

/* The direction numbers of one dimension (0 is the first), the most significant bit of each to the left. */
void bki_sobol_directions(size_t dimension, uint32_t direction[BKI_SOBOL_BITS]);

/* Coordinate of point `index` < 2^32 as a binary fraction of 32 digits. */
uint32_t bki_sobol_digits(const uint32_t direction[BKI_SOBOL_BITS], uint64_t index);

#endif
