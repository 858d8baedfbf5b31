"""buckle check: a sound study is described, a faulty one is refused with the place of every fault."""
import sys

from harness import CARAVAN, SILKROAD, buckle, column_of, copy_of, edit, expect, main, replace


def test_the_built_in_study_is_valid(folder):
    expect(buckle(folder, "check", SILKROAD), 0,
           out=["The study is valid.", "289 places", "710 links", "34 regions", "belt-as-planned"])


def test_rows_are_counted_by_confidence(folder):
    # counted apart from the program, from the files themselves
    import csv
    counts = {}
    for name in ("network/link.csv", "network/border.csv", "economy/trade.csv", "policy/member.csv"):
        with open(SILKROAD / name, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                key = (name, row["confidence"] or "unmarked")
                counts[key] = counts.get(key, 0) + 1
    answer = expect(buckle(folder, "check", SILKROAD, "--sources", "--format", "json"), 0).json()
    files = {file["file"]: file for file in answer["files"]}
    for (name, confidence), count in counts.items():
        assert files[name]["confidence"][confidence] == count, (name, confidence)
    assert sum(file["rows"] for file in answer["files"]) == answer["rows"]
    assert sum(answer["confidence"].values()) == answer["rows"]


def test_the_number_of_equilibria_is_named(folder):
    answer = expect(buckle(folder, "check", SILKROAD, "--format", "json"), 0).json()
    assert answer["valid"] is True and answer["base_cached"] is False
    measures = [len(scenario["measures"]) for scenario in answer["scenarios"]]
    assert answer["equilibria"] == sum(2 ** n - 1 if 1 < n <= 4 else 1 + n if n > 4 else 1 for n in measures)


def test_a_bad_number_is_placed_by_line_and_column(folder):
    study = copy_of(SILKROAD, folder)
    path = study / "network" / "link.csv"
    edit(path, lambda rows: rows[2].update(length="far", name="plain"))
    answer = expect(buckle(folder, "check", study), 3, err=["error:", "far"])
    place = f"network/link.csv:4:{column_of(path, 4, 'length')}: error:"
    assert place in answer.err, f"no {place} in {answer.err}"


def test_every_fault_is_named_in_one_run(folder):
    study = copy_of(SILKROAD, folder)
    edit(study / "network" / "link.csv", lambda rows: rows[0].update(from_node_id="nowhere"))
    edit(study / "network" / "node.csv", lambda rows: rows[5].update(x_coord="200"))
    edit(study / "economy" / "region.csv", lambda rows: rows[1].update(value_added="-1"))
    answer = expect(buckle(folder, "check", study), 3, err=["nowhere", "200", "-1"])
    assert answer.err.count(": error: ") >= 3


def test_a_missing_table_or_setting_is_named_with_its_folder(folder):
    study = copy_of(CARAVAN, folder)
    (study / "economy" / "trade.csv").unlink()
    replace(study / "study.yaml", "base_year: 2024\n", "")
    for name in ("economy/trade.csv", "study.yaml"):
        expect(buckle(folder, "check", study), 3, err=f"{study / name}: error:")
        expect(buckle(folder, "check", f"{study}/"), 3, err=f"{study / name}: error:")


def test_a_missing_column_is_named(folder):
    study = copy_of(SILKROAD, folder)
    replace(study / "economy" / "region.csv", "value_added", "value_aded")
    expect(buckle(folder, "check", study), 3, err=["economy/region.csv:1", "value_added"])


def test_an_unknown_setting_is_answered_with_the_nearest(folder):
    study = copy_of(SILKROAD, folder)
    replace(study / "study.yaml", "discount_rate:", "discount_rat:")
    expect(buckle(folder, "check", study), 3, err=["study.yaml:", "discount_rate"])


def test_faults_of_scenarios_are_found_too(folder):
    study = copy_of(SILKROAD, folder)
    replace(study / "scenarios" / "cku-railway.yaml", "[cku-railway]", "[cku-railwy]")
    expect(buckle(folder, "check", study), 3, err=["scenarios/cku-railway.yaml:", "cku-railwy"])


def test_a_rate_in_percent_is_doubted_in_a_study_and_in_a_scenario(folder):
    study = copy_of(CARAVAN, folder)
    edit(study / "economy" / "tariff.csv", lambda rows: rows[1].update(rate="12"))
    replace(study / "study.yaml", "discount_rate: 0.06", "discount_rate: 6")
    (study / "scenarios" / "doubtful.yaml").write_text("title: t\nmeasures:\n  - id: a\n    tariffs: doubtful.csv\n", encoding="utf-8")
    (study / "scenarios" / "doubtful.csv").write_text("sector,exporter,importer,rate\nfarm,XOR,XAL,12.5\n", encoding="utf-8")
    for arguments in (["check", study], ["run", study, "--scenario", "doubtful"]):
        warnings = expect(buckle(folder, *arguments, "--format", "json"), 0).json()["warnings"]
        for place, what in [("study.yaml:6:16", "discount_rate is 6"), ("economy/tariff.csv:3:", "rate is 12:"),
                            ("scenarios/doubtful.csv:2:14", "rate is 12.5")]:
            assert any(place in warning and what in warning and "percent" in warning for warning in warnings), (what, warnings)
    expect(buckle(folder, "run", study, "--scenario", "doubtful"), 0, out="the study's own rows raise", err="rate is 12.5")


def test_faults_in_json_are_one_object_with_every_fault(folder):
    study = copy_of(SILKROAD, folder)
    edit(study / "network" / "link.csv", lambda rows: rows[0].update(from_node_id="nowhere"))
    edit(study / "economy" / "region.csv", lambda rows: rows[1].update(value_added="-1"))
    answer = expect(buckle(folder, "check", study, "--format", "json", "--quiet"), 3)
    found = answer.json()
    assert len(found["errors"]) >= 2 and found["error"] == found["errors"][0]
    assert found["error"]["file"].endswith(".csv") and found["error"]["line"] >= 2 and found["error"]["column"] >= 1
    assert answer.err == ""


def test_a_folder_that_is_not_there_is_bad_input(folder):
    expect(buckle(folder, "check", folder / "nothing"), 3, err="error:")
    (folder / "empty").mkdir()
    expect(buckle(folder, "check", folder / "empty"), 3, err="study.yaml")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
