"""What goes wrong, as exceptions that carry what the library says."""
from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from ._library import lib, text

if TYPE_CHECKING:
    from ._result import Result


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where, and what to do.

    Attributes:
        code: name of the status, such as ``"value"``; `buckle explain CODE` says more
        message: what is wrong, with the offending value
        file: file at fault, or None
        line: line of it, from 1, or None
        column: column in characters, from 1, or None
        hint: what to do, or None
    """

    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        return f"{place}: {self.message}" if place else self.message


class Error(Exception):
    """The library refused, and says why.  Its first fault's fields are its own; `faults` holds all of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        first = faults[0]
        self.code, self.message, self.hint = first.code, first.message, first.hint
        self.file, self.line, self.column = first.file, first.line, first.column
        more = f"; and {len(faults) - 1} more" if len(faults) > 1 else ""
        super().__init__(f"{first}{'; ' + first.hint if first.hint else ''}{more}")

    def __reduce__(self) -> tuple[type, tuple[list[Fault]]]:
        return type(self), (self.faults,)


class Cancelled(Error):
    """A progress function said to stop before there was anything to show."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C came when part of the answer was finished.

    Attributes:
        answer: what was finished; its ``interrupted`` is False if all of it was
    """

    def __init__(self, answer: Result) -> None:
        self.answer = answer
        super().__init__("interrupted; what was finished is in `answer`")


def check(engine: Any, status: int) -> None:
    """Raise what the engine's last call recorded, unless it went well."""
    if status == lib.BUCKLE_OK:
        return
    faults = [_fault(engine, i) for i in range(lib.buckle_error_count(engine))]
    if not faults:
        faults = [Fault(text(lib.buckle_status_name(status)) or "", text(lib.buckle_status_sentence(status)) or "")]
    raise (Cancelled if status == lib.BUCKLE_ERR_CANCELLED else Error)(faults)


def _fault(engine: Any, index: int) -> Fault:
    return Fault(code=text(lib.buckle_status_name(lib.buckle_error_status(engine, index))) or "",
                 message=text(lib.buckle_error_message(engine, index)) or "",
                 file=text(lib.buckle_error_file(engine, index)),
                 line=lib.buckle_error_line(engine, index) or None,
                 column=lib.buckle_error_column(engine, index) or None,
                 hint=text(lib.buckle_error_hint(engine, index)))
