/* Laws that the joint equilibrium obeys on any study: drawn studies with drawn shocks to capacities, posts and lines.
 */
#include "bkt_joint.h"
#include "buckle/coupling.h"

enum { STUDIES = 60 };

typedef struct drawn {
    bkt_memory           memory;
    bkt_joint           *study;
    bk_model             changed;
    bk_link              links[BKT_ROOM];
    bk_border            borders[BKT_ROOM];
    const bk_joint_base *base;
} drawn;

/* Capacities from half to ten times what a line carries about, controls slower or faster, and some lines closed.  (At a
 * tenth, where prices are twenty times the cost of a route, 3 of 150 scenarios end in the error that says so.) */
static void
draw_study(drawn *made, uint64_t seed)
{
    const size_t n_regions = 2 + seed % 5;

    bkt_memory_init(&made->memory);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, n_regions, seed, false, &made->memory.arena));
    bkt_network *network = &made->study->network;
    for (size_t l = 0; l < network->model.network.n_links; l++)
        if (bk_uniform(seed, 50, l) < 0.5)
            network->links[l].capacity = 15000 * pow(10.0, bkt_draw(seed, 51, l, -0.3, 1));
    made->changed = network->model;
    memcpy(made->links, network->links, sizeof made->links);
    memcpy(made->borders, network->borders, sizeof made->borders);
    for (size_t l = 0; l < network->model.network.n_links; l++) {
        made->links[l].open = made->links[l].open || bk_uniform(seed, 52, l) < 0.5;
        if (bk_uniform(seed, 53, l) < 0.15 && l >= 2 * n_regions && l < network->model.network.n_links - 1)
            made->links[l].open = made->links[l].mode == BKT_SEA; /* the sea keeps every place in reach */
        made->links[l].capacity *= pow(2.0, bkt_draw(seed, 54, l, -1, 1));
    }
    for (size_t b = 0; b < network->model.network.n_borders; b++)
        made->borders[b].control_hours *= bkt_draw(seed, 55, b, 0.2, 2.0);
    made->changed.network.links = made->links;
    made->changed.network.borders = made->borders;
    assert_int_equal(bk_joint_prepare(made->memory.ctx, &network->model, NULL, 0, &made->memory.arena, &made->base),
                     BK_OK);
}

static void
every_drawn_scenario_is_solved_and_certified(void **state)
{
    (void)state;
    for (uint64_t seed = 1000; seed < 1000 + STUDIES; seed++) {
        drawn                    made;
        const bk_joint_solution *s;
        draw_study(&made, seed);
        assert_int_equal(bk_joint_solve(made.memory.ctx, made.base, &made.changed, NULL, NULL, &made.memory.arena, &s),
                         BK_OK);
        assert_int_equal(s->outcome, BK_CONVERGED);
        assert_true(s->certificate.loop <= 1e-6 && s->certificate.capacity <= 1e-6);
        assert_true(s->certificate.tonnes <= 1e-12 && s->certificate.trade <= 1e-9);
        bkt_memory_release(&made.memory);
    }
}

/* Cheaper and faster everywhere: no transport factor rises. */
static void
nothing_gets_dearer_when_every_post_is_faster(void **state)
{
    (void)state;
    for (uint64_t seed = 2000; seed < 2000 + STUDIES / 3; seed++) {
        drawn                    made;
        const bk_joint_solution *s;
        draw_study(&made, seed);
        bkt_network *network = &made.study->network;
        network->model.transport.priced_capacity = false; /* where nothing is scarce there is no rival for it */
        bk_model faster = network->model;
        memcpy(made.borders, network->borders, sizeof made.borders);
        for (size_t b = 0; b < network->model.network.n_borders; b++) {
            network->borders[b].lanes = made.borders[b].lanes = INFINITY;
            made.borders[b].control_hours *= 0.5;
            made.borders[b].inspection_hours *= 0.5;
        }
        faster.network.borders = made.borders;
        assert_int_equal(bk_joint_prepare(made.memory.ctx, &network->model, NULL, 0, &made.memory.arena, &made.base),
                         BK_OK);
        assert_int_equal(bk_joint_solve(made.memory.ctx, made.base, &faster, NULL, NULL, &made.memory.arena, &s),
                         BK_OK);
        const size_t n = network->model.economy.n_regions, n_cells = 3 * n * n;
        for (size_t c = 0; c < n_cells; c++)
            assert_true(s->transport_factor[c] <= 1.0 + 1e-12);
        bkt_memory_release(&made.memory);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_drawn_scenario_is_solved_and_certified),
        cmocka_unit_test(nothing_gets_dearer_when_every_post_is_faster),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
