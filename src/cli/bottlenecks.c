/* What binds, from the table of facilities. */
#include "cli/answer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the scenario makes scarcer comes first, by the rise of price times tonnes; then the rest, by price times tonnes.
 */
static int
scarcer(const void *left, const void *right)
{
    const bki_bottleneck *a = left, *b = right;
    const double rise_a = a->tonnes * fmax(a->value_change, 0.0), rise_b = b->tonnes * fmax(b->value_change, 0.0);
    const double rent_a = a->tonnes * a->value_of_capacity, rent_b = b->tonnes * b->value_of_capacity;

    if (rise_a != rise_b)
        return rise_a < rise_b ? 1 : -1;
    if (rent_a != rent_b)
        return rent_a < rent_b ? 1 : -1;
    return strcmp(a->id, b->id);
}

size_t
bki_bottlenecks(const bki_answer *answer, const char *state, double least, bki_bottleneck **out)
{
    const bk_table *table = bk_results_find(&answer->run->results, "facilities");
    bki_bottleneck *rows = table ? BK_NEW(&answer->session->arena, bki_bottleneck, table->n_rows + 1) : NULL;
    size_t          n = 0;

    *out = rows;
    for (size_t r = 0; rows && r < table->n_rows; r++) {
        const double price = bk_table_column(table, "value_of_capacity")->number[r];
        if (strcmp(bk_table_column(table, "scenario")->text[r], state) != 0 || price < least)
            continue;
        rows[n++] = (bki_bottleneck){.kind = bk_table_column(table, "kind")->text[r],
                                     .id = bk_table_column(table, "facility")->text[r],
                                     .name = bk_table_column(table, "name")->text[r],
                                     .tonnes = bk_table_column(table, "tonnes")->number[r],
                                     .utilisation = bk_table_column(table, "utilisation")->number[r],
                                     .value_of_capacity = price,
                                     .value_change = bk_table_column(table, "value_change")->number[r],
                                     .queue_hours = bk_table_column(table, "queue_hours")->number[r]};
    }
    if (n > 0)
        qsort(rows, n, sizeof *rows, scarcer);
    return n;
}
