/* What rival tolls come to: sentences and tables. */
#include "study/table.h"
#include "study/tolls.h"

#include <math.h>

enum { MOST_SENTENCES = 16 };

typedef struct talk {
    bk_arena       *arena;
    const bk_tolls *tolls;
    size_t          n;
    const char    **sentences; /* [n] */
} talk;

static void
say(talk *speech, const char *sentence)
{
    if (sentence && speech->n < MOST_SENTENCES)
        speech->sentences[speech->n++] = sentence;
}

static void
say_outcome(talk *speech)
{
    const bk_rivalry_solution *rivals = &speech->tolls->rivals;

    if (rivals->outcome == BK_CONVERGED)
        say(speech, bk_arena_format(
                        speech->arena,
                        "The rivals' tolls are an equilibrium: of the other tolls from 0 to %g USD that were "
                        "tried, none brings its country over %.1g of its payoff more.",
                        speech->tolls->settings.most, fmax(rivals->regret, speech->tolls->settings.search.epsilon)));
    else if (rivals->outcome == BK_CANCELLED)
        say(speech,
            bk_arena_format(speech->arena,
                            "INTERRUPTED after %d rounds: the tolls shown are where play had come to; whether another "
                            "would bring some country more was not asked.",
                            rivals->rounds));
    else if (rivals->cycle > 0)
        say(speech,
            bk_arena_format(speech->arena,
                            "NO EQUILIBRIUM in pure tolls was found: best answers come back every %d rounds. The "
                            "tolls shown are the last of the circle; another toll would bring some country %.1g of "
                            "its payoff more.",
                            rivals->cycle, rivals->regret));
    else
        say(speech,
            bk_arena_format(speech->arena,
                            "NO EQUILIBRIUM was found in %d rounds: another toll would bring some country %.1g of "
                            "its payoff more.",
                            rivals->rounds, rivals->regret));
}

static void
say_bound(talk *speech)
{
    const bk_tolls *tolls = speech->tolls;

    for (size_t s = 1; s < tolls->n_states; s++)
        for (size_t i = 0; i < tolls->n_players; i++)
            if (tolls->states[s].players[i].toll >= tolls->settings.most)
                say(speech,
                    bk_arena_format(speech->arena,
                                    "%s, %s: the toll stands at the most that was allowed; a higher one may bring "
                                    "more (--toll-max).",
                                    tolls->names[i], tolls->states[s].name));
}

static void
say_together(talk *speech)
{
    const bk_tolls      *tolls = speech->tolls;
    const bk_toll_state *rivals = &tolls->states[1], *common = &tolls->states[2];
    size_t               n_lower = 0, n_higher = 0;

    if (tolls->n_states < 3 || rivals->revenue <= 0.0)
        return;
    if (tolls->together.outcome == BK_CANCELLED)
        say(speech, bk_arena_format(speech->arena,
                                    "INTERRUPTED after %d rounds of the search for common tolls: they may bring more "
                                    "than is shown.",
                                    tolls->together.rounds));
    for (size_t i = 0; i < tolls->n_players; i++) {
        const double step = common->players[i].toll - rivals->players[i].toll;
        n_lower += step < -2.0 * tolls->settings.search.tolerance * tolls->settings.most;
        n_higher += step > 2.0 * tolls->settings.search.tolerance * tolls->settings.most;
    }
    say(speech, bk_arena_format(speech->arena,
                                "Together they would take %.0f m USD a year in place of %.0f (%+.1f %%): %zu would ask "
                                "less than now (their ways lie behind one another, and rivals mark them up twice), %zu "
                                "more (theirs lie beside one another, and rivals hold each other down).",
                                1e-6 * common->revenue, 1e-6 * rivals->revenue,
                                100.0 * (common->revenue / rivals->revenue - 1.0), n_lower, n_higher));
    say(speech,
        bk_arena_format(speech->arena,
                        "The world's real income changes by %.0f m USD a year under the rivals' tolls and by %.0f "
                        "under the common ones, before the revenue is spent.",
                        1e-6 * rivals->world, 1e-6 * common->world));
}

