"""The package as a program uses it: views, frames, faults, progress, interruption."""
import copy
import gc
import json
import math
import os
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
import weakref

import numpy as np
import pytest

import buckle
from buckle._library import ffi, lib
from conftest import ROOT

CARAVAN = ROOT / "studies" / "caravan"
HALF = {"measures": [{"id": "half", "adjust": [{"target": "border", "attribute": "control_hours", "factor": 0.5}]}]}


# ---- answers -------------------------------------------------------------------------------------------------------------


def test_numbers_are_views_of_the_librarys_memory_that_nobody_can_write(caravan):
    table = caravan.run("middle-way", attribution="none")["economies"]
    first, again = table.column("welfare_pct").values, buckle.Table(table._owner, table._table)["welfare_pct"]
    column = lib.buckle_column_find(table._table, b"welfare_pct")
    address = int(ffi.cast("uintptr_t", lib.buckle_column_numbers(table._table, column)))
    assert first.ctypes.data == again.ctypes.data == address, "a copy lies elsewhere than what the library has"
    assert first.reshape(1, -1)[0, 1:].ctypes.data == address + 8
    assert not first.flags.owndata and first.dtype == np.float64
    with pytest.raises(ValueError):
        first[0] = 1.0


def test_a_view_keeps_its_answer_alive(caravan):
    gains = caravan.run("middle-way", attribution="none")["economies"]["welfare_pct"][1:3]
    expected = gains.copy()
    gc.collect()
    for _ in range(20):  # memory that was let go would be used again here
        caravan.trade("cheap-oil")
    np.testing.assert_array_equal(gains, expected)


def test_an_answer_outlives_its_study(cache):
    """Its names are the study's own texts, and nobody has to keep the study for them."""
    gains = buckle.open(CARAVAN, threads=1, cache=cache).run("middle-way")["economies"]
    gc.collect()
    made = [bytearray(b"x" * 4096) for _ in range(2000)]  # what was given back is written over
    assert list(gains["name"]) == ["Almaria", "Orisund", "Nordria", "Surania", "Westmark"] and len(made) == 2000


def test_an_answer_goes_with_its_last_view(caravan):
    answer = caravan.trade("cheap-oil")
    handle = weakref.ref(answer._handle)
    part = answer["decomposition"]["welfare_pct"][1:]
    del answer
    gc.collect()
    assert handle() is not None, "let go while a part of it is looked at"
    del part
    gc.collect()
    assert handle() is None, "kept when nobody looks any more"


def test_an_empty_cell_is_masked_and_in_a_frame_it_is_nan(caravan):
    pandas = pytest.importorskip("pandas")
    facilities = caravan.run("today")["flows"]
    column = facilities.column("capacity")  # empty: unlimited
    assert column.empty is not None and column.empty.any() and not column.empty.all()
    assert np.ma.isMaskedArray(facilities["capacity"])
    frame = facilities.to_pandas()
    np.testing.assert_array_equal(frame["capacity"].isna(), column.empty)
    np.testing.assert_array_equal(frame["capacity"].dropna(), column.values[~column.empty])
    assert isinstance(frame, pandas.DataFrame) and frame.attrs["unit"]["capacity"] == "t/yr"


def test_a_frame_has_places_where_the_table_has(caravan):
    geopandas = pytest.importorskip("geopandas")
    answer = caravan.run("today")
    frame = answer["economies"].to_geopandas()
    assert isinstance(frame, geopandas.GeoDataFrame) and frame.crs.to_epsg() == 4326
    almaria = frame[frame["name"] == "Almaria"].geometry.iloc[0]
    assert (almaria.x, almaria.y) == (68.0, 47.0)  # studies/caravan/economy/region.csv
    lines = answer["flows"].to_geopandas()
    assert set(lines.geometry.dropna().geom_type) == {"LineString"}
    with pytest.raises(TypeError):
        answer["trade"].to_geopandas()


def test_the_answer_is_that_of_the_command_line(caravan, tmp_path):
    program = os.environ.get("BUCKLE")
    if not program:
        pytest.skip("no program in BUCKLE")
    command = [program, "run", CARAVAN, "--scenario", "middle-way", "--format", "json", "--no-cache", "--out", tmp_path / "x.gpkg"]
    said = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=600).stdout)
    shown = caravan.run("middle-way")
    assert [row["welfare_pct"] for row in said["economies"]] == shown["economies"]["welfare_pct"].tolist()
    assert said["residual"] == shown.residual


