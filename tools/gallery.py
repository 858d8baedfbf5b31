#!/usr/bin/env python3
"""Draw, or check, the figures of docs/gallery.md from runs of the built-in study.

usage: gallery.py PROGRAM ROOT [--check]

--check draws them anew and fails unless page and figures are the same: every coordinate within half a point where the letters of the
machine's font are those of the file, else title, description and the kinds of shapes alone.  Coordinates are kept to a hundredth of a point.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SCENARIO = "belt-as-planned"
RUN, APPRAISE = "run", "appraise"
FIGURES = [  # name of the figure, verb that draws it, what to look for
    ("flow-map-base", RUN, "The base year: what goes where, by which mode, and what is full."),
    (f"flow-map-{SCENARIO}", RUN, "The plan less the base year. New lines draw freight from those beside them: look for orange next to blue."),
    (f"gains-{SCENARIO}", RUN, "Who gains and who loses, in percent of real income, the works' cost not taken off."),
    (f"attribution-{SCENARIO}", RUN, "Which measure brings it: parts add up to the whole for each economy."),
    (f"bottlenecks-{SCENARIO}", RUN, "Where a tonne more of room would be worth most, with the base year's mark beside each bar."),
    ("worth-projects", APPRAISE, "Which works pay, and how sure that is. A line across zero is a project that may go either way."),
    ("worth-economies", APPRAISE, "The same by economy: who builds and who gains are seldom the same."),
    ("cash-flow-all", APPRAISE, "When money goes out, and when it comes back."),
    ("convergence", RUN, "How near each state came to an equilibrium: what to look at before any of the others."),
]
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
LETTERS = re.compile(r"<defs>.*?</defs>", re.DOTALL)


def short(text):
    """Coordinates to a hundredth of a point, which is less than is seen."""
    return re.sub(r"-?\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}".rstrip("0").rstrip("."), text)


def draw(program, root, folder):
    """Name of each figure to its SVG."""
    env = {**os.environ, "BUCKLE_CACHE": str(folder / "cache")}
    shutil.copytree(root / "studies" / "silkroad", folder / "silkroad", ignore=shutil.ignore_patterns("facts"))
    for verb, more in ((RUN, ["--out", "result.gpkg"]), (APPRAISE, [])):
        subprocess.run([program, verb, "silkroad", "--scenario", SCENARIO, "--figures", verb, "--quiet", *more], check=True, cwd=folder,
                       env=env, stdout=subprocess.DEVNULL)
    return {name: short((folder / verb / f"{name}.svg").read_text(encoding="utf-8")) for name, verb, _ in FIGURES}


def part(svg, tag):
    return re.search(f"<{tag}>(.*?)</{tag}>", svg, re.DOTALL).group(1)


def page(figures):
    lines = ["# Gallery", "", "The figures that buckle draws, here of the built-in study: one scenario, two commands. `tools/gallery.py` makes this page, and a test draws it again.", "",
             "```sh", *(f"buckle {verb} studies/silkroad --scenario {SCENARIO} --figures {verb}" for verb in (RUN, APPRAISE)), "```", "",
             "Each comes as SVG, PNG and PDF; [reports, workbooks, figures](reference/report.md) says what is in them. Over half of the study's rows are estimates: these are pictures of a model.", ""]
    for name, verb, what in FIGURES:
        lines += [f"## {part(figures[name], 'title')}", "", what, "", f"![{part(figures[name], 'title')}](images/gallery/{name}.svg)", "",
                  f"`{name}`, of `{verb}`. {part(figures[name], 'desc')}", ""]
    return "\n".join(lines).rstrip() + "\n"


def faults_in(name, old, new):
    """What is different between two drawings of one figure."""
    for tag in ("title", "desc"):
        if part(old, tag) != part(new, tag):
            yield f"{name}: another {tag}"
    if LETTERS.search(old).group() != LETTERS.search(new).group():  # other fonts here, so other widths of text
        old, new = ("".join(sorted(set(re.findall(r"<(\w+)", text)))) for text in (old, new))
    if NUMBER.sub("#", old) != NUMBER.sub("#", new):
        yield f"{name}: other shapes"
    elif name != "convergence":  # residuals are rounding, and their logarithms move
        apart = max((abs(float(a) - float(b)) for a, b in zip(NUMBER.findall(old), NUMBER.findall(new))), default=0.0)
        if apart > 0.5:
            yield f"{name}: shapes {apart:.1f} points from where they were"


def check(root, figures):
    folder = root / "docs" / "images" / "gallery"
    if (root / "docs" / "gallery.md").read_text(encoding="utf-8") != page(figures):
        yield "docs/gallery.md: another page"
    for name, svg in figures.items():
        yield from faults_in(name, (folder / f"{name}.svg").read_text(encoding="utf-8"), svg)


def write(root, figures):
    folder = root / "docs" / "images" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    (root / "docs" / "gallery.md").write_text(page(figures), encoding="utf-8")
    for name, svg in figures.items():
        (folder / f"{name}.svg").write_text(svg, encoding="utf-8")


def main(program, root, checking):
    with tempfile.TemporaryDirectory() as folder:
        figures = draw(os.path.abspath(program), root, pathlib.Path(folder))
    if not checking:
        write(root, figures)
        return 0
    faults = list(check(root, figures))
    print("\n".join(faults) if faults else f"{len(figures)} figures are as drawn")
    if faults:
        print("run tools/gallery.py PROGRAM ROOT and look at what changed")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], pathlib.Path(sys.argv[2]), "--check" in sys.argv[3:]))
