/* How flows answer the prices of what is scarce, trade's whole answer included, and the adjoint of that. */
#include "base/lu.h"
#include "coupling/adjoint.h"

#include <math.h>
#include <string.h>

/* A price whose slope is below this, USD/t per unit of utilisation, moves nothing that could be told from rounding. */
static const double LEAST_SLOPE = 1e-6;
enum { COLUMNS_AT_ONCE = 64 };

typedef struct crowding_system {
    bk_context       *ctx;
    bk_joint_adjoint *adjoint;
    bk_arena         *scratch;
    size_t            n_active, rows; /* rows: n_sectors x n_regions */
    uint32_t         *active, *active_of;
    double           *matrix; /* [n_active][n_active] K, t2/USD/yr, then the scaled system */
    bki_push          push;   /* what a price does to trade, width n_active */
    /* tonnes on each active limit per change of spending, of prices and of unit costs, [rows][n_active] */
    double *by_spend, *by_price, *by_cost;
    double *used; /* [n_sectors][n_active] t per tonne traded, of a relation */
} crowding_system;

static bk_status
find_active(crowding_system *system)
{
    const bk_joint_adjoint *adjoint = system->adjoint;
    const size_t            n_limits = adjoint->assignment->limits.n_limits;

    system->active = BK_NEW(system->scratch, uint32_t, n_limits);
    system->active_of = BK_NEW(system->scratch, uint32_t, n_limits);
    BK_TRY(bk_arena_ok(system->scratch));
    for (size_t a = 0; a < n_limits; a++) {
        const bool active = adjoint->slope[a] > LEAST_SLOPE;
        system->active_of[a] = active ? (uint32_t)system->n_active : BK_NONE;
        if (active)
            system->active[system->n_active++] = (uint32_t)a;
    }
    const size_t n = system->n_active, block = system->rows * n, line = adjoint->n * n;
    double *blocks = BK_NEW(system->scratch, double, 5 * block), *lines = BK_NEW(system->scratch, double, 2 * line);
    system->matrix = BK_NEW(system->scratch, double, n *n);
    system->used = BK_NEW(system->scratch, double, adjoint->model->economy.n_sectors *n);
    BK_TRY(bk_arena_ok(system->scratch));
    system->push =
        (bki_push){.width = n, .price = blocks, .sales = blocks + block, .revenue = lines, .duty = lines + line};
    system->by_spend = blocks + 2 * block;
    system->by_price = blocks + 3 * block;
    system->by_cost = blocks + 4 * block;
    return BK_OK;
}

/* Tonnes follow their own transport factor with spending and prices held: mass and unit of bk_demand_slope; `total` is
 * left at 0, since what prices do is trade's answer. */
static void
own_slopes(const bk_joint_adjoint *adjoint, const bk_demand_slope *slope)
{
    const bk_economy *economy = &adjoint->model->economy;
    const size_t      n = economy->n_regions;

    for (size_t cell = 0; cell < economy->n_sectors * n * n; cell++) {
        const double unit = bki_factor_per_usd(adjoint, cell);
        const bool   open = unit > 0.0 && cell / n % n != cell % n;
        slope->unit[cell] = open ? unit : 0.0;
        slope->mass[cell] =
            open ? adjoint->trade->elasticity[cell / (n * n)] * adjoint->solution->tonnes[cell] / unit : 0.0;
    }
}

/* Choice among routes, and each relation's own answer: into the matrix. */
static bk_status
direct_answers(crowding_system *system)
{
    bk_joint_adjoint *adjoint = system->adjoint;
    const size_t      n = system->n_active, n_cells = bki_cells(adjoint->model), n_regions = adjoint->n;
    bk_arena          scratch;

    bk_arena_init(&scratch, system->ctx);
    const bk_demand_slope slope = {BK_NEW(&scratch, double, n_cells), BK_NEW(&scratch, double, n_cells),
                                   BK_NEW(&scratch, double, system->rows)};
    const bki_curvature   curvature = {n, system->active_of, BK_NEW(&scratch, double, n_regions *n *n),
                                       adjoint->solution->tonnes};
    const bki_elastic     elastic = {&slope, &curvature};
    double               *flow = BK_NEW(&scratch, double, adjoint->assignment->limits.n_limits);
    const bk_status       status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        own_slopes(adjoint, &slope);
        bki_choose(system->ctx, adjoint->assignment, adjoint->price, &curvature, NULL);
        bki_load(system->ctx, adjoint->assignment, adjoint->solution->tonnes, &elastic, flow);
        for (size_t b = 0; b < n_regions; b++)
            for (size_t i = 0; i < n; i++)
                bki_add_scaled(i + 1, 1.0, curvature.blocks + (b * n + i) * n, system->matrix + i * n);
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; k < i; k++)
                system->matrix[k * n + i] = system->matrix[i * n + k];
    }
    bk_arena_release(&scratch);
    return status;
}

