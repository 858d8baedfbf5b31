/* Coalitions solved, and the game that their worths make. */
#include "study/pivot.h"

#include <math.h>
#include <string.h>

bk_pivot_settings
bk_pivot_default_settings(void)
{
    bk_pivot_settings settings = {.joint = bk_joint_default_settings(), .n_orders = 30, .seed = 1};

    settings.joint.gains_only = true; /* nothing else of an equilibrium is read */
    return settings;
}

/* ---- one coalition ---------------------------------------------------------------------------------------------- */

static const char *
coalition_name(const bk_pivot_game *game, uint64_t coalition, bk_arena *arena)
{
    const char *text = NULL;

    for (size_t i = 0; i < game->n_players; i++) {
        const char *id = game->study->model->countries[game->players[i]];
        if (coalition >> i & 1)
            text = text ? bk_arena_format(arena, "%s, %s", text, id) : id;
    }
    return text ? text : "nobody";
}

static bk_status
solve_state(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, bk_arena *scratch, double *gain,
            bk_pivot_state *state)
{
    const bk_model          *model = NULL;
    const bk_joint_solution *solution = NULL;
    const bk_economy        *economy = &game->study->model->economy;

    BK_TRY(bk_pivot_model(ctx, game, coalition, scratch, &model));
    BK_TRY(bk_joint_solve(ctx, game->base, model, &game->settings->joint, NULL, scratch, &solution));
    for (size_t n = 0; n < economy->n_regions; n++)
        gain[n] = solution->trade->equivalent_variation[n] * model->money_usd;
    *state = (bk_pivot_state){solution->outcome == BK_CONVERGED, bk_joint_residual(solution)};
    return BK_OK;
}

bk_status
bk_pivot_gain(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, double *gain, bk_pivot_state *state)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    bk_status       status = solve_state(ctx, game, coalition, &scratch, gain, state);
    const bk_error *first = bk_error_get(ctx, 0);
    if ((status == BK_ERR_NOT_CONVERGED || status == BK_ERR_NO_SOLUTION || status == BK_ERR_NO_PATH) && first) {
        const char *reason = bk_arena_text(&scratch, first->message, strlen(first->message));
        const char *name = coalition_name(game, coalition, &scratch);
        bk_error_clear(ctx);
        status = bk_fail_hint(ctx, status, "choose other --players, or --outsiders base",
                              "the coalition of %s has no equilibrium: %s", name ? name : "?", reason ? reason : "?");
    }
    bk_arena_release(&scratch);
    return status;
}

/* ---- a game ----------------------------------------------------------------------------------------------------- */

typedef struct solved { /* a state met */
    uint64_t       coalition;
    const double  *gain; /* [n_regions] USD/yr */
    struct solved *next;
} solved;

enum { N_SLOTS = 1024 };

typedef struct pivot_job {
    bk_context          *ctx;
    bk_arena            *arena;
    bk_pivot            *pivot;
    bk_pivot_side       *side;
    const bk_pivot_game *game;
    solved              *slots[N_SLOTS]; /* by state */
    double               share;          /* of the states expected, for progress */
} pivot_job;

static solved **
slot_of(pivot_job *job, uint64_t state)
{
    return &job->slots[bk_hash(0, &state, sizeof state) % N_SLOTS];
}

static bk_status
keep_gain(pivot_job *job, solved **slot, uint64_t state, const double *gain, bk_pivot_state how)
{
    solved *fresh = BK_NEW(job->arena, solved, 1);

    BK_TRY(bk_arena_ok(job->arena));
    job->side->n_states++;
    job->pivot->converged &= how.converged;
    job->pivot->residual = fmax(job->pivot->residual, how.residual);
    *fresh = (solved){state, gain, *slot};
    *slot = fresh;
    return BK_OK;
}

