#include "io/csv_stream.h"

#define BLOCK ((size_t)64 << 10) /* written at once */

bk_status
bki_csv_stream_begin(bk_context *ctx, bk_arena *arena, const char *path, const char *header, bki_csv_stream *out)
{
    *out = (bki_csv_stream){.ctx = ctx, .text = {.arena = arena}};
    BK_TRY(bki_replace_begin(ctx, arena, path, &out->replacement));
    bki_text_add(&out->text, header);
    bki_text_add(&out->text, "\n");
    return BK_OK;
}

static void
start_cell(bki_csv_stream *stream)
{
    if (stream->in_row)
        bki_text_add(&stream->text, ",");
    stream->in_row = true;
}

void
bki_csv_stream_text(bki_csv_stream *stream, const char *cell)
{
    start_cell(stream);
    bki_text_cell(&stream->text, cell);
}

void
bki_csv_stream_number(bki_csv_stream *stream, double cell)
{
    char number[BKI_NUMBER_SIZE];

    start_cell(stream);
    bki_text_append(&stream->text, number, bki_number_text(number, cell));
}

static bk_status
flush(bki_csv_stream *stream, size_t least)
{
    if (stream->text.has_failed)
        return bk_arena_ok(stream->text.arena);
    if (stream->text.length < least)
        return BK_OK;
    BK_TRY(bki_replace_write(stream->ctx, &stream->replacement, stream->text.bytes, stream->text.length));
    stream->text.length = 0;
    return BK_OK;
}

bk_status
bki_csv_stream_end_row(bki_csv_stream *stream)
{
    bki_text_add(&stream->text, "\n");
    stream->in_row = false;
    return flush(stream, BLOCK);
}

bk_status
bki_csv_stream_end(bki_csv_stream *stream)
{
    const bk_status status = flush(stream, 1);

    if (status == BK_OK)
        return bki_replace_commit(stream->ctx, &stream->replacement);
    bki_replace_abandon(&stream->replacement);
    return status;
}

void
bki_csv_stream_abandon(bki_csv_stream *stream)
{
    bki_replace_abandon(&stream->replacement);
}
