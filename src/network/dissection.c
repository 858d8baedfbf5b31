/* Level by level: all pieces of one level are cut side by side, each within its own range of the order. */
#include "network/dissection.h"
#include "network/separator.h"

#define SMALLEST_PIECE 4 /* with fewer vertices any order will do */

/* Vertices of the ranks begin ... end - 1: after the cut the left side, the right side, the separator. */
typedef struct piece {
    uint32_t begin, end, n_left, n_right;
} piece;

typedef struct dissection {
    const bki_links *links;
    uint32_t        *order;         /* [n] */
    uint32_t        *piece_of;      /* [n] first rank of the piece that a vertex is in; BK_NONE: in a separator */
    bki_separator  **rooms;         /* [workers] */
    piece           *pieces, *next; /* [n_pieces] of this level and the one below */
    size_t           n_pieces, n_next;
} dissection;

static void
cut_piece(void *state, size_t block, size_t worker)
{
    const dissection *self = state;
    piece            *cut = &self->pieces[block];

    bki_separate(self->rooms[worker], self->piece_of, cut->begin, self->order + cut->begin, cut->end - cut->begin,
                 &cut->n_left, &cut->n_right);
}

static void
add_piece(dissection *self, uint32_t begin, uint32_t n)
{
    for (uint32_t rank = begin; rank < begin + n; rank++)
        self->piece_of[self->order[rank]] = begin;
    if (n >= SMALLEST_PIECE)
        self->next[self->n_next++] = (piece){begin, begin + n, 0, 0};
}

static void
go_down(dissection *self)
{
    self->n_next = 0;
    for (size_t i = 0; i < self->n_pieces; i++) {
        const piece    cut = self->pieces[i];
        const uint32_t end = cut.begin + cut.n_left + cut.n_right;
        for (uint32_t rank = end; rank < cut.end; rank++)
            self->piece_of[self->order[rank]] = BK_NONE;
        add_piece(self, cut.begin, cut.n_left);
        add_piece(self, cut.begin + cut.n_left, cut.n_right);
    }
    piece *const done = self->pieces;
    self->pieces = self->next;
    self->next = done;
    self->n_pieces = self->n_next;
}

static bk_status
dissect(bk_context *ctx, dissection *self, bk_arena *scratch)
{
    const uint32_t n = self->links->n;
    const size_t   n_workers = (size_t)bk_context_threads(ctx), most_pieces = n / SMALLEST_PIECE + 1;

    self->piece_of = BK_NEW(scratch, uint32_t, n);
    self->pieces = BK_NEW(scratch, piece, most_pieces);
    self->next = BK_NEW(scratch, piece, most_pieces);
    self->rooms = BK_NEW(scratch, bki_separator *, n_workers);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t w = 0; w < n_workers; w++)
        self->rooms[w] = bki_separator_create(scratch, self->links);
    BK_TRY(bk_arena_ok(scratch));
    for (uint32_t v = 0; v < n; v++)
        self->order[v] = v;
    if (n >= SMALLEST_PIECE)
        self->pieces[self->n_pieces++] = (piece){0, n, 0, 0};
    while (self->n_pieces > 0) {
        if (bk_cancelled(ctx))
            return bk_fail(ctx, BK_ERR_CANCELLED, "interrupted");
        bk_parallel(ctx, self->n_pieces, cut_piece, self);
        go_down(self);
    }
    return BK_OK;
}

bk_status
bki_dissect(bk_context *ctx, const bki_links *links, uint32_t *order)
{
    dissection self = {.links = links, .order = order};
    bk_arena   scratch;

    bk_arena_init(&scratch, ctx);
    const bk_status status = dissect(ctx, &self, &scratch);
    bk_arena_release(&scratch);
    return status;
}
