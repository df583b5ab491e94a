"""From the store to the histories that a digest is built of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.digest.blocked import blocked
from bot.digest.build import build_digest
from bot.digest.model import Digest, Period, ServiceHistory, StaleArticle
from bot.history.branches import OfBranch, main_branch
from bot.history.model import Figure
from bot.history.thinning import DAY
from bot.quality import QualityCounts, quality
from bot.store.answers import Store
from bot.store.cases import CaseState, StoredCase
from bot.store.live import RunOutcome
from bot.store.schedules import INCLUDE

LOOKED_BACK = 400 * DAY
"""So long before the period's end figures are read, in seconds."""
_MOST = 100_000
_CASES = 5_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a digest is about. `services` empty: all that ever had a figure or a run; `branch` None: the
    main branch (see `main_branch`); `minimum` as in build_digest; `include` is of INCLUDE; `web` is the
    repo's web address (`https://HOST/OWNER/NAME`) for links, empty where it is not known."""

    repo: str
    period: Period
    services: tuple[str, ...] = ()
    branch: str | None = None
    minimum: float = 0.5
    include: tuple[str, ...] = INCLUDE
    web: str = ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A digest, the histories that it is of, and the branch whose figures they are (None: none is known).

    What is not coverage: `stale` articles and the `quality` of answers, None where nobody looked; `include`
    and `web` as they were asked.
    """

    digest: Digest
    histories: tuple[ServiceHistory, ...]
    branch: str | None
    stale: tuple[StaleArticle, ...] | None = None
    quality: QualityCounts | None = None
    include: tuple[str, ...] = INCLUDE
    web: str = ""


def gather(
    store: Store,
    asked: Asked,
    named: Callable[[str], str] = str,
    stale: Iterable[StaleArticle] | None = None,
) -> Gathered:
    """The digest of what the store knows before the period's end; `named` gives the OWNER/NAME that a run's
    or a case's repo is shown as; `stale` are articles that the caller knows to be so. Raises StoreError.

    A live run that named no branch was of the default one and counts with the main branch.
    """
    until, repo = asked.period.until, asked.repo.lower()
    figures = store.history.figures(repo, since=until - LOOKED_BACK, until=until, limit=_MOST, packages=False)
    main = main_branch(figures)
    branch = asked.branch or main
    counted = OfBranch(branch, branch == main)
    outcomes = [run for run in store.outcomes(until) if named(run.repo).lower() == repo]
    cases = [
        case
        for case in store.cases.cases(CaseState.OPEN, limit=_CASES)
        if case.opened_at < until and named(case.repo).lower() == repo and counted.ref(case.ref)
    ]
    seen = {*store.history.services(repo), *(run.service for run in outcomes)}
    services = asked.services or sorted(seen)
    runs = [run for run in outcomes if counted.ref(run.ref)]
    of_branch = _by_service(figure for figure in figures if counted.figure(figure))
    found = [
        replace(_history(name, of_branch.get(name, []), runs, cases), seen=name in seen)
        for name in dict.fromkeys(services)
    ]
    histories = _with_packages(store, found, asked.period)
    period = asked.period
    return Gathered(
        digest=build_digest(histories, period, minimum=asked.minimum),
        histories=histories,
        branch=branch,
        stale=None if stale is None else tuple(stale),
        quality=quality(store, until, period.since) if "quality" in asked.include else None,
        include=asked.include,
        web=asked.web,
    )


def _history(
    service: str, figures: Sequence[Figure], runs: Iterable[RunOutcome], cases: Iterable[StoredCase]
) -> ServiceHistory:
    mine = [run for run in runs if run.service == service]
    told = [figure.at for figure in figures if figure.percent is not None]
    about = [case for case in cases if case.service == service]
    times = [*(figure.at for figure in figures[-1:]), *(run.started_at for run in mine[:1])]
    why = blocked(mine, about, max(told, default=0.0))
    return ServiceHistory(service, tuple(figures), why, max(times, default=None))


def _by_service(figures: Iterable[Figure]) -> dict[str, list[Figure]]:
    found: dict[str, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.service, []).append(figure)
    return found


def _with_packages(
    store: Store, histories: Sequence[ServiceHistory], period: Period
) -> tuple[ServiceHistory, ...]:
    """The histories with the packages of the two figures that are compared: the last, and the last before
    the period."""
    wanted = []
    for history in histories:
        told = [figure for figure in history.figures if figure.percent is not None]
        wanted += [figure.id for figure in told[-1:]]
        wanted += [figure.id for figure in told if figure.at < period.since][-1:]
    whole = {figure.id: figure for figure in store.history.whole(wanted)}
    return tuple(
        replace(history, figures=tuple(whole.get(figure.id, figure) for figure in history.figures))
        for history in histories
    )
