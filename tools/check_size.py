#!/usr/bin/env python3
"""Refuse a source file or a function that no longer fits in a head.

The aim is 500 lines a file and 60 a function; refused is what is beyond 700 and 80.  A function runs from the line with its
name at the margin to the closing brace at the margin, as clang-format lays it out.
"""
import pathlib
import re
import sys

FILE_LINES = 700
FUNCTION_LINES = 80
START = re.compile(r"^(?!typedef|struct|enum|union|static_assert)(\w+)\((?!.*;\s*$)")


def faults_in(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    if len(lines) > FILE_LINES:
        yield f"{path}: {len(lines)} lines, at most {FILE_LINES}: split it by idea"
    name, start = None, 0
    for number, line in enumerate(lines, start=1):
        if match := START.match(line):
            name, start = match.group(1), number
        elif line == "}" and name:
            if number - start + 1 > FUNCTION_LINES:
                yield f"{path}:{start}: {name} has {number - start + 1} lines, at most {FUNCTION_LINES}"
            name = None


def main(root):
    paths = sorted(path for path in (pathlib.Path(root) / "src").rglob("*") if path.suffix in (".c", ".h"))
    faults = [fault for path in paths for fault in faults_in(path)]
    print("\n".join(faults) if faults else f"{len(paths)} files of a size to be read")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