/* Calls for each cell with tonnes of every relation, with what its tonnes use of the active limits. */
typedef void (*cell_visit)(crowding_system *system, size_t cell, const double *used);

static void
visit_cells(crowding_system *system, cell_visit visit)
{
    const bk_assignment *assignment = system->adjoint->assignment;
    const bk_traffic    *traffic = assignment->traffic;
    const size_t         n = traffic->n_regions;

    for (size_t r = 0; r < traffic->n_relations; r++) {
        bki_relation_uses(assignment, system->active_of, system->n_active, r, assignment->rooms[0].used, system->used);
        for (size_t j = 0; j < traffic->n_sectors; j++) {
            const size_t cell = (j * n + traffic->importer[r]) * n + traffic->exporter[r];
            if (system->adjoint->solution->tonnes[cell] > 0.0 && bki_factor_per_usd(system->adjoint, cell) > 0.0)
                visit(system, cell, system->used + j * system->n_active);
        }
    }
}

/* What the prices of a cell's limits do to trade, and what trade in the cell does to them. */
static void
join_cell(crowding_system *system, size_t cell, const double *used)
{
    const bk_joint_adjoint *adjoint = system->adjoint;
    const bki_response     *trade = adjoint->trade;
    const size_t            n_regions = adjoint->n, width = system->n_active;
    const size_t            row = cell / n_regions, n = row % n_regions, i = cell % n_regions, j = row / n_regions;
    const size_t            sold = j * n_regions + i;
    const double            unit = bki_factor_per_usd(adjoint, cell), tonnes = bki_tonnes_per_money(adjoint, cell);
    const double            moved = trade->elasticity[j] * trade->solution->trade[cell];

    bki_add_scaled(width, unit * trade->gross.share[cell], used, system->push.price + row * width);
    bki_add_scaled(width, -unit * moved, used, system->push.sales + sold * width);
    if (trade->tariff[cell] != 0.0) {
        bki_add_scaled(width, -unit * moved * trade->tariff[cell], used, system->push.revenue + n * width);
        if (bki_response_pools(trade, n, i))
            bki_add_scaled(width, -unit * moved * trade->tariff[cell], used, system->push.duty + n * width);
    }
    bki_add_scaled(width, tonnes * trade->net.share[cell], used, system->by_spend + row * width);
    bki_add_scaled(width, tonnes * moved, used, system->by_price + row * width);
    bki_add_scaled(width, -tonnes * moved, used, system->by_cost + sold * width);
}

/* ---- trade's answer, some columns at a time ---------------------------------------------------------------------- */

static void
pick_columns(const double *from, size_t rows, size_t n, size_t first, size_t width, double *to)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * width, from + r * n + first, width * sizeof *to);
}

static void
take_columns(const crowding_system *system, const double *by, const double *answer, size_t first, size_t width)
{
    const size_t n = system->n_active;

    for (size_t r = 0; r < system->rows; r++)
        for (size_t b = 0; b < n; b++)
            if (by[r * n + b] != 0.0)
                bki_add_scaled(width, -by[r * n + b], answer + r * width, system->matrix + b * n + first);
}

static bk_status
answer_columns(crowding_system *system, size_t first, size_t width)
{
    const size_t n = system->n_active, rows = system->rows, n_regions = system->adjoint->n;
    bk_arena     scratch;

    bk_arena_init(&scratch, system->ctx);
    const bki_push   push = {.width = width,
                             .price = BK_NEW(&scratch, double, rows *width),
                             .sales = BK_NEW(&scratch, double, rows *width),
                             .revenue = BK_NEW(&scratch, double, n_regions *width),
                             .duty = BK_NEW(&scratch, double, n_regions *width)};
    const bki_answer answer = {.width = width,
                               .spend = BK_NEW(&scratch, double, rows *width),
                               .cost = BK_NEW(&scratch, double, rows *width),
                               .price = BK_NEW(&scratch, double, rows *width)};
    bk_status        status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        pick_columns(system->push.price, rows, n, first, width, push.price);
        pick_columns(system->push.sales, rows, n, first, width, push.sales);
        pick_columns(system->push.revenue, n_regions, n, first, width, push.revenue);
        pick_columns(system->push.duty, n_regions, n, first, width, push.duty);
        status = bki_response_forward(system->ctx, system->adjoint->trade, &push, &answer);
    }
    if (status == BK_OK) {
        take_columns(system, system->by_spend, answer.spend, first, width);
        take_columns(system, system->by_price, answer.price, first, width);
        take_columns(system, system->by_cost, answer.cost, first, width);
    }
    bk_arena_release(&scratch);
    return status;
}

