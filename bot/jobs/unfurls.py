"""Cards under links: what the store knows of the services that a link to a repo is about.

Nothing is checked for a card and GitHub is not asked. What a link is about is known from earlier checks: the
files that they read. A link of which nothing is known stays as it is, and so does everything that fails.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from bot.errors import SlackError, StoreError
from bot.jobs.home_view import service_rows
from bot.jobs.orders import Order, Place
from bot.jobs.parts import PartOf, Parts
from bot.model import Status
from bot.render.blocks import Block
from bot.render.slack_unfurl import SHOWN, Card, card_blocks
from bot.repo.links import PlaceLink, parse_place
from bot.store.answers import Store
from bot.store.following import About, about

LOG = logging.getLogger("covcheck.jobs")

_MOST = 40
"""Of a link that is about more services the first by name are looked up."""
_WORST = (Status.FOUND.value, Status.INCONCLUSIVE.value, Status.CLEAR.value, None)


@dataclass(frozen=True, slots=True)
class ShowCards(Order):
    """Show cards under the links of a message (`ts`); each is of a repo that people may ask about."""

    changes = None

    links: tuple[str, ...]
    ts: str


class Unfurls(Protocol):
    """What jobs need of a medium to show cards. Each may raise TryAgain, NotThere or SlackError."""

    def by_person(self, channel: str, ts: str, thread: str | None) -> bool:
        """Whether a person wrote a message, and no program; False also where it cannot be read."""
        ...

    def show(self, channel: str, ts: str, cards: Mapping[str, Sequence[Block]]) -> None:
        """Put a card under each link of a message; doing it twice does no harm."""
        ...


@dataclass(frozen=True, slots=True)
class UnfurlConfig:
    """The medium, the web address of the GitHub whose links are meant, and which repos people may ask about
    (asked again here: an order may have waited)."""

    unfurls: Unfurls
    github: str
    allows: Callable[[str], bool]

    def part(self) -> PartOf:
        """The part that shows cards."""
        return lambda parts: UnfurlJobs(self, parts)


class UnfurlJobs:
    """Shows cards; every method runs inside a workflow. Nothing is ever said of what fails."""

    orders: tuple[type[Order], ...] = (ShowCards,)

    def __init__(self, config: UnfurlConfig, parts: Parts) -> None:
        self._config = config
        self._steps = parts.saying.steps
        self._store = parts.store

    def carry_out(self, job_id: str, order: ShowCards, place: Place) -> str:
        """Look up, look at who wrote, show."""
        try:
            cards = self._steps.once("cards", lambda: self._cards(order.links))
            if not cards or not self._steps.patiently("author", lambda: self._by_person(order, place)):
                return "NOTHING"
            show = self._config.unfurls.show
            self._steps.patiently("show", lambda: show(place.channel, order.ts, cards))
        except (SlackError, StoreError) as error:
            LOG.info("job %s: no card is shown: %s", job_id, error)
            return "NOTHING"
        return "OK"

    def _by_person(self, order: ShowCards, place: Place) -> bool:
        return self._config.unfurls.by_person(place.channel, order.ts, place.thread)

    def _cards(self, links: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        for url in links:
            link = parse_place(url, self._config.github)
            if link is not None and self._config.allows(link.repo):
                card = card_of(self._store, link, time.time())
                if card is not None:
                    found[url] = card_blocks(card)
        return found


def card_of(store: Store, link: PlaceLink, now: float) -> Card | None:
    """What is known of what a link is about, at a time; None when nothing is. Raises StoreError."""
    ref, services = _meant(store, link)
    if not services:
        return None
    rows = service_rows(store, [about(link.repo, name) for name in services[:_MOST]], now, ref or None)
    known = [row for row in rows if row.status is not None or row.coverage != "no data"]
    known.sort(key=lambda row: (_WORST.index(row.status) if row.status in _WORST else 0, row.service))
    if not known:
        return None
    return Card(tuple(known[:SHOWN]), len(known) - len(known[:SHOWN]) + len(services[_MOST:]), ref)


def _meant(store: Store, link: PlaceLink) -> tuple[str, tuple[str, ...]]:
    """The ref that a link names (empty: none), and the services that it is about."""
    repo = about(link.repo, "").repo
    if link.kind == "repo":
        return "", _of_repo(store, repo)
    if link.kind == "commit":
        (commit,) = link.segments
        return commit, tuple(_at(store, repo, commit))
    files = store.files.of(repo)
    for ref, path in link.splits():
        if path:
            found = tuple(name for name, paths in files.items() if _touches(path, paths))
        else:
            found = tuple(_at(store, repo, ref))
        if found:
            return ref, found
    return "", ()


def _of_repo(store: Store, repo: str) -> tuple[str, ...]:
    looked = (each.service for each in store.looks.known([repo]))
    return tuple(sorted({*looked, *store.history.services(repo)}))


def _at(store: Store, repo: str, ref: str) -> Iterator[str]:
    """The services whose latest look was at a branch or commit, or that have figures of the branch."""
    looks = store.looks.of([About(repo, name) for name in _of_repo(store, repo)])
    found = {look.about.service for look in looks if look.ref == ref or _is(look.commit, ref)}
    if ref in store.history.branches(repo):
        figures = store.history.figures(repo, branch=ref, packages=False, limit=1_000)
        found |= {figure.service for figure in figures}
    yield from sorted(found)


def _is(commit: str | None, ref: str) -> bool:
    return commit is not None and len(ref) >= 7 and commit.startswith(ref.lower())


def _touches(path: str, paths: Sequence[str]) -> bool:
    """Whether a path is one of a service's files, lies in one of its directories, or holds one of them."""
    inside = f"{path}/"
    return any(
        path == known or path.startswith(f"{known}/") or known.startswith(inside) for known in paths if known
    )
