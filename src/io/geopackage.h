/* The parts of a GeoPackage that are not SQL. */
#ifndef IO_GEOPACKAGE_H
#define IO_GEOPACKAGE_H

#include "buckle/results.h"
#include "io/text.h"

/* Bytes of the geometry of a row, and the bytes themselves (GeoPackage 1.3, clause 2.1.3); 0 for a row without any. */
size_t bki_geometry_size(const bk_table *table, size_t row);
void   bki_geometry_encode(const bk_table *table, size_t row, unsigned char *bytes);

/* The positions of such bytes, [*n_points][2] into `lon_lat`, or their number alone where that is NULL; false: they are
 * no geometry of this kind. */
bool bki_geometry_decode(bk_geometry geometry, const unsigned char *bytes, size_t n, size_t *n_points, double *lon_lat);

/* [min lon, min lat, max lon, max lat] of points [first, end); false if there are none. */
bool bki_geometry_bounds(const bk_table *table, size_t first, size_t end, double bounds[4]);

/* A layer's style as QGIS 3 reads it: colour classes by style_colour, widths by style_width, units in the aliases. */
void bki_style_qml(bk_arena *scratch, const bk_table *table, bki_text *qml);

/* Limits of classes that hold about as many values each. */
#define BKI_MOST_CLASSES 6
typedef struct bki_classes {
    size_t n;                          /* 0: the column has no values */
    double edge[BKI_MOST_CLASSES + 1]; /* [n + 1] ascending; the class i is edge[i] to edge[i + 1] */
    int rank[BKI_MOST_CLASSES]; /* [n] place on the scale, 0 lowest; 0 to 2 below zero and 3 to 5 above on a two-sided
                                   one */
    bool is_two_sided;          /* there are values on both sides of zero: classes are symmetric about it */
} bki_classes;

/* NULL-free copies are made in `scratch`; out->n stays 0 if memory is short. */
void bki_classes_find(bk_arena *scratch, const bk_table *table, const bk_column *column, bki_classes *out);

#endif
