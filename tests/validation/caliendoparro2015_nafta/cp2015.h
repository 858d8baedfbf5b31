/* The reference data of Caliendo & Parro (2015) as an economy, read straight from their files. */
#ifndef CP2015_H
#define CP2015_H

#include "bkt_trade.h"

enum { CP_REGIONS = 31, CP_SECTORS = 40, CP_CELLS = CP_SECTORS * CP_REGIONS * CP_REGIONS };

typedef struct cp2015 {
    bk_economy  economy;
    const char *folder;
    bk_region   regions[CP_REGIONS];
    bk_sector   sectors[CP_SECTORS];
    char        names[CP_REGIONS][4];
    double      trade[CP_CELLS], tariff_1993[CP_CELLS], tariff_2005[CP_CELLS]; /* [sector][importer][exporter] */
    double      value_added_share[CP_REGIONS * CP_SECTORS], final_share[CP_REGIONS * CP_SECTORS];
    double      input_share[CP_REGIONS * CP_SECTORS * CP_SECTORS];
} cp2015;

/* Owned by the arena. */
const cp2015 *cp2015_read(bk_arena *arena);

size_t cp2015_region(const cp2015 *cp, const char *name);

/* A table of numbers with a header line and a first column of names: cell [row][column after the first]. */
double *cp2015_table(const cp2015 *cp, const char *file, size_t n_rows, size_t n_columns, bk_arena *arena);

#endif
