"""`pip install .` from the sources alone, without a package index."""
import os
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT


def test_pip_installs_a_package_that_answers(tmp_path):
    for module in ("mesonpy", "pip"):
        pytest.importorskip(module)
    source = tmp_path / "source"
    source.mkdir()
    for name in ("meson.build", "meson_options.txt", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    for name in ("include", "python", "src", "studies", "tools"):
        shutil.copytree(ROOT / name, source / name)
    command = [sys.executable, "-m", "pip", "install", "--no-build-isolation", "--no-deps", "--no-index", "--target", tmp_path / "site", source]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3000)
    assert done.returncode == 0, done.stdout + done.stderr
    env = {name: value for name, value in os.environ.items() if name not in ("BUCKLE_LIBRARY", "PYTHONPATH", "LD_LIBRARY_PATH")}
    program = ("import buckle, sys; study = buckle.open(sys.argv[1], cache=False); print(buckle.__file__); "
               "print(study.trade('cheap-oil').converged)")
    done = subprocess.run([sys.executable, "-c", program, ROOT / "studies" / "caravan"], capture_output=True, text=True,
                          cwd=tmp_path, env={**env, "PYTHONPATH": str(tmp_path / "site")}, timeout=600)
    assert done.stdout.splitlines() == [str(tmp_path / "site" / "buckle" / "__init__.py"), "True"], done.stdout + done.stderr
    assert (tmp_path / "site" / "buckle" / "py.typed").exists()
