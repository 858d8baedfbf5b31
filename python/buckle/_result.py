"""Answers: named tables whose columns are views of the library's own memory."""
from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Union

import numpy as np
import numpy.typing as npt

from ._engine import Engine
from ._library import ffi, lib, text

if TYPE_CHECKING:
    import geopandas
    import pandas

Array = npt.NDArray[Any]


class _Memory:
    """Memory of a result as NumPy asks for it.  An array's base is this, and this keeps the result."""

    def __init__(self, owner: Any, pointer: Any, shape: tuple[int, ...], kind: str) -> None:
        self._owner = owner
        address = int(ffi.cast("uintptr_t", pointer))
        self.__array_interface__ = {"version": 3, "data": (address, True), "shape": shape, "typestr": kind}


def _view(owner: Any, pointer: Any, shape: tuple[int, ...], kind: str) -> Array:
    if pointer == ffi.NULL or 0 in shape:
        return np.empty(shape, kind)
    return np.asarray(_Memory(owner, pointer, shape, kind))


class Column:
    """One column of a table.

    Attributes:
        name: such as ``"welfare_pct"``
        unit: such as ``"USD/t"``; ``""`` where it has none
        meaning: a sentence, with the source of the formula where it has one
        values: [rows], read only.  Numbers and integers are views of the library's memory (float64, int64), 0 where the
            cell is empty; texts are an array of str, None where empty
        empty: [rows] of bool, a view; None where no cell is empty
    """

    def __init__(self, owner: Any, table: Any, index: int, rows: int) -> None:
        self.name = text(lib.buckle_column_name(table, index)) or ""
        self.unit = text(lib.buckle_column_unit(table, index)) or ""
        self.meaning = text(lib.buckle_column_meaning(table, index)) or ""
        self.empty: Array | None = None
        kind = lib.buckle_column_kind(table, index)
        if kind == lib.BUCKLE_NUMBER:
            self.values = _view(owner, lib.buckle_column_numbers(table, index), (rows,), "<f8")
        elif kind == lib.BUCKLE_INTEGER:
            self.values = _view(owner, lib.buckle_column_integers(table, index), (rows,), "<i8")
        else:
            pointers = lib.buckle_column_texts(table, index)
            self.values = np.array([text(pointers[row]) for row in range(rows)], dtype=object)
            self.values.flags.writeable = False
        flags = lib.buckle_column_empty(table, index)
        if kind != lib.BUCKLE_TEXT and flags != ffi.NULL:
            empty = _view(owner, flags, (rows,), "|b1")
            self.empty = empty if empty.any() else None

    @property
    def masked(self) -> Array:
        """[rows]: `values`, as a masked array (still without a copy of the numbers) if a cell is empty."""
        if self.empty is None:
            return self.values
        masked: Any = np.ma.masked_array  # which NumPy does not type
        made: Array = masked(self.values, mask=self.empty)
        return made

    @property
    def filled(self) -> Array:
        """[rows]: `values`, or a copy with NaN in empty cells if there are any."""
        return self.values if self.empty is None else np.where(self.empty, np.nan, self.values)

    def __repr__(self) -> str:
        return f"<buckle.Column {self.name}{f' [{self.unit}]' if self.unit else ''}: {self.meaning}>"


