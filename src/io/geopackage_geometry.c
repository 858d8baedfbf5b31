/* OGC GeoPackage 1.3, clause 2.1.3: a header, an envelope for lines, and well-known binary (ISO 13249-3),
 * little-endian. */
#include "io/geopackage.h"

#include <string.h>

#define FLAG_LITTLE_ENDIAN 1
#define FLAG_ENVELOPE_XY   (1 << 1)
#define WKB_POINT          1
#define WKB_LINE           2
#define WGS_84             4326

enum { HEADER_SIZE = 8, ENVELOPE_SIZE = 4 * 8, POINT_SIZE = 16, WKB_HEAD_SIZE = 5, COUNT_SIZE = 4 };

static size_t
row_points(const bk_table *table, size_t row)
{
    return table->first_point[row + 1] - table->first_point[row];
}

size_t
bki_geometry_size(const bk_table *table, size_t row)
{
    const size_t n = row_points(table, row);

    if (n == 0)
        return 0;
    if (table->geometry == BK_GEOMETRY_POINT)
        return HEADER_SIZE + WKB_HEAD_SIZE + POINT_SIZE;
    return HEADER_SIZE + ENVELOPE_SIZE + WKB_HEAD_SIZE + COUNT_SIZE + n * POINT_SIZE;
}

static unsigned char *
put_u32(unsigned char *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        *to++ = (unsigned char)(value >> 8 * i);
    return to;
}

static unsigned char *
put_double(unsigned char *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        *to++ = (unsigned char)(bits >> 8 * i);
    return to;
}

bool
bki_geometry_bounds(const bk_table *table, size_t first, size_t end, double bounds[4])
{
    if (first == end)
        return false;
    for (int axis = 0; axis < 2; axis++)
        bounds[axis] = bounds[axis + 2] = table->lon_lat[2 * first + (size_t)axis];
    for (size_t i = first; i < end; i++)
        for (int axis = 0; axis < 2; axis++) {
            const double x = table->lon_lat[2 * i + (size_t)axis];
            bounds[axis] = x < bounds[axis] ? x : bounds[axis];
            bounds[axis + 2] = x > bounds[axis + 2] ? x : bounds[axis + 2];
        }
    return true;
}

void
bki_geometry_encode(const bk_table *table, size_t row, unsigned char *bytes)
{
    const size_t   first = table->first_point[row], end = table->first_point[row + 1];
    const bool     is_line = table->geometry == BK_GEOMETRY_LINE;
    unsigned char *to = bytes;
    double         bounds[4];

    *to++ = 'G';
    *to++ = 'P';
    *to++ = 0; /* version 1 */
    *to++ = FLAG_LITTLE_ENDIAN | (is_line ? FLAG_ENVELOPE_XY : 0);
    to = put_u32(to, WGS_84);
    if (is_line && bki_geometry_bounds(table, first, end, bounds)) {
        to = put_double(to, bounds[0]);
        to = put_double(to, bounds[2]);
        to = put_double(to, bounds[1]);
        to = put_double(to, bounds[3]);
    }
    *to++ = 1; /* little-endian */
    to = put_u32(to, is_line ? WKB_LINE : WKB_POINT);
    if (is_line)
        to = put_u32(to, (uint32_t)(end - first));
    for (size_t i = 2 * first; i < 2 * end; i++)
        to = put_double(to, table->lon_lat[i]);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static uint32_t
get_u32(const unsigned char *from, bool is_little)
{
    uint32_t value = 0;

    for (int i = 0; i < 4; i++)
        value |= (uint32_t)from[i] << 8 * (is_little ? i : 3 - i);
    return value;
}

static double
get_double(const unsigned char *from, bool is_little)
{
    uint64_t bits = 0;
    double   value;

    for (int i = 0; i < 8; i++)
        bits |= (uint64_t)from[i] << 8 * (is_little ? i : 7 - i);
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Bytes before the well-known binary; 0: no header of a geometry. */
static size_t
header_size(const unsigned char *bytes, size_t n)
{
    static const size_t envelopes[] = {0, 4, 6, 6, 8}; /* numbers, by the flags' code */
    const unsigned char code = n >= HEADER_SIZE ? bytes[3] >> 1 & 7 : 7;

    if (code > 4 || bytes[0] != 'G' || bytes[1] != 'P')
        return 0;
    return HEADER_SIZE + 8 * envelopes[code];
}

bool
bki_geometry_decode(bk_geometry geometry, const unsigned char *bytes, size_t n, size_t *n_points, double *lon_lat)
{
    const bool   is_line = geometry == BK_GEOMETRY_LINE;
    const size_t header = header_size(bytes, n), head = header + WKB_HEAD_SIZE + (is_line ? COUNT_SIZE : 0);

    *n_points = 0;
    if (header == 0)
        return false;
    if (bytes[3] >> 4 & 1) /* an empty geometry */
        return true;
    if (n < head)
        return false;
    const bool   is_little = bytes[header] == 1;
    const size_t count = is_line ? get_u32(bytes + header + WKB_HEAD_SIZE, is_little) : 1;
    if (get_u32(bytes + header + 1, is_little) != (is_line ? WKB_LINE : WKB_POINT) || (n - head) / POINT_SIZE < count)
        return false;
    *n_points = count;
    for (size_t i = 0; lon_lat != NULL && i < 2 * count; i++)
        lon_lat[i] = get_double(bytes + head + 8 * i, is_little);
    return true;
}
