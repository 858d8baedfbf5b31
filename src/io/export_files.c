/* Files that GDAL writes by name, some of them several for one table: made in a folder beside the target that nobody
 * looks at, flushed, then moved where they belong. */
#include "io/export.h"
#include "io/file.h"
#include "io/folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const drivers[BK_EXPORT_COUNT] = {
    [BK_EXPORT_FLATGEOBUF] = "FlatGeobuf", [BK_EXPORT_SHAPEFILE] = "ESRI Shapefile", [BK_EXPORT_PARQUET] = "Parquet"};

/* Files of an old Shapefile that would be taken for the new one's. */
static const char *const kept_beside[] = {".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx"};

static bool
flush(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);

    if (file < 0)
        return false;
    const bool is_flushed = fsync(file) == 0;
    close(file);
    return is_flushed;
}

/* Every file of the folder into that of the target; the target itself last, so that it is never there without. */
static bk_status
files_move(bki_export *export, const char *folder, const char *path)
{
    const char        *to = bki_path_folder(export->scratch, path), *last = strrchr(path, '/');
    const char *const *names = NULL;
    size_t             n = 0;

    last = last ? last + 1 : path;
    BK_TRY(bki_folder_list(export->ctx, folder, export->scratch, &n, &names));
    for (int is_last = 0; is_last <= 1; is_last++)
        for (size_t f = 0; f < n; f++) {
            const char *from = bki_path_join(export->scratch, folder, names[f]);
            const char *target = bki_path_join(export->scratch, to, names[f]);
            BK_TRY(bk_arena_ok(export->scratch));
            if ((strcmp(names[f], last) == 0) != is_last)
                continue;
            if (!flush(from) || rename(from, target) != 0)
                return bki_file_fail(export->ctx, target, "written");
        }
    return BK_OK;
}

static void
old_remove(bki_export *export, const char *path)
{
    const size_t stem = strlen(path) - strlen(bk_export_ending(BK_EXPORT_SHAPEFILE));

    for (size_t k = 0; k < sizeof kept_beside / sizeof *kept_beside; k++) {
        const char *old = bk_arena_format(export->scratch, "%.*s%s", (int)stem, path, kept_beside[k]);
        if (old)
            unlink(old);
    }
}

/* FlatGeobuf is sorted by place. */
static bk_status
places_needed(bki_export *export, const bk_table *table)
{
    size_t n_without = 0;

    if (table->geometry == BK_GEOMETRY_NONE)
        return bk_fail_hint(export->ctx, BK_ERR_USAGE, "CSV, XLSX and PostGIS hold it",
                            "FlatGeobuf is for maps, and table %s has no places", table->name);
    for (size_t row = 0; row < table->n_rows; row++)
        n_without += table->first_point[row] == table->first_point[row + 1];
    if (n_without == 0)
        return BK_OK;
    return bki_export_note(
        export, bk_arena_format(export->arena, "%s: %zu rows without a place are left out", table->name, n_without));
}

bk_status
bki_export_by_gdal(bki_export *export, const bk_table *table, const char *path, const char **written)
{
    const bk_export_format  format = export->request->format;
    const bki_vector_field *fields = NULL;
    const char             *slash = strrchr(path, '/');
    const int               stem = (int)(strlen(path) - strlen(bk_export_ending(format)));

    if (format == BK_EXPORT_FLATGEOBUF)
        BK_TRY(places_needed(export, table));
    *written = path; /* attributes alone are a .dbf, without the .shp */
    if (format == BK_EXPORT_SHAPEFILE && table->geometry == BK_GEOMETRY_NONE)
        *written = bk_arena_format(export->arena, "%.*s.dbf", stem, path);
    BK_TRY(bk_arena_ok(export->arena));
    if (format == BK_EXPORT_SHAPEFILE)
        BK_TRY(bki_shapefile_fields(export, table, &fields));
    char *folder = bk_arena_format(export->scratch, "%.*s.buckle-XXXXXX", slash ? (int)(slash + 1 - path) : 0, path);
    BK_TRY(bk_arena_ok(export->scratch));
    if (!mkdtemp(folder))
        return bki_file_fail(export->ctx, path, "written");
    const char *inside = bki_path_join(export->scratch, folder, slash ? slash + 1 : path);
    bk_status   status = bk_arena_ok(export->scratch);
    if (status == BK_OK)
        status = bki_vector_write_file(export->ctx, table, fields, drivers[format], inside, path);
    if (status == BK_OK && format == BK_EXPORT_SHAPEFILE)
        old_remove(export, path);
    if (status == BK_OK)
        status = files_move(export, folder, *written);
    bki_folder_remove(folder);
    return status;
}
