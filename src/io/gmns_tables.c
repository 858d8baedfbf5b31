/* config.csv, node.csv and link.csv of a GMNS network: rows judged one by one, and against each other by their ids. */
#include "io/columns.h"
#include "io/folder.h"
#include "io/gmns.h"
#include "io/rows.h"
#include "model/parse.h"

#include <string.h>

#define SHOWN 40 /* characters of a cell in a message */

static int
shown(const bki_named_cell *cell)
{
    return cell->length < SHOWN ? (int)cell->length : SHOWN;
}

static const char *
keep(bki_gmns *gmns, const bki_named_cell *cell)
{
    const char *text = cell->length > 0 ? bk_arena_text(gmns->arena, cell->text, cell->length) : "";

    return text != NULL ? text : "";
}

/* ---- config.csv ------------------------------------------------------------------------------------------------ */

enum { CONFIG_LENGTH, CONFIG_SPEED, CONFIG_CRS, N_CONFIG };

static const bki_named_column config_columns[N_CONFIG] = {
    [CONFIG_LENGTH] = {.name = "long_length"},
    [CONFIG_SPEED] = {.name = "speed"},
    [CONFIG_CRS] = {.name = "crs"},
};

static double
take_unit(bki_gmns *gmns, const bki_named_cell *cell, int line, double (*unit)(const char *, size_t), const char *hint)
{
    const double value = cell->is_empty ? 0.0 : unit(cell->text, cell->length);

    if (!cell->is_empty && value == 0.0)
        bk_fail_at(gmns->ctx, BK_ERR_VALUE, gmns->config_path, line, cell->column, hint, "'%.*s' is no unit known here",
                   shown(cell), cell->text);
    return value;
}

static bk_status
config_row(void *state, const bki_named_cell *cells, int line)
{
    bki_gmns *gmns = state;

    gmns->config.length_km =
        take_unit(gmns, &cells[CONFIG_LENGTH], line, bki_gmns_length_unit, "lengths: km, m, mile, ft");
    gmns->config.speed_kmh =
        take_unit(gmns, &cells[CONFIG_SPEED], line, bki_gmns_speed_unit, "speeds: km/h, mph, m/s, ft/s");
    if (!cells[CONFIG_CRS].is_empty)
        gmns->config.crs = keep(gmns, &cells[CONFIG_CRS]);
    return bk_arena_ok(gmns->arena);
}

/* ---- node.csv -------------------------------------------------------------------------------------------------- */

enum { NODE_ID, NODE_NAME, NODE_X, NODE_Y, NODE_TYPE, NODE_ZONE, N_NODE };

static const bki_named_column node_columns[N_NODE] = {
    [NODE_ID] = {.name = "node_id", .is_required = true},
    [NODE_NAME] = {.name = "name"},
    [NODE_X] = {.name = "x_coord", .is_number = true, .may_be_empty = true, .least = -1e12, .most = 1e12},
    [NODE_Y] = {.name = "y_coord", .is_number = true, .may_be_empty = true, .least = -1e12, .most = 1e12},
    [NODE_TYPE] = {.name = "node_type"},
    [NODE_ZONE] = {.name = "zone_id"},
};

/* The number of a row's own id; BK_NONE if it is empty or was there before, which is recorded. */
static uint32_t
take_id(bki_gmns *gmns, bk_names *names, const bki_named_cell *cell, const char *what, const char *path, int line)
{
    const size_t before = bk_names_count(names);

    if (cell->is_empty) {
        bk_fail_at(gmns->ctx, BK_ERR_SCHEMA, path, line, cell->column, NULL, "%s is empty", what);
        return BK_NONE;
    }
    const uint32_t index = bk_names_intern(names, cell->text, cell->length);
    if (index != BK_NONE && index < before) {
        bk_fail_at(gmns->ctx, BK_ERR_DUPLICATE, path, line, cell->column, "keep one of the two",
                   "%s %.*s is given twice", what, shown(cell), cell->text);
        return BK_NONE;
    }
    return index;
}

/* `rows` with room for one more, moved if need be; NULL if memory is short. */
static void *
grown(bk_arena *arena, void *rows, size_t n, size_t size, size_t *capacity)
{
    if (n < *capacity)
        return rows;
    const size_t wanted = *capacity == 0 ? 256 : 2 * *capacity;
    void        *moved = bk_arena_alloc(arena, wanted, size);
    if (moved == NULL)
        return NULL;
    if (n > 0)
        memcpy(moved, rows, n * size);
    *capacity = wanted;
    return moved;
}

