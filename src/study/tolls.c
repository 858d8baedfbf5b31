/* Payoffs of rival tolls: joint equilibria at the tolls tried. */
#include "study/tolls.h"
#include "study/accounts.h"
#include "study/cache.h"

#include <math.h>
#include <string.h>

bk_toll_settings
bk_toll_default_settings(void)
{
    bk_toll_settings settings = {
        .joint = bk_joint_default_settings(), .search = bk_rivalry_default_settings(), .most = 200.0, .together = true};

    settings.search.tolerance = 2.5e-3; /* half a dollar of 200 */
    return settings;
}

/* ---- equilibria at tolls ----------------------------------------------------------------------------------------- */

typedef struct tried {    /* tolls and what they bring */
    const double *toll;   /* [n_players] USD/t */
    const double *tonnes; /* [n_players] t/yr */
    const double *gain;   /* [n_regions] USD/yr against the base year */
    size_t        routes_missed;
    struct tried *next;
} tried;

typedef struct toll_job {
    bk_context              *ctx;
    bk_arena                *arena;
    bk_tolls                *tolls;
    const bk_model          *model; /* of the scenario, without the players' tolls */
    const bk_joint_base     *base;
    bk_arena                 routes;   /* holds `base` once it has more routes */
    bk_arena                 rooms[2]; /* one of them holds `last` */
    int                      room;
    const bk_joint_solution *last; /* from which the next starts; NULL: the base year */
    tried                   *met;  /* all so far */
    const tried             *none; /* no tolls */
} toll_job;

/* The model in which the players ask `toll`. */
static bk_status
model_with(const toll_job *job, const double *toll, bk_arena *arena, const bk_model **out)
{
    const size_t n = job->model->n_countries;
    bk_model    *copy = BK_NEW(arena, bk_model, 1);
    double      *all = BK_NEW(arena, double, n);

    BK_TRY(bk_arena_ok(arena));
    *copy = *job->model;
    if (copy->transit_toll)
        memcpy(all, copy->transit_toll, n * sizeof *all);
    for (size_t i = 0; i < job->tolls->n_players; i++)
        all[job->tolls->settings.players[i]] = toll[i];
    copy->transit_toll = all;
    *out = copy;
    return BK_OK;
}

/* From the last one, or, if that leads nowhere, from the base year. */
static bk_status
solve(toll_job *job, const bk_model *model, bk_arena *arena, const bk_joint_solution **out)
{
    const bk_joint_settings *settings = &job->tolls->settings.joint;
    bk_status                status = bk_joint_solve(job->ctx, job->base, model, settings, job->last, arena, out);

    if (bk_cancelled(job->ctx)) /* it may have ended early */
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    if (job->last && (status == BK_ERR_NOT_CONVERGED || (status == BK_OK && (*out)->outcome != BK_CONVERGED))) {
        bk_error_clear(job->ctx);
        status = bk_joint_solve(job->ctx, job->base, model, settings, NULL, arena, out);
    }
    BK_TRY(status);
    if ((*out)->outcome == BK_CANCELLED)
        return bk_fail(job->ctx, BK_ERR_CANCELLED, "interrupted");
    if ((*out)->outcome != BK_CONVERGED)
        return bk_fail_hint(job->ctx, BK_ERR_NOT_CONVERGED, "allow less with --toll-max",
                            "at some tolls no equilibrium was found: the residual is %.2g", bk_joint_residual(*out));
    job->tolls->n_equilibria++;
    job->tolls->residual = fmax(job->tolls->residual, bk_joint_residual(*out));
    return BK_OK;
}

static bk_status
fill(const toll_job *job, const double *toll, const bk_model *model, const bk_joint_solution *solution, tried *out)
{
    const bk_economy *economy = &job->model->economy;
    const size_t      n = job->tolls->n_players;
    double           *asked = BK_NEW(job->arena, double, n), *tonnes = BK_NEW(job->arena, double, n);
    double           *gain = BK_NEW(job->arena, double, economy->n_regions);
    bk_arena          scratch;

    BK_TRY(bk_arena_ok(job->arena));
    bk_arena_init(&scratch, job->ctx);
    double   *by_country = BK_NEW(&scratch, double, job->model->n_countries);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = bki_tolled_tonnes(job->ctx, job->base, model, solution, &scratch, by_country);
    for (size_t i = 0; status == BK_OK && i < n; i++) {
        asked[i] = toll[i];
        tonnes[i] = by_country[job->tolls->settings.players[i]];
    }
    bk_arena_release(&scratch);
    for (size_t r = 0; r < economy->n_regions; r++)
        gain[r] = solution->trade->equivalent_variation[r] * job->model->money_usd;
    *out = (tried){asked, tonnes, gain, solution->certificate.routes_missed, job->met};
    return status;
}

