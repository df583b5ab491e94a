"""From the store to a service's history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from bot.errors import RepoError, UsageError
from bot.history.branches import OfBranch, main_branch
from bot.history.delta import at_date, delta, previous
from bot.history.model import Figure
from bot.render.plain import day
from bot.repo.branches import Branches, MergeBase
from bot.store.answers import Store
from bot.story.model import Against, AskedStory, Compared, Story

_MOST = 50_000
_NAMED = 8
"""So many branches or services are named when one is not known."""


def gather(store: Store, asked: AskedStory, branches: Branches | None = None) -> Story:
    """What the store knows of a service. `branches` is what the repo says of its branches; without it, and
    where it fails, the rule of `bot.history.branches` decides, and the time of figures.

    Raises UsageError for a service or a branch without figures, StoreError.
    """
    known = store.history.figures(asked.repo, asked.service, limit=_MOST, packages=False)
    told = [figure for figure in known if figure.percent is not None]
    if not told:
        raise _no_service(store, asked)
    main = _default(told, branches)
    branch = asked.branch or main
    mine = _of(told, branch, main)[-asked.limit :]
    if not mine:
        raise _no_branch(told, asked, branch)
    base = asked.base or (main if main != branch else None)
    others = _of(told, base, main) if base is not None and base != branch else []
    last = mine[-1]
    compared = [
        _against(Against.PREVIOUS, last, previous(mine, last), "It is the first figure of the branch.")
    ]
    if base is not None and base != branch:
        compared.append(_base(last, others, base, branches))
    if asked.since is not None:
        compared.append(_since(last, mine, asked.since))
    whole = _whole(store, compared)
    return Story(
        repo=asked.repo,
        service=asked.service,
        branch=branch,
        base=base if base != branch else None,
        figures=tuple(mine),
        base_figures=tuple(others[-asked.limit :]),
        compared=tuple(_with_packages(each, whole) for each in compared),
        since=asked.since,
    )


def _default(figures: Sequence[Figure], branches: Branches | None) -> str | None:
    """The default branch as the repo names it, else by the figures."""
    if branches is not None:
        try:
            named = branches.default()
        except RepoError:
            named = None
        if named is not None:
            return named
    return main_branch(figures)


def _of(figures: Sequence[Figure], branch: str | None, main: str | None) -> list[Figure]:
    """The figures of a branch, each with its name."""
    counted = OfBranch(branch, branch == main)
    return [replace(figure, branch=branch) for figure in figures if counted.figure(figure)]


def _against(against: Against, last: Figure, other: Figure | None, why: str, how: str = "") -> Compared:
    return Compared(against, None if other is None else delta(other, last), how, "" if other else why)


def _base(last: Figure, others: Sequence[Figure], base: str, branches: Branches | None) -> Compared:
    """Against the base branch: its figure at the merge base, else its last one before that, else, where the
    repo cannot tell, its last one before this figure."""
    none = f"There is no figure of {base} before it."
    found, why = _merge_base(last, base, branches)
    if found is None:
        before = [figure for figure in others if figure.at <= last.at]
        how = f"the last figure of {base} before this one; {why}"
        return _against(Against.BASE, last, before[-1] if before else None, none, how)
    left = found.commit[:7]
    at = [figure for figure in others if figure.commit == found.commit]
    if at:
        return _against(Against.BASE, last, at[-1], "", f"{base} at the merge base {left}")
    before = [figure for figure in others if figure.at <= found.at]
    none = f"There is no figure of {base} at the merge base {left} or before it."
    how = f"the last figure of {base} before the merge base {left}, which has none"
    return _against(Against.BASE, last, before[-1] if before else None, none, how)


def _merge_base(last: Figure, base: str, branches: Branches | None) -> tuple[MergeBase | None, str]:
    """The merge base, or why it is not known."""
    if branches is None or last.commit is None:
        why = "the repo was not asked for the merge base" if last.commit else "its commit is not known"
        return None, why
    try:
        return branches.merge_base(base, last.commit), ""
    except RepoError as error:
        return None, f"the merge base is not known: {str(error).rstrip('.')}"


def _since(last: Figure, mine: Sequence[Figure], since: float) -> Compared:
    """Against the date: the last figure no later than it."""
    first = mine[0]
    why = f"There is no figure of the branch until {day(since)}: its first is of {day(first.at)}."
    if last.at <= since:
        return Compared(Against.SINCE, None, why=f"There is no figure of the branch after {day(since)}.")
    return _against(Against.SINCE, last, at_date(mine, last, since), why)


def _whole(store: Store, compared: Sequence[Compared]) -> dict[str, Figure]:
    ids = [figure.id for each in compared if each.delta for figure in (each.delta.before, each.delta.after)]
    return {figure.id: figure for figure in store.history.whole(ids)}


def _with_packages(compared: Compared, whole: dict[str, Figure]) -> Compared:
    if compared.delta is None:
        return compared
    before, after = (
        replace(whole.get(figure.id, figure), branch=figure.branch)
        for figure in (compared.delta.before, compared.delta.after)
    )
    return replace(compared, delta=delta(before, after))


def _no_service(store: Store, asked: AskedStory) -> UsageError:
    known = store.history.services(asked.repo)
    if not known:
        return UsageError(
            f"There is no figure of {asked.repo} yet.",
            hint="Figures come from live runs, `covcheck cov push` and artifacts (docs/history.md).",
        )
    near = get_close_matches(asked.service, known, 3, 0.4) or known[:_NAMED]
    return UsageError(
        f"There is no figure of a service named {asked.service!r} in {asked.repo}.",
        hint=f"There are figures of {', '.join(near)}.",
    )


def _no_branch(figures: Sequence[Figure], asked: AskedStory, branch: str | None) -> UsageError:
    latest = dict.fromkeys(figure.branch for figure in reversed(figures) if figure.branch is not None)
    named = list(latest)[:_NAMED]
    hint = f"There are figures on {', '.join(named)}." if named else "Its figures are of no known branch."
    return UsageError(f"There is no figure of {asked.service} on {branch or 'a known branch'}.", hint=hint)
