"""buckle trade: the trade equilibrium alone."""
import csv
import sys

from harness import SHARED, SILKROAD, Skip, buckle, copy_of, edit, expect, main

KEYS = {"region", "wage_hat", "price_hat", "income_hat", "real_wage_pct", "welfare_pct", "welfare_linear_pct",
        "terms_of_trade_pct", "volume_of_trade_pct", "exports_pct", "imports_pct", "ev"}


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
    assert len(found["regions"]) == 34 and all(set(region) == KEYS for region in found["regions"])


def test_published_equilibria_agree_to_nine_digits(folder):
    if not SHARED.exists():
        raise Skip("reference data absent (BUCKLE_SHARED)")
    for scenario in ("nafta", "world"):
        found = trade(folder, SHARED / "studies" / "cp2015", "--scenario", scenario)
        regions = {region["region"]: region for region in found["regions"]}
        with open(SHARED / "cp2015" / f"expected_{scenario}.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for key, name in (("wage_hat", "w_hat"), ("price_hat", "P_hat"), ("income_hat", "income_hat")):
                    actual, expected = regions[row["country"]][key], float(row[name])
                    assert abs(actual / expected - 1) < 1e-9, (scenario, row["country"], key, actual, expected)


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
