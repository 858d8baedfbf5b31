/* Styles as QGIS keeps them (QML).  Classes hold about as many values each; a column with gains and losses gets classes
 * symmetric about zero and a palette of two hues that colour-blind readers can tell apart (purple and orange, Brewer's
 * PuOr), others viridis. */
#include "io/geopackage.h"

#include <math.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#define ONE_SIDED_CLASSES 5
#define HALF_CLASSES      3 /* on each side of zero */

static const char *const one_sided_colour[ONE_SIDED_CLASSES] = {"68,1,84", "59,82,139", "33,145,140", "94,201,98",
                                                                "253,231,37"};
static const char *const two_sided_colour[2 * HALF_CLASSES] = {"179,88,6",    "241,163,64",  "254,224,182",
                                                               "216,218,235", "153,142,195", "84,39,136"};
static const char *const plain_colour = "70,90,120";

/* Line widths and point sizes in millimetres, by class. */
static const double line_width[ONE_SIDED_CLASSES] = {0.3, 0.7, 1.2, 2.0, 3.2};
static const double point_size[ONE_SIDED_CLASSES] = {1.6, 2.4, 3.4, 4.8, 6.6};

/* ---- classes ------------------------------------------------------------------------------------------------ */

static int
by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The values of a column, ascending. */
static double *
values_sorted(bk_arena *scratch, const bk_table *table, const bk_column *column, size_t *n_out)
{
    double *values = BK_NEW(scratch, double, table->n_rows);
    size_t  n = 0;

    for (size_t row = 0; values != NULL && row < table->n_rows; row++)
        if (column->empty == NULL || !column->empty[row])
            values[n++] = column->kind == BK_COLUMN_NUMBER ? column->number[row] : (double)column->integer[row];
    if (values != NULL)
        qsort(values, n, sizeof *values, by_value);
    *n_out = n;
    return values;
}

/* Edges at equal counts of `sorted` [n]; edge [n_classes + 1]. */
static void
edges_by_count(const double *sorted, size_t n, int n_classes, double *edge)
{
    for (int i = 0; i <= n_classes; i++)
        edge[i] = sorted[(n - 1) * (size_t)i / (size_t)n_classes];
}

/* Keeps the classes that are not empty, each with its place on the whole scale. */
static void
classes_keep(const double *edge, int n_classes, double least, double most, bki_classes *out)
{
    out->edge[0] = least;
    for (int i = 0; i < n_classes; i++) {
        const double upper = fmin(fmax(edge[i + 1], least), most);
        if (upper <= out->edge[out->n])
            continue;
        out->rank[out->n] = i;
        out->edge[++out->n] = upper;
    }
    if (out->n == 0) { /* all values are one */
        out->n = 1;
        out->rank[0] = out->is_two_sided ? HALF_CLASSES : 0;
        out->edge[1] = most;
    }
}

void
bki_classes_find(bk_arena *scratch, const bk_table *table, const bk_column *column, bki_classes *out)
{
    double  edge[BKI_MOST_CLASSES + 1];
    size_t  n;
    double *sorted = values_sorted(scratch, table, column, &n);

    *out = (bki_classes){0};
    if (sorted == NULL || n == 0)
        return;
    const double least = sorted[0], most = sorted[n - 1];
    out->is_two_sided = least < 0.0 && most > 0.0;
    if (!out->is_two_sided) {
        edges_by_count(sorted, n, ONE_SIDED_CLASSES, edge);
        classes_keep(edge, ONE_SIDED_CLASSES, least, most, out);
        return;
    }
    for (size_t i = 0; i < n; i++)
        sorted[i] = fabs(sorted[i]);
    qsort(sorted, n, sizeof *sorted, by_value);
    edges_by_count(sorted, n, HALF_CLASSES, edge + HALF_CLASSES);
    edge[HALF_CLASSES] = 0.0;
    for (int i = 1; i <= HALF_CLASSES; i++)
        edge[HALF_CLASSES - i] = -edge[HALF_CLASSES + i];
    classes_keep(edge, 2 * HALF_CLASSES, least, most, out);
}

