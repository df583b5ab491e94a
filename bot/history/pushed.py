"""A figure as it is pushed from CI: the JSON of `POST /api/figures`, written and read.

    {"version": 1, "repo": "acme/shop", "service": "gateway", "commit": "<40 hex>", "branch": "main",
     "at": 1795400000.0, "run": "<what measured it>", "statements": 200, "covered": 120,
     "packages": [["acme/shop/pkg/a", 120, 60], ...]}

`branch`, `at` and `run` may be left out. Pushed again, the same figure is the same: its id is made of
everything but the time.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.covdata.summary import Summary, largest_packages
from bot.errors import UsageError
from bot.history.model import Figure, PackageFigure, Source

PATH = "/api/figures"
MAX_BYTES = 1_000_000
MAX_PACKAGES = 2_000
MAX_NAME = 500
LATE, EARLY = 3_600.0, 366 * 86_400.0
"""A figure may be stamped so many seconds after now (clocks differ), or before it."""

Count = Annotated[int, Field(ge=0, le=10**12)]
_REPO = r"^[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}$"
_VISIBLE = re.compile(r"[^\x00-\x1f\x7f\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]*")


class _Pushed(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    version: Literal[1]
    repo: str = Field(pattern=_REPO)
    service: str = Field(min_length=1, max_length=200)
    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    branch: str | None = Field(None, min_length=1, max_length=250)
    at: float | None = None
    run: str = Field("", max_length=200)
    statements: Count
    covered: Count
    packages: list[tuple[Annotated[str, Field(max_length=MAX_NAME)], Count, Count]] = Field(
        default=[], max_length=MAX_PACKAGES
    )

    @model_validator(mode="after")
    def _adds_up(self) -> _Pushed:
        if self.covered > self.statements or any(ran > all_ for _, all_, ran in self.packages):
            raise ValueError("more statements are covered than there are")
        if sum(all_ for _, all_, _ in self.packages) > self.statements:
            raise ValueError("the packages have more statements than the whole")
        names = [path for path, _, _ in self.packages]
        if len(set(names)) != len(names):
            raise ValueError("a package stands twice")
        for text in (self.service, self.branch or "", self.run, *names):
            if _VISIBLE.fullmatch(text) is None:
                raise ValueError("a name holds characters that cannot be seen")
        return self


def encode(
    summary: Summary, *, repo: str, service: str, commit: str, branch: str | None, run: str = ""
) -> bytes:
    """The JSON of a figure; of more packages than it may hold the largest."""
    rows = largest_packages(summary, MAX_PACKAGES)
    values: dict[str, Any] = {
        "version": 1,
        "repo": repo,
        "service": service,
        "commit": commit,
        "branch": branch,
        "run": run,
        "statements": summary.statements,
        "covered": summary.covered,
        "packages": [[row.path, row.statements, row.covered] for row in rows if _fits(row.path)],
    }
    while len(body := json.dumps(values).encode()) > MAX_BYTES and values["packages"]:
        values["packages"] = values["packages"][: len(values["packages"]) * 3 // 4]
    return body


def _fits(path: str) -> bool:
    return len(path) <= MAX_NAME and _VISIBLE.fullmatch(path) is not None


def decode(body: bytes, now: float, source: Source = Source.PUSH) -> Figure:
    """The figure in a body; without a time it is of now. Raises UsageError with the place that is wrong."""
    try:
        pushed = _Pushed.model_validate_json(body[: MAX_BYTES + 1])
    except ValidationError as error:
        raise _explained(error) from None
    at = now if pushed.at is None else pushed.at
    if not now - EARLY <= at <= now + LATE:
        raise UsageError("at: the figure is stamped in the future, or more than a year ago.")
    return Figure(
        id=_id(pushed),
        repo=pushed.repo.lower(),
        service=pushed.service,
        at=at,
        source=source,
        statements=pushed.statements,
        covered=pushed.covered,
        commit=pushed.commit,
        branch=pushed.branch,
        packages=tuple(PackageFigure(*package) for package in pushed.packages),
    )


def _id(pushed: _Pushed) -> str:
    values: dict[str, Any] = pushed.model_dump(exclude={"at", "version"})
    values["repo"] = pushed.repo.lower()
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:40]


def _explained(error: ValidationError) -> UsageError:
    """The first thing that is wrong, with its place; values are left out."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"]) or "the body"
    return UsageError(f"{place[:80]}: {first['msg'][:200]}.", hint="docs/history.md has the format.")
