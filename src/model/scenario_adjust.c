/* Adjustments: numbers of rows set, multiplied, added to.  All that the measures ask of one number is gathered first,
 * so that their order cannot matter: (the value given, or what stands there) x factors + what is added. */
#include "model/adjust.h"
#include "model/scenario.h"

#include <math.h>
#include <string.h>

typedef struct resolved { /* an adjustment whose names are found */
    const bk_measure    *measure;
    const bk_adjustment *adjustment;
    const bki_attribute *attribute;
    bool                *chosen[BKI_MOST_SELECTORS]; /* [bki_noun_count] NULL: all */
} resolved;

typedef struct change {         /* of one number */
    const resolved *set, *last; /* that gives its value; that asked last; NULL: none */
    double          factor, add;
} change;

typedef struct adjustments {
    bki_edit *edit;
    size_t    n;
    resolved *all; /* [n] */
} adjustments;

static bki_at
at_name(const bk_name_at *name)
{
    return (bki_at){name->file, name->line, name->column};
}

static bki_at
at_value(const bk_adjustment *adjustment)
{
    return (bki_at){adjustment->file, adjustment->line, adjustment->column};
}

/* ---- names found ------------------------------------------------------------------------------------------------ */

/* "did you mean 'x'?", or "known are a, b": of few words, or of names. */
static const char *
hint_of(bki_edit *edit, const bk_names *names, const char *text)
{
    const char *nearest = names != NULL ? bk_names_nearest(names, text, strlen(text)) : NULL;
    const char *list = "known are";

    if (nearest != NULL)
        return bk_arena_format(edit->scratch, "did you mean '%s'?", nearest);
    if (names == NULL || bk_names_count(names) > 16)
        return NULL;
    for (uint32_t i = 0; list != NULL && i < bk_names_count(names); i++)
        list = bk_arena_format(edit->scratch, "%s%s %s", list, i > 0 ? "," : "", bk_names_text(names, i));
    return list;
}

static bk_target_kind
find_target(bki_edit *edit, const bk_adjustment *adjustment)
{
    bk_names *names = bk_names_create(edit->scratch);

    for (size_t t = 0; t < BK_TARGET_COUNT; t++) {
        if (strcmp(bki_targets[t].name, adjustment->target.name) == 0)
            return (bk_target_kind)t;
        if (names != NULL)
            bk_names_intern(names, bki_targets[t].name, strlen(bki_targets[t].name));
    }
    bki_edit_fault(edit, BK_ERR_REFERENCE, at_name(&adjustment->target), hint_of(edit, names, adjustment->target.name),
                   "'%s' is nothing that can be adjusted", adjustment->target.name);
    return BK_TARGET_COUNT;
}

static const bki_attribute *
find_attribute(bki_edit *edit, const bk_adjustment *adjustment, bk_target_kind kind)
{
    const bki_attribute *found = bki_attribute_find(kind, adjustment->attribute.name), *other;
    bk_names            *names = bk_names_create(edit->scratch);

    if (found != NULL && bki_is_adjustable(found))
        return found;
    for (size_t a = 0; names != NULL && (other = bki_attribute_get(a)) != NULL; a++)
        if (other->target_kind == kind && bki_is_adjustable(other))
            bk_names_intern(names, bki_attribute_column(other)->name, strlen(bki_attribute_column(other)->name));
    bki_edit_fault(edit, BK_ERR_REFERENCE, at_name(&adjustment->attribute),
                   hint_of(edit, names, adjustment->attribute.name), "attribute '%s' of a %s cannot be adjusted",
                   adjustment->attribute.name, bki_targets[kind].name);
    return NULL;
}

/* Chooses those of that name; regions also by the name of their country. */
static bool
choose(const bk_model *model, bki_noun noun, const char *name, bool by_country, bool *chosen)
{
    bool any = false;

    for (size_t i = 0; i < bki_noun_count(model, noun); i++) {
        const char *text =
            by_country ? model->countries[model->economy.regions[i].country] : bki_noun_text(model, noun, i);
        if (strcmp(text, name) == 0)
            any = chosen[i] = true;
    }
    return any;
}

static void
choose_name(bki_edit *edit, const bk_name_at *name, bki_noun noun, bool *chosen)
{
    const bk_model *model = edit->base;
    bk_names       *names = bk_names_create(edit->scratch);

    if (choose(model, noun, name->name, false, chosen) ||
        (noun == BKI_NOUN_REGION && choose(model, noun, name->name, true, chosen)))
        return;
    for (size_t i = 0; names != NULL && i < bki_noun_count(model, noun); i++)
        bk_names_intern(names, bki_noun_text(model, noun, i), strlen(bki_noun_text(model, noun, i)));
    bki_edit_fault(edit, BK_ERR_REFERENCE, at_name(name), hint_of(edit, names, name->name),
                   "there is no %s '%s' in the study", bki_noun_name(noun), name->name);
}

