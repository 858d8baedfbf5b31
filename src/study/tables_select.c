/* The table of select-link: whose trade uses what a run was asked to look at. */
#include "study/corridor.h"
#include "study/select.h"
#include "study/table.h"

#include <string.h>

bk_status
bki_select_find(bki_run *run)
{
    size_t n_all = 0;

    run->run->n_selected = 0;
    if (run->settings->n_selects == 0)
        return BK_OK;
    const bk_graph *graph = bk_joint_graph(run->run->base);
    uint32_t       *all = BK_NEW(run->arena, uint32_t, graph ? graph->n_facilities + 1 : 1);
    BK_TRY(bk_arena_ok(run->arena));
    for (size_t s = 0; s < run->settings->n_selects; s++) {
        const uint32_t *found = NULL;
        size_t          n = 0;
        BK_TRY(bk_study_facilities(run->ctx, run->run->base, run->study->model, run->settings->selects[s], run->arena,
                                   &n, &found));
        for (size_t f = 0; f < n; f++) {
            size_t seen = 0;
            while (seen < n_all && all[seen] != found[f])
                seen++;
            if (seen == n_all)
                all[n_all++] = found[f];
        }
    }
    run->selected = all;
    run->run->n_selected = n_all;
    return BK_OK;
}

bk_status
bki_select_state(bki_run *run, const bk_model *model, const bk_joint_solution *solution, const bk_selection **out)
{
    if (run->run->n_selected == 0)
        return BK_OK;
    return bk_study_select(run->ctx, run->base, model, solution, run->run->n_selected, run->selected, run->arena, out);
}

static const bki_column select_columns[] = {
    {"scenario", "", "scenario, or base", BK_COLUMN_TEXT},
    {"kind", "", "link, transfer or border", BK_COLUMN_TEXT},
    {"facility", "", "link; or place, modes and countries", BK_COLUMN_TEXT},
    {"origin", "", "region that exports; empty: background traffic", BK_COLUMN_TEXT},
    {"destination", "", "region that imports", BK_COLUMN_TEXT},
    {"sector", "", "sector", BK_COLUMN_TEXT},
    {"corridor", "", "corridor of network/corridor.csv, or other", BK_COLUMN_TEXT},
    {"tonnes", "t/yr", "over it, both directions; the rows of a facility add up to its flow", BK_COLUMN_NUMBER},
};

static const bk_selection *
selections_of(const bki_run *run, size_t which)
{
    return which == 0 ? run->run->base_selections : run->scenarios[which - 1].selections;
}

static void
put_flow(const bki_run *run, bki_table *table, size_t which, const bk_selection *selection, const bk_selected *flow)
{
    const bk_model   *model = run->study->model;
    const bk_economy *economy = &model->economy;

    bki_put_text(table, bki_state_name(run->run, which));
    bki_put_text(table, selection->kind);
    bki_put_text(table, selection->id);
    bki_put_text(table, flow ? economy->regions[flow->exporter].id : NULL);
    bki_put_text(table, flow ? economy->regions[flow->importer].id : NULL);
    bki_put_text(table, flow ? economy->sectors[flow->sector].id : NULL);
    bki_put_text(table, flow ? bk_corridor_id(model, flow->corridor) : NULL);
    bki_put_number(table, flow ? flow->tonnes : selection->background);
    bki_end_row(table);
}

bk_status
bki_record_selections(bki_run *run)
{
    size_t n_rows = 1;

    if (run->run->n_selected == 0)
        return BK_OK;
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t f = 0; selections_of(run, which) && f < run->run->n_selected; f++)
            n_rows += 1 + selections_of(run, which)[f].n_flows;
    bki_table *table = bki_table_create(run->arena, "select_link", "Whose trade uses what was selected", select_columns,
                                        sizeof select_columns / sizeof *select_columns, n_rows, BK_GEOMETRY_NONE);
    BK_TRY(bk_arena_ok(run->arena));
    for (size_t which = 0; which <= run->run->n_scenarios; which++)
        for (size_t f = 0; selections_of(run, which) && f < run->run->n_selected; f++) {
            const bk_selection *selection = &selections_of(run, which)[f];
            for (size_t i = 0; i < selection->n_flows; i++)
                put_flow(run, table, which, selection, &selection->flows[i]);
            if (selection->background > 0.0)
                put_flow(run, table, which, selection, NULL);
        }
    return bki_table_append(run->ctx, &run->run->results, table);
}
