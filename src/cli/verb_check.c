/* buckle check: is the study sound, what would be computed, on what does it rest. */
#include "cli/policy.h"

#include <math.h>
#include <string.h>

static const char *const confidence_names[] = {"unmarked", "reported", "derived", "estimate"};

typedef struct check_answer {
    bki_session         *session;
    const bk_study      *study;
    const bk_comparison *comparisons; /* [n_observations], or NULL if not asked for */
    size_t               n_relations; /* sector, exporter and importer with trade, own sales left out */
    size_t               n_equilibria;
    size_t               rows, by_confidence[4];
    bool                 is_cached;
} check_answer;

static void
count(check_answer *check)
{
    const bk_study       *study = check->study;
    const bk_economy     *economy = &study->model->economy;
    const size_t          n = economy->n_regions;
    const bk_run_settings settings = bk_run_default_settings();

    for (size_t cell = 0; cell < economy->n_sectors * n * n; cell++)
        check->n_relations += economy->trade[cell] > 0.0 && cell / n % n != cell % n;
    for (size_t s = 0; s < study->n_scenarios; s++)
        check->n_equilibria += bk_run_equilibria(&settings, study->scenarios[s]->n_measures);
    for (size_t f = 0; f < study->model->n_files; f++) {
        check->rows += study->model->files[f].rows;
        for (int c = 0; c < 4; c++)
            check->by_confidence[c] += study->model->files[f].by_confidence[c];
    }
    const char *cache = bk_study_cache_folder(&check->session->arena);
    check->is_cached = study->model->has_economy && bk_study_is_cached(study->model, cache, &check->session->arena);
}

