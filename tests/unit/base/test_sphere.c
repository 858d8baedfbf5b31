/* Distances on a sphere of 6371.0088 km against arcs whose angle is known. */
#include "bkt.h"
#include "buckle/base.h"

#define RADIUS 6371.0088

static void
arcs_of_known_angles_have_their_length(void **state)
{
    (void)state;
    bkt_close(bk_great_circle_km(10.0, 0.0, 100.0, 0.0), 0.5 * M_PI * RADIUS, 1e-14, 0.0);    /* along the equator */
    bkt_close(bk_great_circle_km(-70.0, -90.0, 33.0, 90.0), M_PI * RADIUS, 1e-14, 0.0);       /* pole to pole */
    bkt_close(bk_great_circle_km(71.0, 45.0, 71.0, 46.0), M_PI / 180.0 * RADIUS, 1e-12, 0.0); /* a degree north */
    bkt_close(bk_great_circle_km(170.0, 0.0, -170.0, 0.0), M_PI / 9.0 * RADIUS, 1e-13, 0.0);  /* over the date line */
    bkt_close(bk_great_circle_km(0.0, 60.0, 180.0, 60.0), M_PI / 3.0 * RADIUS, 1e-13, 0.0);   /* over the pole */
    bkt_close(bk_great_circle_km(71.4, 51.2, 71.4, 51.2), 0.0, 0.0, 0.0);
}

/* A millimetre is not lost, as it would be in a cosine. */
static void
near_places_are_apart(void **state)
{
    (void)state;
    bkt_close(bk_great_circle_km(71.0, 45.0, 71.0, 45.0 + 1e-8), 1e-8 * M_PI / 180.0 * RADIUS, 1e-5, 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arcs_of_known_angles_have_their_length),
        cmocka_unit_test(near_places_are_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
