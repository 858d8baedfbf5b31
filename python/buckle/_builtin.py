"""Studies that come with the package, so that a first answer needs nothing but the package."""
from __future__ import annotations

import os
import pathlib
from typing import Union

from ._errors import Error, Fault

_HERE = pathlib.Path(__file__).parent
#: In a wheel beside the modules; in a clone two folders up.
_FOLDERS = [_HERE / "studies", _HERE.parents[1] / "studies"]


def studies() -> dict[str, pathlib.Path]:
    """Studies that come with the package: their names, and the folders they lie in.

    ``caravan`` is small and made up, every question takes it a moment; ``silkroad`` is Eurasia in 2023.  Copy a folder to
    work on it.
    """
    folder = next((each for each in _FOLDERS if each.is_dir()), None)
    return {path.parent.name: path.parent for path in sorted(folder.glob("*/study.yaml"))} if folder else {}


def find(path: Union[str, os.PathLike[str]]) -> Union[str, os.PathLike[str]]:
    """The folder meant: `path` itself if it is there, else the study of that name that comes with the package."""
    name = os.fspath(path)
    if os.path.exists(path) or os.path.dirname(name):
        return path
    known = studies()
    if name not in known:
        raise Error([Fault("file", "no such folder", file=name,
                           hint=f"give the folder that holds study.yaml, or a study of the package: {', '.join(known)}")])
    return known[name]
