#!/usr/bin/env python3
"""Writes docs/trust/fuzz.md from what libFuzzer said of each target: how much it tried, and how far it came.

usage: tools/fuzz_page.py BUILD ROOT --write PAGE

Reads BUILD/fuzz-NAME.log of every target.  What the page already holds is added to: inputs tried in all.
"""
import argparse
import pathlib
import re
import sys

HEAD = """# Fuzzing

Made by `tools/fuzz_page.py` from the last `./dev fuzz`; not edited by hand. libFuzzer changes the seeds of each reader at random, under the address and undefined
sanitizers, and keeps what reaches a new edge of the code. *In all* counts the inputs of every run that wrote this page.

| target | seeds | seconds | inputs tried | in all | edges reached | found |
| --- | ---: | ---: | ---: | ---: | ---: | --- |
"""
ROW = re.compile(r"^\| (\w+) \| [\d,]+ \| [\d,]+ \| [\d,]+ \| ([\d,]+) \|", re.M)


def number(text):
    return int(text.replace(",", ""))


def figures(log):
    """(inputs, seconds, edges, broken) of one target's log."""
    ran = re.search(r"^stat::number_of_executed_units:\s*(\d+)", log, re.M)
    done = re.search(r"^Done (\d+) runs in (\d+) second", log, re.M)
    edges = re.findall(r"\bcov: (\d+)", log)
    return (int(ran.group(1)) if ran else 0, int(done.group(2)) if done else 0, int(edges[-1]) if edges else 0, done is None)


def main(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path, required=True)
    options = parser.parse_args(arguments)
    before = dict(ROW.findall(options.write.read_text(encoding="utf-8"))) if options.write.exists() else {}
    rows, tried, total, failed = [], 0, 0, False
    for seeds in sorted((options.root / "tests/fuzz/seeds").iterdir()):
        log = options.build / f"fuzz-{seeds.name}.log"
        if not log.exists():
            continue
        inputs, seconds, edges, broken = figures(log.read_text(encoding="utf-8", errors="replace"))
        in_all = inputs + number(before.get(seeds.name, "0"))
        tried, total, failed = tried + inputs, total + in_all, failed or broken
        found = "an input that breaks it" if broken else "nothing"
        rows.append(f"| {seeds.name} | {len(list(seeds.iterdir()))} | {seconds:,} | {inputs:,} | {in_all:,} | {edges:,} | {found} |\n")
    rows.append(f"| all | | | {tried:,} | {total:,} | | |\n")
    options.write.write_text(HEAD + "".join(rows), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
