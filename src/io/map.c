#include "io/map.h"

#include <math.h>

#define RADIAN 0.017453292519943295
#define MARGIN 0.05 /* of the frame, on each side */

static double
half_tangent(double lat)
{
    return tan(0.5 * (90.0 + lat) * RADIAN);
}

/* To the plane of the projection, north up; the sphere's radius is 1. */
static void
project(const bki_map *map, double lon, double lat, double *x, double *y)
{
    double away = lon - map->middle_lon;

    if (!map->is_cone) {
        *x = away * RADIAN * map->cosine;
        *y = lat * RADIAN;
        return;
    }
    away -= 360.0 * round(away / 360.0);
    const double distance = map->radius / pow(half_tangent(fmin(fmax(lat, -60.0), 89.0)), map->exponent);
    *x = distance * sin(map->exponent * away * RADIAN);
    *y = -distance * cos(map->exponent * away * RADIAN);
}

static void
choose_projection(bki_map *map, const double low[2], const double high[2])
{
    const double sixth = (high[1] - low[1]) / 6.0, south = low[1] + sixth, north = high[1] - sixth;

    map->middle_lon = 0.5 * (low[0] + high[0]);
    map->cosine = cos(0.5 * (low[1] + high[1]) * RADIAN);
    map->is_cone = low[1] > 2.0 && high[1] < 85.0 && high[0] - low[0] <= 150.0;
    if (!map->is_cone)
        return;
    map->exponent = north - south < 0.1 ? sin(south * RADIAN)
                                        : log(cos(south * RADIAN) / cos(north * RADIAN)) /
                                              log(half_tangent(north) / half_tangent(south));
    map->radius = cos(south * RADIAN) * pow(half_tangent(south), map->exponent) / map->exponent;
}

bki_map
bki_map_make(size_t n, const double (*lon_lat)[2], double left, double top, double width, double height)
{
    bki_map map = {.scale = 1.0, .left = left, .top = top, .width = width, .height = height};
    double  low[2] = {INFINITY, INFINITY}, high[2] = {-INFINITY, -INFINITY};

    for (size_t i = 0; i < n; i++)
        for (int axis = 0; axis < 2; axis++) {
            low[axis] = fmin(low[axis], lon_lat[i][axis]);
            high[axis] = fmax(high[axis], lon_lat[i][axis]);
        }
    choose_projection(&map, low, high);
    double least[2] = {INFINITY, INFINITY}, most[2] = {-INFINITY, -INFINITY};
    for (size_t i = 0; i < n; i++) {
        double at[2];
        project(&map, lon_lat[i][0], lon_lat[i][1], &at[0], &at[1]);
        for (int axis = 0; axis < 2; axis++) {
            least[axis] = fmin(least[axis], at[axis]);
            most[axis] = fmax(most[axis], at[axis]);
        }
    }
    const double span_x = fmax(most[0] - least[0], 1e-3), span_y = fmax(most[1] - least[1], 1e-3);
    map.scale = (1.0 - 2.0 * MARGIN) * fmin(width / span_x, height / span_y);
    map.shift_x = left + 0.5 * width - map.scale * 0.5 * (least[0] + most[0]);
    map.shift_y = top + 0.5 * height + map.scale * 0.5 * (least[1] + most[1]);
    return map;
}

void
bki_map_place(const bki_map *map, double lon, double lat, double *x, double *y)
{
    double plane_x, plane_y;

    project(map, lon, lat, &plane_x, &plane_y);
    *x = map->shift_x + map->scale * plane_x;
    *y = map->shift_y - map->scale * plane_y;
}

int
bki_map_turns(const bki_map *map)
{
    return map->is_cone ? 0 : 1;
}
