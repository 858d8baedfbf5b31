/* Which figures there are, and each as SVG, PNG and PDF by the same hand. */
#include "buckle/io.h"
#include "io/canvas.h"
#include "io/cells.h"
#include "io/figure.h"
#include "io/folder.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <string.h>

#define PIXELS_PER_POINT 2.0 /* of a PNG: sharp on paper and on dense screens */

/* ---- the list -------------------------------------------------------------------------------------------------- */

typedef struct gallery {
    bk_arena          *arena;
    const bk_results  *results;
    size_t             n, capacity;
    const bki_figure **figures;
} gallery;

typedef bool (*figure_maker)(const bk_results *results, const char *subject, bk_arena *arena, bki_figure *out);

static void
add(gallery *g, figure_maker make, const char *subject)
{
    bki_figure *figure = BK_NEW(g->arena, bki_figure, 1);

    if (figure && g->n < g->capacity && make(g->results, subject, g->arena, figure))
        g->figures[g->n++] = figure;
}

static bool
make_convergence(const bk_results *results, const char *subject, bk_arena *arena, bki_figure *out)
{
    (void)subject;
    return bki_figure_convergence(results, arena, out);
}

static size_t
subjects_of(const bk_results *results, const char *table_name, const char *column, bk_arena *arena,
            const char *const **out)
{
    const bk_table *table = bk_results_find(results, table_name);

    return table ? bki_cell_texts(table, column, "base", arena, out) : 0;
}

bk_status
bki_figures_list(bk_context *ctx, const bk_results *results, bk_arena *arena, size_t *n_out, const bki_figure **out)
{
    static const figure_maker of_scenario[] = {bki_figure_gains, bki_figure_attribution, bki_figure_map,
                                               bki_figure_bottlenecks};
    const char *const        *scenarios = NULL, *const *projects = NULL;
    const size_t              n_scenarios = subjects_of(results, "economies", "scenario", arena, &scenarios);
    const size_t              n_projects = subjects_of(results, "cash_flow", "project", arena, &projects);
    gallery                   g = {.arena = arena, .results = results, .capacity = 5 + 4 * n_scenarios + n_projects};

    (void)ctx;
    g.figures = BK_NEW(arena, const bki_figure *, g.capacity);
    BK_TRY(bk_arena_ok(arena));
    add(&g, bki_figure_map, "base");
    add(&g, bki_figure_bottlenecks, "base");
    for (size_t s = 0; s < n_scenarios; s++)
        for (size_t f = 0; f < sizeof of_scenario / sizeof *of_scenario; f++)
            add(&g, of_scenario[f], scenarios[s]);
    add(&g, bki_figure_worth, "projects");
    add(&g, bki_figure_worth, "economies");
    for (size_t p = 0; p < n_projects; p++)
        add(&g, bki_figure_cash_flow, projects[p]);
    add(&g, make_convergence, "");
    BK_TRY(bk_arena_ok(arena));
    bki_figure *list = BK_NEW(arena, bki_figure, g.n + 1);
    BK_TRY(bk_arena_ok(arena));
    for (size_t f = 0; f < g.n; f++)
        list[f] = *g.figures[f];
    *n_out = g.n;
    *out = list;
    return BK_OK;
}

/* ---- pictures -------------------------------------------------------------------------------------------------- */

static cairo_status_t
write_bytes(void *state, const unsigned char *bytes, unsigned int n)
{
    bki_text *text = state;

    bki_text_append(text, (const char *)bytes, n);
    return text->has_failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

static cairo_surface_t *
create_surface(const bki_figure *figure, bki_picture picture, bki_text *out)
{
    switch (picture) {
    case BKI_SVG:
        return cairo_svg_surface_create_for_stream(write_bytes, out, figure->width, figure->height);
    case BKI_PDF: {
        cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(write_bytes, out, figure->width, figure->height);
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, figure->title);
        cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_SUBJECT, figure->caption);
        return pdf;
    }
    case BKI_PNG:
        break;
    }
    return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)(PIXELS_PER_POINT * figure->width),
                                      (int)(PIXELS_PER_POINT * figure->height));
}

