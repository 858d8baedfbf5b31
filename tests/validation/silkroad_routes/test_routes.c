#include "bkt.h"
#include "buckle/io.h"
#include "buckle/network.h"

enum { MODES = 16, SECTORS = 16 };

static const double TONNES_PER_CONTAINER = 18.0;

typedef struct study {
    bk_context         *ctx;
    bk_arena            arena;
    bk_model            model; /* the study's, without its constants */
    bk_mode_product     products[MODES * SECTORS];
    const bk_graph     *graph;
    const bk_arc_costs *costs;
    uint32_t            sector;
    double              usd_per_tonne_hour;
} study;

/* `only`: the one mode that may be used, or NULL for all. */
static void
open_study(study *s, const char *only)
{
    char            folder[4096];
    const bk_model *read;

    assert_int_equal(bk_context_create(NULL, &s->ctx), BK_OK);
    bk_arena_init(&s->arena, s->ctx);
    snprintf(folder, sizeof folder, "%s/studies/silkroad", getenv("BUCKLE_ROOT") ? getenv("BUCKLE_ROOT") : ".");
    if (bk_study_read(s->ctx, folder, &s->arena, &read) != BK_OK)
        fail_msg("%s", bk_error_get(s->ctx, 0)->message);
    s->model = *read;
    s->model.network.n_constants = 0;
    assert_true(read->network.n_modes <= MODES && read->economy.n_sectors <= SECTORS);
    for (size_t m = 0; m < read->network.n_modes; m++)
        for (size_t j = 0; j < read->economy.n_sectors; j++) {
            bk_mode_product *product = &s->products[m * read->economy.n_sectors + j];
            *product = read->network.products[m * read->economy.n_sectors + j];
            product->allowed = product->allowed && (only == NULL || strcmp(only, read->network.modes[m]) == 0);
        }
    s->model.network.products = s->products;
    s->sector = bk_model_find_sector(read, "machinery");
    const bk_sector *sector = &read->economy.sectors[s->sector];
    s->usd_per_tonne_hour = sector->usd_per_tonne * sector->time_cost_per_day / 24.0;
    assert_int_equal(bk_graph_build(s->ctx, &s->model, &s->arena, &s->graph), BK_OK);
    assert_int_equal(bk_arc_costs_build(s->ctx, &s->model, s->graph, &s->arena, &s->costs), BK_OK);
}

static void
close_study(study *s)
{
    bk_arena_release(&s->arena);
    bk_context_release(s->ctx);
}

static size_t
find_routes(study *s, const char *from, const char *to, size_t k, const bk_alternative **found)
{
    size_t n = 0;

    assert_int_equal(bk_alternatives(s->ctx, &s->model, s->graph, s->costs, NULL, bk_model_find_node(&s->model, from),
                                     bk_model_find_node(&s->model, to), s->sector, s->usd_per_tonne_hour, k, true,
                                     &s->arena, &n, found),
                     BK_OK);
    return n;
}

static void
rail_takes_as_long_as_quoted_and_as_the_prototype_says(void **state)
{
    static study          s;
    const bk_alternative *route;
    (void)state;

    open_study(&s, "rail");
    find_routes(&s, "xian", "duisburg", 1, &route);
    bkt_close(route->hours / 24.0, 15.1, 0, 0.05);
    bkt_close(route->money * TONNES_PER_CONTAINER, 6150, 0, 25);
    assert_true(route->hours / 24.0 >= 12 && route->hours / 24.0 <= 20);
    find_routes(&s, "chongqing", "duisburg", 1, &route);
    bkt_close(route->hours / 24.0, 15.3, 0, 0.05);
    assert_true(route->hours / 24.0 >= 14 && route->hours / 24.0 <= 16);
    find_routes(&s, "zhengzhou", "duisburg", 1, &route);
    bkt_close(route->hours / 24.0, 15.5, 0, 0.05);
    close_study(&s);
}

static void
sea_takes_and_costs_as_quoted_and_as_the_prototype_says(void **state)
{
    static study          s;
    const bk_alternative *route;
    (void)state;

    open_study(&s, "sea");
    find_routes(&s, "shanghai", "rotterdam", 1, &route);
    bkt_close(route->hours / 24.0, 35.9, 0, 0.05);
    bkt_close(route->money * TONNES_PER_CONTAINER, 2600, 0, 25);
    assert_true(route->hours / 24.0 >= 30 && route->hours / 24.0 <= 52);
    assert_true(route->money * TONNES_PER_CONTAINER >= 1420 && route->money * TONNES_PER_CONTAINER <= 3126);
    close_study(&s);
}

static bool
leaves_at(const study *s, const bk_alternative *route, const char *node)
{
    for (size_t i = 0; i < route->n_arcs; i++)
        if (s->graph->kind[route->arcs[i]] == BK_ARC_BORDER) {
            const bk_border *row = &s->model.network.borders[s->graph->element[route->arcs[i]]];
            if (row->side == BK_EXIT && row->node == bk_model_find_node(&s->model, node))
                return true;
        }
    return false;
}

static void
a_forwarder_finds_the_posts_he_would_name_among_five_alternatives(void **state)
{
    static const char *const posts[] = {"alashankou", "khorgos_cn", "erenhot", "manzhouli"};
    static study             s;
    const bk_alternative    *route;
    double                   share = 0.0;
    (void)state;

    open_study(&s, NULL);
    assert_int_equal(find_routes(&s, "xian", "duisburg", 5, &route), 5);
    for (size_t p = 0; p < sizeof posts / sizeof posts[0]; p++) {
        size_t n = 0;
        for (size_t i = 0; i < 5; i++)
            n += leaves_at(&s, &route[i], posts[p]);
        assert_true(n >= 1);
    }
    for (size_t i = 0; i < 5; i++) {
        share += route[i].share;
        assert_true(i == 0 || route[i].generalised_cost >= route[i - 1].generalised_cost);
        assert_true(route[i].path_size > 0.0 && route[i].path_size <= 1.0);
    }
    bkt_close(share, 1.0, 1e-14, 0);
    close_study(&s);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rail_takes_as_long_as_quoted_and_as_the_prototype_says),
        cmocka_unit_test(sea_takes_and_costs_as_quoted_and_as_the_prototype_says),
        cmocka_unit_test(a_forwarder_finds_the_posts_he_would_name_among_five_alternatives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
