/* Contraction of chains: a vertex with one way in and one way out is only ever passed through. */
#include "assignment/contract.h"

typedef struct contraction {
    const bk_graph *whole;
    bool           *gone;   /* [vertices] terminals of places without a zone */
    bool           *passed; /* [vertices] one way in, one way out */
    uint32_t       *vertex; /* [vertices] new number */
    size_t          n_vertices, n_arcs, n_pieces;
} contraction;

static bool
arc_is_gone(const contraction *job, size_t arc)
{
    return job->gone[job->whole->tail[arc]] || job->gone[job->whole->head[arc]];
}

static void
sort_vertices(const bk_model *model, contraction *job)
{
    const bk_graph *whole = job->whole;

    for (size_t v = 0; v < whole->n_vertices; v++)
        job->gone[v] = whole->vertex_mode[v] == BK_NONE;
    for (size_t z = 0; z < model->network.n_zones; z++) {
        job->gone[whole->origin[model->network.zones[z].node]] = false;
        job->gone[whole->destination[model->network.zones[z].node]] = false;
    }
    for (size_t v = 0; v < whole->n_vertices; v++) {
        size_t in = 0, out = 0;
        for (size_t i = whole->first_in[v]; i < whole->first_in[v + 1]; i++)
            in += !arc_is_gone(job, whole->in_arc[i]);
        for (size_t a = whole->first_out[v]; a < whole->first_out[v + 1]; a++)
            out += !arc_is_gone(job, a);
        job->passed[v] = in == 1 && out == 1;
        job->vertex[v] = job->gone[v] || job->passed[v] ? BK_NONE : (uint32_t)job->n_vertices++;
    }
}

static size_t
way_out(const contraction *job, size_t vertex)
{
    size_t a = job->whole->first_out[vertex];

    while (arc_is_gone(job, a))
        a++;
    return a;
}

/* Walks along every arc that leaves a kept vertex until it meets another; counts where the arrays are NULL, else fills.
 */
static void
walk_arcs(contraction *job, uint32_t *first_out, uint32_t *tail, uint32_t *head, uint32_t *first_piece, uint32_t *piece)
{
    const bk_graph *whole = job->whole;

    job->n_arcs = job->n_pieces = 0;
    for (size_t v = 0; v < whole->n_vertices; v++) {
        if (job->vertex[v] == BK_NONE)
            continue;
        for (size_t a = whole->first_out[v]; a < whole->first_out[v + 1]; a++) {
            if (arc_is_gone(job, a))
                continue;
            size_t end = a;
            for (;; end = way_out(job, whole->head[end])) {
                if (piece != NULL)
                    piece[job->n_pieces] = (uint32_t)end;
                job->n_pieces++;
                if (!job->passed[whole->head[end]])
                    break;
            }
            if (piece != NULL) {
                tail[job->n_arcs] = job->vertex[v];
                head[job->n_arcs] = job->vertex[whole->head[end]];
                first_piece[job->n_arcs + 1] = (uint32_t)job->n_pieces;
            }
            job->n_arcs++;
        }
        if (piece != NULL)
            first_out[job->vertex[v] + 1] = (uint32_t)job->n_arcs;
    }
}

static void
sort_by_head(size_t n_vertices, size_t n_arcs, const uint32_t *head, uint32_t *first_in, uint32_t *in_arc)
{
    for (size_t a = 0; a < n_arcs; a++)
        first_in[head[a] + 2]++;
    for (size_t v = 0; v < n_vertices; v++)
        first_in[v + 2] += first_in[v + 1];
    for (size_t a = 0; a < n_arcs; a++)
        in_arc[first_in[head[a] + 1]++] = (uint32_t)a;
}

bk_status
bki_contract(const bk_model *model, const bk_graph *whole, bk_arena *arena, bki_contracted *out)
{
    contraction job = {.whole = whole,
                       .gone = BK_NEW(arena, bool, whole->n_vertices),
                       .passed = BK_NEW(arena, bool, whole->n_vertices),
                       .vertex = BK_NEW(arena, uint32_t, whole->n_vertices)};

    BK_TRY(bk_arena_ok(arena));
    sort_vertices(model, &job);
    walk_arcs(&job, NULL, NULL, NULL, NULL, NULL);
    uint32_t *first_out = BK_NEW(arena, uint32_t, job.n_vertices + 1),
             *first_in = BK_NEW(arena, uint32_t, job.n_vertices + 2);
    uint32_t *tail = BK_NEW(arena, uint32_t, job.n_arcs), *head = BK_NEW(arena, uint32_t, job.n_arcs);
    uint32_t *in_arc = BK_NEW(arena, uint32_t, job.n_arcs), *first_piece = BK_NEW(arena, uint32_t, job.n_arcs + 1);
    uint32_t *piece = BK_NEW(arena, uint32_t, job.n_pieces + 1);
    BK_TRY(bk_arena_ok(arena));
    walk_arcs(&job, first_out, tail, head, first_piece, piece);
    sort_by_head(job.n_vertices, job.n_arcs, head, first_in, in_arc);
    *out = (bki_contracted){.graph = {.n_vertices = job.n_vertices,
                                      .n_arcs = job.n_arcs,
                                      .first_out = first_out,
                                      .tail = tail,
                                      .head = head,
                                      .first_in = first_in,
                                      .in_arc = in_arc},
                            .vertex = job.vertex,
                            .first_piece = first_piece,
                            .piece = piece};
    return BK_OK;
}

void
bki_contract_costs(const bki_contracted *contracted, const double *cost, double *sum)
{
    for (size_t a = 0; a < contracted->graph.n_arcs; a++) {
        sum[a] = 0.0;
        for (size_t i = contracted->first_piece[a]; i < contracted->first_piece[a + 1]; i++)
            sum[a] += cost[contracted->piece[i]];
    }
}

size_t
bki_contract_path(const bki_contracted *contracted, const uint32_t *entering, uint32_t root, uint32_t target,
                  uint32_t *arcs)
{
    const uint32_t *tail = contracted->graph.tail, *first = contracted->first_piece;
    size_t          n = 0;

    for (uint32_t v = target; v != root; v = tail[entering[v]])
        n += first[entering[v] + 1] - first[entering[v]];
    size_t at = n;
    for (uint32_t v = target; v != root; v = tail[entering[v]])
        for (size_t i = first[entering[v] + 1]; i-- > first[entering[v]];)
            arcs[--at] = contracted->piece[i];
    return n;
}
