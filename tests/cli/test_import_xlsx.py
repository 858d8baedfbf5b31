"""buckle import xlsx: a study's tables edited in Excel, cell by cell."""
import csv
import datetime
import sys
import zipfile

from harness import CARAVAN, buckle, copy_of, expect, files_in, main
from xlsx_writer import Raw, book, formula

STUDY = "buckle: 1\ntitle: Sheets\nbase_year: 2024\nmoney: 1e6 USD\n"
NODES = [["node_id", "name", "x_coord", "y_coord", "country"], ["a", "Ақтау, \"west\"", 51.2, 43.65, "KAZ"], ["b", None, 76.9, 43.25, "KAZ"]]
HEAD = ["link_id", "from_node_id", "to_node_id", "length [km]", "free_speed", "mode"]
LINKS = [HEAD, ["r1", "a", "b", 2500.5, 0.1 + 0.2, "rail"]]


def put(folder, sheets, **how):
    (folder / "study").mkdir(exist_ok=True)
    (folder / "study" / "study.yaml").write_text(STUDY, encoding="utf-8")
    (folder / "book.xlsx").write_bytes(book(sheets, **how))


def take(folder, *more, name="book.xlsx"):
    return buckle(folder, "import", "xlsx", name, "--into", "study", *more)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def with_row(*row):
    return {"node": NODES, "link": LINKS + [list(row)]}


def test_sheets_become_the_tables_of_their_names(folder):
    put(folder, {"Node": NODES, "link": LINKS + [[None] * 6, ["7", "b", "a", 10, 50, "road"]], "notes": [["ask Aigul"]]})
    told = expect(take(folder, "--format", "json"), 0).json()
    assert rows(folder / "study" / "network" / "node.csv")[0] == {"node_id": "a", "name": "Ақтау, \"west\"", "x_coord": "51.2", "y_coord": "43.65", "country": "KAZ"}
    first, second = rows(folder / "study" / "network" / "link.csv")
    assert first["length"] == "2500.5" and float(first["free_speed"]) == 0.1 + 0.2 and second["link_id"] == "7"
    assert [(one["what"], one["cells"]) for one in told["dropped"]] == [("sheet notes", 1)]
    assert told["cells_read"] == told["cells_kept"] + 1 and {entry["rows"] for entry in told["files"]} == {2}
    expect(buckle(folder, "check", "study"), 0, out="2 links")


def test_every_fault_is_named_with_its_sheet_and_cell(folder):
    put(folder, {"node": NODES, "link": LINKS + [["r2", "a", None, "fast", -5, "rail"], ["r3", "a", "b", Raw('<c r="{at}" t="e"><v>#REF!</v></c>'), 10, "rail"],
                                                 ["r4", "a", "b", "3,5", 10, "rail", "stray"]]})
    answer = expect(take(folder), 3, err=["book.xlsx:3:3", "sheet link, C3: to_node_id is empty", "sheet link, D3: length is not a number: 'fast'",
                                          "sheet link, E3: free_speed is not above 0", "sheet link, D4: holds #REF!",
                                          "sheet link, D5: length is not a number: '3,5'", "sheet link, G5: a cell in a column without a name"])
    assert answer.err.count("book.xlsx:") == 6 and "study/network/node.csv" not in files_in(folder)


def test_headers_are_judged(folder):
    put(folder, {"link": [["link_id", "from_node_id", "to_node_id", "length [mile]", "free_speed", "free_speed"], ["a", "b", "c", 1, 1, 1]]})
    expect(take(folder), 3, err=["D1: length is in [mile], must be in [km]", "F1: a second column of this name", "there is no column mode"])
    put(folder, {"link": []})
    expect(take(folder), 3, err="there is no column link_id")
    put(folder, {"sheet1": LINKS})
    expect(take(folder), 3, err=["no sheet is named like a table", "network/link.csv"])


