/* Routes outside a universe that some class would rather take. */
#ifndef ASSIGNMENT_COLUMNS_H
#define ASSIGNMENT_COLUMNS_H

#include "assignment/route_set.h"

/* A route is missed where it costs a class this share less than the best inside; it is added already at half of it,
 * which spares rounds in which prices moved a little. */
#define BKI_ROUTE_GAIN       0.01
#define BKI_ROUTE_GAIN_ADDED 0.005

/* Seeds of every pair at the costs given: the cheapest route of each sector and the best by each arc worth a try (a
 * crossing, a sea leg, a pipeline, a transfer between modes, a project), one for each corridor, at most `most` a pair,
 * none beyond 1.6 times the cheapest of its sector. */
bk_status bki_seeds_add(bk_context *ctx, const bk_model *model, const bk_graph *graph, const bk_arc_costs *costs,
                        const bk_traffic *traffic, size_t most, bki_route_set *sets);

/* The model with all its projects open.  Returns what bk_scenario_apply does. */
bk_status bki_all_projects(bk_context *ctx, const bk_model *base, bk_arena *arena, const bk_model **out);

/* Adds the cheapest route of every class that gains over BKI_ROUTE_GAIN_ADDED at the prices [n_limits]; `gain` counts
 * what was missed before, weighted by `tonnes`.  `sets` NULL only counts. */
bk_status bki_columns_add(bk_context *ctx, const bk_assignment *assignment, const double *tonnes, const double *price,
                          bki_route_set *sets, bk_route_gain *gain);

#endif
