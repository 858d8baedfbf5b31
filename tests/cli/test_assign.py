"""buckle assign and buckle design: what they print, write and refuse."""
import csv
import json
import math
import sys

from harness import CARAVAN, ROOT, SHARED, Skip, buckle, expect, main

HEAD = "<NUMBER OF ZONES> 2\n<NUMBER OF NODES> 4\n<FIRST THRU NODE> 1\n<NUMBER OF LINKS> 5\n<END OF METADATA>\n"
BRAESS = ("1 3 1 100 0.00000001 1000000000 1 0 0 1 ;\n1 4 1 100 50 0.02 1 0 0 1 ;\n3 2 1 100 50 0.02 1 0 0 1 ;\n"
          "3 4 1 100 10 0.1 1 0 0 1 ;\n4 2 1 100 0.00000001 1000000000 1 0 0 1 ;\n")
TRIPS = "<NUMBER OF ZONES> 2\n<END OF METADATA>\nOrigin 1\n 1 : 0; 2 : 6;\n"


def inputs_of(done):
    return [row["file"] for row in json.loads(done.out)["manifest"]["inputs"]]


def write(folder, net=HEAD + BRAESS, trips=TRIPS):
    (folder / "net.tntp").write_text(net, encoding="utf-8")
    (folder / "trips.tntp").write_text(trips, encoding="utf-8")
    return ["--net", "net.tntp", "--trips", "trips.tntp"]


def test_braess_in_json_and_in_a_file_of_flows(folder):
    # Braess (1968): the routes over 1-3-2, 1-4-2 and 1-3-4-2 take two trips each, and each costs 92
    files = write(folder)
    done = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--flows", "flows.csv", "--format", "json"), 0)
    found = done.json()
    assert done.err == ""
    assert abs(found["total_cost"] - 6 * 92) < 1e-6
    assert abs(found["objective"] - 386.00000008) < 1e-8
    assert 0 <= found["relative_gap"] <= 1e-13 and found["converged"] is True
    assert (found["nodes"], found["links"], found["zones"]) == (4, 5, 2)
    assert {"iterations", "seconds"} <= set(found)
    assert inputs_of(done) == ["net.tntp", "trips.tntp"]
    with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["from", "to", "volume", "cost"]
    assert [(row["from"], row["to"]) for row in rows] == [("1", "3"), ("1", "4"), ("3", "2"), ("3", "4"), ("4", "2")]
    for row, volume, cost in zip(rows, (4, 2, 2, 2, 4), (40, 52, 52, 12, 40)):
        # the gap is quadratic in errors of flow: 1e-13 of 552 leaves some 1e-6
        assert abs(float(row["volume"]) - volume) < 1e-5 and abs(float(row["cost"]) - cost) < 1e-4


GMNS = {"config.csv": "dataset_name,long_length,speed,crs\nBraess,km,km/h,EPSG:4326\n",
        "node.csv": "node_id,x_coord,y_coord,node_type,zone_id\na,0,0,centroid,10\nn,1,1,,\nb,2,0,centroid,20\ns,1,-1,,\n",
        "link.csv": "link_id,from_node_id,to_node_id,directed,capacity,vdf_fftt,vdf_alpha,vdf_beta,geometry\n"
                    "one,a,n,1,1,0.00000001,1000000000,1,\"LINESTRING (0 0, 1 1)\"\ntwo,a,s,1,1,50,0.02,1,\n"
                    "three,n,b,1,1,50,0.02,1,\nfour,n,s,1,1,10,0.1,1,\nfive,s,b,1,1,0.00000001,1000000000,1,\n"}


def write_gmns(folder, **changed):
    (folder / "town").mkdir(exist_ok=True)
    for name, text in GMNS.items():
        (folder / "town" / name).write_text(changed.get(name.removesuffix(".csv"), text), encoding="utf-8")
    (folder / "demand.csv").write_text("o_zone_id,d_zone_id,volume\n10,20,6\n", encoding="utf-8")
    return ["--net", "town", "--trips", "demand.csv"]


def test_the_same_network_in_gmns_keeps_its_ids(folder):
    files = write_gmns(folder)
    found = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--flows", "flows.csv", "--format", "json"), 0).json()
    assert abs(found["total_cost"] - 6 * 92) < 1e-6 and (found["nodes"], found["links"], found["zones"]) == (4, 5, 2)
    with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["from"], row["to"], row["link_id"]) for row in rows] == [
        ("a", "n", "one"), ("a", "s", "two"), ("n", "b", "three"), ("n", "s", "four"), ("s", "b", "five")]
    for row, volume in zip(rows, (4, 2, 2, 2, 4)):
        assert abs(float(row["volume"]) - volume) < 1e-5
    expect(buckle(folder, "assign", "--net", "town/link.csv", "--trips", "demand.csv"), 0, out="converged")