static bk_status
gains_of(pivot_job *job, uint64_t coalition, const double **out)
{
    const uint64_t state = bk_pivot_state_of(job->game, coalition);
    solved       **slot = slot_of(job, state);
    bk_pivot_state how;

    for (const solved *met = *slot; met; met = met->next)
        if (met->coalition == state) {
            *out = met->gain;
            return BK_OK;
        }
    double *gain = BK_NEW(job->arena, double, job->pivot->study->model->economy.n_regions);
    BK_TRY(bk_arena_ok(job->arena));
    bk_progress(job->ctx, bk_arena_format(job->arena, "coalition %zu", job->side->n_states + 1), job->share);
    BK_TRY(bk_pivot_gain(job->ctx, job->game, state, gain, &how));
    *out = gain;
    return keep_gain(job, slot, state, gain, how);
}

/* The records of this side; one without an equilibrium is left to be solved again, which says why there is none. */
static bk_status
take_found(pivot_job *job, const bki_pivot_found *found, size_t side)
{
    for (size_t i = found->first[side]; i < found->first[side + 1]; i++) {
        const double        *record = found->records->values + i * found->records->manifest.n_values;
        const bk_pivot_state how = {record[BKI_PIVOT_CONVERGED] != 0.0, record[BKI_PIVOT_RESIDUAL]};
        if (record[BKI_PIVOT_STATUS] == (double)BK_OK)
            BK_TRY(keep_gain(job, slot_of(job, found->states[i]), found->states[i], record + BKI_PIVOT_GAIN, how));
    }
    return BK_OK;
}

/* Gains less those of nobody's doing, of the players in `members` and of everybody, USD a year. */
static double
gain_of(const pivot_job *job, const double *gain, const double *nobody, uint64_t members, bool everybody)
{
    const bk_economy *economy = &job->pivot->study->model->economy;
    double            sum = 0.0;

    for (size_t n = 0; n < economy->n_regions; n++)
        if (everybody || (job->game->player_of[economy->regions[n].country] & members))
            sum += gain[n] - nobody[n];
    return sum;
}

static bk_status
worth_of(void *state, uint64_t coalition, double *out)
{
    pivot_job    *job = state;
    const double *gain, *nobody;

    BK_TRY(gains_of(job, 0, &nobody));
    BK_TRY(gains_of(job, coalition, &gain));
    *out = gain_of(job, gain, nobody, coalition, job->pivot->settings.counts_all);
    return BK_OK;
}

static uint64_t
all_of(const pivot_job *job)
{
    return ((uint64_t)1 << job->game->n_players) - 1;
}

/* What there is without each of them, and alone. */
static bk_status
fill_players(pivot_job *job, bk_pivot_player *players)
{
    const uint64_t all = all_of(job);
    double        *cost = BK_NEW(job->arena, double, job->game->n_players), total;
    const double  *nobody, *everybody;

    BK_TRY(bk_arena_ok(job->arena));
    BK_TRY(gains_of(job, 0, &nobody));
    BK_TRY(gains_of(job, all, &everybody));
    BK_TRY(bki_pivot_cost(job->ctx, job->game, all, cost, &job->side->cost));
    BK_TRY(worth_of(job, all, &job->side->worth));
    job->side->world = gain_of(job, everybody, nobody, all, true);
    for (size_t i = 0; i < job->game->n_players; i++) {
        const uint64_t   itself = (uint64_t)1 << i;
        const double    *without;
        bk_pivot_player *player = &players[i];
        BK_TRY(gains_of(job, all & ~itself, &without));
        player->country = job->game->players[i];
        player->cost = cost[i];
        player->gain = gain_of(job, everybody, nobody, itself, false);
        player->others_gain = gain_of(job, everybody, nobody, all & ~itself, false);
        player->others_lose = player->others_gain - gain_of(job, without, nobody, all & ~itself, false);
        player->world_loses = job->side->world - player->gain -
                              (gain_of(job, without, nobody, all, true) - gain_of(job, without, nobody, itself, false));
        BK_TRY(worth_of(job, itself, &player->alone));
    }
    for (size_t i = 0; i < job->game->n_players; i++) {
        BK_TRY(bki_pivot_cost(job->ctx, job->game, (uint64_t)1 << i, cost, &total));
        players[i].share_most = players[i].gain - (players[i].alone - total);
    }
    return BK_OK;
}

