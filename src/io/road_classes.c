/* Classes of road traffic from a table: whose trips, what they pay besides time, and where they may not go. */
#include "io/columns.h"
#include "io/folder.h"
#include "io/gmns.h"
#include "io/road_files.h"
#include "io/rows.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { CLASS, TRIPS, MATRIX, LOOKUP, USE, TOLL, DISTANCE, DEMAND, N_COLUMNS };

static const bki_named_column columns[N_COLUMNS] = {
    [CLASS] = {.name = "class", .is_required = true},
    [TRIPS] = {.name = "trips", .is_required = true},
    [MATRIX] = {.name = "matrix"},
    [LOOKUP] = {.name = "lookup"},
    [USE] = {.name = "use"},
    [TOLL] = {.name = "toll_factor", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e12},
    [DISTANCE] = {.name = "distance_factor", .is_number = true, .may_be_empty = true, .least = 0.0, .most = 1e12},
    [DEMAND] = {.name = "demand_factor", .is_number = true, .may_be_empty = true, .least = 1e-12, .most = 1e12},
};

typedef struct class_reader {
    bk_context            *ctx;
    const bki_road_files  *files;
    const char            *path, *folder;
    bk_arena              *arena;
    const bk_road_network *network;
    bk_names              *names;
    size_t                 n, capacity;
    bki_road_class        *classes; /* [n] */
} class_reader;

static const char *
text_or(bk_arena *arena, const bki_named_cell *cell, const char *otherwise)
{
    return cell->is_empty ? otherwise : bk_arena_text(arena, cell->text, cell->length);
}

/* The name goes into names of columns and matrices. */
static bool
take_name(class_reader *self, const bki_named_cell *cell, int line)
{
    const size_t before = bk_names_count(self->names);
    bool         is_plain = !cell->is_empty;

    for (size_t i = 0; i < cell->length; i++)
        is_plain = is_plain && (isalnum((unsigned char)cell->text[i]) || cell->text[i] == '_' || cell->text[i] == '-');
    if (!is_plain)
        bk_fail_at(self->ctx, BK_ERR_VALUE, self->path, line, cell->column, "letters, digits, _ and -",
                   "'%.*s' cannot be the name of a class", (int)cell->length, cell->text);
    else if (bk_names_intern(self->names, cell->text, cell->length) < before)
        bk_fail_at(self->ctx, BK_ERR_DUPLICATE, self->path, line, cell->column, "keep one of the two",
                   "class %.*s is given twice", (int)cell->length, cell->text);
    else
        return true;
    return false;
}

/* What the class pays on each arc besides time; INFINITY where its use may not go.  NULL if memory is short. */
static const double *
fixed_costs(class_reader *self, const bki_named_cell *cells, const char *use)
{
    const bk_road_network *network = self->network;
    const double           toll = cells[TOLL].is_empty ? network->toll_factor : cells[TOLL].number;
    const double           distance = cells[DISTANCE].is_empty ? network->distance_factor : cells[DISTANCE].number;
    double                *fixed = BK_NEW(self->arena, double, network->n_arcs);

    for (size_t a = 0; fixed != NULL && a < network->n_arcs; a++) {
        const bool is_open = use == NULL || network->uses == NULL || network->uses[a][0] == '\0' ||
                             bki_gmns_has_use(network->uses[a], use);
        fixed[a] = is_open ? toll * network->toll[a] + distance * network->length[a] : (double)INFINITY;
    }
    return fixed;
}

static bk_status
take_class(void *state, const bki_named_cell *cells, int line)
{
    class_reader         *self = state;
    bki_road_files        files = *self->files;
    const bk_road_demand *demand;

    if (!take_name(self, &cells[CLASS], line))
        return bk_arena_ok(self->arena);
    if (cells[TRIPS].is_empty) {
        bk_fail_at(self->ctx, BK_ERR_SCHEMA, self->path, line, cells[TRIPS].column, NULL, "trips is empty");
        return BK_OK;
    }
    const char *use = text_or(self->arena, &cells[USE], self->files->use);
    const char *trips = text_or(self->arena, &cells[TRIPS], NULL), *name = text_or(self->arena, &cells[CLASS], NULL);
    BK_TRY(bk_arena_ok(self->arena));
    if (use != NULL && self->network->uses == NULL)
        return bk_fail_at(self->ctx, BK_ERR_USAGE, self->path, line, cells[USE].column, NULL,
                          "a use is for GMNS: TNTP does not say who may use a link");
    files.trips = bki_path_join(self->arena, self->folder, trips);
    files.matrix = text_or(self->arena, &cells[MATRIX], files.matrix);
    files.lookup = text_or(self->arena, &cells[LOOKUP], files.lookup);
    files.demand_factor *= cells[DEMAND].is_empty ? 1.0 : cells[DEMAND].number;
    self->classes = bk_arena_grow(self->arena, self->classes, self->n, 1, sizeof *self->classes, &self->capacity);
    BK_TRY(bk_arena_ok(self->arena));
    BK_TRY(bki_road_trips_read(self->ctx, &files, self->network, self->arena, &demand));
    self->classes[self->n++] = (bki_road_class){name, fixed_costs(self, cells, use), demand};
    return bk_arena_ok(self->arena);
}

static bk_status
read_table(class_reader *self)
{
    bki_csv *csv = bki_csv_create(self->ctx, self->arena);

    BK_TRY(bk_arena_ok(self->arena));
    const bk_status status = bki_columns_read(self->ctx, csv, self->path, columns, N_COLUMNS, take_class, self);
    bki_csv_close(csv);
    BK_TRY(status);
    return self->n > 0 ? BK_OK : bk_fail_at(self->ctx, BK_ERR_SCHEMA, self->path, 1, 0, NULL, "there is no class");
}

static bk_status
read_one(bk_context *ctx, const bki_road_files *files, bk_arena *arena, const bk_road_network **network, size_t *n_out,
         const bki_road_class **out)
{
    bki_road_class *only = BK_NEW(arena, bki_road_class, 1);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_road_files_read(ctx, files, arena, network, &only->demand));
    *n_out = 1;
    *out = only;
    return BK_OK;
}

bk_status
bki_road_classes_read(bk_context *ctx, const bki_road_files *files, const char *path, bk_arena *arena,
                      const bk_road_network **network, size_t *n_out, const bki_road_class **out)
{
    bki_road_files all = *files;
    class_reader   self = {.ctx = ctx, .files = files, .path = path, .arena = arena};

    if (path == NULL)
        return read_one(ctx, files, arena, network, n_out, out);
    all.use = NULL; /* what one class may not use another may */
    BK_TRY(bki_road_network_read(ctx, &all, arena, network));
    self.network = *network;
    self.folder = bki_path_folder(arena, path);
    self.names = bk_names_create(arena);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(read_table(&self));
    *n_out = self.n;
    *out = self.classes;
    return BK_OK;
}

double
bki_road_class_trips(const bki_road_class *road)
{
    double sum = 0.0;

    for (size_t t = 0; t < road->demand->first[road->demand->n_zones]; t++)
        sum += road->demand->volume[t];
    return sum;
}

double
bki_road_class_cost(const bk_road_network *network, const bki_road_class *road, const double *flow, const double *cost)
{
    double sum = 0.0;

    for (size_t a = 0; a < network->n_arcs; a++)
        if (flow[a] > 0.0)
            sum += flow[a] * (cost[a] - network->fixed[a] + (road->fixed ? road->fixed : network->fixed)[a]);
    return sum;
}
