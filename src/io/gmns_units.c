/* Units of GMNS: free text in config.csv, read by the names in use. */
#include "io/gmns.h"

#include <string.h>
#include <strings.h>

typedef struct unit {
    const char *name; /* lower case, letters alone */
    double      value;
} unit;

static const unit lengths[] = {
    {"km", 1.0},         {"kms", 1.0},       {"kilometer", 1.0}, {"kilometers", 1.0}, {"kilometre", 1.0},
    {"kilometres", 1.0}, {"m", 1e-3},        {"meter", 1e-3},    {"meters", 1e-3},    {"metre", 1e-3},
    {"metres", 1e-3},    {"mi", 1.609344},   {"mile", 1.609344}, {"miles", 1.609344}, {"ft", 3.048e-4},
    {"foot", 3.048e-4},  {"feet", 3.048e-4},
};

static const unit speeds[] = {
    {"kmh", 1.0},
    {"kmph", 1.0},
    {"kph", 1.0},
    {"kmhr", 1.0},
    {"kmhour", 1.0},
    {"kilometersperhour", 1.0},
    {"kilometresperhour", 1.0},
    {"mph", 1.609344},
    {"mih", 1.609344},
    {"mihr", 1.609344},
    {"mileshour", 1.609344},
    {"milesperhour", 1.609344},
    {"ms", 3.6},
    {"mps", 3.6},
    {"meterspersecond", 3.6},
    {"metrespersecond", 3.6},
    {"fts", 1.09728},
    {"fps", 1.09728},
};

static double
find_unit(const unit *units, size_t n, const char *text, size_t length)
{
    char   letters[32];
    size_t n_letters = 0;

    for (size_t i = 0; i < length && n_letters < sizeof letters - 1; i++) {
        const char c = text[i];
        if (c >= 'A' && c <= 'Z')
            letters[n_letters++] = (char)(c - 'A' + 'a');
        else if (c >= 'a' && c <= 'z')
            letters[n_letters++] = c;
    }
    letters[n_letters] = '\0';
    for (size_t u = 0; u < n; u++)
        if (strcmp(units[u].name, letters) == 0)
            return units[u].value;
    return 0.0;
}

double
bki_gmns_length_unit(const char *text, size_t length)
{
    return find_unit(lengths, sizeof lengths / sizeof *lengths, text, length);
}

double
bki_gmns_speed_unit(const char *text, size_t length)
{
    return find_unit(speeds, sizeof speeds / sizeof *speeds, text, length);
}

bool
bki_gmns_has_use(const char *uses, const char *use)
{
    const size_t length = strlen(use);

    for (const char *at = uses; *at != '\0'; at += *at == ',') {
        at += strspn(at, " \t");
        const size_t n = strcspn(at, ",");
        size_t       used = n;
        while (used > 0 && at[used - 1] == ' ')
            used--;
        if (used == length && strncasecmp(at, use, length) == 0)
            return true;
        at += n;
    }
    return false;
}

const char *
bki_gmns_length_name(double km)
{
    for (size_t u = 0; u < sizeof lengths / sizeof *lengths; u++)
        if (lengths[u].value == km)
            return lengths[u].name;
    return NULL;
}
