/* buckle claim: which cut of which cost would bring a gain somebody claims. */
#include "cli/cli.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct claim_answer {
    bki_session    *session;
    const bk_study *study;
    const bk_claim *claim;
    double          seconds;
} claim_answer;

static const char *
show_result(bk_arena *arena, const bk_claim_channel *channel)
{
    if (channel->state == BK_CLAIM_NOTHING)
        return "there is nothing to cut";
    if (channel->state == BK_CLAIM_REACHED)
        return bk_arena_format(arena, "a cut of %.3g %%", 100.0 * channel->cut);
    if (channel->gain_pct <= 0.0)
        return bk_arena_format(arena, "no: no cut up to %.0f %% gains anything", 100.0 * channel->most);
    return bk_arena_format(arena, "no: at most %.3g %%, with a cut of %.0f %%", channel->gain_pct,
                           100.0 * channel->cut);
}

static void
print_text(const void *of)
{
    const claim_answer      *answer = of;
    static const bool        right[] = {false, false, true, false};
    static const char *const head[] = {"channel", "takes", "% per point", ""};
    const bk_claim          *claim = answer->claim;
    bk_arena                *arena = &answer->session->arena;
    bki_grid                 grid;

    printf("What it would take for the real income of %s to rise by %g %%, one channel at a time:\n\n",
           answer->study->model->countries[claim->country], claim->target_pct);
    bki_grid_start(&grid, arena, 4, right);
    for (size_t c = 0; c < 4; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t c = 0; c < claim->n_channels; c++) {
        const bk_claim_channel *channel = &claim->channels[c];
        bki_grid_add(&grid, channel->id);
        bki_grid_add(&grid, show_result(arena, channel));
        bki_grid_add(
            &grid, channel->state == BK_CLAIM_NOTHING ? "" : bk_arena_format(arena, "%+.2g", channel->first_order_pct));
        bki_grid_add(&grid, channel->what);
    }
    bki_grid_print(&grid);
    double residual = 0.0;
    size_t n_states = 0;
    for (size_t c = 0; c < claim->n_channels; c++) {
        residual = fmax(residual, claim->channels[c].residual);
        n_states += claim->channels[c].n_states;
    }
    printf("\n%% per point: first-order gain of one point of cut. The cost of cutting is not counted.\n"
           "%s: residual %.0e over %zu equilibria, %.1f s.\n",
           claim->converged ? "Every state is an equilibrium" : "NOT CONVERGED", residual, n_states, answer->seconds);
}

static void
json_channel(bk_json *json, const bk_claim_channel *channel)
{
    static const char *const states[] = {"reached", "out-of-reach", "nothing-to-cut"};

    bk_json_object(json, NULL);
    bk_json_text(json, "channel", channel->id);
    bk_json_text(json, "what", channel->what);
    bk_json_text(json, "state", states[channel->state]);
    bk_json_number(json, "cut", channel->state == BK_CLAIM_NOTHING ? (double)NAN : channel->cut);
    bk_json_number(json, "most", channel->most);
    bk_json_number(json, "gain_pct", channel->state == BK_CLAIM_NOTHING ? (double)NAN : channel->gain_pct);
    bk_json_number(json, "first_order_pct",
                   channel->state == BK_CLAIM_NOTHING ? (double)NAN : channel->first_order_pct);
    bk_json_integer(json, "equilibria", (int64_t)channel->n_states);
    bk_json_number(json, "residual", channel->residual);
    bk_json_flag(json, "converged", channel->converged);
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const claim_answer *answer = of;
    const bk_claim     *claim = answer->claim;
    bk_json            *json = bk_json_create(&answer->session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_text(json, "economy", answer->study->model->countries[claim->country]);
    bk_json_number(json, "target_pct", claim->target_pct);
    bk_json_flag(json, "converged", claim->converged);
    bk_json_number(json, "seconds", answer->seconds);
    bk_json_array(json, "channels");
    for (size_t c = 0; c < claim->n_channels; c++)
        json_channel(json, &claim->channels[c]);
    bk_json_end(json);
    return bki_json_finish(answer->session, json);
}

/* "1%", "1 %", "0.5": percent of real income. */
static bk_status
parse_gain(bki_session *session, const char *text, double *out)
{
    char *end = NULL;

    *out = text ? strtod(text, &end) : 0.0;
    if (text && end != text && strspn(end, " %") == strlen(end) && *out > 0.0 && isfinite(*out))
        return BK_OK;
    return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --gain 1%", "--gain must be a percentage above 0");
}

static bk_status
solve(claim_answer *answer)
{
    bki_session      *session = answer->session;
    bk_joint_settings joint = bk_joint_default_settings();
    const double      start = bki_seconds();
    double            gain = 0.0;
    uint32_t          country = BK_NONE;

    BK_TRY(parse_gain(session, bki_option_text(session, "gain"), &gain));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_NONE, &answer->study));
    if (!bki_option_given(session, "economy"))
        return bk_fail_hint(session->ctx, BK_ERR_USAGE, "such as --economy KAZ", "name the economy of the claim");
    BK_TRY(bki_economy_named(session, answer->study->model, bki_option_text(session, "economy"), &country));
    joint.tolerance = bki_option_number(session, "tolerance", joint.tolerance);
    BK_TRY(bk_study_claim(session->ctx, answer->study, country, gain, &joint, bki_option_cache(session),
                          &session->arena, &answer->claim));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static bki_exit
exit_of(const void *of)
{
    const claim_answer *answer = of;

    return answer->claim->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    claim_answer answer = {.session = session};

    return bki_finish(session, solve(&answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "economy",
     .kind = BKI_OPTION_TEXT,
     .argument = "E",
     .meaning = "the country whose real income is to rise (a region stands for its country)"},
    {.name = "gain", .kind = BKI_OPTION_TEXT, .argument = "P%", .meaning = "the gain claimed, percent of real income"},
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-6 by default"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_claim = {
    .name = "claim",
    .operand = "STUDY",
    .summary = "Which cut of which cost it would take to reach a claimed gain, channel by channel, or why none does",
    .detail = "Each channel is cut by itself, from the base year on, and the joint equilibrium solved at every cut "
              "tried until the\n"
              "gain is the one claimed, or the largest cut falls short of it. What the cut would cost is not counted.",
    .example = "buckle claim studies/silkroad --economy KAZ --gain 1%",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
