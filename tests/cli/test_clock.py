"""The wall clock is set while buckle runs, years forward and back: no answer, no job and no kept text depends on it.

The library of tests/support/clock.c stands before the C library's clocks; programs built with a sanitizer do not take it.
"""
import os
import pathlib
import socket
import struct
import subprocess
import sys
import time

from harness import CARAVAN, Skip, buckle, copy_of, environment, expect, main
from serving import PATIENCE, Server

LIBRARY = os.environ.get("BUCKLE_CLOCK", "")
DECADE = 10 * 365 * 86400
DAY = 86400
LONG = {"draws": 1000000}  # an appraisal of seconds


class Clock:
    """A file that the library reads: how far the clock is off, and how often it was asked."""

    def __init__(self, folder, swings=False):
        self.path = folder / "clock"
        self.path.write_bytes(bytes(16))
        self.env = {"LD_PRELOAD": LIBRARY, "BUCKLE_CLOCK_FILE": str(self.path), **({"BUCKLE_CLOCK_SWINGS": "1"} if swings else {})}
        if not pathlib.Path(LIBRARY).is_file():
            raise Skip("the library that sets the clock was not built")
        tried = buckle(folder, "help", env=self.env)
        if tried.status != 0:
            raise Skip("a build with a sanitizer, which is to be loaded first itself")

    def set(self, seconds):
        with open(self.path, "r+b") as file:
            file.write(struct.pack("q", seconds))

    def asked(self):
        return struct.unpack("qq", self.path.read_bytes())[1]


def test_the_library_sets_the_clock_it_is_told_to(folder):
    clock = Clock(folder)
    clock.set(DECADE)
    date = subprocess.run(["date", "+%s"], env=environment(**clock.env), capture_output=True, text=True, check=True).stdout
    assert abs(int(date) - time.time() - DECADE) < 600 and clock.asked() >= 1, date


def test_answers_are_the_same_bytes_whatever_the_clock_does(folder):
    study = copy_of(CARAVAN, folder)
    questions = [("run", study, "--scenario", "middle-way", "--no-cache"), ("run", study, "--scenario", "middle-way"),
                 ("appraise", study, "--scenario", "middle-way", "--draws", "100"),
                 ("stress", study, "--scenario", "middle-way", "--draws", "8")]
    for question in questions:
        plain = expect(buckle(folder, *question, "--format", "json"), 0).json()
        for swings in (False, True):
            clock = Clock(folder, swings)
            for off in (DECADE, -DECADE):
                clock.set(off)
                answer = expect(buckle(folder, *question, "--format", "json", env=clock.env), 0).json()
                for each in (plain, answer):
                    each.pop("seconds", None)
                    each.pop("base_cached", None)  # the first to ask finds no cache
                assert answer == plain, (question[0], off)


def test_a_result_made_under_another_clock_is_made_again_and_confirmed(folder):
    clock = Clock(folder)
    clock.set(-DECADE)
    expect(buckle(folder, "run", CARAVAN, "--scenario", "middle-way", "--out", "then.gpkg", env=clock.env), 0)
    clock.set(DECADE)
    expect(buckle(folder, "verify", "then.gpkg", env=clock.env), 0)


def test_what_the_server_waits_for_does_not_hang_on_the_clock(folder):
    """Limits of a job (an hour), of a question, of a connection (30 s), of a body (60 s): none comes early or never."""
    clock = Clock(folder)
    with Server(folder, copy_of(CARAVAN, folder), env=clock.env) as server:
        half = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
        half.sendall(f"GET /api/study HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n".encode())
        job = server.start("appraise", "middle-way", options=LONG)
        server.wait(job, "running")
        begun = time.monotonic()
        for off in (DAY, -DAY, DECADE, -DECADE, 0):
            clock.set(off)
            state = server.json("GET", f"/api/jobs/{job}")
            assert state["state"] in ("running", "done"), state
            assert 0 <= state["seconds"] <= time.monotonic() - begun + 5, state
            run, found = server.result("run", "middle-way")
            assert found["converged"]
            assert server.ask("GET", f"/api/jobs/{run}/select?facility=link:rail-origate-almgate")[0] == 200
            server.ask("POST", "/api/first-order", {"scenario": None})
        server.json("DELETE", f"/api/jobs/{job}")
        clock.set(DAY)
        half.sendall(f"Cookie: {server.cookie}\r\n\r\n".encode())
        assert half.recv(100).startswith(b"HTTP/1.1 200"), "a connection that waited was closed by a clock that was set"
        half.close()


def test_what_the_server_keeps_is_written_anew_whatever_the_clock_says(folder):
    clock, study = Clock(folder), copy_of(CARAVAN, folder)
    path = study / "scenarios" / "mine.yaml"
    with Server(folder, study, env=clock.env) as server:
        for number, off in enumerate((0, DECADE, -DECADE, DAY)):
            clock.set(off)
            path.write_text(f"title: Number {number}\nmeasures: []\n", encoding="utf-8")
            for _ in range(3):
                found = {one["name"]: one["title"] for one in server.json("GET", "/api/study")["scenarios"]}
                assert found["mine"] == f"Number {number}", (off, found)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
