/* A bush: the acyclic part of the network on which the trips of one class and origin travel.
 *
 * It is kept as its arcs sorted by the topological place of their heads, so that the arcs into one vertex stand
 * together and the vertices need no list.  First stand those of its core, the vertices from which a route of the bush
 * leads on to a destination: all that moving flow has to look at, often a third of the whole.  Behind them, what only
 * new routes may want, each vertex by one arc.  Only where several arcs meet (a merge) is flow kept; elsewhere it
 * follows from the trips, summed backwards from the destinations.
 *
 * Vertices of the core are numbered by their place in that order, the root 0, so that whatever runs over a bush goes
 * through memory from one end to the other. */
#ifndef ASSIGNMENT_UE_BUSH_H
#define ASSIGNMENT_UE_BUSH_H

#include "assignment/ue_problem.h"

#define BKI_MORE     0x80000000u /* on an arc of a bush: the next one enters the same vertex */
#define BKI_ARC(arc) ((arc) & ~BKI_MORE)
#define BKI_AT_ROOT  (-1)
#define BKI_NO_CLASS SIZE_MAX

typedef struct bki_bush {
    uint32_t  n_arcs, arc_capacity;
    uint32_t  n_core, core_capacity; /* arcs of the core */
    uint32_t  n_core_vertices;       /* the root included */
    uint32_t  n_merge_arcs, merge_capacity;
    uint32_t *arcs;        /* [n_arcs] arc | BKI_MORE */
    uint32_t *from;        /* [n_core] place of the arc's tail among the vertices of the core */
    uint32_t *destination; /* [trips of the origin] place of the vertex they go to; not the bush's own */
    double   *merge_flow;  /* [n_merge_arcs] unit of traffic, in the order of the arcs */
    double    own_excess;  /* of that below, what its own routes at the last update would save */
    double    excess;      /* cost saved if all took the least-cost route within the bush, unit of time x traffic */
    bool      is_exact;    /* excess and least_cost are; else only as far as the bush's own routes tell */
    bool      is_blocked;  /* routes outside it are shorter, but its own costliest ones forbid it to take them */
    double    least_cost;  /* of its trips in the whole network, when the bush was last updated */
} bki_bush;

/* Bushes of a problem solved, to start another from: `from` and `destination`, which depend on the trips, are not
 * kept. */
struct bk_bushes {
    size_t               n_vertices, n_arcs, n_classes, n_bushes;
    const bki_ue_origin *origins; /* [n_bushes] by class, then zone */
    const bki_bush      *bushes;  /* [n_bushes] */
};

bk_status bki_bush_keep(bk_arena *arena, const bki_bush *bush, bki_bush *out);
bk_status bki_bushes_check(bk_context *ctx, const bk_bushes *bushes, const bki_ue_problem *problem);
/* The bush of the same class and zone, or NULL. */
const bki_bush *bki_bushes_find(const bk_bushes *bushes, const bki_ue_origin *origin);

/* How the delay of arcs is computed. */
typedef enum bki_ue_form {
    BKI_ARCS_QUARTIC,   /* coefficient flow^4 */
    BKI_ARCS_ANY_POWER, /* coefficient flow (flow / capacity)^less */
    BKI_ARCS_OTHER      /* as bk_vdf_eval_arc has it */
} bki_ue_form;

/* What moving flow reads and writes of an arc, together, since it comes by in no order. */
typedef struct bki_ue_arc {
    double flow;        /* unit of traffic, of all classes */
    double cost;        /* unit of time, of the class */
    double slope;       /* unit of time per unit of traffic */
    double base;        /* unit of time: free time and fixed cost of the class; INFINITY: closed */
    double coefficient; /* of the delay; 0: none */
} bki_ue_arc;

/* Flows and costs of the network; costs are of the class at hand. */
typedef struct bki_ue_arcs {
    const bki_ue_problem *problem;
    bki_ue_form           form;
    const uint32_t       *tail;     /* [n_arcs] vertex */
    const uint32_t       *head;     /* [n_arcs] vertex */
    const double         *capacity; /* [n_arcs] unit of traffic */
    const double         *less;     /* [n_arcs] the power less one */
    bki_ue_arc           *now;      /* [n_arcs] */
    double               *cost;     /* [n_arcs] unit of time: those of `now` once more, for what reads nothing else */
} bki_ue_arcs;

/* Of a vertex in one bush; arcs by their place in the bush. */
typedef struct bki_bush_label {
    double  least, most;       /* unit of time from the root, by the least and by the costliest used route */
    int32_t least_in, most_in; /* the arcs by which they arrive; BKI_AT_ROOT */
} bki_bush_label;

/* A merge of a loaded bush. */
typedef struct bki_bush_merge {
    uint32_t first;  /* of its arcs */
    uint32_t vertex; /* place in the core */
} bki_bush_merge;

/* Two routes that part and meet again, of which the first was dearer; their arcs stand one after the other in
 * `places`. */
typedef struct bki_bush_pair {
    uint32_t n[2];
} bki_bush_pair;

