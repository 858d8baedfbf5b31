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

/* ---- tables to files ----------------------------------------------------------------------------------------- */

/* One file with every table of `results`; tables with geometry are layers with a style inside (layer_styles).
 * Written under a temporary name and renamed: `path` holds the old file or the whole new one. */
bk_status bk_geopackage_write(bk_context *ctx, const bk_results *results, const char *path);
bk_status bk_csv_write(bk_context *ctx, const bk_table *table,
                       const char *path); /* 17 significant digits, units in names */
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

/* ---- whole files --------------------------------------------------------------------------------------------- */

/* The bytes of a file, terminated by a zero that is not counted.  BK_ERR_FILE names the path and the reason. */
bk_status bk_file_read(bk_context *ctx, const char *path, bk_arena *arena, const char **bytes, size_t *n_out);
/* Under a temporary name in the same folder, flushed, then renamed. */
bk_status bk_file_write(bk_context *ctx, const char *path, const void *bytes, size_t n);

#endif