def test_any_number_of_threads_gives_the_same_bits():
    gains = [buckle.open(CARAVAN, threads=n, cache=False).run("union-grows", attribution="none")["economies"]["welfare_pct"]
             for n in (1, 3)]
    np.testing.assert_array_equal(*gains)


def test_a_scenario_as_a_dict_is_the_scenario_as_a_file(tmp_path):
    shutil.copytree(CARAVAN, tmp_path / "caravan")
    (tmp_path / "caravan" / "scenarios" / "half.yaml").write_text(
        "title: half\nmeasures:\n  - id: half\n    adjust: [{target: border, attribute: control_hours, factor: 0.5}]\n")
    study = buckle.open(tmp_path / "caravan", cache=False)
    by_file = study.run("half")["economies"]["welfare_pct"]
    np.testing.assert_array_equal(study.run(HALF)["economies"]["welfare_pct"], by_file)
    assert np.abs(by_file).max() > 0.001, "halving control changes nothing"


def test_several_scenarios_are_several_blocks_of_one_table(caravan):
    several = [HALF, "today", {**HALF, "title": "again"}]
    table = caravan.run(several, attribution="none")["economies"]
    assert list(dict.fromkeys(table["scenario"])) == ["what-if-1", "today", "what-if-3"]
    gain = table["welfare_pct"].reshape(3, -1)
    np.testing.assert_array_equal(gain[0], gain[2])


def test_numbers_of_numpy_go_into_a_scenario(caravan):
    measures = [{"id": "m", "adjust": [{"target": "border", "attribute": "control_hours", "factor": np.float64(0.5)}]}]
    np.testing.assert_array_equal(caravan.run({"measures": measures})["economies"]["welfare_pct"],
                                  caravan.run(HALF)["economies"]["welfare_pct"])
    with pytest.raises(TypeError):
        caravan.add("x", {"measures": object()})


def test_every_question_of_the_library_has_a_method():
    names, n = [], 0
    while (name := lib.buckle_question_name(n)) != ffi.NULL:
        names.append(ffi.string(name).decode())
        n += 1
    assert len(names) >= 16
    for name in names:
        assert hasattr(buckle.Study, name) or hasattr(buckle, name), name


def test_every_question_is_answered(caravan):
    assert "routes" in caravan.route("ori_city", "wes_city", k=2)
    players = caravan.pivot("middle-way", players=["XAL", "XNO"])
    assert players["pivot_players"].rows == 2 and players.sentences
    assert caravan.appraise("middle-way", draws=200).sentences
    draws = caravan.stress("middle-way", draws=8)
    assert draws["stress_draws"].rows == 8 * draws["stress_answers"].rows
    brief = caravan.brief("XAL")["brief"]
    assert brief["question"].tolist() == list(range(1, 19))
    assert caravan.run("middle-way", values=True, select=["border:alm_gate"], attribution="none")["values"].rows > 0


def test_what_is_worth_while_is_asked(caravan, tmp_path):
    worth = caravan.value("middle-way", economy="XAL", by="capacity", top=3)
    assert worth["value_ranking"].rows == 3 and worth["values"].rows > 3
    assert worth["values"].column("per_hour_XAL").unit == "USD/yr"
    claim = caravan.claim("XAL", 0.1)["claim"]
    reached = claim["state"] == "reached"
    assert reached.any()
    np.testing.assert_allclose(claim["gain_pct"][reached], 0.1, rtol=1e-4)
    found = caravan.invest(5e9, "middle-way", weights={"XAL": 1, "XNO": np.float64(0.5)}, robust=["today"])
    assert found["portfolios"]["projects"][0] is not None and found["choices"].rows > 0
    tolls = caravan.pivot(tolls=["XAL"], toll_max=40.0)
    assert tolls["tolls"].rows > 0 and tolls.sentences
    fit = caravan.calibrate(rounds=1, out=tmp_path / "fitted")
    assert buckle.open(tmp_path / "fitted").scenarios == caravan.scenarios
    assert any(path.endswith(".csv") for path in fit["files"]["file"])
    with pytest.raises(buckle.Error, match="ECONOMY=NUMBER|no economy|XXX"):
        caravan.invest(5e9, weights={"XXX": 1})


