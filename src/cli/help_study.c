/* The reference of a study's files, from the schemas by which they are read. */
#include "cli/cli.h"

#include <float.h>
#include <math.h>

static const char *
kind_name(bk_cell_kind kind)
{
    static const char *const names[] = {
        [BK_CELL_ID] = "name",         [BK_CELL_TEXT] = "text",      [BK_CELL_NUMBER] = "number",
        [BK_CELL_INTEGER] = "integer", [BK_CELL_FLAG] = "yes or no", [BK_CELL_DATE] = "date",
    };
    return names[kind];
}

/* " from 0 to 1", " above 0", or nothing. */
static void
print_range(FILE *out, double least, double most)
{
    if (least > 0.0 && least <= DBL_MIN)
        fputs(" above 0", out);
    else if (isfinite(least))
        fprintf(out, " from %g", least);
    if (isfinite(most))
        fprintf(out, " to %g", most);
}

static void
print_column(FILE *out, const bk_column_schema *column)
{
    const bool has_range = column->kind == BK_CELL_NUMBER || column->kind == BK_CELL_INTEGER;

    fprintf(out, "| `%s`%s | %s", column->name, column->required ? "" : " (may be absent)", kind_name(column->kind));
    if (has_range)
        print_range(out, column->least, column->most);
    fprintf(out, "%s | %s | %s |\n", column->may_be_empty ? ", or empty" : "", column->unit, column->meaning);
}

static void
print_table(FILE *out, const char *title, const bk_table_schema *table)
{
    fprintf(out, "\n### %s\n\n%s\n\n| column | value | unit | meaning |\n| --- | --- | --- | --- |\n", title,
            table->meaning);
    for (size_t c = 0; c < table->n_columns; c++)
        print_column(out, &table->columns[c]);
}

static void
print_settings(FILE *out)
{
    fputs("\n## study.yaml\n\nText, typed by this table and never by guess: `NO` is Norway. Beside these there is "
          "`buckle: 1`, the format.\n\n"
          "| key | value | unit | if absent | meaning |\n| --- | --- | --- | --- | --- |\n",
          out);
    for (size_t s = 0; s < bk_setting_schema_count(); s++) {
        const bk_setting_schema *setting = bk_setting_schema_get(s);
        fprintf(out, "| `%s` | %s", setting->key, setting->words ? setting->words : kind_name(setting->kind));
        if (!setting->words && (setting->kind == BK_CELL_NUMBER || setting->kind == BK_CELL_INTEGER))
            print_range(out, setting->least, setting->most);
        fprintf(out, " | %s | %s | %s |\n", setting->unit,
                setting->required            ? "a fault"
                : setting->otherwise[0] != 0 ? setting->otherwise
                                             : "",
                setting->meaning);
    }
}

static void
print_names(FILE *out, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s`%s`", i > 0 ? ", " : "", names[i]);
}

static void
print_adjust(FILE *out, bk_arena *arena)
{
    fputs("\n### adjust: [...]\n\nNumbers of rows changed, without a table: "
          "`adjust: [{target: border, node: dostyk, mode: rail, attribute: control_hours, factor: 0.5}]`.\n"
          "Each has a `target`, an `attribute` (a column of the target's file), one of `value` (replaces), `factor` "
          "(multiplies) and `add`, and any of the\n"
          "target's keys, which choose rows: one name or a list of names; a key left out chooses all. What all "
          "measures of a scenario ask of one number is\n"
          "the value given (or what stands there after tables and projects), times all factors, plus all that is "
          "added, whatever their order; two different values\n"
          "are a conflict. What is unlimited, such as an empty capacity, stays so but for a value. Regions may be "
          "named by "
          "their country. A `tariff` and a\n"
          "`trade_cost` of an economy on its own goods are never chosen.\n\n"
          "| target | rows of | chosen by | attributes |\n| --- | --- | --- | --- |\n",
          out);
    for (int t = 0; t < BK_TARGET_COUNT; t++) {
        const bk_target_schema *target = bk_target_schema_get((bk_target_kind)t, arena);
        if (target == NULL)
            break;
        fprintf(out, "| `%s` | %s | ", target->name, target->file[0] != '\0' ? target->file : "factors, 1 in the base");
        print_names(out, target->selectors, target->n_selectors);
        fputs(" | ", out);
        print_names(out, target->attributes, target->n_attributes);
        fputs(" |\n", out);
    }
}

void
bki_help_print_study(FILE *out, bk_arena *arena)
{
    static const struct {
        const char     *title;
        bk_measure_rows kind;
    } measures[] = {{"borders: FILE.csv or rows", BK_ROWS_BORDERS},
                    {"tariffs: FILE.csv or rows", BK_ROWS_TARIFFS},
                    {"trade_costs: FILE.csv or rows", BK_ROWS_TRADE_COSTS},
                    {"productivity: FILE.csv or rows", BK_ROWS_PRODUCTIVITY}};

    fputs("# A study's files\n\nThis page is printed by `buckle help --study`, from the tables by which the files are "
          "read.\n\n"
          "A study is a folder of CSV files (UTF-8, a header row, RFC 4180) and YAML. Every file but `study.yaml` may "
          "be absent: a study without\n"
          "`network/` is a trade model alone. Columns that are not listed are kept out with a note; `source` and "
          "`confidence` (`reported`, `derived`,\n"
          "`estimate`) may stand in every table.\n",
          out);
    print_settings(out);
    fputs("\n## Tables\n", out);
    for (size_t t = 0; t < bk_table_schema_count(); t++)
        print_table(out, bk_table_schema_get(t)->file, bk_table_schema_get(t));
    fputs(
        "\n## scenarios/NAME.yaml\n\nA `title` and a list of `measures`. Each has an `id` and any of: `projects` (a "
        "list of projects), `join` and `leave`\n"
        "(lists of `{agreement: A, country: C}`, with `date: 2027-01-01` if the agreement is to be read on that day), "
        "`close` (links, border posts or\n"
        "places), `sanctions`, `adjust`, `transit_tolls` (a list of `{country: KAZ, usd_per_tonne: 5}`: asked of each "
        "tonne that neither begins nor ends in the\n"
        "country whenever it leaves it by land or ferry, or goes there from land to a ship or into a pipeline), and "
        "the "
        "tables below. Names of files are relative\n"
        "to the scenario's own folder; in place of a name the rows may stand in the scenario itself, as a list of "
        "mappings with the same columns:\n"
        "`tariffs: [{sector: machinery, exporter: DEU, importer: KAZ, rate: 0.02}]`.\n",
        out);
    print_adjust(out, arena);
    for (size_t m = 0; m < sizeof measures / sizeof *measures; m++)
        print_table(out, measures[m].title, bk_measure_schema(measures[m].kind));
}
