/* A coalition file. */
#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const bk_game_data *games;
    size_t              n;
    fuzz                f;

    fuzz_begin(&f);
    const bk_status status = bk_games_read(f.ctx, fuzz_file(&f, data, size), &f.arena, &n, &games);
    fuzz_end(&f, status);
    return 0;
}
