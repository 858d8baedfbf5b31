/* buckle balance: a consistent base year from partial facts. */
#include "cli/cli.h"

#include <math.h>

typedef struct step_sum { /* of the changes of one step */
    size_t                   n;
    const bk_balance_change *largest;
    double                   move; /* of the largest, relative */
} step_sum;

static double
relative_move(const bk_balance_change *change)
{
    const double size = fmax(fabs(change->before), fabs(change->after));

    return size > 0.0 ? fabs(change->after - change->before) / size : 0.0;
}

static void
steps_sum(const bk_balance *result, step_sum sums[BK_BALANCE_STEP_COUNT])
{
    for (size_t c = 0; c < result->n_changes; c++) {
        const bk_balance_change *change = &result->changes[c];
        step_sum                *sum = &sums[change->step];
        sum->n++;
        if (sum->largest == NULL || relative_move(change) > sum->move) {
            sum->largest = change;
            sum->move = relative_move(change);
        }
    }
}

static const char *
change_place(bk_arena *arena, const bk_balance_run *run, const bk_balance_change *change)
{
    const char *sector = change->sector == BK_NONE ? "" : run->sectors[change->sector];
    const char *region = change->region == BK_NONE ? "" : run->regions[change->region];
    const char *partner =
        change->partner == BK_NONE || change->partner == change->region ? "" : run->regions[change->partner];

    return bk_arena_format(arena, "%s%s%s%s%s", sector, sector[0] != '\0' ? " " : "", region,
                           partner[0] != '\0' ? " from " : "", partner);
}

static void
print_changes(bki_session *session, const bk_balance_run *run)
{
    static const bool right[] = {false, true, false, false, true, true};
    step_sum          sums[BK_BALANCE_STEP_COUNT] = {0};
    bki_grid          grid;

    steps_sum(&run->result, sums);
    bki_grid_start(&grid, &session->arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, ((const char *const[]){"step", "changes", "largest", "", "before", "after"})[c]);
    for (size_t s = 0; s < BK_BALANCE_STEP_COUNT; s++) {
        const bk_balance_change *largest = sums[s].largest;
        if (largest == NULL)
            continue;
        bki_grid_add(&grid, bk_balance_step_name((bk_balance_step)s));
        bki_grid_add(&grid, bk_arena_format(&session->arena, "%zu", sums[s].n));
        bki_grid_add(&grid, largest->quantity);
        bki_grid_add(&grid, change_place(&session->arena, run, largest));
        bki_grid_add(&grid, bk_arena_format(&session->arena, "%.6g", largest->before));
        bki_grid_add(&grid, bk_arena_format(&session->arena, "%.6g", largest->after));
    }
    bki_grid_print(&grid);
}

static void
print_text(bki_session *session, const bk_balance_run *run)
{
    const bk_balance *result = &run->result;

    printf("%s: %zu regions, %zu sectors\n\n",
           run->from_facts ? "A base year from the facts in balance/" : "The economy as it stands, corrected",
           result->n_regions, result->n_sectors);
    if (result->n_changes > 0)
        print_changes(session, run);
    else
        printf("nothing had to give way\n");
    if (result->products.rounds > 0)
        printf("\nsplit by product: %s after %d rounds, residual %.1e\n", bk_outcome_name(result->products.outcome),
               result->products.rounds, result->products.residual);
    printf("%sbase year: residual %.1e of world value added, incomes %.1e\n", result->products.rounds > 0 ? "" : "\n",
           result->residual, result->income_residual);
    for (size_t f = 0; f < run->n_files; f++)
        printf("wrote %s\n", run->files[f]);
}

static void
json_change(bk_json *json, const bk_balance_run *run, const bk_balance_change *change)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "step", bk_balance_step_name(change->step));
    bk_json_text(json, "quantity", change->quantity);
    bk_json_text(json, "region", change->region == BK_NONE ? NULL : run->regions[change->region]);
    bk_json_text(json, "partner", change->partner == BK_NONE ? NULL : run->regions[change->partner]);
    bk_json_text(json, "sector", change->sector == BK_NONE ? NULL : run->sectors[change->sector]);
    bk_json_number(json, "before", change->before);
    bk_json_number(json, "after", change->after);
    bk_json_text(json, "reason", change->reason);
    bk_json_end(json);
}

static bki_exit
print_json(bki_session *session, const bk_balance_run *run)
{
    const bk_balance *result = &run->result;
    bk_json          *json = bk_json_create(&session->arena);

    if (!json)
        return bki_report_errors(session, bk_fail_no_memory(session->ctx));
    bk_json_object(json, NULL);
    bk_json_flag(json, "from_facts", run->from_facts);
    bk_json_text(json, "products_outcome",
                 result->products.rounds > 0 ? bk_outcome_name(result->products.outcome) : NULL);
    bk_json_integer(json, "products_rounds", result->products.rounds);
    bk_json_number(json, "products_residual", result->products.residual);
    bk_json_number(json, "residual", result->residual);
    bk_json_number(json, "income_residual", result->income_residual);
    bk_json_array(json, "changes");
    for (size_t c = 0; c < result->n_changes; c++)
        json_change(json, run, &result->changes[c]);
    bk_json_end(json);
    bki_json_texts(json, "files", run->files, run->n_files);
    bk_json_end(json);
    return bki_json_print(json);
}

static bki_exit
run(bki_session *session)
{
    const bk_balance_request request = {.out = bki_option_text(session, "out"),
                                        .changes = bki_option_text(session, "changes"),
                                        .replace = bki_option_given(session, "replace")};
    bk_balance_run           balanced;
    const bk_status status = bk_study_balance(session->ctx, session->operand, &request, &session->arena, &balanced);

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    if (session->json)
        return print_json(session, &balanced);
    print_text(session, &balanced);
    return BKI_EXIT_DONE;
}

static const bki_option options[] = {
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .argument = "FOLDER",
     .meaning = "where the economy's tables go; by default STUDY/economy"},
    {.name = "changes",
     .kind = BKI_OPTION_TEXT,
     .argument = "FILE.csv",
     .meaning = "where every fact that gave way is listed; by default STUDY/balance/changes.csv"},
    {.name = "replace", .kind = BKI_OPTION_FLAG, .meaning = "write over tables that are there already"},
};

const bki_verb bki_verb_balance = {
    .name = "balance",
    .operand = "STUDY",
    .summary = "A consistent base year from partial facts",
    .detail = "Takes the facts in STUDY/balance: value added, trade between pairs, compositions, accounts, a "
              "technology. Splits trade\n"
              "by product (three-way proportional fitting), makes output, own sales, uses and input tables that add "
              "up, and lists what\n"
              "had to give way. Without facts it corrects the economy as it stands so that markets clear.\n"
              "docs/how-to/build-a-base-year.md describes the tables and the steps.",
    .example = "buckle balance my-study --out /tmp/economy",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .run = run,
};
