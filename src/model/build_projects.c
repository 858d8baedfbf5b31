/* Projects, their effects and who pays for them; observations. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#define SHARE_TOLERANCE 1e-5

/* ---- projects ------------------------------------------------------------------------------------------------ */

static bk_confidence
confidence_at(const bk_builder *builder, const bki_rows *rows, size_t row, size_t column)
{
    const char *text = bki_text_at(builder, rows, row, column);

    return strcmp(text, "reported") == 0   ? BK_REPORTED
           : strcmp(text, "derived") == 0  ? BK_DERIVED
           : strcmp(text, "estimate") == 0 ? BK_ESTIMATE
                                           : BK_CONFIDENCE_NONE;
}

static void
check_project(bki_build *build, const bki_rows *rows, size_t row, const bk_project *project)
{
    bki_check_words(build, rows, row, PROJECT_COUNTRIES, &build->countries, NULL);
    bki_check_words(build, rows, row, PROJECT_LINKS, &build->links, NULL);
    if (project->opens != 0 && project->construction_start > project->opens)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, PROJECT_OPENS),
                  "correct one of the two years", "project '%s' opens in %d, before its works start in %d", project->id,
                  project->opens, project->construction_start);
    if (project->opens != 0 && project->opens <= (int)build->settings.base_year)
        bki_warn(build->builder, bki_place_of(rows, row, PROJECT_OPENS),
                 "project '%s' opened in %d, up to the base year, but counts as not built until a scenario builds it",
                 project->id, project->opens);
    if (project->capex_high_usd > 0 && project->capex_high_usd < project->capex_low_usd)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, PROJECT_CAPEX_HIGH), "swap the two",
                  "project '%s' has a high estimate of %g USD below its low one of %g", project->id,
                  project->capex_high_usd, project->capex_low_usd);
}

static bk_status
build_projects(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_PROJECT);
    bk_project     *projects = BK_NEW(build->out, bk_project, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t id = bki_symbol_at(rows, row, PROJECT_ID);
        projects[row] = (bk_project){
            .id = bki_keep(build, id),
            .name = bki_keep_cell(build, rows, row, PROJECT_NAME, id),
            .type = bki_keep(build, bki_symbol_at(rows, row, PROJECT_TYPE)),
            .countries = bki_keep(build, bki_symbol_at(rows, row, PROJECT_COUNTRIES)),
            .capex_usd = bki_number_or(rows, row, PROJECT_CAPEX, 0),
            .capex_low_usd = bki_number_or(rows, row, PROJECT_CAPEX_LOW, 0),
            .capex_high_usd = bki_number_or(rows, row, PROJECT_CAPEX_HIGH, 0),
            .construction_start = (int)bki_number_or(rows, row, PROJECT_START, 0),
            .opens = (int)bki_number_or(rows, row, PROJECT_OPENS, 0),
            .life_years = (int)bki_number_or(rows, row, PROJECT_LIFE, build->settings.horizon),
            .operation_share_of_capex = bki_number_or(rows, row, PROJECT_OPERATION, 0),
            .confidence = confidence_at(build->builder, rows, row, PROJECT_COMMON + 1),
        };
        check_project(build, rows, row, &projects[row]);
    }
    build->model->projects.projects = projects;
    build->model->projects.n_projects = rows->n_rows;
    return BK_OK;
}

/* ---- effects ------------------------------------------------------------------------------------------------- */

static const char *const target_kinds[] = {
    [BK_TARGET_LINK] = "link", [BK_TARGET_TRANSFER] = "transfer", [BK_TARGET_BORDER] = "border"};

static uint32_t
resolve_target(bki_build *build, const bki_rows *rows, size_t row, size_t kind)
{
    switch (kind) {
    case BK_TARGET_LINK:
        return bki_resolve(build, rows, row, EFFECT_TARGET, &build->links);
    case BK_TARGET_TRANSFER:
        return bki_resolve(build, rows, row, EFFECT_TARGET, &build->nodes);
    case BK_TARGET_BORDER:
        return bki_resolve_border(build, rows, row, EFFECT_TARGET);
    default:
        return BK_NONE;
    }
}

static void
check_transfers_at(bki_build *build, const bki_rows *rows, size_t row, uint32_t node)
{
    const bk_network_data *network = &build->model->network;

    for (size_t t = 0; t < network->n_transfers; t++)
        if (network->transfers[t].node == node)
            return;
    bki_fault(build->builder, BK_ERR_REFERENCE, bki_place_of(rows, row, EFFECT_TARGET),
              "a transfer target is a node and means all its transfers", "node '%s' has no row in network/transfer.csv",
              bki_text_at(build->builder, rows, row, EFFECT_TARGET));
}

