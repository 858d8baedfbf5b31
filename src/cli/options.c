/* Arguments to values, by the table of the verb. */
#include "cli/cli.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t
option_count(const bki_verb *verb)
{
    return verb->n_options + bki_common_option_count();
}

/* "--scenario", "-k" */
static const char *
shown(bki_session *session, const bki_option *option)
{
    return bk_arena_format(&session->arena, "%s%s", strlen(option->name) > 1 ? "--" : "-", option->name);
}

static const bki_option *
option_at(const bki_verb *verb, size_t index)
{
    return index < verb->n_options ? &verb->options[index] : bki_common_option(index - verb->n_options);
}

/* By name [length], or by letter when name is NULL. */
static const bki_option *
find_option(const bki_verb *verb, const char *name, size_t length, char letter)
{
    for (size_t o = 0; o < option_count(verb); o++) {
        const bki_option *option = option_at(verb, o);
        if (name ? strlen(option->name) == length && memcmp(option->name, name, length) == 0 : option->letter == letter)
            return option;
    }
    return NULL;
}

static bk_status
unknown_option(bki_session *session, const char *given, const char *name, size_t length)
{
    bk_names *names = bk_names_create(&session->arena);

    for (size_t o = 0; names && o < option_count(session->verb); o++) {
        const char *known = option_at(session->verb, o)->name;
        bk_names_intern(names, known, strlen(known));
    }
    const char *near = names ? bk_names_nearest(names, name, length) : NULL;
    const char *hint =
        near ? bk_arena_format(&session->arena, "did you mean --%s?", near)
             : bk_arena_format(&session->arena, "`buckle help %s` lists its options", session->verb->name);
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, hint, "buckle %s has no option %s", session->verb->name, given);
}

static bk_status
check_choice(bki_session *session, const bki_option *option, const char *text)
{
    const size_t length = strlen(text);

    for (const char *at = option->choices; *at;) {
        const size_t n = strcspn(at, " ");
        if (n == length && memcmp(at, text, n) == 0)
            return BK_OK;
        at += n + (at[n] == ' ');
    }
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, bk_arena_format(&session->arena, "one of: %s", option->choices),
                        "%s cannot be '%s'", shown(session, option), text);
}

static bk_status
check_number(bki_session *session, const bki_option *option, const char *text, double *number)
{
    char *end = NULL;

    errno = 0;
    *number = strtod(text, &end);
    const bool is_whole = option->kind != BKI_OPTION_INTEGER || *number == floor(*number);
    if (end == text || *end || errno == ERANGE || !isfinite(*number) || !is_whole || *number < option->least ||
        *number > option->most)
        return bk_fail(session->ctx, BK_ERR_USAGE, "%s is '%s', must be a%s from %g to %g", shown(session, option),
                       text, option->kind == BKI_OPTION_INTEGER ? " whole number" : " number", option->least,
                       option->most);
    return BK_OK;
}

/* A GeoPackage under the name of another map's format would be opened by nobody. */
static bk_status
check_ending(bki_session *session, const bki_option *option, const char *text)
{
    static const char *const others[] = {".geojson", ".fgb", ".shp", ".parquet"};
    const char              *ending = strrchr(text, '.');

    if (!ending || !option->argument || strcmp(option->argument, "FILE.gpkg") != 0)
        return BK_OK;
    for (size_t o = 0; o < sizeof others / sizeof *others; o++)
        if (strcmp(ending, others[o]) == 0)
            return bk_fail_hint(session->ctx, BK_ERR_USAGE, "`buckle export` makes other formats of it afterwards",
                                "%s writes a GeoPackage, which ends in .gpkg and not in %s", shown(session, option),
                                ending);
    return BK_OK;
}