def test_paths_and_selected_trips_of_braess(folder):
    files = write_gmns(folder)
    found = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--paths", "paths.csv", "--select", "four", "--select", "n-b",
                          "--format", "json"), 0).json()
    with open(folder / "paths.csv", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["nodes"])
    assert [(row["nodes"], row["links"]) for row in rows] == [("a n b", "one three"), ("a n s b", "one four five"), ("a s b", "two five")]
    for row in rows:
        assert abs(float(row["volume"]) - 2) < 1e-5 and abs(float(row["cost"]) - 92) < 1e-4
    assert found["paths"] == 3 and found["paths_difference"] < 1e-12
    assert [(use["link"], use["from"], use["to"]) for use in found["selected"]] == [("four", "n", "s"), ("three", "n", "b")]
    for use in found["selected"]:
        assert abs(sum(pair["volume"] for pair in use["by"]) - use["volume"]) < 1e-12 and abs(use["volume"] - 2) < 1e-5
        assert [(pair["origin"], pair["destination"], pair["trips"]) for pair in use["by"]] == [("10", "20", 6)]
    expect(buckle(folder, "assign", *files, "--select", "4"), 3, err="there is no link '4'; a link_id")
    expect(buckle(folder, "assign", *files, "--select", "four", "--method", "frank-wolfe"), 2, err="need the method algorithm-b")
    expect(buckle(folder, "assign", *files, "--select", "four"), 0, out="Link n-s carries 2, of 1 pairs of zones")


def test_skims_are_omx_and_can_be_read_as_one(folder):
    # The skimmed matrix of costs, read back as trips: 92 trips from 10 to 20, and -1 back, which is its NA and so no trip
    files = write_gmns(folder)
    expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--skims", "skims.omx"), 0)
    done = expect(buckle(folder, "assign", "--net", "town", "--trips", "skims.omx", "--matrix", "cost", "--gap", "1e-12",
                         "--select", "one", "--select", "two", "--format", "json"), 0)
    found = done.json()
    assert abs(sum(use["volume"] for use in found["selected"]) - 92) < 1e-4
    assert {(pair["origin"], pair["destination"]) for use in found["selected"] for pair in use["by"]} == {("10", "20")}
    assert inputs_of(done) == ["town/config.csv", "town/node.csv", "town/link.csv", "skims.omx"]
    expect(buckle(folder, "assign", "--net", "town", "--trips", "skims.omx"), 2, err="say which by --matrix: cost, distance, time")
    expect(buckle(folder, "assign", "--net", "town", "--trips", "skims.omx", "--matrix", "cots"), 3, err="did you mean cost?")
    expect(buckle(folder, "assign", *files, "--skims", "nowhere/skims.omx"), 4, err="nowhere/skims.omx")


def test_the_validator_of_omx_finds_no_fault(folder):
    try:
        import openmatrix
        from openmatrix import validator
    except ImportError:
        raise Skip("the package openmatrix is not installed")
    expect(buckle(folder, "assign", *write_gmns(folder), "--gap", "1e-13", "--skims", "skims.omx"), 0)
    file = openmatrix.open_file(str(folder / "skims.omx"))
    checks = [getattr(validator, f"check{n}")(file) for n in range(1, 12)]  # 12 is not supported, says the validator
    assert all(check[0] for check in checks), checks
    assert file.mapping("zone_id") == {10: 0, 20: 1}
    assert abs(file["cost"][0, 1] - 92) < 1e-4 and file["cost"][1, 0] == -1
    file.close()


def test_the_page_on_assignment_says_what_comes_out(folder):
    # docs/how-to/assign-traffic.md; Braess (1968): 6 x 92 with the bridge, 6 x 83 without
    page = ROOT / "docs" / "how-to" / "braess"
    for name in ("node.csv", "link.csv", "config.csv", "demand.csv"):
        (folder / name).write_text((page / name).read_text(encoding="utf-8"), encoding="utf-8")
    done = expect(buckle(folder, "assign", "--net", "link.csv", "--trips", "demand.csv", "--gap", "1e-13", "--select", "bridge"), 0,
                  out="Link north-south carries 2, of 1 pairs of zones")
    assert "total cost     552.0" in done.out
    expect(buckle(folder, "assign", "--net", "link.csv", "--trips", "demand.csv", "--demand-factor", "0.5", "--method", "logit", "--dispersion", "0.1"), 0,
           out="total cost     199.28")
    (folder / "link.csv").write_text("".join(line for line in (page / "link.csv").read_text(encoding="utf-8").splitlines(True)
                                             if not line.startswith("bridge")), encoding="utf-8")
    expect(buckle(folder, "assign", "--net", "link.csv", "--trips", "demand.csv", "--gap", "1e-13"), 0, out="total cost     498.0")


