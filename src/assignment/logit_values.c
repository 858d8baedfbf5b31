/* Gauss-Seidel sweeps over the vertices by their distance from the destination: what only leads towards it is right
 * after one sweep, and cycles, which cost, fade from sweep to sweep.  The matrices are non-negative, so that sweeps
 * from 0 rise, and converge if and only if the spectral radius is below 1 (Stein & Rosenberg 1948). */
#include "assignment/logit_values.h"

#include "buckle/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SWEEPS 2000 /* which a spectral radius of 0.98 needs: nearer to 1 counts as 1 */
#define ROUNDING    2e-16
#define ENDLESS     1e200 /* a sum over walks beyond it has no end */
#define NO_WAY      -1e4  /* the logarithm of no weight */

typedef struct place {
    double   distance;
    uint32_t vertex;
} place;

bk_status
bki_values_create(const bk_graph *graph, bk_arena *arena, bki_values *out)
{
    const size_t n_vertices = graph->n_vertices, n_arcs = graph->n_arcs;

    *out = (bki_values){.graph = graph,
                        .order = BK_NEW(arena, uint32_t, n_vertices),
                        .distance = BK_NEW(arena, double, n_vertices),
                        .ln_weight = BK_NEW(arena, double, n_arcs),
                        .weight = BK_NEW(arena, double, n_arcs),
                        .z = BK_NEW(arena, double, n_vertices),
                        .share = BK_NEW(arena, double, n_arcs),
                        .leaving = BK_NEW(arena, uint32_t, n_vertices),
                        .sorting = BK_NEW(arena, place, n_vertices),
                        .scratch = bk_tree_scratch_create(arena, graph)};
    return bk_arena_ok(arena);
}

/* ---- values ----------------------------------------------------------------------------------------------------- */

static int
nearer_first(const void *a, const void *b)
{
    const place *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->vertex > y->vertex) - (x->vertex < y->vertex);
}

static void
sort_vertices(bki_values *self)
{
    place *places = self->sorting;

    self->n = 0;
    for (uint32_t v = 0; v < self->graph->n_vertices; v++)
        if (isfinite(self->distance[v]) && v != self->destination)
            places[self->n++] = (place){self->distance[v], v};
    qsort(places, self->n, sizeof *places, nearer_first);
    self->order[0] = self->destination;
    for (size_t i = 0; i < self->n; i++)
        self->order[i + 1] = places[i].vertex;
    self->n++;
}

/* Nobody goes on from the destination. */
static void
set_weights(bki_values *self, const double *disutility)
{
    const bk_graph *graph = self->graph;

    for (size_t a = 0; a < graph->n_arcs; a++) {
        const double at_tail = self->distance[graph->tail[a]], at_head = self->distance[graph->head[a]];
        const bool   is_way =
            graph->tail[a] != self->destination && isfinite(at_tail) && isfinite(at_head) && isfinite(disutility[a]);
        self->ln_weight[a] = is_way ? fmax(at_tail - at_head - disutility[a], 0.1 * NO_WAY) : NO_WAY;
    }
    bk_exp(graph->n_arcs, self->ln_weight, self->weight);
}

static double
sum_over_arcs(const bk_graph *graph, uint32_t vertex, const double *weight, const double *x)
{
    double sum = 0.0;

    for (uint32_t a = graph->first_out[vertex]; a < graph->first_out[vertex + 1]; a++)
        sum += weight[a] * x[graph->head[a]];
    return sum;
}

static bool
sum_walks(bki_values *self)
{
    memset(self->z, 0, self->graph->n_vertices * sizeof *self->z);
    self->z[self->destination] = 1.0;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        double largest = 0.0;
        for (size_t i = 1; i < self->n; i++) {
            const uint32_t v = self->order[i];
            const double   sum = sum_over_arcs(self->graph, v, self->weight, self->z);
            if (!(sum < ENDLESS))
                return false;
            const double change = fabs(sum - self->z[v]);
            largest = change > largest * sum ? change / sum : largest;
            self->z[v] = sum;
        }
        if (largest <= ROUNDING)
            return true;
    }
    return false;
}

static void
set_shares(bki_values *self)
{
    const bk_graph *graph = self->graph;

    memset(self->share, 0, graph->n_arcs * sizeof *self->share);
    for (size_t i = 1; i < self->n; i++) {
        const uint32_t v = self->order[i];
        const double   sum = sum_over_arcs(graph, v, self->weight, self->z);
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            self->share[a] = self->weight[a] > 0.0 ? self->weight[a] * self->z[graph->head[a]] / sum : 0.0;
    }
}

bool
bki_values_solve(bki_values *self, const double *disutility, uint32_t destination)
{
    self->destination = destination;
    bk_tree_in(self->graph, BK_TREE_LABEL_CORRECTING, disutility, destination, self->scratch, self->distance,
               self->leaving);
    sort_vertices(self);
    set_weights(self, disutility);
    if (!sum_walks(self))
        return false;
    set_shares(self);
    return true;
}

double
bki_values_expected(const bki_values *self, uint32_t vertex)
{
    double ln_z;

    bk_log_batch(1, &self->z[vertex], &ln_z);
    return self->distance[vertex] - ln_z;
}

/* fmax() minds NaN, and is a call. */
static inline double
larger(double a, double b)
{
    return a > b ? a : b;
}

/* ---- systems ---------------------------------------------------------------------------------------------------- */

void
bki_values_pull(const bk_graph *graph, size_t n, const uint32_t *order, const double *share, const double *source,
                double *x)
{
    memset(x, 0, graph->n_vertices * sizeof *x);
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        double change = 0.0, largest = 0.0;
        for (size_t i = 1; i < n; i++) {
            const uint32_t v = order[i];
            const double   sum = source[v] + sum_over_arcs(graph, v, share, x);
            change = larger(change, fabs(sum - x[v]));
            largest = larger(largest, fabs(sum));
            x[v] = sum;
        }
        if (change <= ROUNDING * largest)
            return;
    }
}

void
bki_values_push(const bk_graph *graph, size_t n, const uint32_t *order, const double *share, const double *source,
                double *x)
{
    memset(x, 0, graph->n_vertices * sizeof *x);
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
        double change = 0.0, largest = 0.0;
        for (size_t i = n; i-- > 0;) {
            const uint32_t v = order[i];
            double         sum = source[v];
            for (uint32_t k = graph->first_in[v]; k < graph->first_in[v + 1]; k++)
                sum += share[graph->in_arc[k]] * x[graph->tail[graph->in_arc[k]]];
            change = larger(change, fabs(sum - x[v]));
            largest = larger(largest, fabs(sum));
            x[v] = sum;
        }
        if (change <= ROUNDING * largest)
            return;
    }
}