static void
say_payer(talk *speech)
{
    const bk_economy *economy = &speech->tolls->study->model->economy;
    const double     *gain = speech->tolls->states[1].gain;
    size_t            worst = 0;

    for (size_t r = 1; r < economy->n_regions; r++)
        if (gain[r] < gain[worst])
            worst = r;
    if (gain[worst] < 0.0)
        say(speech,
            bk_arena_format(speech->arena, "%s loses most by the rivals' tolls: %.0f m USD of real income a year.",
                            economy->regions[worst].name, -1e-6 * gain[worst]));
}

bk_status
bki_tolls_say(bk_arena *arena, bk_tolls *tolls)
{
    talk speech = {.arena = arena, .tolls = tolls, .sentences = BK_NEW(arena, const char *, MOST_SENTENCES)};

    BK_TRY(bk_arena_ok(arena));
    say_outcome(&speech);
    say_bound(&speech);
    say_together(&speech);
    say_payer(&speech);
    tolls->n_sentences = speech.n;
    tolls->sentences = speech.sentences;
    return bk_arena_ok(arena);
}

/* ---- tables ------------------------------------------------------------------------------------------------------ */

static const bki_column toll_columns[] = {
    {"state", "", "none: no tolls; rivals: each for itself; together: what brings all of them the most",
     BK_COLUMN_TEXT},
    {"economy", "", "who asks the toll", BK_COLUMN_TEXT},
    {"toll", "USD/t", "asked of transit where it leaves", BK_COLUMN_NUMBER},
    {"tonnes", "t/yr", "of which it is asked, or could be", BK_COLUMN_NUMBER},
    {"revenue", "USD/yr", "what it brings", BK_COLUMN_NUMBER},
    {"gain", "USD/yr", "real income against no tolls, before the revenue", BK_COLUMN_NUMBER},
    {"payoff", "USD/yr", "what the economy looks to", BK_COLUMN_NUMBER},
    {"best_deviation", "USD/t", "rivals: the best other toll that was tried", BK_COLUMN_NUMBER},
    {"deviation_gain", "USD/yr", "rivals: what it would bring more", BK_COLUMN_NUMBER}};

static const bki_column gain_columns[] = {{"state", "", "as in tolls", BK_COLUMN_TEXT},
                                          {"region", "", "of economy/region.csv", BK_COLUMN_TEXT},
                                          {"gain", "USD/yr", "real income against no tolls", BK_COLUMN_NUMBER}};

static void
put_player(bki_table *table, const bk_tolls *tolls, size_t s, size_t i)
{
    const bk_toll_player *player = &tolls->states[s].players[i];
    const bool            rivals = s == 1;

    bki_put_text(table, tolls->states[s].name);
    bki_put_text(table, tolls->study->model->countries[tolls->settings.players[i]]);
    bki_put_number(table, player->toll);
    bki_put_number(table, player->tonnes);
    bki_put_number(table, player->revenue);
    bki_put_number(table, player->gain);
    bki_put_number(table, player->payoff);
    bki_put_number(table, rivals && isfinite(tolls->rivals.gain[i]) ? tolls->rivals.best[i] : NAN);
    bki_put_number(table, rivals && isfinite(tolls->rivals.gain[i]) ? tolls->rivals.gain[i] : NAN);
    bki_end_row(table);
}

bk_status
bki_tolls_record(bk_context *ctx, bk_arena *arena, bk_tolls *tolls)
{
    const bk_economy *economy = &tolls->study->model->economy;
    const size_t      n_columns = sizeof toll_columns / sizeof *toll_columns;
    bki_table        *table = bki_table_create(arena, "tolls", "Tolls on transit: none, each for itself, together",
                                               toll_columns, n_columns, tolls->n_states * tolls->n_players, BK_GEOMETRY_NONE);
    bki_table *gains = bki_table_create(arena, "toll_gains", "What tolls on transit do to real income", gain_columns,
                                        sizeof gain_columns / sizeof *gain_columns,
                                        tolls->n_states * economy->n_regions, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < tolls->n_states; s++) {
        for (size_t i = 0; i < tolls->n_players; i++)
            put_player(table, tolls, s, i);
        for (size_t r = 0; r < economy->n_regions; r++) {
            bki_put_text(gains, tolls->states[s].name);
            bki_put_text(gains, economy->regions[r].id);
            bki_put_number(gains, tolls->states[s].gain[r]);
            bki_end_row(gains);
        }
    }
    BK_TRY(bki_table_append(ctx, &tolls->results, table));
    return bki_table_append(ctx, &tolls->results, gains);
}
