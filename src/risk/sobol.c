/* Sobol's sequence: Bratley & Fox (1988), algorithm 659, in the natural order of points. */
#include "risk/sobol.h"

void
bki_sobol_directions(size_t dimension, uint32_t direction[BKI_SOBOL_BITS])
{
    if (dimension == 0) { /* van der Corput's sequence */
        for (int k = 0; k < BKI_SOBOL_BITS; k++)
            direction[k] = UINT32_C(1) << (BKI_SOBOL_BITS - 1 - k);
        return;
    }
    const bki_sobol_numbers *numbers = &bki_sobol_table[dimension - 1];
    const int                degree = 31 - __builtin_clz(numbers->polynomial);
    for (int k = 0; k < degree; k++)
        direction[k] = (uint32_t)numbers->first[k] << (BKI_SOBOL_BITS - 1 - k);
    for (int k = degree; k < BKI_SOBOL_BITS; k++) {
        direction[k] = direction[k - degree] ^ (direction[k - degree] >> degree);
        for (int i = 1; i < degree; i++)
            if (numbers->polynomial >> (degree - i) & 1)
                direction[k] ^= direction[k - i];
    }
}

uint32_t
bki_sobol_digits(const uint32_t direction[BKI_SOBOL_BITS], uint64_t index)
{
    uint32_t digits = 0;

    for (int k = 0; index != 0; k++, index >>= 1)
        if (index & 1)
            digits ^= direction[k];
    return digits;
}
