/* One SQLite file a run: OGC GeoPackage 1.3 (12-128r17) with the schema extension for units and meanings, and the table
 * layer_styles from which QGIS takes a layer's look.  The file is written without a journal, since nobody sees it
 * before it is whole. */
#include "buckle/io.h"
#include "io/file.h"
#include "io/geopackage.h"

#include <sqlite3.h>
#include <string.h>

#define GEOMETRY "geom"
#define KEY      "fid"

typedef struct geopackage {
    bk_context *ctx;
    const char *path; /* as given, for messages */
    bk_arena   *scratch;
    sqlite3    *db;
    int         bind_error; /* of the first value since the last step that could not be bound */
} geopackage;

static const char preamble[] =
    "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA application_id = 1196444487;" /* "GPKG" */
    "PRAGMA user_version = 10300; BEGIN;"
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT "
    "NOT NULL,"
    " organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS "
    "84\",6378137,298.257223563,"
    "AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
    "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST]"
    ","
    "AUTHORITY[\"EPSG\",\"4326\"]]', 'longitude and latitude in degrees');"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,"
    " description TEXT DEFAULT '', last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT "
    "NOT NULL,"
    " srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id));"
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT "
    "NOT NULL,"
    " scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));"
    "INSERT INTO gpkg_extensions VALUES"
    " ('gpkg_data_columns', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'),"
    " ('gpkg_data_column_constraints', NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', "
    "'read-write');"
    "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, "
    "description TEXT,"
    " mime_type TEXT, constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT gdc_tn UNIQUE (table_name, name));"
    "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value "
    "TEXT,"
    " min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,"
    " CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));"
    "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), "
    "f_table_schema TEXT(256),"
    " f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT, "
    "useAsDefault BOOLEAN,"
    " description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME DEFAULT "
    "(strftime('%Y-%m-%dT%H:%M:%fZ','now')));"
    "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
    " VALUES ('layer_styles', 'attributes', 'layer_styles', 'how QGIS draws the layers');";

/* ---- SQL ---------------------------------------------------------------------------------------------------- */

static bk_status
sql_fail(geopackage *file)
{
    if (sqlite3_errcode(file->db) == SQLITE_NOMEM)
        return bk_fail_no_memory(file->ctx);
    return bk_fail_at(file->ctx, BK_ERR_FILE, file->path, 0, 0, NULL, "cannot be written: %s",
                      sqlite3_errmsg(file->db));
}

static bk_status
sql_run(geopackage *file, const char *sql)
{
    return sqlite3_exec(file->db, sql, NULL, NULL, NULL) == SQLITE_OK ? BK_OK : sql_fail(file);
}

/* A statement is finalised by its user. */
static bk_status
sql_prepare(geopackage *file, const char *sql, sqlite3_stmt **out)
{
    return sqlite3_prepare_v2(file->db, sql, -1, out, NULL) == SQLITE_OK ? BK_OK : sql_fail(file);
}

/* What binding one value gave; a failure is told by the step that follows. */
static void
bound(geopackage *file, int error)
{
    if (file->bind_error == SQLITE_OK)
        file->bind_error = error;
}

/* Runs a statement that gives no rows and makes it ready for the next. */
static bk_status
sql_step(geopackage *file, sqlite3_stmt *statement)
{
    if (file->bind_error == SQLITE_NOMEM)
        return bk_fail_no_memory(file->ctx);
    if (file->bind_error != SQLITE_OK)
        return bk_fail_at(file->ctx, BK_ERR_FILE, file->path, 0, 0, NULL, "cannot be written: %s",
                          sqlite3_errstr(file->bind_error));
    if (sqlite3_step(statement) != SQLITE_DONE)
        return sql_fail(file);
    return sqlite3_reset(statement) == SQLITE_OK ? BK_OK : sql_fail(file);
}

static void
bind_text(geopackage *file, sqlite3_stmt *statement, int place, const char *text)
{
    bound(file, sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC));
}

/* Prepares `sql`, binds the texts [n] (NULL: empty), runs it. */
static bk_status
sql_run_with(geopackage *file, const char *sql, const char *const *texts, int n)
{
    sqlite3_stmt *statement = NULL;

    BK_TRY(sql_prepare(file, sql, &statement));
    for (int i = 0; i < n; i++)
        bind_text(file, statement, i + 1, texts[i]);
    const bk_status status = sql_step(file, statement);
    sqlite3_finalize(statement);
    return status;
}

/* "name", quotes inside doubled. */
static void
quoted_add(bki_text *sql, const char *name)
{
    bki_text_add(sql, "\"");
    for (const char *c = name; *c != '\0'; c++)
        bki_text_append(sql, *c == '"' ? "\"\"" : c, *c == '"' ? 2 : 1);
    bki_text_add(sql, "\"");
}

