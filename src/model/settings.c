/* The keys of study.yaml. */
#include "model/build.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    SET_FORMAT,
    SET_TITLE,
    SET_BASE_YEAR,
    SET_MONEY,
    SET_HORIZON,
    SET_DISCOUNT_RATE,
    SET_DEFICITS,
    SET_AGGLOMERATION,
    SET_CONGESTION,
    SET_ATTACHMENT,
    SET_WORKS_SECTOR,
    SET_CARRIER_SECTOR,
    SET_ELASTICITY_SOURCE,
    SET_ROUTE_CHOICE,
    SET_RELIABILITY_RATIO,
    SET_SPREAD_HOURS,
    SET_ROUTE_NOISE,
    SET_SIGMA,
    SET_SIGMA_SECTOR,
    SET_CLASSES,
    SET_TRAIN,
    SET_CAPACITY,
    SET_SCARCITY_WIDTH,
    SET_SCARCITY_REFERENCE,
    SET_SCARCITY_SLOPE,
    SET_BPR_ALPHA,
    SET_BPR_BETA,
    SET_GROWTH,
    SET_INFLATION,
    SET_OVERRUN,
    SET_BENEFIT_SD,
    SET_TRANSIT_SURPLUS,
    SETTINGS
};

#define TEXT(key, meaning)                                                                                             \
    {                                                                                                                  \
        key, BK_CELL_TEXT, false, "", 0, 0, "", NULL, meaning                                                          \
    }
#define WORD(key, otherwise, words, meaning)                                                                           \
    {                                                                                                                  \
        key, BK_CELL_ID, false, otherwise, 0, 0, "", words, meaning                                                    \
    }
#define NUMBER(key, otherwise, least, most, unit, meaning)                                                             \
    {                                                                                                                  \
        key, BK_CELL_NUMBER, false, otherwise, least, most, unit, NULL, meaning                                        \
    }
#define INTEGER(key, otherwise, least, most, unit, meaning)                                                            \
    {                                                                                                                  \
        key, BK_CELL_INTEGER, false, otherwise, least, most, unit, NULL, meaning                                       \
    }

