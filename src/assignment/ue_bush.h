/* A bush: the acyclic part of the network on which the trips of one class and origin travel.
 *
 * It is kept as its arcs sorted by the topological place of their heads, so that the arcs into one vertex stand
 * together and the vertices need no list.  Only where several arcs meet (a merge) is flow kept; elsewhere it follows
 * from the trips, summed backwards from the destinations. */
#ifndef ASSIGNMENT_UE_BUSH_H
#define ASSIGNMENT_UE_BUSH_H

#include "assignment/ue_problem.h"

#define BKI_MORE     0x80000000u /* on an arc of a bush: the next one enters the same vertex */
#define BKI_ARC(arc) ((arc) & ~BKI_MORE)
#define BKI_AT_ROOT  (-1)

typedef struct bki_bush {
    uint32_t  n_arcs, arc_capacity;
    uint32_t  n_merge_arcs, merge_capacity;
    uint32_t *arcs;       /* [n_arcs] arc | BKI_MORE */
    double   *merge_flow; /* [n_merge_arcs] unit of traffic, in the order of the arcs */
    double    excess;     /* cost saved if all took the least-cost route within the bush, unit of time x traffic */
    bool      is_exact;   /* excess and least_cost are; else the search for them was cut short */
    bool      is_blocked; /* routes outside it are shorter, but its own costliest ones forbid it to take them */
    double    least_cost; /* of its trips in the whole network, when the bush was last updated */
} bki_bush;

/* Bushes of a problem solved, to start another from. */
struct bk_bushes {
    size_t               n_vertices, n_arcs, n_classes, n_bushes;
    const bki_ue_origin *origins; /* [n_bushes] by class, then zone */
    const bki_bush      *bushes;  /* [n_bushes] */
};

/* Room for so many arcs and merge arcs, and a quarter more. */
bk_status bki_bush_grow(bk_arena *arena, bki_bush *bush, uint32_t arcs_wanted, uint32_t merges_wanted);
bk_status bki_bush_copy(bk_arena *arena, const bki_bush *bush, bki_bush *out);
bk_status bki_bushes_check(bk_context *ctx, const bk_bushes *bushes, const bki_ue_problem *problem);
/* The bush of the same class and zone, or NULL. */
const bki_bush *bki_bushes_find(const bk_bushes *bushes, const bki_ue_origin *origin);

/* How the delay of arcs is computed. */
typedef enum bki_ue_form {
    BKI_ARCS_QUARTIC,   /* coefficient flow^4 */
    BKI_ARCS_ANY_POWER, /* coefficient flow (flow / capacity)^less */
    BKI_ARCS_OTHER      /* as bk_vdf_eval_arc has it */
} bki_ue_form;

/* Flows and costs of the network; costs are of the class at hand. */
typedef struct bki_ue_arcs {
    const bki_ue_problem *problem;
    bki_ue_form           form;
    const uint32_t       *tail;        /* [n_arcs] vertex */
    const uint32_t       *head;        /* [n_arcs] vertex */
    const double         *capacity;    /* [n_arcs] unit of traffic */
    const double         *coefficient; /* [n_arcs] of the delay; 0: none */
    const double         *less;        /* [n_arcs] the power less one */
    double               *base;        /* [n_arcs] unit of time: free time and fixed cost of the class */
    double               *flow;        /* [n_arcs] unit of traffic, of all classes */
    double               *cost;        /* [n_arcs] unit of time, of the class */
    double               *slope;       /* [n_arcs] unit of time per unit of traffic */
} bki_ue_arcs;

/* Of a vertex in one bush; arcs by their place in the bush. */
typedef struct bki_bush_label {
    double  least, most;       /* unit of time from the root, by the least and by the costliest used route */
    int32_t least_in, most_in; /* the arcs by which they arrive; BKI_AT_ROOT */
} bki_bush_label;

/* Room to unpack one bush in. */
typedef struct bki_bush_work {
    double         *x;       /* [n_arcs] flow on the bush's arcs, unit of traffic */
    double         *through; /* [n_vertices] flow through a vertex, unit of traffic */
    bki_bush_label *label;   /* [n_vertices] */
    uint32_t       *merges;  /* [n_vertices] first arcs of the merges, last merge first */
    size_t          n_merges;
    int32_t        *segment[2]; /* [n_vertices] arcs of two routes that end in one merge */
    uint32_t       *touched;    /* [2 n_vertices] arcs whose flow moved */
    /* for updates: */
    double          *distance;   /* [n_vertices] unit of time, in the whole network */
    uint32_t        *queue;      /* [n_vertices] */
    uint8_t         *queued;     /* [n_vertices] */
    uint32_t        *entering;   /* [n_vertices] arc that enters a vertex first of those to add */
    uint32_t        *next_added; /* [n_arcs] */
    uint32_t        *group;      /* [n_vertices] first arc of the bush into a vertex; BK_NONE: outside */
    uint8_t         *emitted;    /* [n_vertices] */
    uint32_t        *new_arcs;   /* [n_arcs] */
    double          *new_flow;   /* [n_arcs] unit of traffic */
    bk_tree_scratch *tree;
} bki_bush_work;

/* Without the room for updates, which is most of it, unless asked for. */
bk_status bki_bush_work_create(const bki_ue_problem *problem, bool for_updates, bk_arena *arena, bki_bush_work *out);

/* Flow 0 and the costs of class 0. */
bk_status bki_ue_arcs_create(const bki_ue_problem *problem, bk_arena *arena, bki_ue_arcs *out);
/* Sets base and cost for another class. */
void bki_ue_arcs_start_class(bki_ue_arcs *arcs, size_t class_index);
/* Cost and slope of the n arcs listed, at their flow. */
void bki_ue_arcs_refresh(bki_ue_arcs *arcs, const uint32_t *list, uint32_t n);

/* Sets a bush to the tree of least cost; the capacities must suffice. */
void bki_bush_from_tree(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush);

/* Unpacks the flow of a bush: x, through, merges.  Merge flows that do not add up to what passes (the trips changed)
 * are scaled. */
void bki_bush_load(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush, bki_bush_work *work);
void bki_bush_store(const bki_bush_work *work, bki_bush *bush);

/* Least and costliest used labels of a loaded bush; returns its excess. */
double bki_bush_label_used(const bki_ue_arcs *arcs, const bki_ue_origin *origin, const bki_bush *bush,
                           bki_bush_work *work);

/* Takes closed arcs out of a bush.  False if it no longer reaches every vertex that the open arcs reach. */
bool bki_bush_reopen(const bki_ue_arcs *arcs, const bki_ue_origin *origin, bki_bush_work *work, bki_bush *bush);

/* Moves flow between the two routes of each merge once, last merge first (Dial 2006). */
void bki_bush_shift(bki_ue_arcs *arcs, const bki_bush *bush, bki_bush_work *work);

/* Drops arcs without use and adds those that shorten a route; sets the bush's excess and least_cost at current costs,
 * by a search of the network that may look at `patience` vertices. If the bush lacks room nothing changes, and
 * *arcs_wanted, *merges_wanted say what it needs. */
bool bki_bush_update(const bki_ue_arcs *arcs, const bki_ue_origin *origin, size_t patience, bki_bush *bush,
                     bki_bush_work *work, uint32_t *arcs_wanted, uint32_t *merges_wanted);

#endif
