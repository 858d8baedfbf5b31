/* Border rows: their values, and whether every crossing has them. */
#include "model/build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const side_words[] = {[BK_EXIT] = "exit", [BK_ENTRY] = "entry"};

#define MEAN_TOLERANCE 0.02 /* of the mean time printed, before the split of it is questioned */

static void
warn_of_mean(bk_builder *builder, const bki_rows *rows, size_t row, const bk_border *border)
{
    const double mean = bki_number_at(rows, row, BORDER_MEAN_HOURS);
    const double split =
        (1 - border->inspected_share) * border->control_hours + border->inspected_share * border->inspection_hours;

    if (!isnan(mean) && fabs(split - mean) > MEAN_TOLERANCE * fmax(mean, 0.1))
        bki_warn(builder, bki_place_of(rows, row, BORDER_MEAN_HOURS),
                 "mean_hours is %g, but control_hours, inspected_share and inspection_hours give %g, which is used",
                 mean, split);
}

void
bki_border_values(bk_builder *builder, const bki_rows *rows, size_t row, bk_border *border)
{
    const double mean = bki_number_or(rows, row, BORDER_MEAN_HOURS, 0);

    border->side = (bk_side)bki_one_of(builder, rows, row, BORDER_SIDE, 2, side_words);
    border->open = true;
    border->customs = bki_number_or(rows, row, BORDER_CUSTOMS, 1) != 0;
    border->control_hours = bki_number_or(rows, row, BORDER_CONTROL_HOURS, mean);
    border->inspected_share = bki_number_or(rows, row, BORDER_INSPECTED_SHARE, 0);
    border->inspection_hours = bki_number_or(rows, row, BORDER_INSPECTION_HOURS, border->control_hours);
    border->hours_sd = bki_number_or(rows, row, BORDER_HOURS_SD, 0);
    border->usd_per_tonne = bki_number_or(rows, row, BORDER_PRICE, 0);
    border->lanes = bki_number_or(rows, row, BORDER_LANES, INFINITY);
    border->service_hours = bki_number_or(rows, row, BORDER_SERVICE_HOURS, 0);
    border->service_cv = bki_number_or(rows, row, BORDER_SERVICE_CV, 1);
    border->tonnes_per_vehicle = bki_number_or(rows, row, BORDER_TONNES_PER_VEHICLE, 1);
    if (isfinite(border->lanes) && isnan(bki_number_at(rows, row, BORDER_TONNES_PER_VEHICLE)))
        bki_fault(builder, BK_ERR_VALUE, bki_place_of(rows, row, BORDER_LANES),
                  "give the net load of a vehicle, or leave lanes empty: no queue is modelled then",
                  "lanes is given, but tonnes_per_vehicle is empty");
    warn_of_mean(builder, rows, row, border);
}

static void
format_key(char *key, size_t size, const char *node, const char *mode, const char *from, const char *to)
{
    snprintf(key, size, "%s|%s|%s|%s", node, mode, from, to);
}

/* A post stands in the country whose side it is. */
static void
check_side(bki_build *build, const bki_rows *rows, size_t row, const bk_border *border)
{
    const uint32_t own = border->side == BK_EXIT ? border->from_country : border->to_country;

    if (border->node == BK_NONE || own == BK_NONE || border->side > BK_ENTRY)
        return;
    const uint32_t country = build->model->network.nodes[border->node].country;
    if (country != BK_NONE && country != own)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, BORDER_SIDE),
                  "exit rows stand at a node of from_country, entry rows at a node of to_country",
                  "the %s row from %s to %s stands at '%s', which is in %s", side_words[border->side],
                  bki_text_at(build->builder, rows, row, BORDER_FROM),
                  bki_text_at(build->builder, rows, row, BORDER_TO),
                  bki_text_at(build->builder, rows, row, BORDER_NODE), build->model->countries[country]);
}

static void
check_countries(bki_build *build, const bki_rows *rows, size_t row, const bk_border *border)
{
    if (border->from_country != BK_NONE && border->from_country == border->to_country)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, BORDER_TO),
                  "a border lies between two countries", "the border row leads from %s to itself",
                  bki_text_at(build->builder, rows, row, BORDER_FROM));
}