static const bk_setting_schema schemas[SETTINGS] = {
    [SET_FORMAT] = {"buckle", BK_CELL_INTEGER, false, "1", 1, 1, "", NULL, "Version of this format: 1."},
    [SET_TITLE] = TEXT("title", "Title of the study."),
    [SET_BASE_YEAR] = {"base_year", BK_CELL_INTEGER, true, "2000", 1000, 3000, "year", NULL,
                       "Year the data describe; decides which links and agreements stand."},
    [SET_MONEY] = TEXT("money", "Unit of every value in economy/, such as 1e6 USD; without it 1 USD."),
    [SET_HORIZON] = INTEGER("horizon", "30", 1, 1000, "years", "Years of appraisal after opening."),
    [SET_DISCOUNT_RATE] = NUMBER("discount_rate", "0.06", 0, 100, "1/yr", "Real rate: 0.06 is 6 percent."),
    [SET_DEFICITS] = WORD("trade.deficits", "fixed", "fixed scaled zero share",
                          "Trade deficits in a scenario: as in the base year, scaled with world value added, none, or "
                          "a fixed share of income."),
    [SET_AGGLOMERATION] =
        NUMBER("trade.mobility.agglomeration", "0", -1, 1, "",
               "Any key of trade.mobility lets labour move between the regions of an economy: power of labour in "
               "productivity."),
    [SET_CONGESTION] = NUMBER("trade.mobility.congestion", "0", -1, 1, "",
                              "Power of labour in utility, which is real income a head times it; usually below 0."),
    [SET_ATTACHMENT] = NUMBER("trade.mobility.attachment", "0", 0, 1e6, "",
                              "1 / elasticity of labour to utility; 0: nobody is attached to a place, utility becomes "
                              "equal everywhere."),
    [SET_WORKS_SECTOR] = {"trade.works_sector", BK_CELL_ID, false, "", 0, 0, "", NULL,
                          "Sector that works are bought from when they are paid by --finance works; without it the one "
                          "called construction."},
    [SET_CARRIER_SECTOR] = {"transport.carrier_sector", BK_CELL_ID, false, "", 0, 0, "", NULL,
                            "Sector that carriers are in: its share of value added in each economy is that of transit "
                            "revenue; without it the value added of transit is not reckoned."},
    [SET_ELASTICITY_SOURCE] = TEXT("trade.elasticity_source", "Where the trade elasticities come from."),
    [SET_ROUTE_CHOICE] = WORD("transport.route_choice", "path_size_logit", "path_size_logit logit",
                              "Route choice of freight: path-size logit on sets of routes."),
    [SET_RELIABILITY_RATIO] =
        NUMBER("transport.reliability_ratio", "0.2", 0, 100, "", "Value of an hour of spread over that of an hour."),
    [SET_SPREAD_HOURS] = NUMBER("transport.spread_hours", "28", BKI_POSITIVE, 1e5, "h",
                                "Typical standard deviation door to door, which makes variance additive."),
    [SET_ROUTE_NOISE] = NUMBER("transport.route_noise", "0.15", BKI_POSITIVE, 10, "",
                               "Standard deviation of unobserved route cost, as a share of the cost."),
    [SET_SIGMA] = NUMBER("transport.value_of_time_sigma", "0", 0, 10, "",
                         "Standard deviation of the logarithm of the value of time, of every sector."),
    [SET_SIGMA_SECTOR] = NUMBER("transport.value_of_time_sigma.*", "0", 0, 10, "", "The same for one sector."),
    [SET_CLASSES] = INTEGER("transport.value_of_time_classes", "5", 1, 1000, "",
                            "Classes of equal mass the value of time is cut into."),
    [SET_TRAIN] = NUMBER("transport.net_tonnes_per_train", "2000", BKI_POSITIVE, 1e6, "t", "Net load of a train."),
    [SET_CAPACITY] = WORD("transport.capacity", "priced", "priced unlimited",
                          "priced: a full link charges a scarcity price; unlimited: capacities are not enforced."),
    [SET_SCARCITY_WIDTH] = NUMBER("transport.scarcity_width", "0.03", BKI_POSITIVE, 10, "",
                                  "How softly a capacity binds: v/q = 1 + width ln(p/reference) + p/slope."),
    [SET_SCARCITY_REFERENCE] = NUMBER("transport.scarcity_reference_usd", "10", BKI_POSITIVE, 1e6, "USD/t",
                                      "Scarcity price at which a link is just full, without the slope."),
    [SET_SCARCITY_SLOPE] =
        NUMBER("transport.scarcity_slope_usd", "400", BKI_POSITIVE, 1e9, "USD/t", "Price for each capacity of excess."),
    [SET_BPR_ALPHA] = NUMBER("transport.bpr_alpha", "0.15", 0, 1000, "", "For road studies; freight does not use it."),
    [SET_BPR_BETA] = NUMBER("transport.bpr_beta", "4", 0, 1000, "", "For road studies; freight does not use it."),
    [SET_GROWTH] = NUMBER("appraisal.growth", "0", -0.2, 0.2, "1/yr",
                          "Growth of projects' gains and revenue in each year from the base year on."),
    [SET_INFLATION] = NUMBER("appraisal.inflation", "0.02", -0.1, 1, "1/yr",
                             "Turns nominal rates of loans into real ones; 0.02 is the long-run goal for the dollar."),
    [SET_OVERRUN] = NUMBER("appraisal.overrun", "-1", -1, 10, "",
                           "Share of capital cost added; below 0: the mean of works of the project's kind."),
    [SET_BENEFIT_SD] =
        NUMBER("appraisal.benefit_sd", "0.4", 0, 2, "",
               "Standard deviation of actual over expected gains, whose mean is 1; 0.4 is an estimate from the "
               "traffic of roads against forecasts (docs/explanation/appraisal.md)."),
    [SET_TRANSIT_SURPLUS] =
        NUMBER("appraisal.transit_surplus", "0", 0, 1, "",
               "Share of transit revenue left over its cost, counted as gain of the economy. 0 understates "
               "transit countries by what they keep."),
};

size_t
bk_setting_schema_count(void)
{
    return SETTINGS;
}

const bk_setting_schema *
bk_setting_schema_get(size_t index)
{
    return index < SETTINGS ? &schemas[index] : NULL;
}

