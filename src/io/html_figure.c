#include "io/canvas.h"
#include "io/html.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const theme_names[BKI_THEMED_COLOURS] = {
    [BKI_PAPER] = "paper", [BKI_INK] = "ink", [BKI_MUTED] = "muted", [BKI_LINE] = "line", [BKI_LAND] = "land"};

/* A colour `rgb(10%,20%,30%)` at the beginning of `text`; false if none is there. */
static bool
read_colour(const char *text, long rgb[3], size_t *length)
{
    const char *at = text;

    if (strncmp(at, "rgb(", 4) != 0)
        return false;
    at += 4;
    for (int i = 0; i < 3; i++) {
        char *end = NULL;
        rgb[i] = lround(2.55 * strtod(at, &end));
        if (end == at || *end != '%')
            return false;
        at = end + 1;
        while (*at == ',' || *at == ' ')
            at++;
    }
    *length = (size_t)(at + 1 - text);
    return *at == ')';
}

/* The page's name of a colour, or NULL if it is not one that changes with the theme. */
static const char *
themed(const long rgb[3])
{
    for (int colour = 0; colour < BKI_THEMED_COLOURS; colour++) {
        unsigned char bytes[3];
        bki_colour_bytes((bki_colour)colour, bytes);
        if (rgb[0] == bytes[0] && rgb[1] == bytes[1] && rgb[2] == bytes[2])
            return theme_names[colour];
    }
    return NULL;
}

/* What begins here and is followed by a name that must be told apart, or NULL. */
static const char *
reference_at(const char *text)
{
    static const char *const references[] = {"id=\"", "href=\"#", "url(#"};

    for (size_t r = 0; r < sizeof references / sizeof *references; r++)
        if (strncmp(text, references[r], strlen(references[r])) == 0)
            return references[r];
    return NULL;
}

void
bki_svg_embed(bki_text *out, const char *svg, size_t length, const char *prefix)
{
    const char *begin = strstr(svg, "<svg"), *const end = svg + length;
    const char *kept = begin; /* from here on not yet copied */

    for (const char *at = begin; at && at < end;) {
        const char *reference = reference_at(at), *name = NULL;
        long        rgb[3];
        size_t      n = 0;
        if (reference) {
            at += strlen(reference);
            bki_text_append(out, kept, (size_t)(at - kept));
            bki_text_add(out, prefix);
            kept = at;
        } else if (read_colour(at, rgb, &n) && (name = themed(rgb)) != NULL) {
            bki_text_append(out, kept, (size_t)(at - kept));
            bki_text_format(out, "var(--%s)", name);
            kept = at += n;
        } else {
            at++;
        }
    }
    if (kept)
        bki_text_append(out, kept, (size_t)(end - kept));
}

static bk_status
put_picture(bki_page *page, const bki_figure *figure)
{
    bk_arena scratch;

    bk_arena_init(&scratch, page->ctx);
    bki_text        svg = {.arena = &scratch};
    const bk_status status = bki_figure_render(page->ctx, figure, BKI_SVG, &svg);
    if (status == BK_OK) {
        char prefix[32];
        snprintf(prefix, sizeof prefix, "f%zu-", page->n_shown);
        bki_text_format(page->text, "<div class=\"picture%s\" role=\"img\" aria-label=\"",
                        figure->width > 800.0 ? " wide" : "");
        bki_text_xml(page->text, figure->title);
        bki_text_add(page->text, ". ");
        bki_text_xml(page->text, figure->caption);
        bki_text_add(page->text, " The numbers are in the table that follows.\">\n");
        bki_svg_embed(page->text, svg.bytes, svg.length, prefix);
        bki_text_add(page->text, "</div>\n");
    }
    bk_arena_release(&scratch);
    return status;
}

static void
put_numbers(bki_page *page, const bki_figure *figure)
{
    bki_text_add(page->text, "<details><summary>The numbers</summary>\n");
    bki_html_start_table(page, figure->title);
    bki_html_head(page, figure->row_title, "", true);
    for (size_t c = 0; c < figure->n_columns; c++)
        bki_html_head(page, figure->columns[c], figure->units[c], false);
    bki_html_start_rows(page);
    for (size_t row = 0; row < figure->n_rows; row++) {
        bki_html_start_row(page, figure->rows[row]);
        for (size_t c = 0; c < figure->n_columns; c++)
            bki_html_number(page, figure->values[row * figure->n_columns + c]);
        bki_html_end_row(page);
    }
    bki_html_end_table(page);
    bki_text_add(page->text, "</details>\n");
}

bk_status
bki_html_figure(bki_page *page, const char *kind, const char *subject)
{
    const bki_figure *figure = NULL;

    for (size_t f = 0; f < page->n_figures && !figure; f++)
        if (strcmp(page->figures[f].kind, kind) == 0 && strcmp(page->figures[f].subject, subject) == 0)
            figure = &page->figures[f];
    if (!figure)
        return BK_OK;
    page->n_shown++;
    bki_text_format(page->text, "<figure><figcaption><strong>Figure %zu. ", page->n_shown);
    bki_text_xml(page->text, figure->title);
    bki_text_add(page->text, ".</strong> ");
    bki_text_xml(page->text, figure->caption);
    bki_text_add(page->text, " <span class=\"source\">Source: this run, tables: ");
    bki_text_xml(page->text, figure->tables);
    bki_text_add(page->text, ".</span></figcaption>\n");
    BK_TRY(put_picture(page, figure));
    put_numbers(page, figure);
    bki_text_add(page->text, "</figure>\n");
    return BK_OK;
}
