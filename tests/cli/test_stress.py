"""buckle stress and merge: distributions, shards, and runs that are killed and go on."""
import csv
import os
import random
import signal
import sqlite3
import struct
import subprocess
import sys
import time

from harness import CARAVAN, PROGRAM, buckle, copy_of, environment, expect, main

KEYS = {"study", "economy", "sampler", "seed", "complete", "draws", "done", "used", "failed", "not_converged", "residual", "inputs",
        "answers", "reasons", "regrets", "failures", "file", "tables", "seconds"}
ASK = ("stress", CARAVAN, "--scenario", "middle-way", "--draws", "64", "--projects")


def answer(folder, *arguments):
    found = expect(buckle(folder, *arguments, "--format", "json"), 0).json()
    assert set(found) == KEYS
    del found["seconds"], found["file"], found["tables"]
    return found


def test_one_object_says_what_was_drawn_and_what_came_out(folder):
    found = answer(folder, *ASK)
    assert found["complete"] and found["used"] == 64 and found["failed"] == 0 and found["economy"] == "XAL"
    names = {one["input"] for one in found["inputs"]}
    assert {"border-hours", "elasticity-oil", "cost-steppe-line", "gains-realised", "north-shut"} <= names
    for one in found["answers"]:
        assert one["least"] <= one["p05"] <= one["p50"] <= one["p95"] <= one["most"]
        assert abs(sum(one["histogram"]) - 1) < 1e-12 and one["loss_low"] <= one["loss_probability"] <= one["loss_high"]
    assert {one["of"] for one in found["answers"]} >= {"scenario", "works", "steppe-line"}
    works = next(one for one in found["answers"] if one["kind"] == "npv_usd" and one["of"] == "works" and one["economy"] is None)
    assert works["variance_reduction"] > 5 and works["mean_low"] < works["controlled_low"] < works["controlled_high"] < works["mean_high"]


def test_text_shows_intervals_reasons_and_convergence(folder):
    shown = expect(buckle(folder, *ASK), 0, out="What moves the gain of Almaria").out
    assert "P(NPV<0)" in shown and "after 8, 16, 32 and 64 draws" in shown and "64 of 64 draws (sobol, seed 1)" in shown


def test_tables_say_what_the_answer_says(folder):
    ask = (*ASK[:-2], "16", "--indices")
    found = expect(buckle(folder, *ask, "--out", "all.gpkg", "--tables", "csv", "--format", "json"), 0).json()
    assert found["tables"] == ["all.gpkg", "csv"] and found["file"] is None
    package = sqlite3.connect(folder / "all.gpkg")
    package.row_factory = sqlite3.Row
    rows = package.execute("select * from stress_answers").fetchall()
    assert len(rows) == len(found["answers"])
    for number, (row, one) in enumerate(zip(rows, found["answers"]), 1):
        assert [row[key] for key in ("scenario", "kind", "economy", "of", "mean", "p05", "p95", "loss_probability", "mean_half")] == \
               [one[key] for key in ("scenario", "kind", "economy", "of", "mean", "p05", "p95", "loss_probability")] + [one["converging"][2]]
        values = [value for (value,) in package.execute("select value from stress_draws where answer = ?", (number,))]
        assert len(values) == found["used"] == 32 and max(values) == one["most"] and min(values) == one["least"]
        assert abs(sum(values) / 32 - one["mean"]) <= 1e-12 * max(map(abs, values))
    drawn = package.execute("select count(*), count(distinct input), count(distinct draw) from stress_samples").fetchone()
    assert tuple(drawn) == (32 * len(found["inputs"]), len(found["inputs"]), 32)
    unit = {one["input"]: one["unit"] for one in found["inputs"]}
    reason = found["reasons"][0]
    total = {one["unit"]: (one["total"], one["total_low"]) for one in reason["indices"]}
    said = package.execute('select * from stress_inputs where kind = ? and economy is ? and "of" = ?', (reason["kind"], reason["economy"], reason["of"]))
    said = said.fetchall()
    assert len(said) == len(found["inputs"]) and all((row["total"], row["total_low"]) == total[unit[row["input"]]] for row in said)
    with open(folder / "csv" / "stress_regret.csv", newline="", encoding="utf-8") as text:
        regrets = list(csv.DictReader(text))
    assert [float(row["mean [USD]"]) for row in regrets] == [one["mean_usd"] for one in found["regrets"]]


