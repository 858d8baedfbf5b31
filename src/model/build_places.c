/* Nodes, links and transfers. */
#include "model/build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bk_status
build_nodes(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_NODE);
    bk_node        *nodes = BK_NEW(build->out, bk_node, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t id = bki_symbol_at(rows, row, NODE_ID);
        nodes[row] = (bk_node){
            .id = bki_keep(build, id),
            .name = bki_keep_cell(build, rows, row, NODE_NAME, id),
            .kind = bki_keep_cell(build, rows, row, NODE_KIND, bki_symbol_at(rows, row, NODE_TYPE)),
            .lon = bki_number_at(rows, row, NODE_X),
            .lat = bki_number_at(rows, row, NODE_Y),
            .country = bki_resolve(build, rows, row, NODE_COUNTRY, &build->countries),
        };
    }
    build->model->network.nodes = nodes;
    build->model->network.n_nodes = rows->n_rows;
    return BK_OK;
}

/* Sea and pipelines pay no border rows: ports and terminals hold what they pay. */
static bool
crosses_borders(const char *mode)
{
    return strcmp(mode, "sea") != 0 && strcmp(mode, "pipeline") != 0;
}

static bk_status
build_modes(bki_build *build)
{
    const size_t n = build->modes.count;
    const char **modes = BK_NEW(build->out, const char *, n);
    bool        *crosses = BK_NEW(build->out, bool, n);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t m = 0; m < n; m++) {
        modes[m] = bki_keep(build, build->modes.symbols[m]);
        crosses[m] = crosses_borders(modes[m]);
    }
    build->model->network.modes = modes;
    build->model->network.mode_crosses = crosses;
    build->model->network.n_modes = n;
    return BK_OK;
}

bool
bki_link_stands(const bk_link *link, int base_year, bool project_built)
{
    if (link->closes != 0 && link->closes <= base_year)
        return false;
    if (link->project != BK_NONE)
        return project_built;
    return link->opens == 0 || link->opens <= base_year;
}

static void
check_link(bki_build *build, const bki_rows *rows, size_t row, const bk_link *link)
{
    const int base_year = (int)build->settings.base_year;

    if (link->from == link->to && link->from != BK_NONE)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, LINK_TO), "a link joins two different nodes",
                  "link '%s' starts and ends at '%s'", link->id, bki_text_at(build->builder, rows, row, LINK_FROM));
    if (link->opens != 0 && link->closes != 0 && link->closes < link->opens)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, LINK_CLOSES),
                  "correct one of the two years", "link '%s' closes in %d, before it opens in %d", link->id,
                  link->closes, link->opens);
    if (link->project == BK_NONE && link->opens > base_year)
        bki_warn(build->builder, bki_place_of(rows, row, LINK_OPENS),
                 "link '%s' opens in %d, after the base year %d, and no project opens it: it stays closed", link->id,
                 link->opens, base_year);
}

static bk_link
build_link(bki_build *build, const bki_rows *rows, size_t row)
{
    const uint32_t id = bki_symbol_at(rows, row, LINK_ID);

    return (bk_link){
        .id = bki_keep(build, id),
        .name = bki_keep_cell(build, rows, row, LINK_NAME, id),
        .from = bki_resolve(build, rows, row, LINK_FROM, &build->nodes),
        .to = bki_resolve(build, rows, row, LINK_TO, &build->nodes),
        .mode = bki_resolve(build, rows, row, LINK_MODE, &build->modes),
        .project = bki_resolve(build, rows, row, LINK_PROJECT, &build->projects),
        .gauge_mm = (int)bki_number_or(rows, row, LINK_GAUGE, 0),
        .tracks = (int)bki_number_or(rows, row, LINK_TRACKS, 0),
        .opens = (int)bki_number_or(rows, row, LINK_OPENS, 0),
        .closes = (int)bki_number_or(rows, row, LINK_CLOSES, 0),
        .directed = bki_number_or(rows, row, LINK_DIRECTED, 0) != 0,
        .electrified = bki_number_or(rows, row, LINK_ELECTRIFIED, 0) != 0,
        .km = bki_number_at(rows, row, LINK_LENGTH),
        .kmh = bki_number_at(rows, row, LINK_SPEED),
        .usd_per_tonne_km = bki_number_or(rows, row, LINK_PRICE, 0),
        .toll = bki_number_or(rows, row, LINK_TOLL, 0),
        .capacity = bki_number_or(rows, row, LINK_CAPACITY, INFINITY),
        .background = bki_number_or(rows, row, LINK_BACKGROUND, 0),
        .hours_sd = bki_number_or(rows, row, LINK_HOURS_SD, 0),
    };
}

static bk_status
build_links(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_LINK);
    bk_link        *links = BK_NEW(build->out, bk_link, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        links[row] = build_link(build, rows, row);
        links[row].open = bki_link_stands(&links[row], (int)build->settings.base_year, false);
        check_link(build, rows, row, &links[row]);
    }
    build->model->network.links = links;
    build->model->network.n_links = rows->n_rows;
    return BK_OK;
}

