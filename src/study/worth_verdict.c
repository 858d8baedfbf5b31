/* Each project's verdict, in one sentence with its doubt. */
#include "study/worth.h"

#include <math.h>
#include <string.h>

static const double material = 0.01; /* of a project's cost: smaller gains and losses of an economy are not named */

const char *
bki_economy_code(const bk_worth *worth, size_t economy)
{
    if (economy >= worth->n_economies)
        return "all";
    return worth->economies[economy] == BK_NONE ? "outside" : worth->study->model->countries[worth->economies[economy]];
}

const char *
bki_economy_name(const bk_worth *worth, size_t economy)
{
    const bk_economy *data = &worth->study->model->economy;
    const char       *name = NULL;

    if (economy >= worth->n_economies)
        return "all economies";
    if (worth->economies[economy] == BK_NONE)
        return "outside the study";
    for (size_t n = 0; n < data->n_regions; n++) {
        if (data->regions[n].country != worth->economies[economy])
            continue;
        if (name) /* several regions: the country has no name of its own */
            return worth->study->model->countries[worth->economies[economy]];
        name = data->regions[n].name;
    }
    return name ? name : bki_economy_code(worth, economy);
}

static const char *
money(bk_arena *arena, double usd)
{
    if (fabs(usd) >= 0.9995e9)
        return bk_arena_format(arena, "%.2f bn USD", usd / 1e9);
    return bk_arena_format(arena, "%.1f m USD", usd / 1e6);
}

/* "Other European Union (BEL ESP ...)" -> "Other European Union" */
static const char *
short_name(const bki_worth *job, size_t economy)
{
    const char *name = bki_economy_name(job->worth, economy), *end = strstr(name, " (");

    return end ? bk_arena_text(job->arena, name, (size_t)(end - name)) : name;
}

/* The two economies that gain (sign 1) or lose (-1) most, or NULL. */
static const char *
name_most(bki_worth *job, size_t p, int sign)
{
    const double least = material * bki_stake(job, p, job->n_economies)->cost_usd;
    double       limit = INFINITY;
    const char  *list = NULL;

    for (int shown = 0; shown < 2; shown++) {
        size_t most = job->n_economies;
        for (size_t e = 0; e < job->n_economies; e++) {
            const double npv = sign * bki_stake(job, p, e)->economic.npv;
            if (npv > least && npv < limit &&
                (most == job->n_economies || npv > sign * bki_stake(job, p, most)->economic.npv))
                most = e;
        }
        if (most == job->n_economies)
            break;
        limit = sign * bki_stake(job, p, most)->economic.npv;
        const char *item =
            bk_arena_format(job->arena, "%s (%s)", short_name(job, most), money(job->arena, sign * limit));
        list = list ? bk_arena_format(job->arena, "%s, %s", list, item) : item;
    }
    return list;
}

/* The two ways to count disagree: the rest of the scenario decides. */
static const char *
dependence(const bk_stake *total)
{
    if ((total->economic.npv >= 0.0) == (total->npv_first_in >= 0.0))
        return "";
    return total->economic.npv >= 0.0 ? "; without the rest of the scenario it would not pay"
                                      : "; without the rest of the scenario it would pay";
}

static const char *
head_of(const bk_stake *total)
{
    if (total->economic.npv >= 0.0)
        return total->loss_probability < 0.2 ? "pays" : "pays on expected figures, with a real chance of loss";
    return total->loss_probability > 0.8 ? "does not pay" : "does not pay on expected figures, but may";
}

static const char *
verdict(bki_worth *job, size_t p)
{
    const bk_stake *total = bki_stake(job, p, job->n_economies);
    bk_arena       *arena = job->arena;
    const char     *winners = name_most(job, p, 1), *losers = name_most(job, p, -1);

    return bk_arena_format(arena,
                           "%s %s: %s of works and upkeep bring %s (benefit-cost ratio %.2f, NPV %s), a loss is %.0f "
                           "%% likely and NPV lies "
                           "between %s and %s with 90 %% probability%s%s%s%s%s.",
                           job->model->projects.projects[job->projects[p].project].name, head_of(total),
                           money(arena, total->cost_usd), money(arena, total->economic.npv + total->cost_usd),
                           total->economic.benefit_cost, money(arena, total->economic.npv),
                           100.0 * total->loss_probability, money(arena, total->npv_low), money(arena, total->npv_high),
                           dependence(total), winners ? "; most for " : "", winners ? winners : "",
                           losers ? "; at the expense of " : "", losers ? losers : "");
}

bk_status
bki_worth_judge(bki_worth *job)
{
    const bk_model *model = job->model;
    const char    **warnings = BK_NEW(job->arena, const char *, job->n_projects + 4);
    size_t          n = 0;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t p = 0; p < job->n_projects; p++) {
        job->projects[p].verdict = verdict(job, p);
        const double outside = bki_stake(job, p, job->n_economies - 1)->cost_usd;
        if (outside > material * bki_stake(job, p, job->n_economies)->cost_usd)
            warnings[n++] =
                bk_arena_format(job->arena, "%s: %s of its cost is carried by parties outside the study",
                                model->projects.projects[job->projects[p].project].id, money(job->arena, outside));
    }
    if (!job->worth->converged)
        warnings[n++] = "an equilibrium did not converge: gains of projects are differences of inexact states";
    if (job->worth->n_missing > 0)
        warnings[n++] = bk_arena_format(
            job->arena,
            "%zu of the %zu equilibria would rather take routes outside the base year's set (%zu classes of trade at "
            "most): a project's gain as the last one in, the small difference of two of them, may move by as much as "
            "itself",
            job->worth->n_missing, job->worth->n_states, job->worth->most_missed);
    job->worth->warnings = warnings;
    job->worth->n_warnings = n;
    return bk_arena_ok(job->arena);
}
