/* What binds, from the table of facilities. */
#include "cli/answer.h"

#include <stdlib.h>
#include <string.h>

static int
dearer(const void *left, const void *right)
{
    const bki_bottleneck *a = left, *b = right;

    if (a->value_of_capacity != b->value_of_capacity)
        return a->value_of_capacity < b->value_of_capacity ? 1 : -1;
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
        qsort(rows, n, sizeof *rows, dearer);
    return n;
}
