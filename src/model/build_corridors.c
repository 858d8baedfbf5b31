/* Corridors: named groups of links, crossings and modes that accounts tell shipments apart by. */
#include "model/build.h"

#include <string.h>

/* "KAZ|CHN": both countries, or a fault. */
static void
resolve_crossing(bki_build *build, const bki_rows *rows, size_t row, bk_corridor_mark *mark)
{
    const char     *text = bki_text_at(build->builder, rows, row, CORRIDOR_TARGET), *bar = strchr(text, '|');
    const bki_place place = bki_place_of(rows, row, CORRIDOR_TARGET);

    if (!bar || strchr(bar + 1, '|') || bar == text || bar[1] == '\0') {
        bki_fault(build->builder, BK_ERR_VALUE, place, "write two countries, such as KAZ|CHN",
                  "'%s' is not a crossing of two countries", text);
        return;
    }
    mark->target = bki_resolve_word(build, place, (bki_text){text, (size_t)(bar - text)}, &build->countries);
    mark->other = bki_resolve_word(build, place, (bki_text){bar + 1, strlen(bar + 1)}, &build->countries);
}

static void
resolve_mark(bki_build *build, const bki_rows *rows, size_t row, bk_corridor_mark *mark)
{
    static const char *const types[] = {"link", "crossing", "mode"};
    const size_t             type = bki_one_of(build->builder, rows, row, CORRIDOR_TYPE, 3, types);

    mark->kind = (bk_mark_kind)type;
    mark->target = mark->other = BK_NONE;
    switch (type) {
    case BK_MARK_LINK:
        mark->target = bki_resolve(build, rows, row, CORRIDOR_TARGET, &build->links);
        break;
    case BK_MARK_CROSSING:
        resolve_crossing(build, rows, row, mark);
        break;
    case BK_MARK_MODE:
        mark->target = bki_resolve(build, rows, row, CORRIDOR_TARGET, &build->modes);
        break;
    default:
        break;
    }
}

bk_status
bki_build_corridors(bki_build *build)
{
    const bki_rows   *rows = bki_table(build, BKI_CORRIDOR);
    bk_corridor      *corridors = BK_NEW(build->out, bk_corridor, rows->n_rows + 1);
    bk_corridor_mark *marks = BK_NEW(build->out, bk_corridor_mark, rows->n_rows + 1);
    uint32_t         *of_symbol = BK_NEW(build->scratch, uint32_t, build->n_symbols + 1);
    uint32_t          n = 0;

    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        const uint32_t symbol = bki_symbol_at(rows, row, CORRIDOR_ID);
        if (symbol == BK_NONE)
            continue; /* an empty cell is a fault already */
        if (of_symbol[symbol] == 0) {
            corridors[n] = (bk_corridor){.id = bki_keep(build, symbol),
                                         .name = bki_keep_cell(build, rows, row, CORRIDOR_NAME, symbol)};
            of_symbol[symbol] = ++n;
        }
        marks[row].corridor = of_symbol[symbol] - 1;
        resolve_mark(build, rows, row, &marks[row]);
    }
    build->model->network.corridors = corridors;
    build->model->network.n_corridors = n;
    build->model->network.corridor_marks = marks;
    build->model->network.n_corridor_marks = rows->n_rows;
    return BK_OK;
}
