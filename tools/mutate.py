#!/usr/bin/env python3
"""How well the tests watch the numerical kernels: changes one operator at a time and asks whether a test fails.

usage: tools/mutate.py ROOT WORK [--sample N] [--seed S] [--only PATTERN]... [--at KERNEL:LINE]... [--jobs N] [--write PAGE]

ROOT's sources are copied to WORK and built there twice, once with counters that tell which test program reaches which
line; ROOT is never touched, and what is in WORK from the last time is used again.  From each kernel of KERNELS a sample of
N mutants is drawn with seed S; --at tries every mutant of a line instead.  A mutant is one change of one token: an
operator swapped for its opposite, a comparison turned round, a sign taken away or put on, a loop that starts one late or ends
one early.  The quick test programs that reach its line run against it, the one most likely to fail first: it is killed if
one fails, or takes ten times the processor time that it should.  One that does not compile is not counted.

The page lists every survivor.  Those that mutants_equivalent.csv gives a reason for are listed apart; they count as not
killed all the same, and a second figure leaves them out.  Exit status 1 if fewer than 90 in 100 of all are killed.
"""
import argparse
import collections
import concurrent.futures
import csv
import fnmatch
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

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

SLOW = 6.0  # s of processor time; a program that takes longer is left to the long suite
PATIENCE = 20.0  # s of processor time that is spent on one mutant before it counts as a survivor
ROOM_LIMIT = 16 << 20  # KiB of addresses: a mutant that asks for more shall not take the machine with it
# Tests were written after a look at what survived of these, so that a figure from one of them flatters.
SEEDS_SEEN = [3, 11, 12, 13]
EQUIVALENT = "tools/mutants_equivalent.csv"

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


