/* What each country charges those to whom it gives no preference. */
#include "model/policy.h"

#include <string.h>

typedef struct row_table { /* rows of external_tariff.csv by whose they are, BK_NONE where there is none */
    uint32_t *own[4];      /* by bk_tariff_kind: [n_countries][n_sectors] */
    uint32_t *shared[4];   /* likewise: [n_agreements][n_sectors] */
    size_t    n_sectors;
} row_table;

static uint32_t *
empty_rows(bk_arena *arena, size_t n)
{
    uint32_t *rows = BK_NEW(arena, uint32_t, n);

    for (size_t i = 0; rows != NULL && i < n; i++)
        rows[i] = BK_NONE;
    return rows;
}

static bk_status
sort_rows(const bk_model *model, bk_arena *scratch, row_table *table)
{
    table->n_sectors = model->economy.n_sectors;
    for (size_t k = 0; k < 4; k++) {
        table->own[k] = empty_rows(scratch, model->n_countries * table->n_sectors);
        table->shared[k] = empty_rows(scratch, model->policy.n_agreements * table->n_sectors);
    }
    BK_TRY(bk_arena_ok(scratch));
    for (size_t r = 0; r < model->policy.n_external_tariffs; r++) {
        const bk_external_tariff *row = &model->policy.external_tariffs[r];
        const bki_text            owner = {row->owner, strlen(row->owner)};
        const uint32_t country = row->kind == BK_TARIFF_COMMON_EXTERNAL ? BK_NONE : bki_find_country(model, owner);
        const uint32_t agreement = country == BK_NONE ? bki_find_agreement(model, owner) : BK_NONE;
        if (row->sector == BK_NONE)
            continue;
        if (country != BK_NONE)
            table->own[row->kind][country * table->n_sectors + row->sector] = (uint32_t)r;
        else if (agreement != BK_NONE)
            table->shared[row->kind][agreement * table->n_sectors + row->sector] = (uint32_t)r;
    }
    return BK_OK;
}

/* The row of a union, else of one that has concluded it (Turkiye takes over the tariff of the European Union). */
static uint32_t
row_of_union(const bk_model *model, const row_table *table, bk_tariff_kind kind, uint32_t customs_union, size_t sector)
{
    uint32_t row = table->shared[kind][customs_union * table->n_sectors + sector];

    for (size_t u = 0; row == BK_NONE && u < model->policy.n_agreements; u++)
        if (bki_concluded_by(model, customs_union, u))
            row = table->shared[kind][u * table->n_sectors + sector];
    return row;
}

static bool
has_common_tariff(const bk_model *model, const row_table *table, uint32_t customs_union)
{
    for (size_t j = 0; j < table->n_sectors; j++)
        if (row_of_union(model, table, BK_TARIFF_COMMON_EXTERNAL, customs_union, j) != BK_NONE)
            return true;
    return false;
}

/* Of the unions a country is in: one with a common tariff, then one that no other of them has concluded, then by name.
 */
static bool
goes_before(const bk_policy_state *state, const row_table *table, uint32_t a, uint32_t b)
{
    const bk_model *model = state->model;
    const bool      a_has = has_common_tariff(model, table, a), b_has = has_common_tariff(model, table, b);

    if (a_has != b_has)
        return a_has;
    if (bki_concluded_by(model, b, a) != bki_concluded_by(model, a, b))
        return bki_concluded_by(model, b, a);
    return state->name_rank[a] < state->name_rank[b];
}

static uint32_t
home_union(const bk_policy_state *state, const row_table *table, const bool *party, size_t country)
{
    const bk_model *model = state->model;
    uint32_t        best = BK_NONE;

    for (uint32_t u = 0; u < model->policy.n_agreements; u++)
        if (model->policy.agreements[u].customs_union && party[u * model->n_countries + country] &&
            (best == BK_NONE || goes_before(state, table, u, best)))
            best = u;
    return best;
}

/* The first basis of which there is a row. */
static bki_external
external_of(const bk_policy_state *state, const row_table *table, size_t country, uint32_t base_union, size_t sector)
{
    const size_t   at = country * table->n_sectors + sector;
    const uint32_t now = state->union_of[country];
    const uint32_t own = table->own[BK_TARIFF_MFN][at], national = table->own[BK_TARIFF_NATIONAL][at];
    const uint32_t common =
        now != BK_NONE ? row_of_union(state->model, table, BK_TARIFF_COMMON_EXTERNAL, now, sector) : BK_NONE;

    if (now != BK_NONE && now != base_union)
        return (bki_external){common != BK_NONE ? BK_BASIS_COMMON_EXTERNAL : BK_BASIS_UNKNOWN, common, BK_NONE};
    if (now == BK_NONE && base_union != BK_NONE) {
        if (national != BK_NONE)
            return (bki_external){BK_BASIS_NATIONAL, national, BK_NONE};
        return (bki_external){own != BK_NONE ? BK_BASIS_OWN_AS_NATIONAL : BK_BASIS_UNKNOWN, own, BK_NONE};
    }
    if (own != BK_NONE)
        return (bki_external){BK_BASIS_OWN, own, BK_NONE};
    return (bki_external){common != BK_NONE ? BK_BASIS_COMMON_EXTERNAL : BK_BASIS_UNKNOWN, common, BK_NONE};
}

static void
fill(bk_policy_state *state, const row_table *table)
{
    const size_t n_sectors = table->n_sectors;

    for (size_t c = 0; c < state->model->n_countries; c++) {
        const uint32_t base_union = home_union(state, table, state->base_party, c);
        state->union_of[c] = home_union(state, table, state->party, c);
        for (size_t j = 0; j < n_sectors; j++) {
            bki_external *external = &state->external[c * n_sectors + j];
            *external = external_of(state, table, c, base_union, j);
            external->general_row = table->own[BK_TARIFF_GENERAL][c * n_sectors + j];
            if (external->general_row == BK_NONE && state->union_of[c] != BK_NONE)
                external->general_row = row_of_union(state->model, table, BK_TARIFF_GENERAL, state->union_of[c], j);
        }
    }
}

bk_status
bki_state_external(bk_policy_state *state, bk_arena *arena)
{
    row_table table;
    bk_arena  scratch;

    state->external = BK_NEW(arena, bki_external, state->model->n_countries * state->model->economy.n_sectors);
    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, arena->ctx);
    const bk_status status = sort_rows(state->model, &scratch, &table);
    if (status == BK_OK)
        fill(state, &table);
    bk_arena_release(&scratch);
    return status;
}
