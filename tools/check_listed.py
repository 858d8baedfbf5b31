#!/usr/bin/env python3
"""Refuse a source or a test that no meson.build names: it is built by nobody, and its silence looks like success.

usage: tools/check_listed.py ROOT

Looks at the C files of src/, tests/ and bench/ and at tests/**/test_*.py.  One is named by its file name, or by what is left of
it without its ending and what stands before the first _, in quotes, in any meson.build.  A list that is given twice is
refused too: the last one wins, and what only the first one had is lost; so is a source of src/ that stands twice in one list.
"""
import pathlib
import re
import sys


def sources(root):
    for folder in ("src", "tests", "bench"):
        yield from sorted((root / folder).rglob("*.c"))
    yield from sorted((root / "tests").rglob("test_*.py"))


def main(root):
    root = pathlib.Path(root).resolve()
    lists = {path: path.read_text(encoding="utf-8") for folder in (".", "src", "tests", "bench")
             for path in ([root / "meson.build"] if folder == "." else (root / folder).rglob("meson.build")) if path.is_file()}
    named = set(re.findall(r"['/]([\w.-]+)'", "\n".join(lists.values())))
    faults = [f"{path.relative_to(root)}: in no meson.build; add it to the list of its folder, or remove it" for path in sources(root)
              if not named & {path.name, path.stem, path.stem.partition("_")[2]}]
    for path, text in lists.items():
        given = re.findall(r"^(\w+) = [\[{]", text, re.M)
        faults += [f"{path.relative_to(root)}: {name} is given {given.count(name)} times, and the last one wins"
                   for name in sorted(set(given)) if given.count(name) > 1]
        if path.is_relative_to(root / "src"):
            named = re.findall(r"'([\w.]+\.c)'", text)
            faults += [f"{path.relative_to(root)}: {name} is listed {named.count(name)} times"
                       for name in sorted(set(named)) if named.count(name) > 1]
    print("\n".join(faults) if faults else "every source is in a list")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
