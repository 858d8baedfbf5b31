"""What may go wrong outside: the program killed, the disk full, a folder that may not be written, signals, odd paths.

BUCKLE_KILLS says how often it is killed, 24 times by default; the long suite does it 200 times.
"""
import contextlib
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from harness import CARAVAN, PROGRAM, Skip, buckle, copy_of, environment, expect, files_in, main

RUN = ["run", "caravan", "--scenario", "middle-way"]
KILLS = int(os.environ.get("BUCKLE_KILLS", "24"))
# every kind of file that an answer is written to, by the option that asks for it
OUTPUTS = {"--out": "a.gpkg", "--report": "a.html", "--xlsx": "a.xlsx"}


def gains_in(path):
    """What the file says of economies, found whole by SQLite.  The file itself also holds the moment of its writing."""
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
        assert base.execute("pragma integrity_check").fetchone() == ("ok",)
        return base.execute("select scenario, economy, welfare_pct from economies").fetchall()


def start(folder, *arguments, **options):
    return subprocess.Popen([PROGRAM, *arguments], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, **options)


def how_long(folder, *arguments):
    begun = time.monotonic()
    expect(buckle(folder, *arguments), 0)
    return time.monotonic() - begun


def test_killed_while_it_writes_the_old_file_or_the_new_one_is_there(folder):
    copy_of(CARAVAN, folder)
    expect(buckle(folder, "run", "caravan", "--scenario", "closed-gate", "--out", "a.gpkg"), 0)
    whole, old = (folder / "a.gpkg").read_bytes(), gains_in(folder / "a.gpkg")
    expect(buckle(folder, *RUN, "--out", "b.gpkg"), 0)
    seconds, new = how_long(folder, *RUN, "--out", "b.gpkg"), gains_in(folder / "b.gpkg")
    assert len(old) == len(new) == 5 and old != new
    seen = {"old": 0, "new": 0}
    for attempt in range(KILLS):
        (folder / "a.gpkg").write_bytes(whole)
        process = start(folder, *RUN, "--out", "a.gpkg")
        # the second half of the time is when files are written
        time.sleep(seconds * random.Random(attempt).uniform(0.3, 1.1))
        process.kill()
        process.communicate()
        now = gains_in(folder / "a.gpkg")
        assert now in (old, new), f"neither the old nor the new answer, attempt {attempt}"
        seen["old" if now == old else "new"] += 1
        # what a killed process could not take away does not hinder the next one
    expect(buckle(folder, *RUN, "--out", "a.gpkg"), 0)
    assert gains_in(folder / "a.gpkg") == new
    assert seen["old"] > 0, "it was never killed before it was done"


def test_a_full_disk_is_named_and_leaves_no_part_of_a_file(folder):
    copy_of(CARAVAN, folder)

    def full():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    for option, name in OUTPUTS.items():
        before = files_in(folder)
        # the first file that does not fit is named: the GeoPackage, which is written in any case
        answer = expect(buckle(folder, *RUN, option, name, "--no-cache", preexec_fn=full), 4, err=["cannot be written"])
        assert name in answer.err or "caravan-middle-way.gpkg" in answer.err, answer.err
        assert files_in(folder) == before, f"{option} left something: {set(files_in(folder)) - set(before)}"


def test_a_folder_that_may_not_be_written_is_named(folder):
    if os.geteuid() == 0 and not shutil.which("setpriv"):
        raise Skip("root may write anywhere, and there is no setpriv to be somebody else")
    copy_of(CARAVAN, folder)
    locked = folder / "locked"
    locked.mkdir()
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    folder.parent.chmod(0o755)
    folder.chmod(0o777)
    locked.chmod(0o555)
    for option, name in OUTPUTS.items():
        done = subprocess.run([*as_nobody, PROGRAM, *RUN, option, f"locked/{name}", "--no-cache"], cwd=folder,
                              env=environment(), capture_output=True, text=True, timeout=600)
        if "setpriv" in done.stderr:
            raise Skip("the program lies where nobody else may go")
        assert done.returncode == 4 and f"locked/{name}" in done.stderr, (done.returncode, done.stderr)
    assert list(locked.iterdir()) == []


