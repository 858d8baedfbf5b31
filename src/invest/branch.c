/* Best-first branch and bound.  A node holds what is built (F) and what may be (U); T = F + U, shorn of what the rest
 * of the budget cannot buy. */
#include "invest/portfolio.h"

#include <math.h>

typedef struct node {
    uint64_t built, open; /* F and U */
    double   bound;
} node;

typedef struct queue { /* a heap, the largest bound on top */
    size_t n, capacity;
    node  *nodes; /* [n] */
} queue;

static bool
comes_before(const node *a, const node *b)
{
    return a->bound != b->bound ? a->bound > b->bound
                                : (a->built != b->built ? a->built > b->built : a->open > b->open);
}

static bk_status
push(queue *heap, bk_arena *arena, node what)
{
    if (heap->n == heap->capacity) {
        const size_t capacity = heap->capacity ? 2 * heap->capacity : 256;
        node        *nodes = BK_NEW(arena, node, capacity);
        BK_TRY(bk_arena_ok(arena));
        for (size_t i = 0; i < heap->n; i++)
            nodes[i] = heap->nodes[i];
        heap->nodes = nodes;
        heap->capacity = capacity;
    }
    size_t at = heap->n++;
    for (; at > 0 && comes_before(&what, &heap->nodes[(at - 1) / 2]); at = (at - 1) / 2)
        heap->nodes[at] = heap->nodes[(at - 1) / 2];
    heap->nodes[at] = what;
    return BK_OK;
}

static node
pop(queue *heap)
{
    const node top = heap->nodes[0], last = heap->nodes[--heap->n];
    size_t     at = 0;

    for (size_t child = 1; child < heap->n; child = 2 * at + 1) {
        child += child + 1 < heap->n && comes_before(&heap->nodes[child + 1], &heap->nodes[child]);
        if (comes_before(&last, &heap->nodes[child]))
            break;
        heap->nodes[at] = heap->nodes[child];
        at = child;
    }
    heap->nodes[at] = last;
    return top;
}

/* ---- bounds ---------------------------------------------------------------------------------------------------- */

/* One open project as one member sees it at a node. */
typedef struct item {
    double price, cost, loss; /* loss: B(T) - B(T - x), what leaving it out forgoes at least */
} item;

static bool
loses_more(const item *a, const item *b)
{
    return a->loss > b->loss;
}

static bool
saves_more(const item *a, const item *b)
{
    return (a->loss - a->cost) * b->price > (b->loss - b->cost) * a->price;
}

static void
sort(item *items, size_t n, bool (*before)(const item *, const item *)) /* few of them */
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && before(&items[k], &items[k - 1]); k--) {
            const item swapped = items[k];
            items[k] = items[k - 1];
            items[k - 1] = swapped;
        }
}

/* Most of a member's net benefit less B(T) and plus the cost of F, with a monotone benefit: before the first that is
 * left out, in the order of losses, all are paid for. */
static double
forgone_by_one(item *items, size_t n, double left)
{
    double best = -INFINITY, paid = 0.0, price = 0.0, given = 0.0;

    sort(items, n, loses_more);
    for (size_t i = 0; i < n; i++)
        given += fmax(-items[i].cost, 0.0);
    for (size_t i = 0; i <= n && price <= left; i++) {
        best = fmax(best, -paid - (i < n ? fmax(items[i].loss, 0.0) : 0.0));
        if (i < n) {
            paid += fmax(items[i].cost, 0.0);
            price += items[i].price;
        }
    }
    return best + given;
}

/* The same with a diminishing benefit: each is lost or paid for, within what is left of the budget. */
static double
forgone_by_all(item *items, size_t n, double left)
{
    double sum = 0.0;
    size_t n_saving = 0;

    for (size_t i = 0; i < n; i++) {
        sum -= items[i].loss;
        if (items[i].loss > items[i].cost)
            items[n_saving++] = items[i];
    }
    sort(items, n_saving, saves_more);
    for (size_t i = 0; i < n_saving; i++) {
        const double share = items[i].price <= left ? 1.0 : fmax(left, 0.0) / items[i].price;
        sum += share * (items[i].loss - items[i].cost);
        left -= share * items[i].price;
    }
    return sum;
}

