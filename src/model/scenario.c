/* A model and the measures of a scenario to another model. */
#include "model/scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* ---- faults -------------------------------------------------------------------------------------------------- */

void
bki_edit_fault(bki_edit *edit, bk_status code, bki_at at, const char *hint, const char *format, ...)
{
    char    message[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    bk_fail_at(edit->ctx, code, at.file, at.line, at.column, hint, "%s", message);
    if (edit->first_fault == BK_OK)
        edit->first_fault = code;
}

static const char *
id_of(const void *items, size_t index, size_t size)
{
    return *(const char *const *)((const char *)items + index * size);
}

static const char *
suggestion(bki_edit *edit, const char *name, const void *items, size_t n, size_t size)
{
    bk_names *names = bk_names_create(edit->scratch);

    for (size_t i = 0; names != NULL && i < n; i++)
        bk_names_intern(names, id_of(items, i, size), strlen(id_of(items, i, size)));
    const char *nearest = names != NULL ? bk_names_nearest(names, name, strlen(name)) : NULL;
    return nearest != NULL ? bk_arena_format(edit->scratch, "did you mean '%s'?", nearest) : NULL;
}

uint32_t
bki_edit_find(bki_edit *edit, const bk_name_at *name, const char *what, const void *items, size_t n, size_t size)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(id_of(items, i, size), name->name) == 0)
            return (uint32_t)i;
    bki_edit_fault(edit, BK_ERR_REFERENCE, (bki_at){name->file, name->line, name->column},
                   suggestion(edit, name->name, items, n, size), "there is no %s '%s' in the study", what, name->name);
    return BK_NONE;
}

/* ---- copies -------------------------------------------------------------------------------------------------- */

static void *
copy(bki_edit *edit, const void *source, size_t n, size_t size)
{
    void *target = bk_arena_alloc(edit->arena, n, size);

    if (target != NULL && n > 0)
        memcpy(target, source, n * size);
    return target;
}

bk_link *
bki_edit_links(bki_edit *edit)
{
    if (edit->links == NULL)
        edit->model->network.links = edit->links =
            copy(edit, edit->base->network.links, edit->base->network.n_links, sizeof(bk_link));
    return edit->links;
}

bk_transfer *
bki_edit_transfers(bki_edit *edit)
{
    if (edit->transfers == NULL)
        edit->model->network.transfers = edit->transfers =
            copy(edit, edit->base->network.transfers, edit->base->network.n_transfers, sizeof(bk_transfer));
    return edit->transfers;
}

bk_border *
bki_edit_borders(bki_edit *edit)
{
    if (edit->borders == NULL)
        edit->model->network.borders = edit->borders =
            copy(edit, edit->base->network.borders, edit->base->network.n_borders, sizeof(bk_border));
    return edit->borders;
}

bk_project *
bki_edit_projects(bki_edit *edit)
{
    if (edit->projects == NULL)
        edit->model->projects.projects = edit->projects =
            copy(edit, edit->base->projects.projects, edit->base->projects.n_projects, sizeof(bk_project));
    return edit->projects;
}

bk_sanction *
bki_edit_sanctions(bki_edit *edit)
{
    if (edit->sanctions == NULL)
        edit->model->policy.sanctions = edit->sanctions =
            copy(edit, edit->base->policy.sanctions, edit->base->policy.n_sanctions, sizeof(bk_sanction));
    return edit->sanctions;
}

bk_mode_product *
bki_edit_products(bki_edit *edit)
{
    if (edit->products == NULL)
        edit->model->network.products = edit->products =
            copy(edit, edit->base->network.products, edit->base->network.n_modes * edit->base->economy.n_sectors,
                 sizeof(bk_mode_product));
    return edit->products;
}

bk_sector *
bki_edit_sectors(bki_edit *edit)
{
    if (edit->sectors == NULL)
        edit->model->economy.sectors = edit->sectors =
            copy(edit, edit->base->economy.sectors, edit->base->economy.n_sectors, sizeof(bk_sector));
    return edit->sectors;
}

bk_finance *
bki_edit_finance(bki_edit *edit)
{
    if (edit->finance == NULL)
        edit->model->projects.finance = edit->finance =
            copy(edit, edit->base->projects.finance, edit->base->projects.n_finance, sizeof(bk_finance));
    return edit->finance;
}

