/* The tables of facts in STUDY/balance: names to numbers, rows to arrays.  A row for `*` speaks for every region (or
 * sector) that has no row of its own. */
#include "study/balance.h"
#include "io/columns.h"
#include "io/folder.h"
#include "io/rows.h"

#include <stdio.h>
#include <string.h>

#define LARGEST 1e300

static const char *const tables[] = {"region",  "sector",     "pair",   "trade",     "composition",
                                     "account", "technology", "tariff", "own_sales", "replace"};

const char *
bki_facts_path(const bki_facts *facts, const char *name)
{
    return name != NULL ? bki_path_join(facts->arena, facts->folder, name) : NULL;
}

bool
bki_facts_exist(bk_arena *arena, const char *folder)
{
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        const char *name = bk_arena_format(arena, "balance/%s.csv", tables[t]);
        const char *path = name != NULL ? bki_path_join(arena, folder, name) : NULL;
        if (path != NULL && bki_exists(path))
            return true;
    }
    return false;
}

/* ---- cells ------------------------------------------------------------------------------------------------------ */

typedef struct fact_row { /* while one table is read */
    bki_facts  *facts;
    const char *path;
    bool       *seen; /* keys of the table */
} fact_row;

static bool
is_every(const bki_named_cell *cell)
{
    return cell->length == 1 && cell->text[0] == '*';
}

/* The number of a region or sector; `every` where it is `*` and that is allowed (BK_NONE: it is not).  BK_NONE: a
 * fault. */
static uint32_t
name_take(const fact_row *row, const bk_names *names, const char *what, const bki_named_cell *cell, uint32_t every,
          int line)
{
    if (every != BK_NONE && is_every(cell))
        return every;
    const uint32_t index = bk_names_find(names, cell->text, cell->length);
    if (index != BK_NONE)
        return index;
    const char *nearest = bk_names_nearest(names, cell->text, cell->length);
    bk_fail_at(row->facts->ctx, BK_ERR_REFERENCE, row->path, line, cell->column,
               nearest != NULL ? bk_arena_format(row->facts->arena, "did you mean %s?", nearest) : NULL,
               "there is no %s %.*s", what, (int)(cell->length < 60 ? cell->length : 60), cell->text);
    return BK_NONE;
}

static uint32_t
region_take(const fact_row *row, const bki_named_cell *cell, bool or_every, int line)
{
    return name_take(row, row->facts->regions, "region", cell, or_every ? (uint32_t)row->facts->n_regions : BK_NONE,
                     line);
}

static uint32_t
sector_take(const fact_row *row, const bki_named_cell *cell, bool or_every, int line)
{
    return name_take(row, row->facts->sectors, "sector", cell, or_every ? (uint32_t)row->facts->n_sectors : BK_NONE,
                     line);
}

/* False, and a fault: the key had a row before. */
static bool
key_take(const fact_row *row, size_t key, int line)
{
    if (!row->seen[key]) {
        row->seen[key] = true;
        return true;
    }
    bk_fail_at(row->facts->ctx, BK_ERR_DUPLICATE, row->path, line, 1, "leave one of the two out",
               "the table has a row for this already");
    return false;
}

static double
number_or_unknown(const bki_named_cell *cell)
{
    return cell->is_empty ? BK_UNKNOWN : cell->number;
}

/* Reads balance/NAME.csv if it is there; `n_keys` of its rows. */
static bk_status
table_read(bki_facts *facts, const char *path, const bki_named_column *columns, size_t n_columns, size_t n_keys,
           bki_named_row take)
{
    if (!bki_exists(path))
        return BK_OK;
    fact_row row = {.facts = facts, .path = path, .seen = BK_NEW(facts->arena, bool, n_keys)};
    BK_TRY(bk_arena_ok(facts->arena));
    return bki_columns_read(facts->ctx, facts->csv, path, columns, n_columns, take, &row);
}

#define NAME(text)                                                                                                     \
    {                                                                                                                  \
        .name = text, .is_required = true                                                                              \
    }