/* Into `*bound`; `*split` the open project to decide next.  Not known (a set without worth, nothing more to be asked):
 * INFINITY. */
static bk_status
bound_node(bki_search *search, const node *at, double *bound, size_t *split)
{
    const bk_portfolio_problem *problem = search->problem;
    const size_t                n_members = problem->n_members;
    const uint64_t              all = at->built | at->open;
    const double                left = problem->budget * (1.0 + 1e-12) - bki_set_price(problem, at->built);
    const double               *whole = NULL, *without[BK_MOST_PROJECTS];
    double                      sum = 0.0, least = INFINITY, most = -1.0;

    *bound = INFINITY;
    BK_TRY(bki_search_ask(search, all, &whole));
    for (size_t x = 0; whole && x < problem->n_projects; x++)
        if (at->open >> x & 1) {
            BK_TRY(bki_search_ask(search, all & ~((uint64_t)1 << x), &without[x]));
            if (!without[x])
                return BK_OK;
        }
    for (size_t m = 0; whole && m < n_members; m++) {
        item   items[BK_MOST_PROJECTS];
        size_t n = 0;
        double net = whole[m];
        for (size_t x = 0; x < problem->n_projects; x++) {
            const double cost = problem->cost[x * n_members + m];
            net -= at->built >> x & 1 ? cost : 0.0;
            if (!(at->open >> x & 1))
                continue;
            items[n++] = (item){problem->price[x], cost, whole[m] - without[x][m]};
            if (fabs(items[n - 1].loss - cost) > most) {
                most = fabs(items[n - 1].loss - cost);
                *split = x;
            }
        }
        net += problem->law == BK_LAW_MONOTONE ? forgone_by_one(items, n, left) : forgone_by_all(items, n, left);
        sum += net;
        least = fmin(least, net);
    }
    if (whole)
        *bound = problem->rule == BK_PORTFOLIO_SUM ? sum : least;
    return BK_OK;
}

/* ---- the tree -------------------------------------------------------------------------------------------------- */

static uint64_t
affordable(const bk_portfolio_problem *problem, uint64_t built, uint64_t open)
{
    for (size_t x = 0; x < problem->n_projects; x++)
        if ((open >> x & 1) && !bki_set_fits(problem, built | (uint64_t)1 << x))
            open &= ~((uint64_t)1 << x);
    return open;
}

/* Bounds a child and keeps it if it may hold something better. */
static bk_status
grow_branch(bki_search *search, queue *heap, uint64_t built, uint64_t open, double above)
{
    node   child = {built, affordable(search->problem, built, open), 0.0};
    size_t split = 0;

    BK_TRY(bki_search_try(search, built));
    if (bki_set_fits(search->problem, built | child.open))
        BK_TRY(bki_search_try(search, built | child.open));
    BK_TRY(bound_node(search, &child, &child.bound, &split));
    child.bound = fmin(child.bound, above);
    return child.open == 0 && !search->stopped ? BK_OK : push(heap, search->arena, child);
}

static bool
is_better(const bki_search *search, double bound)
{
    return bound > search->best_value + 1e-12 * fabs(search->best_value);
}

bk_status
bki_search_branch(bki_search *search)
{
    const uint64_t all = ((uint64_t)1 << search->problem->n_projects) - 1;
    queue          heap = {0};

    BK_TRY(grow_branch(search, &heap, 0, all, INFINITY));
    while (heap.n > 0 && is_better(search, heap.nodes[0].bound) && !search->stopped) {
        const node at = pop(&heap);
        size_t     split = 0;
        double     bound;
        BK_TRY(bound_node(search, &at, &bound, &split)); /* everything in it was asked: only `split` is new */
        while (!(at.open >> split & 1))                  /* nothing was known of the node */
            split++;
        const uint64_t x = (uint64_t)1 << split;
        bk_progress(search->ctx, "branch and bound", -1.0);
        BK_TRY(grow_branch(search, &heap, at.built | x, at.open & ~x, at.bound));
        BK_TRY(grow_branch(search, &heap, at.built, at.open & ~x, at.bound));
    }
    search->complete = !search->stopped;
    search->bound = heap.n > 0 ? fmax(heap.nodes[0].bound, search->best_value) : search->best_value;
    return BK_OK;
}
