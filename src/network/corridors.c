/* The cheapest route of each corridor.
 *
 * A route bears marks (customs posts, ports, modes).  It is wanted if no cheaper route bears only marks that it bears
 * too. A state is a set of marks to avoid and the cheapest route that avoids them; its children avoid one mark more,
 * each one that this route bears.  States are taken in the order of cost.
 *
 * No wanted route is missed: as long as the route of a state whose avoided set it honours is not itself, that route is
 * cheaper, so bears a mark that the wanted one does not, and the child that avoids this mark is honoured too.
 * And no other is taken: a cheaper route with fewer marks would avoid whatever the taken one avoids.
 *
 * Two rules save work.  A state whose avoided set contains that of an expanded one with the same marks leads nowhere
 * new. And the route of a state with fewer marks to avoid serves again where it happens to avoid them all. */
#include "network/search.h"

#include <math.h>
#include <string.h>

#define MOST_STATES 20000
#define MOST_COMMON 0.75 /* share of the shorter route's length */

/* Marks in rising order.  Each also sets one of 64 bits, by which most comparisons are settled at a glance. */
typedef struct mark_set {
    size_t          n;
    uint64_t        bits;
    const uint32_t *marks; /* [n] */
} mark_set;

typedef struct state {
    mark_set avoided, borne; /* borne: by the route */
    bki_path path;           /* arcs NULL: no route avoids them */
    size_t   serial;
    bool     expanded;
} state;

typedef struct corridor_search {
    const bki_search *search;
    uint32_t          n_marks;
    const uint32_t   *mark[2]; /* [n_arcs] marks of each arc, BK_NONE where it has none */
    bool             *banned;  /* [n_marks] false between searches */
    state           **states;  /* [MOST_STATES] all, in order of making */
    state           **open;    /* [MOST_STATES] heap of those to be taken */
    uint64_t         *avoided; /* [MOST_STATES] the bits of each state's sets, together for quick looking through */
    uint64_t         *borne;   /* [MOST_STATES] */
    size_t            n_states, n_open;
    uint32_t         *stamp; /* [n_arcs] number of the last path that was stamped on it */
    uint32_t          n_stamps;
} corridor_search;

/* ---- marks
 * ------------------------------------------------------------------------------------------------------------ */

/* Border rows, then modes, then for each mode and node the boarding and the leaving there. */
static uint32_t
port_mark(const bk_network_data *network, uint32_t mode, uint32_t node, bool boarding)
{
    return (uint32_t)(network->n_borders + network->n_modes + 2 * (mode * network->n_nodes + node) + boarding);
}

static void
mark_arc(const bk_model *model, const bk_graph *graph, size_t arc, uint32_t *first, uint32_t *second)
{
    const bk_network_data *network = &model->network;
    const uint32_t         element = graph->element[arc], mode = graph->mode[arc];

    *first = *second = BK_NONE;
    switch ((bk_arc_kind)graph->kind[arc]) {
    case BK_ARC_LINE:
        *first = (uint32_t)(network->n_borders + mode);
        break;
    case BK_ARC_BORDER:
        if (network->borders[element].side == BK_EXIT && network->borders[element].customs)
            *first = element;
        break;
    case BK_ARC_TRANSFER: {
        const bk_transfer *transfer = &network->transfers[element];
        if (transfer->from_mode == transfer->to_mode)
            break;
        if (!network->mode_crosses[transfer->from_mode])
            *first = port_mark(network, transfer->from_mode, transfer->node, false);
        if (!network->mode_crosses[transfer->to_mode])
            *second = port_mark(network, transfer->to_mode, transfer->node, true);
        break;
    }
    case BK_ARC_LOAD:
    case BK_ARC_UNLOAD:
        if (!network->mode_crosses[mode])
            *first = port_mark(network, mode, element, graph->kind[arc] == BK_ARC_LOAD);
        break;
    }
}

static bool
set_has(const mark_set *set, uint32_t mark)
{
    for (size_t i = 0; i < set->n && set->marks[i] <= mark; i++)
        if (set->marks[i] == mark)
            return true;
    return false;
}

static bool
set_is_within(const mark_set *small, const mark_set *large)
{
    size_t at = 0;

    if (small->n > large->n)
        return false;
    for (size_t i = 0; i < small->n; i++) {
        while (at < large->n && large->marks[at] < small->marks[i])
            at++;
        if (at == large->n || large->marks[at] != small->marks[i])
            return false;
    }
    return true;
}

static bool
sets_are_equal(const mark_set *a, const mark_set *b)
{
    return a->n == b->n && set_is_within(a, b);
}

static bool
sets_meet(const mark_set *a, const mark_set *b)
{
    if ((a->bits & b->bits) == 0)
        return false;
    for (size_t i = 0, j = 0; i < a->n && j < b->n;) {
        if (a->marks[i] == b->marks[j])
            return true;
        if (a->marks[i] < b->marks[j])
            i++;
        else
            j++;
    }
    return false;
}

