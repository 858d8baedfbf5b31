"""Memory runs short once at every place that asks for it, in every verb: an error of the machine, or an answer that is whole.

The program is `buckle-short`, which tries each place in a copy of itself (tests/cli/short_program.c); places that were tried
by one call are not tried again by the next, so that the tests of this file depend on nothing but their own calls for what
they assert, and all of them together go through the program once.
"""
import json
import os
import re
import subprocess
import sys

from harness import CARAVAN, ROOT, buckle, copy_of, environment, expect, main
from test_calibrate import log_rows, write_rows
from test_network import LINE

PROGRAM = os.environ.get("BUCKLE_SHORT_PROGRAM", str(ROOT / "build" / "tests" / "cli" / "buckle-short"))
BRAESS = ROOT / "docs" / "how-to" / "braess"
SEEDS = ROOT / "tests" / "fuzz" / "seeds"
SAID = ("not enough memory", "memory ran short", "no memory to start with", '"code":"no-memory"')
# what may be done without: a cache that is not read or written
SPARED = ("could not be kept in", "what it keeps is found anew")
TIME = re.compile(r'[0-9.]+ s\b|"seconds":[^,}]*')
MACHINE = 4
_calls = None  # the places tried so far


def where(place):
    """The functions on the stack, for the message of a test that fails."""
    offsets = re.findall(r"\(\+(0x[0-9a-f]+)\)", place)
    try:
        named = subprocess.run(["addr2line", "-e", PROGRAM, "-f", *offsets], capture_output=True, text=True).stdout.splitlines()[::2]
    except FileNotFoundError:
        return place
    return " < ".join(name for name in named if "short" not in name and not name.startswith("__wrap"))


def fault_of(kept, copy, status, whole):
    """What is wrong with how a copy ended, or None.  `whole` is the answer that had all its memory."""
    out, err = ((kept / f"{copy}.{stream}").read_text() for stream in ("out", "err"))
    if os.WIFSIGNALED(status):
        return f"signal {os.WTERMSIG(status)}"
    code = os.WEXITSTATUS(status)
    if code == MACHINE:
        return None if any(word in out + err for word in SAID) else f"status 4 without a word of memory: {err}"
    if code != 0:
        return f"status {code}: {err}"
    if TIME.sub("", out) != whole and not any(word in err for word in SPARED):
        return f"another answer, with status {code}: {err}{out[:200]}"
    return None


def short(folder, *arguments):
    """Asks with memory that runs short, and returns how many places were tried."""
    global _calls
    kept = folder / "short"
    kept.mkdir()
    if _calls is not None:
        (kept / "calls").write_bytes(_calls)
    done = subprocess.run([PROGRAM, *(str(argument) for argument in arguments), "--threads", "1"], cwd=folder, capture_output=True,
                          text=True, timeout=600, env=environment(BUCKLE_SHORT=str(kept)))
    assert done.returncode == 0, (arguments, done.returncode, done.stderr)
    ended = [line.split() for line in (kept / "ended").read_text().splitlines()] if (kept / "ended").exists() else []
    for number, ending in ended:
        fault = fault_of(kept, number, int(ending), TIME.sub("", done.stdout))
        assert fault is None, f"{arguments}: {fault}\n{where((kept / f'{number}.calls').read_text())}"
    _calls = (kept / "calls").read_bytes()
    for path in kept.iterdir():
        path.unlink()
    kept.rmdir()
    return len(ended)