def test_a_study_alone_carries_what_run_says_it_carries(folder):
    found = expect(buckle(folder, "assign", CARAVAN, "--flows", "flows.csv", "--format", "json"), 0).json()
    assert found["converged"] is True and 0 <= found["relative_gap"] <= 1e-10 and found["routes_missed"] == 0
    assert {"objective", "total_cost", "iterations", "seconds", "nodes", "links", "zones"} <= set(found)
    expect(buckle(folder, "run", CARAVAN, "--scenario", "closed-gate", "--tables", "tables"), 0)
    with open(folder / "tables" / "flows.csv", encoding="utf-8", newline="") as file:
        expected = {(row["link"], row["from"], row["to"]): float(row["tonnes [t/yr]"]) for row in csv.DictReader(file)
                    if row["scenario"] == "base" and float(row["tonnes [t/yr]"]) > 0}
    flows = {(row["link"], row["from"], row["to"]): row["tonnes"] for row in found["flows"]}
    assert flows.keys() == expected.keys()
    for key, tonnes in expected.items():
        assert abs(flows[key] / tonnes - 1) < 1e-9, key
    with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:4] == ["from", "to", "volume", "cost"]
    for row in rows:
        assert abs(float(row["volume"]) - flows.get((row["link_id"], row["from"], row["to"]), 0)) < 1e-6


def test_a_scenario_moves_tonnes_that_trade_holds(folder):
    base = expect(buckle(folder, "assign", CARAVAN, "--format", "json"), 0).json()
    done = expect(buckle(folder, "assign", CARAVAN, "--scenario", "closed-gate", "--format", "json"), 0)
    closed = done.json()
    assert closed["scenario"] == "closed-gate" and closed["dropped_trips"] > 0 and "are left out" in done.err
    assert abs(closed["tonnes"] + closed["dropped_trips"] - base["tonnes"]) < 1e-6 * base["tonnes"]
    assert closed["total_cost"] / closed["tonnes"] > base["total_cost"] / base["tonnes"]
    late = expect(buckle(folder, "assign", CARAVAN, "--scenario", "closed-gate", "--iterations", "2", "--format", "json"), 1).json()
    assert late["converged"] is False and late["relative_gap"] > closed["relative_gap"]