def test_a_study_is_checked_against_what_was_seen(caravan):
    checked = caravan.check(observed=True)
    assert checked["scenarios"]["scenario"].tolist() == caravan.scenarios
    files = checked["inputs"]
    assert np.all(files["rows"] >= files["reported"] + files["derived"] + files["estimate"])
    rows = {path: n for path, n in zip(files["file"], files["rows"])}
    links = next(n for path, n in rows.items() if path.endswith("network/link.csv"))
    assert links == len((CARAVAN / "network" / "link.csv").read_text().splitlines()) - 1
    # the same figures as calibrate has for the study as it was
    fit = caravan.calibrate(rounds=1)["observations"]
    np.testing.assert_allclose(checked["observed"]["computed"], fit["before"], rtol=1e-6)
    assert "observed" not in caravan.check("today")
    with pytest.raises(buckle.Error):
        caravan.check({"measures": [{"id": "x", "close": ["nowhere"]}]})


def test_drivers_of_braess_who_err_are_spread_by_logit():
    """Six trips: the way over the middle costs 20 (6 + y) / 2 + 10 + y, an outer one 10 (6 + y) / 2 + 50 + (6 - y) / 2."""
    page = ROOT / "docs" / "how-to" / "braess"
    answer = buckle.assign(page, page / "demand.csv", method="logit", dispersion=0.1, gap=1e-16, paths=True)
    over = {link: volume for link, volume in zip(answer["flows"]["link"], answer["flows"]["volume"])}["bridge"]
    middle, outer = 10 * (6 + over) + 10 + over, 5 * (6 + over) + 50 + (6 - over) / 2
    assert over == pytest.approx(6 / (1 + 2 * math.exp(0.1 * (middle - outer))), abs=1e-6)
    assert answer["paths"]["share"].sum() == pytest.approx(1)
    assert answer.converged


def test_classes_of_traffic_pay_and_go_as_their_rows_say(tmp_path):
    """Times 10 + x; 9 cars pay 1 on the tolled link, 6 lorries go by the free one alone, cars by a third too: 4 and 5 cars."""
    (tmp_path / "node.csv").write_text("node_id,x_coord,y_coord,node_type,zone_id\na,70.5,43.25,centroid,10\nb,71,43,centroid,20\n")
    (tmp_path / "link.csv").write_text("link_id,from_node_id,to_node_id,directed,capacity,vdf_fftt,vdf_alpha,vdf_beta,toll,length,"
                                       "allowed_uses\ntolled,a,b,1,1,10,0.1,1,2,7,\nfree,a,b,1,1,10,0.1,1,0,9,\n"
                                       "cars,a,b,1,1,10,0.1,1,0,8,car\n")
    (tmp_path / "c.csv").write_text("o_zone_id,d_zone_id,volume\n10,20,9\n")
    (tmp_path / "l.csv").write_text("o_zone_id,d_zone_id,volume\n10,20,4\n")
    (tmp_path / "classes.csv").write_text("class,trips,use,toll_factor,demand_factor\ncar,c.csv,car,0.5,\nlorry,l.csv,truck,2,1.5\n")
    answer = buckle.assign(tmp_path, classes=tmp_path / "classes.csv", gap=1e-13, skims=True, paths=True)
    assert list(answer["classes"]["class"]) == ["car", "lorry"] and list(answer["classes"]["trips"]) == [9, 6]
    assert list(answer["classes"]["total_cost"]) == pytest.approx([9 * 15, 6 * 16], abs=1e-4)
    assert list(answer["flows"]["volume_car"]) == pytest.approx([4, 0, 5], abs=1e-5)
    assert list(answer["flows"]["volume_lorry"]) == pytest.approx([0, 6, 0], abs=1e-5)
    assert [answer["skims"][f"{what}_lorry"][1] for what in ("cost", "distance")] == pytest.approx([16, 9], abs=1e-5)
    assert answer["skims"]["cost_car"][1] == pytest.approx(15, abs=1e-5)
    assert list(answer["paths"]["class"]) == ["car", "car", "lorry"]
    with pytest.raises(buckle.Error, match="both say whose trips"):
        buckle.assign(tmp_path, tmp_path / "c.csv", classes=tmp_path / "classes.csv")


