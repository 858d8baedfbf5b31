#!/usr/bin/env python3
"""Holds what buckle answers to what it answered before, bit for bit: the table bench/results.csv.

usage: tools/results.py PROGRAM ROOT [--long] [--write REASON]

Each row is one question, put to the fictional study or to a small made network (with --long also to the built-in study): the
iterations and the residual it reports, and the SHA-256 of its whole answer but for times, the manifest and names of files. A row
that differs is a failure. A change that is meant is accepted by --write, which puts the new row there with the reason, for
the commit to show. Speaks TAP.

The bits are those of x86-64 with fused multiply-add and glibc, whose pow and log differ elsewhere; there it skips.
"""
import argparse
import csv
import hashlib
import json
import os
import pathlib
import platform
import subprocess
import sys
import tempfile

NOT_HELD = {"seconds", "manifest", "version", "base_cached", "file", "files", "table", "tables"}
FIELDS = ["case", "command", "iterations", "residual", "checksum", "reason"]
SEEDS = "tests/fuzz/seeds"
CARAVAN = "studies/caravan"
SILKROAD = "studies/silkroad"
QUICK = {
    "route": f"route {CARAVAN} --from ori_city --to alm_gate -k 5",
    "run-works": f"run {CARAVAN} --scenario middle-way --attribution shapley",
    "run-union": f"run {CARAVAN} --scenario union-grows",
    "run-closure": f"run {CARAVAN} --scenario northern-closure",
    "trade-union": f"trade {CARAVAN} --scenario union-grows",
    "trade-oil": f"trade {CARAVAN} --scenario cheap-oil",
    "appraise": f"appraise {CARAVAN} --scenario middle-way",
    "pivot": f"pivot {CARAVAN} --scenario middle-way",
    "invest": f"invest {CARAVAN} --budget 3e9",
    "value": f"value {CARAVAN} --economy XAL",
    "claim": f"claim {CARAVAN} --economy XAL --gain 1%",
    "brief": f"brief {CARAVAN} --economy XAL --scenario middle-way",
    "stress": f"stress {CARAVAN} --scenario middle-way --draws 64 --seed 7",
    "assign-freight": f"assign {CARAVAN} --scenario middle-way",
    "assign-braess": "assign --net docs/how-to/braess --trips docs/how-to/braess/demand.csv --gap 1e-13",
    "assign-grid": "assign --net MADE/net.tntp --trips MADE/trips.tntp --gap 1e-12",
    "assign-grid-frank-wolfe": "assign --net MADE/net.tntp --trips MADE/trips.tntp --method frank-wolfe --gap 1e-4",
    "game": f"game {SEEDS}/game/two.json",
    "network": "network MADE/planner.json",
}
LONG = {
    "silkroad-run": f"run {SILKROAD} --scenario belt-as-planned",
    "silkroad-appraise": f"appraise {SILKROAD} --scenario belt-as-planned",
    "silkroad-value": f"value {SILKROAD} --economy KAZ",
    "silkroad-stress": f"stress {SILKROAD} --scenario belt-as-planned --draws 4 --seed 1",
}


