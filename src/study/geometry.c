/* Great circles by spherical interpolation: p(t) = (sin((1 - t) d) a + sin(t d) b) / sin d, d the angle between a and
 * b. */
#include "study/geometry.h"

#include <math.h>

static const double degree = 0.017453292519943295; /* pi / 180 */

static void
to_unit(const double lon_lat[2], double unit[3])
{
    const double lon = lon_lat[0] * degree, lat = lon_lat[1] * degree;

    unit[0] = cos(lat) * cos(lon);
    unit[1] = cos(lat) * sin(lon);
    unit[2] = sin(lat);
}

size_t
bki_great_circle(const double from[2], const double to[2], double (*point)[2])
{
    const double radius_km = 6371.0, step_km = 300.0;
    double       a[3], b[3];

    to_unit(from, a);
    to_unit(to, b);
    const double cross[3] = {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    const double sine = sqrt(cross[0] * cross[0] + cross[1] * cross[1] + cross[2] * cross[2]);
    const double angle = atan2(sine, a[0] * b[0] + a[1] * b[1] + a[2] * b[2]);
    const double wanted = ceil(angle * radius_km / step_km);
    /* Places that are the same, or opposite so that every great circle joins them, get the straight line. */
    const size_t n_steps = sine < 1e-9 || wanted < 1.0    ? 1
                           : wanted > BKI_MOST_POINTS - 1 ? BKI_MOST_POINTS - 1
                                                          : (size_t)wanted;

    point[0][0] = from[0], point[0][1] = from[1];
    for (size_t s = 1; s <= n_steps; s++) {
        const double t = (double)s / (double)n_steps;
        double       lon = to[0], lat = to[1];
        if (s < n_steps) {
            const double wa = sin((1.0 - t) * angle) / sine, wb = sin(t * angle) / sine;
            lon = atan2(wa * a[1] + wb * b[1], wa * a[0] + wb * b[0]) / degree;
            lat = atan2(wa * a[2] + wb * b[2], hypot(wa * a[0] + wb * b[0], wa * a[1] + wb * b[1])) / degree;
        }
        const double turn = lon - point[s - 1][0];
        point[s][0] = turn > 180.0 ? lon - 360.0 : turn < -180.0 ? lon + 360.0 : lon;
        point[s][1] = lat;
    }
    return n_steps + 1;
}
