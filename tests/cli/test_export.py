"""buckle export: a result's tables elsewhere, compared with what SQLite finds in the result itself."""
import csv
import json
import re
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys

from harness import CARAVAN, Skip, buckle, copy_of, expect, files_in, main


def result(folder):
    if not (folder / CARAVAN.name).exists():
        copy_of(CARAVAN, folder)
    return expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg"), 0)


def place_of(blob):
    """A point or line of a GeoPackage (OGC 12-128r17, clause 2.1.3) as GeoJSON has it."""
    if blob is None:
        return None
    order = "<" if blob[3] & 1 else ">"
    at = 8 + (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    kind, = struct.unpack_from(order + "I", blob, at + 1)
    if kind == 1:
        return {"type": "Point", "coordinates": list(struct.unpack_from(order + "dd", blob, at + 5))}
    n, = struct.unpack_from(order + "I", blob, at + 5)
    flat = struct.unpack_from(f"{order}{2 * n}d", blob, at + 9)
    return {"type": "LineString", "coordinates": [list(flat[2 * i:2 * i + 2]) for i in range(n)]}


def rows_of(folder, table):
    """Rows as dicts, the place under None."""
    with sqlite3.connect(folder / "a.gpkg") as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute(f'SELECT * FROM "{table}" ORDER BY fid')]
    for row in found:
        del row["fid"]
        row[None] = place_of(row.pop("geom", None))
    return found


def gdal_of(folder):
    return re.search(r"GDAL ([\w. ]+)", expect(buckle(folder, "--version"), 0).out)[1]


def needs_gdal(folder):
    if gdal_of(folder).startswith("not"):
        raise Skip("this build has no GDAL")


def test_geojson_is_the_result_to_the_last_bit(folder):
    result(folder)
    for table in ("flows", "economies", "borders", "trade"):
        expect(buckle(folder, "export", "a.gpkg", "--to", f"{table}.geojson", "--table", table), 0, out=f"wrote {table}.geojson")
        features = json.loads((folder / f"{table}.geojson").read_text(encoding="utf-8"))["features"]
        expected = rows_of(folder, table)
        assert len(features) == len(expected) > 4
        for feature, row in zip(features, expected):
            place = row.pop(None)
            assert feature["geometry"] == place and feature["properties"] == row, (table, row)


def test_units_stand_beside_the_features(folder):
    result(folder)
    expect(buckle(folder, "export", "a.gpkg", "--to", "flows.geojson", "--table", "flows"), 0)
    columns = {column["name"]: column for column in json.loads((folder / "flows.geojson").read_text(encoding="utf-8"))["columns"]}
    assert columns["km"]["unit"] == "km" and columns["value_of_capacity"]["unit"] == "USD/t"


def test_an_answer_in_json_can_be_exported_too(folder):
    result(folder)
    answer = expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--format", "json"), 0)
    (folder / "a.json").write_text(answer.out, encoding="utf-8")
    expect(buckle(folder, "export", "a.json", "--to", "gains.csv", "--table", "economies"), 0)
    with open(folder / "gains.csv", encoding="utf-8", newline="") as file:
        found = {row["economy"]: float(row["welfare_pct"]) for row in csv.DictReader(file)}
    assert found == {row["economy"]: row["welfare_pct"] for row in answer.json()["economies"]}


def test_a_folder_gets_all_tables(folder):
    result(folder)
    answer = expect(buckle(folder, "export", "a.gpkg", "--to", "tables", "--as", "csv", "--format", "json"), 0).json()
    with sqlite3.connect(folder / "a.gpkg") as db:
        names = {name for name, in db.execute("SELECT table_name FROM gpkg_contents WHERE table_name NOT IN ('layer_styles', 'manifest')")}
    assert {entry["table"] for entry in answer["files"]} == names and answer["as"] == "csv" and answer["notes"] == []
    assert all((folder / entry["file"]).exists() for entry in answer["files"])
    expect(buckle(folder, "export", "a.gpkg", "--to", "maps", "--as", "geojson"), 0, out=["maps/flows.geojson", "12 tables without places are left out"])
    expect(buckle(folder, "export", "a.gpkg", "--to", "all.xlsx"), 0, out="wrote all.xlsx")


