/* What a shock makes of the base: K = share x ((1 + t')/(1 + t) d)^-theta and Kt = K / (1 + t'), once a solve.
 * Each row has its largest factor taken out, so that no elasticity can make it overflow or vanish. */
#include "trade/solver.h"

#include "base/clones.h"

#include <math.h>
#include <string.h>

typedef struct power_task {
    bk_trade_solver      *solver;
    const bk_trade_shock *shock;
    bool                 *faulty; /* [n_sectors] a value of this sector is not allowed */
    bool                 *closed; /* [n_sectors] a pair that trades in the base cannot any more */
} power_task;

typedef struct pair_row { /* what one importer pays for one good of each exporter: rows of [n_regions] */
    size_t        n;
    const double *value, *old_rate, *new_rate;
    const double *cost;   /* NULL: 1 */
    double       *factor; /* out: on the price; INFINITY where the pair is closed */
    double       *power;  /* scratch and out: factor^-theta / exp(row_log) */
} pair_row;

/* Returns false if a value is not allowed. */
BKI_CLONES static bool
row_factors(const pair_row *row, bool *changed)
{
    const double *restrict old_rate = row->old_rate, *restrict new_rate = row->new_rate, *restrict cost = row->cost;
    double *restrict factor = row->factor;
    int64_t faults = 0, changes = 0;

    for (size_t i = 0; i < row->n; i++) {
        factor[i] = (1.0 + new_rate[i]) / (1.0 + old_rate[i]);
        faults |= !(new_rate[i] > -1.0) | !(new_rate[i] < INFINITY);
    }
    for (size_t i = 0; cost != NULL && i < row->n; i++) {
        factor[i] *= cost[i];
        faults |= !(cost[i] > 0.0);
    }
    for (size_t i = 0; i < row->n; i++)
        changes |= factor[i] != 1.0;
    *changed = changes != 0;
    return faults == 0;
}

/* Fills power and returns row_log. */
BKI_CLONES static double
row_powers(const pair_row *row, double elasticity)
{
    const double *restrict factor = row->factor, *restrict value = row->value;
    double *restrict power = row->power;
    double largest = -INFINITY;

    for (size_t i = 0; i < row->n; i++)
        power[i] = factor[i] < INFINITY ? factor[i] : 1.0;
    bk_log_batch(row->n, power, power);
    for (size_t i = 0; i < row->n; i++)
        power[i] = factor[i] < INFINITY ? -elasticity * power[i] : -INFINITY;
    for (size_t i = 0; i < row->n; i++)
        largest = value[i] > 0.0 && power[i] > largest ? power[i] : largest;
    if (!(largest > -INFINITY))
        largest = 0.0;
    for (size_t i = 0; i < row->n; i++) { /* above 0 only where nothing is bought */
        const double x = power[i] - largest;
        power[i] = x < 0.0 ? x : 0.0;
    }
    bk_exp(row->n, power, power);
    return largest;
}

/* Rows of K and Kt, one and the same where there are no tariffs; returns whether a pair that trades in the base is
 * closed. */
BKI_CLONES static bool
row_fill(const pair_row *row, double per_spend, const double *restrict power, double *k, double *kt)
{
    const double *restrict value = row->value, *restrict old_rate = row->old_rate, *restrict new_rate = row->new_rate;
    int64_t closed = 0;

    for (size_t i = 0; i < row->n; i++)
        k[i] = value[i] * (1.0 + old_rate[i]) * per_spend;
    if (power != NULL)
        for (size_t i = 0; i < row->n; i++) {
            const double share = k[i], kept = share * power[i];
            k[i] = kept;
            closed |= (share > 0.0) & !(kept > 0.0);
        }
    if (kt != k)
        for (size_t i = 0; i < row->n; i++)
            kt[i] = k[i] / (1.0 + new_rate[i]);
    return closed != 0;
}

static void
own_row(bk_trade_solver *solver, size_t j, size_t n, const pair_row *row, bool *closed)
{
    bki_shocked *shocked = &solver->shocked;
    const size_t at = bki_at(solver->base, j, n);
    const bool   open = row->value[n] > 0.0;

    shocked->own_net[at] = 1.0 / (1.0 + row->new_rate[n]);
    shocked->row_log[at] = open ? -shocked->elasticity[j] * bki_log(row->factor[n]) : 0.0;
    *closed |= open && !(row->factor[n] < INFINITY);
}

static void
sector_powers(void *state, size_t j, size_t worker)
{
    const power_task    *task = state;
    bk_trade_solver     *solver = task->solver;
    const bk_trade_base *base = solver->base;
    bki_shocked         *shocked = &solver->shocked;
    const size_t         n_regions = base->n_regions;
    const double        *tariff = task->shock->tariff != NULL ? task->shock->tariff : base->tariff;
    double              *scratch = solver->scratch + 2 * j * base->stride;

    (void)worker;
    for (size_t n = 0; n < n_regions; n++) {
        const size_t   cell = (j * n_regions + n) * n_regions;
        const double   spend = base->expenditure[bki_at(base, j, n)], per_spend = spend > 0.0 ? 1.0 / spend : 0.0;
        const pair_row row = {.n = n_regions,
                              .value = base->trade + cell,
                              .old_rate = base->tariff + cell,
                              .new_rate = tariff + cell,
                              .cost = task->shock->cost != NULL ? task->shock->cost + cell : NULL,
                              .factor = scratch,
                              .power = scratch + base->stride};
        bool           changed;
        if (!row_factors(&row, &changed)) { /* which is an error, whatever else the row would say */
            task->faulty[j] = true;
            continue;
        }
        if (shocked->k[j] == NULL) {
            own_row(solver, j, n, &row, &task->closed[j]);
            continue;
        }
        shocked->row_log[bki_at(base, j, n)] = changed ? row_powers(&row, shocked->elasticity[j]) : 0.0;
        task->closed[j] |= row_fill(&row, per_spend, changed ? row.power : NULL, shocked->k[j] + n * base->stride,
                                    shocked->kt[j] + n * base->stride);
    }
}