/* ---- as read ------------------------------------------------------------------------------------------------- */

static bool
key_matches(const char *pattern, const char *key)
{
    const size_t length = strlen(pattern);

    if (pattern[length - 1] == '*')
        return strncmp(pattern, key, length - 1) == 0 && key[length - 1] != '\0';
    return strcmp(pattern, key) == 0;
}

static void
fault_unknown_key(bk_builder *builder, const char *key, bki_place place)
{
    bk_names *known = bk_names_create(builder->arena);

    for (size_t i = 0; known != NULL && i < SETTINGS; i++)
        bk_names_intern(known, schemas[i].key, strlen(schemas[i].key));
    if (known != NULL)
        bki_fault(builder, BK_ERR_SCHEMA, place,
                  bki_did_you_mean(builder, known, key, "remove it; the reference lists the keys"),
                  "key '%s' is not known", key);
}

static bk_status
settings_add(bk_builder *builder, const bki_setting_text *setting)
{
    if (builder->n_settings == builder->setting_capacity) {
        const size_t      capacity = builder->setting_capacity > 0 ? 2 * builder->setting_capacity : 32;
        bki_setting_text *grown = BK_NEW(builder->arena, bki_setting_text, capacity);
        BK_TRY(bk_arena_ok(builder->arena));
        if (builder->n_settings > 0)
            memcpy(grown, builder->settings, builder->n_settings * sizeof *grown);
        builder->settings = grown;
        builder->setting_capacity = capacity;
    }
    builder->settings[builder->n_settings++] = *setting;
    return BK_OK;
}

bk_status
bk_builder_setting(bk_builder *builder, const char *key, const char *text, const char *shown, int line, int column)
{
    const bki_text   trimmed = bki_trim(text, strlen(text));
    bki_setting_text setting = {.line = line, .column = column};
    bool             known = false;

    setting.key = bk_arena_text(builder->arena, key, strlen(key));
    setting.text = bk_arena_text(builder->arena, trimmed.start, trimmed.length);
    setting.shown = bk_arena_text(builder->arena, shown, strlen(shown));
    BK_TRY(bk_arena_ok(builder->arena));
    const bki_place place = {setting.shown, line, column};
    for (size_t i = 0; i < SETTINGS; i++)
        known = known || key_matches(schemas[i].key, key);
    if (!known) {
        fault_unknown_key(builder, key, place);
        return BK_OK;
    }
    for (size_t i = 0; i < builder->n_settings; i++)
        if (strcmp(builder->settings[i].key, key) == 0) {
            bki_fault(builder, BK_ERR_DUPLICATE, place, "remove one of the two",
                      "key '%s' is there twice, first in line %d", key, builder->settings[i].line);
            return BK_OK;
        }
    return settings_add(builder, &setting);
}

/* ---- converted ----------------------------------------------------------------------------------------------- */

static const bki_setting_text *
find_setting(const bk_builder *builder, const char *key)
{
    for (size_t i = 0; i < builder->n_settings; i++)
        if (strcmp(builder->settings[i].key, key) == 0)
            return &builder->settings[i];
    return NULL;
}

static bki_place
setting_place(const bki_setting_text *setting)
{
    return (bki_place){setting->shown, setting->line, setting->column};
}

/* A number by its schema; `schema->otherwise` where the key is absent or its value faulty. */
static double
convert_setting(bki_build *build, const bk_setting_schema *schema, const bki_setting_text *setting)
{
    const bool integer = schema->kind == BK_CELL_INTEGER;
    double     otherwise = 0.0, value = 0.0;

    bki_parse_number(schema->otherwise, strlen(schema->otherwise), &otherwise);
    if (setting == NULL)
        return otherwise;
    const size_t length = strlen(setting->text);
    if (!(integer ? bki_parse_integer(setting->text, length, &value)
                  : bki_parse_number(setting->text, length, &value))) {
        bki_fault(build->builder, BK_ERR_VALUE, setting_place(setting), schema->meaning,
                  "%s is '%s', must be a %snumber", setting->key, setting->text, integer ? "whole " : "");
        return otherwise;
    }
    if (value < schema->least || value > schema->most) {
        bki_fault(build->builder, BK_ERR_VALUE, setting_place(setting), schema->meaning, "%s is %s, must be %s%g",
                  setting->key, setting->text,
                  value > schema->most            ? "<= "
                  : schema->least == BKI_POSITIVE ? "> "
                                                  : ">= ",
                  value > schema->most            ? schema->most
                  : schema->least == BKI_POSITIVE ? 0.0
                                                  : schema->least);
        return otherwise;
    }
    return value;
}

