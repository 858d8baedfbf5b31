"""buckle run on the built-in study, end to end: what a newcomer does first."""
import signal
import sqlite3
import subprocess
import sys
import time

from harness import PROGRAM, SILKROAD, buckle, environment, expect, files_in, main


def test_an_interrupted_base_year_writes_nothing(folder):
    process = subprocess.Popen([PROGRAM, "run", str(SILKROAD), "--scenario", "cku-railway", "--no-cache", "--format", "json"],
                               cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert '"code":"cancelled"' in out and files_in(folder) == []


def test_the_belt_gains_kazakhstan_and_the_text_says_where_the_files_are(folder):
    answer = expect(buckle(folder, "run", SILKROAD, "--scenario", "belt-as-planned", "--out", "belt.gpkg"), 0,
                    out=["Gains", "Kazakhstan +", "Loses", "Carries", "eu-epca", "Binds", "Sure", "estimates", "belt.gpkg"])
    assert files_in(folder) == ["belt.gpkg"] and "nan" not in answer.out.lower()
    with sqlite3.connect(folder / "belt.gpkg") as database:
        assert database.execute("SELECT count(*) FROM layer_styles").fetchone()[0] >= 4
        (kazakhstan,) = database.execute("SELECT welfare_pct FROM economies WHERE economy = 'KAZ'").fetchone()
    assert kazakhstan > 0


def test_today_moves_nobody(folder):
    found = expect(buckle(folder, "run", SILKROAD, "--scenario", "today", "--format", "json", "--out", "out.gpkg"), 0).json()
    assert found["converged"] is True and len(found["economies"]) == 34
    for row in found["economies"]:
        assert abs(row["welfare_pct"]) < 1e-7, row


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
