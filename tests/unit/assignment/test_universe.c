#include "bkt_assignment.h"
#include "assignment/route_set.h"

static void
routes_are_simple_and_join_their_zones(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 5, 51);
    const bk_universe *u = made.universe;
    const bk_zone     *zones = made.study->zones;
    uint32_t          *seen = BK_NEW(&made.memory.arena, uint32_t, made.graph->n_vertices);
    for (size_t p = 0; p < u->n_pairs; p++)
        for (size_t r = u->first_route[p]; r < u->first_route[p + 1]; r++) {
            uint32_t at = made.graph->origin[zones[made.traffic->origin[p]].node];
            seen[at] = (uint32_t)r + 1;
            for (size_t i = u->first_arc[r]; i < u->first_arc[r + 1]; i++) {
                assert_int_equal(made.graph->tail[u->arc[i]], at);
                at = made.graph->head[u->arc[i]];
                assert_int_not_equal(seen[at], r + 1);
                seen[at] = (uint32_t)r + 1;
            }
            assert_int_equal(at, made.graph->destination[zones[made.traffic->destination[p]].node]);
        }
    bkt_assignment_close(&made);
}

static void
no_route_is_held_twice(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 5, 52);
    const bk_universe *u = made.universe;
    for (size_t p = 0; p < u->n_pairs; p++)
        for (size_t r = u->first_route[p]; r < u->first_route[p + 1]; r++)
            for (size_t q = u->first_route[p]; q < r; q++) {
                const size_t n = u->first_arc[r + 1] - u->first_arc[r];
                assert_false(n == u->first_arc[q + 1] - u->first_arc[q] &&
                             memcmp(u->arc + u->first_arc[r], u->arc + u->first_arc[q], n * sizeof *u->arc) == 0);
            }
    bkt_assignment_close(&made);
}

/* Ben-Akiva & Bierlaire (1999): sum over arcs of length share over the number of routes that use the arc. */
static void
path_sizes_agree_with_their_formula(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, 4, 53);
    const bk_universe *u = made.universe;
    double            *length = BK_NEW(&made.memory.arena, double, made.graph->n_arcs);
    bki_arc_lengths(&made.study->network.model, made.costs, made.costs, length);
    for (size_t p = 0; p < u->n_pairs; p++)
        for (size_t r = u->first_route[p]; r < u->first_route[p + 1]; r++) {
            double size = 0.0, total = 0.0;
            bool   open = true;
            for (size_t i = u->first_arc[r]; i < u->first_arc[r + 1]; i++) {
                size_t n = 0;
                for (size_t k = u->first_arc[u->first_route[p]]; k < u->first_arc[u->first_route[p + 1]]; k++)
                    n += u->arc[k] == u->arc[i];
                open = open && isfinite(made.costs->money[u->arc[i]]);
                total += length[u->arc[i]];
                size += length[u->arc[i]] / (double)n;
            }
            if (open) /* lengths of arcs that only a project opens come from its own model */
                bkt_close(u->log_path_size[r], log(size / total), 1e-11, 1e-12);
            assert_true(u->log_path_size[r] <= 0.0);
        }
    bkt_assignment_close(&made);
}

static void
no_class_gains_over_one_percent_outside(void **state)
{
    bkt_assignment       made;
    bk_assignment_result result;
    bk_route_gain        gain;

    (void)state;
    bkt_assignment_open(&made, 5, 54);
    const bk_assignment_settings settings = {.tolerance = 1e-9, .max_rounds = 200};
    double                      *price = BK_NEW(&made.memory.arena, double, 2 * made.n_limits);
    assert_int_equal(
        bk_assignment_solve(made.memory.ctx, made.assignment, NULL, &settings, made.tonnes, made.utilisation, &result),
        BK_OK);
    bk_limit_price(made.assignment, made.utilisation, price, price + made.n_limits);
    assert_int_equal(bk_assignment_route_gain(made.memory.ctx, made.assignment, made.tonnes, price, &gain), BK_OK);
    assert_int_equal(gain.missed, 0);
    assert_true(gain.largest <= 0.01 && gain.mean <= gain.largest);
    bkt_assignment_close(&made);
}

