/* Things of a model by their names. */
#include "buckle/model.h"

#include <string.h>

/* Arrays of structs whose first member is the id. */
static uint32_t
find_id(const void *items, size_t n, size_t size, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        const char *const *item = (const void *)((const char *)items + i * size);
        if (strcmp(*item, id) == 0)
            return (uint32_t)i;
    }
    return BK_NONE;
}

uint32_t
bk_model_find_node(const bk_model *model, const char *id)
{
    return find_id(model->network.nodes, model->network.n_nodes, sizeof(bk_node), id);
}

uint32_t
bk_model_find_link(const bk_model *model, const char *id)
{
    return find_id(model->network.links, model->network.n_links, sizeof(bk_link), id);
}

uint32_t
bk_model_find_region(const bk_model *model, const char *id)
{
    return find_id(model->economy.regions, model->economy.n_regions, sizeof(bk_region), id);
}

uint32_t
bk_model_find_sector(const bk_model *model, const char *id)
{
    return find_id(model->economy.sectors, model->economy.n_sectors, sizeof(bk_sector), id);
}

uint32_t
bk_model_find_country(const bk_model *model, const char *id)
{
    return find_id(model->countries, model->n_countries, sizeof *model->countries, id);
}
