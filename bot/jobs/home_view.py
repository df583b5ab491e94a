"""What one person's home tab says, from the store alone: no repo, no cluster and no Slack is asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath

from bot.covdata.summary import counted, percent
from bot.digest.build import TREND
from bot.digest.words import figure, signed, sparkline
from bot.history.branches import main_of
from bot.history.model import Figure
from bot.jobs.cases import day
from bot.jobs.orders import shown_repo
from bot.jobs.schedule_shown import shown_schedule
from bot.model import Status
from bot.render.plain import brief
from bot.render.slack_home import HomeView, Line, ServiceRow
from bot.store.answers import Store
from bot.store.cases import CaseState, StoredCase
from bot.store.following import About
from bot.store.looks import CHECK, RUN, Look
from bot.store.schedules import Schedule

LATELY = 5
"""So many services that somebody asked about stand for those that nobody follows."""
RUNS = 6
CASES = 8
SCHEDULES = 6
_CHANNELS = 20
_CLOCK_DAYS = 2 * 86_400.0
_ORDER = (Status.FOUND.value, Status.INCONCLUSIVE.value, None, Status.CLEAR.value)
_SAID = {
    Status.FOUND.value: "a cause that leaves no figure.",
    Status.CLEAR.value: "nothing on the path stands in the way.",
    Status.INCONCLUSIVE.value: "no cause was found, and not everything could be checked.",
}


@dataclass(frozen=True, slots=True)
class Rights:
    """What a person may do: ask at all (else `refused` says why not), have a repo read, run in the cluster;
    `live_note` says why not (empty: nothing is said of it)."""

    reads: Callable[[str], bool]
    live: bool = False
    live_note: str = ""
    refused: str = ""


def gather_home(
    store: Store,
    person: str,
    now: float,
    rights: Rights,
    link: Callable[[str, str], str | None],
    note: str = "",
) -> HomeView:
    """What the tab says at a time (seconds since the epoch). `link` gives the address of a message by its
    channel and `ts`. Raises StoreError."""
    followed = store.following.of(person)
    wanted = followed or store.following.asked_lately(person, LATELY)
    mine = [each for each in wanted if rights.reads(each.repo)]
    looks = _by_service(store.looks.of(mine))
    rows = [_row(each, looks.get(each, {}), told, now) for each, told in _figures(store, mine)]
    if followed:
        rows.sort(key=lambda row: (_ORDER.index(row.status), row.service, row.repo))
    ran = [kinds[RUN] for kinds in looks.values() if RUN in kinds]
    schedules = _schedules(store, person)
    return HomeView(
        services=tuple(rows),
        followed=bool(followed),
        runs=_runs([*store.looks.runs_of(person, RUNS), *ran], now),
        cases=tuple(_case(case, now, link) for case in store.cases.asked_by(person, CaseState.OPEN, CASES)),
        schedules=tuple(replace(shown_schedule(each, now), by=None) for each in schedules[:SCHEDULES]),
        as_of=_when(now, now),
        note=note or _hidden(len(wanted) - len(mine)),
        live=rights.live,
        live_note=rights.live_note,
        more_schedules=max(len(schedules) - SCHEDULES, 0),
    )


def service_rows(
    store: Store, wanted: Sequence[About], now: float, branch: str | None = None
) -> tuple[ServiceRow, ...]:
    """What is known of services at a time, in the order they were asked for; figures are of `branch` where it
    has some, else of the main one. Raises StoreError."""
    looks = _by_service(store.looks.of(wanted))
    figures = _figures(store, wanted, branch)
    return tuple(_row(each, looks.get(each, {}), told, now) for each, told in figures)


def key_of(what: About) -> str:
    """A service as a button carries it, without paths of this machine; `among` finds it again."""
    return json.dumps([repo_token(what.repo), what.service], ensure_ascii=False)


def among(key: str, repos: Iterable[str]) -> tuple[str, str]:
    """The repo and the service of a button's key; the repo is written as it is in `repos`.

    Raises ValueError for what is no key, and for a directory that is not among them.
    """
    held = json.loads(key)
    if not isinstance(held, list) or len(held) != 2 or not all(isinstance(each, str) for each in held):
        raise ValueError("no key of a service")
    token, service = held
    return repo_among(token, repos), service


_FOLDER = "dir:"


def repo_among(token: str, repos: Iterable[str]) -> str:
    """The repo of a token, written as it is in `repos`. Raises ValueError for a directory that is not among
    them."""
    found = next((repo for repo in repos if repo_token(repo).lower() == token.lower()), None)
    if found is None and token.startswith(_FOLDER):
        raise ValueError("a directory that is not known")
    return found or token


def repo_token(repo: str) -> str:
    """A repo as Slack may keep it: `owner/name`, and of a directory only a hash."""
    if not PurePath(repo).is_absolute():
        return repo
    return _FOLDER + hashlib.sha256(repo.encode("utf-8", "replace")).hexdigest()[:16]


def coverage(figures: Sequence[Figure], run: Look | None, now: float) -> str:
    """`48.0% (-3.1) ▅▃ · 3 November`; no data is never a percent: a later run without a figure counts."""
    lost = run is not None and not run.covered
    told = [each for each in figures if each.percent is not None]
    if lost and run is not None:
        told = [each for each in told if each.at != run.at or each.covered]
    if not told:
        return "no data"
    last = told[-1]
    shown = f"{figure(last.percent or 0.0)}%"
    if lost and run is not None and run.at > last.at:
        return f"no data since the run of {day(run.at, now)}; {shown} on {day(last.at, now)}"
    before = told[-2].percent if len(told) > 1 else None
    change = "" if before is None else f" ({signed((last.percent or 0.0) - before)})"
    drawn = sparkline(tuple(each.percent or 0.0 for each in told))
    return f"{shown}{change}{' ' + drawn if drawn else ''} · {_at(last.commit, None)}{day(last.at, now)}"


def _by_service(looks: Iterable[Look]) -> dict[About, dict[str, Look]]:
    found: dict[About, dict[str, Look]] = {}
    for look in looks:
        found.setdefault(look.about, {})[look.by] = look
    return found


def _figures(
    store: Store, wanted: Sequence[About], branch: str | None = None
) -> list[tuple[About, tuple[Figure, ...]]]:
    """Each service with its latest figures on a branch that has some, else on the main one, in the order they
    were asked for."""
    found: dict[About, tuple[Figure, ...]] = {}
    for repo in dict.fromkeys(each.repo for each in wanted):
        name = shown_repo(repo)
        services = [each.service for each in wanted if each.repo == repo]
        branches = store.history.branches(name)
        which = branch if branch is not None and branch in branches else main_of(branches)
        recent = store.history.recent(name, services, which, TREND)
        found |= {About(repo, service): told for service, told in recent.items()}
    return [(each, found[each]) for each in wanted]


def _row(what: About, looks: dict[str, Look], figures: Sequence[Figure], now: float) -> ServiceRow:
    latest = max(looks.values(), key=lambda look: (look.at, look.by), default=None)
    return ServiceRow(
        service=what.service,
        repo=shown_repo(what.repo),
        key=key_of(what),
        status=None if latest is None else latest.status,
        said="Not checked yet." if latest is None else latest.summary or _SAID.get(latest.status, ""),
        when="" if latest is None else _looked(latest, now),
        coverage=coverage(figures, looks.get(RUN), now),
    )


def _looked(look: Look, now: float) -> str:
    how = "Checked" if look.by == CHECK else "Run in the cluster"
    return f"{how} {_at(look.commit, look.ref)}{_when(look.at, now)}"


def _at(commit: str | None, ref: str | None) -> str:
    """`at 4f2c1e7 (main), `; empty where neither is known."""
    name = brief(ref, 60) if ref else ""
    if commit is None:
        return f"at {name}, " if name else ""
    short = commit[:7]
    return f"at {short}, " if not name or commit.startswith(name) else f"at {short} ({name}), "


def _runs(found: Iterable[Look], now: float) -> tuple[Line, ...]:
    once = {look.job_id: look for look in found}
    latest = sorted(once.values(), key=lambda look: (-look.at, look.job_id))[:RUNS]
    return tuple(Line(look.about.service, _ran(look, now)) for look in latest)


def _ran(look: Look, now: float) -> str:
    known = percent(look.covered, look.statements) if look.covered and look.statements else None
    size = counted(look.statements or 0, "statement")
    came = "no figure" if known is None else f"{figure(known)}% of {size}"
    where = f"in {shown_repo(look.about.repo)}, " if look.about.repo else ""
    status = "the run failed" if look.status == "FAILED" else f"{look.status}, {came}"
    return f"{status}; {where}{_at(look.commit, look.ref)}{_when(look.at, now)}"


def _case(case: StoredCase, now: float, link: Callable[[str, str], str | None]) -> Line:
    said = brief(case.summary or case.question, 220) or "no cause was named"
    url = link(case.channel, case.thread) if case.thread else None
    return Line(case.service or "A question", f"{said} · open since {day(case.opened_at, now)}", url)


def _schedules(store: Store, person: str) -> list[Schedule]:
    """Those that the person made, then those of channels that the person asked in, each once."""
    found = {each.id: each for each in store.schedules.of_person(person)}
    for channel in store.following.channels(person)[:_CHANNELS]:
        found |= {each.id: each for each in store.schedules.of_channel(channel) if each.id not in found}
    return list(found.values())


def _hidden(number: int) -> str:
    if number <= 0:
        return ""
    shown = "is" if number == 1 else "are"
    return f"{counted(number, 'service')} of repos that I may no longer read for people {shown} not shown."


def _when(at: float, now: float) -> str:
    """The day, and of the last two days the time as well."""
    clock = f" at {datetime.fromtimestamp(at, UTC):%H:%M} UTC" if now - at < _CLOCK_DAYS else ""
    return f"{day(at, now)}{clock}"
