/* What an answer was made of, so that it can be made again. */
#ifndef CLI_MANIFEST_H
#define CLI_MANIFEST_H

#include "cli/cli.h"

/* A result read back. */
typedef struct bki_result {
    bk_results         tables; /* as the file has them, without the manifest and what names time or place */
    bool               is_geopackage;
    const char        *program; /* "buckle 0.1.0"; NULL: the file has no manifest */
    size_t             n_arguments;
    const char *const *arguments; /* [n_arguments] verb first */
    size_t             n_inputs;
    const bki_input   *inputs; /* [n_inputs] */
} bki_result;

/* A GeoPackage, or an answer kept with --format json; BK_ERR_FILE, BK_ERR_SYNTAX, BK_ERR_SCHEMA. */
bk_status bki_result_read(bki_session *session, const char *path, bki_result *out);

/* SHA-256 of a file as it lies there now; false if it cannot be read. */
bool bki_file_digest(const char *path, bki_input *out);

/* Cells that differ, for reading; at most `most` of a table, 0: all. */
void bki_differences_print(bki_session *session, const bk_results_difference *all, const char *const names[2],
                           size_t most);
/* "same", "cells", "differences" and "tables", into the object that is open. */
void bki_differences_json(bk_json *json, const bk_results_difference *all, size_t most);

#endif
