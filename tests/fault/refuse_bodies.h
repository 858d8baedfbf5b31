/* What the bodies of refuse.h share: a folder of their own, the seeds of the fuzz programs as good files, and numbers
 * made of answers. */
#ifndef REFUSE_BODIES_H
#define REFUSE_BODIES_H

#include "bkt_folder.h"
#include "buckle/buckle.h"
#include "refuse.h"

/* Of the program, while its tests run. */
static char folder[64];

static inline int
bkt_own_folder_create(void **state)
{
    (void)state;
    bkt_folder_create(folder);
    return 0;
}

static inline int
bkt_own_folder_remove(void **state)
{
    (void)state;
    bkt_folder_remove(folder);
    return 0;
}

static inline const char *
bkt_root(const char *name)
{
    return bkt_path(getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".", name);
}

/* A part of a file of the project, parts ending with a NUL, or all of it for 0, as `name` in the folder. */
static inline void
bkt_put_copy(const char *name, const char *source, size_t part)
{
    static char bytes[1 << 16];
    FILE       *file = fopen(bkt_root(source), "rb");

    assert_non_null(file);
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    assert_true(n < sizeof bytes);
    fclose(file);
    const char *begin = bytes, *end = bytes + n;
    for (; part > 1; part--)
        begin = (const char *)memchr(begin, 0, (size_t)(end - begin)) + 1;
    const char *stop = part > 0 ? memchr(begin, 0, (size_t)(end - begin)) : NULL;
    bkt_file_put(folder, name, begin, (size_t)((stop != NULL ? stop : end) - begin));
}

static inline uint64_t
bkt_hash_file(uint64_t hash, const char *path)
{
    char  bytes[4096];
    FILE *file = fopen(path, "rb");

    assert_non_null(file);
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        hash = refuse_hash(hash, bytes, n);
    fclose(file);
    return hash;
}

static inline uint64_t
bkt_hash_table(uint64_t hash, const bk_table *table)
{
    hash = refuse_hash_text(hash, table->name);
    for (size_t c = 0; c < table->n_columns; c++) {
        const bk_column *column = &table->columns[c];
        hash = refuse_hash_text(refuse_hash_text(refuse_hash_text(hash, column->name), column->unit), column->meaning);
        for (size_t row = 0; row < table->n_rows; row++)
            if (column->empty != NULL && column->empty[row])
                hash = refuse_hash(hash, "", 1);
            else if (column->kind == BK_COLUMN_TEXT)
                hash = refuse_hash_text(hash, column->text[row]);
            else if (column->kind == BK_COLUMN_NUMBER)
                hash = refuse_hash(hash, &column->number[row], sizeof(double));
            else
                hash = refuse_hash(hash, &column->integer[row], sizeof(int64_t));
    }
    if (table->geometry != BK_GEOMETRY_NONE)
        hash = refuse_hash(hash, table->lon_lat, 2 * table->first_point[table->n_rows] * sizeof(double));
    return hash;
}

static inline uint64_t
bkt_hash_results(uint64_t hash, const bk_results *results)
{
    for (size_t t = 0; t < results->n_tables; t++)
        hash = bkt_hash_table(hash, results->tables[t]);
    return hash;
}

static inline uint64_t
bkt_hash_network(uint64_t hash, const bk_road_network *network)
{
    char id[BK_ROAD_ID_SIZE];

    hash = refuse_hash(hash, network->from, network->n_arcs * sizeof *network->from);
    hash = refuse_hash(hash, network->to, network->n_arcs * sizeof *network->to);
    hash = refuse_hash(hash, network->fixed, network->n_arcs * sizeof(double));
    hash = refuse_hash(hash, network->vdf.free_time, network->n_arcs * sizeof(double));
    for (size_t n = 0; n < network->n_nodes; n++)
        hash = refuse_hash_text(hash, bk_road_node_id(network, n, id));
    return hash;
}

static inline uint64_t
bkt_hash_demand(uint64_t hash, const bk_road_demand *demand)
{
    const size_t n = demand->first[demand->n_zones];

    hash = refuse_hash(hash, demand->destination, n * sizeof *demand->destination);
    return refuse_hash(hash, demand->volume, n * sizeof(double));
}

static inline uint64_t
bkt_hash_model(uint64_t hash, const bk_model *model)
{
    const size_t n = model->economy.n_regions, s = model->economy.n_sectors;

    hash = refuse_hash(hash, &model->network_hash, sizeof model->network_hash);
    hash = refuse_hash(hash, model->economy.tariff, s * n * n * sizeof(double));
    for (size_t l = 0; l < model->network.n_links; l++)
        hash = refuse_hash_text(hash, model->network.links[l].id);
    for (size_t b = 0; b < model->network.n_borders; b++)
        hash = refuse_hash(hash, &model->network.borders[b].control_hours, sizeof(double));
    return hash;
}

/* Memory, the system and signals, at each place; nothing may be left under a temporary name in the folder `kept_clean`,
 * if one is given. */
static inline void
bkt_refuse_all(const refuse_call *call, const char *kept_clean)
{
    for (refuse_what what = REFUSE_MEMORY; what <= REFUSE_INTERRUPTED; what++) {
        const refuse_count count = refuse_everywhere(call, what);
        if (what == REFUSE_MEMORY && count.n_failed == 0)
            fail_msg("%s: no lack of memory was an error", call->name);
    }
    if (kept_clean != NULL)
        assert_false(bkt_folder_has_temporary(kept_clean));
}

#endif
