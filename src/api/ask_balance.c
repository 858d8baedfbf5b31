/* A consistent base year from partial facts, and which of them gave way. */
#include "api/api.h"

static const char *
name_of(const char *const *names, uint32_t index)
{
    return index == BK_NONE ? NULL : names[index];
}

static bk_status
record_changes(bki_asked *asked, const bk_balance_run *run, buckle_result *result)
{
    static const bki_column columns[] = {
        {"step", "", "in which it gave way", BK_COLUMN_TEXT},
        {"quantity", "", "what gave way", BK_COLUMN_TEXT},
        {"region", "", "of trade: the importer", BK_COLUMN_TEXT},
        {"partner", "", "of trade: the exporter", BK_COLUMN_TEXT},
        {"sector", "", "empty: all", BK_COLUMN_TEXT},
        {"before", "", "as the facts have it, in the study's money, or a share", BK_COLUMN_NUMBER},
        {"after", "", "as it is now, likewise", BK_COLUMN_NUMBER},
        {"reason", "", "a sentence", BK_COLUMN_TEXT},
    };
    bki_table *table =
        BKI_TABLE(result, "changes", "Facts that gave way", columns, run->result.n_changes, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t c = 0; c < run->result.n_changes; c++) {
        const bk_balance_change *change = &run->result.changes[c];
        bki_put_text(table, bk_balance_step_name(change->step));
        bki_put_text(table, change->quantity);
        bki_put_text(table, name_of(run->regions, change->region));
        bki_put_text(table, name_of(run->regions, change->partner));
        bki_put_text(table, name_of(run->sectors, change->sector));
        bki_put_number(table, change->before);
        bki_put_number(table, change->after);
        bki_put_text(table, change->reason);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_ask_balance(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    const char              *folder = bki_asked_needed(asked, "study", "a folder with study.yaml");
    const bk_balance_request request = {.out = bki_asked_text(asked, "out"),
                                        .changes = bki_asked_text(asked, "changes"),
                                        .replace = bki_asked_flag(asked, "replace")};
    bk_balance_run          *run = BK_NEW(asked->arena, bk_balance_run, 1);

    (void)handle;
    BK_TRY(bki_asked_end(asked));
    BK_TRY(bk_study_balance(asked->ctx, folder, &request, asked->arena, run));
    BK_TRY(record_changes(asked, run, result));
    BK_TRY(bki_record_files(asked, result, run->n_files, run->files));
    result->converged = run->result.products.outcome == BK_CONVERGED || run->result.products.rounds == 0;
    result->residual = run->result.residual;
    const bki_item items[] = {
        {"from_facts", "", run->from_facts},
        {"products_rounds", "", run->result.products.rounds},
        {"products_residual", "", run->result.products.residual},
        {"residual", "of world value added", run->result.residual},
        {"income_residual", "of world value added", run->result.income_residual},
    };
    return bki_record_summary(asked, result, sizeof items / sizeof *items, items);
}
