/* Rows of a scenario's CSV files against an existing model. */
#include "model/build.h"

#include <string.h>

/* The things of one kind in the model; a name the rows do not use gets no symbol, and needs none. */
static bk_status
index_model(bki_build *build, bki_index *index, const char *what, const char *file, const void *items, size_t n,
            size_t size)
{
    BK_TRY(bki_index_create(build, index, what, file));
    for (size_t i = 0; i < n; i++) {
        const char *const *id = (const void *)((const char *)items + i * size); /* the first member is the id */
        const uint32_t     symbol = bk_names_find(build->builder->symbols, *id, strlen(*id));
        bk_names_intern(index->names, *id, strlen(*id));
        if (symbol != BK_NONE)
            index->of_symbol[symbol] = (uint32_t)i;
    }
    index->count = n;
    return bk_arena_ok(build->scratch);
}

static bk_status
index_all(bki_build *build, const bk_model *model)
{
    const bk_network_data *network = &model->network;
    const bk_economy      *economy = &model->economy;

    build->n_symbols = bk_names_count(build->builder->symbols);
    BK_TRY(index_model(build, &build->regions, "region", "economy/region.csv", economy->regions, economy->n_regions,
                       sizeof *economy->regions));
    BK_TRY(index_model(build, &build->sectors, "sector", "economy/sector.csv", economy->sectors, economy->n_sectors,
                       sizeof *economy->sectors));
    BK_TRY(index_model(build, &build->nodes, "node", "network/node.csv", network->nodes, network->n_nodes,
                       sizeof *network->nodes));
    BK_TRY(index_model(build, &build->modes, "mode", "network/link.csv", network->modes, network->n_modes,
                       sizeof *network->modes));
    return index_model(build, &build->countries, "country", "economy/region.csv or network/node.csv", model->countries,
                       model->n_countries, sizeof *model->countries);
}

/* ---- borders ------------------------------------------------------------------------------------------------- */

static bool
same_place(const bk_border *a, const bk_border *b)
{
    return a->node == b->node && a->mode == b->mode && a->from_country == b->from_country &&
           a->to_country == b->to_country && a->side == b->side;
}

/* A row must be there to be replaced. */
static void
check_border(bki_build *build, const bki_rows *rows, size_t row, const bk_border *borders,
             const bk_network_data *network)
{
    const bk_border *border = &borders[row];

    if (border->node == BK_NONE || border->mode == BK_NONE || border->from_country == BK_NONE ||
        border->to_country == BK_NONE || border->side > BK_ENTRY)
        return;
    for (size_t i = 0; i < row; i++)
        if (same_place(&borders[i], border)) {
            bki_fault_twice(build, rows, row, BORDER_NODE, i);
            return;
        }
    for (size_t i = 0; i < network->n_borders; i++)
        if (same_place(&network->borders[i], border))
            return;
    const bk_builder *builder = build->builder;
    bki_fault(build->builder, BK_ERR_REFERENCE, bki_place_of(rows, row, BORDER_NODE),
              "a scenario replaces rows of network/border.csv; correct the names, or add the row there",
              "there is no %s row %s|%s|%s|%s to replace", bki_text_at(builder, rows, row, BORDER_SIDE),
              bki_text_at(builder, rows, row, BORDER_NODE), bki_text_at(builder, rows, row, BORDER_MODE),
              bki_text_at(builder, rows, row, BORDER_FROM), bki_text_at(builder, rows, row, BORDER_TO));
}

