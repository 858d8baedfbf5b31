/* Files to models and tables to files: one format a file, positions of faults kept, nothing judged (the builder
 * judges). */
#ifndef BUCKLE_IO_H
#define BUCKLE_IO_H

#include "buckle/builder.h"
#include "buckle/results.h"

/* ---- studies ------------------------------------------------------------------------------------------------- */

/**
 * Read the study in `folder` and judge it.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK; else the code of the first fault, every fault recorded in the context with file:line:column
 */
bk_status bk_study_read(bk_context *ctx, const char *folder, bk_arena *arena, const bk_model **out);

/* Names of the scenarios (files scenarios/NAME.yaml without ending), in byte order. */
bk_status bk_scenario_list(bk_context *ctx, const char *folder, bk_arena *arena, size_t *n_out,
                           const char *const **names);

/* One scenario with the rows of its CSV files.  `name` is a scenario of the study, or a path that ends in .yaml.
 * Returns BK_OK, BK_ERR_REFERENCE (no such scenario, with a suggestion), or the first of all faults found. */
bk_status bk_scenario_read(bk_context *ctx, const char *folder, const char *name, const bk_model *model,
                           bk_arena *arena, const bk_scenario **out);

/* The same from a text in memory, YAML or JSON (of which YAML is more); rows stand in it, files may not be named. */
bk_status bk_scenario_parse(bk_context *ctx, const char *text, size_t n, const char *name, const bk_model *model,
                            bk_arena *arena, const bk_scenario **out);

/* How bk_scenario_write lays a scenario out. */
typedef enum bk_scenario_form {
    BK_SCENARIO_YAML, /* as a file of scenarios/: keys in one order, a row a line */
    BK_SCENARIO_JSON  /* the same keys; columns of numbers as numbers */
} bk_scenario_form;

/**
 * A scenario's text (YAML or JSON) in canonical form: what is read from it is the same, every column of its rows kept.
 *
 * Input    `folder` the scenario's own: rows of files that it names are then written into it; NULL: names stay
 *          `like`, n_like: another text of the scenario, or NULL: where its measure of the same id names a file of
 *          `folder` that holds the very rows, that name is written in their place
 * Output   `*out` [*n_out] terminated, held by `arena`
 * Returns  BK_OK, BK_ERR_SYNTAX, BK_ERR_SCHEMA (not of a scenario's form), BK_ERR_FILE, BK_ERR_NO_MEMORY
 */
bk_status bk_scenario_write(bk_context *ctx, const char *text, size_t n, const char *folder, const char *like,
                            size_t n_like, bk_scenario_form form, bk_arena *arena, const char **out, size_t *n_out);

/**
 * The tables of the study in `folder` as they stand in its files, named like them ("link"), unjudged: to be edited
 * elsewhere and brought back by BK_IMPORT_XLSX.
 *
 * Output   `*out`, held by `arena`; columns have the unit and meaning of the schema
 * Returns  BK_OK, BK_ERR_FILE, BK_ERR_SYNTAX (also: a row that has not as many cells as the header), BK_ERR_DUPLICATE,
 * BK_ERR_VALUE (a column without a name), BK_ERR_NO_MEMORY
 */
bk_status bk_study_tables(bk_context *ctx, const char *folder, bk_arena *arena, bk_results *out);

/* ---- tables to files ----------------------------------------------------------------------------------------- */

/* One file with every table of `results`; tables with geometry are layers with a style inside (layer_styles).
 * Written under a temporary name and renamed: `path` holds the old file or the whole new one. */
bk_status bk_geopackage_write(bk_context *ctx, const bk_results *results, const char *path);
/**
 * The tables of a GeoPackage, columns with unit and meaning where the file has them, with the positions of layers of
 * points and of lines in WGS 84; layers of anything else are read without.
 *
 * Output   `*out`, held by `arena`
 * Returns  BK_OK, BK_ERR_FILE, BK_ERR_SYNTAX (no GeoPackage, or a damaged one), BK_ERR_SCHEMA (a column of numbers
 * holds something else), BK_ERR_VALUE (a position that is not on the globe), BK_ERR_NO_MEMORY
 */
bk_status bk_geopackage_read(bk_context *ctx, const char *path, bk_arena *arena, bk_results *out);
bk_status bk_csv_write(bk_context *ctx, const bk_table *table,
                       const char *path); /* 17 significant digits, units in names */
/* RFC 7946, every digit kept; `title` and `columns` (name, unit, meaning) beside the features.  A table without places
 * has null geometries. */
bk_status bk_geojson_write(bk_context *ctx, const bk_table *table, const char *path);
/* Every table as FOLDER/NAME.csv; the folder is made if need be.  `paths` [n_tables] of the files, held by `arena`. */
bk_status bk_csv_write_all(bk_context *ctx, const bk_results *results, const char *folder, bk_arena *arena,
                           const char **paths);