static bk_status
node_row(void *state, const bki_named_cell *cells, int line)
{
    bki_gmns *gmns = state;

    if (take_id(gmns, gmns->node_names, &cells[NODE_ID], "node_id", gmns->node_path, line) == BK_NONE)
        return bk_arena_ok(gmns->arena);
    gmns->nodes = grown(gmns->arena, gmns->nodes, gmns->n_nodes, sizeof *gmns->nodes, &gmns->node_capacity);
    BK_TRY(bk_arena_ok(gmns->arena));
    const bki_named_cell *zone = &cells[NODE_ZONE];
    gmns->nodes[gmns->n_nodes] = (bki_gmns_node){
        .id = bk_names_text(gmns->node_names, (uint32_t)gmns->n_nodes),
        .name = keep(gmns, &cells[NODE_NAME]),
        .type = keep(gmns, &cells[NODE_TYPE]),
        .x = cells[NODE_X].number,
        .y = cells[NODE_Y].number,
        .has_place = !cells[NODE_X].is_empty && !cells[NODE_Y].is_empty,
        .zone = zone->is_empty ? BK_NONE : bk_names_intern(gmns->zone_names, zone->text, zone->length),
        .line = line,
    };
    gmns->n_nodes++;
    return bk_arena_ok(gmns->arena);
}

/* ---- link.csv -------------------------------------------------------------------------------------------------- */

enum {
    LINK_ID,
    LINK_NAME,
    LINK_FROM,
    LINK_TO,
    LINK_DIRECTED,
    LINK_LENGTH,
    LINK_SPEED,
    LINK_CAPACITY,
    LINK_LANES,
    LINK_TOLL,
    LINK_TYPE,
    LINK_USES,
    LINK_TIME,
    LINK_ALPHA,
    LINK_BETA,
    N_LINK
};

static const bki_named_column link_columns[N_LINK] = {
    [LINK_ID] = {.name = "link_id", .is_required = true},
    [LINK_NAME] = {.name = "name"},
    [LINK_FROM] = {.name = "from_node_id", .is_required = true},
    [LINK_TO] = {.name = "to_node_id", .is_required = true},
    [LINK_DIRECTED] = {.name = "directed"},
    [LINK_LENGTH] = {.name = "length", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e12},
    [LINK_SPEED] = {.name = "free_speed", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e12},
    [LINK_CAPACITY] = {.name = "capacity", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e15},
    [LINK_LANES] = {.name = "lanes", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e6},
    [LINK_TOLL] = {.name = "toll", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e12},
    [LINK_TYPE] = {.name = "facility_type|link_type_name"},
    [LINK_USES] = {.name = "allowed_uses"},
    [LINK_TIME] = {.name = "vdf_fftt|vdf_fftt1|free_flow_time",
                   .is_number = true,
                   .may_be_empty = true,
                   .least = 0.0,
                   .most = 1e12},
    [LINK_ALPHA] = {.name = "vdf_alpha|vdf_alpha1", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e9},
    [LINK_BETA] = {.name = "vdf_beta|vdf_beta1", .is_number = true, .may_be_empty = true, .least = 1.0, .most = 1e3},
};

static uint32_t
take_end(bki_gmns *gmns, const bki_named_cell *cell, const char *what, int line)
{
    const uint32_t node = bk_names_find(gmns->node_names, cell->text, cell->length);

    if (node == BK_NONE)
        bk_fail_at(gmns->ctx, BK_ERR_REFERENCE, gmns->link_path, line, cell->column, "node.csv must have it",
                   "%s is '%.*s', which is no node_id", what, shown(cell), cell->text);
    return node;
}

static bool
take_directed(bki_gmns *gmns, const bki_named_cell *cell, int line)
{
    double flag = 1.0;

    if (!cell->is_empty && !bki_parse_flag(cell->text, cell->length, &flag))
        bk_fail_at(gmns->ctx, BK_ERR_VALUE, gmns->link_path, line, cell->column, NULL,
                   "directed is '%.*s', must be true or false", shown(cell), cell->text);
    return flag != 0.0;
}

