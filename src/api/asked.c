/* Options by name, as texts: so that a question may learn a new one without a new function or a larger struct. */
#include "api/api.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bk_status
bki_asked_start(bki_asked *asked)
{
    asked->taken = BK_NEW(asked->arena, bool, asked->n_options + 1);
    asked->known = bk_names_create(asked->arena);
    asked->status = bk_arena_ok(asked->arena);
    for (size_t o = 0; asked->status == BK_OK && o < asked->n_options; o++)
        if (!asked->options[o].name)
            asked->status = bk_fail(asked->ctx, BK_ERR_USAGE, "%s: option %zu has no name", asked->question, o + 1);
    return asked->status;
}

static void
fault(bki_asked *asked, bk_status status)
{
    if (asked->status == BK_OK)
        asked->status = status;
}

/* Every option of the name is taken; the first of them, or NULL. */
static const buckle_option *
take(bki_asked *asked, const char *name, size_t *count)
{
    const buckle_option *first = NULL;

    *count = 0;
    if (asked->status == BK_ERR_NO_MEMORY)
        return NULL;
    bk_names_intern(asked->known, name, strlen(name));
    for (size_t o = 0; o < asked->n_options; o++)
        if (strcmp(asked->options[o].name, name) == 0) {
            asked->taken[o] = true;
            first = first ? first : &asked->options[o];
            ++*count;
        }
    return first;
}

const char *
bki_asked_text(bki_asked *asked, const char *name)
{
    size_t               count;
    const buckle_option *option = take(asked, name, &count);

    if (!option)
        return NULL;
    if (count > 1)
        fault(asked, bk_fail(asked->ctx, BK_ERR_USAGE, "%s: %s is given twice", asked->question, name));
    if (!option->value || !option->value[0])
        fault(asked, bk_fail(asked->ctx, BK_ERR_USAGE, "%s: %s is given no value", asked->question, name));
    return option->value && option->value[0] ? option->value : NULL;
}

const char *
bki_asked_needed(bki_asked *asked, const char *name, const char *example)
{
    const char *text = bki_asked_text(asked, name);

    if (!text)
        fault(asked, bk_fail_hint(asked->ctx, BK_ERR_USAGE, example, "%s needs %s", asked->question, name));
    return text;
}

bool
bki_asked_flag(bki_asked *asked, const char *name)
{
    size_t count;

    return take(asked, name, &count) != NULL;
}

/* False if the option is not given. */
static bool
read_number(bki_asked *asked, const char *name, double least, double most, bool whole, double *number)
{
    const char *text = bki_asked_text(asked, name);
    char       *end = NULL;

    if (!text)
        return false;
    errno = 0;
    *number = strtod(text, &end);
    if (end != text && !*end && errno != ERANGE && isfinite(*number) && (!whole || *number == floor(*number)) &&
        *number >= least && *number <= most)
        return true;
    fault(asked, bk_fail(asked->ctx, BK_ERR_USAGE, "%s: %s is '%s', must be a %s from %.15g to %.15g", asked->question,
                         name, text, whole ? "whole number" : "number", least, most));
    return false;
}

double
bki_asked_number(bki_asked *asked, const char *name, double least, double most, double otherwise)
{
    double number;

    return read_number(asked, name, least, most, false, &number) ? number : otherwise;
}

uint64_t
bki_asked_integer(bki_asked *asked, const char *name, double least, double most, uint64_t otherwise)
{
    double number;

    return read_number(asked, name, least, most, true, &number) ? (uint64_t)number : otherwise;
}

int
bki_asked_choice(bki_asked *asked, const char *name, const char *choices, int otherwise)
{
    const char *text = bki_asked_text(asked, name);
    int         which = 0;

    if (!text)
        return otherwise;
    for (const char *at = choices; *at; which++) {
        const size_t n = strcspn(at, " ");
        if (n == strlen(text) && memcmp(at, text, n) == 0)
            return which;
        at += n + (at[n] == ' ');
    }
    fault(asked, bk_fail_hint(asked->ctx, BK_ERR_USAGE, bk_arena_format(asked->arena, "one of: %s", choices),
                              "%s: %s cannot be '%s'", asked->question, name, text));
    return otherwise;
}

size_t
bki_asked_list(bki_asked *asked, const char *name, const char *separators, const char *const **out)
{
    size_t count, n = 0, length = 0;

    *out = NULL;
    if (!take(asked, name, &count))
        return 0;
    for (size_t o = 0; o < asked->n_options; o++)
        length += asked->options[o].value ? strlen(asked->options[o].value) + 1 : 0;
    const char **texts = BK_NEW(asked->arena, const char *, length + 1);
    fault(asked, bk_arena_ok(asked->arena));
    for (size_t o = 0; texts && o < asked->n_options; o++) {
        const char *at = strcmp(asked->options[o].name, name) == 0 ? asked->options[o].value : NULL;
        while (at && *at) {
            const size_t word = strcspn(at, separators);
            if (word)
                texts[n++] = bk_arena_text(asked->arena, at, word);
            at += word + (at[word] != '\0');
        }
    }
    if (n == 0)
        fault(asked, bk_fail(asked->ctx, BK_ERR_USAGE, "%s: %s is given no value", asked->question, name));
    *out = texts;
    return n;
}

bk_closure
bki_asked_closure(bki_asked *asked)
{
    const int        finance = bki_asked_choice(asked, "finance", "none tax works foreign", BK_FINANCE_NONE);
    const bk_closure closure = {.finance = (bk_finance_closure)finance, .lender = bki_asked_text(asked, "lender")};

    if ((closure.finance == BK_FINANCE_FOREIGN) != (closure.lender != NULL))
        fault(asked, bk_fail_hint(asked->ctx, BK_ERR_USAGE, "for example finance foreign, lender CHN",
                                  "%s: finance foreign and lender ECONOMY belong together", asked->question));
    return closure;
}

bk_status
bki_asked_end(bki_asked *asked)
{
    fault(asked, bk_arena_ok(asked->arena));
    for (size_t o = 0; asked->status != BK_ERR_NO_MEMORY && o < asked->n_options; o++) {
        const char *name = asked->options[o].name;
        if (asked->taken[o])
            continue;
        const char *near = bk_names_nearest(asked->known, name, strlen(name));
        fault(asked, bk_fail_hint(asked->ctx, BK_ERR_USAGE,
                                  near ? bk_arena_format(asked->arena, "did you mean %s?", near) : NULL,
                                  "%s has no option '%s'", asked->question, name));
    }
    return asked->status;
}
