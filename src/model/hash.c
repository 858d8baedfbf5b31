/* A hash of everything in a model that decides which routes there are: the network, what may change it, the value of
 * time. Field by field, since structs have holes; names of things do not count, what they are does. */
#include "model/build.h"

#include <string.h>

static uint64_t
add_number(uint64_t hash, double number)
{
    return bk_hash(hash, &number, sizeof number);
}

static uint64_t
add_numbers(uint64_t hash, const double *numbers, size_t n)
{
    return numbers ? bk_hash(hash, numbers, n * sizeof *numbers) : hash;
}

static uint64_t
add_integers(uint64_t hash, const int64_t *integers, size_t n)
{
    return bk_hash(hash, integers, n * sizeof *integers);
}

static uint64_t
add_text(uint64_t hash, const char *text)
{
    return text ? bk_hash(hash, text, strlen(text) + 1) : hash;
}

static uint64_t
add_places(uint64_t hash, const bk_network_data *network)
{
    for (size_t i = 0; i < network->n_nodes; i++)
        hash = bk_hash(hash, &network->nodes[i].country, sizeof network->nodes[i].country);
    for (size_t i = 0; i < network->n_modes; i++) {
        hash = add_text(hash, network->modes[i]);
        hash = add_number(hash, network->mode_crosses[i]);
    }
    for (size_t i = 0; i < network->n_zones; i++) {
        const int64_t integers[] = {network->zones[i].region, network->zones[i].node};
        hash = add_integers(hash, integers, 2);
    }
    for (size_t i = 0; i < network->n_constants; i++) {
        const bk_constant *constant = &network->constants[i];
        const int64_t      integers[] = {constant->on_border, constant->target, constant->sector};
        hash = add_number(add_integers(hash, integers, 3), constant->usd_per_tonne);
    }
    return hash;
}

static uint64_t
add_links(uint64_t hash, const bk_network_data *network)
{
    for (size_t i = 0; i < network->n_links; i++) {
        const bk_link *link = &network->links[i];
        const int64_t  integers[] = {link->from,     link->to,       link->mode, link->project,
                                     link->gauge_mm, link->directed, link->open};
        const double   numbers[] = {link->km,       link->kmh,        link->usd_per_tonne_km, link->toll,
                                    link->capacity, link->background, link->hours_sd};
        hash = add_numbers(add_integers(hash, integers, 7), numbers, 7);
    }
    return hash;
}

static uint64_t
add_transfers(uint64_t hash, const bk_network_data *network)
{
    for (size_t i = 0; i < network->n_transfers; i++) {
        const bk_transfer *transfer = &network->transfers[i];
        const int64_t      integers[] = {transfer->node,          transfer->from_mode,   transfer->to_mode,
                                         transfer->from_gauge_mm, transfer->to_gauge_mm, transfer->open};
        const double numbers[] = {transfer->hours, transfer->hours_sd, transfer->usd_per_tonne, transfer->capacity};
        hash = add_numbers(add_integers(hash, integers, 6), numbers, 4);
    }
    return hash;
}

static uint64_t
add_borders(uint64_t hash, const bk_network_data *network)
{
    for (size_t i = 0; i < network->n_borders; i++) {
        const bk_border *border = &network->borders[i];
        const int64_t    integers[] = {border->node, border->mode, border->from_country,    border->to_country,
                                       border->side, border->open, (int64_t)border->customs};
        const double     numbers[] = {border->control_hours, border->inspection_hours, border->inspected_share,
                                      border->hours_sd,      border->usd_per_tonne,    border->lanes,
                                      border->service_hours, border->service_cv,       border->tonnes_per_vehicle};
        hash = add_numbers(add_integers(hash, integers, 7), numbers, 9);
    }
    return hash;
}

static uint64_t
add_products(uint64_t hash, const bk_model *model)
{
    const bk_network_data *network = &model->network;

    for (size_t i = 0; i < network->n_modes * model->economy.n_sectors; i++) {
        const bk_mode_product *product = &network->products[i];
        const double           numbers[] = {product->allowed,
                                            product->money_factor,
                                            product->hours_factor,
                                            product->border_hours_factor,
                                            product->loading_hours,
                                            product->loading_usd_per_tonne,
                                            product->constant_usd_per_tonne};
        hash = add_numbers(hash, numbers, 7);
    }
    return hash;
}

/* What scenarios may open, close or forbid: the universe of routes is made for these as well. */
static uint64_t
add_changes(uint64_t hash, const bk_model *model)
{
    for (size_t i = 0; i < model->projects.n_effects; i++) {
        const bk_effect *effect = &model->projects.effects[i];
        const int64_t    integers[] = {effect->project, effect->target_kind, effect->target};
        hash = add_number(add_text(add_integers(hash, integers, 3), effect->attribute), effect->value);
    }
    for (size_t i = 0; i < model->policy.n_sanctions; i++) {
        const bk_sanction *sanction = &model->policy.sanctions[i];
        const int64_t      integers[] = {sanction->sector, sanction->kind, sanction->in_base, sanction->active};
        hash = add_text(add_text(add_integers(hash, integers, 4), sanction->imposed_by), sanction->target);
        hash = add_number(hash, sanction->usd_per_tonne);
    }
    for (size_t i = 0; i < model->policy.n_members; i++) {
        const bk_member *member = &model->policy.members[i];
        const int64_t    integers[] = {member->agreement, member->country, member->from, member->until};
        hash = add_text(add_integers(hash, integers, 4), member->status);
    }
    return hash;
}

static uint64_t
add_values(uint64_t hash, const bk_model *model)
{
    const bk_economy *economy = &model->economy;

    for (size_t j = 0; j < economy->n_sectors; j++) {
        const double numbers[] = {economy->sectors[j].usd_per_tonne, economy->sectors[j].time_cost_per_day};
        hash = add_numbers(hash, numbers, 2);
    }
    for (size_t n = 0; n < economy->n_regions; n++)
        hash = bk_hash(hash, &economy->regions[n].country, sizeof economy->regions[n].country);
    return add_numbers(hash, economy->usd_per_tonne, economy->n_sectors * economy->n_regions * economy->n_regions);
}

uint64_t
bki_hash_routes(uint64_t hash, const bk_model *model)
{
    const size_t n_shares = model->network.n_zones * model->economy.n_sectors;

    for (size_t c = 0; c < model->n_countries; c++)
        hash = add_text(hash, model->countries[c]);
    hash = add_places(hash, &model->network);
    hash = add_links(hash, &model->network);
    hash = add_transfers(hash, &model->network);
    hash = add_borders(hash, &model->network);
    hash = add_products(hash, model);
    hash = add_numbers(hash, model->network.origin_share, n_shares);
    hash = add_numbers(hash, model->network.destination_share, n_shares);
    return add_values(add_changes(hash, model), model);
}
