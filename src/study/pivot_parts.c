/* Which part of a scenario is whose, and the model in which some have done theirs. */
#include "model/adjust.h"
#include "study/accounts.h"
#include "study/pivot.h"

#include <string.h>

/* ---- whose it is ------------------------------------------------------------------------------------------------ */

static uint64_t
cell_needs(const bk_pivot_game *game, const bk_cell *cell, bool both)
{
    uint64_t needs = game->player_of[bki_region_country(game->study->model, cell->importer)];

    if (both)
        needs |= game->player_of[bki_region_country(game->study->model, cell->exporter)];
    return needs;
}

static uint64_t
toll_needs(const bk_pivot_game *game, const bk_transit_toll *toll)
{
    const uint32_t country = bk_model_find_country(game->study->model, toll->country);

    return country != BK_NONE ? game->player_of[country] : 0; /* bk_scenario_apply reports it */
}

/* A project that opens no link and changes none, nor a transfer, but has posts, or nothing of its own at all. */
static bool
builds_posts_only(const bk_model *model, uint32_t project)
{
    for (size_t l = 0; l < model->network.n_links; l++)
        if (model->network.links[l].project == project)
            return false;
    for (size_t e = 0; e < model->projects.n_effects; e++)
        if (model->projects.effects[e].project == project && model->projects.effects[e].target_kind != BK_TARGET_BORDER)
            return false;
    return true;
}

/* A join holds when every party to the agreement among the players is in, a departure when the leaver is. */
static bk_status
find_parties(bk_context *ctx, bk_pivot_game *game, const bk_measure *measure, bk_arena *scratch, uint64_t *out)
{
    const bk_model *model = game->study->model;

    for (size_t c = 0; c < measure->n_memberships; c++) {
        const bk_membership_change *change = &measure->memberships[c];
        const bk_policy_state      *state = NULL;
        const int                   day = bk_policy_base_day(model);
        const uint32_t              country = bk_model_find_country(model, change->country);
        if (country != BK_NONE)
            *out |= game->player_of[country];
        if (!change->join)
            continue;
        BK_TRY(bk_policy_on(ctx, model, change->date > day ? change->date : day, game->scenario, scratch, &state));
        for (uint32_t a = 0; a < model->policy.n_agreements; a++)
            for (uint32_t n = 0; n < model->n_countries; n++)
                if (strcmp(model->policy.agreements[a].id, change->agreement) == 0 &&
                    bk_policy_is_party(state, a, n, NULL))
                    *out |= game->player_of[n];
    }
    return BK_OK;
}

typedef struct need_list {
    size_t    n, capacity;
    uint64_t *sets; /* [n] */
} need_list;

static void
add_need(need_list *list, uint64_t set)
{
    for (size_t k = 0; k < list->n; k++)
        if (list->sets[k] == set)
            return;
    if (list->n < list->capacity)
        list->sets[list->n++] = set;
}

typedef struct adjusted { /* rows of an adjustment on their way to needs */
    const bk_pivot_game *game;
    uint64_t             parties;
    need_list           *list;
} adjusted;

static void
need_owners(void *state, bk_target_kind kind, bki_owners owners)
{
    const adjusted *job = state;
    const uint64_t *player_of = job->game->player_of;

    (void)kind;
    add_need(job->list, job->parties | (owners.one != BK_NONE ? player_of[owners.one] : 0) |
                            (owners.other != BK_NONE ? player_of[owners.other] : 0));
}

static bk_status
needs_of_measure(bk_context *ctx, const bk_pivot_game *game, const bk_measure *measure, uint64_t parties,
                 need_list *list)
{
    const bk_model *model = game->study->model;
    adjusted        rows = {game, parties, list};

    if (parties)
        add_need(list, parties);
    for (size_t i = 0; i < measure->n_borders; i++)
        add_need(list, parties | game->player_of[bki_post_country(&measure->borders[i])]);
    for (size_t i = 0; i < measure->n_tariffs; i++)
        add_need(list, parties | cell_needs(game, &measure->tariffs[i], false));
    for (size_t i = 0; i < measure->n_trade_costs; i++)
        add_need(list, parties | cell_needs(game, &measure->trade_costs[i], true));
    for (size_t i = 0; i < measure->n_productivity; i++)
        add_need(list, parties | cell_needs(game, &measure->productivity[i], false));
    for (size_t i = 0; i < measure->n_projects; i++) {
        const uint32_t project = bki_find_project(model, measure->projects[i].name);
        if (project == BK_NONE)
            continue; /* bk_scenario_apply reports it */
        if (!game->is_posts[project])
            add_need(list, parties | game->owners[project]);
        for (size_t e = 0; game->is_posts[project] && e < model->projects.n_effects; e++)
            if (model->projects.effects[e].project == project)
                add_need(
                    list,
                    parties |
                        game->player_of[bki_post_country(&model->network.borders[model->projects.effects[e].target])]);
    }
    for (size_t i = 0; i < measure->n_tolls; i++)
        add_need(list, parties | toll_needs(game, &measure->tolls[i]));
    for (size_t i = 0; i < measure->n_adjustments; i++)
        BK_TRY(bki_adjusted_rows(ctx, model, &measure->adjustments[i], need_owners, &rows));
    return BK_OK;
}

