/* Imports from front to back: concordances, the format's own reading, what was dropped. */
#include "io/import.h"
#include "io/file.h"
#include "io/folder.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *
bk_import_name(bk_import_format format)
{
    static const char *const names[] = {
#define X(code, name, text) [code] = name,
        BK_IMPORT_LIST(X)
#undef X
    };
    return format < BK_IMPORT_COUNT ? names[format] : "unknown";
}

const char *
bk_import_text(bk_import_format format)
{
    static const char *const texts[] = {
#define X(code, name, text) [code] = text,
        BK_IMPORT_LIST(X)
#undef X
    };
    return format < BK_IMPORT_COUNT ? texts[format] : "unknown";
}

bool
bk_import_is_network(bk_import_format format)
{
    return format == BK_IMPORT_GMNS || format == BK_IMPORT_TNTP || format == BK_IMPORT_OSM ||
           format == BK_IMPORT_VECTOR;
}

/* ---- what was dropped ----------------------------------------------------------------------------------------- */

bk_status
bki_import_drop(bki_import *import, const char *what, const char *reason, size_t cells, double value)
{
    char           key[512]; /* the same thing may be dropped for several reasons */
    const size_t   count = bk_names_count(import->drop_names);
    const int      length = snprintf(key, sizeof key, "%s\n%s", what, reason);
    const uint32_t index =
        bk_names_intern(import->drop_names, key, length < (int)sizeof key ? (size_t)length : sizeof key - 1);

    BK_TRY(bk_arena_ok(import->arena));
    if (index >= import->drop_capacity) {
        const size_t    capacity = import->drop_capacity == 0 ? 64 : 2 * import->drop_capacity;
        bk_import_drop *grown = BK_NEW(import->arena, bk_import_drop, capacity);
        BK_TRY(bk_arena_ok(import->arena));
        if (import->drop_capacity > 0)
            memcpy(grown, import->drops, import->drop_capacity * sizeof *grown);
        import->drops = grown;
        import->drop_capacity = capacity;
    }
    if (index >= count)
        import->drops[index] =
            (bk_import_drop){.what = bk_arena_text(import->arena, what, strlen(what)), .reason = reason};
    import->drops[index].cells += cells;
    import->drops[index].value += value;
    return bk_arena_ok(import->arena);
}

bk_status
bki_import_drop_code(bki_import *import, const char *kind, const char *code, size_t length, const char *reason,
                     double value)
{
    char what[96];

    snprintf(what, sizeof what, "%s %.*s", kind, length < 64 ? (int)length : 64, code);
    return bki_import_drop(import, what, reason, 1, value);
}

void
bki_import_note(bki_import *import, const char *format, ...)
{
    char    text[400];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const char *kept = bk_arena_text(import->arena, text, strlen(text));
    if (kept != NULL && import->report.n_notes < sizeof import->notes / sizeof *import->notes)
        import->notes[import->report.n_notes++] = kept;
}

static int
larger_first(const void *a, const void *b)
{
    const bk_import_drop *x = a, *y = b;

    if (fabs(x->value) != fabs(y->value))
        return fabs(x->value) > fabs(y->value) ? -1 : 1;
    return x->cells != y->cells ? (x->cells > y->cells ? -1 : 1) : strcmp(x->what, y->what);
}

/* ---- files ---------------------------------------------------------------------------------------------------- */

bk_status
bki_import_may_write(bki_import *import, const char *name)
{
    const char *path = bki_path_join(import->scratch, import->request->folder, name);

    BK_TRY(bk_arena_ok(import->scratch));
    if (import->request->replace || !bki_exists(path))
        return BK_OK;
    return bk_fail_at(import->ctx, BK_ERR_FILE, path, 0, 0, "move it away, or say that it may be replaced (--replace)",
                      "the file is there already");
}

void
bki_import_begin(bki_import *import, const char *name, const char *header, bki_import_output *out)
{
    *out = (bki_import_output){.import = import, .name = name, .text = {.arena = import->scratch}};
    bki_text_add(&out->text, header);
    bki_text_add(&out->text, ",source,confidence\n");
}

static void
cell_add(bki_text *text, const char *value)
{
    if (value[strcspn(value, ",\"\r\n")] == '\0')
        bki_text_add(text, value);
    else
        bki_text_quoted(text, value);
}

void
bki_import_row(bki_import_output *out, const char *const *texts, size_t n_texts, const double *numbers,
               size_t n_numbers, const char *source, const char *confidence)
{
    char number[BKI_NUMBER_SIZE];

    for (size_t i = 0; i < n_texts; i++) {
        cell_add(&out->text, texts[i]);
        bki_text_add(&out->text, ",");
    }
    for (size_t i = 0; i < n_numbers; i++) {
        if (numbers[i] >= 0.0)
            bki_text_append(&out->text, number, bki_number_text(number, numbers[i]));
        bki_text_add(&out->text, ",");
    }
    cell_add(&out->text, source);
    bki_text_add(&out->text, ",");
    bki_text_add(&out->text, confidence);
    bki_text_add(&out->text, "\n");
    out->rows++;
}

