/* Who carries what: tonnes, tonne-kilometres, money, value added and carbon dioxide of every corridor in every country,
 * and what a tonne of a corridor takes from door to door.
 *
 * Routes bear marks (study/corridor.c); bk_joint_sums adds up what their tonnes meet on the arcs of each country, a
 * link between two of them half for each.  Value added of the carriers is their revenue times the value-added share, in
 * that country, of the sector the study says carriers are in: the first round alone, of an average carrier of goods and
 * services.  Tolls on transit are revenue of the country where they are asked, and no carrier's. */
#include "study/transit.h"
#include "study/corridor.h"

#include <math.h>

enum { KILOMETRES, MONEY, CARBON, TOLLS, N_WEIGHTS };
enum { HOURS, DOLLARS, N_DOORS }; /* met from door to door, loading at the ends as well */
enum { N_SUMS = 2 + N_WEIGHTS + N_DOORS };

typedef struct transit_job {
    const bk_model     *model;
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    size_t              n_sectors, n_regions, n_corridors, n_places;
    uint32_t           *mark;              /* [n_arcs] */
    uint32_t           *everywhere;        /* [n_arcs] 0 */
    uint32_t           *touched;           /* [n_arcs] where a shipment is, ends of journeys included */
    uint32_t           *place[2];          /* [n_arcs] whose arc it is at either end */
    double             *weight[N_WEIGHTS]; /* [n_sectors][n_arcs] km, USD/t, kg/t, USD/t */
    double             *door[N_DOORS];     /* [n_sectors][n_arcs] h, queues included; USD/t */
    double             *sums[N_SUMS];
} transit_job;

static void
set_arcs(transit_job *job)
{
    const bk_graph *graph = job->graph;

    bki_corridor_marks(job->model, graph, job->mark);
    for (size_t a = 0; a < graph->n_arcs; a++) {
        const bool is_end = graph->kind[a] == BK_ARC_LOAD || graph->kind[a] == BK_ARC_UNLOAD;
        for (int end = 0; end < 2; end++)
            job->place[end][a] = bki_arc_place(job->model, graph, a, end);
        job->touched[a] = is_end ? job->model->network.nodes[graph->element[a]].country : job->place[0][a];
    }
}

/* INFINITY, which closed arcs have, becomes 0: they carry nothing. */
static double
met(double value)
{
    return isfinite(value) ? value : 0.0;
}

static double
toll_on(const transit_job *job, size_t arc)
{
    const uint32_t country = job->model->transit_toll ? bk_arc_toll_country(job->model, job->graph, arc) : BK_NONE;

    return country == BK_NONE ? 0.0 : job->model->transit_toll[country];
}

static void
set_weights(transit_job *job, const bk_joint_solution *solution)
{
    for (size_t j = 0; j < job->n_sectors; j++)
        for (size_t a = 0; a < job->graph->n_arcs; a++) {
            const size_t   at = j * job->graph->n_arcs + a;
            const uint32_t facility = job->graph->facility[a];
            const double   queue = facility != BK_NONE ? solution->queue_hours[facility] : 0.0;
            job->weight[KILOMETRES][at] = job->graph->kind[a] == BK_ARC_LINE ? met(job->costs->km[a]) : 0.0;
            job->weight[MONEY][at] = met(job->costs->money[at]);
            job->weight[CARBON][at] = met(job->costs->co2[at]);
            job->weight[TOLLS][at] = toll_on(job, a);
            job->door[HOURS][at] = met(job->costs->hours[at]) + met(queue);
            job->door[DOLLARS][at] = met(job->costs->money[at]);
        }
}

static bk_status
prepare(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
        bk_arena *scratch, transit_job *job)
{
    const bk_graph *graph = bk_joint_graph(base);
    const size_t    n_pairs = model->economy.n_regions * model->economy.n_regions;

    *job = (transit_job){.model = model,
                         .graph = graph,
                         .n_sectors = model->economy.n_sectors,
                         .n_regions = model->economy.n_regions,
                         .n_corridors = model->network.n_corridors + 1,
                         .n_places = model->n_countries + 1};
    BK_TRY(bk_arc_costs_build(ctx, model, graph, scratch, &job->costs));
    job->mark = BK_NEW(scratch, uint32_t, graph->n_arcs);
    job->everywhere = BK_NEW(scratch, uint32_t, graph->n_arcs);
    job->touched = BK_NEW(scratch, uint32_t, graph->n_arcs);
    for (int end = 0; end < 2; end++)
        job->place[end] = BK_NEW(scratch, uint32_t, graph->n_arcs);
    for (int w = 0; w < N_WEIGHTS; w++)
        job->weight[w] = BK_NEW(scratch, double, job->n_sectors * graph->n_arcs);
    for (int w = 0; w < N_DOORS; w++)
        job->door[w] = BK_NEW(scratch, double, job->n_sectors * graph->n_arcs);
    for (int s = 0; s < N_SUMS; s++) {
        const bool is_whole = s == 0 || s >= 2 + N_WEIGHTS;
        job->sums[s] = BK_NEW(scratch, double, job->n_corridors *(is_whole ? 1 : job->n_places) * n_pairs);
    }
    BK_TRY(bk_arena_ok(scratch));
    set_arcs(job);
    set_weights(job, solution);
    return BK_OK;
}

