"""libbuckle, loaded once: through cffi, by the declarations of buckle/api.h."""
from __future__ import annotations

import os
import pathlib
from typing import Any

import cffi

from ._declarations import ABI, DECLARATIONS

ffi: Any = cffi.FFI()
ffi.cdef(DECLARATIONS)


def _load() -> Any:
    """The library named by $BUCKLE_LIBRARY, else the one of this package, else the installed one."""
    here = pathlib.Path(__file__).parent
    tried = [os.environ.get("BUCKLE_LIBRARY"), *sorted(map(str, here.glob("libbuckle*.so"))), f"libbuckle.so.{ABI}"]
    found = next(path for path in tried if path)
    try:
        library = ffi.dlopen(found)
    except OSError as error:
        raise ImportError(f"{error}; install libbuckle, or name it in BUCKLE_LIBRARY") from None
    if library.buckle_abi() != ABI:
        raise ImportError(f"{found} has interface {library.buckle_abi()}, this package needs {ABI}")
    return library


lib: Any = _load()


def text(pointer: Any) -> str | None:
    """A C string as str; NULL is None."""
    return None if pointer == ffi.NULL else str(ffi.string(pointer).decode("utf-8", "replace"))


def version() -> str:
    return text(lib.buckle_version()) or ""