bk_status
bki_import_end(bki_import_output *out)
{
    bki_import *import = out->import;
    const char *path = bki_path_join(import->arena, import->request->folder, out->name);

    BK_TRY(bk_arena_ok(import->arena));
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(bk_file_write(import->ctx, path, out->text.bytes, out->text.length));
    import->files[import->report.n_files++] = (bk_import_file){path, out->rows};
    return BK_OK;
}

/* ---- the whole ------------------------------------------------------------------------------------------------ */

static bk_status
import_prepare(bki_import *import)
{
    const bk_import_request *request = import->request;

    import->csv = bki_csv_create(import->ctx, import->scratch);
    import->drop_names = bk_names_create(import->arena);
    BK_TRY(bk_arena_ok(import->scratch));
    BK_TRY(bk_arena_ok(import->arena));
    if (request->format == BK_IMPORT_XLSX) /* its folder is the study, which is there */
        return BK_OK;
    if (bk_import_is_network(
            request->format)) { /* the first that a study gets, mostly: its folder may have to be made */
        const char *end = strrchr(request->folder, '/');
        if (end != NULL && end > request->folder) {
            const char *study = bk_arena_text(import->scratch, request->folder, (size_t)(end - request->folder));
            BK_TRY(bk_arena_ok(import->scratch));
            BK_TRY(bki_folder_make(import->ctx, study));
        }
        return bki_folder_make(import->ctx, request->folder);
    }
    if (!isfinite(request->money_usd) || request->money_usd <= 0.0)
        return bk_fail(import->ctx, BK_ERR_VALUE, "the unit of money is %g USD, must be > 0", request->money_usd);
    const bk_status regions = bki_concordance_read(import->ctx, import->csv, request->regions, "country|zone|code|iso3",
                                                   "region", import->scratch, &import->regions);
    const bk_status sectors =
        request->format == BK_IMPORT_OMX
            ? BK_OK
            : bki_concordance_read(import->ctx, import->csv, request->sectors, "product|industry|code|hs", "sector",
                                   import->scratch, &import->sectors);
    BK_TRY(regions);
    BK_TRY(sectors);
    import->n_regions = bk_names_count(import->regions.targets);
    import->n_sectors = request->format == BK_IMPORT_OMX ? 1 : bk_names_count(import->sectors.targets);
    return bki_folder_make(import->ctx, request->folder);
}

/* The concordances' own names live in scratch; what the report shows of them was copied. */
static bk_status
report_finish(bki_import *import, bk_import_report *out)
{
    bk_import_file *files = BK_NEW(import->arena, bk_import_file, import->report.n_files);
    const char    **notes = BK_NEW(import->arena, const char *, import->report.n_notes);

    BK_TRY(bk_arena_ok(import->arena));
    memcpy(files, import->files, import->report.n_files * sizeof *files);
    memcpy(notes, import->notes, import->report.n_notes * sizeof *notes);
    import->report.n_drops = bk_names_count(import->drop_names);
    if (import->report.n_drops > 0)
        qsort(import->drops, import->report.n_drops, sizeof *import->drops, larger_first);
    import->report.drops = import->drops;
    import->report.files = files;
    import->report.notes = notes;
    *out = import->report;
    return BK_OK;
}

bk_status
bk_import(bk_context *ctx, const bk_import_request *request, bk_arena *arena, bk_import_report *out)
{
    static bk_status (*const formats[BK_IMPORT_COUNT])(bki_import *) = {
        [BK_IMPORT_BACI] = bki_import_baci, [BK_IMPORT_ICIO] = bki_import_icio, [BK_IMPORT_MRIO] = bki_import_mrio,
        [BK_IMPORT_WITS] = bki_import_wits, [BK_IMPORT_GMNS] = bki_import_gmns, [BK_IMPORT_TNTP] = bki_import_tntp,
        [BK_IMPORT_OMX] = bki_import_omx,   [BK_IMPORT_OSM] = bki_import_osm,   [BK_IMPORT_VECTOR] = bki_import_vector,
        [BK_IMPORT_XLSX] = bki_import_xlsx,
    };
    bk_arena   scratch;
    bki_import import = {.ctx = ctx, .arena = arena, .scratch = &scratch, .request = request};

    if (request->format >= BK_IMPORT_COUNT)
        return bk_fail(ctx, BK_ERR_USAGE, "format %d is not known", (int)request->format);
    bk_arena_init(&scratch, ctx);
    bk_status status = import_prepare(&import);
    if (status == BK_OK)
        status = formats[request->format](&import);
    if (import.csv != NULL)
        bki_csv_close(import.csv);
    if (status == BK_OK)
        status = report_finish(&import, out);
    bk_arena_release(&scratch);
    return status;
}
