/* Inspection against delay at the posts of a drawn study: what passes a post, by cells and by arcs, and today's share.
 */
#include "bkt_joint.h"
#include "buckle/study.h"

enum { N = 4, S = BKT_JOINT_SECTORS, CELLS = S * N * N };

typedef struct posts {
    bkt_memory           memory;
    bkt_joint           *study;
    const bk_joint_base *base;
    bk_study             asked;
} posts;

static void
open_posts(posts *made, bool turned)
{
    bkt_memory_init(&made->memory);
    made->study = BK_NEW(&made->memory.arena, bkt_joint, 1);
    assert_true(bkt_joint_make(made->study, N, 114, true, &made->memory.arena));
    for (size_t i = 0; i < BKT_MODES * S; i++)
        made->study->network.products[i].border_hours_factor = 0.5 + 0.25 * (double)(i % 4);
    for (size_t b = 0; b < made->study->network.model.network.n_borders; b++) {
        made->study->network.borders[b].inspected_share = (double)(b % 5) * 0.25;
        made->study->network.borders[b].inspection_hours += 10.0;
        made->study->network.borders[b].hours_sd = 12.0;
    }
    if (turned)
        bkt_joint_turn_sectors(made->study, &made->memory.arena);
    const bk_model *model = &made->study->network.model;
    made->asked = (bk_study){.folder = "here", .name = "here", .model = model};
    assert_int_equal(bk_joint_prepare(made->memory.ctx, model, NULL, 0, &made->memory.arena, &made->base), BK_OK);
}

/* Tonnes on the arcs of a facility. */
static double
tonnes_on(const posts *made, size_t facility)
{
    const bk_graph *graph = bk_joint_graph(made->base);
    const double   *flow = bk_joint_base_solution(made->base)->arc_flow;
    double          sum = 0.0;

    for (size_t a = 0; a < graph->n_arcs; a++)
        for (size_t j = 0; graph->facility[a] == facility && j < S; j++)
            sum += flow[j * graph->n_arcs + a];
    return sum;
}

static void
check_traffic(const posts *made, const bk_frontier_row *row)
{
    const bk_model          *model = &made->study->network.model;
    const bk_border         *post = &model->network.borders[row->border];
    const bk_joint_solution *at = bk_joint_base_solution(made->base);
    const uint32_t           facility = (uint32_t)(model->network.n_links + model->network.n_transfers) + row->border;
    double                   tonnes[CELLS], sum = 0.0, factors = 0.0, hour = 0.0, controlled = 0.0, squared = 0.0;

    assert_int_equal(bk_joint_select(made->memory.ctx, made->base, model, at, facility, tonnes), BK_OK);
    for (size_t c = 0; c < CELLS; c++) {
        const size_t j = c / (N * N);
        const double factor = model->network.products[post->mode * S + j].border_hours_factor;
        const double value =
            tonnes[c] * model->economy.usd_per_tonne[c] * model->economy.sectors[j].time_cost_per_day / 24.0;
        sum += tonnes[c];
        factors += tonnes[c] * factor;
        hour += value;
        controlled += value * factor;
        squared += value * factor * factor;
    }
    bkt_close(row->traffic.tonnes, tonnes_on(made, facility), 1e-9, 1e-6);
    bkt_close(row->traffic.utilisation, at->utilisation[facility], 0, 0);
    bkt_close(row->traffic.factor, sum > 0.0 ? factors / sum : 1.0, 1e-12, 0);
    bkt_close(row->traffic.usd_per_queue_hour, hour, 1e-12, 0);
    bkt_close(row->traffic.usd_per_control_hour, controlled, 1e-12, 0);
    bkt_close(row->traffic.usd_per_variance,
              squared * model->transport.reliability_ratio / model->transport.spread_hours, 1e-12, 0);
}

/* Tenths from 0 to 1, and today's share among them where it is none. */
static void
check_shares(const posts *made, const bk_frontier_row *row)
{
    const bk_border *post = &made->study->network.borders[row->border];
    const double     tenths = 10.0 * post->inspected_share;
    bk_post_delay    delay;

    assert_int_equal(row->n_points, fabs(tenths - round(tenths)) < 1e-9 ? 11 : 12);
    bkt_close(row->share[row->today], post->inspected_share, 0, 0);
    bkt_close(row->share[0], 0.0, 0, 0);
    bkt_close(row->share[row->n_points - 1], 1.0, 0, 0);
    for (size_t p = 0; p < row->n_points; p++) {
        assert_true(p == 0 || (row->share[p] > row->share[p - 1] && row->share[p] < row->share[p - 1] + 0.1 + 1e-12));
        bk_post_delay_at(post, &row->traffic, row->share[p], &delay);
        bkt_close(row->delay[p].usd_per_year, delay.usd_per_year, 0, 0);
        bkt_close(row->delay[p].control_hours, delay.control_hours, 0, 0);
    }
}

static void
posts_have_the_traffic_and_the_shares_that_pass_them(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        posts  made;
        size_t n_rows = 0, n_busy = 0;
        open_posts(&made, turned);
        const bk_model *model = &made.study->network.model;
        for (uint32_t v = 0; v < 2 * N; v++)
            for (uint32_t m = 0; m <= BKT_ROAD + 1; m++) { /* rail, road, all */
                const bk_frontier_query query = {.post = model->network.nodes[v].id,
                                                 .mode = m <= BKT_ROAD ? model->network.modes[m] : NULL};
                size_t                  expected = 0;
                bk_frontier             found;
                for (size_t b = 0; b < model->network.n_borders; b++)
                    expected +=
                        model->network.borders[b].node == v && (m > BKT_ROAD || model->network.borders[b].mode == m);
                const bk_status status =
                    bk_study_frontier(made.memory.ctx, &made.asked, made.base, &query, &made.memory.arena, &found);
                assert_int_equal(status, expected > 0 ? BK_OK : BK_ERR_REFERENCE);
                bk_error_clear(made.memory.ctx);
                assert_true(status != BK_OK || found.n == expected);
                for (size_t r = 0; status == BK_OK && r < found.n; r++) {
                    assert_true(model->network.borders[found.rows[r].border].node == v);
                    check_traffic(&made, &found.rows[r]);
                    check_shares(&made, &found.rows[r]);
                    n_rows++;
                    n_busy += found.rows[r].traffic.tonnes > 1.0;
                }
            }
        assert_int_equal(n_rows, 2 * model->network.n_borders); /* once by mode and once among all */
        assert_true(n_busy > 10);
        bkt_memory_release(&made.memory);
    }
}

static void
modes_and_places_that_are_not_there_are_refused(void **state)
{
    bk_frontier found;
    posts       made;

    (void)state;
    open_posts(&made, false);
    const bk_frontier_query wrong[] = {{.post = "n0", .mode = "railway"}, {.post = "nowhere"}};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(
            bk_study_frontier(made.memory.ctx, &made.asked, made.base, &wrong[i], &made.memory.arena, &found),
            BK_ERR_REFERENCE);
        bk_error_clear(made.memory.ctx);
    }
    bkt_memory_release(&made.memory);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(posts_have_the_traffic_and_the_shares_that_pass_them),
        cmocka_unit_test(modes_and_places_that_are_not_there_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
