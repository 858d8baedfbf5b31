/* Lines of TNTP files: a comment runs from ~ to the end of its line. */
#include "io/tntp_lines.h"
#include "io/file.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK ((size_t)64 << 10)

bk_status
bki_tntp_lines_open(bki_tntp_lines *lines, bk_context *ctx, bk_arena *arena, const char *path)
{
    *lines = (bki_tntp_lines){.ctx = ctx, .arena = arena, .path = path, .file = -1, .capacity = BLOCK};
    lines->buffer = BK_NEW(arena, char, BLOCK);
    BK_TRY(bk_arena_ok(arena));
    bk_note_input(ctx, path);
    return bki_file_open(ctx, path, path, &lines->file);
}

void
bki_tntp_lines_close(bki_tntp_lines *lines)
{
    if (lines->file >= 0)
        close(lines->file);
    lines->file = -1;
}

/* Moves what is left to the front of the buffer, which grows if a line fills it, and reads on. */
static bk_status
refill(bki_tntp_lines *lines)
{
    const size_t left = lines->end - lines->begin;

    if (left == lines->capacity) {
        char *grown = BK_NEW(lines->arena, char, 2 * lines->capacity);
        BK_TRY(bk_arena_ok(lines->arena));
        memcpy(grown, lines->buffer + lines->begin, left);
        lines->buffer = grown;
        lines->capacity *= 2;
    } else if (left > 0) {
        memmove(lines->buffer, lines->buffer + lines->begin, left);
    }
    lines->begin = 0;
    lines->end = left;
    return bki_file_read_some(lines->ctx, lines->file, lines->path, lines->buffer + left, lines->capacity - left,
                              &lines->end, &lines->at_end);
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/* Sets text and length from raw. */
static void
strip_line(bki_tntp_lines *lines)
{
    const char *start = lines->raw, *end = start + lines->raw_length;
    const char *comment = memchr(start, '~', lines->raw_length);

    if (comment != NULL)
        end = comment;
    while (start < end && is_blank(*start))
        start++;
    while (start < end && is_blank(end[-1]))
        end--;
    lines->text = start;
    lines->length = (size_t)(end - start);
}

bk_status
bki_tntp_lines_next(bki_tntp_lines *lines, bool *more)
{
    for (;;) {
        const char *start = lines->buffer + lines->begin;
        const char *end = memchr(start, '\n', lines->end - lines->begin);
        if (end == NULL && !lines->at_end) {
            BK_TRY(refill(lines));
            continue;
        }
        if (end == NULL && lines->begin == lines->end) {
            *more = false;
            return BK_OK;
        }
        lines->raw = start;
        lines->raw_length = end != NULL ? (size_t)(end - start) : lines->end - lines->begin;
        lines->begin += lines->raw_length + (end != NULL);
        lines->line++;
        strip_line(lines);
        if (lines->length > 0) {
            *more = true;
            return BK_OK;
        }
    }
}

bk_status
bki_tntp_fail(const bki_tntp_lines *lines, bk_status code, const char *at, const char *hint, const char *format, ...)
{
    char    message[512];
    va_list arguments;
    int     column = 1;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    for (const char *c = lines->raw; at != NULL && c < at; c++)
        column += ((unsigned char)*c & 0xc0) != 0x80; /* bytes that go on a character of UTF-8 are not counted */
    return bk_fail_at(lines->ctx, code, lines->path, lines->line, at != NULL ? column : 0, hint, "%s", message);
}

bool
bki_tntp_tag(const bki_tntp_lines *lines, const char **key, size_t *key_length, const char **value,
             size_t *value_length)
{
    const char *end = lines->text + lines->length;
    const char *close = lines->text[0] == '<' ? memchr(lines->text, '>', lines->length) : NULL;

    if (close == NULL)
        return false;
    *key = lines->text + 1;
    *key_length = (size_t)(close - *key);
    *value = close + 1;
    while (*value < end && is_blank(**value))
        ++*value;
    *value_length = (size_t)(end - *value);
    return true;
}

const char *
bki_tntp_word(const char **at, const char *end, const char *stops, size_t *length)
{
    while (*at < end && is_blank(**at))
        ++*at;
    const char *start = *at;
    while (*at < end && !is_blank(**at) && strchr(stops, **at) == NULL)
        ++*at;
    *length = (size_t)(*at - start);
    return start;
}