/* Every shipment once; once in each place; then each weight by place; then what is met from door to door. */
static bk_status
add_up(bk_context *ctx, const bk_joint_base *base, const bk_joint_solution *solution, const transit_job *job)
{
    const size_t    n_marks = job->n_corridors - 1;
    bk_arc_grouping by[N_SUMS];

    by[0] = (bk_arc_grouping){.n_groups = 1, .n_marks = n_marks, .group = job->everywhere, .mark = job->mark};
    by[1] = (bk_arc_grouping){.n_groups = job->n_places, .n_marks = n_marks, .group = job->touched, .mark = job->mark};
    for (int w = 0; w < N_WEIGHTS; w++)
        by[2 + w] = (bk_arc_grouping){.n_groups = job->n_places,
                                      .n_marks = n_marks,
                                      .weight = job->weight[w],
                                      .group = job->place[0],
                                      .other = job->place[1],
                                      .mark = job->mark};
    for (int w = 0; w < N_DOORS; w++)
        by[2 + N_WEIGHTS + w] = (bk_arc_grouping){
            .n_groups = 1, .n_marks = n_marks, .weight = job->door[w], .group = job->everywhere, .mark = job->mark};
    return bk_joint_sums(ctx, base, job->model, solution, N_SUMS, by, job->sums);
}

/* Adds the sums of all relations to [n_corridors][n_places][2]. */
static void
by_kind(const transit_job *job, const double *sum, double *out)
{
    const bk_region *regions = job->model->economy.regions;
    const size_t     n = job->n_regions;

    for (size_t cell = 0; cell < job->n_corridors * job->n_places; cell++) {
        const size_t place = cell % job->n_places;
        for (size_t importer = 0; importer < n; importer++)
            for (size_t exporter = 0; exporter < n; exporter++) {
                const bool own = regions[importer].country == place || regions[exporter].country == place;
                out[2 * cell + own] += sum[(cell * n + importer) * n + exporter];
            }
    }
}

/* Share of value added in a country's output of the carrier sector, mean over its regions by value added; 0 at sea. */
static double
carriers_keep(const bk_model *model, size_t place)
{
    const bk_economy *economy = &model->economy;
    double            sum = 0.0, weight = 0.0;

    for (size_t n = 0; n < economy->n_regions; n++)
        if (economy->regions[n].country == place) {
            weight += economy->regions[n].value_added;
            sum += economy->regions[n].value_added *
                   economy->value_added_share[n * economy->n_sectors + economy->carrier_sector];
        }
    return weight > 0.0 ? sum / weight : 0.0;
}

static bk_status
record(const transit_job *job, bk_arena *arena, const bk_transit **out)
{
    const size_t n_cells = 2 * job->n_corridors * job->n_places, n_pairs = job->n_regions * job->n_regions;
    const bool   has_carriers = job->model->economy.carrier_sector != BK_NONE;
    bk_transit  *transit = BK_NEW(arena, bk_transit, 1);
    double      *tonnes = BK_NEW(arena, double, n_cells), *shipped = BK_NEW(arena, double, job->n_corridors);
    double      *weighted[N_WEIGHTS], *door[N_DOORS], *added = has_carriers ? BK_NEW(arena, double, n_cells) : NULL;

    for (int w = 0; w < N_WEIGHTS; w++)
        weighted[w] = BK_NEW(arena, double, n_cells);
    for (int w = 0; w < N_DOORS; w++)
        door[w] = BK_NEW(arena, double, job->n_corridors);
    BK_TRY(bk_arena_ok(arena));
    for (size_t k = 0; k < job->n_corridors; k++)
        shipped[k] = bk_sum(&job->sums[0][k * n_pairs], n_pairs);
    for (int w = 0; w < N_DOORS; w++)
        for (size_t k = 0; k < job->n_corridors; k++)
            door[w][k] = bk_sum(&job->sums[2 + N_WEIGHTS + w][k * n_pairs], n_pairs);
    by_kind(job, job->sums[1], tonnes);
    for (int w = 0; w < N_WEIGHTS; w++)
        by_kind(job, job->sums[2 + w], weighted[w]);
    for (size_t cell = 0; added && cell < n_cells; cell++)
        added[cell] = weighted[MONEY][cell] * carriers_keep(job->model, cell / 2 % job->n_places);
    for (size_t cell = 0; cell < n_cells; cell += 2) { /* of transit: its own trade pays none */
        weighted[MONEY][cell] += weighted[TOLLS][cell];
        door[DOLLARS][cell / 2 / job->n_places] += weighted[TOLLS][cell];
    }
    *transit = (bk_transit){.n_corridors = job->n_corridors,
                            .n_places = job->n_places,
                            .tonnes = tonnes,
                            .tonne_km = weighted[KILOMETRES],
                            .revenue_usd = weighted[MONEY],
                            .value_added_usd = added,
                            .co2_kg = weighted[CARBON],
                            .shipped = shipped,
                            .door_hours = door[HOURS],
                            .door_usd = door[DOLLARS]};
    *out = transit;
    return BK_OK;
}

bk_status
bki_transit(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const bk_joint_solution *solution,
            bk_arena *arena, const bk_transit **out)
{
    transit_job job;
    bk_arena    scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = prepare(ctx, base, model, solution, &scratch, &job);
    if (status == BK_OK)
        status = add_up(ctx, base, solution, &job);
    if (status == BK_OK)
        status = record(&job, arena, out);
    bk_arena_release(&scratch);
    return status;
}

double
bk_transit_whole(const bk_transit *transit, const double *figure, size_t corridor)
{
    return bk_sum(&figure[2 * corridor * transit->n_places], 2 * transit->n_places);
}
