#include "io/concordance.h"
#include "io/columns.h"

#include <math.h>
#include <string.h>

typedef struct concordance_reading {
    bk_context      *ctx;
    bk_arena        *arena;
    const char      *path;
    bki_concordance *out;
} concordance_reading;

static bk_status
target_keep(concordance_reading *r, uint32_t code, uint32_t target)
{
    bki_concordance *c = r->out;

    if (code >= c->capacity) {
        const size_t capacity = c->capacity == 0 ? 256 : 2 * c->capacity;
        uint32_t    *grown = BK_NEW(r->arena, uint32_t, capacity);
        BK_TRY(bk_arena_ok(r->arena));
        if (c->capacity > 0)
            memcpy(grown, c->target, c->capacity * sizeof *grown);
        c->target = grown;
        c->capacity = capacity;
    }
    c->target[code] = target;
    return BK_OK;
}

static bk_status
concordance_row(void *state, const bki_named_cell *cells, int line)
{
    concordance_reading *r = state;
    bki_concordance     *c = r->out;

    if (cells[0].is_empty || cells[1].is_empty) /* not assigned on purpose */
        return BK_OK;
    const size_t   count = bk_names_count(c->codes);
    const uint32_t code = bk_names_intern(c->codes, cells[0].text, cells[0].length);
    const uint32_t target = bk_names_intern(c->targets, cells[1].text, cells[1].length);
    BK_TRY(bk_arena_ok(r->arena));
    if (code < count && c->target[code] != target) {
        bk_fail_at(r->ctx, BK_ERR_DUPLICATE, r->path, line, cells[0].column, "leave one of the two rows out",
                   "%s belongs to %s already", bk_names_text(c->codes, code),
                   bk_names_text(c->targets, c->target[code]));
        return BK_OK;
    }
    if (cells[0].length > c->longest)
        c->longest = cells[0].length;
    return target_keep(r, code, target);
}

bk_status
bki_concordance_read(bk_context *ctx, bki_csv *csv, const char *path, const char *from, const char *to, bk_arena *arena,
                     bki_concordance *out)
{
    const bki_named_column columns[] = {{.name = from, .is_required = true, .may_be_empty = true},
                                        {.name = to, .is_required = true, .may_be_empty = true}};
    concordance_reading    reading = {.ctx = ctx, .arena = arena, .path = path, .out = out};

    *out = (bki_concordance){.codes = bk_names_create(arena), .targets = bk_names_create(arena)};
    BK_TRY(bk_arena_ok(arena));
    BK_TRY(bki_columns_read(ctx, csv, path, columns, 2, concordance_row, &reading));
    if (bk_names_count(out->targets) == 0)
        return bk_fail_at(ctx, BK_ERR_SCHEMA, path, 0, 0, NULL, "the concordance has no rows");
    return BK_OK;
}

uint32_t
bki_concordance_find(const bki_concordance *concordance, const char *code, size_t length)
{
    const uint32_t index = bk_names_find(concordance->codes, code, length);

    return index == BK_NONE ? BK_NONE : concordance->target[index];
}

uint32_t
bki_concordance_find_start(const bki_concordance *concordance, const char *code, size_t length)
{
    for (size_t n = length < concordance->longest ? length : concordance->longest; n > 0; n--) {
        const uint32_t target = bki_concordance_find(concordance, code, n);
        if (target != BK_NONE)
            return target;
    }
    return BK_NONE;
}
