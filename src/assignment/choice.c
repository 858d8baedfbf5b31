/* Path-size logit over the routes of every pair: expected costs and shares.
 *
 * For a class with scale mu, route weights are w_r = exp(ln PS_r - mu g_r), the expected cost is S = -ln(sum w) / mu
 * and the shares s = w / sum w.  Loops run over routes outside and over classes inside, which is what vectorises. */
#include "assignment/choice.h"
#include "base/clones.h"

#include <math.h>
#include <string.h>

typedef struct choice_job {
    bk_context          *ctx;
    bk_assignment       *assignment;
    const double        *price;
    const bki_curvature *curvature;   /* or NULL */
    double              *value_share; /* or NULL */
} choice_job;

bki_pair_view
bki_view_of(const bk_assignment *assignment, size_t pair)
{
    const bki_layout  *layout = assignment->layout;
    const bk_universe *universe = assignment->universe;
    const bk_traffic  *traffic = assignment->traffic;
    const size_t       lanes = layout->lanes[pair];

    return (bki_pair_view){.n_routes = universe->first_route[pair + 1] - universe->first_route[pair],
                           .n_slots = traffic->first_slot[pair + 1] - traffic->first_slot[pair],
                           .lanes = lanes,
                           .n_classes = traffic->n_classes,
                           .width = traffic->n_classes * lanes,
                           .index = pair,
                           .first_route = universe->first_route[pair],
                           .first_slot = traffic->first_slot[pair],
                           .cost = assignment->route_cost + 2 * layout->first_share[pair],
                           .usd_per_hour = layout->usd_per_hour + layout->first_class[pair],
                           .scale = layout->scale + layout->first_class[pair],
                           .share = assignment->share + layout->first_share[pair]};
}

/* Exponents of all routes and classes, and their largest by class. */
BKI_CLONES static void
exponents(const bki_pair_view *pair, const double *restrict log_path_size, const double *restrict route_price,
          double *restrict weight, double *restrict largest)
{
    const size_t lanes = pair->lanes, width = pair->width;

    for (size_t c = 0; c < width; c++)
        largest[c] = -INFINITY;
    for (size_t r = 0; r < pair->n_routes; r++) {
        const double *money = pair->cost + 2 * r * lanes, *hours = money + lanes;
        const double  price = route_price[r], size = log_path_size[r];
        double       *row = weight + r * width;
        for (size_t k = 0; k < width; k += lanes)
            for (size_t b = 0; b < lanes; b += BKI_LANES)
                for (size_t l = 0; l < BKI_LANES; l++) {
                    const size_t i = b + l, c = k + i;
                    row[c] = size - pair->scale[c] * (money[i] + pair->usd_per_hour[c] * hours[i] + price);
                }
        for (size_t c = 0; c < width; c++)
            largest[c] = row[c] > largest[c] ? row[c] : largest[c];
    }
}

/* Exponents less the largest of their class; a class without an open route gets weights of 0. */
BKI_CLONES static void
shift(size_t n_routes, size_t width, const double *restrict largest, double *restrict weight)
{
    for (size_t r = 0; r < n_routes; r++)
        for (size_t c = 0; c < width; c++) {
            const double x = weight[r * width + c], top = largest[c];
            weight[r * width + c] = top > -INFINITY ? x - top : -1000.0;
        }
}

/* total[c] = sum over routes; then weights become shares. */
BKI_CLONES static void
normalise(size_t n_routes, size_t width, double *restrict weight, double *restrict total, double *restrict inverse)
{
    for (size_t c = 0; c < width; c++)
        total[c] = 0.0;
    for (size_t r = 0; r < n_routes; r++)
        for (size_t c = 0; c < width; c++)
            total[c] += weight[r * width + c];
    for (size_t c = 0; c < width; c++) {
        inverse[c] = total[c] > 0.0 ? 1.0 / total[c] : 0.0;
        total[c] = total[c] > 0.0 ? total[c] : 1.0;
    }
    for (size_t r = 0; r < n_routes; r++)
        for (size_t c = 0; c < width; c++)
            weight[r * width + c] *= inverse[c];
}

/* Mean over classes of shares [n_routes][n_classes][lanes]. */
BKI_CLONES void
bki_mean_shares(const bki_pair_view *pair, const double *restrict weight)
{
    const double each = 1.0 / (double)pair->n_classes;

    for (size_t r = 0; r < pair->n_routes; r++) {
        const double *row = weight + r * pair->width;
        double       *share = pair->share + r * pair->lanes;
        for (size_t b = 0; b < pair->lanes; b += BKI_LANES) {
            double sum[BKI_LANES] = {0};
            for (size_t k = b; k < pair->width; k += pair->lanes)
                for (size_t l = 0; l < BKI_LANES; l++)
                    sum[l] += row[k + l];
            for (size_t l = 0; l < BKI_LANES; l++)
                share[b + l] = sum[l] * each;
        }
    }
}

