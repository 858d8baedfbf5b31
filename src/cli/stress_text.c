/* How sure, for reading. */
#include "cli/stress.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ECONOMIES_SHOWN = 12, INPUTS_SHOWN = 8 };

const bk_stress_answer *
bki_stress_find(const bk_stress *stress, size_t scenario, bk_stress_kind kind, uint32_t economy, bool works,
                uint32_t project)
{
    for (size_t a = 0; a < stress->n_answers; a++) {
        const bk_stress_answer *answer = &stress->answers[a];
        if (answer->scenario == scenario && answer->kind == kind && answer->economy == economy &&
            answer->works == works && answer->project == project)
            return answer;
    }
    return NULL;
}

static const char *
economy_name(const bk_stress *stress, uint32_t country)
{
    const bk_economy *economy = &stress->study->model->economy;
    const char       *name = NULL;

    if (country == BK_NONE)
        return "all economies";
    for (size_t n = 0; n < economy->n_regions; n++)
        if (economy->regions[n].country == country) {
            if (name)
                return stress->study->model->countries[country];
            name = economy->regions[n].name;
        }
    return name ? name : stress->study->model->countries[country];
}

static const char *
share(bk_arena *arena, double value)
{
    return bk_arena_format(arena, "%.0f %%", 100.0 * value);
}

/* ---- distributions --------------------------------------------------------------------------------------------- */

static void
gain_row(const bki_stress_shown *shown, bki_grid *grid, size_t scenario, uint32_t country)
{
    const bk_stress        *stress = shown->stress;
    bk_arena               *arena = &shown->session->arena;
    const bk_stress_answer *gain = bki_stress_find(stress, scenario, BK_STRESS_GAIN_PCT, country, false, BK_NONE);
    const bk_stress_answer *usd = bki_stress_find(stress, scenario, BK_STRESS_GAIN, country, false, BK_NONE);
    const bk_stress_answer *npv = bki_stress_find(stress, scenario, BK_STRESS_NPV, country, false, BK_NONE);

    bki_grid_add(grid, country == BK_NONE ? "all" : stress->study->model->countries[country]);
    bki_grid_add(grid, economy_name(stress, country));
    bki_grid_add(grid, gain ? bki_show_signed(arena, gain->central, 3) : "");
    bki_grid_add(grid, gain ? bki_show_signed(arena, gain->summary.p05, 3) : "");
    bki_grid_add(grid, gain ? bki_show_signed(arena, gain->summary.p50, 3) : "");
    bki_grid_add(grid, gain ? bki_show_signed(arena, gain->summary.p95, 3) : "");
    bki_grid_add(grid, usd ? share(arena, usd->summary.loss) : "");
    bki_grid_add(grid, npv ? bki_show_usd(arena, npv->summary.p05) : "");
    bki_grid_add(grid, npv ? bki_show_usd(arena, npv->summary.p50) : "");
    bki_grid_add(grid, npv ? bki_show_usd(arena, npv->summary.p95) : "");
    bki_grid_add(grid, npv ? share(arena, npv->summary.loss) : "");
}

/* Whose median gain is the `rank`-th largest by size, the economy asked about left out. */
static uint32_t
economy_at(const bk_stress *stress, size_t scenario, double *below)
{
    uint32_t found = BK_NONE;
    double   most = -1.0;

    for (size_t e = 0; e < stress->n_economies; e++) {
        const bk_stress_answer *gain =
            bki_stress_find(stress, scenario, BK_STRESS_GAIN_PCT, stress->economies[e], false, BK_NONE);
        const double size = gain ? fabs(gain->summary.p50) : 0.0;
        if (stress->economies[e] != stress->settings.economy && size < *below && size > most) {
            most = size;
            found = stress->economies[e];
        }
    }
    *below = most;
    return found;
}

