/* Base years from facts, and downloads to facts. */
#include "study/balance.h"
#include "io/columns.h"
#include "io/folder.h"
#include "io/yaml.h"

#include <math.h>
#include <string.h>

#define MOST_FILES 12

static bk_status
run_fill(const bki_facts *f, bk_arena *arena, bk_balance_run *out)
{
    const char **regions = BK_NEW(arena, const char *, f->n_regions),
               **sectors = BK_NEW(arena, const char *, f->n_sectors);

    BK_TRY(bk_arena_ok(arena));
    memcpy(regions, f->region_names, f->n_regions * sizeof *regions);
    memcpy(sectors, f->sector_names, f->n_sectors * sizeof *sectors);
    out->regions = regions;
    out->sectors = sectors;
    return BK_OK;
}

static bk_status
from_facts(bki_facts *f, bk_balance *result)
{
    bk_balance_facts arranged;

    BK_TRY(bki_facts_read(f));
    BK_TRY(bki_facts_arrange(f, &arranged));
    return bk_balance_build(f->ctx, &arranged, f->arena, result);
}

static bk_status
from_economy(bki_facts *f, bk_balance *result)
{
    const bk_model *model;

    BK_TRY(bk_study_read(f->ctx, f->folder, f->arena, &model));
    if (!model->has_economy)
        return bk_fail_hint(f->ctx, BK_ERR_INCONSISTENT, "give facts in its balance folder",
                            "%s has neither facts nor an economy", f->folder);
    BK_TRY(bki_facts_read_places(f, true));
    return bk_balance_clear(f->ctx, &model->economy, f->arena, result);
}

bk_status
bk_study_balance(bk_context *ctx, const char *folder, const bk_balance_request *request, bk_arena *arena,
                 bk_balance_run *out)
{
    bki_facts    facts = {.ctx = ctx, .arena = arena, .folder = folder};
    const char **files = BK_NEW(arena, const char *, MOST_FILES);

    *out = (bk_balance_run){.from_facts = bki_facts_exist(arena, folder), .files = files};
    BK_TRY(bk_arena_ok(arena));
    if (!bki_is_folder(folder))
        return bk_fail_at(ctx, BK_ERR_FILE, folder, 0, 0, NULL, "no such folder");
    BK_TRY(out->from_facts ? from_facts(&facts, &out->result) : from_economy(&facts, &out->result));
    BK_TRY(run_fill(&facts, arena, out));
    return bki_balance_write(&facts, &out->result, request, files, &out->n_files);
}

/* ---- imports ---------------------------------------------------------------------------------------------------- */

/* "1e6 USD", as study.yaml has it; 1 without the key. */
static bk_status
money_parse(bk_context *ctx, const bki_yaml *node, const char *path, double *out)
{
    const char    *text = node->kind == BKI_YAML_SCALAR ? node->text : "";
    const size_t   number = strcspn(text, " ");
    const bki_span unit = bki_span_trim(text + number, strlen(text + number));

    if (bki_span_number((bki_span){text, number}, out) && *out > 0.0 && bki_span_is(unit, "USD"))
        return BK_OK;
    return bk_fail_at(ctx, BK_ERR_VALUE, path, node->line, node->column, "write a number > 0 and USD, such as 1e6 USD",
                      "money is '%s', which is no amount of US dollars", text);
}

static bk_status
money_read(bk_context *ctx, const char *folder, bk_arena *arena, double *out)
{
    const char     *path = bki_path_join(arena, folder, "study.yaml"), *bytes;
    const bki_yaml *root;
    size_t          n;

    *out = 1.0;
    BK_TRY(bk_arena_ok(arena));
    if (!bki_exists(path))
        return bk_fail_at(ctx, BK_ERR_FILE, path, 0, 0,
                          "a study is a folder with a study.yaml in it, which says its money", "no such file");
    BK_TRY(bk_file_read(ctx, path, arena, &bytes, &n));
    BK_TRY(bki_yaml_read(ctx, bytes, n, path, arena, &root));
    for (const bki_yaml *node = root->child; node != NULL; node = node->next)
        if (node->key != NULL && strcmp(node->key, "money") == 0)
            return money_parse(ctx, node, path, out);
    return BK_OK;
}

bk_status
bk_study_import(bk_context *ctx, const char *folder, const bk_import_request *request, bk_arena *arena,
                bk_import_report *out)
{
    bk_import_request whole = *request;
    const bool        is_network = bk_import_is_network(request->format);

    if (request->format != BK_IMPORT_OSM) /* a map may be the first that a study gets */
        BK_TRY(money_read(ctx, folder, arena, &whole.money_usd));
    if (request->format == BK_IMPORT_XLSX) /* whose tables lie in all folders of it */
        whole.folder = folder;
    else
        whole.folder = bki_path_join(arena, folder, is_network ? "network" : "balance");
    BK_TRY(bk_arena_ok(arena));
    return bk_import(ctx, &whole, arena, out);
}
