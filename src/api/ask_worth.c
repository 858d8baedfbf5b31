/* What a facility is worth at the margin, and what a claimed gain would take. */
#include "api/api.h"
#include "buckle/margins.h"
#include "buckle/worth.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- value --------------------------------------------------------------------------------------------------------
 */

/* Facilities by what they are worth to one economy, or to the world. */
static bk_status
record_ranking(bki_asked *asked, const bk_margins *margins, uint32_t region, bk_margin_rank rank, size_t top,
               buckle_result *result)
{
    static const bki_column columns[] = {
        {"kind", "", "link, transfer or border", BK_COLUMN_TEXT},
        {"facility", "", "link; or place, modes and countries", BK_COLUMN_TEXT},
        {"name", "", "for reading", BK_COLUMN_TEXT},
        {"economy", "", "whose gain ranks the list", BK_COLUMN_TEXT},
        {"gain", "USD/yr", "of that economy from one unit, everything answered", BK_COLUMN_NUMBER},
        {"world", "USD/yr", "of all economies", BK_COLUMN_NUMBER},
        {"tonnes", "t/yr", "trade that passes", BK_COLUMN_NUMBER},
    };
    uint32_t    *order = BK_NEW(asked->arena, uint32_t, margins->n + 1);
    const size_t n = top == 0 || top > margins->n ? margins->n : top;
    bki_table *table = BKI_TABLE(result, "value_ranking", "Where one unit matters most", columns, n, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    BK_TRY(bk_margins_rank(asked->ctx, margins, region, rank, order));
    for (size_t i = 0; i < n; i++) {
        const bk_margin *row = &margins->facilities[order[i]];
        bki_put_text(table, row->kind);
        bki_put_text(table, row->id);
        bki_put_text(table, row->name);
        bki_put_text(table, region == BK_NONE ? "world" : margins->model->economy.regions[region].id);
        bki_put_number(table, bk_margin_of(margins, row, region, rank));
        bki_put_number(table, row->world[rank]);
        bki_put_number(table, row->tonnes);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

/* What an attribute of a row of border.csv is worth, economy by economy. */
static bk_status
record_posts(bki_asked *asked, const bk_margins *margins, buckle_result *result)
{
    static const bki_column columns[] = {
        {"facility", "", "place, mode and countries", BK_COLUMN_TEXT},
        {"economy", "", "who gains", BK_COLUMN_TEXT},
        {"per_control_hour", "USD/yr", "from an hour less of control, for those released and those inspected alike",
         BK_COLUMN_NUMBER},
        {"per_share_point", "USD/yr", "from a hundredth less of traffic inspected", BK_COLUMN_NUMBER},
        {"per_spread_hour", "USD/yr", "from an hour less of standard deviation", BK_COLUMN_NUMBER},
        {"per_lane", "USD/yr", "from a lane more", BK_COLUMN_NUMBER},
        {"per_service_hour", "USD/yr", "from an hour less of service", BK_COLUMN_NUMBER},
    };
    const bk_network_data *network = &margins->model->network;
    const bk_joint_values *values = &margins->values;
    const double *const    parts[] = {values->per_control_hour, values->per_share_point, values->per_spread_hour,
                                      values->per_lane, values->per_service_hour};
    const size_t           first = network->n_links + network->n_transfers, n_regions = values->n_regions;
    bki_table *table = BKI_TABLE(result, "value_posts", "What the attributes of border posts are worth", columns,
                                 margins->n * n_regions, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t i = 0; i < margins->n; i++) {
        const bk_margin *row = &margins->facilities[i];
        for (size_t n = 0; row->facility >= first && n < n_regions; n++) {
            bki_put_text(table, row->id);
            bki_put_text(table, margins->model->economy.regions[n].id);
            for (size_t p = 0; p < sizeof parts / sizeof *parts; p++)
                bki_put_number(table, parts[p][(row->facility - first) * n_regions + n]);
            bki_end_row(table);
        }
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_ask_value(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_joint_settings    joint = bk_joint_default_settings();
    bk_margins          *margins = BK_NEW(asked->arena, bk_margins, 1);
    const char          *scenario = bki_asked_text(asked, "scenario"), *economy = bki_asked_text(asked, "economy");
    const bk_margin_rank rank = (bk_margin_rank)bki_asked_choice(asked, "by", "hour usd capacity", BK_MARGIN_HOUR);
    const size_t         top = (size_t)bki_asked_integer(asked, "top", 0, 1e6, 15);
    const bki_cast       cast = {.n = scenario ? 1 : 0, .names = &scenario, .base = true, .deficits = -1};
    const bk_study      *study = NULL;
    size_t               region = BK_NONE;

    joint.tolerance = bki_asked_tolerance(asked, joint.tolerance);
    BK_TRY(bki_asked_end(asked));
    if (economy)
        BK_TRY(bk_study_region(asked->ctx, handle->study, economy, asked->arena, &region));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(bk_study_margins(asked->ctx, study, cast.n, &joint, asked->engine->cache_folder, asked->arena, margins));
    for (size_t t = 0; t < margins->results.n_tables; t++)
        BK_TRY(bk_results_append(asked->ctx, &result->own, margins->results.tables[t]));
    BK_TRY(record_ranking(asked, margins, (uint32_t)region, rank, top, result));
    BK_TRY(record_posts(asked, margins, result));
    result->converged = margins->solution->outcome == BK_CONVERGED;
    result->interrupted = margins->solution->outcome == BK_CANCELLED;
    result->residual = bk_joint_residual(margins->solution);
    return BK_OK;
}

/* ---- claim --------------------------------------------------------------------------------------------------------
 */

static bk_status
record_claim(bki_asked *asked, const bk_claim *claim, buckle_result *result)
{
    static const char *const states[] = {"reached", "out-of-reach", "nothing-to-cut"};
    static const bki_column  columns[] = {
         {"channel", "", "what is cut, by itself", BK_COLUMN_TEXT},
         {"what", "", "the same in words", BK_COLUMN_TEXT},
         {"state", "", "reached, out-of-reach (cut is then the one that gains most) or nothing-to-cut", BK_COLUMN_TEXT},
         {"cut", "share", "that brings the gain: 0.3 takes 30 % off", BK_COLUMN_NUMBER},
         {"most", "share", "largest cut tried", BK_COLUMN_NUMBER},
         {"gain_pct", "%", "of real income, at that cut", BK_COLUMN_NUMBER},
         {"first_order_pct", "%", "of real income for each point of cut, from the first small one", BK_COLUMN_NUMBER},
         {"equilibria", "", "solved", BK_COLUMN_INTEGER},
         {"residual", "", "the largest of their certificates", BK_COLUMN_NUMBER},
    };
    bki_table *table = BKI_TABLE(result, "claim", "What it would take, one channel at a time", columns,
                                 claim->n_channels, BK_GEOMETRY_NONE);

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t c = 0; c < claim->n_channels; c++) {
        const bk_claim_channel *channel = &claim->channels[c];
        const bool              nothing = channel->state == BK_CLAIM_NOTHING;
        bki_put_text(table, channel->id);
        bki_put_text(table, channel->what);
        bki_put_text(table, states[channel->state]);
        bki_put_number(table, nothing ? (double)NAN : channel->cut);
        bki_put_number(table, channel->most);
        bki_put_number(table, nothing ? (double)NAN : channel->gain_pct);
        bki_put_number(table, nothing ? (double)NAN : channel->first_order_pct);
        bki_put_integer(table, (int64_t)channel->n_states);
        bki_put_number(table, channel->residual);
        bki_end_row(table);
        result->residual = fmax(result->residual, channel->residual);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

/* "1%", "1 %", "0.5": percent of real income. */
static bk_status
read_gain(bki_asked *asked, const char *text, double *out)
{
    char *end = NULL;

    *out = strtod(text, &end);
    if (end != text && strspn(end, " %") == strlen(end) && *out > 0.0 && isfinite(*out))
        return BK_OK;
    return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "such as 1%", "claim: gain is '%s', must be a percentage above 0",
                        text);
}

bk_status
bki_ask_claim(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_joint_settings joint = bk_joint_default_settings();
    const char       *economy = bki_asked_needed(asked, "economy", "such as KAZ");
    const char       *gain = bki_asked_needed(asked, "gain", "such as 1%");
    const bki_cast    cast = {.base = true, .deficits = -1};
    const bk_study   *study = NULL;
    const bk_claim   *claim = NULL;
    double            target = 0.0;
    uint32_t          country = BK_NONE;

    joint.tolerance = bki_asked_tolerance(asked, joint.tolerance);
    BK_TRY(bki_asked_end(asked));
    BK_TRY(read_gain(asked, gain, &target));
    BK_TRY(bki_find_countries(asked, handle->study, 1, &economy, &country));
    BK_TRY(bki_open_scenarios(asked, handle, &cast, &study));
    BK_TRY(
        bk_study_claim(asked->ctx, study, country, target, &joint, asked->engine->cache_folder, asked->arena, &claim));
    result->converged = claim->converged;
    return record_claim(asked, claim, result);
}