/* ---- what the file says of a table -------------------------------------------------------------------------- */

static const char *
geometry_name(bk_geometry geometry)
{
    return geometry == BK_GEOMETRY_POINT ? "POINT" : "LINESTRING";
}

static bk_status
table_create(geopackage *file, const bk_table *table)
{
    static const char *const types[] = {
        [BK_COLUMN_TEXT] = "TEXT", [BK_COLUMN_NUMBER] = "DOUBLE", [BK_COLUMN_INTEGER] = "INTEGER"};
    bki_text sql = {.arena = file->scratch};

    bki_text_add(&sql, "CREATE TABLE ");
    quoted_add(&sql, table->name);
    bki_text_add(&sql, " (" KEY " INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (table->geometry != BK_GEOMETRY_NONE)
        bki_text_format(&sql, ", " GEOMETRY " %s", geometry_name(table->geometry));
    for (size_t i = 0; i < table->n_columns; i++) {
        bki_text_add(&sql, ", ");
        quoted_add(&sql, table->columns[i].name);
        bki_text_format(&sql, " %s", types[table->columns[i].kind]);
    }
    bki_text_add(&sql, ")");
    BK_TRY(bk_arena_ok(file->scratch));
    return sql_run(file, sql.bytes);
}

static bk_status
contents_bind(geopackage *file, const bk_table *table, sqlite3_stmt *statement)
{
    const bool is_layer = table->geometry != BK_GEOMETRY_NONE;
    double     bounds[4];

    bind_text(file, statement, 1, table->name);
    bind_text(file, statement, 2, is_layer ? "features" : "attributes");
    bind_text(file, statement, 3, table->title);
    if (is_layer && bki_geometry_bounds(table, 0, table->first_point[table->n_rows], bounds))
        for (int i = 0; i < 4; i++)
            bound(file, sqlite3_bind_double(statement, 4 + i, bounds[i]));
    if (is_layer)
        bound(file, sqlite3_bind_int(statement, 8, 4326));
    return sql_step(file, statement);
}

static bk_status
contents_write(geopackage *file, const bk_table *table)
{
    sqlite3_stmt *statement = NULL;

    BK_TRY(sql_prepare(
        file,
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, "
        "srs_id) VALUES (?1, ?2, ?1, ?3, ?4, ?5, ?6, ?7, ?8)",
        &statement));
    const bk_status status = contents_bind(file, table, statement);
    sqlite3_finalize(statement);
    BK_TRY(status);
    if (table->geometry == BK_GEOMETRY_NONE)
        return BK_OK;
    return sql_run_with(file, "INSERT INTO gpkg_geometry_columns VALUES (?, '" GEOMETRY "', ?, 4326, 0, 0)",
                        (const char *const[]){table->name, geometry_name(table->geometry)}, 2);
}

/* Units and meanings. */
static bk_status
columns_describe(geopackage *file, const bk_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++) {
        const bk_column *column = &table->columns[i];
        const char      *title = column->unit[0] != '\0'
                                     ? bk_arena_format(file->scratch, "%s [%s]", column->name, column->unit)
                                     : column->name;
        BK_TRY(bk_arena_ok(file->scratch));
        BK_TRY(sql_run_with(file,
                            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) "
                            "VALUES (?1, ?2, ?2, ?3, ?4)",
                            (const char *const[]){table->name, column->name, title, column->meaning}, 4));
    }
    return BK_OK;
}

static bk_status
style_write(geopackage *file, const bk_table *table)
{
    bki_text qml = {.arena = file->scratch};

    bki_style_qml(file->scratch, table, &qml);
    BK_TRY(bk_arena_ok(file->scratch));
    return sql_run_with(
        file,
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
        "styleQML, useAsDefault, description, owner) VALUES ('', '', ?1, ?2, ?1, ?3, 1, ?4, '')",
        (const char *const[]){table->name, table->geometry != BK_GEOMETRY_NONE ? GEOMETRY : "", qml.bytes,
                              table->title},
        4);
}

/* ---- rows --------------------------------------------------------------------------------------------------- */

static void
cell_bind(geopackage *file, sqlite3_stmt *statement, int place, const bk_column *column, size_t row)
{
    if (column->empty != NULL && column->empty[row]) {
        bound(file, sqlite3_bind_null(statement, place));
        return;
    }
    switch (column->kind) {
    case BK_COLUMN_TEXT:
        bind_text(file, statement, place, column->text[row]);
        break;
    case BK_COLUMN_NUMBER:
        bound(file, sqlite3_bind_double(statement, place, column->number[row]));
        break;
    case BK_COLUMN_INTEGER:
        bound(file, sqlite3_bind_int64(statement, place, column->integer[row]));
        break;
    }
}

