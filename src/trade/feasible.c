/* Whether finite wages and prices can clear the markets once a shock has closed some pairs.
 *
 * Regions that no chain of trade joins any more are economies of their own: each such group has its own numeraire, and
 * its deficits must cancel.  A group that only sells to the others, or only buys, needs a surplus, or a deficit, to
 * match. */
#include "trade/solver.h"

#include <math.h>
#include <string.h>

static const double CANCELS = 1e-9; /* sum of deficits of an isolated group, / world value added */

static bool
has_supplier(const bk_trade_solver *solver, size_t j, size_t n)
{
    const bk_trade_base *base = solver->base;
    const double        *k = solver->shocked.k[j];

    if (!(base->expenditure[bki_at(base, j, n)] > 0.0))
        return true; /* nothing is bought */
    if (k == NULL)
        return solver->shocked.row_log[bki_at(base, j, n)] > -INFINITY;
    for (size_t i = 0; i < base->n_regions; i++)
        if (k[n * base->stride + i] > 0.0)
            return true;
    return false;
}

static bk_status
check_suppliers(bk_context *ctx, const bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;

    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < base->n_regions; n++)
            if (!has_supplier(solver, j, n))
                return bk_fail_hint(
                    ctx, BK_ERR_NO_SOLUTION, "leave one supplier open, or make its cost finite",
                    "region %s is left without any supplier of sector %s, which it uses: its price would be infinite",
                    base->economy->regions[n].id, base->economy->sectors[j].id);
    return BK_OK;
}

/* Who sells anything to whom, and whether each region sells anything that takes labour. */
static bk_status
find_sales(bk_context *ctx, bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    const size_t         n_regions = base->n_regions;

    memset(solver->sells, 0, n_regions * n_regions);
    for (size_t j = 0; j < base->n_sectors; j++)
        for (size_t n = 0; n < n_regions; n++) {
            const double *k = solver->shocked.k[j];
            uint8_t      *row = solver->sells + n * n_regions;
            for (size_t i = 0; k != NULL && i < n_regions; i++)
                row[i] |= k[n * base->stride + i] > 0.0;
            row[n] |= k == NULL && base->output[bki_at(base, j, n)] > 0.0;
        }
    for (size_t i = 0; i < n_regions; i++) {
        bool sells = false;
        for (size_t n = 0; n < n_regions; n++)
            sells |= solver->sells[n * n_regions + i];
        if (!sells)
            return bk_fail_hint(ctx, BK_ERR_NO_SOLUTION, "leave one of its buyers open",
                                "region %s is left without any buyer: its wage would be 0",
                                base->economy->regions[i].id);
    }
    return BK_OK;
}

typedef enum direction { EITHER_WAY, TO_BUYERS, TO_SELLERS } direction;

static bool
is_joined(const bk_trade_solver *solver, size_t from, size_t to, direction way)
{
    const size_t n_regions = solver->base->n_regions;
    const bool   buys = solver->sells[to * n_regions + from], sold = solver->sells[from * n_regions + to];

    return way == TO_BUYERS ? buys : way == TO_SELLERS ? sold : buys || sold;
}

/* Marks all regions that chains of trade reach from `root`; those that hold `mark` already are not entered. */
static void
reach(const bk_trade_solver *solver, size_t root, direction way, uint32_t mark, uint32_t *label, uint32_t *queue)
{
    size_t head = 0, tail = 0;

    queue[tail++] = (uint32_t)root;
    label[root] = mark;
    while (head < tail) {
        const uint32_t from = queue[head++];
        for (size_t to = 0; to < solver->base->n_regions; to++)
            if (label[to] != mark && is_joined(solver, from, to, way)) {
                label[to] = mark;
                queue[tail++] = (uint32_t)to;
            }
    }
}

/* The group of `root` must cancel its deficits; a part of it cut off in one direction must have them of the right sign.
 */
static bk_status
check_part(bk_context *ctx, const bk_trade_solver *solver, size_t root, direction way, const uint32_t *label,
           uint32_t mark)
{
    const bk_trade_base *base = solver->base;
    const uint32_t      *component = solver->shocked.component;
    double               deficit = 0.0;
    const char          *name = NULL;

    for (size_t n = 0; n < base->n_regions; n++) {
        const bool inside = component[n] == component[root] && (way == EITHER_WAY || label[n] != mark);
        if (!inside)
            continue;
        deficit += solver->shocked.transfer[n] * base->value_added[n];
        name = name == NULL ? base->economy->regions[n].id : name;
    }
    if (name == NULL)
        return BK_OK;
    const bool solvable = way == EITHER_WAY  ? fabs(deficit) <= CANCELS * base->world
                          : way == TO_BUYERS ? deficit < -CANCELS * base->world
                                             : deficit > CANCELS * base->world;
    if (solvable)
        return BK_OK;
    static const char *const what[] = {"neither buys from nor sells to", "can sell to but not buy from",
                                       "can buy from but not sell to"};
    return bk_fail_hint(
        ctx, BK_ERR_NO_SOLUTION, "leave a pair open in each direction, or let deficits be zero",
        "region %s, with those it still trades with, %s the rest of the world, which its deficit of %g does not allow",
        name, what[way], deficit);
}

bk_status
bki_check_feasible(bk_context *ctx, bk_trade_solver *solver)
{
    const bk_trade_base *base = solver->base;
    bki_shocked         *shocked = &solver->shocked;
    uint32_t            *queue = solver->queue, *label = solver->queue + base->stride;

    if (!shocked->closed && solver->connected) {
        memset(shocked->component, 0, base->stride * sizeof *shocked->component);
        shocked->n_components = 1;
        return BK_OK;
    }
    BK_TRY(check_suppliers(ctx, solver));
    BK_TRY(find_sales(ctx, solver));
    memset(shocked->component, 0xff, base->stride * sizeof *shocked->component);
    shocked->n_components = 0;
    for (size_t n = 0; n < base->n_regions; n++)
        if (shocked->component[n] == UINT32_MAX)
            reach(solver, n, EITHER_WAY, (uint32_t)shocked->n_components++, shocked->component, queue);
    solver->connected = shocked->n_components == 1 && !shocked->closed;
    for (size_t n = 0; n < base->n_regions; n++)
        label[n] = UINT32_MAX;
    uint32_t next = 0;
    for (size_t n = 0; n < base->n_regions; n++) {
        if (shocked->component[n] != next)
            continue;
        next++;
        BK_TRY(check_part(ctx, solver, n, EITHER_WAY, label, 0));
        for (direction way = TO_BUYERS; way <= TO_SELLERS; way++) {
            const uint32_t mark = 2 * next + (uint32_t)way;
            reach(solver, n, way, mark, label, queue);
            BK_TRY(check_part(ctx, solver, n, way, label, mark));
        }
    }
    return BK_OK;
}
