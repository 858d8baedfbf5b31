"""buckle import vector: lines of GeoJSON, FlatGeobuf, Shapefiles and GeoPackages, made here or by `buckle export`."""
import csv
import json
import math
import sqlite3
import sys

from harness import CARAVAN, Skip, buckle, copy_of, expect, files_in, main
from test_export import gdal_of, needs_gdal


def km(*places):
    """Haversine on the mean radius of the IUGG, 6371.0088 km."""
    total = 0.0
    for a, b in zip(places, places[1:]):
        (x, y), (u, v) = [[math.radians(value) for value in place] for place in (a, b)]
        total += 2 * 6371.0088 * math.asin(math.sqrt(math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2))
    return total


def feature(number, geometry, **properties):
    return {"type": "Feature", "id": number, "properties": properties, "geometry": geometry}


def line(*places):
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


def lines(*parts):
    return {"type": "MultiLineString", "coordinates": [[list(place) for place in part] for part in parts]}


A, M, B, C = (51.0, 43.0), (51.5, 43.25), (52.0, 43.0), (53.0, 43.125)
DRAWN = [
    feature(10, line(A, M, B), link_id="a", free_speed=50.1, gauge_mm=1520, owner="KTZ", Name="Ақтау, \"west\""),
    feature(11, lines([(B[0], B[1] + 1e-6), C]), link_id="b", free_speed=60, directed=1, tracks=2, mode="rail"),  # 11 cm beside B
    feature(12, lines([A, B], [B, C]), link_id="c", free_speed=60),
    feature(13, {"type": "Point", "coordinates": list(A)}, link_id="d", free_speed=60),
    feature(14, line(A, C), link_id="e"),
    feature(15, line(A, C), link_id="a", free_speed=60),
    feature(16, line(A, C), link_id="f", free_speed=-1),
    feature(17, None, link_id="g", free_speed=60),
    feature(18, line(A, M, A), link_id="h", free_speed=60),
    feature(19, line(A, (200.0, 43.0)), link_id="i", free_speed=60),
]
REASONS = {"feature 12": "its line has several parts", "feature 13": "its geometry is not a line", "link e": "neither speed nor time",
           "feature 15": "its link_id is that of another feature", "feature 16": "free_speed is not above 0", "feature 17": "it has no geometry",
           "link h": "both its ends are one place", "feature 19": "a point of it has no place in degrees"}


def draw(folder, features=DRAWN, name="net.geojson", crs=None):
    needs_gdal(folder)
    whole = {"type": "FeatureCollection", "features": features}
    if crs:
        whole["crs"] = {"type": "name", "properties": {"name": crs}}
    (folder / name).write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    (folder / "study").mkdir(exist_ok=True)
    (folder / "study" / "study.yaml").write_text("buckle: 1\ntitle: Lines\nbase_year: 2024\nmoney: 1e6 USD\n", encoding="utf-8")


def take(folder, *more, name="net.geojson"):
    return buckle(folder, "import", "vector", name, "--into", "study", "--country", "KAZ", "--format", "json", "--replace", *more)