# What is asked in each test, in its folder with a copy of the caravan in it.  No folder is asked for that is made as one whole
# beside its place, or at a place that must be empty: a copy that fails takes away what it shares with the program.
QUESTIONS = {
    "check": [["check", "caravan", "--sources"],
              ["check", "caravan", "--observed", "--no-cache"],
              ["check", "caravan", "--observed", "--sources", "--format", "json"],
              ["check", "caravan", "--policy", "XSU", "2003-05-01"],
              ["check", "caravan", "--policy", "XSU", "2003-05-01", "--scenario", "union-grows", "--format", "json"]],
    "run": [["run", "caravan", "--no-cache", "--quiet"],
            ["run", "caravan", "--scenario", "middle-way", "--attribution", "shapley", "--values", "--select", "border:alm_gate", "--out", "a.gpkg"],
            ["run", "caravan", "--scenario", "middle-way", "--format", "json", "--out", "a.gpkg"],
            ["run", "caravan", "--scenario", "middle-way", "--first-order"],
            ["run", "caravan", "--scenario", "middle-way", "--first-order", "--format", "json"],
            ["run", "caravan", "--scenario", "middle-way", "--finance", "foreign", "--lender", "XAL", "--deficits", "zero"],
            ["run", "caravan", "--scenario", "middle-way", "--report", "a.html", "--xlsx", "a.xlsx", "--tables", "t", "--figures", "f"]],
    "trade": [["trade", "caravan"],
              ["trade", "caravan", "--scenario", "union-grows", "--bilateral", "XSU", "--out", "a.gpkg"],
              ["trade", "caravan", "--scenario", "union-grows", "--out", "folder"],
              ["trade", "caravan", "--scenario", "union-grows", "--bilateral", "XSU", "--format", "json"]],
    "route": [["route", "caravan", "--from", "ori_city", "--to", "alm_gate", "--loaded", "--constants"],
              ["route", "caravan", "--from", "ori_city", "--to", "alm_gate", "--all-paths", "--format", "json"],
              ["route", "caravan", "--border", "alm_gate", "--frontier"],
              ["route", "caravan", "--border", "alm_gate", "--frontier", "--format", "json"]],
    "value": [["value", "caravan", "--economy", "XAL", "--scenario", "middle-way", "--out", "v.gpkg", "--tables", "v"],
              ["value", "caravan", "--by", "capacity", "--format", "json"]],
    "appraise": [["appraise", "caravan", "--scenario", "middle-way", "--out", "p.gpkg"],
                 ["appraise", "caravan", "--scenario", "middle-way", "--report", "p.html", "--xlsx", "p.xlsx", "--tables", "p", "--figures", "q"],
                 ["appraise", "caravan", "--scenario", "middle-way", "--format", "json"]],
    "stress": [["stress", "caravan", "--scenario", "middle-way", "--scenario", "closed-gate", "--draws", "8", "--out", "s.gpkg", "--tables", "s"],
               ["stress", "caravan", "--scenario", "middle-way", "--draws", "4", "--projects", "--sampler", "lhs", "--format", "json"],
               ["stress", "caravan", "--scenario", "middle-way", "--draws", "2", "--indices"],
               ["stress", "caravan", "--scenario", "middle-way", "--draws", "2", "--indices", "--format", "json"],
               ["stress", "caravan", "--scenario", "middle-way", "--draws", "8", "--shard", "1/2", "--out", "1.draws"],
               ["stress", "caravan", "--scenario", "middle-way", "--draws", "8", "--shard", "2/2", "--out", "2.draws"],
               ["merge", "1.draws", "2.draws", "--tables", "m"],
               ["merge", "1.draws", "2.draws", "--format", "json"]],
    "invest": [["invest", "caravan", "--budget", "3e9", "--per-year", "0.5e9", "--robust", "northern-closure", "--network-optimum"],
               ["invest", "caravan", "--budget", "3e9", "--per-year", "0.5e9", "--robust", "northern-closure", "--network-optimum", "--format", "json"],
               ["invest", "caravan", "--budget", "3e9", "--objective", "maxmin", "--assume", "monotone"],
               ["invest", "caravan", "--budget", "3e9", "--resume", "i.sets"]],
    "claim": [["claim", "caravan", "--economy", "XAL", "--gain", "1%"],
              ["claim", "caravan", "--economy", "XAL", "--gain", "1%", "--format", "json"]],
    "brief": [["brief", "caravan", "--economy", "XAL", "--scenario", "middle-way", "--draws", "0"],
              ["brief", "caravan", "--economy", "XAL", "--scenario", "middle-way", "--out", "b.html"],
              ["brief", "caravan", "--economy", "XAL", "--scenario", "middle-way", "--draws", "0", "--out", "b.md", "--format", "json"]],
    "calibrate": [["calibrate", "caravan", "--no-cache"],
                  ["calibrate", "caravan", "--no-cache", "--format", "json"],
                  ["calibrate", "caravan", "--log", "log.csv", "--no-fit", "--least-stays", "2", "--no-cache"],
                  ["calibrate", "caravan", "--follow", "log.csv", "--once", "--now", "2023-11-15T10:00Z", "--no-cache"]],
    "game": [["game", SEEDS / "game" / "two.json"], ["game", SEEDS / "game" / "two.json", "--format", "json"], ["network", "places.json"],
             ["network", "places.json", "--format", "json"]],
    "pivot": [["pivot", "caravan", "--scenario", "middle-way"],
              ["pivot", "caravan", "--scenario", "middle-way", "--economy-values", "all", "--outsiders", "closed", "--format", "json"],
              ["pivot", "caravan", "--tolls", "XAL,XNO"],
              ["pivot", "caravan", "--tolls", "XAL,XNO", "--format", "json"]],
    "balance": [["balance", "caravan", "--out", "balanced", "--changes", "changes.csv"],
                ["balance", "caravan", "--out", "again", "--format", "json"]],
    "assign": [["assign", "caravan", "--scenario", "middle-way"],
               ["assign", "caravan", "--format", "json"],
               ["assign", "--net", BRAESS, "--trips", BRAESS / "demand.csv", "--flows", "f.csv", "--gmns", "g", "--skims", "s.omx", "--paths", "p.csv", "--select", "start-north"],
               ["assign", "--net", BRAESS, "--trips", BRAESS / "demand.csv", "--method", "logit", "--dispersion", "1", "--format", "json"],
               ["assign", "--net", BRAESS, "--trips", BRAESS / "demand.csv", "--method", "recursive-logit", "--dispersion", "1"],
               ["assign", "--net", BRAESS, "--trips", BRAESS / "demand.csv", "--method", "frank-wolfe", "--gap", "1e-3"]],
    "import": [["import", "gmns", BRAESS, "--into", "new", "--country", "XAL", "--replace"],
               ["import", "gmns", BRAESS, "--into", "new", "--country", "XAL", "--replace", "--format", "json"],
               ["import", "osm", SEEDS / "osm" / "dense-plain.pbf", "--into", "new", "--country", "XAL", "--replace"]],
    "results": [["open", "a.gpkg"], ["open", "a.gpkg", "--table", "economies"], ["open", "a.gpkg", "--table", "economies", "--format", "json"],
                ["compare", "a.gpkg", "b.gpkg"], ["compare", "a.gpkg", "b.gpkg", "--format", "json"],
                ["export", "a.gpkg", "--to", "a.geojson", "--table", "flows"], ["export", "a.gpkg", "--to", "t.csv", "--table", "economies", "--format", "json"],
                ["export", "a.gpkg", "--to", "a.xlsx"], ["export", "a.gpkg", "--to", "a", "--as", "csv"]],
    "help": [["help"], ["help", "run"], ["help", "--man"], ["help", "--study"], ["help", "--markdown"], ["help", "--errors"],
             ["help", "--completion", "bash"], ["help", "--completion", "zsh"], ["help", "--completion", "fish"],
             ["explain", "no-path"], ["explain", "no-path", "--format", "json"]],
}


