/* A brief as Markdown and as a page. */
#include "buckle/brief.h"
#include "io/text.h"

#include <string.h>

static const char rules[] = "Every sentence follows from the numbers by the rules in docs/how-to/brief.md; none is "
                            "written for one result.";

/* What the intervals are of. */
static const char *
method(const bk_brief *brief, bk_arena *arena)
{
    if (brief->n_draws == 0)
        return bk_arena_format(arena,
                               "No inputs were drawn: a figure without an interval is a single value at the study's "
                               "own. %s",
                               rules);
    return bk_arena_format(
        arena,
        "Intervals are of %zu draws of what the study says is in doubt, one set for all "
        "questions%s; a figure without one is a single value at the study's own inputs. %s",
        brief->n_draws,
        brief->n_lost > 0 ? bk_arena_format(arena, " (%zu more had no equilibrium)", brief->n_lost) : "", rules);
}

const char *
bk_brief_markdown(const bk_brief *brief, bk_arena *arena, size_t *length)
{
    bki_text out = {.arena = arena};

    bki_text_format(&out, "# %s: eighteen questions about %s%s\n\n", brief->facts.economy, brief->facts.scenario,
                    brief->facts.interrupted ? " (interrupted)" : "");
    bki_text_format(&out, "%s. %.0f %% of the input rows are estimates. %s\n\n",
                    brief->converged
                        ? bk_arena_format(arena, "Every state is an equilibrium (residual %.0e)", brief->residual)
                        : "**Not every state converged**",
                    100.0 * brief->estimates, method(brief, arena));
    bki_text_add(&out, "| # | claim | verdict | the model says | how sure | rests on (share of estimates) | look at |\n"
                       "| --- | --- | --- | --- | --- | --- | --- |\n");
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *a = &brief->answers[q];
        bki_text_format(&out, "| %d | %s | **%s** | %s | %s | %s | `%s` |\n", a->number, a->claim,
                        bk_verdict_name(a->verdict), a->sentence, a->doubt ? a->doubt : "",
                        a->rests_on ? a->rests_on : "", a->behind);
    }
    if (brief->n_warnings > 0)
        bki_text_add(&out, "\n## Warnings of the runs\n\n");
    for (size_t w = 0; w < brief->n_warnings; w++)
        bki_text_format(&out, "- %s\n", brief->warnings[w]);
    *length = out.length;
    return out.has_failed || arena->failed ? NULL : out.bytes;
}

/* `text` NULL: empty, or memory is short, which makes the whole NULL. */
static void
cell(bki_text *out, const char *tag, const char *text)
{
    bki_text_format(out, "<%s>", tag);
    bki_text_xml(out, text ? text : "");
    bki_text_format(out, "</%s>", tag);
}

const char *
bk_brief_html(const bk_brief *brief, bk_arena *arena, size_t *length)
{
    bki_text out = {.arena = arena};

    bki_text_add(&out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
                       "content=\"width=device-width, initial-scale=1\"><title>");
    bki_text_xml(&out, brief->facts.economy);
    bki_text_add(&out, "</title><style>body{font:16px/1.5 Georgia,serif;max-width:62rem;margin:2rem auto;padding:0 "
                       "1rem;color:#1a1a1a;background:#fff}"
                       "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:."
                       "5rem .6rem;border-bottom:1px solid #ccc}"
                       "th{font-weight:600}td:nth-child(3){white-space:nowrap;font-weight:600}code{font-size:.85em}</"
                       "style></head><body>\n");
    cell(&out, "h1",
         bk_arena_format(arena, "%s: eighteen questions about %s%s", brief->facts.economy, brief->facts.scenario,
                         brief->facts.interrupted ? " (interrupted)" : ""));
    cell(&out, "p",
         bk_arena_format(arena, "%s %.0e. %.0f %% of the input rows are estimates. %s",
                         brief->converged ? "Every state is an equilibrium, residual"
                                          : "Not every state converged, residual",
                         brief->residual, 100.0 * brief->estimates, method(brief, arena)));
    bki_text_add(
        &out, "<table><caption>Claims and what the model says of them</caption><thead><tr><th scope=\"col\">#</th><th "
              "scope=\"col\">claim</th><th scope=\"col\">verdict</th><th scope=\"col\">the model "
              "says</th><th scope=\"col\">how sure</th><th scope=\"col\">rests on (share of estimates)</th><th "
              "scope=\"col\">look "
              "at</th></tr></thead><tbody>\n");
    for (int q = 0; q < BK_BRIEF_QUESTIONS; q++) {
        const bk_brief_answer *a = &brief->answers[q];
        bki_text_format(&out, "<tr><td>%d</td>", a->number);
        cell(&out, "td", a->claim);
        cell(&out, "td", bk_verdict_name(a->verdict));
        cell(&out, "td", a->sentence);
        cell(&out, "td", a->doubt);
        cell(&out, "td", a->rests_on);
        bki_text_add(&out, "<td>");
        cell(&out, "code", a->behind);
        bki_text_add(&out, "</td></tr>\n");
    }
    bki_text_add(&out, "</tbody></table>\n");
    for (size_t w = 0; w < brief->n_warnings; w++)
        cell(&out, "p", bk_arena_format(arena, "Warning: %s", brief->warnings[w]));
    bki_text_add(&out, "</body></html>\n");
    *length = out.length;
    return out.has_failed || arena->failed ? NULL : out.bytes;
}
