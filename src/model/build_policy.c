/* Agreements, members, preferences, external tariffs and sanctions. */
#include "model/build.h"
#include "model/policy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int
date_at(const bki_rows *rows, size_t row, size_t column)
{
    return (int)bki_number_or(rows, row, column, 0);
}

static int
line_of(const bki_rows *rows, size_t row)
{
    return bki_place_of(rows, row, 0).line;
}

static bk_status
build_agreements(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_AGREEMENT);
    bk_agreement   *agreements = BK_NEW(build->out, bk_agreement, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t id = bki_symbol_at(rows, row, AGREEMENT_ID);
        agreements[row] = (bk_agreement){
            .id = bki_keep(build, id),
            .name = bki_keep_cell(build, rows, row, AGREEMENT_NAME, id),
            .type = bki_keep(build, bki_symbol_at(rows, row, AGREEMENT_TYPE)),
            .concluded_by = bki_keep(build, bki_symbol_at(rows, row, AGREEMENT_CONCLUDED_BY)),
            .in_force = date_at(rows, row, AGREEMENT_IN_FORCE),
            .ended = date_at(rows, row, AGREEMENT_ENDED),
            .provisional = date_at(rows, row, AGREEMENT_PROVISIONAL),
            .line = line_of(rows, row),
        };
        agreements[row].customs_union = strstr(agreements[row].type, "customs_union") != NULL;
        bki_check_words(build, rows, row, AGREEMENT_CONCLUDED_BY, &build->agreements, NULL);
        if (agreements[row].ended != 0 && agreements[row].ended < agreements[row].in_force)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, AGREEMENT_ENDED),
                      "correct one of the two days", "agreement '%s' ended before it came into force",
                      agreements[row].id);
    }
    build->model->policy.agreements = agreements;
    build->model->policy.n_agreements = rows->n_rows;
    return BK_OK;
}

static bk_status
build_members(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_MEMBER);
    bk_member      *members = BK_NEW(build->out, bk_member, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        members[row] = (bk_member){
            .agreement = bki_resolve(build, rows, row, MEMBER_AGREEMENT, &build->agreements),
            .country = bki_resolve(build, rows, row, MEMBER_COUNTRY, &build->countries),
            .status = bki_keep(build, bki_symbol_at(rows, row, MEMBER_STATUS)),
            .from = date_at(rows, row, MEMBER_FROM),
            .until = date_at(rows, row, MEMBER_UNTIL),
            .duty_share = bki_number_or(rows, row, MEMBER_DUTY_SHARE, 0.0),
            .line = line_of(rows, row),
        };
        if (members[row].status[0] == '\0')
            members[row].status = "member";
        if (members[row].until != 0 && members[row].until < members[row].from)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, MEMBER_UNTIL),
                      "correct one of the two days", "'%s' leaves '%s' before it joins",
                      bki_text_at(build->builder, rows, row, MEMBER_COUNTRY),
                      bki_text_at(build->builder, rows, row, MEMBER_AGREEMENT));
    }
    build->model->policy.members = members;
    build->model->policy.n_members = rows->n_rows;
    return BK_OK;
}

/* Exactly one of the three must be there. */
static void
set_preference(bki_build *build, const bki_rows *rows, size_t row, bk_preference *preference)
{
    static const size_t columns[] = {PREFERENCE_RATE, PREFERENCE_FACTOR, PREFERENCE_CUT}; /* as bk_preference_kind */
    int                 n = 0;

    for (size_t i = 0; i < 3; i++) {
        const double value = bki_number_at(rows, row, columns[i]);
        if (isnan(value))
            continue;
        preference->kind = (bk_preference_kind)i;
        preference->value = value;
        n++;
    }
    if (n != 1)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, PREFERENCE_RATE),
                  "give exactly one of rate, factor and cut_points", "a preference of '%s' has %s",
                  bki_text_at(build->builder, rows, row, PREFERENCE_AGREEMENT), n == 0 ? "no value" : "two values");
}

