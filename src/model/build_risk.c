/* Doubts about numbers, and states the world may come to be in.  Names of what is adjusted, closed or made active are
 * found when a draw is applied, as those of a scenario are; here each row is judged by itself. */
#include "model/build.h"

#include <math.h>
#include <string.h>

#define SHARE_TOLERANCE 1e-9

/* ---- words ----------------------------------------------------------------------------------------------------- */

static size_t
count_words(const char *text)
{
    bki_text rest = {text, strlen(text)};
    size_t   n = 0;

    while (bki_next_word(&rest).length > 0)
        n++;
    return n;
}

static const char *
keep_word(bki_build *build, bki_text word)
{
    return bk_arena_text(build->out, word.start, word.length);
}

static bk_name_at
name_at(bki_build *build, const bki_rows *rows, size_t row, size_t column, const char *name)
{
    const bki_place place = bki_place_of(rows, row, column);

    return (bk_name_at){name, bki_keep_text(build, place.file), place.line, place.column};
}

/* "a,b" into names [n]; counts only where `names` is NULL. */
static size_t
split_names(bki_build *build, const bki_rows *rows, size_t row, bki_text text, bk_name_at *names)
{
    size_t n = 0;

    for (size_t from = 0; from <= text.length;) {
        const char  *comma = memchr(text.start + from, ',', text.length - from);
        const size_t to = comma != NULL ? (size_t)(comma - text.start) : text.length;
        if (to > from) {
            if (names != NULL)
                names[n] = name_at(build, rows, row, DISTRIBUTION_SELECT,
                                   keep_word(build, (bki_text){text.start + from, to - from}));
            n++;
        }
        from = to + 1;
    }
    return n;
}

/* "mode=rail country=KAZ,CHN" */
static void
read_selectors(bki_build *build, const bki_rows *rows, size_t row, bk_adjustment *out)
{
    const char     *text = bki_text_at(build->builder, rows, row, DISTRIBUTION_SELECT);
    const bki_place place = bki_place_of(rows, row, DISTRIBUTION_SELECT);
    bk_selector    *selectors = BK_NEW(build->out, bk_selector, count_words(text) + 1);
    bki_text        rest = {text, strlen(text)};

    out->selectors = selectors;
    for (bki_text word = bki_next_word(&rest); selectors != NULL && word.length > 0; word = bki_next_word(&rest)) {
        const char *equals = memchr(word.start, '=', word.length);
        bk_selector selector = {.line = place.line, .column = place.column};
        if (equals != NULL) {
            const size_t   length = (size_t)(equals - word.start);
            const bki_text list = {equals + 1, word.length - length - 1};
            selector.key = keep_word(build, (bki_text){word.start, length});
            selector.n_names = split_names(build, rows, row, list, NULL);
            bk_name_at *names = BK_NEW(build->out, bk_name_at, selector.n_names + 1);
            if (names != NULL)
                split_names(build, rows, row, list, names);
            selector.names = names;
        }
        if (selector.n_names == 0) {
            bki_fault(build->builder, BK_ERR_SYNTAX, place, "such as mode=rail country=KAZ,CHN",
                      "'%.*s' is no selection of rows", (int)word.length, word.start);
            return;
        }
        selectors[out->n_selectors++] = selector;
    }
}

/* ---- distributions --------------------------------------------------------------------------------------------- */

static bool
parse_share(bki_text word, double *value, double *probability)
{
    const char *colon = memchr(word.start, ':', word.length);

    return colon != NULL && bki_parse_number(word.start, (size_t)(colon - word.start), value) &&
           bki_parse_number(colon + 1, word.length - (size_t)(colon - word.start) - 1, probability) &&
           *probability >= 0.0;
}