#define NUMBER(text)                                                                                                   \
    {                                                                                                                  \
        .name = text, .is_number = true, .is_required = true, .least = 0.0, .most = LARGEST                            \
    }
#define MAYBE(text, upper)                                                                                             \
    {                                                                                                                  \
        .name = text, .is_number = true, .may_be_empty = true, .least = 0.0, .most = upper                             \
    }

/* ---- the tables ------------------------------------------------------------------------------------------------- */

static bk_status
pair_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    const uint32_t  i = region_take(row, &cells[0], false, line), n = region_take(row, &cells[1], false, line);

    if (i == BK_NONE || n == BK_NONE)
        return BK_OK;
    const size_t at = n * row->facts->n_regions + i;
    if (n == i)
        bk_fail_at(row->facts->ctx, BK_ERR_VALUE, row->path, line, cells[1].column,
                   "leave it out; own sales follow from output", "a pair of a region with itself");
    else if (key_take(row, at, line))
        row->facts->pair_total[at] = cells[2].number;
    return BK_OK;
}

static void
source_keep(bki_facts *facts, const bki_named_cell *source, const bki_named_cell *confidence, size_t at)
{
    char text[512];

    if (source->is_empty && confidence->is_empty)
        return;
    const int n = snprintf(text, sizeof text, "%.*s\x1f%.*s", (int)(source->length < 400 ? source->length : 400),
                           source->text, (int)(confidence->length < 40 ? confidence->length : 40), confidence->text);
    facts->trade_source[at] = bk_names_intern(facts->sources, text, (size_t)n);
}

static bk_status
trade_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    bki_facts      *facts = row->facts;
    const uint32_t  j = sector_take(row, &cells[0], false, line);
    const uint32_t  i = region_take(row, &cells[1], false, line), n = region_take(row, &cells[2], false, line);

    if (j == BK_NONE || i == BK_NONE || n == BK_NONE)
        return BK_OK;
    const size_t at = (j * facts->n_regions + n) * facts->n_regions + i;
    const bool   is_seed = cells[4].length == 4 && memcmp(cells[4].text, "seed", 4) == 0;
    if (!is_seed && !cells[4].is_empty && !(cells[4].length == 4 && memcmp(cells[4].text, "cell", 4) == 0)) {
        bk_fail_at(facts->ctx, BK_ERR_VALUE, row->path, line, cells[4].column, NULL,
                   "use is %.*s, must be cell or seed", (int)(cells[4].length < 60 ? cells[4].length : 60),
                   cells[4].text);
        return BK_OK;
    }
    if (!key_take(row, at, line))
        return BK_OK;
    *(is_seed ? &facts->seed[at] : &facts->trade[at]) = cells[3].number;
    if (!is_seed)
        source_keep(facts, &cells[5], &cells[6], at);
    return bk_arena_ok(facts->arena);
}

static bk_status
composition_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    bki_facts      *facts = row->facts;
    const uint32_t  r = region_take(row, &cells[0], false, line), j = sector_take(row, &cells[2], false, line);
    const bool      is_import = cells[1].length == 6 && memcmp(cells[1].text, "import", 6) == 0;

    if (!is_import && !(cells[1].length == 6 && memcmp(cells[1].text, "export", 6) == 0)) {
        bk_fail_at(facts->ctx, BK_ERR_VALUE, row->path, line, cells[1].column, NULL,
                   "flow is %.*s, must be export or import", (int)(cells[1].length < 60 ? cells[1].length : 60),
                   cells[1].text);
        return BK_OK;
    }
    if (r == BK_NONE || j == BK_NONE)
        return BK_OK;
    const size_t at = j * facts->n_regions + r;
    if (key_take(row, (is_import ? facts->n_sectors * facts->n_regions : 0) + at, line))
        facts->share[is_import][at] = cells[3].number;
    return BK_OK;
}