static bk_status
build_preferences(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_PREFERENCE);
    bk_preference  *preferences = BK_NEW(build->out, bk_preference, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        preferences[row] = (bk_preference){
            .agreement = bki_resolve(build, rows, row, PREFERENCE_AGREEMENT, &build->agreements),
            .importer = bki_keep(build, bki_symbol_at(rows, row, PREFERENCE_IMPORTER)),
            .exporter = bki_keep(build, bki_symbol_at(rows, row, PREFERENCE_EXPORTER)),
            .sector = bki_resolve(build, rows, row, PREFERENCE_SECTOR, &build->sectors),
            .from = date_at(rows, row, PREFERENCE_FROM),
            .line = line_of(rows, row),
        };
        bki_check_words(build, rows, row, PREFERENCE_IMPORTER, &build->countries, &build->agreements);
        bki_check_words(build, rows, row, PREFERENCE_EXPORTER, &build->countries, &build->agreements);
        set_preference(build, rows, row, &preferences[row]);
    }
    build->model->policy.preferences = preferences;
    build->model->policy.n_preferences = rows->n_rows;
    return BK_OK;
}

static const char *const tariff_kinds[] = {[BK_TARIFF_MFN] = "mfn",
                                           [BK_TARIFF_COMMON_EXTERNAL] = "common_external",
                                           [BK_TARIFF_NATIONAL] = "national_outside_union",
                                           [BK_TARIFF_GENERAL] = "general"};
#define TARIFF_KINDS (sizeof tariff_kinds / sizeof *tariff_kinds)

/* A common tariff is of a union, a general one of a union or a country, the others of a country. */
static void
check_owner(bki_build *build, const bki_rows *rows, size_t row, size_t kind)
{
    const bki_index *others = kind == BK_TARIFF_GENERAL ? &build->agreements : NULL;

    if (kind == BK_TARIFF_COMMON_EXTERNAL)
        bki_resolve(build, rows, row, EXTERNAL_OWNER, &build->agreements);
    else
        bki_check_words(build, rows, row, EXTERNAL_OWNER, &build->countries, others);
}

static bk_status
build_external_tariffs(bki_build *build)
{
    const bki_rows     *rows = bki_table(build, BKI_EXTERNAL_TARIFF);
    bk_external_tariff *tariffs = BK_NEW(build->out, bk_external_tariff, rows->n_rows);
    bk_names           *keys = bk_names_create(build->scratch);

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t kind = bki_one_of(build->builder, rows, row, EXTERNAL_KIND, TARIFF_KINDS, tariff_kinds);
        const char  *owner = bki_text_at(build->builder, rows, row, EXTERNAL_OWNER);
        char         key[256];
        tariffs[row] = (bk_external_tariff){
            .owner = bki_keep(build, bki_symbol_at(rows, row, EXTERNAL_OWNER)),
            .sector = bki_resolve(build, rows, row, EXTERNAL_SECTOR, &build->sectors),
            .kind = (bk_tariff_kind)kind,
            .rate = bki_number_at(rows, row, EXTERNAL_RATE),
            .line = line_of(rows, row),
        };
        check_owner(build, rows, row, kind);
        snprintf(key, sizeof key, "%s %u %zu", owner, tariffs[row].sector, kind);
        const size_t before = bk_names_count(keys);
        if (bk_names_intern(keys, key, strlen(key)) < before && tariffs[row].sector != BK_NONE)
            bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, EXTERNAL_OWNER),
                      "remove one of the two rows", "the %s tariff of '%s' on '%s' is there twice",
                      tariff_kinds[kind < TARIFF_KINDS ? kind : 0], owner,
                      bki_text_at(build->builder, rows, row, EXTERNAL_SECTOR));
    }
    build->model->policy.external_tariffs = tariffs;
    build->model->policy.n_external_tariffs = rows->n_rows;
    return BK_OK;
}

/* ---- sanctions ----------------------------------------------------------------------------------------------- */

static const char *const sanction_kinds[] = {[BK_SANCTION_TRADE] = "trade",
                                             [BK_SANCTION_TRANSIT_BAN] = "transit_ban",
                                             [BK_SANCTION_TRANSIT_COST] = "transit_cost"};