static double
number_or_empty(const bki_named_cell *cell)
{
    return cell->is_empty ? BKI_GMNS_EMPTY : cell->number;
}

static bk_status
link_row(void *state, const bki_named_cell *cells, int line)
{
    bki_gmns      *gmns = state;
    const uint32_t id = take_id(gmns, gmns->link_names, &cells[LINK_ID], "link_id", gmns->link_path, line);
    const uint32_t from = take_end(gmns, &cells[LINK_FROM], "from_node_id", line);
    const uint32_t to = take_end(gmns, &cells[LINK_TO], "to_node_id", line);
    const bool     directed = take_directed(gmns, &cells[LINK_DIRECTED], line);

    BK_TRY(bk_arena_ok(gmns->arena));
    if (from == to && from != BK_NONE)
        bk_fail_at(gmns->ctx, BK_ERR_VALUE, gmns->link_path, line, cells[LINK_TO].column, NULL,
                   "to_node_id is %.*s, must be another node than the link comes from", shown(&cells[LINK_TO]),
                   cells[LINK_TO].text);
    if (id == BK_NONE || from == BK_NONE || to == BK_NONE || from == to)
        return BK_OK;
    gmns->links = grown(gmns->arena, gmns->links, gmns->n_links, sizeof *gmns->links, &gmns->link_capacity);
    BK_TRY(bk_arena_ok(gmns->arena));
    gmns->links[gmns->n_links++] = (bki_gmns_link){
        .id = bk_names_text(gmns->link_names, id),
        .name = keep(gmns, &cells[LINK_NAME]),
        .type = keep(gmns, &cells[LINK_TYPE]),
        .uses = keep(gmns, &cells[LINK_USES]),
        .from = from,
        .to = to,
        .directed = directed,
        .length = number_or_empty(&cells[LINK_LENGTH]),
        .free_speed = number_or_empty(&cells[LINK_SPEED]),
        .capacity = number_or_empty(&cells[LINK_CAPACITY]),
        .lanes = number_or_empty(&cells[LINK_LANES]),
        .toll = number_or_empty(&cells[LINK_TOLL]),
        .free_time = number_or_empty(&cells[LINK_TIME]),
        .alpha = number_or_empty(&cells[LINK_ALPHA]),
        .beta = number_or_empty(&cells[LINK_BETA]),
        .line = line,
        .length_column = cells[LINK_LENGTH].column,
        .speed_column = cells[LINK_SPEED].column,
        .capacity_column = cells[LINK_CAPACITY].column,
    };
    return bk_arena_ok(gmns->arena);
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

static bk_status
find_paths(bki_gmns *gmns, const char *path)
{
    const bool  is_folder = bki_is_folder(path);
    const char *folder = is_folder ? path : bki_path_folder(gmns->arena, path);

    BK_TRY(bk_arena_ok(gmns->arena));
    gmns->link_path = is_folder ? bki_path_join(gmns->arena, folder, "link.csv") : path;
    gmns->node_path = bki_path_join(gmns->arena, folder, "node.csv");
    gmns->config_path = bki_path_join(gmns->arena, folder, "config.csv");
    return bk_arena_ok(gmns->arena);
}

static bk_status
read_tables(bki_gmns *gmns, bki_csv *csv)
{
    bk_status config = BK_OK;

    if (bki_exists(gmns->config_path))
        config = bki_columns_read(gmns->ctx, csv, gmns->config_path, config_columns, N_CONFIG, config_row, gmns);
    const bk_status nodes = bki_columns_read(gmns->ctx, csv, gmns->node_path, node_columns, N_NODE, node_row, gmns);
    if (nodes != BK_OK)
        return nodes; /* every end of a link would be a fault as well */
    const bk_status links = bki_columns_read(gmns->ctx, csv, gmns->link_path, link_columns, N_LINK, link_row, gmns);
    return config != BK_OK ? config : links;
}

bk_status
bki_gmns_read(bk_context *ctx, const char *path, bk_arena *arena, bki_gmns *out)
{
    *out = (bki_gmns){.ctx = ctx, .arena = arena};
    bki_csv *csv = bki_csv_create(ctx, arena);
    out->node_names = bk_names_create(arena);
    out->link_names = bk_names_create(arena);
    out->zone_names = bk_names_create(arena);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(find_paths(out, path));
    const bk_status status = read_tables(out, csv);
    bki_csv_close(csv);
    return status;
}
