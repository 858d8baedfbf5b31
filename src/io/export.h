/* What the parts of an export share. */
#ifndef IO_EXPORT_H
#define IO_EXPORT_H

#include "buckle/export.h"
#include "io/vector.h"

typedef struct bki_export {
    bk_context              *ctx;
    bk_arena                *arena; /* of the report */
    bk_arena                *scratch;
    const bk_export_request *request;
    bk_results               tables; /* chosen */
    bk_export_file          *files;  /* [tables] */
    size_t                   n_files;
    const char             **notes; /* [n_notes, capacity] */
    size_t                   n_notes, note_capacity;
} bki_export;

/* A sentence for the report; NULL: memory was short, which the arena remembers. */
bk_status bki_export_note(bki_export *export, const char *sentence);

/* How a Shapefile keeps a table: names cut to 10 bytes and told apart, numbers with as many decimals as there is room
 * for; notes what is cut or rounded. */
bk_status bki_shapefile_fields(bki_export *export, const bk_table *table, const bki_vector_field **out);

/* A table as the file `path`, made by GDAL in a folder beside it and moved where it belongs, with the files that belong
 * to it; *written is the path, or that of the one file there is of a table without places. */
bk_status bki_export_by_gdal(bki_export *export, const bk_table *table, const char *path, const char **written);

#endif