static void
print_gains(const bki_stress_shown *shown, size_t scenario)
{
    static const bool        right[] = {false, false, true, true, true, true, true, true, true, true, true};
    static const char *const head[] = {"",        "economy", "stated %", "5 %",  "median %", "95 %",
                                       "P(loss)", "NPV 5 %", "NPV",      "95 %", "P(NPV<0)"};
    const bk_stress         *stress = shown->stress;
    bki_grid                 grid;
    double                   below = INFINITY;

    bki_grid_start(&grid, &shown->session->arena, 11, right);
    for (size_t c = 0; c < 11; c++)
        bki_grid_add(&grid, head[c]);
    gain_row(shown, &grid, scenario, stress->settings.economy);
    for (size_t shown_now = 1; shown_now < ECONOMIES_SHOWN; shown_now++) {
        const uint32_t country = economy_at(stress, scenario, &below);
        if (country == BK_NONE)
            break;
        gain_row(shown, &grid, scenario, country);
    }
    gain_row(shown, &grid, scenario, BK_NONE);
    bki_grid_print(&grid);
}

static void
works_row(bk_arena *arena, bki_grid *grid, const char *name, const bk_stress_answer *npv)
{
    bki_grid_add(grid, name);
    bki_grid_add(grid, bki_show_usd(arena, npv->central));
    bki_grid_add(grid, bki_show_usd(arena, npv->summary.p05));
    bki_grid_add(grid, bki_show_usd(arena, npv->summary.p50));
    bki_grid_add(grid, bki_show_usd(arena, npv->summary.p95));
    bki_grid_add(grid, share(arena, npv->summary.loss));
    bki_grid_add(grid,
                 bk_arena_format(arena, "%.0f-%.0f %%", 100.0 * npv->summary.loss_low, 100.0 * npv->summary.loss_high));
}

/* The works by themselves: all economies' NPV of all of them, and of each. */
static void
print_works(const bki_stress_shown *shown, size_t scenario)
{
    static const bool        right[] = {false, true, true, true, true, true, true};
    static const char *const head[] = {
        "works, to all economies", "NPV stated", "5 %", "median", "95 %", "P(NPV<0)", "95 % interval"};
    const bk_stress        *stress = shown->stress;
    const bk_stress_answer *works = bki_stress_find(stress, scenario, BK_STRESS_NPV, BK_NONE, true, BK_NONE);
    bki_grid                grid;

    if (!works)
        return;
    bki_grid_start(&grid, &shown->session->arena, 7, right);
    for (size_t c = 0; c < 7; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t a = 0; a < stress->n_answers; a++) {
        const bk_stress_answer *answer = &stress->answers[a];
        if (answer->scenario == scenario && answer->economy == BK_NONE && answer->project != BK_NONE)
            works_row(&shown->session->arena, &grid, stress->study->model->projects.projects[answer->project].id,
                      answer);
    }
    works_row(&shown->session->arena, &grid, "all of them together", works);
    printf("\n");
    bki_grid_print(&grid);
}

/* ---- reasons --------------------------------------------------------------------------------------------------- */

static const char *
answer_name(const bki_stress_shown *shown, const bk_stress_answer *answer)
{
    bk_arena   *arena = &shown->session->arena;
    const char *whose = economy_name(shown->stress, answer->economy);

    if (answer->kind == BK_STRESS_GAIN_PCT)
        return bk_arena_format(arena, "the gain of %s, %% of real income", whose);
    return bk_arena_format(arena, "the NPV of the %s to %s", answer->works ? "works" : "scenario", whose);
}

static const char *
amount(bk_arena *arena, const bk_stress_answer *answer, double value)
{
    return answer->kind == BK_STRESS_GAIN_PCT ? bki_show_signed(arena, value, 3) : bki_show_usd(arena, value);
}

/* The input that moves most among those that move less than `*below`. */
static size_t
next_input(const bk_stress *stress, const bk_stress_reasons *why, double *below)
{
    size_t found = stress->n_inputs;
    double most = 0.0;

    for (size_t i = 0; i < stress->n_inputs; i++) {
        const double size = fabs(why->effects[i].rank);
        if (size < *below && size > most) {
            most = size;
            found = i;
        }
    }
    *below = most;
    return found;
}

