"""buckle tells what a trade corridor is worth, and to whom.

>>> import buckle
>>> study = buckle.open("silkroad")             # comes with the package; a folder of your own by its path
>>> answer = study.run("belt-as-planned")
>>> answer["economies"]["welfare_pct"]          # a NumPy view, no copy: % of real income, one number a row
>>> answer["economies"].to_pandas()             # with pandas installed

A scenario is named, or made up in place as a dict with the keys of a file of scenarios/:

>>> study.run({"measures": [{"id": "dostyk", "adjust": [
...     {"target": "border", "node": "dostyk", "attribute": "control_hours", "factor": 0.5}]}]})

Numbers come from libbuckle, which checks every equilibrium; what cannot be computed raises `buckle.Error` with the message,
file, line, column and hint of the command line.
"""
from ._builtin import studies
from ._errors import Cancelled, Error, Fault, Interrupted
from ._library import version as _version
from ._result import Column, Result, Table
from ._study import Scenario, Study, assign, balance, design, game, open

__version__ = _version()
__all__ = ["Cancelled", "Column", "Error", "Fault", "Interrupted", "Result", "Scenario", "Study", "Table", "assign", "balance",
           "design", "game", "open", "studies"]