def prepare(folder, name):
    """What the questions of one test read, beside the study."""
    copy_of(CARAVAN, folder)
    if name == "calibrate":
        write_rows(folder / "log.csv", log_rows(40))
    if name == "game":
        (folder / "places.json").write_text(json.dumps(LINE))
    if name == "import":
        (folder / "new").mkdir()
        (folder / "new" / "study.yaml").write_text("buckle: 1\ntitle: New\nbase_year: 2024\nmoney: 1e6 USD\n")
        (folder / "regions.csv").write_text("country,region\nKAZ,XAL\nAUT,XNO\n")
        (folder / "sectors.csv").write_text("product,sector\nA,food\n")
    if name == "results":
        for result, scenario in (("a", "middle-way"), ("b", "closed-gate")):
            expect(buckle(folder, "run", "caravan", "--scenario", scenario, "--out", f"{result}.gpkg"), 0)


def of_verbs(name):
    def test(folder):
        prepare(folder, name)
        for question in QUESTIONS[name]:
            tried[name] = tried.get(name, 0) + short(folder, *question)
    return test


tried = {}
for verbs in QUESTIONS:
    globals()[f"test_{verbs}_ends_well_wherever_memory_runs_short"] = of_verbs(verbs)


def test_wherever_is_everywhere(folder):
    """A file that tries nothing would pass, too: so many places there are at least, by count."""
    assert sum(tried.values()) > 2500, tried


def test_a_bad_end_would_be_seen(folder):
    def judged(status, out, err):
        (folder / "1.out").write_text(out)
        (folder / "1.err").write_text(err)
        return fault_of(folder, 1, status, "the answer")
    assert judged(4 << 8, "", "buckle: error: not enough memory") is None
    assert judged(0, "the answer", "") is None
    assert judged(11, "", "") == "signal 11"
    assert "without a word" in judged(4 << 8, "", "buckle: error: /tmp/x cannot be written")
    assert "status 3" in judged(3 << 8, "", "not enough memory")
    assert "another answer" in judged(0, "the ans", "")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
