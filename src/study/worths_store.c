/* Records of worths in a file that is only ever appended to, so that an interrupted search goes on where it was, and a
 * second budget costs nothing.  Under the name of a hash of all files of the study, of this program's own code and of
 * what else decides a record.
 *
 *     offset  0   8 bytes  "bworths\2"
 *             8   u64      length of a record in doubles
 *            16            records: u64 name of state and set, u64 hash of name and doubles, the doubles
 */
#include "io/folder.h"
#include "study/sources_hash.h"
#include "study/worths.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const char magic[8] = "bworths\2";

struct bki_worths_store {
    const char *path; /* NULL: kept in memory only */
    size_t      n, capacity, length;
    uint64_t   *names;  /* [n] */
    uint32_t   *slots;  /* [4 capacity] index + 1 by name; 0: free */
    double     *values; /* [n][length] as bk_worths_record */
    bool        broken; /* the file could not be written: not tried again */
};

/* ---- names ----------------------------------------------------------------------------------------------------- */

static uint64_t
add_file(bk_context *ctx, const char *path, bk_arena *scratch, uint64_t hash)
{
    const char *bytes = NULL;
    size_t      n = 0;

    if (!path || bk_file_read(ctx, path, scratch, &bytes, &n) != BK_OK) {
        bk_error_clear(ctx);
        return hash;
    }
    return bk_hash(bk_hash(hash, path, strlen(path)), bytes, n);
}

/* Every table and scenario, whether it matters or not: a worth is never taken from another study. */
static uint64_t
hash_study(bk_context *ctx, const bk_study *study, bk_arena *scratch)
{
    static const char *const folders[] = {"", "network", "economy", "policy", "projects", "scenarios"};
    uint64_t                 hash = BKI_SOURCES_HASH;

    for (size_t f = 0; f < sizeof folders / sizeof *folders; f++) {
        const char        *folder = bki_path_join(scratch, study->folder, folders[f]);
        const char *const *names = NULL;
        size_t             n = 0;
        if (!folder || bki_folder_list(ctx, folder, scratch, &n, &names) != BK_OK) {
            bk_error_clear(ctx); /* a study need not have every folder */
            continue;
        }
        for (size_t i = 0; i < n; i++)
            if (bki_ends_with(names[i], ".csv") || bki_ends_with(names[i], ".yaml"))
                hash = add_file(ctx, bki_path_join(scratch, folder, names[i]), scratch, hash);
    }
    for (size_t s = 0; s < study->n_scenarios; s++)
        hash = add_file(ctx, study->scenarios[s]->file, scratch, hash);
    return hash;
}

static bk_status
content(bk_worths *worths, uint64_t *out)
{
    const uint64_t base = bk_joint_key(worths->study->model);
    const double   tolerance = worths->settings->joint.tolerance;
    bk_arena       scratch;

    bk_arena_init(&scratch, worths->ctx);
    *out = hash_study(worths->ctx, worths->study, &scratch);
    const bk_status status = bk_arena_ok(&scratch); /* a file left out for lack of memory would be a wrong name */
    bk_arena_release(&scratch);
    *out = bk_hash(*out, &base, sizeof base);
    *out = bk_hash(*out, &tolerance, sizeof tolerance);
    return status;
}

