/* The faults a call has found, kept by the context until they are cleared.
 * A record's strings sit in one allocation.  When memory is short the record stays, with the sentence of its code. */
#include "base/context.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void
bki_errors_init(bki_errors *errors)
{
    memset(errors, 0, sizeof *errors);
    errors->records = errors->reserved;
    errors->capacity = BKI_ERRORS_RESERVED;
}

/* False if the record must be counted only. */
static bool
errors_make_room(bk_context *ctx)
{
    bki_errors *errors = &ctx->errors;

    if (errors->count == BKI_ERRORS_KEPT)
        return false;
    if (errors->count < errors->capacity)
        return true;
    const bool   is_reserved = errors->records == errors->reserved;
    const size_t old_size = errors->capacity * sizeof(bk_error);
    bk_error *grown = bki_resize(ctx, is_reserved ? NULL : errors->records, is_reserved ? 0 : old_size, 2 * old_size);
    if (grown == NULL)
        return false;
    if (is_reserved)
        memcpy(grown, errors->reserved, old_size);
    errors->records = grown;
    errors->capacity *= 2;
    return true;
}

static void
errors_count_only(bki_errors *errors)
{
    errors->not_kept++;
    snprintf(errors->overflow_message, sizeof errors->overflow_message, "%zu more faults are not listed",
             errors->not_kept);
    errors->overflow.message = errors->overflow_message;
    errors->overflow.hint = "correct those listed, then check again";
}

static size_t
text_size(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

/* Appends `text` to the block at `*end`; NULL stays NULL. */
static const char *
text_append(char **end, const char *text)
{
    const size_t size = text_size(text);

    if (size == 0)
        return NULL;
    char *copy = memcpy(*end, text, size);
    *end += size;
    return copy;
}

static bk_status
error_record(bk_context *ctx, const bk_error *place, const char *format, va_list arguments)
{
    bki_errors *errors = &ctx->errors;
    va_list     again;

    if (!errors_make_room(ctx)) {
        if (errors->not_kept == 0)
            errors->overflow.code = place->code;
        errors_count_only(errors);
        return place->code;
    }
    bk_error *record = &errors->records[errors->count++];
    *record = (bk_error){.code = place->code, .message = bk_status_text(place->code)};

    va_copy(again, arguments);
    const int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        return place->code;
    const size_t message_size = (size_t)length + 1;
    char        *message = bki_resize(ctx, NULL, 0, message_size + text_size(place->file) + text_size(place->hint));
    if (message == NULL)
        return place->code;
    vsnprintf(message, message_size, format, arguments);
    char *end = message + message_size;
    *record = (bk_error){.code = place->code, .message = message, .line = place->line, .column = place->column};
    record->file = text_append(&end, place->file);
    record->hint = text_append(&end, place->hint);
    return place->code;
}

bk_status
bk_fail(bk_context *ctx, bk_status code, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_record(ctx, &(bk_error){.code = code}, format, arguments);
    va_end(arguments);
    return code;
}

bk_status
bk_fail_hint(bk_context *ctx, bk_status code, const char *hint, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_record(ctx, &(bk_error){.code = code, .hint = hint}, format, arguments);
    va_end(arguments);
    return code;
}

bk_status
bk_fail_at(bk_context *ctx, bk_status code, const char *file, int line, int column, const char *hint,
           const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    error_record(ctx, &(bk_error){.code = code, .file = file, .line = line, .column = column, .hint = hint}, format,
                 arguments);
    va_end(arguments);
    return code;
}

bk_status
bk_fail_no_memory(bk_context *ctx)
{
    return bk_fail_hint(ctx, BK_ERR_NO_MEMORY, "close other programs, or use fewer zones, sectors or threads",
                        "not enough memory");
}

size_t
bk_error_count(const bk_context *ctx)
{
    return ctx->errors.count + (ctx->errors.not_kept > 0);
}

const bk_error *
bk_error_get(const bk_context *ctx, size_t index)
{
    const bki_errors *errors = &ctx->errors;

    if (index < errors->count)
        return &errors->records[index];
    return index == errors->count && errors->not_kept > 0 ? &errors->overflow : NULL;
}

void
bk_error_clear(bk_context *ctx)
{
    bki_errors *errors = &ctx->errors;

    for (size_t i = 0; i < errors->count; i++) {
        bk_error *record = &errors->records[i];
        if (record->message != bk_status_text(record->code)) {
            const size_t size = text_size(record->message) + text_size(record->file) + text_size(record->hint);
            bki_resize(ctx, (char *)record->message, size, 0);
        }
    }
    if (errors->records != errors->reserved)
        bki_resize(ctx, errors->records, errors->capacity * sizeof(bk_error), 0);
    bki_errors_init(errors);
}