/* One bush unpacked, and what is to be moved in it. */
typedef struct bki_bush_load {
    size_t          capacity; /* arcs of a core that there is room for */
    double         *x;        /* [n_core] flow on the bush's arcs, unit of traffic */
    bki_bush_merge *merges;   /* [n_merges] last merge first */
    size_t          n_merges;
    bki_bush_pair  *pairs; /* [n_pairs] of merges, last merge first */
    size_t          n_pairs;
    uint32_t       *places; /* [place_capacity] arcs of the pairs, by their place in the bush */
    size_t          n_places, place_capacity;
    size_t          next_merge; /* the first whose pair found no room any more; n_merges: all did */
} bki_bush_load;

/* Room of one worker. */
typedef struct bki_bush_work {
    double         *through; /* [n_vertices] flow through a vertex, unit of traffic, by place in the core */
    bki_bush_label *label;   /* [n_vertices] by place in the core; by vertex in an update */
    /* for updates: */
    bki_bush_load    load;
    double          *distance;   /* [n_vertices] unit of time, in the whole network */
    uint32_t        *queue;      /* [n_vertices] */
    uint8_t         *queued;     /* [n_vertices] */
    uint32_t        *entering;   /* [n_vertices] arc that enters a vertex first of those to add */
    uint32_t        *next_added; /* [n_arcs] */
    uint32_t        *group;      /* [n_vertices] first arc of the bush into a vertex; BK_NONE: outside */
    uint32_t        *place;      /* [n_vertices] in the core */
    uint8_t         *marked;     /* [n_vertices] */
    uint32_t         n_new_arcs; /* of a bush about to be arranged */
    uint32_t        *new_arcs;   /* [n_new_arcs] arc | BKI_MORE */
    double          *new_flow;   /* [merge arcs] unit of traffic */
    bk_tree_scratch *tree;
} bki_bush_work;

/* Without the room for updates, which is most of it, unless asked for. */
bk_status bki_bush_work_create(const bki_ue_problem *problem, bool for_updates, bk_arena *arena, bki_bush_work *out);
/* Room for a core of so many arcs. */
bk_status bki_bush_load_create(const bki_ue_problem *problem, size_t capacity, bk_arena *arena, bki_bush_load *out);

/* Flow 0 and the costs of class 0. */
bk_status bki_ue_arcs_create(const bki_ue_problem *problem, bk_arena *arena, bki_ue_arcs *out);
/* Sets base and cost for another class, or to time alone for BKI_NO_CLASS. */
void bki_ue_arcs_start_class(bki_ue_arcs *arcs, size_t class_index);
/* Cost and slope of the n arcs listed, at their flow. */
void bki_ue_arcs_refresh(bki_ue_arcs *arcs, const uint32_t *list, uint32_t n);

/* ---- which arcs a bush has ---- */

/* Lists in `work` the arcs of the tree of least cost. */
void bki_bush_list_tree(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work);
/* Lists in `work` the open arcs of a bush.  False if they no longer reach every vertex that the open arcs reach. */
bool bki_bush_list_open(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush,
                        bki_bush_work *work);
/* Sets a bush to the arcs listed in `work`, core first.  False if memory, taken from `arena`, is short; the bush is
 * then as it was. */
bool bki_bush_arrange(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bk_arena *arena,
                      bki_bush *bush);
/* Drops arcs without use and adds those that shorten a route; sets the bush's excess and least_cost at current costs,
 * as far as its new routes tell.  Memory as above. */
void bki_bush_update(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bk_arena *arena,
                     bki_bush *bush);
/* Sets excess and least_cost at current costs by a search of the whole network. */
void bki_bush_measure(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush);

/* ---- moving flow ---- */

/* Unpacks the flow of a bush: x, merges and, in `work`, through.  Merge flows that do not add up to what passes (the
 * trips changed) are scaled. */
void bki_bush_unpack(const bki_ue_problem *problem, const bki_ue_origin *origin, const bki_bush *bush,
                     bki_bush_work *work, bki_bush_load *load);
void bki_bush_pack(const bki_bush_load *load, bki_bush *bush);
/* Labels of the core of an unpacked bush, and from merge `first` on the pairs of routes to be made even, as far as
 * there is room; returns the bush's excess. */
double bki_bush_find_pairs(const double *cost, const bki_bush *bush, size_t first, bki_bush_work *work,
                           bki_bush_load *load);
/* Moves flow between the two routes of each pair once, last merge first (Dial 2006).  `touched`: room for twice the
 * vertices. */
void bki_bush_shift(bki_ue_arcs *arcs, const bki_bush *bush, uint32_t *touched, bki_bush_load *load);
/* Moves flow in all bushes [n_origins] at once, by a Newton step, after which arcs are priced for no class; `work` and
 * `rooms`, empty before and after, are [workers]. */
bk_status bki_bushes_step(bki_ue_arcs *arcs, bki_bush *bushes, bki_bush_work *work, bk_arena *rooms);

#endif
