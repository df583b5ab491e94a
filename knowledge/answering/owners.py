"""Who owns what an answer is about: the owner map of the settings first, then CODEOWNERS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.model import Evidence
from knowledge.answering.codeowners import CodeOwners, Rule, parse_pattern
from knowledge.answering.model import Owner, Side
from knowledge.requests.model import Party

MAX_OWNERS = 12
MAX_PATHS = 3
"""Paths of one owner that are named; more are counted."""


class Owners:
    """The owner map of the settings over the CODEOWNERS of the repo.

    A key of `settings` is a service, a team or a path pattern as in CODEOWNERS; its value holds names
    (`@acme/sp-team`, a Slack id), divided by spaces. The last pattern that matches a path wins.
    """

    def __init__(self, settings: Mapping[str, str], codeowners: CodeOwners) -> None:
        self._codeowners = codeowners
        self._names = {_letters(key): tuple(value.split()) for key, value in settings.items()}
        self._patterns = [
            Rule(segments, tuple(value.split()), 0)
            for key, value in settings.items()
            if ("/" in key or "*" in key or "." in key) and (segments := parse_pattern(key)) is not None
        ]

    def of_path(self, path: str) -> Owner | None:
        """The owner of a file."""
        for rule in reversed(self._patterns):
            if rule.matches(path):
                return Owner(rule.owners, path) if rule.owners else None
        found = self._codeowners.of(path)
        return None if found is None else Owner(found[0], path, found[1])

    def of_names(self, names: Iterable[str]) -> Owner | None:
        """The owner that the settings give the first of these names of a service or a team."""
        for name in names:
            if owners := self._names.get(_letters(name)):
                return Owner(owners, name)
        return None

    def of_side(self, side: Side | None, parties: Sequence[Party] = ()) -> tuple[Owner, ...]:
        """Who answers for a service: by the settings, else the owners of its program and Dockerfile."""
        service = side.path.service if side is not None else None
        names = [service.name, *service.aliases] if service is not None else []
        by_name = self.of_names([*names, *(party.name for party in parties)])
        if by_name is not None:
            return (by_name,)
        roles = ("main", "dockerfile", "suite")
        return self.of_paths(service.files[role][0] for role in roles if service and service.files.get(role))

    def of_paths(self, paths: Iterable[str]) -> tuple[Owner, ...]:
        """The owners of files, each set of names once with what it owns."""
        found = [owner for path in dict.fromkeys(paths) if (owner := self.of_path(path)) is not None]
        return grouped(found)


def grouped(owners: Iterable[Owner]) -> tuple[Owner, ...]:
    """Owners with the same names as one, at most MAX_OWNERS."""
    things: dict[tuple[str, ...], list[str]] = {}
    whys: dict[tuple[str, ...], Evidence | None] = {}
    for owner in owners:
        things.setdefault(owner.names, []).append(owner.of)
        whys.setdefault(owner.names, owner.why)
    return tuple(Owner(names, _listed(of), whys[names]) for names, of in things.items())[:MAX_OWNERS]


def _listed(things: Sequence[str]) -> str:
    each = list(dict.fromkeys(things))
    more = len(each) - MAX_PATHS
    return ", ".join(each[:MAX_PATHS]) + (f" and {more} more" if more > 0 else "")


def _letters(name: str) -> str:
    """`Signal Processing` and `signal-processing` are one name."""
    return re.sub(r"[\W_]+", "", name).lower()