def test_base_year_tonnes_are_assigned_with_skims(caravan):
    answer = caravan.assign("middle-way", skims=True)
    skims = answer["skims"]
    sectors, regions = len(set(skims["sector"])), len(set(skims["importer"]))
    tonnes = skims["tonnes"].reshape(sectors, regions, regions)
    assert np.all(tonnes[:, range(regions), range(regions)] == 0)
    summary = dict(zip(answer["summary"]["item"], answer["summary"]["value"]))
    np.testing.assert_allclose(tonnes.sum(), summary["tonnes"], rtol=1e-9)


def test_a_base_year_is_balanced(tmp_path):
    answer = buckle.balance(CARAVAN, out=tmp_path / "economy", changes=tmp_path / "changes.csv")
    assert answer.converged and answer.residual < 1e-9
    assert (tmp_path / "economy" / "trade.csv").exists() and answer["files"].rows > 1
    with pytest.raises(buckle.Error) as caught:
        buckle.balance(CARAVAN, out=tmp_path / "economy", changes=tmp_path / "changes.csv")
    assert caught.value.code == "file"
    assert buckle.balance(CARAVAN, out=tmp_path / "economy", changes=tmp_path / "changes.csv", replace=True).converged


def test_a_study_that_comes_with_the_package_is_opened_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert {"caravan", "silkroad"} <= set(buckle.studies())
    assert buckle.open("caravan", cache=False).name == "caravan"
    (tmp_path / "caravan").mkdir()  # what lies here comes first
    with pytest.raises(buckle.Error):
        buckle.open("caravan", cache=False)
    with pytest.raises(buckle.Error, match="a study of the package: caravan, silkroad") as caught:
        buckle.open("silkrod")
    assert caught.value.code == "file"


def test_tables_and_columns_that_are_not_there_are_named(caravan):
    answer = caravan.trade()
    with pytest.raises(KeyError, match="decomposition"):
        answer["economies"]
    with pytest.raises(KeyError, match="welfare_pct"):
        answer["decomposition"]["welfare"]
    assert "decomposition" in repr(answer) and "%" in repr(answer["decomposition"])
    assert answer["decomposition"].column("welfare_pct").unit == "%"


def test_an_answer_is_written(caravan, tmp_path):
    answer = caravan.trade("cheap-oil")
    answer.write(tmp_path / "answer.gpkg")
    assert (tmp_path / "answer.gpkg").read_bytes().startswith(b"SQLite format 3")
    answer.write(tmp_path / "tables")
    assert (tmp_path / "tables" / "decomposition.csv").exists()
    with pytest.raises(buckle.Error) as caught:
        answer.write(tmp_path / "none" / "answer.gpkg")
    assert caught.value.code == "file"


# ---- faults --------------------------------------------------------------------------------------------------------------


def test_a_fault_has_message_file_line_column_and_hint(tmp_path):
    shutil.copytree(CARAVAN, tmp_path / "caravan")
    path = tmp_path / "caravan" / "network" / "link.csv"
    lines = path.read_text().splitlines()
    cells = lines[2].split(",")
    cells[5] = "-800"  # length
    lines[2] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(buckle.Error) as caught:
        buckle.open(tmp_path / "caravan", cache=False)
    error = caught.value
    assert (error.code, error.line, error.column) == ("value", 3, len(",".join(cells[:5])) + 2)
    assert error.file.endswith("network/link.csv") and "-800" in error.message
    assert str(error).startswith(f"{error.file}:3:")
    again = pickle.loads(pickle.dumps(error))
    assert again.faults == error.faults and str(copy.copy(error)) == str(error)


