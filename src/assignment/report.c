/* What a solution looks like from outside: flows by arc, mean costs and hours, emissions, who uses a facility. */
#include "assignment/assignment.h"
#include "base/clones.h"

#include <string.h>

typedef struct fill_room { /* of one worker: arcs used per tonne of one relation */
    double   *use;         /* [n_arcs][n_sectors] */
    uint32_t *touched;     /* [n_arcs] */
    bool     *marked;      /* [n_arcs] */
    size_t    n_touched;
} fill_room;

enum { FILL_HOURS, FILL_CONSTANT, FILL_CO2, FILL_COLUMNS };

typedef struct fill_job {
    const bk_assignment        *assignment;
    const double               *tonnes, *price;
    const double               *table;       /* [n_arcs][FILL_COLUMNS][n_sectors], queues in the hours */
    const double               *value_share; /* laid out as shares */
    double                     *arc_blocks;  /* [n_regions][n_arcs][n_sectors] */
    fill_room                  *rooms;
    const bk_assignment_report *report;
} fill_job;

/* ---- one relation ---------------------------------------------------------------------------------------------- */

BKI_CLONES static void
add_use(size_t n_arcs, const uint32_t *restrict arcs, size_t width, const double *restrict per_tonne,
        double *restrict use)
{
    for (size_t i = 0; i < n_arcs; i++) {
        double *row = use + arcs[i] * width;
        for (size_t j = 0; j < width; j++)
            row[j] += per_tonne[j];
    }
}

static void
touch(fill_room *room, size_t n_arcs, const uint32_t *arcs)
{
    for (size_t i = 0; i < n_arcs; i++)
        if (!room->marked[arcs[i]]) {
            room->marked[arcs[i]] = true;
            room->touched[room->n_touched++] = arcs[i];
        }
}

static void
use_pair(const bk_assignment *assignment, size_t pair, double *per_tonne, fill_room *room)
{
    const bk_traffic  *traffic = assignment->traffic;
    const bk_universe *universe = assignment->universe;
    const double      *share = assignment->share + assignment->layout->first_share[pair];

    for (size_t r = universe->first_route[pair]; r < universe->first_route[pair + 1];
         r++, share += assignment->layout->lanes[pair]) {
        const uint32_t *arcs = universe->arc + universe->first_arc[r];
        const size_t    n_arcs = universe->first_arc[r + 1] - universe->first_arc[r];
        memset(per_tonne, 0, traffic->n_sectors * sizeof *per_tonne);
        for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++)
            per_tonne[traffic->slot_sector[s]] = assignment->mass[s] * share[i];
        touch(room, n_arcs, arcs);
        add_use(n_arcs, arcs, traffic->n_sectors, per_tonne, room->use);
    }
}

/* Mean generalised cost: money, constants and prices at the shares, hours at the values of time of those who choose. */
static void
cost_pair(const fill_job *job, size_t pair, size_t cell)
{
    const bk_assignment *assignment = job->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const size_t         lanes = assignment->layout->lanes[pair], at = assignment->layout->first_share[pair];
    const size_t n_cells = traffic->n_regions * traffic->n_regions, first = assignment->universe->first_route[pair];

    for (size_t r = first; r < assignment->universe->first_route[pair + 1]; r++) {
        const double *share = assignment->share + at + (r - first) * lanes,
                     *cost = assignment->route_cost + 2 * (at + (r - first) * lanes);
        const double *value = job->value_share + at + (r - first) * lanes;
        double        price = 0.0;
        for (size_t u = assignment->first_use[r]; u < assignment->first_use[r + 1]; u++)
            price += job->price[assignment->use[u]];
        for (size_t s = traffic->first_slot[pair], i = 0; s < traffic->first_slot[pair + 1]; s++, i++)
            if (share[i] > 0.0)
                job->report->mean_cost[traffic->slot_sector[s] * n_cells + cell] +=
                    assignment->mass[s] * (share[i] * (cost[i] + price) + value[i] * cost[lanes + i]);
    }
}

/* Sums over the arcs the relation touches, which are then cleared. */
static void
close_relation(const fill_job *job, size_t importer, size_t cell, fill_room *room)
{
    const bk_traffic           *traffic = job->assignment->traffic;
    const bk_assignment_report *report = job->report;
    const size_t                n_sectors = traffic->n_sectors, n_cells = traffic->n_regions * traffic->n_regions;
    double                     *arc_flow = job->arc_blocks + importer * job->assignment->graph->n_arcs * n_sectors;

    for (size_t t = 0; t < room->n_touched; t++) {
        const size_t  a = room->touched[t];
        double       *use = room->use + a * n_sectors;
        const double *row = job->table + a * FILL_COLUMNS * n_sectors;
        for (size_t j = 0; j < n_sectors; j++) {
            const size_t at = j * n_cells + cell;
            const double flow = job->tonnes[at] * use[j];
            arc_flow[a * n_sectors + j] += flow;
            report->mean_hours[at] += use[j] * row[FILL_HOURS * n_sectors + j];
            report->mean_constant[at] += use[j] * row[FILL_CONSTANT * n_sectors + j];
            report->co2[importer] += flow * row[FILL_CO2 * n_sectors + j];
            use[j] = 0.0;
        }
        room->marked[a] = false;
    }
    room->n_touched = 0;
}

