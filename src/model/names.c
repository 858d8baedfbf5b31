/* Names of a study: which things there are, and what a cell refers to. */
#include "model/build.h"

#include <stdio.h>
#include <string.h>

/* ---- texts held by the model --------------------------------------------------------------------------------- */

const char *
bki_keep_text(bki_build *build, const char *text)
{
    const char *copy = bk_arena_text(build->out, text, strlen(text));

    return copy != NULL ? copy : "";
}

const char *
bki_keep(bki_build *build, uint32_t symbol)
{
    if (symbol == BK_NONE)
        return "";
    if (build->kept[symbol] == NULL)
        build->kept[symbol] = bki_keep_text(build, bk_names_text(build->builder->symbols, symbol));
    return build->kept[symbol];
}

const char *
bki_keep_cell(bki_build *build, const bki_rows *rows, size_t row, size_t column, uint32_t otherwise)
{
    const uint32_t symbol = bki_symbol_at(rows, row, column);

    return bki_keep(build, symbol != BK_NONE ? symbol : otherwise);
}

/* ---- indices ------------------------------------------------------------------------------------------------- */

bk_status
bki_index_create(bki_build *build, bki_index *index, const char *what, const char *file)
{
    *index = (bki_index){.what = what, .file = file};
    index->names = bk_names_create(build->scratch);
    index->of_symbol = BK_NEW(build->scratch, uint32_t, build->n_symbols);
    index->symbols = BK_NEW(build->scratch, uint32_t, build->n_symbols);
    BK_TRY(bk_arena_ok(build->scratch));
    memset(index->of_symbol, 0xff, build->n_symbols * sizeof *index->of_symbol); /* all BK_NONE */
    return BK_OK;
}

void
bki_index_add(bki_build *build, bki_index *index, uint32_t symbol)
{
    if (symbol == BK_NONE || index->of_symbol[symbol] != BK_NONE)
        return;
    const char *text = bk_names_text(build->builder->symbols, symbol);
    bk_names_intern(index->names, text, strlen(text));
    index->symbols[index->count] = symbol;
    index->of_symbol[symbol] = (uint32_t)index->count++;
}

static void
index_add_column(bki_build *build, bki_index *index, bki_table_id table, size_t column)
{
    const bki_rows *rows = bki_table(build, table);

    for (size_t row = 0; row < rows->n_rows; row++)
        bki_index_add(build, index, bki_symbol_at(rows, row, column));
}

void
bki_fault_twice(bki_build *build, const bki_rows *rows, size_t row, size_t column, size_t first)
{
    const bki_place before = bki_place_of(rows, first, column);

    bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, column), "remove one of the two rows",
              "%s '%s' is there twice, first in line %d", rows->schema->columns[column].name,
              bki_text_at(build->builder, rows, row, column), before.line);
}

/* One thing a row: its number is that of the row.  The symbols of faulty rows stay out. */
static bk_status
index_rows(bki_build *build, bki_index *index, const char *what, bki_table_id table)
{
    const bki_rows *rows = bki_table(build, table);

    BK_TRY(bki_index_create(build, index, what, rows->schema->file));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t symbol = bki_symbol_at(rows, row, 0);
        if (symbol == BK_NONE)
            continue;
        if (index->of_symbol[symbol] != BK_NONE) {
            bki_fault_twice(build, rows, row, 0, index->of_symbol[symbol]);
            continue;
        }
        bki_index_add(build, index, symbol);
        index->of_symbol[symbol] = (uint32_t)row;
    }
    index->count = rows->n_rows;
    return BK_OK;
}

/* Regions and sectors of a transport study without economy/: those its network speaks of. */
static bk_status
index_implied(bki_build *build)
{
    if (!bki_table(build, BKI_REGION)->given)
        index_add_column(build, &build->regions, BKI_ZONE, ZONE_REGION);
    if (bki_table(build, BKI_SECTOR)->given)
        return BK_OK;
    index_add_column(build, &build->sectors, BKI_MODE, MODE_SECTOR);
    if (build->sectors.count == 0 && bki_table(build, BKI_LINK)->n_rows > 0)
        bki_index_add(build, &build->sectors, bk_names_find(build->builder->symbols, "freight", 7));
    if (build->sectors.count > 0)
        bki_warn(build->builder, (bki_place){.file = "economy/sector.csv"},
                 "there is none, so time has no value to a load; add it with usd_per_tonne and time_cost_per_day");
    return BK_OK;
}

static bk_status
index_countries(bki_build *build)
{
    const bki_rows *regions = bki_table(build, BKI_REGION);

    BK_TRY(bki_index_create(build, &build->countries, "country", "economy/region.csv or network/node.csv"));
    for (size_t row = 0; row < regions->n_rows; row++) {
        const uint32_t country = bki_symbol_at(regions, row, REGION_COUNTRY);
        bki_index_add(build, &build->countries, country != BK_NONE ? country : bki_symbol_at(regions, row, REGION_ID));
    }
    index_add_column(build, &build->countries, BKI_NODE, NODE_COUNTRY);
    if (!regions->given)
        for (size_t i = 0; i < build->regions.count; i++)
            bki_index_add(build, &build->countries, build->regions.symbols[i]);
    index_add_column(build, &build->countries, BKI_MEMBER, MEMBER_COUNTRY);
    return BK_OK;
}