class Table(Mapping[str, Array]):
    """A table: a mapping from the names of its columns to arrays of one entry a row.

    ``table["welfare_pct"]`` is a view of the library's memory, masked where a cell is empty; `column` says its unit and
    meaning.  Views keep the result alive.

    Attributes:
        name: such as ``"economies"``
        title: a sentence
        rows: number of rows
    """

    def __init__(self, owner: Any, table: Any) -> None:
        self._owner, self._table = owner, table
        self.name = text(lib.buckle_table_name(table)) or ""
        self.title = text(lib.buckle_table_title(table)) or ""
        self.rows = int(lib.buckle_table_rows(table))
        count = lib.buckle_table_columns(table)
        self._index = {text(lib.buckle_column_name(table, i)) or "": i for i in range(count)}
        self._columns: dict[str, Column] = {}

    def column(self, name: str) -> Column:
        """The column of that name with its unit and meaning.  KeyError if the table has none."""
        if name not in self._columns:
            if name not in self._index:
                raise KeyError(f"table {self.name} has no column {name!r}; it has {', '.join(self._index)}")
            self._columns[name] = Column(self._owner, self._table, self._index[name], self.rows)
        return self._columns[name]

    def __getitem__(self, name: str) -> Array:
        return self.column(name).masked

    def __iter__(self) -> Iterator[str]:
        return iter(self._index)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def points(self) -> tuple[Array, Array] | None:
        """Where rows are: ``first`` [rows + 1] and ``lon_lat`` [points, 2] in degrees WGS 84, row r having the points
        ``lon_lat[first[r]:first[r + 1]]``; both are views.  None for a table without geometry."""
        if lib.buckle_table_geometry(self._table) == lib.BUCKLE_NO_GEOMETRY:
            return None
        first = _view(self._owner, lib.buckle_table_first_point(self._table), (self.rows + 1,), "<u4")
        return first, _view(self._owner, lib.buckle_table_lon_lat(self._table), (int(first[-1]), 2), "<f8")

    def to_pandas(self) -> pandas.DataFrame:
        """A DataFrame of [rows] with a column for each, NaN or None in empty cells; ``attrs`` has title, units and
        meanings.  Needs pandas."""
        import pandas

        frame = pandas.DataFrame({name: self.column(name).filled for name in self})
        frame.attrs = {"title": self.title, "unit": {name: self.column(name).unit for name in self},
                       "meaning": {name: self.column(name).meaning for name in self}}
        return frame

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """The same with a column ``geometry`` of points or lines, EPSG:4326.  Needs GeoPandas.  TypeError for a table
        without geometry."""
        import geopandas
        import shapely.geometry

        if self.points is None:
            raise TypeError(f"table {self.name} has no geometry")
        first, lon_lat = self.points
        make = shapely.geometry.Point if lib.buckle_table_geometry(self._table) == lib.BUCKLE_POINTS else \
            shapely.geometry.LineString
        shapes = []
        for start, end in zip(first[:-1], first[1:]):
            points = lon_lat[start:end]
            shapes.append(None if len(points) == 0 else make(points[0]) if len(points) == 1 else make(points))
        return geopandas.GeoDataFrame(self.to_pandas(), geometry=shapes, crs="EPSG:4326")

    def __repr__(self) -> str:
        columns = ", ".join(f"{name} [{unit}]" if (unit := self._unit(name)) else name for name in self)
        return f"<buckle.Table {self.name}, {self.rows} rows: {columns}>"

    def _unit(self, name: str) -> str:
        return text(lib.buckle_column_unit(self._table, self._index[name])) or ""


class Result(Mapping[str, Table]):
    """An answer: a mapping from names to tables.  Read `converged` before the numbers.

    Attributes:
        converged: every state met its equilibrium condition
        interrupted: what is here was finished before it was cancelled
        residual: the largest of all states, dimensionless; None where the question has none
        sentences: what follows from the numbers
        warnings: what to beware of
    """

    def __init__(self, engine: Engine, handle: Any) -> None:
        self._engine = engine
        self._handle: Any = ffi.gc(handle, lib.buckle_result_release)
        self.converged = bool(lib.buckle_result_converged(handle))
        self.interrupted = bool(lib.buckle_result_interrupted(handle))
        residual = float(lib.buckle_result_residual(handle))
        self.residual = residual if residual >= 0.0 else None
        self.sentences = [text(lib.buckle_result_sentence(handle, i)) or ""
                          for i in range(lib.buckle_result_sentence_count(handle))]
        self.warnings = [text(lib.buckle_result_warning(handle, i)) or ""
                         for i in range(lib.buckle_result_warning_count(handle))]
        tables = [Table(self._handle, lib.buckle_table_at(handle, i)) for i in range(lib.buckle_table_count(handle))]
        self._tables = {table.name: table for table in tables}

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables:
            raise KeyError(f"the answer has no table {name!r}; it has {', '.join(self._tables)}")
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def write(self, path: Union[str, os.PathLike[str]]) -> None:
        """Every table into `path`, by its ending: .gpkg (opens in QGIS), .xlsx, .html (a report), or a folder of CSV."""
        self._engine.call(lib.buckle_result_write, self._handle, os.fspath(path).encode())

    def __repr__(self) -> str:
        state = "interrupted" if self.interrupted else "converged" if self.converged else "NOT CONVERGED"
        residual = "" if self.residual is None else f", residual {self.residual:.0e}"
        return f"<buckle.Result {state}{residual}: {', '.join(self)}>"