static void
print_effects(const bki_stress_shown *shown, const bk_stress_reasons *why, const bk_stress_answer *answer)
{
    static const bool        right[] = {false, true, true, true, true, true, true, false};
    static const char *const head[] = {"input", "rank", "at its 5 %", "at its 95 %", "zero at", "first", "total", ""};
    const bk_stress         *stress = shown->stress;
    bk_arena                *arena = &shown->session->arena;
    bki_grid                 grid;
    double                   below = INFINITY;

    bki_grid_start(&grid, arena, 8, right);
    for (size_t c = 0; c < 8; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t row = 0; row < INPUTS_SHOWN; row++) {
        const size_t i = next_input(stress, why, &below);
        if (i == stress->n_inputs)
            break;
        const bk_effect_of   *effect = &why->effects[i];
        const bk_sensitivity *index = why->indices ? &why->indices[stress->inputs[i].unit] : NULL;
        bki_grid_add(&grid, stress->inputs[i].name);
        bki_grid_add(&grid, bki_show_signed(arena, effect->rank, 2));
        bki_grid_add(&grid, amount(arena, answer, effect->swing_low));
        bki_grid_add(&grid, amount(arena, answer, effect->swing_high));
        bki_grid_add(&grid, effect->has_switching && !stress->inputs[i].is_state
                                ? bk_arena_format(arena, "%.3g", effect->switching)
                                : "");
        bki_grid_add(&grid, index ? bk_arena_format(arena, "%.2f", index->first) : "");
        bki_grid_add(&grid, index ? bk_arena_format(arena, "%.2f", index->total) : "");
        bki_grid_add(&grid, stress->inputs[i].what);
    }
    bki_grid_print(&grid);
}

static void
print_box(const bki_stress_shown *shown, const bk_stress_reasons *why)
{
    const bk_stress *stress = shown->stress;
    const bk_box    *box = &why->box;
    const char      *lead = "";

    printf("Losses lie where ");
    for (size_t i = 0; i < stress->n_inputs; i++) {
        if (!box->bounded_low[i] && !box->bounded_high[i])
            continue;
        printf("%s%s", lead, stress->inputs[i].name);
        if (box->bounded_low[i])
            printf(" >= %.3g", box->low[i]);
        if (box->bounded_high[i])
            printf("%s <= %.3g", box->bounded_low[i] ? " and" : "", box->high[i]);
        lead = ", ";
    }
    printf(": %.0f %% of all losses, in %.0f %% of the draws; %.0f %% of those there lose.\n", 100.0 * box->coverage,
           100.0 * box->mass, 100.0 * box->density);
}

