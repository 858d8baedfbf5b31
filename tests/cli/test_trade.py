"""buckle trade: the trade equilibrium alone."""
import collections
import csv
import sqlite3
import sys

from harness import CARAVAN, ROOT, SHARED, SILKROAD, Skip, buckle, copy_of, edit, expect, main

KEYS = {"region", "wage_hat", "price_hat", "income_hat", "real_wage_pct", "welfare_pct", "welfare_linear_pct",
        "terms_of_trade_pct", "volume_of_trade_pct", "exports_pct", "imports_pct", "ev"}


PERCENTAGES = {"real_wage_pct": "real_wage_pct", "welfare_pct": "welfare_exact_pct",
               "welfare_linear_pct": "welfare_linear_pct", "terms_of_trade_pct": "tot_linear_pct",
               "volume_of_trade_pct": "vot_linear_pct", "exports_pct": "exports_growth_pct",
               "imports_pct": "imports_growth_pct"}


def rows_of(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def trade(folder, study, *more):
    return expect(buckle(folder, "trade", study, *more, "--format", "json"), 0).json()


def test_nothing_changes_without_a_scenario(folder):
    found = trade(folder, SILKROAD)
    assert found["converged"] is True and found["scenario"] is None
    for region in found["regions"]:
        for hat in ("wage_hat", "price_hat", "income_hat"):
            assert abs(region[hat] - 1) < 1e-9, (region["region"], hat)


def test_the_keys_are_those_of_the_reference(folder):
    found = trade(folder, SILKROAD, "--scenario", "oil-price-shock")
    assert {"converged", "residual", "walras", "iterations", "seconds", "regions"} <= set(found)
    assert len(found["regions"]) == 34 and all(KEYS <= set(region) for region in found["regions"])


def test_published_equilibria_agree_to_nine_digits(folder):
    if not SHARED.exists():
        raise Skip("reference data absent (BUCKLE_SHARED)")
    for scenario in ("nafta", "world"):
        found = trade(folder, SHARED / "studies" / "cp2015", "--scenario", scenario)
        regions = {region["region"]: region for region in found["regions"]}
        with open(SHARED / "cp2015" / f"expected_{scenario}.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                region = regions.pop(row["country"])
                for key, name in (("wage_hat", "w_hat"), ("price_hat", "P_hat"), ("income_hat", "income_hat")):
                    actual, expected = region[key], float(row[name])
                    assert abs(actual / expected - 1) < 1e-9, (scenario, row["country"], key, actual, expected)
                for key, name in PERCENTAGES.items():  # 100 (hat - 1)
                    actual, expected = region[key], float(row[name])
                    assert abs(actual - expected) < 1e-7, (scenario, row["country"], key, actual, expected)
        assert not regions


def test_published_trade_between_pairs_agrees_to_nine_digits(folder):
    if not SHARED.exists():
        raise Skip("reference data absent (BUCKLE_SHARED)")
    for scenario in ("nafta", "world"):
        trade(folder, SHARED / "studies" / "cp2015", "--scenario", scenario, "--out", scenario)
        before, after = collections.Counter(), collections.Counter()
        for row in rows_of(folder / scenario / "trade_changes.csv"):
            before[row["importer"], row["exporter"]] += float(row["before_usd [USD/yr]"])
            after[row["importer"], row["exporter"]] += float(row["after_usd [USD/yr]"])
        compared = 0
        for row in rows_of(SHARED / "cp2015" / f"expected_{scenario}_imports_growth_pct.csv"):
            for exporter, growth in row.items():
                pair = (row["importer"], exporter)
                if exporter != "importer" and exporter != row["importer"] and growth != "nan":  # no trade
                    assert abs(after[pair] / before[pair] / (1 + float(growth) / 100) - 1) < 1e-9, (scenario, pair)
                    compared += 1
        assert compared > 900


def assert_page_has_decomposition(regions):
    """The table of docs/explanation/trade.md that sets the exact parts beside the linear ones."""
    page = (ROOT / "docs" / "explanation" / "trade.md").read_text(encoding="utf-8")
    lines = {line.split("|")[1].strip(): [cell.strip() for cell in line.split("|")[2:5]]
             for line in page.splitlines() if line.startswith("|")}
    part = {region["region"]: region["decomposition"] for region in regions}
    for row, key in (("of which terms of trade", "terms_of_trade"), ("tariff revenue lost", "tariff_revenue"),
                     ("tariffs no longer paid", "tariff_burden")):
        computed = [f"{part[name][key]:+.3f}".replace("-", "\N{MINUS SIGN}") for name in ("MEX", "CAN", "USA")]
        assert lines[row] == computed, (row, lines[row], computed)


def test_the_published_welfare_is_the_linear_one_and_stands_beside_the_exact_one(folder):
    """Caliendo and Parro (2015), Table 2, printed with two decimals; the exact figures are far from it for Mexico."""
    if not SHARED.exists():
        raise Skip("reference data absent (BUCKLE_SHARED)")
    found = trade(folder, SHARED / "studies" / "cp2015", "--scenario", "nafta")
    assert_page_has_decomposition(found["regions"])
    regions = {region["region"]: region for region in found["regions"]}
    for name, welfare, terms, volume, wage in (("MEX", 1.31, -0.41, 1.72, 1.72), ("CAN", -0.06, -0.11, 0.04, 0.32),
                                               ("USA", 0.08, 0.04, 0.04, 0.11)):
        region = regions[name]
        printed = [round(region[key], 2) for key in ("welfare_linear_pct", "terms_of_trade_pct", "volume_of_trade_pct",
                                                     "real_wage_pct")]
        assert printed == [welfare, terms, volume, wage], (name, printed)
    assert 0.005 < regions["MEX"]["welfare_pct"] < 0.01


def assert_parts_add_up(regions):
    for region in regions:
        part = dict(region["decomposition"])
        assert abs(part["remainder"]) < 1e-8, (region["region"], part)
        volume = part.pop("volume_of_trade")
        assert abs(volume - part["tariff_revenue"] - part["tariff_burden"]) < 1e-10
        assert abs(sum(part.values()) - region["welfare_pct"]) < 1e-10, (region["region"], part)


def test_the_parts_add_up_to_the_gain_whatever_changes(folder):
    for study, scenario, moved in ((CARAVAN, "union-grows", "tariff_revenue"), (CARAVAN, "almaria-leaves", "transport"),
                                   (CARAVAN, "cheap-oil", "productivity")):
        found = trade(folder, study, "--scenario", scenario)["regions"]
        assert_parts_add_up(found)
        assert max(abs(region["decomposition"][moved]) for region in found) > 0.01, (scenario, moved)
    if SHARED.exists():
        assert_parts_add_up(trade(folder, SHARED / "studies" / "cp2015", "--scenario", "world")["regions"])


def test_the_page_on_trade_policy_tells_what_happens(folder):
    page = (ROOT / "docs" / "how-to" / "trade-policy.md").read_text(encoding="utf-8")
    blocks = page.split("```")[1::2]
    study = copy_of(CARAVAN, folder)
    for name, start in (("cut.yaml", "yaml\n# cut.yaml"), ("cut.csv", "\nsector,exporter,importer,rate")):
        text = [block for block in blocks if block.startswith(start)]
        assert len(text) == 1, name
        (study / "scenarios" / name).write_text(text[0].split("\n", 1)[1], encoding="utf-8")
    cut = {region["region"]: region for region in trade(folder, study, "--scenario", "cut")["regions"]}
    assert cut["XAL"]["exports_pct"] > 0 and cut["XSU"]["decomposition"]["tariff_revenue"] < 0
    found = {region["region"]: region for region in trade(folder, study, "--scenario", "union-grows")["regions"]}
    told = [line.split() for block in blocks for line in block.splitlines() if line.startswith("X")]
    assert len(told) == 3
    for words in told:
        region, part = found[words[0]], found[words[0]]["decomposition"]
        numbers = [region["welfare_pct"], part["terms_of_trade"], part["tariff_revenue"], part["tariff_burden"],
                   part["transport"], part["finance"], part["remainder"], region["welfare_linear_pct"]]
        for word, number in zip(words[2:], numbers, strict=True):
            assert abs(float(word) - number) <= 0.0005000001, (words[0], word, number)
    for word, number in (("1.82 bn", found["XSU"]["diverted"]), ("8.95 bn", found["XSU"]["created"] + found["XSU"]["diverted"])):
        assert word in page and abs(float(word.split()[0]) - number / 1e9) <= 0.005, (word, number)


def test_own_shares_alone_give_the_real_wage(folder):
    """Arkolakis, Costinot and Rodriguez-Clare (2012): found without the solver's prices, so it checks them."""
    found = trade(folder, CARAVAN, "--scenario", "union-grows")["regions"]
    for region in found:
        assert region["sufficient_real_wage_pct"] is not None
        assert abs(region["sufficient_real_wage_pct"] - region["real_wage_pct"]) < 1e-9, region["region"]
    assert max(abs(region["real_wage_pct"]) for region in found) > 0.1


def test_partners_and_sectors_are_the_trade_of_the_tables(folder):
    found = trade(folder, CARAVAN, "--scenario", "union-grows", "--bilateral", "almaria", "--out", "tables")
    assert found["bilateral"]["economy"] == "XAL" and len(found["files"]) == 5
    rows = [row for row in rows_of(folder / "tables" / "trade_changes.csv") if row["exporter"] != row["importer"]]
    for when in ("before", "after"):
        for flow, mine, other in (("imports", "importer", "exporter"), ("exports", "exporter", "importer")):
            for key, column in (("partners", other), ("sectors", "sector")):
                sums = collections.Counter()
                for row in rows:
                    if row[mine] == "XAL":
                        sums[row[column]] += float(row[f"{when}_usd [USD/yr]"])
                listed = {item[key[:-1]]: item[f"{flow}_{when}"] for item in found["bilateral"][key]}
                assert set(sums) <= set(listed)
                for name, value in listed.items():
                    assert abs(value - sums[name]) <= 1e-9 * max(sums.values()), (key, name, value, sums[name])
    exports = sum(item["exports_after"] for item in found["bilateral"]["partners"])
    hhi = sum((item["exports_after"] / exports) ** 2 for item in found["bilateral"]["partners"])
    region = {region["region"]: region for region in found["regions"]}["XAL"]
    assert abs(region["partner_hhi_after"] - hhi) < 1e-12


def test_tables_go_into_a_geopackage_too(folder):
    trade(folder, CARAVAN, "--scenario", "union-grows", "--out", "t.gpkg")
    with sqlite3.connect(folder / "t.gpkg") as database:
        count = {name: database.execute(f"SELECT COUNT(*) FROM {name}").fetchone()[0]
                 for name in ("trade_changes", "decomposition", "indicators")}
    assert count["decomposition"] == count["indicators"] == 5 and count["trade_changes"] >= 5 * 5


def test_a_partner_that_is_not_there_is_bad_input(folder):
    expect(buckle(folder, "trade", CARAVAN, "--bilateral", "Almarya"), 3, err="Almaria")


def test_a_tariff_cut_of_a_partner_raises_what_it_imports(folder):
    study = copy_of(SILKROAD, folder)
    (study / "scenarios" / "cut.yaml").write_text("title: China cuts its tariffs on Kazakhstan\nmeasures:\n"
                                                  "  - id: cut\n    tariffs: cut.csv\n", encoding="utf-8")
    with open(study / "economy" / "tariff.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["importer"] == "CHN" and row["exporter"] == "KAZ"
                and float(row["rate"]) > 0]
    assert rows
    with open(study / "scenarios" / "cut.csv", "w", encoding="utf-8") as file:
        file.write("sector,exporter,importer,rate\n")
        file.writelines(f"{row['sector']},KAZ,CHN,0\n" for row in rows)
    found = {region["region"]: region for region in trade(folder, study, "--scenario", "cut")["regions"]}
    assert found["KAZ"]["exports_pct"] > 0 and found["KAZ"]["welfare_pct"] > 0 and found["CHN"]["imports_pct"] > 0


def test_cheaper_oil_elsewhere_hurts_those_who_sell_it(folder):
    found = {region["region"]: region for region in trade(folder, SILKROAD, "--scenario", "oil-price-shock")["regions"]}
    assert found["KAZ"]["welfare_pct"] < -1 and found["AZE"]["welfare_pct"] < found["KAZ"]["welfare_pct"]


def test_an_unknown_scenario_is_bad_input(folder):
    expect(buckle(folder, "trade", SILKROAD, "--scenario", "oil-prize-shock"), 3, err="oil-price-shock")


def test_a_study_without_economy_is_refused(folder):
    study = copy_of(SILKROAD, folder)
    for path in list((study / "economy").iterdir()):
        path.unlink()
    (study / "economy").rmdir()
    answer = buckle(folder, "trade", study)
    assert answer.status == 3 and "econom" in answer.err, answer.err


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
