/* Patient rule induction: from the box of everything, peel the slice whose loss makes what is left densest for its
 * size, again and again; take the box of that path with the best balance of density and coverage; take back what did
 * not help. */
#include "buckle/risk.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double peel = 0.05;          /* share of what is left that one step takes */
static const double least_mass = 0.05;    /* share of the sample at which peeling ends */
static const double worth_keeping = 0.01; /* of the balance: a bound that brings less is dropped */

typedef struct place { /* one value of one input */
    double   value;
    uint32_t row;
} place;

typedef struct search {
    const double *input; /* [n][n_inputs] */
    const bool   *interest;
    size_t        n, n_inputs, n_interest;
    place        *sorted; /* [n_inputs][n] ascending */
    bool         *inside; /* [n] */
    double       *bounds; /* [n_inputs][2] low and high of the box now, infinite where open */
    double       *best;   /* [n_inputs][2] of the best box met */
} search;

typedef struct count {
    size_t all, interest;
} count;

typedef struct cut { /* one slice that could go */
    size_t input;
    bool   high;
    double bound; /* what stays is >= it, or <= it for `high` */
    count  gone;
} cut;

static int
ascending(const void *a, const void *b)
{
    const place *x = a, *y = b;

    return x->value != y->value ? (x->value > y->value) - (x->value < y->value) : (x->row > y->row) - (x->row < y->row);
}

/* 2 / (1 / coverage + 1 / density) */
static double
balance(const search *job, count in)
{
    return in.interest == 0 ? 0.0 : 2.0 * (double)in.interest / (double)(job->n_interest + in.all);
}

static bool
holds(const search *job, const double *bounds, size_t row)
{
    for (size_t i = 0; i < job->n_inputs; i++) {
        const double x = job->input[row * job->n_inputs + i];
        if (x < bounds[2 * i] || x > bounds[2 * i + 1])
            return false;
    }
    return true;
}

static count
count_inside(const search *job, const double *bounds)
{
    count in = {0, 0};

    for (size_t row = 0; row < job->n; row++)
        if (holds(job, bounds, row)) {
            in.all++;
            in.interest += job->interest[row];
        }
    return in;
}

/* The slice at one end of an input: at least `least` rows, equal values together; false if nothing would be left. */
static bool
find_cut(const search *job, size_t input, bool high, size_t least, size_t n_inside, cut *out)
{
    const place *sorted = job->sorted + input * job->n;
    double       last = 0.0;

    *out = (cut){.input = input, .high = high};
    for (size_t k = 0; k < job->n; k++) {
        const place *at = &sorted[high ? job->n - 1 - k : k];
        if (!job->inside[at->row])
            continue;
        if (out->gone.all >= least && at->value != last) {
            out->bound = at->value;
            return out->gone.all < n_inside;
        }
        out->gone.all++;
        out->gone.interest += job->interest[at->row];
        last = at->value;
    }
    return false;
}

static double
density_without(count in, count gone)
{
    return (double)(in.interest - gone.interest) / (double)(in.all - gone.all);
}

/* Peels once; false when no slice makes what is left denser. */
static bool
peel_once(search *job, count *in)
{
    const size_t least = (size_t)fmax(1.0, floor(peel * (double)in->all));
    const double density = (double)in->interest / (double)in->all;
    double       most = 0.0;
    cut          chosen = {0}, tried;

    for (size_t i = 0; i < job->n_inputs; i++)
        for (int high = 0; high < 2; high++) {
            if (!find_cut(job, i, high != 0, least, in->all, &tried))
                continue;
            const double gain = (density_without(*in, tried.gone) - density) / (double)tried.gone.all;
            if (gain > most) {
                most = gain;
                chosen = tried;
            }
        }
    if (most <= 0.0)
        return false;
    job->bounds[2 * chosen.input + (chosen.high ? 1 : 0)] = chosen.bound;
    for (size_t row = 0; row < job->n; row++) {
        const double x = job->input[row * job->n_inputs + chosen.input];
        if (chosen.high ? x > chosen.bound : x < chosen.bound)
            job->inside[row] = false;
    }
    in->all -= chosen.gone.all;
    in->interest -= chosen.gone.interest;
    return true;
}

static void
peel_all(search *job)
{
    count  in = {job->n, job->n_interest};
    double best = balance(job, in);

    while ((double)in.all > least_mass * (double)job->n && peel_once(job, &in)) {
        const double here = balance(job, in);
        if (here > best) {
            best = here;
            memcpy(job->best, job->bounds, 2 * job->n_inputs * sizeof *job->best);
        }
    }
}

