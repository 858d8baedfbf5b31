/* The trade equilibrium: sweeps, residual, CPU time of a whole solve (powers, sweeps and report) and memory of base and
 * solver.  Reference data from BUCKLE_SHARED (default ../shared); cases without their data are left out. */
#include "bkt_economy.h"
#include "buckle/io.h"
#include "buckle/trade.h"

#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { N_DRAWS = 1000, N_WORLD = 194 };

static double
cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static const char *
shared(void)
{
    const char *folder = getenv("BUCKLE_SHARED");

    return folder != NULL ? folder : "../shared";
}

static double *
copy_of(const double *x, size_t n, bk_arena *arena)
{
    double *copy = BK_NEW(arena, double, n);

    if (copy != NULL)
        memcpy(copy, x, n * sizeof *copy);
    return copy;
}

static void
print_failure(bk_context *ctx, const char *name)
{
    const bk_error *error = bk_error_get(ctx, 0);

    printf("%-34s %s\n", name, error != NULL ? error->message : "failed");
    bk_error_clear(ctx);
}

/* The best of `repeats` solves. */
static void
run(bk_context *ctx, const bk_economy *economy, const bk_trade_shock *shock, double tolerance, int repeats,
    const char *name)
{
    bk_trade_settings        settings = bk_trade_default_settings();
    const bk_trade_base     *base;
    const bk_trade_solution *solution = NULL;
    bk_arena                 base_arena, arena;
    double                   best = INFINITY;
    size_t                   bytes = 0;

    settings.tolerance = tolerance;
    bk_arena_init(&base_arena, ctx);
    bk_arena_init(&arena, ctx);
    const double start = cpu_ms();
    bk_status    status = bk_trade_calibrate(ctx, economy, &base_arena, &base);
    const double calibration = cpu_ms() - start;
    for (int i = 0; status == BK_OK && i < repeats; i++) {
        const double before = cpu_ms();
        status = bk_trade_solve(ctx, base, shock, &settings, NULL, &arena, &solution);
        best = fmin(best, cpu_ms() - before);
        bytes = base_arena.bytes + arena.bytes;
        if (status == BK_OK && i + 1 == repeats)
            printf("%-34s %-10s %5d  %8.1e  %8.1e  %8.3f  %8.3f  %7.1f\n", name, bk_outcome_name(solution->outcome),
                   solution->iterations, solution->residual, solution->walras, best, calibration, (double)bytes / 1e6);
        bk_arena_release(&arena);
    }
    if (status != BK_OK)
        print_failure(ctx, name);
    bk_arena_release(&base_arena);
}

static size_t
cells(const bk_economy *economy)
{
    return economy->n_sectors * economy->n_regions * economy->n_regions;
}

static bool
abroad(const bk_economy *economy, size_t cell)
{
    return cell / economy->n_regions % economy->n_regions != cell % economy->n_regions;
}

/* Policies that default settings must bear. */
static void
run_extremes(bk_context *ctx, const bk_economy *e, bk_arena *arena)
{
    double      *rate = copy_of(e->tariff, cells(e), arena), *cost = BK_NEW(arena, double, cells(e));
    const size_t last = e->n_regions - 2;

    for (size_t c = 0; c < cells(e); c++)
        rate[c] = 3.0 * e->tariff[c];
    run(ctx, e, &(bk_trade_shock){.tariff = rate}, 1e-12, 5, "tariffs x 3");
    for (size_t c = 0; c < cells(e); c++)
        rate[c] = 0.0;
    run(ctx, e, &(bk_trade_shock){.tariff = rate}, 1e-12, 5, "no tariffs");
    for (size_t c = 0; c < cells(e); c++)
        rate[c] = c / e->n_regions % e->n_regions == last && abroad(e, c) ? 2.0 : e->tariff[c];
    run(ctx, e, &(bk_trade_shock){.tariff = rate}, 1e-12, 5, "200 % tariff of one large economy");
    const double factors[] = {0.5, 2.0, INFINITY};
    const char  *names[] = {"iceberg x 0.5", "iceberg x 2", "first third closed to the rest"};
    for (size_t i = 0; i < 3; i++) {
        for (size_t c = 0; c < cells(e); c++) {
            const bool across =
                (c / e->n_regions % e->n_regions < e->n_regions / 3) != (c % e->n_regions < e->n_regions / 3);
            cost[c] = (i == 2 ? across : abroad(e, c)) ? factors[i] : 1.0;
        }
        run(ctx, e, &(bk_trade_shock){.cost = cost}, 1e-12, 5, names[i]);
    }
}

