"""One engine of the library: calls that can be interrupted, progress, notes."""
from __future__ import annotations

import logging
import sys
import threading
from typing import Any, Callable, Union

from ._errors import check
from ._library import ffi, lib

#: What is told of progress: what is being done, and the fraction done in [0, 1], None if unknown.  False cancels.
Progress = Union[bool, None, Callable[[str, Union[float, None]], Any]]

_log = logging.getLogger("buckle")
_LEVELS = {0: logging.DEBUG, 1: logging.INFO, 2: logging.WARNING}


class Bar:
    """Progress as a bar of tqdm, one for each thing that is done."""

    def __init__(self) -> None:
        from tqdm.auto import tqdm

        self._make: Any = tqdm
        self._bar: Any = None
        self._what = ""

    def __call__(self, what: str, fraction: float | None) -> bool:
        if self._bar is None or what != self._what:
            self.close()
            self._what, self._bar = what, self._make(total=1.0, desc=what, leave=False, bar_format="{desc}: {percentage:3.0f}% {bar}")
        if fraction is not None:
            self._bar.update(fraction - self._bar.n)
        return True

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _has_tqdm() -> bool:
    try:
        import tqdm  # noqa: F401
    except ImportError:
        return False
    return True


def _is_watched() -> bool:
    """Somebody looks: a terminal, or a notebook."""
    return sys.stderr.isatty() or "ipykernel" in sys.modules


def _listener(progress: Progress) -> Callable[[str, float | None], Any] | None:
    if callable(progress):
        return progress
    wanted = progress if progress is not None else _is_watched() and _has_tqdm()
    return Bar() if wanted else None


class Engine:
    """A handle of the library's engine.  One call at a time; a second thread waits for the first."""

    def __init__(self, threads: int, cache: bool | str, progress: Progress) -> None:
        made = ffi.new("buckle_engine **")
        status = lib.buckle_engine_create(threads, made)
        if status == lib.BUCKLE_ERR_USAGE:
            raise ValueError(f"threads is {threads}, must be at least 1")
        if status != lib.BUCKLE_OK:
            raise MemoryError("an engine of libbuckle")
        self.handle: Any = ffi.gc(made[0], lib.buckle_engine_release)
        self._lock = threading.Lock()
        self._progress = progress
        self._raised: BaseException | None = None
        self._listener: Callable[[str, float | None], Any] | None = None
        # Kept as long as the engine: the library calls them.
        self._callbacks = (ffi.callback("buckle_progress", self._on_progress), ffi.callback("buckle_log", self._on_log))
        lib.buckle_engine_listen(self.handle, *self._callbacks, ffi.NULL)
        if cache is not True:
            self.call(lib.buckle_engine_cache, self.handle, cache.encode() if cache else ffi.NULL)

    def _on_progress(self, _state: Any, what: Any, fraction: float) -> int:
        if self._listener is None:
            return 0
        try:
            told = self._listener(ffi.string(what).decode("utf-8", "replace"), fraction if fraction >= 0.0 else None)
        except BaseException as error:  # raised again when the library has returned
            self._raised = error
            return 1
        return 1 if told is False else 0

    def _on_log(self, _state: Any, level: int, words: Any) -> None:
        _log.log(_LEVELS.get(level, logging.INFO), "%s", ffi.string(words).decode("utf-8", "replace"))

    def call(self, function: Any, *arguments: Any) -> None:
        """Call a function that returns a status, and raise what it says.  Ctrl-C cancels it."""
        with self._lock:
            self._listener, self._raised = _listener(self._progress), None
            try:
                status = self._interruptible(function, arguments)
            finally:
                if isinstance(self._listener, Bar):
                    self._listener.close()
                self._listener = None
            if self._raised is not None:
                raise self._raised
            check(self.handle, status)

    def _interruptible(self, function: Any, arguments: tuple[Any, ...]) -> int:
        """Signals reach Python between its own instructions only, so the library works in a thread beside."""
        if threading.current_thread() is not threading.main_thread():
            return int(function(*arguments))
        status: list[int] = []
        failed: list[BaseException] = []
        done = threading.Event()

        def work() -> None:
            try:
                status.append(function(*arguments))
            except BaseException as error:  # an argument that cffi cannot convert
                failed.append(error)
            finally:
                done.set()

        threading.Thread(target=work, name="buckle", daemon=True).start()
        interrupted = False
        while not done.is_set():  # not Thread.join, which takes a thread for ended when Ctrl-C meets it (bpo-45274)
            try:
                done.wait(0.2)
            except KeyboardInterrupt:
                interrupted = True
                lib.buckle_cancel(self.handle, 1)
        if interrupted:
            lib.buckle_cancel(self.handle, 0)  # it may have ended by itself just before
            raise KeyboardInterrupt
        if failed:
            raise failed[0]
        return status[0]
