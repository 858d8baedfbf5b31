#!/usr/bin/env python3
"""Judges what Clang's integer sanitizer reported: what wraps by design passes, everything else is a fault.

usage: tools/wraps.py BUILD ROOT

Reads BUILD/ubsan.* as UBSAN_OPTIONS=log_path leaves them.  Two things pass: a count down to nothing (`i-- > 0`), whose last
subtraction nobody reads, and the files of tests/analysis/integer.txt, each with its reason, where unsigned numbers are bits.
Only unsigned wrapping can pass: a number cut to fewer bits, a division by zero or a signed overflow never does.
"""
import pathlib
import re
import sys

REPORT = re.compile(r"^(?P<file>\S+?):(?P<line>\d+):\d+: runtime error: (?P<what>.*)$", re.M)
WRAPS = re.compile(r"unsigned integer overflow|negation of .* in type '(size_t|uint\w+)'|left shift of .* in type '(size_t|uint\w+)'")
COUNTS_DOWN = re.compile(r"\b\w+-- (> \w|== 0)")


def exceptions(path):
    """The files where wrapping is meant; each stands under a comment that says why."""
    found, reason = set(), False
    for line in path.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("#"):
            reason = True
        elif line:
            assert reason, f"{path}: {line} has no reason"
            found.add(line)
    return found


def judge(root, excepted, file, number, what):
    """True if the report is of something that is meant."""
    path = pathlib.PurePosixPath(re.sub(r"^(\.\./)+", "", file.removeprefix(str(root) + "/")))
    source = root / path
    if not WRAPS.search(what) or not source.is_file():
        return False
    line = source.read_text(encoding="utf-8").splitlines()[number - 1]
    return str(path) in excepted or COUNTS_DOWN.search(line) is not None


def main(arguments):
    build, root = (pathlib.Path(argument).resolve() for argument in arguments)
    excepted = exceptions(root / "tests/analysis/integer.txt")
    reports = set()
    for log in build.glob("ubsan.*"):
        for one in REPORT.finditer(log.read_text(encoding="utf-8", errors="replace")):
            reports.add((one["file"], int(one["line"]), re.sub(r"-?\d[\d.e+-]*", "N", one["what"])))
    wrong = sorted(one for one in reports if not judge(root, excepted, *one))
    for file, number, what in wrong:
        print(f"{file}:{number}: {what}")
    print(f"{len(reports)} places reported, {len(reports) - len(wrong)} of them meant")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