class Program:
    """A test program: how it is linked and run, how long it takes, and which lines of the kernels it reaches."""

    def __init__(self, tree, test):
        self.name, self.command, self.env = test["name"], test["cmd"], {**os.environ, **test["env"]}
        self.env.setdefault("BUCKLE_SHARED", str(tree.root.parent / "shared"))
        self.target = os.path.relpath(self.command[0], tree.build)
        self.link, self.seconds, self.lines = [], 0.0, {}

    def passes(self, command, folder, limit):
        """Whether it ends well within `limit` seconds of processor time."""
        bounds = f"ulimit -t {int(limit) + 1} -v {ROOM_LIMIT}; exec \"$@\""
        running = subprocess.Popen(["sh", "-c", bounds, "sh", *command], cwd=folder, env={**self.env, "TMPDIR": str(folder)},
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            return running.wait(120 + 20 * limit) == 0  # a machine with other work to do is no fault of a mutant
        except subprocess.TimeoutExpired:
            return False
        finally:
            try:
                os.killpg(running.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            running.wait()

    def reaches(self, kernel, line):
        """Lines without code of their own, as the second of a long statement, count where any of the file does."""
        counts = self.lines.get(kernel, {})
        return counts.get(str(line), 1 if any(counts.values()) else 0) > 0


def processor_time():
    """Of the programs run so far, s: what else the machine does is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Tree:
    """A copy of the sources, built, of which one file at a time is compiled again with a change."""

    def __init__(self, root, work):
        self.root, self.work = root, work
        self.source, self.build, self.counted = work / "tree", work / "build", work / "counted"
        self.copy_sources()
        self.setup(self.build, "-Doptimization=1", "-Ddebug=false")
        self.setup(self.counted, "-Doptimization=0", "-Ddebug=false", "-Db_coverage=true")
        listed = subprocess.run(["meson", "introspect", "--tests", self.build], check=True, capture_output=True).stdout
        self.programs = [Program(self, test) for test in json.loads(listed) if test["suite"] == ["buckle:quick"] and
                         pathlib.Path(test["cmd"][0]).name == "test_" + test["name"] and not test["name"].startswith("fault_")]
        for build in (self.build, self.counted):
            subprocess.run(["ninja", "-C", build, "--quiet", *[one.target for one in self.programs]], check=True)
        compiled = json.loads((self.build / "compile_commands.json").read_text())
        self.objects = {os.path.normpath(os.path.join(self.build, one["file"])): one for one in compiled if "libbuckle.a.p" in one["output"]}
        self.survey()

    def copy_sources(self):
        """Only what differs, so that only that is built again."""
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=self.root, check=True, capture_output=True).stdout
        names = [name for name in listed.decode().split("\0") if name and (self.root / name).exists()]
        for name in names:
            to = self.source / name
            if not to.exists() or to.read_bytes() != (self.root / name).read_bytes():
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(self.root / name, to)

    def setup(self, build, *options):
        if not (build / "build.ninja").exists():
            subprocess.run(["meson", "setup", build, self.source, *options, "-Dmpi=disabled", "-Dwerror=false"],
                           check=True, stdout=subprocess.DEVNULL)

    def survey(self):
        """How long each program takes and what it reaches; known already for those that have not changed."""
        kept = self.work / "survey.json"
        known = json.loads(kept.read_text()) if kept.exists() else {}
        for one in self.programs:
            digest = hashlib.sha256((self.counted / one.target).read_bytes()).hexdigest()
            if known.get(one.name, {}).get("digest") != digest:
                begun = processor_time()
                if not one.passes(one.command, self.build, 600):
                    raise SystemExit(f"mutate: {one.name} fails before anything is changed")
                known[one.name] = {"digest": digest, "seconds": processor_time() - begun}
            one.seconds = known[one.name]["seconds"]
        self.programs = [one for one in self.programs if one.seconds < SLOW]
        unknown = [one for one in self.programs if "lines" not in known[one.name]]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for one, lines in zip(unknown, pool.map(self.reached, unknown)):
                known[one.name]["lines"] = lines
                kept.write_text(json.dumps(known))
        for one in self.programs:
            one.lines = known[one.name]["lines"]
            asked = subprocess.run(["ninja", "-C", self.build, "-t", "commands", one.target], check=True, capture_output=True, text=True)
            one.link = shlex.split(asked.stdout.strip().split("\n")[-1])

    def reached(self, program):
        """{kernel: {line: count}} of one run, by gcov."""
        with tempfile.TemporaryDirectory(dir=self.work) as folder:
            folder = pathlib.Path(folder)
            counting = {**program.env, "GCOV_PREFIX": str(folder), "GCOV_PREFIX_STRIP": str(len(self.counted.parts) - 1)}
            subprocess.run([self.counted / program.target], env=counting, cwd=folder, timeout=1200, check=True,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            counters = []
            for kernel in KERNELS:
                counter = folder / "src/libbuckle.a.p" / (kernel.replace("/", "_") + ".gcda")
                if counter.exists():
                    counters.append(counter.name)
                    os.symlink(self.counted / "src/libbuckle.a.p" / counter.with_suffix(".gcno").name, counter.with_suffix(".gcno"))
            if not counters:
                return {}
            told = subprocess.run(["gcov", "--json-format", "--stdout", *counters], cwd=folder / "src/libbuckle.a.p",
                                  capture_output=True, text=True, check=True).stdout
        lines = {}
        for answer in map(json.loads, filter(None, told.split("\n"))):
            for file in answer["files"]:
                kernel = "/".join(pathlib.Path(file["file"]).parts[-2:])
                for line in file["lines"] if kernel in KERNELS else []:
                    held = lines.setdefault(kernel, {})
                    held[str(line["line_number"])] = held.get(str(line["line_number"]), 0) + line["count"]
        return lines

    def compile(self, kernel, text, folder):
        """The object of a changed file, or None."""
        source = self.source / "src" / kernel
        changed, made = folder / source.name, folder / "changed.o"
        changed.write_text(text, encoding="utf-8")
        entry = self.objects[str(source)]
        command = shlex.split(entry["command"])
        command[command.index("-o") + 1], command[command.index("-c") + 1] = str(made), str(changed)
        command[command.index("-MF") + 1] = str(folder / "changed.d")
        done = subprocess.run([*command, "-iquote", source.parent], cwd=self.build, env={**os.environ, "CCACHE_DISABLE": "1"},
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return made if done.returncode == 0 else None

    def fails(self, program, made, folder):
        """Whether a test program fails with this object, which the linker meets before the archive that has the true one."""
        linked = folder / "program"
        command = list(program.link)
        command[command.index("-o") + 1] = str(linked)
        command.insert(command.index(str(linked)) + 1, str(made))
        subprocess.run(command, cwd=self.build, check=True, stdout=subprocess.DEVNULL)
        return not program.passes([str(linked), *program.command[1:]], folder, 5 + 10 * program.seconds)


def judge(tree, kernel, mutant, text, killers):
    """'no program', 'survived', or the name of the program that killed it."""
    start, old, new = mutant
    line, layer = text.count("\n", 0, start) + 1, kernel.split("/")[0]
    stem = pathlib.Path(kernel).stem

    def chance(program):
        return (killers.index(program.name) if program.name in killers else len(killers), stem not in program.name,
                layer not in program.name, program.seconds)

    with tempfile.TemporaryDirectory(dir=tree.work) as folder:
        folder = pathlib.Path(folder)
        made = tree.compile(kernel, text[:start] + new + text[start + len(old):], folder)
        if made is None:
            return "no program"
        spent = 0.0
        for program in sorted((one for one in tree.programs if one.reaches(kernel, line)), key=chance):
            if tree.fails(program, made, folder):
                return program.name
            spent += program.seconds
            if spent > PATIENCE:
                break
    return "survived"


def describe(text, mutant):
    """Line, its text, its text changed, and the change in words."""
    start, old, new = mutant
    line = text.count("\n", 0, start) + 1
    begin, end = text.rfind("\n", 0, start) + 1, text.index("\n", start)
    changed = text[begin:start] + new + text[start + len(old):end]
    return {"line": line, "text": text[begin:end].strip(), "changed": changed.strip(), "change": f"`{old.strip()}` to `{new.strip() or 'nothing'}`"}


def examine(tree, kernel, options):
    text = (tree.source / "src" / kernel).read_text(encoding="utf-8")
    mutants, asked = mutants_of(text), [int(one.split(":")[1]) for one in options.at if one.split(":")[0] == kernel]
    found = {"kernel": kernel, "places": len(mutants), "killed": 0, "survivors": []}
    if asked:
        mutants = [one for one in mutants if text.count("\n", 0, one[0]) + 1 in asked]
    else:
        random.Random(f"{options.seed} {kernel}").shuffle(mutants)
    killers, sample = [], len(mutants) if asked else options.sample
    for mutant in mutants:
        if found["killed"] + len(found["survivors"]) == sample:
            break
        verdict, told = judge(tree, kernel, mutant, text, killers), describe(text, mutant)
        if asked:
            print(f"{kernel}:{told['line']}: {told['change']}: {verdict}", flush=True)
        if verdict == "survived":
            found["survivors"].append(told)
        elif verdict != "no program":
            found["killed"] += 1
            killers[:] = [verdict, *[one for one in killers if one != verdict]]
    print(f"{kernel}: {found['killed']} killed of {found['killed'] + len(found['survivors'])}", flush=True)
    for told in found["survivors"]:
        print(f"    {told['line']}: {told['change']}    {told['changed']}", flush=True)
    return found


def equivalents(source):
    """{(kernel, line's text, changed text): reason}; each speaks of one place."""
    with open(source / EQUIVALENT, newline="", encoding="utf-8") as file:
        rows = {(row["kernel"], row["line"], row["changed"]): row["reason"] for row in csv.DictReader(file)}
    places = collections.Counter()
    for kernel in {key[0] for key in rows}:
        text = (source / "src" / kernel).read_text(encoding="utf-8")
        for told in (describe(text, mutant) for mutant in mutants_of(text)):
            places[kernel, told["text"], told["changed"]] += 1
    for key in rows:
        if places[key] != 1:
            raise SystemExit(f"mutate: {EQUIVALENT} speaks of {places[key]} places and not of one: {key[0]}: {key[1]}")
    return rows


def cell(text):
    return "`" + text.replace("|", "\\|") + "`"


def page(found, reasons, options):
    killed, tried, same = totals(found, reasons)
    seen = options.seed in SEEDS_SEEN
    rows = [f"| {one['kernel']} | {one['places']} | {one['killed'] + len(one['survivors'])} | {one['killed']} |" for one in found]
    left, apart = [], []
    for one in found:
        for told in one["survivors"]:
            reason = reasons.get((one["kernel"], told["text"], told["changed"]))
            row = f"| {one['kernel']}:{told['line']} | {told['change'].replace('|', chr(92) + '|')} | {cell(told['text'])} |"
            (apart if reason else left).append(f"{row} {reason} |" if reason else row)
    return "\n".join([
        "# Mutants",
        "",
        "Made by `tools/mutate.py`, which see; not edited by hand. One token of a numerical kernel is changed, the quick test programs",
        "that reach its line run, and one of them should fail.",
        "",
        f"**{killed} of {tried} mutants are killed, {100 * killed / tried:.1f} in 100** (up to {options.sample} drawn from each file with seed {options.seed}).",
        f"Without the {same} that change no answer, see the end, it is {100 * killed / (tried - same):.1f} in 100.",
        "",
        *(["Tests were written after a look at what survived of this very seed, so that the figure flatters: another seed tells more."] if seen else
          ["The seed was new: none of the tests that ran was written after a look at what it draws. What survived of others",
           f"(seeds {', '.join(map(str, SEEDS_SEEN))}) had been looked at, and tests that were wanting had been written."]),
        "",
        "| kernel | places | tried | killed |",
        "| --- | ---: | ---: | ---: |",
        *rows,
        "",
        "## Survivors",
        "",
        "Tests that are wanting, as far as nobody has shown that the change makes no difference.",
        "",
        "| where | change | line |",
        "| --- | --- | --- |",
        *left,
        "",
        "## Equivalent",
        "",
        "Survivors that change no answer, by the reason that [`tools/mutants_equivalent.csv`](../../tools/mutants_equivalent.csv) gives.",
        "They count as not killed in the first figure.",
        "",
        "| where | change | line | why |",
        "| --- | --- | --- | --- |",
        *apart,
        ""])


def totals(found, reasons):
    """Killed, tried, and how many of the survivors are known to be equivalent."""
    killed = sum(one["killed"] for one in found)
    survivors = [(one["kernel"], told["text"], told["changed"]) for one in found for told in one["survivors"]]
    return killed, killed + len(survivors), sum(one in reasons for one in survivors)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--sample", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--at", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--write", type=pathlib.Path)
    options = parser.parse_args()
    wanted = options.only + [one.split(":")[0] for one in options.at]
    kernels = [kernel for kernel in KERNELS if not wanted or any(fnmatch.fnmatch(kernel, one) for one in wanted)]
    tree = Tree(options.root.resolve(), options.work.resolve())
    reasons = equivalents(tree.source)
    found = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for one in pool.map(lambda kernel: examine(tree, kernel, options), kernels):
            found.append(one)
            if options.write:  # what is done is kept if the rest is cut short
                options.write.write_text(page(found, reasons, options), encoding="utf-8")
    killed, tried, same = totals(found, reasons)
    print(f"{killed} killed of {tried}; {same} of the others are equivalent")
    return 0 if killed >= 0.9 * tried else 1


if __name__ == "__main__":
    sys.exit(main())
