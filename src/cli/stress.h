/* The answer of `stress` and `merge`, as text or JSON. */
#ifndef CLI_STRESS_H
#define CLI_STRESS_H

#include "buckle/stress.h"
#include "cli/cli.h"

typedef struct bki_stress_shown {
    bki_session     *session;
    const bk_stress *stress;
    const char      *file;             /* that draws were kept in, or NULL */
    const char      *package, *folder; /* that tables were written to, or NULL */
    uint64_t         shard, n_shards;  /* shard 1 of n_shards; n_shards 0: all */
    double           seconds;
} bki_stress_shown;

extern const bki_ending bki_stress_ending; /* of a bki_stress_shown */

/* Tables go where --out names a GeoPackage, and as CSV files into the folder of --tables. */
bool      bki_stress_is_package(const char *path);
bk_status bki_stress_write_tables(bki_stress_shown *shown);

void     bki_stress_print_text(const bki_stress_shown *shown);
bki_exit bki_stress_print_json(const bki_stress_shown *shown);

/* The answer of a kind of a scenario to an economy; NULL if there is none. */
const bk_stress_answer *bki_stress_find(const bk_stress *stress, size_t scenario, bk_stress_kind kind, uint32_t economy,
                                        bool works, uint32_t project);

#endif
