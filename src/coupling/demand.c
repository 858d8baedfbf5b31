/* Trade as the answer to transport costs.
 *
 * d-hat = 1 + (S' - S_0) / (value per tonne x d_0), d_0 = 1 + E_0 / value per tonne: expected costs S by logsum over
 * zones and classes, E_0 the base mean cost without calibrated constants.  Where some zones of a relation lost their
 * last route, both costs are means over those that kept one. */
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

void
bki_tonnes_of_value(const bk_model *model, const double *value, double *tonnes)
{
    const bk_economy *economy = &model->economy;

    for (size_t cell = 0; cell < bki_cells(model); cell++)
        tonnes[cell] =
            economy->usd_per_tonne[cell] > 0.0 ? value[cell] * model->money_usd / economy->usd_per_tonne[cell] : 0.0;
}

/* ---- shocks ---------------------------------------------------------------------------------------------------- */

/* after / before, elementwise, where NULL means all 1; NULL if nothing changed. */
static const double *
ratio_of(const double *after, const double *before, size_t n, bk_arena *arena)
{
    if (after == before)
        return NULL;
    double *ratio = BK_NEW(arena, double, n);
    for (size_t i = 0; ratio != NULL && i < n; i++)
        ratio[i] = (after != NULL ? after[i] : 1.0) / (before != NULL ? before[i] : 1.0);
    return ratio;
}

bk_status
bki_demand_create(bk_context *ctx, const bk_joint_base *base, const bk_model *model, const double *mass,
                  bk_arena *arena, bki_trade_demand *demand)
{
    const bk_economy *before = &base->model->economy, *after = &model->economy;
    const size_t      n_cells = bki_cells(model);
    double           *elasticity = BK_NEW(arena, double, after->n_sectors);

    *demand = (bki_trade_demand){.ctx = ctx,
                                 .base = base,
                                 .model = model,
                                 .mass = mass,
                                 .cost = BK_NEW(arena, double, n_cells),
                                 .factor = BK_NEW(arena, double, n_cells),
                                 .value = BK_NEW(arena, double, n_cells),
                                 .elasticity = elasticity,
                                 .room = BK_NEW(arena, double, 2 * after->n_sectors),
                                 .tolerance = bk_trade_default_settings().tolerance};
    demand->shock = (bk_trade_shock){
        .tariff = after->tariff != before->tariff ? after->tariff : NULL,
        .cost = demand->cost,
        .productivity = ratio_of(after->productivity, before->productivity, after->n_sectors * after->n_regions, arena),
        .mobility = after->mobility,
        .duty_pool = after->duty_pool,
        .duty_quota = after->duty_quota};
    demand->trade_cost = ratio_of(after->trade_cost, before->trade_cost, n_cells, arena);
    BK_TRY(bk_arena_ok(arena));
    for (size_t j = 0; j < after->n_sectors; j++)
        elasticity[j] = after->sectors[j].elasticity;
    for (size_t cell = 0; cell < n_cells; cell++)
        demand->factor[cell] = 1.0;
    return bk_trade_solver_create(ctx, base->trade, arena, &demand->solver);
}

void
bki_demand_finance(bki_trade_demand *demand, const bk_trade_shock *finance)
{
    if (finance == NULL)
        return;
    demand->shock.levy = finance->levy;
    demand->shock.works = finance->works;
    demand->shock.works_share = finance->works_share;
    demand->shock.transfer = finance->transfer;
}

static const double *
copy_of(const double *numbers, size_t n, bk_arena *arena)
{
    double *copy = numbers != NULL ? BK_NEW(arena, double, n) : NULL;

    if (copy != NULL)
        memcpy(copy, numbers, n * sizeof *copy);
    return copy;
}

bk_status
bki_demand_shock(const bki_trade_demand *demand, bk_arena *arena, const bk_trade_shock **out)
{
    const bk_economy *economy = &demand->model->economy;
    bk_trade_shock   *shock = BK_NEW(arena, bk_trade_shock, 1);

    BK_TRY(bk_arena_ok(arena));
    *shock = demand->shock;
    shock->cost = copy_of(shock->cost, bki_cells(demand->model), arena);
    shock->productivity = copy_of(shock->productivity, economy->n_sectors * economy->n_regions, arena);
    *out = shock;
    return bk_arena_ok(arena);
}

/* ---- factors --------------------------------------------------------------------------------------------------- */

