/* Text that grows, and numbers as text. */
#ifndef IO_TEXT_H
#define IO_TEXT_H

#include "buckle/base.h"

typedef struct bki_text { /* zero but for the arena; grows by doubling, what it outgrows stays with the arena */
    bk_arena *arena;
    char     *bytes; /* [length] terminated; NULL while empty */
    size_t    length, capacity;
    bool      has_failed; /* memory was short; whatever is appended later is dropped */
} bki_text;

void bki_text_append(bki_text *text, const char *bytes, size_t n);
/* NULL, in what is added or escaped, is a text for which memory was short: has_failed. */
void bki_text_add(bki_text *text, const char *terminated);
void bki_text_format(bki_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void bki_text_xml(bki_text *text, const char *terminated); /* escaped for element content and quoted attributes */

void bki_text_quoted(bki_text *text, const char *terminated); /* as RFC 4180 quotes a cell, between `"` and doubled */
void bki_text_cell(bki_text *text, const char *terminated);   /* a cell of CSV, quoted where it must be */
void bki_text_json(bki_text *text, const char *terminated);   /* a string of JSON, between `"` */

/* Writes the text to a file on its way and empties it, once it holds `least` bytes. */
struct bki_replacement;
bk_status bki_text_flush(bk_context *ctx, bki_text *text, const struct bki_replacement *to, size_t least);
#define BKI_BLOCK ((size_t)64 << 10) /* worth writing at once */

#define BKI_NUMBER_SIZE 32

/* A finite number with 17 significant digits, enough to read the same bits back, with a point in any locale. */
size_t bki_number_text(char text[BKI_NUMBER_SIZE], double number);

#endif
