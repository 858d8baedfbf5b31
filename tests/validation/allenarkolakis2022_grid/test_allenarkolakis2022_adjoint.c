/* Allen & Arkolakis (2022): every link's welfare elasticity by one adjoint solve, see SOURCE.md. */
#include "bkt_trade.h"

#include "buckle/spatial.h"

enum { PLACES = 16, LINKS = 48 };

typedef struct grid {
    double   theta, agglomeration, congestion, crowding;
    double   income[PLACES], labour[PLACES], traffic[LINKS], elasticity[LINKS];
    uint32_t from[LINKS], to[LINKS];
} grid;

/* The number after "key": from `text` on; moves *text there. */
static double
number_after(const char **text, const char *key)
{
    char quoted[64];

    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    const char *at = strstr(*text, quoted);
    assert_non_null(at);
    *text = at + strlen(quoted);
    return strtod(*text, NULL);
}

static void
numbers_after(const char *text, const char *key, double *out)
{
    char quoted[64], *end;

    snprintf(quoted, sizeof quoted, "\"%s\": [", key);
    const char *at = strstr(text, quoted);
    assert_non_null(at);
    at += strlen(quoted);
    for (size_t i = 0; i < PLACES; i++) {
        out[i] = strtod(at, &end);
        at = end + 1; /* the comma */
    }
}

static void
read_grid(const char *name, grid *g)
{
    static char text[100000];
    char        path[4200];
    const char *at = text;

    snprintf(path, sizeof path, "%s/data/aa2022/%s.json", bkt_shared(), name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    g->theta = number_after(&at, "theta");
    g->agglomeration = number_after(&at, "alpha");
    g->congestion = number_after(&at, "beta");
    g->crowding = number_after(&at, "lam");
    numbers_after(text, "income_share", g->income);
    numbers_after(text, "labour_share", g->labour);
    for (size_t l = 0; l < LINKS; l++) {
        g->from[l] = (uint32_t)number_after(&at, "k");
        g->to[l] = (uint32_t)number_after(&at, "l");
        g->traffic[l] = number_after(&at, "traffic_share");
        g->elasticity[l] = number_after(&at, "elasticity");
    }
}

static bk_spatial
state_of(const grid *g)
{
    return (bk_spatial){.n_places = PLACES,
                        .n_links = LINKS,
                        .from = g->from,
                        .to = g->to,
                        .traffic = g->traffic,
                        .income = g->income,
                        .labour = g->labour,
                        .elasticity = g->theta,
                        .agglomeration = g->agglomeration,
                        .congestion = g->congestion,
                        .crowding = g->crowding};
}

/* The file's figures are central differences of step 1e-4, whose own error is up to 8e-8 of each value: see SOURCE.md.
 * Beyond that, 1e-10. */
static void
one_adjoint_solve_values_every_link(void **state)
{
    static const char *const names[] = {"grid4_cong", "grid4_nocong"};

    (void)state;
    bkt_skip_without_shared();
    for (int i = 0; i < 2; i++) {
        static grid g;
        bkt_trade   t;
        double      value[LINKS];
        bkt_trade_open(&t, 1);
        read_grid(names[i], &g);
        const bk_spatial spatial = state_of(&g);
        assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_OK);
        for (size_t l = 0; l < LINKS; l++) {
            bkt_close(value[l], g.elasticity[l], 8e-8, 1e-10);
            print_message("# %s link %zu: adjoint %.10g, traffic share %.10g\n", names[i], l, value[l], g.traffic[l]);
        }
        bkt_trade_close(&t);
    }
}

/* Hulten (1978): where nothing distorts a link is worth its traffic. */
static void
without_externalities_a_link_is_worth_its_traffic(void **state)
{
    (void)state;
    bkt_skip_without_shared();
    static grid g;
    bkt_trade   t;
    double      value[LINKS];
    bkt_trade_open(&t, 1);
    read_grid("grid4_cong", &g);
    g.agglomeration = g.congestion = g.crowding = 0.0;
    const bk_spatial spatial = state_of(&g);
    assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_OK);
    for (size_t l = 0; l < LINKS; l++)
        bkt_close(value[l], g.traffic[l], 1e-12, 1e-14);
    bkt_trade_close(&t);
}

/* A ring of any size in which all places are alike, for which it follows by hand: y = l = 0, so that with o the own
 * share of what leaves a place, 0 = o x + (1 - o)(theta lambda / k x) - theta / k t traffic / leaves, summed over
 * links; the band must not depend on how places are numbered. */
static void
a_ring_of_equals_is_worth_what_follows_by_hand(void **state)
{
    enum { RING = 200 };
    static uint32_t from[2 * RING], to[2 * RING];
    static double   traffic[2 * RING], income[RING], labour[RING], value[2 * RING];
    const double    theta = 6.0, crowding = 0.2, through = 0.7 / RING, k = 1.0 + theta * crowding;
    bkt_trade       t;

    (void)state;
    bkt_trade_open(&t, 1);
    for (uint32_t i = 0; i < RING; i++) {
        const uint32_t here = i * 77 % RING, next = (i + 1) * 77 % RING; /* 77 and 200 have no common factor */
        income[i] = labour[i] = 1.0 / RING;
        from[2 * i] = to[2 * i + 1] = here;
        to[2 * i] = from[2 * i + 1] = next;
        traffic[2 * i] = traffic[2 * i + 1] = through;
    }
    const bk_spatial spatial = {RING, 2 * RING, from, to, traffic, income, labour, theta, 0.05, -0.3, crowding};
    assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_OK);
    const double own = (1.0 / RING) / (1.0 / RING + 2.0 * through);
    const double all = (1.0 - own) / (k * (own + (1.0 - own) * theta * crowding / k)); /* of all links at once */
    for (size_t l = 0; l < 2 * RING; l++)
        bkt_close(value[l], all / (2 * RING), 1e-10, 0);
    bkt_trade_close(&t);
}

static void
what_makes_no_sense_is_refused(void **state)
{
    const uint32_t from[] = {0, 1}, to[] = {1, 0};
    const double   traffic[] = {0.2, 0.1}, income[] = {0.5, 0.5}, labour[] = {0.5, 0.5};
    double         value[2];
    bkt_trade      t;

    (void)state;
    bkt_trade_open(&t, 1);
    bk_spatial spatial = {2, 2, from, to, traffic, income, labour, 5.0, 0.0, 0.0, 0.0};
    assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_ERR_VALUE); /* out of balance */
    spatial.n_places = 1;
    assert_int_equal(bk_spatial_values(t.ctx, &spatial, value), BK_ERR_VALUE);
    bkt_trade_close(&t);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_adjoint_solve_values_every_link),
        cmocka_unit_test(without_externalities_a_link_is_worth_its_traffic),
        cmocka_unit_test(a_ring_of_equals_is_worth_what_follows_by_hand),
        cmocka_unit_test(what_makes_no_sense_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