/* The attribute must be a column of the target's file, and the value within its range. */
static void
check_attribute(bki_build *build, const bki_rows *rows, size_t row, bk_target_kind kind)
{
    const char          *name = bki_text_at(build->builder, rows, row, EFFECT_ATTRIBUTE);
    const bki_attribute *attribute = bki_attribute_find(kind, name);
    const double         value = bki_number_at(rows, row, EFFECT_VALUE);

    if (name[0] == '\0')
        return;
    if (attribute == NULL) {
        bk_names *names = bki_attribute_names(build->scratch, kind);
        if (names != NULL)
            bki_fault(
                build->builder, BK_ERR_REFERENCE, bki_place_of(rows, row, EFFECT_ATTRIBUTE),
                bki_did_you_mean(build->builder, names, name, "name a column of the target's file that holds a number"),
                "attribute '%s' is nothing a project can change of a %s", name, target_kinds[kind]);
        return;
    }
    const bk_column_schema *column = &bki_table_schemas[attribute->table]->columns[attribute->column];
    const bool              flag = column->kind == BK_CELL_FLAG;
    if (value < (flag ? 0 : column->least) || value > (flag ? 1 : column->most))
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, EFFECT_VALUE), column->meaning,
                  "%s becomes %g, which is outside its range", name, value);
}

static bk_status
build_effects(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_EFFECT);
    bk_effect      *effects = BK_NEW(build->out, bk_effect, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t kind = bki_one_of(build->builder, rows, row, EFFECT_TYPE, 3, target_kinds);
        effects[row] = (bk_effect){
            .project = bki_resolve(build, rows, row, EFFECT_PROJECT, &build->projects),
            .target_kind = (bk_target_kind)kind,
            .target = resolve_target(build, rows, row, kind),
            .attribute = bki_keep(build, bki_symbol_at(rows, row, EFFECT_ATTRIBUTE)),
            .value = bki_number_at(rows, row, EFFECT_VALUE),
        };
        if (kind == 3)
            continue;
        check_attribute(build, rows, row, (bk_target_kind)kind);
        if (kind == BK_TARGET_TRANSFER && effects[row].target != BK_NONE)
            check_transfers_at(build, rows, row, effects[row].target);
    }
    build->model->projects.effects = effects;
    build->model->projects.n_effects = rows->n_rows;
    return BK_OK;
}

/* ---- finance ------------------------------------------------------------------------------------------------- */

static const char *const roles[] = {"owner", "borrower", "grantor"};

static void
warn_of_owners(bki_build *build, const bki_rows *rows)
{
    const bk_projects *projects = &build->model->projects;

    for (size_t p = 0; p < projects->n_projects; p++) {
        double sum = 0.0;
        size_t first = rows->n_rows;
        for (size_t row = rows->n_rows; row-- > 0;) {
            const bk_finance *finance = &projects->finance[row];
            if (finance->project != p || strcmp(finance->role, "owner") != 0)
                continue;
            sum += finance->share;
            first = row;
        }
        if (first < rows->n_rows && fabs(sum - 1.0) > SHARE_TOLERANCE)
            bki_warn(build->builder, bki_place_of(rows, first, FINANCE_SHARE),
                     "shares of the owners of project '%s' add up to %.6g", projects->projects[p].id, sum);
    }
}

static bk_status
build_finance(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_FINANCE);
    bk_finance     *finance = BK_NEW(build->out, bk_finance, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t party = bki_symbol_at(rows, row, FINANCE_PARTY);
        bki_one_of(build->builder, rows, row, FINANCE_ROLE, 3, roles);
        finance[row] = (bk_finance){
            .project = bki_resolve(build, rows, row, FINANCE_PROJECT, &build->projects),
            .party = party != BK_NONE ? build->countries.of_symbol[party] : BK_NONE,
            .party_name = bki_keep(build, party),
            .role = bki_keep(build, bki_symbol_at(rows, row, FINANCE_ROLE)),
            .share = bki_number_or(rows, row, FINANCE_SHARE, 0),
            .amount_usd = bki_number_or(rows, row, FINANCE_AMOUNT, 0),
            .interest_rate = bki_number_or(rows, row, FINANCE_RATE, 0),
            .maturity_years = (int)bki_number_or(rows, row, FINANCE_MATURITY, 0),
            .grace_years = (int)bki_number_or(rows, row, FINANCE_GRACE, 0),
            .contractor_import_share = bki_number_or(rows, row, FINANCE_CONTRACTOR, 0),
        };
        if (finance[row].grace_years > finance[row].maturity_years)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, FINANCE_GRACE),
                      "the years of grace are part of the maturity", "grace of %d years exceeds the maturity of %d",
                      finance[row].grace_years, finance[row].maturity_years);
    }
    build->model->projects.finance = finance;
    build->model->projects.n_finance = rows->n_rows;
    warn_of_owners(build, rows);
    return BK_OK;
}