/* Each player's gain less what a solution of the game of gains less cost leaves it. */
static void
fill_shares(const bk_pivot_side *side, bk_pivot_player *players, size_t n)
{
    const bk_game_solution *net = side->net;
    const double           *nucleolus = net->nucleolus.payoff ? net->nucleolus.payoff : net->prenucleolus.payoff;

    for (size_t i = 0; i < n; i++) {
        players[i].share_shapley = players[i].gain - net->shapley[i];
        players[i].share_nucleolus = players[i].gain - nucleolus[i];
        players[i].share_least = players[i].gain - net->core.most[i];
        players[i].share_upper = players[i].gain - net->core.least[i];
    }
}

static bk_status
solve_net(pivot_job *job, const double *gains, const double *costs, bk_pivot_player *players)
{
    const size_t      n = job->game->n_players, n_coalitions = (size_t)1 << n;
    double           *worth = BK_NEW(job->arena, double, n_coalitions), plan[BK_PIVOT_EXACT];
    bk_game_solution *net = BK_NEW(job->arena, bk_game_solution, 1);
    uint32_t          who;

    BK_TRY(bk_arena_ok(job->arena));
    for (size_t s = 0; s < n_coalitions; s++)
        worth[s] = gains[s] - (costs[s] - costs[0]);
    BK_TRY(bk_game_solve(job->ctx, n, worth, job->arena, net));
    job->side->net = net;
    fill_shares(job->side, players, n);
    for (size_t i = 0; i < n; i++)
        plan[i] = players[i].gain - players[i].cost;
    if (n > 1) {
        job->side->plan_excess = bk_largest_excess(n, worth, plan, &who);
        job->side->plan_coalition = who;
    }
    return BK_OK;
}

static bk_status
solve_exact(pivot_job *job, bk_pivot_player *players)
{
    const size_t      n = job->game->n_players, n_coalitions = (size_t)1 << n;
    double           *gains = BK_NEW(job->arena, double, n_coalitions);
    double           *costs = BK_NEW(job->arena, double, n_coalitions), by_player[BK_PIVOT_EXACT];
    uint64_t         *states = BK_NEW(job->arena, uint64_t, n_coalitions);
    bk_game_solution *gross = BK_NEW(job->arena, bk_game_solution, 1);

    BK_TRY(bk_arena_ok(job->arena));
    for (uint64_t s = 0; s < n_coalitions; s++) {
        job->share = (double)s / (double)n_coalitions;
        states[s] = bk_pivot_state_of(job->game, s);
        BK_TRY(worth_of(job, s, &gains[s]));
        BK_TRY(bki_pivot_cost(job->ctx, job->game, s, by_player, &costs[s]));
    }
    gains[0] = 0.0;
    BK_TRY(bk_game_solve(job->ctx, n, gains, job->arena, gross));
    for (size_t i = 0; i < n; i++)
        players[i].shapley = gross->shapley[i];
    job->side->gains = gains;
    job->side->costs = costs;
    job->side->states = states;
    job->side->gross = gross;
    return job->pivot->settings.counts_all ? BK_OK : solve_net(job, gains, costs, players);
}

static bk_status
solve_sample(pivot_job *job, bk_pivot_player *players)
{
    const bk_pivot_settings *settings = &job->pivot->settings;
    const size_t             n = job->game->n_players;
    double                  *value = BK_NEW(job->arena, double, n), *error = BK_NEW(job->arena, double, n);

    BK_TRY(bk_arena_ok(job->arena));
    job->share = -1.0;
    BK_TRY(bk_shapley_sample(job->ctx, n, worth_of, job, settings->n_orders, settings->seed, value, error));
    for (size_t i = 0; i < n; i++) {
        players[i].shapley = value[i];
        players[i].shapley_error = error[i];
    }
    return BK_OK;
}

