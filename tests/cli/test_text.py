"""What people read is what scripts read: every figure of the text is one of the JSON object, rounded as it is shown.

A line that begins with the name of something (an economy, a project, a post) may only show figures of objects with that name.
"""
import csv
import re
import sys

from harness import CARAVAN, ROOT, buckle, expect, main

BRAESS = ROOT / "docs" / "how-to" / "braess"
SEEDS = ROOT / "tests" / "fuzz" / "seeds"
UNITS = {"thousand": 1e3, "k": 1e3, "m": 1e6, "bn": 1e9, "trn": 1e12, "kt": 1e3, "Mt": 1e6}
# a figure is not part of a word, an id or a date: "2e-07" is one, those of "north-2" and "2024-05-01" are not
FIGURE = re.compile(r"(?<![\w.-])([+-]?\d+(?:\.\d+)?(?:e[+-]\d+)?)(?![\w]|-\d|\.\d)(?: (thousand|k|m|bn|trn|kt|Mt)\b)?")


RANK = re.compile(r"^ ?\d+  ")
TIME = re.compile(r"[,.] \d+\.\d+ s\b|\d{4} to \d{4} mm")


def figures_of(value):
    """Every number below value, and how many there are of what it lists."""
    if isinstance(value, dict):
        for item in value.values():
            yield from figures_of(item)
    elif isinstance(value, list):
        yield len(value)
        for item in value:
            yield from figures_of(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value
    elif isinstance(value, str):
        yield from (float(token) * UNITS.get(unit, 1.0) for token, unit in FIGURE.findall(value))


def by_name(value, found=None):
    """{text: every object that has it as a value}, lists of texts included."""
    found = {} if found is None else found
    if isinstance(value, dict):
        for item in value.values():
            for text in [item] if isinstance(item, str) else item if isinstance(item, list) else []:
                if isinstance(text, str):
                    found.setdefault(text, []).append(value)
        for item in value.values():
            by_name(item, found)
    elif isinstance(value, list):
        for item in value:
            by_name(item, found)
    return found


def is_shown(token, unit, figures):
    """Whether one of the figures, as it is or in percent, is written as this token."""
    shown = float(token)
    places = len(token.partition("e")[0].partition(".")[2])
    scale = UNITS.get(unit, 1.0) * (10.0 ** int(token.partition("e")[2]) if "e" in token else 1.0)
    half = 0.5000001 * 10.0 ** -places
    return any(abs(sign * figure * factor / scale - shown / (scale / UNITS.get(unit, 1.0))) <= half
               for figure in figures for factor in (1.0, 100.0) for sign in (1.0, -1.0))


def check(text, answer, more=(), said=(), scale=1.0):
    """Refuses a figure of the text that is in no object it may be of, and returns how many there are.

    `more` are figures that follow from those of the object, `said` are words of fixed sentences; figures may also be shown in
    units of `scale`, where a heading says so.
    """
    answer = {key: item for key, item in answer.items() if key != "manifest"}
    names, everything = by_name(answer), [*figures_of(answer), *more]
    looked_at = 0
    for line in text.splitlines():
        line = RANK.sub("", line)
        first = line.split("  ")[0]
        first = first if first in names else first.split(" ")[0]
        figures = list(figures_of(names[first])) if first and first in names else everything
        figures = figures + ([*more] if figures is not everything else []) + ([figure / scale for figure in figures] if scale != 1.0 else [])
        for token, unit in FIGURE.findall(line):
            if token not in said:
                looked_at += 1
                assert is_shown(token, unit, figures), f"{token} {unit} is not in the JSON object: {line}"
    return looked_at


def both(folder, *command, status=0):
    """The text and the object of one question, asked again."""
    def ask(number, *more):
        return expect(buckle(folder, *(word.replace("NEW", str(number)) if isinstance(word, str) else word for word in command), *more), status)

    ask(0)  # what the cache can spare is spared both
    return TIME.sub("", ask(1).out), ask(2, "--format", "json").json()


def test_trade_says_what_its_tables_hold(folder):
    text, answer = both(folder, "trade", CARAVAN, "--scenario", "union-grows")
    assert check(text, answer, said=("2012",)) > 80
    assert "XSU     Surania" in text and "joins the Steppe Customs Union" in text


def test_a_wrong_figure_would_be_seen(folder):
    text, answer = both(folder, "trade", CARAVAN, "--scenario", "union-grows")
    for was, now in (("+0.093", "+0.094"), ("158 m", "159 m"), ("-140 m", "-140 bn"), ("residual 1.6e-13", "residual 1.8e-13")):
        assert was in text
        try:
            check(text.replace(was, now, 1), answer, said=("2012",))
        except AssertionError:
            continue
        raise ValueError(f"{now} in place of {was} passes")


def world_gain(answer):
    """The world's gain in percent: an economy's income is its gain in money over its gain in percent."""
    first = [e for e in answer["economies"] if e["scenario"] == answer["economies"][0]["scenario"]]
    return 100 * sum(e["ev"] for e in first) / sum(100 * e["ev"] / e["welfare_pct"] for e in first)


def transit(answer):
    """What passes by corridor (named in the text, by its id in the object), and its change from the base year's."""
    base = {(row["corridor"], row["country"], row["trade"]): row for row in answer["transit"] if row["scenario"] == "base"}
    for row in answer["transit"]:
        was = base.get((row["corridor"], row["country"], row["trade"]), {})
        for name in ("tonnes", "revenue", "value_added"):
            yield row[name]
            yield row[name] - was.get(name, 0.0)


def nothing(answer):
    return []


def count(table):
    """Rows of a table of the study below its heading."""
    with open(CARAVAN / table, encoding="utf-8", newline="") as file:
        return sum(1 for row in csv.reader(file) if row) - 1


def rows(answer):
    return [sum(count(path.relative_to(CARAVAN))
                for folder in ("network", "economy", "policy", "projects", "risk", "observed") for path in (CARAVAN / folder).glob("*.csv"))]


HEADING = ("5", "95")  # percentiles, above their columns

# what is asked; how many figures it shows at least; what follows from those of the object; words of fixed sentences; scale
QUESTIONS = {
    "appraise": (["appraise", CARAVAN, "--scenario", "middle-way"], 40, nothing, (*HEADING, "2003"), 1.0),
    "assign": (["assign", "--net", BRAESS, "--trips", BRAESS / "demand.csv"], 8, nothing, (), 1.0),
    "assign_study": (["assign", CARAVAN], 40, lambda answer: [answer["total_cost"] / answer["tonnes"]], (), 1.0),
    "balance": (["balance", CARAVAN, "--out", "corrected-NEW", "--changes", "changes-NEW.csv"], 3, lambda answer: [count("economy/region.csv"), count("economy/sector.csv")], (), 1.0),
    "brief": (["brief", CARAVAN, "--economy", "XAL", "--scenario", "middle-way"], 40, nothing, (), 1.0),
    "calibrate": (["calibrate", CARAVAN, "--out", "fitted-NEW"], 30, lambda answer: [x for o in answer["observations"] for x in (o["before"] / o["observed"], o["after"] / o["observed"])], (), 1.0),
    "check": (["check", CARAVAN, "--sources", "--observed"], 100, nothing, (), 1.0),
    "claim": (["claim", CARAVAN, "--economy", "XAL", "--gain", "1%"], 20, lambda answer: [sum(c["equilibria"] for c in answer["channels"])], (), 1.0),
    "game": (["game", SEEDS / "game" / "two.json"], 16, nothing, ("1971",), 1.0),
    "invest": (["invest", CARAVAN, "--budget", "3e9", "--per-year", "0.5e9", "--robust", "northern-closure"], 60, nothing, (), 1.0),
    "pivot": (["pivot", CARAVAN, "--scenario", "middle-way"], 20, rows, ("1971",), 1e6),
    "pivot_tolls": (["pivot", CARAVAN, "--tolls", "XAL,XNO"], 30, rows, (), 1e6),
    "route": (["route", CARAVAN, "--from", "ori_city", "--to", "alm_gate"], 10, lambda answer: [20 * answer["alternatives"][0]["money"]], (), 24.0),
    "run": (["run", CARAVAN, "--scenario", "middle-way"], 60, lambda answer: [world_gain(answer), *rows(answer), *transit(answer)], (), 1.0),
    "stress": (["stress", CARAVAN, "--scenario", "middle-way", "--draws", "64"], 100, nothing, HEADING, 1.0),
    "value": (["value", CARAVAN, "--economy", "XAL"], 60, nothing, (), 1.0),
}


def of_question(name):
    def test(folder):
        command, least, more, said, scale = QUESTIONS[name]
        text, answer = both(folder, *command)
        assert check(text, answer, more(answer), said, scale) >= least
    return test


for question in QUESTIONS:
    globals()[f"test_{question}_says_what_its_object_holds"] = of_question(question)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