static void
fill_importer(void *state, size_t importer, size_t worker)
{
    const fill_job   *job = state;
    const bk_traffic *traffic = job->assignment->traffic;
    fill_room        *room = &job->rooms[worker];

    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++) {
        const size_t cell = importer * traffic->n_regions + traffic->exporter[r];
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++) {
            use_pair(job->assignment, p, job->assignment->rooms[worker].used_by_sector, room);
            cost_pair(job, p, cell);
        }
        close_relation(job, importer, cell, room);
    }
}

/* ---- all ------------------------------------------------------------------------------------------------------- */

static void
fill_table(const bk_assignment *assignment, const double *queue_hours, double *table)
{
    const bk_arc_costs *costs = assignment->costs;
    const size_t        n_sectors = costs->n_sectors;

    for (size_t a = 0; a < costs->n_arcs; a++) {
        const uint32_t facility = assignment->graph->facility[a];
        const uint32_t limit = facility == BK_NONE ? BK_NONE : assignment->limit_of[facility];
        double        *row = table + a * FILL_COLUMNS * n_sectors;
        for (size_t j = 0; j < n_sectors; j++) {
            const size_t at = j * costs->n_arcs + a;
            row[FILL_HOURS * n_sectors + j] = costs->hours[at] + (limit == BK_NONE ? 0.0 : queue_hours[limit]);
            row[FILL_CONSTANT * n_sectors + j] = costs->constant[at];
            row[FILL_CO2 * n_sectors + j] = costs->co2[at];
        }
    }
}

static void
clear_report(const bk_assignment *assignment, const bk_assignment_report *report)
{
    const size_t n_regions = assignment->traffic->n_regions, n_sectors = assignment->traffic->n_sectors;
    const size_t n_cells = n_sectors * n_regions * n_regions;

    memset(report->arc_flow, 0, n_sectors * assignment->graph->n_arcs * sizeof(double));
    memset(report->mean_cost, 0, n_cells * sizeof(double));
    memset(report->mean_constant, 0, n_cells * sizeof(double));
    memset(report->mean_hours, 0, n_cells * sizeof(double));
    memset(report->co2, 0, n_regions * sizeof(double));
}

static void
add_blocks(const fill_job *job)
{
    const size_t n_arcs = job->assignment->graph->n_arcs, n_sectors = job->assignment->traffic->n_sectors;

    for (size_t n = 0; n < job->assignment->traffic->n_regions; n++)
        for (size_t a = 0; a < n_arcs; a++)
            for (size_t j = 0; j < n_sectors; j++)
                job->report->arc_flow[j * n_arcs + a] += job->arc_blocks[(n * n_arcs + a) * n_sectors + j];
}

static void
make_fill_rooms(fill_job *job, size_t threads, bk_arena *scratch)
{
    const size_t n_arcs = job->assignment->graph->n_arcs;

    job->rooms = BK_NEW(scratch, fill_room, threads);
    for (size_t w = 0; job->rooms != NULL && w < threads; w++)
        job->rooms[w] = (fill_room){.use = BK_NEW(scratch, double, n_arcs * job->assignment->traffic->n_sectors),
                                    .touched = BK_NEW(scratch, uint32_t, n_arcs),
                                    .marked = BK_NEW(scratch, bool, n_arcs)};
}

bk_status
bk_assignment_fill(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const double *price,
                   const double *queue_hours, const bk_assignment_report *report)
{
    const bk_traffic *traffic = assignment->traffic;
    const size_t      n_arcs = assignment->graph->n_arcs, n_sectors = traffic->n_sectors;
    bk_arena          scratch;

    bk_arena_init(&scratch, ctx);
    double  *table = BK_NEW(&scratch, double, n_arcs *FILL_COLUMNS *n_sectors);
    double  *value_share = BK_NEW(&scratch, double, assignment->layout->first_share[traffic->n_pairs]);
    fill_job job = {.assignment = assignment,
                    .tonnes = tonnes,
                    .price = price,
                    .table = table,
                    .value_share = value_share,
                    .arc_blocks = BK_NEW(&scratch, double, traffic->n_regions *n_arcs *n_sectors),
                    .report = report};
    make_fill_rooms(&job, (size_t)bk_context_threads(ctx), &scratch);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        bki_choose(ctx, assignment, price, NULL, value_share);
        fill_table(assignment, queue_hours, table);
        clear_report(assignment, report);
        bk_parallel(ctx, traffic->n_regions, fill_importer, &job);
        add_blocks(&job);
    }
    bk_arena_release(&scratch);
    return status;
}

