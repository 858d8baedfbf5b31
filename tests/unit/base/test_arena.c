#include "bkt.h"
#include "bkt_allocator.h"
#include "buckle/base.h"

typedef struct fixture {
    bkt_allocator memory;
    bk_context   *ctx;
    bk_arena      arena;
} fixture;

static int
set_up(void **state)
{
    static fixture self;

    bkt_allocator_init(&self.memory, 0);
    if (bk_context_create(&(bk_settings){.threads = 1, .allocator = &self.memory.allocator}, &self.ctx) != BK_OK)
        return -1;
    bk_arena_init(&self.arena, self.ctx);
    *state = &self;
    return 0;
}

static int
tear_down(void **state)
{
    fixture *self = *state;

    bk_arena_release(&self->arena);
    bk_context_release(self->ctx);
    return self->memory.live_blocks == 0 && self->memory.live_bytes == 0 && self->memory.wrong_sizes == 0 ? 0 : -1;
}

static bool
is_zero(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* The allocator of this test fills new memory with rubbish. */
static void
memory_is_zero_and_aligned_to_a_cache_line(void **state)
{
    fixture *self = *state;

    for (size_t size = 1; size < 200000; size = size * 3 / 2 + 1) {
        unsigned char *bytes = bk_arena_alloc(&self->arena, size, 1);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % 64, 0);
        assert_true(is_zero(bytes, size));
        memset(bytes, 0xff, size);
        bk_arena_text(&self->arena, "odd", 3); /* leaves the end of what is used at an odd place */
    }
    assert_int_equal(bk_arena_ok(&self->arena), BK_OK);
}

static void
allocations_never_overlap(void **state)
{
    fixture       *self = *state;
    unsigned char *bytes[300];

    for (size_t i = 0; i < 300; i++) {
        bytes[i] = bk_arena_alloc(&self->arena, i * 97 + 1, 1);
        memset(bytes[i], (int)(i % 251) + 1, i * 97 + 1);
    }
    for (size_t i = 0; i < 300; i++)
        for (size_t j = 0; j < i * 97 + 1; j++)
            assert_int_equal(bytes[i][j], i % 251 + 1);
}

static void
a_large_block_does_not_waste_the_one_in_use(void **state)
{
    fixture *self = *state;

    bk_arena_alloc(&self->arena, 1, 1);
    const size_t n_before = self->memory.n_requests;
    bk_arena_alloc(&self->arena, 10 << 20, 1);
    assert_int_equal(self->memory.n_requests, n_before + 1);
    bk_arena_alloc(&self->arena, 1000, 1);
    assert_int_equal(self->memory.n_requests, n_before + 1);
}

static void
bytes_counts_what_was_handed_out(void **state)
{
    fixture *self = *state;

    assert_non_null(BK_NEW(&self->arena, double, 100));
    assert_non_null(bk_arena_text(&self->arena, "abc", 3));
    assert_int_equal(self->arena.bytes, 804);
    bk_arena_release(&self->arena);
    assert_int_equal(self->arena.bytes, 0);
}

static void
an_empty_array_is_not_a_failure(void **state)
{
    fixture *self = *state;

    assert_non_null(BK_NEW(&self->arena, double, 0));
    assert_int_equal(bk_arena_ok(&self->arena), BK_OK);
}

static void
texts_are_copied_and_terminated(void **state)
{
    fixture *self = *state;
    char     source[] = "Khorgos, Dostyk";

    const char *text = bk_arena_text(&self->arena, source, 7);
    const char *empty = bk_arena_text(&self->arena, NULL, 0);
    const char *built = bk_arena_format(&self->arena, "%s-%05d-%.3f", "link", 42, 1.0 / 3.0);
    memset(source, '#', sizeof source - 1);
    assert_string_equal(text, "Khorgos");
    assert_string_equal(empty, "");
    assert_string_equal(built, "link-00042-0.333");
}

static void
a_long_text_may_be_built(void **state)
{
    fixture *self = *state;

    const char *built = bk_arena_format(&self->arena, "%*d", 300000, 7);
    assert_non_null(built);
    assert_int_equal(strlen(built), 300000);
}