static size_t
most_needs(const bk_scenario *scenario, const bk_model *model, size_t n_players)
{
    size_t n = 1;

    for (size_t m = 0; m < scenario->n_measures; m++) {
        const bk_measure *measure = &scenario->measures[m];
        n += 1 + measure->n_borders + measure->n_tariffs + measure->n_trade_costs + measure->n_productivity +
             measure->n_projects + model->projects.n_effects + measure->n_tolls +
             (measure->n_adjustments > 0 ? (n_players + 1) * (n_players + 1) : 0); /* whose two ends rows have */
    }
    return n;
}

bk_status
bk_pivot_prepare(bk_context *ctx, const bk_study *study, const bk_scenario *scenario, const bk_pivot_settings *settings,
                 const bk_joint_base *base, bk_arena *arena, const bk_pivot_game **out)
{
    const bk_model *model = study->model;
    bk_pivot_game  *game = BK_NEW(arena, bk_pivot_game, 1);
    uint64_t       *player_of = BK_NEW(arena, uint64_t, model->n_countries + 1);
    uint64_t       *parties = BK_NEW(arena, uint64_t, scenario->n_measures + 1);
    uint64_t       *owners = BK_NEW(arena, uint64_t, model->projects.n_projects + 1);
    bool           *is_posts = BK_NEW(arena, bool, model->projects.n_projects + 1);
    need_list       list = {.capacity = most_needs(scenario, model, settings->n_players)};

    if (settings->n_players == 0 || settings->n_players > BKI_MOST_PIVOTS)
        return bk_fail(ctx, BK_ERR_VALUE, "a game of %zu economies; between 1 and %d can be solved",
                       settings->n_players, BKI_MOST_PIVOTS);
    list.sets = BK_NEW(arena, uint64_t, list.capacity);
    BK_TRY(bk_arena_ok(arena));
    *game = (bk_pivot_game){.study = study,
                            .scenario = scenario,
                            .settings = settings,
                            .base = base,
                            .n_players = settings->n_players,
                            .players = settings->players,
                            .player_of = player_of,
                            .parties = parties,
                            .owners = owners,
                            .is_posts = is_posts};
    for (size_t i = 0; i < settings->n_players; i++)
        player_of[settings->players[i]] = (uint64_t)1 << i;
    for (uint32_t p = 0; p < model->projects.n_projects; p++) {
        is_posts[p] = builds_posts_only(model, p);
        for (size_t i = 0; i < settings->n_players; i++)
            if (bki_is_among(model->projects.projects[p].countries, model->countries[settings->players[i]]))
                owners[p] |= (uint64_t)1 << i;
    }
    for (size_t m = 0; m < scenario->n_measures; m++) {
        BK_TRY(find_parties(ctx, game, &scenario->measures[m], arena, &parties[m]));
        BK_TRY(needs_of_measure(ctx, game, &scenario->measures[m], parties[m], &list));
    }
    game->n_needs = list.n;
    game->needs = list.sets;
    *out = game;
    return BK_OK;
}

size_t
bk_pivot_player_count(const bk_pivot_game *game)
{
    return game->n_players;
}

const uint32_t *
bk_pivot_players(const bk_pivot_game *game)
{
    return game->players;
}

uint64_t
bk_pivot_state_of(const bk_pivot_game *game, uint64_t coalition)
{
    uint64_t needed = 0;

    if (game->settings->outsiders == BK_OUTSIDERS_CLOSED)
        return coalition; /* each who is out closes its own way */
    for (size_t k = 0; k < game->n_needs; k++)
        if ((game->needs[k] & ~coalition) == 0)
            needed |= game->needs[k];
    return needed;
}

/* ---- the coalition's model -------------------------------------------------------------------------------------- */

static bool
holds(uint64_t needs, uint64_t coalition)
{
    return (needs & ~coalition) == 0;
}

/* Whether a project is opened at all: by all its players, or, where it is posts, by one of them. */
static bool
is_opened(const bk_pivot_game *game, uint32_t project, uint64_t parties, uint64_t coalition)
{
    const uint64_t owners = game->owners[project];

    if (!holds(parties, coalition))
        return false;
    return game->is_posts[project] ? owners == 0 || (owners & coalition) : holds(owners, coalition);
}

