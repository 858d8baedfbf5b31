/* JSON (RFC 8259) written front to back: the text is valid whatever is asked for, in whatever order. */
#include "buckle/io.h"
#include "io/text.h"

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
        bki_text_json(text, key != NULL ? key : "");
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
        bki_text_json(&json->text, value);
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