/* "0.8:0.3 1:0.7" */
static void
read_values(bki_build *build, const bki_rows *rows, size_t row, bk_distribution *out)
{
    const char     *text = bki_text_at(build->builder, rows, row, DISTRIBUTION_VALUES);
    const bki_place place = bki_place_of(rows, row, DISTRIBUTION_VALUES);
    const size_t    n = count_words(text);
    double         *values = BK_NEW(build->out, double, n + 1), *shares = BK_NEW(build->out, double, n + 1), sum = 0.0;
    bki_text        rest = {text, strlen(text)};
    bool            is_good = n > 0;

    for (size_t i = 0; values != NULL && shares != NULL && i < n; i++) {
        is_good &= parse_share(bki_next_word(&rest), &values[i], &shares[i]);
        is_good &= i == 0 || values[i] > values[i - 1];
        sum += shares[i];
    }
    if (values == NULL || shares == NULL)
        return; /* memory is short, which the arena remembers */
    out->n_values = n;
    out->values = values;
    out->probabilities = shares;
    if (!is_good || fabs(sum - 1.0) > SHARE_TOLERANCE)
        bki_fault(build->builder, BK_ERR_VALUE, place,
                  "write value:probability by spaces, values rising, probabilities that add up to 1",
                  "'%s' is no discrete distribution", text);
}

static const char *const kinds[] = {
    [BK_NORMAL] = "normal",         [BK_LOGNORMAL] = "lognormal", [BK_UNIFORM] = "uniform",
    [BK_TRIANGULAR] = "triangular", [BK_BETA] = "beta",           [BK_DISCRETE] = "discrete"};
enum { KINDS = 6 };

/* What a kind lacks, or NULL. */
static const char *
missing_of(const bk_distribution *law)
{
    const bool has_mean = isfinite(law->mean), has_sd = law->sd >= 0.0;
    const bool has_range = isfinite(law->low) && isfinite(law->high);

    switch (law->kind) {
    case BK_NORMAL:
    case BK_LOGNORMAL:
        return !has_mean || !has_sd ? "mean and sd" : NULL;
    case BK_UNIFORM:
        return !has_range ? "low and high" : NULL;
    case BK_TRIANGULAR:
        return !has_range || !isfinite(law->mode) ? "low, mode and high" : NULL;
    case BK_BETA:
        return !has_range || !has_mean || !has_sd ? "mean, sd, low and high" : NULL;
    case BK_DISCRETE:
        break;
    }
    return NULL;
}

/* Why no variable is so distributed, or NULL. */
static const char *
contradiction_in(const bk_distribution *law)
{
    const double mean = (law->mean - law->low) / (law->high - law->low), sd = law->sd / (law->high - law->low);

    if (law->low > law->high)
        return "low is above high";
    switch (law->kind) {
    case BK_LOGNORMAL:
        return law->mean > 0.0 ? NULL : "a lognormal variable has a mean above 0";
    case BK_TRIANGULAR:
        return law->mode >= law->low && law->mode <= law->high ? NULL : "the mode lies outside low and high";
    case BK_BETA:
        if (!(mean > 0.0 && mean < 1.0))
            return "the mean lies outside low and high";
        return sd > 0.0 && sd * sd < mean * (1.0 - mean) ? NULL : "no beta variable has this sd between low and high";
    case BK_NORMAL:
    case BK_UNIFORM:
    case BK_DISCRETE:
        break;
    }
    return NULL;
}

static void
read_distribution(bki_build *build, const bki_rows *rows, size_t row, bk_distribution *out)
{
    const bki_place place = bki_place_of(rows, row, DISTRIBUTION_KIND);
    const size_t    kind = bki_one_of(build->builder, rows, row, DISTRIBUTION_KIND, KINDS, kinds);

    *out = (bk_distribution){.kind = kind < KINDS ? (bk_distribution_kind)kind : BK_NORMAL,
                             .mean = bki_number_at(rows, row, DISTRIBUTION_MEAN),
                             .sd = bki_number_at(rows, row, DISTRIBUTION_SD),
                             .mode = bki_number_at(rows, row, DISTRIBUTION_MODE),
                             .low = bki_number_or(rows, row, DISTRIBUTION_LOW, -INFINITY),
                             .high = bki_number_or(rows, row, DISTRIBUTION_HIGH, INFINITY)};
    if (kind >= KINDS)
        return;
    if (kind == BK_DISCRETE) {
        read_values(build, rows, row, out);
        return;
    }
    const char *missing = missing_of(out), *wrong = missing == NULL ? contradiction_in(out) : NULL;
    if (missing != NULL)
        bki_fault(build->builder, BK_ERR_VALUE, place, NULL, "a %s distribution needs %s", kinds[kind], missing);
    if (wrong != NULL)
        bki_fault(build->builder, BK_ERR_INCONSISTENT, place, NULL, "%s", wrong);
}