/* ---- QML ---------------------------------------------------------------------------------------------------- */

static void
number_add(bki_text *qml, double number)
{
    char text[BKI_NUMBER_SIZE];

    bki_text_append(qml, text, bki_number_text(text, number));
}

/* CASE WHEN "tonnes" > edge THEN width ... ELSE width END, over magnitudes. */
static void
width_expression(bki_text *qml, const bk_column *column, const bki_classes *classes, const double *width)
{
    bki_text_add(qml, "CASE");
    for (size_t i = classes->n - 1; i > 0; i--) {
        bki_text_add(qml, " WHEN abs(&quot;");
        bki_text_xml(qml, column->name);
        bki_text_add(qml, "&quot;) &gt; ");
        number_add(qml, classes->edge[i]);
        bki_text_add(qml, " THEN ");
        number_add(qml, width[classes->rank[i]]);
    }
    if (classes->n == 1) /* a CASE needs a WHEN */
        bki_text_add(qml, " WHEN false THEN 0");
    bki_text_add(qml, " ELSE ");
    number_add(qml, width[classes->rank[0]]);
    bki_text_add(qml, " END");
}

/* Widths follow magnitudes, so their classes are those of the absolute values. */
static void
width_property(bk_arena *scratch, bki_text *qml, const bk_table *table)
{
    const bk_column *column = table->style_width != NULL ? bk_table_column(table, table->style_width) : NULL;
    const bool       is_line = table->geometry == BK_GEOMETRY_LINE;
    bki_classes      classes;
    size_t           n;

    if (column == NULL)
        return;
    double *magnitude = values_sorted(scratch, table, column, &n);
    for (size_t i = 0; magnitude != NULL && i < n; i++)
        magnitude[i] = fabs(magnitude[i]);
    const bk_table  positive = {.n_rows = n};
    const bk_column values = {.kind = BK_COLUMN_NUMBER, .number = magnitude};
    if (magnitude == NULL || n == 0)
        return;
    bki_classes_find(scratch, &positive, &values, &classes);
    if (classes.n == 0)
        return;
    bki_text_add(qml,
                 "<data_defined_properties><Option type=\"Map\"><Option name=\"name\" type=\"QString\" value=\"\"/>"
                 "<Option name=\"properties\" type=\"Map\">");
    bki_text_format(qml, "<Option name=\"%s\" type=\"Map\"><Option name=\"active\" type=\"bool\" value=\"true\"/>",
                    is_line ? "outlineWidth" : "size");
    bki_text_add(qml, "<Option name=\"expression\" type=\"QString\" value=\"");
    width_expression(qml, column, &classes, is_line ? line_width : point_size);
    bki_text_add(qml,
                 "\"/><Option name=\"type\" type=\"int\" value=\"3\"/></Option></Option>"
                 "<Option name=\"type\" type=\"QString\" value=\"collection\"/></Option></data_defined_properties>");
}

static void
property_add(bki_text *qml, const char *name, const char *value)
{
    bki_text_format(qml, "<prop k=\"%s\" v=\"%s\"/>", name, value);
}

static void
symbol_add(bki_text *qml, const bk_table *table, size_t index, const char *colour, const bki_text *width)
{
    const bool is_line = table->geometry == BK_GEOMETRY_LINE;
    char       opaque[40];

    snprintf(opaque, sizeof opaque, "%.32s,255", colour);
    bki_text_format(qml, "<symbol type=\"%s\" name=\"%zu\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">",
                    is_line ? "line" : "marker", index);
    bki_text_format(qml, "<layer class=\"%s\" enabled=\"1\" locked=\"0\" pass=\"0\">",
                    is_line ? "SimpleLine" : "SimpleMarker");
    if (is_line) {
        property_add(qml, "line_color", opaque);
        property_add(qml, "line_width", "0.6");
        property_add(qml, "line_width_unit", "MM");
        property_add(qml, "line_style", "solid");
        property_add(qml, "capstyle", "round");
        property_add(qml, "joinstyle", "round");
    } else {
        property_add(qml, "color", opaque);
        property_add(qml, "name", "circle");
        property_add(qml, "size", "2.4");
        property_add(qml, "size_unit", "MM");
        property_add(qml, "outline_color", "255,255,255,255");
        property_add(qml, "outline_width", "0.2");
    }
    bki_text_append(qml, width->bytes, width->length);
    bki_text_add(qml, "</layer></symbol>");
}

