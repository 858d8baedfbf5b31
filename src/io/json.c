/* JSON (RFC 8259) written front to back: the text is valid whatever is asked for, in whatever order. */
#include "buckle/io.h"
#include "io/text.h"
#include "io/utf8.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct bk_json {
    bki_text text;
    bki_text closing; /* the brackets still to be written, innermost last */
};

bk_json *
bk_json_create(bk_arena *arena)
{
    bk_json *json = BK_NEW(arena, bk_json, 1);

    if (json == NULL)
        return NULL;
    json->text.arena = json->closing.arena = arena;
    bki_text_add(&json->text, "");
    return json;
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
static void
quoted_add(bki_text *text, const char *value)
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

/* The comma before a value, and its key inside an object. */
static void
value_begin(bk_json *json, const char *key)
{
    bki_text   *text = &json->text;
    const char  last = text->length > 0 ? text->bytes[text->length - 1] : '\0';
    const char *closing = json->closing.length > 0 ? json->closing.bytes + json->closing.length - 1 : "";

    if (last != '\0' && last != '{' && last != '[')
        bki_text_add(text, ",");
    if (*closing == '}') {
        quoted_add(text, key != NULL ? key : "");
        bki_text_add(text, ":");
    }
}

static void
container_begin(bk_json *json, const char *key, const char *open, const char *close)
{
    value_begin(json, key);
    bki_text_add(&json->text, open);
    bki_text_add(&json->closing, close);
}

void
bk_json_object(bk_json *json, const char *key)
{
    container_begin(json, key, "{", "}");
}

void
bk_json_array(bk_json *json, const char *key)
{
    container_begin(json, key, "[", "]");
}

void
bk_json_end(bk_json *json)
{
    if (json->closing.length == 0)
        return;
    bki_text_append(&json->text, json->closing.bytes + --json->closing.length, 1);
}

void
bk_json_text(bk_json *json, const char *key, const char *value)
{
    value_begin(json, key);
    if (value != NULL)
        quoted_add(&json->text, value);
    else
        bki_text_add(&json->text, "null");
}

void
bk_json_number(bk_json *json, const char *key, double value)
{
    char text[BKI_NUMBER_SIZE] = "null";

    if (isfinite(value))
        bki_number_text(text, value);
    value_begin(json, key);
    bki_text_add(&json->text, text);
}

void
bk_json_integer(bk_json *json, const char *key, int64_t value)
{
    value_begin(json, key);
    bki_text_format(&json->text, "%lld", (long long)value);
}

void
bk_json_flag(bk_json *json, const char *key, bool value)
{
    value_begin(json, key);
    bki_text_add(&json->text, value ? "true" : "false");
}

const char *
bk_json_result(bk_json *json, size_t *length)
{
    while (json->closing.length > 0)
        bk_json_end(json);
    if (json->text.has_failed || json->closing.has_failed)
        return NULL;
    *length = json->text.length;
    return json->text.bytes;
}
