/* CSV cell by cell, for tables too long to be held. */
#ifndef IO_CSV_STREAM_H
#define IO_CSV_STREAM_H

#include "io/file.h"
#include "io/text.h"

typedef struct bki_csv_stream {
    bk_context     *ctx;
    bki_replacement replacement;
    bki_text        text; /* not yet written */
    bool            in_row;
} bki_csv_stream;

/* `header`: its cells, joined by commas.  End or abandon it whatever happens later. */
bk_status bki_csv_stream_begin(bk_context *ctx, bk_arena *arena, const char *path, const char *header,
                               bki_csv_stream *out);
void      bki_csv_stream_text(bki_csv_stream *stream, const char *cell);
void      bki_csv_stream_number(bki_csv_stream *stream, double cell); /* finite, 17 significant digits */
bk_status bki_csv_stream_end_row(bki_csv_stream *stream);
bk_status bki_csv_stream_end(bki_csv_stream *stream); /* the file takes its place */
void      bki_csv_stream_abandon(bki_csv_stream *stream);

#endif
