/* Sums over routes by trade relation against plain loops. */
#include "bkt_assignment.h"

enum { N = 4, GROUPS = 3, MARKS = 2, SUMS = (MARKS + 1) * GROUPS };

typedef struct sums {
    double of[SUMS * N * N]; /* [MARKS + 1][GROUPS][importer][exporter] */
} sums;

/* Groups, other groups, marks and weights drawn for every arc; some arcs have none. */
static bk_arc_grouping
draw_grouping(const bkt_assignment *made, bk_arena *arena)
{
    const size_t n_arcs = made->graph->n_arcs, n_sectors = made->study->network.model.economy.n_sectors;
    double      *weight = BK_NEW(arena, double, n_sectors *n_arcs);
    uint32_t    *group = BK_NEW(arena, uint32_t, 3 * n_arcs), *other = group + n_arcs, *mark = other + n_arcs;

    for (size_t a = 0; a < n_arcs; a++) {
        group[a] = (uint32_t)bkt_draw(3, 1, a, 0.0, GROUPS + 0.5);
        other[a] = bk_uniform(3, 2, a) < 0.5 ? group[a] : (uint32_t)bkt_draw(3, 3, a, 0.0, GROUPS + 0.5);
        group[a] = group[a] == GROUPS ? BK_NONE : group[a];
        other[a] = other[a] == GROUPS ? BK_NONE : other[a];
        mark[a] = bk_uniform(3, 4, a) < 0.9 ? BK_NONE : (uint32_t)bkt_draw(3, 5, a, 0.0, MARKS);
    }
    for (size_t i = 0; i < n_sectors * n_arcs; i++)
        weight[i] = bkt_draw(3, 6, i, 0.1, 2.0);
    return (bk_arc_grouping){
        .n_groups = GROUPS, .n_marks = MARKS, .weight = weight, .group = group, .other = other, .mark = mark};
}

/* What a tonne of a sector on a route adds to each group. */
static void
of_route(const bkt_assignment *made, const bk_arc_grouping *by, size_t route, size_t sector, double *add)
{
    memset(add, 0, GROUPS * sizeof *add);
    for (size_t at = made->universe->first_arc[route]; at < made->universe->first_arc[route + 1]; at++) {
        const uint32_t arc = made->universe->arc[at], group = by->group[arc];
        const uint32_t other = by->other != NULL ? by->other[arc] : group;
        const double   weight = by->weight != NULL ? by->weight[sector * made->graph->n_arcs + arc] : 0.0;
        if (by->weight == NULL && group != BK_NONE)
            add[group] = 1.0;
        if (by->weight != NULL && group != BK_NONE)
            add[group] += 0.5 * weight;
        if (by->weight != NULL && other != BK_NONE)
            add[other] += 0.5 * weight;
    }
}

static size_t
mark_of_route(const bkt_assignment *made, const bk_arc_grouping *by, size_t route)
{
    size_t least = MARKS;

    for (size_t at = made->universe->first_arc[route]; by->mark != NULL && at < made->universe->first_arc[route + 1];
         at++) {
        const uint32_t mark = by->mark[made->universe->arc[at]];
        least = mark != BK_NONE && mark < least ? mark : least;
    }
    return by->mark != NULL ? least : 0;
}

static void
by_plain_loops(const bkt_assignment *made, const bk_arc_grouping *by, sums *out)
{
    const bk_traffic *t = made->traffic;
    size_t            n_shares, at = 0;
    const double     *mass = bk_assignment_mass(made->assignment);
    const double     *share = bk_assignment_shares(made->assignment, &n_shares);

    *out = (sums){{0}};
    for (size_t p = 0; p < t->n_pairs; p++) {
        const size_t rel = bkt_relation_of(t, p), first = made->universe->first_route[p];
        const size_t pair = t->importer[rel] * N + t->exporter[rel], n = made->universe->first_route[p + 1] - first;
        for (size_t r = 0; r < n; r++)
            for (size_t s = t->first_slot[p], i = 0; s < t->first_slot[p + 1]; s++, i++) {
                double       add[GROUPS];
                const double tonnes =
                    made->tonnes[t->slot_sector[s] * N * N + pair] * mass[s] * share[at + r * 4 + i]; /* four lanes */
                of_route(made, by, first + r, t->slot_sector[s], add);
                for (size_t g = 0; g < GROUPS; g++)
                    out->of[(mark_of_route(made, by, first + r) * GROUPS + g) * N * N + pair] += tonnes * add[g];
            }
        at += 4 * n;
    }
    assert_int_equal(at, n_shares);
}

static void
compare(const bkt_assignment *made, const bk_arc_grouping *by)
{
    sums         found, expected;
    size_t       n_empty = 0, n_full = 0;
    const size_t n_sums = (by->n_marks + 1) * GROUPS;

    for (size_t i = 0; i < n_sums * N * N; i++)
        found.of[i] = NAN; /* what stood there before counts for nothing, also where nobody trades */
    assert_int_equal(bk_assignment_sum(made->memory.ctx, made->assignment, made->tonnes, by, found.of), BK_OK);
    by_plain_loops(made, by, &expected);
    for (size_t i = 0; i < n_sums * N * N; i++) {
        bkt_close(found.of[i], expected.of[i], 1e-12, 0);
        n_empty += expected.of[i] == 0.0;
        n_full += expected.of[i] > 0.0;
    }
    assert_true(n_empty >= n_sums * N && n_full > N);
}

static void
sums_by_group_and_mark_are_those_of_plain_loops(void **state)
{
    bkt_assignment made;

    (void)state;
    bkt_assignment_open(&made, N, 15);
    double *price = BK_NEW(&made.memory.arena, double, made.n_limits + 1);
    for (size_t a = 0; a < made.n_limits; a++)
        price[a] = bkt_draw(4, 1, a, 0.0, 30.0);
    bk_assignment_evaluate(made.memory.ctx, made.assignment, price);
    const bk_arc_grouping whole = draw_grouping(&made, &made.memory.arena);
    for (int kind = 0; kind < 8; kind++) {
        bk_arc_grouping by = whole;
        if (kind & 1)
            by.other = NULL;
        if (kind & 2)
            by.weight = NULL;
        if (kind & 4) {
            by.mark = NULL;
            by.n_marks = 0;
        }
        compare(&made, &by);
    }
    bkt_assignment_close(&made);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_by_group_and_mark_are_those_of_plain_loops),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
