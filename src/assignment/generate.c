/* The universe of routes: seeds, then columns at equilibrium prices for every variant of the model until none is
 * missed. */
#include "assignment/assignment.h"
#include "assignment/columns.h"

#include <math.h>
#include <string.h>

enum { SEEDS_PER_PAIR = 6, ROUNDS_AT_MOST = 30, PASSES_AT_MOST = 4 };
/* While many routes are missing prices need not be close: what they leave is found by the next round. */
enum { MANY_MISSED = 1000 };
static const bk_assignment_settings ROUGHLY = {.tolerance = 0.05, .max_rounds = 8};
static const bk_assignment_settings CLOSELY = {.tolerance = 1e-3, .max_rounds = 40};

typedef struct variant { /* a model whose routes the universe must hold */
    const char         *name;
    const bk_model     *model;
    const bk_arc_costs *costs;
    double             *utilisation; /* [n_facilities] */
    size_t              missed;      /* classes that missed a route in the last round */
} variant;

typedef struct generation {
    bk_context       *ctx;
    const bk_graph   *graph;
    const bk_traffic *traffic;
    const double     *tonnes;
    variant          *variants; /* [n_variants] the model itself first */
    size_t            n_variants;
    bki_route_set    *sets;
    double           *length;     /* [n_arcs] for path sizes */
    double           *post_value; /* [n_borders] */
    bool              has_post_value;
    double           *fixed; /* [n_sectors][n_regions][n_regions] tonnes, room */
} generation;

/* ---- variants -------------------------------------------------------------------------------------------------- */

static bk_status
apply(bk_context *ctx, const bk_model *model, const bk_measure *measure, bk_arena *scratch, const bk_model **out)
{
    const bk_scenario scenario = {
        .name = measure->id, .title = measure->id, .file = measure->id, .n_measures = 1, .measures = measure};

    return bk_scenario_apply(ctx, model, &scenario, NULL, scratch, out);
}

static bk_status
add_variant(generation *job, const char *name, const bk_model *model, bk_arena *scratch)
{
    variant *made = &job->variants[job->n_variants];

    made->name = name;
    made->model = model;
    BK_TRY(bk_arc_costs_build(job->ctx, made->model, job->graph, scratch, &made->costs));
    job->n_variants++;
    return BK_OK;
}

bk_status
bki_all_projects(bk_context *ctx, const bk_model *base, bk_arena *arena, const bk_model **out)
{
    const size_t n_projects = base->projects.n_projects;
    bk_name_at  *projects = BK_NEW(arena, bk_name_at, n_projects);

    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < n_projects; i++)
        projects[i] = (bk_name_at){.name = base->projects.projects[i].id, .file = "projects/project.csv"};
    const bk_measure all = {.id = "all projects", .n_projects = n_projects, .projects = projects};
    return apply(ctx, base, &all, arena, out);
}

static bool
ban_is_possible(const bk_sanction *sanction)
{
    return sanction->kind == BK_SANCTION_TRANSIT_BAN && !sanction->in_base && !sanction->active;
}

static bk_status
list_variants(generation *job, const bk_model *base, const bk_arc_costs *costs, bk_arena *scratch)
{
    job->variants = BK_NEW(scratch, variant, 2 + base->policy.n_sanctions);
    BK_TRY(bk_arena_ok(scratch));
    job->variants[job->n_variants++] = (variant){.name = "the base year", .model = base, .costs = costs};
    if (base->projects.n_projects > 0) {
        const bk_model *all;
        BK_TRY(bki_all_projects(job->ctx, base, scratch, &all));
        BK_TRY(add_variant(job, "all projects", all, scratch));
    }
    for (size_t i = 0; i < base->policy.n_sanctions; i++) {
        if (!ban_is_possible(&base->policy.sanctions[i]))
            continue;
        const bk_name_at name = {.name = base->policy.sanctions[i].id, .file = "policy/sanction.csv"};
        const bk_measure ban = {.id = name.name, .n_sanctions = 1, .sanctions = &name};
        const bk_model  *under_ban;
        BK_TRY(apply(job->ctx, base, &ban, scratch, &under_ban));
        BK_TRY(add_variant(job, name.name, under_ban, scratch));
    }
    for (size_t v = 0; v < job->n_variants; v++) {
        job->variants[v].utilisation = BK_NEW(scratch, double, job->graph->n_facilities);
        job->variants[v].missed = SIZE_MAX;
    }
    return bk_arena_ok(scratch);
}

/* ---- rounds ---------------------------------------------------------------------------------------------------- */

/* Limits start from the variant's last utilisations, kept by facility since limits differ between models. */
static bk_status
solve_round(generation *job, variant *which, bk_assignment *assignment, double *price, double *slope,
            double *utilisation)
{
    const bk_limits     *limits = bk_assignment_limits(assignment);
    const size_t         n_cells = job->traffic->n_sectors * job->traffic->n_regions * job->traffic->n_regions;
    bk_assignment_result result;

    for (size_t a = 0; a < limits->n_limits; a++)
        utilisation[a] = which->utilisation[limits->facility[a]];
    memcpy(job->fixed, job->tonnes, n_cells * sizeof *job->fixed);
    BK_TRY(bk_assignment_solve(job->ctx, assignment, NULL, which->missed > MANY_MISSED ? &ROUGHLY : &CLOSELY,
                               job->fixed, utilisation, &result));
    for (size_t a = 0; a < limits->n_limits; a++)
        which->utilisation[limits->facility[a]] = utilisation[a];
    bk_limit_price(assignment, utilisation, price, slope);
    bk_log(job->ctx, BK_LOG_DEBUG, "routes: %s, %zu routes, prices to %.2g in %d rounds", which->name,
           assignment->universe->n_routes, result.residual, result.rounds);
    return BK_OK;
}

