/* Corridors as marks on arcs, and whose arc it is. */
#ifndef STUDY_CORRIDOR_H
#define STUDY_CORRIDOR_H

#include "buckle/study.h"

/* mark [n_arcs]: the first corridor that the arc tells a shipment to be of, or BK_NONE. */
void bki_corridor_marks(const bk_model *model, const bk_graph *graph, uint32_t *mark);

/* Whose arc it is at its tail (end 0) or head (end 1): a country, n_countries for nobody's (the open sea), BK_NONE
 * where a journey begins or ends. */
uint32_t bki_arc_place(const bk_model *model, const bk_graph *graph, size_t arc, int end);

#endif
