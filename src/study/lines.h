/* What an assignment puts on the links of a study's network, direction by direction. */
#ifndef STUDY_LINES_H
#define STUDY_LINES_H

#include "buckle/coupling.h"

typedef struct bki_line { /* a link in one direction */
    uint32_t       arc;
    const bk_link *link;
    const bk_node *from, *to;
    double         tonnes; /* t/yr */
    double         cost;   /* USD/t: freight, tolls and the price of scarce capacity, mean over the tonnes; of an
                              empty line, the price */
    double utilisation;    /* flow over capacity; 0 where nothing limits */
    double price;          /* USD/t, of scarce capacity */
} bki_line;

/* All lines of open links, in the order of the graph, into `*out` [*n_out], held by `arena`.  Returns BK_OK,
 * BK_ERR_NO_MEMORY. */
bk_status bki_lines_list(const bk_joint_base *base, const bk_model *model, const bk_joint_assignment *assignment,
                         bk_arena *arena, size_t *n_out, bki_line **out);

#endif
