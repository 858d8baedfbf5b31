/* Networks in TNTP. */
#include "buckle/tntp.h"
#include "io/rows.h"
#include "io/tntp_lines.h"
#include "model/parse.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define N_CELLS     11 /* of an arc; `speed` and `type` are passed over, `price` belongs to candidates */
#define MOST_FAULTS 50 /* then reading stops: the file is another format */

typedef enum arc_cell {
    CELL_FROM,
    CELL_TO,
    CELL_CAPACITY,
    CELL_LENGTH,
    CELL_FREE_TIME,
    CELL_B,
    CELL_POWER,
    CELL_SPEED,
    CELL_TOLL,
    CELL_TYPE,
    CELL_PRICE
} arc_cell;

static const char *const cell_names[N_CELLS] = {"from",  "to",    "capacity", "length", "free_flow_time", "b",
                                                "power", "speed", "toll",     "type",   "price"};

typedef enum tag_key {
    TAG_ZONES,
    TAG_NODES,
    TAG_LINKS,
    TAG_FIRST_THROUGH,
    TAG_NEW_LINKS,
    TAG_TOLL,
    TAG_DISTANCE
} tag_key;

static const struct {
    const char *name;
    bool        whole, required;
    double      least;
} tags[] = {
    [TAG_ZONES] = {"NUMBER OF ZONES", true, true, 1},
    [TAG_NODES] = {"NUMBER OF NODES", true, true, 1},
    [TAG_LINKS] = {"NUMBER OF LINKS", true, true, 1},
    [TAG_FIRST_THROUGH] = {"FIRST THRU NODE", true, false, 1},
    [TAG_NEW_LINKS] = {"NUMBER OF NEW LINKS", true, false, 0},
    [TAG_TOLL] = {"TOLL FACTOR", false, false, 0},
    [TAG_DISTANCE] = {"DISTANCE FACTOR", false, false, 0},
};
#define N_TAGS (sizeof tags / sizeof *tags)

typedef struct arc_columns {
    uint32_t *from, *to;                                                        /* [n_arcs] node */
    double   *capacity, *free_time, *b, *power, *fixed, *length, *toll, *price; /* [n_arcs] as in bk_road_network */
} arc_columns;

typedef struct network_reader {
    bki_tntp_lines lines;
    double         tag_values[N_TAGS];
    bool           tag_given[N_TAGS];
    arc_columns    arcs;
    size_t         n_arcs, n_read; /* announced; read so far */
    size_t         before;         /* faults recorded before this file */
} network_reader;

static size_t
faults(const network_reader *reader)
{
    return bk_error_count(reader->lines.ctx) - reader->before;
}

/* ---- metadata ------------------------------------------------------------------------------------------------- */

static void
read_tag(network_reader *reader, const char *key, size_t key_length, const char *value, size_t value_length)
{
    for (size_t t = 0; t < N_TAGS; t++) {
        double number;
        if (strlen(tags[t].name) != key_length || memcmp(tags[t].name, key, key_length) != 0)
            continue;
        const bool ok = tags[t].whole ? bki_parse_integer(value, value_length, &number)
                                      : bki_parse_number(value, value_length, &number);
        if (reader->tag_given[t])
            bki_tntp_fail(&reader->lines, BK_ERR_DUPLICATE, key, "keep one of the two", "%s is given twice",
                          tags[t].name);
        else if (!ok || number < tags[t].least)
            bki_tntp_fail(&reader->lines, BK_ERR_VALUE, value, NULL, "%s is '%.*s', must be a %snumber of at least %g",
                          tags[t].name, (int)(value_length < 40 ? value_length : 40), value,
                          tags[t].whole ? "whole " : "", tags[t].least);
        else
            reader->tag_values[t] = number;
        reader->tag_given[t] = true;
        return;
    }
}

