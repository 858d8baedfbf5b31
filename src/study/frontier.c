/* Inspected share against delay at a border post of the base year. */
#include "study/lookup.h"
#include "buckle/study.h"

#include <math.h>
#include <string.h>

enum { STEPS = 10 };                    /* of the grid of shares */
static const double ON_THE_GRID = 1e-9; /* a share so near a step of the grid is that step */
static const double HOURS_PER_DAY = 24.0;

/* The mode asked for, BK_NONE for every mode. */
static bk_status
read_mode(bk_context *ctx, const bk_model *model, const char *text, bk_arena *arena, uint32_t *out)
{
    bk_names *names = bk_names_create(arena);

    *out = BK_NONE;
    if (!text)
        return BK_OK;
    for (uint32_t m = 0; names && m < model->network.n_modes; m++) {
        if (strcmp(model->network.modes[m], text) == 0) {
            *out = m;
            return BK_OK;
        }
        bk_names_intern(names, model->network.modes[m], strlen(model->network.modes[m]));
    }
    BK_TRY(bk_arena_ok(arena));
    const char *near = bk_names_nearest(names, text, strlen(text));
    const char *hint = near ? bk_arena_format(arena, "did you mean '%s'?", near) : "modes are in network/mode.csv";
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, hint, "--mode '%s' is not a mode of the study", text);
}

/* Sums over what passes the row, tonnes by pair [n_sectors][importer][exporter]. */
static bk_post_traffic
sum_traffic(const bk_model *model, const bk_border *row, const double *tonnes, double utilisation)
{
    const bk_economy            *economy = &model->economy;
    const bk_transport_settings *settings = &model->transport;
    const size_t                 n_cells = economy->n_regions * economy->n_regions;
    bk_post_traffic              sum = {.utilisation = utilisation};

    for (size_t j = 0; j < economy->n_sectors; j++) {
        const double factor = model->network.products[row->mode * economy->n_sectors + j].border_hours_factor;
        for (size_t cell = j * n_cells; cell < (j + 1) * n_cells; cell++) {
            const double usd_per_tonne =
                economy->usd_per_tonne ? economy->usd_per_tonne[cell] : economy->sectors[j].usd_per_tonne;
            const double value = tonnes[cell] * usd_per_tonne * economy->sectors[j].time_cost_per_day / HOURS_PER_DAY;
            sum.tonnes += tonnes[cell];
            sum.factor += tonnes[cell] * factor;
            sum.usd_per_queue_hour += value;
            sum.usd_per_control_hour += value * factor;
            sum.usd_per_variance += value * factor * factor;
        }
    }
    sum.factor = sum.tonnes > 0.0 ? sum.factor / sum.tonnes : 1.0;
    sum.usd_per_variance *=
        settings->reliability_ratio > 0.0 ? settings->reliability_ratio / settings->spread_hours : 0.0;
    return sum;
}

/* Steps of a tenth from 0 to 1 with today's share among them, into share [STEPS + 2]; returns how many, `*today` which
 * of them is today's. */
static size_t
fill_shares(double now, double *share, size_t *today)
{
    size_t n = 0;
    bool   placed = false;

    for (size_t step = 0; step <= STEPS; step++) {
        const double grid = (double)step / STEPS;
        if (!placed && now < grid + ON_THE_GRID) {
            *today = n;
            share[n++] = now;
            placed = true;
            if (now > grid - ON_THE_GRID)
                continue;
        }
        share[n++] = grid;
    }
    return n;
}

typedef struct frontier_job {
    const bk_model      *model;
    const bk_joint_base *base;
    double              *tonnes; /* [n_sectors][importer][exporter] t/yr, scratch */
} frontier_job;

static bk_status
fill_row(bk_context *ctx, const frontier_job *job, uint32_t border, bk_arena *arena, bk_frontier_row *row)
{
    const bk_network_data   *network = &job->model->network;
    const bk_border         *post = &network->borders[border];
    const bk_joint_solution *solution = bk_joint_base_solution(job->base);
    const uint32_t           facility = (uint32_t)(network->n_links + network->n_transfers + border);
    double                  *share = BK_NEW(arena, double, STEPS + 2);
    bk_post_delay           *delay = BK_NEW(arena, bk_post_delay, STEPS + 2);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_joint_select(ctx, job->base, job->model, solution, facility, job->tonnes));
    *row = (bk_frontier_row){.border = border,
                             .traffic = sum_traffic(job->model, post, job->tonnes, solution->utilisation[facility]),
                             .share = share,
                             .delay = delay};
    row->n_points = fill_shares(post->inspected_share, share, &row->today);
    for (size_t p = 0; p < row->n_points; p++)
        bk_post_delay_at(post, &row->traffic, share[p], &delay[p]);
    bk_post_value(post, &row->traffic, &row->savings);
    return BK_OK;
}

static bk_status
fill_rows(bk_context *ctx, const bk_study *study, const bk_joint_base *base, uint32_t mode, bk_arena *arena,
          bk_frontier *out)
{
    const bk_model        *model = study->model;
    const bk_network_data *network = &model->network;
    const size_t           n_regions = model->economy.n_regions;
    bk_frontier_row       *rows = BK_NEW(arena, bk_frontier_row, network->n_borders);
    const frontier_job     job = {
            .model = model, .base = base, .tonnes = BK_NEW(arena, double, model->economy.n_sectors *n_regions *n_regions)};

    BK_TRY(bk_arena_ok(arena));
    for (uint32_t b = 0; b < network->n_borders; b++)
        if (network->borders[b].node == out->node && (mode == BK_NONE || network->borders[b].mode == mode))
            BK_TRY(fill_row(ctx, &job, b, arena, &rows[out->n++]));
    out->rows = rows;
    if (out->n > 0)
        return BK_OK;
    return bk_fail_hint(ctx, BK_ERR_REFERENCE, "posts and their modes are in network/border.csv",
                        "%s has no border rows%s%s", network->nodes[out->node].name, mode == BK_NONE ? "" : " of mode ",
                        mode == BK_NONE ? "" : network->modes[mode]);
}

bk_status
bk_study_frontier(bk_context *ctx, const bk_study *study, const bk_joint_base *base, const bk_frontier_query *query,
                  bk_arena *arena, bk_frontier *out)
{
    uint32_t mode = BK_NONE;

    if (!study->model->has_network || !study->model->has_economy)
        return bk_fail_hint(ctx, BK_ERR_INCONSISTENT, "add network/ and economy/",
                            "%s has no network or no economy, so no traffic at its posts", study->folder);
    *out = (bk_frontier){.node = BK_NONE};
    BK_TRY(bki_place_get(ctx, study->model, query->post, "--border", arena, &out->node));
    BK_TRY(read_mode(ctx, study->model, query->mode, arena, &mode));
    return fill_rows(ctx, study, base, mode, arena, out);
}