static void
print_reasons(const bki_stress_shown *shown, size_t scenario)
{
    const bk_stress *stress = shown->stress;
    bk_arena        *arena = &shown->session->arena;

    for (size_t r = 0; r < stress->n_reasons; r++) {
        const bk_stress_reasons *why = &stress->reasons[r];
        const bk_stress_answer  *answer = &stress->answers[why->answer];
        if (answer->scenario != scenario)
            continue;
        printf("\nWhat moves %s (mean %s, sd %s", answer_name(shown, answer),
               amount(arena, answer, answer->summary.mean), amount(arena, answer, answer->summary.sd));
        printf(why->effects ? "; a line explains %.0f %% of its variance):\n"
                            : "): too few draws to tell the inputs apart\n",
               100.0 * why->explained);
        if (why->effects)
            print_effects(shown, why, answer);
        if (why->has_box)
            print_box(shown, why);
    }
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

static void
print_regrets(const bki_stress_shown *shown)
{
    static const bool        right[] = {false, false, true, true, true, true};
    static const char *const head[] = {"choice", "to", "mean regret", "95 %", "most", "best in"};
    const bk_stress         *stress = shown->stress;
    bk_arena                *arena = &shown->session->arena;
    bki_grid                 grid;

    if (stress->n_regrets == 0 || stress->study->n_scenarios < 2)
        return;
    bki_grid_start(&grid, arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t r = 0; r < stress->n_regrets; r++) {
        const bk_stress_regret *regret = &stress->regrets[r];
        bki_grid_add(&grid, regret->scenario < stress->study->n_scenarios
                                ? stress->study->scenarios[regret->scenario]->name
                                : "none of them");
        bki_grid_add(&grid, economy_name(stress, regret->economy));
        bki_grid_add(&grid, bki_show_usd(arena, regret->mean));
        bki_grid_add(&grid, bki_show_usd(arena, regret->p95));
        bki_grid_add(&grid, bki_show_usd(arena, regret->most));
        bki_grid_add(&grid, share(arena, regret->best));
    }
    printf("\nRegret, USD of NPV forgone against the best choice of each draw:\n");
    bki_grid_print(&grid);
}

static void
print_convergence(const bki_stress_shown *shown)
{
    const bk_stress *stress = shown->stress;

    for (size_t s = 0; s < stress->study->n_scenarios; s++) {
        const bk_stress_answer *gain =
            bki_stress_find(stress, s, BK_STRESS_GAIN_PCT, stress->settings.economy, false, BK_NONE);
        if (gain)
            printf("%s: mean gain of %s after %zu, %zu, %zu and %zu draws %+.4f, %+.4f, %+.4f, %+.4f %% "
                   "(95 %% interval of the last %+.4f to %+.4f)\n",
                   stress->study->scenarios[s]->name, economy_name(stress, stress->settings.economy),
                   stress->n_used / 8, stress->n_used / 4, stress->n_used / 2, stress->n_used, gain->converging[0],
                   gain->converging[1], gain->converging[2], gain->converging[3], gain->summary.mean_low,
                   gain->summary.mean_high);
        if (gain && gain->controlled.reduction > 1.0)
            printf(
                "with the inputs' known means as control variates %+.4f %% (%+.4f to %+.4f), as good as %.1f times the "
                "draws\n",
                gain->controlled.mean, gain->controlled.low, gain->controlled.high, gain->controlled.reduction);
    }
}

static void
print_failures(const bk_stress *stress)
{
    if (stress->n_failed == 0)
        return;
    printf("%zu draws have no equilibrium and are in no figure above:", stress->n_failed);
    for (size_t f = 0; f < stress->n_failures && f < 10; f++)
        printf(" %" PRIu64 " (%s)", stress->failures[f].index, bk_status_name(stress->failures[f].status));
    printf("%s\n", stress->n_failures > 10 ? " ..." : "");
}

static void
print_end(const bki_stress_shown *shown)
{
    const bk_stress *stress = shown->stress;

    printf("\n");
    print_convergence(shown);
    print_failures(stress);
    if (stress->n_loose > 0)
        printf("%zu draws were stopped by a limit short of the tolerance; they are in the figures.\n", stress->n_loose);
    printf("%" PRIu64 " of %" PRIu64 " draws (%s, seed %" PRIu64 "), %zu inputs; largest residual %.0e; %.1f s.\n",
           stress->n_done, stress->n_wanted, bk_sampler_name(stress->settings.sampler), stress->settings.seed,
           stress->n_inputs, stress->residual, shown->seconds);
    if (shown->package)
        printf("Tables are in %s.\n", shown->package);
    if (shown->folder)
        printf("Tables are in %s.\n", shown->folder);
    if (shown->file)
        printf("Draws are kept in %s%s.\n", shown->file,
               stress->complete      ? ""
               : shown->n_shards > 0 ? "; join shards with `buckle merge`"
                                     : "; go on with --resume");
}

void
bki_stress_print_text(const bki_stress_shown *shown)
{
    const bk_stress *stress = shown->stress;

    for (size_t s = 0; s < stress->study->n_scenarios && stress->n_used > 0; s++) {
        printf("%s%s: %s\n\n", s > 0 ? "\n" : "", stress->study->scenarios[s]->name,
               stress->study->scenarios[s]->title);
        print_gains(shown, s);
        print_works(shown, s);
        print_reasons(shown, s);
    }
    if (stress->n_used > 0)
        print_regrets(shown);
    print_end(shown);
}
