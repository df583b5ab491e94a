"""What a job is asked to do and where its answer goes, as plain values that survive a restart."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from bot.store.changes import What

if TYPE_CHECKING:
    from bot.store.answers import Store

_KINDS: dict[str, type[Order]] = {}

PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")
"""A person's id: as the channel of a Place it stands for the direct message with that person."""


class Order:
    """Base of every order: a frozen dataclass of plain values (texts, numbers, tuples of them).

    Each subclass is known by its name in small letters; part of a job's id and of what is kept, so a name
    is for ever. Further modules of jobs (`bot.jobs.parts`) define orders of their own.
    """

    __slots__ = ()

    changes: ClassVar[What | None]
    """What it changes that outlives it, in the audit log's words; None: nothing. Each order says it itself:
    what it says is then written in the audit log when its job ends (`bot.jobs.audit`)."""

    def changed(self, status: str) -> What | None:
        """What was changed when the job ended in this status; NOTHING always means that nothing was."""
        return None if status == "NOTHING" else getattr(self, "changes", None)

    def about(self, store: Store, job_id: str) -> str:
        """What it changes something of, for the audit log: asked before the job and after it, empty where the
        thing is not there. May raise StoreError."""
        return ""

    def __init_subclass__(cls) -> None:
        known = _KINDS.get(cls.__name__.lower())
        if known is not None and known.__module__ != cls.__module__:
            raise TypeError(f"there are two orders named {cls.__name__}")
        _KINDS[cls.__name__.lower()] = cls


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes. `thread` is the message to reply under, None for the channel itself.

    `response_url` is Slack's short-lived address for answering only the person who asked; it is
    used when the bot may not post in the channel.
    """

    channel: str
    thread: str | None = None
    user: str | None = None
    response_url: str | None = None


@dataclass(frozen=True, slots=True)
class Check(Order):
    """Diagnose one service."""

    changes = None

    repo: str
    service: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Compare(Order):
    """Put two services side by side."""

    changes = None

    repo: str
    first: str
    second: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Services(Order):
    """List the services of a repo."""

    changes = None

    repo: str
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Details(Order):
    """Post the rest of an answer that was given."""

    changes = None

    answer_id: str


@dataclass(frozen=True, slots=True)
class Choose(Order):
    """Offer the services that an answer's service can be compared with, or compare with `other`."""

    changes = None

    answer_id: str
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Live(Order):
    """Plan a live run of a service; nothing is stopped. `repo` None: no files are read."""

    changes = What.LIVE_PLANNED

    repo: str | None
    service: str
    ref: str | None = None
    namespace: str | None = None

    def changed(self, status: str) -> What | None:
        """A plan that was not made changed nothing."""
        return self.changes if status == "PLANNED" else None

    def about(self, store: Store, job_id: str) -> str:
        """What would be stopped."""
        return _planned(store, job_id)


@dataclass(frozen=True, slots=True)
class LiveOf(Order):
    """Plan a live run of what an answer was about, at its commit."""

    changes = What.LIVE_PLANNED

    answer_id: str

    def changed(self, status: str) -> What | None:
        """A plan that was not made changed nothing."""
        return self.changes if status == "PLANNED" else None

    def about(self, store: Store, job_id: str) -> str:
        """What would be stopped."""
        return _planned(store, job_id)


@dataclass(frozen=True, slots=True)
class LiveRun(Order):
    """Carry out a plan that an allowed person confirmed."""

    changes = What.LIVE_ENDED

    plan_id: str

    def changed(self, status: str) -> What | None:
        """A press that came too late changed nothing."""
        return None if status in ("OK", "EXPIRED") else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """What was stopped."""
        return _planned(store, self.plan_id)


@dataclass(frozen=True, slots=True)
class LiveCancel(Order):
    """Drop a plan."""

    changes = What.LIVE_CANCELLED

    plan_id: str

    def changed(self, status: str) -> What | None:
        """A press that came too late changed nothing."""
        return None if status in ("OK", "EXPIRED") else self.changes

    def about(self, store: Store, job_id: str) -> str:
        """What would have been stopped."""
        return _planned(store, self.plan_id)


@dataclass(frozen=True, slots=True)
class LiveAgain(Order):
    """Make a new plan for what an old one was asked for."""

    changes = What.LIVE_PLANNED

    plan_id: str

    def changed(self, status: str) -> What | None:
        """A plan that was not made changed nothing."""
        return self.changes if status == "PLANNED" else None

    def about(self, store: Store, job_id: str) -> str:
        """What would be stopped."""
        return _planned(store, job_id)


@dataclass(frozen=True, slots=True)
class Whisper(Order):
    """Tell one sentence to the person who asked and to nobody else; `people` are named after it."""

    changes = None

    text: str
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say(Order):
    """Post one short message that is ready: help, or why a request could not be read."""

    changes = None

    text: str
    blocks: tuple[Mapping[str, Any], ...] = ()


LiveOrder = Live | LiveOf | LiveRun | LiveCancel | LiveAgain


def _planned(store: Store, plan_id: str) -> str:
    """What a kept plan stops: `gateway (deployment/gateway in namespace e2e on kind)`."""
    kept = store.plan(plan_id)
    if kept is None:
        return ""
    plan = kept.payload.get("plan") or {}
    kind, name = str(plan.get("kind", "")).lower(), plan.get("name", "")
    where = f"namespace {plan.get('namespace', '')} on {plan.get('cluster', '')}"
    return f"{plan.get('service', '')} ({kind}/{name} in {where})"


def shown_repo(repo: str) -> str:
    """A repo as people may see it: `owner/name`, or a directory's name without its path."""
    return PurePath(repo).name.removesuffix(".git") or "the repo" if PurePath(repo).is_absolute() else repo


def without_paths(text: str, repo: str) -> str:
    """Text about a directory of this machine with every path that leads there cut to its last name."""
    place = PurePath(repo)
    if place.is_absolute():
        for folder in (place, *place.parents[:-1]):
            text = text.replace(str(folder), folder.name)
    return text


def kind_of(order: Order) -> str:
    """The order's name in the store and the logs."""
    return type(order).__name__.lower()


def encode(order: Order, place: Place) -> dict[str, Any]:
    """The order as plain JSON values."""
    fields = asdict(order)  # type: ignore[call-overload]
    return {"kind": kind_of(order), "order": fields, "place": asdict(place)}


def decode(values: Mapping[str, Any]) -> tuple[Order, Place]:
    """The order again. Raises KeyError or TypeError when the values are of another version."""
    fields = {name: tuple(v) if isinstance(v, list) else v for name, v in values["order"].items()}
    return _KINDS[values["kind"]](**fields), Place(**values["place"])