static bk_status
keep_value(bki_session *session, const bki_option *option, const char *text)
{
    bki_value *value = NULL;

    for (size_t v = 0; v < session->n_values; v++)
        if (session->values[v].option == option)
            value = &session->values[v];
    const bool is_full = value && (option->kind != BKI_OPTION_PAIR || value->n_texts == 2);
    if (is_full && option->kind != BKI_OPTION_LIST && option->kind != BKI_OPTION_FLAG)
        return bk_fail(session->ctx, BK_ERR_USAGE, "%s is given twice", shown(session, option));
    if (!value) {
        value = &session->values[session->n_values++];
        value->option = option;
    }
    if (text && !text[0])
        return bk_fail(session->ctx, BK_ERR_USAGE, "%s is given an empty %s", shown(session, option), option->argument);
    if (text)
        BK_TRY(check_ending(session, option, text));
    if (option->kind == BKI_OPTION_CHOICE)
        BK_TRY(check_choice(session, option, text));
    if (option->kind == BKI_OPTION_NUMBER || option->kind == BKI_OPTION_INTEGER)
        BK_TRY(check_number(session, option, text, &value->number));
    const char **texts = BK_NEW(&session->arena, const char *, value->n_texts + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (size_t t = 0; t < value->n_texts; t++)
        texts[t] = value->texts[t];
    texts[value->n_texts++] = text;
    value->texts = texts;
    return BK_OK;
}

/* The option at arguments[*at], with its argument behind `=`, behind a letter, or in the next word. */
static bk_status
take_option(bki_session *session, int n, char **arguments, int *at)
{
    const char       *given = arguments[*at], *text = NULL;
    const bki_option *option;

    if (given[1] == '-') {
        const char  *name = given + 2;
        const size_t length = strcspn(name, "=");
        option = find_option(session->verb, name, length, 0);
        if (!option)
            return unknown_option(session, given, name, length);
        text = name[length] == '=' ? name + length + 1 : NULL;
        if (text && option->kind == BKI_OPTION_FLAG)
            return bk_fail(session->ctx, BK_ERR_USAGE, "--%s takes nothing", option->name);
    } else {
        option = find_option(session->verb, NULL, 0, given[1]);
        if (!option || (option->kind == BKI_OPTION_FLAG && given[2]))
            return unknown_option(session, given, given + 1, strlen(given + 1));
        text = given[2] ? given + 2 : NULL;
    }
    if (!text && option->kind != BKI_OPTION_FLAG) {
        if (*at + 1 >= n)
            return bk_fail(session->ctx, BK_ERR_USAGE, "%s needs %s behind it", given, option->argument);
        text = arguments[++*at];
    }
    BK_TRY(keep_value(session, option, text));
    if (option->kind != BKI_OPTION_PAIR)
        return BK_OK;
    if (*at + 1 >= n)
        return bk_fail(session->ctx, BK_ERR_USAGE, "--%s needs %s behind it", option->name, option->argument);
    return keep_value(session, option, arguments[++*at]);
}

static bool
takes_several(const bki_verb *verb)
{
    const size_t length = verb->operand ? strlen(verb->operand) : 0;

    return length > 3 && strcmp(verb->operand + length - 3, "...") == 0;
}

bk_status
bki_options_parse(bki_session *session, int n, char **arguments)
{
    const bki_verb *verb = session->verb;
    bool            only_operands = false;

    session->operands = BK_NEW(&session->arena, const char *, (size_t)n + 1);
    BK_TRY(bk_arena_ok(&session->arena));
    for (int i = 0; i < n; i++) {
        const char *given = arguments[i];
        if (!only_operands && strcmp(given, "--") == 0)
            only_operands = true;
        else if (!only_operands && given[0] == '-' && given[1])
            BK_TRY(take_option(session, n, arguments, &i));
        else if (takes_several(verb))
            session->operand = session->operands[session->n_operands++] = given;
        else if (verb->second && session->operand && !session->second)
            session->second = given;
        else if (!verb->operand || session->operand)
            return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                                bk_arena_format(&session->arena, "`buckle help %s` shows how it is called", verb->name),
                                "'%s' is one argument too many", given);
        else
            session->operand = given;
    }
    if (verb->operand && verb->operand[0] != '[' && !session->operand && !bki_option_given(session, "help"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", verb->example), "buckle %s needs a %s",
                            verb->name, verb->operand);
    if (verb->second && !session->second && !bki_option_given(session, "help"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                            bk_arena_format(&session->arena, "for example: %s", verb->example),
                            "buckle %s needs a %s behind the %s", verb->name, verb->second, verb->operand);
    return BK_OK;
}

const bki_value *
bki_option_value(const bki_session *session, const char *name)
{
    for (size_t v = 0; v < session->n_values; v++)
        if (strcmp(session->values[v].option->name, name) == 0)
            return &session->values[v];
    return NULL;
}

bool
bki_option_given(const bki_session *session, const char *name)
{
    return bki_option_value(session, name) != NULL;
}

const char *
bki_option_text(const bki_session *session, const char *name)
{
    const bki_value *value = bki_option_value(session, name);
    return value ? value->texts[0] : NULL;
}

double
bki_option_number(const bki_session *session, const char *name, double otherwise)
{
    const bki_value *value = bki_option_value(session, name);
    return value ? value->number : otherwise;
}

bk_status
bki_economy_named(bki_session *session, const bk_model *model, const char *text, uint32_t *out)
{
    bk_names *names = bk_names_create(&session->arena);

    *out = bk_model_find_country(model, text);
    const uint32_t region = bk_model_find_region(model, text);
    if (*out == BK_NONE && region != BK_NONE)
        *out = model->economy.regions[region].country;
    if (*out != BK_NONE)
        return BK_OK;
    for (size_t n = 0; names && n < model->economy.n_regions; n++)
        bk_names_intern(names, model->economy.regions[n].id, strlen(model->economy.regions[n].id));
    const char *near = names ? bk_names_nearest(names, text, strlen(text)) : NULL;
    return bk_fail_hint(session->ctx, BK_ERR_REFERENCE,
                        near ? bk_arena_format(&session->arena, "did you mean %s?", near) : NULL,
                        "there is no economy '%s' in the study", text);
}

const char *
bki_option_cache(bki_session *session)
{
    return bki_option_given(session, "no-cache") ? NULL : bk_study_cache_folder(&session->arena);
}

static bk_status
heed_deficits(bki_session *session, const bk_study **study)
{
    const char *given = bki_option_text(session, "deficits");

    for (int rule = BK_DEFICITS_FIXED; given && rule <= BK_DEFICITS_SHARE; rule++)
        if (strcmp(given, bk_deficits_name((bk_deficit_rule)rule)) == 0)
            return bk_study_with_deficits(*study, (bk_deficit_rule)rule, &session->arena, study);
    return BK_OK;
}

bk_status
bki_session_open_named(bki_session *session, const char *const *names, size_t n, const bk_study **out)
{
    if (session->warm)
        return bk_study_with_scenarios(session->ctx, session->warm->study, names, n, &session->arena, out);
    return bk_study_open(session->ctx, session->operand, names, n, &session->arena, out);
}

bk_status
bki_session_open(bki_session *session, bki_otherwise otherwise, const bk_study **out)
{
    static const char *const none[] = {NULL};
    const bki_value         *scenarios = bki_option_value(session, "scenario");
    const char *const       *names = scenarios ? scenarios->texts : otherwise == BKI_OTHERWISE_NONE ? none : NULL;

    BK_TRY(bki_session_open_named(session, names, scenarios ? scenarios->n_texts : 0, out));
    return heed_deficits(session, out);
}

bk_status
bki_closure_chosen(bki_session *session, bk_closure *out)
{
    const char *finance = bki_option_text(session, "finance");

    *out = (bk_closure){.lender = bki_option_text(session, "lender")};
    for (int f = BK_FINANCE_NONE; finance && f <= BK_FINANCE_FOREIGN; f++)
        if (strcmp(finance, bk_finance_name((bk_finance_closure)f)) == 0)
            out->finance = (bk_finance_closure)f;
    if ((out->finance == BK_FINANCE_FOREIGN) != (out->lender != NULL))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "for example --finance foreign --lender CHN",
                            "--finance foreign and --lender ECONOMY belong together");
    return BK_OK;
}
