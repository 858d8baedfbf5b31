/* Distances on the globe. */
#include "buckle/base.h"

#include <math.h>

#define EARTH_RADIUS_KM 6371.0088 /* mean, IUGG */

double
bk_great_circle_km(double lon_a, double lat_a, double lon_b, double lat_b)
{
    const double radian = M_PI / 180.0;
    const double s = sin(0.5 * radian * (lat_b - lat_a)), t = sin(0.5 * radian * (lon_b - lon_a));

    return 2.0 * EARTH_RADIUS_KM * asin(fmin(1.0, sqrt(s * s + cos(radian * lat_a) * cos(radian * lat_b) * t * t)));
}