static cairo_status_t
draw_on(cairo_surface_t *surface, const bki_figure *figure, bki_picture picture)
{
    cairo_t *cairo = cairo_create(surface);

    if (picture == BKI_PNG)
        cairo_scale(cairo, PIXELS_PER_POINT, PIXELS_PER_POINT);
    bki_use(cairo, BKI_PAPER);
    cairo_rectangle(cairo, 0.0, 0.0, figure->width, figure->height);
    cairo_fill(cairo);
    figure->draw(cairo, figure);
    const cairo_status_t status = cairo_status(cairo);
    cairo_destroy(cairo);
    return status;
}

bk_status
bki_figure_render(bk_context *ctx, const bki_figure *figure, bki_picture picture, bki_text *out)
{
    cairo_surface_t *surface = create_surface(figure, picture, out);
    cairo_status_t   status = draw_on(surface, figure, picture);

    if (status == CAIRO_STATUS_SUCCESS && picture == BKI_PNG)
        status = cairo_surface_write_to_png_stream(surface, write_bytes, out);
    cairo_surface_finish(surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    BK_TRY(bk_arena_ok(out->arena));
    BK_TRY(bk_arena_ok(figure->arena));
    if (status == CAIRO_STATUS_NO_MEMORY)
        return bk_fail_no_memory(ctx);
    if (status != CAIRO_STATUS_SUCCESS)
        return bk_fail(ctx, BK_ERR_FILE, "the figure '%s' cannot be drawn: %s", figure->name,
                       cairo_status_to_string(status));
    return BK_OK;
}

/* For those who hear a picture: its title, how to read it, and where its numbers are, as SVG 1.1 wants them first in
 * the picture. */
static void
describe(const bki_text *svg, const bki_figure *figure, bki_text *out)
{
    const char  *begin = strstr(svg->bytes, "<svg"), *end = begin ? strchr(begin, '>') : NULL;
    const size_t head = end ? (size_t)(end + 1 - svg->bytes) : 0;

    bki_text_append(out, svg->bytes, head);
    bki_text_add(out, "<title>");
    bki_text_xml(out, figure->title);
    bki_text_add(out, "</title><desc>");
    bki_text_xml(out, figure->caption);
    bki_text_add(out, " Source: tables ");
    bki_text_xml(out, figure->tables);
    bki_text_add(out, " of the run.</desc>");
    bki_text_append(out, svg->bytes + head, svg->length - head);
}

static bk_status
write_figure(bk_context *ctx, const bki_figure *figure, const char *folder)
{
    static const char *const endings[] = {[BKI_SVG] = "svg", [BKI_PNG] = "png", [BKI_PDF] = "pdf"};

    for (int picture = BKI_SVG; picture <= BKI_PDF; picture++) {
        bk_arena scratch;
        bk_arena_init(&scratch, ctx);
        bki_text    bytes = {.arena = &scratch}, described = {.arena = &scratch};
        const char *path = bk_arena_format(&scratch, "%s/%s.%s", folder, figure->name, endings[picture]);
        bk_status   status = bk_arena_ok(&scratch);
        if (status == BK_OK)
            status = bki_figure_render(ctx, figure, (bki_picture)picture, &bytes);
        if (status == BK_OK && picture == BKI_SVG) {
            describe(&bytes, figure, &described);
            status = bk_arena_ok(&scratch);
            bytes = described;
        }
        if (status == BK_OK)
            status = bk_file_write(ctx, path, bytes.bytes, bytes.length);
        bk_arena_release(&scratch);
        BK_TRY(status);
    }
    return BK_OK;
}

bk_status
bk_figures_write(bk_context *ctx, const bk_results *results, const char *folder)
{
    bk_arena          arena;
    size_t            n = 0;
    const bki_figure *figures = NULL;

    BK_TRY(bki_folder_make(ctx, folder));
    bk_arena_init(&arena, ctx);
    bk_status status = bki_figures_list(ctx, results, &arena, &n, &figures);
    for (size_t f = 0; status == BK_OK && f < n; f++)
        status = write_figure(ctx, &figures[f], folder);
    bk_arena_release(&arena);
    return status;
}
