/* One piece of a graph cut in two by few vertices. */
#ifndef NETWORK_SEPARATOR_H
#define NETWORK_SEPARATOR_H

#include "network/vertex_cut.h"

typedef struct bki_separator bki_separator; /* room of one worker */

/* For pieces of this graph; NULL if memory is short. */
bki_separator *bki_separator_create(bk_arena *arena, const bki_links *links);

/* Sorts the vertices of a piece [n] (those with this number in `piece_of` [links->n]): first the left side, then the
 * right, then what separates them.  A piece in several parts is split between them. */
void bki_separate(bki_separator *self, const uint32_t *piece_of, uint32_t piece, uint32_t *vertices, uint32_t n,
                  uint32_t *n_left, uint32_t *n_right);

#endif