static bk_status
compare(check_answer *check)
{
    const bk_joint_base *base = NULL;
    bki_session         *session = check->session;
    bool                 cached = false;

    if (!bki_option_given(session, "observed"))
        return BK_OK;
    BK_TRY(bk_study_base(session->ctx, check->study, bki_option_cache(session), &session->arena, &base, &cached));
    return bk_study_compare(session->ctx, check->study, base, &session->arena, &check->comparisons);
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

static void
print_model(const check_answer *check)
{
    const bk_model        *model = check->study->model;
    const bk_network_data *network = &model->network;

    printf("%s: %s\n\n", check->study->name, model->title);
    if (model->has_network)
        printf("network    %zu places, %zu links by %zu modes, %zu transfers, %zu border rows, %zu zones\n",
               network->n_nodes, network->n_links, network->n_modes, network->n_transfers, network->n_borders,
               network->n_zones);
    if (model->has_economy)
        printf("economy    %zu regions, %zu sectors, %zu trade flows between regions, base year %d\n",
               model->economy.n_regions, model->economy.n_sectors, check->n_relations, model->base_year);
    if (model->policy.n_agreements || model->projects.n_projects)
        printf("plans      %zu projects, %zu agreements, %zu sanctions\n", model->projects.n_projects,
               model->policy.n_agreements, model->policy.n_sanctions);
    if (model->n_observations)
        printf("observed   %zu figures to compare with (`buckle check --observed`)\n", model->n_observations);
    if (check->rows)
        printf("inputs     %zu rows: %zu reported, %zu derived, %zu estimates (%.0f %%)\n", check->rows,
               check->by_confidence[BK_REPORTED], check->by_confidence[BK_DERIVED], check->by_confidence[BK_ESTIMATE],
               100.0 * (double)check->by_confidence[BK_ESTIMATE] / (double)check->rows);
}

static void
print_scenarios(const check_answer *check)
{
    static const bool right[] = {false, false, false};
    const bk_study   *study = check->study;
    bk_arena         *arena = &check->session->arena;
    bki_grid          grid;

    bki_grid_start(&grid, arena, 3, right);
    for (size_t s = 0; s < study->n_scenarios; s++) {
        const bk_scenario *scenario = study->scenarios[s];
        const char        *measures = scenario->n_measures ? scenario->measures[0].id : "nothing changes";
        for (size_t m = 1; m < scenario->n_measures; m++)
            measures = bk_arena_format(arena, "%s, %s", measures, scenario->measures[m].id);
        bki_grid_add(&grid, s == 0 ? "scenarios" : "");
        bki_grid_add(&grid, scenario->name);
        bki_grid_add(&grid, measures);
    }
    bki_grid_print(&grid);
    if (study->model->has_economy)
        printf("\n`buckle run %s` would solve %s%zu equilibria: %zu scenarios, each as a whole and by sets of its "
               "measures.\n",
               check->session->operand, check->is_cached ? "" : "the base year and ", check->n_equilibria,
               study->n_scenarios);
}

static void
print_sources(const check_answer *check)
{
    static const bool        right[] = {false, true, true, true, true, true};
    static const char *const head[] = {"file", "rows", "reported", "derived", "estimate", "unmarked"};
    static const int         order[] = {BK_REPORTED, BK_DERIVED, BK_ESTIMATE, BK_CONFIDENCE_NONE};
    bk_arena                *arena = &check->session->arena;
    bki_grid                 grid;

    bki_grid_start(&grid, arena, 6, right);
    for (size_t c = 0; c < 6; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t f = 0; f < check->study->model->n_files; f++) {
        const bk_file_rows *file = &check->study->model->files[f];
        bki_grid_add(&grid, file->file);
        bki_grid_add(&grid, bk_arena_format(arena, "%zu", file->rows));
        for (int c = 0; c < 4; c++)
            bki_grid_add(&grid, bk_arena_format(arena, "%zu", file->by_confidence[order[c]]));
    }
    putchar('\n');
    bki_grid_print(&grid);
}

static const char *
show_figure(bk_arena *arena, double value)
{
    return bk_arena_format(arena, fabs(value) >= 1e6 ? "%.3e" : fabs(value) >= 100.0 ? "%.0f" : "%.3g", value);
}

static void
print_comparisons(const check_answer *check)
{
    static const bool        right[] = {false, true, true, true, false, false, false};
    static const char *const head[] = {
        "observation", "model", "observed", "ratio", "unit", "use", "what the model's figure is"};
    bk_arena *arena = &check->session->arena;
    bki_grid  grid;

    bki_grid_start(&grid, arena, 7, right);
    for (size_t c = 0; c < 7; c++)
        bki_grid_add(&grid, head[c]);
    for (size_t o = 0; o < check->study->model->n_observations; o++) {
        const bk_comparison  *row = &check->comparisons[o];
        const bk_observation *observation = row->observation;
        bki_grid_add(&grid, observation->id);
        bki_grid_add(&grid, row->computed ? show_figure(arena, row->value) : "-");
        bki_grid_add(&grid, show_figure(arena, observation->value));
        bki_grid_add(&grid, row->computed && observation->value > 0.0
                                ? bk_arena_format(arena, "%.2f", row->value / observation->value)
                                : "-");
        bki_grid_add(&grid, observation->unit);
        bki_grid_add(&grid, observation->calibrate ? "calibrate" : "validate");
        bki_grid_add(&grid, row->computed ? row->how : bk_arena_format(arena, "not computed: %s", row->how));
    }
    putchar('\n');
    bki_grid_print(&grid);
    puts("\nRows marked calibrate were looked at while the study was made: their fit is no test. Those marked validate "
         "were not.");
}

static void
print_warnings(const check_answer *check)
{
    const bk_model *model = check->study->model;

    if (model->n_warnings)
        putchar('\n');
    for (size_t w = 0; w < model->n_warnings; w++)
        printf("warning: %s\n", model->warnings[w]);
}

static void
print_text(const void *of)
{
    const check_answer *check = of;
    print_model(check);
    print_scenarios(check);
    if (bki_option_given(check->session, "sources"))
        print_sources(check);
    if (check->comparisons)
        print_comparisons(check);
    print_warnings(check);
    puts("\nThe study is valid.");
}

/* ---- JSON ------------------------------------------------------------------------------------------------------ */

static void
json_confidence(bk_json *json, const char *key, const size_t by_confidence[4])
{
    bk_json_object(json, key);
    for (int c = 0; c < 4; c++)
        bk_json_integer(json, confidence_names[c], (int64_t)by_confidence[c]);
    bk_json_end(json);
}

static void
json_model(bk_json *json, const check_answer *check)
{
    const bk_model *model = check->study->model;

    bk_json_flag(json, "valid", true);
    bk_json_text(json, "study", check->study->name);
    bk_json_text(json, "title", model->title);
    bk_json_integer(json, "base_year", model->base_year);
    bk_json_integer(json, "places", (int64_t)model->network.n_nodes);
    bk_json_integer(json, "links", (int64_t)model->network.n_links);
    bk_json_integer(json, "transfers", (int64_t)model->network.n_transfers);
    bk_json_integer(json, "borders", (int64_t)model->network.n_borders);
    bk_json_integer(json, "zones", (int64_t)model->network.n_zones);
    bk_json_integer(json, "regions", (int64_t)model->economy.n_regions);
    bk_json_integer(json, "sectors", (int64_t)model->economy.n_sectors);
    bk_json_integer(json, "trade_flows", (int64_t)check->n_relations);
    bk_json_integer(json, "projects", (int64_t)model->projects.n_projects);
    bk_json_integer(json, "equilibria", (int64_t)check->n_equilibria);
    bk_json_flag(json, "base_cached", check->is_cached);
    bk_json_integer(json, "rows", (int64_t)check->rows);
    json_confidence(json, "confidence", check->by_confidence);
}

static void
json_scenarios(bk_json *json, const bk_study *study)
{
    bk_json_array(json, "scenarios");
    for (size_t s = 0; s < study->n_scenarios; s++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "scenario", study->scenarios[s]->name);
        bk_json_text(json, "title", study->scenarios[s]->title);
        bk_json_array(json, "measures");
        for (size_t m = 0; m < study->scenarios[s]->n_measures; m++)
            bk_json_text(json, NULL, study->scenarios[s]->measures[m].id);
        bk_json_end(json);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_files(bk_json *json, const bk_model *model)
{
    bk_json_array(json, "files");
    for (size_t f = 0; f < model->n_files; f++) {
        bk_json_object(json, NULL);
        bk_json_text(json, "file", model->files[f].file);
        bk_json_integer(json, "rows", (int64_t)model->files[f].rows);
        json_confidence(json, "confidence", model->files[f].by_confidence);
        bk_json_end(json);
    }
    bk_json_end(json);
}

static void
json_comparison(bk_json *json, const bk_comparison *row)
{
    bk_json_object(json, NULL);
    bk_json_text(json, "observation", row->observation->id);
    bk_json_text(json, "kind", row->observation->kind);
    bk_json_text(json, "measure", row->observation->measure);
    bk_json_flag(json, "computed", row->computed);
    bk_json_number(json, "model", row->computed ? row->value : (double)NAN);
    bk_json_number(json, "observed", row->observation->value);
    bk_json_number(json, "ratio", row->computed ? row->value / row->observation->value : (double)NAN);
    bk_json_text(json, "unit", row->observation->unit);
    bk_json_text(json, "period", row->observation->period);
    bk_json_text(json, "use", row->observation->calibrate ? "calibrate" : "validate");
    bk_json_text(json, "how", row->how);
    bk_json_end(json);
}

static bki_exit
print_json(const void *of)
{
    const check_answer *check = of;
    const bk_model     *model = check->study->model;
    bk_json            *json = bk_json_create(&check->session->arena);

    if (!json)
        return bki_report_errors(check->session, bk_fail_no_memory(check->session->ctx));
    bk_json_object(json, NULL);
    json_model(json, check);
    json_scenarios(json, check->study);
    if (bki_option_given(check->session, "sources"))
        json_files(json, model);
    if (check->comparisons) {
        bk_json_array(json, "observed");
        for (size_t o = 0; o < model->n_observations; o++)
            json_comparison(json, &check->comparisons[o]);
        bk_json_end(json);
    }
    bk_json_array(json, "warnings");
    for (size_t w = 0; w < model->n_warnings; w++)
        bk_json_text(json, NULL, model->warnings[w]);
    for (size_t n = 0; n < check->session->n_notes; n++)
        bk_json_text(json, NULL, check->session->notes[n]);
    bk_json_end(json);
    return bki_json_finish(check->session, json);
}

static const bki_ending ending = {.text = print_text, .json = print_json};

static bki_exit
run(bki_session *session)
{
    if (bki_option_given(session, "policy"))
        return bki_policy_answer(session);

    check_answer check = {.session = session};
    bk_status    status = bki_session_open(session, BKI_OTHERWISE_ALL, &check.study);

    if (status == BK_OK)
        status = compare(&check);
    if (status == BK_OK)
        count(&check);
    return bki_finish(session, status, &check, &ending);
}

static const bki_option options[] = {
    {.name = "sources", .kind = BKI_OPTION_FLAG, .meaning = "count the rows of every file by confidence"},
    {.name = "observed",
     .kind = BKI_OPTION_FLAG,
     .meaning = "solve the base year and print what was observed beside what the model says"},
    {.name = "policy",
     .kind = BKI_OPTION_PAIR,
     .argument = "ECONOMY DATE",
     .meaning =
         "who may trade with it on that day, at which rate and why; and where tariff.csv is not what policy implies"},
    {.name = "scenario",
     .kind = BKI_OPTION_LIST,
     .argument = "S",
     .meaning = "look at this scenario only; with --policy, let its joins and leaves count"},
    {.name = "no-cache", .kind = BKI_OPTION_FLAG, .meaning = "solve the base year anew and keep nothing"},
};

const bki_verb bki_verb_check = {
    .name = "check",
    .operand = "STUDY",
    .summary = "Validates a study and every scenario of it; says what it would compute and how much rests on estimates",
    .detail = "Every fault is named in one run, as file:line:column: error: what is wrong and what to do. Nothing is "
              "computed\n"
              "unless --observed asks for it, nothing is written but the cache of the base year.",
    .example = "buckle check studies/silkroad --sources",
    .n_options = sizeof options / sizeof *options,
    .options = options,
    .repeats = true,
    .run = run,
};
