/* What the numbers of a game over economies say: sentences, and tables. */
#include "study/pivot.h"
#include "study/table.h"

#include <math.h>

/* ---- sentences -------------------------------------------------------------------------------------------------- */

enum { MOST_SENTENCES = 16 };

typedef struct talk {
    bk_arena       *arena;
    const bk_pivot *pivot;
    size_t          n;
    const char    **sentences; /* [n] */
} talk;

static void
say(talk *speech, const char *sentence)
{
    if (sentence && speech->n < MOST_SENTENCES)
        speech->sentences[speech->n++] = sentence;
}

static const char *
million(bk_arena *arena, double usd)
{
    return bk_arena_format(arena, "%.*f m USD", fabs(usd) < 1e7 ? 2 : 0, 1e-6 * usd);
}

static const char *
who(const talk *speech, uint64_t coalition)
{
    const char *text = NULL;

    for (size_t i = 0; i < speech->pivot->n_players; i++)
        if (coalition >> i & 1)
            text = text ? bk_arena_format(speech->arena, "%s, %s", text, speech->pivot->names[i])
                        : speech->pivot->names[i];
    return text ? text : "nobody";
}

static size_t
most_needed(const bk_pivot_side *side, size_t n, bool by_loss)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (by_loss ? side->players[i].others_lose > side->players[best].others_lose
                    : side->players[i].shapley > side->players[best].shapley)
            best = i;
    return best;
}

static void
say_needed(talk *speech, const bk_pivot_side *side)
{
    const size_t           n = speech->pivot->n_players, first = most_needed(side, n, false);
    const size_t           missed = most_needed(side, n, true);
    const bk_pivot_player *player = &side->players[first], *other = &side->players[missed];

    if (side->worth > 0.0)
        say(speech, bk_arena_format(speech->arena,
                                    "%s brings most: its Shapley value is %s a year, %.0f %% of the %s "
                                    "that all together are worth.",
                                    speech->pivot->names[first], million(speech->arena, player->shapley),
                                    100.0 * player->shapley / side->worth, million(speech->arena, side->worth)));
    if (other->others_lose <= 0.0)
        say(speech, "No player's staying out costs the others anything.");
    else
        say(speech, bk_arena_format(speech->arena,
                                    "The others miss %s most: without it they lose %s of the %s they gain "
                                    "(%.0f %%).",
                                    speech->pivot->names[missed], million(speech->arena, other->others_lose),
                                    million(speech->arena, other->others_gain),
                                    other->others_gain > 0.0 ? 100.0 * other->others_lose / other->others_gain : 0.0));
}

static void
say_core(talk *speech, const bk_pivot_side *side)
{
    const bk_core *core = &side->gross->core;

    if (!core->empty)
        say(speech, bk_arena_format(speech->arena,
                                    "Before costs a split of the gains exists that nobody would leave (the core is not "
                                    "empty, with %s to spare).",
                                    million(speech->arena, fmax(0.0, -core->epsilon))));
    else
        say(speech, bk_arena_format(speech->arena,
                                    "Before costs no split of the gains satisfies every coalition (the core is empty): "
                                    "some lack %s.",
                                    million(speech->arena, core->epsilon)));
    if (!side->gross->kind.superadditive)
        say(speech,
            "The game is not superadditive: some coalitions gain less together than their parts do apart, since "
            "their ways compete or their trade is diverted.");
}

static void
say_costs(talk *speech, const bk_pivot_side *side)
{
    const bk_core *core = &side->net->core;

    if (side->cost <= 0.0)
        return;
    say(speech, bk_arena_format(speech->arena, "The works cost %s a year, the gains are %s: %s.",
                                million(speech->arena, side->cost), million(speech->arena, side->worth),
                                side->worth >= side->cost ? "together they pay" : "together they do not pay"));
    if (core->empty)
        say(speech, bk_arena_format(speech->arena,
                                    "No sharing of the cost is acceptable to every coalition: by itself some would be "
                                    "%s better off, however it is shared.",
                                    million(speech->arena, core->epsilon)));
    else
        say(speech, "A sharing of the cost exists that every coalition could accept (between the last two columns).");
    if (side->plan_excess > 1.0)
        say(speech, bk_arena_format(speech->arena,
                                    "As financed now, %s would be %s a year better off by themselves, doing only what "
                                    "they can alone.",
                                    who(speech, side->plan_coalition), million(speech->arena, side->plan_excess)));
    else if (speech->pivot->n_players > 1)
        say(speech, "As financed now, no coalition would be better off by itself.");
}

static void
say_bypass(talk *speech)
{
    const bk_pivot_side *without = &speech->pivot->sides[0], *with = &speech->pivot->sides[1];
    const size_t         i = most_needed(without, speech->pivot->n_players, true);
    const double         before = without->players[i].others_lose, after = with->players[i].others_lose;
    const char          *verdict = after <= 0.5 * before   ? "the bypass breaks its hold"
                                   : after < 0.95 * before ? "the bypass loosens its hold, and does not break it"
                                                           : "the bypass does not loosen its hold";

    if (before > 0.0)
        say(speech, bk_arena_format(speech->arena,
                                    "Bypass: without %s the others lose %s where the bypass is not built, %s where it "
                                    "is: %s.",
                                    speech->pivot->names[i], million(speech->arena, before),
                                    million(speech->arena, after), verdict));
}

