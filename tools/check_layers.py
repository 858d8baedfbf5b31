#!/usr/bin/env python3
"""Refuse an include that goes up, or sideways, in the rows of layers (see ARCHITECTURE.md).

A file of src/LAYER/ or include/buckle/LAYER.h includes from its own layer and from rows below it.  The private headers
of a layer ("LAYER/name.h") are subject to the same rule.
"""
import pathlib
import re
import sys

ROWS = [
    ["base"],
    ["model"],
    ["network", "trade", "results"],
    ["assignment", "io"],
    ["coupling"],
    ["appraisal"],
    ["game", "invest", "risk"],
    ["study"],
    ["api", "server"],
    ["cli"],
]
ROW_OF = {layer: row for row, layers in enumerate(ROWS) for layer in layers}
# Public headers that are not named after the layer they belong to; buckle.h is the sum of all for users of the library.
HEADER_LAYER = {
    "balance": "trade",
    "border": "network",
    "brief": "study",
    "builder": "model",
    "calibrate": "study",
    "design": "assignment",
    "dwell": "network",
    "equilibrium": "assignment",
    "export": "io",
    "gmns": "io",
    "hierarchy": "network",
    "import": "io",
    "margins": "study",
    "omx": "io",
    "optimum": "study",
    "pivot": "study",
    "planner": "invest",
    "policy": "model",
    "portfolio": "study",
    "road": "network",
    "spatial": "coupling",
    "spread": "io",
    "stochastic": "assignment",
    "stress": "study",
    "tntp": "io",
    "tolls": "study",
    "traffic_use": "assignment",
    "trips": "io",
    "value": "coupling",
    "worth": "study",
}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def layer_of_header(name):
    """The layer of "buckle/x.h" or "layer/x.h", or None for a header beside the file."""
    folder, _, rest = name.partition("/")
    if folder == "buckle":
        stem = rest.removesuffix(".h")
        return HEADER_LAYER.get(stem, stem)
    return folder if rest else None


def faults_in(path, layer):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        include = INCLUDE.match(line)
        target = layer_of_header(include.group(1)) if include else None
        if target is None or target == layer:
            continue
        if target not in ROW_OF:
            yield f'{path}:{number}: "{include.group(1)}" belongs to no layer'
        elif ROW_OF[target] >= ROW_OF[layer]:
            yield f'{path}:{number}: {layer} must not include "{include.group(1)}": only rows below its own'


def files_of(root):
    for path in sorted((root / "src").glob("*/**/*")):
        if path.suffix in (".c", ".h"):
            yield path, path.relative_to(root / "src").parts[0]
    for path in sorted((root / "include" / "buckle").glob("*.h")):
        if path.name != "buckle.h":
            yield path, layer_of_header(f"buckle/{path.name}")


def missing_from_the_sum(folder):
    """buckle.h, where there is one, includes every other public header."""
    total = folder / "buckle.h"
    if total.exists():
        text = total.read_text(encoding="utf-8")
        for path in sorted(folder.glob("*.h")):
            line = f'#include "buckle/{path.name}"'
            if path != total and line not in text:
                yield f"{total}: lacks {line}"


def main(root):
    faults = list(missing_from_the_sum(pathlib.Path(root) / "include" / "buckle"))
    for path, layer in files_of(pathlib.Path(root)):
        if layer in ROW_OF:
            faults += faults_in(path, layer)
        else:
            faults.append(f"{path}: {layer} is not a layer of ARCHITECTURE.md")
    print("\n".join(faults) if faults else "every include goes down")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
