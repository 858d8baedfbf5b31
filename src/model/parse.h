/* Texts of cells to values, independent of the locale.  All take a text that need not be terminated. */
#ifndef MODEL_PARSE_H
#define MODEL_PARSE_H

#include "buckle/base.h"

typedef struct bki_text { /* part of a longer text, not terminated */
    const char *start;
    size_t      length;
} bki_text;

/* Without blanks at either end. */
bki_text bki_trim(const char *text, size_t length);
/* The next word of `*rest`, which moves behind it; length 0: no more. */
bki_text bki_next_word(bki_text *rest);
bool     bki_text_is(bki_text text, const char *word);

/* A finite decimal number, correctly rounded to the nearest double: [+-] digits [. digits] [e [+-] digits]. */
bool bki_parse_number(const char *text, size_t length, double *out);
/* A whole number of at most nine digits, as a double. */
bool bki_parse_integer(const char *text, size_t length, double *out);
/* 0/1, y/n, yes/no, t/f, true/false, in any case, as 0 or 1. */
bool bki_parse_flag(const char *text, size_t length, double *out);
/* yyyy-mm-dd, a day of the Gregorian calendar, as yyyymmdd. */
bool bki_parse_date(const char *text, size_t length, double *out);

#endif
