/* For a class with tonnes T, scale mu and shares s, a USD/t more on route r moves expected cost by s_r and flows by
 *     - T mu s_r (e_r - f),   f = sum_r s_r e_r,  e_r the limits along r,
 * so that a sum with weight h per expected cost and -l per flow moves by
 *     s_r [h + T mu (l'e_r - l'f)].
 * Summed over classes for money, over classes at their value of time for hours; then along the arcs of each route. */
#include "assignment/pull.h"
#include "assignment/choice.h"
#include "base/clones.h"

#include <string.h>

enum { BLOCKS = 8 }; /* of importers, each with sums of its own, added in order */

typedef struct pull_room { /* of one worker */
    bki_room room;
    double  *by_bundle; /* [most_bundles][width] l of each bundle */
    double  *route;     /* [most_routes][width] l'e_r */
    double  *weight;    /* [classes of a pair][width] h - T mu l'f */
    double  *slot;      /* [most_lanes][width] hours of one route by sector */
    double  *row;       /* [2 + 2 modes][width] of one route: money, hours, control and its variance by mode */
} pull_room;

typedef struct pull_job {
    const bk_assignment *assignment;
    const bki_pull      *pull;
    const uint8_t       *is_factored;                                /* [n_modes] 1: border hours differ by sector */
    pull_room           *rooms;                                      /* [threads] */
    double              *money, *hours, *control, *control_variance; /* [BLOCKS] of bki_pulled's */
} pull_job;

BKI_CLONES static void
add_scaled(size_t width, double factor, const double *restrict x, double *restrict y)
{
    for (size_t c = 0; c < width; c++)
        y[c] += factor * x[c];
}

/* l along every route of the pair. */
static void
route_weights(const pull_job *job, const bki_pair_view *pair, pull_room *room)
{
    const bki_bundles *bundles = job->assignment->bundles;
    const size_t       width = job->pull->width, index = pair->index;
    double            *common = room->row; /* not needed before routes are gone through */

    memset(room->by_bundle, 0, bundles->n_bundles[index] * width * sizeof *room->by_bundle);
    memset(common, 0, width * sizeof *common);
    for (size_t i = bundles->first_local[index]; i < bundles->first_local[index + 1]; i++) {
        const uint32_t bundle = bundles->bundle[i];
        add_scaled(width, 1.0, job->pull->by_excess + bundles->limit[i] * width,
                   bundle == BK_NONE ? common : room->by_bundle + bundle * width);
    }
    for (size_t r = 0; r < pair->n_routes; r++) {
        double *to = room->route + r * width;
        memcpy(to, common, width * sizeof *to);
        for (size_t at = bundles->first_use[pair->first_route + r]; at < bundles->first_use[pair->first_route + r + 1];
             at++)
            add_scaled(width, 1.0, room->by_bundle + bundles->use[at] * width, to);
    }
}

/* to += sum over routes of share x l'e_r, by class. */
BKI_CLONES static void
mean_weights(size_t n_routes, size_t n_classes, size_t width, const double *restrict share,
             const double *restrict route, double *restrict to)
{
    for (size_t r = 0; r < n_routes; r++)
        for (size_t k = 0; k < n_classes; k++) {
            const double s = share[r * n_classes + k];
            for (size_t c = 0; s > 1e-14 && c < width; c++) /* below, nothing is left of what it would add */
                to[k * width + c] += s * route[r * width + c];
        }
}

/* h - T mu l'f by class, into room->weight; T mu into room->pull.  False if the pair carries nothing. */
static bool
class_weights(const pull_job *job, const bki_pair_view *pair, size_t cell, pull_room *room)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const size_t         width = job->pull->width, n_cells = traffic->n_regions * traffic->n_regions;
    const double         each = 1.0 / (double)pair->n_classes;
    bool                 any = false;

    memset(room->weight, 0, pair->width * width * sizeof *room->weight);
    mean_weights(pair->n_routes, pair->width, width, room->room.weight, room->route, room->weight);
    memset(room->room.pull, 0, pair->width * sizeof *room->room.pull);
    for (size_t i = 0; i < pair->n_slots; i++) {
        const size_t s = pair->first_slot + i, at = traffic->slot_sector[s] * n_cells + cell;
        const double share = assignment->mass[s] * each, tonnes = job->pull->tonnes[at] * share;
        any |= tonnes > 0.0;
        for (size_t k = i; k < pair->width; k += pair->lanes) {
            double *weight = room->weight + k * width;
            room->room.pull[k] = tonnes * pair->scale[k];
            for (size_t c = 0; c < width; c++)
                weight[c] = job->pull->by_cost[at * width + c] * share - room->room.pull[k] * weight[c];
        }
    }
    return any;
}

