/* A report as one page of HTML that stands alone: style and pictures inside, no script, nothing loaded from anywhere
 * (its policy forbids even trying).  The order is that of a corridor study: what is wrong, how it performs, what could
 * be done, what that would bring; then what all of it rests on. */
#include "io/html.h"
#include "buckle/io.h"
#include "io/cells.h"

#include <string.h>

static const char style[] =
    ":root{color-scheme:light "
    "dark;--paper:#fff;--ink:#1b2129;--muted:#5a6470;--line:#d5dae0;--land:#eceff2;--link:#005a8f}"
    "@media(prefers-color-scheme:dark){:root{--paper:#14181d;--ink:#e8ebee;--muted:#a7b0ba;--line:#3a434d;--land:#"
    "252c34;"
    "--link:#7cc0f0}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}"
    "main,header,footer{max-width:62rem;margin:0 auto;padding:0 1rem}"
    "header{padding-top:2rem}h1{line-height:1.2;margin:0 0 .5rem}"
    "h2{margin:3rem 0 .5rem;padding-top:1rem;border-top:2px solid var(--line)}h3{margin:2rem 0 .5rem}"
    "a{color:var(--link)}nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}"
    "p,li{max-width:46rem}.lead{font-size:1.1rem}.source,.unit,.note{color:var(--muted);font-weight:400}"
    "figure{margin:1.5rem 0 2rem}figcaption{margin-bottom:.5rem;max-width:46rem}"
    ".picture svg{display:block;width:100%;height:auto;max-width:52rem;background:var(--paper)}.picture.wide "
    "svg{max-width:62rem}"
    ".scroll{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse;font-size:.875rem}"
    "caption{text-align:left;font-weight:600;padding:.25rem 0}"
    "th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums;"
    "vertical-align:top}th.t,td.t{text-align:left}thead th{border-bottom:2px solid var(--muted);vertical-align:bottom}"
    "tbody th{font-weight:400}summary{cursor:pointer;color:var(--link)}"
    "a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--link);outline-offset:2px}"
    "footer{padding:2rem 1rem;color:var(--muted)}"
    "@media print{nav{display:none}details>*{display:block}figure,tr{break-inside:avoid}}";

typedef struct section {
    const char *id, *title;
    const char *tables[2]; /* it is left out if the results have none of these; NULL first: never */
    bk_status (*put)(bki_page *page);
} section;

static const section sections[] = {
    {"summary", "In short", {NULL}, bki_html_summary},
    {"issues", "Issues: what is wrong today", {"flows", "borders"}, bki_html_issues},
    {"performance", "Performance: how freight moves today", {"flows", "trade"}, bki_html_performance},
    {"options", "Options: what could be done", {"attribution", "appraisal_projects"}, bki_html_options},
    {"impacts", "Impacts: what it brings, and to whom", {"economies", "appraisal_economies"}, bki_html_impacts},
    {"differences", "Policy minus base", {"differences"}, bki_html_differences},
    {"grounds", "What it rests on", {NULL}, bki_html_grounds},
    {"convergence", "Convergence", {"certificate"}, bki_html_convergence},
    {"provenance", "Provenance", {NULL}, bki_html_provenance},
};

#define N_SECTIONS (sizeof sections / sizeof *sections)

static bool
is_there(const bki_page *page, const section *s)
{
    return !s->tables[0] || bk_results_find(page->results, s->tables[0]) ||
           (s->tables[1] && bk_results_find(page->results, s->tables[1]));
}

static void
put_top(bki_page *page)
{
    const char *title = bki_provenance(page->results, "study");

    bki_text_add(page->text, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                             "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                             "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                             "'unsafe-inline'\">\n<title>");
    bki_text_xml(page->text, title);
    bki_text_add(page->text, "</title>\n<style>");
    bki_text_add(page->text, style);
    bki_text_add(page->text, "</style>\n</head>\n<body>\n<header>\n<h1>");
    bki_text_xml(page->text, title[0] ? title : "Results");
    bki_text_add(page->text, "</h1>\n<p class=\"note\">Base year ");
    bki_text_xml(page->text, bki_provenance(page->results, "base_year"));
    bki_text_add(page->text, " &#183; computed by ");
    bki_text_xml(page->text, bki_provenance(page->results, "program"));
    bki_text_add(page->text, "</p>\n<nav aria-label=\"Contents\"><ul>\n");
    for (size_t s = 0; s < N_SECTIONS; s++)
        if (is_there(page, &sections[s]))
            bki_text_format(page->text, "<li><a href=\"#%s\">%s</a></li>\n", sections[s].id, sections[s].title);
    bki_text_add(page->text, "</ul></nav>\n</header>\n<main>\n");
}

static bk_status
put_page(bki_page *page)
{
    put_top(page);
    for (size_t s = 0; s < N_SECTIONS; s++) {
        if (!is_there(page, &sections[s]))
            continue;
        bki_text_format(page->text, "<section id=\"%s\">\n<h2>%s</h2>\n", sections[s].id, sections[s].title);
        BK_TRY(sections[s].put(page));
        bki_text_add(page->text, "</section>\n");
    }
    bki_text_add(page->text,
                 "</main>\n<footer>Numbers on this page have four digits; the tables themselves, with every "
                 "digit, unit and meaning, are in the run's GeoPackage, CSV and XLSX files. Land on maps: "
                 "Natural Earth, public domain, drawn without borders.</footer>\n</body>\n</html>\n");
    return BK_OK;
}

static bk_status
html_write(bk_context *ctx, const bk_results *results, const char *path, bk_arena *arena)
{
    bki_text        text = {.arena = arena};
    bki_page        page = {.ctx = ctx, .results = results, .arena = arena, .text = &text};
    const bk_table *economies = bk_results_find(results, "economies");

    if (economies)
        page.n_scenarios = bki_cell_texts(economies, "scenario", NULL, arena, &page.scenarios);
    BK_TRY(bki_figures_list(ctx, results, arena, &page.n_figures, &page.figures));
    BK_TRY(put_page(&page));
    if (text.has_failed)
        return bk_arena_ok(arena);
    return bk_file_write(ctx, path, text.bytes, text.length);
}

bk_status
bk_html_write(bk_context *ctx, const bk_results *results, const char *path)
{
    bk_arena arena;

    bk_arena_init(&arena, ctx);
    const bk_status status = html_write(ctx, results, path, &arena);
    bk_arena_release(&arena);
    return status;
}
