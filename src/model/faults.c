/* What the builder says about what it read. */
#include "model/builder.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define HINTS_WITH_SEARCH 1000 /* past so many faults a search for near names no longer helps anyone */

void
bk_builder_folder(bk_builder *builder, const char *folder)
{
    builder->folder = folder;
}

/* A file that was read is shown as the reader calls it; one that was not is a name inside the study's folder. */
static const char *
file_shown(const bk_builder *builder, bki_place place)
{
    const size_t length = builder->folder != NULL ? strlen(builder->folder) : 0;

    if (length == 0 || place.line > 0 || place.file == NULL || strncmp(place.file, builder->folder, length) == 0)
        return place.file;
    const char *shown = bk_arena_format(builder->arena, "%s%s%s", builder->folder,
                                        builder->folder[length - 1] == '/' ? "" : "/", place.file);
    return shown != NULL ? shown : place.file;
}

void
bki_fault(bk_builder *builder, bk_status code, bki_place place, const char *hint, const char *format, ...)
{
    char    message[1024]; /* one line; a longer value is cut */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    bk_fail_at(builder->ctx, code, file_shown(builder, place), place.line, place.column, hint, "%s", message);
    if (builder->first_fault == BK_OK)
        builder->first_fault = code;
    if (builder->table_fault == BK_OK)
        builder->table_fault = code;
}

static bool
warnings_grow(bk_builder *builder)
{
    const size_t capacity = builder->warning_capacity > 0 ? 2 * builder->warning_capacity : 16;
    const char **grown = BK_NEW(builder->arena, const char *, capacity);

    if (grown == NULL)
        return false;
    if (builder->n_warnings > 0)
        memcpy(grown, builder->warnings, builder->n_warnings * sizeof *grown);
    builder->warnings = grown;
    builder->warning_capacity = capacity;
    return true;
}

void
bki_warn(bk_builder *builder, bki_place place, const char *format, ...)
{
    char    text[1024];
    va_list arguments;

    if (builder->n_warnings == builder->warning_capacity && !warnings_grow(builder))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *warning =
        place.line > 0 ? bk_arena_format(builder->arena, "%s:%d:%d: %s", place.file, place.line, place.column, text)
                       : bk_arena_format(builder->arena, "%s: %s", place.file, text);
    if (warning != NULL)
        builder->warnings[builder->n_warnings++] = warning;
}

const char *
bki_did_you_mean(bk_builder *builder, const bk_names *names, const char *text, const char *otherwise)
{
    if (bk_error_count(builder->ctx) > HINTS_WITH_SEARCH)
        return otherwise;
    const char *nearest = bk_names_nearest(names, text, strlen(text));
    const char *hint = nearest != NULL ? bk_arena_format(builder->arena, "did you mean '%s'?", nearest) : NULL;
    return hint != NULL ? hint : otherwise;
}

size_t
bki_one_of(bk_builder *builder, const bki_rows *rows, size_t row, size_t column, size_t n, const char *const *words)
{
    const char *text = bki_text_at(builder, rows, row, column);

    if (text[0] == '\0') /* said already, or the column is missing */
        return n;
    for (size_t i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    char   list[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < n && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 i == 0      ? ""
                                 : i + 1 < n ? ", "
                                             : " or ",
                                 words[i]);
    bki_fault(builder, BK_ERR_VALUE, bki_place_of(rows, row, column), rows->schema->columns[column].meaning,
              "%s is '%s', must be %s", rows->schema->columns[column].name, text, list);
    return n;
}
