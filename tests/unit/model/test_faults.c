/* Every kind of fault a study can have, each once: a small study is damaged in one place, and the message must name the
 * place, the value and what to do. */
#include "bkt_study.h"

typedef struct damage {
    bkt_edit    edit;
    bk_status   code;
    const char *file; /* NULL: that of the edit */
    int         line;
    const char *column;         /* where in the line: the name of a column, @N the N-th character, NULL its start */
    const char *message, *hint; /* parts of them */
} damage;

static const damage damages[] = {
    /* headers and rows */
    {{"network/link.csv", "mode,gauge", "mod,gauge"},
     BK_ERR_SCHEMA,
     NULL,
     1,
     NULL,
     "column 'mode' is missing",
     "add it"},
    {{"network/node.csv", "name,x_coord", "kind,x_coord"},
     BK_ERR_DUPLICATE,
     NULL,
     1,
     "@38",
     "column 'kind' is there twice",
     "remove"},
    {{"network/node.csv", "a1,Aston,10", "a1,Aston,And,10"},
     BK_ERR_SYNTAX,
     NULL,
     2,
     "node_id",
     "7 fields, the header has 6",
     "quotes"},
    {{"economy/trade.csv", NULL, "sector,exporter,importer,value\n"},
     BK_ERR_VALUE,
     NULL,
     1,
     NULL,
     "there is a header and no row",
     "remove economy/"},
    /* cells */
    {{"network/link.csv", "0,150,40", "0,1x0,40"},
     BK_ERR_VALUE,
     NULL,
     2,
     "length",
     "length is '1x0', must be a number in km",
     "Length"},
    {{"economy/trade.csv", "A,A,30", "A,A,nan"},
     BK_ERR_VALUE,
     NULL,
     2,
     "value",
     "value is 'nan', must be a number",
     ""},
    {{"economy/trade.csv", "A,A,30", "A,A,1e400"}, BK_ERR_VALUE, NULL, 2, "value", "value is '1e400'", ""},
    {{"network/link.csv", "1e6,,,", "-3,,,"},
     BK_ERR_VALUE,
     NULL,
     2,
     "capacity_tonnes_year",
     "capacity_tonnes_year is -3 t/yr, must be > 0",
     "unlimited"},
    {{"network/node.csv", "10,50,AAA", "190,50,AAA"},
     BK_ERR_VALUE,
     NULL,
     2,
     "x_coord",
     "x_coord is 190 degrees, must be <= 180",
     "Longitude"},
    {{"network/node.csv", "a1,Aston", ",Aston"}, BK_ERR_VALUE, NULL, 2, "node_id", "node_id is empty", ""},
    {{"economy/trade.csv", "A,A,30", "A,A,"}, BK_ERR_VALUE, NULL, 2, "value", "value is empty, must be a number", ""},
    {{"network/link.csv", "a1,a2,0", "a1,a2,maybe"},
     BK_ERR_VALUE,
     NULL,
     2,
     "directed",
     "directed is 'maybe', must be 0 or 1",
     ""},
    {{"network/link.csv", "rail,1520,0.02,1e6", "rail,15.2,0.02,1e6"},
     BK_ERR_VALUE,
     NULL,
     2,
     "gauge_mm",
     "gauge_mm is '15.2', must be a whole number",
     ""},
    {{"policy/agreement.csv", "2010-01-01", "2010-02-30"},
     BK_ERR_VALUE,
     NULL,
     2,
     "in_force",
     "must be a day, yyyy-mm-dd",
     ""},
    {{"network/border.csv", "AAA,BBB,exit,1", "AAA,BBB,out,1"},
     BK_ERR_VALUE,
     NULL,
     2,
     "side",
     "side is 'out', must be exit or entry",
     ""},
    {{"network/border.csv", "2,2000,0", "2,,0"},
     BK_ERR_VALUE,
     NULL,
     2,
     "lanes",
     "lanes is given, but tonnes_per_vehicle is empty",
     "net load"},
    /* references */
    {{"network/link.csv", "rail-ab,a2", "rail-ab,a22"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "from_node_id",
     "node 'a22' is not in network/node.csv",
     "did you mean 'a2'?"},
    {{"network/link.csv", ",new-road\n", ",new-raod\n"},
     BK_ERR_REFERENCE,
     NULL,
     6,
     "project",
     "project 'new-raod'",
     "did you mean 'new-road'?"},
    {{"network/transfer.csv", "b2,rail", "b2,rali"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "from_mode",
     "mode 'rali' is not in network/link.csv",
     "did you mean 'rail'?"},
    {{"network/border.csv", "b1,rail,AAA", "b1,rail,QQQ"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "from_country",
     "country 'QQQ'",
     "add it to"},
    {{"network/mode.csv", "sea,food", "sea,foood"},
     BK_ERR_REFERENCE,
     NULL,
     4,
     "sector",
     "sector 'foood'",
     "did you mean 'food'?"},
    {{"network/zone.csv", "zb,B", "zb,D"}, BK_ERR_REFERENCE, NULL, 3, "region", "region 'D'", ""},
    {{"network/zone_share.csv", "za2", "za9"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "zone_id",
     "zone 'za9'",
     "did you mean 'za1'?"},
    {{"network/constant.csv", "a2|rail|AAA|BBB", "a2|rail|AAA|BBC"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "target",
     "border 'a2|rail|AAA|BBC'",
     "did you mean 'a2|rail|AAA|BBB'?"},
    {{"network/constant.csv", "link,rail-b", "link,rail-bb"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "target",
     "link 'rail-bb'",
     "did you mean"},
    {{"economy/trade.csv", "food,A,A", "food,AX,A"}, BK_ERR_REFERENCE, NULL, 2, "exporter", "region 'AX'", ""},
    {{"economy/unit_value.csv", "A,B,300", "A,Q,300"}, BK_ERR_REFERENCE, NULL, 3, "importer", "region 'Q'", ""},
    {{"policy/member.csv", "union,AAA", "unoin,AAA"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "agreement",
     "agreement 'unoin'",
     "did you mean 'union'?"},
    {{"policy/preference.csv", "deal,,", "deal,AAA QQQ,"}, BK_ERR_REFERENCE, NULL, 2, "importer", "country 'QQQ'", ""},
    {{"policy/external_tariff.csv", "union,food", "uniom,food"},
     BK_ERR_REFERENCE,
     NULL,
     8,
     "owner",
     "agreement 'uniom'",
     "did you mean 'union'?"},
    {{"policy/sanction.csv", "ban,CCC,BBB", "ban,CCC,BBX"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "target",
     "country 'BBX'",
     "did you mean 'BBB'?"},
    {{"policy/agreement.csv", ",union\n", ",onion\n"},
     BK_ERR_REFERENCE,
     NULL,
     4,
     "concluded_by",
     "agreement 'onion'",
     "did you mean 'union'?"},
    {{"projects/project.csv", "AAA BBB", "AAA BBX"}, BK_ERR_REFERENCE, NULL, 2, "countries", "country 'BBX'", ""},
    {{"projects/project.csv", "road-new,reported", "road-mew,reported"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "links",
     "link 'road-mew'",
     "did you mean 'road-new'?"},
    {{"projects/effect.csv", "better-gate,link", "better-gote,link"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "project",
     "project 'better-gote'",
     "did you mean 'better-gate'?"},
    {{"projects/effect.csv", "rail-a,capacity_tonnes_year", "rail-a,capacity"},
     BK_ERR_REFERENCE,
     NULL,
     3,
     "attribute",
     "attribute 'capacity' is nothing a project can change of a link",
     "name a column"},
    {{"projects/effect.csv", "transfer,b2", "transfer,a1"},
     BK_ERR_REFERENCE,
     NULL,
     4,
     "target",
     "node 'a1' has no row in network/transfer.csv",
     "all its transfers"},
    {{"observed/observation.csv", "rail-ab,A,B", "rail-zz,A,B"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "links",
     "link 'rail-zz'",
     ""},
    {{"observed/observation.csv", "A,B,food", "A,B,fool"},
     BK_ERR_REFERENCE,
     NULL,
     2,
     "sector",
     "sector 'fool'",
     "did you mean 'food'?"},
    /* duplicates */
    {{"network/node.csv", "a2,Agate", "a1,Agate"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "node_id",
     "node_id 'a1' is there twice, first in line 2",
     "remove"},
    {{"network/border.csv", "b1,rail,BBB,AAA,exit", "b1,rail,AAA,BBB,entry"},
     BK_ERR_DUPLICATE,
     NULL,
     4,
     "node_id",
     "the border row b1|rail|AAA|BBB is there twice, first in line 3",
     "remove"},
    {{"network/transfer.csv", "b2,road,,sea,,24", "b2,rail,1520,sea,,24"},
     BK_ERR_DUPLICATE,
     NULL,
     4,
     "node_id",
     "the transfer at 'b2' from rail 1520 to sea 0 is there twice",
     "remove"},
    {{"network/mode.csv", "rail,ore", "rail,food"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "mode",
     "mode 'rail' and sector 'food' are there twice, first in line 2",
     ""},
    {{"network/zone_share.csv", "za2,ore,origin,1", "za2,ore,origin,0.5\nza2,ore,origin,0.5"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "zone_id",
     "zone 'za2' has two origin shares of 'ore'",
     ""},
    {{"economy/trade.csv", "food,B,A,10", "food,A,A,10"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "sector",
     "sector 'food' from 'A' to 'A' is there twice, first in line 2",
     ""},
    {{"economy/unit_value.csv", "ore,A,B,300", "ore,A,,300"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "sector",
     "is there twice, first in line 2",
     ""},
    {{"economy/value_added_share.csv", "A,ore", "A,food"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "region",
     "region 'A' and sector 'food' are there twice, first in line 2",
     ""},
    {{"economy/input_share.csv", "A,food,ore", "A,food,food"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "region",
     "using 'food', supplying 'food' is there twice, first in line 2",
     ""},
    {{"policy/external_tariff.csv", "AAA,ore", "AAA,food"},
     BK_ERR_DUPLICATE,
     NULL,
     3,
     "owner",
     "the mfn tariff of 'AAA' on 'food' is there twice",
     ""},
    /* values that contradict each other */
    {{"economy/final_share.csv", "A,svc,0.4", "A,svc,0.39998"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "share",
     "final shares of region 'A' add up to 0.99998",
     "not rescaled"},
    {{"economy/input_share.csv", "A,food,ore,0.4", "A,food,ore,0.5"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "share",
     "input shares of region 'A' and sector 'food' add up to 1.1",
     "not rescaled"},
    {{"network/zone.csv", "za2,A,a2,0.4", "za2,A,a2,0.3"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "share",
     "shares of the zones of 'A' add up to 0.9",
     "1e-5"},
    {{"network/zone_share.csv", "origin,1", "origin,0.7"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "share",
     "shares of the zones of 'A' for ore as origin add up to 0.7",
     ""},
    {{"network/border.csv", "a2,rail,AAA,BBB,exit", "a2,rail,AAA,BBB,entry"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "side",
     "the entry row from AAA to BBB stands at 'a2', which is in AAA",
     "exit rows stand"},
    {{"economy/trade.csv", "svc,B,B,40", "svc,B,C,40"},
     BK_ERR_INCONSISTENT,
     NULL,
     13,
     "value",
     "sector 'svc' is not traded, but 'B' sells it to 'C'",
     "traded"},
    {{"economy/tariff.csv", "food,C,A,0.1", "food,A,A,0.1"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "rate",
     "'A' charges itself a tariff on 'food'",
     "own sales"},
    {{"network/link.csv", "rail-old,a1,b2,0,300,60,rail,1520,0.05,,,2010",
      "rail-old,a1,b2,0,300,60,rail,1520,0.05,,2015,2010"},
     BK_ERR_INCONSISTENT,
     NULL,
     7,
     "closes",
     "closes in 2010, before it opens in 2015",
     ""},
    {{"policy/agreement.csv", "2000-01-01,2012-01-01", "2000-01-01,1999-01-01"},
     BK_ERR_INCONSISTENT,
     NULL,
     3,
     "ended",
     "ended before it came into force",
     ""},
    {{"policy/member.csv", "union,AAA,member,2010-01-01,", "union,AAA,member,2010-01-01,2009-01-01"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "until",
     "leaves 'union' before it joins",
     ""},
    {{"projects/project.csv", "1e8,2026,2030", "1e8,2026,2025"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "opens",
     "opens in 2025, before its works start in 2026",
     ""},
    {{"projects/finance.csv", "20,5\nnew-road,A Bank", "20,25\nnew-road,A Bank"},
     BK_ERR_INCONSISTENT,
     NULL,
     2,
     "grace_years",
     "grace of 25 years exceeds the maturity of 20",
     ""},
    /* values that cannot be */
    {{"network/link.csv", "rail-a,a1,a2", "rail-a,a1,a1"},
     BK_ERR_VALUE,
     NULL,
     2,
     "to_node_id",
     "link 'rail-a' starts and ends at 'a1'",
     ""},
    {{"network/transfer.csv", "b2,road,,sea,", "b2,sea,,sea,"},
     BK_ERR_VALUE,
     NULL,
     4,
     "to_mode",
     "leads from sea to itself",
     ""},
    {{"policy/preference.csv", "deal,,,food,,0.5", "deal,,,food,0.1,0.5"},
     BK_ERR_VALUE,
     NULL,
     2,
     "rate",
     "a preference of 'deal' has two values",
     "exactly one"},
    {{"policy/preference.csv", "deal,,,food,,0.5", "deal,,,food,,"},
     BK_ERR_VALUE,
     NULL,
     2,
     "rate",
     "a preference of 'deal' has no value",
     "exactly one"},
    {{"policy/sanction.csv", "transit_cost,25", "transit_cost,"},
     BK_ERR_VALUE,
     NULL,
     4,
     "usd_per_tonne",
     "is a transit_cost without usd_per_tonne",
     ""},
    {{"policy/sanction.csv", "CCC,BBB,,transit_ban", "CCC,BBB,food,transit_ban"},
     BK_ERR_VALUE,
     NULL,
     3,
     "sector",
     "is a transit_ban of one sector",
     ""},
    {{"policy/sanction.csv", "svc,trade,,in_base", "svc,trade,,in_bass"},
     BK_ERR_VALUE,
     NULL,
     5,
     "effect",
     "effect is 'in_bass', must be close or in_base",
     ""},
    {{"projects/effect.csv", "lanes,4", "lanes,-4"},
     BK_ERR_VALUE,
     NULL,
     2,
     "value",
     "lanes becomes -4, which is outside its range",
     ""},
    {{"observed/observation.csv", "calibrate", "fit"},
     BK_ERR_VALUE,
     NULL,
     2,
     "use",
     "use is 'fit', must be calibrate or validate",
     ""},
    {{"economy/sector.csv", "ore,Ore,6", "ore,Ore,"},
     BK_ERR_VALUE,
     NULL,
     3,
     "trade_elasticity",
     "sector 'ore' has no trade_elasticity",
     ""},
    /* what is missing */
    {{"network/border.csv", "a1,road,AAA,BBB,exit,7.6,2,0.2,30,,,1\n", ""},
     BK_ERR_REFERENCE,
     "network/link.csv",
     6,
     "link_id",
     "link 'road-new' crosses from AAA to BBB, but network/border.csv has no exit row a1|road|AAA|BBB",
     "node_id a1, mode road, from_country AAA, to_country BBB, side exit"},
    {{"network/border.csv", "a2,rail,BBB,AAA,entry,1,1,0,1,,,0\n", ""},
     BK_ERR_REFERENCE,
     "network/link.csv",
     3,
     "link_id",
     "no entry row a2|rail|BBB|AAA",
     "add a row"},
    {{"network/zone.csv", "zc,C,c1,1\n", ""},
     BK_ERR_REFERENCE,
     "economy/region.csv",
     4,
     "region",
     "region 'C' has no zone",
     "add a row"},
    {{"economy/value_added_share.csv", "C,svc,1\n", ""},
     BK_ERR_REFERENCE,
     NULL,
     1,
     NULL,
     "no share of value added of region 'C' and sector 'svc'",
     "add a row"},
    {{"economy/input_share.csv", "C,ore,ore,1\n", ""},
     BK_ERR_REFERENCE,
     NULL,
     1,
     NULL,
     "no input share of region 'C' and sector 'ore'",
     ""},
    {{"economy/final_share.csv", NULL, NULL},
     BK_ERR_SCHEMA,
     NULL,
     0,
     NULL,
     "the file is missing",
     "a study with trade needs"},
};
#define DAMAGES (sizeof damages / sizeof *damages)

typedef struct fixture {
    bk_context *ctx;
    bk_arena    scratch, arena;
} fixture;

static void
start(fixture *f)
{
    assert_int_equal(bk_context_create(NULL, &f->ctx), BK_OK);
    bk_arena_init(&f->scratch, f->ctx);
    bk_arena_init(&f->arena, f->ctx);
}

static void
stop(fixture *f)
{
    bk_arena_release(&f->arena);
    bk_arena_release(&f->scratch);
    bk_context_release(f->ctx);
}

static const bkt_table *
table_of(const char *file)
{
    for (size_t t = 0; t < BKT_TABLES; t++)
        if (strcmp(bkt_study_tables[t].file, file) == 0)
            return &bkt_study_tables[t];
    fail_msg("no table %s", file);
    return NULL;
}

static const char *
line_of(const char *text, int line)
{
    for (int i = 1; i < line; i++)
        text = strchr(text, '\n') + 1;
    return text;
}

/* The character at which the cell of that column starts in the damaged line. */
static int
expected_column(const damage *d, const char *file)
{
    char        buffer[BKT_LONGEST_TABLE];
    const char *text;
    bk_field    header[64], cells[64];

    if (d->line == 0 || d->column == NULL)
        return d->line == 0 ? 0 : 1;
    if (d->column[0] == '@')
        return atoi(d->column + 1);
    text = bkt_edited(table_of(file), &d->edit, 1, buffer);
    const size_t n = bkt_split(text, header, 64);
    bkt_split(line_of(text, d->line), cells, 64);
    for (size_t i = 0; i < n; i++)
        if (header[i].length == strlen(d->column) && strncmp(header[i].text, d->column, header[i].length) == 0)
            return (int)cells[i].column;
    fail_msg("no column %s in %s", d->column, file);
    return 0;
}

static void
check_error(const damage *d, const bk_error *error)
{
    const char *file = d->file != NULL ? d->file : d->edit.file;
    const int   column = expected_column(d, file);

    if (error == NULL || error->code != d->code || error->file == NULL || strcmp(error->file, file) != 0 ||
        error->line != d->line || error->column != column || strstr(error->message, d->message) == NULL ||
        strstr(error->hint != NULL ? error->hint : "", d->hint) == NULL)
        fail_msg("damage '%s' -> '%s' of %s: found %s:%d:%d: %s: %s [%s]\nexpected %s:%d:%d: %s: %s [%s]",
                 d->edit.old != NULL ? d->edit.old : "", d->edit.new != NULL ? d->edit.new : "", d->edit.file,
                 error != NULL && error->file != NULL ? error->file : "-", error != NULL ? error->line : 0,
                 error != NULL ? error->column : 0, error != NULL ? bk_status_name(error->code) : "-",
                 error != NULL ? error->message : "-", error != NULL && error->hint != NULL ? error->hint : "", file,
                 d->line, column, bk_status_name(d->code), d->message, d->hint);
}

static void
every_damage_is_said_once_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < DAMAGES; i++) {
        fixture         f;
        const bk_model *model = NULL;
        start(&f);
        const bk_status status = bkt_study_build(f.ctx, &f.scratch, &f.arena, &damages[i].edit, 1, &model);
        check_error(&damages[i], bk_error_get(f.ctx, 0));
        assert_int_equal(status, damages[i].code);
        assert_null(model);
        stop(&f);
    }
}

static void
all_faults_are_said_in_one_run(void **state)
{
    const bkt_edit  edits[] = {{"network/link.csv", "0,150,40", "0,1x0,40"},
                               {"network/zone.csv", "zb,B,b2", "zb,B,b9"},
                               {"economy/trade.csv", "svc,C,C", "scv,C,C"},
                               {"policy/sanction.csv", "ban,CCC,BBB", "ban,CCC,BBX"},
                               {"observed/observation.csv", "calibrate", "fit"}};
    const char     *parts[] = {"length is '1x0'", "node 'b9'", "sector 'scv'", "country 'BBX'", "use is 'fit'"};
    const bk_model *model = NULL;
    fixture         f;

    (void)state;
    start(&f);
    assert_int_equal(bkt_study_build(f.ctx, &f.scratch, &f.arena, edits, 5, &model), BK_ERR_VALUE);
    assert_int_equal(bk_error_count(f.ctx), 5);
    for (size_t i = 0; i < 5; i++) {
        size_t found = 0;
        for (size_t e = 0; e < 5; e++)
            found += strstr(bk_error_get(f.ctx, e)->message, parts[i]) != NULL;
        assert_int_equal(found, 1);
    }
    stop(&f);
}

static void
one_bad_cell_gives_one_message(void **state)
{
    /* Sums and crossings that depend on the cell say nothing more. */
    const bkt_edit  edits[] = {{"economy/final_share.csv", "A,svc,0.4", "A,svc,x"}};
    const bk_model *model = NULL;
    fixture         f;

    (void)state;
    start(&f);
    assert_int_equal(bkt_study_build(f.ctx, &f.scratch, &f.arena, edits, 1, &model), BK_ERR_VALUE);
    assert_int_equal(bk_error_count(f.ctx), 1);
    stop(&f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_damage_is_said_once_with_its_place),
        cmocka_unit_test(all_faults_are_said_in_one_run),
        cmocka_unit_test(one_bad_cell_gives_one_message),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