/* Prices on the routes so far, then the columns missed at these prices. */
static bk_status
run_round(generation *job, size_t index, bk_arena *scratch, bk_route_gain *gain)
{
    variant           *which = &job->variants[index];
    const bk_universe *universe;
    bk_assignment     *assignment;

    BK_TRY(bki_universe_freeze(job->ctx, job->sets, job->traffic, job->length, job->graph->n_arcs, scratch, &universe));
    BK_TRY(bk_assignment_create(job->ctx, which->model, job->graph, which->costs, job->traffic, universe,
                                job->has_post_value ? job->post_value : NULL, NULL, scratch, &assignment));
    double *numbers = BK_NEW(scratch, double, 3 * job->graph->n_facilities);
    BK_TRY(bk_arena_ok(scratch));
    double *price = numbers, *slope = price + job->graph->n_facilities, *utilisation = slope + job->graph->n_facilities;
    BK_TRY(solve_round(job, which, assignment, price, slope, utilisation));
    if (index == 0)
        BK_TRY(bk_assignment_post_value(job->ctx, assignment, job->tonnes, price, job->post_value));
    job->has_post_value = true;
    return bki_columns_add(job->ctx, assignment, job->tonnes, price, job->sets, gain);
}

static size_t
count_routes(const generation *job)
{
    size_t n = 0;

    for (size_t z = 0; z < job->traffic->n_zones; z++)
        n += job->sets[z].n_routes;
    return n;
}

/* Until no class of the variant misses a route; `*missed` tells whether one did. */
static bk_status
complete_variant(generation *job, size_t index, bool *missed)
{
    for (int round = 0; round < ROUNDS_AT_MOST; round++) {
        const size_t  before = count_routes(job);
        bk_route_gain gain = {0};
        bk_arena      scratch;

        bk_arena_init(&scratch, job->ctx);
        const bk_status status = run_round(job, index, &scratch, &gain);
        bk_arena_release(&scratch);
        BK_TRY(status);
        bk_log(job->ctx, BK_LOG_DEBUG, "routes: %s, %zu classes missed one, %zu added", job->variants[index].name,
               gain.missed, count_routes(job) - before);
        const bool settled = job->variants[index].missed <= MANY_MISSED; /* prices were close */
        job->variants[index].missed = gain.missed;
        if (gain.missed == 0 && settled)
            return BK_OK;
        *missed = true;
    }
    bk_log(job->ctx, BK_LOG_WARNING, "routes of %s were still found after %d rounds; what is missed is reported",
           job->variants[index].name, ROUNDS_AT_MOST);
    return BK_OK;
}

/* Routes added for one variant move the prices of the others a little: pass over all until nothing is added. */
static bk_status
complete_all(generation *job)
{
    for (int pass = 0; pass < PASSES_AT_MOST; pass++) {
        bool missed = false;
        for (size_t v = 0; v < job->n_variants; v++) {
            bk_progress(job->ctx, "finding routes",
                        (double)(pass * (int)job->n_variants + (int)v) /
                            (double)(PASSES_AT_MOST * (int)job->n_variants));
            BK_TRY(complete_variant(job, v, &missed));
        }
        if (!missed)
            break;
    }
    return BK_OK;
}

static bk_status
generate(generation *job, const bk_model *model, const bk_arc_costs *costs, bk_arena *scratch)
{
    BK_TRY(list_variants(job, model, costs, scratch));
    const variant *open = &job->variants[job->n_variants > 1 ? 1 : 0]; /* with all projects, if there are any */
    bki_arc_lengths(model, costs, open->costs, job->length);
    bk_progress(job->ctx, "finding routes", 0.0);
    BK_TRY(bki_seeds_add(job->ctx, model, job->graph, costs, job->traffic, SEEDS_PER_PAIR, job->sets));
    if (open->costs != costs)
        BK_TRY(bki_seeds_add(job->ctx, open->model, job->graph, open->costs, job->traffic, SEEDS_PER_PAIR, job->sets));
    return complete_all(job);
}

bk_status
bk_universe_generate(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                     const bk_traffic *traffic, const double *tonnes, bk_arena *arena, double *utilisation,
                     const bk_universe **out)
{
    bk_arena   scratch;
    generation job = {.ctx = ctx, .graph = graph, .traffic = traffic, .tonnes = tonnes};

    bk_arena_init(&scratch, ctx);
    job.sets = bki_route_sets_create(ctx, traffic->n_zones, &scratch);
    job.length = BK_NEW(&scratch, double, graph->n_arcs);
    job.post_value = BK_NEW(&scratch, double, model->network.n_borders);
    job.fixed = BK_NEW(&scratch, double, traffic->n_sectors * traffic->n_regions * traffic->n_regions);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK)
        status = generate(&job, model, costs, &scratch);
    if (status == BK_OK) {
        status = bki_universe_freeze(ctx, job.sets, traffic, job.length, graph->n_arcs, arena, out);
        memcpy(utilisation, job.variants[0].utilisation, graph->n_facilities * sizeof *utilisation);
    }
    if (job.sets != NULL)
        bki_route_sets_release(job.sets, traffic->n_zones);
    bk_arena_release(&scratch);
    return status;
}
