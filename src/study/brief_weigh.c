/* Verdicts under doubt: the questions put to every draw, the interval of each figure, and what moves it. */
#include "study/brief.h"
#include "buckle/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { A_TWENTIETH = 20 };
static const double BY_LUCK = 0.05; /* chance above which an input that seems to move an answer may not */

const char *
bk_interval_name(bk_brief_interval interval)
{
    static const char *const names[] = {"none", "draws", "first order", "works"};

    return interval <= BK_INTERVAL_WORKS ? names[interval] : "unknown";
}

/* How far draws go for each question, and what they leave out. */
static const struct {
    bool        first_order;
    const char *left_out; /* why no draw moves the figure; NULL: nothing is left out */
} reach[BK_BRIEF_QUESTIONS] = {
    [1] = {.first_order = true},
    [2] = {.first_order = true},
    [3] = {.left_out = "the game takes an equilibrium for each coalition, which are not solved anew for each draw"},
    [4] = {.left_out = "corridors are made cheaper at the stated inputs only"},
    [9] = {.left_out = "traffic and what it pays are those of the stated inputs"},
    [11] = {.first_order = true},
    [12] = {.first_order = true},
    [13] = {.left_out = "its interval is of overruns and gains realised, at the stated inputs' equilibria"},
    [14] = {.left_out = "contractors' shares are data about which the study states no doubt"},
    [15] = {.left_out = "derivatives are taken at the stated inputs only"},
    [16] = {.left_out = "the game takes an equilibrium for each coalition, which are not solved anew for each draw"},
};

typedef struct weighing {
    bk_context           *ctx;
    const bk_brief_draws *draws;
    bk_arena             *arena;
    double               *figure;  /* [BK_BRIEF_QUESTIONS][n] */
    bk_verdict           *verdict; /* [BK_BRIEF_QUESTIONS][n] */
    double               *sorted;  /* [n] */
} weighing;

static bk_status
judge_draws(const weighing *w)
{
    const size_t n = w->draws->n;

    for (size_t k = 0; k < n; k++) {
        bk_brief_answer answers[BK_BRIEF_QUESTIONS];
        bk_arena        texts;
        bk_arena_init(&texts, w->ctx);
        const bk_status status = bk_brief_judge(&w->draws->facts[k], &texts, answers);
        bk_arena_release(&texts);
        BK_TRY(status);
        for (size_t q = 0; q < BK_BRIEF_QUESTIONS; q++) {
            w->figure[q * n + k] = answers[q].figure;
            w->verdict[q * n + k] = answers[q].verdict;
        }
    }
    return BK_OK;
}

static int
ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* "-0.350 to -0.240 % of real income", "1.2 m USD to 2.0 m USD". */
static const char *
range_text(bk_arena *arena, const char *unit, double low, double high)
{
    if (strncmp(unit, "USD", 3) == 0)
        return bk_arena_format(arena, "%s to %s", bki_money(arena, low), bki_money(arena, high));
    if (unit[0] == '%')
        return bk_arena_format(arena, "%+.3f to %+.3f %s", low, high, unit);
    return bk_arena_format(arena, "%.3g to %.3g (%s)", low, high, unit);
}

static size_t
count_of(const weighing *w, size_t q, bk_verdict verdict)
{
    size_t n = 0;

    for (size_t k = 0; k < w->draws->n; k++)
        n += w->verdict[q * w->draws->n + k] == verdict;
    return n;
}

/* What moves it most may be luck. */
static bool
is_perhaps(const bk_brief_answer *answer)
{
    return answer->n_movers > 0 && answer->movers[0].chance > BY_LUCK;
}

/* "oil-supply (62 % of the spread) and rail-freight (20 %)"; "no input by itself" where nothing varies. */
static const char *
movers_text(bk_arena *arena, const bk_brief_answer *answer)
{
    const char *text = NULL;

    for (size_t m = 0; m < answer->n_movers; m++) {
        const bk_brief_mover *mover = &answer->movers[m];
        text = bk_arena_format(arena, "%s%s%s (%.0f %%%s)", text ? text : "",
                               m == 0                      ? ""
                               : m + 1 == answer->n_movers ? " and "
                                                           : ", ",
                               mover->input, 100.0 * mover->share,
                               m > 0                ? ""
                               : is_perhaps(answer) ? " of the spread, which may be luck in so few draws"
                                                    : " of the spread");
    }
    return text ? text : "no input by itself";
}

static bk_status
find_movers(const weighing *w, size_t q, bk_brief_answer *answer)
{
    const bk_brief_draws *draws = w->draws;
    bk_mover              movers[BK_BRIEF_MOVERS];

    size_t n;

    BK_TRY(bk_movers(w->ctx, draws->input, w->figure + q * draws->n, draws->n, draws->n_inputs, BK_BRIEF_MOVERS, movers,
                     &n));
    for (size_t m = 0; m < n && (m == 0 || movers[m].chance <= BY_LUCK); m++)
        answer->movers[answer->n_movers++] =
            (bk_brief_mover){draws->names[movers[m].input], movers[m].share, movers[m].chance};
    return BK_OK;
}

