/* A calibrated study as a folder of its own: the old files, with the cells that moved and why. */
#include "study/calibrate.h"
#include "io/file.h"
#include "io/folder.h"
#include "io/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct writer {
    bk_context           *ctx;
    const bk_model       *before, *after;
    const bk_calibration *result;
    const uint32_t       *change_of; /* [n_borders] into result->changes, or BK_NONE */
    bki_diff             *diff;
    bk_arena             *arena;
    const char          **files; /* [capacity] that differ */
    size_t                n_files, capacity;
} writer;

static const char fitted[] = "fitted to observed/observation.csv by calibrate";

/* ---- rows -------------------------------------------------------------------------------------------------------- */

/* "fitted ...; was 220: what its source said". */
static void
set_source(writer *w, bki_patch *patch, const char *why, double was)
{
    const char *old = bki_patch_cell(patch, "source");

    bki_patch_set(patch, "source",
                  bk_arena_format(w->arena, "%s; was %.6g%s%s", why, was, old && old[0] ? ": " : "", old ? old : ""));
    bki_patch_set(patch, "confidence", "estimate");
}

static bk_status
constant_row(void *state, bki_patch *patch, size_t row)
{
    writer            *w = state;
    const bk_constant *old = &w->before->network.constants[row], *new = &w->after->network.constants[row];

    if (new->usd_per_tonne != old->usd_per_tonne) {
        bki_patch_set_number(patch, "usd_per_tonne", new->usd_per_tonne);
        set_source(w, patch, fitted, old->usd_per_tonne);
    }
    return bk_arena_ok(w->arena);
}

static bk_status
link_row(void *state, bki_patch *patch, size_t row)
{
    writer      *w = state;
    const double old = w->before->network.links[row].background, new = w->after->network.links[row].background;

    if (new != old) {
        bki_patch_set_number(patch, "background_tonnes_year", new);
        set_source(w, patch, fitted, old);
    }
    return bk_arena_ok(w->arena);
}

static bk_status
mode_row(void *state, bki_patch *patch, size_t row)
{
    writer                *w = state;
    const bk_network_data *network = &w->before->network;
    const char            *mode = bki_patch_cell(patch, "mode"), *sector = bki_patch_cell(patch, "sector");
    const uint32_t         j = sector ? bk_model_find_sector(w->before, sector) : BK_NONE;

    (void)row;
    for (size_t m = 0; mode != NULL && j != BK_NONE && m < network->n_modes; m++) {
        const size_t at = m * w->before->economy.n_sectors + j;
        const double old = network->products[at].constant_usd_per_tonne;
        const double new = w->after->network.products[at].constant_usd_per_tonne;
        if (strcmp(network->modes[m], mode) != 0 || new == old)
            continue;
        bki_patch_set_number(patch, "constant_usd_per_tonne", new);
        set_source(w, patch, fitted, old);
    }
    return bk_arena_ok(w->arena);
}

static bk_status
border_row(void *state, bki_patch *patch, size_t row)
{
    writer *w = state;
    const bk_border *new = &w->after->network.borders[row];
    const bk_dwell_change *change = w->change_of[row] == BK_NONE ? NULL : &w->result->changes[w->change_of[row]];
    char                   first[32], last[32];

    if (change == NULL || !change->used)
        return BK_OK;
    bki_patch_set_number(patch, "mean_hours",
                         (1.0 - new->inspected_share) * new->control_hours +
                             new->inspected_share *new->inspection_hours);
    bki_patch_set_number(patch, "control_hours", new->control_hours);
    bki_patch_set_number(patch, "inspection_hours", new->inspection_hours);
    bki_patch_set_number(patch, "hours_sd", new->hours_sd);
    bk_time_text(change->dwell->first, 0, first);
    bk_time_text(change->dwell->last, 0, last);
    bki_patch_set(patch, "source",
                  bk_arena_format(w->arena,
                                  "%zu stays logged %.10s to %.10s, mean %.4g h (95 %%: %.4g to %.4g), less a queue of "
                                  "%.4g h",
                                  change->dwell->n, first, last, change->dwell->mean, change->dwell->mean_low,
                                  change->dwell->mean_high, change->queue_hours));
    bki_patch_set(patch, "confidence", "derived");
    return bk_arena_ok(w->arena);
}

