/* Names as people write them, and the value of an hour. */
#ifndef STUDY_LOOKUP_H
#define STUDY_LOOKUP_H

#include "buckle/network.h"

/* A place by id, or by name whatever its case; BK_NONE if there is none or if the name fits several. */
uint32_t bki_place_find(const bk_model *model, const char *text);
/* As above; a fault with the nearest id or name. */
bk_status bki_place_get(bk_context *ctx, const bk_model *model, const char *text, const char *what, bk_arena *arena,
                        uint32_t *out);
bk_status bki_sector_get(bk_context *ctx, const bk_model *model, const char *text, bk_arena *arena, size_t *out);

/* The sector whose hour is worth most: its goods ride the scheduled services that travel times are published for. */
size_t bki_dearest_sector(const bk_model *model);

/* USD per tonne and hour for a sector between two places: value per tonne of the pair of regions, or the sector's own,
 * times the ad-valorem cost of a day, over 24. */
double bki_value_of_time(const bk_model *model, size_t sector, uint32_t from_node, uint32_t to_node);

/* The same costs with no calibrated constants, sharing all else. */
bk_status bki_without_constants(const bk_arc_costs *costs, bk_arena *arena, const bk_arc_costs **out);

/* members [n_countries]: the country, or the members of the agreement, that `text` names, whatever its case.  A region
 * stands for its country.  False if nothing is named so. */
bool bki_countries_named(const bk_model *model, const char *text, bool *members);

/* The words of a text, cut at what is neither letter, digit, `-` nor `_`; returns how many. */
size_t bki_words(bk_arena *arena, const char *text, const char *const **words);
/* The mode one of the words names ("train" means rail); BK_NONE if none does. */
uint32_t bki_mode_named(const bk_model *model, const char *const *words, size_t n_words);

#endif