DOUBTS = {
    "value-of-time": "value-of-time,sector,sector=goods,time_cost_per_day,factor,base,uniform,,,0.2,,5,,,,invented,estimate",
    "loading": "loading,mode,mode=rail,loading_hours,factor,base,beta,1,0.3,0.2,,3,,,,invented,estimate",
    "speed": "speed,link,,free_speed,factor,base,discrete,,,,,,0.7:0.5 1:0.5,,,invented,estimate",
    "capacity": "capacity,link,mode=rail,capacity_tonnes_year,factor,base,normal,1,0.2,0.5,,1.5,,,,invented,estimate",
    "tariff": "tariff,tariff,sector=goods,rate,add,future,triangular,,,0,0.02,0.1,,,,invented,estimate",
    "trade-cost": "trade-cost,trade_cost,sector=farm,factor,factor,future,uniform,,,0.95,,1.05,,,,invented,estimate",
}


def test_every_kind_of_input_can_be_drawn_and_moves_the_answer(folder):
    for name, row in DOUBTS.items():
        study = copy_of(CARAVAN, folder / name)
        rows = study / "risk" / "distribution.csv"
        rows.write_text(rows.read_text().splitlines()[0] + "\n" + row + "\n")
        (study / "risk" / "state.csv").unlink()
        found = expect(buckle(folder, "stress", study, "--scenario", "middle-way", "--draws", "16", "--format", "json"), 0).json()
        assert found["used"] == 16 and name in {one["input"] for one in found["inputs"]}
        gain = next(one for one in found["answers"] if one["kind"] == "gain_usd" and one["economy"] == "XAL")
        assert gain["sd"] > 1e-4 * abs(gain["mean"]), name


def test_values_of_time_are_the_base_years(folder):
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "hurry.yaml").write_text(
        "title: Hurry\nmeasures:\n  - id: hurry\n    adjust: [{target: sector, sector: goods, attribute: time_cost_per_day, factor: 2}]\n")
    expect(buckle(folder, "run", study, "--scenario", "hurry"), 3, err="differs from the base year's")


def test_elasticities_are_the_base_years(folder):
    study = copy_of(CARAVAN, folder)
    (study / "scenarios" / "other.yaml").write_text(
        "title: Other\nmeasures:\n  - id: other\n    adjust: [{target: sector, attribute: trade_elasticity, factor: 2}]\n")
    for verb in ("run", "trade"):
        expect(buckle(folder, verb, study, "--scenario", "other"), 3, err=["trade_elasticity of", "acts base"])


def test_the_seed_decides(folder):
    assert answer(folder, *ASK, "--seed", "2")["answers"] != answer(folder, *ASK)["answers"]


def test_shards_merge_into_the_whole_to_the_last_bit(folder):
    for i in (1, 2, 3):
        expect(buckle(folder, *ASK, "--shard", f"{i}/3", "--out", f"{i}.draws", "--threads", str(i)), 0)
    merged = answer(folder, "merge", "3.draws", "1.draws", "2.draws", "--out", "merged.draws")
    assert merged == answer(folder, *ASK, "--threads", "1")
    part = answer(folder, "merge", "1.draws", "2.draws")
    assert not part["complete"] and part["used"] < 64
    expect(buckle(folder, *ASK, "--threads", "1", "--out", "whole.draws"), 0)
    assert (folder / "whole.draws").read_bytes() == (folder / "merged.draws").read_bytes()


