/* Linear systems: residuals of drawn systems, transposes, singular ones. */
#include "base/band.h"
#include "base/lu.h"
#include "bkt.h"
#include "buckle/base.h"

enum { N = 23, WIDTH = 3, BELOW = 4 };

static double
drawn(uint64_t stream, uint64_t index)
{
    return 2.0 * bk_uniform(9, stream, index) - 1.0;
}

static void
dense_systems_are_solved_both_ways(void **state)
{
    double   a[N * N], lu[N * N], x[N * WIDTH], y[N * WIDTH], right[N * WIDTH];
    uint32_t row[N];

    (void)state;
    for (size_t i = 0; i < N * N; i++)
        lu[i] = a[i] = i % 7 == 3 ? 0.0 : drawn(1, i);
    a[0] = lu[0] = 0.0; /* the first pivot must be exchanged */
    for (size_t i = 0; i < N * WIDTH; i++)
        x[i] = y[i] = right[i] = drawn(2, i);
    assert_true(bki_lu_factor(N, lu, row));
    bki_lu_solve(N, lu, row, WIDTH, x);
    bki_lu_solve_transposed(N, lu, row, WIDTH, y);
    for (size_t r = 0; r < N; r++)
        for (size_t c = 0; c < WIDTH; c++) {
            double one = 0.0, other = 0.0;
            for (size_t k = 0; k < N; k++) {
                one += a[r * N + k] * x[k * WIDTH + c];
                other += a[k * N + r] * y[k * WIDTH + c];
            }
            bkt_close(one, right[r * WIDTH + c], 0, 1e-12);
            bkt_close(other, right[r * WIDTH + c], 0, 1e-12);
        }
}

/* Partial pivoting keeps every multiplier at or below 1 (Golub & Van Loan 2013, section 3.4). */
static void
no_multiplier_exceeds_one(void **state)
{
    double   lu[N * N];
    uint32_t row[N];

    (void)state;
    for (size_t i = 0; i < N * N; i++)
        lu[i] = drawn(5, i);
    assert_true(bki_lu_factor(N, lu, row));
    for (size_t r = 1; r < N; r++)
        for (size_t c = 0; c < r; c++)
            assert_true(fabs(lu[r * N + c]) <= 1.0 + 1e-15);
}

static void
singular_systems_are_told(void **state)
{
    double   a[] = {1, 2, 2, 4};
    uint32_t row[2];

    (void)state;
    assert_false(bki_lu_factor(2, a, row));
}

/* A band against the dense solver of the same matrix; small diagonals force exchanges. */
static void
bands_are_solved_as_dense_systems_are(void **state)
{
    double   dense[N * N] = {0}, room[N * (3 * BELOW + 1)] = {0}, x[N], y[N], expected[N], expected_transposed[N];
    uint32_t row[N], dense_row[N];
    bki_band band = {.n = N, .below = BELOW, .stride = 3 * BELOW + 1, .a = room, .row = row};

    (void)state;
    for (size_t r = 0; r < N; r++) {
        for (size_t c = r > BELOW ? r - BELOW : 0; c < N && c <= r + BELOW; c++)
            dense[r * N + c] = *bki_band_at(&band, r, c) = r == c ? 1e-3 : drawn(3, r * N + c);
        x[r] = y[r] = expected[r] = expected_transposed[r] = drawn(4, r);
    }
    assert_true(bki_lu_factor(N, dense, dense_row));
    bki_lu_solve(N, dense, dense_row, 1, expected);
    bki_lu_solve_transposed(N, dense, dense_row, 1, expected_transposed);
    assert_true(bki_band_factor(&band));
    bki_band_solve(&band, x);
    bki_band_solve_transposed(&band, y);
    for (size_t r = 0; r < N; r++) {
        bkt_close(x[r], expected[r], 1e-10, 1e-10);
        bkt_close(y[r], expected_transposed[r], 1e-10, 1e-10);
    }
}

