/* Derivatives of loads against differences of loads that are solved. */
#include "bkt_joint.h"
#include "coupling/joint.h"

#include <math.h>
#include <string.h>

enum { DIRECTIONS = 4, SUMS = 2 };
static const double SOLVED = 1e-12;

typedef struct changed { /* a model of which one number differs */
    bk_model        model;
    bk_mode_product products[64];
    bk_link         links[256];
} changed;

/* Direction 0: USD/t at every boarding of the first mode; 1: ln route noise; 2: ln background of all links; 3: ln speed
 * of a link. */
static const bk_model *
move(const bk_model *model, size_t direction, double by, bk_arena *arena)
{
    changed     *made = BK_NEW(arena, changed, 1);
    const size_t n_sectors = model->economy.n_sectors, n_products = model->network.n_modes * n_sectors;

    assert_true(made && n_products <= 64 && model->network.n_links <= 256);
    made->model = *model;
    memcpy(made->products, model->network.products, n_products * sizeof *made->products);
    memcpy(made->links, model->network.links, model->network.n_links * sizeof *made->links);
    made->model.network.products = made->products;
    made->model.network.links = made->links;
    for (size_t j = 0; direction == 0 && j < n_sectors; j++)
        made->products[j].constant_usd_per_tonne += by;
    if (direction == 1)
        made->model.transport.route_noise *= exp(by);
    for (size_t l = 0; direction == 2 && l < model->network.n_links; l++)
        made->links[l].background *= exp(by);
    if (direction == 3)
        made->links[0].kmh *= exp(by);
    return &made->model;
}

/* Tonnes over the first two links that carry any, weighed differently by sector. */
static void
choose_sums(const bk_joint_base *base, bk_arena *arena, bk_arc_grouping *by)
{
    const bk_graph *graph = bk_joint_graph(base);
    const size_t    n_sectors = base->model->economy.n_sectors;
    uint32_t        links[SUMS] = {0, 2};

    for (size_t o = 0; o < SUMS; o++) {
        double   *weight = BK_NEW(arena, double, n_sectors * graph->n_arcs);
        uint32_t *group = BK_NEW(arena, uint32_t, graph->n_arcs);
        assert_true(weight && group);
        for (size_t a = 0; a < graph->n_arcs; a++) {
            const bool counts = graph->kind[a] == BK_ARC_LINE && graph->element[a] == links[o];
            group[a] = counts ? 0 : BK_NONE;
            for (size_t j = 0; counts && j < n_sectors; j++)
                weight[j * graph->n_arcs + a] = 1.0 + 0.5 * (double)j;
        }
        by[o] = (bk_arc_grouping){.weight = weight, .group = group, .n_groups = 1};
    }
}

typedef struct sums {
    double *of[DIRECTIONS * SUMS]; /* each [n_cells] */
} sums;

static sums
make_sums(size_t n, bk_arena *arena)
{
    sums made;

    for (size_t i = 0; i < DIRECTIONS * SUMS; i++) {
        made.of[i] = BK_NEW(arena, double, n);
        assert_non_null(made.of[i]);
    }
    return made;
}

static double
total(const double *x, size_t n)
{
    return bk_sum(x, n);
}

static void
tangents_are_differences_of_loads(void **state)
{
    bkt_memory           memory;
    const bk_settings    settings = {.threads = 2};
    const bk_joint_base *base;
    bk_arc_grouping      by[SUMS];
    bk_load_direction    between[DIRECTIONS];
    size_t               n_felt = 0;

    (void)state;
    assert_int_equal(bk_context_create(&settings, &memory.ctx), BK_OK);
    bk_arena_init(&memory.arena, memory.ctx);
    bkt_joint *study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 6, 7, true, &memory.arena));
    const bk_model *model = &study->network.model;
    assert_int_equal(bk_joint_prepare(memory.ctx, model, NULL, 0, &memory.arena, &base), BK_OK);
    const size_t n = model->economy.n_regions * model->economy.n_regions,
                 facilities = bk_joint_graph(base)->n_facilities;
    choose_sums(base, &memory.arena, by);

    const sums here = make_sums(n, &memory.arena), up = make_sums(n, &memory.arena), down = make_sums(n, &memory.arena),
               found = make_sums(n, &memory.arena);
    double *utilisation = BK_NEW(&memory.arena, double, facilities), *start = BK_NEW(&memory.arena, double, facilities);
    memcpy(utilisation, bk_joint_base_utilisation(base), facilities * sizeof *utilisation);
    assert_int_equal(bk_joint_load(memory.ctx, base, model, SOLVED, utilisation, SUMS, by, here.of), BK_OK);
    const double steps[DIRECTIONS] = {1e-2, 1e-4, 1e-4, 1e-4};
    for (size_t k = 0; k < DIRECTIONS; k++)
        between[k] = (bk_load_direction){.up = move(model, k, steps[k], &memory.arena),
                                         .down = move(model, k, -steps[k], &memory.arena),
                                         .width = 2.0 * steps[k]};
    assert_int_equal(bk_joint_load_tangents(memory.ctx, base, model, utilisation, DIRECTIONS, between, SUMS, by,
                                            (double *const *)found.of),
                     BK_OK);
    for (size_t k = 0; k < DIRECTIONS; k++) {
        memcpy(start, utilisation, facilities * sizeof *start);
        assert_int_equal(bk_joint_load(memory.ctx, base, between[k].up, SOLVED, start, SUMS, by, up.of), BK_OK);
        memcpy(start, utilisation, facilities * sizeof *start);
        assert_int_equal(bk_joint_load(memory.ctx, base, between[k].down, SOLVED, start, SUMS, by, down.of), BK_OK);
        for (size_t o = 0; o < SUMS; o++) {
            const double size = total(here.of[o], n);
            const double difference = (total(up.of[o], n) - total(down.of[o], n)) / between[k].width;
            assert_true(size > 0.0);
            bkt_close(total(found.of[k * SUMS + o], n), difference, 1e-4, 1e-7 * size);
            n_felt += fabs(difference) > 1e-5 * size;
        }
    }
    assert_true(n_felt >= 5); /* a test of zeros would pass too */
    bkt_memory_release(&memory);
}

static void
what_it_cannot_differentiate_is_refused(void **state)
{
    bkt_memory           memory;
    const bk_joint_base *base;
    bk_arc_grouping      by[SUMS];

    (void)state;
    assert_int_equal(bk_context_create(NULL, &memory.ctx), BK_OK);
    bk_arena_init(&memory.arena, memory.ctx);
    bkt_joint *study = BK_NEW(&memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(study, 4, 3, false, &memory.arena));
    assert_int_equal(bk_joint_prepare(memory.ctx, &study->network.model, NULL, 0, &memory.arena, &base), BK_OK);
    choose_sums(base, &memory.arena, by);
    by[1].weight = NULL;
    assert_int_equal(bk_joint_load_tangents(memory.ctx, base, &study->network.model, bk_joint_base_utilisation(base), 0,
                                            NULL, SUMS, by, NULL),
                     BK_ERR_USAGE);
    bkt_memory_release(&memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tangents_are_differences_of_loads),
        cmocka_unit_test(what_it_cannot_differentiate_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