static bk_status
finish_borders(bki_build *build, const bk_model *model, bk_measure *measure)
{
    const bki_rows *rows = build->builder->current;
    bk_border      *borders = BK_NEW(build->out, bk_border, rows->n_rows);
    int            *lines = BK_NEW(build->out, int, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        borders[row].node = bki_resolve(build, rows, row, BORDER_NODE, &build->nodes);
        borders[row].mode = bki_resolve(build, rows, row, BORDER_MODE, &build->modes);
        borders[row].from_country = bki_resolve(build, rows, row, BORDER_FROM, &build->countries);
        borders[row].to_country = bki_resolve(build, rows, row, BORDER_TO, &build->countries);
        bki_border_values(build->builder, rows, row, &borders[row]);
        lines[row] = bki_place_of(rows, row, BORDER_NODE).line;
        check_border(build, rows, row, borders, &model->network);
    }
    measure->borders = borders;
    measure->border_lines = lines;
    measure->n_borders = rows->n_rows;
    return BK_OK;
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static bk_cell
read_cell(bki_build *build, const bki_rows *rows, size_t row, bool productivity)
{
    const bk_cell cell = {
        .sector = bki_resolve(build, rows, row, PAIR_SECTOR, &build->sectors),
        .exporter = productivity ? BK_NONE : bki_resolve(build, rows, row, PAIR_EXPORTER, &build->regions),
        .importer = bki_resolve(build, rows, row, productivity ? PRODUCTIVITY_REGION : PAIR_IMPORTER, &build->regions),
        .value = bki_number_at(rows, row, productivity ? PRODUCTIVITY_FACTOR : PAIR_VALUE),
        .line = bki_place_of(rows, row, PAIR_SECTOR).line,
    };
    return cell;
}

static bk_status
finish_cells(bki_build *build, bk_measure_rows kind, size_t *n_out, const bk_cell **out)
{
    const bki_rows *rows = build->builder->current;
    const bool      productivity = kind == BK_ROWS_PRODUCTIVITY;
    const size_t    n = build->regions.count, columns = productivity ? 1 : n;
    bk_cell        *cells = BK_NEW(build->out, bk_cell, rows->n_rows);
    uint32_t *row_of = BK_NEW(build->scratch, uint32_t, build->sectors.count * n * columns); /* 1 + row, 0: none */

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const bk_cell cell = cells[row] = read_cell(build, rows, row, productivity);
        if (cell.sector == BK_NONE || cell.importer == BK_NONE || (!productivity && cell.exporter == BK_NONE))
            continue;
        const size_t at = (cell.sector * n + cell.importer) * columns + (productivity ? 0 : cell.exporter);
        if (row_of[at] != 0)
            bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, PAIR_SECTOR),
                      "remove one of the two rows", "the same cell is there twice, first in line %d",
                      bki_place_of(rows, row_of[at] - 1, 0).line);
        row_of[at] = (uint32_t)row + 1;
        if (kind == BK_ROWS_TARIFFS && cell.exporter == cell.importer && cell.value != 0.0)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, PAIR_VALUE),
                      "remove the row: own sales cross no border", "'%s' charges itself a tariff",
                      bki_text_at(build->builder, rows, row, PAIR_IMPORTER));
    }
    *out = cells;
    *n_out = rows->n_rows;
    return BK_OK;
}

static bk_status
finish_rows(bki_build *build, const bk_model *model, bk_measure_rows kind, bk_measure *measure)
{
    switch (kind) {
    case BK_ROWS_BORDERS:
        return finish_borders(build, model, measure);
    case BK_ROWS_TARIFFS:
        return finish_cells(build, kind, &measure->n_tariffs, &measure->tariffs);
    case BK_ROWS_TRADE_COSTS:
        return finish_cells(build, kind, &measure->n_trade_costs, &measure->trade_costs);
    case BK_ROWS_PRODUCTIVITY:
        return finish_cells(build, kind, &measure->n_productivity, &measure->productivity);
    }
    return bk_fail(build->builder->ctx, BK_ERR_USAGE, "a measure has no such rows");
}

bk_status
bk_builder_finish_measure(bk_builder *builder, const bk_model *model, bk_measure_rows kind, bk_arena *arena,
                          bk_measure *measure)
{
    bki_build build = {.builder = builder, .scratch = builder->arena, .out = arena};

    if (builder->current == NULL || builder->current->schema != bk_measure_schema(kind))
        return bk_fail(builder->ctx, BK_ERR_USAGE, "the table last started is not the one to be finished");
    BK_TRY(index_all(&build, model));
    BK_TRY(finish_rows(&build, model, kind, measure));
    bki_warn_of_units_in(builder, builder->current);
    for (size_t i = 0; i < builder->n_warnings; i++)
        bk_log(builder->ctx, BK_LOG_WARNING, "%s", builder->warnings[i]);
    builder->n_warnings = 0;
    BK_TRY(bk_arena_ok(builder->arena));
    BK_TRY(bk_arena_ok(arena));
    return builder->table_fault;
}
