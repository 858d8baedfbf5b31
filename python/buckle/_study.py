"""Studies, and the questions that are put to them."""
from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

from ._engine import Engine, Progress
from ._library import ffi, lib, text
from ._result import Result

#: A scenario by its name in the study, by the path of a .yaml file, or as a dict with the keys of such a file.
Scenario = Union[str, "os.PathLike[str]", Mapping[str, Any]]
Path = Union[str, "os.PathLike[str]"]


def open(path: Path, *, threads: int | None = None, cache: bool | Path = True, progress: Progress = None) -> Study:
    """Read and judge the study in a folder.

    Args:
        path: folder with study.yaml
        threads: that an answer may use, by default one for each processor; answers have the same bits with any number
        cache: keep solved base years where the program `buckle` keeps them (True), in a folder, or nowhere (False)
        progress: True for a bar of tqdm, False for none, None for a bar where tqdm is installed and somebody looks, or a
            function of what is being done and the fraction done (None if unknown), which cancels by returning False

    Raises:
        Error: every fault of the study, with file, line and column
    """
    return Study(Engine(threads or os.cpu_count() or 1, os.fspath(cache) if not isinstance(cache, bool) else cache,
                        progress), path)


def assign(net: Path, trips: Path, *, threads: int | None = None, progress: Progress = None, **options: Any) -> Result:
    """Road traffic in user equilibrium: no trip can save by another route.

    Args:
        net: network: a file in TNTP, a folder in GMNS, or the link.csv of one
        trips: trips from zone to zone: TNTP, .omx, or .csv with o_zone_id, d_zone_id, volume
        threads: as in `open`
        progress: as in `open`
        options: matrix, lookup (of an .omx file), use (of GMNS), gap (relative, 1e-10), method ("algorithm-b" or
            "frank-wolfe"), iterations, toll_factor, distance_factor, demand_factor, allow_unreachable

    Returns:
        tables ``flows`` (link, from, to as the file calls them; volume in the trips' unit, cost in the network's unit of
        time), ``summary`` and ``lost``
    """
    engine = Engine(threads or os.cpu_count() or 1, False, progress)
    return _ask(engine, lib.buckle_assign, engine.handle, {"net": net, "trips": trips, **options})


