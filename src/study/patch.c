/* A CSV file with some cells changed: rows that are not touched keep every byte. */
#include "study/calibrate.h"
#include "io/csv.h"
#include "io/text.h"

#include <string.h>

struct bki_diff {
    bki_text    text;
    const char *name; /* of the file whose hunks come last */
};

struct bki_patch {
    bk_arena    *arena;
    char         separator;
    size_t       n_columns;
    const char **names; /* [n_columns] terminated */
    const char **cells; /* [n_columns] of the row in hand, terminated */
    bool         changed;
};

typedef struct lines { /* a file cut into lines */
    const char *bytes;
    size_t      n, n_lines;
    size_t     *first; /* [n_lines + 1] */
} lines;

/* ---- differences ------------------------------------------------------------------------------------------------- */

bki_diff *
bki_diff_create(bk_arena *arena)
{
    bki_diff *diff = BK_NEW(arena, bki_diff, 1);

    if (diff != NULL)
        diff->text.arena = arena;
    return diff;
}

/* Every line of `text` behind a sign; of a last one without an end patch(1) is told. */
static void
add_lines(bki_text *out, char sign, const char *text)
{
    for (size_t length; *text != '\0'; text += length + (text[length] == '\n')) {
        length = strcspn(text, "\n");
        bki_text_append(out, &sign, 1);
        bki_text_append(out, text, length);
        bki_text_add(out, text[length] == '\n' ? "\n" : "\n\\ No newline at end of file\n");
    }
}

static int
count_lines(const char *text)
{
    int n = *text != '\0';

    for (; (text = strchr(text, '\n')) != NULL && text[1] != '\0'; text++)
        n++;
    return n;
}

void
bki_diff_line(bki_diff *diff, const char *name, int line, const char *old, const char *new)
{
    if (diff->name == NULL || strcmp(diff->name, name) != 0)
        bki_text_format(&diff->text, "--- a/%s\n+++ b/%s\n", name, name);
    diff->name = name;
    bki_text_format(&diff->text, "@@ -%d,%d +%d,%d @@\n", line, count_lines(old), line, count_lines(new));
    add_lines(&diff->text, '-', old);
    add_lines(&diff->text, '+', new);
}

const char *
bki_diff_text(const bki_diff *diff, size_t *length)
{
    *length = diff->text.length;
    return diff->text.has_failed ? NULL : diff->text.length > 0 ? diff->text.bytes : "";
}

/* ---- rows -------------------------------------------------------------------------------------------------------- */

static size_t
column_of(const bki_patch *patch, const char *name)
{
    for (size_t c = 0; c < patch->n_columns; c++)
        if (strcmp(patch->names[c], name) == 0)
            return c;
    return SIZE_MAX;
}

const char *
bki_patch_cell(const bki_patch *patch, const char *column)
{
    const size_t c = column_of(patch, column);

    return c == SIZE_MAX ? NULL : patch->cells[c];
}

void
bki_patch_set(bki_patch *patch, const char *column, const char *text)
{
    const size_t c = column_of(patch, column);

    if (c == SIZE_MAX || text == NULL || strcmp(patch->cells[c], text) == 0)
        return;
    patch->cells[c] = text;
    patch->changed = true;
}

void
bki_patch_set_number(bki_patch *patch, const char *column, double number)
{
    char text[BKI_NUMBER_SIZE];

    bki_patch_set(patch, column, bk_arena_text(patch->arena, text, bki_number_text(text, number)));
}

static bk_status
take_cells(bki_patch *patch, const bki_csv_record *record, const char **cells)
{
    for (size_t c = 0; c < patch->n_columns; c++)
        cells[c] = bk_arena_text(patch->arena, record->fields[c].text, record->fields[c].length);
    return bk_arena_ok(patch->arena);
}

static void
add_cell(bki_text *out, const char *cell, char separator)
{
    const char special[] = {separator, '"', '\r', '\n', '\0'};

    if (cell[strcspn(cell, special)] == '\0')
        bki_text_add(out, cell);
    else
        bki_text_quoted(out, cell);
}

static const char *
row_text(const bki_patch *patch, bool has_return)
{
    bki_text out = {.arena = patch->arena};

    for (size_t c = 0; c < patch->n_columns; c++) {
        if (c > 0)
            bki_text_append(&out, &patch->separator, 1);
        add_cell(&out, patch->cells[c], patch->separator);
    }
    bki_text_add(&out, has_return ? "\r\n" : "\n");
    return out.has_failed ? NULL : out.bytes;
}