static void
check_sanction(bki_build *build, const bki_rows *rows, size_t row, const bk_sanction *sanction)
{
    bki_check_words(build, rows, row, SANCTION_IMPOSED_BY, &build->countries, &build->agreements);
    bki_check_words(build, rows, row, SANCTION_TARGET, &build->countries, &build->agreements);
    if (sanction->kind == BK_SANCTION_TRANSIT_COST && isnan(bki_number_at(rows, row, SANCTION_PRICE)))
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, SANCTION_PRICE), "give the constant in USD/t",
                  "sanction '%s' is a transit_cost without usd_per_tonne", sanction->id);
    if (sanction->kind == BK_SANCTION_TRANSIT_BAN && sanction->sector != BK_NONE)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, SANCTION_SECTOR),
                  "leave sector empty: a transit ban holds for all goods",
                  "sanction '%s' is a transit_ban of one sector", sanction->id);
}

static bk_status
build_sanctions(bki_build *build)
{
    static const char *const effects[] = {"close", "in_base"};
    const bki_rows          *rows = bki_table(build, BKI_SANCTION);
    bk_sanction             *sanctions = BK_NEW(build->out, bk_sanction, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        sanctions[row] = (bk_sanction){
            .id = bki_keep(build, bki_symbol_at(rows, row, SANCTION_ID)),
            .imposed_by = bki_keep(build, bki_symbol_at(rows, row, SANCTION_IMPOSED_BY)),
            .target = bki_keep(build, bki_symbol_at(rows, row, SANCTION_TARGET)),
            .sector = bki_resolve(build, rows, row, SANCTION_SECTOR, &build->sectors),
            .kind = (bk_sanction_kind)bki_one_of(build->builder, rows, row, SANCTION_KIND, 3, sanction_kinds),
            .usd_per_tonne = bki_number_or(rows, row, SANCTION_PRICE, 0),
            .in_base = bki_one_of(build->builder, rows, row, SANCTION_EFFECT, 2, effects) == 1,
            .line = line_of(rows, row),
        };
        sanctions[row].active = sanctions[row].in_base;
        check_sanction(build, rows, row, &sanctions[row]);
    }
    build->model->policy.sanctions = sanctions;
    build->model->policy.n_sanctions = rows->n_rows;
    return BK_OK;
}

static bk_status
build_barriers(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_BARRIER);
    bk_barrier     *barriers = BK_NEW(build->out, bk_barrier, rows->n_rows);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        barriers[row] = (bk_barrier){
            .agreement = bki_resolve(build, rows, row, BARRIER_AGREEMENT, &build->agreements),
            .importer = bki_keep(build, bki_symbol_at(rows, row, BARRIER_IMPORTER)),
            .exporter = bki_keep(build, bki_symbol_at(rows, row, BARRIER_EXPORTER)),
            .sector = bki_resolve(build, rows, row, BARRIER_SECTOR, &build->sectors),
            .factor = bki_number_at(rows, row, BARRIER_FACTOR),
            .from = date_at(rows, row, BARRIER_FROM),
            .line = line_of(rows, row),
        };
        bki_check_words(build, rows, row, BARRIER_IMPORTER, &build->countries, &build->agreements);
        bki_check_words(build, rows, row, BARRIER_EXPORTER, &build->countries, &build->agreements);
    }
    build->model->policy.barriers = barriers;
    build->model->policy.n_barriers = rows->n_rows;
    return BK_OK;
}

/* The transit bans the base year already holds. */
static bk_status
build_base_bans(bki_build *build)
{
    bk_policy_state *state;

    if (build->builder->first_fault != BK_OK)
        return BK_OK;
    BK_TRY(bki_state_create(build->model, bk_policy_base_day(build->model), NULL, 0, build->scratch, &state));
    return bki_build_bans(build->model, state, build->out, &build->model->n_bans, &build->model->bans);
}

bk_status
bki_build_policy(bki_build *build)
{
    BK_TRY(build_agreements(build));
    BK_TRY(build_members(build));
    BK_TRY(build_preferences(build));
    BK_TRY(build_external_tariffs(build));
    BK_TRY(build_sanctions(build));
    BK_TRY(build_barriers(build));
    return build_base_bans(build);
}
