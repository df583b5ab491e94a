"""The services that a form offers: those a person knows, then all that were ever looked at or measured."""

from __future__ import annotations

from collections.abc import Sequence

from bot.jobs.home_view import key_of
from bot.jobs.orders import shown_repo
from bot.render.inputs import Choice
from bot.store.following import About, about
from handlers.desk import Desk

OFFERED = 100
"""So many services are offered in a menu."""


def services_for(desk: Desk, person: str) -> list[Choice]:
    """What a person follows or asked about, then the services of the repos that people know. Raises
    StoreError."""
    following, access = desk.store.following, desk.access
    mine = [*following.of(person), *following.asked_lately(person, OFFERED)]
    repos = [repo for repo in (access.default_repo, *access.channels.values()) if repo]
    found = [*mine, *_of_repos(desk, [*repos, *(each.repo for each in mine)])]
    return _choices([each for each in dict.fromkeys(found) if access.allows(each.repo)])


def others_than(desk: Desk, repo: str, service: str) -> list[Choice]:
    """The other services of a repo. Raises StoreError."""
    return _choices([each for each in _of_repos(desk, [repo]) if each != about(repo, service)], one=True)


def _of_repos(desk: Desk, repos: Sequence[str]) -> list[About]:
    """The services of repos that were ever looked at or had a figure."""
    found: dict[About, None] = {}
    for repo in dict.fromkeys(about(each, "").repo for each in repos):
        looked = desk.store.looks.known([repo])
        measured = (about(repo, name) for name in desk.store.history.services(shown_repo(repo)))
        found |= dict.fromkeys(sorted([*looked, *measured], key=lambda each: each.service))
    return list(found)


def _choices(found: Sequence[About], *, one: bool = False) -> list[Choice]:
    """Options of a menu; `one`: all are of one repo, which need not be said."""
    single = one or len({each.repo for each in found}) == 1
    choices = []
    for each in found:
        label = each.service if single else f"{each.service} in {shown_repo(each.repo)}"
        choices.append(Choice(key_of(each), label))
    return [choice for choice in choices if choice.fits][:OFFERED]
