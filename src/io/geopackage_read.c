/* Tables of a GeoPackage, with the units and meanings that its schema extension holds, and the positions of layers of
 * points and lines. */
#include "buckle/io.h"
#include "io/file.h"
#include "io/geopackage.h"

#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION "1196444487" /* "GPKG", OGC 12-128r17, requirement 2 */

typedef struct reading {
    bk_context *ctx;
    const char *path;
    bk_arena   *arena;
    sqlite3    *db;
} reading;

static bk_status
sql_fail(reading *file)
{
    if (sqlite3_errcode(file->db) == SQLITE_NOMEM)
        return bk_fail_no_memory(file->ctx);
    return bk_fail_at(file->ctx, BK_ERR_SYNTAX, file->path, 0, 0, "a result is a GeoPackage as `buckle run` writes it",
                      "cannot be read as a GeoPackage: %s", sqlite3_errmsg(file->db));
}

/* A statement is finalised by its user. */
static bk_status
prepare(reading *file, const char *sql, const char *parameter, sqlite3_stmt **out)
{
    if (sqlite3_prepare_v2(file->db, sql, -1, out, NULL) != SQLITE_OK)
        return sql_fail(file);
    if (parameter && sqlite3_bind_text(*out, 1, parameter, -1, SQLITE_STATIC) != SQLITE_OK)
        return sql_fail(file);
    return BK_OK;
}

/* BK_OK with *more false at the end. */
static bk_status
step(reading *file, sqlite3_stmt *statement, bool *more)
{
    const int code = sqlite3_step(statement);

    *more = code == SQLITE_ROW;
    return code == SQLITE_ROW || code == SQLITE_DONE ? BK_OK : sql_fail(file);
}

