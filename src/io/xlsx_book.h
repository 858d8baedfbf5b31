/* What the sheets of a workbook share. */
#ifndef IO_XLSX_BOOK_H
#define IO_XLSX_BOOK_H

#include "io/text.h"
#include "io/xlsx_part.h"
#include "io/xlsx_read.h"

typedef struct bki_book {
    bk_context  *ctx;
    bk_arena    *arena; /* of what is given out */
    bk_arena    *scratch;
    bki_archive  archive;
    bool         counts_from_1904; /* days, as workbooks of old Macs do */
    size_t       n_sheets, sheet_capacity;
    const char **names;     /* [n_sheets] */
    const char **relations; /* [n_sheets] ids */
    size_t       n_links, link_capacity;
    const char *(*links)[3]; /* [n_links] id, type, part */
    size_t       n_strings, string_capacity;
    const char **strings; /* [n_strings] shared by cells */
    size_t       n_formats, format_capacity;
    uint32_t    *date_formats; /* [n_formats] ids of number formats that show days or times */
    size_t       n_styles, style_capacity;
    bool        *is_date; /* [n_styles] */
    bki_text     text;    /* of the element that is being read */
    int          in_text, in_phonetic;
    bool         in_styles;
} bki_book;

/* Everything but the sheets themselves. */
bk_status   bki_book_read(bki_book *book);
const char *bki_book_part(const bki_book *book, size_t sheet); /* NULL: the sheet is none of cells */

/* One sheet's cells; `part` of the archive. */
bk_status bki_sheet_read(bki_book *book, const char *part, bki_sheet *out);

/* Text between `t` elements, pronunciation left out: what strings and cells have in common. */
void bki_book_text_open(bki_book *book, const char *name);
void bki_book_text_close(bki_book *book, const char *name);
void bki_book_text_take(bki_book *book, const char *bytes, size_t n);

#endif