/* ---- the file ---------------------------------------------------------------------------------------------------- */

static bk_status
cut_lines(const char *bytes, size_t n, bk_arena *arena, lines *out)
{
    *out = (lines){.bytes = bytes, .n = n};
    for (size_t i = 0; i < n; i++)
        out->n_lines += bytes[i] == '\n' || i + 1 == n;
    out->first = BK_NEW(arena, size_t, out->n_lines + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0, line = 1; i < n && line <= out->n_lines; i++)
        if (bytes[i] == '\n' || i + 1 == n)
            out->first[line++] = i + 1;
    return BK_OK;
}

/* Lines from `line` (1-based) up to the one before `next`. */
static const char *
text_between(const lines *file, int line, int next, bk_arena *arena)
{
    const size_t first = file->first[line - 1], end = file->first[next - 1];

    return bk_arena_text(arena, file->bytes + first, end - first);
}

typedef struct patching {
    bki_patch   *patch;
    const lines *file;
    const char  *name;
    bki_diff    *diff;
    bki_text    *out;
    size_t       n_changed;
} patching;

/* The record between two lines, changed or as it was. */
static bk_status
put_record(patching *job, int line, int next)
{
    const char *old = text_between(job->file, line, next, job->patch->arena);

    BK_TRY(bk_arena_ok(job->patch->arena));
    if (!job->patch->changed) {
        bki_text_add(job->out, old);
        return BK_OK;
    }
    const size_t length = strlen(old);
    const char *new = row_text(job->patch, length > 1 && old[length - 2] == '\r');
    BK_TRY(bk_arena_ok(job->patch->arena));
    bki_text_add(job->out, new);
    bki_diff_line(job->diff, job->name, line, old, new);
    job->n_changed++;
    return BK_OK;
}

static bk_status
patch_rows(patching *job, bki_csv *csv, bki_patch_row row, void *state)
{
    bki_patch     *patch = job->patch;
    bki_csv_record record;
    int            line;

    BK_TRY(bki_csv_next(csv, &record));
    patch->n_columns = record.n_fields;
    patch->separator = bki_csv_has_semicolons(csv) ? ';' : ',';
    patch->names = BK_NEW(patch->arena, const char *, record.n_fields + 1);
    patch->cells = BK_NEW(patch->arena, const char *, record.n_fields + 1);
    BK_TRY(bk_arena_ok(patch->arena));
    BK_TRY(take_cells(patch, &record, patch->names));
    BK_TRY(bki_csv_next(csv, &record));
    bki_text_append(job->out, job->file->bytes, /* whatever stands before the first row */
                    record.n_fields > 0 ? job->file->first[record.line - 1] : job->file->n);
    for (size_t r = 0; record.n_fields > 0; r++) {
        patch->changed = false;
        line = record.line;
        BK_TRY(take_cells(patch, &record, patch->cells));
        BK_TRY(row(state, patch, r));
        BK_TRY(bki_csv_next(csv, &record));
        BK_TRY(put_record(job, line, record.n_fields > 0 ? record.line : (int)job->file->n_lines + 1));
    }
    return BK_OK;
}

bk_status
bki_patch_file(bk_context *ctx, const char *from, const char *to, const char *name, bki_patch_row row, void *state,
               bki_diff *diff, bk_arena *arena, size_t *n_changed)
{
    const char *bytes = NULL;
    size_t      n = 0;
    lines       file;
    bki_text    out = {.arena = arena};
    bki_patch   patch = {.arena = arena};
    bki_csv    *csv = bki_csv_create(ctx, arena);

    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bk_file_read(ctx, from, arena, &bytes, &n));
    BK_TRY(cut_lines(bytes, n, arena, &file));
    patching job = {.patch = &patch, .file = &file, .name = name, .diff = diff, .out = &out};
    bki_csv_open_bytes(csv, bytes, n, from);
    const bk_status status = patch_rows(&job, csv, row, state);
    bki_csv_close(csv);
    BK_TRY(status);
    BK_TRY(bk_arena_ok(arena));
    *n_changed = job.n_changed;
    return bk_file_write(ctx, to, out.length > 0 ? out.bytes : "", out.length);
}
