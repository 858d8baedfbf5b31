"""buckle import osm: a map drawn by hand, whose network is known."""
import csv
import math
import re
import struct
import sys

from harness import ROOT, buckle, expect, files_in, main
from osm_writer import field, file_of, scalar

# id: (lon, lat); 1 to 9 a railway eastwards with a siding, 20 to 29 roads, 40 an island.
PLACES = {1: (70.0, 45.0), 2: (70.1, 45.0), 3: (70.2, 45.01), 4: (70.3, 45.0), 5: (70.4, 45.0), 6: (70.5, 45.02), 7: (70.6, 45.0),
          8: (70.25, 45.1), 20: (70.1, 44.9), 21: (70.1, 45.1), 22: (70.2, 45.2), 23: (70.0, 45.2), 30: (70.9, 45.2), 31: (71.0, 45.3),
          40: (80.0, 50.0), 41: (80.1, 50.0)}
TAGS = {6: {"barrier": "border_control"}, 22: {"amenity": "ferry_terminal"}}
RAIL = {"railway": "rail", "gauge": "1520", "electrified": "contact_line", "name": "Main, \"west\""}
WAYS = [
    (100, [1, 2, 3], dict(RAIL, maxspeed="100")),
    (101, [3, 4], dict(RAIL, maxspeed="80")),                    # goes on where 100 ends: one link from 1 to 4
    (102, [3, 8], dict(RAIL, service="siding")),                 # no freight
    (103, [4, 5], {"railway": "rail", "gauge": "1435"}),         # another gauge: a transfer at 4
    (104, [5, 6, 7], {"railway": "rail", "gauge": "1435"}),      # cut at the border post 6, joined to 103 at 5
    (105, [7, 99], {"railway": "rail", "gauge": "1435"}),        # 99 is not in the file
    (110, [20, 2, 21], {"highway": "primary", "maxspeed": "50 mph"}),  # a level crossing at 2 cuts neither
    (111, [21, 22], {"highway": "trunk", "oneway": "yes"}),
    (112, [22, 23, 21], {"highway": "trunk", "oneway": "-1"}),   # against its nodes: from 21 to 22
    (113, [21, 23], {"highway": "residential"}),                 # none of ours
    (114, [20, 1], {"highway": "primary", "hgv": "no"}),         # no lorries
    (120, [22, 30], {"route": "ferry"}),
    (121, [30, 31], {"highway": "primary"}),
    (130, [40, 41], {"highway": "motorway"}),                    # an island
]


def km(*ids):
    """Haversine on the mean radius of the IUGG, 6371.0088 km."""
    total = 0.0
    for a, b in zip(ids, ids[1:]):
        (x, y), (u, v) = [[math.radians(value) for value in PLACES[i]] for i in (a, b)]
        total += 2 * 6371.0088 * math.asin(math.sqrt(math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2))
    return total


def draw(folder, name="map.osm.pbf", **how):
    nodes = [(i, *at, TAGS.get(i, {})) for i, at in sorted(PLACES.items())]
    (folder / name).write_bytes(file_of(nodes, WAYS, **how))


def rows(folder, name):
    with open(folder / "study" / "network" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def take(folder, *more):
    return buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "KAZ", "--format", "json", *more)


def test_the_network_is_the_one_drawn(folder):
    draw(folder)
    expect(take(folder), 0)
    links = {(row["mode"], row["from_node_id"][4:], row["to_node_id"][4:]): row for row in rows(folder, "link.csv")}
    ends = {tuple([mode] + sorted((a, b), key=int)) if links[mode, a, b]["directed"] == "0" else (mode, a, b) for mode, a, b in links}
    assert ends == {("rail", "1", "4"), ("rail", "4", "6"), ("rail", "6", "7"), ("road", "20", "21"), ("road", "21", "22"), ("ferry", "22", "30"),
                    ("road", "30", "31")}, ends
    nodes = {row["node_id"]: row for row in rows(folder, "node.csv")}
    assert nodes["osm-6"]["kind"] == "border_crossing" and nodes["osm-22"]["kind"] == "seaport" and nodes["osm-1"]["kind"] == "junction"
    assert {row["country"] for row in nodes.values()} == {"KAZ"} and abs(float(nodes["osm-4"]["x_coord"]) - 70.3) < 1e-7
    assert "osm-2" not in nodes and "osm-40" not in nodes


