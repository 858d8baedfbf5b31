/* Which candidate links of a road network to build. */
#include "api/api.h"
#include "buckle/design.h"
#include "buckle/tntp.h"

static double
price_of(const bk_road_network *network, size_t arc)
{
    return network->price ? network->price[arc] : 0.0;
}

static bk_status
record_links(bki_asked *asked, const bk_road_network *network, const bk_design *design, buckle_result *result)
{
    static const bki_column columns[] = {
        {"link", "", "number of the line in the file, from 1", BK_COLUMN_INTEGER},
        {"from", "", "node, from 1", BK_COLUMN_INTEGER},
        {"to", "", "node, from 1", BK_COLUMN_INTEGER},
        {"price", "the budget's unit", "of a candidate; 0: it is there already", BK_COLUMN_NUMBER},
        {"built", "", "1: there already, or to be built", BK_COLUMN_INTEGER},
        {"volume", "the trips' unit", "flow in user equilibrium", BK_COLUMN_NUMBER},
    };
    bki_table *table = BKI_TABLE(result, "design_links", "Links, which of them to build, and their flows", columns,
                                 network->n_arcs, BK_GEOMETRY_NONE);
    size_t     b = 0;

    BK_TRY(bk_arena_ok(asked->arena));
    for (size_t a = 0; a < network->n_arcs; a++) {
        const bool chosen = b < design->n_built && design->built[b] == a;
        b += chosen;
        bki_put_integer(table, (int64_t)a + 1);
        bki_put_integer(table, (int64_t)network->from[a] + 1);
        bki_put_integer(table, (int64_t)network->to[a] + 1);
        bki_put_number(table, price_of(network, a));
        bki_put_integer(table, chosen || price_of(network, a) == 0.0);
        bki_put_number(table, design->flow[a]);
        bki_end_row(table);
    }
    return bki_table_append(asked->ctx, &result->own, table);
}

bk_status
bki_ask_design(bki_asked *asked, buckle_study *handle, buckle_result *result)
{
    bk_design_settings     settings = bk_design_default();
    const char            *net = bki_asked_needed(asked, "net", "a file in TNTP");
    const char            *trips = bki_asked_needed(asked, "trips", "a file in TNTP");
    const double           share = bki_asked_number(asked, "budget-share", 0.0, 1.0, -1.0);
    const bk_road_network *network = NULL;
    const bk_road_demand  *demand = NULL;
    bk_design              design;

    (void)handle;
    settings.node_limit = (size_t)bki_asked_integer(asked, "nodes", 1, 1e9, settings.node_limit);
    BK_TRY(bki_asked_end(asked));
    if (share < 0.0)
        return bk_fail_hint(asked->ctx, BK_ERR_USAGE, "such as 0.5", "design needs budget-share");
    BK_TRY(bk_tntp_network_read(asked->ctx, net, NULL, NULL, asked->arena, &network));
    BK_TRY(bk_tntp_demand_read(asked->ctx, trips, network, 1.0, asked->arena, &demand));
    for (size_t a = 0; a < network->n_arcs; a++)
        settings.budget += share * price_of(network, a);
    BK_TRY(bk_design_solve(asked->ctx, network, demand, &settings, asked->arena, &design));
    BK_TRY(record_links(asked, network, &design, result));
    result->converged = design.proved;
    result->interrupted = design.outcome == BK_CANCELLED;
    const bki_item items[] = {
        {"total_cost", "unit of time x unit of traffic", design.total_cost},
        {"bound", "unit of time x unit of traffic", design.bound},
        {"budget", "unit of price", settings.budget},
        {"spent", "unit of price", design.spent},
        {"proved", "", design.proved},
        {"nodes", "", (double)design.n_nodes},
        {"equilibria", "", (double)design.n_equilibria},
    };
    return bki_record_summary(asked, result, sizeof items / sizeof *items, items);
}