def write_made(folder, side=12):
    """A grid of towns, roads of unlike length and capacity, demand that falls with distance; and a planner's three places."""
    folder.mkdir()
    links = []
    for town in range(side * side):
        row, column = divmod(town, side)
        for down, right in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            if 0 <= row + down < side and 0 <= column + right < side:
                other = town + down * side + right
                kind = (town * 7 + other * 13) % 10
                links.append(f"\t{town + 1}\t{other + 1}\t{600 + 150 * kind}\t{1 + kind % 4}\t{1 + kind % 5}\t0.15\t4\t0\t0\t1\t;")
    (folder / "net.tntp").write_text("\n".join([
        f"<NUMBER OF ZONES> {side * side}", f"<NUMBER OF NODES> {side * side}", "<FIRST THRU NODE> 1",
        f"<NUMBER OF LINKS> {len(links)}", "<END OF METADATA>",
        "~ \tinit_node\tterm_node\tcapacity\tlength\tfree_flow_time\tb\tpower\tspeed\ttoll\tlink_type\t;", *links, ""]), encoding="utf-8")
    rows, total = [], 0
    for origin in range(0, side * side, 5):
        rows.append(f"Origin {origin + 1}")
        for target in range(0, side * side, 3):
            apart = abs(origin // side - target // side) + abs(origin % side - target % side)
            if apart:
                trips = 240 // apart
                total += trips
                rows.append(f"    {target + 1} : {trips};")
    (folder / "trips.tntp").write_text("\n".join([
        f"<NUMBER OF ZONES> {side * side}", f"<TOTAL OD FLOW> {total}", "<END OF METADATA>", *rows, ""]), encoding="utf-8")
    (folder / "planner.json").write_text(json.dumps({
        "nodes": [{"name": "mine", "productivity": 2}, {"name": "mill", "productivity": 1}, {"name": "port", "labour": 2, "productivity": 1}],
        "links": [{"from": a, "to": b, "transport_cost": 0.1, "building_cost": cost} for a, b, cost in
                  (("mine", "mill", 1), ("mill", "port", 2), ("mine", "port", 4))],
        "alpha": 0.5, "rho": 0, "sigma": 5, "returns": 0.5, "beta": 1, "gamma": 0.5, "budget": 1}), encoding="utf-8")


def held(value):
    """The answer without what may differ from one run to the next."""
    if isinstance(value, dict):
        return {key: held(item) for key, item in value.items() if key not in NOT_HELD}
    if isinstance(value, list):
        return [held(item) for item in value]
    return value


def first(value, names):
    """The first of the named figures, level by level."""
    level = [value]
    while level:
        for one in level:
            for name in names:
                if isinstance(one, dict) and name in one and not isinstance(one[name], (dict, list)):
                    return one[name]
        level = [item for one in level for item in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else [])]
    return ""


def ask(program, root, made, command):
    words = [word.replace("MADE", str(made)) for word in command.split()]
    done = subprocess.run([program, *words, "--format", "json", "--quiet"], cwd=root, capture_output=True, text=True,
                          env={**os.environ, "BUCKLE_CACHE": str(made / "cache"), "LC_ALL": "C.UTF-8"})
    if done.returncode not in (0, 1):
        raise ValueError(f"exit status {done.returncode}: {done.stderr.strip()[:300]}")
    answer = held(json.loads(done.stdout))
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"))
    return {"command": command, "iterations": str(first(answer, ("iterations", "rounds", "steps", "equilibria", "sets_asked"))),
            "residual": str(first(answer, ("residual", "relative_gap", "gap", "unbalance"))),
            "checksum": hashlib.sha256(text.encode()).hexdigest()[:16]}


def same_bits_here():
    try:
        flags = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc" and " fma " in flags


def read(path):
    if not path.exists():
        return {}
    with open(path, encoding="utf-8", newline="") as file:
        return {row["case"]: row for row in csv.DictReader(file)}


def differences(was, now):
    if was is None:
        return ["no row of this case: write one"]
    return [f"{name} was {was[name]}, is {now[name]}" for name in ("command", "iterations", "residual", "checksum") if was[name] != now[name]]


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--write", metavar="REASON")
    options = parser.parse_args()
    cases = LONG if options.long else QUICK
    print(f"1..{len(cases)}")
    if not same_bits_here():
        for number, case in enumerate(cases, 1):
            print(f"ok {number} - {case} # SKIP the rows are of x86-64 with fused multiply-add and glibc")
        return 0
    table = options.root / "bench" / "results.csv"
    rows, failed = read(table), 0
    with tempfile.TemporaryDirectory() as folder:
        made = pathlib.Path(folder) / "made"
        write_made(made)
        for number, (case, command) in enumerate(cases.items(), 1):
            try:
                now = ask(options.program.resolve(), options.root, made, command)
                wrong = differences(rows.get(case), now)
            except ValueError as error:
                now, wrong = None, [str(error)]
            if wrong and now and options.write:
                rows[case] = {"case": case, **now, "reason": options.write}
                wrong = []
            print(f"{'not ok' if wrong else 'ok'} {number} - {case} answers as before")
            for line in wrong:
                print(f"# {line}")
            failed += bool(wrong)
    if failed:
        print('# a change that is meant is accepted by tools/results.py PROGRAM ROOT --write "why"')
    if options.write:
        with open(table, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows[case] for case in [*QUICK, *LONG] if case in rows)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
