"""buckle run --report, --xlsx, --tables, --figures: complete, self-contained, finite, and the same numbers everywhere."""
import csv
import html.parser
import re
import sqlite3
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

from harness import CARAVAN, buckle, copy_of, edit, expect, files_in, main

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
VOID = {"meta", "br", "link", "img", "hr", "input"}


def report(folder, study=CARAVAN, *more):
    return expect(buckle(folder, "run", study, "--out", "a.gpkg", "--report", "a.html", "--xlsx", "a.xlsx", "--tables", "tables",
                         "--figures", "figures", *more), 0, out=["a.html", "a.xlsx", "tables", "figures"])


class Page(html.parser.HTMLParser):
    """Fails on a tag that is not closed in order; gathers ids, references and the text of cells."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.references, self.cells, self.tags, self.text = [], [], [], [], [], []
        self.feed(text)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href", "srcset", "data", "poster", "action"):
                self.references.append(value)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-3:]}"
        self.open.pop()

    def handle_data(self, data):
        self.text.append(data)
        if self.open and self.open[-1] == "td":
            self.cells[-1] += data


def test_the_page_is_well_formed_and_loads_nothing(folder):
    report(folder)
    text = (folder / "a.html").read_text(encoding="utf-8")
    page = Page(text)
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert all(reference.startswith("#") and reference[1:] in page.ids for reference in page.references), "a reference leads out"
    assert not {"script", "link", "img", "iframe", "object", "embed"} & set(page.tags)
    for address in re.findall(r"https?://[^\"'\s<)]*", text):
        assert address.startswith("http://www.w3.org/"), address  # names of XML namespaces, which nothing loads
    assert "@import" not in text and all(use.startswith("#") for use in re.findall(r"url\(\"?([^)]*)\)", text))
    assert "default-src 'none'" in text


def test_every_number_of_the_page_is_finite_and_every_part_is_there(folder):
    report(folder)
    page = Page((folder / "a.html").read_text(encoding="utf-8"))
    assert not [cell for cell in page.cells if re.fullmatch(r"[-+]?(nan|inf|infinity)", cell.strip().lower())]
    words = "".join(page.text)
    for part in ("In short", "Issues", "Performance", "Options", "Impacts", "Policy minus base", "What it rests on", "Convergence",
                 "Provenance", "input rows hold an estimate"):
        assert part in words, part
    assert words.count("Source: this run") == page.tags.count("figure") == page.tags.count("svg")
    assert page.tags.count("figure") <= page.tags.count("details"), "a figure without its numbers"


def test_text_of_the_page_has_contrast_in_both_themes(folder):
    report(folder, CARAVAN, "--scenario", "today")
    text = (folder / "a.html").read_text(encoding="utf-8")
    themes = [dict(re.findall(r"--(\w+):(#[0-9a-f]+)", block)) for block in re.findall(r":root\{([^}]*)\}", text)]
    assert len(themes) == 2

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[at:at + 2], 16) / 255 for at in (0, 2, 4)]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    for theme in themes:
        for name in ("ink", "muted", "link"):
            low, high = sorted((luminance(theme[name]), luminance(theme["paper"])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, theme)


def sheets(path):
    """Name of each sheet to its rows: a list of {column letters: (type, text)}."""
    found = {}
    with zipfile.ZipFile(path) as book:
        names = [sheet.get("name") for sheet in ElementTree.fromstring(book.read("xl/workbook.xml")).iter(SHEET + "sheet")]
        for index, name in enumerate(names, 1):
            root = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{index}.xml"))
            assert not list(root.iter(SHEET + "f")), "a formula"
            rows = []
            for row in root.iter(SHEET + "row"):
                cells = {}
                for cell in row.iter(SHEET + "c"):
                    value = "".join(node.text or "" for node in cell.iter() if node.tag in (SHEET + "v", SHEET + "t"))
                    cells[re.match("[A-Z]+", cell.get("r")).group()] = (cell.get("t"), value)
                rows += [{}] * (int(row.get("r")) - 1 - len(rows)) + [cells]  # a row of empty cells is not in the file
            found[name] = (rows, root)
    return found


def tables_of(folder):
    with sqlite3.connect(folder / "a.gpkg") as database:
        return {name for (name,) in database.execute("SELECT table_name FROM gpkg_contents")} - {"layer_styles"}


def test_every_table_is_a_sheet_and_a_file_with_the_same_numbers(folder):
    report(folder)
    book = sheets(folder / "a.xlsx")
    assert set(book) - {"columns"} == tables_of(folder)
    assert {path.removesuffix(".csv") for path in files_in(folder / "tables")} == tables_of(folder)
    for name in tables_of(folder):
        rows, root = book[name]
        assert root.find(f".//{SHEET}pane").get("state") == "frozen"
        with open(folder / "tables" / f"{name}.csv", encoding="utf-8", newline="") as file:
            written = list(csv.reader(file))
        assert len(rows) == len(written) + 1, name
        head = [rows[0][letters][1] for letters in rows[0]]
        assert head == [title.split(" [")[0] for title in written[0] if title != "WKT"], name
        for cells, line in zip(rows[2:], written[1:]):
            for at, letters in enumerate(rows[0]):
                kind, value = cells.get(letters, (None, ""))
                if kind is None and value:
                    assert abs(float(value) - float(line[at])) <= 1e-15 * abs(float(line[at])), (name, line)
                else:
                    assert value == line[at], (name, letters, value, line[at])


def test_what_looks_like_a_formula_stays_text(folder):
    study = copy_of(CARAVAN, folder)
    names = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://example.org\")"]

    def rename(rows):
        for row, name in zip(rows, names):
            row["name"] = name
    edit(study / "economy" / "region.csv", rename)
    report(folder, study, "--scenario", "today")
    rows, _ = sheets(folder / "a.xlsx")["economies"]
    letters = next(letters for letters, (_, text) in rows[0].items() if text == "name")
    found = [row[letters] for row in rows[2:]]
    assert [text for _, text in found] == names and all(kind in ("s", "inlineStr") for kind, _ in found)


def test_policy_minus_base_is_the_difference(folder):
    report(folder, CARAVAN, "--scenario", "middle-way", "--scenario", "today")
    with sqlite3.connect(folder / "a.gpkg") as database:
        rows = database.execute("SELECT scenario, link, base_tonnes, tonnes, difference FROM differences").fetchall()
        flows = dict(((scenario, link), total) for scenario, link, total in
                     database.execute("SELECT scenario, link, sum(tonnes) FROM flows GROUP BY scenario, link"))
    assert {row[0] for row in rows} == {"middle-way", "today"}
    for scenario, link, before, after, difference in rows:
        assert abs(before - flows["base", link]) <= 1e-12 * (1 + before)
        assert abs(after - flows[scenario, link]) <= 1e-12 * (1 + after)
        assert difference == after - before
    assert any(abs(row[4]) > 1e5 for row in rows if row[0] == "middle-way")
    assert all(abs(row[4]) <= 1e-3 for row in rows if row[0] == "today")


def test_every_figure_is_a_drawing_a_picture_and_a_print(folder):
    report(folder)
    names = {path.rsplit(".", 1)[0] for path in files_in(folder / "figures")}
    assert {"flow-map-base", "flow-map-middle-way", "gains-middle-way", "attribution-middle-way", "bottlenecks-base",
            "convergence"} <= names
    for name in names:
        ElementTree.parse(folder / "figures" / f"{name}.svg")
        assert "nan" not in (folder / "figures" / f"{name}.svg").read_text(encoding="utf-8")
        assert (folder / "figures" / f"{name}.png").read_bytes().startswith(b"\x89PNG\r\n")
        assert (folder / "figures" / f"{name}.pdf").read_bytes().startswith(b"%PDF-")


def test_a_study_without_network_has_a_report(folder):
    import shutil
    study = copy_of(CARAVAN, folder)
    for name in ("network", "projects", "observed"):
        shutil.rmtree(study / name)
    report(folder, study, "--scenario", "cheap-oil")
    Page((folder / "a.html").read_text(encoding="utf-8"))


def test_a_report_that_cannot_be_written_is_a_fault_of_the_machine(folder):
    for option, name in (("--report", "no/a.html"), ("--xlsx", "no/a.xlsx"), ("--tables", "no/such"), ("--figures", "no/such")):
        answer = expect(buckle(folder, "run", CARAVAN, "--scenario", "today", "--out", "a.gpkg", option, name), 4, err="no/")
        assert not (folder / "no").exists(), answer.err


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