static bk_status
account_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    const uint32_t  r = region_take(row, &cells[0], true, line), j = sector_take(row, &cells[1], false, line);

    if (r == BK_NONE || j == BK_NONE)
        return BK_OK;
    const size_t at = r * row->facts->n_sectors + j;
    if (key_take(row, at, line))
        for (size_t k = 0; k < 3; k++)
            row->facts->account[k][at] = number_or_unknown(&cells[2 + k]);
    return BK_OK;
}

static bk_status
technology_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    bki_facts      *facts = row->facts;
    const uint32_t  r = region_take(row, &cells[0], true, line);
    const uint32_t  k = sector_take(row, &cells[1], false, line), j = sector_take(row, &cells[2], false, line);

    if (r == BK_NONE || k == BK_NONE || j == BK_NONE)
        return BK_OK;
    const size_t at = (r * facts->n_sectors + k) * facts->n_sectors + j;
    facts->has_technology[r] = true;
    if (key_take(row, at, line))
        facts->technology[at] = cells[3].number;
    return BK_OK;
}

static bk_status
tariff_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    const uint32_t  j = sector_take(row, &cells[0], false, line);
    const uint32_t  i = region_take(row, &cells[1], false, line), n = region_take(row, &cells[2], false, line);

    if (j == BK_NONE || i == BK_NONE || n == BK_NONE)
        return BK_OK;
    const size_t at = (j * row->facts->n_regions + n) * row->facts->n_regions + i;
    if (key_take(row, at, line))
        row->facts->tariff[at] = cells[3].number;
    return BK_OK;
}

static bk_status
own_sales_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    const uint32_t  r = region_take(row, &cells[0], true, line), j = sector_take(row, &cells[1], true, line);

    if (r == BK_NONE || j == BK_NONE)
        return BK_OK;
    const size_t at = r * (row->facts->n_sectors + 1) + j;
    if (key_take(row, at, line))
        for (size_t k = 0; k < 3; k++)
            row->facts->own[k][at] = number_or_unknown(&cells[2 + k]);
    return BK_OK;
}

static bk_status
replace_row(void *state, const bki_named_cell *cells, int line)
{
    const fact_row *row = state;
    bki_facts      *facts = row->facts;
    const uint32_t  i = region_take(row, &cells[0], true, line), n = region_take(row, &cells[1], false, line);

    if (i == BK_NONE || n == BK_NONE || !key_take(row, n * (facts->n_regions + 1) + i, line))
        return BK_OK;
    if (i == facts->n_regions && cells[2].is_empty) {
        bk_fail_at(facts->ctx, BK_ERR_VALUE, row->path, line, cells[2].column, NULL,
                   "the total of all imports is empty");
        return BK_OK;
    }
    if (facts->n_cuts == facts->cut_capacity) {
        const size_t    capacity = 2 * facts->cut_capacity + 64;
        bk_balance_cut *grown = BK_NEW(facts->arena, bk_balance_cut, capacity);
        BK_TRY(bk_arena_ok(facts->arena));
        if (facts->n_cuts > 0)
            memcpy(grown, facts->cuts, facts->n_cuts * sizeof *grown);
        facts->cuts = grown;
        facts->cut_capacity = capacity;
    }
    facts->cuts[facts->n_cuts++] = (bk_balance_cut){
        .exporter = i == facts->n_regions ? BK_NONE : i, .importer = n, .value = number_or_unknown(&cells[2])};
    return BK_OK;
}

/* ---- all of them ------------------------------------------------------------------------------------------------ */

static double *
unknown_numbers(bk_arena *arena, size_t n)
{
    double *numbers = BK_NEW(arena, double, n);

    for (size_t i = 0; numbers != NULL && i < n; i++)
        numbers[i] = BK_UNKNOWN;
    return numbers;
}