bk_status
bki_build_names(bki_build *build)
{
    bk_names_intern(build->builder->symbols, "freight", 7); /* see index_implied */
    build->n_symbols = bk_names_count(build->builder->symbols);
    build->kept = BK_NEW(build->scratch, const char *, build->n_symbols);
    BK_TRY(bk_arena_ok(build->scratch));
    BK_TRY(index_rows(build, &build->nodes, "node", BKI_NODE));
    BK_TRY(index_rows(build, &build->links, "link", BKI_LINK));
    BK_TRY(index_rows(build, &build->zones, "zone", BKI_ZONE));
    BK_TRY(index_rows(build, &build->regions, "region", BKI_REGION));
    BK_TRY(index_rows(build, &build->sectors, "sector", BKI_SECTOR));
    BK_TRY(index_rows(build, &build->agreements, "agreement", BKI_AGREEMENT));
    BK_TRY(index_rows(build, &build->sanctions, "sanction", BKI_SANCTION));
    BK_TRY(index_rows(build, &build->projects, "project", BKI_PROJECT));
    BK_TRY(bki_index_create(build, &build->modes, "mode", "network/link.csv"));
    index_add_column(build, &build->modes, BKI_LINK, LINK_MODE);
    index_add_column(build, &build->modes, BKI_MODE, MODE_MODE);
    BK_TRY(index_implied(build));
    BK_TRY(index_countries(build));
    return bk_arena_ok(build->scratch);
}

/* ---- references ---------------------------------------------------------------------------------------------- */

uint32_t
bki_resolve_word(bki_build *build, bki_place place, bki_text word, const bki_index *index)
{
    const uint32_t symbol = bk_names_find(build->builder->symbols, word.start, word.length);
    const uint32_t found = symbol < build->n_symbols ? index->of_symbol[symbol] : BK_NONE;
    char           text[128];

    if (found != BK_NONE)
        return found;
    snprintf(text, sizeof text, "%.*s", (int)word.length, word.start);
    bki_fault(build->builder, BK_ERR_REFERENCE, place,
              bki_did_you_mean(build->builder, index->names, text,
                               bk_arena_format(build->scratch, "add it to %s, or correct the name", index->file)),
              "%s '%s' is not in %s", index->what, text, index->file);
    return BK_NONE;
}

uint32_t
bki_resolve(bki_build *build, const bki_rows *rows, size_t row, size_t column, const bki_index *index)
{
    const uint32_t symbol = bki_symbol_at(rows, row, column);

    if (symbol == BK_NONE)
        return BK_NONE;
    if (index->of_symbol[symbol] != BK_NONE)
        return index->of_symbol[symbol];
    const char *text = bk_names_text(build->builder->symbols, symbol);
    return bki_resolve_word(build, bki_place_of(rows, row, column), (bki_text){text, strlen(text)}, index);
}

void
bki_check_words(bki_build *build, const bki_rows *rows, size_t row, size_t column, const bki_index *index,
                const bki_index *other)
{
    const char *text = bki_text_at(build->builder, rows, row, column);
    bki_text    rest = {text, strlen(text)};

    for (bki_text word = bki_next_word(&rest); word.length > 0; word = bki_next_word(&rest)) {
        const uint32_t symbol = bk_names_find(build->builder->symbols, word.start, word.length);
        if (other == NULL || symbol >= build->n_symbols || other->of_symbol[symbol] == BK_NONE)
            bki_resolve_word(build, bki_place_of(rows, row, column), word, index);
    }
}

uint32_t
bki_resolve_border(bki_build *build, const bki_rows *rows, size_t row, size_t column)
{
    const char    *text = bki_text_at(build->builder, rows, row, column);
    const uint32_t key = bk_names_find(build->border_keys, text, strlen(text));

    if (text[0] == '\0')
        return BK_NONE;
    if (key != BK_NONE)
        return build->border_of_key[key];
    bki_fault(
        build->builder, BK_ERR_REFERENCE, bki_place_of(rows, row, column),
        bki_did_you_mean(build->builder, build->border_keys, text, "write it as node_id|mode|from_country|to_country"),
        "border '%s' is not in network/border.csv", text);
    return BK_NONE;
}

void
bki_require_table(bki_build *build, bki_table_id table, const char *reason)
{
    const bki_rows *rows = bki_table(build, table);

    if (rows->given)
        return;
    bki_fault(build->builder, BK_ERR_SCHEMA, (bki_place){rows->schema->file, 0, 0}, reason, "the file is missing");
}