def one(folder, mode, a, b):
    found = [row for row in rows(folder, "link.csv") if row["mode"] == mode and {row["from_node_id"], row["to_node_id"]} == {f"osm-{a}", f"osm-{b}"}]
    return sorted(found, key=lambda row: float(row["length"]))


def test_lengths_speeds_and_gauges_are_those_of_the_tags(folder):
    draw(folder)
    expect(take(folder), 0)
    (main_line,) = one(folder, "rail", 1, 4)
    assert abs(float(main_line["length"]) - km(1, 2, 3, 4)) < 1e-4
    hours = km(1, 2, 3) / 60 + km(3, 4) / 48  # 60 % of 100 and 80 km/h
    assert abs(float(main_line["free_speed"]) - km(1, 2, 3, 4) / hours) < 1e-3
    assert main_line["gauge_mm"] == "1520" and main_line["electrified"] == "1" and main_line["confidence"] == "estimate"
    assert main_line["name"] == "Main, \"west\"" and "way 100 and 1 more pieces" in main_line["source"] and "of the limit" in main_line["source"]
    (narrow,) = one(folder, "rail", 4, 6)
    assert narrow["gauge_mm"] == "1435" and "by the class" in narrow["source"] and narrow["electrified"] == "0"
    (road,) = one(folder, "road", 20, 21)
    assert abs(float(road["free_speed"]) - 0.8 * 50 * 1.609344) < 1e-3 and road["directed"] == "0"


def test_speeds_by_class_are_those_of_the_guide(folder):
    guide = (ROOT / "docs" / "how-to" / "import-a-map.md").read_text(encoding="utf-8")
    stated = dict(re.findall(r"(\w+) (\d+)", re.search(r"\(km/h: ([^)]+)\)", guide)[1].replace("\n", " ")))
    assert len(stated) == 9
    nodes = [(i + 1, 70 + i / 10, 45.0, {}) for i in range(len(stated) + 1)]
    ways = []
    for i, name in enumerate(stated):
        kind = {"rail": "railway", "narrow_gauge": "railway", "ferry": "route"}.get(name, "highway")
        ways.append((i + 1, [i + 1, i + 2], {kind: name, "tracks": str(i + 1), "lanes": str(i + 1)}))  # unlike, so none are joined
    (folder / "map.osm.pbf").write_bytes(file_of(nodes, ways))
    expect(take(folder), 0)
    found = {row["source"].split()[2].rstrip(";"): row for row in rows(folder, "link.csv")}
    for way, _, tags in ways:
        name = next(iter(tags.values()))
        assert abs(float(found[str(way)]["free_speed"]) - float(stated[name])) < 1e-3, name


def test_one_way_roads_go_the_way_they_go(folder):
    draw(folder)
    expect(take(folder), 0)
    found = one(folder, "road", 21, 22)
    assert [(row["from_node_id"], row["to_node_id"], row["directed"]) for row in found] == [("osm-21", "osm-22", "1")] * 2
    assert abs(float(found[0]["length"]) - km(21, 22)) < 1e-4 and abs(float(found[1]["length"]) - km(22, 23, 21)) < 1e-4


def test_modes_and_gauges_that_meet_have_transfers(folder):
    draw(folder)
    expect(take(folder), 0)
    found = {(row["node_id"], row["from_mode"], row["from_gauge_mm"], row["to_mode"], row["to_gauge_mm"]) for row in rows(folder, "transfer.csv")}
    assert found == {("osm-4", "rail", "1520", "rail", "1435"), ("osm-4", "rail", "1435", "rail", "1520"),
                     ("osm-22", "road", "", "ferry", ""), ("osm-22", "ferry", "", "road", ""),
                     ("osm-30", "road", "", "ferry", ""), ("osm-30", "ferry", "", "road", "")}, found
    assert {row["confidence"] for row in rows(folder, "transfer.csv")} == {"estimate"}