static const char *
doubt_text(const weighing *w, size_t q, const bk_brief_answer *answer)
{
    if (count_of(w, q, BK_VERDICT_NOT_ANSWERED) > 0)
        return bk_arena_format(w->arena, "In %zu of %zu draws it has no answer, so that there is no interval.",
                               count_of(w, q, BK_VERDICT_NOT_ANSWERED), answer->n_draws);
    if (!answer->is_drawn)
        return bk_arena_format(w->arena, "No draw moves it: %s.",
                               reach[q].left_out ? reach[q].left_out : "nothing that is drawn bears on it");
    return bk_arena_format(w->arena, "90 %% interval %s%s, the same verdict in %zu of %zu draws; %smost moved by %s.",
                           range_text(w->arena, answer->figure_unit, answer->figure_low, answer->figure_high),
                           reach[q].first_order ? " to first order" : "", answer->n_agreeing, answer->n_draws,
                           is_perhaps(answer) ? "perhaps " : "", movers_text(w->arena, answer));
}

/* Its line runs through the interval. */
static void
make_it_depend(const weighing *w, size_t q, bk_brief_answer *answer)
{
    const char *list = NULL;

    for (bk_verdict v = BK_VERDICT_SUPPORTED; v <= BK_VERDICT_NOT_ANSWERED; v++)
        if (count_of(w, q, v) > 0)
            list = bk_arena_format(w->arena, "%s%s%s in %zu", list ? list : "", list ? ", " : "", bk_verdict_name(v),
                                   count_of(w, q, v));
    answer->sentence =
        bk_arena_format(w->arena,
                        "%s By these figures it is %s, but its line lies within what is in doubt (of %zu draws %s): it "
                        "depends%s on %s.",
                        answer->sentence, bk_verdict_name(answer->verdict), w->draws->n, list,
                        is_perhaps(answer) ? ", perhaps most," : "",
                        answer->n_movers > 0 ? movers_text(w->arena, answer) : "several inputs at once");
    answer->verdict = BK_VERDICT_DEPENDS;
}

static bk_status
weigh(const weighing *w, size_t q, bk_brief_answer *answer)
{
    const size_t n = w->draws->n, k = (n + 1) / A_TWENTIETH;

    memcpy(w->sorted, w->figure + q * n, n * sizeof *w->sorted);
    qsort(w->sorted, n, sizeof *w->sorted, ascending);
    answer->n_draws = n;
    answer->n_agreeing = count_of(w, q, answer->verdict);
    answer->is_drawn = w->sorted[n - 1] > w->sorted[0] && count_of(w, q, BK_VERDICT_NOT_ANSWERED) == 0;
    if (answer->is_drawn) {
        answer->figure_low = w->sorted[k - 1];
        answer->figure_high = w->sorted[n - k];
        BK_TRY(find_movers(w, q, answer));
    }
    answer->doubt = doubt_text(w, q, answer);
    if (n - answer->n_agreeing >= k && answer->verdict != BK_VERDICT_DEPENDS)
        make_it_depend(w, q, answer);
    if (answer->is_drawn && !answer->has_interval) {
        answer->has_interval = true;
        answer->low = answer->figure_low;
        answer->high = answer->figure_high;
        answer->interval = reach[q].first_order ? BK_INTERVAL_FIRST_ORDER : BK_INTERVAL_DRAWS;
    }
    return BK_OK;
}

bk_status
bk_brief_weigh(bk_context *ctx, const bk_brief_draws *draws, bk_arena *arena, bk_brief_answer *answers)
{
    bk_arena  room;
    bk_status status;

    if (draws->n < BK_BRIEF_DRAWS)
        return bk_fail(ctx, BK_ERR_USAGE, "an interval of 90 %% takes %d draws, there are %zu", BK_BRIEF_DRAWS,
                       draws->n);
    bk_arena_init(&room, ctx);
    const weighing w = {.ctx = ctx,
                        .draws = draws,
                        .arena = arena,
                        .figure = BK_NEW(&room, double, BK_BRIEF_QUESTIONS * draws->n),
                        .verdict = BK_NEW(&room, bk_verdict, BK_BRIEF_QUESTIONS * draws->n),
                        .sorted = BK_NEW(&room, double, draws->n)};
    status = bk_arena_ok(&room);
    if (status == BK_OK)
        status = judge_draws(&w);
    for (size_t q = 0; status == BK_OK && q < BK_BRIEF_QUESTIONS; q++)
        if (answers[q].has_value)
            status = weigh(&w, q, &answers[q]);
    bk_arena_release(&room);
    return status == BK_OK ? bk_arena_ok(arena) : status;
}