/* Reads up to <END OF METADATA>; other keys (ORIGINAL HEADER, SCENARIO ...) say nothing to a solver. */
static bk_status
read_metadata(network_reader *reader)
{
    for (bool more;;) {
        const char *key, *value;
        size_t      key_length, value_length;
        BK_TRY(bki_tntp_lines_next(&reader->lines, &more));
        if (!more)
            return bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, NULL, "is this a TNTP network?",
                                 "the file ends before <END OF METADATA>");
        if (!bki_tntp_tag(&reader->lines, &key, &key_length, &value, &value_length)) {
            bki_tntp_fail(&reader->lines, BK_ERR_SYNTAX, reader->lines.text, "is <END OF METADATA> missing?",
                          "this is not `<KEY> value`");
            if (faults(reader) >= MOST_FAULTS)
                return BK_ERR_SYNTAX;
            continue;
        }
        if (key_length == 15 && memcmp(key, "END OF METADATA", 15) == 0)
            return BK_OK;
        read_tag(reader, key, key_length, value, value_length);
    }
}

/* Numbers of things are believed only as far as the file could hold them. */
static bk_status
check_metadata(network_reader *reader)
{
    const double *value = reader->tag_values;
    struct stat   about;

    for (size_t t = 0; t < N_TAGS; t++)
        if (tags[t].required && !reader->tag_given[t])
            bki_tntp_fail(&reader->lines, BK_ERR_SCHEMA, NULL, NULL, "<%s> is missing", tags[t].name);
    if (faults(reader) > 0)
        return BK_ERR_SCHEMA;
    const double bytes = fstat(reader->lines.file, &about) == 0 ? (double)about.st_size : 0.0;
    const double n_arcs = value[TAG_LINKS] + value[TAG_NEW_LINKS];
    if (value[TAG_ZONES] > value[TAG_NODES])
        return bki_tntp_fail(&reader->lines, BK_ERR_INCONSISTENT, NULL, "zones are the first of the nodes",
                             "there are %.0f zones but %.0f nodes", value[TAG_ZONES], value[TAG_NODES]);
    if (n_arcs * (2 * CELL_SPEED - 1) > bytes || value[TAG_NODES] > bytes)
        return bki_tntp_fail(&reader->lines, BK_ERR_INCONSISTENT, NULL, NULL,
                             "%.0f nodes and %.0f links are announced, more than a file of %.0f bytes can hold",
                             value[TAG_NODES], n_arcs, bytes);
    if (value[TAG_FIRST_THROUGH] > value[TAG_ZONES] + 1)
        return bki_tntp_fail(&reader->lines, BK_ERR_VALUE, NULL, "only zones can be closed to through traffic",
                             "FIRST THRU NODE is %.0f, beyond the %.0f zones", value[TAG_FIRST_THROUGH],
                             value[TAG_ZONES]);
    reader->n_arcs = (size_t)n_arcs;
    return BK_OK;
}

/* ---- arcs ----------------------------------------------------------------------------------------------------- */

typedef struct arc_cells {
    double      value[N_CELLS];
    const char *at[N_CELLS];
    size_t      length[N_CELLS];
    size_t      n;
} arc_cells;

/* Cuts the line in cells; false if one is not a number. */
static bool
read_cells(network_reader *reader, arc_cells *cells)
{
    const bki_tntp_lines *lines = &reader->lines;
    const char           *at = lines->text, *end = at + lines->length;

    for (cells->n = 0; cells->n < N_CELLS; cells->n++) {
        const size_t c = cells->n;
        cells->at[c] = bki_tntp_word(&at, end, ";", &cells->length[c]);
        if (cells->length[c] == 0)
            break;
        cells->value[c] = 0.0;
        if (c != CELL_SPEED && c != CELL_TYPE && !bki_parse_number(cells->at[c], cells->length[c], &cells->value[c])) {
            bki_tntp_fail(lines, BK_ERR_SYNTAX, cells->at[c], NULL, "%s is '%.*s', not a number", cell_names[c],
                          (int)(cells->length[c] < 40 ? cells->length[c] : 40), cells->at[c]);
            return false;
        }
    }
    while (at < end && (*at == ';' || *at == ' ' || *at == '\t'))
        at++;
    if (at < end) {
        bki_tntp_fail(lines, BK_ERR_SYNTAX, at, "an arc is one line of at most 11 cells",
                      "there is more than an arc here");
        return false;
    }
    return true;
}

static bool
is_node(const network_reader *reader, double value)
{
    return value >= 1.0 && value <= reader->tag_values[TAG_NODES] && value == floor(value);
}

static bool
fail_cell(network_reader *reader, const arc_cells *cells, arc_cell c, bk_status code, const char *must)
{
    bki_tntp_fail(&reader->lines, code, cells->at[c], NULL, "%s is %.*s, must be %s", cell_names[c],
                  (int)(cells->length[c] < 40 ? cells->length[c] : 40), cells->at[c], must);
    return false;
}

