/* Times as ISO 8601 writes them. */
#include "io/trips.h"

#include <math.h>
#include <stdio.h>

#define SECONDS_PER_DAY 86400.0

/* Days since 1970-01-01 of a date of the Gregorian calendar after the year 0; years from March, eras of 400 years
 * (Richards 2013). */
static int64_t
days_of_date(int64_t year, int month, int day)
{
    const int64_t y = month <= 2 ? year - 1 : year, era = y / 400, of_era = y - era * 400;
    const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void
date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
    const int64_t shifted = days + 719468, era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    const int64_t of_era = shifted - era * 146097;
    const int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    const int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2);
}

/* `n` digits at *at, within [least, most]. */
static bool
take_digits(const char **at, const char *end, int n, int least, int most, int *out)
{
    *out = 0;
    for (int i = 0; i < n; i++, (*at)++) {
        if (*at == end || **at < '0' || **at > '9')
            return false;
        *out = *out * 10 + (**at - '0');
    }
    return *out >= least && *out <= most;
}

static bool
take(const char **at, const char *end, char c)
{
    const bool is_there = *at < end && **at == c;

    *at += is_there;
    return is_there;
}

static bool
take_date(const char **at, const char *end, double *time)
{
    int     year, month, day;
    int64_t y;
    int     m, d;

    if (!take_digits(at, end, 4, 1900, 2200, &year) || !take(at, end, '-') || !take_digits(at, end, 2, 1, 12, &month) ||
        !take(at, end, '-') || !take_digits(at, end, 2, 1, 31, &day))
        return false;
    const int64_t days = days_of_date(year, month, day);
    date_of_days(days, &y, &m, &d);
    *time = (double)days * SECONDS_PER_DAY;
    return y == year && m == month && d == day; /* 31 June is no day */
}

static bool
take_clock(const char **at, const char *end, double *time)
{
    int    hour, minute, second = 0;
    double part = 0.0;

    if (!take_digits(at, end, 2, 0, 23, &hour) || !take(at, end, ':') || !take_digits(at, end, 2, 0, 59, &minute))
        return false;
    if (take(at, end, ':') && !take_digits(at, end, 2, 0, 60, &second))
        return false;
    if (take(at, end, '.') || take(at, end, ','))
        for (double unit = 0.1; *at < end && **at >= '0' && **at <= '9'; (*at)++, unit /= 10.0)
            part += unit * (**at - '0');
    *time += 3600.0 * hour + 60.0 * minute + second + part;
    return true;
}

static bool
take_zone(const char **at, const char *end, int32_t *offset, bool *has_zone)
{
    int hours, minutes = 0;

    *offset = 0;
    *has_zone = *at < end;
    if (!*has_zone || take(at, end, 'Z') || take(at, end, 'z'))
        return true;
    const int sign = take(at, end, '+') ? 1 : take(at, end, '-') ? -1 : 0;
    if (sign == 0 || !take_digits(at, end, 2, 0, 14, &hours))
        return false;
    if (*at < end && (take(at, end, ':'), !take_digits(at, end, 2, 0, 59, &minutes)))
        return false;
    *offset = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool
bki_zone_parse(const char *text, size_t length, int32_t *offset)
{
    const char *at = text, *end;
    bool        has_zone;

    if (length == 0) /* text may be NULL */
        return false;
    end = text + length;
    return take_zone(&at, end, offset, &has_zone) && at == end;
}

bool
bk_time_parse(const char *text, size_t length, double *time, int32_t *offset, bool *has_zone)
{
    const char *at = text, *end = length > 0 ? text + length : text; /* text may be NULL where there is none */

    if (!take_date(&at, end, time) || (!take(&at, end, 'T') && !take(&at, end, 't') && !take(&at, end, ' ')) ||
        !take_clock(&at, end, time))
        return false;
    while (take(&at, end, ' '))
        ;
    if (!take_zone(&at, end, offset, has_zone) || at != end)
        return false;
    *time -= *offset;
    return true;
}

void
bk_time_text(double time, int32_t offset, char *text)
{
    const double minutes = floor((time + offset) / 60.0 + 0.5), days = floor(minutes / 1440.0);
    const int    of_day = (int)(minutes - 1440.0 * days), zone = (offset < 0 ? -offset : offset) / 60;
    int64_t      year;
    int          month, day;

    date_of_days((int64_t)days, &year, &month, &day);
    snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d%c%02d:%02d", (int)(year % 10000), month, day, of_day / 60, of_day % 60,
             offset < 0 ? '-' : '+', zone / 60 % 100, zone % 60);
}
