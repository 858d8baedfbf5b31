#!/usr/bin/env python3
"""Which lines and branches of src/ the tests reached, from the counters that a build with -Db_coverage=true leaves.

usage: tools/coverage.py BUILD ROOT [--write PAGE] [--lines FILE]...

Reads them with gcov.  A branch is one outcome of a condition; those that gcov marks as left by an exception do not exist in C.
--lines prints the lines of one source that nothing reached.  Processes of the server that never exit are asked for theirs before they
are ended: tests/support/counting.c.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys


def counters(notes):
    """What gcov makes of one object: [(source, {line: count}, {(line, branch): count})]."""
    done = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", notes.name], cwd=notes.parent,
                          capture_output=True, text=True, check=True)
    found = []
    for text in filter(None, done.stdout.split("\n")):
        answer = json.loads(text)
        for file in answer["files"]:
            lines, branches = collections.Counter(), collections.Counter()
            for line in file["lines"]:
                lines[line["line_number"]] += line["count"]
                for number, branch in enumerate(line["branches"]):
                    if not branch["throw"]:
                        branches[line["line_number"], number] += branch["count"]
            source = os.path.normpath(os.path.join(answer["current_working_directory"], file["file"]))
            found.append((source, lines, branches))
    return found


def gather(build, root):
    """{source below src/: (lines, branches)}, counts of all objects summed."""
    source_root = str(root / "src") + os.sep
    total = {}
    objects = [notes for notes in build.rglob("*.gcno") if "/src/" in notes.as_posix() or ".a.p" in notes.as_posix() or ".so.p" in notes.as_posix()]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for found in pool.map(counters, objects):
            for source, lines, branches in found:
                if source.startswith(source_root):
                    held = total.setdefault(source[len(source_root):], (collections.Counter(), collections.Counter()))
                    held[0].update(lines)
                    held[1].update(branches)
    return total


def share(counts):
    return sum(count > 0 for count in counts.values()), len(counts)


def percent(reached, of):
    return f"{100 * reached / of:.1f}" if of else "-"


def table(total):
    """Rows of a layer: lines reached, of, branches reached, of."""
    rows = collections.defaultdict(lambda: [0, 0, 0, 0])
    for source, (lines, branches) in total.items():
        for name in (source.split("/")[0], "all"):
            for place, figure in enumerate((*share(lines), *share(branches))):
                rows[name][place] += figure
    return rows


def page(rows):
    text = ["# Coverage", "",
            "Made by `tools/coverage.py` from the quick suite (`./dev coverage`); not edited by hand. Lines and branches of `src/` that a test reached.",
            "A branch is one outcome of a condition. Processes of the server are counted too, by [`tests/support/counting.c`](../../tests/support/counting.c), but those that a test kills itself.", "",
            "| layer | lines | reached, % | branches | reached, % |", "| --- | ---: | ---: | ---: | ---: |"]
    for name in [*sorted(set(rows) - {"all"}), "all"]:
        reached, lines, taken, branches = rows[name]
        text.append(f"| {name} | {lines} | {percent(reached, lines)} | {branches} | {percent(taken, branches)} |")
    return "\n".join(text) + "\n"


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--lines", action="append", default=[])
    options = parser.parse_args()
    total = gather(options.build.resolve(), options.root.resolve())
    for source in options.lines:
        lines = total[source][0]
        print(f"{source}: {', '.join(str(line) for line in sorted(lines) if not lines[line])}")
    if not options.lines:
        for source, (lines, branches) in sorted(total.items(), key=lambda item: share(item[1][0])[0] - share(item[1][0])[1]):
            print(f"{source:44} lines {percent(*share(lines)):>6}  branches {percent(*share(branches)):>6}")
    rows = table(total)
    if options.write:
        options.write.parent.mkdir(parents=True, exist_ok=True)
        options.write.write_text(page(rows), encoding="utf-8")
    reached, lines, taken, branches = rows["all"]
    print(f"lines {percent(reached, lines)} of {lines}, branches {percent(taken, branches)} of {branches}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
