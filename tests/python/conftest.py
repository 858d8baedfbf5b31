"""Fixtures, and TAP on standard output, of which tools/count_tests.py counts the single tests."""
import os
import pathlib

import pytest

import buckle

ROOT = pathlib.Path(os.environ.get("BUCKLE_ROOT", pathlib.Path(__file__).resolve().parents[2]))


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    """One cache of base years for all tests, and none of the user's."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def caravan(cache):
    """The small made-up study."""
    return buckle.open(ROOT / "studies" / "caravan", threads=2, cache=cache)


class Tap:
    def __init__(self):
        self.count = 0

    def pytest_collection_finish(self, session):
        print(f"\n1..{len(session.items)}", flush=True)

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed or (report.when == "setup" and report.skipped):
            if report.when == "teardown":
                return
            self.count += 1
            name = report.nodeid.rpartition("::")[2].removeprefix("test_")
            reason = f" # SKIP {report.longrepr[2]}" if report.skipped else ""
            print(f"\n{'not ok' if report.failed else 'ok'} {self.count} - {name}{reason}", flush=True)


def pytest_configure(config):
    if os.environ.get("BUCKLE_TAP"):
        config.pluginmanager.register(Tap())
