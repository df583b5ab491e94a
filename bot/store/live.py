"""Live runs and their plans as the store keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class PlanState(StrEnum):
    """A plan is open until the first press or its end; no state is ever left again but `open`."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan that was shown. `payload` holds it with what was asked and where it stands; `digest` is what
    a confirmation is bound to; `expires_at` in seconds since the epoch; `settled_by` the job that ended
    its open state for the person `settled_for`."""

    id: str
    payload: Mapping[str, Any]
    digest: str
    expires_at: float
    asked_by: str | None = None
    state: str = PlanState.OPEN.value
    settled_by: str | None = None
    settled_for: str | None = None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A live run, whatever came of it: `status` is the diagnosis' or FAILED.

    `packages` are [path, statements, covered], the largest first; `statements` and `covered` None where
    there is no figure. `started_at` in seconds since the epoch.
    """

    id: str
    service: str
    repo: str | None
    commit: str | None
    ref: str | None
    cluster: str
    namespace: str
    target: str
    started_at: float
    seconds: float
    status: str
    symptom: str | None = None
    statements: int | None = None
    covered: int | None = None
    packages: list[Any] = field(default_factory=list)
    causes: list[Any] = field(default_factory=list)
    result: Mapping[str, Any] = field(default_factory=dict)
    asked_by: str | None = None


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came of a live run, without its packages and what was told; fields as in StoredRun."""

    id: str
    service: str
    repo: str
    ref: str | None
    started_at: float
    status: str
    statements: int | None
    covered: int | None
    causes: list[Any]
