"""Studies, and the questions that are put to them."""
from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, Union

import numpy as np
import numpy.typing as npt

from ._builtin import find
from ._engine import Engine, Progress
from ._errors import Interrupted
from ._library import ffi, lib, text
from ._result import Result

#: A scenario by its name in the study, by the path of a .yaml file, or as a dict with the keys of such a file.
Scenario = Union[str, "os.PathLike[str]", Mapping[str, Any]]
Path = Union[str, "os.PathLike[str]"]


def open(path: Path, *, threads: int | None = None, cache: bool | Path = True, progress: Progress = None) -> Study:
    """Read and judge the study in a folder.

    Args:
        path: folder with study.yaml, or the name of a study that comes with the package (`studies` lists them)
        threads: that an answer may use, by default one for each processor; answers have the same bits with any number
        cache: keep solved base years where the program `buckle` keeps them (True), in a folder, or nowhere (False)
        progress: True for a bar of tqdm, False for none, None for a bar where tqdm is installed and somebody looks, or a
            function of what is being done and the fraction done (None if unknown), which cancels by returning False

    Raises:
        Error: every fault of the study, with file, line and column
    """
    engine = Engine(threads or os.cpu_count() or 1, os.fspath(cache) if not isinstance(cache, bool) else cache, progress)
    return Study(engine, find(path))


def _of_files(question: str, threads: int | None, progress: Progress, options: Mapping[str, Any]) -> Result:
    """A question that needs no study."""
    return _ask(Engine(threads or os.cpu_count() or 1, False, progress), ffi.NULL, question, options)


def assign(net: Path, trips: Path | None = None, *, threads: int | None = None, progress: Progress = None, **options: Any) -> Result:
    """Road traffic in equilibrium: no trip can save by another route, or, with logit, drivers err about what routes cost.

    Args:
        net: network: a file in TNTP, a folder in GMNS, or the link.csv of one
        trips: trips from zone to zone: TNTP, .omx, or .csv with o_zone_id, d_zone_id, volume; None: with classes
        threads: as in `open`
        progress: as in `open`
        options: matrix, lookup (of an .omx file), use (of GMNS), gap (relative, 1e-10), method ("algorithm-b",
            "frank-wolfe", "logit" or "recursive-logit"), dispersion (of the last two: a unit of cost more divides a
            route's odds by exp(dispersion)), routes (of logit: trees an origin that sets of routes are made from, 5),
            classes (a .csv file with a row for each class of traffic, in place of trips), iterations, toll_factor,
            distance_factor, demand_factor, allow_unreachable, skims, paths

    Returns:
        tables ``flows`` (link, from, to as the file calls them; volume in the trips' unit, cost in the network's unit of
        time; with classes volume_CLASS of each), ``summary`` and ``lost``; with classes: ``classes`` (trips, total_cost);
        with skims: ``skims``, [zones * zones] rows, destinations within origins, so that
        ``table["cost"].reshape(zones, zones)`` is the matrix, without a copy (with classes cost_CLASS of each); with paths:
        ``paths`` (volume, share, cost) and ``path_flows``, a row (path, flow) for each arc on a path: the places of both in
        their tables, from 0
    """
    return _of_files("assign", threads, progress, {"net": net, "trips": trips, **options})


def design(net: Path, trips: Path, budget_share: float, *, threads: int | None = None, progress: Progress = None,
           **options: Any) -> Result:
    """Which candidate links to build within a budget, when traffic then finds its own equilibrium.

    Args:
        net: network in TNTP; its last links, NUMBER OF NEW LINKS of them, are candidates with a price
        trips: trips from zone to zone, in TNTP
        budget_share: the budget, as a share of the price of all candidates together, in [0, 1]
        threads: as in `open`
        progress: as in `open`
        options: nodes (at most, of the search tree; 40,000)

    Returns:
        tables ``design_links`` [links] (price; built; volume in user equilibrium) and ``summary`` (total_cost, bound,
        spent); `converged` means that the design is proved the best
    """
    return _of_files("design", threads, progress, {"net": net, "trips": trips, "budget_share": budget_share, **options})


def game(worths: npt.ArrayLike | Path, *, players: Iterable[str] | None = None, threads: int | None = None,
         progress: Progress = None) -> Result:
    """Shapley and Banzhaf values, nucleolus and core of a game given by the worth of every coalition.

    Args:
        worths: [2 ** n] in any unit, for up to 20 players (to 24: Shapley and Banzhaf values only); bit i of the index
            says that player i is in, and ``worths[0]`` is 0.  Or a file in JSON, as `buckle game` reads it
        players: [n] names; by default "1", "2" and so on
        threads: as in `open`
        progress: as in `open`

    Returns:
        tables ``game_players`` [n] (shapley, banzhaf, nucleolus, core_least, core_most in the worths' unit; dummy, veto,
        twin), ``games`` (what kind of game it is) and ``core_proof`` (coalitions as bits, with balancing weights)
    """
    if isinstance(worths, (str, os.PathLike)):
        return _of_files("game", threads, progress, {"file": worths})
    numbers = np.asarray(worths, dtype=float).reshape(-1).tolist()
    return _of_files("game", threads, progress, {"worths": ",".join(map(repr, numbers)), "players": players})


