/* Elimination in logarithms.
 *
 * M = exp(-disutility) is non-negative, so that eliminating a vertex adds non-negative numbers only, and divides by 1
 * less the weight of going round it, which is positive for every vertex if and only if the spectral radius is below 1
 * (I
 * - M is then a non-singular M-matrix; Berman & Plemmons 1979, chapter 6).  All of it can be done in logarithms, which
 * neither overflow nor vanish, however long routes are.  Vertices are taken in an order of nested dissection. */
#include "assignment/logit_walks.h"
#include "network/dissection.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* ---- which pairs ------------------------------------------------------------------------------------------------ */

/* Each neighbour of a vertex once, whichever way arcs go. */
static bk_status
link_vertices(const bk_graph *graph, bk_arena *scratch, bki_links *out)
{
    const uint32_t n = (uint32_t)graph->n_vertices;
    uint32_t      *seen = BK_NEW(scratch, uint32_t, n);
    uint32_t       n_links = 0;

    out->n = n;
    out->first = BK_NEW(scratch, uint32_t, n + 1);
    out->neighbour = BK_NEW(scratch, uint32_t, 2 * graph->n_arcs);
    BK_TRY(bk_arena_ok(scratch));
    for (uint32_t v = 0; v < n; v++) {
        out->first[v] = n_links;
        seen[v] = v + 1; /* 1 + the vertex that met it last */
        for (uint32_t k = graph->first_out[v]; k < graph->first_out[v + 1]; k++)
            if (seen[graph->head[k]] != v + 1) {
                seen[graph->head[k]] = v + 1;
                out->neighbour[n_links++] = graph->head[k];
            }
        for (uint32_t k = graph->first_in[v]; k < graph->first_in[v + 1]; k++) {
            const uint32_t tail = graph->tail[graph->in_arc[k]];
            if (seen[tail] != v + 1) {
                seen[tail] = v + 1;
                out->neighbour[n_links++] = tail;
            }
        }
    }
    out->first[n] = n_links;
    return BK_OK;
}

/* The pair of two vertices that elimination joins, by rank, low < high. */
static size_t
pair_of(const bki_elimination *up, uint32_t low, uint32_t high)
{
    size_t first = up->first_up[low], end = up->first_up[low + 1];

    while (first + 1 < end) {
        const size_t middle = first + (end - first) / 2;
        if (up->head[middle] <= high)
            first = middle;
        else
            end = middle;
    }
    return first;
}

static bk_status
order_vertices(bk_context *ctx, const bk_graph *graph, bk_arena *scratch, bk_arena *arena, bki_walks *out)
{
    bki_links links;

    BK_TRY(link_vertices(graph, scratch, &links));
    BK_TRY(bki_dissect(ctx, &links, out->vertex));
    for (uint32_t r = 0; r < links.n; r++)
        out->rank[out->vertex[r]] = r;
    return bki_eliminate(ctx, &links, out->rank, SIZE_MAX, arena, &out->up);
}

bk_status
bki_walks_create(bk_context *ctx, const bk_graph *graph, bk_arena *arena, bki_walks *out)
{
    bk_arena scratch;

    *out = (bki_walks){.graph = graph,
                       .rank = BK_NEW(arena, uint32_t, graph->n_vertices),
                       .vertex = BK_NEW(arena, uint32_t, graph->n_vertices),
                       .pair_of = BK_NEW(arena, size_t, graph->n_arcs)};
    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    const bk_status status = order_vertices(ctx, graph, &scratch, arena, out);
    bk_arena_release(&scratch);
    BK_TRY(status);
    for (size_t a = 0; a < graph->n_arcs; a++) {
        const uint32_t tail = out->rank[graph->tail[a]], head = out->rank[graph->head[a]];
        out->pair_of[a] = pair_of(&out->up, tail < head ? tail : head, tail < head ? head : tail);
    }
    for (size_t v = 0; v < graph->n_vertices; v++) {
        const size_t n_up = out->up.first_up[v + 1] - out->up.first_up[v];
        out->most_up = n_up > out->most_up ? n_up : out->most_up;
    }
    return BK_OK;
}

bk_status
bki_walk_sums_create(const bki_walks *walks, bk_arena *arena, bki_walk_sums *out)
{
    *out = (bki_walk_sums){.walks = walks,
                           .up = BK_NEW(arena, double, walks->up.n_up),
                           .down = BK_NEW(arena, double, walks->up.n_up),
                           .round = BK_NEW(arena, double, walks->graph->n_vertices),
                           .terms = BK_NEW(arena, double, 2 * walks->most_up + 2),
                           .factors = BK_NEW(arena, double, 2 * walks->most_up + 2)};
    return bk_arena_ok(arena);
}

