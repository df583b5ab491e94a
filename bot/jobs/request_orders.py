"""What can be ordered of a help request; where its words lie is a Source."""

from __future__ import annotations

from dataclasses import dataclass

from bot.jobs.orders import Order
from bot.jobs.request_source import Fetched, Source, SourceKind


@dataclass(frozen=True, slots=True)
class AnswerRequest(Order):
    """Answer the help request that lies at a Source (`kind`, `what`, `where`: its repo) from `repo` at `ref`.

    `message` is `CHANNEL TS` of the message that holds the request, "" when no message does.
    """

    changes = None

    repo: str
    kind: str
    what: str
    where: str = ""
    ref: str | None = None
    message: str = ""

    @property
    def source(self) -> Source:
        """Where the request's words lie."""
        return Source(SourceKind(self.kind), self.what, self.where)


@dataclass(frozen=True, slots=True)
class RequestComparison(Order):
    """Post the comparison that was made for a request's answer."""

    changes = None

    answer_id: str


def ref_of(order: AnswerRequest, asked: Fetched) -> str | None:
    """The ref to answer at: the named one, else that of the link when the repo is the linked one."""
    linked = asked.ref if order.where.lower() == order.repo.lower() else None
    return order.ref or linked
