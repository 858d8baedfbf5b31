/* A table of GMNS as a file of CSV. */
#include "io/gmns_sheet.h"
#include "buckle/io.h"
#include "io/folder.h"
#include "io/text.h"

#include <math.h>

bk_status
bki_sheet_make(bk_arena *arena, const char *name, const char *const *heads, size_t n_columns, size_t n_rows,
               bki_sheet *out)
{
    *out = (bki_sheet){name, n_rows, n_columns, heads, BK_NEW(arena, const char **, n_columns)};
    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < n_columns; c++)
        out->columns[c] = BK_NEW(arena, const char *, n_rows);
    return bk_arena_ok(arena);
}

bk_status
bki_sheet_write(bk_context *ctx, const char *folder, const bki_sheet *of, bk_arena *arena)
{
    bk_column     *columns = BK_NEW(arena, bk_column, of->n_columns);
    const char    *path = bki_path_join(arena, folder, of->name);
    const bk_table table = {
        .name = of->name, .title = "", .n_rows = of->n_rows, .n_columns = of->n_columns, .columns = columns};

    BK_TRY(bk_arena_ok(arena));
    for (size_t c = 0; c < of->n_columns; c++)
        columns[c] = (bk_column){
            .name = of->heads[c], .unit = "", .meaning = "", .kind = BK_COLUMN_TEXT, .text = of->columns[c]};
    return bk_csv_write(ctx, &table, path);
}

const char *
bki_sheet_number(bk_arena *arena, double number)
{
    char digits[BKI_NUMBER_SIZE];

    return isfinite(number) ? bk_arena_text(arena, digits, bki_number_text(digits, number)) : NULL;
}
