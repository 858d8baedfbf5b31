"""`pip install .` into a fresh environment, from the sources alone and without a package index: the page's first two lines."""
import os
import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT

PAGE = ROOT / "docs" / "how-to" / "from-python.md"
FIRST = re.compile(r"^```sh\npip install \.\npython3 -c '(.*?)'\n```\n.*?prints\n`(.*?)`", re.MULTILINE | re.DOTALL)


def run(*command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=3000, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_pip_installs_a_package_that_answers(tmp_path):
    for module in ("mesonpy", "pip", "venv", "ensurepip"):
        pytest.importorskip(module)
    source = tmp_path / "source"
    source.mkdir()
    for name in ("meson.build", "meson_options.txt", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("include", "python", "src", "studies", "tools"):
        shutil.copytree(ROOT / name, source / name)
    fresh = tmp_path / "fresh"
    # What it is built with and needs is the system's, since there is no index to take it from.
    run(sys.executable, "-m", "venv", "--system-site-packages", fresh)
    names = ("BUCKLE_LIBRARY", "BUCKLE_ROOT", "PYTHONPATH", "LD_LIBRARY_PATH")
    env = {**{name: value for name, value in os.environ.items() if name not in names}, "BUCKLE_CACHE": str(tmp_path / "cache")}
    run(fresh / "bin" / "python", "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", source, env=env)
    asked, printed = FIRST.search(PAGE.read_text(encoding="utf-8")).groups()
    assert run(fresh / "bin" / "python", "-c", asked, cwd=tmp_path, env=env) == printed + "\n"
    where = run(fresh / "bin" / "python", "-c", "import buckle; print(buckle.__file__, *buckle.studies().values(), sep='\\n')",
                cwd=tmp_path, env=env).splitlines()
    package = os.path.dirname(where[0])
    assert package.startswith(str(fresh)) and os.path.exists(os.path.join(package, "py.typed"))
    assert where[1:] == [os.path.join(package, "studies", name) for name in ("caravan", "silkroad")]
    answer = "import buckle; print(buckle.open('caravan').trade('cheap-oil').converged)"
    assert run(fresh / "bin" / "python", "-c", answer, cwd=tmp_path, env=env) == "True\n"