static bk_status
fail_factor(const bki_trade_demand *demand, size_t sector, size_t importer, size_t exporter, double factor)
{
    const bk_economy *economy = &demand->model->economy;

    return bk_fail_hint(demand->ctx, BK_ERR_NO_SOLUTION, "check the value per tonne and what the scenario cuts",
                        "the transport factor of %s from %s to %s would be %g: its cost falls by more than its value",
                        economy->sectors[sector].id, economy->regions[exporter].id, economy->regions[importer].id,
                        factor);
}

/* Change of cost and mass still open of each sector of one relation, into change [n_sectors] and open [n_sectors]. */
static void
relation_changes(const bki_trade_demand *demand, const double *slot_cost, size_t relation, double *change, double *open)
{
    const bk_traffic *traffic = demand->base->traffic;
    const double     *before = demand->base->slot_cost;

    for (size_t j = 0; j < traffic->n_sectors; j++)
        change[j] = open[j] = 0.0;
    for (size_t s = traffic->first_slot[traffic->first_pair[relation]];
         s < traffic->first_slot[traffic->first_pair[relation + 1]]; s++) {
        if (demand->mass[s] <= 0.0)
            continue;
        change[traffic->slot_sector[s]] += demand->mass[s] * (slot_cost[s] - before[s]);
        open[traffic->slot_sector[s]] += demand->mass[s];
    }
}

bk_status
bki_demand_factors(const bki_trade_demand *demand, const double *slot_cost, double *factor)
{
    const bk_traffic *traffic = demand->base->traffic;
    const bk_economy *economy = &demand->model->economy;
    const size_t      n = traffic->n_regions;
    double           *change = demand->room, *open = demand->room + traffic->n_sectors;

    for (size_t r = 0; r < traffic->n_relations; r++) {
        relation_changes(demand, slot_cost, r, change, open);
        for (size_t s = traffic->first_slot[traffic->first_pair[r]];
             s < traffic->first_slot[traffic->first_pair[r + 1]]; s++) {
            const size_t j = traffic->slot_sector[s], cell = (j * n + traffic->importer[r]) * n + traffic->exporter[r];
            factor[cell] = open[j] > 0.0
                               ? 1.0 + change[j] / open[j] / (economy->usd_per_tonne[cell] * demand->base->factor[cell])
                               : INFINITY;
            if (!(factor[cell] > 0.0))
                return fail_factor(demand, j, traffic->importer[r], traffic->exporter[r], factor[cell]);
        }
    }
    return BK_OK;
}

/* ---- trade ----------------------------------------------------------------------------------------------------- */

bk_status
bki_demand_trade(bki_trade_demand *demand, double *tonnes)
{
    const size_t n_cells = bki_cells(demand->model);

    for (size_t cell = 0; cell < n_cells; cell++)
        demand->cost[cell] = demand->factor[cell] * (demand->trade_cost != NULL ? demand->trade_cost[cell] : 1.0);
    BK_TRY(bk_trade_solver_run(demand->ctx, demand->solver, &demand->shock, demand->tolerance,
                               bk_trade_default_settings().max_iterations, &demand->outcome, &demand->residual));
    bk_trade_solver_value(demand->solver, demand->value);
    bki_tonnes_of_value(demand->model, demand->value, tonnes);
    return BK_OK;
}

/* Substitution among the sources of a sector with expenditure held: d ln trade_i = -theta (d ln d_i - mean d ln d). */
static void
write_slopes(const bki_trade_demand *demand, const bk_demand_slope *slope)
{
    const bk_economy *economy = &demand->model->economy;
    const size_t      n = economy->n_regions;

    for (size_t j = 0; j < economy->n_sectors; j++)
        for (size_t importer = 0; importer < n; importer++) {
            double total = 0.0;
            for (size_t i = 0; i < n; i++) {
                const size_t cell = (j * n + importer) * n + i;
                const double price = demand->base->factor[cell] * demand->factor[cell]; /* d of the scenario */
                const double value = demand->value[cell] * demand->model->money_usd;
                const bool   open = isfinite(price) && economy->usd_per_tonne[cell] > 0.0 && i != importer;
                slope->mass[cell] = open ? demand->elasticity[j] * value * price : 0.0;
                slope->unit[cell] = open ? 1.0 / (economy->usd_per_tonne[cell] * price) : 0.0;
                total += open ? slope->mass[cell] : demand->elasticity[j] * value;
            }
            slope->total[j * n + importer] = total;
        }
}

bk_status
bki_demand_respond(void *state, const double *slot_cost, double *tonnes, const bk_demand_slope *slope)
{
    bki_trade_demand *demand = state;

    BK_TRY(bki_demand_factors(demand, slot_cost, demand->factor));
    BK_TRY(bki_demand_trade(demand, tonnes));
    write_slopes(demand, slope);
    return BK_OK;
}
