/* Numbers whose unit was probably mistaken: one warning a column, at its first such row. */
#include "model/build.h"

void
bki_warn_of_units(bki_build *build)
{
    for (size_t i = 0; i < bki_suspicion_count; i++) {
        const bki_suspicion *suspicion = &bki_suspicions[i];
        const bki_rows      *rows = bki_table(build, suspicion->table);
        size_t               n = 0, first = 0;
        for (size_t row = 0; row < rows->n_rows; row++) {
            if (!(bki_number_at(rows, row, suspicion->column) > suspicion->above)) /* also if empty */
                continue;
            first = n == 0 ? row : first;
            n++;
        }
        if (n == 0)
            continue;
        const char  *name = rows->schema->columns[suspicion->column].name;
        const double value = bki_number_at(rows, first, suspicion->column);
        if (n == 1)
            bki_warn(build->builder, bki_place_of(rows, first, suspicion->column), "%s is %g: %s", name, value,
                     suspicion->question);
        else
            bki_warn(build->builder, bki_place_of(rows, first, suspicion->column),
                     "%s is %g, and above %g in %zu rows: %s", name, value, suspicion->above, n, suspicion->question);
    }
}