/* The one number that a statement gives. */
static bk_status
count(reading *file, const char *sql, const char *parameter, size_t *out)
{
    sqlite3_stmt *statement = NULL;
    bool          more = false;
    bk_status     status = prepare(file, sql, parameter, &statement);

    if (status == BK_OK)
        status = step(file, statement, &more);
    *out = more && sqlite3_column_int64(statement, 0) > 0 ? (size_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return status;
}

/* NULL for NULL, and if memory is short, which the arena then remembers; valid until the next step. */
static const char *
text_lent(reading *file, sqlite3_stmt *statement, int place)
{
    const bool  is_null = sqlite3_column_type(statement, place) == SQLITE_NULL;
    const char *text = (const char *)sqlite3_column_text(statement, place);

    file->arena->failed |= !text && !is_null;
    return text;
}

/* "" for NULL; if memory is short anything, which the arena remembers. */
static const char *
text_at(reading *file, sqlite3_stmt *statement, int place)
{
    const char *text = text_lent(file, statement, place);

    return text ? bk_arena_text(file->arena, text, strlen(text)) : "";
}

/* ---- columns ------------------------------------------------------------------------------------------------ */

/* Types of GeoPackage, table 1; what else there may be is BLOB and geometry, which are not shown. */
static bool
kind_of(const char *type, bk_column_kind *out)
{
    static const struct {
        const char    *prefix;
        bk_column_kind kind;
    } kinds[] = {{"TEXT", BK_COLUMN_TEXT},        {"DATE", BK_COLUMN_TEXT},       {"DOUBLE", BK_COLUMN_NUMBER},
                 {"FLOAT", BK_COLUMN_NUMBER},     {"REAL", BK_COLUMN_NUMBER},     {"INT", BK_COLUMN_INTEGER},
                 {"BOOL", BK_COLUMN_INTEGER},     {"TINYINT", BK_COLUMN_INTEGER}, {"SMALLINT", BK_COLUMN_INTEGER},
                 {"MEDIUMINT", BK_COLUMN_INTEGER}};

    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (sqlite3_strnicmp(type, kinds[k].prefix, (int)strlen(kinds[k].prefix)) == 0) {
            *out = kinds[k].kind;
            return true;
        }
    return false;
}

/* The unit of "name [unit]", as bk_geopackage_write titles a column; "" without one. */
static const char *
unit_in(reading *file, const char *title)
{
    const size_t n = title ? strlen(title) : 0;
    const char  *open = title ? strrchr(title, '[') : NULL;

    return open && title[n - 1] == ']' ? bk_arena_text(file->arena, open + 1, n - (size_t)(open - title) - 2) : "";
}

static bk_status
column_begin(reading *file, sqlite3_stmt *statement, size_t n_rows, bk_column *column, bool *shown)
{
    const char *type = text_lent(file, statement, 1);

    *shown = type && kind_of(type, &column->kind);
    if (!*shown)
        return bk_arena_ok(file->arena);
    column->name = text_at(file, statement, 0);
    column->unit = unit_in(file, text_lent(file, statement, 2));
    column->meaning = text_at(file, statement, 3);
    column->empty = BK_NEW(file->arena, bool, n_rows + 1);
    if (column->kind == BK_COLUMN_TEXT)
        column->text = BK_NEW(file->arena, const char *, n_rows + 1);
    else if (column->kind == BK_COLUMN_NUMBER)
        column->number = BK_NEW(file->arena, double, n_rows + 1);
    else
        column->integer = BK_NEW(file->arena, int64_t, n_rows + 1);
    return bk_arena_ok(file->arena);
}

#define COLUMNS                                                                                                        \
    "FROM pragma_table_info(?1) p LEFT JOIN gpkg_data_columns d ON d.table_name = ?1 AND d.column_name = p.name "      \
    "WHERE p.pk = 0 ORDER BY p.cid"

static bk_status
columns_read(reading *file, bk_table *table)
{
    sqlite3_stmt *statement = NULL;
    size_t        n = 0;
    bool          more = true, shown = false;

    BK_TRY(count(file, "SELECT count(*) " COLUMNS, table->name, &n));
    bk_column *columns = BK_NEW(file->arena, bk_column, n + 1);
    BK_TRY(bk_arena_ok(file->arena));
    bk_status status = prepare(file, "SELECT p.name, p.type, d.title, d.description " COLUMNS, table->name, &statement);
    while (status == BK_OK && (status = step(file, statement, &more)) == BK_OK && more && table->n_columns < n) {
        status = column_begin(file, statement, table->n_rows, &columns[table->n_columns], &shown);
        table->n_columns += shown;
    }
    sqlite3_finalize(statement);
    table->columns = columns;
    return status;
}

/* ---- rows --------------------------------------------------------------------------------------------------- */

/* The arrays were made in column_begin; a table points to them as const. */
static bk_status
cell_read(reading *file, sqlite3_stmt *statement, const bk_table *table, size_t c, size_t row)
{
    const bk_column *column = &table->columns[c];
    const int        type = sqlite3_column_type(statement, (int)c);

    ((bool *)column->empty)[row] = type == SQLITE_NULL;
    if (column->kind == BK_COLUMN_TEXT) {
        ((const char **)column->text)[row] = type == SQLITE_NULL ? NULL : text_at(file, statement, (int)c);
        return BK_OK;
    }
    if (type != SQLITE_NULL && type != SQLITE_INTEGER && type != SQLITE_FLOAT)
        return bk_fail_at(file->ctx, BK_ERR_SCHEMA, file->path, 0, 0, NULL,
                          "table %s, column %s, row %zu holds no number", table->name, column->name, row + 1);
    if (column->kind == BK_COLUMN_NUMBER)
        ((double *)column->number)[row] = sqlite3_column_double(statement, (int)c);
    else
        ((int64_t *)column->integer)[row] = sqlite3_column_int64(statement, (int)c);
    return BK_OK;
}

static bk_status
rows_read(reading *file, const bk_table *table)
{
    sqlite3_stmt *statement = NULL;
    char         *sql = NULL, *grown = sqlite3_mprintf("SELECT ");
    bool          more = true;

    for (size_t c = 0; grown && c < table->n_columns; c++) {
        sql = grown;
        grown = sqlite3_mprintf("%s%s\"%w\"", sql, c > 0 ? ", " : "", table->columns[c].name);
        sqlite3_free(sql);
    }
    sql = grown ? sqlite3_mprintf("%s FROM \"%w\" ORDER BY rowid", grown, table->name) : NULL;
    sqlite3_free(grown);
    if (!sql)
        return bk_fail_no_memory(file->ctx);
    bk_status status = prepare(file, sql, NULL, &statement);
    sqlite3_free(sql);
    for (size_t row = 0; status == BK_OK && row < table->n_rows && more; row++) {
        status = step(file, statement, &more);
        for (size_t c = 0; status == BK_OK && more && c < table->n_columns; c++)
            status = cell_read(file, statement, table, c, row);
    }
    sqlite3_finalize(statement);
    return status == BK_OK ? bk_arena_ok(file->arena) : status;
}

/* ---- positions ---------------------------------------------------------------------------------------------- */

/* The column of plain points or lines in degrees, if the table has one; NULL: it is read without positions. */
static bk_status
geometry_find(reading *file, const char *table, bk_geometry *kind, const char **column)
{
    sqlite3_stmt *statement = NULL;
    bool          more = false;
    bk_status     status =
        prepare(file,
                "SELECT column_name, geometry_type_name FROM gpkg_geometry_columns WHERE table_name = "
                "?1 AND srs_id = 4326 AND z = 0 AND m = 0 AND geometry_type_name IN ('POINT', 'LINESTRING')",
                table, &statement);

    *column = NULL;
    if (status == BK_OK)
        status = step(file, statement, &more);
    if (more) {
        const char *type = text_lent(file, statement, 1);
        *kind = type && type[0] == 'P' ? BK_GEOMETRY_POINT : BK_GEOMETRY_LINE;
        *column = text_at(file, statement, 0);
    }
    sqlite3_finalize(statement);
    return status == BK_OK ? bk_arena_ok(file->arena) : status;
}

/* Of a layer as they come, row by row. */
typedef struct positions {
    uint32_t *first_point; /* [n_rows + 1] */
    double   *lon_lat;     /* [capacity][2] degrees */
    size_t    capacity;
} positions;

static bk_status
position_read(reading *file, const bk_table *table, sqlite3_stmt *statement, size_t row, positions *out)
{
    const unsigned char *bytes = sqlite3_column_blob(statement, 0);
    const size_t         size = (size_t)sqlite3_column_bytes(statement, 0), first = out->first_point[row];
    size_t               n = 0;

    if (bytes != NULL && !bki_geometry_decode(table->geometry, bytes, size, &n, NULL))
        return bk_fail_at(file->ctx, BK_ERR_SYNTAX, file->path, 0, 0, NULL, "table %s, row %zu has a damaged geometry",
                          table->name, row + 1);
    if (n > UINT32_MAX - first)
        return bk_fail_at(file->ctx, BK_ERR_VALUE, file->path, 0, 0, NULL, "table %s has too many positions",
                          table->name);
    double *grown = bk_arena_grow(file->arena, out->lon_lat, first, n, 2 * sizeof *grown, &out->capacity);
    BK_TRY(bk_arena_ok(file->arena));
    out->lon_lat = grown;
    if (n > 0)
        bki_geometry_decode(table->geometry, bytes, size, &n, grown + 2 * first);
    out->first_point[row + 1] = (uint32_t)(first + n);
    return BK_OK;
}

static bk_status
positions_gather(reading *file, const bk_table *table, const char *column, positions *out)
{
    sqlite3_stmt *statement = NULL;
    bool          more = true;
    char         *sql = sqlite3_mprintf("SELECT \"%w\" FROM \"%w\" ORDER BY rowid", column, table->name);

    if (!sql)
        return bk_fail_no_memory(file->ctx);
    bk_status status = prepare(file, sql, NULL, &statement);
    sqlite3_free(sql);
    for (size_t row = 0; status == BK_OK && row < table->n_rows; row++) {
        out->first_point[row + 1] = out->first_point[row];
        status = more ? step(file, statement, &more) : BK_OK;
        if (status == BK_OK && more)
            status = position_read(file, table, statement, row, out);
    }
    sqlite3_finalize(statement);
    return status;
}

static bk_status
positions_read(reading *file, bk_table *table)
{
    const char *column = NULL;
    bk_geometry kind = BK_GEOMETRY_NONE;

    BK_TRY(geometry_find(file, table->name, &kind, &column));
    if (!column)
        return BK_OK;
    positions read = {.first_point = BK_NEW(file->arena, uint32_t, table->n_rows + 1)};
    BK_TRY(bk_arena_ok(file->arena));
    table->geometry = kind;
    BK_TRY(positions_gather(file, table, column, &read));
    table->first_point = read.first_point;
    table->lon_lat = read.lon_lat;
    return BK_OK;
}

static bk_status
table_read(reading *file, const char *name, const char *title, bk_results *results)
{
    bk_table table = {.name = name, .title = title};
    char    *sql = sqlite3_mprintf("SELECT count(*) FROM \"%w\"", name);

    if (!sql)
        return bk_fail_no_memory(file->ctx);
    const bk_status counted = count(file, sql, NULL, &table.n_rows);
    sqlite3_free(sql);
    BK_TRY(counted);
    BK_TRY(columns_read(file, &table));
    if (table.n_columns == 0)
        return BK_OK;
    BK_TRY(rows_read(file, &table));
    BK_TRY(positions_read(file, &table));
    return bk_results_append(file->ctx, results, &table);
}

/* ---- the file ----------------------------------------------------------------------------------------------- */

static bk_status
tables_read(reading *file, bk_results *results)
{
    sqlite3_stmt *statement = NULL;
    size_t        application = 0;
    bool          more = true;

    BK_TRY(count(file, "SELECT application_id = " APPLICATION " FROM pragma_application_id", NULL, &application));
    if (application == 0)
        return bk_fail_at(file->ctx, BK_ERR_SYNTAX, file->path, 0, 0, NULL, "is not a GeoPackage");
    bk_status status = prepare(file,
                               "SELECT table_name, description FROM gpkg_contents WHERE data_type IN ('features', "
                               "'attributes') AND table_name <> 'layer_styles' ORDER BY rowid",
                               NULL, &statement);
    while (status == BK_OK && (status = step(file, statement, &more)) == BK_OK && more) {
        const char *name = text_at(file, statement, 0), *title = text_at(file, statement, 1);
        status = bk_arena_ok(file->arena);
        if (status == BK_OK)
            status = table_read(file, name, title, results);
    }
    sqlite3_finalize(statement);
    return status;
}

bk_status
bk_geopackage_read(bk_context *ctx, const char *path, bk_arena *arena, bk_results *out)
{
    reading file = {.ctx = ctx, .path = path, .arena = arena};
    int     probe;

    *out = (bk_results){.arena = arena};
    BK_TRY(bki_file_open(ctx, path, path, &probe));
    close(probe);
    const int opened = sqlite3_open_v2(path, &file.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    bk_status status = BK_OK;
    if (!file.db)
        status = bk_fail_no_memory(ctx);
    else
        status = opened == SQLITE_OK ? tables_read(&file, out) : sql_fail(&file);
    sqlite3_close(file.db);
    return status;
}
