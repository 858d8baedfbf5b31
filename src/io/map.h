/* The plane of a map: Lambert's conformal cone fitted to the places shown. */
#ifndef IO_MAP_H
#define IO_MAP_H

#include <stdbool.h>
#include <stddef.h>

/* Degrees to points.  The cone has its standard parallels one sixth inside the southern and northern ends of what is
 * shown (Snyder, 1987, equations 15-1 to 15-5, on the sphere); what lies on both sides of the equator or is wider than
 * 150 degrees has the plate carree of its middle latitude instead. */
typedef struct bki_map {
    bool   is_cone;
    double exponent, radius, middle_lon, cosine; /* of the projection */
    double scale, shift_x, shift_y;              /* to points */
    double left, top, width, height;             /* points */
} bki_map;

/* Fitted so that all [n] places, longitude and latitude, lie inside the frame with a margin. */
bki_map bki_map_make(size_t n, const double (*lon_lat)[2], double left, double top, double width, double height);
/* On a plate carree, longitudes 360 degrees apart are different places: what may lie across its edge is drawn once for
 * each turn from -most to most. */
int  bki_map_turns(const bki_map *map); /* most: 0 for a cone */
void bki_map_place(const bki_map *map, double lon, double lat, double *x, double *y);

#endif
