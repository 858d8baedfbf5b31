/* What undercutting takes: a toll on transit that rivals ask too, and the same toll where they ask nothing.  Rivals are
 * those whose transit the toll swells.  The tolls that they end up with are a game of many more equilibria:
 * bk_study_tolls. */
#include "study/accounts.h"
#include "study/brief.h"

#include <math.h>
#include <string.h>

enum { MOST_RIVALS = 3 };
static const double NOTHING = 1000.0; /* t/yr: less is no traffic won */
static const double TOLL = 10.0;      /* USD/t: a round figure, small beside what carriage costs */

/* Economies whose transit its toll swells most. */
static size_t
choose_rivals(const bki_gathering *g, const double *before, const double *after, uint32_t *rivals)
{
    const bk_economy *economy = &g->study->model->economy;
    size_t            n = 0;

    while (n < MOST_RIVALS) {
        uint32_t best = BK_NONE;
        double   most = NOTHING;
        for (size_t r = 0; r < economy->n_regions; r++) {
            const uint32_t country = economy->regions[r].country;
            bool           is_taken = country == g->country;
            for (size_t i = 0; i < n; i++)
                is_taken |= rivals[i] == country;
            if (is_taken || after[country] - before[country] <= most)
                continue;
            best = country;
            most = after[country] - before[country];
        }
        if (best == BK_NONE)
            break;
        rivals[n++] = best;
    }
    return n;
}

/* Tonnes on which each country can ask its toll [n_countries] where it and `n` rivals ask it. */
static bk_status
transit_under(bki_gathering *g, const uint32_t *rivals, size_t n, double *tonnes)
{
    const bk_model          *model = g->study->model;
    bk_model                 tolled = *model;
    const bk_joint_solution *solution = NULL;
    bk_arena                 scratch;

    bk_arena_init(&scratch, g->ctx);
    double   *toll = BK_NEW(&scratch, double, model->n_countries);
    bk_status status = bk_arena_ok(&scratch);
    if (status == BK_OK) {
        if (model->transit_toll != NULL)
            memcpy(toll, model->transit_toll, model->n_countries * sizeof *toll);
        toll[g->country] = TOLL;
        for (size_t i = 0; i < n; i++)
            toll[rivals[i]] = TOLL;
        tolled.transit_toll = toll;
        status = bk_joint_solve(g->ctx, g->run->base, &tolled, NULL, NULL, &scratch, &solution);
    }
    if (status == BK_OK)
        status = bki_tolled_tonnes(g->ctx, g->run->base, &tolled, solution, &scratch, tonnes);
    if (status == BK_OK) {
        g->out->converged &= solution->outcome == BK_CONVERGED;
        g->out->residual = fmax(g->out->residual, bk_joint_residual(solution));
    }
    bk_arena_release(&scratch);
    return status;
}

static bk_status
transit_of_base(bki_gathering *g, double *tonnes)
{
    bk_arena scratch;

    bk_arena_init(&scratch, g->ctx);
    const bk_status status = bki_tolled_tonnes(g->ctx, g->run->base, g->study->model,
                                               bk_joint_base_solution(g->run->base), &scratch, tonnes);
    bk_arena_release(&scratch);
    return status;
}

static const char *
names_of(const bki_gathering *g, const uint32_t *countries, size_t n)
{
    const bk_model *model = g->study->model;
    const char     *text = "";

    for (size_t i = 0; text != NULL && i < n; i++) {
        const char *name = model->countries[countries[i]];
        for (size_t r = model->economy.n_regions; r-- > 0;)
            if (model->economy.regions[r].country == countries[i])
                name = model->economy.regions[r].name;
        text = bk_arena_format(g->arena, "%s%s%s", text, i == 0 ? "" : i + 1 == n ? " and " : ", ", name);
    }
    return text;
}

bk_status
bki_brief_tolls(bki_gathering *g)
{
    const size_t    n_countries = g->study->model->n_countries;
    bk_brief_facts *f = &g->out->facts;
    double         *before = BK_NEW(g->arena, double, n_countries), *alone = BK_NEW(g->arena, double, n_countries),
           *matched = BK_NEW(g->arena, double, n_countries);
    uint32_t rivals[MOST_RIVALS];

    BK_TRY(bk_arena_ok(g->arena));
    if (!f->has_transit)
        return BK_OK;
    bk_progress(g->ctx, "tolls on transit", -1.0);
    BK_TRY(transit_of_base(g, before));
    bk_status    status = transit_under(g, NULL, 0, alone);
    const size_t n = status == BK_OK ? choose_rivals(g, before, alone, rivals) : 0;
    if (n > 0)
        status = transit_under(g, rivals, n, matched);
    if (n == 0 || status != BK_OK)
        return bki_brief_or_unknown(g, status);
    f->undercutters = names_of(g, rivals, n);
    f->toll = TOLL;
    f->toll_matched = TOLL * matched[g->country];
    f->toll_undercut = TOLL * alone[g->country];
    f->has_tolls = true; /* only now: what an interruption leaves is whole */
    return bk_arena_ok(g->arena);
}