/* ---- transfers ----------------------------------------------------------------------------------------------- */

/* Whether a link of that mode and gauge touches the node. */
static bool *
called_modes(const bki_build *build, size_t n_modes)
{
    const bk_network_data *network = &build->model->network;
    bool                  *called = BK_NEW(build->scratch, bool, network->n_nodes *n_modes);

    for (size_t l = 0; called != NULL && l < network->n_links; l++) {
        const bk_link *link = &network->links[l];
        if (link->from != BK_NONE && link->mode != BK_NONE)
            called[link->from * n_modes + link->mode] = true;
        if (link->to != BK_NONE && link->mode != BK_NONE)
            called[link->to * n_modes + link->mode] = true;
    }
    return called;
}

static void
warn_if_not_called(bki_build *build, const bki_rows *rows, size_t row, size_t column, const bool *called, uint32_t node,
                   uint32_t mode)
{
    if (node == BK_NONE || mode == BK_NONE || called[node * build->modes.count + mode])
        return;
    bki_warn(build->builder, bki_place_of(rows, row, column),
             "no link of mode '%s' calls at '%s': the transfer is never used",
             bki_text_at(build->builder, rows, row, column), bki_text_at(build->builder, rows, row, TRANSFER_NODE));
}

static bk_transfer
build_transfer(bki_build *build, const bki_rows *rows, size_t row)
{
    return (bk_transfer){
        .node = bki_resolve(build, rows, row, TRANSFER_NODE, &build->nodes),
        .from_mode = bki_resolve(build, rows, row, TRANSFER_FROM_MODE, &build->modes),
        .to_mode = bki_resolve(build, rows, row, TRANSFER_TO_MODE, &build->modes),
        .from_gauge_mm = (int)bki_number_or(rows, row, TRANSFER_FROM_GAUGE, 0),
        .to_gauge_mm = (int)bki_number_or(rows, row, TRANSFER_TO_GAUGE, 0),
        .open = true,
        .hours = bki_number_at(rows, row, TRANSFER_HOURS),
        .hours_sd = bki_number_or(rows, row, TRANSFER_HOURS_SD, 0),
        .usd_per_tonne = bki_number_or(rows, row, TRANSFER_PRICE, 0),
        .capacity = bki_number_or(rows, row, TRANSFER_CAPACITY, INFINITY),
    };
}

static void
check_transfer(bki_build *build, const bki_rows *rows, size_t row, const bk_transfer *transfer, bk_names *keys)
{
    char key[96];

    if (transfer->from_mode == transfer->to_mode && transfer->from_gauge_mm == transfer->to_gauge_mm &&
        transfer->from_mode != BK_NONE)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, TRANSFER_TO_MODE),
                  "a transfer changes mode or gauge", "the transfer at '%s' leads from %s to itself",
                  bki_text_at(build->builder, rows, row, TRANSFER_NODE),
                  bki_text_at(build->builder, rows, row, TRANSFER_FROM_MODE));
    snprintf(key, sizeof key, "%u %u %d %u %d", transfer->node, transfer->from_mode, transfer->from_gauge_mm,
             transfer->to_mode, transfer->to_gauge_mm);
    const size_t before = bk_names_count(keys);
    if (bk_names_intern(keys, key, strlen(key)) < before && transfer->node != BK_NONE)
        bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, TRANSFER_NODE),
                  "remove one of the two rows", "the transfer at '%s' from %s %d to %s %d is there twice",
                  bki_text_at(build->builder, rows, row, TRANSFER_NODE),
                  bki_text_at(build->builder, rows, row, TRANSFER_FROM_MODE), transfer->from_gauge_mm,
                  bki_text_at(build->builder, rows, row, TRANSFER_TO_MODE), transfer->to_gauge_mm);
}

static bk_status
build_transfers(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_TRANSFER);
    bk_transfer    *transfers = BK_NEW(build->out, bk_transfer, rows->n_rows);
    bk_names       *keys = bk_names_create(build->scratch);
    const bool     *called = called_modes(build, build->modes.count);

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        bk_transfer *transfer = &transfers[row];
        *transfer = build_transfer(build, rows, row);
        check_transfer(build, rows, row, transfer, keys);
        warn_if_not_called(build, rows, row, TRANSFER_FROM_MODE, called, transfer->node, transfer->from_mode);
        warn_if_not_called(build, rows, row, TRANSFER_TO_MODE, called, transfer->node, transfer->to_mode);
    }
    build->model->network.transfers = transfers;
    build->model->network.n_transfers = rows->n_rows;
    return BK_OK;
}

bk_status
bki_build_places(bki_build *build)
{
    BK_TRY(build_nodes(build));
    BK_TRY(build_modes(build));
    BK_TRY(build_links(build));
    return build_transfers(build);
}
