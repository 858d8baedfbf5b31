/* The stable surface as a program outside uses it: an engine and the teaching study. */
#ifndef BKT_API_H
#define BKT_API_H

#include "bkt.h"
#include "buckle/api.h"

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

#endif
