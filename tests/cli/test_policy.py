"""buckle check --policy: who may trade with whom at which rate on a day, and why."""
import sys

from harness import CARAVAN, SILKROAD, buckle, copy_of, edit, expect, main, replace


def ask(folder, study, economy, day, *more):
    return expect(buckle(folder, "check", study, "--policy", economy, day, "--format", "json", *more), 0).json()


def rule(answer, direction, partner, sector):
    found = [row for row in answer[direction] if row["partner"] == partner and row["sector"] == sector]
    assert len(found) == 1, f"{len(found)} rows for {partner} and {sector}"
    return found[0]


def test_kazakhstan_trades_freely_in_its_union_and_by_its_tariff_outside(folder):
    answer = ask(folder, SILKROAD, "KAZ", "2023-06-01")
    assert answer["economy"] == "KAZ" and answer["date"] == "2023-06-01" and answer["customs_union"] == "eaeu"
    inside = rule(answer, "imports", "RUS", "food")
    assert (inside["regime"], inside["agreement"], inside["rate"]) == ("customs-union", "eaeu", 0)
    assert {offer["agreement"] for offer in inside["offers"]} == {"eaeu", "cis-fta"}
    outside = rule(answer, "imports", "CHN", "food")
    assert (outside["regime"], outside["rate"]) == ("mfn", 0.057)
    assert outside["rows"] == [{"file": "policy/external_tariff.csv", "line": 2}]
    assert len(answer["imports"]) == len(answer["exports"]) == 33 * 8


def test_every_rate_names_the_row_it_comes_from(folder):
    answer = ask(folder, SILKROAD, "KAZ", "2023-06-01")
    lines = {name: (SILKROAD / name).read_text(encoding="utf-8").splitlines()
             for name in ("policy/preference.csv", "policy/external_tariff.csv", "policy/agreement.csv")}
    for direction in ("imports", "exports"):
        for row in answer[direction]:
            assert row["rows"], f"no row behind {row}"
            if row["agreement"]:
                place = row["rows"][0]
                assert lines[place["file"]][place["line"] - 1].startswith(row["agreement"] + ","), row
            else:
                place = row["rows"][0]
                owner, sector, rate = lines[place["file"]][place["line"] - 1].split(",")[:3]
                importer = "KAZ" if direction == "imports" else row["partner"]
                assert (owner, sector, float(rate)) == (importer, row["sector"], row["rate"]), row


def test_the_agreement_with_iran_holds_from_its_day(folder):
    before, after = ask(folder, SILKROAD, "KAZ", "2025-05-14"), ask(folder, SILKROAD, "KAZ", "2025-05-15")
    assert rule(before, "imports", "IRN", "food")["agreement"] == "eaeu-iran-interim"
    assert rule(after, "imports", "IRN", "food")["agreement"] == "eaeu-iran"


def test_the_text_says_why_and_where_tariffs_differ(folder):
    expect(buckle(folder, "check", SILKROAD, "--policy", "Kazakhstan", "2023-06-01"), 0,
           out=["Kazakhstan (KAZ) on 2023-06-01", "within the customs union; also open: cis-fta (policy/preference.csv:2)",
                "policy/external_tariff.csv:2-9", "iran-2018, by USA", "policy/member.csv:303: signed-alone",
                "16 of 8976 pairs and sectors differ"])


def test_a_scenario_and_its_dates_count(folder):
    study = copy_of(SILKROAD, folder)
    replace(study / "scenarios" / "uzbekistan-joins.yaml", "country: UZB}", "country: UZB, date: 2027-01-01}")
    scenario = ("--scenario", "uzbekistan-joins")
    assert rule(ask(folder, study, "KAZ", "2026-12-31", *scenario), "imports", "UZB", "food")["agreement"] == "cis-fta"
    joined = ask(folder, study, "UZB", "2027-01-01", *scenario)
    assert joined["customs_union"] == "eaeu" and joined["scenario"] == "uzbekistan-joins"
    assert rule(joined, "imports", "KAZ", "food")["regime"] == "customs-union"
    outside = rule(joined, "imports", "CHN", "food")
    assert outside["basis"] == "common_external", outside


