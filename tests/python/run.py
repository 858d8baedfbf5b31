"""Run the tests of the Python package with the first Python that has what they need; skip, and say so, without one.

    run.py TESTS... with BUCKLE_LIBRARY, BUCKLE_ROOT set
"""
import os
import subprocess
import sys

NEEDED = ["cffi", "numpy", "pytest", "hypothesis"]


def has(python):
    found = subprocess.run([python, "-c", "import " + ", ".join(NEEDED)], capture_output=True)
    return found.returncode == 0


def main(tests):
    # Debian's packages are for /usr/bin/python3, whatever python3 is first in the path.
    pythons = [python for python in (sys.executable, "/usr/bin/python3") if os.path.exists(python) and has(python)]
    if not pythons:
        print(f"1..1\nok 1 - python # SKIP no Python here has {', '.join(NEEDED)}")
        return 0
    root = os.environ["BUCKLE_ROOT"]
    env = {**os.environ, "BUCKLE_TAP": "1", "PYTHONPATH": os.path.join(root, "python"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [pythons[0], "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--rootdir", os.path.dirname(__file__)]
    return subprocess.run(command + tests, env=env).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
