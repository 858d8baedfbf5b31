/* UTF-8: where it is not, and how many characters a stretch of it holds. */
#ifndef IO_UTF8_H
#define IO_UTF8_H

#include <stddef.h>

/* Offset of the first byte that starts no valid character of Unicode, or n (RFC 3629: no surrogates, nothing overlong).
 */
size_t bki_utf8_fault(const char *text, size_t n);

/* Characters in valid UTF-8. */
size_t bki_utf8_count(const char *text, size_t n);

/* The longest start of at most `limit` bytes that cuts no character in two. */
size_t bki_utf8_cut(const char *text, size_t n, size_t limit);

#endif
