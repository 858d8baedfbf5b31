/* With A = I - M, z(i) = inverse of A (i, d) counts all walks from i to the destination d, z(i) / z(d) those that end
 * there when they first reach it.  The chances P(i, j) = M(i, j) z(j) / z(i) are a chain that goes on from d with the
 * chance 1 - 1 / z(d); its factors are those of A scaled by z.  What is wanted is the chain that ends in d: x(i) of a
 * sum along the way is that of the endless chain less x(d), and visits are those of the endless chain less the visits
 * of those who went on from d. */
#include "assignment/logit_values.h"

#include <math.h>
#include <string.h>

bk_status
bki_values_create(const bki_walks *walks, bk_arena *arena, bki_values *out)
{
    const size_t n_vertices = walks->graph->n_vertices, n_arcs = walks->graph->n_arcs, n_up = walks->up.n_up;

    *out = (bki_values){.walks = walks,
                        .ln_z = BK_NEW(arena, double, n_vertices),
                        .share = BK_NEW(arena, double, n_arcs),
                        .up = BK_NEW(arena, double, n_up),
                        .down = BK_NEW(arena, double, n_up),
                        .round = BK_NEW(arena, double, n_vertices),
                        .visits = BK_NEW(arena, double, n_vertices),
                        .work = BK_NEW(arena, double, n_vertices),
                        .terms = BK_NEW(arena, double, (n_arcs > n_up ? n_arcs : n_up) + walks->most_up + 1),
                        .factors = BK_NEW(arena, double, walks->most_up + 1)};
    return bk_arena_ok(arena);
}

/* ---- values and shares ------------------------------------------------------------------------------------------ */

/* exp(term) [n]; what is no number, since there are no walks, counts as none. */
static void
exponentials(size_t n, double *term, double *out)
{
    for (size_t i = 0; i < n; i++)
        term[i] = term[i] > -1000.0 ? term[i] : -1000.0;
    bk_exp(n, term, out);
}

/* Shares at a node are made to add up to 1, which rounding of large values keeps them from. */
static void
set_shares(bki_values *self, const double *disutility)
{
    const bk_graph *graph = self->walks->graph;

    for (size_t a = 0; a < graph->n_arcs; a++)
        self->terms[a] = graph->tail[a] != self->destination
                             ? self->ln_z[graph->head[a]] - self->ln_z[graph->tail[a]] - disutility[a]
                             : -INFINITY;
    exponentials(graph->n_arcs, self->terms, self->share);
    for (size_t v = 0; v < graph->n_vertices; v++) {
        double sum = 0.0;
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            sum += self->share[a];
        for (uint32_t a = graph->first_out[v]; a < graph->first_out[v + 1]; a++)
            self->share[a] = sum > 0.0 ? self->share[a] / sum : 0.0;
    }
}

void
bki_values_solve(bki_values *self, const bki_walk_sums *sums, const double *disutility, uint32_t destination)
{
    self->destination = destination;
    bki_walk_sums_to(sums, destination, self->work, self->terms, self->factors, self->ln_z);
    set_shares(self, disutility);
}

double
bki_values_expected(const bki_values *self, uint32_t vertex)
{
    return self->ln_z[self->destination] - self->ln_z[vertex];
}

/* ---- systems ---------------------------------------------------------------------------------------------------- */

static void
set_pairs(bki_values *self, const double *sum, bool is_up, double *out)
{
    const bki_walks       *walks = self->walks;
    const bki_elimination *up = &walks->up;

    for (uint32_t v = 0; v < up->n; v++) {
        const double at_lower = self->ln_z[walks->vertex[v]];
        for (size_t k = up->first_up[v]; k < up->first_up[v + 1]; k++) {
            const double at_upper = self->ln_z[walks->vertex[up->head[k]]];
            self->terms[k] = sum[k] + (is_up ? at_upper - at_lower : at_lower - at_upper);
        }
    }
    exponentials(up->n_up, self->terms, out);
}

/* By rank: the endless chain's visits of traffic that starts as `x` has it, in place. */
static void
push_by_rank(const bki_values *self, double *x)
{
    const bki_elimination *up = &self->walks->up;

    for (uint32_t v = 0; v < up->n; v++) {
        const double come = self->round[v] * x[v];
        for (size_t k = up->first_up[v]; come != 0.0 && k < up->first_up[v + 1]; k++)
            x[up->head[k]] += self->up[k] * come;
    }
    for (uint32_t v = up->n; v-- > 0;) {
        for (size_t k = up->first_up[v]; k < up->first_up[v + 1]; k++)
            x[v] += self->down[k] * x[up->head[k]];
        x[v] *= self->round[v];
    }
}

void
bki_values_factor(bki_values *self, const bki_walk_sums *sums)
{
    const size_t n = self->walks->graph->n_vertices;

    set_pairs(self, sums->up, true, self->up);
    set_pairs(self, sums->down, false, self->down);
    memcpy(self->work, sums->round, n * sizeof *self->work);
    exponentials(n, self->work, self->round);
    memset(self->visits, 0, n * sizeof *self->visits);
    self->visits[self->walks->rank[self->destination]] = 1.0;
    push_by_rank(self, self->visits);
}

void
bki_values_pull(const bki_values *self, const double *source, double *x)
{
    const bki_walks       *walks = self->walks;
    const bki_elimination *up = &walks->up;
    double                *by_rank = self->work;

    for (uint32_t v = 0; v < up->n; v++)
        by_rank[v] = source[walks->vertex[v]];
    for (uint32_t v = 0; v < up->n; v++) {
        const double met = self->round[v] * by_rank[v];
        for (size_t k = up->first_up[v]; met != 0.0 && k < up->first_up[v + 1]; k++)
            by_rank[up->head[k]] += self->down[k] * met;
    }
    for (uint32_t v = up->n; v-- > 0;) {
        for (size_t k = up->first_up[v]; k < up->first_up[v + 1]; k++)
            by_rank[v] += self->up[k] * by_rank[up->head[k]];
        by_rank[v] *= self->round[v];
    }
    const double at_end = by_rank[walks->rank[self->destination]];
    for (uint32_t v = 0; v < up->n; v++)
        x[walks->vertex[v]] = by_rank[v] - at_end;
}

void
bki_values_push(const bki_values *self, const double *source, double *x)
{
    const bki_walks       *walks = self->walks;
    const bki_elimination *up = &walks->up;
    const uint32_t         end = walks->rank[self->destination];
    double                *by_rank = self->work;

    for (uint32_t v = 0; v < up->n; v++)
        by_rank[v] = source[walks->vertex[v]];
    push_by_rank(self, by_rank);
    const double arrived = by_rank[end] / self->visits[end];
    for (uint32_t v = 0; v < up->n; v++)
        x[walks->vertex[v]] = v == end ? arrived : by_rank[v] - arrived * self->visits[v];
}