static void
ranges_add(bki_text *qml, const bki_classes *classes)
{
    bki_text_add(qml, "<ranges>");
    for (size_t i = 0; i < classes->n; i++) {
        const double lower = classes->edge[i], upper = classes->edge[i + 1];
        bki_text_add(qml, "<range render=\"true\" lower=\"");
        number_add(qml, lower);
        bki_text_add(qml, "\" upper=\"");
        number_add(qml, upper);
        bki_text_format(qml, "\" label=\"%.4g to %.4g\" symbol=\"%zu\"/>", lower, upper, i);
    }
    bki_text_add(qml, "</ranges>");
}

static void
renderer_add(bk_arena *scratch, bki_text *qml, const bk_table *table)
{
    const bk_column *column = table->style_colour != NULL ? bk_table_column(table, table->style_colour) : NULL;
    bki_classes      classes = {0};
    bki_text         width = {.arena = scratch};

    bki_text_add(&width, "");
    width_property(scratch, &width, table);
    if (width.has_failed)
        return;
    if (column != NULL)
        bki_classes_find(scratch, table, column, &classes);
    if (classes.n == 0) {
        bki_text_add(
            qml,
            "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\"><symbols>");
        symbol_add(qml, table, 0, plain_colour, &width);
        bki_text_add(qml, "</symbols></renderer-v2>");
        return;
    }
    bki_text_add(qml, "<renderer-v2 type=\"graduatedSymbol\" graduatedMethod=\"GraduatedColor\" symbollevels=\"0\" "
                      "enableorderby=\"0\" forceraster=\"0\" attr=\"");
    bki_text_xml(qml, column->name);
    bki_text_add(qml, "\">");
    ranges_add(qml, &classes);
    bki_text_add(qml, "<symbols>");
    for (size_t i = 0; i < classes.n; i++)
        symbol_add(qml, table, i, (classes.is_two_sided ? two_sided_colour : one_sided_colour)[classes.rank[i]],
                   &width);
    bki_text_add(qml, "</symbols></renderer-v2>");
}

/* Column names with their units, as the attribute table and forms show them. */
static void
aliases_add(bki_text *qml, const bk_table *table)
{
    bki_text_add(qml, "<aliases>");
    for (size_t i = 0; i < table->n_columns; i++) {
        const bk_column *column = &table->columns[i];
        bki_text_format(qml, "<alias index=\"%zu\" field=\"", i + 1);
        bki_text_xml(qml, column->name);
        bki_text_add(qml, "\" name=\"");
        bki_text_xml(qml, column->name);
        if (column->unit[0] != '\0') {
            bki_text_add(qml, " [");
            bki_text_xml(qml, column->unit);
            bki_text_add(qml, "]");
        }
        bki_text_add(qml, "\"/>");
    }
    bki_text_add(qml, "</aliases>");
}

void
bki_style_qml(bk_arena *scratch, const bk_table *table, bki_text *qml)
{
    bki_text_add(qml, "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n");
    bki_text_add(qml, "<qgis version=\"3.22.0\" styleCategories=\"Symbology|Fields|Forms\">");
    if (table->geometry != BK_GEOMETRY_NONE)
        renderer_add(scratch, qml, table);
    aliases_add(qml, table);
    bki_text_add(qml, "</qgis>\n");
}
