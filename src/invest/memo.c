/* Sets asked: each once, found again by its hash. */
#include "invest/portfolio.h"

#include <string.h>

static size_t
slot_of(const bki_memo *memo, uint64_t set)
{
    const size_t mask = 4 * memo->capacity - 1;
    size_t       slot = (size_t)bk_hash(0, &set, sizeof set) & mask;

    while (memo->slots[slot] != 0 && memo->sets[memo->slots[slot] - 1] != set)
        slot = (slot + 1) & mask;
    return slot;
}

static bk_status
grow(bki_memo *memo, bk_arena *arena)
{
    bki_memo more = {.n = memo->n, .capacity = memo->capacity ? 2 * memo->capacity : 256, .n_members = memo->n_members};

    more.sets = BK_NEW(arena, uint64_t, more.capacity);
    more.benefit = BK_NEW(arena, double, more.capacity *more.n_members);
    more.failed = BK_NEW(arena, bool, more.capacity);
    more.slots = BK_NEW(arena, uint32_t, 4 * more.capacity);
    BK_TRY(bk_arena_ok(arena));
    for (size_t i = 0; i < memo->n; i++) {
        more.sets[i] = memo->sets[i];
        more.failed[i] = memo->failed[i];
        memcpy(&more.benefit[i * more.n_members], &memo->benefit[i * more.n_members],
               more.n_members * sizeof *more.benefit);
        more.slots[slot_of(&more, more.sets[i])] = (uint32_t)i + 1;
    }
    *memo = more;
    return BK_OK;
}

const double *
bki_search_known(const bki_search *search, uint64_t set)
{
    const bki_memo *memo = &search->memo;
    const uint32_t  at = memo->capacity ? memo->slots[slot_of(memo, set)] : 0;

    return at == 0 || memo->failed[at - 1] ? NULL : &memo->benefit[(at - 1) * memo->n_members];
}

static bool
has_no_worth(bk_status status)
{
    return status == BK_ERR_NOT_CONVERGED || status == BK_ERR_NO_SOLUTION || status == BK_ERR_NO_PATH;
}

bk_status
bki_search_ask(bki_search *search, uint64_t set, const double **benefit)
{
    bki_memo *memo = &search->memo;
    bk_status status = BK_OK;

    *benefit = NULL;
    if (memo->n == memo->capacity)
        BK_TRY(grow(memo, search->arena));
    const size_t slot = slot_of(memo, set);
    if (memo->slots[slot] != 0) {
        *benefit = bki_search_known(search, set);
        return BK_OK;
    }
    search->cancelled |= bk_cancelled(search->ctx);
    search->stopped |= search->cancelled || memo->n > search->problem->set_limit; /* the empty set is not counted */
    if (search->stopped)
        return BK_OK;
    double *room = &memo->benefit[memo->n * memo->n_members];
    if (set != 0)
        status = search->problem->benefit(search->problem->state, set, room);
    if (status == BK_ERR_CANCELLED) {
        bk_error_clear(search->ctx);
        search->cancelled = search->stopped = true;
        return BK_OK;
    }
    if (status != BK_OK && !has_no_worth(status))
        return status;
    if (status != BK_OK) {
        bk_error_clear(search->ctx);
        memo->failed[memo->n] = true;
        search->n_failed++;
    }
    memo->sets[memo->n] = set;
    memo->slots[slot] = (uint32_t)++memo->n;
    *benefit = bki_search_known(search, set);
    return BK_OK;
}

bk_status
bki_search_try(bki_search *search, uint64_t set)
{
    const double *benefit = NULL;

    BK_TRY(bki_search_ask(search, set, &benefit));
    if (!benefit)
        return BK_OK;
    const double value = bki_set_value(search->problem, set, benefit);
    if (value > search->best_value || (value == search->best_value && set < search->best)) {
        search->best = set;
        search->best_value = value;
    }
    return BK_OK;
}