static uint64_t
bit_of(uint32_t mark)
{
    return UINT64_C(1) << (mark * UINT64_C(0x9e3779b97f4a7c15) >> 58); /* Fibonacci hashing */
}

/* `set` and one mark more, held by the arena. */
static mark_set
set_with(bk_arena *arena, const mark_set *set, uint32_t mark)
{
    uint32_t *marks = BK_NEW(arena, uint32_t, set->n + 1);
    size_t    at = 0;

    if (arena->failed)
        return (mark_set){0, 0, NULL};
    while (at < set->n && set->marks[at] < mark) {
        marks[at] = set->marks[at];
        at++;
    }
    marks[at] = mark;
    for (; at < set->n; at++)
        marks[at + 1] = set->marks[at];
    return (mark_set){set->n + 1, set->bits | bit_of(mark), marks};
}

static mark_set
marks_of(const corridor_search *corridors, const bki_path *path)
{
    mark_set set = {0, 0, NULL};

    for (size_t i = 0; i < path->n_arcs; i++)
        for (int which = 0; which < 2; which++) {
            const uint32_t mark = corridors->mark[which][path->arcs[i]];
            if (mark != BK_NONE && !set_has(&set, mark))
                set = set_with(corridors->search->arena, &set, mark);
        }
    return set;
}

/* ---- states
 * ------------------------------------------------------------------------------------------------------------ */

static bool
comes_before(const state *a, const state *b)
{
    return a->path.cost < b->path.cost || (!(b->path.cost < a->path.cost) && a->serial < b->serial);
}

static void
open_state(corridor_search *corridors, state *added)
{
    size_t at = corridors->n_open++;

    for (; at > 0 && comes_before(added, corridors->open[(at - 1) / 2]); at = (at - 1) / 2)
        corridors->open[at] = corridors->open[(at - 1) / 2];
    corridors->open[at] = added;
}

static state *
take_state(corridor_search *corridors)
{
    state *const taken = corridors->open[0], *const last = corridors->open[--corridors->n_open];
    size_t at = 0;

    for (size_t child = 1; child < corridors->n_open; child = 2 * at + 1) {
        if (child + 1 < corridors->n_open && comes_before(corridors->open[child + 1], corridors->open[child]))
            child++;
        if (!comes_before(corridors->open[child], last))
            break;
        corridors->open[at] = corridors->open[child];
        at = child;
    }
    corridors->open[at] = last;
    return taken;
}

/* An earlier state that answers for `avoided`: its own set lies within, and its route, if any, bears none of the marks.
 */
static const state *
find_answer(const corridor_search *corridors, const mark_set *avoided)
{
    for (size_t i = 0; i < corridors->n_states; i++) {
        if ((corridors->avoided[i] & ~avoided->bits) != 0)
            continue;
        const state *known = corridors->states[i];
        if (!sets_meet(&known->borne, avoided) && set_is_within(&known->avoided, avoided))
            return known;
    }
    return NULL;
}

static bk_status
search_route(const corridor_search *corridors, const mark_set *avoided, bki_path *path)
{
    const bki_search *search = corridors->search;

    for (size_t i = 0; i < avoided->n; i++)
        corridors->banned[avoided->marks[i]] = true;
    for (size_t a = 0; a < search->graph->n_arcs; a++) {
        const uint32_t first = corridors->mark[0][a], second = corridors->mark[1][a];
        if ((first != BK_NONE && corridors->banned[first]) || (second != BK_NONE && corridors->banned[second]))
            search->trial[a] = INFINITY;
    }
    const bk_status status = bki_search_path(search, search->origin, NULL, 0, path);
    memcpy(search->trial, search->cost, search->graph->n_arcs * sizeof *search->trial);
    for (size_t i = 0; i < avoided->n; i++)
        corridors->banned[avoided->marks[i]] = false;
    return status;
}

static bk_status
add_state(corridor_search *corridors, const mark_set *avoided)
{
    bk_arena    *arena = corridors->search->arena;
    const state *answer = find_answer(corridors, avoided);
    state       *added = BK_NEW(arena, state, 1);

    BK_TRY(bk_arena_ok(arena));
    added->avoided = *avoided;
    added->serial = corridors->n_states;
    if (answer != NULL) {
        added->path = answer->path;
        added->borne = answer->borne;
    } else {
        BK_TRY(search_route(corridors, avoided, &added->path));
        added->borne = marks_of(corridors, &added->path);
        BK_TRY(bk_arena_ok(arena));
    }
    corridors->avoided[corridors->n_states] = added->avoided.bits;
    corridors->borne[corridors->n_states] = added->borne.bits;
    corridors->states[corridors->n_states++] = added;
    if (added->path.arcs != NULL)
        open_state(corridors, added);
    return BK_OK;
}