def test_formulas_are_taken_as_last_computed_and_told(folder):
    put(folder, with_row("r2", "a", "b", formula("D2*2", 5001), formula("E2"  , 12.5), formula('"ra"&"il"', "rail", "str")))
    expect(take(folder), 0, out="sheet link: 3 cells are formulas (D3, E3, F3)")
    assert rows(folder / "study" / "network" / "link.csv")[1]["length"] == "5001"
    put(folder, with_row("r2", "a", "b", formula("D2*2"), 10, "rail"))
    expect(take(folder, "--replace"), 3, err="D3: a formula without a value")


def test_days_are_days_only_where_a_table_has_days(folder):
    day = datetime.date(2015, 1, 1)
    head = ["agreement", "name", "type", "signed", "in_force"]
    put(folder, {"agreement": [head, ["eaeu", "EAEU", "customs_union", datetime.date(2014, 5, 29), day], ["old", "Old", "free_trade", datetime.date(1900, 2, 28), datetime.date(1900, 3, 1)]]})
    expect(take(folder), 0)
    found = rows(folder / "study" / "policy" / "agreement.csv")
    # before 1 March 1900 Excel counts a day that never was: its day 59 is shown as 28 February, the writer's day 60 as none
    assert (found[0]["signed"], found[0]["in_force"], found[1]["in_force"]) == ("2014-05-29", "2015-01-01", "1900-03-01")
    put(folder, with_row("r2", "a", "b", datetime.date(2024, 3, 5), 10, "rail"))
    expect(take(folder, "--replace"), 3, err=["D3: length is the day 2024-03-05", "did Excel take it for one?"])
    put(folder, {"agreement": [head, ["eaeu", "EAEU", "customs_union", datetime.datetime(2014, 5, 29, 12, 30), day]]})
    expect(take(folder, "--replace"), 3, err="D2: signed is not a day as yyyy-mm-dd: '2014-05-29 12:30:00'")
    put(folder, {"agreement": [head, ["eaeu", "EAEU", "customs_union", Raw('<c r="{at}" s="1"><v>40691</v></c>'), None]]}, since_1904=True)
    expect(take(folder, "--replace"), 0)
    assert rows(folder / "study" / "policy" / "agreement.csv")[0]["signed"] == "2015-05-29"  # 1462 days later than by the other count
    put(folder, with_row("r2", "a", "b", Raw('<c r="{at}" s="3"><v>12</v></c>'), 10, "rail"))  # 0.0" days" is a number
    expect(take(folder, "--replace"), 0)


def test_merged_cells_are_refused(folder):
    put(folder, {"node": NODES, "link": LINKS}, merged={"link": ["A2:A3", "C1:D1"]})
    expect(take(folder), 3, err=["sheet link: the cells A2:A3 are merged", "C1:D1"])


def test_what_is_there_is_kept_unless_it_may_be_replaced(folder):
    put(folder, {"node": NODES, "link": LINKS})
    expect(take(folder), 0, out="wrote study/network/link.csv, 1 rows")
    before = (folder / "study" / "network" / "link.csv").read_bytes()
    put(folder, with_row("r2", "a", "b", 1, 10, "rail"))
    expect(take(folder), 3, err="--replace")
    assert (folder / "study" / "network" / "link.csv").read_bytes() == before
    expect(take(folder, "--replace"), 0)


def typed(text):
    try:
        return float(text) if text else None
    except ValueError:
        return text


def tables_of(study):
    """Every table that buckle reads, cell by cell; numbers as numbers."""
    found = {}
    for path in sorted(study.rglob("*.csv")):
        if path.parent.name in ("network", "economy", "policy", "projects", "observed", "risk"):
            with open(path, encoding="utf-8", newline="") as file:
                found[path] = [list(map(typed, row)) for row in csv.reader(file) if any(row)]
    return found


def same_to_16_digits(a, b):
    return a == b or (isinstance(a, float) and isinstance(b, float) and abs(a - b) <= 1e-15 * abs(a))