/* Names the first value of the shock that is not allowed. */
static bk_status
fail_at_fault(bk_context *ctx, const bk_economy *economy, const bk_trade_shock *shock)
{
    const size_t n_regions = economy->n_regions;

    for (size_t cell = 0; cell < economy->n_sectors * n_regions * n_regions; cell++) {
        const double rate = shock->tariff != NULL ? shock->tariff[cell] : 0.0,
                     cost = shock->cost != NULL ? shock->cost[cell] : 1.0;
        const char *sector = economy->sectors[cell / (n_regions * n_regions)].id;
        const char *importer = economy->regions[cell / n_regions % n_regions].id,
                   *exporter = economy->regions[cell % n_regions].id;
        if (!(rate > -1.0 && rate < INFINITY))
            return bk_fail(ctx, BK_ERR_VALUE, "tariff of %s on %s from %s is %g, must be finite and > -1", importer,
                           sector, exporter, rate);
        if (!(cost > 0.0))
            return bk_fail(ctx, BK_ERR_VALUE,
                           "cost factor of %s from %s to %s is %g, must be > 0 (inf closes the pair)", sector, exporter,
                           importer, cost);
    }
    return bk_fail(ctx, BK_ERR_VALUE, "a base tariff is not finite or not above -1");
}

static bk_status
set_elasticities(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock, bki_shocked *shocked)
{
    for (size_t j = 0; j < base->n_sectors; j++) {
        const bk_sector *sector = &base->economy->sectors[j];
        shocked->elasticity[j] = shock->elasticity != NULL ? shock->elasticity[j] : sector->elasticity;
        if (!(shocked->elasticity[j] > 0.0 && shocked->elasticity[j] < INFINITY))
            return bk_fail(ctx, BK_ERR_VALUE, "trade elasticity of sector %s is %g, must be finite and > 0", sector->id,
                           shocked->elasticity[j]);
    }
    return BK_OK;
}

static bk_status
set_productivity(bk_context *ctx, const bk_trade_base *base, const bk_trade_shock *shock, bki_shocked *shocked)
{
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < base->n_regions; n++) {
            const double factor = shock->productivity != NULL ? shock->productivity[j * base->n_regions + n] : 1.0;
            if (!(factor > 0.0 && factor < INFINITY))
                return bk_fail(ctx, BK_ERR_VALUE,
                               "productivity factor of sector %s in region %s is %g, must be finite and > 0",
                               base->economy->sectors[j].id, base->economy->regions[n].id, factor);
            shocked->log_productivity[bki_at(base, j, n)] = factor == 1.0 ? 0.0 : bki_log(factor);
        }
    return BK_OK;
}

static bool
has_tariffs(size_t n, const double *rate)
{
    for (size_t i = 0; i < n; i++)
        if (rate[i] != 0.0)
            return true;
    return false;
}

/* A k of its own for each sector with tariffs. */
static bk_status
make_room(bk_trade_solver *solver, const bk_trade_shock *shock)
{
    const bk_trade_base *base = solver->base;
    bki_shocked         *shocked = &solver->shocked;
    const size_t         pairs = base->n_regions * base->n_regions;
    const double        *tariff = shock->tariff != NULL ? shock->tariff : base->tariff;

    for (size_t j = 0; j < base->n_sectors; j++) {
        const bool taxed = shocked->kt[j] != NULL && has_tariffs(pairs, tariff + j * pairs);
        if (taxed && shocked->taxed_k[j] == NULL) {
            shocked->taxed_k[j] = BK_NEW(solver->k_arena, double, base->n_regions * base->stride);
            BK_TRY(bk_arena_ok(solver->k_arena));
        }
        shocked->k[j] = taxed ? shocked->taxed_k[j] : shocked->kt[j];
    }
    return BK_OK;
}

bk_status
bki_shock_apply(bk_context *ctx, bk_trade_solver *solver, const bk_trade_shock *shock)
{
    static const bk_trade_shock nothing;
    const bk_trade_base        *base = solver->base;
    bki_shocked                *shocked = &solver->shocked;
    power_task                  task = {.solver = solver,
                                        .shock = shock != NULL ? shock : &nothing,
                                        .faulty = solver->flags,
                                        .closed = solver->flags + base->n_sectors};

    BK_TRY(set_elasticities(ctx, base, task.shock, shocked));
    BK_TRY(set_productivity(ctx, base, task.shock, shocked));
    BK_TRY(bki_closures_apply(ctx, solver, task.shock));
    BK_TRY(bki_duties_apply(ctx, solver, task.shock));
    BK_TRY(bki_mobility_apply(ctx, solver, task.shock));
    BK_TRY(make_room(solver, task.shock));
    memset(solver->flags, 0, 2 * base->n_sectors * sizeof *solver->flags);
    bki_share(ctx, solver, base->n_sectors, sector_powers, &task);
    shocked->closed = false;
    for (size_t j = 0; j < base->n_sectors; j++) {
        if (task.faulty[j])
            return fail_at_fault(ctx, base->economy, task.shock);
        shocked->closed |= task.closed[j];
    }
    return bki_check_feasible(ctx, solver);
}
