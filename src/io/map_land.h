/* The ground a map is drawn on. */
#ifndef IO_MAP_LAND_H
#define IO_MAP_LAND_H

#include <stddef.h>
#include <stdint.h>

#define BKI_LAND_END 9999

extern const int16_t bki_land[]; /* [bki_land_count] tenths of a degree, see map_land.c */
extern const size_t  bki_land_count;

#endif