def balance(study: Path, *, out: Path | None = None, changes: Path | None = None, replace: bool = False,
            threads: int | None = None, progress: Progress = None) -> Result:
    """A consistent base year from the partial facts in the folder balance/ of a study, written as tables of its economy.

    Args:
        study: folder with study.yaml; it need not have an economy yet
        out: folder the tables go to, by default economy/ of the study
        changes: CSV file that lists every fact that gave way, by default changes.csv in balance/ of the study
        replace: write over tables that are there already
        threads: as in `open`
        progress: as in `open`

    Returns:
        tables ``changes`` (before, after in the study's money, or a share; reason), ``files`` and ``summary``
    """
    return _of_files("balance", threads, progress, {"study": study, "out": out, "changes": changes, "replace": replace})


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
        return self._ask("run", scenario, options)

    def trade(self, scenario: Scenario | None = None, **options: Any) -> Result:
        """The trade equilibrium alone, with transport as in the base year (Caliendo and Parro 2015).

        Args:
            scenario: None: nothing changes
            options: deficits ("fixed", "scaled", "zero", "share"), finance, lender

        Returns:
            tables ``trade_changes``, ``decomposition`` (welfare_pct is % of real income, and its parts), ``indicators``
        """
        return self._ask("trade", scenario, options)

    def route(self, origin: str, destination: str, **options: Any) -> Result:
        """Alternatives door to door, cheapest first.

        Args:
            origin, destination: places by id or name
            options: sector, k (5), value_of_time (USD per tonne and hour), all_paths, constants, loaded

        Returns:
            tables ``routes`` (cost in USD/t, hours, km, CO2; with lines), ``legs``, ``links``
        """
        return self._ask("route", None, {"from": origin, "to": destination, **options})

    def appraise(self, scenario: Scenario, **options: Any) -> Result:
        """Does each project of a scenario pay, and whom?  `sentences` are the verdicts.

        Args:
            options: growth (per year), overrun, transit_surplus, draws, seed, tolerance

        Returns:
            tables ``appraisal_projects``, ``appraisal_economies``, ``cash_flow``, ``pays_gains``
        """
        return self._ask("appraise", scenario, options)

    def value(self, scenario: Scenario | None = None, **options: Any) -> Result:
        """Where the next dollar, hour or tonne of capacity matters, and to whom: derivatives at an equilibrium.

        Args:
            scenario: at its equilibrium; None: at the base year
            options: economy (whose gain ranks; by default the world's), by ("hour", "usd", "capacity"), top (15; 0: all),
                tolerance

        Returns:
            tables ``values`` [facilities that carry trade] (per_hour, per_usd, per_tonne_capacity of the world, and
            per_hour_REGION and so on of each economy, USD a year from one unit less of cost or more of capacity),
            ``value_ranking`` [top] and ``value_posts`` (attributes of border posts)
        """
        return self._ask("value", scenario, options)

    def claim(self, economy: str, gain: float | str, **options: Any) -> Result:
        """Which cut of which cost it would take to reach a claimed gain, channel by channel, or why none does.

        Args:
            economy: country, region, or its name
            gain: claimed, % of real income; "1%" is 1
            options: tolerance

        Returns:
            table ``claim`` [channels] (state; cut and most are shares of what is cut; gain_pct and first_order_pct are %
            of real income)
        """
        return self._ask("claim", None, {"economy": economy, "gain": gain, **options})

    def invest(self, budget: float, scenario: Scenario | None = None, *, weights: Mapping[str, float] | None = None,
               **options: Any) -> Result:
        """Which projects to build within a budget, in which order, and which choice one would regret least.

        Args:
            budget: USD of the base year's prices, for works with their overruns
            scenario: whose projects are the candidates; None: every project, added to the base year
            weights: of the economies' net present values, in place of an objective
            options: objective ("all", "maxmin" or an economy), candidates (list of projects), from_year, per_year (USD),
                robust (list of scenarios), assume ("none", "monotone", "diminishing"), sets, growth (per year), overrun
                (share), transit_surplus (share of transit revenue left over its cost), resume (file), tolerance

        Returns:
            tables ``portfolios`` (sets of projects, best first; set is a number whose bit i is candidate i; works and
            value in USD), ``candidates``, ``frontier``, ``invest_economies``, ``interactions``, ``build_order``,
            ``choices`` and ``summary``
        """
        weight = None if weights is None else [f"{economy}={float(each)!r}" for economy, each in weights.items()]
        return self._ask("invest", scenario, {"budget": float(budget), "weight": weight, **options})

    def pivot(self, scenario: Scenario | None = None, **options: Any) -> Result:
        """Who is the buckle: a scenario as a game over economies.  `sentences` say what follows.

        Args:
            scenario: needed, but with tolls, where None is the base year
            options: players (list of countries), outsiders ("base", "closed"), economy_values ("own", "all"), bypass
                (list of projects), without_bypass, orders, seed, resume (file), tolerance; or, for the game in which
                these countries toll transit, each for itself: tolls (list of countries), toll_max (USD/t), toll_payoff
                ("revenue", "gain"), tolerance

        Returns:
            tables ``pivot_players`` (USD a year), ``pivot_coalitions``; with tolls: ``tolls`` (USD/t; USD a year),
            ``toll_gains``, ``toll_search``
        """
        return self._ask("pivot", scenario, options)

    def assign(self, scenario: Scenario | None = None, **options: Any) -> Result:
        """The base year's tonnes on the network, or on that of a scenario, trade held: path-size logit, scarce capacity
        has its price.

        Args:
            scenario: whose network; None: the base year's
            options: gap (relative, 1e-10), iterations, skims

        Returns:
            tables ``flows`` [links and directions] (tonnes in t/yr, cost in USD/t, utilisation; with lines) and
            ``summary``; with skims: ``skims``, rows [sectors][importers][exporters] (tonnes in t/yr, cost in USD/t, hours)
        """
        return self._ask("assign", scenario, options)

    def check(self, scenario: Scenario | Iterable[Scenario] | None = None, *, observed: bool = False) -> Result:
        """Whether scenarios hold, how much of the study's files is estimated, and how near its base year is to what was seen.

        Args:
            scenario: one or several; None: every scenario of the study's folder
            observed: solve the base year and compare

        Returns:
            tables ``scenarios``, ``inputs`` (rows of each file by confidence) and, if asked for, ``observed`` (observed,
            computed in the row's unit)

        Raises:
            Error: every fault of the scenarios
        """
        return self._ask("check", scenario, {"observed": observed})

    def calibrate(self, *, out: Path | None = None, fit: bool = True, **options: Any) -> Result:
        """Dwell times from logs of shipments, and constants that fit what was observed.  The study is not touched.

        Args:
            out: folder of the new study, which must not exist; None: nothing is written
            fit: constants too, and not dwell times alone
            options: log (list of files), points (file), least_stays (30), rounds (2)

        Returns:
            tables ``dwells`` (hours), ``parameters`` (change in USD/t or of a logarithm), ``observations`` (before,
            after), ``files`` and ``summary``
        """
        return self._ask("calibrate", None, {"out": out, "no_fit": not fit, **options})

    def stress(self, scenario: Scenario | Iterable[Scenario], **options: Any) -> Result:
        """How sure an answer is, when inputs are drawn from what is known of them.

        Args:
            options: draws (1000), seed, sampler ("sobol", "lhs", "random"), economy, indices, projects, resume (file),
                tolerance

        Returns:
            tables ``stress_answers`` (distributions), ``stress_inputs`` (what moves them), ``stress_regret``,
            ``stress_draws`` and ``stress_samples``
        """
        return self._ask("stress", scenario, options)

    def brief(self, economy: str, scenario: Scenario | None = None, **options: Any) -> Result:
        """Eighteen claims about what connections bring one economy, each with its number and a verdict.

        Args:
            economy: country, region, or its name
            scenario: the plan; None: the scenario with the most measures
            options: players (2 to 6), draws (for intervals; 19 or more, 0: none)

        Returns:
            table ``brief`` (question, claim, verdict, sentence, value, low, high, unit, interval, doubt, behind)
        """
        return self._ask("brief", scenario, {"economy": economy, **options})

    def _ask(self, question: str, scenario: Scenario | Iterable[Scenario] | None, options: Mapping[str, Any]) -> Result:
        given = dict(options)
        if scenario is not None:
            several = [scenario] if isinstance(scenario, (str, os.PathLike, Mapping)) else list(scenario)
            given["scenario"] = [self._name(each, i if len(several) > 1 else None) for i, each in enumerate(several)]
        return _ask(self._engine, self._handle, question, given)

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


def _ask(engine: Engine, study: Any, question: str, options: Mapping[str, Any]) -> Result:
    pairs = [(name.replace("_", "-"), one) for name, value in options.items() for one in _texts(value)]
    words = [(ffi.new("char[]", name.encode()), ffi.new("char[]", one.encode())) for name, one in pairs]
    given = ffi.new("buckle_option[]", words)
    made = ffi.new("buckle_result **")
    try:
        engine.call(lib.buckle_ask, engine.handle, study, question.encode(), given, len(words), made)
    except KeyboardInterrupt:
        if made[0] != ffi.NULL:  # what was finished before
            raise Interrupted(Result(engine, made[0])) from None
        raise
    except BaseException:
        lib.buckle_result_release(made[0])  # an answer beside an exception of a progress function
        raise
    return Result(engine, made[0])