bk_status
bki_pivot_say(bk_arena *arena, bk_pivot *pivot)
{
    talk speech = {.arena = arena, .pivot = pivot, .sentences = BK_NEW(arena, const char *, MOST_SENTENCES)};
    const bk_pivot_side *side = &pivot->sides[pivot->n_sides - 1];

    BK_TRY(bk_arena_ok(arena));
    say_needed(&speech, side);
    if (side->gross)
        say_core(&speech, side);
    if (side->net)
        say_costs(&speech, side);
    if (pivot->n_sides == 2)
        say_bypass(&speech);
    pivot->n_sentences = speech.n;
    pivot->sentences = speech.sentences;
    return bk_arena_ok(arena);
}

/* ---- tables ----------------------------------------------------------------------------------------------------- */

#define NUMBER(name, meaning)                                                                                          \
    {                                                                                                                  \
        name, "USD/yr", meaning, BK_COLUMN_NUMBER                                                                      \
    }
#define TEXT(name, meaning)                                                                                            \
    {                                                                                                                  \
        name, "", meaning, BK_COLUMN_TEXT                                                                              \
    }

static const bki_column player_columns[] = {
    TEXT("game", "without or with the bypasses; whole: none were named"),
    TEXT("economy", "country"),
    TEXT("name", "of its economy"),
    NUMBER("gain_usd", "its own gain with all in"),
    NUMBER("alone_usd", "worth of itself alone"),
    NUMBER("shapley_usd", "Shapley value of the game of gains (Shapley 1953)"),
    NUMBER("shapley_error_usd", "its standard error; 0: every coalition was solved"),
    NUMBER("others_lose_usd", "what the other players lose when it alone stays out"),
    NUMBER("world_loses_usd", "the same of every other economy of the study"),
    NUMBER("cost_usd", "its part of the works by projects/finance.csv"),
    NUMBER("share_most_usd", "share of the cost that leaves it what it makes alone"),
    NUMBER("share_shapley_usd", "share by Shapley's value of gains less cost; empty: not solved"),
    NUMBER("share_nucleolus_usd", "share by the nucleolus of gains less cost (Schmeidler 1969); empty: not solved"),
    NUMBER("share_core_least_usd", "least share in the core, or the least core; empty: not solved"),
    NUMBER("share_core_most_usd", "most share in the core, or the least core; empty: not solved"),
};

static const bki_column coalition_columns[] = {
    TEXT("game", "without or with the bypasses; whole: none were named"),
    TEXT("coalition", "countries that do their part"),
    TEXT("state", "countries whose part it takes: equal ones were solved once"),
    NUMBER("gain_usd", "worth: what it gains"),
    NUMBER("cost_usd", "cost of the works it opens"),
};

static const char *
side_name(const bk_pivot *pivot, size_t side)
{
    return !pivot->has_bypass ? "whole" : side == 0 ? "without" : "with";
}

static const char *
codes(const bk_pivot *pivot, uint64_t coalition, bk_arena *arena)
{
    const char *text = NULL;

    for (size_t i = 0; i < pivot->n_players; i++) {
        const char *id = pivot->study->model->countries[pivot->countries[i]];
        if (coalition >> i & 1)
            text = text ? bk_arena_format(arena, "%s %s", text, id) : id;
    }
    return text ? text : "";
}

static void
put_player(bki_table *table, const bk_pivot *pivot, size_t s, size_t i)
{
    const bk_pivot_side   *side = &pivot->sides[s];
    const bk_pivot_player *player = &side->players[i];
    const double numbers[] = {player->gain,        player->alone,       player->shapley, player->shapley_error,
                              player->others_lose, player->world_loses, player->cost,    player->share_most};
    const double shares[] = {player->share_shapley, player->share_nucleolus, player->share_least, player->share_upper};

    bki_put_text(table, side_name(pivot, s));
    bki_put_text(table, pivot->study->model->countries[player->country]);
    bki_put_text(table, pivot->names[i]);
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        bki_put_number(table, numbers[k]);
    for (size_t k = 0; k < sizeof shares / sizeof *shares; k++)
        bki_put_number(table, side->net ? shares[k] : (double)NAN);
    bki_end_row(table);
}

static bk_status
record_coalitions(bk_context *ctx, bk_arena *arena, bk_pivot *pivot)
{
    const size_t n_columns = sizeof coalition_columns / sizeof *coalition_columns;
    const size_t n = pivot->sides[0].exact ? (size_t)1 << pivot->n_players : 0;
    bki_table   *table = bki_table_create(arena, "pivot_coalitions", "Worth of every coalition of economies",
                                          coalition_columns, n_columns, pivot->n_sides * n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < pivot->n_sides; s++)
        for (uint64_t k = 0; k < n; k++) {
            bki_put_text(table, side_name(pivot, s));
            bki_put_text(table, codes(pivot, k, arena));
            bki_put_text(table, codes(pivot, pivot->sides[s].states[k], arena));
            bki_put_number(table, pivot->sides[s].gains[k]);
            bki_put_number(table, pivot->sides[s].costs[k]);
            bki_end_row(table);
        }
    return bki_table_append(ctx, &pivot->results, table);
}

bk_status
bki_pivot_record(bk_context *ctx, bk_arena *arena, bk_pivot *pivot)
{
    const size_t n_columns = sizeof player_columns / sizeof *player_columns;
    bki_table   *table =
        bki_table_create(arena, "pivot_players", "How much each economy is needed, and what it could pay",
                         player_columns, n_columns, pivot->n_sides * pivot->n_players, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(arena));
    for (size_t s = 0; s < pivot->n_sides; s++)
        for (size_t i = 0; i < pivot->n_players; i++)
            put_player(table, pivot, s, i);
    BK_TRY(bki_table_append(ctx, &pivot->results, table));
    return record_coalitions(ctx, arena, pivot);
}
