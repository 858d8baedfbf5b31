/* The elimination tree, then the upper neighbours row by row: those that have vertex i above them are the vertices of
 * the tree on the ways from i's lower neighbours up to i. */
#include "network/elimination.h"

typedef struct elimination_work {
    const bki_links *links;
    const uint32_t  *rank;   /* [n] */
    uint32_t        *vertex; /* [n] of each rank */
    uint32_t        *mark;   /* [n] the last row that has met this vertex; in `find_parents` a way up the tree */
    uint32_t        *parent; /* [n] */
    size_t          *place;  /* [n + 1] */
} elimination_work;

static void
find_parents(elimination_work *work)
{
    const bki_links *links = work->links;
    uint32_t        *shortcut = work->mark;

    for (uint32_t i = 0; i < links->n; i++) {
        const uint32_t v = work->vertex[i];
        work->parent[i] = shortcut[i] = BK_NONE;
        for (uint32_t k = links->first[v]; k < links->first[v + 1]; k++)
            for (uint32_t j = work->rank[links->neighbour[k]]; j < i;) {
                const uint32_t up = shortcut[j];
                shortcut[j] = i;
                if (up == BK_NONE)
                    work->parent[j] = i;
                j = up;
            }
    }
}

/* Counts the upper neighbours of each vertex in place[1 ...], or lists them in `head` from place[0 ...] on.  Returns
 * how many there are; stops beyond `most`. */
static size_t
walk_rows(elimination_work *work, size_t most, uint32_t *head)
{
    const bki_links *links = work->links;
    size_t           n_up = 0;

    for (uint32_t i = 0; i < links->n; i++)
        work->mark[i] = BK_NONE;
    for (uint32_t i = 0; i < links->n && n_up <= most; i++) {
        const uint32_t v = work->vertex[i];
        work->mark[i] = i;
        for (uint32_t k = links->first[v]; k < links->first[v + 1]; k++)
            for (uint32_t j = work->rank[links->neighbour[k]]; j < i && work->mark[j] != i; j = work->parent[j]) {
                work->mark[j] = i;
                n_up++;
                if (head != NULL)
                    head[work->place[j]++] = i;
                else
                    work->place[j + 1]++;
            }
    }
    return n_up;
}

static bk_status
eliminate(elimination_work *work, size_t most, bk_arena *scratch, bk_arena *arena, bki_elimination *out)
{
    const uint32_t n = work->links->n;
    size_t        *first_up = BK_NEW(arena, size_t, n + 1);

    work->vertex = BK_NEW(scratch, uint32_t, n);
    work->mark = BK_NEW(scratch, uint32_t, n);
    work->place = BK_NEW(scratch, size_t, n + 1);
    work->parent = BK_NEW(arena, uint32_t, n);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(bk_arena_ok(arena));
    for (uint32_t v = 0; v < n; v++)
        work->vertex[work->rank[v]] = v;
    find_parents(work);
    out->n_up = walk_rows(work, most, NULL);
    if (out->n_up > most)
        return BK_OK;
    for (uint32_t i = 0; i < n; i++)
        work->place[i + 1] += work->place[i];
    for (uint32_t i = 0; i <= n; i++)
        first_up[i] = work->place[i];
    uint32_t *head = BK_NEW(arena, uint32_t, first_up[n]);
    BK_TRY(bk_arena_ok(arena));
    walk_rows(work, most, head);
    *out = (bki_elimination){n, first_up[n], work->parent, first_up, head};
    return BK_OK;
}

bk_status
bki_eliminate(bk_context *ctx, const bki_links *links, const uint32_t *rank, size_t most, bk_arena *arena,
              bki_elimination *out)
{
    elimination_work work = {.links = links, .rank = rank};
    bk_arena         scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = eliminate(&work, most, &scratch, arena, out);
    bk_arena_release(&scratch);
    return status;
}
