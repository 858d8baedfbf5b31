#!/usr/bin/env python3
"""How well the tests watch the numerical kernels: changes one operator at a time and asks whether a test fails.

usage: tools/mutate.py ROOT WORK [--sample N] [--seed S] [--only PATTERN]... [--write PAGE]

Copies ROOT's sources to WORK and builds there; ROOT is never touched.  From each kernel of KERNELS a sample of N mutants
is drawn with seed S.  A mutant is one change of one token: an operator swapped for its opposite, a comparison turned round, a
sign taken away or put on, a loop that starts one late or ends one early.  It is killed if a test program of the file's layer or
of those above it fails, or runs thirty times longer than it should.  One that does not compile is not counted.  The page
lists every survivor.  Exit status 1 if fewer than 90 in 100 are killed.
"""
import argparse
import fnmatch
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys

# Files whose arithmetic ends in an answer.  Readers, writers and text are held by other tests: fuzzing, round trips, damage.
KERNELS = """
base/cholesky.c base/exp.c base/least_squares.c base/lu.c base/band.c base/sphere.c base/sum.c
network/border.c network/costs.c network/delay.c network/stays.c network/trees.c network/vdf.c
network/hierarchy_customise.c network/hierarchy_matrix.c
trade/balance_fit.c trade/calibrate.c trade/chain.c trade/closures.c trade/decompose.c trade/duties.c
trade/indicators.c trade/iterate.c trade/kernel.c trade/mobility.c trade/newton.c trade/response.c trade/response_inner.c
trade/shock.c trade/sweep.c
assignment/choice.c assignment/curvature.c assignment/load.c assignment/logit_endless.c assignment/logit_load.c
assignment/logit_newton.c assignment/logit_recursive.c assignment/logit_values.c assignment/logit_walks.c assignment/newton.c assignment/route_costs.c
assignment/sum.c assignment/tangent.c assignment/ue_arcs.c assignment/ue_bush.c assignment/ue_bush_shift.c assignment/ue_bush_update.c
assignment/ue_certificate.c assignment/ue_frank_wolfe.c assignment/ue_joint.c assignment/ue_select.c
coupling/adjoint.c coupling/adjoint_system.c coupling/demand.c coupling/first_order.c coupling/load.c coupling/values.c
appraisal/doubt.c appraisal/indicators.c appraisal/loan.c appraisal/project_flow.c appraisal/shapley.c
game/coalitions.c game/core.c game/kohlberg.c game/nonnegative.c game/nucleolus.c game/rivals.c game/sample.c
game/search.c game/simplex.c game/solve.c
invest/branch.c invest/dual.c invest/minimise.c invest/planner.c invest/portfolio.c invest/regret.c invest/sequence.c
risk/movers.c risk/beta.c risk/controlled.c risk/distribution.c risk/indices.c risk/prim.c risk/regression.c risk/sampler.c
risk/sobol.c risk/summary.c
study/accounts.c study/finance.c study/frontier.c study/worth.c
""".split()

# Rows of ARCHITECTURE.md's table: whoever uses a layer's answers also watches them.
ABOVE = {
    "base": ["network", "trade", "risk", "game", "assignment"],
    "network": ["assignment", "coupling"],
    "trade": ["coupling", "property"],
    "assignment": ["coupling", "property"],
    "coupling": ["property", "study"],
    "appraisal": ["study"],
    "game": ["study"],
    "invest": ["study"],
    "risk": ["study"],
    "study": [],
}
SLOW = 4.0  # s of processor time; a program that takes longer is left to the long suite

SWAPS = {
    " + ": [" - "], " - ": [" + "], " * ": [" / "], " / ": [" * "],
    " += ": [" -= "], " -= ": [" += "], " *= ": [" /= "], " /= ": [" *= "],
    " < ": [" > "], " > ": [" < "], " <= ": [" >= "], " >= ": [" <= "], " == ": [" != "], " != ": [" == "],
    " && ": [" || "], " || ": [" && "],
    "fmax(": ["fmin("], "fmin(": ["fmax("],
}
TOKEN = re.compile("|".join(re.escape(token) for token in sorted(SWAPS, key=len, reverse=True)))
LOOP = re.compile(r"for \([^;]*= (0);[^;]* (<) ")
SIGN = re.compile(r"(?:return |[=(,?:] )(-)(?=[a-z(0-9])")
# Room that is asked for is not arithmetic of an answer: too much of it changes nothing.
ROOM = re.compile(r"^.*(?:\bsizeof\b|\bBK_NEW\().*$", re.M)
MASKED = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*', re.S | re.M)


def code_of(text):
    """The text with comments, strings, preprocessor lines and requests for room blanked, so that positions stay."""
    def blank(found):
        return re.sub(r"[^\n]", "\0", found.group())

    return ROOM.sub(blank, MASKED.sub(blank, text))


def mutants_of(text):
    """(position, old, new) of every change of one token."""
    code = code_of(text)
    found = []
    for match in TOKEN.finditer(code):
        found += [(match.start(), match.group(), new) for new in SWAPS[match.group()]]
    for match in LOOP.finditer(code):
        found.append((match.start(1), "0", "1"))
        found.append((match.start(2), "<", "+ 1 <"))
    found += [(match.start(1), "-", "") for match in SIGN.finditer(code)]
    return sorted(found)


