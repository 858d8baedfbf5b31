/* Rows of a scenario's files: tariffs and borders replace, trade costs and productivity multiply. */
#include "model/scenario.h"

#include <stddef.h>
#include <string.h>

/* ---- tariffs ------------------------------------------------------------------------------------------------- */

size_t
bki_pair_index(const bk_economy *economy, const bk_cell *cell)
{
    return (cell->sector * economy->n_regions + cell->importer) * economy->n_regions + cell->exporter;
}

typedef struct cell_owner { /* the row that set a cell */
    const bk_measure *measure;
    const bk_cell    *cell;
} cell_owner;

static void
fault_tariffs_differ(bki_edit *edit, const cell_owner *first, const bk_measure *measure, const bk_cell *cell)
{
    const bk_economy *economy = &edit->base->economy;

    bki_edit_fault(edit, BK_ERR_CONFLICT, (bki_at){measure->tariffs_file, cell->line, 1},
                   "leave the cell to one of the two measures",
                   "measure '%s' sets the tariff of '%s' on '%s' from '%s' to %.9g, but '%s' sets it to %.9g (%s:%d)",
                   measure->id, economy->regions[cell->importer].id, economy->sectors[cell->sector].id,
                   economy->regions[cell->exporter].id, cell->value, first->measure->id, first->cell->value,
                   first->measure->tariffs_file != NULL ? first->measure->tariffs_file : "", first->cell->line);
}

/* Two measures may set one cell only to the same rate. */
static bk_status
check_tariffs(bki_edit *edit)
{
    const bk_economy *economy = &edit->base->economy;
    size_t            n_with_tariffs = 0;

    for (size_t m = 0; m < edit->n_measures; m++)
        n_with_tariffs += edit->measures[m]->n_tariffs > 0;
    if (n_with_tariffs < 2)
        return BK_OK;
    cell_owner *owners =
        BK_NEW(edit->scratch, cell_owner, economy->n_sectors * economy->n_regions * economy->n_regions);
    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t t = 0; t < edit->measures[m]->n_tariffs; t++) {
            const bk_cell *cell = &edit->measures[m]->tariffs[t];
            cell_owner    *owner = &owners[bki_pair_index(economy, cell)];
            if (owner->cell == NULL)
                *owner = (cell_owner){edit->measures[m], cell};
            else if (owner->cell->value != cell->value)
                fault_tariffs_differ(edit, owner, edit->measures[m], cell);
        }
    return BK_OK;
}

static bk_status
apply_tariffs(bki_edit *edit)
{
    BK_TRY(check_tariffs(edit));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t t = 0; t < edit->measures[m]->n_tariffs; t++) {
            const bk_cell *cell = &edit->measures[m]->tariffs[t];
            BK_TRY(bki_edit_tariff(edit, bki_pair_index(&edit->base->economy, cell), cell->value));
        }
    return BK_OK;
}

/* ---- borders ------------------------------------------------------------------------------------------------- */

uint32_t
bki_find_border(const bk_network_data *network, const bk_border *row)
{
    for (size_t b = 0; b < network->n_borders; b++) {
        const bk_border *border = &network->borders[b];
        if (border->node == row->node && border->mode == row->mode && border->from_country == row->from_country &&
            border->to_country == row->to_country && border->side == row->side)
            return (uint32_t)b;
    }
    return BK_NONE;
}

static bool
same_values(const bk_border *a, const bk_border *b)
{
    return a->customs == b->customs && a->control_hours == b->control_hours &&
           a->inspection_hours == b->inspection_hours && a->inspected_share == b->inspected_share &&
           a->hours_sd == b->hours_sd && a->usd_per_tonne == b->usd_per_tonne && a->lanes == b->lanes &&
           a->service_hours == b->service_hours && a->service_cv == b->service_cv &&
           a->tonnes_per_vehicle == b->tonnes_per_vehicle;
}

typedef struct border_owner {
    const bk_measure *measure;
    size_t            row;
} border_owner;

static int
border_line(const bk_measure *measure, size_t row)
{
    return measure->border_lines != NULL ? measure->border_lines[row] : 0;
}

static void
fault_borders_differ(bki_edit *edit, const border_owner *first, const bk_measure *measure, size_t row)
{
    const bk_border *border = &measure->borders[row];
    const bk_model  *base = edit->base;

    bki_edit_fault(edit, BK_ERR_CONFLICT, (bki_at){measure->borders_file, border_line(measure, row), 1},
                   "leave the row to one of the two measures",
                   "measures '%s' and '%s' set the border row %s|%s|%s|%s to different values (the other: %s:%d)",
                   measure->id, first->measure->id, base->network.nodes[border->node].id,
                   base->network.modes[border->mode], base->countries[border->from_country],
                   base->countries[border->to_country],
                   first->measure->borders_file != NULL ? first->measure->borders_file : "",
                   border_line(first->measure, first->row));
}

static bk_status
apply_border(bki_edit *edit, border_owner *owners, const bk_measure *measure, size_t row)
{
    const uint32_t b = bki_find_border(&edit->base->network, &measure->borders[row]);

    if (b == BK_NONE) {
        bki_edit_fault(edit, BK_ERR_REFERENCE, (bki_at){measure->borders_file, border_line(measure, row), 1},
                       "a scenario replaces rows of network/border.csv",
                       "measure '%s' sets a border row that the model does not have", measure->id);
        return BK_OK;
    }
    border_owner *owner = &owners[b];
    if (owner->measure == NULL)
        *owner = (border_owner){measure, row};
    else if (!same_values(&owner->measure->borders[owner->row], &measure->borders[row]))
        fault_borders_differ(edit, owner, measure, row);
    bk_border *borders = bki_edit_borders(edit);
    BK_TRY(bk_arena_ok(edit->arena));
    const bool open = borders[b].open;
    borders[b] = measure->borders[row];
    borders[b].open = open;
    return BK_OK;
}

static bk_status
apply_borders(bki_edit *edit)
{
    border_owner *owners = BK_NEW(edit->scratch, border_owner, edit->base->network.n_borders);

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t row = 0; row < edit->measures[m]->n_borders; row++)
            BK_TRY(apply_border(edit, owners, edit->measures[m], row));
    return BK_OK;
}

/* ---- factors ------------------------------------------------------------------------------------------------- */

static bk_status
apply_trade_costs(bki_edit *edit)
{
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t t = 0; t < edit->measures[m]->n_trade_costs; t++) {
            const bk_cell *cell = &edit->measures[m]->trade_costs[t];
            double        *factors = bki_edit_trade_cost(edit);
            BK_TRY(bk_arena_ok(edit->arena));
            factors[bki_pair_index(&edit->base->economy, cell)] *= cell->value;
        }
    return BK_OK;
}

static bk_status
apply_productivity(bki_edit *edit)
{
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t t = 0; t < edit->measures[m]->n_productivity; t++) {
            const bk_cell *cell = &edit->measures[m]->productivity[t];
            double        *factors = bki_edit_productivity(edit);
            BK_TRY(bk_arena_ok(edit->arena));
            factors[cell->sector * edit->base->economy.n_regions + cell->importer] *= cell->value;
        }
    return BK_OK;
}

bk_status
bki_apply_rows(bki_edit *edit)
{
    BK_TRY(apply_tariffs(edit));
    BK_TRY(apply_borders(edit));
    BK_TRY(apply_trade_costs(edit));
    return apply_productivity(edit);
}