/* NAFTA with elasticities drawn from their standard errors, each solve started from the last. */
static void
run_draws(bk_context *ctx, const bk_economy *e, const bk_trade_shock *shock, bk_arena *arena)
{
    char   path[4096], line[512];
    double estimate[64], error[64], drawn[64], residual = 0.0, worst = 0.0;
    int    n_estimates = 0, converged = 0;

    snprintf(path, sizeof path, "%s/data/cp2015/theta_standard_errors.csv", shared());
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL && n_estimates < 64)
        n_estimates += sscanf(line, "%*d,%*[^,],%*f,%*f,%lf,%lf", &estimate[n_estimates], &error[n_estimates]) == 2;
    const bk_trade_base *base;
    bk_trade_solver     *solver;
    if (file == NULL || fclose(file) != 0 || bk_trade_calibrate(ctx, e, arena, &base) != BK_OK ||
        bk_trade_solver_create(ctx, base, arena, &solver) != BK_OK)
        return;
    const double start = cpu_ms();
    for (uint64_t draw = 0; draw < N_DRAWS; draw++) {
        bk_outcome outcome;
        for (size_t j = 0; j < e->n_sectors; j++) {
            const double z = bk_normal_quantile(bk_uniform(1, draw, j));
            drawn[j] =
                (int)j < n_estimates ? fmax(e->sectors[j].elasticity + z * error[j], 0.25) : e->sectors[j].elasticity;
        }
        const bk_trade_shock here = {.tariff = shock->tariff, .elasticity = drawn};
        if (bk_trade_solver_run(ctx, solver, &here, 1e-12, 2000, &outcome, &residual) == BK_OK)
            converged += outcome == BK_CONVERGED;
        worst = fmax(worst, residual);
    }
    printf("%-34s %d of %d converged, worst residual %.1e, %.0f ms in all\n", "draws of elasticities, warm", converged,
           N_DRAWS, worst, cpu_ms() - start);
}

static void
run_nafta(bk_context *ctx, bk_arena *arena)
{
    char               folder[4096];
    const bk_model    *model;
    const bk_scenario *scenario;

    snprintf(folder, sizeof folder, "%s/data/studies/cp2015", shared());
    if (bk_study_read(ctx, folder, arena, &model) != BK_OK ||
        bk_scenario_read(ctx, folder, "nafta", model, arena, &scenario) != BK_OK) {
        print_failure(ctx, "NAFTA");
        return;
    }
    const bk_economy *e = &model->economy;
    double           *rate = copy_of(e->tariff, cells(e), arena);
    for (size_t r = 0; r < scenario->measures[0].n_tariffs; r++) {
        const bk_cell *row = &scenario->measures[0].tariffs[r];
        rate[(row->sector * e->n_regions + row->importer) * e->n_regions + row->exporter] = row->value;
    }
    const bk_trade_shock nafta = {.tariff = rate};
    run(ctx, &model->economy, &nafta, 1e-12, 50, "NAFTA, 31 x 40");
    run_extremes(ctx, &model->economy, arena);
    run_draws(ctx, &model->economy, &nafta, arena);
}

/* What the joint equilibrium does: costs that move a little between solves of one solver. */
static void
run_warm(bk_context *ctx, bk_arena *arena)
{
    const bk_model      *model;
    const bk_trade_base *base;
    bk_trade_solver     *solver;
    bk_outcome           outcome;
    double               residual, total = 0.0;

    if (bk_study_read(ctx, "studies/silkroad", arena, &model) != BK_OK ||
        bk_trade_calibrate(ctx, &model->economy, arena, &base) != BK_OK ||
        bk_trade_solver_create(ctx, base, arena, &solver) != BK_OK) {
        print_failure(ctx, "studies/silkroad, warm");
        return;
    }
    const bk_economy *e = &model->economy;
    double           *cost = BK_NEW(arena, double, cells(e));
    for (int round = 0; round < 20; round++) {
        for (size_t c = 0; c < cells(e); c++)
            cost[c] = abroad(e, c) ? 1.0 + 0.1 * bk_uniform(1, 1, c) * (1.0 - pow(0.3, round)) : 1.0;
        const double start = cpu_ms();
        if (bk_trade_solver_run(ctx, solver, &(bk_trade_shock){.cost = cost}, 1e-9, 500, &outcome, &residual) != BK_OK)
            return;
        total += cpu_ms() - start;
    }
    printf("%-34s %.3f ms a solve to 1e-9, mean of 20 of a converging loop\n", "built-in study, warm", total / 20.0);
}