/* ---- doubts ---------------------------------------------------------------------------------------------------- */

/* A word of a column that may be empty. */
static size_t
word_or(bki_build *build, const bki_rows *rows, size_t row, size_t column, size_t n, const char *const *words,
        size_t otherwise)
{
    if (bki_text_at(build->builder, rows, row, column)[0] == '\0')
        return otherwise;
    const size_t found = bki_one_of(build->builder, rows, row, column, n, words);
    return found < n ? found : otherwise;
}

static bool
is_change_only(const char *target)
{
    return strcmp(target, "trade_cost") == 0 || strcmp(target, "productivity") == 0;
}

static void
read_adjustment(bki_build *build, const bki_rows *rows, size_t row, bk_adjustment *out)
{
    static const char *const changes[] = {
        [BK_ADJUST_VALUE] = "value", [BK_ADJUST_FACTOR] = "factor", [BK_ADJUST_ADD] = "add"};
    const bki_place place = bki_place_of(rows, row, DISTRIBUTION_PARAMETER);

    *out = (bk_adjustment){
        .target = name_at(build, rows, row, DISTRIBUTION_TARGET,
                          bki_keep(build, bki_symbol_at(rows, row, DISTRIBUTION_TARGET))),
        .attribute = name_at(build, rows, row, DISTRIBUTION_ATTRIBUTE,
                             bki_keep(build, bki_symbol_at(rows, row, DISTRIBUTION_ATTRIBUTE))),
        .operation = (bk_adjust_operation)word_or(build, rows, row, DISTRIBUTION_CHANGE, 3, changes, BK_ADJUST_FACTOR),
        .file = bki_keep_text(build, place.file),
        .line = place.line,
        .column = place.column};
    read_selectors(build, rows, row, out);
}

/* Number of the row's parameter: that of an earlier row of the name, or the next. */
static uint32_t
input_of(bk_risk *risk, const bk_doubt *doubts, const char *parameter)
{
    for (size_t d = 0; d < risk->n_doubts; d++)
        if (strcmp(doubts[d].parameter, parameter) == 0)
            return doubts[d].input;
    return (uint32_t)risk->n_inputs++;
}

static void
check_group(bki_build *build, const bki_rows *rows, size_t row, const bk_doubt *doubts, const bk_doubt *doubt)
{
    for (const bk_doubt *other = doubts; other < doubt; other++) {
        const bool same_parameter = other->input == doubt->input, same_group = strcmp(other->group, doubt->group) == 0;
        if (same_parameter && !same_group)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, DISTRIBUTION_GROUP),
                      "write the same group in all rows of a parameter", "parameter '%s' is in '%s' and in '%s'",
                      doubt->parameter, other->group, doubt->group);
        else if (same_group && doubt->group[0] != '\0' && other->correlation != doubt->correlation)
            bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, DISTRIBUTION_CORRELATION),
                      "write the same correlation in all rows of a group", "group '%s' has correlations of %g and %g",
                      doubt->group, other->correlation, doubt->correlation);
        else
            continue;
        return;
    }
}

