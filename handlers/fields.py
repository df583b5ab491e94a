"""What was filled into a form: names, repos and refs judged field by field, mistakes said at their fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import CovcheckError, UsageError
from bot.jobs.home_view import among
from bot.render.views import Values, values_of
from handlers.access import Access
from handlers.words import is_ref, is_repo, is_service

NO_SERVICE = "This is no name of a service."


class Wrong(Exception):
    """What was filled in cannot be used; `said` by the names of the fields."""

    def __init__(self, **said: str) -> None:
        super().__init__("; ".join(said.values()))
        self.said = said


@dataclass(frozen=True, slots=True)
class Form:
    """A submitted form of a person: what it holds, and `channel`, where the answer goes: the chosen one, else
    the person's id, which means the direct message with the bot."""

    held: Values
    access: Access
    channel: str

    @property
    def ref(self) -> str | None:
        """The branch, tag or commit; None where none was named. Raises Wrong."""
        named = self.held.text("ref")
        if named and not is_ref(named):
            raise Wrong(ref="This is no branch, tag or commit.")
        return named or None

    @property
    def repo(self) -> str:
        """The repo that is meant. Raises Wrong when none is, or when it may not be read."""
        named = self.held.text("repo")
        if named and not is_repo(named):
            raise Wrong(repo="Write the repo as OWNER/NAME.")
        try:
            return self.access.repo(self.channel, named or None)
        except CovcheckError as error:
            raise Wrong(repo=f"{error} {error.hint}") from None

    def service(self) -> tuple[str, str]:
        """The repo and the service: the one chosen, else the one typed. Raises Wrong."""
        chosen, typed = self.held.text("known"), self.held.text("service")
        if chosen and typed:
            raise Wrong(service="Choose a service or write its name, not both.")
        if chosen:
            repo, service = service_of(chosen, self.access)
            return (self.repo, service) if self.held.text("repo") else (repo, service)
        if not typed:
            raise Wrong(service="Which service?")
        if not is_service(typed):
            raise Wrong(service=NO_SERVICE)
        return self.repo, typed


def form_of(view: Mapping[str, Any], user: str, access: Access) -> Form:
    """A submitted form."""
    held = values_of(view)
    return Form(held, access, held.text("where") or user)


def service_of(key: str, access: Access) -> tuple[str, str]:
    """The repo and the service of a key that a button or a menu carries. Raises Wrong when the repo may not
    be read, or not any more."""
    try:
        repo, service = among(key, access.named)
        if not access.allows(repo):
            raise UsageError(f"I may not read {repo} for people in Slack any more.")
    except UsageError as error:
        raise Wrong(service=str(error)) from None
    except ValueError:
        raise Wrong(service="I do not know this repo any more.") from None
    return repo, service