static double
number_setting(bki_build *build, size_t index)
{
    return convert_setting(build, &schemas[index], find_setting(build->builder, schemas[index].key));
}

/* The place of the word among those allowed; that of `otherwise` where the key is absent or its word none of them. */
static size_t
word_setting(bki_build *build, size_t index)
{
    const bk_setting_schema *schema = &schemas[index];
    const bki_setting_text  *setting = find_setting(build->builder, schema->key);
    bki_text                 rest = {schema->words, strlen(schema->words)};
    size_t                   place = 0, otherwise = 0;

    for (bki_text word = bki_next_word(&rest); word.length > 0; word = bki_next_word(&rest), place++) {
        if (setting != NULL && bki_text_is(word, setting->text))
            return place;
        if (bki_text_is(word, schema->otherwise))
            otherwise = place;
    }
    if (setting != NULL)
        bki_fault(build->builder, BK_ERR_VALUE, setting_place(setting), schema->meaning,
                  "%s is '%s', must be one of: %s", schema->key, setting->text, schema->words);
    return otherwise;
}

/* "1e6 USD": USD in one unit of money. */
static double
money_setting(bki_build *build)
{
    const bki_setting_text *setting = find_setting(build->builder, schemas[SET_MONEY].key);
    double                  value = 1.0;

    if (setting == NULL)
        return value;
    bki_text       rest = {setting->text, strlen(setting->text)};
    const bki_text number = bki_next_word(&rest), unit = bki_next_word(&rest);
    if (!bki_parse_number(number.start, number.length, &value) || value <= 0.0 || !bki_text_is(unit, "USD") ||
        bki_next_word(&rest).length > 0) {
        bki_fault(build->builder, BK_ERR_VALUE, setting_place(setting), "write a number > 0 and USD, such as 1e6 USD",
                  "money is '%s', which is no amount of US dollars", setting->text);
        return 1.0;
    }
    return value;
}

static void
require_settings(bki_build *build)
{
    for (size_t i = 0; i < SETTINGS; i++)
        if (schemas[i].required && find_setting(build->builder, schemas[i].key) == NULL)
            bki_fault(build->builder, BK_ERR_SCHEMA, (bki_place){"study.yaml", 0, 0}, schemas[i].meaning,
                      "key '%s' is missing", schemas[i].key);
}

static void
convert_mobility(bki_build *build)
{
    bki_settings *settings = &build->settings;

    settings->agglomeration = number_setting(build, SET_AGGLOMERATION);
    settings->congestion = number_setting(build, SET_CONGESTION);
    const double attachment = number_setting(build, SET_ATTACHMENT);
    settings->taste = attachment > 0.0 ? 1.0 / attachment : INFINITY;
    for (size_t key = SET_AGGLOMERATION; key <= SET_ATTACHMENT; key++)
        settings->mobile = settings->mobile || find_setting(build->builder, schemas[key].key) != NULL;
}

