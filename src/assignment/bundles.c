/* Limits of each pair, bundled by the routes that use them. */
#include "assignment/bundles.h"

typedef struct bundler {
    const uint32_t *first, *use;                /* limits along routes */
    uint32_t       *place;                      /* [n_limits] among the pair's own, BK_NONE outside */
    uint32_t       *limit;                      /* [n_limits] the pair's own */
    uint32_t       *bundle;                     /* [n_limits] of each of them */
    uint32_t       *leader;                     /* [n_limits] the first of each bundle */
    uint64_t       *code;                       /* [n_limits] sum of the codes of its routes */
    size_t          n_local, n_bundles, n_uses; /* of the pair in hand */
} bundler;

/* A number for each route whose sums tell sets of routes apart (the finisher of SplitMix64, Steele et al. 2014). */
static uint64_t
route_code(uint64_t route)
{
    uint64_t z = (route + 1) * UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint64_t
list_limits(bundler *work, size_t first_route, size_t last_route)
{
    uint64_t all = 0;

    work->n_local = 0;
    for (size_t r = first_route; r < last_route; r++) {
        const uint64_t code = route_code(r - first_route);
        all += code;
        for (size_t at = work->first[r]; at < work->first[r + 1]; at++) {
            const uint32_t limit = work->use[at];
            if (work->place[limit] == BK_NONE) {
                work->place[limit] = (uint32_t)work->n_local;
                work->limit[work->n_local] = limit;
                work->code[work->n_local++] = 0;
            }
            work->code[work->place[limit]] += code;
        }
    }
    return all;
}

static bool
leads(const bundler *work, uint32_t limit)
{
    const uint32_t i = work->place[limit];

    return work->bundle[i] != BK_NONE && work->leader[work->bundle[i]] == i;
}

/* Bundles in order of their first limit. */
static void
bundle_pair(bundler *work, size_t first_route, size_t last_route)
{
    const uint64_t all = list_limits(work, first_route, last_route);

    work->n_bundles = work->n_uses = 0;
    for (size_t i = 0; i < work->n_local; i++) {
        size_t b = 0;
        while (b < work->n_bundles && work->code[work->leader[b]] != work->code[i])
            b++;
        work->bundle[i] = work->code[i] == all ? BK_NONE : (uint32_t)b;
        if (work->code[i] != all && b == work->n_bundles)
            work->leader[work->n_bundles++] = (uint32_t)i;
    }
    for (size_t at = work->first[first_route]; at < work->first[last_route]; at++)
        work->n_uses += leads(work, work->use[at]);
}

static void
forget_pair(bundler *work)
{
    for (size_t i = 0; i < work->n_local; i++)
        work->place[work->limit[i]] = BK_NONE;
}

typedef struct bundle_arrays { /* as in bki_bundles, while they are filled */
    uint32_t *first_local, *limit, *bundle, *n_bundles, *first_use, *use;
} bundle_arrays;

static void
fill_pair(const bundler *work, const bundle_arrays *out, size_t pair, size_t first_route, size_t last_route)
{
    uint32_t n = out->first_use[first_route];

    for (size_t i = 0; i < work->n_local; i++) {
        out->limit[out->first_local[pair] + i] = work->limit[i];
        out->bundle[out->first_local[pair] + i] = work->bundle[i];
    }
    for (size_t r = first_route; r < last_route; r++) {
        for (size_t at = work->first[r]; at < work->first[r + 1]; at++)
            if (leads(work, work->use[at]))
                out->use[n++] = work->bundle[work->place[work->use[at]]];
        out->first_use[r + 1] = n;
    }
}

/* Counts where the arrays of the pairs' own are NULL, else fills them. */
static void
walk(bundler *work, const bk_universe *universe, const bundle_arrays *out, bki_bundles *sizes, size_t *n_uses)
{
    *n_uses = 0;
    for (size_t p = 0; p < universe->n_pairs; p++) {
        const size_t first_route = universe->first_route[p], last_route = universe->first_route[p + 1];
        bundle_pair(work, first_route, last_route);
        if (out->limit != NULL)
            fill_pair(work, out, p, first_route, last_route);
        out->first_local[p + 1] = out->first_local[p] + (uint32_t)work->n_local;
        out->n_bundles[p] = (uint32_t)work->n_bundles;
        *n_uses += work->n_uses;
        sizes->most_local = work->n_local > sizes->most_local ? work->n_local : sizes->most_local;
        sizes->most_bundles = work->n_bundles > sizes->most_bundles ? work->n_bundles : sizes->most_bundles;
        forget_pair(work);
    }
}

static bk_status
build(bundler *work, const bk_universe *universe, bk_arena *arena, const bki_bundles **out)
{
    bki_bundles  *bundles = BK_NEW(arena, bki_bundles, 1);
    bundle_arrays arrays = {.first_local = BK_NEW(arena, uint32_t, universe->n_pairs + 1),
                            .n_bundles = BK_NEW(arena, uint32_t, universe->n_pairs),
                            .first_use = BK_NEW(arena, uint32_t, universe->n_routes + 1)};
    size_t        n_uses;

    BK_TRY(bk_arena_ok(arena));
    walk(work, universe, &arrays, bundles, &n_uses);
    arrays.limit = BK_NEW(arena, uint32_t, arrays.first_local[universe->n_pairs] + 1);
    arrays.bundle = BK_NEW(arena, uint32_t, arrays.first_local[universe->n_pairs] + 1);
    arrays.use = BK_NEW(arena, uint32_t, n_uses + 1);
    BK_TRY(bk_arena_ok(arena));
    walk(work, universe, &arrays, bundles, &n_uses);
    bundles->first_local = arrays.first_local;
    bundles->limit = arrays.limit;
    bundles->bundle = arrays.bundle;
    bundles->n_bundles = arrays.n_bundles;
    bundles->first_use = arrays.first_use;
    bundles->use = arrays.use;
    *out = bundles;
    return BK_OK;
}

bk_status
bki_bundles_build(bk_context *ctx, const bk_universe *universe, size_t n_limits, const uint32_t *first,
                  const uint32_t *use, bk_arena *arena, const bki_bundles **out)
{
    bk_arena scratch;

    bk_arena_init(&scratch, ctx);
    bundler   work = {.first = first,
                      .use = use,
                      .place = BK_NEW(&scratch, uint32_t, n_limits),
                      .limit = BK_NEW(&scratch, uint32_t, n_limits),
                      .bundle = BK_NEW(&scratch, uint32_t, n_limits),
                      .leader = BK_NEW(&scratch, uint32_t, n_limits),
                      .code = BK_NEW(&scratch, uint64_t, n_limits)};
    bk_status status = bk_arena_ok(&scratch);
    for (size_t a = 0; status == BK_OK && a < n_limits; a++)
        work.place[a] = BK_NONE;
    if (status == BK_OK)
        status = build(&work, universe, arena, out);
    bk_arena_release(&scratch);
    return status;
}