/* `blob` has room for the largest geometry of the table. */
static bk_status
rows_insert(geopackage *file, const bk_table *table, sqlite3_stmt *statement, unsigned char *blob)
{
    const int first = table->geometry != BK_GEOMETRY_NONE ? 2 : 1;

    for (size_t row = 0; row < table->n_rows; row++) {
        const size_t size = first == 2 ? bki_geometry_size(table, row) : 0;
        if (size > 0) {
            bki_geometry_encode(table, row, blob);
            bound(file, sqlite3_bind_blob64(statement, 1, blob, size, SQLITE_STATIC));
        } else if (first == 2) {
            bound(file, sqlite3_bind_null(statement, 1));
        }
        for (size_t i = 0; i < table->n_columns; i++)
            cell_bind(file, statement, first + (int)i, &table->columns[i], row);
        BK_TRY(sql_step(file, statement));
    }
    return BK_OK;
}

static bk_status
rows_write(geopackage *file, const bk_table *table)
{
    const bool    is_layer = table->geometry != BK_GEOMETRY_NONE;
    bki_text      sql = {.arena = file->scratch};
    size_t        largest = 0;
    sqlite3_stmt *statement = NULL;

    bki_text_add(&sql, "INSERT INTO ");
    quoted_add(&sql, table->name);
    bki_text_add(&sql, is_layer ? " (" GEOMETRY ", " : " (");
    for (size_t i = 0; i < table->n_columns; i++) {
        bki_text_add(&sql, i > 0 ? ", " : "");
        quoted_add(&sql, table->columns[i].name);
    }
    bki_text_add(&sql, ") VALUES (?");
    for (size_t i = is_layer ? 0 : 1; i < table->n_columns; i++)
        bki_text_add(&sql, ", ?");
    bki_text_add(&sql, ")");
    for (size_t row = 0; is_layer && row < table->n_rows; row++) {
        const size_t size = bki_geometry_size(table, row);
        largest = size > largest ? size : largest;
    }
    unsigned char *blob = BK_NEW(file->scratch, unsigned char, largest);
    BK_TRY(bk_arena_ok(file->scratch));
    BK_TRY(sql_prepare(file, sql.bytes, &statement));
    const bk_status status = rows_insert(file, table, statement, blob);
    sqlite3_finalize(statement);
    return status;
}

static bk_status
table_write(geopackage *file, const bk_table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (sqlite3_stricmp(table->columns[i].name, KEY) == 0 || sqlite3_stricmp(table->columns[i].name, GEOMETRY) == 0)
            return bk_fail(file->ctx, BK_ERR_VALUE, "table %s: a column of a GeoPackage cannot be named %s",
                           table->name, table->columns[i].name);
    BK_TRY(table_create(file, table));
    BK_TRY(contents_write(file, table));
    BK_TRY(columns_describe(file, table));
    BK_TRY(style_write(file, table));
    return rows_write(file, table);
}

/* ---- the file ----------------------------------------------------------------------------------------------- */

static bk_status
results_write(geopackage *file, const bk_results *results)
{
    BK_TRY(sql_run(file, preamble));
    for (size_t i = 0; i < results->n_tables; i++)
        BK_TRY(table_write(file, results->tables[i]));
    return sql_run(file, "COMMIT");
}

static bk_status
database_write(geopackage *file, const bk_results *results, const char *temporary)
{
    if (sqlite3_open_v2(temporary, &file->db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
        const bk_status status = file->db != NULL ? sql_fail(file) : bk_fail_no_memory(file->ctx);
        sqlite3_close(file->db);
        return status;
    }
    bk_status status = results_write(file, results);
    if (sqlite3_close(file->db) != SQLITE_OK && status == BK_OK)
        status = sql_fail(file);
    return status;
}

static bk_status
geopackage_write(geopackage *file, const bk_results *results)
{
    bki_replacement replacement;

    BK_TRY(bki_replace_begin(file->ctx, file->scratch, file->path, &replacement));
    if (replacement.temporary == NULL) {
        bki_replace_abandon(&replacement);
        return bk_fail_at(file->ctx, BK_ERR_FILE, file->path, 0, 0, NULL,
                          "a GeoPackage cannot be written to a device or pipe");
    }
    const bk_status status = database_write(file, results, replacement.temporary);
    if (status == BK_OK)
        return bki_replace_commit(file->ctx, &replacement);
    bki_replace_abandon(&replacement);
    return status;
}

bk_status
bk_geopackage_write(bk_context *ctx, const bk_results *results, const char *path)
{
    bk_arena   scratch;
    geopackage file = {.ctx = ctx, .path = path, .scratch = &scratch};

    bk_arena_init(&scratch, ctx);
    const bk_status status = geopackage_write(&file, results);
    bk_arena_release(&scratch);
    return status;
}