bk_status
bki_build_projects(bki_build *build)
{
    BK_TRY(build_projects(build));
    BK_TRY(build_effects(build));
    return build_finance(build);
}

/* ---- observations -------------------------------------------------------------------------------------------- */

bk_status
bki_build_observations(bki_build *build)
{
    static const char *const uses[] = {"calibrate", "validate"};
    const bki_rows          *rows = bki_table(build, BKI_OBSERVATION);
    bk_observation          *observations = BK_NEW(build->out, bk_observation, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        bk_observation *observation = &observations[row];
        *observation = (bk_observation){
            .id = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_ID)),
            .kind = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_KIND)),
            .measure = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_MEASURE)),
            .unit = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_UNIT)),
            .period = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_PERIOD)),
            .direction = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_DIRECTION)),
            .note = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_NOTE)),
            .links = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_LINKS)),
            .origin = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_ORIGIN)),
            .destination = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_DESTINATION)),
            .sector = bki_keep(build, bki_symbol_at(rows, row, OBSERVATION_SECTOR)),
            .value = bki_number_at(rows, row, OBSERVATION_VALUE),
            .calibrate = bki_one_of(build->builder, rows, row, OBSERVATION_USE, 2, uses) == 0,
            .relative_sd = bki_number_or(rows, row, OBSERVATION_RELATIVE_SD, 0.1),
        };
        if (strcmp(observation->links, "*") != 0)
            bki_check_words(build, rows, row, OBSERVATION_LINKS, &build->links, NULL);
        bki_resolve(build, rows, row, OBSERVATION_SECTOR, &build->sectors);
    }
    build->model->observations = observations;
    build->model->n_observations = rows->n_rows;
    return BK_OK;
}

/* ---- what may be fitted ---------------------------------------------------------------------------------------- */

/* Whether some row of constant.csv belongs to the screenline. */
static bool
has_screenline(const bk_network_data *network, const char *name)
{
    for (size_t c = 0; c < network->n_constants; c++)
        if (strcmp(network->constants[c].screenline, name) == 0)
            return true;
    return false;
}

/* A target must be there to be moved. */
static void
check_target(bki_build *build, const bki_rows *rows, size_t row, const bk_parameter *parameter)
{
    const bk_model *model = build->model;
    bool            is_known = true;

    if (parameter->kind == BK_FIT_CONSTANT)
        is_known = has_screenline(&model->network, parameter->target);
    else if (parameter->kind == BK_FIT_MODE_CONSTANT)
        is_known = bki_resolve(build, rows, row, PARAMETER_TARGET, &build->modes) != BK_NONE;
    else if (parameter->kind == BK_FIT_BACKGROUND)
        is_known = bki_resolve(build, rows, row, PARAMETER_TARGET, &build->countries) != BK_NONE;
    if (!is_known && parameter->kind == BK_FIT_CONSTANT)
        bki_fault(build->builder, BK_ERR_REFERENCE, bki_place_of(rows, row, PARAMETER_TARGET),
                  "add its rows to network/constant.csv, at 0 if nothing is known",
                  "there is no screenline '%s' in network/constant.csv", parameter->target);
}

bk_status
bki_build_parameters(bki_build *build)
{
    static const char *const kinds[] = {"constant", "mode_constant", "route_noise", "background"};
    const bki_rows          *rows = bki_table(build, BKI_PARAMETER);
    bk_parameter            *parameters = BK_NEW(build->out, bk_parameter, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        parameters[row] = (bk_parameter){
            .id = bki_keep(build, bki_symbol_at(rows, row, PARAMETER_ID)),
            .kind = (bk_fit_kind)bki_one_of(build->builder, rows, row, PARAMETER_KIND, 4, kinds),
            .target = bki_keep(build, bki_symbol_at(rows, row, PARAMETER_TARGET)),
            .sectors = bki_keep(build, bki_symbol_at(rows, row, PARAMETER_SECTORS)),
            .prior_sd = bki_number_at(rows, row, PARAMETER_PRIOR_SD),
            .least = bki_number_at(rows, row, PARAMETER_LEAST),
            .most = bki_number_at(rows, row, PARAMETER_MOST),
        };
        bki_check_words(build, rows, row, PARAMETER_SECTORS, &build->sectors, NULL);
        check_target(build, rows, row, &parameters[row]);
    }
    build->model->parameters = parameters;
    build->model->n_parameters = rows->n_rows;
    return BK_OK;
}
