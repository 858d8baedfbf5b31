/* A study's model after the changes of a calibration; what does not change is shared. */
#include "study/calibrate.h"
#include "study/lookup.h"

#include <math.h>
#include <string.h>

/* Defaults where a study does not say what may move: the prior of a constant in USD/t, and that of ln route noise. */
#define CONSTANT_PRIOR_SD 100.0
#define NOISE_PRIOR_SD    0.3
#define CONSTANT_BOUND    1000.0
#define NOISE_BOUND       1.0

bool
bki_parameter_has(const bk_model *model, const bk_parameter *parameter, uint32_t sector)
{
    const char *at = parameter->sectors;

    if (sector == BK_NONE || at[0] == '\0')
        return at[0] == '\0';
    const char  *id = model->economy.sectors[sector].id;
    const size_t length = strlen(id);
    for (; (at = strstr(at, id)) != NULL; at += length)
        if ((at == parameter->sectors || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

static void
change_constants(const bk_model *model, const bk_parameter *parameter, double change, bk_constant *constants)
{
    for (size_t c = 0; c < model->network.n_constants; c++)
        if (strcmp(constants[c].screenline, parameter->target) == 0 &&
            bki_parameter_has(model, parameter, constants[c].sector))
            constants[c].usd_per_tonne += change;
}

static void
change_mode(const bk_model *model, const bk_parameter *parameter, double change, bk_mode_product *products)
{
    const size_t n_sectors = model->economy.n_sectors;

    for (size_t m = 0; m < model->network.n_modes; m++)
        for (uint32_t j = 0; j < n_sectors; j++)
            if (strcmp(model->network.modes[m], parameter->target) == 0 && bki_parameter_has(model, parameter, j) &&
                products[m * n_sectors + j].allowed)
                products[m * n_sectors + j].constant_usd_per_tonne += change;
}

/* Of links with both ends in the country. */
static void
change_background(const bk_model *model, const bk_parameter *parameter, double change, bk_link *links)
{
    const uint32_t country = bk_model_find_country(model, parameter->target);

    for (size_t l = 0; l < model->network.n_links; l++)
        if (model->network.nodes[links[l].from].country == country &&
            model->network.nodes[links[l].to].country == country)
            links[l].background *= exp(change);
}

static void *
copy_of(bk_arena *arena, const void *items, size_t n, size_t size)
{
    void *copy = bk_arena_alloc(arena, n + 1, size);

    if (copy != NULL && n > 0)
        memcpy(copy, items, n * size);
    return copy;
}

bk_status
bki_calibrate_apply(const bk_model *model, const bk_parameter *parameters, size_t n, const double *change,
                    bk_arena *arena, const bk_model **out)
{
    const bk_network_data *network = &model->network;
    const size_t           n_products = network->n_modes * model->economy.n_sectors;
    bk_model              *made = BK_NEW(arena, bk_model, 1);
    bk_constant           *constants = copy_of(arena, network->constants, network->n_constants, sizeof *constants);
    bk_mode_product       *products = copy_of(arena, network->products, n_products, sizeof *products);
    bk_link               *links = copy_of(arena, network->links, network->n_links, sizeof *links);

    BK_TRY(bk_arena_ok(arena));
    *made = *model;
    made->network.constants = constants;
    made->network.products = products;
    made->network.links = links;
    for (size_t k = 0; k < n; k++)
        switch (parameters[k].kind) {
        case BK_FIT_CONSTANT:
            change_constants(model, &parameters[k], change[k], constants);
            break;
        case BK_FIT_MODE_CONSTANT:
            change_mode(model, &parameters[k], change[k], products);
            break;
        case BK_FIT_ROUTE_NOISE:
            made->transport.route_noise *= exp(change[k]);
            break;
        case BK_FIT_BACKGROUND:
            change_background(model, &parameters[k], change[k], links);
            break;
        }
    *out = made;
    return BK_OK;
}

bk_status
bki_calibrate_borders(const bk_model *model, const bk_dwell_change *changes, size_t n, bk_arena *arena,
                      const bk_model **out)
{
    bk_model  *made = BK_NEW(arena, bk_model, 1);
    bk_border *borders = copy_of(arena, model->network.borders, model->network.n_borders, sizeof *borders);

    BK_TRY(bk_arena_ok(arena));
    *made = *model;
    made->network.borders = borders;
    for (size_t c = 0; c < n; c++) {
        bk_border *row = &borders[changes[c].dwell->border];
        if (!changes[c].used)
            continue;
        row->control_hours = changes[c].control_hours;
        row->inspection_hours = changes[c].inspection_hours;
        row->hours_sd = changes[c].hours_sd;
    }
    *out = made;
    return BK_OK;
}

bk_status
bki_calibrate_parameters(const bk_model *model, bk_arena *arena, size_t *n, const bk_parameter **out)
{
    const bk_network_data *network = &model->network;
    bk_parameter          *made = BK_NEW(arena, bk_parameter, network->n_constants + 1);
    size_t                 count = 0;

    *n = model->n_parameters;
    *out = model->parameters;
    BK_TRY(bk_arena_ok(arena));
    if (*n > 0)
        return BK_OK;
    for (size_t c = 0; c < network->n_constants; c++) {
        bool is_new = true;
        for (size_t k = 0; k < count; k++)
            is_new &= strcmp(made[k].target, network->constants[c].screenline) != 0;
        if (is_new)
            made[count++] = (bk_parameter){.id = network->constants[c].screenline,
                                           .kind = BK_FIT_CONSTANT,
                                           .target = network->constants[c].screenline,
                                           .sectors = "",
                                           .prior_sd = CONSTANT_PRIOR_SD,
                                           .least = -CONSTANT_BOUND,
                                           .most = CONSTANT_BOUND};
    }
    made[count++] = (bk_parameter){.id = "route_noise",
                                   .kind = BK_FIT_ROUTE_NOISE,
                                   .target = "",
                                   .sectors = "",
                                   .prior_sd = NOISE_PRIOR_SD,
                                   .least = -NOISE_BOUND,
                                   .most = NOISE_BOUND};
    *n = count;
    *out = made;
    return BK_OK;
}
