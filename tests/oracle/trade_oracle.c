#include "trade_oracle.h"

#include <math.h>

typedef struct problem {
    const bk_economy *e;
    const double     *theta, *tariff, *cost, *productivity, *transfer;
    double           *share0; /* [n_sectors][importer][exporter] */
    double            world;
} problem;

static double
spent(const bk_economy *e, size_t j, size_t n)
{
    double sum = 0.0;

    for (size_t i = 0; i < e->n_regions; i++) {
        const size_t cell = (j * e->n_regions + n) * e->n_regions + i;
        sum += e->trade[cell] * (1.0 + e->tariff[cell]);
    }
    return sum;
}

static double
price_factor(const problem *p, size_t cell)
{
    const double d = p->cost != NULL ? p->cost[cell] : 1.0;

    return (1.0 + p->tariff[cell]) / (1.0 + p->e->tariff[cell]) * d;
}

static void
unit_costs(const problem *p, bkt_trade_oracle *o)
{
    const bk_economy *e = p->e;
    const size_t      N = e->n_regions, J = e->n_sectors;

    for (size_t j = 0; j < J; j++)
        for (size_t n = 0; n < N; n++) {
            const double b = e->value_added_share[n * J + j];
            double       c = pow(o->wage[n], b);
            for (size_t k = 0; k < J; k++)
                c *= pow(o->price[k * N + n], (1.0 - b) * e->input_share[(n * J + j) * J + k]);
            o->cost[j * N + n] = c / (p->productivity != NULL ? p->productivity[j * N + n] : 1.0);
        }
}

/* Prices that follow from wages, to the last digits. */
static void
prices(const problem *p, bkt_trade_oracle *o)
{
    const size_t N = p->e->n_regions, J = p->e->n_sectors;
    double       change = 1.0;

    for (int round = 0; round < 2000 && change > 1e-15; round++) {
        change = 0.0;
        unit_costs(p, o);
        for (size_t j = 0; j < J; j++)
            for (size_t n = 0; n < N; n++) {
                double sum = 0.0;
                for (size_t i = 0; i < N; i++) {
                    const size_t cell = (j * N + n) * N + i;
                    if (p->share0[cell] > 0.0)
                        sum += p->share0[cell] * pow(price_factor(p, cell) * o->cost[j * N + i], -p->theta[j]);
                }
                const double price = sum > 0.0 ? pow(sum, -1.0 / p->theta[j]) : 1.0;
                change = fmax(change, fabs(price - o->price[j * N + n]));
                o->price[j * N + n] = price;
            }
    }
    for (size_t j = 0; j < J; j++)
        for (size_t n = 0; n < N; n++)
            for (size_t i = 0; i < N; i++) {
                const size_t cell = (j * N + n) * N + i;
                o->share[cell] =
                    p->share0[cell] > 0.0
                        ? p->share0[cell] *
                              pow(price_factor(p, cell) * o->cost[j * N + i] / o->price[j * N + n], -p->theta[j])
                        : 0.0;
            }
}

static double
sales(const problem *p, const bkt_trade_oracle *o, size_t j, size_t i)
{
    const size_t N = p->e->n_regions;
    double       sum = 0.0;

    for (size_t n = 0; n < N; n++) {
        const size_t cell = (j * N + n) * N + i;
        sum += o->share[cell] / (1.0 + p->tariff[cell]) * o->expenditure[j * N + n];
    }
    return sum;
}

static void
incomes(const problem *p, bkt_trade_oracle *o)
{
    const bk_economy *e = p->e;
    const size_t      N = e->n_regions;

    for (size_t n = 0; n < N; n++) {
        o->revenue[n] = 0.0;
        for (size_t j = 0; j < e->n_sectors; j++)
            for (size_t i = 0; i < N; i++) {
                const size_t cell = (j * N + n) * N + i;
                o->revenue[n] += p->tariff[cell] * o->share[cell] / (1.0 + p->tariff[cell]) * o->expenditure[j * N + n];
            }
        o->income[n] = o->wage[n] * e->regions[n].value_added + o->revenue[n] + e->regions[n].deficit +
                       (p->transfer != NULL ? p->transfer[n] : 0.0);
    }
}