/* One sheet for each table after a sheet of their columns; names, then units, then rows; no cell is a formula.  Numbers
 * have the 16 significant digits of libxlsxwriter: for every last bit take the other formats. */
bk_status bk_xlsx_write(bk_context *ctx, const bk_results *results, const char *path);

/* ---- tables to pictures and a report -------------------------------------------------------------------------- */

/* Every figure that the tables allow, as FOLDER/NAME.svg, .png and .pdf, all three by the same hand; the folder is made
 * if it is not there.  docs/reference/report.md lists the figures and the tables they are drawn from. */
bk_status bk_figures_write(bk_context *ctx, const bk_results *results, const char *folder);
/* One self-contained page: figures, tables, sources and certificate; it loads nothing from anywhere. */
bk_status bk_html_write(bk_context *ctx, const bk_results *results, const char *path);

/* ---- streaming JSON ------------------------------------------------------------------------------------------ */

typedef struct bk_json bk_json; /* into memory held by an arena; commas and escapes are its own care */
bk_json               *bk_json_create(bk_arena *arena);     /* NULL if memory is short */
void        bk_json_object(bk_json *json, const char *key); /* key NULL inside arrays and at the top; so for all */
void        bk_json_array(bk_json *json, const char *key);
void        bk_json_end(bk_json *json);
void        bk_json_text(bk_json *json, const char *key, const char *value); /* NULL value: null */
void        bk_json_number(bk_json *json, const char *key, double value);    /* 17 digits; not finite: null */
void        bk_json_integer(bk_json *json, const char *key, int64_t value);
void        bk_json_flag(bk_json *json, const char *key, bool value);
const char *bk_json_result(bk_json *json, size_t *length); /* NULL if memory was short */

/* ---- reading JSON -------------------------------------------------------------------------------------------- */

typedef enum bk_json_kind {
    BK_JSON_NULL,
    BK_JSON_FLAG,
    BK_JSON_NUMBER,
    BK_JSON_TEXT,
    BK_JSON_ARRAY,
    BK_JSON_OBJECT
} bk_json_kind;

typedef struct bk_json_value bk_json_value;
struct bk_json_value {
    bk_json_kind         kind;
    int                  line, column; /* 1-based, the column in characters */
    bool                 flag;
    double               number;
    const char          *text;         /* terminated; NULL unless kind is text */
    const char          *key;          /* in its object; NULL elsewhere */
    size_t               n;            /* of the array or object */
    const bk_json_value *child, *next; /* first of its own; next of the same array or object */
};

/**
 * The one value in `bytes` (RFC 8259), held by `arena`.
 *
 * Input    `shown` the file as messages name it
 * Returns  BK_OK, BK_ERR_SYNTAX (with line and column; also: nested over 64 deep, a number past double, text that is
 *          not UTF-8 or holds NUL), BK_ERR_DUPLICATE (a key twice in one object), BK_ERR_NO_MEMORY
 */
bk_status            bk_json_read(bk_context *ctx, const char *bytes, size_t n, const char *shown, bk_arena *arena,
                                  const bk_json_value **out);
const bk_json_value *bk_json_member(const bk_json_value *object, const char *key); /* NULL if absent, or no object */

/* An answer as tables (without units): the row "answer", and one for each array.  BK_ERR_SCHEMA if it is no object. */
bk_status bk_json_tables(bk_context *ctx, const bk_json_value *answer, bk_arena *arena, bk_results *out);

/* ---- games ---------------------------------------------------------------------------------------------------- */

typedef struct bk_game_data {
    const char        *name; /* "" if it has none */
    size_t             n_players;
    const char *const *players; /* [n_players] names; "1", "2" ... if the file gives none */
    const double      *worth;   /* [2^n_players] bit i of the index: player i is in; worth[0] = 0 */
} bk_game_data;

/**
 * Games in coalitional form from a JSON file: one object, or {"games": [...]}.  A game is given by "v" [2^n], or by a
 * "definition" {"type": "weighted_voting", "w": [n], "q": quota} or {"type": "airport_cost", "c": [n]}; "n" may be left
 * out, "name" and "players" [n] too; other keys are not read.  At most 24 players.
 *
 * Returns  BK_OK; BK_ERR_FILE; BK_ERR_SYNTAX; BK_ERR_SCHEMA, BK_ERR_VALUE, BK_ERR_INCONSISTENT with the value's place
 */
bk_status bk_games_read(bk_context *ctx, const char *path, bk_arena *arena, size_t *n_games,
                        const bk_game_data **games);

/* ---- whole files --------------------------------------------------------------------------------------------- */

/* The bytes of a file, terminated by a zero that is not counted.  BK_ERR_FILE names the path and the reason. */
bk_status bk_file_read(bk_context *ctx, const char *path, bk_arena *arena, const char **bytes, size_t *n_out);
/* Under a temporary name in the same folder, flushed, then renamed. */
bk_status bk_file_write(bk_context *ctx, const char *path, const void *bytes, size_t n);

#endif