def test_what_is_dropped_is_told_and_adds_up(folder):
    draw(folder)
    told = expect(take(folder), 0).json()
    dropped = {(one["what"], one["reason"]): one for one in told["dropped"]}
    siding = dropped["ways: railway", "is a siding, spur, yard or crossover"]
    assert siding["cells"] == 1 and told["cells_read"] == len(WAYS) - 1 and told["cells_kept"] == told["cells_read"] - 2
    island = next(one for (what, _), one in dropped.items() if what == "links: road" and one["value"] > 0)
    assert abs(island["value"] - km(40, 41)) < 1e-6
    gone = sum(one["value"] for one in told["dropped"])
    assert abs(told["value_read"] - told["value_kept"] - gone) < 1e-9 * told["value_read"]
    assert any("1 nodes of ways are not in the file" in note for note in told["notes"]), told["notes"]
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "other", "--country", "KAZ"), 0, out=["ways", "km", "siding"])


def test_twins_loops_and_what_carries_no_freight(folder):
    places = {1: (70.0, 45.0), 2: (70.1, 45.0), 3: (70.2, 45.0), 5: (70.05, 45.1), 6: (70.2, 45.1), 7: (70.3, 45.1), 8: (70.3, 45.0),
              9: (70.4, 45.0), 10: (70.5, 45.0), 11: (71.0, 46.0), 12: (71.1, 46.0), 13: (71.1, 46.1), 14: (70.0, 44.9), 15: (70.0, 44.8)}
    tags = {3: {"railway": "border"}, 8: {"industrial": "port"}, 10: {"harbour": "yes"}}
    ways = [(200, [1, 2], {"highway": "trunk", "lanes": "2"}),
            (201, [1, 2], {"highway": "trunk", "lanes": "3"}),                 # beside 200
            (202, [1, 5, 2], {"highway": "trunk"}),                            # ends where 200 does, and is twice as long
            (203, [2, 3], {"highway": "motorway"}),                            # one way, by what a motorway is
            (204, [3, 2], {"highway": "motorway"}),                            # the other way: not beside it
            (205, [3, 6, 7, 3], {"highway": "trunk"}),                         # back to where it began
            (206, [3, 8], {"highway": "primary", "junction": "roundabout"}),
            (207, [8, 9], {"highway": "primary", "access": "private"}),
            (208, [8, 9], {"highway": "primary", "hgv": "no"}),
            (209, [8, 10], {"route": "ferry", "motor_vehicle": "no"}),
            (210, [8, 10], {"route": "ferry", "access": "no"}),
            (211, [8, 10], {"route": "ferry"}),
            (212, [9], {"highway": "trunk"}),                                  # no line
            (213, [14, 15], {"highway": "primary", "maxspeed": "30.5 mph", "oneway": "no"}),
            (214, [1, 14], {"highway": "primary", "maxspeed": "999", "oneway": "no"}),
            (220, [1, 2], {"railway": "narrow_gauge", "gauge": "1067", "maxspeed": "60.5", "electrified": "no", "tracks": "2"}),
            (221, [1, 2], {"railway": "narrow_gauge", "gauge": "1067", "maxspeed": "60.5", "electrified": "contact_line", "tracks": "99"}),
            (222, [2, 3], {"railway": "rail", "gauge": "9999", "usage": "main"}),
            (223, [1, 3], {"railway": "rail", "usage": "tourism"}),
            (224, [1, 3], {"railway": "rail", "usage": "military"}),
            (230, [11, 12, 13], {"highway": "trunk"}), (231, [13, 11], {"highway": "trunk"})]  # a ring by itself
    (folder / "map.osm.pbf").write_bytes(file_of([(i, *at, tags.get(i, {})) for i, at in sorted(places.items())], ways))
    told = expect(take(folder, "--gauge", "1520"), 0).json()
    found = {}
    for row in rows(folder, "link.csv"):
        found.setdefault((row["mode"], row["from_node_id"][4:], row["to_node_id"][4:]), []).append(row)
    twins = found["road", "1", "2"]
    assert sorted(row["tracks"] for row in twins) == ["", "5"], twins
    assert [row["directed"] for row in found["road", "2", "3"] + found["road", "3", "2"] + found["road", "3", "8"]] == ["1"] * 3
    narrow, = found["rail", "1", "2"]
    assert (narrow["gauge_mm"], narrow["tracks"], narrow["electrified"]) == ("1067", "3", "1") and abs(float(narrow["free_speed"]) - 0.6 * 60.5) < 1e-3
    assert found["rail", "2", "3"][0]["gauge_mm"] == "1520"  # 9999 is none: that of --gauge
    chain = [row for key, each in found.items() if set(key[1:]) == {"1", "15"} for row in each]
    assert len(chain) == 1, found.keys()                     # 213 and 214 are one, begun at its end
    assert [key for key in found if key[0] == "ferry"] == [("ferry", "8", "10")]
    dropped = {(one["what"], one["reason"]): one["cells"] for one in told["dropped"]}
    for (what, reason), cells in {
            ("links: road", "is a loop that leads back to where it began"): 1,
            ("links: road", "lies beside another: counted as its tracks or lanes"): 1,
            ("links: railway", "lies beside another: counted as its tracks or lanes"): 1,
            ("links: road", "hangs together with neither the main railways nor the main roads"): 1,
            ("ways: railway", "is for tourists or soldiers"): 2,
            ("ways: road", "is closed to lorries"): 2,
            ("ways: road", "has fewer than two nodes"): 1,
            ("ways: ferry", "is closed to lorries"): 1,
            ("ways: ferry", "carries no vehicles"): 1}.items():
        assert dropped.get((what, reason)) == cells, (what, reason, dropped)
    kinds = {row["node_id"]: row["kind"] for row in rows(folder, "node.csv")}
    assert (kinds["osm-3"], kinds["osm-8"], kinds["osm-10"]) == ("border_crossing", "seaport", "seaport"), kinds


