/* Who is pivotal: coalitions that do their part of a scenario, and rivals who toll transit. */
#include "api/api.h"
#include "buckle/pivot.h"
#include "buckle/tolls.h"

/* ---- pivot --------------------------------------------------------------------------------------------------------
 */

static bk_status
ask_coalitions(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_pivot_settings  settings = bk_pivot_default_settings();
    const char        *scenario = bki_asked_needed(asked, "scenario", BKI_SUCH_AS);
    const bki_cast     cast = {.n = 1, .names = &scenario, .base = true, .deficits = -1};
    const char *const *players;
    const bk_study    *study = NULL;
    const bk_pivot    *answer = NULL;

    settings.n_players = bki_asked_list(asked, "players", ",", &players);
    settings.n_bypasses = bki_asked_list(asked, "bypass", ",", &settings.bypasses);
    settings.without_only = bki_asked_flag(asked, "without-bypass");
    settings.outsiders = (bk_outsiders)bki_asked_choice(asked, "outsiders", "base closed", BK_OUTSIDERS_BASE);
    settings.counts_all = bki_asked_choice(asked, "economy-values", "own all", 0) == 1;
    settings.n_orders = (size_t)bki_asked_integer(asked, "orders", 2, 100000, settings.n_orders);
    settings.seed = bki_asked_integer(asked, "seed", 0, BKI_MOST_SEED, settings.seed);
    settings.joint.tolerance = bki_asked_tolerance(asked, settings.joint.tolerance);
    settings.spread = bki_asked_spread(asked);
    settings.cache_folder = asked->engine->cache_folder;
    BK_TRY(bki_asked_end(asked));
    if (settings.without_only && settings.n_bypasses == 0)
        return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "name the projects as bypass",
                            "without-bypass needs to know which it is");
    uint32_t *countries = BK_NEW(asked->arena, uint32_t, settings.n_players + 1);
    BK_TRY(bk_arena_ok(asked->arena));
    settings.players = countries;
    BK_TRY(bki_find_countries(asked, handle->study, settings.n_players, players, countries));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_pivot(asked->ctx, study, 0, &settings, asked->arena, &answer));
    result->results = &answer->results;
    result->converged = answer->complete && answer->converged;
    result->interrupted = !answer->complete;
    result->residual = answer->residual;
    result->n_sentences = answer->n_sentences;
    result->sentences = answer->sentences;
    return BK_OK;
}

/* ---- rivals -------------------------------------------------------------------------------------------------------
 */

static bk_status
record_search(bki_asked *asked, const bk_tolls *tolls, buckle_result *result)
{
    static const bki_column columns[] = {
        {"search", "", "rivals: each for itself; together: the sum of all", BK_COLUMN_TEXT},
        {"economy", "", "country that tolls", BK_COLUMN_TEXT},
        {"outcome", "", "of the search", BK_COLUMN_TEXT},
        {"cycle", "", "rounds after which play repeats itself; 0: it settles", BK_COLUMN_INTEGER},
        {"best_deviation", "USD/t", "the best other toll that was tried, the others' held", BK_COLUMN_NUMBER},
        {"deviation_gain", "USD/yr", "what it would bring", BK_COLUMN_NUMBER},
    };
    const bk_rivalry_solution *const searches[] = {&tolls->rivals, &tolls->together};
    const size_t                     n = tolls->n_states > 2 ? 2 : 1;
    bki_table *table = BKI_TABLE(result, "toll_search", "What each would gain by another toll, the rest held", columns,
                                 n * tolls->n_players, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t s = 0; s < n; s++)
        for (size_t i = 0; i < tolls->n_players; i++) {
            bki_put_text(table, s == 0 ? "rivals" : "together");
            bki_put_text(table, tolls->study->model->countries[tolls->settings.players[i]]);
            bki_put_text(table, bk_outcome_name(searches[s]->outcome));
            bki_put_integer(table, searches[s]->cycle);
            bki_put_number(table, searches[s]->best[i]);
            bki_put_number(table, searches[s]->gain[i]);
            bki_end_row(table);
        }
    return bki_table_append(asked->ctx, &result->own, table);
}

static bk_status
ask_tolls(bki_asked *asked, buckle_study *handle, size_t n_players, const char *const *players, buckle_result *result)
{
    bk_toll_settings settings = bk_toll_default_settings();
    const char      *scenario = bki_asked_text(asked, "scenario");
    const bki_cast   cast = {.n = scenario ? 1 : 0, .names = &scenario, .base = true, .deficits = -1};
    uint32_t        *countries = BK_NEW(asked->arena, uint32_t, n_players);
    const bk_study  *study = NULL;
    const bk_tolls  *tolls = NULL;

    settings.most = bki_asked_number(asked, "toll-max", 0.01, 1e5, settings.most);
    settings.counts_gain = bki_asked_choice(asked, "toll-payoff", "revenue gain", 0) == 1;
    settings.joint.tolerance = bki_asked_tolerance(asked, settings.joint.tolerance);
    settings.cache_folder = asked->engine->cache_folder;
    settings.n_players = n_players;
    settings.players = countries;
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bki_find_countries(asked, handle->study, n_players, players, countries));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_tolls(asked->ctx, study, scenario ? 0 : SIZE_MAX, &settings, asked->arena, &tolls));
    for (size_t t = 0; t < tolls->results.n_tables; t++)
        BK_TRY(bk_results_append(asked->ctx, &result->own, tolls->results.tables[t]));
    result->converged = tolls->rivals.outcome == BK_CONVERGED;
    result->interrupted = tolls->rivals.outcome == BK_CANCELLED;
    result->residual = tolls->residual;
    result->n_sentences = tolls->n_sentences;
    result->sentences = tolls->sentences;
    return record_search(asked, tolls, result);
}

bk_status
bki_ask_pivot(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    const char *const *tollers;
    const size_t       n = bki_asked_list(asked, "tolls", ",", &tollers);

    return n > 0 ? ask_tolls(asked, handle, n, tollers, result) : ask_coalitions(asked, handle, result);
}
