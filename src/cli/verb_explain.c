/* buckle explain: an error code at length. */
#include "cli/explain.h"

#include <string.h>

typedef struct explain_answer {
    bki_session           *session;
    const bki_explanation *one; /* NULL: all of them, a line each */
} explain_answer;

static void
print_text(const void *of)
{
    const explain_answer *answer = of;
    bk_arena             *arena = &answer->session->arena;
    bki_grid              grid;

    if (answer->one) {
        printf("%s: %s\n\n%s\n\nWhat to do: %s\n", bki_bold(arena, answer->one->code), answer->one->summary,
               answer->one->meaning, answer->one->remedy);
        return;
    }
    bki_grid_start(&grid, arena, 2, (const bool[]){false, false});
    for (size_t e = 0; e < bki_explanation_count(); e++) {
        bki_grid_add(&grid, bki_explanation_get(e)->code);
        bki_grid_add(&grid, bki_explanation_get(e)->summary);
    }
    bki_grid_print(&grid);
}

static void
json_one(bk_json *json, const bki_explanation *one)
{
    bk_json_text(json, "code", one->code);
    bk_json_text(json, "summary", one->summary);
    bk_json_text(json, "meaning", one->meaning);
    bk_json_text(json, "remedy", one->remedy);
}

static bki_exit
print_json(const void *of)
{
    const explain_answer *answer = of;
    bk_json              *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    if (answer->one) {
        json_one(json, answer->one);
    } else {
        bk_json_array(json, "codes");
        for (size_t e = 0; e < bki_explanation_count(); e++) {
            bk_json_object(json, NULL);
            json_one(json, bki_explanation_get(e));
            bk_json_end(json);
        }
        bk_json_end(json);
    }
    bk_json_end(json);
    return bki_json_print(json);
}

static bk_status
find(explain_answer *answer)
{
    bki_session *session = answer->session;
    const char  *code = session->operand;
    bk_names    *names = bk_names_create(&session->arena);

    answer->one = code ? bki_explanation_find(code) : NULL;
    if (!code || answer->one)
        return BK_OK;
    for (size_t e = 0; names && e < bki_explanation_count(); e++)
        bk_names_intern(names, bki_explanation_get(e)->code, strlen(bki_explanation_get(e)->code));
    const char *near = names ? bk_names_nearest(names, code, strlen(code)) : NULL;
    return bk_fail_hint(session->ctx, BK_ERR_USAGE,
                        near ? bk_arena_format(&session->arena, "did you mean %s?", near)
                             : "`buckle explain` lists them",
                        "there is no error code '%s'", code);
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    explain_answer answer = {.session = session};

    return bki_finish(session, find(&answer), &answer, &ending);
}

const bki_verb bki_verb_explain = {
    .name = "explain",
    .operand = "[CODE]",
    .summary = "An error code or exit status at length: what it means and what to do",
    .detail = "Codes stand in the JSON of an error; exit statuses are exit-0 to exit-130. Without CODE all are listed.",
    .example = "buckle explain no-path",
    .run = run,
};