static bk_status
build_doubts(bki_build *build)
{
    static const char *const acts[] = {"base", "future"};
    const bki_rows          *rows = bki_table(build, BKI_DISTRIBUTION);
    bk_doubt                *doubts = BK_NEW(build->out, bk_doubt, rows->n_rows + 1);
    bk_risk                 *risk = &build->model->risk;

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        bk_doubt *doubt = &doubts[row];
        doubt->parameter = bki_keep(build, bki_symbol_at(rows, row, DISTRIBUTION_PARAMETER));
        doubt->input = input_of(risk, doubts, doubt->parameter);
        doubt->group = bki_keep(build, bki_symbol_at(rows, row, DISTRIBUTION_GROUP));
        doubt->correlation = bki_number_or(rows, row, DISTRIBUTION_CORRELATION, 0.0);
        read_adjustment(build, rows, row, &doubt->adjust);
        const bool change_only = is_change_only(doubt->adjust.target.name);
        doubt->future = word_or(build, rows, row, DISTRIBUTION_ACTS, 2, acts, change_only ? 1 : 0) == 1;
        if (change_only && !doubt->future)
            bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, DISTRIBUTION_ACTS), "write future",
                      "a %s is a change from the base year, which has none", doubt->adjust.target.name);
        read_distribution(build, rows, row, &doubt->distribution);
        BK_TRY(bk_arena_ok(build->out)); /* a name that could not be kept is no contradiction */
        check_group(build, rows, row, doubts, doubt);
        risk->n_doubts++;
    }
    risk->doubts = doubts;
    return bk_arena_ok(build->out);
}

/* ---- states ---------------------------------------------------------------------------------------------------- */

static const bk_name_at *
read_names(bki_build *build, const bki_rows *rows, size_t row, size_t column, size_t *n)
{
    const char *text = bki_text_at(build->builder, rows, row, column);
    bk_name_at *names = BK_NEW(build->out, bk_name_at, count_words(text) + 1);
    bki_text    rest = {text, strlen(text)};

    *n = 0;
    for (bki_text word = bki_next_word(&rest); names != NULL && word.length > 0; word = bki_next_word(&rest))
        names[(*n)++] = name_at(build, rows, row, column, keep_word(build, word));
    return names;
}

static void
check_states(bki_build *build, const bki_rows *rows, const bk_world_state *states, size_t row)
{
    const bk_world_state *state = &states[row];
    double                sum = 0.0;

    for (size_t other = 0; other <= row; other++) {
        if (strcmp(states[other].group, state->group) == 0)
            sum += states[other].probability;
        if (other < row && strcmp(states[other].id, state->id) == 0)
            bki_fault_twice(build, rows, row, STATE_ID, other);
    }
    if (sum > 1.0 + SHARE_TOLERANCE)
        bki_fault(build->builder, BK_ERR_VALUE, bki_place_of(rows, row, STATE_PROBABILITY),
                  "states of a group exclude each other", "probabilities of group '%s' add up to %g", state->group,
                  sum);
    if (row > 0 && strcmp(states[row - 1].group, state->group) != 0)
        for (size_t other = 0; other + 1 < row; other++)
            if (strcmp(states[other].group, state->group) == 0) {
                bki_fault(build->builder, BK_ERR_INCONSISTENT, bki_place_of(rows, row, STATE_GROUP),
                          "keep the rows of a group together", "group '%s' begins again", state->group);
                return;
            }
}

static bk_status
build_states(bki_build *build)
{
    const bki_rows *rows = bki_table(build, BKI_STATE);
    bk_world_state *states = BK_NEW(build->out, bk_world_state, rows->n_rows + 1);

    BK_TRY(bk_arena_ok(build->out));
    for (size_t row = 0; row < rows->n_rows; row++) {
        bk_world_state *state = &states[row];
        const uint32_t  id = bki_symbol_at(rows, row, STATE_ID);
        *state = (bk_world_state){.id = bki_keep(build, id),
                                  .name = bki_keep_cell(build, rows, row, STATE_NAME, id),
                                  .group = bki_keep_cell(build, rows, row, STATE_GROUP, id),
                                  .probability = bki_number_at(rows, row, STATE_PROBABILITY),
                                  .line = bki_place_of(rows, row, 0).line};
        state->closures = read_names(build, rows, row, STATE_CLOSE, &state->n_closures);
        state->sanctions = read_names(build, rows, row, STATE_SANCTIONS, &state->n_sanctions);
        BK_TRY(bk_arena_ok(build->out));
        check_states(build, rows, states, row);
    }
    build->model->risk.states = states;
    build->model->risk.n_states = rows->n_rows;
    return bk_arena_ok(build->out);
}

bk_status
bki_build_risk(bki_build *build)
{
    BK_TRY(build_doubts(build));
    return build_states(build);
}