def test_a_study_goes_out_as_gmns_and_comes_back(folder):
    found = expect(buckle(folder, "assign", CARAVAN, "--gmns", "town", "--format", "json"), 0).json()
    with open(folder / "town" / "config.csv", encoding="utf-8", newline="") as file:
        config = list(csv.DictReader(file))
    assert len(config) == 1 and (config[0]["long_length"], config[0]["speed"], config[0]["crs"]) == ("km", "km/h", "EPSG:4326")
    with open(folder / "town" / "link.csv", encoding="utf-8", newline="") as file:
        links = {row["link_id"]: row for row in csv.DictReader(file)}
    for flow in found["flows"]:
        row = links[flow["link"]]
        column = "tonnes_year_forward" if row["from_node_id"] == flow["from"] else "tonnes_year_backward"
        assert float(row[column]) == flow["tonnes"]
    assert all(row["geometry"].startswith("LINESTRING (") and row["directed"] in ("true", "false") for row in links.values())
    (folder / "new").mkdir()
    (folder / "new" / "study.yaml").write_text("buckle: 1\ntitle: New\nbase_year: 2023\nmoney: 1e6 USD\n", encoding="utf-8")
    back = expect(buckle(folder, "import", "gmns", "town", "--into", "new", "--country", "XXX", "--format", "json"), 0).json()
    assert back["cells_kept"] == len(links)
    for name, key, columns in (("link", "link_id", ("from_node_id", "to_node_id", "length", "free_speed")),
                               ("node", "node_id", ("x_coord", "y_coord"))):
        with open(CARAVAN / "network" / f"{name}.csv", encoding="utf-8", newline="") as file:
            ours = {row[key]: row for row in csv.DictReader(file)}
        with open(folder / "new" / "network" / f"{name}.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column in columns:
                    same = ours[row[key]][column], row[column]
                    assert same[0] == same[1] or float(same[0]) == float(same[1]), (row[key], column, same)
    expect(buckle(folder, "assign", CARAVAN, "--gmns", "no/where"), 4, err="no/where")


TOLLED = ("link_id,from_node_id,to_node_id,directed,capacity,vdf_fftt,vdf_alpha,vdf_beta,toll,length,allowed_uses\n"
          "tolled,a,b,1,1,10,0.1,1,2,7,\nfree,a,b,1,1,10,0.1,1,0,9,\ncars,a,b,1,1,10,0.1,1,0,8,car\n")


def write_classes(folder, table="class,trips,use,toll_factor,demand_factor\ncar,c.csv,car,0.5,\nlorry,l.csv,truck,2,1.5\n"):
    write_gmns(folder, link=TOLLED, node="node_id,x_coord,y_coord,node_type,zone_id\na,70.5,43.25,centroid,10\nb,71,43,centroid,20\n")
    (folder / "c.csv").write_text("o_zone_id,d_zone_id,volume\n10,20,9\n", encoding="utf-8")
    (folder / "l.csv").write_text("o_zone_id,d_zone_id,volume\n10,20,4\n", encoding="utf-8")
    (folder / "classes.csv").write_text(table, encoding="utf-8")
    return ["--net", "town", "--classes", "classes.csv"]


def test_classes_pay_and_go_as_their_rows_say(folder):
    # 9 cars pay 1 on the tolled link, 4 x 1.5 lorries 4.  Times 10 + x; cars on all three, lorries on the free one alone:
    # 10 + x1 + 1 = 10 + x3, x1 + x3 = 9: 4 and 5, no lorry would pay 10 + 4 + 4 rather than 10 + 6
    files = write_classes(folder)
    found = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--flows", "flows.csv", "--skims", "skims.omx", "--gmns", "out",
                          "--select", "tolled", "--paths", "paths.csv", "--format", "json"), 0).json()
    assert [(row["class"], row["trips"]) for row in found["classes"]] == [("car", 9), ("lorry", 6)]
    assert abs(found["classes"][0]["total_cost"] - 9 * 15) < 1e-4 and abs(found["classes"][1]["total_cost"] - 6 * 16) < 1e-4
    assert abs(found["total_cost"] - 9 * 15 - 6 * 16) < 1e-4
    assert [(pair["class"], pair["trips"]) for pair in found["selected"][0]["by"]] == [("car", 9)]
    with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, car, lorry in zip(rows, (4, 0, 5), (0, 6, 0)):
        assert abs(float(row["volume_car"]) - car) < 1e-5 and abs(float(row["volume_lorry"]) - lorry) < 1e-5
        assert abs(float(row["volume"]) - car - lorry) < 1e-5
    with open(folder / "paths.csv", encoding="utf-8", newline="") as file:
        assert sorted((row["class"], row["links"]) for row in csv.DictReader(file)) == [("car", "cars"), ("car", "tolled"), ("lorry", "free")]
    # the skims of each class, read back as trips: 15 for a car, 16 for a lorry, whose path is the free link, 9 long
    for matrix, total in (("cost_car", 15), ("cost_lorry", 16), ("time_lorry", 16), ("distance_lorry", 9)):
        back = expect(buckle(folder, "assign", "--net", "town", "--trips", "skims.omx", "--matrix", matrix, "--select", "tolled", "--select",
                             "free", "--select", "cars", "--format", "json"), 0).json()
        assert abs(sum(use["volume"] for use in back["selected"]) - total) < 1e-4, matrix
    (folder / "again.csv").write_text("class,trips,matrix,lookup,toll_factor,distance_factor\nsome,skims.omx,distance_lorry,zone_id,0,1\n",
                                      encoding="utf-8")
    # 9 trips: 10 + x + 7 = 10 + y + 9 = 10 + z + 8, x + y + z = 9: 4, 2 and 3
    again = expect(buckle(folder, "assign", "--net", "town", "--classes", "again.csv", "--gap", "1e-13", "--format", "json"), 0).json()
    assert again["classes"][0]["trips"] == 9 and abs(again["total_cost"] - 9 * 21) < 1e-4
    expect(buckle(folder, "assign", *files, "--select", "tolled"), 0, out="lorry      6          96")
    logit = expect(buckle(folder, "assign", *files, "--method", "logit", "--dispersion", "200", "--format", "json"), 0).json()
    assert abs(logit["classes"][0]["total_cost"] - 9 * 15) < 0.2 and abs(logit["classes"][1]["total_cost"] - 6 * 16) < 0.2


