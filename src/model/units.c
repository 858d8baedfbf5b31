/* Numbers whose unit was probably mistaken: one warning a column, at its first such row. */
#include "model/build.h"

static void
warn_of_unit(bk_builder *builder, const bki_rows *rows, const bki_suspicion *suspicion)
{
    size_t n = 0, first = 0;

    for (size_t row = 0; row < rows->n_rows; row++) {
        if (!(bki_number_at(rows, row, suspicion->column) > suspicion->above)) /* also if empty */
            continue;
        first = n == 0 ? row : first;
        n++;
    }
    if (n == 0)
        return;
    const char  *name = rows->schema->columns[suspicion->column].name;
    const double value = bki_number_at(rows, first, suspicion->column);
    if (n == 1)
        bki_warn(builder, bki_place_of(rows, first, suspicion->column), "%s is %g: %s", name, value,
                 suspicion->question);
    else
        bki_warn(builder, bki_place_of(rows, first, suspicion->column), "%s is %g, and above %g in %zu rows: %s", name,
                 value, suspicion->above, n, suspicion->question);
}

void
bki_warn_of_units(bki_build *build)
{
    for (size_t i = 0; i < bki_suspicion_count; i++)
        warn_of_unit(build->builder, bki_table(build, bki_suspicions[i].table), &bki_suspicions[i]);
}

void
bki_warn_of_units_in(bk_builder *builder, const bki_rows *rows)
{
    const size_t table = (size_t)bki_table_number(rows->schema);

    for (size_t i = 0; i < bki_suspicion_count; i++)
        if ((size_t)bki_suspicions[i].table == table)
            warn_of_unit(builder, rows, &bki_suspicions[i]);
}