/* Judges every cell of an arc: each fault is told. */
static bool
check_cells(network_reader *reader, const arc_cells *cells, bool is_candidate)
{
    const double *value = cells->value;
    const size_t  needed = is_candidate ? CELL_PRICE + 1 : CELL_POWER + 1;
    bool          ok = true;

    if (cells->n < needed) {
        bki_tntp_fail(&reader->lines, BK_ERR_SCHEMA, cells->at[cells->n],
                      is_candidate ? "candidates have a price behind their type" : NULL,
                      "the arc has %zu cells, %s is missing", cells->n, cell_names[cells->n]);
        return false;
    }
    for (arc_cell c = CELL_FROM; c <= CELL_TO; c++)
        if (!is_node(reader, value[c]))
            ok = fail_cell(reader, cells, c, BK_ERR_REFERENCE, "a node, from 1 to NUMBER OF NODES");
    if (value[CELL_FROM] == value[CELL_TO])
        ok = fail_cell(reader, cells, CELL_TO, BK_ERR_VALUE, "another node than the arc comes from");
    for (arc_cell c = CELL_LENGTH; c <= CELL_B; c++)
        if (value[c] < 0.0)
            ok = fail_cell(reader, cells, c, BK_ERR_VALUE, "at least 0");
    if (value[CELL_B] > 0.0 && value[CELL_CAPACITY] <= 0.0)
        ok = fail_cell(reader, cells, CELL_CAPACITY, BK_ERR_VALUE, "above 0");
    if (value[CELL_POWER] != 0.0 && value[CELL_POWER] < (value[CELL_B] > 0.0 ? 1.0 : 0.0))
        ok = fail_cell(reader, cells, CELL_POWER, BK_ERR_VALUE, "0 or at least 1 (delay must be convex)");
    if (cells->n > CELL_TOLL && value[CELL_TOLL] < 0.0)
        ok = fail_cell(reader, cells, CELL_TOLL, BK_ERR_VALUE, "at least 0");
    if (is_candidate && !(value[CELL_PRICE] > 0.0))
        ok = fail_cell(reader, cells, CELL_PRICE, BK_ERR_VALUE, "above 0");
    return ok;
}

static void
keep_arc(network_reader *reader, const arc_cells *cells, bool is_candidate)
{
    const arc_columns *arcs = &reader->arcs;
    const size_t       a = reader->n_read;
    const double      *value = cells->value, power = value[CELL_POWER], b = value[CELL_B];
    const bool         is_constant = b == 0.0 || power == 0.0;

    arcs->from[a] = (uint32_t)value[CELL_FROM] - 1;
    arcs->to[a] = (uint32_t)value[CELL_TO] - 1;
    arcs->capacity[a] = is_constant && value[CELL_CAPACITY] <= 0.0 ? 1.0 : value[CELL_CAPACITY];
    arcs->free_time[a] = power == 0.0 ? value[CELL_FREE_TIME] * (1.0 + b) : value[CELL_FREE_TIME];
    arcs->b[a] = is_constant ? 0.0 : b;
    arcs->power[a] = is_constant ? 1.0 : power;
    arcs->length[a] = value[CELL_LENGTH];
    arcs->toll[a] = cells->n > CELL_TOLL ? value[CELL_TOLL] : 0.0;
    arcs->fixed[a] = reader->tag_values[TAG_TOLL] * arcs->toll[a] + reader->tag_values[TAG_DISTANCE] * arcs->length[a];
    arcs->price[a] = is_candidate ? value[CELL_PRICE] : 0.0;
}