/* What tolls [n_players] bring; those met before are known. */
static bk_status
try_tolls(toll_job *job, const double *toll, const tried **out)
{
    const size_t             n = job->tolls->n_players;
    bk_arena                *arena = &job->rooms[1 - job->room];
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;

    for (const tried *met = job->met; met; met = met->next)
        if (memcmp(met->toll, toll, n * sizeof *toll) == 0) {
            *out = met;
            return BK_OK;
        }
    tried *fresh = BK_NEW(job->arena, tried, 1);
    BK_TRY(bk_arena_ok(job->arena));
    bk_progress(job->ctx, bk_arena_format(job->arena, "tolls, equilibrium %zu", job->tolls->n_equilibria + 1), -1.0);
    BK_TRY(model_with(job, toll, arena, &model));
    BK_TRY(solve(job, model, arena, &solution));
    BK_TRY(fill(job, toll, model, solution, fresh));
    bk_arena_release(&job->rooms[job->room]);
    job->room = 1 - job->room;
    job->last = solution;
    job->met = fresh;
    *out = fresh;
    return BK_OK;
}

/* ---- payoffs ----------------------------------------------------------------------------------------------------- */

static double
gain_of(const toll_job *job, const tried *at, uint32_t country)
{
    const bk_economy *economy = &job->model->economy;
    double            sum = 0.0;

    for (size_t r = 0; r < economy->n_regions; r++)
        if (economy->regions[r].country == country)
            sum += at->gain[r] - job->none->gain[r];
    return sum;
}

static bk_toll_player
player_at(const toll_job *job, const tried *at, size_t i)
{
    const double gain = gain_of(job, at, job->tolls->settings.players[i]), revenue = at->toll[i] * at->tonnes[i];

    return (bk_toll_player){at->toll[i], at->tonnes[i], revenue, gain,
                            revenue + (job->tolls->settings.counts_gain ? gain : 0.0)};
}

static bk_status
payoffs(void *state, const double *toll, double *payoff)
{
    toll_job    *job = state;
    const tried *at;

    BK_TRY(try_tolls(job, toll, &at));
    for (size_t i = 0; i < job->tolls->n_players; i++)
        payoff[i] = player_at(job, at, i).payoff;
    return BK_OK;
}

/* ---- routes ------------------------------------------------------------------------------------------------------ */

/* The base year with the routes that are wanted when all ask half the most, or one of them alone does. */
static bk_status
add_routes(toll_job *job, bk_arena *scratch)
{
    const size_t         n = job->tolls->n_players, n_states = n > 1 ? n + 1 : 1;
    bk_joint_state      *states = BK_NEW(scratch, bk_joint_state, n_states);
    double              *toll = BK_NEW(scratch, double, n);
    bk_joint_enlargement larger;

    BK_TRY(bk_arena_ok(scratch));
    for (size_t s = 0; s < n_states; s++) {
        for (size_t i = 0; i < n; i++)
            toll[i] = s == n || n == 1 || s == i ? 0.5 * job->tolls->settings.most : 0.0;
        bk_progress(job->ctx, "finding routes", (double)s / (double)(2 * n_states));
        states[s].settings = &job->tolls->settings.joint;
        BK_TRY(model_with(job, toll, scratch, &states[s].model));
        BK_TRY(solve(job, states[s].model, scratch, &states[s].solution));
    }
    BK_TRY(bki_study_enlarge(job->ctx, job->tolls->settings.cache_folder, job->base, n_states, states, &job->routes,
                             scratch, &larger));
    job->base = larger.base;
    job->tolls->routes_added = larger.n_added;
    return BK_OK;
}

/* ---- the answer -------------------------------------------------------------------------------------------------- */

static bk_status
keep_state(toll_job *job, const char *name, const double *toll)
{
    const bk_economy *economy = &job->model->economy;
    const size_t      n = job->tolls->n_players;
    bk_toll_state    *state = &job->tolls->states[job->tolls->n_states++];
    bk_toll_player   *players = BK_NEW(job->arena, bk_toll_player, n);
    double           *gain = BK_NEW(job->arena, double, economy->n_regions);
    const tried      *at;

    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(try_tolls(job, toll, &at));
    *state = (bk_toll_state){.name = name, .players = players, .gain = gain, .routes_missed = at->routes_missed};
    for (size_t i = 0; i < n; i++) {
        players[i] = player_at(job, at, i);
        state->revenue += players[i].revenue;
    }
    for (size_t r = 0; r < economy->n_regions; r++) {
        gain[r] = at->gain[r] - job->none->gain[r];
        state->world += gain[r];
    }
    return BK_OK;
}

