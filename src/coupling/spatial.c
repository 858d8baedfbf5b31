/* The two systems of Allen & Arkolakis (2022), equations 36 and 37, to first order, and their adjoint.
 *
 * Unknown at each place: y, l, changes of ln income and ln labour; and x = ln chi, with utility = chi^(-1/theta).  With
 * k = 1 + theta lambda, shares of what leaves place i (own o_i = Y_i / (Y_i + out_i), s_ij = traffic_ij / (Y_i +
 * out_i)) and of what enters it (o'_i, s'_ji), and t the change of each link's ln cost: a y_i + b l_i = o_i  [x + a y_i
 * + theta (beta - 1)/k l_i]
 *                   + sum_j s_ij  [theta lambda/k x - theta/k t_ij + (1 + theta)/k y_j - theta (1 + alpha)/k l_j]
 *     c y_i + d l_i = o'_i [x + c  y_i + theta (alpha + 1)/k l_i]
 *                   + sum_j s'_ji [theta lambda/k x - theta/k t_ji -         theta/k y_j + theta (1 - beta)/k l_j]
 * One equation is the sum of the others; sum Y y = 0 and sum L l = 0 complete them.  x, which every row holds, and the
 * two sums stay outside the band: with K the band and the redundant row of place `anchor` made y_anchor = z,
 *     K v + C (x, z) = r,     R v = 0,     so  (R K^-1 C) (x, z) = R K^-1 r,
 * and the adjoint of x is K'^-1 R' m with (R K^-1 C)' m = (1, 0). */
#include "buckle/spatial.h"

#include "base/band.h"

#include <math.h>
#include <string.h>

typedef struct geography {
    const bk_spatial *spatial;
    double           *leaves, *enters; /* [n_places] share of world income, own part included */
    uint32_t         *order, *place;   /* [n_places] along the band */
    size_t            anchor;
    double            a, b, c, d; /* exponents of y and l on the left, see above */
    double            k;
    bki_band          band;
    double           *constant; /* [2 n_places] what x does to each row, its sign turned */
} geography;

static bk_status
check(bk_context *ctx, const bk_spatial *spatial)
{
    double income = 0.0, labour = 0.0;

    for (size_t l = 0; l < spatial->n_links; l++)
        if (spatial->from[l] >= spatial->n_places || spatial->to[l] >= spatial->n_places ||
            spatial->from[l] == spatial->to[l] || !(spatial->traffic[l] >= 0.0) || !isfinite(spatial->traffic[l]))
            return bk_fail(ctx, BK_ERR_VALUE, "link %zu must join two of the %zu places and have traffic >= 0", l,
                           spatial->n_places);
    for (size_t i = 0; i < spatial->n_places; i++) {
        if (!(spatial->income[i] > 0.0 && spatial->labour[i] > 0.0))
            return bk_fail(ctx, BK_ERR_VALUE, "place %zu has income %g and labour %g, must be > 0", i,
                           spatial->income[i], spatial->labour[i]);
        income += spatial->income[i];
        labour += spatial->labour[i];
    }
    if (!(fabs(income - 1.0) < 1e-6 && fabs(labour - 1.0) < 1e-6))
        return bk_fail(ctx, BK_ERR_VALUE, "incomes add up to %.9g and labour to %.9g, must be 1", income, labour);
    if (!(spatial->elasticity > 0.0 && spatial->crowding >= 0.0))
        return bk_fail(ctx, BK_ERR_VALUE, "elasticity %g must be > 0, crowding %g >= 0", spatial->elasticity,
                       spatial->crowding);
    return BK_OK;
}

static bk_status
sum_places(bk_context *ctx, geography *world)
{
    const bk_spatial *spatial = world->spatial;

    for (size_t i = 0; i < spatial->n_places; i++)
        world->leaves[i] = world->enters[i] = spatial->income[i];
    for (size_t l = 0; l < spatial->n_links; l++) {
        world->leaves[spatial->from[l]] += spatial->traffic[l];
        world->enters[spatial->to[l]] += spatial->traffic[l];
    }
    for (size_t i = 0; i < spatial->n_places; i++) {
        if (fabs(world->leaves[i] - world->enters[i]) > 1e-6 * world->leaves[i])
            return bk_fail(ctx, BK_ERR_VALUE,
                           "what enters place %zu, %.9g of world income, is not what leaves it, %.9g", i,
                           world->enters[i], world->leaves[i]);
        world->anchor = world->leaves[i] > world->leaves[world->anchor] ? i : world->anchor;
    }
    return BK_OK;
}