def test_what_gdal_writes_other_programs_read(folder):
    needs_gdal(folder)
    if not shutil.which("ogrinfo"):
        raise Skip("ogrinfo is not installed")
    result(folder)
    expect(buckle(folder, "export", "a.gpkg", "--to", "flows.fgb", "--table", "flows"), 0)
    answer = expect(buckle(folder, "export", "a.gpkg", "--to", "flows.shp", "--table", "flows", "--format", "json"), 0).json()
    assert any("value_of_capacity is value_of_c" in note for note in answer["notes"]), answer
    for name in ("flows.fgb", "flows.shp"):
        text = subprocess.run(["ogrinfo", "-ro", "-so", "-al", folder / name], capture_output=True, text=True).stdout
        assert f"Feature Count: {len(rows_of(folder, 'flows'))}" in text and "Geometry: Line String" in text and "WGS 84" in text, text
    before = files_in(folder)
    expect(buckle(folder, "export", "a.gpkg", "--to", "flows.shp", "--table", "flows"), 0)
    assert files_in(folder) == before  # written over, and nothing left beside


def test_parquet_is_there_where_gdal_has_it(folder):
    needs_gdal(folder)
    result(folder)
    answer = buckle(folder, "export", "a.gpkg", "--to", "flows.parquet", "--table", "flows")
    formats = subprocess.run(["ogrinfo", "--formats"], capture_output=True, text=True).stdout if shutil.which("ogrinfo") else ""
    if "Parquet" in formats:
        expect(answer, 0)
    elif formats:
        expect(answer, 2, err="cannot write Parquet")
        assert "flows.parquet" not in files_in(folder)
    else:
        raise Skip("ogrinfo is not installed")


def test_a_build_without_gdal_says_so(folder):
    if not gdal_of(folder).startswith("not"):
        raise Skip("this build has GDAL")
    result(folder)
    expect(buckle(folder, "export", "a.gpkg", "--to", "flows.fgb", "--table", "flows"), 2, err=["without GDAL", "-Dgdal=enabled"])


def test_wrong_calls_are_answered_and_write_nothing(folder):
    result(folder)
    before = files_in(folder)
    for arguments, status, words in (
            ([], 2, "needs --to"),
            (["--to", "flows"], 2, "does not say which format"),
            (["--to", "maps.geojson"], 2, ["can hold one table, not 4", "; there are economies, flows, borders, facilities"]),
            (["--to", "flows.geojson", "--table", "flow"], 3, "did you mean flows?"),
            (["--to", "x", "--as", "svg"], 2, "one of: geojson"),
            (["--to", "no/x.geojson", "--table", "flows"], 4, "no/x.geojson"),
            (["--to", "PG:dbname=x password=secret"], 2, "does not belong on the command line"),
    ):
        expect(buckle(folder, "export", "a.gpkg", *arguments), status, err=words)
    expect(buckle(folder, "export", "caravan/study.yaml", "--to", "x.csv"), 3, err="is not a result")
    assert files_in(folder) == before


def test_both_ways_out_of_too_many_tables_are_told_as_they_are_typed(folder):
    result(folder)
    error = expect(buckle(folder, "export", "a.gpkg", "--to", "maps.geojson", "--format", "json"), 2).json()["error"]
    one, each = (part.partition(": ")[2].split() for part in error["hint"].split("; ")[:2])
    assert one == ["--to", "maps.geojson", "--table", "economies"] and each == ["--to", "maps", "--as", "geojson"]
    expect(buckle(folder, "export", "a.gpkg", *one), 0, out="wrote maps.geojson, 5 rows")
    expect(buckle(folder, "export", "a.gpkg", *each), 0, out="wrote maps/economies.geojson, 5 rows")


def test_a_disk_that_is_full_leaves_nothing_behind(folder):
    """Files may not grow beyond 20 kB, which GDAL meets as late as when it closes them."""
    result(folder)
    before = files_in(folder)

    def small():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    gdal = [] if gdal_of(folder).startswith("not") else ["x.fgb", "x.shp"]
    for name in ["x.geojson", "x.csv"] + gdal:
        expect(buckle(folder, "export", "a.gpkg", "--to", name, "--table", "flows", preexec_fn=small, restore_signals=False), 4, err=f"{name}: error")
        assert files_in(folder) == before, name


def test_a_database_that_is_not_there_is_told(folder):
    needs_gdal(folder)
    result(folder)
    answer = buckle(folder, "export", "a.gpkg", "--to", f"PG:host={folder} dbname=trade user=nobody")
    expect(answer, 4, err="PostGIS: error")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