class Study:
    """A study that was read.  Made by `open`.

    The base year is solved by the first question that needs it and kept.  A method's keyword arguments are the options
    of the verb of that name on the command line (docs/reference/commands.md), with ``_`` for ``-``; a flag is True, an
    option that may be given again takes a list.

    Attributes:
        name: last part of the folder's path
        title: a sentence
        base_year: of its prices and flows
        money: USD in its unit of value
    """

    def __init__(self, engine: Engine, path: Path) -> None:
        made = ffi.new("buckle_study **")
        self._engine = engine
        engine.call(lib.buckle_study_open, engine.handle, os.fspath(path).encode(), made)
        self._handle: Any = ffi.gc(made[0], lib.buckle_study_release)
        self.name = text(lib.buckle_study_name(self._handle)) or ""
        self.title = text(lib.buckle_study_title(self._handle)) or ""
        self.base_year = int(lib.buckle_study_base_year(self._handle))
        self.money = float(lib.buckle_study_money(self._handle))

    @property
    def scenarios(self) -> list[str]:
        """Names of the scenarios: those of the study's folder, then those added."""
        return [text(lib.buckle_scenario_name(self._handle, i)) or ""
                for i in range(lib.buckle_scenario_count(self._handle))]

    def add(self, name: str, scenario: Mapping[str, Any]) -> str:
        """Add a scenario made up in place, and return its name.  One added before under the name gives way.

        Args:
            name: to ask for it by, and what tables call it
            scenario: ``measures``, a list of dicts with the keys of a file of scenarios/ (docs/reference/study.md); tables
                such as ``tariffs`` or ``borders`` are lists of rows; ``title`` is the name if left out
        """
        words = json.dumps({"title": name, **scenario}, default=_plain).encode()
        self._engine.call(lib.buckle_scenario_add, self._handle, name.encode(), words, len(words))
        return name

    def run(self, scenario: Scenario | Iterable[Scenario] | None = None, **options: Any) -> Result:
        """Joint equilibrium of transport and trade: who gains, what carries it, what binds.

        Args:
            scenario: one or several; None: every scenario of the study's folder
            options: attribution ("alone", "shapley", "none"), orders, seed, select (such as "border:dostyk"), tolerance,
                rounds, values, deficits, finance, lender

        Returns:
            tables ``economies`` (welfare_pct is % of real income), ``attribution``, ``trade``, ``flows``, ``borders`` and
            others
        """
        return self._ask(lib.buckle_run, scenario, options)

    def trade(self, scenario: Scenario | None = None, **options: Any) -> Result:
        """The trade equilibrium alone, with transport as in the base year (Caliendo and Parro 2015).

        Args:
            scenario: None: nothing changes
            options: deficits ("fixed", "scaled", "zero", "share"), finance, lender

        Returns:
            tables ``trade_changes``, ``decomposition`` (welfare_pct is % of real income, and its parts), ``indicators``
        """
        return self._ask(lib.buckle_trade, scenario, options)

    def route(self, origin: str, destination: str, **options: Any) -> Result:
        """Alternatives door to door, cheapest first.

        Args:
            origin, destination: places by id or name
            options: sector, k (5), value_of_time (USD per tonne and hour), all_paths, constants, loaded

        Returns:
            tables ``routes`` (cost in USD/t, hours, km, CO2; with lines), ``legs``, ``links``
        """
        return self._ask(lib.buckle_route, None, {"from": origin, "to": destination, **options})

    def appraise(self, scenario: Scenario, **options: Any) -> Result:
        """Does each project of a scenario pay, and whom?  `sentences` are the verdicts.

        Args:
            options: growth (per year), overrun, transit_surplus, draws, seed, tolerance

        Returns:
            tables ``appraisal_projects``, ``appraisal_economies``, ``cash_flow``, ``pays_gains``
        """
        return self._ask(lib.buckle_appraise, scenario, options)

    def pivot(self, scenario: Scenario, **options: Any) -> Result:
        """Who is the buckle: a scenario as a game over economies.  `sentences` say what follows.

        Args:
            options: players (list of countries), outsiders ("base", "closed"), economy_values ("own", "all"), bypass
                (list of projects), without_bypass, orders, seed, tolerance

        Returns:
            tables ``pivot_players`` (USD a year), ``pivot_coalitions``
        """
        return self._ask(lib.buckle_pivot, scenario, options)

    def stress(self, scenario: Scenario | Iterable[Scenario], **options: Any) -> Result:
        """How sure an answer is, when inputs are drawn from what is known of them.

        Args:
            options: draws (1000), seed, sampler ("sobol", "lhs", "random"), economy, indices, projects, tolerance

        Returns:
            tables ``stress_answers`` (distributions), ``stress_inputs`` (what moves them), ``stress_regret``,
            ``stress_draws`` and ``stress_samples``
        """
        return self._ask(lib.buckle_stress, scenario, options)

    def brief(self, economy: str, scenario: Scenario | None = None, **options: Any) -> Result:
        """Eighteen claims about what connections bring one economy, each with its number and a verdict.

        Args:
            economy: country, region, or its name
            scenario: the plan; None: the scenario with the most measures
            options: players (2 to 6)

        Returns:
            table ``brief`` (question, claim, verdict, sentence, value, low, high, unit)
        """
        return self._ask(lib.buckle_brief, scenario, {"economy": economy, **options})

    def _ask(self, question: Any, scenario: Scenario | Iterable[Scenario] | None, options: Mapping[str, Any]) -> Result:
        given = dict(options)
        if scenario is not None:
            several = [scenario] if isinstance(scenario, (str, os.PathLike, Mapping)) else list(scenario)
            given["scenario"] = [self._name(each, i if len(several) > 1 else None) for i, each in enumerate(several)]
        return _ask(self._engine, question, self._handle, given)

    def _name(self, scenario: Scenario, place: int | None) -> str:
        if isinstance(scenario, Mapping):
            return self.add("what-if" if place is None else f"what-if-{place + 1}", scenario)
        return os.fspath(scenario)

    def __repr__(self) -> str:
        return f"<buckle.Study {self.name}: {self.title}>"


def _plain(value: Any) -> Any:
    """A number of NumPy as one of Python."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"a scenario cannot hold {value!r}")


def _texts(value: Any) -> list[str]:
    """An option's values as the library reads them; none where it is not wanted."""
    if value is None or value is False:
        return []
    if value is True:
        return [""]
    if isinstance(value, (str, os.PathLike)):
        return [os.fspath(value)]
    if isinstance(value, Iterable):
        return [one for each in value for one in _texts(each)]
    return [repr(float(value)) if isinstance(value, float) else str(value)]


def _ask(engine: Engine, question: Any, handle: Any, options: Mapping[str, Any]) -> Result:
    pairs = [(name.replace("_", "-"), one) for name, value in options.items() for one in _texts(value)]
    words = [(ffi.new("char[]", name.encode()), ffi.new("char[]", one.encode())) for name, one in pairs]
    given = ffi.new("buckle_option[]", words)
    made = ffi.new("buckle_result **")
    try:
        engine.call(question, handle, given, len(words), made)
    except BaseException:
        lib.buckle_result_release(made[0])  # an answer that came as the call was interrupted
        raise
    return Result(engine, made[0])