/* Neighbours in rows, each link both ways, and the order that keeps them near; the widest distance. */
static bk_status
order_places(bk_context *ctx, geography *world, bk_arena *scratch, size_t *widest)
{
    const bk_spatial *spatial = world->spatial;
    uint32_t         *first = BK_NEW(scratch, uint32_t, spatial->n_places + 2);
    uint32_t         *neighbour = BK_NEW(scratch, uint32_t, 2 * spatial->n_links + 1);

    (void)ctx;
    BK_TRY(bk_arena_ok(scratch));
    for (size_t l = 0; l < spatial->n_links; l++) {
        first[spatial->from[l] + 2]++;
        first[spatial->to[l] + 2]++;
    }
    for (size_t i = 0; i < spatial->n_places; i++)
        first[i + 2] += first[i + 1];
    for (size_t l = 0; l < spatial->n_links; l++) {
        neighbour[first[spatial->from[l] + 1]++] = spatial->to[l];
        neighbour[first[spatial->to[l] + 1]++] = spatial->from[l];
    }
    *widest = bki_band_order(spatial->n_places, first, neighbour, world->order, world->place);
    return BK_OK;
}

/* Row of place i's first (0) or second (1) equation, column of its y (0) or l (1). */
static size_t
at(const geography *world, size_t i, size_t which)
{
    return 2 * world->place[i] + which;
}

static void
add(geography *world, size_t i, size_t equation, size_t j, size_t unknown, double value)
{
    *bki_band_at(&world->band, at(world, i, equation), at(world, j, unknown)) += value;
}

static void
fill_own(geography *world, size_t i)
{
    const bk_spatial *spatial = world->spatial;
    const double      theta = spatial->elasticity, k = world->k;
    const double      own = spatial->income[i] / world->leaves[i], own_in = spatial->income[i] / world->enters[i];

    add(world, i, 0, i, 0, world->a * (1.0 - own));
    add(world, i, 0, i, 1, world->b - own * theta * (spatial->congestion - 1.0) / k);
    add(world, i, 1, i, 0, world->c * (1.0 - own_in));
    add(world, i, 1, i, 1, world->d - own_in * theta * (spatial->agglomeration + 1.0) / k);
    world->constant[at(world, i, 0)] += own;
    world->constant[at(world, i, 1)] += own_in;
}

static void
fill_link(geography *world, size_t l)
{
    const bk_spatial *spatial = world->spatial;
    const double      theta = spatial->elasticity, k = world->k;
    const size_t      i = spatial->from[l], j = spatial->to[l];
    const double      out = spatial->traffic[l] / world->leaves[i], in = spatial->traffic[l] / world->enters[j];

    add(world, i, 0, j, 0, -out * (1.0 + theta) / k);
    add(world, i, 0, j, 1, out * theta * (1.0 + spatial->agglomeration) / k);
    add(world, j, 1, i, 0, in * theta / k);
    add(world, j, 1, i, 1, -in * theta * (1.0 - spatial->congestion) / k);
    world->constant[at(world, i, 0)] += out * theta * spatial->crowding / k;
    world->constant[at(world, j, 1)] += in * theta * spatial->crowding / k;
}

static bk_status
fill(bk_context *ctx, geography *world, size_t widest, bk_arena *scratch)
{
    const bk_spatial *spatial = world->spatial;
    const double      theta = spatial->elasticity, k = 1.0 + theta * spatial->crowding;
    const double      both = theta * spatial->crowding * (spatial->agglomeration + spatial->congestion);
    const size_t      n = 2 * spatial->n_places, below = 2 * widest + 1;

    world->k = k;
    world->a = (1.0 + theta * spatial->crowding + theta) / k;
    world->b = -theta * (1.0 + spatial->agglomeration + both) / k;
    world->c = -theta * (1.0 - spatial->crowding) / k;
    world->d = theta * (1.0 - spatial->congestion - both) / k;
    world->band = (bki_band){.n = n,
                             .below = below,
                             .stride = 3 * below + 1,
                             .a = BK_NEW(scratch, double, n *(3 * below + 1)),
                             .row = BK_NEW(scratch, uint32_t, n)};
    world->constant = BK_NEW(scratch, double, n);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < spatial->n_places; i++)
        fill_own(world, i);
    for (size_t l = 0; l < spatial->n_links; l++)
        fill_link(world, l);
    const size_t row = at(world, world->anchor, 0); /* the redundant one */
    memset(world->band.a + row * world->band.stride, 0, world->band.stride * sizeof *world->band.a);
    *bki_band_at(&world->band, row, row) = 1.0;
    world->constant[row] = 0.0;
    if (!bki_band_factor(&world->band))
        return bk_fail(ctx, BK_ERR_NO_SOLUTION, "the places' incomes and labour are not determined to first order");
    return BK_OK;
}

