/* Growing sets of routes, and freezing them into a universe. */
#include "assignment/route_set.h"

#include <math.h>
#include <string.h>

/* ---- sets ------------------------------------------------------------------------------------------------------ */

bki_route_set *
bki_route_sets_create(bk_context *ctx, size_t n_zones, bk_arena *arena)
{
    bki_route_set *sets = BK_NEW(arena, bki_route_set, n_zones);

    for (size_t z = 0; sets != NULL && z < n_zones; z++)
        bk_arena_init(&sets[z].arena, ctx);
    return sets;
}

void
bki_route_sets_release(bki_route_set *sets, size_t n_zones)
{
    for (size_t z = 0; sets != NULL && z < n_zones; z++)
        bk_arena_release(&sets[z].arena);
}

bk_status
bki_route_sets_ok(bki_route_set *sets, size_t n_zones)
{
    for (size_t z = 0; z < n_zones; z++)
        BK_TRY(bk_arena_ok(&sets[z].arena));
    return BK_OK;
}

static size_t
find_place(const bki_route_set *set, uint64_t hash, uint32_t pair, size_t n_arcs, const uint32_t *arcs)
{
    size_t at = (size_t)hash & (set->n_table - 1);

    for (; set->table[at] != 0; at = (at + 1) & (set->n_table - 1)) {
        const bki_route *route = &set->routes[set->table[at] - 1];
        if (route->hash == hash && route->pair == pair && route->n_arcs == n_arcs &&
            memcmp(route->arcs, arcs, n_arcs * sizeof *arcs) == 0)
            break;
    }
    return at;
}

static bool
grow_set(bki_route_set *set)
{
    const size_t room = set->room == 0 ? 256 : 2 * set->room, n_table = 2 * room;
    bki_route   *routes = BK_NEW(&set->arena, bki_route, room);
    uint32_t    *table = BK_NEW(&set->arena, uint32_t, n_table);

    if (routes == NULL || table == NULL)
        return false;
    if (set->n_routes > 0)
        memcpy(routes, set->routes, set->n_routes * sizeof *routes);
    set->routes = routes;
    set->table = table;
    set->room = room;
    set->n_table = n_table;
    for (size_t i = 0; i < set->n_routes; i++)
        table[find_place(set, routes[i].hash, routes[i].pair, routes[i].n_arcs, routes[i].arcs)] = (uint32_t)i + 1;
    return true;
}

bool
bki_route_add(bki_route_set *set, uint32_t pair, size_t n_arcs, const uint32_t *arcs)
{
    if (set->n_routes == set->room && !grow_set(set))
        return false;
    const uint64_t hash = bk_hash(bk_hash(0, &pair, sizeof pair), arcs, n_arcs * sizeof *arcs);
    const size_t   place = find_place(set, hash, pair, n_arcs, arcs);
    if (set->table[place] != 0)
        return false;
    uint32_t *copy = BK_NEW(&set->arena, uint32_t, n_arcs);
    if (copy == NULL)
        return false;
    memcpy(copy, arcs, n_arcs * sizeof *copy);
    set->routes[set->n_routes++] = (bki_route){hash, pair, (uint32_t)n_arcs, copy};
    set->table[place] = (uint32_t)set->n_routes;
    return true;
}

void
bki_route_sets_take(bki_route_set *sets, const bk_traffic *traffic, const bk_universe *universe)
{
    for (size_t p = 0; p < universe->n_pairs; p++)
        for (size_t r = universe->first_route[p]; r < universe->first_route[p + 1]; r++)
            bki_route_add(&sets[traffic->origin[p]], (uint32_t)p, universe->first_arc[r + 1] - universe->first_arc[r],
                          universe->arc + universe->first_arc[r]);
}

/* ---- path size ------------------------------------------------------------------------------------------------- */

void
bki_arc_lengths(const bk_model *model, const bk_arc_costs *costs, const bk_arc_costs *open, double *length)
{
    const bk_economy *economy = &model->economy;

    for (size_t a = 0; a < costs->n_arcs; a++) {
        double sum = 0.0, n = 0.0;
        for (size_t j = 0; j < costs->n_sectors; j++) {
            const size_t        at = j * costs->n_arcs + a;
            const bk_arc_costs *source = isfinite(costs->money[at]) ? costs : open;
            if (!isfinite(source->money[at]))
                continue;
            sum += source->money[at] +
                   economy->sectors[j].usd_per_tonne * economy->sectors[j].time_cost_per_day / 24.0 * source->hours[at];
            n += 1.0;
        }
        length[a] = n > 0.0 ? fmax(sum / n, 0.0) : 0.0;
    }
}

