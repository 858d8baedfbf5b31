#!/usr/bin/env python3
"""Writes a header with a hash of the files that decide a base year, so that a cache never outlives the code that filled it.

usage: hash_sources.py HEADER DEPFILE ROOT
"""
import hashlib
import pathlib
import sys

LAYERS = ["base", "model", "network", "trade", "assignment", "coupling"]


def files_of(root):
    """The public headers and everything in the folders of the layers, in the order of their names."""
    found = sorted((root / "include" / "buckle").glob("*.h"))
    for layer in LAYERS:
        found += sorted(path for path in (root / "src" / layer).iterdir() if path.suffix in (".c", ".h", ".build"))
    return found


def hash_of(root):
    total = hashlib.sha256()
    for path in files_of(root):
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()[:16]


def main():
    header, depfile, root = map(pathlib.Path, sys.argv[1:])
    header.write_text("/* Of the files that decide a base year. */\n"
                      f"#define BKI_SOURCES_HASH UINT64_C(0x{hash_of(root)})\n", encoding="utf-8")
    inputs = " ".join(str(path).replace(" ", "\\ ") for path in files_of(root))
    depfile.write_text(f"{header}: {inputs}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
