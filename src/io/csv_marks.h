/* Where in a stretch of CSV something may end: the fast part of reading it. */
#ifndef IO_CSV_MARKS_H
#define IO_CSV_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Positions, in order, of every delimiter, quote and control character (line ends among them) in text [from, to), into
 * marks [to - from + BKI_MARKS_SLACK]; returns how many.  Sets *is_ascii to false if a byte is 128 or more. */
size_t bki_csv_marks(const char *text, size_t from, size_t to, char delimiter, uint32_t *marks, bool *is_ascii);

#define BKI_MARKS_SLACK 8 /* places past the last mark that may be scribbled on */

#endif
