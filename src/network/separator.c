/* Smallest cuts between opposite ends of a piece, in four directions, of which the best is kept.
 *
 * Maps have ends; a graph has vertices far from each other.  With a and b far apart, and c and d far apart across them,
 * the difference of the distances to two of these orders the vertices as a coordinate would. */
#include "network/separator.h"

#include <math.h>
#include <string.h>

#define END_SHARE 0.4 /* of the vertices, at either end, are on one side whatever the cut */

typedef enum landmark { A, B, C, D, N_LANDMARKS } landmark;

struct bki_separator {
    const bki_links *whole;
    bki_links        piece;                 /* its vertices numbered from 0 */
    uint32_t        *local;                 /* [whole->n] number in the piece */
    uint32_t        *distance[N_LANDMARKS]; /* [n] links from each */
    uint32_t        *queue;                 /* [n] */
    uint32_t        *sorted;                /* [n] vertices from one end to the other */
    uint32_t        *first;                 /* [2 n + 1] of the vertices with each difference of distances */
    bki_vertex_flow  flow;
    uint8_t         *side, *best_side; /* [n] bki_side */
    double           best_score;
};

bki_separator *
bki_separator_create(bk_arena *arena, const bki_links *links)
{
    const size_t   n = links->n;
    bki_separator *self = BK_NEW(arena, bki_separator, 1);

    if (self == NULL)
        return NULL;
    *self = (bki_separator){
        .whole = links,
        .piece = {.first = BK_NEW(arena, uint32_t, n + 1), .neighbour = BK_NEW(arena, uint32_t, links->first[n])},
        .local = BK_NEW(arena, uint32_t, n),
        .queue = BK_NEW(arena, uint32_t, n),
        .sorted = BK_NEW(arena, uint32_t, n),
        .first = BK_NEW(arena, uint32_t, 2 * n + 1),
        .side = BK_NEW(arena, uint8_t, n),
        .best_side = BK_NEW(arena, uint8_t, n),
    };
    for (int k = 0; k < N_LANDMARKS; k++)
        self->distance[k] = BK_NEW(arena, uint32_t, n);
    bki_vertex_flow_create(arena, n, &self->flow);
    return arena->failed ? NULL : self;
}

static void
load_piece(bki_separator *self, const uint32_t *piece_of, uint32_t piece, const uint32_t *vertices, uint32_t n)
{
    const bki_links *whole = self->whole;
    uint32_t         n_links = 0;

    for (uint32_t i = 0; i < n; i++)
        self->local[vertices[i]] = i;
    self->piece.n = n;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t v = vertices[i];
        self->piece.first[i] = n_links;
        for (uint32_t k = whole->first[v]; k < whole->first[v + 1]; k++)
            if (piece_of[whole->neighbour[k]] == piece)
                self->piece.neighbour[n_links++] = self->local[whole->neighbour[k]];
    }
    self->piece.first[n] = n_links;
}

/* Distances in links; returns how many vertices were reached, the last of them at the end of the queue. */
static uint32_t
measure(bki_separator *self, uint32_t from, uint32_t *distance)
{
    const bki_links *piece = &self->piece;
    uint32_t         n = 0;

    memset(distance, 0xff, piece->n * sizeof *distance);
    distance[from] = 0;
    self->queue[n++] = from;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t v = self->queue[i], k = piece->first[v]; k < piece->first[v + 1]; k++) {
            const uint32_t w = piece->neighbour[k];
            if (distance[w] != BK_NONE)
                continue;
            distance[w] = distance[v] + 1;
            self->queue[n++] = w;
        }
    return n;
}

/* The vertex farthest from both. */
static uint32_t
far_from(uint32_t n, const uint32_t *one, const uint32_t *other)
{
    uint32_t best = 0, farthest = 0;

    for (uint32_t v = 0; v < n; v++) {
        const uint32_t nearer = one[v] < other[v] ? one[v] : other[v];
        if (nearer > farthest) {
            farthest = nearer;
            best = v;
        }
    }
    return best;
}

