/* Lines on the globe. */
#ifndef STUDY_GEOMETRY_H
#define STUDY_GEOMETRY_H

#include <stddef.h>

#define BKI_MOST_POINTS 66 /* of one line */

/* Points of the great circle between two places, about one each 300 km, into point [BKI_MOST_POINTS][2] degrees;
 * returns how many. A line over the 180th meridian goes on past it (longitude 190 or -190), so that it stays in one
 * piece. */
size_t bki_great_circle(const double from[2], const double to[2], double (*point)[2]);

#endif