def test_plain_blobs_and_single_nodes_say_the_same(folder):
    draw(folder)
    expect(take(folder), 0)
    first = rows(folder, "link.csv"), rows(folder, "node.csv")
    for how in ({"dense": False}, {"packed": False}):
        draw(folder, **how)
        expect(take(folder, "--replace"), 0)
        assert (rows(folder, "link.csv"), rows(folder, "node.csv")) == first, how


def test_the_network_is_one_that_check_takes(folder):
    draw(folder)
    expect(take(folder), 0)
    (folder / "study" / "study.yaml").write_text("buckle: 1\ntitle: From a map\nbase_year: 2024\nmoney: 1e6 USD\n", encoding="utf-8")
    expect(buckle(folder, "check", "study"), 0, out="links")


def test_damaged_and_foreign_files_are_refused(folder):
    draw(folder)
    whole = (folder / "map.osm.pbf").read_bytes()
    for size in range(0, len(whole), 37):
        (folder / "map.osm.pbf").write_bytes(whole[:size])
        expect(take(folder), 3)
        assert not (folder / "study" / "network" / "link.csv").exists()
    header = field(1, b"OSMData") + scalar(3, 0)
    (folder / "map.osm.pbf").write_bytes(whole + struct.pack(">I", len(header)) + header)
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "KAZ"), 3, err="no bytes in the block")
    (folder / "map.osm.pbf").write_bytes(b"<osm version='0.6'></osm>")
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "KAZ"), 3, err=["no block header", ".osm.pbf"])
    draw(folder, features=("OsmSchema-V0.6", "HistoricalInformation"))
    expect(take(folder), 3)
    (folder / "map.osm.pbf").write_bytes(file_of([(1, 0, 0, {})], [(1, [1, 1], {"highway": "path"})]))
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "KAZ"), 3, err="no way that carries freight")
    assert "study/network/link.csv" not in files_in(folder)


def test_wrong_calls_are_answered(folder):
    draw(folder)
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study"), 2, err="--country")
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "kaz"), 2, err="ISO 3166-1")
    expect(take(folder), 0)
    expect(buckle(folder, "import", "osm", "map.osm.pbf", "--into", "study", "--country", "KAZ"), 3, err="--replace")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