/* ---- sums in logarithms ----------------------------------------------------------------------------------------- */

/* ln(exp(a) + exp(b)) */
static double
add_logarithms(double a, double b)
{
    const double larger = a > b ? a : b;
    double       sum = -fabs(a - b);

    if (larger == -INFINITY)
        return larger;
    if (!(sum > -745.0)) /* one of the two is none */
        return larger;
    bk_exp(1, &sum, &sum);
    sum += 1.0;
    bk_log_batch(1, &sum, &sum);
    return larger + sum;
}

/* The logarithm of the sum of exp(terms) [n]. */
static double
sum_logarithms(size_t n, double *terms, double *factors)
{
    double larger = -INFINITY, sum = 0.0;

    for (size_t i = 0; i < n; i++)
        larger = terms[i] > larger ? terms[i] : larger;
    if (larger == -INFINITY)
        return larger;
    for (size_t i = 0; i < n; i++)
        terms[i] = terms[i] - larger > -1000.0 ? terms[i] - larger : -1000.0;
    bk_exp(n, terms, factors);
    for (size_t i = 0; i < n; i++)
        sum += factors[i];
    bk_log_batch(1, &sum, &sum);
    return larger + sum;
}

/* ---- elimination ------------------------------------------------------------------------------------------------ */

static void
set_arcs(bki_walk_sums *self, const double *disutility)
{
    const bki_walks *walks = self->walks;
    const bk_graph  *graph = walks->graph;

    for (size_t k = 0; k < walks->up.n_up; k++)
        self->up[k] = self->down[k] = -INFINITY;
    for (size_t v = 0; v < graph->n_vertices; v++)
        self->round[v] = -INFINITY;
    for (size_t a = 0; a < graph->n_arcs; a++) {
        const bool is_up = walks->rank[graph->tail[a]] < walks->rank[graph->head[a]];
        double    *sum = (is_up ? self->up : self->down) + walks->pair_of[a];
        *sum = add_logarithms(*sum, -disutility[a]);
    }
}

/* What goes from the upper neighbour of pair `k` over its lower vertex to the others of that vertex's neighbours that
 * are higher still, and back from them, in one pass: their pairs with the neighbour, k's head, are in the same order.
 */
static void
join_neighbours(bki_walk_sums *self, uint32_t v, size_t k)
{
    const bki_elimination *up = &self->walks->up;
    const uint32_t         u = up->head[k];
    size_t                 at = up->first_up[u];

    for (size_t j = k + 1; j < up->first_up[v + 1]; j++) {
        while (up->head[at] != up->head[j])
            at++;
        self->up[at] = add_logarithms(self->up[at], self->down[k] + self->round[v] + self->up[j]);
        self->down[at] = add_logarithms(self->down[at], self->down[j] + self->round[v] + self->up[k]);
    }
    self->round[u] = add_logarithms(self->round[u], self->down[k] + self->round[v] + self->up[k]);
}

bool
bki_walk_sums_set(bki_walk_sums *self, const double *disutility)
{
    const bki_elimination *up = &self->walks->up;

    set_arcs(self, disutility);
    for (uint32_t v = 0; v < up->n; v++) {
        /* until now `round` is the logarithm of going round once; the geometric series of it has an end below 1 */
        if (!(self->round[v] < 0.0))
            return false;
        double rest = -expm1(self->round[v]);
        if (!(rest > 0.0))
            return false;
        bk_log_batch(1, &rest, &rest);
        self->round[v] = -rest;
        for (size_t k = up->first_up[v]; k < up->first_up[v + 1]; k++)
            join_neighbours(self, v, k);
    }
    return true;
}

void
bki_walk_sums_to(const bki_walk_sums *self, uint32_t destination, double *before, double *terms, double *factors,
                 double *ln_z)
{
    const bki_walks       *walks = self->walks;
    const bki_elimination *up = &walks->up;

    for (uint32_t v = 0; v < up->n; v++)
        before[v] = -INFINITY;
    before[walks->rank[destination]] = 0.0;
    for (uint32_t v = walks->rank[destination]; v != BK_NONE; v = up->parent[v])
        for (size_t k = up->first_up[v]; k < up->first_up[v + 1]; k++)
            before[up->head[k]] = add_logarithms(before[up->head[k]], self->down[k] + self->round[v] + before[v]);
    for (uint32_t v = up->n; v-- > 0;) {
        const size_t first = up->first_up[v], n = up->first_up[v + 1] - first;
        for (size_t i = 0; i < n; i++)
            terms[i] = self->up[first + i] + ln_z[walks->vertex[up->head[first + i]]];
        terms[n] = before[v];
        ln_z[walks->vertex[v]] = self->round[v] + sum_logarithms(n + 1, terms, factors);
    }
}