static bk_status
add_key(bki_build *build, const bki_rows *rows, size_t row)
{
    const bk_builder *builder = build->builder;
    char              key[512];

    format_key(key, sizeof key, bki_text_at(builder, rows, row, BORDER_NODE),
               bki_text_at(builder, rows, row, BORDER_MODE), bki_text_at(builder, rows, row, BORDER_FROM),
               bki_text_at(builder, rows, row, BORDER_TO));
    const size_t   before = bk_names_count(build->border_keys);
    const uint32_t index = bk_names_intern(build->border_keys, key, strlen(key));
    BK_TRY(bk_arena_ok(build->scratch));
    if (index == before) {
        build->border_of_key[index] = (uint32_t)row;
        return BK_OK;
    }
    bki_fault(build->builder, BK_ERR_DUPLICATE, bki_place_of(rows, row, BORDER_NODE), "remove one of the two rows",
              "the border row %s is there twice, first in line %d", key,
              bki_place_of(rows, build->border_of_key[index], 0).line);
    return BK_OK;
}

static bk_status
build_rows(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_BORDER);
    bk_border      *borders = BK_NEW(build->out, bk_border, rows->n_rows);

    build->border_keys = bk_names_create(build->scratch);
    build->border_of_key = BK_NEW(build->scratch, uint32_t, rows->n_rows);
    BK_TRY(bk_arena_ok(build->out));
    BK_TRY(bk_arena_ok(build->scratch));
    for (size_t row = 0; row < rows->n_rows; row++) {
        bk_border *border = &borders[row];
        border->node = bki_resolve(build, rows, row, BORDER_NODE, &build->nodes);
        border->mode = bki_resolve(build, rows, row, BORDER_MODE, &build->modes);
        border->from_country = bki_resolve(build, rows, row, BORDER_FROM, &build->countries);
        border->to_country = bki_resolve(build, rows, row, BORDER_TO, &build->countries);
        bki_border_values(build->builder, rows, row, border);
        check_side(build, rows, row, border);
        check_countries(build, rows, row, border);
        BK_TRY(add_key(build, rows, row));
    }
    build->model->network.borders = borders;
    build->model->network.n_borders = rows->n_rows;
    return BK_OK;
}

/* ---- what each crossing needs -------------------------------------------------------------------------------- */

/* The row of one side; `at` is the node that pays it. */
static void
require_row(bki_build *build, size_t row, uint32_t at, uint32_t from, uint32_t to, bk_side side)
{
    const bki_rows *links = bki_table(build, BKI_LINK);
    const bk_node  *nodes = build->model->network.nodes;
    const char     *mode = bki_text_at(build->builder, links, row, LINK_MODE);
    char            key[512];

    format_key(key, sizeof key, nodes[at].id, mode, build->model->countries[nodes[from].country],
               build->model->countries[nodes[to].country]);
    const uint32_t found = bk_names_find(build->border_keys, key, strlen(key));
    if (found != BK_NONE && build->model->network.borders[build->border_of_key[found]].side == side)
        return;
    bki_fault(
        build->builder, BK_ERR_REFERENCE, bki_place_of(links, row, LINK_ID),
        bk_arena_format(build->scratch,
                        "add a row to network/border.csv: node_id %s, mode %s, from_country %s, to_country %s, side %s",
                        nodes[at].id, mode, build->model->countries[nodes[from].country],
                        build->model->countries[nodes[to].country], side_words[side]),
        "link '%s' crosses from %s to %s, but network/border.csv has no %s row %s", build->model->network.links[row].id,
        build->model->countries[nodes[from].country], build->model->countries[nodes[to].country], side_words[side],
        key);
}

/* Whether the link can be in use in some model of this study. */
static bool
can_stand(const bki_build *build, const bk_link *link)
{
    const int base_year = (int)build->settings.base_year;

    return bki_link_stands(link, base_year, true) || link->opens > base_year;
}

static void
require_rows(bki_build *build)
{
    const bk_network_data *network = &build->model->network;

    for (size_t l = 0; l < network->n_links; l++) {
        const bk_link *link = &network->links[l];
        if (link->from == BK_NONE || link->to == BK_NONE || link->mode == BK_NONE || !network->mode_crosses[link->mode])
            continue;
        const uint32_t from = network->nodes[link->from].country, to = network->nodes[link->to].country;
        if (from == to || from == BK_NONE || to == BK_NONE || !can_stand(build, link))
            continue;
        require_row(build, l, link->from, link->from, link->to, BK_EXIT);
        require_row(build, l, link->to, link->from, link->to, BK_ENTRY);
        if (link->directed)
            continue;
        require_row(build, l, link->to, link->to, link->from, BK_EXIT);
        require_row(build, l, link->from, link->to, link->from, BK_ENTRY);
    }
}

bk_status
bki_build_borders(bki_build *build)
{
    BK_TRY(build_rows(build));
    require_rows(build);
    return BK_OK;
}