/* A path numbered at random has neighbours one apart once it is ordered; a second component follows the first. */
static void
a_path_is_unrolled(void **state)
{
    enum { PATH = 50, ALL = PATH + 1 };
    uint32_t first[ALL + 1] = {0}, neighbour[2 * PATH], order[ALL], place[ALL], name[PATH];
    size_t   n = 0;

    (void)state;
    for (uint32_t i = 0; i < PATH; i++)
        name[i] = i * 17 % PATH; /* 17 and 50 have no common factor */
    for (uint32_t v = 0; v < ALL; v++) {
        first[v] = (uint32_t)n;
        for (uint32_t i = 0; i < PATH; i++)
            if (name[i] == v) {
                if (i > 0)
                    neighbour[n++] = name[i - 1];
                if (i + 1 < PATH)
                    neighbour[n++] = name[i + 1];
            }
    }
    first[ALL] = (uint32_t)n;
    assert_int_equal(bki_band_order(ALL, first, neighbour, order, place), 1);
    for (uint32_t i = 0; i < ALL; i++)
        assert_int_equal(place[order[i]], i);
}

/* Vertices without neighbours, the first too, all have a place. */
static void
lone_vertices_are_placed(void **state)
{
    enum { LONE = 4 };
    const uint32_t first[LONE + 1] = {0};
    uint32_t       neighbour[1] = {0}, order[LONE], place[LONE];

    (void)state;
    assert_int_equal(bki_band_order(LONE, first, neighbour, order, place), 0);
    for (uint32_t i = 0; i < LONE; i++) {
        assert_in_range(order[i], 0, LONE - 1);
        assert_int_equal(place[order[i]], i);
    }
}

/* A path with a leaf at every vertex, numbered at random: three neighbours cannot all be within one place, so that two
 * is the least (Chinn, Chvatalova, Dewdney & Gibbs 1982).  Leaves must come before what goes on to the end. */
static void
a_caterpillar_is_two_wide(void **state)
{
    enum { SPINE = 30, ALL = 2 * SPINE };
    uint32_t first[ALL + 1], neighbour[2 * ALL], order[ALL], place[ALL], part[ALL];

    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        uint32_t n = 0;
        size_t   widest = 0;
        for (uint32_t i = 0; i < ALL; i++)
            part[i] = i; /* 2 s: of the spine; 2 s + 1: its leaf */
        for (uint32_t i = ALL - 1; i > 0; i--) {
            const uint32_t j = (uint32_t)(bk_uniform(seed, 7, i) * (i + 1)), kept = part[i];
            part[i] = part[j];
            part[j] = kept;
        }
        for (uint32_t v = 0; v < ALL; v++) {
            first[v] = n;
            for (uint32_t u = 0; u < ALL; u++) {
                const uint32_t low = part[u] < part[v] ? part[u] : part[v], apart = part[u] + part[v] - 2 * low;
                if (low % 2 == 0 && (apart == 1 || apart == 2))
                    neighbour[n++] = u;
            }
        }
        first[ALL] = n;
        assert_int_equal(n, 2 * (ALL - 1));
        assert_int_equal(bki_band_order(ALL, first, neighbour, order, place), 2);
        for (size_t v = 0; v < ALL; v++)
            for (size_t i = first[v]; i < first[v + 1]; i++) {
                const size_t one = place[v], other = place[neighbour[i]];
                widest = one > other && one - other > widest ? one - other : widest;
            }
        assert_int_equal(widest, 2);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dense_systems_are_solved_both_ways),
        cmocka_unit_test(no_multiplier_exceeds_one),
        cmocka_unit_test(singular_systems_are_told),
        cmocka_unit_test(bands_are_solved_as_dense_systems_are),
        cmocka_unit_test(a_path_is_unrolled),
        cmocka_unit_test(lone_vertices_are_placed),
        cmocka_unit_test(a_caterpillar_is_two_wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