bk_status
bki_build_settings(bki_build *build)
{
    bki_settings           *settings = &build->settings;
    const bki_setting_text *title = find_setting(build->builder, schemas[SET_TITLE].key);

    require_settings(build);
    number_setting(build, SET_FORMAT);
    settings->title = bki_keep_text(build, title != NULL ? title->text : "");
    settings->base_year = number_setting(build, SET_BASE_YEAR);
    settings->money_usd = money_setting(build);
    settings->horizon = number_setting(build, SET_HORIZON);
    settings->discount_rate = number_setting(build, SET_DISCOUNT_RATE);
    settings->deficits = (bk_deficit_rule)word_setting(build, SET_DEFICITS);
    convert_mobility(build);
    word_setting(build, SET_ROUTE_CHOICE);
    settings->reliability_ratio = number_setting(build, SET_RELIABILITY_RATIO);
    settings->spread_hours = number_setting(build, SET_SPREAD_HOURS);
    settings->route_noise = number_setting(build, SET_ROUTE_NOISE);
    settings->value_of_time_sigma = number_setting(build, SET_SIGMA);
    settings->value_of_time_classes = number_setting(build, SET_CLASSES);
    settings->net_tonnes_per_train = number_setting(build, SET_TRAIN);
    settings->priced_capacity = word_setting(build, SET_CAPACITY) == 0;
    settings->scarcity_width = number_setting(build, SET_SCARCITY_WIDTH);
    settings->scarcity_reference = number_setting(build, SET_SCARCITY_REFERENCE);
    settings->scarcity_slope = number_setting(build, SET_SCARCITY_SLOPE);
    number_setting(build, SET_BPR_ALPHA);
    number_setting(build, SET_BPR_BETA);
    build->model->appraisal = (bk_appraisal_data){
        .growth = number_setting(build, SET_GROWTH),
        .inflation = number_setting(build, SET_INFLATION),
        .overrun = number_setting(build, SET_OVERRUN),
        .benefit_sd = number_setting(build, SET_BENEFIT_SD),
        .transit_surplus = number_setting(build, SET_TRANSIT_SURPLUS),
    };
    const bki_setting_text *rate = find_setting(build->builder, schemas[SET_DISCOUNT_RATE].key);
    if (settings->discount_rate > 0.5)
        bki_warn(build->builder, setting_place(rate), "discount_rate is %s: is it in percent? 0.06 is 6 percent",
                 rate->text);
    return bk_arena_ok(build->out);
}

/* The sector that a setting names; `otherwise` if it is not given. */
static uint32_t
sector_of(bki_build *build, int key, uint32_t otherwise)
{
    const bki_setting_text *setting = find_setting(build->builder, schemas[key].key);

    if (setting == NULL)
        return otherwise;
    return bki_resolve_word(build, setting_place(setting), (bki_text){setting->text, strlen(setting->text)},
                            &build->sectors);
}

/* Closures of trade: who moves, and what works and carriage are made of. */
bk_status
bki_build_closures(bki_build *build)
{
    bk_economy *economy = &build->model->economy;

    economy->deficits = build->settings.deficits;
    economy->works_sector = BK_NONE;
    for (uint32_t j = 0; j < economy->n_sectors; j++)
        if (strcmp(economy->sectors[j].id, "construction") == 0)
            economy->works_sector = j;
    economy->works_sector = sector_of(build, SET_WORKS_SECTOR, economy->works_sector);
    economy->carrier_sector = sector_of(build, SET_CARRIER_SECTOR, BK_NONE);
    if (!build->settings.mobile)
        return BK_OK;
    bk_trade_mobility *mobility = BK_NEW(build->out, bk_trade_mobility, 1);
    BK_TRY(bk_arena_ok(build->out));
    *mobility = (bk_trade_mobility){build->settings.agglomeration, build->settings.congestion, build->settings.taste};
    economy->mobility = mobility;
    return BK_OK;
}

/* value_of_time_sigma, for all sectors and for each. */
bk_status
bki_build_sigma(bki_build *build)
{
    const char  *prefix = schemas[SET_SIGMA_SECTOR].key;
    const size_t length = strlen(prefix) - 1;
    double      *sigma = BK_NEW(build->out, double, build->sectors.count);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t j = 0; j < build->sectors.count; j++)
        sigma[j] = build->settings.value_of_time_sigma;
    for (size_t i = 0; i < build->builder->n_settings; i++) {
        const bki_setting_text *setting = &build->builder->settings[i];
        if (!key_matches(prefix, setting->key))
            continue;
        const char    *name = setting->key + length;
        const uint32_t sector =
            bki_resolve_word(build, setting_place(setting), (bki_text){name, strlen(name)}, &build->sectors);
        const double value = convert_setting(build, &schemas[SET_SIGMA_SECTOR], setting);
        if (sector != BK_NONE)
            sigma[sector] = value;
    }
    build->model->transport.value_of_time_sigma = sigma;
    return BK_OK;
}
