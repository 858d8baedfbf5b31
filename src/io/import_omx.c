/* An OMX matrix as trade of one sector: rows export, columns import. */
#include "buckle/omx.h"
#include "io/import.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FILE_NAME "trade.csv"

typedef struct omx_import {
    bki_import        *import;
    size_t             n_ids;
    const char *const *ids;    /* [n_ids] of rows and columns */
    const uint32_t    *region; /* [n_ids] of each; BK_NONE: not among the regions */
    double            *value;  /* [exporter][importer] money of the study */
    double             within; /* money of the study, from a region to itself */
    size_t             n_within;
} omx_import;

static bk_status
drop_zone(omx_import *self, size_t zone, double value)
{
    const char *id = self->ids[zone];

    return bki_import_drop_code(self->import, "zone", id, strlen(id), "not among the regions", value);
}

static bk_status
take_row(void *state, size_t row, size_t n_columns, const double *value)
{
    omx_import *self = state;
    bki_import *import = self->import;

    for (size_t c = 0; c < n_columns; c++) {
        if (value[c] == 0.0 || isnan(value[c]))
            continue;
        if (!(value[c] > 0.0) || !isfinite(value[c]))
            return bk_fail_at(import->ctx, BK_ERR_VALUE, import->request->path, 0, 0, NULL,
                              "row %zu (%s), column %zu (%s): %g, trade must be a number of at least 0", row + 1,
                              self->ids[row], c + 1, self->ids[c], value[c]);
        import->report.cells_read++;
        import->report.value_read += value[c];
        if (self->region[row] == BK_NONE || self->region[c] == BK_NONE) {
            BK_TRY(drop_zone(self, self->region[row] == BK_NONE ? row : c, value[c]));
            continue;
        }
        if (self->region[row] == self->region[c]) {
            self->within += value[c];
            self->n_within++;
            continue;
        }
        import->report.cells_kept++;
        import->report.value_kept += value[c];
        self->value[self->region[row] * import->n_regions + self->region[c]] += value[c];
    }
    return BK_OK;
}

/* The name asked for, or the only one there is. */
static bk_status
choose(bki_import *import, const char *wanted, size_t n, const char *const *names, const char *option, const char **out)
{
    *out = wanted != NULL ? wanted : n == 1 ? names[0] : NULL;
    if (*out != NULL)
        return BK_OK;
    return bk_fail_at(import->ctx, BK_ERR_USAGE, import->request->path, 0, 0,
                      bk_arena_format(import->scratch, "say which by --%s", option), "there %s %zu to choose from",
                      n == 1 ? "is" : "are", n);
}

static bk_status
map_zones(omx_import *self, const char *lookup)
{
    bki_import *import = self->import;
    uint32_t   *region;

    BK_TRY(bk_omx_lookup_read(import->ctx, import->request->path, lookup, import->scratch, &self->n_ids, &self->ids));
    region = BK_NEW(import->scratch, uint32_t, self->n_ids);
    BK_TRY(bk_arena_ok(import->scratch));
    for (size_t i = 0; i < self->n_ids; i++)
        region[i] = bki_concordance_find(&import->regions, self->ids[i], strlen(self->ids[i]));
    self->region = region;
    return BK_OK;
}

static bk_status
write_trade(const omx_import *self, const char *matrix)
{
    bki_import       *import = self->import;
    const size_t      n = import->n_regions;
    const char       *source = bk_arena_format(import->scratch, "OMX matrix %s", matrix);
    bki_import_output out;

    BK_TRY(bk_arena_ok(import->scratch));
    bki_import_begin(import, FILE_NAME, "sector,exporter,importer,value", &out);
    for (size_t i = 0; i < n * n; i++) {
        const char *const key[] = {import->request->sector, bki_import_region(import, i / n),
                                   bki_import_region(import, i % n)};
        if (self->value[i] > 0.0)
            bki_import_row(&out, key, 3, &self->value[i], 1, source, "reported");
    }
    if (self->n_within > 0) {
        BK_TRY(bki_import_drop(import, "cells from a region to itself", "own sales are found by buckle balance",
                               self->n_within, self->within));
    }
    return bki_import_end(&out);
}

bk_status
bki_import_omx(bki_import *import)
{
    const bk_import_request *request = import->request;
    omx_import               self = {.import = import};
    bk_omx_contents          contents;
    const char              *matrix, *lookup;

    BK_TRY(bki_import_may_write(import, FILE_NAME));
    BK_TRY(bk_omx_contents_read(import->ctx, request->path, import->scratch, &contents));
    if (contents.n_rows != contents.n_columns)
        return bk_fail_at(import->ctx, BK_ERR_INCONSISTENT, request->path, 0, 0, NULL,
                          "the matrices are %zu x %zu, trade is of each region with each", contents.n_rows,
                          contents.n_columns);
    BK_TRY(choose(import, request->matrix, contents.n_matrices, contents.matrices, "matrix", &matrix));
    BK_TRY(choose(import, request->lookup, contents.n_lookups, contents.lookups, "lookup", &lookup));
    self.value = BK_NEW(import->scratch, double, import->n_regions * import->n_regions);
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(map_zones(&self, lookup));
    BK_TRY(bk_omx_matrix_read(import->ctx, request->path, matrix, take_row, &self));
    if (import->report.cells_kept == 0)
        return bk_fail_at(import->ctx, BK_ERR_REFERENCE, request->path, 0, 0,
                          "the concordance of regions names the ids of the lookup",
                          "nothing of it is trade between regions");
    bki_import_note(import, "values are taken as money of the study, of sector %s", request->sector);
    return write_trade(&self, matrix);
}