def test_an_interrupt_at_any_moment_ends_it_cleanly(folder):
    copy_of(CARAVAN, folder)
    command = ["stress", "caravan", "--scenario", "middle-way", "--draws", "256", "--format", "json", "--no-cache"]
    seconds = how_long(folder, *command)
    seen = set()
    for attempt in range(8):
        process = start(folder, *command)
        time.sleep(seconds * (0.1 + 0.1 * attempt))
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
        seen.add(process.returncode)
        assert process.returncode in (0, 130), (process.returncode, err)
        if out:
            json.loads(out)
    assert 130 in seen, "it was never interrupted before it was done"


def test_signals_that_ask_for_nothing_change_nothing(folder):
    """A window that changes its size, a shell that stops and goes on, news of a child, on one thread and on two."""
    copy_of(CARAVAN, folder)
    command = ["stress", "caravan", "--scenario", "middle-way", "--draws", "128", "--format", "json", "--no-cache"]
    plain = expect(buckle(folder, *command, "--threads", "1"), 0).json()
    for threads in ("1", "2"):
        process, n = start(folder, *command, "--threads", threads), 0
        while process.poll() is None and n < 200:
            for number in (signal.SIGWINCH, signal.SIGCHLD, signal.SIGURG, signal.SIGSTOP, signal.SIGCONT):
                process.send_signal(number)
            n += 1
            time.sleep(0.005)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0 and n > 3, (process.returncode, n, err)
        answer = json.loads(out)
        for each in (plain, answer):
            for name in ("seconds", "manifest"):
                each.pop(name, None)
        assert answer == plain


def test_to_be_told_to_end_is_to_be_interrupted(folder):
    copy_of(CARAVAN, folder)
    process = start(folder, "stress", "caravan", "--scenario", "middle-way", "--draws", "65536", "--format", "json", "--no-cache")
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=120)
    assert process.returncode in (130, -signal.SIGTERM), (process.returncode, err)  # the latter before it listens
    if out:
        json.loads(out)


def test_spaces_and_other_scripts_in_paths_and_names_are_kept(folder):
    place = folder / "Қазақстан дәлізі 走廊 1"
    place.mkdir()
    copy_of(CARAVAN, place)
    (place / "caravan").rename(place / "мой коридор")
    answer = expect(buckle(place, "run", "мой коридор", "--scenario", "middle-way", "--out", "итог 1.gpkg", "--format", "json"), 0).json()
    assert answer["files"] == ["итог 1.gpkg"] and len(gains_in(place / "итог 1.gpkg")) == 5
    plain = expect(buckle(place, "run", str(CARAVAN), "--scenario", "middle-way", "--format", "json"), 0).json()
    assert [e["welfare_pct"] for e in answer["economies"]] == [e["welfare_pct"] for e in plain["economies"]]


def test_links_that_lead_in_a_circle_are_named(folder):
    study = copy_of(CARAVAN, folder)
    (study / "network" / "link.csv").unlink()
    (study / "network" / "link.csv").symlink_to("link.csv")
    expect(buckle(folder, "check", "caravan"), 3, err=["caravan/network/link.csv"])
    (folder / "round").symlink_to("round")
    expect(buckle(folder, "check", "round"), 3, err=["round"])
    expect(buckle(folder, "run", str(CARAVAN), "--scenario", "middle-way", "--out", "round/a.gpkg"), 4, err=["round/a.gpkg"])


def test_a_locale_with_a_decimal_comma_changes_nothing(folder):
    compiled = folder / "locale"
    compiled.mkdir()
    made = subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", str(compiled / "de_DE.UTF-8")], capture_output=True) \
        if shutil.which("localedef") else None
    if made is None or not (compiled / "de_DE.UTF-8").is_dir():
        raise Skip("no source of a locale with a decimal comma here (Debian's package locales)")
    copy_of(CARAVAN, folder)
    plain = expect(buckle(folder, *RUN, "--format", "json"), 0).json()
    other = expect(buckle(folder, *RUN, "--format", "json", env={"LC_ALL": "de_DE.UTF-8", "LOCPATH": str(compiled)}), 0).json()
    for answer in (plain, other):
        answer.pop("seconds")
        answer.pop("base_cached")
    assert plain == other


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
