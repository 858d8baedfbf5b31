"""buckle brief: eighteen questions, each answered from numbers that other commands show too."""
import csv
import json
import re
import sys

from harness import CARAVAN, buckle, expect, main

KEYS = {"question", "claim", "verdict", "sentence", "value", "low", "high", "unit", "interval", "doubt", "drawn", "drawn_low", "drawn_high",
        "drawn_unit", "draws_agreeing", "moved_by", "rests_on", "behind"}
VERDICTS = {"supported", "not supported", "depends", "not answered"}


def brief(folder, *more):
    found = expect(buckle(folder, "brief", CARAVAN, "--economy", "XAL", *more, "--format", "json"), 0).json()
    assert [row["question"] for row in found["answers"]] == list(range(1, 19))
    assert all(set(row) == KEYS and row["verdict"] in VERDICTS and len(row["sentence"]) > 10 for row in found["answers"])
    return found, {row["question"]: row for row in found["answers"]}


def test_every_question_has_a_verdict_or_says_what_is_missing(folder):
    found, answers = brief(folder, "--scenario", "middle-way")
    assert found["converged"] and not found["interrupted"] and found["residual"] < 1e-6 and found["scenario"] == "middle-way"
    for row in answers.values():
        assert (row["value"] is None) == (row["verdict"] == "not answered"), row
    assert answers[1]["low"] < answers[1]["value"] < answers[1]["high"]


def test_the_numbers_are_those_of_the_other_commands(folder):
    _, answers = brief(folder, "--scenario", "middle-way")
    run = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--format", "json", "--out", "a.gpkg"), 0).json()
    gain = [row for row in run["economies"] if row["economy"] == "XAL"][0]["welfare_pct"]
    said = float(re.search(r"changes by ([+-][0-9.]+) %", answers[1]["sentence"]).group(1))
    assert abs(said - gain) <= 0.005 + 1e-9
    worth = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--format", "json"), 0).json()
    text = str(worth)
    assert repr(answers[1]["value"]) in text or f"{answers[1]['value']:.17g}" in text


def test_transit_and_money_abroad_are_those_of_run_and_appraise(folder):
    _, answers = brief(folder, "--scenario", "middle-way")
    run = expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--format", "json", "--out", "a.gpkg"), 0).json()
    through = [row["tonnes"] for row in run["transit"] if (row["scenario"], row["country"], row["trade"]) == ("base", "XAL", "transit")]
    said = re.search(r"([0-9.]+) Mt a year pass through it; most, ([0-9.]+) Mt", answers[10]["sentence"])
    assert abs(float(said[1]) - 1e-6 * sum(through)) <= 0.051 and abs(float(said[2]) - 1e-6 * max(through)) <= 0.051, said[0]
    worth = expect(buckle(folder, "appraise", CARAVAN, "--scenario", "middle-way", "--format", "json"), 0).json()
    own = next(row for row in worth["economies"] if row["economy"] == "XAL")
    assert abs(answers[15]["value"] - 100 * own["abroad"] / own["investment"]) < 1e-9


def test_it_is_written_as_a_page_that_loads_nothing(folder):
    brief(folder, "--out", "brief.html")
    page = (folder / "brief.html").read_text(encoding="utf-8")
    assert page.count("<tr>") == 19 and "http" not in page and "<script" not in page
    brief(folder, "--out", "brief.md")
    assert (folder / "brief.md").read_text(encoding="utf-8").count("\n| ") >= 19
    found, _ = brief(folder, "--out", "brief.json")
    written = json.loads((folder / "brief.json").read_text(encoding="utf-8"))
    del found["seconds"], written["seconds"], written["manifest"]
    assert written == found


def test_intervals_are_told_with_what_moves_them(folder):
    found, answers = brief(folder, "--scenario", "middle-way")
    assert found["draws"] == 19 and found["draws_lost"] == 0 and 0 < found["draws_residual"] < 1e-5
    for row in answers.values():
        drawn = row["drawn"] is not None
        assert (row["low"] is None) == (row["interval"] == "none") and drawn == (row["drawn_low"] is not None)
        assert not drawn or row["drawn_low"] < row["drawn_high"] and 1 <= len(row["moved_by"]) <= 3, row
        assert sum(mover["share"] for mover in row["moved_by"]) <= 1 + 1e-9
        for mover in row["moved_by"]:
            assert mover["input"] in row["doubt"], row
    assert answers[7]["interval"] == "draws" and answers[7]["low"] <= answers[7]["value"] <= answers[7]["high"]
    assert answers[12]["interval"] == "first order" and answers[12]["moved_by"][0]["input"] == "border-hours"
    assert "contractors" in answers[15]["doubt"] and answers[15]["interval"] == "none"
    agreed = [row for row in answers.values() if row["verdict"] in ("supported", "not supported") and row["drawn"] is not None]
    assert agreed and all(row["draws_agreeing"] == 19 for row in agreed)


def test_without_draws_nothing_is_said_of_doubt(folder):
    found, answers = brief(folder, "--scenario", "middle-way", "--draws", "0")
    assert found["draws"] == 0
    assert all(row["doubt"] is None and row["moved_by"] == [] and row["interval"] in ("none", "works") for row in answers.values())
    _, drawn = brief(folder, "--scenario", "middle-way")
    assert all(drawn[q]["value"] == answers[q]["value"] for q in answers)
    expect(buckle(folder, "brief", CARAVAN, "--economy", "XAL", "--draws", "18"), 2, err="takes 19")


def test_what_an_answer_rests_on_is_counted_in_its_files(folder):
    _, answers = brief(folder, "--scenario", "middle-way")
    with open(CARAVAN / "projects" / "finance.csv", encoding="utf-8", newline="") as file:
        rows = [row["confidence"] for row in csv.DictReader(file)]
    assert f"projects/finance.csv {100 * rows.count('estimate') / len(rows):.0f} %" in answers[15]["rests_on"]
    assert "network/border.csv" in answers[12]["rests_on"] and "network/border.csv" not in answers[9]["rests_on"]


def test_what_makes_no_sense_is_refused(folder):
    expect(buckle(folder, "brief", CARAVAN), 2, err="name the economy")
    expect(buckle(folder, "brief", CARAVAN, "--economy", "XAK"), 3, err="XAL")
    expect(buckle(folder, "brief", CARAVAN, "--economy", "XAL", "--scenario", "no-such"), 3, err="no-such")
    expect(buckle(folder, "brief", CARAVAN, "--economy", "XAL", "--out", "brief.doc"), 2, err="FILE.html")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