static bk_status
resolve_selector(bki_edit *edit, const bk_selector *selector, bk_target_kind kind, resolved *out)
{
    const bki_target *target = &bki_targets[kind];
    bk_names         *names = bk_names_create(edit->scratch);

    for (size_t s = 0; s < target->n_selectors; s++) {
        if (names != NULL)
            bk_names_intern(names, target->selectors[s].key, strlen(target->selectors[s].key));
        if (strcmp(target->selectors[s].key, selector->key) != 0)
            continue;
        const bki_noun noun = target->selectors[s].noun;
        out->chosen[s] = BK_NEW(edit->scratch, bool, bki_noun_count(edit->base, noun) + 1);
        BK_TRY(bk_arena_ok(edit->scratch));
        for (size_t i = 0; i < selector->n_names; i++)
            choose_name(edit, &selector->names[i], noun, out->chosen[s]);
        return BK_OK;
    }
    bki_edit_fault(edit, BK_ERR_SCHEMA, (bki_at){out->adjustment->file, selector->line, selector->column},
                   hint_of(edit, names, selector->key), "rows of a %s are not chosen by '%s'", target->name,
                   selector->key);
    return bk_arena_ok(edit->scratch);
}

static bk_status
resolve(bki_edit *edit, const bk_measure *measure, const bk_adjustment *adjustment, resolved *out)
{
    const size_t         before = bk_error_count(edit->ctx);
    const bk_target_kind kind = find_target(edit, adjustment);

    *out = (resolved){.measure = measure, .adjustment = adjustment};
    if (kind == BK_TARGET_COUNT)
        return bk_arena_ok(edit->scratch);
    out->attribute = find_attribute(edit, adjustment, kind);
    for (size_t s = 0; s < adjustment->n_selectors; s++)
        BK_TRY(resolve_selector(edit, &adjustment->selectors[s], kind, out));
    if (out->attribute != NULL && out->attribute->type != 'd' && adjustment->operation != BK_ADJUST_VALUE)
        bki_edit_fault(edit, BK_ERR_VALUE, at_value(adjustment), "write value: and the new one",
                       "%s is no quantity: it can be given a value alone", adjustment->attribute.name);
    if (bk_error_count(edit->ctx) > before)
        out->attribute = NULL; /* nothing more is said of it */
    return bk_arena_ok(edit->scratch);
}

/* ---- what is asked of each number ------------------------------------------------------------------------------- */

static bool
is_chosen(const bki_edit *edit, const resolved *by, size_t row)
{
    const bk_target_kind kind = by->attribute->target_kind;
    const bki_target    *target = &bki_targets[kind];

    for (size_t s = 0; s < target->n_selectors; s++) {
        const uint32_t key = by->chosen[s] != NULL ? target->key(edit->base, row, s) : BK_NONE;
        if (by->chosen[s] != NULL && (key == BK_NONE || !by->chosen[s][key]))
            return false;
    }
    return (kind != BK_TARGET_TARIFF && kind != BK_TARGET_TRADE_COST) ||
           target->key(edit->base, row, 1) != target->key(edit->base, row, 2);
}

/* Whether the row is of a country that is left out. */
static bool
is_left_out(const bki_edit *edit, const resolved *by, size_t row)
{
    const bool      *left_out = by->adjustment->left_out;
    const bki_owners owners = bki_owners_of(edit->base, by->attribute->target_kind, row);

    return left_out != NULL &&
           ((owners.one != BK_NONE && left_out[owners.one]) || (owners.other != BK_NONE && left_out[owners.other]));
}

/* "a2|rail|AAA|BBB|exit" */
static const char *
row_name(bki_edit *edit, bk_target_kind kind, size_t row)
{
    const bki_target *target = &bki_targets[kind];
    const char       *name = "";
    const bool        is_link = kind == BK_TARGET_LINK; /* the first key is a name of its own */

    for (size_t s = 0; name != NULL && s < (is_link ? 1 : target->n_selectors); s++) {
        const uint32_t key = target->key(edit->base, row, s);
        name = bk_arena_format(edit->scratch, "%s%s%s", name, s > 0 ? "|" : "",
                               key != BK_NONE ? bki_noun_text(edit->base, target->selectors[s].noun, key) : "");
    }
    return name != NULL ? name : "";
}

static void
fault_differ(bki_edit *edit, const resolved *set, const char *other, double value, size_t row)
{
    bki_edit_fault(edit, BK_ERR_CONFLICT, at_value(set->adjustment), "leave it to one of the two",
                   "measure '%s' sets %s of %s %s to %.9g, but '%s' sets it to %.9g", set->measure->id,
                   set->adjustment->attribute.name, set->adjustment->target.name,
                   row_name(edit, set->attribute->target_kind, row), set->adjustment->value, other, value);
}

