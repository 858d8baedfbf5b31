#!/usr/bin/env python3
"""Keeps docs/trust/runs.md: what was run against buckle last, on what, and what came of it.

usage: tools/record_run.py PAGE CHECK --by COMMAND --on WHAT --found FIGURES [--with TOOL]

A check that is there already gets its row anew; the others stay.  The commands of ./dev call it when they are done.
"""
import argparse
import datetime
import pathlib
import sys

HEAD = """# Runs

Kept by `tools/record_run.py`, which the commands call when they are done; not edited by hand. Each row is the last run of one check: what it
was run on, what came of it, with which tool and on which day. What each of them is for stands in [what buckle is held to](../explanation/trust.md).

| check | by hand | on | what came of it | with | day |
| --- | --- | --- | --- | --- | --- |
"""


def rows_of(text):
    """{check: its line}"""
    lines = [line for line in text.splitlines() if line.startswith("| ")][2:]
    return {line.split(" | ")[0].removeprefix("| "): line for line in lines}


def main(arguments):
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("check")
    for name in ("--by", "--on", "--found"):
        parser.add_argument(name, required=True)
    parser.add_argument("--with", dest="tool", default="")
    options = parser.parse_args(arguments)
    rows = rows_of(options.page.read_text(encoding="utf-8")) if options.page.exists() else {}
    cells = [options.check, f"`{options.by}`", options.on, options.found, options.tool, datetime.date.today().isoformat()]
    rows[options.check] = "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
    options.page.write_text(HEAD + "".join(rows[check] + "\n" for check in sorted(rows)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