static size_t
keep_cells(const bk_pivot_game *game, const bk_cell *cells, size_t n, bool both, uint64_t parties, uint64_t coalition,
           bk_cell *kept)
{
    size_t n_kept = 0;

    for (size_t i = 0; i < n; i++)
        if (holds(parties | cell_needs(game, &cells[i], both), coalition))
            kept[n_kept++] = cells[i];
    return n_kept;
}

/* Tolls of those who are in, and numbers but of rows of those who are out. */
static bk_status
keep_numbers(const bk_pivot_game *game, const bk_measure *measure, uint64_t parties, uint64_t coalition,
             bk_arena *arena, bk_measure *out)
{
    const size_t     n_countries = game->study->model->n_countries;
    bk_transit_toll *tolls = BK_NEW(arena, bk_transit_toll, measure->n_tolls);
    bk_adjustment   *adjustments = BK_NEW(arena, bk_adjustment, measure->n_adjustments);
    bool            *left_out = BK_NEW(arena, bool, n_countries);

    BK_TRY(bk_arena_ok(arena));
    out->n_tolls = out->n_adjustments = 0;
    for (size_t i = 0; i < measure->n_tolls; i++)
        if (holds(parties | toll_needs(game, &measure->tolls[i]), coalition))
            tolls[out->n_tolls++] = measure->tolls[i];
    for (size_t c = 0; c < n_countries; c++)
        left_out[c] = !holds(game->player_of[c], coalition);
    for (size_t i = 0; i < measure->n_adjustments && holds(parties, coalition); i++) {
        adjustments[out->n_adjustments] = measure->adjustments[i];
        adjustments[out->n_adjustments++].left_out = left_out;
    }
    out->tolls = tolls;
    out->adjustments = adjustments;
    return BK_OK;
}

/* The measure as far as the coalition brings it about; closures and sanctions are nobody's. */
static bk_status
keep_measure(const bk_pivot_game *game, const bk_measure *measure, uint64_t parties, uint64_t coalition,
             bk_arena *arena, bk_measure *out)
{
    bk_name_at *projects = BK_NEW(arena, bk_name_at, measure->n_projects);
    bk_border  *borders = BK_NEW(arena, bk_border, measure->n_borders);
    int        *lines = BK_NEW(arena, int, measure->n_borders);
    bk_cell    *tariffs = BK_NEW(arena, bk_cell, measure->n_tariffs);
    bk_cell    *costs = BK_NEW(arena, bk_cell, measure->n_trade_costs);
    bk_cell    *productivity = BK_NEW(arena, bk_cell, measure->n_productivity);

    BK_TRY(bk_arena_ok(arena));
    *out = *measure;
    out->n_projects = out->n_borders = 0;
    for (size_t i = 0; i < measure->n_projects; i++) {
        const uint32_t project = bki_find_project(game->study->model, measure->projects[i].name);
        if (project == BK_NONE || is_opened(game, project, parties, coalition))
            projects[out->n_projects++] = measure->projects[i];
    }
    for (size_t i = 0; i < measure->n_borders; i++) {
        if (!holds(parties | game->player_of[bki_post_country(&measure->borders[i])], coalition))
            continue;
        lines[out->n_borders] = measure->border_lines ? measure->border_lines[i] : 0;
        borders[out->n_borders++] = measure->borders[i];
    }
    if (!holds(parties, coalition))
        out->n_memberships = 0;
    out->n_tariffs = keep_cells(game, measure->tariffs, measure->n_tariffs, false, parties, coalition, tariffs);
    out->n_trade_costs =
        keep_cells(game, measure->trade_costs, measure->n_trade_costs, true, parties, coalition, costs);
    out->n_productivity =
        keep_cells(game, measure->productivity, measure->n_productivity, false, parties, coalition, productivity);
    out->projects = projects;
    out->borders = borders;
    out->border_lines = measure->border_lines ? lines : NULL;
    out->tariffs = tariffs;
    out->trade_costs = costs;
    out->productivity = productivity;
    return keep_numbers(game, measure, parties, coalition, arena, out);
}

/* The base model without the effects of post projects on posts of those who are out. */
static bk_status
keep_effects(const bk_pivot_game *game, uint64_t coalition, bk_arena *arena, const bk_model **out)
{
    const bk_model *model = game->study->model;
    bk_model       *copy = BK_NEW(arena, bk_model, 1);
    bk_effect      *effects = BK_NEW(arena, bk_effect, model->projects.n_effects);

    BK_TRY(bk_arena_ok(arena));
    *copy = *model;
    copy->projects.n_effects = 0;
    copy->projects.effects = effects;
    for (size_t e = 0; e < model->projects.n_effects; e++) {
        const bk_effect *effect = &model->projects.effects[e];
        if (!game->is_posts[effect->project] ||
            holds(game->player_of[bki_post_country(&model->network.borders[effect->target])], coalition))
            effects[copy->projects.n_effects++] = *effect;
    }
    *out = copy;
    return BK_OK;
}