/* One sector, 194 economies; value added is gross domestic product, own sales what is left of it, at least 0. */
static bool
read_world(bk_arena *arena, bk_economy *e)
{
    char       path[4096], line[512];
    bk_region *regions = BK_NEW(arena, bk_region, N_WORLD);
    bk_sector *sector = BK_NEW(arena, bk_sector, 1);
    double    *trade = BK_NEW(arena, double, N_WORLD *N_WORLD), *tariff = BK_NEW(arena, double, N_WORLD *N_WORLD);
    double    *one = BK_NEW(arena, double, N_WORLD);
    char(*names)[4] = (char(*)[4])bk_arena_alloc(arena, N_WORLD, 4);

    snprintf(path, sizeof path, "%s/data/trade194/countries.csv", shared());
    FILE *file = fopen(path, "r");
    if (file == NULL || arena->failed || fgets(line, sizeof line, file) == NULL)
        return false;
    for (size_t n = 0; n < N_WORLD && fgets(line, sizeof line, file) != NULL; n++) {
        const char *product = strrchr(line, ','); /* the last column is the tariff, the one before it the product */
        while (product != NULL && product > line && product[-1] != ',')
            product--;
        sscanf(line, "%*d,%3[A-Z]", names[n]);
        regions[n] = (bk_region){.id = names[n],
                                 .name = names[n],
                                 .country = (uint32_t)n,
                                 .value_added = product != NULL ? atof(product) : 0.0};
        one[n] = 1.0;
    }
    fclose(file);
    snprintf(path, sizeof path, "%s/data/trade194/trade_flows.csv", shared());
    if ((file = fopen(path, "r")) == NULL || fgets(line, sizeof line, file) == NULL)
        return false;
    for (char from[4], to[4]; fgets(line, sizeof line, file) != NULL;) {
        double thousand;
        if (sscanf(line, "%3[A-Z],%3[A-Z],%lf", from, to, &thousand) != 3)
            continue;
        size_t i = 0, n = 0;
        while (i + 1 < N_WORLD && strcmp(names[i], from) != 0)
            i++;
        while (n + 1 < N_WORLD && strcmp(names[n], to) != 0)
            n++;
        trade[n * N_WORLD + i] = 1e3 * thousand;
    }
    fclose(file);
    for (size_t n = 0; n < N_WORLD; n++) {
        double exports = 0.0, imports = 0.0;
        for (size_t m = 0; m < N_WORLD; m++) {
            exports += trade[m * N_WORLD + n];
            imports += trade[n * N_WORLD + m];
        }
        trade[n * N_WORLD + n] = fmax(regions[n].value_added - exports, 0.0);
        regions[n].value_added = trade[n * N_WORLD + n] + exports;
        regions[n].deficit = imports - exports;
    }
    *sector = (bk_sector){.id = "goods", .name = "Goods", .elasticity = 4.0, .traded = true};
    *e = (bk_economy){.n_regions = N_WORLD,
                      .n_sectors = 1,
                      .regions = regions,
                      .sectors = sector,
                      .trade = trade,
                      .tariff = tariff,
                      .value_added_share = one,
                      .input_share = one,
                      .final_share = one};
    return true;
}

static void
run_world(bk_context *ctx, bk_arena *arena)
{
    bk_economy e;

    if (!read_world(arena, &e))
        return;
    double *cost = BK_NEW(arena, double, cells(&e));
    for (uint64_t shock = 1; shock <= 20; shock++) {
        char name[64];
        for (size_t c = 0; c < cells(&e); c++)
            cost[c] = abroad(&e, c) ? bkt_draw(shock, 1, c, 0.5, 1.5) : 1.0;
        snprintf(name, sizeof name, "194 x 1, costs +-50 %%, no. %d", (int)shock);
        run(ctx, &e, &(bk_trade_shock){.cost = cost}, 1e-12, 10, name);
    }
}

static void
run_synthetic(bk_context *ctx, bk_arena *arena)
{
    const bkt_economy_kind kind = {
        .n_regions = 200, .n_sectors = 40, .inputs = true, .tariffs = true, .deficits = true};
    bkt_economy  *e = bkt_economy_create(&kind, 1, arena);
    double       *cost = bkt_random_costs(&e->economy, 1, 0.2, arena);
    struct rusage before, after;

    getrusage(RUSAGE_SELF, &before);
    run(ctx, &e->economy, &(bk_trade_shock){.cost = cost}, 1e-10, 5, "synthetic, 200 x 40");
    getrusage(RUSAGE_SELF, &after);
    printf("%-34s economy %.1f MB, largest resident set %.1f MB\n", "", (double)arena->bytes / 1e6,
           (double)after.ru_maxrss / 1e3);
}

int
main(int argc, char **argv)
{
    bk_context *ctx;
    bk_arena    arena;

    if (bk_context_create(&(bk_settings){.threads = argc > 1 ? atoi(argv[1]) : 1}, &ctx) != BK_OK)
        return 1;
    printf("%-34s %-10s %5s  %8s  %8s  %8s  %8s  %7s\n", "case", "outcome", "iter.", "residual", "Walras", "ms",
           "base ms", "MB");
    void (*const cases[])(bk_context *, bk_arena *) = {run_synthetic, run_nafta, run_warm, run_world};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bk_arena_init(&arena, ctx);
        cases[i](ctx, &arena);
        bk_arena_release(&arena);
    }
    bk_context_release(ctx);
    return 0;
}
