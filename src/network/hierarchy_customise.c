/* Costs of shortcuts: from u to w the least of the arc's and of all ways over a lower v, which has both as upper
 * neighbours.  Nodes are taken by rank, each pulling from those below it, so that a node writes its own shortcuts
 * alone and the least does not depend on the order: blocks can be worked side by side, the top after them. */
#include "network/hierarchy.h"

#include <math.h>

/* A node v waits with the lowest of its upper neighbours that has not pulled from it. */
typedef struct customiser {
    const bk_hierarchy *hierarchy;
    double             *up, *down;     /* [n_up] cost of each shortcut */
    uint32_t           *first_waiting; /* [n] with each node; BK_NONE: nobody */
    uint32_t           *next_waiting;  /* [n] */
    size_t             *turn;          /* [n] shortcut of a node that is to be pulled from next */
    double             *pulled;        /* [workers][2][n] cost upwards and downwards, by head */
} customiser;

/* Nodes of another block must wait for the end of this one. */
static void
wait_at_next(const customiser *self, uint32_t v, uint32_t block)
{
    const bki_elimination *up = &self->hierarchy->up;

    if (self->turn[v] == up->first_up[v + 1])
        return;
    const uint32_t head = up->head[self->turn[v]];
    if (self->hierarchy->block_of[head] != block)
        return;
    self->next_waiting[v] = self->first_waiting[head];
    self->first_waiting[head] = v;
}

static void
pull_over(const customiser *self, uint32_t v, double *restrict up, double *restrict down)
{
    const bki_elimination *tree = &self->hierarchy->up;
    const size_t           turn = self->turn[v];
    const double           to = self->down[turn], from = self->up[turn];

    if (to == INFINITY && from == INFINITY)
        return;
    for (size_t e = turn + 1; e < tree->first_up[v + 1]; e++) {
        const uint32_t head = tree->head[e];
        const double   out = to + self->up[e], back = self->down[e] + from;
        up[head] = out < up[head] ? out : up[head];
        down[head] = back < down[head] ? back : down[head];
    }
}

static void
customise_node(const customiser *self, uint32_t u, uint32_t block, double *up, double *down)
{
    const bki_elimination *tree = &self->hierarchy->up;
    const size_t           first = tree->first_up[u], end = tree->first_up[u + 1];

    for (size_t e = first; e < end; e++) {
        up[tree->head[e]] = self->up[e];
        down[tree->head[e]] = self->down[e];
    }
    for (uint32_t v = self->first_waiting[u], next; v != BK_NONE; v = next) {
        next = self->next_waiting[v];
        pull_over(self, v, up, down);
        self->turn[v]++;
        wait_at_next(self, v, block);
    }
    for (size_t e = first; e < end; e++) {
        self->up[e] = up[tree->head[e]];
        self->down[e] = down[tree->head[e]];
    }
    self->turn[u] = first;
    wait_at_next(self, u, block);
}

static void
customise_block(void *state, size_t block, size_t worker)
{
    const customiser   *self = state;
    const bk_hierarchy *hierarchy = self->hierarchy;
    double             *up = self->pulled + 2 * worker * hierarchy->up.n, *down = up + hierarchy->up.n;

    for (uint32_t k = hierarchy->first_of_block[block]; k < hierarchy->first_of_block[block + 1]; k++)
        customise_node(self, hierarchy->by_block[k], (uint32_t)block, up, down);
}

static void
customise_top(customiser *self)
{
    const bk_hierarchy *hierarchy = self->hierarchy;
    const size_t        top = hierarchy->n_blocks - 1;

    for (uint32_t k = 0; k < hierarchy->first_of_block[top]; k++)
        wait_at_next(self, hierarchy->by_block[k], (uint32_t)top);
    customise_block(self, top, 0);
}

bk_status
bki_hierarchy_customise(bk_context *ctx, const bk_hierarchy *hierarchy, const double *cost, double *weight)
{
    const size_t n = hierarchy->up.n, n_up = hierarchy->up.n_up;
    bk_arena     scratch;

    bk_arena_init(&scratch, ctx);
    customiser      self = {.hierarchy = hierarchy,
                            .up = weight,
                            .down = weight + n_up,
                            .first_waiting = BK_NEW(&scratch, uint32_t, n),
                            .next_waiting = BK_NEW(&scratch, uint32_t, n),
                            .turn = BK_NEW(&scratch, size_t, n),
                            .pulled = BK_NEW(&scratch, double, 2 * (size_t)bk_context_threads(ctx) * n)};
    const bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        for (size_t e = 0; e < 2 * n_up; e++)
            weight[e] = INFINITY;
        for (size_t a = 0; a < hierarchy->n_arcs; a++)
            if (hierarchy->place[a] != SIZE_MAX)
                weight[hierarchy->place[a]] = fmin(weight[hierarchy->place[a]], cost[a]);
        for (size_t v = 0; v < n; v++)
            self.first_waiting[v] = BK_NONE;
        bk_parallel(ctx, hierarchy->n_blocks - 1, customise_block, &self);
        customise_top(&self);
    }
    bk_arena_release(&scratch);
    return status;
}
