/* buckle run: the main job.  What is written, and the choice of text or JSON. */
#include "cli/answer.h"

#include <string.h>

/* --out, or NAME-SCENARIO.gpkg for one scenario and NAME.gpkg for several, here. */
static const char *
out_path(bki_session *session, const bk_study *study)
{
    const char *given = bki_option_text(session, "out");

    if (given)
        return given;
    if (study->n_scenarios == 1)
        return bk_arena_format(&session->arena, "%s-%s.gpkg", study->name, study->scenarios[0]->name);
    return bk_arena_format(&session->arena, "%s.gpkg", study->name);
}

static bk_attribution
attribution(const char *text)
{
    if (!text)
        return BK_ATTRIBUTION_BY_SIZE;
    if (strcmp(text, "none") == 0)
        return BK_ATTRIBUTION_NONE;
    return strcmp(text, "alone") == 0 ? BK_ATTRIBUTION_ALONE : BK_ATTRIBUTION_SHAPLEY;
}

static bk_status
solve_and_write(bki_session *session, bki_answer *answer)
{
    bk_run_settings settings = bk_run_default_settings();
    const double    start = bki_seconds();

    BK_TRY(bki_closure_chosen(session, &settings.closure));
    BK_TRY(bki_session_open(session, BKI_OTHERWISE_ALL, &answer->study));
    settings.cache_folder = bki_option_cache(session);
    settings.joint.tolerance = bki_option_number(session, "tolerance", settings.joint.tolerance);
    settings.values = bki_option_given(session, "values");
    settings.joint.max_rounds = (int)bki_option_number(session, "rounds", settings.joint.max_rounds);
    settings.attribution = attribution(bki_option_text(session, "attribution"));
    const bki_value *selects = bki_option_value(session, "select");
    settings.n_selects = selects ? selects->n_texts : 0;
    settings.selects = selects ? selects->texts : NULL;
    settings.n_orders = (size_t)bki_option_number(session, "orders", (double)settings.n_orders);
    settings.seed = (uint64_t)bki_option_number(session, "seed", (double)settings.seed);
    BK_TRY(bk_study_run(session->ctx, answer->study, &settings, &session->arena, &answer->run));
    answer->path = out_path(session, answer->study);
    answer->reports = bki_reports_chosen(session);
    BK_TRY(bk_arena_ok(&session->arena));
    bk_progress(session->ctx, "writing", -1.0);
    BK_TRY(bki_results_write(session, &answer->run->results, answer->path, &answer->reports));
    answer->seconds = bki_seconds() - start;
    return BK_OK;
}

static void
print_text(const void *answer)
{
    bki_answer_print_text(answer);
}

static bki_exit
print_json(const void *answer)
{
    return bki_answer_print_json(answer);
}

static bki_exit
exit_of(const void *of)
{
    const bki_answer *answer = of;

    if (answer->run->interrupted)
        return BKI_EXIT_INTERRUPTED;
    return answer->run->converged ? BKI_EXIT_DONE : BKI_EXIT_NOT_CONVERGED;
}

static const bki_ending ending = {.text = print_text, .json = print_json, .exit = exit_of};

static bki_exit
run(bki_session *session)
{
    bki_answer answer = {.session = session};

    if (bki_option_given(session, "first-order"))
        return bki_first_order_answer(session);
    return bki_finish(session, solve_and_write(session, &answer), &answer, &ending);
}

static const bki_option options[] = {
    {.name = "scenario",
     .kind = BKI_OPTION_LIST,
     .argument = "S",
     .meaning = "a scenario of the study, or a path that ends in .yaml; by default all scenarios of the study"},
    {.name = "out",
     .kind = BKI_OPTION_TEXT,
     .writes = true,
     .argument = "FILE.gpkg",
     .meaning = "where the tables go; by default STUDY-SCENARIO.gpkg in this folder, STUDY.gpkg for several scenarios"},
    {.name = "attribution",
     .kind = BKI_OPTION_CHOICE,
     .argument = "RULE",
     .choices = "alone shapley none",
     .meaning = "how the gain is laid to measures: shapley, the mean over all orders in which they could come, which "
                "leaves no rest (every set of up to 12 is solved; of more, orders are drawn); alone, each by itself, "
                "with a rest; none. By default shapley for up to 4 measures, else alone"},
    {.name = "orders",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 4,
     .most = 1e6,
     .meaning = "with shapley and more than 12 measures: orders drawn, in pairs; 32 by default"},
    {.name = "seed",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 0,
     .most = 1e15,
     .meaning = "of the orders; 1 by default"},
    {.name = "select",
     .kind = BKI_OPTION_LIST,
     .argument = "WHAT",
     .meaning =
         "whose trade uses link:ID, border:PLACE or transfer:PLACE, by origin, destination, sector and corridor; "
         "may be given again"},
    BKI_OPTIONS_REPORTS,
    {.name = "tolerance",
     .kind = BKI_OPTION_NUMBER,
     .argument = "T",
     .least = 1e-10,
     .most = 1e-2,
     .meaning = "largest relative change of a transport cost in one more round, 1e-6 by default"},
    {.name = "values",
     .kind = BKI_OPTION_FLAG,
     .meaning = "the table of values as well: what an hour, a dollar or a tonne of capacity is worth everywhere, to "
                "every economy, in the base year and each scenario"},
    {.name = "first-order",
     .kind = BKI_OPTION_FLAG,
     .meaning = "in place of equilibria, answers from the adjoint of the base year in milliseconds: good for small "
                "changes, marked as what they are; nothing is written"},
    {.name = "rounds",
     .kind = BKI_OPTION_INTEGER,
     .argument = "N",
     .least = 1,
     .most = 10000,
     .meaning = "rounds after which a scenario that has not converged is given up; 120 by default"},
    BKI_OPTIONS_CLOSURE,
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_run = {
    .name = "run",
    .operand = "STUDY",
    .summary =
        "The main job: joint equilibrium of transport and trade, who gains and who loses, and what each measure brings",
    .detail =
        "The base year is solved once and kept in $BUCKLE_CACHE, $XDG_CACHE_HOME/buckle or ~/.cache/buckle, "
        "under a key of\n"
        "everything that decides it. Each scenario is solved as a whole and then by sets of its measures. The tables, "
        "the map's\n"
        "layers among them, are written as one GeoPackage, which an earlier one of the same name gives way to; "
        "the answer is\n"
        "printed. The first region of economy/region.csv is the one the answer speaks of first.",
    .example = "buckle run studies/silkroad --scenario belt-as-planned",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