/* Money of one route, and its hours by sector. */
BKI_CLONES static void
route_row(const bki_pair_view *pair, size_t route, size_t width, const pull_room *room)
{
    const double *share = room->room.weight + route * pair->width;
    const double *restrict along = room->route + route * width;
    double *restrict money = room->row;

    memset(room->slot, 0, pair->n_slots * width * sizeof *room->slot);
    memset(money, 0, width * sizeof *money);
    for (size_t k = 0; k < pair->width; k++) {
        const double s = share[k], by_flow = s * room->room.pull[k], value = pair->usd_per_hour[k];
        const double *restrict weight = room->weight + k * width;
        double *restrict hours = room->slot + k % pair->lanes * width;
        if (!(s > 1e-14) || k % pair->lanes >= pair->n_slots)
            continue;
        for (size_t c = 0; c < width; c++) {
            const double moved = s * weight[c] + by_flow * along[c];
            money[c] += moved;
            hours[c] += value * moved;
        }
    }
}

/* Hours of all sectors, and control hours of each mode whose posts tell sectors apart. */
static void
sum_slots(const pull_job *job, const bki_pair_view *pair, const pull_room *room)
{
    const bk_assignment *assignment = job->assignment;
    const size_t         width = job->pull->width, n_modes = assignment->model->network.n_modes;
    const uint32_t      *sector = assignment->traffic->slot_sector + pair->first_slot;

    memset(room->row + width, 0, (1 + 2 * n_modes) * width * sizeof *room->row);
    for (size_t i = 0; i < pair->n_slots; i++)
        add_scaled(width, 1.0, room->slot + i * width, room->row + width);
    for (size_t m = 0; m < n_modes; m++)
        for (size_t i = 0; job->is_factored[m] && i < pair->n_slots; i++) {
            const double factor =
                assignment->model->network.products[m * assignment->traffic->n_sectors + sector[i]].border_hours_factor;
            add_scaled(width, factor, room->slot + i * width, room->row + (2 + 2 * m) * width);
            add_scaled(width, factor * factor, room->slot + i * width, room->row + (3 + 2 * m) * width);
        }
}

static void
spread_route(const pull_job *job, size_t route, size_t block, const pull_room *room)
{
    const bk_assignment *assignment = job->assignment;
    const bk_graph      *graph = assignment->graph;
    const bk_universe   *universe = assignment->universe;
    const size_t         width = job->pull->width, n_borders = assignment->model->network.n_borders;

    for (size_t at = universe->first_arc[route]; at < universe->first_arc[route + 1]; at++) {
        const size_t arc = universe->arc[at], place = (block * graph->n_arcs + arc) * width;
        add_scaled(width, 1.0, room->row, job->money + place);
        add_scaled(width, 1.0, room->row + width, job->hours + place);
        if (graph->kind[arc] != BK_ARC_BORDER || !job->is_factored[graph->mode[arc]])
            continue;
        const double *row = room->row + (2 + 2 * graph->mode[arc]) * width;
        const size_t  post = (block * n_borders + graph->element[arc]) * width;
        add_scaled(width, 1.0, row, job->control + post);
        add_scaled(width, 1.0, row + width, job->control_variance + post);
    }
}

static bool
carries(const pull_job *job, const bki_pair_view *pair, size_t cell)
{
    const bk_traffic *traffic = job->assignment->traffic;
    bool              any = false;

    for (size_t s = pair->first_slot; s < pair->first_slot + pair->n_slots; s++)
        any |= job->pull->tonnes[traffic->slot_sector[s] * traffic->n_regions * traffic->n_regions + cell] *
                   job->assignment->mass[s] >
               0.0;
    return any;
}

static void
pull_pair(const pull_job *job, size_t index, size_t cell, size_t block, pull_room *room)
{
    const bki_pair_view pair = bki_view_of(job->assignment, index);

    if (!carries(job, &pair, cell))
        return;
    bki_weigh_pair(job->assignment, &pair, job->pull->price, &room->room);
    route_weights(job, &pair, room);
    if (!class_weights(job, &pair, cell, room))
        return;
    for (size_t r = 0; r < pair.n_routes; r++) {
        route_row(&pair, r, job->pull->width, room);
        sum_slots(job, &pair, room);
        spread_route(job, pair.first_route + r, block, room);
    }
}