/* Of a state and a set, by the names of scenarios and projects: the numbers depend on the candidates asked for. */
static uint64_t
name_of(const bk_worths *worths, uint64_t number)
{
    const size_t       state = (size_t)(number >> worths->n_candidates);
    const bk_projects *projects = &worths->study->model->projects;
    const char        *source = worths->settings->scenario == SIZE_MAX ? "" : worths->source->name;
    uint64_t           hash = bk_hash(1, source, strlen(source) + 1);

    const size_t scenario = state > 0 ? worths->settings->robust[state - 1] : SIZE_MAX;
    if (state > 0) {
        const char *name = scenario == SIZE_MAX ? "" : worths->study->scenarios[scenario]->name;
        hash = bk_hash(hash, name, strlen(name) + 1);
    }
    for (size_t c = 0; c < worths->n_candidates; c++) {
        const char *id = projects->projects[worths->candidates[c].project].id;
        const char  in = (char)(number >> c & 1);
        if (in || scenario != SIZE_MAX) /* a state's own projects hold in it unless they are candidates */
            hash = bk_hash(bk_hash(hash, id, strlen(id) + 1), &in, 1);
    }
    return hash;
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

static size_t
slot_of(const bki_worths_store *store, uint64_t name)
{
    const size_t mask = 4 * store->capacity - 1;
    size_t       slot = (size_t)name & mask;

    while (store->slots[slot] != 0 && store->names[store->slots[slot] - 1] != name)
        slot = (slot + 1) & mask;
    return slot;
}

static bk_status
grow(bki_worths_store *store, bk_arena *arena)
{
    bki_worths_store more = *store;

    more.capacity = store->capacity ? 2 * store->capacity : 256;
    more.names = BK_NEW(arena, uint64_t, more.capacity);
    more.values = BK_NEW(arena, double, more.capacity * store->length);
    more.slots = BK_NEW(arena, uint32_t, 4 * more.capacity);
    BK_TRY(bk_arena_ok(arena));
    if (store->n) {
        memcpy(more.names, store->names, store->n * sizeof *more.names);
        memcpy(more.values, store->values, store->n * store->length * sizeof *more.values);
    }
    for (size_t i = 0; i < store->n; i++)
        more.slots[slot_of(&more, more.names[i])] = (uint32_t)i + 1;
    *store = more;
    return BK_OK;
}

static bk_status
remember(bk_worths *worths, uint64_t name, const double *record)
{
    bki_worths_store *store = worths->store;

    if (store->n == store->capacity)
        BK_TRY(grow(store, worths->arena));
    const size_t slot = slot_of(store, name);
    if (store->slots[slot] != 0) /* two processes solved the same: the first counts */
        return BK_OK;
    store->names[store->n] = name;
    memcpy(&store->values[store->n * store->length], record, store->length * sizeof *record);
    store->slots[slot] = (uint32_t)++store->n;
    return BK_OK;
}

static uint64_t
check_of(uint64_t name, const double *record, size_t length)
{
    return bk_hash(name, record, length * sizeof *record);
}

/* What can be read of the file; a last record cut short by a kill is left out. */
static bk_status
load(bk_worths *worths, const char *bytes, size_t n)
{
    bki_worths_store *store = worths->store;
    const size_t      size = 16 + store->length * sizeof(double);
    uint64_t          head[2], length = 0;

    if (n >= 16)
        memcpy(&length, bytes + 8, sizeof length);
    if (n < 16 || memcmp(bytes, magic, sizeof magic) != 0 || length != store->length)
        return BK_OK;
    for (size_t at = 16; at + size <= n; at += size) {
        memcpy(head, bytes + at, sizeof head);
        double *record = BK_NEW(worths->arena, double, store->length);
        BK_TRY(bk_arena_ok(worths->arena));
        memcpy(record, bytes + at + 16, store->length * sizeof *record);
        if (head[1] == check_of(head[0], record, store->length))
            BK_TRY(remember(worths, head[0], record));
    }
    return BK_OK;
}

bk_status
bki_store_open(bk_worths *worths)
{
    const char *bytes = NULL, *folder = worths->settings->cache_folder;
    size_t      n = 0;
    uint64_t    key = 0;
    bk_arena    scratch;

    worths->store = BK_NEW(worths->arena, bki_worths_store, 1);
    BK_TRY(content(worths, &key));
    worths->key = bk_arena_format(worths->arena, "%016llx", (unsigned long long)key);
    BK_TRY(bk_arena_ok(worths->arena));
    worths->store->length = bk_worths_length(worths);
    if (!folder)
        return BK_OK;
    worths->store->path = bk_arena_format(worths->arena, "%s/%s.worths", folder, worths->key);
    BK_TRY(bk_arena_ok(worths->arena));
    if (!bki_exists(worths->store->path))
        return BK_OK;
    bk_arena_init(&scratch, worths->ctx);
    bk_status status = bk_file_read(worths->ctx, worths->store->path, &scratch, &bytes, &n);
    if (status == BK_ERR_FILE) {
        bk_error_clear(worths->ctx);
        bk_log(worths->ctx, BK_LOG_WARNING, "%s cannot be read; worths are solved anew", worths->store->path);
        status = BK_OK;
    } else if (status == BK_OK) {
        status = load(worths, bytes, n);
    }
    bk_arena_release(&scratch);
    return status;
}

const double *
bki_store_find(const bk_worths *worths, uint64_t number)
{
    const bki_worths_store *store = worths->store;
    const uint32_t          at = store->capacity ? store->slots[slot_of(store, name_of(worths, number))] : 0;

    return at ? &store->values[(at - 1) * store->length] : NULL;
}

/* One write, at the end of the file: processes that share the file do not tear each other's records. */
static bool
append(const bki_worths_store *store, uint64_t name, const double *record)
{
    const uint64_t head[2] = {name, check_of(name, record, store->length)}, length = store->length;
    char           block[8192];
    const size_t   size = 16 + store->length * sizeof *record;
    size_t         n = 0;
    FILE          *file = size + 16 <= sizeof block ? fopen(store->path, "ab") : NULL;

    if (!file)
        return false;
    setbuf(file, NULL);
    if (fseek(file, 0, SEEK_END) == 0 && ftell(file) == 0) {
        memcpy(block, magic, sizeof magic);
        memcpy(block + 8, &length, sizeof length);
        n = 16;
    }
    memcpy(block + n, head, sizeof head);
    memcpy(block + n + 16, record, store->length * sizeof *record);
    const bool written = fwrite(block, 1, n + size, file) == n + size;
    return fclose(file) == 0 && written;
}

bk_status
bki_store_keep(bk_worths *worths, uint64_t number, const double *record)
{
    bki_worths_store *store = worths->store;
    const uint64_t    name = name_of(worths, number);

    BK_TRY(remember(worths, name, record));
    if (!store->path || store->broken)
        return BK_OK;
    mkdir(worths->settings->cache_folder, 0700); /* the base year's cache made it, unless that is only trade */
    if (!append(store, name, record)) {
        store->broken = true;
        bk_log(worths->ctx, BK_LOG_WARNING, "worths cannot be kept in %s; the next run solves them anew", store->path);
    }
    return BK_OK;
}

void
bki_store_detach(bk_worths *worths)
{
    worths->store->path = NULL;
}