def rows(folder, name):
    with open(folder / "study" / "network" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_lines_become_links_and_their_ends_nodes(folder):
    draw(folder)
    told = expect(take(folder), 0).json()
    a, b = rows(folder, "link.csv")
    assert (a["link_id"], a["name"], a["free_speed"], a["gauge_mm"], a["mode"], a["directed"]) == ("a", "Ақтау, \"west\"", "50.100000000000001", "1520", "road", "0")
    assert (b["link_id"], b["gauge_mm"], b["mode"], b["directed"], b["tracks"]) == ("b", "", "rail", "1", "2")
    assert abs(float(a["length"]) - km(A, M, B)) < 1e-9 and a["confidence"] == "derived" and a["source"] == "net.geojson"
    assert a["to_node_id"] == b["from_node_id"] != a["from_node_id"]  # 11 cm are one place
    nodes = {row["node_id"]: (float(row["x_coord"]), float(row["y_coord"])) for row in rows(folder, "node.csv")}
    assert nodes == {a["from_node_id"]: A, a["to_node_id"]: B, b["to_node_id"]: C}
    assert {one["what"]: one["reason"] for one in told["dropped"]} == REASONS
    assert told["cells_read"] == len(DRAWN) and told["cells_kept"] == 2
    gone = sum(one["value"] for one in told["dropped"])
    assert abs(told["value_read"] - told["value_kept"] - gone) < 1e-9 * told["value_read"]
    assert any("fields are left out" in note and "owner" in note for note in told["notes"]), told["notes"]
    expect(buckle(folder, "check", "study"), 0, out="links")


def test_ends_are_one_place_within_the_reach_asked_for(folder):
    east, west = (179.9999999, 60.0), (-179.9999999, 60.0)  # 1.1 cm apart, across the 180th meridian
    draw(folder, [feature(1, line((170.0, 60.0), east)), feature(2, line(west, (-170.0, 60.0))),
                  feature(3, line((0.0, 89.9999999), (0.0, 80.0))), feature(4, line((180.0, 89.9999999), (90.0, 80.0)))])  # 2.2 cm over the pole
    expect(take(folder, "--speed", "50"), 0)
    assert len(rows(folder, "node.csv")) == 6
    expect(take(folder, "--speed", "50", "--snap", "0.02"), 0)
    assert len(rows(folder, "node.csv")) == 7
    expect(take(folder, "--speed", "50", "--snap", "0"), 0)
    assert len(rows(folder, "node.csv")) == 8
    assert {row["free_speed"] for row in rows(folder, "link.csv")} == {"50"}


def test_other_coordinates_are_brought_to_degrees(folder):
    """Web Mercator in closed form: x = R lon, y = R ln tan(pi/4 + lat/2) with R = 6378137 m (EPSG guidance note 7-2)."""
    def mercator(place):
        lon, lat = map(math.radians, place)
        return (6378137.0 * lon, 6378137.0 * math.log(math.tan(math.pi / 4 + lat / 2)))
    draw(folder, [feature(1, line(*map(mercator, (A, M, B))), free_speed=60)], crs="urn:ogc:def:crs:EPSG::3857")
    told = expect(take(folder), 0).json()
    assert any("EPSG:3857" in note for note in told["notes"]), told["notes"]
    for row, place in zip(rows(folder, "node.csv"), (A, B)):
        assert abs(float(row["x_coord"]) - place[0]) < 1e-9 and abs(float(row["y_coord"]) - place[1]) < 1e-9, row
    assert abs(float(rows(folder, "link.csv")[0]["length"]) - km(A, M, B)) < 1e-6


def test_fields_are_chosen_and_units_said(folder):
    draw(folder, [feature(1, line(A, B), id="x", von="p", nach="q", laenge=1000, v=30), feature(2, line(B, C), id="y", von="q", nach="", laenge=1, v=30),
                  feature(3, line(C, A), id="z", von="q", nach="p", laenge=10, v=30)])
    told = expect(take(folder, *sum((["--field", pair] for pair in ("link_id=id", "from_node_id=von", "to_node_id=nach", "length=laenge", "free_speed=v")), []),
                       "--length-unit", "mile"), 0).json()
    found = {row["link_id"]: row for row in rows(folder, "link.csv")}
    assert {(row["from_node_id"], row["to_node_id"]) for row in found.values()} == {("p", "q"), ("q", "p")}
    assert abs(float(found["x"]["length"]) - 1609.344) < 1e-9 and found["x"]["confidence"] == "reported"
    assert {one["what"]: one["reason"] for one in told["dropped"]} == {"feature 2": "from_node_id or to_node_id is empty"}
    assert any("1 ends lie more than 1 m" in note for note in told["notes"]), told["notes"]  # z starts at C, q was seen at B
    expect(take(folder, "--field", "length=lenge"), 3, out="did you mean laenge?")
    expect(take(folder, "--field", "lengt=laenge"), 2, out="is not a column of link.csv")


def test_every_format_carries_the_same_network(folder):
    """Flows of a result, exported, are lines with their kilometres: each format gives the same links back."""
    needs_gdal(folder)
    copy_of(CARAVAN, folder)
    expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg"), 0)
    with sqlite3.connect(folder / "a.gpkg") as db:
        expected = sorted(db.execute('SELECT "from", "to", km, mode FROM flows').fetchall())
    draw(folder)
    for name in ("flows.geojson", "flows.fgb", "flows.shp", "a.gpkg"):
        if name != "a.gpkg":
            expect(buckle(folder, "export", "a.gpkg", "--to", name, "--table", "flows"), 0)
        expect(take(folder, "--layer", "flows", "--field", "from_node_id=from", "--field", "to_node_id=to", "--field", "length=km", "--speed", "40", name=name), 0)
        found = sorted((row["from_node_id"], row["to_node_id"], float(row["length"]), row["mode"]) for row in rows(folder, "link.csv"))
        assert found == expected, name
    answer = take(folder, name="a.gpkg")
    expect(answer, 3, out=["has 1", "layers", "flows"])
    expect(take(folder, "--layer", "flow", name="a.gpkg"), 3, out="has no layer 'flow'")


def test_damaged_files_are_refused_and_nothing_is_written(folder):
    draw(folder)
    copy_of(CARAVAN, folder)
    expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg"), 0)
    for name in ("a.fgb", "a.shp"):
        expect(buckle(folder, "export", "a.gpkg", "--to", name, "--table", "flows"), 0)
    made = {"net.geojson": 397, "a.fgb": 9999, "a.shp": 9999, "a.dbf": 19999, "a.shx": 599, "a.gpkg": 99999}
    for name, step in made.items():
        whole = (folder / name).read_bytes()
        opened = name if name[-3:] not in ("dbf", "shx") else "a.shp"
        for size in range(0, len(whole), step):
            (folder / name).write_bytes(whole[:size])
            answer = take(folder, "--layer", "flows", "--speed", "40", name=opened) if opened != "net.geojson" else take(folder, name=opened)
            assert answer.status in (0, 3), (name, size, answer.status, answer.err)
            if answer.status == 3:
                assert opened in answer.out, (name, size, answer.out)
        (folder / name).write_bytes(bytes(reversed(whole)))
        answer = take(folder, name=opened)
        assert answer.status == 3 or (name != opened and answer.status == 0), (name, answer.status)
        (folder / name).write_bytes(whole)
    (folder / "folder.shp").mkdir()
    expect(take(folder, name="folder.shp"), 3, out="is a folder")
    expect(take(folder, name="/vsicurl/http://127.0.0.1:9/net.geojson"), 3, out="cannot be opened")
    (folder / "notes.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    expect(take(folder, name="notes.csv"), 3, out="none of the formats")


def test_wrong_calls_are_answered(folder):
    draw(folder)
    expect(buckle(folder, "import", "vector", "net.geojson", "--into", "study"), 2, err="--country")
    expect(take(folder, name="no.geojson"), 3, out="no.geojson")
    draw(folder, [feature(1, None)], name="empty.geojson")
    expect(take(folder, name="empty.geojson"), 3, out="no link of it can be a study's")
    assert "study/network/link.csv" not in files_in(folder)


def test_a_build_without_gdal_says_so(folder):
    if not gdal_of(folder).startswith("not"):
        raise Skip("this build has GDAL")
    (folder / "study").mkdir()
    (folder / "study" / "study.yaml").write_text("buckle: 1\ntitle: Lines\nbase_year: 2024\nmoney: 1e6 USD\n", encoding="utf-8")
    (folder / "net.geojson").write_text("{}", encoding="utf-8")
    expect(take(folder), 2, out=["without GDAL", "-Dgdal=enabled"])


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