def test_a_date_that_is_none_is_placed(folder):
    study = copy_of(SILKROAD, folder)
    replace(study / "scenarios" / "uzbekistan-joins.yaml", "country: UZB}", "country: UZB, date: 2027-02-30}")
    expect(buckle(folder, "check", study), 3, err=["uzbekistan-joins.yaml:4:", "'2027-02-30', which is no day"])
    replace(study / "scenarios" / "uzbekistan-joins.yaml", "date: 2027-02-30", "day: 2027-02-28")
    expect(buckle(folder, "check", study), 3, err=["uzbekistan-joins.yaml:4:", "day"])


def test_a_join_before_the_agreement_is_in_force_is_a_conflict(folder):
    (folder / "early.yaml").write_text("title: Too early\nmeasures:\n  - id: early\n"
                                       "    join: [{agreement: orisund-south, country: XSU, date: 2026-01-01}]\n")
    expect(buckle(folder, "check", CARAVAN, "--scenario", folder / "early.yaml"), 3,
           err=["early.yaml:4:", "2026-01-01, when it is not in force (policy/agreement.csv:5)"])


def test_conflicts_are_reported_with_their_rows(folder):
    study = copy_of(CARAVAN, folder)
    edit(study / "policy" / "member.csv", lambda rows: rows.append(dict(rows[0])))
    edit(study / "policy" / "external_tariff.csv",
         lambda rows: [row for row in rows if (row["owner"], row["sector"]) != ("XWE", "farm")])
    answer = ask(folder, study, "XAL", "2023-06-01")
    found = {conflict["kind"]: conflict for conflict in answer["conflicts"]}
    assert found["joined-twice"]["row"]["file"] == "policy/member.csv" and found["joined-twice"]["row"]["line"] > 2
    assert found["no-rate"]["economy"] == "XWE" and "farm" in found["no-rate"]["message"]
    unknown = rule(answer, "exports", "XWE", "farm")
    assert unknown["regime"] == "unknown" and unknown["rate"] is None
    expect(buckle(folder, "check", study, "--policy", "XAL", "2023-06-01"), 0, out=["joined-twice", "?", "no-rate"])


def test_barriers_and_general_rates_are_shown(folder):
    study = copy_of(CARAVAN, folder)
    (study / "policy" / "barrier.csv").write_text("agreement,importer,exporter,sector,factor,from\n"
                                                  "steppe-union,,,goods,0.9,2020-01-01\n")
    with open(study / "policy" / "agreement.csv", "a", encoding="utf-8") as file:
        file.write("wto,World Trade Organization,multilateral,1994-04-15,1995-01-01,,,,\n")
    with open(study / "policy" / "member.csv", "a", encoding="utf-8") as file:
        file.write("wto,XWE,member,1995-01-01,,,\n")
    with open(study / "policy" / "external_tariff.csv", "a", encoding="utf-8") as file:
        file.write("XWE,farm,0.5,general,,\n")
    answer = ask(folder, study, "XAL", "2023-06-01")
    assert rule(answer, "imports", "XNO", "goods")["trade_cost"] == 0.9
    general = rule(answer, "exports", "XWE", "farm")
    assert (general["regime"], general["rate"], general["most_favoured"]) == ("general", 0.5, False)
    text = expect(buckle(folder, "check", study, "--policy", "XAL", "2023-06-01"), 0,
                  out=["XNO, goods: imports 0.9, exports 0.9", "general rate: not both are in the WTO"])
    assert "no general rate is listed" in text.out


def test_bad_questions_are_refused(folder):
    expect(buckle(folder, "check", CARAVAN, "--policy", "XAX", "2023-06-01"), 3, err=["XAX", "did you mean"])
    expect(buckle(folder, "check", CARAVAN, "--policy", "XAL", "2023-13-01"), 2, err="2023-13-01")
    expect(buckle(folder, "check", CARAVAN, "--policy", "XAL"), 2, err="ECONOMY DATE")
    expect(buckle(folder, "check", CARAVAN, "--policy", "XAL", "2023-01-01", "--policy", "XNO", "2023-01-01"), 2,
           err="given twice")
    expect(buckle(folder, "check", CARAVAN, "--policy", "XAL", "2023-01-01", "--scenario", "today", "--scenario",
                  "union-grows"), 2, err="one scenario")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
