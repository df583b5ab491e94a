"""The registry of experiments: a decorator and a walk over `cases`. A new experiment edits nothing here.

An experiment is a module `cases/<id with underscores>.py` with one function of that name under `@experiment`.
The first paragraph of the module's docstring is the claim, one sentence; the rest says what is built and run.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, ExperimentError, Observed

Procedure = Callable[[Lab], Observed]


@dataclass(frozen=True, slots=True)
class Experiment:
    """A claim that can be run. `supports` are the ids of rules and articles that rest on it; `since` and
    `until` bound Go's minor version (inclusive); `needs` are programs, `root` the rights it needs."""

    id: str
    supports: tuple[str, ...]
    expected: Expected
    procedure: Procedure
    needs: tuple[str, ...] = ()
    root: bool = False
    since: int = 20
    until: int | None = None

    @property
    def claim(self) -> str:
        """What it shows, one sentence."""
        return " ".join(self._doc().partition("\n\n")[0].split())

    @property
    def how(self) -> str:
        """What it builds and runs."""
        return " ".join(self._doc().partition("\n\n")[2].split())

    def _doc(self) -> str:
        return (sys.modules[self.procedure.__module__].__doc__ or "").strip()


_EXPERIMENTS: dict[str, Experiment] = {}


def experiment(
    id: str,
    *,
    supports: tuple[str, ...],
    expected: Expected,
    needs: tuple[str, ...] = (),
    root: bool = False,
    since: int = 20,
    until: int | None = None,
) -> Callable[[Procedure], Procedure]:
    """Register an experiment. Raises ValueError when the id does not match the function, or is taken."""

    def register(procedure: Procedure) -> Procedure:
        if id.replace("-", "_") != procedure.__name__:
            raise ValueError(f"experiment {id!r} must be a function named {id.replace('-', '_')}")
        known = _EXPERIMENTS.get(id)
        if known is not None and known.procedure.__module__ != procedure.__module__:
            raise ValueError(f"experiment {id!r} is registered twice")
        _EXPERIMENTS[id] = Experiment(id, supports, expected, procedure, needs, root, since, until)
        return procedure

    return register


@cache
def all_experiments() -> tuple[Experiment, ...]:
    """Every experiment of the package, by id."""
    import knowledge.experiments.cases as cases

    for module in pkgutil.iter_modules(cases.__path__):
        importlib.import_module(f"{cases.__name__}.{module.name}")
    return tuple(sorted(_EXPERIMENTS.values(), key=lambda e: e.id))


def chosen(ids: Iterable[str] | None) -> tuple[Experiment, ...]:
    """The experiments of some ids, all for None. Raises ExperimentError for an unknown id."""
    known = {e.id: e for e in all_experiments()}
    if ids is None:
        return tuple(known.values())
    wanted = tuple(dict.fromkeys(ids))
    unknown = [id for id in wanted if id not in known]
    if unknown:
        raise ExperimentError(
            f"There is no experiment {unknown[0]!r}.", hint="List them with `covcheck experiments list`."
        )
    return tuple(known[id] for id in wanted)