static void
ask(bki_edit *edit, const resolved *by, size_t row, change *of)
{
    const double value = by->adjustment->value;

    switch (by->adjustment->operation) {
    case BK_ADJUST_VALUE:
        if (of->set != NULL && of->set->adjustment->value != value)
            fault_differ(edit, by, of->set->measure->id, of->set->adjustment->value, row);
        of->set = by;
        break;
    case BK_ADJUST_FACTOR:
        of->factor *= value;
        break;
    case BK_ADJUST_ADD:
        of->add += value;
        break;
    }
    of->last = by;
}

/* Gathers; an adjustment that finds no row is a fault.  One fault of values that differ is enough for each. */
static void
gather(const adjustments *list, const bki_attribute *attribute, change *changes)
{
    bki_edit    *edit = list->edit;
    const size_t n = bki_targets[attribute->target_kind].count(edit->base);

    for (size_t i = 0; i < list->n; i++) {
        const resolved *by = &list->all[i];
        const size_t    before = bk_error_count(edit->ctx);
        bool            any = false;
        if (by->attribute != attribute)
            continue;
        for (size_t row = 0; row < n && bk_error_count(edit->ctx) == before; row++)
            if (is_chosen(edit, by, row)) {
                any = true;
                if (!is_left_out(edit, by, row))
                    ask(edit, by, row, &changes[row]);
            }
        if (!any && bk_error_count(edit->ctx) == before)
            bki_edit_fault(edit, BK_ERR_REFERENCE, at_name(&by->adjustment->target),
                           "leave out a key to choose more of them", "no %s is chosen by this adjustment",
                           by->adjustment->target.name);
    }
}

/* Rows of another measure that give the same number another value. */
static void
check_against_rows(bki_edit *edit, const bki_attribute *attribute, const change *changes)
{
    for (size_t m = 0; m < edit->n_measures; m++) {
        const bk_measure *measure = edit->measures[m];
        for (size_t b = 0; attribute->target_kind == BK_TARGET_BORDER && b < measure->n_borders; b++) {
            const uint32_t  row = bki_find_border(&edit->base->network, &measure->borders[b]);
            const resolved *set = row != BK_NONE ? changes[row].set : NULL;
            const double    value = bki_attribute_read(attribute, &measure->borders[b]);
            if (set != NULL && set->measure != measure && set->adjustment->value != value)
                fault_differ(edit, set, measure->id, value, row);
        }
        for (size_t t = 0; attribute->target_kind == BK_TARGET_TARIFF && t < measure->n_tariffs; t++) {
            const size_t    row = bki_pair_index(&edit->base->economy, &measure->tariffs[t]);
            const resolved *set = changes[row].set;
            if (set != NULL && set->measure != measure && set->adjustment->value != measure->tariffs[t].value)
                fault_differ(edit, set, measure->id, measure->tariffs[t].value, row);
        }
    }
}

/* ---- the numbers ------------------------------------------------------------------------------------------------ */

/* The row in the scenario's own copy; NULL if memory is short, or for tariffs, which are set one by one. */
static void *
row_of(bki_edit *edit, bk_target_kind kind, size_t row)
{
    void *rows = NULL;

    switch (kind) {
    case BK_TARGET_LINK:
        rows = bki_edit_links(edit);
        return rows != NULL ? (bk_link *)rows + row : NULL;
    case BK_TARGET_TRANSFER:
        rows = bki_edit_transfers(edit);
        return rows != NULL ? (bk_transfer *)rows + row : NULL;
    case BK_TARGET_BORDER:
        rows = bki_edit_borders(edit);
        return rows != NULL ? (bk_border *)rows + row : NULL;
    case BK_TARGET_MODE:
        rows = bki_edit_products(edit);
        return rows != NULL ? (bk_mode_product *)rows + row : NULL;
    case BK_TARGET_SECTOR:
        rows = bki_edit_sectors(edit);
        return rows != NULL ? (bk_sector *)rows + row : NULL;
    case BK_TARGET_TRADE_COST:
        rows = bki_edit_trade_cost(edit);
        return rows != NULL ? (double *)rows + row : NULL;
    case BK_TARGET_PRODUCTIVITY:
        rows = bki_edit_productivity(edit);
        return rows != NULL ? (double *)rows + row : NULL;
    case BK_TARGET_PROJECT:
        rows = bki_edit_projects(edit);
        return rows != NULL ? (bk_project *)rows + row : NULL;
    case BK_TARGET_FINANCE:
        rows = bki_edit_finance(edit);
        return rows != NULL ? (bk_finance *)rows + row : NULL;
    case BK_TARGET_TARIFF:
    case BK_TARGET_COUNT:
        break;
    }
    return NULL;
}