static bk_status
solve_side(bk_context *ctx, bk_arena *arena, bk_pivot *pivot, const bk_pivot_game *game, const bki_pivot_found *found,
           bk_pivot_side *side)
{
    pivot_job       *job = BK_NEW(arena, pivot_job, 1);
    bk_pivot_player *players = BK_NEW(arena, bk_pivot_player, pivot->n_players);

    BK_TRY(bk_arena_ok(arena));
    *job = (pivot_job){.ctx = ctx, .arena = arena, .pivot = pivot, .side = side, .game = game};
    side->players = players;
    side->exact = pivot->n_players <= BK_PIVOT_EXACT;
    if (found)
        BK_TRY(take_found(job, found, (size_t)(side - pivot->sides)));
    BK_TRY(fill_players(job, players));
    return side->exact ? solve_exact(job, players) : solve_sample(job, players);
}

/* ---- the scenario with and without bypasses --------------------------------------------------------------------- */

static bool
is_bypass(const bk_pivot_settings *settings, const char *project)
{
    for (size_t b = 0; b < settings->n_bypasses; b++)
        if (strcmp(settings->bypasses[b], project) == 0)
            return true;
    return false;
}

/* Its projects less the bypasses; with them, these as a measure of their own. */
static bk_status
change_scenario(const bk_pivot *pivot, bool with, bk_arena *arena, const bk_scenario **out)
{
    const bk_pivot_settings *settings = &pivot->settings;
    const bk_scenario       *given = pivot->scenario;
    bk_scenario             *scenario = BK_NEW(arena, bk_scenario, 1);
    bk_measure              *measures = BK_NEW(arena, bk_measure, given->n_measures + 1);
    bk_name_at              *bypasses = BK_NEW(arena, bk_name_at, settings->n_bypasses);

    BK_TRY(bk_arena_ok(arena));
    *scenario = *given;
    scenario->measures = measures;
    for (size_t m = 0; m < given->n_measures; m++) {
        bk_name_at *kept = BK_NEW(arena, bk_name_at, given->measures[m].n_projects);
        BK_TRY(bk_arena_ok(arena));
        measures[m] = given->measures[m];
        measures[m].n_projects = 0;
        measures[m].projects = kept;
        for (size_t p = 0; p < given->measures[m].n_projects; p++)
            if (!is_bypass(settings, given->measures[m].projects[p].name))
                kept[measures[m].n_projects++] = given->measures[m].projects[p];
    }
    for (size_t b = 0; b < settings->n_bypasses; b++)
        bypasses[b] = (bk_name_at){.name = settings->bypasses[b], .file = given->file};
    if (with)
        measures[scenario->n_measures++] =
            (bk_measure){.id = "the bypass", .n_projects = settings->n_bypasses, .projects = bypasses};
    *out = scenario;
    return BK_OK;
}

static bk_status
check_bypasses(bk_context *ctx, const bk_model *model, const bk_pivot_settings *settings)
{
    for (size_t b = 0; b < settings->n_bypasses; b++) {
        size_t p = 0;
        while (p < model->projects.n_projects && strcmp(model->projects.projects[p].id, settings->bypasses[b]) != 0)
            p++;
        if (p == model->projects.n_projects)
            return bk_fail_hint(ctx, BK_ERR_REFERENCE, "projects/project.csv lists them",
                                "there is no project '%s' in the study", settings->bypasses[b]);
    }
    return BK_OK;
}

static const char *
name_of(const bk_model *model, uint32_t country)
{
    size_t      n_found = 0;
    const char *name = model->countries[country];

    for (size_t n = 0; n < model->economy.n_regions; n++)
        if (model->economy.regions[n].country == country && n_found++ == 0)
            name = model->economy.regions[n].name;
    return n_found == 1 ? name : model->countries[country];
}

static bool
has_region(const bk_model *model, uint32_t country)
{
    for (size_t n = 0; n < model->economy.n_regions; n++)
        if (model->economy.regions[n].country == country)
            return true;
    return false;
}