/* Expenditures that follow from wages and shares. */
static void
expenditures(const problem *p, bkt_trade_oracle *o)
{
    const bk_economy *e = p->e;
    const size_t      N = e->n_regions, J = e->n_sectors;
    double            change = 1.0;

    for (int round = 0; round < 2000 && change > 1e-15; round++) {
        change = 0.0;
        incomes(p, o);
        for (size_t n = 0; n < N; n++) {
            double output[64];
            for (size_t j = 0; j < J; j++)
                output[j] = sales(p, o, j, n);
            for (size_t k = 0; k < J; k++) {
                double x = e->final_share[n * J + k] * o->income[n];
                for (size_t j = 0; j < J; j++)
                    x += (1.0 - e->value_added_share[n * J + j]) * e->input_share[(n * J + j) * J + k] * output[j];
                change = fmax(change, fabs(x - o->expenditure[k * N + n]) / p->world);
                o->expenditure[k * N + n] = x;
            }
        }
    }
    incomes(p, o);
}

/* Exports less imports plus what pays for the difference. */
static double
imbalance(const problem *p, const bkt_trade_oracle *o, size_t n)
{
    const size_t N = p->e->n_regions;
    double       sum = p->e->regions[n].deficit + (p->transfer != NULL ? p->transfer[n] : 0.0);

    for (size_t j = 0; j < p->e->n_sectors; j++) {
        sum += sales(p, o, j, n);
        for (size_t i = 0; i < N; i++) {
            const size_t cell = (j * N + n) * N + i;
            sum -= o->share[cell] / (1.0 + p->tariff[cell]) * o->expenditure[j * N + n];
        }
    }
    return sum;
}

bool
bkt_trade_oracle_solve(const bk_economy *e, const bk_trade_shock *shock, const double *transfer, bk_arena *arena,
                       bkt_trade_oracle *o)
{
    const size_t N = e->n_regions, J = e->n_sectors;
    problem      p = {.e = e,
                      .tariff = shock->tariff != NULL ? shock->tariff : e->tariff,
                      .cost = shock->cost,
                      .productivity = shock->productivity,
                      .transfer = transfer,
                      .share0 = BK_NEW(arena, double, J *N *N)};
    double      *theta = BK_NEW(arena, double, J);

    *o = (bkt_trade_oracle){.wage = BK_NEW(arena, double, N),
                            .price = BK_NEW(arena, double, J *N),
                            .cost = BK_NEW(arena, double, J *N),
                            .share = BK_NEW(arena, double, J *N *N),
                            .expenditure = BK_NEW(arena, double, J *N),
                            .revenue = BK_NEW(arena, double, N),
                            .income = BK_NEW(arena, double, N)};
    if (arena->failed || J > 64)
        return false;
    for (size_t n = 0; n < N; n++) {
        o->wage[n] = 1.0;
        p.world += e->regions[n].value_added;
    }
    for (size_t j = 0; j < J; j++) {
        theta[j] = shock->elasticity != NULL ? shock->elasticity[j] : e->sectors[j].elasticity;
        for (size_t n = 0; n < N; n++) {
            o->price[j * N + n] = 1.0;
            o->expenditure[j * N + n] = spent(e, j, n);
            for (size_t i = 0; i < N; i++) {
                const size_t cell = (j * N + n) * N + i;
                p.share0[cell] = spent(e, j, n) > 0.0 ? e->trade[cell] * (1.0 + e->tariff[cell]) / spent(e, j, n) : 0.0;
            }
        }
    }
    p.theta = theta;
    for (int round = 0; round < 20000; round++) {
        double world = 0.0;
        prices(&p, o);
        expenditures(&p, o);
        o->imbalance = 0.0;
        for (size_t n = 0; n < N; n++)
            o->imbalance = fmax(o->imbalance, fabs(imbalance(&p, o, n)) / (o->wage[n] * e->regions[n].value_added));
        if (o->imbalance < 2e-14)
            return true;
        double step[256];
        for (size_t n = 0; n < N; n++)
            step[n] = imbalance(&p, o, n) / (o->wage[n] * e->regions[n].value_added);
        for (size_t n = 0; n < N; n++) {
            o->wage[n] *= 1.0 + 0.15 * fmax(-1.0, fmin(1.0, step[n]));
            world += o->wage[n] * e->regions[n].value_added;
        }
        for (size_t n = 0; n < N; n++)
            o->wage[n] *= p.world / world;
    }
    return o->imbalance < 1e-12;
}