/* Whether the number may stand in its column; else a fault. */
static bool
check_range(bki_edit *edit, const bki_attribute *attribute, const change *of, size_t row, double value)
{
    const bk_column_schema *column = bki_attribute_column(attribute);
    const bool              flag = attribute->type == 'b', whole = attribute->type != 'd';
    const double            least = flag ? 0.0 : column->least, most = flag ? 1.0 : column->most;

    if (value >= least && value <= most && (!whole || value == floor(value)))
        return true;
    bki_edit_fault(edit, BK_ERR_VALUE, at_value(of->last->adjustment), column->meaning,
                   "%s of %s %s becomes %.9g, it must be %s from %.9g to %.9g", column->name,
                   bki_targets[attribute->target_kind].name, row_name(edit, attribute->target_kind, row), value,
                   whole ? "a whole number" : "a number", least, most);
    return false;
}

static bk_status
change_one(bki_edit *edit, const bki_attribute *attribute, const change *of, size_t row, bool *fits)
{
    const bool   tariff = attribute->target_kind == BK_TARGET_TARIFF;
    void        *item = tariff ? NULL : row_of(edit, attribute->target_kind, row);
    const double stands = tariff         ? edit->model->economy.tariff[row]
                          : item != NULL ? bki_attribute_read(attribute, item)
                                         : 0.0;

    BK_TRY(bk_arena_ok(edit->arena));
    if (of->set == NULL && !isfinite(stands))
        return BK_OK;
    const double value = (of->set != NULL ? of->set->adjustment->value : stands) * of->factor + of->add;
    if (!(*fits = check_range(edit, attribute, of, row, value)))
        return BK_OK;
    if (tariff)
        return bki_edit_tariff(edit, row, value);
    bki_attribute_set(attribute, item, value);
    return BK_OK;
}

static bk_status
apply_attribute(const adjustments *list, const bki_attribute *attribute)
{
    bki_edit    *edit = list->edit;
    const size_t n = bki_targets[attribute->target_kind].count(edit->base);
    change      *changes = BK_NEW(edit->scratch, change, n + 1);
    bool         fits = true;

    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t row = 0; row < n; row++)
        changes[row].factor = 1.0;
    gather(list, attribute, changes);
    check_against_rows(edit, attribute, changes);
    for (size_t row = 0; row < n && fits && edit->first_fault == BK_OK; row++)
        if (changes[row].last != NULL)
            BK_TRY(change_one(edit, attribute, &changes[row], row, &fits));
    return bk_arena_ok(edit->scratch);
}

bk_status
bki_apply_adjustments(bki_edit *edit)
{
    adjustments          list = {.edit = edit};
    const bki_attribute *attribute;
    size_t               n = 0;

    for (size_t m = 0; m < edit->n_measures; m++)
        n += edit->measures[m]->n_adjustments;
    if (n == 0)
        return BK_OK;
    list.all = BK_NEW(edit->scratch, resolved, n);
    BK_TRY(bk_arena_ok(edit->scratch));
    for (size_t m = 0; m < edit->n_measures; m++)
        for (size_t i = 0; i < edit->measures[m]->n_adjustments; i++)
            BK_TRY(resolve(edit, edit->measures[m], &edit->measures[m]->adjustments[i], &list.all[list.n++]));
    for (size_t a = 0; (attribute = bki_attribute_get(a)) != NULL; a++) {
        bool wanted = false;
        for (size_t i = 0; i < n; i++)
            wanted = wanted || list.all[i].attribute == attribute;
        if (wanted)
            BK_TRY(apply_attribute(&list, attribute));
    }
    return BK_OK;
}

/* ---- whose it is ------------------------------------------------------------------------------------------------- */

bk_status
bki_adjusted_rows(bk_context *ctx, const bk_model *model, const bk_adjustment *adjustment,
                  void (*visit)(void *state, bk_target_kind kind, bki_owners owners), void *state)
{
    bk_arena scratch;
    bki_edit edit = {.ctx = ctx, .scratch = &scratch, .base = model};
    resolved found;

    bk_arena_init(&scratch, ctx);
    bk_status status = resolve(&edit, NULL, adjustment, &found);
    if (status == BK_OK)
        status = edit.first_fault;
    if (status == BK_OK) {
        const bk_target_kind kind = found.attribute->target_kind;
        for (size_t row = 0; row < bki_targets[kind].count(model); row++)
            if (is_chosen(&edit, &found, row))
                visit(state, kind, bki_owners_of(model, kind, row));
    }
    bk_arena_release(&scratch);
    return status;
}