def test_traffic_goes_out_as_gmns_and_the_network_comes_back(folder):
    files = write_classes(folder)
    found = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--gmns", "out", "--flows", "flows.csv", "--format", "json"), 0).json()
    with open(folder / "out" / "link_performance.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["link_id", "from_node_id", "to_node_id", "volume", "vc_ratio", "travel_time", "volume_car", "cost_car",
                             "volume_lorry", "cost_lorry"]
    with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
        for row, flow in zip(rows, csv.DictReader(file)):
            assert (row["link_id"], row["volume"], row["volume_car"], row["volume_lorry"]) == (
                flow["link_id"], flow["volume"], flow["volume_car"], flow["volume_lorry"])
            assert abs(float(row["travel_time"]) - 10 - float(row["volume"])) < 1e-12 and row["vc_ratio"] == row["volume"]
            toll = 2 if row["link_id"] == "tolled" else 0
            assert abs(float(row["cost_car"]) - float(row["travel_time"]) - 0.5 * toll) < 1e-12
            assert row["cost_lorry"] == "" if row["link_id"] == "cars" else \
                abs(float(row["cost_lorry"]) - float(row["travel_time"]) - 2 * toll) < 1e-12
    back = expect(buckle(folder, "assign", "--net", "out", "--classes", "classes.csv", "--gap", "1e-13", "--flows", "again.csv", "--format",
                         "json"), 0).json()
    assert (back["objective"], back["total_cost"]) == (found["objective"], found["total_cost"])
    assert (folder / "again.csv").read_bytes() == (folder / "flows.csv").read_bytes()
    (folder / "new").mkdir()
    (folder / "new" / "study.yaml").write_text("buckle: 1\ntitle: New\nbase_year: 2023\nmoney: 1e6 USD\n", encoding="utf-8")
    read = expect(buckle(folder, "import", "gmns", "out", "--into", "new", "--country", "XXX", "--format", "json"), 0).json()
    assert (read["cells_read"], read["cells_kept"], read["value_kept"]) == (3, 3, 24)
    with open(folder / "new" / "network" / "node.csv", encoding="utf-8", newline="") as file:
        assert {(row["node_id"], float(row["x_coord"]), float(row["y_coord"])) for row in csv.DictReader(file)} == {("a", 70.5, 43.25), ("b", 71, 43)}
    expect(buckle(folder, "assign", *files, "--gmns", "no/where"), 4, err="no/where")


def test_tntp_goes_out_as_gmns_and_is_the_same_network(folder):
    files = write(folder)
    found = expect(buckle(folder, "assign", *files, "--gap", "1e-13", "--gmns", "out", "--format", "json"), 0).json()
    (folder / "demand.csv").write_text("o_zone_id,d_zone_id,volume\n1,2,6\n", encoding="utf-8")
    back = expect(buckle(folder, "assign", "--net", "out", "--trips", "demand.csv", "--gap", "1e-13", "--format", "json"), 0).json()
    assert (back["objective"], back["total_cost"]) == (found["objective"], found["total_cost"])
    with open(folder / "out" / "link_performance.csv", encoding="utf-8", newline="") as file:
        assert list(next(csv.DictReader(file))) == ["link_id", "from_node_id", "to_node_id", "volume", "vc_ratio", "travel_time"]


def test_faults_of_classes_have_line_and_column(folder):
    files = write_classes(folder, "class,trips\ncar,c.csv\ncar,l.csv\n")
    expect(buckle(folder, "assign", *files), 3, err="classes.csv:3:1: error: class car is given twice")
    write_classes(folder, "class,trips\na b,c.csv\n")
    expect(buckle(folder, "assign", *files), 3, err="classes.csv:2:1: error: 'a b' cannot be the name of a class")
    write_classes(folder, "class,trips\ncar,no.csv\n")
    expect(buckle(folder, "assign", *files), 3, err="no.csv")
    write_classes(folder, "class,trips\n")
    expect(buckle(folder, "assign", *files), 3, err="there is no class")
    write_classes(folder, "class,trips,toll_factor\ncar,c.csv,-1\n")
    expect(buckle(folder, "assign", *files), 3, err="classes.csv:2:11: error: toll_factor is -1")
    write_classes(folder)
    expect(buckle(folder, "assign", *files, "--trips", "c.csv"), 2, err="--trips and --classes both say whose trips")
    expect(buckle(folder, "assign", *write(folder)[:2], "--classes", "classes.csv"), 2, err="TNTP does not say who may use a link")
    expect(buckle(folder, "assign", CARAVAN, "--classes", "classes.csv"), 2, err="--classes is for --net and --trips")


