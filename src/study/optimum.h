/* A planner's problem made of a study. */
#ifndef STUDY_OPTIMUM_H
#define STUDY_OPTIMUM_H

#include "buckle/optimum.h"

typedef struct bki_optimum {
    bk_context                *ctx;
    bk_arena                  *arena;
    const bk_study            *study;
    const bk_model            *model;
    const bk_optimum_settings *settings;
    bk_optimum                *optimum;
    bk_optimum_mode           *modes;      /* [n_modes] */
    double                    *mode_cost;  /* [n_modes][2] share of value lost: a kilometre's money, an hour */
    double                    *toll_share; /* [n_modes] share of value that a USD/t is */
    double                    *price;      /* [n_projects] USD of works with overrun */
    double                    *length;     /* [n_projects] km of its lines of its own mode; 0: it builds none */
    uint32_t                  *project_of; /* [model n_links] candidate on it, or BK_NONE */
    uint32_t                  *place;      /* [model n_nodes] node of the planner, or BK_NONE */
    uint32_t                  *good;       /* [n_regions] or BK_NONE: nothing of it comes to the network */
    bk_optimum_link           *links;      /* [n_links] */
    double                    *share;      /* [n_links] of value lost by a good's whole trade on a line as it stands */
    double                    *transport_cost; /* [n_links] the planner's, writable */
    double                    *unit;  /* [n_goods] share of all that is traded which a unit of the good is worth */
    double                     whole; /* units, flow of a good's whole trade, the mean by value */
} bki_optimum;

bk_status bki_optimum_prices(bki_optimum *job);  /* what lines cost to build */
bk_status bki_optimum_modes(bki_optimum *job);   /* which carry goods, and at what share of value */
bk_status bki_optimum_network(bki_optimum *job); /* links and places: fills the planner's network */
bk_status bki_optimum_economy(bki_optimum *job); /* goods and heads: fills the rest of it */
void      bki_optimum_powers(bki_optimum *job, double beta, double gamma); /* and what moving costs by them */

/* price [n_places][n_goods]: what each good would cost where its whole trade took the cheapest way there. */
bk_status bki_optimum_start(const bki_optimum *job, double *price);

#endif
