#!/usr/bin/env python3
"""Refuse a field of a header that points to numbers without saying how many and of what.

In every struct of include/ and src/**.h a pointer to numbers is followed by `/* [shape] unit or meaning */`.  Real
numbers need words after the shape as well, unless the field's own name ends in its unit (tonnes, km, pct, hat, share ...).
"""
import pathlib
import re
import sys

REAL = {"double", "float"}
NUMBER = r"double|float|bool|size_t|int|unsigned|(?:u?int)(?:8|16|32|64)_t"
FIELD = re.compile(
    rf"^[ \t]*(?:const\s+)?(?P<type>{NUMBER})\s*(?:const\s*)?\*+[^;(){{}}]*?(?P<name>\w+)\s*;(?=(?P<rest>[ \t]*(?:/\*[\s\S]*?\*/)?))", re.MULTILINE)
SHAPE = re.compile(r"^[ \t]*/\*\s*(?:\[[^\]]+\])+(?P<words>[^*]*)", re.DOTALL)
UNITS_IN_NAMES = {"co2", "hat", "hours", "km", "pct", "probability", "share", "tonne", "tonnes", "usd", "utilisation"}


def struct_bodies(text):
    """Yield (start, body) of every outermost struct; nested ones are part of it."""
    position = 0
    while opening := re.compile(r"\bstruct\b[^;{()]*\{").search(text, position):
        depth, position = 1, opening.end()
        while depth and position < len(text):
            depth += {"{": 1, "}": -1}.get(text[position], 0)
            position += 1
        yield opening.end(), text[opening.end() : position]


def faults_in(path):
    """Yield None for a field that says what it holds, else a message."""
    text = path.read_text(encoding="utf-8")
    for start, body in struct_bodies(text):
        for field in FIELD.finditer(body):
            line = text.count("\n", 0, start + field.start("name")) + 1
            place = f"{path}:{line}: field {field.group('name')}"
            shape = SHAPE.match(field.group("rest"))
            if not shape:
                yield f"{place} points to numbers: say how many, /* [n] unit */"
            elif (field.group("type") in REAL and not shape.group("words").strip()
                  and field.group("name").rpartition("_")[2] not in UNITS_IN_NAMES):
                yield f"{place} holds real numbers: say their unit after the shape"
            else:
                yield None


def main(root):
    root = pathlib.Path(root)
    headers = sorted((root / "include").rglob("*.h")) + sorted((root / "src").rglob("*.h"))
    fields = [fault for path in headers for fault in faults_in(path)]
    faults = [fault for fault in fields if fault]
    print("\n".join(faults) if faults else f"{len(fields)} array fields of {len(headers)} headers have shape and unit")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