def test_a_study_and_road_files_do_not_mix(folder):
    expect(buckle(folder, "assign", CARAVAN, "--net", "x.tntp"), 2, err="--net is for --net and --trips, not for a study")
    expect(buckle(folder, "assign", CARAVAN, "--select", "x"), 2, err="buckle run STUDY --select")
    expect(buckle(folder, "assign", *write(folder), "--scenario", "x"), 2, err="--scenario is for a study")
    expect(buckle(folder, "assign", CARAVAN, "--scenario", "closed-gat"), 3, err="did you mean")


def test_a_network_is_imported_into_a_study_that_checks(folder):
    # docs/how-to/import-a-network.md: 1 + 50 + 50 + 10 + 1 km
    (folder / "new").mkdir()
    (folder / "new" / "study.yaml").write_text("buckle: 1\ntitle: New\nbase_year: 2023\nmoney: 1e6 USD\n", encoding="utf-8")
    page = ROOT / "docs" / "how-to" / "braess"
    found = expect(buckle(folder, "import", "gmns", page, "--into", "new", "--country", "KAZ", "--format", "json"), 0).json()
    assert (found["cells_read"], found["cells_kept"], found["value_kept"]) == (5, 5, 112)
    assert any("capacity of 5 links is dropped" in note for note in found["notes"])
    expect(buckle(folder, "check", "new"), 0, out="The study is valid")
    expect(buckle(folder, "import", "gmns", page, "--into", "new", "--country", "KAZ"), 3, err="--replace")
    expect(buckle(folder, "import", "gmns", page, "--into", "new", "--country", "KAZ", "--replace"), 0, out="kept 5 of 5 links, 112 of 112 km")
    expect(buckle(folder, "import", "gmns", page, "--into", "new"), 2, err="needs --country")
    expect(buckle(folder, "import", "tntp", "net.tntp", "--into", "new", "--country", "KAZ", "--replace"), 2, err="--nodes")
    expect(buckle(folder, "import", "omx", "x.omx", "--into", "new", "--regions", "r.csv"), 2, err="needs --sector")


def test_faults_of_gmns_have_file_line_and_column(folder):
    files = write_gmns(folder, link=GMNS["link.csv"].replace("four,n,s", "four,n,q"))
    expect(buckle(folder, "assign", *files), 3, err="town/link.csv:5:8: error: to_node_id is 'q', which is no node_id")
    write_gmns(folder)
    (folder / "demand.csv").write_text("o_zone_id,d_zone_id,volume\n20,10,6\n", encoding="utf-8")
    expect(buckle(folder, "assign", *files), 3, err="no path leads from zone 20 to zone 10, for 6 trips")
    expect(buckle(folder, "assign", "--net", "town", "--trips", *write(folder)[3:]), 2, err="an OMX matrix (.omx) or CSV")
    expect(buckle(folder, "assign", *write(folder), "--matrix", "car"), 2, err="for trips in an .omx file")


def test_each_method_says_the_same(folder):
    files = write(folder)
    for method in ("algorithm-b", "frank-wolfe"):
        found = expect(buckle(folder, "assign", *files, "--gap", "1e-6", "--method", method, "--format", "json"), 0).json()
        assert abs(found["total_cost"] - 552) < 0.01, method
    expect(buckle(folder, "assign", *files, "--method", "magic"), 2, err="one of: algorithm-b frank-wolfe")


def bisect(function, low, high):
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) <= 0 else (low, middle)
    return low


def braess_logit(trips, theta):
    """Trips over the middle: its cost less that of an outer route is 20 (t + y) / 2 + 10 + y - (10 (t + y) / 2 + 50 + (t - y) / 2)."""
    def excess(y):
        outer = 10 * (trips + y) / 2 + 50 + (trips - y) / 2
        middle = 20 * (trips + y) / 2 + 10 + y
        return y - trips / (1 + 2 * math.exp(theta * (middle - outer)))
    return bisect(excess, 0, trips)


def test_logit_spreads_the_trips_of_braess(folder):
    files = write_gmns(folder)
    middle = braess_logit(3, 0.1)
    outer = (3 - middle) / 2
    for method in ("logit", "recursive-logit"):
        found = expect(buckle(folder, "assign", *files, "--demand-factor", "0.5", "--method", method, "--dispersion", "0.1", "--gap",
                              "1e-16", "--flows", "flows.csv", "--format", "json"), 0).json()
        assert found["method"] == method and found["converged"] is True and found["dispersion"] == 0.1
        assert found["residual"] <= 1e-8 and found["relative_gap"] <= 1e-16 and found["imbalance"] < 1e-14
        entropy = -middle * math.log(middle / 3) - 2 * outer * math.log(outer / 3)
        assert abs(found["entropy"] - entropy) < 1e-6 and abs(found["objective"] - found["beckmann"] + entropy / 0.1) < 1e-5
        assert found["total_cost"] < 3 * 73 and found["total_cost"] > found["least_cost"]
        with open(folder / "flows.csv", encoding="utf-8", newline="") as file:
            volumes = {row["link_id"]: float(row["volume"]) for row in csv.DictReader(file)}
        assert abs(volumes["four"] - middle) < 1e-7 and abs(volumes["two"] - outer) < 1e-7


