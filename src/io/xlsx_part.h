/* The parts of a workbook: XML files in a ZIP archive (ECMA-376, part 2). */
#ifndef IO_XLSX_PART_H
#define IO_XLSX_PART_H

#include "buckle/base.h"

typedef struct bki_archive {
    bk_context *ctx;
    const char *path; /* for messages */
    void       *zip;
} bki_archive;

/* What a part's reader is told; names without namespace prefix.  `attributes`: name, value, ..., NULL. */
typedef struct bki_part_reader {
    void (*open)(void *state, const char *name, const char *const *attributes);
    void (*close)(void *state, const char *name);
    void (*text)(void *state, const char *bytes, size_t n); /* NULL: text does not matter */
    bk_status (*ok)(void *state);                           /* asked after every block; not BK_OK ends the reading */
} bki_part_reader;

/* BK_ERR_FILE, BK_ERR_SYNTAX (no ZIP archive). */
bk_status bki_archive_open(bk_context *ctx, const char *path, bki_archive *out);
void      bki_archive_close(bki_archive *archive);

/* Reads a part from front to back.  *found false: there is none of that name.
 * BK_ERR_SYNTAX: damaged, not well-formed, with a document type (which may define entities without end), too large. */
bk_status bki_part_read(const bki_archive *archive, const char *name, const bki_part_reader *reader, void *state,
                        bool *found);

/* The value of an attribute, or `otherwise`. */
const char *bki_part_attribute(const char *const *attributes, const char *name, const char *otherwise);

#endif