/* Factors of the base, or ones. */
static double *
copy_factors(bki_edit *edit, const double *source, size_t n)
{
    double *factors;

    if (source != NULL)
        return copy(edit, source, n, sizeof(double));
    factors = BK_NEW(edit->arena, double, n);
    for (size_t i = 0; factors != NULL && i < n; i++)
        factors[i] = 1.0;
    return factors;
}

static size_t
n_pairs(const bk_model *model)
{
    return model->economy.n_sectors * model->economy.n_regions * model->economy.n_regions;
}

double *
bki_edit_trade_cost(bki_edit *edit)
{
    if (edit->trade_cost == NULL)
        edit->model->economy.trade_cost = edit->trade_cost =
            copy_factors(edit, edit->base->economy.trade_cost, n_pairs(edit->base));
    return edit->trade_cost;
}

double *
bki_edit_productivity(bki_edit *edit)
{
    if (edit->productivity == NULL)
        edit->model->economy.productivity = edit->productivity = copy_factors(
            edit, edit->base->economy.productivity, edit->base->economy.n_sectors * edit->base->economy.n_regions);
    return edit->productivity;
}

bk_status
bki_edit_tariff(bki_edit *edit, size_t index, double rate)
{
    if (edit->model->economy.tariff[index] == rate)
        return BK_OK;
    if (edit->tariff == NULL)
        edit->model->economy.tariff = edit->tariff =
            copy(edit, edit->base->economy.tariff, n_pairs(edit->base), sizeof(double));
    BK_TRY(bk_arena_ok(edit->arena));
    edit->tariff[index] = rate;
    return BK_OK;
}

/* ---- the scenario -------------------------------------------------------------------------------------------- */

/* Those chosen, by id: then sums and products come in one order whatever that of the file. */
static bk_status
choose_measures(bki_edit *edit, const bk_scenario *scenario, const bool *chosen)
{
    const bk_measure **measures = BK_NEW(edit->scratch, const bk_measure *, scenario->n_measures);
    size_t             n = 0;

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < scenario->n_measures; m++) {
        if (chosen != NULL && !chosen[m])
            continue;
        size_t place = n++;
        for (; place > 0 && strcmp(measures[place - 1]->id, scenario->measures[m].id) > 0; place--)
            measures[place] = measures[place - 1];
        measures[place] = &scenario->measures[m];
    }
    for (size_t m = 1; m < n; m++)
        if (strcmp(measures[m - 1]->id, measures[m]->id) == 0)
            bki_edit_fault(edit, BK_ERR_DUPLICATE, (bki_at){scenario->file, 0, 0}, "give each measure an id of its own",
                           "two measures are called '%s'", measures[m]->id);
    edit->measures = measures;
    edit->n_measures = n;
    return BK_OK;
}

static bk_status
apply(bki_edit *edit, const bk_scenario *scenario, const bool *chosen)
{
    BK_TRY(choose_measures(edit, scenario, chosen));
    edit->model = copy(edit, edit->base, 1, sizeof *edit->base);
    BK_TRY(bk_arena_ok(edit->arena));
    BK_TRY(bki_apply_memberships(edit));
    BK_TRY(bki_apply_union_borders(edit));
    BK_TRY(bki_apply_rows(edit));
    BK_TRY(bki_apply_projects(edit));
    BK_TRY(bki_apply_adjustments(edit));
    BK_TRY(bki_apply_sanctions(edit));
    BK_TRY(bki_apply_closures(edit));
    BK_TRY(bki_apply_tolls(edit));
    BK_TRY(bk_arena_ok(edit->scratch));
    return bk_arena_ok(edit->arena);
}

bk_status
bk_scenario_apply(bk_context *ctx, const bk_model *base, const bk_scenario *scenario, const bool *chosen,
                  bk_arena *arena, const bk_model **out)
{
    bk_arena scratch;
    bki_edit edit = {.ctx = ctx, .arena = arena, .scratch = &scratch, .base = base};

    bk_arena_init(&scratch, ctx);
    const bk_status status = apply(&edit, scenario, chosen);
    bk_arena_release(&scratch);
    BK_TRY(status);
    if (edit.first_fault != BK_OK)
        return edit.first_fault;
    *out = edit.model;
    return BK_OK;
}