static bk_status
arrays_make(bki_facts *f)
{
    const size_t N = f->n_regions, J = f->n_sectors;

    f->pair_total = unknown_numbers(f->arena, N * N);
    f->trade = unknown_numbers(f->arena, J * N * N);
    f->seed = unknown_numbers(f->arena, J * N * N);
    f->tariff = BK_NEW(f->arena, double, J *N *N);
    f->trade_source = BK_NEW(f->arena, uint32_t, J * N * N);
    f->sources = bk_names_create(f->arena);
    f->technology = BK_NEW(f->arena, double, (N + 1) * J * J);
    f->has_technology = BK_NEW(f->arena, bool, N + 1);
    for (size_t k = 0; k < 2; k++)
        f->share[k] = unknown_numbers(f->arena, J * N);
    for (size_t k = 0; k < 3; k++) {
        f->account[k] = unknown_numbers(f->arena, (N + 1) * J);
        f->own[k] = unknown_numbers(f->arena, (N + 1) * (J + 1));
    }
    BK_TRY(bk_arena_ok(f->arena));
    for (size_t at = 0; at < J * N * N; at++)
        f->trade_source[at] = BK_NONE;
    return BK_OK;
}

static bk_status
tables_read(bki_facts *f)
{
    static const bki_named_column pair[] = {NAME("exporter"), NAME("importer"), NUMBER("value")};
    static const bki_named_column trade[] = {NAME("sector"),        NAME("exporter"), NAME("importer"),
                                             NUMBER("value"),       {.name = "use"},  {.name = "source"},
                                             {.name = "confidence"}};
    static const bki_named_column composition[] = {NAME("region"), NAME("flow"), NAME("sector"), NUMBER("share")};
    static const bki_named_column account[] = {NAME("region"), NAME("sector"), MAYBE("value_added", LARGEST),
                                               MAYBE("value_added_share", 1.0), MAYBE("intermediate_share", 1.0)};
    static const bki_named_column technology[] = {NAME("region"), NAME("using_sector"), NAME("supplying_sector"),
                                                  NUMBER("share")};
    static const bki_named_column tariff[] = {NAME("sector"), NAME("exporter"), NAME("importer"), NUMBER("rate")};
    static const bki_named_column own_sales[] = {NAME("region"), NAME("sector"), MAYBE("of_exports", LARGEST),
                                                 MAYBE("of_imports", LARGEST), MAYBE("least", LARGEST)};
    static const bki_named_column replace[] = {NAME("exporter"), NAME("importer"), MAYBE("value", LARGEST)};
    const size_t                  N = f->n_regions, J = f->n_sectors;
    const char                   *tariff_path = bki_facts_path(f, "balance/tariff.csv");

    BK_TRY(bk_arena_ok(f->arena));
    f->tariff_is_fact = bki_exists(tariff_path);
    if (!f->tariff_is_fact)
        tariff_path = bki_facts_path(f, "economy/tariff.csv");
    const bk_status all[] = {
        table_read(f, bki_facts_path(f, "balance/pair.csv"), pair, 3, N * N, pair_row),
        table_read(f, bki_facts_path(f, "balance/trade.csv"), trade, 7, J * N * N, trade_row),
        table_read(f, bki_facts_path(f, "balance/composition.csv"), composition, 4, 2 * J * N, composition_row),
        table_read(f, bki_facts_path(f, "balance/account.csv"), account, 5, (N + 1) * J, account_row),
        table_read(f, bki_facts_path(f, "balance/technology.csv"), technology, 4, (N + 1) * J * J, technology_row),
        table_read(f, tariff_path, tariff, 4, J * N * N, tariff_row),
        table_read(f, bki_facts_path(f, "balance/own_sales.csv"), own_sales, 5, (N + 1) * (J + 1), own_sales_row),
        table_read(f, bki_facts_path(f, "balance/replace.csv"), replace, 3, (N + 1) * N, replace_row)};
    for (size_t t = 0; t < sizeof all / sizeof *all; t++)
        BK_TRY(all[t]);
    return BK_OK;
}

bk_status
bki_facts_read(bki_facts *facts)
{
    BK_TRY(bki_facts_read_places(facts, false));
    BK_TRY(arrays_make(facts));
    return tables_read(facts);
}
