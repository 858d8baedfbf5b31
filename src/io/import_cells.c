/* Cells of others against the columns of a study, one at a time. */
#include "io/import_cells.h"
#include "model/parse.h"

#include <stdio.h>
#include <string.h>

static bool
is_number(const bk_column_schema *column, const char *text, double *out)
{
    const size_t n = strlen(text);

    return column->kind == BK_CELL_INTEGER ? bki_parse_integer(text, n, out) : bki_parse_number(text, n, out);
}

bool
bki_cell_fault(const bk_column_schema *column, const char *text, char reason[BKI_REASON])
{
    double      value = 0.0;
    const char *unit = column->unit[0] ? column->unit : "";

    reason[0] = '\0';
    if (text[0] == '\0')
        return false;
    if (column->kind == BK_CELL_FLAG && !bki_parse_flag(text, strlen(text), &value))
        snprintf(reason, BKI_REASON, "%s is not yes or no (1 or 0)", column->name);
    else if (column->kind == BK_CELL_DATE && !bki_parse_date(text, strlen(text), &value))
        snprintf(reason, BKI_REASON, "%s is not a day as yyyy-mm-dd", column->name);
    else if (column->kind == BK_CELL_NUMBER || column->kind == BK_CELL_INTEGER) {
        if (!is_number(column, text, &value))
            snprintf(reason, BKI_REASON, "%s is not a %snumber", column->name,
                     column->kind == BK_CELL_INTEGER ? "whole " : "");
        else if (value < column->least && column->least > 0.0 && column->least < 1e-300)
            snprintf(reason, BKI_REASON, "%s is not above 0", column->name);
        else if (value < column->least || value > column->most)
            snprintf(reason, BKI_REASON, "%s is not from %g to %g%s%s", column->name, column->least, column->most,
                     unit[0] ? " " : "", unit);
    }
    return reason[0] != '\0';
}