static void
pull_block(void *state, size_t block, size_t worker)
{
    const pull_job   *job = state;
    const bk_traffic *traffic = job->assignment->traffic;
    const size_t      n = traffic->n_regions, first = block * n / BLOCKS, last = (block + 1) * n / BLOCKS;

    for (size_t importer = first; importer < last; importer++)
        for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++)
            for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
                pull_pair(job, p, importer * n + traffic->exporter[r], block, &job->rooms[worker]);
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

static void
find_factored(const bk_model *model, uint8_t *is_factored)
{
    for (size_t m = 0; m < model->network.n_modes; m++) {
        is_factored[m] = 0;
        for (size_t j = 0; j < model->economy.n_sectors; j++)
            is_factored[m] |= model->network.products[m * model->economy.n_sectors + j].border_hours_factor != 1.0;
    }
}

static void
make_room(const pull_job *job, bk_arena *scratch, pull_room *room)
{
    const bk_assignment *assignment = job->assignment;
    const bki_layout    *layout = assignment->layout;
    const size_t         width = job->pull->width;

    bki_room_create(assignment, scratch, &room->room);
    room->by_bundle = BK_NEW(scratch, double, assignment->bundles->most_bundles *width);
    room->route = BK_NEW(scratch, double, layout->most_routes *width);
    room->weight = BK_NEW(scratch, double, assignment->traffic->n_classes * layout->most_lanes * width);
    room->slot = BK_NEW(scratch, double, layout->most_lanes *width);
    room->row = BK_NEW(scratch, double, 2 * (1 + assignment->model->network.n_modes) * width);
}

static void
add_blocks(size_t n, const double *blocks, double *sum)
{
    for (size_t b = 0; b < BLOCKS; b++)
        add_scaled(n, 1.0, blocks + b * n, sum);
}

static void
collect(const pull_job *job, const bki_pulled *out)
{
    const bk_graph *graph = job->assignment->graph;
    const size_t    width = job->pull->width, n_arcs = graph->n_arcs;

    add_blocks(n_arcs * width, job->money, out->money);
    add_blocks(n_arcs * width, job->hours, out->hours);
    add_blocks(job->assignment->model->network.n_borders * width, job->control, out->control);
    add_blocks(job->assignment->model->network.n_borders * width, job->control_variance, out->control_variance);
    for (size_t a = 0; a < n_arcs; a++)
        if (graph->kind[a] == BK_ARC_BORDER && !job->is_factored[graph->mode[a]]) {
            add_scaled(width, 1.0, out->hours + a * width, out->control + graph->element[a] * width);
            add_scaled(width, 1.0, out->hours + a * width, out->control_variance + graph->element[a] * width);
        }
}

bk_status
bki_pull_costs(bk_context *ctx, const bk_assignment *assignment, const bki_pull *pull, const bki_pulled *out)
{
    const bk_network_data *network = &assignment->model->network;
    const size_t           arcs = assignment->graph->n_arcs * pull->width, posts = network->n_borders * pull->width;
    const size_t           threads = (size_t)bk_context_threads(ctx);
    bk_arena               scratch;

    bk_arena_init(&scratch, ctx);
    uint8_t *is_factored = BK_NEW(&scratch, uint8_t, network->n_modes);
    pull_job job = {.assignment = assignment,
                    .pull = pull,
                    .is_factored = is_factored,
                    .rooms = BK_NEW(&scratch, pull_room, threads),
                    .money = BK_NEW(&scratch, double, BLOCKS *arcs),
                    .hours = BK_NEW(&scratch, double, BLOCKS *arcs),
                    .control = BK_NEW(&scratch, double, BLOCKS *posts),
                    .control_variance = BK_NEW(&scratch, double, BLOCKS *posts)};
    for (size_t w = 0; job.rooms != NULL && w < threads; w++)
        make_room(&job, &scratch, &job.rooms[w]);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        find_factored(assignment->model, is_factored);
        bk_parallel(ctx, BLOCKS, pull_block, &job);
        collect(&job, out);
    }
    bk_arena_release(&scratch);
    return status;
}
