/* buckle run --first-order: every scenario from the adjoint of the base year, in place of equilibria. */
#include "cli/answer.h"

#include "buckle/margins.h"

#include <math.h>

static void
print_scenario(const bk_quick_run *run, size_t s, bk_arena *arena)
{
    static const bool        right[] = {false, true, true, true};
    static const char *const head[] = {"economy", "welfare %", "gain, USD/yr", "prices held %"};
    const bk_economy        *economy = &run->study->model->economy;
    bki_grid                 grid;

    printf("%s: %s\nFIRST ORDER, not an equilibrium\n\n", run->study->scenarios[s]->name,
           run->study->scenarios[s]->title);
    if (run->failure[s]) {
        printf("no answer: %s\n\n", run->failure[s]);
        return;
    }
    bki_grid_start(&grid, arena, 4, right);
    for (size_t c = 0; c < 4; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t n = 0; n < economy->n_regions; n++) {
        bki_grid_add(&grid, economy->regions[n].name);
        bki_grid_add(&grid, bki_show_signed(arena, run->answers[s].welfare_pct[n], 3));
        bki_grid_add(&grid, bk_arena_format(arena, "%.3g", run->answers[s].ev_usd[n]));
        bki_grid_add(&grid, bki_show_signed(arena, run->answers[s].held_pct[n], 3));
    }
    bki_grid_print(&grid);
    printf("\n");
}

static void
json_scenario(bk_json *json, const bk_quick_run *run, size_t s)
{
    const bk_economy *economy = &run->study->model->economy;

    for (size_t n = 0; !run->failure[s] && n < economy->n_regions; n++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "scenario", run->study->scenarios[s]->name);
        bk_json_text(json, "economy", economy->regions[n].id);
        bk_json_number(json, "welfare_pct", run->answers[s].welfare_pct[n]);
        bk_json_number(json, "ev", run->answers[s].ev_usd[n]);
        bk_json_number(json, "prices_held_pct", run->answers[s].held_pct[n]);
        bk_json_end(json);
    }
}

static bki_exit
print_json(bki_session *session, const bk_quick_run *run, double seconds)
{
    bk_json *json = bk_json_create(&session->arena);

    if (!json)
        return bki_json_print(NULL);
    bk_json_object(json, NULL);
    bk_json_flag(json, "first_order", true);
    bk_json_number(json, "seconds", seconds);
    bk_json_flag(json, "base_cached", run->base_cached);
    bk_json_text(json, "study", run->study->model->title);
    bk_json_text(json, "version", bk_version());
    bk_json_array(json, "economies");
    for (size_t s = 0; s < run->study->n_scenarios; s++)
        json_scenario(json, run, s);
    bk_json_end(json);
    bk_json_array(json, "failures");
    for (size_t s = 0; s < run->study->n_scenarios; s++)
        if (run->failure[s])
            bk_json_text(json, NULL,
                         bk_arena_format(&session->arena, "%s: %s", run->study->scenarios[s]->name, run->failure[s]));
    bk_json_end(json);
    return bki_json_finish(session, json);
}

static bk_status
solve(bki_session *session, bk_quick_run *out)
{
    const bk_study *study = NULL;
    bk_closure      closure;

    BK_TRY(bki_closure_chosen(session, &closure));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_ALL, &study));
    return bk_study_first_order(session->ctx, study, &closure, bki_option_cache(session), &session->arena, out);
}

bki_exit
bki_first_order_answer(bki_session *session)
{
    const double    start = bki_seconds();
    bk_quick_run    run;
    const bk_status status = solve(session, &run);
    bki_exit        code = BKI_EXIT_DONE;

    bki_progress_clear(&session->progress);
    if (status != BK_OK)
        return bki_report_errors(session, status);
    for (size_t s = 0; !session->json && s < run.study->n_scenarios; s++)
        print_scenario(&run, s, &session->arena);
    if (session->json)
        code = print_json(session, &run, bki_seconds() - start);
    for (size_t s = 0; s < run.study->n_scenarios && code == BKI_EXIT_DONE; s++)
        code = run.failure[s] ? BKI_EXIT_NOT_CONVERGED : BKI_EXIT_DONE;
    return code;
}
