"""buckle run on the built-in study: other scenarios, a changed number, an interruption, observations."""
import os
import pty
import signal
import sqlite3
import subprocess
import sys
import threading

from harness import PROGRAM, SILKROAD, buckle, copy_of, environment, expect, main


def run(folder, study, *more):
    return expect(buckle(folder, "run", study, *more, "--format", "json", "--out", folder / "out.gpkg"), 0).json()


def gains(found):
    return {row["economy"]: row["welfare_pct"] for row in found["economies"]}


def test_a_closed_north_hurts_kazakhstan_and_shifts_trade_to_the_caspian(folder):
    found = run(folder, SILKROAD, "--scenario", "northern-closure")
    assert gains(found)["KAZ"] < 0
    with sqlite3.connect(folder / "out.gpkg") as database:
        change = dict(database.execute("SELECT link, sum(tonnes_change) FROM flows WHERE scenario = 'northern-closure' GROUP BY link"))
    assert change["ferry-aktau-alat"] + change["ferry-kuryk-alat"] > 0


def test_a_bigger_cost_cut_in_a_scenario_is_a_bigger_gain(folder):
    study = copy_of(SILKROAD, folder)
    before = gains(run(folder, study, "--scenario", "belt-as-planned", "--attribution", "none"))["KAZ"]
    path = study / "scenarios" / "eu_epca_cost.csv"
    text = path.read_text(encoding="utf-8")
    assert ",0.98," in text
    path.write_text(text.replace(",0.98,", ",0.96,"), encoding="utf-8")
    after = gains(run(folder, study, "--scenario", "belt-as-planned", "--attribution", "none"))["KAZ"]
    assert after > before > 0


def test_an_interrupted_run_keeps_what_is_finished(folder):
    """Interrupted when the bar, on a terminal, speaks of the third scenario."""
    keeper, terminal = pty.openpty()
    process = subprocess.Popen([PROGRAM, "run", str(SILKROAD), "--scenario", "cku-railway", "--scenario", "northern-closure",
                                "--scenario", "middle-corridor-2030", "--format", "json", "--out", "part.gpkg"],
                               cwd=folder, env=environment(TERM="xterm"), stdout=subprocess.PIPE, stderr=terminal, text=True)
    os.close(terminal)
    seen = []

    def watch():
        shown = ""
        while True:
            try:
                shown += os.read(keeper, 4096).decode("utf-8", "replace")
            except OSError:
                return
            if "middle-corridor-2030" in shown and not seen:
                seen.append(True)
                process.send_signal(signal.SIGINT)
    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate(timeout=250)
    watcher.join(10)
    assert process.returncode == 130, process.returncode
    import json
    found = json.loads(out)
    assert found["interrupted"] is True and found["converged"] is False
    assert {row["scenario"] for row in found["economies"]} == {"cku-railway", "northern-closure"}
    with sqlite3.connect(folder / "part.gpkg") as database:
        assert database.execute("SELECT value FROM provenance WHERE item = 'interrupted'").fetchone() == ("yes",)


def test_what_was_observed_is_printed_beside_the_model(folder):
    rows = expect(buckle(folder, "check", SILKROAD, "--observed", "--format", "json"), 0).json()["observed"]
    assert len(rows) == 32 and sum(row["computed"] for row in rows) >= 29
    for row in rows:
        assert row["how"] and row["use"] in ("calibrate", "validate")
        if row["computed"]:
            assert row["model"] > 0 and abs(row["ratio"] - row["model"] / row["observed"]) < 1e-12


def test_a_game_of_over_twelve_economies_is_sampled(folder):
    players = "KAZ,CHN,KGZ,UZB,TJK,TKM,AZE,GEO,TUR,IRN,RUS,BLR,POL"
    more = ["--scenario", "cku-railway", "--players", players, "--orders", "2"]
    game, = expect(buckle(folder, "pivot", SILKROAD, *more, "--format", "json"), 0).json()["games"]
    assert game["exact"] is False and game["equilibria"] == 2 and "gains" not in game
    assert abs(sum(player["shapley"] for player in game["players"]) - game["worth"]) < 1e-9 * game["worth"]
    assert any(player["shapley_error"] > 0 for player in game["players"])
    expect(buckle(folder, "pivot", SILKROAD, *more), 0, out=["from 2 orders of arrival drawn (seed 1)"])


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