static bk_status
read_arcs(network_reader *reader)
{
    arc_cells cells;

    for (bool more; faults(reader) < MOST_FAULTS; reader->n_read++) {
        const bool is_candidate = reader->n_read >= (size_t)reader->tag_values[TAG_LINKS];
        BK_TRY(bki_tntp_lines_next(&reader->lines, &more));
        if (!more)
            break;
        if (reader->n_read == reader->n_arcs)
            return bki_tntp_fail(&reader->lines, BK_ERR_INCONSISTENT, reader->lines.text, "correct NUMBER OF LINKS",
                                 "there are more arcs than the %zu announced", reader->n_arcs);
        if (read_cells(reader, &cells) && check_cells(reader, &cells, is_candidate))
            keep_arc(reader, &cells, is_candidate);
    }
    if (reader->n_read < reader->n_arcs && faults(reader) == 0)
        return bki_tntp_fail(&reader->lines, BK_ERR_INCONSISTENT, NULL,
                             "correct NUMBER OF LINKS, or is the file cut off?",
                             "the file ends after %zu arcs, %zu are announced", reader->n_read, reader->n_arcs);
    return faults(reader) > 0 ? BK_ERR_VALUE : BK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static double
shared_power(const arc_columns *arcs, size_t n_arcs)
{
    double power = 0.0;

    for (size_t a = 0; a < n_arcs; a++) {
        if (arcs->b[a] == 0.0)
            continue;
        if (power != 0.0 && arcs->power[a] != power)
            return 0.0;
        power = arcs->power[a];
    }
    return power;
}

static bk_status
make_arcs(network_reader *reader, bk_arena *arena)
{
    arc_columns *arcs = &reader->arcs;
    double     **numbers[] = {&arcs->capacity, &arcs->free_time, &arcs->b,    &arcs->power,
                              &arcs->fixed,    &arcs->length,    &arcs->toll, &arcs->price};

    arcs->from = BK_NEW(arena, uint32_t, reader->n_arcs);
    arcs->to = BK_NEW(arena, uint32_t, reader->n_arcs);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        *numbers[i] = BK_NEW(arena, double, reader->n_arcs);
    return bk_arena_ok(arena);
}

static bk_status
read_network(network_reader *reader, const double *toll_factor, const double *distance_factor, bk_arena *arena,
             const bk_road_network **out)
{
    const double      *value = reader->tag_values;
    const arc_columns *arcs = &reader->arcs;
    bk_road_network   *network = BK_NEW(arena, bk_road_network, 1);

    BK_TRY(bk_arena_ok(arena));
    reader->tag_values[TAG_FIRST_THROUGH] = 1.0;
    BK_TRY(read_metadata(reader));
    BK_TRY(check_metadata(reader));
    if (toll_factor != NULL)
        reader->tag_values[TAG_TOLL] = *toll_factor;
    if (distance_factor != NULL)
        reader->tag_values[TAG_DISTANCE] = *distance_factor;
    BK_TRY(make_arcs(reader, arena));
    BK_TRY(read_arcs(reader));
    const double power = shared_power(arcs, reader->n_arcs);
    for (size_t a = 0; a < reader->n_arcs; a++)
        if (power != 0.0)
            arcs->power[a] = power; /* of arcs of constant time any will do */
    *network = (bk_road_network){
        .n_zones = (size_t)value[TAG_ZONES],
        .n_nodes = (size_t)value[TAG_NODES],
        .n_arcs = reader->n_arcs,
        .first_through = (uint32_t)value[TAG_FIRST_THROUGH] - 1,
        .from = arcs->from,
        .to = arcs->to,
        .vdf = {BK_VDF_BPR, reader->n_arcs, arcs->free_time, arcs->capacity, arcs->b, arcs->power, power},
        .fixed = arcs->fixed,
        .length = arcs->length,
        .toll = arcs->toll,
        .price = value[TAG_NEW_LINKS] > 0.0 ? arcs->price : NULL,
        .toll_factor = value[TAG_TOLL],
        .distance_factor = value[TAG_DISTANCE],
    };
    *out = network;
    return BK_OK;
}

bk_status
bk_tntp_network_read(bk_context *ctx, const char *path, const double *toll_factor, const double *distance_factor,
                     bk_arena *arena, const bk_road_network **out)
{
    network_reader reader = {.before = bk_error_count(ctx)};
    bk_arena       scratch;

    bk_arena_init(&scratch, ctx);
    bk_status status = bki_tntp_lines_open(&reader.lines, ctx, &scratch, path);
    if (status == BK_OK)
        status = read_network(&reader, toll_factor, distance_factor, arena, out);
    bki_tntp_lines_close(&reader.lines);
    bk_arena_release(&scratch);
    return status == BK_OK || status == BK_ERR_NO_MEMORY ? status : bki_first_fault(ctx, reader.before, status);
}