/* Pasting: opens every bound whose loss costs next to nothing, the least useful first. */
static void
drop_bounds(search *job)
{
    for (;;) {
        const double now = balance(job, count_inside(job, job->best));
        double       most = now * (1.0 - worth_keeping);
        size_t       chosen = SIZE_MAX;
        for (size_t b = 0; b < 2 * job->n_inputs; b++) {
            const double bound = job->best[b];
            if (isinf(bound))
                continue;
            job->best[b] = b % 2 == 0 ? -INFINITY : INFINITY;
            const double without = balance(job, count_inside(job, job->best));
            job->best[b] = bound;
            if (without > most) {
                most = without;
                chosen = b;
            }
        }
        if (chosen == SIZE_MAX)
            return;
        job->best[chosen] = chosen % 2 == 0 ? -INFINITY : INFINITY;
    }
}

/* That n rows of a density drawn at random hold at least k of interest. */
static double
binomial_tail(size_t k, size_t n, double density)
{
    return k == 0 ? 1.0 : bk_beta_cdf((double)k, (double)(n - k) + 1.0, density);
}

static void
describe(search *job, bk_box *out)
{
    const count in = count_inside(job, job->best);

    out->coverage = job->n_interest > 0 ? (double)in.interest / (double)job->n_interest : 0.0;
    out->density = in.all > 0 ? (double)in.interest / (double)in.all : 0.0;
    out->mass = job->n > 0 ? (double)in.all / (double)job->n : 0.0;
    out->n_bounds = 0;
    for (size_t i = 0; i < job->n_inputs; i++) {
        double      *bounds = job->best + 2 * i;
        const double low = bounds[0], high = bounds[1];
        out->bounded_low[i] = !isinf(low);
        out->bounded_high[i] = !isinf(high);
        out->low[i] = isinf(low) ? 0.0 : low;
        out->high[i] = isinf(high) ? 0.0 : high;
        out->chance[i] = 1.0;
        if (isinf(low) && isinf(high))
            continue;
        out->n_bounds++;
        bounds[0] = -INFINITY;
        bounds[1] = INFINITY;
        const count without = count_inside(job, job->best);
        bounds[0] = low;
        bounds[1] = high;
        out->chance[i] = binomial_tail(in.interest, in.all, (double)without.interest / (double)without.all);
    }
}

static bk_status
find_box(search *job, bk_arena *scratch, bk_box *out)
{
    job->sorted = BK_NEW(scratch, place, job->n_inputs * job->n + 1);
    job->inside = BK_NEW(scratch, bool, job->n + 1);
    job->bounds = BK_NEW(scratch, double, 2 * job->n_inputs + 1);
    job->best = BK_NEW(scratch, double, 2 * job->n_inputs + 1);
    BK_TRY(bk_arena_ok(scratch));
    for (size_t i = 0; i < job->n_inputs; i++) {
        job->bounds[2 * i] = job->best[2 * i] = -INFINITY;
        job->bounds[2 * i + 1] = job->best[2 * i + 1] = INFINITY;
        for (size_t row = 0; row < job->n; row++)
            job->sorted[i * job->n + row] = (place){job->input[row * job->n_inputs + i], (uint32_t)row};
        qsort(job->sorted + i * job->n, job->n, sizeof *job->sorted, ascending);
    }
    for (size_t row = 0; row < job->n; row++) {
        job->inside[row] = true;
        job->n_interest += job->interest[row];
    }
    if (job->n_interest > 0 && job->n_interest < job->n) {
        peel_all(job);
        drop_bounds(job);
    }
    describe(job, out);
    return BK_OK;
}

bk_status
bk_prim(bk_context *ctx, const double *input, const bool *interest, size_t n, size_t n_inputs, bk_arena *arena,
        bk_box *out)
{
    search   job = {.input = input, .interest = interest, .n = n, .n_inputs = n_inputs};
    bk_arena scratch;

    *out = (bk_box){.bounded_low = BK_NEW(arena, bool, n_inputs + 1),
                    .bounded_high = BK_NEW(arena, bool, n_inputs + 1),
                    .low = BK_NEW(arena, double, n_inputs + 1),
                    .high = BK_NEW(arena, double, n_inputs + 1),
                    .chance = BK_NEW(arena, double, n_inputs + 1)};
    BK_TRY(bk_arena_ok(arena));
    bk_arena_init(&scratch, ctx);
    const bk_status status = find_box(&job, &scratch, out);
    bk_arena_release(&scratch);
    return status;
}