static bk_status
play(toll_job *job)
{
    bk_tolls        *tolls = job->tolls;
    const size_t     n = tolls->n_players;
    double          *most = BK_NEW(job->arena, double, n), *zero = BK_NEW(job->arena, double, n);
    const bk_rivalry game = {.n_players = n, .most = most, .payoff = payoffs, .state = job};

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t i = 0; i < n; i++)
        most[i] = tolls->settings.most;
    BK_TRY(try_tolls(job, zero, &job->none));
    BK_TRY(keep_state(job, "none", zero));
    BK_TRY(bk_rivals_find(job->ctx, &game, &tolls->settings.search, job->arena, &tolls->rivals));
    BK_TRY(keep_state(job, "rivals", tolls->rivals.action)); /* whatever stopped play, these were tried */
    if (!tolls->settings.together || n == 1 || tolls->rivals.outcome == BK_CANCELLED)
        return BK_OK;
    bk_rivalry common = game;
    common.start = tolls->rivals.action;
    BK_TRY(bk_rivals_together(job->ctx, &common, &tolls->settings.search, job->arena, &tolls->together));
    return keep_state(job, "together", tolls->together.action);
}

/* Names for people; and that they are some, each once. */
static bk_status
name_players(toll_job *job)
{
    bk_tolls       *tolls = job->tolls;
    const bk_model *model = tolls->study->model;
    const char    **names = BK_NEW(job->arena, const char *, tolls->n_players);

    BK_TRY(bk_arena_ok(job->arena));
    if (tolls->n_players == 0 || tolls->n_players > 32)
        return bk_fail(job->ctx, BK_ERR_VALUE, "%zu economies toll transit; between 1 and 32 can play",
                       tolls->n_players);
    for (size_t i = 0; i < tolls->n_players; i++) {
        names[i] = model->countries[tolls->settings.players[i]];
        for (size_t r = model->economy.n_regions; r-- > 0;)
            if (model->economy.regions[r].country == tolls->settings.players[i])
                names[i] = model->economy.regions[r].name;
        for (size_t k = 0; k < i; k++)
            if (tolls->settings.players[k] == tolls->settings.players[i])
                return bk_fail_hint(job->ctx, BK_ERR_VALUE, "name each once", "%s is named twice", names[i]);
    }
    tolls->names = names;
    return BK_OK;
}

static bk_status
prepare(toll_job *job, size_t scenario)
{
    bk_tolls       *tolls = job->tolls;
    const bk_model *model = tolls->study->model;
    bool            cached;

    if (!model->has_network || !model->has_economy)
        return bk_fail_hint(job->ctx, BK_ERR_INCONSISTENT, "add network/ and economy/",
                            "%s has no transit to toll: it needs a network and an economy", tolls->study->folder);
    if (!(tolls->settings.most > 0.0) || !isfinite(tolls->settings.most))
        return bk_fail(job->ctx, BK_ERR_VALUE, "the largest toll is %g USD a tonne, it must be above 0",
                       tolls->settings.most);
    BK_TRY(name_players(job));
    job->model = model;
    if (scenario != SIZE_MAX)
        BK_TRY(bk_scenario_apply(job->ctx, model, tolls->scenario, NULL, job->arena, &job->model));
    return bk_study_base(job->ctx, tolls->study, tolls->settings.cache_folder, job->arena, &job->base, &cached);
}

static bk_status
run(toll_job *job, size_t scenario)
{
    bk_arena scratch;

    BK_TRY(prepare(job, scenario));
    bk_arena_init(&scratch, job->ctx);
    const bk_status status = add_routes(job, &scratch);
    bk_arena_release(&scratch);
    BK_TRY(status);
    BK_TRY(play(job));
    BK_TRY(bki_tolls_say(job->arena, job->tolls));
    return bki_tolls_record(job->ctx, job->arena, job->tolls);
}

bk_status
bk_study_tolls(bk_context *ctx, const bk_study *study, size_t scenario, const bk_toll_settings *settings,
               bk_arena *arena, const bk_tolls **out)
{
    bk_tolls *tolls = BK_NEW(arena, bk_tolls, 1);
    toll_job  job = {.ctx = ctx, .arena = arena, .tolls = tolls};

    BK_TRY(bk_arena_ok(arena));
    *tolls = (bk_tolls){.study = study,
                        .scenario = scenario == SIZE_MAX ? NULL : study->scenarios[scenario],
                        .settings = *settings,
                        .n_players = settings->n_players,
                        .results = {.arena = arena}};
    bk_arena_init(&job.routes, ctx);
    bk_arena_init(&job.rooms[0], ctx);
    bk_arena_init(&job.rooms[1], ctx);
    const bk_status status = run(&job, scenario);
    bk_arena_release(&job.rooms[0]);
    bk_arena_release(&job.rooms[1]);
    bk_arena_release(&job.routes);
    BK_TRY(status);
    *out = tolls;
    return BK_OK;
}