def records_in(path):
    """The whole records of a file of draws, by number, as src/io/shard.h lays them out; what is left of one torn in half is no record."""
    whole = path.read_bytes() if path.exists() else b""
    if len(whole) < 40:
        return {}
    magic, _, _, n_values, length = struct.unpack_from("=8s4Q", whole)
    assert magic == b"bkShard1"
    size, begin = (n_values + 2) * 8, 40 + (length + 7) // 8 * 8 + 8
    return {whole[at:at + 8]: whole[at:at + size] for at in range(begin, len(whole) - size + 1, size)}


def killed_at_moments(folder, moments, seed):
    """Kill run after run that goes on with one file: no record that was there is lost, and the answer is that of one run."""
    ask = ("stress", CARAVAN, "--scenario", "middle-way", "--draws", "256")
    whole = answer(folder, *ask)
    chance = random.Random(seed)
    kept = folder / "kept.draws"
    for _ in range(moments):
        run = subprocess.Popen([PROGRAM, *map(str, ask), "--resume", str(kept), "--threads", "2", "--quiet"], cwd=folder, env=environment(),
                               stdout=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.0, 0.25))
        before = records_in(kept)
        run.send_signal(signal.SIGKILL)
        run.wait()
        assert before.items() <= records_in(kept).items()
        if chance.random() < 0.2 and len(before) > 0:  # the last record torn in half, wherever the disk may stop
            os.truncate(kept, kept.stat().st_size - chance.randrange(1, 40))
            assert answer(folder, "merge", kept)["done"] >= len(before) - 1
    assert answer(folder, *ask, "--resume", "kept.draws") == whole
    assert len(records_in(kept)) == 256


def test_killed_at_any_moment_it_goes_on_and_loses_nothing(folder):
    killed_at_moments(folder, 30, 5)


def test_a_file_of_another_question_is_refused(folder):
    expect(buckle(folder, *ASK, "--out", "kept.draws"), 0)
    expect(buckle(folder, *ASK, "--out", "kept.draws"), 3, err="--resume")
    expect(buckle(folder, *ASK, "--seed", "2", "--resume", "kept.draws"), 3, err="another question")
    study = copy_of(CARAVAN, folder)
    rows = study / "risk" / "distribution.csv"
    rows.write_text(rows.read_text().replace("0.25", "0.26"))
    expect(buckle(folder, "merge", "kept.draws", "--study", study), 3, err="no longer what these draws were made from")
    (folder / "noise.draws").write_bytes(os.urandom(300))
    expect(buckle(folder, "merge", "noise.draws"), 3, err="no file of records")


def test_what_makes_no_sense_is_refused(folder):
    expect(buckle(folder, "stress", CARAVAN), 2, err="--scenario")
    expect(buckle(folder, *ASK, "--shard", "4/3", "--out", "x"), 2, err="--shard")
    expect(buckle(folder, *ASK, "--shard", "1/3"), 2, err="--resume")
    expect(buckle(folder, *ASK, "--draws", "1"), 2, err="--draws")
    expect(buckle(folder, "merge"), 2, err="SHARD")


def test_faults_of_risk_are_told_with_line_and_column(folder):
    study = copy_of(CARAVAN, folder)
    rows = study / "risk" / "distribution.csv"
    whole = rows.read_text()
    for old, new, said in (("lognormal,1,0.25", "lognormal,-1,0.25", "mean above 0"), ("triangular", "trangular", "trangular"),
                           ("mode=rail,control_hours", "mode=rial,control_hours", "rial"), ("0.85,1,1.3", "0.85,2,1.3", "mode lies outside"),
                           ("sector=goods,trade_elasticity", "sector=goods,elasticity", "elasticity")):
        rows.write_text(whole.replace(old, new, 1))
        expect(buckle(folder, "stress", study, "--scenario", "middle-way", "--draws", "4"), 3, err=said)
    rows.write_text(whole)
    states = study / "risk" / "state.csv"
    states.write_text(states.read_text().replace("trouble,0.1", "trouble,0.99"))
    expect(buckle(folder, "stress", study, "--scenario", "middle-way", "--draws", "4"), 3, err="add up to")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