static void
a_failure_sticks_until_release(void **state)
{
    fixture *self = *state;

    assert_non_null(BK_NEW(&self->arena, double, 10));
    self->memory.fail_at = self->memory.n_requests + 1;
    assert_null(BK_NEW(&self->arena, double, 100000));
    assert_true(self->arena.failed);
    assert_null(BK_NEW(&self->arena, char, 1)); /* although there would be room */
    assert_null(bk_arena_text(&self->arena, "a", 1));
    assert_null(bk_arena_format(&self->arena, "%d", 1));
    assert_int_equal(bk_error_count(self->ctx), 0);
    assert_int_equal(bk_arena_ok(&self->arena), BK_ERR_NO_MEMORY);
    assert_int_equal(bk_error_count(self->ctx), 1);
    assert_int_equal(bk_error_get(self->ctx, 0)->code, BK_ERR_NO_MEMORY);

    bk_arena_release(&self->arena);
    assert_non_null(BK_NEW(&self->arena, double, 100000));
    assert_int_equal(bk_arena_ok(&self->arena), BK_OK);
}

static void
a_size_beyond_the_address_space_fails_cleanly(void **state)
{
    fixture *self = *state;

    assert_null(bk_arena_alloc(&self->arena, SIZE_MAX / 4, 8));
    assert_int_equal(bk_arena_ok(&self->arena), BK_ERR_NO_MEMORY);
    bk_arena_release(&self->arena);
    assert_null(bk_arena_alloc(&self->arena, SIZE_MAX, 1));
    assert_int_equal(bk_arena_ok(&self->arena), BK_ERR_NO_MEMORY);
}

/* What was written stays where it is, and both arenas can be filled on. */
static void
adopted_memory_lives_on(void **state)
{
    fixture *self = *state;
    bk_arena other;
    char    *mine[3], *theirs[3];

    for (int round = 0; round < 3; round++) {
        bk_arena_init(&other, self->ctx);
        mine[round] = round == 0 ? NULL : bk_arena_text(&self->arena, "mine", 4); /* at first into an empty one */
        theirs[round] = bk_arena_text(&other, "theirs", 6);
        bk_arena_alloc(&other, 3 << 20, 1);
        const size_t bytes = self->arena.bytes + other.bytes;
        bk_arena_adopt(&self->arena, &other);
        assert_int_equal(self->arena.bytes, bytes);
        assert_int_equal(other.bytes, 0);
        assert_null(other.blocks);
        bk_arena_adopt(&self->arena, &other); /* nothing more */
        assert_non_null(bk_arena_text(&other, "again", 5));
        bk_arena_release(&other);
    }
    for (int round = 0; round < 3; round++) {
        assert_true(round == 0 || strcmp(mine[round], "mine") == 0);
        assert_string_equal(theirs[round], "theirs");
    }
    assert_int_equal(bk_arena_ok(&self->arena), BK_OK);
}

/* Elements stay, room comes by doubling, and a failure leaves everything as it was. */
static void
arrays_grow_and_keep_what_they_hold(void **state)
{
    fixture *self = *state;
    int     *items = NULL;
    size_t   capacity = 0, moves = 0;

    for (int n = 0; n < 1000; n++) {
        int *const before = items;
        items = bk_arena_grow(&self->arena, items, (size_t)n, 1, sizeof *items, &capacity);
        assert_non_null(items);
        assert_true(capacity > (size_t)n);
        moves += items != before;
        items[n] = n;
    }
    for (int n = 0; n < 1000; n++)
        assert_int_equal(items[n], n);
    assert_true(moves <= 8); /* 16, 32, ..., 1024 */
    items = bk_arena_grow(&self->arena, items, 1000, 5000, sizeof *items, &capacity);
    assert_true(capacity >= 6000 && items[999] == 999);
    const size_t kept = capacity;
    self->memory.fail_at = self->memory.n_requests + 1;
    assert_null(bk_arena_grow(&self->arena, items, 1000, 1000000, sizeof *items, &capacity));
    assert_int_equal(capacity, kept);
}

int
main(void)
{
#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_ARENA(memory_is_zero_and_aligned_to_a_cache_line),
        WITH_ARENA(allocations_never_overlap),
        WITH_ARENA(a_large_block_does_not_waste_the_one_in_use),
        WITH_ARENA(bytes_counts_what_was_handed_out),
        WITH_ARENA(an_empty_array_is_not_a_failure),
        WITH_ARENA(texts_are_copied_and_terminated),
        WITH_ARENA(a_long_text_may_be_built),
        WITH_ARENA(adopted_memory_lives_on),
        WITH_ARENA(arrays_grow_and_keep_what_they_hold),
        WITH_ARENA(a_failure_sticks_until_release),
        WITH_ARENA(a_size_beyond_the_address_space_fails_cleanly),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