/* Mean over classes of share x value of time, USD/t/h: what a route's hours cost those who choose it. */
static void
mean_values(const bki_pair_view *pair, const double *weight, double *value_share)
{
    for (size_t r = 0; r < pair->n_routes; r++)
        for (size_t i = 0; i < pair->lanes; i++) {
            double sum = 0.0;
            for (size_t c = i; c < pair->width; c += pair->lanes)
                sum += weight[r * pair->width + c] * pair->usd_per_hour[c];
            value_share[r * pair->lanes + i] = sum / (double)pair->n_classes;
        }
}

void
bki_slot_costs(const bki_pair_view *pair, const bki_room *room, double *slot_cost)
{
    for (size_t i = 0; i < pair->n_slots; i++) {
        double sum = 0.0;
        for (size_t k = 0; k < pair->n_classes; k++) {
            const size_t c = k * pair->lanes + i;
            sum -= (room->largest[c] + room->total[c]) / pair->scale[c];
        }
        slot_cost[pair->first_slot + i] = sum / (double)pair->n_classes;
    }
}

void
bki_route_prices(const bki_bundles *bundles, const bki_pair_view *pair, const double *price, double *bundle_price,
                 double *route_price)
{
    double common = 0.0;

    for (size_t b = 0; b < bundles->n_bundles[pair->index]; b++)
        bundle_price[b] = 0.0;
    for (size_t i = bundles->first_local[pair->index]; i < bundles->first_local[pair->index + 1]; i++)
        *(bundles->bundle[i] == BK_NONE ? &common : &bundle_price[bundles->bundle[i]]) += price[bundles->limit[i]];
    for (size_t r = 0; r < pair->n_routes; r++) {
        double sum = common;
        for (size_t at = bundles->first_use[pair->first_route + r]; at < bundles->first_use[pair->first_route + r + 1];
             at++)
            sum += bundle_price[bundles->use[at]];
        route_price[r] = sum;
    }
}

/* ---- all pairs ------------------------------------------------------------------------------------------------- */

void
bki_weigh_pair(const bk_assignment *assignment, const bki_pair_view *pair, const double *price, bki_room *room)
{
    bki_route_prices(assignment->bundles, pair, price, room->by_bundle, room->route_price);
    exponents(pair, assignment->universe->log_path_size + pair->first_route, room->route_price, room->weight,
              room->largest);
    shift(pair->n_routes, pair->width, room->largest, room->weight);
    bk_exp(pair->n_routes * pair->width, room->weight, room->weight);
    normalise(pair->n_routes, pair->width, room->weight, room->total, room->inverse);
    bk_log_batch(pair->width, room->total, room->total);
}

static void
choose_pair(const choice_job *job, size_t index, size_t cell, bki_room *room, double *block)
{
    const bk_assignment *assignment = job->assignment;
    const bki_pair_view  pair = bki_view_of(assignment, index);

    bki_weigh_pair(assignment, &pair, job->price, room);
    bki_slot_costs(&pair, room, assignment->slot_cost);
    bki_mean_shares(&pair, room->weight);
    if (job->value_share != NULL)
        mean_values(&pair, room->weight, job->value_share + assignment->layout->first_share[index]);
    if (block != NULL)
        bki_add_curvature(assignment, &pair, job->curvature, cell, room, block);
}

static void
choose_importer(void *state, size_t importer, size_t worker)
{
    const choice_job    *job = state;
    const bk_traffic    *traffic = job->assignment->traffic;
    const bki_curvature *curvature = job->curvature;
    double              *block = NULL;

    if (curvature != NULL) {
        const size_t size = curvature->n_active * curvature->n_active;
        block = curvature->blocks + importer * size;
        memset(block, 0, size * sizeof *block);
    }
    for (size_t r = traffic->first_relation[importer]; r < traffic->first_relation[importer + 1]; r++)
        for (size_t p = traffic->first_pair[r]; p < traffic->first_pair[r + 1]; p++)
            choose_pair(job, p, importer * traffic->n_regions + traffic->exporter[r], &job->assignment->rooms[worker],
                        block);
}

void
bki_choose(bk_context *ctx, bk_assignment *assignment, const double *price, const bki_curvature *curvature,
           double *value_share)
{
    choice_job job = {ctx, assignment, price, curvature, value_share};

    bk_parallel(ctx, assignment->traffic->n_regions, choose_importer, &job);
}