/* Sorts the vertices by distance from one landmark less that from the other, and puts terminals at both ends. */
static void
set_ends(bki_separator *self, const uint32_t *one, const uint32_t *other)
{
    const uint32_t n = self->piece.n, n_end = (uint32_t)fmax(1.0, END_SHARE * n);

    memset(self->first, 0, (2 * (size_t)n + 1) * sizeof *self->first);
    for (uint32_t v = 0; v < n; v++)
        self->first[n + one[v] - other[v] + 1]++;
    for (uint32_t k = 0; k < 2 * n; k++)
        self->first[k + 1] += self->first[k];
    for (uint32_t v = 0; v < n; v++)
        self->sorted[self->first[n + one[v] - other[v]]++] = v;
    memset(self->flow.terminal, BKI_BETWEEN, n);
    for (uint32_t i = 0; i < n_end; i++) {
        self->flow.terminal[self->sorted[i]] = BKI_SOURCE;
        self->flow.terminal[self->sorted[n - 1 - i]] = BKI_SINK;
    }
}

/* Few vertices that leave even sides. */
static double
score(const bki_separator *self)
{
    uint32_t count[3] = {0, 0, 0};

    for (uint32_t v = 0; v < self->piece.n; v++)
        count[self->side[v]]++;
    const uint32_t least = count[BKI_LEFT] < count[BKI_RIGHT] ? count[BKI_LEFT] : count[BKI_RIGHT];
    return (double)count[BKI_SEPARATOR] / (1.0 + least);
}

static void
try_direction(bki_separator *self, landmark one, landmark other)
{
    set_ends(self, self->distance[one], self->distance[other]);
    bki_vertex_cut(&self->piece, &self->flow, self->side);
    const double found = score(self);
    if (found >= self->best_score)
        return;
    self->best_score = found;
    memcpy(self->best_side, self->side, self->piece.n);
}

static void
find_separator(bki_separator *self)
{
    const uint32_t n = self->piece.n;

    measure(self, self->queue[n - 1], self->distance[A]);
    measure(self, self->queue[n - 1], self->distance[B]);
    measure(self, far_from(n, self->distance[A], self->distance[B]), self->distance[C]);
    measure(self, self->queue[n - 1], self->distance[D]);
    self->best_score = INFINITY;
    try_direction(self, A, B);
    try_direction(self, C, D);
    try_direction(self, A, C);
    try_direction(self, B, C);
}

/* Each part goes whole to the side that has fewer vertices so far. */
static void
split_parts(bki_separator *self)
{
    const bki_links *piece = &self->piece;
    uint32_t        *queue = self->queue, n = 0, n_on[2] = {0, 0};

    memset(self->best_side, BKI_SEPARATOR, piece->n); /* not reached */
    for (uint32_t v = 0, i = 0; v < piece->n; v++) {
        const uint32_t begin = n;
        const uint8_t  side = n_on[BKI_LEFT] <= n_on[BKI_RIGHT] ? BKI_LEFT : BKI_RIGHT;
        if (self->best_side[v] != BKI_SEPARATOR)
            continue;
        self->best_side[v] = side;
        for (queue[n++] = v; i < n; i++)
            for (uint32_t k = piece->first[queue[i]]; k < piece->first[queue[i] + 1]; k++) {
                const uint32_t w = piece->neighbour[k];
                if (self->best_side[w] != BKI_SEPARATOR)
                    continue;
                self->best_side[w] = side;
                queue[n++] = w;
            }
        n_on[side] += n - begin;
    }
}

void
bki_separate(bki_separator *self, const uint32_t *piece_of, uint32_t piece, uint32_t *vertices, uint32_t n,
             uint32_t *n_left, uint32_t *n_right)
{
    uint32_t count[3] = {0, 0, 0}, at[3];

    load_piece(self, piece_of, piece, vertices, n);
    if (measure(self, 0, self->distance[A]) == n)
        find_separator(self);
    else
        split_parts(self);
    for (uint32_t v = 0; v < n; v++) {
        count[self->best_side[v]]++;
        self->sorted[v] = vertices[v];
    }
    at[BKI_LEFT] = 0;
    at[BKI_RIGHT] = count[BKI_LEFT];
    at[BKI_SEPARATOR] = count[BKI_LEFT] + count[BKI_RIGHT];
    for (uint32_t v = 0; v < n; v++)
        vertices[at[self->best_side[v]]++] = self->sorted[v];
    *n_left = count[BKI_LEFT];
    *n_right = count[BKI_RIGHT];
}
