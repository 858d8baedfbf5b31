/* All questions by name, and the functions that ask one of them each. */
#include "api/api.h"

#include <string.h>

typedef enum what_it_asks { OF_A_STUDY, OF_FILES, OF_EITHER } what_it_asks;

/* A new question is a line here, a function that takes its options and fills tables, and its line in c-api.md. */
static const struct question {
    const char  *name;
    bki_answerer answerer;
    what_it_asks of;
} questions[] = {
    {"appraise", bki_ask_appraise, OF_A_STUDY},
    {"assign", bki_ask_assign, OF_EITHER},
    {"balance", bki_ask_balance, OF_FILES},
    {"brief", bki_ask_brief, OF_A_STUDY},
    {"calibrate", bki_ask_calibrate, OF_A_STUDY},
    {"check", bki_ask_check, OF_A_STUDY},
    {"claim", bki_ask_claim, OF_A_STUDY},
    {"design", bki_ask_design, OF_FILES},
    {"game", bki_ask_game, OF_FILES},
    {"invest", bki_ask_invest, OF_A_STUDY},
    {"pivot", bki_ask_pivot, OF_A_STUDY},
    {"route", bki_ask_route, OF_A_STUDY},
    {"run", bki_ask_run, OF_A_STUDY},
    {"stress", bki_ask_stress, OF_A_STUDY},
    {"trade", bki_ask_trade, OF_A_STUDY},
    {"value", bki_ask_value, OF_A_STUDY},
};
enum { N_QUESTIONS = sizeof questions / sizeof *questions };

const char *
buckle_question_name(size_t index)
{
    return index < N_QUESTIONS ? questions[index].name : NULL;
}

static const struct question *
find(const char *name)
{
    for (size_t q = 0; name && q < N_QUESTIONS; q++)
        if (strcmp(questions[q].name, name) == 0)
            return &questions[q];
    return NULL;
}

static bk_status
refuse_unknown(bk_context *ctx, const char *name)
{
    bk_arena arena;

    bk_arena_init(&arena, ctx);
    bk_names *names = bk_names_create(&arena);
    for (size_t q = 0; names && q < N_QUESTIONS; q++)
        bk_names_intern(names, questions[q].name, strlen(questions[q].name));
    const char     *near = names && name ? bk_names_nearest(names, name, strlen(name)) : NULL;
    const bk_status status =
        bk_fail_hint(ctx, BK_ERR_USAGE, near ? bk_arena_format(&arena, "did you mean %s?", near) : NULL,
                     "there is no question '%s'", name ? name : "");
    bk_arena_release(&arena);
    return status;
}

static bk_status
check(bk_context *ctx, const buckle_engine *engine, const buckle_study *study, const struct question *question)
{
    if (!study && question->of == OF_A_STUDY)
        return bk_fail(ctx, BK_ERR_USAGE, "%s needs a study", question->name);
    if (study && question->of == OF_FILES)
        return bk_fail_hint(ctx, BK_ERR_USAGE, "give NULL for it", "%s is asked of files, not of a study",
                            question->name);
    if (study && study->engine != engine)
        return bk_fail(ctx, BK_ERR_USAGE, "the study was opened with another engine");
    return BK_OK;
}

buckle_status
buckle_ask(buckle_engine *engine, buckle_study *study, const char *name, const buckle_option *options, size_t n_options,
           buckle_result **out)
{
    const struct question *question = find(name);

    *out = NULL;
    bk_error_clear(engine->ctx);
    const bk_status status = question ? check(engine->ctx, engine, study, question) : refuse_unknown(engine->ctx, name);
    if (status != BK_OK)
        return (buckle_status)status;
    return bki_answer(engine, study, question->name, question->answerer, options, n_options, out);
}

/* ---- one each, from before there was buckle_ask -------------------------------------------------------------------
 */

#define ASK(question)                                                                                                  \
    buckle_status buckle_##question(buckle_study *study, const buckle_option *options, size_t n_options,               \
                                    buckle_result **out)                                                               \
    {                                                                                                                  \
        return buckle_ask(study->engine, study, #question, options, n_options, out);                                   \
    }

ASK(run)
ASK(trade)
ASK(route)
ASK(appraise)
ASK(pivot)
ASK(stress)
ASK(brief)

buckle_status
buckle_assign(buckle_engine *engine, const buckle_option *options, size_t n_options, buckle_result **out)
{
    return buckle_ask(engine, NULL, "assign", options, n_options, out);
}