/* The players asked for, or those of whom the scenario (with its bypasses) asks something, in the order of countries.
 */
static bk_status
choose_players(bk_context *ctx, bk_arena *arena, const bk_scenario *whole, bk_pivot *pivot)
{
    const bk_model *model = pivot->study->model;
    bool           *asked = BK_NEW(arena, bool, model->n_countries + 1);
    uint32_t       *players = BK_NEW(arena, uint32_t, model->n_countries + 1);
    const char    **names = BK_NEW(arena, const char *, model->n_countries + 1);
    size_t          n = 0;

    BK_TRY(bk_arena_ok(arena));
    if (pivot->settings.n_players == 0)
        BK_TRY(bki_pivot_asked(ctx, model, whole, asked));
    for (size_t i = 0; i < pivot->settings.n_players; i++)
        asked[pivot->settings.players[i]] = true;
    for (uint32_t c = 0; c < model->n_countries; c++)
        if (asked[c] && has_region(model, c)) {
            names[n] = name_of(model, c);
            players[n++] = c;
        }
    if (n == 0)
        return bk_fail_hint(ctx, BK_ERR_VALUE, "name them: --players A,B", "%s asks nothing of any economy",
                            pivot->scenario->name);
    pivot->settings.players = players;
    pivot->settings.n_players = n;
    pivot->n_players = n;
    pivot->countries = players;
    pivot->names = names;
    return BK_OK;
}

/* Both games; first what is spread, if anything is. */
static bk_status
solve_sides(bk_context *ctx, bk_arena *arena, bk_pivot *pivot, const bk_scenario *const *scenarios,
            const bk_joint_base *base)
{
    const bk_spread_settings *spread = &pivot->settings.spread;
    const bool                is_spread = spread->file || spread->team || spread->n_shards > 0;
    const bk_pivot_game      *games[2];
    bki_pivot_found           found;

    for (size_t s = 0; s < pivot->n_sides; s++)
        BK_TRY(bk_pivot_prepare(ctx, pivot->study, scenarios[s], &pivot->settings, base, arena, &games[s]));
    if (is_spread)
        BK_TRY(bki_pivot_spread(ctx, pivot, games, arena, &found));
    if (!pivot->complete)
        return BK_OK;
    for (size_t s = 0; s < pivot->n_sides; s++)
        BK_TRY(solve_side(ctx, arena, pivot, games[s], is_spread ? &found : NULL, &pivot->sides[s]));
    BK_TRY(bki_pivot_say(arena, pivot));
    return bki_pivot_record(ctx, arena, pivot);
}

bk_status
bk_study_pivot(bk_context *ctx, const bk_study *study, size_t scenario, const bk_pivot_settings *settings,
               bk_arena *arena, const bk_pivot **out)
{
    bk_pivot            *pivot = BK_NEW(arena, bk_pivot, 1);
    const bk_joint_base *base = NULL;
    const bk_scenario   *scenarios[2] = {NULL, NULL}; /* without and with the bypasses */
    bool                 cached;

    BK_TRY(bk_arena_ok(arena));
    *pivot = (bk_pivot){.study = study,
                        .scenario = study->scenarios[scenario],
                        .settings = *settings,
                        .has_bypass = settings->n_bypasses > 0,
                        .complete = true,
                        .converged = true,
                        .results = {.arena = arena}};
    BK_TRY(check_bypasses(ctx, study->model, settings));
    BK_TRY(change_scenario(pivot, false, arena, &scenarios[0]));
    BK_TRY(change_scenario(pivot, true, arena, &scenarios[1]));
    BK_TRY(choose_players(ctx, arena, scenarios[1], pivot));
    BK_TRY(bk_study_base(ctx, study, settings->cache_folder, arena, &base, &cached));
    pivot->n_sides = pivot->has_bypass && !settings->without_only ? 2 : 1;
    BK_TRY(solve_sides(ctx, arena, pivot, scenarios, base));
    *out = pivot;
    return BK_OK;
}