static void
a_missing_route_is_found_out(void **state)
{
    bkt_assignment     made;
    bk_assignment     *poorer;
    bk_route_gain      gain;
    const bk_universe *fewer;

    (void)state;
    bkt_assignment_open(&made, 5, 55);
    bk_arena      *arena = &made.memory.arena;
    bki_route_set *sets = bki_route_sets_create(made.memory.ctx, made.traffic->n_zones, arena);
    double        *length = BK_NEW(arena, double, made.graph->n_arcs), *price = BK_NEW(arena, double, made.n_limits);
    for (size_t p = 0; p < made.universe->n_pairs; p++) { /* the last route of each pair alone */
        const size_t r = made.universe->first_route[p + 1] - 1;
        bki_route_add(&sets[made.traffic->origin[p]], (uint32_t)p,
                      made.universe->first_arc[r + 1] - made.universe->first_arc[r],
                      made.universe->arc + made.universe->first_arc[r]);
    }
    assert_int_equal(
        bki_universe_freeze(made.memory.ctx, sets, made.traffic, length, made.graph->n_arcs, arena, &fewer), BK_OK);
    bki_route_sets_release(sets, made.traffic->n_zones);
    assert_int_equal(bk_assignment_create(made.memory.ctx, &made.study->network.model, made.graph, made.costs,
                                          made.traffic, fewer, NULL, NULL, arena, &poorer),
                     BK_OK);
    assert_int_equal(bk_assignment_route_gain(made.memory.ctx, poorer, made.tonnes, price, &gain), BK_OK);
    assert_true(gain.missed > 0 && gain.largest > 0.01);
    bkt_assignment_close(&made);
}

static void
packed_routes_come_back(void **state)
{
    bkt_assignment     made;
    const bk_universe *again;
    const uint8_t     *bytes;
    size_t             n;

    (void)state;
    bkt_assignment_open(&made, 4, 56);
    bk_arena          *arena = &made.memory.arena;
    const bk_universe *u = made.universe;
    assert_int_equal(bk_universe_pack(made.graph, u, arena, &bytes, &n), BK_OK);
    assert_int_equal(bk_universe_unpack(&made.study->network.model, made.graph, made.traffic, bytes, n, arena, &again),
                     BK_OK);
    assert_int_equal(again->n_routes, u->n_routes);
    assert_int_equal(again->hash, u->hash);
    assert_memory_equal(again->first_route, u->first_route, (u->n_pairs + 1) * sizeof *u->first_route);
    assert_memory_equal(again->first_arc, u->first_arc, (u->n_routes + 1) * sizeof *u->first_arc);
    assert_memory_equal(again->arc, u->arc, u->n_route_arcs * sizeof *u->arc);
    assert_memory_equal(again->log_path_size, u->log_path_size, u->n_routes * sizeof *u->log_path_size);
    bkt_assignment_close(&made);
}

/* Any byte changed, or any number of them left out: refused, or routes of the graph all the same; never a crash. */
static void
damaged_bytes_are_refused_or_still_routes(void **state)
{
    bkt_assignment     made;
    const bk_universe *again;
    const uint8_t     *bytes;
    size_t             n, refused = 0, tried = 0;

    (void)state;
    bkt_assignment_open(&made, 3, 57);
    bk_arena *arena = &made.memory.arena;
    assert_int_equal(bk_universe_pack(made.graph, made.universe, arena, &bytes, &n), BK_OK);
    uint8_t *copy = BK_NEW(arena, uint8_t, n);
    for (size_t at = 0; at < n; at += 7) {
        memcpy(copy, bytes, n);
        copy[at] ^= (uint8_t)(1 + at % 255);
        const bk_status status =
            bk_universe_unpack(&made.study->network.model, made.graph, made.traffic, copy, n, arena, &again);
        assert_true(status == BK_OK || status == BK_ERR_SCHEMA);
        refused += status == BK_ERR_SCHEMA;
        tried++;
        assert_int_equal(
            bk_universe_unpack(&made.study->network.model, made.graph, made.traffic, bytes, at, arena, &again),
            BK_ERR_SCHEMA);
    }
    assert_true(refused > 0 && refused <= tried);
    assert_int_equal(bk_error_count(made.memory.ctx), 0);
    bkt_assignment_close(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_simple_and_join_their_zones),
        cmocka_unit_test(no_route_is_held_twice),
        cmocka_unit_test(path_sizes_agree_with_their_formula),
        cmocka_unit_test(no_class_gains_over_one_percent_outside),
        cmocka_unit_test(a_missing_route_is_found_out),
        cmocka_unit_test(packed_routes_come_back),
        cmocka_unit_test(damaged_bytes_are_refused_or_still_routes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