/* ---- settings ---------------------------------------------------------------------------------------------------- */

/* The line of `key` (indented) in a YAML text, or NULL. */
static const char *
find_key(const char *text, const char *key)
{
    const size_t length = strlen(key);

    for (const char *line = text; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *at = line + strspn(line, " ");
        if (at != line && strncmp(at, key, length) == 0 && at[length] == ':')
            return line;
    }
    return NULL;
}

static int
line_number(const char *text, const char *at)
{
    int n = 1;

    for (; text < at; text++)
        n += *text == '\n';
    return n;
}

/* study.yaml with another route_noise, its comment kept. */
static bk_status
write_settings(writer *w, const char *from, const char *to)
{
    const char *bytes = NULL;
    size_t      n = 0;
    bki_text    out = {.arena = w->arena}, line = {.arena = w->arena};

    BK_TRY(bk_file_read(w->ctx, from, w->arena, &bytes, &n));
    const char *at = find_key(bytes, "route_noise"), *under = strstr(bytes, "transport:\n");
    if (at == NULL && under == NULL)
        return bk_fail_at(w->ctx, BK_ERR_SCHEMA, from, 0, 0, "write transport: with route_noise: under it, indented",
                          "the fitted route noise has no place in it");
    const char  *start = at ? at : under + strlen("transport:\n");
    const size_t old = at ? strcspn(at, "\n") : 0, value = at ? strcspn(at, "#\n") : 0;
    const int    indent = at ? (int)strspn(at, " ") : 2;
    bki_text_format(&line, "%*sroute_noise: %.6g", indent, "", w->after->transport.route_noise);
    if (at && value < old)
        bki_text_format(&line, "      %.*s", (int)(old - value), at + value);
    bki_text_add(&line, "\n");
    bki_text_append(&out, bytes, (size_t)(start - bytes));
    bki_text_add(&out, line.bytes ? line.bytes : "");
    const char *rest = start + old + (at && start[old] == '\n');
    bki_text_append(&out, rest, n - (size_t)(rest - bytes));
    const char *was = at ? bk_arena_format(w->arena, "%.*s\n", (int)old, at) : "";
    BK_TRY(bk_arena_ok(w->arena));
    bki_diff_line(w->diff, "study.yaml", line_number(bytes, start), was, line.bytes);
    return bk_file_write(w->ctx, to, out.bytes, out.length);
}

/* ---- the folder -------------------------------------------------------------------------------------------------- */

static bki_patch_row
patch_for(const char *name)
{
    static const struct {
        const char   *name;
        bki_patch_row row;
    } patches[] = {{"network/constant.csv", constant_row},
                   {"network/link.csv", link_row},
                   {"network/mode.csv", mode_row},
                   {"network/border.csv", border_row}};

    for (size_t p = 0; p < sizeof patches / sizeof *patches; p++)
        if (strcmp(patches[p].name, name) == 0)
            return patches[p].row;
    return NULL;
}

static bk_status
note_file(writer *w, const char *name)
{
    if (w->n_files == w->capacity)
        return bk_fail(w->ctx, BK_ERR_USAGE, "more files change than can");
    w->files[w->n_files++] = name;
    return BK_OK;
}

static bk_status
write_file(writer *w, const char *name, const char *from, const char *to)
{
    const bki_patch_row row = patch_for(name);
    size_t              n_changed = 0;

    if (row != NULL) {
        BK_TRY(bki_patch_file(w->ctx, from, to, name, row, w, w->diff, w->arena, &n_changed));
        return n_changed > 0 ? note_file(w, name) : BK_OK;
    }
    if (strcmp(name, "study.yaml") == 0 && w->after->transport.route_noise != w->before->transport.route_noise) {
        BK_TRY(write_settings(w, from, to));
        return note_file(w, name);
    }
    bk_arena    scratch;
    const char *bytes = NULL;
    size_t      n = 0;
    bk_arena_init(&scratch, w->ctx);
    bk_status status = bk_file_read(w->ctx, from, &scratch, &bytes, &n);
    if (status == BK_OK)
        status = bk_file_write(w->ctx, to, bytes, n);
    bk_arena_release(&scratch);
    return status;
}

