"""Who pays, whose deficits, who moves: closures of trade as a user chooses them."""
import shutil
import sqlite3
import sys

from harness import CARAVAN, SILKROAD, buckle, copy_of, edit, expect, main, replace


def trade(folder, study, *more):
    found = expect(buckle(folder, "trade", study, *more, "--format", "json"), 0).json()
    return {region["region"]: region for region in found["regions"]}


def study_of_works_and_tariffs(folder):
    """Caravan, and a scenario that builds a railway and changes tariffs: prices, incomes and costs all move."""
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "both.yaml").write_text(
        "title: A railway and a customs union\nmeasures:\n  - id: works\n    projects: [steppe-line, lake-ports, paperless-gates]\n"
        "  - id: accession\n    tariffs: union_grows_tariff.csv\n", encoding="utf-8")
    return study


def gain(region, paid):
    return 100 * ((region["income_hat"] - paid / region["income"]) / region["price_hat"] - 1)


def test_a_tax_leaves_the_equilibrium_and_lowers_private_income(folder):
    study = study_of_works_and_tariffs(folder)
    nobody, tax = trade(folder, study, "--scenario", "both"), trade(folder, study, "--scenario", "both", "--finance", "tax")
    for name, region in tax.items():
        for key in ("wage_hat", "price_hat", "income_hat", "exports_pct", "imports_pct", "real_wage_pct"):
            assert abs(region[key] - nobody[name][key]) < 1e-10, (name, key)
        assert abs(region["welfare_pct"] - gain(nobody[name], region["cost"])) < 1e-9, name
        assert region["paid"] == region["cost"] == nobody[name]["cost"] and nobody[name]["paid"] == 0
        assert abs(region["ev"] - region["welfare_pct"] / 100 * region["income"]) < 1
    assert tax["XAL"]["cost"] > 1e8 and abs(nobody["XSU"]["price_hat"] - 1) > 1e-4


def test_works_are_paid_in_full_and_move_demand_to_their_sector(folder):
    study = study_of_works_and_tariffs(folder)
    nobody = trade(folder, study, "--scenario", "both")
    works = trade(folder, study, "--scenario", "both", "--finance", "works", "--out", "tables")
    for name, region in works.items():
        assert abs(region["welfare_pct"] - gain(region, region["cost"])) < 1e-9, name
        assert region["paid"] == region["cost"]
    # services, which works buy, are made at home for the most part: their wages gain
    assert works["XAL"]["wage_hat"] > nobody["XAL"]["wage_hat"]


def test_works_need_to_know_what_they_are_made_of(folder):
    study = copy_of(CARAVAN, folder)
    replace(study / "study.yaml", "  works_sector: services\n", "")
    expect(buckle(folder, "trade", study, "--scenario", "middle-way", "--finance", "works"), 3, err="works_sector")
    replace(study / "study.yaml", "  deficits: scaled\n", "  deficits: scaled\n  works_sector: servises\n")
    expect(buckle(folder, "check", study), 3, err="services")


def test_what_is_paid_abroad_arrives_there(folder):
    study = study_of_works_and_tariffs(folder)
    nobody = trade(folder, study, "--scenario", "both")
    abroad = trade(folder, study, "--scenario", "both", "--finance", "foreign", "--lender", "Orisund")
    own = abroad["XOR"]["cost"]
    whole = sum(region["cost"] for region in abroad.values())
    assert whole > 1e8 and abs(sum(region["paid"] for region in abroad.values()) - own) < 1e-6 * whole
    assert abs(abroad["XOR"]["paid"] - (2 * own - whole)) < 1e-6 * whole
    for name, region in abroad.items():  # income already has what was sent; only the lender's own part is a tax
        assert abs(region["welfare_pct"] - gain(region, own if name == "XOR" else 0)) < 1e-9, name
    assert abroad["XOR"]["welfare_pct"] > nobody["XOR"]["welfare_pct"]
    assert abroad["XAL"]["welfare_pct"] < gain(nobody["XAL"], abroad["XAL"]["cost"])  # and terms of trade turn against it
    # a loss of one is a gain of another, weighed at slightly different incomes; the lender's own tax is left
    parts = sum(region["income"] * region["decomposition"]["finance"] / 100 for region in abroad.values())
    assert own > 1e6 and abs(parts + own) < 0.01 * whole, (parts, own, whole)


def test_a_lender_belongs_to_finance_from_abroad(folder):
    expect(buckle(folder, "trade", CARAVAN, "--finance", "foreign"), 2, err="--lender")
    expect(buckle(folder, "trade", CARAVAN, "--finance", "tax", "--lender", "XOR"), 2, err="--lender")
    expect(buckle(folder, "trade", CARAVAN, "--finance", "foreign", "--lender", "Orisond"), 3, err="Orisund")


