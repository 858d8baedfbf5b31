/* Eighteen claims about one economy, as a table. */
#include "api/api.h"
#include "buckle/brief.h"
#include "study/table.h"

#include <math.h>
#include <string.h>

static const bki_column columns[] = {
    {"question", "", "number of the claim", BK_COLUMN_INTEGER},
    {"claim", "", "the claim put to the model", BK_COLUMN_TEXT},
    {"verdict", "", "supported, not supported, depends or not answered", BK_COLUMN_TEXT},
    {"sentence", "", "what the numbers say", BK_COLUMN_TEXT},
    {"value", "", "the number behind the verdict", BK_COLUMN_NUMBER},
    {"low", "", "lower end of its interval", BK_COLUMN_NUMBER},
    {"high", "", "upper end of its interval", BK_COLUMN_NUMBER},
    {"unit", "", "of value, low and high", BK_COLUMN_TEXT},
    {"interval", "", "what it is of: none, draws, first order or works", BK_COLUMN_TEXT},
    {"doubt", "", "how sure the figure is and what moves it most, or why no draw says", BK_COLUMN_TEXT},
    {"behind", "", "the command that shows the figures", BK_COLUMN_TEXT},
};

static bk_status
record(bki_asked *asked, const bk_brief *brief, bk_results *results)
{
    bki_table *table =
        bki_table_create(asked->arena, "brief", "Claims about one economy, each with its verdict", columns,
                         sizeof columns / sizeof *columns, BK_BRIEF_QUESTIONS, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *answer = &brief->answers[q];
        bki_put_integer(table, answer->number);
        bki_put_text(table, answer->claim);
        bki_put_text(table, bk_verdict_name(answer->verdict));
        bki_put_text(table, answer->sentence);
        bki_put_number(table, answer->has_value ? answer->value : (double)NAN);
        bki_put_number(table, answer->has_interval ? answer->low : (double)NAN);
        bki_put_number(table, answer->has_interval ? answer->high : (double)NAN);
        bki_put_text(table, answer->unit);
        bki_put_text(table, bk_interval_name(answer->interval));
        bki_put_text(table, answer->doubt ? answer->doubt : "");
        bki_put_text(table, answer->behind);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, results, table);
}

/* Every scenario of the study, and the one asked for last if it is not among its files; its number, or SIZE_MAX. */
static bk_status
cast_all(bki_asked *asked, const buckle_study *study, const char *wanted, bki_cast *cast, size_t *which)
{
    const char **names = BK_NEW(asked->arena, const char *, study->n_files + 1);

    BK_TRY(bk_arena_ok(asked->arena));
    *which = SIZE_MAX;
    for (size_t s = 0; s < study->n_files; s++) {
        names[s] = study->files[s];
        if (wanted && strcmp(wanted, names[s]) == 0)
            *which = s;
    }
    cast->n = study->n_files;
    if (wanted && *which == SIZE_MAX) {
        *which = cast->n;
        names[cast->n++] = wanted;
    }
    cast->names = names;
    return BK_OK;
}

bk_status
bki_ask_brief(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_brief         *answer = BK_NEW(asked->arena, bk_brief, 1);
    bk_brief_settings settings = {.cache_folder = asked->engine->cache_folder};
    bki_cast          cast = {.base = true, .deficits = -1};
    const bk_study   *study = NULL;

    settings.economy = bki_asked_needed(asked, "economy", "such as KAZ");
    const char *scenario = bki_asked_text(asked, "scenario");
    settings.n_players = (size_t)bki_asked_integer(asked, "players", 2, 6, 5);
    settings.n_draws = (size_t)bki_asked_integer(asked, "draws", 0, 10000, BK_BRIEF_DRAWS);
    BK_TRY(bki_asked_end(asked));
    BK_TRY(cast_all(asked, handle, scenario, &cast, &settings.scenario));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_brief(asked->ctx, study, &settings, asked->arena, answer));
    BK_TRY(record(asked, answer, &result->own));
    result->converged = answer->converged;
    result->interrupted = answer->facts.interrupted;
    result->residual = answer->residual;
    result->n_warnings = answer->n_warnings;
    result->warnings = answer->warnings;
    return BK_OK;
}