def test_routes_of_logit_add_up_to_flows(folder):
    files = write_gmns(folder)
    found = expect(buckle(folder, "assign", *files, "--method", "logit", "--dispersion", "0.1", "--gap", "1e-16", "--paths", "paths.csv",
                          "--select", "four", "--demand-factor", "0.5", "--format", "json"), 0).json()
    with open(folder / "paths.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert found["paths"] == found["routes"] == len(rows) == 3
    assert abs(sum(float(row["volume"]) for row in rows) - 3) < 1e-12
    for row in rows:
        others = sum(math.exp(-0.1 * (float(other["cost"]) - float(row["cost"]))) for other in rows)
        assert abs(float(row["share"]) - 1 / others) < 1e-6
    through = [float(row["volume"]) for row in rows if row["links"] == "one four five"]
    assert [use["volume"] for use in found["selected"]] == [found["selected"][0]["by"][0]["volume"]]
    assert abs(found["selected"][0]["volume"] - through[0]) < 1e-12 and found["selected"][0]["by"][0]["trips"] == 3
    expect(buckle(folder, "assign", *files, "--method", "logit", "--dispersion", "0.1", "--paths", "paths.csv"), 0,
           out="3 paths join 1 pairs of zones.")


def test_logit_refuses_what_it_cannot_answer(folder):
    files = write_gmns(folder)
    expect(buckle(folder, "assign", *files, "--method", "logit"), 2, err="--method logit needs --dispersion")
    expect(buckle(folder, "assign", *files, "--dispersion", "1"), 2, err="--dispersion and --routes are for --method logit")
    expect(buckle(folder, "assign", *files, "--method", "recursive-logit", "--dispersion", "1", "--paths", "p.csv"), 2, err="there is no end of them")
    expect(buckle(folder, "assign", CARAVAN, "--dispersion", "1"), 2, err="--dispersion is for --net and --trips")
    # n and s with a link back, 10 there and 1 back: 0 < exp(-11 theta) < 1; a link there and one back twice over: 4 exp(-11 theta)
    link = GMNS["link.csv"] + "six,n,s,1,1,10,0,1,\nseven,s,n,1,1,1,0,1,\neight,s,n,1,1,1,0,1,\n"
    files = write_gmns(folder, link=link)
    recursive = ["--method", "recursive-logit", "--dispersion"]
    error = expect(buckle(folder, "assign", *files, *recursive, "0.1", "--format", "json"), 3).json()["error"]
    assert error["code"] == "no-solution" and "at a dispersion of 0.1" in error["message"]
    enough = float(error["hint"].split("a dispersion of ")[1].split()[0])
    assert math.log(4) / 11 < enough < 1.05 * math.log(4) / 11
    expect(buckle(folder, "assign", *files, *recursive, str(enough)), 0, out="converged")
    files = write_gmns(folder, link=link.replace("six,n,s,1,1,10,", "six,n,s,1,1,0,").replace("seven,s,n,1,1,1,", "seven,s,n,1,1,0,"))
    expect(buckle(folder, "assign", *files, *recursive, "5"), 3, err="is part of a cycle without cost")
    expect(buckle(folder, "assign", *files, "--method", "logit", "--dispersion", "5"), 0, out="converged")


def test_a_limit_is_told_by_status_1(folder):
    files = write(folder)
    found = expect(buckle(folder, "assign", *files, "--method", "frank-wolfe", "--iterations", "1", "--format", "json"), 1).json()
    assert found["converged"] is False and found["relative_gap"] > 1e-10 and found["outcome"] == "iteration-limit"


def test_factors_of_toll_and_demand(folder):
    net = HEAD.replace("5\n<END", "2\n<TOLL FACTOR> 2\n<END").replace("NODES> 4", "NODES> 2")
    net += "1 2 1 3 10 0.1 1 0 1 1;\n1 2 1 7 10 0.1 1 0 0 1;\n"
    files = write(folder, net, TRIPS.replace("6;", "3;"))
    # 10 + x + 2 = 10 + (6 - x), with demand doubled
    found = expect(buckle(folder, "assign", *files, "--demand-factor", "2", "--format", "json"), 0).json()
    assert abs(found["total_cost"] - 6 * 14) < 1e-8
    # tolls for nothing, distance at 1: 10 + x + 3 = 10 + (6 - x) + 7
    found = expect(buckle(folder, "assign", *files, "--demand-factor", "2", "--toll-factor", "0", "--distance-factor", "1",
                          "--format", "json"), 0).json()
    assert abs(found["total_cost"] - 6 * 18) < 1e-8


def test_faults_have_file_line_and_column(folder):
    files = write(folder, HEAD + BRAESS.replace("0.02", "x", 1))
    expect(buckle(folder, "assign", *files), 3, err="net.tntp:7:14: error: b is 'x', not a number")
    error = expect(buckle(folder, "assign", *files, "--format", "json"), 3).json()["error"]
    assert (error["file"], error["line"], error["column"]) == ("net.tntp", 7, 14)
    expect(buckle(folder, "assign", *write(folder, trips=TRIPS.replace("2 : 6", "3 : 6"))), 3, err="trips.tntp:4:9: error:")
    expect(buckle(folder, "assign", "--net", "net.tntp"), 2, err="--trips is missing")
    expect(buckle(folder, "assign", "--net", "no.tntp", "--trips", "trips.tntp"), 3, err="no.tntp")


def test_unreachable_trips_are_refused_or_dropped_by_name(folder):
    files = write(folder, trips=TRIPS + "Origin 2\n1 : 5;\n")
    expect(buckle(folder, "assign", *files), 3, err="no path leads from zone 2 to zone 1, for 5 trips")
    done = expect(buckle(folder, "assign", *files, "--allow-unreachable", "--format", "json"), 0)
    assert "dropped 5 trips from zone 2 to zone 1" in done.err
    found = done.json()
    assert found["dropped_pairs"] == 1 and found["dropped_trips"] == 5 and abs(found["total_cost"] - 552) < 1e-4


def test_flows_that_cannot_be_written_are_the_machines_fault(folder):
    files = write(folder)
    expect(buckle(folder, "assign", *files, "--flows", "nowhere/flows.csv"), 4, err="nowhere/flows.csv")


def test_the_best_design_of_two_candidates(folder):
    # a second road halves the delay; the shorter one is too dear
    net = HEAD.replace("5\n<END", "1\n<NUMBER OF NEW LINKS> 2\n<END").replace("NODES> 4", "NODES> 2")
    net += "1 2 1 1 10 0.1 1 0 0 1 0;\n1 2 1 1 10 0.1 1 0 0 1 30;\n1 2 1 1 5 0.1 1 0 0 1 70;\n"
    files = write(folder, net)
    found = expect(buckle(folder, "design", *files, "--budget-share", "0.5", "--format", "json"), 0).json()
    assert found["links"] == [2] and found["links_by_node"] == [[1, 2]] and found["proved_optimal"] is True
    assert abs(found["total_cost"] - 6 * 13) < 1e-8 and found["bound"] <= found["total_cost"] and found["spent"] == 30
    found = expect(buckle(folder, "design", *files, "--budget-share", "1", "--format", "json"), 0).json()
    assert found["links"] == [2, 3]
    found = expect(buckle(folder, "design", *files, "--budget-share", "0", "--format", "json"), 0).json()
    assert found["links"] == [] and abs(found["total_cost"] - 6 * 16) < 1e-8
    text = expect(buckle(folder, "design", *files, "--budget-share", "0.5"), 0).out
    assert text.startswith("total cost     78") and "(proved: no design is better)\nspent          30 of 50\nbuild          1-2\n\n" in text, text
    text = expect(buckle(folder, "design", *files, "--budget-share", "0"), 0).out
    assert "spent          0 of 0\nbuild          nothing\n\n" in text, text
    expect(buckle(folder, "design", *write(folder), "--budget-share", "1"), 2, err="the network has no candidate links")


def test_chicago_sketch_with_its_weights(folder):
    if not (SHARED / "tntp").is_dir():
        raise Skip("reference data absent")
    sketch = SHARED / "tntp" / "Chicago-Sketch"
    found = expect(buckle(folder, "assign", "--net", sketch / "ChicagoSketch_net.tntp", "--trips", sketch / "ChicagoSketch_trips.tntp",
                          "--toll-factor", "0.02", "--distance-factor", "0.04", "--gap", "1e-12", "--format", "json"), 0).json()
    assert abs(found["objective"] / 17313018.7387477 - 1) < 1e-13


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