def test_every_fault_is_there(tmp_path):
    shutil.copytree(CARAVAN, tmp_path / "caravan")
    for name in ("network/link.csv", "economy/region.csv"):
        path = tmp_path / "caravan" / name
        path.write_text(path.read_text() + "broken\n")
    with pytest.raises(buckle.Error) as caught:
        buckle.open(tmp_path / "caravan", cache=False)
    assert {"link.csv", "region.csv"} <= {os.path.basename(fault.file) for fault in caught.value.faults if fault.file}


def test_what_is_asked_wrong_is_refused(caravan):
    with pytest.raises(buckle.Error, match="did you mean middle-way"):
        caravan.run("midle-way")
    with pytest.raises(buckle.Error, match="did you mean tolerance"):
        caravan.run("today", tolerence=1e-6)
    with pytest.raises(buckle.Error, match="sorts|clsoe"):
        caravan.run({"measures": [{"id": "x", "clsoe": ["alm_gate"]}]})
    with pytest.raises(ValueError):
        buckle.open(CARAVAN, threads=-1)
    with pytest.raises(buckle.Error) as caught:
        buckle.open("/nowhere/at/all")
    assert caught.value.code == "file"


# ---- progress and interruption ------------------------------------------------------------------------------------------


def test_progress_is_told_and_may_cancel():
    told = []
    study = buckle.open(CARAVAN, cache=False, progress=lambda what, fraction: told.append((what, fraction)))
    study.run("today")
    assert any("base year" in what for what, _ in told)
    assert all(fraction is None or 0 <= fraction <= 1 for _, fraction in told)
    with pytest.raises(buckle.Cancelled):
        buckle.open(CARAVAN, cache=False, progress=lambda what, fraction: False).run("today")


def test_what_a_progress_function_raises_arrives():
    def fail(what, fraction):
        raise RuntimeError("not today")

    study = buckle.open(CARAVAN, cache=False, progress=fail)
    with pytest.raises(RuntimeError, match="not today"):
        study.run("today")


def test_a_bar_is_drawn_with_tqdm(capsys):
    pytest.importorskip("tqdm")
    buckle.open(CARAVAN, cache=False, progress=True).run("today")
    assert "base year" in capsys.readouterr().err


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="signals reach the main thread alone")
def test_ctrl_c_keeps_what_is_done_and_the_study_goes_on():
    """The draws would take minutes; the signal comes once some are finished."""
    begun = threading.Event()

    def listen(what, fraction):
        if "draw" in what and fraction:
            begun.set()

    study = buckle.open(CARAVAN, threads=1, cache=False, progress=listen)

    def interrupt():
        begun.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt) as caught:
        study.stress("middle-way", draws=100000)
    assert isinstance(caught.value, buckle.Interrupted)
    kept = caught.value.answer
    assert kept.interrupted and not kept.converged
    assert 0 < kept["stress_draws"].rows < 100000 * kept["stress_answers"].rows
    assert study.trade("cheap-oil").converged


def test_two_threads_may_use_one_study(caravan):
    gains = {}

    def work(name):
        gains[name] = caravan.trade(name)["decomposition"]["welfare_pct"]

    threads = [threading.Thread(target=work, args=(name,)) for name in ("cheap-oil", "union-grows")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name, gain in gains.items():
        np.testing.assert_array_equal(gain, caravan.trade(name)["decomposition"]["welfare_pct"])


# ---- the package itself ------------------------------------------------------------------------------------------------


def test_the_declarations_are_those_of_the_header():
    made = subprocess.run([sys.executable, ROOT / "tools" / "python_declarations.py", ROOT], capture_output=True, check=True, text=True)
    assert made.stdout == (ROOT / "python" / "buckle" / "_declarations.py").read_text(), \
        "python3 tools/python_declarations.py . > python/buckle/_declarations.py"


def test_types_are_right_by_mypy():
    try:
        import mypy  # noqa: F401
    except ImportError:
        pytest.skip("no mypy here")
    command = [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", "--cache-dir", os.devnull, ROOT / "python" / "buckle"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_public_is_documented():
    for name in buckle.__all__:
        thing = getattr(buckle, name)
        if name == "Scenario":
            continue  # an alias
        assert thing.__doc__, name
        for member, value in vars(thing).items() if isinstance(thing, type) else ():
            if callable(value) and not member.startswith("_"):
                assert value.__doc__, f"{name}.{member}"