/* mu [2 n_places]: what a rise of each row's right side does to x. */
static bk_status
solve_adjoint(bk_context *ctx, geography *world, bk_arena *scratch, double *mu)
{
    const bk_spatial *spatial = world->spatial;
    const size_t      n = 2 * spatial->n_places;
    double           *by_x = BK_NEW(scratch, double, n), *by_z = BK_NEW(scratch, double, n);
    double            s[2][2] = {{0.0}};

    BK_TRY(bk_arena_ok(scratch));
    memcpy(by_x, world->constant, n * sizeof *by_x); /* K v = r + constant x + e z */
    by_z[at(world, world->anchor, 0)] = 1.0;
    bki_band_solve(&world->band, by_x);
    bki_band_solve(&world->band, by_z);
    for (size_t i = 0; i < spatial->n_places; i++) {
        s[0][0] += spatial->income[i] * by_x[at(world, i, 0)];
        s[0][1] += spatial->income[i] * by_z[at(world, i, 0)];
        s[1][0] += spatial->labour[i] * by_x[at(world, i, 1)];
        s[1][1] += spatial->labour[i] * by_z[at(world, i, 1)];
    }
    const double determinant = s[0][0] * s[1][1] - s[0][1] * s[1][0];
    if (!(fabs(determinant) > 1e-300) || !isfinite(determinant))
        return bk_fail(ctx, BK_ERR_NO_SOLUTION, "utility is not determined to first order");
    for (size_t i = 0; i < spatial->n_places; i++) { /* x = - first row of s^-1 times R K^-1 r */
        mu[at(world, i, 0)] = -s[1][1] / determinant * spatial->income[i];
        mu[at(world, i, 1)] = s[0][1] / determinant * spatial->labour[i];
    }
    bki_band_solve_transposed(&world->band, mu);
    mu[at(world, world->anchor, 0)] = 0.0; /* nothing falls on the redundant row */
    return BK_OK;
}

static bk_status
value_links(bk_context *ctx, geography *world, bk_arena *scratch, double *value)
{
    const bk_spatial *spatial = world->spatial;
    double           *mu = BK_NEW(scratch, double, 2 * spatial->n_places);
    size_t            widest = 0;

    world->leaves = BK_NEW(scratch, double, spatial->n_places);
    world->enters = BK_NEW(scratch, double, spatial->n_places);
    world->order = BK_NEW(scratch, uint32_t, spatial->n_places);
    world->place = BK_NEW(scratch, uint32_t, spatial->n_places);
    BK_TRY(bk_arena_ok(scratch));
    BK_TRY(sum_places(ctx, world));
    BK_TRY(order_places(ctx, world, scratch, &widest));
    BK_TRY(fill(ctx, world, widest, scratch));
    BK_TRY(solve_adjoint(ctx, world, scratch, mu));
    for (size_t l = 0; l < spatial->n_links; l++) /* d ln utility = - x / theta, and a link counts - theta / k t */
        value[l] = -spatial->traffic[l] / world->k *
                   (mu[at(world, spatial->from[l], 0)] / world->leaves[spatial->from[l]] +
                    mu[at(world, spatial->to[l], 1)] / world->enters[spatial->to[l]]);
    return BK_OK;
}

bk_status
bk_spatial_values(bk_context *ctx, const bk_spatial *spatial, double *value)
{
    geography world = {.spatial = spatial};
    bk_arena  scratch;

    BK_TRY(check(ctx, spatial));
    bk_arena_init(&scratch, ctx);
    const bk_status status = value_links(ctx, &world, &scratch, value);
    bk_arena_release(&scratch);
    return status;
}