def test_a_run_takes_off_what_works_cost(folder):
    """The equilibrium with a network is that without a payer; gains fall by the cost at the scenario's prices."""
    found = {}
    for finance in ("none", "tax"):
        answer = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--finance", finance, "--attribution", "none",
                               "--out", finance + ".gpkg", "--format", "json"), 0).json()
        assert answer["finance"] == finance and answer["converged"]
        with sqlite3.connect(folder / (finance + ".gpkg")) as database:
            found[finance] = {row[0]: row[1:] for row in database.execute(
                "SELECT economy, ev_usd, cost_usd, price_hat, npv_usd FROM economies")}
            sums = database.execute(
                "SELECT MAX(ABS(welfare_pct - terms_of_trade_pct - volume_of_trade_pct - transport_pct - productivity_pct"
                " - finance_pct - labour_pct)), MAX(ABS(transport_pct)), MIN(finance_pct) FROM decomposition").fetchone()
        assert sums[0] < 1e-8 and sums[1] > 0.01, sums
        assert (sums[2] < -0.1) == (finance == "tax"), sums
    for name, (gross, cost, price, _) in found["none"].items():
        net = found["tax"][name]
        assert abs(net[0] - (gross - cost / price)) < 1e3, (name, net[0], gross, cost)
        assert abs(net[3] / net[0] - found["none"][name][3] / (gross - cost)) < 1e-6, name  # paid once, not twice
    assert found["none"]["XAL"][1] > 1e8


def test_deficits_are_those_that_were_asked_for(folder):
    fixed = trade(folder, CARAVAN, "--scenario", "union-grows", "--deficits", "fixed")
    scaled = trade(folder, CARAVAN, "--scenario", "union-grows")
    share = trade(folder, CARAVAN, "--scenario", "union-grows", "--deficits", "share")
    zero = trade(folder, CARAVAN, "--scenario", "union-grows", "--deficits", "zero")
    for name in fixed:
        assert abs(fixed[name]["wage_hat"] - scaled[name]["wage_hat"]) < 1e-12  # world value added is the numeraire
        assert abs(zero[name]["deficit"]) < 1
    assert abs(fixed["XWE"]["deficit"] - 142.7e9) < 1e3  # economy/region.csv
    assert abs(sum(region["deficit"] for region in share.values())) < 1e3
    assert abs(share["XAL"]["deficit"] / fixed["XAL"]["deficit"] - 1) > 1e-6
    assert abs(zero["XAL"]["welfare_pct"] - fixed["XAL"]["welfare_pct"]) > 1e-3


def test_deficits_too_large_to_do_without_are_not_removed(folder):
    expect(buckle(folder, "trade", SILKROAD, "--deficits", "zero"), 3, err=("refused", "of its income"))
    expect(buckle(folder, "trade", SILKROAD, "--deficits", "nothing"), 2, err="fixed scaled zero share")


def mobile_study(folder, setting):
    """Caravan's trade alone, Surania a region of Nordria; labour moves between the two if study.yaml says so."""
    study = copy_of(CARAVAN, folder)
    for part in ("network", "policy", "projects", "observed"):
        shutil.rmtree(study / part)
    for path in (study / "scenarios").iterdir():
        if path.stem not in ("cheap-oil", "cheap_oil"):
            path.unlink()

    def join(rows):
        for row in rows:
            if row["region"] == "XSU":
                row["country"] = "XNO"
    edit(study / "economy" / "region.csv", join)
    replace(study / "study.yaml", "  deficits: scaled\n", "  deficits: scaled\n" + setting)
    return study


def test_labour_moves_until_nobody_gains_by_it(folder):
    people = {"XNO": 140e6, "XSU": 15e6}  # economy/region.csv
    study = mobile_study(folder, "  mobility: {congestion: -0.4}\n")
    answer = expect(buckle(folder, "trade", study, "--scenario", "cheap-oil", "--format", "json"), 0).json()
    assert answer["labour_moves"] and answer["labour_unique"]
    moved = {region["region"]: region for region in answer["regions"]}
    assert moved["XSU"]["labour_hat"] > 1.001 > 1 > moved["XNO"]["labour_hat"]  # its oil became cheaper to lift
    assert abs(sum(people[name] * (moved[name]["labour_hat"] - 1) for name in people)) < 1e-3
    utility = [((1 + moved[name]["welfare_pct"] / 100) / moved[name]["labour_hat"]) * moved[name]["labour_hat"] ** -0.4
               for name in people]
    assert abs(utility[0] / utility[1] - 1) < 1e-9, utility
    assert all(moved[name]["labour_hat"] == 1 for name in ("XAL", "XOR", "XWE"))


def test_labour_stays_where_study_yaml_does_not_let_it_move(folder):
    found = trade(folder, mobile_study(folder, ""), "--scenario", "cheap-oil")
    assert all(region["labour_hat"] == 1 for region in found.values())


def test_labour_that_would_gather_in_one_place_is_refused(folder):
    study = mobile_study(folder, "  mobility: {agglomeration: 0.9, congestion: 0}\n")
    expect(buckle(folder, "trade", study, "--scenario", "cheap-oil"), 3, err="labour")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