/* Who is out lets nobody through. */
static bk_status
close_outsiders(const bk_pivot_game *game, uint64_t coalition, bk_arena *arena, const bk_model **model)
{
    const size_t    n_countries = (*model)->n_countries;
    bk_transit_ban *bans = BK_NEW(arena, bk_transit_ban, (*model)->n_bans + game->n_players);
    bk_model       *copy = BK_NEW(arena, bk_model, 1);

    BK_TRY(bk_arena_ok(arena));
    *copy = **model;
    if (copy->n_bans)
        memcpy(bans, copy->bans, copy->n_bans * sizeof *bans);
    for (size_t i = 0; i < game->n_players; i++) {
        if (coalition >> i & 1)
            continue;
        bool *closed_to = BK_NEW(arena, bool, n_countries), *through = BK_NEW(arena, bool, n_countries);
        BK_TRY(bk_arena_ok(arena));
        memset(closed_to, true, n_countries * sizeof *closed_to);
        closed_to[game->players[i]] = false;
        through[game->players[i]] = true;
        bans[copy->n_bans++] = (bk_transit_ban){.sanction = "closed", .closed_to = closed_to, .through = through};
    }
    copy->bans = bans;
    *model = copy;
    return BK_OK;
}

bk_status
bk_pivot_model(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, bk_arena *arena, const bk_model **out)
{
    const bk_model *base = NULL;
    bk_scenario    *scenario = BK_NEW(arena, bk_scenario, 1);
    bk_measure     *measures = BK_NEW(arena, bk_measure, game->scenario->n_measures);

    BK_TRY(bk_arena_ok(arena));
    *scenario = *game->scenario;
    for (size_t m = 0; m < scenario->n_measures; m++)
        BK_TRY(keep_measure(game, &game->scenario->measures[m], game->parties[m], coalition, arena, &measures[m]));
    scenario->measures = measures;
    BK_TRY(keep_effects(game, coalition, arena, &base));
    BK_TRY(bk_scenario_apply(ctx, base, scenario, NULL, arena, out));
    return game->settings->outsiders == BK_OUTSIDERS_CLOSED ? close_outsiders(game, coalition, arena, out) : BK_OK;
}

/* ---- what works cost -------------------------------------------------------------------------------------------- */

/* A project of posts costs those who opened theirs, and whoever is no player; any other is paid for whole. */
static void
add_cost(const bk_pivot_game *game, const double *cost, bool is_posts, uint64_t coalition, double *by_player,
         double *total)
{
    const bk_economy *economy = &game->study->model->economy;

    for (size_t n = 0; n < economy->n_regions; n++) {
        const uint64_t player = game->player_of[economy->regions[n].country];
        if (cost[n] == 0.0 || (is_posts && !holds(player, coalition)))
            continue;
        *total += cost[n];
        if (player)
            by_player[__builtin_ctzll(player)] += cost[n];
    }
}

bk_status
bki_pivot_cost(bk_context *ctx, const bk_pivot_game *game, uint64_t coalition, double *by_player, double *total)
{
    const bk_model *model = game->study->model;
    bk_model        one = *model;
    bk_arena        scratch;

    bk_arena_init(&scratch, ctx);
    bk_project *projects = BK_NEW(&scratch, bk_project, model->projects.n_projects + 1);
    bool       *counted = BK_NEW(&scratch, bool, model->projects.n_projects + 1);
    double     *cost = BK_NEW(&scratch, double, model->economy.n_regions);
    bk_status   status = bk_arena_ok(&scratch);
    memset(by_player, 0, game->n_players * sizeof *by_player);
    *total = 0.0;
    for (size_t m = 0; status == BK_OK && m < game->scenario->n_measures; m++) {
        const bk_measure *measure = &game->scenario->measures[m];
        for (size_t i = 0; i < measure->n_projects; i++) {
            const uint32_t p = bki_find_project(model, measure->projects[i].name);
            if (p == BK_NONE || counted[p] || !is_opened(game, p, game->parties[m], coalition))
                continue;
            counted[p] = true;
            memcpy(projects, model->projects.projects, model->projects.n_projects * sizeof *projects);
            projects[p].built = true;
            one.projects.projects = projects;
            *total += bki_works_cost(model, &one, cost);
            add_cost(game, cost, game->is_posts[p], coalition, by_player, total);
        }
    }
    bk_arena_release(&scratch);
    return status;
}