def processor_time():
    """Of the programs run so far, s: what else the machine does is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Tree:
    """A copy of the sources, built, in which one file at a time is changed."""

    def __init__(self, root, work):
        self.source, self.build = work / "tree", work / "build"
        shutil.rmtree(work, ignore_errors=True)
        self.source.mkdir(parents=True)
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, check=True, capture_output=True).stdout
        for name in filter(None, listed.decode().split("\0")):
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, self.source / name)
        subprocess.run(["meson", "setup", self.build, self.source, "-Doptimization=1", "-Ddebug=false", "-Dmpi=disabled",
                        "-Dwerror=false"], check=True, stdout=subprocess.DEVNULL)
        listed = subprocess.run(["meson", "introspect", "--tests", self.build], check=True, capture_output=True).stdout
        self.programs = {test["name"]: test for test in json.loads(listed)
                         if test["suite"] == ["buckle:quick"] and pathlib.Path(test["cmd"][0]).name == "test_" + test["name"]}
        self.ninja(*[self.target(name) for name in self.programs])
        self.seconds = {}
        for name in self.programs:
            begun = processor_time()
            if not self.passes(name, 600):
                raise SystemExit(f"mutate: {name} fails before anything is changed")
            self.seconds[name] = processor_time() - begun

    def target(self, name):
        return os.path.relpath(self.programs[name]["cmd"][0], self.build)

    def ninja(self, *targets):
        subprocess.run(["ninja", "-C", self.build, "--quiet", *targets], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)

    def passes(self, name, limit):
        test = self.programs[name]
        try:
            done = subprocess.run(test["cmd"], cwd=self.build, env={**os.environ, **test["env"]}, timeout=limit,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            return False
        return done.returncode == 0

    def watchers(self, kernel):
        """The test programs to ask: those of the file's layer, then the rows above, quick ones first."""
        layer = kernel.split("/")[0]
        ring = [layer, "fault_" + layer, "validation", *ABOVE[layer]]
        order = {name: next((i for i, prefix in enumerate(ring) if name.startswith(prefix + "_")), None) for name in self.programs}
        stem = pathlib.Path(kernel).stem
        return sorted((name for name in order if order[name] is not None and self.seconds[name] < SLOW),
                      key=lambda name: (stem not in name, order[name], self.seconds[name]))


def judge(tree, kernel, mutant, watchers):
    """'killed', 'survived' or 'no program'; whoever killed comes first the next time."""
    path = tree.source / "src" / kernel
    text = path.read_text(encoding="utf-8")
    start, old, new = mutant
    try:
        path.write_text(text[:start] + new + text[start + len(old):], encoding="utf-8")
        for name in list(watchers):
            try:
                tree.ninja(tree.target(name))
            except subprocess.CalledProcessError:
                return "no program"
            if not tree.passes(name, 30 + 30 * tree.seconds[name]):
                watchers.remove(name)
                watchers.insert(0, name)
                return "killed"
        return "survived"
    finally:
        path.write_text(text, encoding="utf-8")


def describe(text, mutant):
    start, old, new = mutant
    line = text.count("\n", 0, start) + 1
    row = text.split("\n")[line - 1].strip()
    return line, old.strip(), new.strip() or "(nothing)", row


def examine(tree, kernel, options):
    text = (tree.source / "src" / kernel).read_text(encoding="utf-8")
    mutants = mutants_of(text)
    random.Random(f"{options.seed} {kernel}").shuffle(mutants)
    watchers = tree.watchers(kernel)
    found = {"kernel": kernel, "places": len(mutants), "killed": 0, "survivors": []}
    for mutant in mutants:
        if found["killed"] + len(found["survivors"]) == options.sample:
            break
        verdict = judge(tree, kernel, mutant, watchers)
        if verdict == "killed":
            found["killed"] += 1
        elif verdict == "survived":
            found["survivors"].append(describe(text, mutant))
    print(f"{kernel}: {found['killed']} killed of {found['killed'] + len(found['survivors'])}", flush=True)
    for line, old, new, row in found["survivors"]:
        print(f"    {line}: {old} -> {new}    {row}", flush=True)
    return found


def page(found, options):
    killed = sum(one["killed"] for one in found)
    tried = killed + sum(len(one["survivors"]) for one in found)
    rows = [f"| {one['kernel']} | {one['places']} | {one['killed'] + len(one['survivors'])} | {one['killed']} |" for one in found]
    left = [f"| {one['kernel']}:{line} | `{old}` to `{new}` | `{row.replace('|', chr(92) + '|')}` |"
            for one in found for line, old, new, row in one["survivors"]]
    return "\n".join([
        "# Mutants",
        "",
        "Made by `tools/mutate.py`, which see; not edited by hand. One token of a numerical kernel is changed, the test programs of",
        "its layer and of those above run, and one of them should fail.",
        "",
        f"**{killed} of {tried} mutants are killed, {100 * killed / tried:.1f} in 100** (up to {options.sample} drawn from each file with seed {options.seed}).",
        "",
        "| kernel | places | tried | killed |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        "## Survivors",
        "",
        "Some change nothing that can be seen: a bound of a search that only saves time, a comparison whose two sides are never equal.",
        "The others are tests that are wanting.",
        "",
        "| where | change | line |",
        "| --- | --- | --- |",
        *left,
        ""])


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    kernels = [kernel for kernel in KERNELS if not options.only or any(fnmatch.fnmatch(kernel, one) for one in options.only)]
    tree = Tree(options.root.resolve(), options.work.resolve())
    found = [examine(tree, kernel, options) for kernel in kernels]
    if options.write:
        options.write.write_text(page(found, options), encoding="utf-8")
    killed = sum(one["killed"] for one in found)
    tried = killed + sum(len(one["survivors"]) for one in found)
    print(f"{killed} killed of {tried}")
    return 0 if killed >= 0.9 * tried else 1


if __name__ == "__main__":
    sys.exit(main())
