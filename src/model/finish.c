/* Judges all that was read and builds the model. */
#include "model/build.h"
#include "model/policy.h"

#include <string.h>

static bk_status
build_countries(bki_build *build)
{
    const size_t n = build->countries.count;
    const char **countries = BK_NEW(build->out, const char *, n);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t i = 0; i < n; i++)
        countries[i] = bki_keep(build, build->countries.symbols[i]);
    build->model->n_countries = n;
    build->model->countries = countries;
    return BK_OK;
}

static bk_status
build_transport(bki_build *build)
{
    const bki_settings *settings = &build->settings;

    build->model->transport = (bk_transport_settings){
        .reliability_ratio = settings->reliability_ratio,
        .spread_hours = settings->spread_hours,
        .route_noise = settings->route_noise,
        .n_value_of_time_classes = (int)settings->value_of_time_classes,
        .net_tonnes_per_train = settings->net_tonnes_per_train,
        .priced_capacity = settings->priced_capacity,
        .scarcity_width = settings->scarcity_width,
        .scarcity_reference = settings->scarcity_reference,
        .scarcity_slope = settings->scarcity_slope,
    };
    return bki_build_sigma(build);
}

static bk_status
build_files(bki_build *build)
{
    bk_file_rows *files = BK_NEW(build->out, bk_file_rows, BKI_STUDY_TABLES);
    size_t        n = 0;

    BK_TRY(bk_arena_ok(build->out));
    for (size_t t = 0; t < BKI_STUDY_TABLES; t++) {
        const bki_rows *rows = bki_table(build, (bki_table_id)t);
        if (!rows->given)
            continue;
        files[n] = (bk_file_rows){.file = rows->schema->file, .rows = rows->n_rows};
        memcpy(files[n].by_confidence, rows->by_confidence, sizeof rows->by_confidence);
        size_t counted = 0;
        for (size_t i = BK_REPORTED; i <= BK_ESTIMATE; i++)
            counted += rows->by_confidence[i];
        files[n++].by_confidence[BK_CONFIDENCE_NONE] = rows->n_rows - counted;
    }
    build->model->files = files;
    build->model->n_files = n;
    return BK_OK;
}

static bk_status
build_warnings(bki_build *build)
{
    const size_t n = build->builder->n_warnings;
    const char **warnings = BK_NEW(build->out, const char *, n);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t i = 0; i < n; i++)
        warnings[i] = bki_keep_text(build, build->builder->warnings[i]);
    build->model->warnings = warnings;
    build->model->n_warnings = n;
    return bk_arena_ok(build->out);
}

/* All that decides routes: what a reader chained, the settings with the values taken where a key is absent, the model.
 */
static uint64_t
hash_routes(const bki_build *build)
{
    const bk_transport_settings *transport = &build->model->transport;
    const double                 numbers[] = {
                        build->model->base_year,         build->model->money_usd,    transport->reliability_ratio,
                        transport->spread_hours,         transport->route_noise,     transport->n_value_of_time_classes,
                        transport->net_tonnes_per_train, transport->priced_capacity, transport->scarcity_width,
                        transport->scarcity_reference,   transport->scarcity_slope};
    uint64_t hash = bk_hash(build->builder->hash, numbers, sizeof numbers);

    hash = bk_hash(hash, transport->value_of_time_sigma, build->model->economy.n_sectors * sizeof(double));
    return bki_hash_routes(hash, build->model);
}

/* Where a study fails, its warnings may hold the reason. */
static void
log_warnings(bk_builder *builder)
{
    for (size_t i = 0; i < builder->n_warnings; i++)
        bk_log(builder->ctx, BK_LOG_WARNING, "%s", builder->warnings[i]);
}

/* Links make a network and trade an economy: a file that is there for them and holds none was cut off. */
static bool
has_rows(bki_build *build, bki_table_id table, const char *without)
{
    const bki_rows *rows = bki_table(build, table);

    if (rows->given && rows->n_rows == 0)
        bki_fault(build->builder, BK_ERR_VALUE, (bki_place){rows->shown, rows->header_line, 1}, without,
                  "there is a header and no row");
    return rows->n_rows > 0;
}

static bk_status
build_parts(bki_build *build)
{
    bk_model *model = build->model;

    BK_TRY(bki_build_settings(build));
    BK_TRY(bki_build_names(build));
    model->title = build->settings.title;
    model->base_year = (int)build->settings.base_year;
    model->horizon_years = (int)build->settings.horizon;
    model->money_usd = build->settings.money_usd;
    model->discount_rate = build->settings.discount_rate;
    model->has_network = has_rows(build, BKI_LINK, "add links, or remove network/ for a study of trade alone");
    model->has_economy = has_rows(build, BKI_TRADE, "add trade, or remove economy/ for a study of transport alone");
    BK_TRY(build_countries(build));
    BK_TRY(build_transport(build));
    BK_TRY(bki_build_places(build));
    BK_TRY(bki_build_borders(build));
    BK_TRY(bki_build_economy(build));
    BK_TRY(bki_build_shares(build));
    BK_TRY(bki_build_zones(build));
    BK_TRY(bki_build_corridors(build));
    BK_TRY(bki_build_policy(build));
    BK_TRY(bki_build_projects(build));
    BK_TRY(bki_build_observations(build));
    BK_TRY(bki_build_risk(build));
    BK_TRY(bki_build_parameters(build));
    bki_warn_of_units(build);
    if (build->builder->first_fault == BK_OK)
        bki_check_balance(build);
    BK_TRY(build_files(build));
    return build_warnings(build);
}

/* Unions that pool their duties at the end of the base year. */
static bk_status
build_pools(bki_build *build)
{
    bk_model        *model = build->model;
    bk_policy_state *state;
    bool             any = false;

    for (size_t m = 0; m < model->policy.n_members; m++)
        any |= model->policy.members[m].duty_share > 0.0;
    if (!any || !model->has_economy)
        return BK_OK;
    BK_TRY(bki_state_create(model, bk_policy_base_day(model), NULL, 0, build->scratch, &state));
    return bki_duty_pools(state, build->out, &model->economy.duty_pool, &model->economy.duty_quota);
}

bk_status
bk_builder_finish(bk_builder *builder, bk_arena *arena, const bk_model **out)
{
    bki_build build = {.builder = builder, .scratch = builder->arena, .out = arena};

    build.model = BK_NEW(arena, bk_model, 1);
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(build_parts(&build));
    BK_TRY(bk_arena_ok(builder->arena));
    BK_TRY(bk_arena_ok(arena));
    if (builder->first_fault != BK_OK) {
        log_warnings(builder);
        return builder->first_fault;
    }
    BK_TRY(build_pools(&build));
    build.model->network_hash = hash_routes(&build);
    *out = build.model;
    return BK_OK;
}
