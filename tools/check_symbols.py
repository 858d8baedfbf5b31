#!/usr/bin/env python3
"""Refuse a global symbol that two objects of the static archives define.

usage: tools/check_symbols.py ARCHIVE...

A linker takes from an archive the first object that defines what it misses, and says nothing of a second one: of two
functions of one name in two layers, one silently takes the place of the other, and which one depends on what else is linked.
Reads what `nm` prints; NM names another one.
"""
import collections
import os
import re
import subprocess
import sys

WEAK = "VWvw"  # may be defined again, by rule


def read(archive, printed):
    """Yield (symbol, "archive(object)") for what the output of `nm --extern-only --defined-only` defines."""
    at = archive
    for line in printed.splitlines():
        if re.fullmatch(r"\S.*:", line):
            at = f"{os.path.basename(archive)}({line[:-1]})"
        elif match := re.fullmatch(r"[0-9a-fA-F]*\s+(\w) (\S+)", line):
            if match[1] not in WEAK:
                yield match[2], at


def main(archives):
    places = collections.defaultdict(list)
    for archive in archives:
        done = subprocess.run([os.environ.get("NM", "nm"), "--extern-only", "--defined-only", archive], capture_output=True, text=True)
        if done.returncode:
            print(done.stderr.strip())
            return 1
        for symbol, at in read(archive, done.stdout):
            places[symbol].append(at)
    if not places:
        print(f"nothing is defined in {' and '.join(archives)}")
        return 1
    faults = [f"{symbol}: defined in {' and in '.join(at)}; rename one, make it static, or keep one for both"
              for symbol, at in sorted(places.items()) if len(at) > 1]
    print("\n".join(faults) if faults else f"{len(places)} symbols, each defined once")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