void
bk_assignment_select(const bk_assignment *assignment, const double *tonnes, uint32_t facility, double *by_pair)
{
    const bk_traffic  *traffic = assignment->traffic;
    const bk_universe *universe = assignment->universe;
    const size_t       n_cells = traffic->n_regions * traffic->n_regions;

    memset(by_pair, 0, traffic->n_sectors * n_cells * sizeof *by_pair);
    for (size_t rel = 0; rel < traffic->n_relations; rel++) {
        const size_t cell = traffic->importer[rel] * traffic->n_regions + traffic->exporter[rel];
        for (size_t p = traffic->first_pair[rel]; p < traffic->first_pair[rel + 1]; p++)
            for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++) {
                const double *share = assignment->share + assignment->layout->first_share[p] +
                                      (r - universe->first_route[p]) * assignment->layout->lanes[p];
                double times = 0.0;
                for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++)
                    times += assignment->graph->facility[universe->arc[at]] == facility ? 1.0 : 0.0;
                for (size_t s = traffic->first_slot[p], i = 0; times > 0.0 && s < traffic->first_slot[p + 1];
                     s++, i++) {
                    const size_t at = traffic->slot_sector[s] * n_cells + cell;
                    by_pair[at] += times * tonnes[at] * assignment->mass[s] * share[i];
                }
            }
    }
}

/* ---- posts ----------------------------------------------------------------------------------------------------- */

typedef struct post_sum {
    double tonnes, value;
} post_sum;

/* Traffic and its value at every limit, and over all traffic in the last place. */
static void
sum_posts(const bk_assignment *assignment, const double *tonnes, const double *value_share, post_sum *sums)
{
    const bk_traffic  *traffic = assignment->traffic;
    const bk_universe *universe = assignment->universe;
    const size_t       n_cells = traffic->n_regions * traffic->n_regions, n_limits = assignment->limits.n_limits;

    for (size_t rel = 0; rel < traffic->n_relations; rel++) {
        const size_t cell = traffic->importer[rel] * traffic->n_regions + traffic->exporter[rel];
        for (size_t p = traffic->first_pair[rel]; p < traffic->first_pair[rel + 1]; p++)
            for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++) {
                const size_t at =
                    assignment->layout->first_share[p] + (r - universe->first_route[p]) * assignment->layout->lanes[p];
                post_sum sum = {0};
                for (size_t s = traffic->first_slot[p], i = 0; s < traffic->first_slot[p + 1]; s++, i++) {
                    const double t = tonnes[traffic->slot_sector[s] * n_cells + cell] * assignment->mass[s];
                    sum.tonnes += t * assignment->share[at + i];
                    sum.value += t * value_share[at + i];
                }
                for (size_t u = assignment->first_use[r]; u <= assignment->first_use[r + 1]; u++) {
                    post_sum *post = &sums[u == assignment->first_use[r + 1] ? n_limits : assignment->use[u]];
                    post->tonnes += sum.tonnes;
                    post->value += sum.value;
                }
            }
    }
}

bk_status
bk_assignment_post_value(bk_context *ctx, bk_assignment *assignment, const double *tonnes, const double *price,
                         double *post_value)
{
    const bk_network_data *network = &assignment->model->network;
    const size_t n_limits = assignment->limits.n_limits, first_border = network->n_links + network->n_transfers;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    double   *value_share = BK_NEW(&scratch, double, assignment->layout->first_share[assignment->traffic->n_pairs]);
    post_sum *sums = BK_NEW(&scratch, post_sum, n_limits + 1);
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        bki_choose(ctx, assignment, price, NULL, value_share);
        sum_posts(assignment, tonnes, value_share, sums);
        const double mean = sums[n_limits].tonnes > 0.0 ? sums[n_limits].value / sums[n_limits].tonnes : 0.0;
        for (size_t b = 0; b < network->n_borders; b++)
            post_value[b] = mean;
        for (size_t a = 0; a < n_limits;
             a++) /* a trace of traffic tells nothing: below a kilogram a year it counts as none */
            if (assignment->limits.is_queue[a] && sums[a].tonnes > 1e-3)
                post_value[assignment->limits.facility[a] - first_border] = sums[a].value / sums[a].tonnes;
    }
    bk_arena_release(&scratch);
    return status;
}
