#include "io/text.h"
#include "io/file.h"
#include "io/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FIRST_CAPACITY ((size_t)1 << 10)

static bool
text_make_room(bki_text *text, size_t n)
{
    size_t capacity = text->capacity > 0 ? text->capacity : FIRST_CAPACITY;

    if (text->has_failed)
        return false;
    if (text->bytes != NULL && text->capacity - text->length > n)
        return true;
    while (capacity - text->length <= n && capacity <= SIZE_MAX / 2)
        capacity *= 2;
    char *grown = BK_NEW(text->arena, char, capacity);
    if (grown == NULL) {
        text->has_failed = true;
        return false;
    }
    if (text->length > 0)
        memcpy(grown, text->bytes, text->length);
    text->bytes = grown;
    text->capacity = capacity;
    return true;
}

void
bki_text_append(bki_text *text, const char *bytes, size_t n)
{
    if (!text_make_room(text, n))
        return;
    memcpy(text->bytes + text->length, bytes, n);
    text->length += n;
    text->bytes[text->length] = '\0';
}

void
bki_text_add(bki_text *text, const char *terminated)
{
    if (terminated == NULL)
        text->has_failed = true;
    else
        bki_text_append(text, terminated, strlen(terminated));
}

void
bki_text_format(bki_text *text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !text_make_room(text, (size_t)length))
        return;
    va_start(arguments, format);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    text->length += (size_t)length;
}

void
bki_text_quoted(bki_text *text, const char *terminated)
{
    bki_text_add(text, "\"");
    for (const char *quote; (quote = strchr(terminated, '"')) != NULL; terminated = quote + 1) {
        bki_text_append(text, terminated, (size_t)(quote + 1 - terminated));
        bki_text_add(text, "\"");
    }
    bki_text_add(text, terminated);
    bki_text_add(text, "\"");
}

void
bki_text_xml(bki_text *text, const char *terminated)
{
    if (terminated == NULL) {
        text->has_failed = true;
        return;
    }
    for (const char *c = terminated; *c != '\0'; c++) {
        const unsigned char byte = (unsigned char)*c;
        switch (byte) {
        case '&':
            bki_text_add(text, "&amp;");
            break;
        case '<':
            bki_text_add(text, "&lt;");
            break;
        case '>':
            bki_text_add(text, "&gt;");
            break;
        case '"':
            bki_text_add(text, "&quot;");
            break;
        default:
            bki_text_append(text, byte < 32 ? " " : c, 1); /* XML has no control characters */
        }
    }
}

void
bki_text_cell(bki_text *text, const char *terminated)
{
    if (terminated[strcspn(terminated, ",\"\r\n")] == '\0' && terminated[0] != ' ' && terminated[0] != '\0')
        bki_text_add(text, terminated);
    else
        bki_text_quoted(text, terminated);
}

size_t
bki_number_text(char text[BKI_NUMBER_SIZE], double number)
{
    const int n = snprintf(text, BKI_NUMBER_SIZE, "%.17g", number);

    for (char *c = text; *c != '\0'; c++)
        if (strchr("0123456789+-e", *c) == NULL)
            *c = '.';
    return (size_t)n;
}

/* What a byte is written as inside quotes; NULL: as it stands. */
static const char *
escape_of(unsigned char byte, char buffer[8])
{
    switch (byte) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\t':
        return "\\t";
    default:
        if (byte >= 32)
            return NULL;
        snprintf(buffer, 8, "\\u%04x", byte);
        return buffer;
    }
}

/* Bytes that are not UTF-8, as file names may have, become the replacement character. */
void
bki_text_json(bki_text *text, const char *value)
{
    size_t n = strlen(value), valid = bki_utf8_fault(value, n), from = 0;

    bki_text_add(text, "\"");
    for (size_t i = 0; i < n; i++) {
        char        buffer[8];
        const char *escape = escape_of((unsigned char)value[i], buffer);
        if (i == valid) {
            escape = "\xef\xbf\xbd";
            valid = i + 1 + bki_utf8_fault(value + i + 1, n - i - 1);
        }
        if (escape == NULL)
            continue;
        bki_text_append(text, value + from, i - from);
        bki_text_add(text, escape);
        from = i + 1;
    }
    bki_text_append(text, value + from, n - from);
    bki_text_add(text, "\"");
}

bk_status
bki_text_flush(bk_context *ctx, bki_text *text, const bki_replacement *to, size_t least)
{
    if (text->has_failed)
        return bk_arena_ok(text->arena);
    if (text->length < least)
        return BK_OK;
    BK_TRY(bki_replace_write(ctx, to, text->bytes, text->length));
    text->length = 0;
    return BK_OK;
}