static bk_status
trade_answers(crowding_system *system)
{
    visit_cells(system, join_cell);
    for (size_t first = 0; first < system->n_active; first += COLUMNS_AT_ONCE) {
        const size_t left = system->n_active - first;
        if (bk_cancelled(system->ctx))
            return bk_fail(system->ctx, BK_ERR_CANCELLED, "interrupted while preparing the adjoint");
        BK_TRY(answer_columns(system, first, left < COLUMNS_AT_ONCE ? left : COLUMNS_AT_ONCE));
    }
    return BK_OK;
}

/* ---- the adjoint ----------------------------------------------------------------------------------------------- */

/* by [n_active][n]: what the price of each active limit does to each economy, by way of one block of pushes. */
static void
add_products(const crowding_system *system, size_t rows, const double *push, const double *gradient, double *by)
{
    const size_t n = system->adjoint->n;

    for (size_t r = 0; r < rows; r++)
        for (size_t a = 0; a < system->n_active; a++)
            if (push[r * system->n_active + a] != 0.0)
                bki_add_scaled(n, push[r * system->n_active + a], gradient + r * n, by + a * n);
}

static bk_status
solve_adjoint(crowding_system *system, double *crowding)
{
    const bk_joint_adjoint *adjoint = system->adjoint;
    const size_t            n = adjoint->n, n_active = system->n_active;
    double                 *by = BK_NEW(system->scratch, double, n_active *n);
    double                 *root = BK_NEW(system->scratch, double, n_active);
    uint32_t               *row = BK_NEW(system->scratch, uint32_t, n_active);

    BK_TRY(bk_arena_ok(system->scratch));
    add_products(system, system->rows, system->push.price, adjoint->income.price, by);
    add_products(system, system->rows, system->push.sales, adjoint->income.sales, by);
    add_products(system, n, system->push.revenue, adjoint->income.revenue, by);
    add_products(system, n, system->push.duty, adjoint->income.duty, by);
    for (size_t a = 0; a < n_active; a++) {
        root[a] = sqrt(adjoint->slope[system->active[a]]);
        for (size_t c = 0; c < n; c++)
            by[a * n + c] *= -root[a];
    }
    for (size_t a = 0; a < n_active; a++) {
        for (size_t b = 0; b < n_active; b++)
            system->matrix[a * n_active + b] *= root[a] * root[b];
        system->matrix[a * n_active + a] += adjoint->assignment->limits.capacity[system->active[a]];
    }
    if (!bki_lu_factor(n_active, system->matrix, row))
        return bk_fail(system->ctx, BK_ERR_NO_SOLUTION, "the prices of this equilibrium are not determined");
    bki_lu_solve_transposed(n_active, system->matrix, row, n, by);
    for (size_t a = 0; a < n_active; a++)
        bki_add_scaled(n, root[a], by + a * n, crowding + system->active[a] * n);
    return BK_OK;
}

static void
crowd_cell(crowding_system *system, size_t cell, const double *used)
{
    const bk_joint_adjoint *adjoint = system->adjoint;
    double                 *to = (double *)adjoint->cell_crowding + cell * adjoint->n;

    for (size_t a = 0; a < system->n_active; a++)
        if (used[a] != 0.0)
            bki_add_scaled(adjoint->n, used[a], adjoint->crowding + system->active[a] * adjoint->n, to);
}

static bk_status
solve_system(crowding_system *system, bk_arena *arena)
{
    bk_joint_adjoint *adjoint = system->adjoint;
    double           *crowding = BK_NEW(arena, double, adjoint->assignment->limits.n_limits * adjoint->n);
    double           *cell_crowding = BK_NEW(arena, double, bki_cells(adjoint->model) * adjoint->n);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(find_active(system));
    BK_TRY(direct_answers(system));
    BK_TRY(trade_answers(system));
    BK_TRY(solve_adjoint(system, crowding));
    adjoint->crowding = crowding;
    adjoint->cell_crowding = cell_crowding;
    visit_cells(system, crowd_cell);
    return BK_OK;
}

bk_status
bki_adjoint_crowding(bk_context *ctx, bk_joint_adjoint *adjoint, bk_arena *arena)
{
    bk_arena        scratch;
    crowding_system system = {
        .ctx = ctx, .adjoint = adjoint, .scratch = &scratch, .rows = adjoint->model->economy.n_sectors * adjoint->n};

    bk_arena_init(&scratch, ctx);
    const bk_status status = solve_system(&system, arena);
    bk_arena_release(&scratch);
    return status;
}