/* `name` of the part below the study's folder, "" for the folder itself. */
static bk_status
write_folder(writer *w, const char *name, const char *from, const char *to)
{
    size_t             n = 0;
    const char *const *entries;

    BK_TRY(bki_folder_list(w->ctx, from, w->arena, &n, &entries));
    BK_TRY(bki_folder_make(w->ctx, to));
    for (size_t e = 0; e < n; e++) {
        const char *below = name[0] ? bk_arena_format(w->arena, "%s/%s", name, entries[e]) : entries[e];
        const char *a = bki_path_join(w->arena, from, entries[e]), *b = bki_path_join(w->arena, to, entries[e]);
        BK_TRY(bk_arena_ok(w->arena));
        if (entries[e][0] == '.') /* version control and the like belong to the old folder */
            continue;
        BK_TRY(bki_is_folder(a) ? write_folder(w, below, a, b) : write_file(w, below, a, b));
    }
    return BK_OK;
}

/* A new study inside the old one would be copied into itself. */
static bk_status
check_target(bk_context *ctx, const char *from, const char *to)
{
    const size_t length = strlen(from);

    if (bki_exists(to))
        return bk_fail_at(ctx, BK_ERR_FILE, to, 0, 0, "name a folder that does not exist; nothing is overwritten",
                          "there is something of this name already");
    if (strncmp(from, to, length) == 0 && (to[length] == '/' || (length > 0 && from[length - 1] == '/')))
        return bk_fail_at(ctx, BK_ERR_FILE, to, 0, 0, "name a folder beside the study",
                          "the new study would stand inside the old one");
    return BK_OK;
}

static bk_status
write_made(writer *w, const char *from, const char *made, const char *to, const char *diff_path)
{
    size_t length = 0;
    char   reason[BKI_REASON];

    BK_TRY(write_folder(w, "", from, made));
    const char *text = bki_diff_text(w->diff, &length);
    if (text == NULL)
        return bk_arena_ok(w->arena);
    BK_TRY(bk_file_write(w->ctx, diff_path, text, length));
    if (rename(made, to) != 0)
        return bk_fail_at(w->ctx, BK_ERR_FILE, to, 0, 0, NULL, "%s cannot be renamed to it: %s", made,
                          bki_system_reason(errno, reason));
    return BK_OK;
}

/* Whole or not at all. */
static bk_status
write_all(writer *w, const char *from, const char *to, const char *diff_path)
{
    const char *made = NULL;

    BK_TRY(bki_folder_make_beside(w->ctx, to, w->arena, &made));
    const bk_status status = write_made(w, from, made, to, diff_path);
    if (status != BK_OK) {
        bki_folder_remove(made);
        unlink(diff_path);
    }
    return status;
}

bk_status
bki_calibrate_write(bk_context *ctx, const bk_model *before, const bk_model *after, const bk_calibration *result,
                    const char *from, const char *to, bk_arena *arena, size_t *n_files, const char *const **files,
                    const char **diff)
{
    const size_t n_borders = before->network.n_borders;
    uint32_t    *change_of = BK_NEW(arena, uint32_t, n_borders + 1);
    writer       w = {.ctx = ctx,
                      .before = before,
                      .after = after,
                      .result = result,
                      .change_of = change_of,
                      .diff = bki_diff_create(arena),
                      .arena = arena,
                      .capacity = 8,
                      .files = BK_NEW(arena, const char *, 8)};

    *diff = bk_arena_format(arena, "%s.diff", to);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(check_target(ctx, from, to));
    for (size_t b = 0; b < n_borders; b++)
        change_of[b] = BK_NONE;
    for (size_t c = 0; c < result->n_changes; c++)
        change_of[result->changes[c].dwell->border] = (uint32_t)c;
    BK_TRY(write_all(&w, from, to, *diff));
    *files = w.files;
    *n_files = w.n_files;
    return BK_OK;
}