def test_a_real_study_survives_the_round(folder):
    """Every table of the small study as a sheet written here: the same cells come back, and the same answer."""
    study = copy_of(CARAVAN, folder)
    tables = tables_of(study)
    (folder / "book.xlsx").write_bytes(book({path.stem: content for path, content in tables.items()}))
    before = expect(buckle(folder, "run", "caravan", "--format", "json"), 0).json()["economies"]
    expect(buckle(folder, "import", "xlsx", "book.xlsx", "--into", "caravan", "--replace"), 0)
    assert tables_of(study) == tables
    assert expect(buckle(folder, "run", "caravan", "--format", "json"), 0).json()["economies"] == before


def test_a_study_goes_to_a_workbook_and_back(folder):
    study = copy_of(CARAVAN, folder)
    before = tables_of(study)
    expect(buckle(folder, "export", "caravan", "--to", "tables.xlsx"), 0, out="wrote tables.xlsx")
    told = expect(buckle(folder, "import", "xlsx", "tables.xlsx", "--into", "caravan", "--replace", "--format", "json"), 0).json()
    assert [one["what"] for one in told["dropped"]] == ["sheet columns"] and len(told["files"]) == len(before)
    for path, content in tables_of(study).items():  # a workbook of ours has 16 digits
        assert len(content) == len(before[path]) and all(
            len(row) == len(old) and all(map(same_to_16_digits, row, old)) for row, old in zip(content, before[path])), path
    expect(buckle(folder, "check", "caravan"), 0, out="valid")
    expect(buckle(folder, "export", "caravan", "--to", "x.geojson"), 2, err="is a study, whose tables go into a workbook")
    (folder / "empty").mkdir()
    expect(buckle(folder, "export", "empty", "--to", "x.xlsx"), 3, err="has no tables of a study")
    with open(study / "network" / "link.csv", "a", encoding="utf-8") as file:
        file.write("one,two\n")
    expect(buckle(folder, "export", "caravan", "--to", "x.xlsx"), 3, err="link.csv")
    assert "x.xlsx" not in files_in(folder)


def blanks(part):
    """600 MB that pack to less than one."""
    part.write(b"<worksheet>")
    for _ in range(600):
        part.write(b" " * (1 << 20))
    part.write(b"</worksheet>")


def test_damaged_and_harmful_files_are_refused(folder):
    sheets = {"node": NODES, "link": LINKS}
    put(folder, sheets)
    whole = (folder / "book.xlsx").read_bytes()
    for size in range(0, len(whole), 97):
        (folder / "book.xlsx").write_bytes(whole[:size])
        expect(take(folder), 3, err="book.xlsx")
    stored = book(sheets, compress=zipfile.ZIP_STORED)
    at = stored.index(b"2500.5")
    (folder / "book.xlsx").write_bytes(stored[:at] + b"9" + stored[at + 1:])
    expect(take(folder), 3, err="checksum")
    main_ns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    for part, content, word in (
            ("xl/sharedStrings.xml", '<!DOCTYPE a [<!ENTITY b "c">]><sst>&b;</sst>', "document type"),
            ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "damaged"),
            ("xl/worksheets/sheet1.xml", f'<worksheet {main_ns}><sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>', "A1 refers to a text"),
            ("xl/worksheets/sheet1.xml", '<worksheet><sheetData><row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>1</v></c></row></sheetData></worksheet>', "not where a cell can be"),
            ("xl/worksheets/sheet1.xml", '<worksheet><sheetData><row r="1"><c r="A1"><v>one</v></c></row></sheetData></worksheet>', "A1 holds no number"),
            ("xl/worksheets/sheet1.xml", blanks, "larger than any sheet"),
    ):
        put(folder, sheets, more={part: content})
        expect(take(folder), 3, err=["book.xlsx", word])
    (folder / "book.xlsx").write_text("a,b\n1,2\n", encoding="utf-8")
    expect(take(folder), 3, err=["is not a workbook", ".xlsx"])
    expect(take(folder, name="no.xlsx"), 3, err="no.xlsx")
    assert "study/network/link.csv" not in files_in(folder)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
