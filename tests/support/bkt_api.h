/* The stable surface as a program outside uses it: an engine and the teaching study. */
#ifndef BKT_API_H
#define BKT_API_H

#include "bkt.h"
#include "buckle/api.h"
#include "buckle/study.h"

static inline const char *
bkt_caravan(void)
{
    static _Thread_local char folder[4096];

    snprintf(folder, sizeof folder, "%s/studies/caravan", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    return folder;
}

/* Without a cache, so that what is computed does not depend on what was. */
static inline buckle_study *
bkt_open(int threads, buckle_engine **engine)
{
    buckle_study *study = NULL;

    assert_int_equal(buckle_engine_create(threads, engine), BUCKLE_OK);
    assert_int_equal(buckle_engine_cache(*engine, NULL), BUCKLE_OK);
    assert_int_equal(buckle_study_open(*engine, bkt_caravan(), &study), BUCKLE_OK);
    return study;
}

static inline const double *
bkt_numbers(const buckle_result *result, const char *table, const char *column, size_t *n_rows)
{
    const buckle_table *found = buckle_table_find(result, table);

    assert_non_null(found);
    *n_rows = buckle_table_rows(found);
    return buckle_column_numbers(found, buckle_column_find(found, column));
}

/* A scenario of the teaching study with a measure of every kind. */
static const char bkt_everything[] =
    "title: Everything\n"
    "measures:\n"
    "  - id: works\n    projects: [steppe-line, paperless-gates]\n"
    "  - id: accession\n    join: [{agreement: steppe-union, country: XSU, date: 2026-01-01}]\n"
    "    tariffs: [{sector: oil, exporter: XNO, importer: XSU, rate: 0.01}]\n"
    "  - id: exit\n    leave: [{agreement: steppe-union, country: XAL}]\n"
    "    trade_costs: [{sector: goods, exporter: XAL, importer: XOR, factor: 0.97}]\n"
    "  - id: oil\n    productivity: [{sector: oil, region: XSU, factor: 1.1}]\n"
    "  - id: embargo\n    sanctions: [oil-embargo]\n    close: [wes_gate]\n"
    "  - id: fast-lane\n"
    "    borders: [{node_id: alm_lake, mode: ferry, from_country: XAL, to_country: XSU, side: exit, control_hours: "
    "2}]\n"
    "  - id: quicker\n    transit_tolls: [{country: XAL, usd_per_tonne: 2}]\n"
    "    adjust: [{target: border, node: alm_gate, attribute: control_hours, factor: 0.5},\n"
    "             {target: link, mode: rail, attribute: free_speed, factor: 1.1},\n"
    "             {target: tariff, sector: oil, attribute: rate, add: 0.01},\n"
    "             {target: trade_cost, importer: XWE, attribute: factor, factor: 0.99},\n"
    "             {target: productivity, region: XAL, attribute: factor, factor: 1.01}]\n";

/* Two roads between the same ends, in TNTP; `candidate`: the second is one that may be built. */
static inline void
bkt_write_roads(const char *net, const char *trips, bool candidate)
{
    FILE *file = fopen(net, "w");

    fprintf(file,
            "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 3\n<NUMBER OF LINKS> %s"
            "<END OF METADATA>\n1 4 2 7 20 0 1 0 0 1 %s;\n4 2 2 1 0 0 1 0 0 1 %s;\n3 2 2 1 0 0 1 0 0 1 %s;\n"
            "1 3 2 6 10 0.15 1 0 0 1 %s;\n",
            candidate ? "3\n<NUMBER OF NEW LINKS> 1\n" : "4\n", candidate ? "0 " : "", candidate ? "0 " : "",
            candidate ? "0 " : "", candidate ? "5 " : "");
    fclose(file);
    file = fopen(trips, "w");
    fprintf(file, "<NUMBER OF ZONES> 2\n<TOTAL OD FLOW> 4\n<END OF METADATA>\nOrigin 1\n2 : 4.0;\n");
    fclose(file);
}

/* One engine, the study through the surface and without it, with the scenario middle-way. */
typedef struct bkt_both {
    buckle_engine  *engine;
    buckle_study   *study;
    buckle_result  *result;
    bk_context     *ctx; /* the same, asked without the surface */
    bk_arena        arena;
    const bk_study *inside;
} bkt_both;

static inline int
bkt_start(void **state)
{
    static const char *const names[] = {"middle-way"};
    bkt_both                *f = calloc(1, sizeof *f);

    f->study = bkt_open(2, &f->engine);
    assert_int_equal(bk_context_create(NULL, &f->ctx), BK_OK);
    bk_arena_init(&f->arena, f->ctx);
    assert_int_equal(bk_study_open(f->ctx, bkt_caravan(), names, 1, &f->arena, &f->inside), BK_OK);
    *state = f;
    return 0;
}

static inline int
bkt_stop(void **state)
{
    bkt_both *f = *state;

    buckle_result_release(f->result);
    buckle_study_release(f->study);
    buckle_engine_release(f->engine);
    bk_arena_release(&f->arena);
    bk_context_release(f->ctx);
    free(f);
    return 0;
}

/* Every cell of two results, the surface's by its own functions. */
static inline void
bkt_same_tables(const buckle_result *shown, const bk_results *inside)
{
    assert_true(buckle_table_count(shown) >= inside->n_tables); /* it may have more of its own */
    for (size_t t = 0; t < inside->n_tables; t++) {
        const buckle_table *a = buckle_table_find(shown, inside->tables[t]->name);
        const bk_table     *b = inside->tables[t];
        assert_non_null(a);
        assert_int_equal(buckle_table_rows(a), b->n_rows);
        assert_int_equal(buckle_table_columns(a), b->n_columns);
        for (size_t c = 0; c < b->n_columns; c++) {
            const bk_column *column = &b->columns[c];
            assert_int_equal(buckle_column_find(a, column->name), c);
            assert_string_equal(buckle_column_unit(a, c), column->unit);
            for (size_t row = 0; row < b->n_rows && column->kind == BK_COLUMN_NUMBER; row++)
                assert_memory_equal(&buckle_column_numbers(a, c)[row], &column->number[row], sizeof(double));
            for (size_t row = 0; row < b->n_rows && column->kind == BK_COLUMN_INTEGER; row++)
                assert_int_equal(buckle_column_integers(a, c)[row], column->integer[row]);
        }
    }
}

#endif