/* ln of sum over arcs of (length of arc / length of route) / (routes of the pair that use the arc). */
static void
pair_path_sizes(const bk_universe *universe, size_t pair, const double *length, uint32_t *count, double *log_path_size)
{
    const size_t first = universe->first_route[pair], last = universe->first_route[pair + 1];

    for (size_t at = universe->first_arc[first]; at < universe->first_arc[last]; at++)
        count[universe->arc[at]]++;
    for (size_t r = first; r < last; r++) {
        double size = 0.0, total = 0.0;
        for (size_t at = universe->first_arc[r]; at < universe->first_arc[r + 1]; at++) {
            total += length[universe->arc[at]];
            size += length[universe->arc[at]] / count[universe->arc[at]];
        }
        log_path_size[r] = total > 0.0 ? fmin(0.0, log(size / total)) : -log((double)(last - first));
    }
    for (size_t at = universe->first_arc[first]; at < universe->first_arc[last]; at++)
        count[universe->arc[at]] = 0;
}

/* ---- freezing -------------------------------------------------------------------------------------------------- */

static void
count_routes(const bki_route_set *sets, const bk_traffic *traffic, uint32_t *first_route, size_t *n_arcs)
{
    for (size_t z = 0; z < traffic->n_zones; z++)
        for (size_t i = 0; i < sets[z].n_routes; i++) {
            first_route[sets[z].routes[i].pair + 1]++;
            *n_arcs += sets[z].routes[i].n_arcs;
        }
    for (size_t p = 0; p < traffic->n_pairs; p++)
        first_route[p + 1] += first_route[p];
}

/* Routes in the order of pairs; within a pair in the order of addition, since its origin's set holds them all. */
static void
copy_routes(const bki_route_set *sets, const bk_traffic *traffic, const bki_route **ordered, uint32_t *next,
            const uint32_t *first_route, uint32_t *first_arc, uint32_t *arc)
{
    const size_t n_routes = first_route[traffic->n_pairs];

    memcpy(next, first_route, traffic->n_pairs * sizeof *next);
    for (size_t z = 0; z < traffic->n_zones; z++)
        for (size_t i = 0; i < sets[z].n_routes; i++)
            ordered[next[sets[z].routes[i].pair]++] = &sets[z].routes[i];
    for (size_t r = 0; r < n_routes; r++) {
        memcpy(arc + first_arc[r], ordered[r]->arcs, ordered[r]->n_arcs * sizeof *arc);
        first_arc[r + 1] = first_arc[r] + ordered[r]->n_arcs;
    }
}

bk_status
bki_universe_freeze(bk_context *ctx, const bki_route_set *sets, const bk_traffic *traffic, const double *length,
                    size_t n_arcs, bk_arena *arena, const bk_universe **out)
{
    bk_universe *universe = BK_NEW(arena, bk_universe, 1);
    uint32_t    *first_route = BK_NEW(arena, uint32_t, traffic->n_pairs + 1);
    size_t       n_route_arcs = 0;
    bk_arena     scratch;

    BK_TRY(bk_arena_ok(arena));
    count_routes(sets, traffic, first_route, &n_route_arcs);
    const size_t n_routes = first_route[traffic->n_pairs];
    if (n_routes >= BK_NONE || n_route_arcs >= BK_NONE)
        return bk_fail(ctx, BK_ERR_VALUE, "%zu routes of %zu arcs are more than can be numbered", n_routes,
                       n_route_arcs);
    uint32_t *first_arc = BK_NEW(arena, uint32_t, n_routes + 1), *arc = BK_NEW(arena, uint32_t, n_route_arcs);
    double   *log_path_size = BK_NEW(arena, double, n_routes);
    bk_arena_init(&scratch, ctx);
    const bki_route **ordered = BK_NEW(&scratch, const bki_route *, n_routes);
    uint32_t         *next = BK_NEW(&scratch, uint32_t, traffic->n_pairs), *count = BK_NEW(&scratch, uint32_t, n_arcs);
    bk_status         status = bk_arena_ok(arena);
    if (status == BK_OK)
        status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        copy_routes(sets, traffic, ordered, next, first_route, first_arc, arc);
        *universe = (bk_universe){.n_pairs = traffic->n_pairs,
                                  .n_routes = n_routes,
                                  .n_route_arcs = n_route_arcs,
                                  .first_route = first_route,
                                  .first_arc = first_arc,
                                  .arc = arc,
                                  .log_path_size = log_path_size};
        for (size_t p = 0; p < traffic->n_pairs; p++)
            pair_path_sizes(universe, p, length, count, log_path_size);
        universe->hash = bk_hash(bk_hash(0, first_route, (traffic->n_pairs + 1) * sizeof *first_route), arc,
                                 n_route_arcs * sizeof *arc);
        *out = universe;
    }
    bk_arena_release(&scratch);
    return status;
}
