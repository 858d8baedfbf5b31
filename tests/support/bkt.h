/* What every test needs: cmocka, and a comparison in double precision (cmocka 1.1.5 compares floats as float). */
#ifndef BKT_H
#define BKT_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline int
bkt_is_close(double actual, double expected, double rel, double abs)
{
    if (!isfinite(actual) || !isfinite(expected))
        return actual == expected;
    return fabs(actual - expected) <= abs + rel * fabs(expected);
}

/* Passes if |actual - expected| <= abs + rel |expected|; a NaN never passes, infinities only if equal. */
#define bkt_close(actual, expected, rel, abs)                                                                          \
    do {                                                                                                               \
        const double bkt_a_ = (actual), bkt_e_ = (expected);                                                           \
        if (!bkt_is_close(bkt_a_, bkt_e_, (rel), (abs)))                                                               \
            fail_msg("%s is %.17g, expected %.17g (difference %.3g)", #actual, bkt_a_, bkt_e_, bkt_a_ - bkt_e_);       \
    } while (0)

/* The folder of the reference data, or NULL: the test then skips and says so. */
static inline const char *
bkt_shared(void)
{
    static char path[4096];
    const char *given = getenv("BUCKLE_SHARED"), *root = getenv("BUCKLE_ROOT");
    snprintf(path, sizeof path, "%s%s", given ? given : root ? root : ".", given ? "" : "/../shared");
    FILE *probe;
    char  file[4200];
    snprintf(file, sizeof file, "%s/data/cp2015/README.md", path);
    if ((probe = fopen(file, "r")) == NULL)
        return NULL;
    fclose(probe);
    return path;
}

#define bkt_skip_without_shared()                                                                                      \
    do {                                                                                                               \
        if (bkt_shared() == NULL) {                                                                                    \
            print_message("# skipped: reference data absent (BUCKLE_SHARED)\n");                                       \
            skip();                                                                                                    \
        }                                                                                                              \
    } while (0)

#endif
