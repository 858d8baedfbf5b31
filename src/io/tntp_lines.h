/* The lines of a TNTP file, read as a stream, without comments and blanks at either end. */
#ifndef IO_TNTP_LINES_H
#define IO_TNTP_LINES_H

#include "buckle/base.h"

typedef struct bki_tntp_lines {
    bk_context *ctx;
    bk_arena   *arena;
    const char *path;
    int         file;
    char       *buffer;               /* [capacity] */
    size_t      capacity, begin, end; /* the next line starts at `begin`, what has been read stops at `end` */
    bool        at_end;
    int         line; /* 1-based number of the current line */
    const char *raw;  /* [raw_length] the current line as it stands, for columns */
    const char *text; /* [length] the same without comment, blanks and line end; length 0 never */
    size_t      raw_length, length;
} bki_tntp_lines;

/* BK_ERR_FILE, or BK_ERR_NO_MEMORY.  Close it whatever happens later. */
bk_status bki_tntp_lines_open(bki_tntp_lines *lines, bk_context *ctx, bk_arena *arena, const char *path);
void      bki_tntp_lines_close(bki_tntp_lines *lines);
/* The next line that is not empty; `*more` false at the end of the file. */
bk_status bki_tntp_lines_next(bki_tntp_lines *lines, bool *more);
/* A fault at a place of the current line: file, line, column in characters. */
bk_status bki_tntp_fail(const bki_tntp_lines *lines, bk_status code, const char *at, const char *hint,
                        const char *format, ...) __attribute__((format(printf, 5, 6)));

/* `<KEY> value` at the current line; false if it is no such line. */
bool bki_tntp_tag(const bki_tntp_lines *lines, const char **key, size_t *key_length, const char **value,
                  size_t *value_length);

/* The next word from *at, up to blanks or one of `stops`, which are left; length 0: none. */
const char *bki_tntp_word(const char **at, const char *end, const char *stops, size_t *length);

#endif