static bool
is_known(const corridor_search *corridors, const mark_set *avoided)
{
    for (size_t i = 0; i < corridors->n_states; i++)
        if (corridors->avoided[i] == avoided->bits && sets_are_equal(&corridors->states[i]->avoided, avoided))
            return true;
    return false;
}

static bool
leads_nowhere_new(const corridor_search *corridors, const state *taken)
{
    for (size_t i = 0; i < corridors->n_states; i++) {
        if (corridors->borne[i] != taken->borne.bits || (corridors->avoided[i] & ~taken->avoided.bits) != 0)
            continue;
        const state *other = corridors->states[i];
        if (other->expanded && sets_are_equal(&other->borne, &taken->borne) &&
            set_is_within(&other->avoided, &taken->avoided))
            return true;
    }
    return false;
}

static bk_status
expand(corridor_search *corridors, state *taken)
{
    if (leads_nowhere_new(corridors, taken))
        return BK_OK;
    taken->expanded = true;
    for (size_t i = 0; i < taken->borne.n && corridors->n_states < MOST_STATES; i++) {
        const mark_set avoided = set_with(corridors->search->arena, &taken->avoided, taken->borne.marks[i]);
        BK_TRY(bk_arena_ok(corridors->search->arena));
        if (!is_known(corridors, &avoided))
            BK_TRY(add_state(corridors, &avoided));
    }
    return BK_OK;
}

/* ---- acceptance
 * -------------------------------------------------------------------------------------------------------- */

static double
common_share(corridor_search *corridors, const bki_path *a, const bki_path *b)
{
    const double  *km = corridors->search->km;
    const uint32_t stamp = ++corridors->n_stamps;
    double         length_a = 0.0, length_b = 0.0, common = 0.0;

    for (size_t i = 0; i < a->n_arcs; i++) {
        corridors->stamp[a->arcs[i]] = stamp;
        length_a += km[a->arcs[i]];
    }
    for (size_t i = 0; i < b->n_arcs; i++) {
        length_b += km[b->arcs[i]];
        common += corridors->stamp[b->arcs[i]] == stamp ? km[b->arcs[i]] : 0.0;
    }
    return common > 0.0 ? common / fmin(length_a, length_b) : 0.0;
}

static bool
is_alternative(corridor_search *corridors, const state *taken, const state *const *listed, size_t n_listed)
{
    for (size_t i = 0; i < n_listed; i++)
        if (set_is_within(&listed[i]->borne, &taken->borne) ||
            common_share(corridors, &listed[i]->path, &taken->path) > MOST_COMMON)
            return false;
    return true;
}

static bk_status
prepare(const bki_search *search, corridor_search *corridors)
{
    const bk_network_data *network = &search->model->network;
    const size_t           n_arcs = search->graph->n_arcs;
    uint32_t              *first = BK_NEW(search->arena, uint32_t, n_arcs);
    uint32_t              *second = BK_NEW(search->arena, uint32_t, n_arcs);

    *corridors = (corridor_search){.search = search, .mark = {first, second}};
    corridors->n_marks = port_mark(network, (uint32_t)network->n_modes, 0, false);
    corridors->banned = BK_NEW(search->arena, bool, corridors->n_marks);
    corridors->states = BK_NEW(search->arena, state *, MOST_STATES);
    corridors->open = BK_NEW(search->arena, state *, MOST_STATES);
    corridors->avoided = BK_NEW(search->arena, uint64_t, MOST_STATES);
    corridors->borne = BK_NEW(search->arena, uint64_t, MOST_STATES);
    corridors->stamp = BK_NEW(search->arena, uint32_t, n_arcs);
    BK_TRY(bk_arena_ok(search->arena));
    for (size_t a = 0; a < n_arcs; a++)
        mark_arc(search->model, search->graph, a, &first[a], &second[a]);
    return BK_OK;
}

bk_status
bki_corridors(const bki_search *search, size_t k, bki_path *found, size_t *n_found)
{
    corridor_search corridors;
    const state   **listed = BK_NEW(search->arena, const state *, k);
    const mark_set  nothing = {0, 0, NULL};

    *n_found = 0;
    BK_TRY(prepare(search, &corridors));
    BK_TRY(add_state(&corridors, &nothing));
    while (corridors.n_open > 0 && *n_found < k) {
        if (bk_cancelled(search->ctx))
            return bk_fail(search->ctx, BK_ERR_CANCELLED, "interrupted while listing alternatives");
        state *taken = take_state(&corridors);
        if (is_alternative(&corridors, taken, listed, *n_found)) {
            listed[*n_found] = taken;
            found[(*n_found)++] = taken->path;
        }
        BK_TRY(expand(&corridors, taken));
    }
    if (*n_found < k && corridors.n_states == MOST_STATES)
        bk_log(search->ctx, BK_LOG_WARNING, "gave up looking for more than %zu corridors after %d searches", *n_found,
               MOST_STATES);
    return BK_OK;
}
