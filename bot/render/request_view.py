"""An answered help request, ready for any medium: what people read, in the order in which they read it.

Built by `knowledge.answering.view`; terminal, Markdown, JSON and Slack only lay it out. All texts are
redacted; what others wrote in them stands as it is, and each medium makes it harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Evidence, Fix, Missing, RepoRef
from bot.render.answer import Answer, Mark
from bot.render.side_by_side import RowLike


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence or two and what it stands on: places in files, and in `basis` one clause each for an
    experiment (`experiment static, Go 1.27.3, 2026-11-02`) or a resolved case. `url` leads to that case."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    basis: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One point of the request with what became of it.

    `title` is quoted from the request (line `line`), `label` the word for the outcome (answered, not a
    cause, contradicted, ...), `mark` how it stands, `missing` what could not be told.
    """

    title: str
    label: str
    mark: Mark
    line: int
    said: tuple[Said, ...] = ()
    missing: tuple[Missing, ...] = ()
    fixes: tuple[Fix, ...] = ()
    n: int | None = None
    path: str | None = None
    findings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is said as running text."""
        return " ".join(said.text for said in self.said)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The places of all that is said, each once."""
        return tuple(dict.fromkeys(e for said in self.said for e in said.evidence))


@dataclass(frozen=True, slots=True)
class SideView:
    """One service: its answer as `check` gives it, and what that was built from."""

    path: CoveragePath
    diagnosis: Diagnosis
    answer: Answer

    @property
    def name(self) -> str:
        return self.path.service.name


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A live run: the command, what it settles, and what it does."""

    command: str
    settles: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class OwnerView:
    """Who owns something, and where that stands (None: the settings)."""

    names: tuple[str, ...]
    of: str
    why: Evidence | None


@dataclass(frozen=True, slots=True)
class BundleView:
    """What remains and who can tell; `open` are numbers of questions."""

    owners: tuple[OwnerView, ...]
    lines: tuple[str, ...]
    open: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskedView:
    """The request as it was read: who asks whom for what. `unread` are blocks put nowhere, with lines;
    `taken` says of each service that is named otherwise what its name was taken for, and why."""

    source: str
    title: str
    date: str
    asker: str
    asked: tuple[str, ...]
    symptom: str | None
    options: tuple[tuple[str, str], ...] = ()
    unread: tuple[tuple[int, int, str], ...] = ()
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionView:
    """An option of the request (`Option 1: Quick Comparison`) with what it asks to be shown."""

    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RequestView:
    """The whole answer: `headline` for a lead, then cause, suspects, statements, questions, the rest."""

    headline: str
    asked: AskedView
    repo: RepoRef
    ours: SideView | None
    theirs: SideView | None
    suspects: tuple[Item, ...]
    claims: tuple[Item, ...]
    questions: tuple[Item, ...]
    reviews: tuple[Item, ...]
    rows: Sequence[RowLike]
    proposal: ProposalView | None
    bundle: BundleView | None
    missing: tuple[Missing, ...]
    cases: tuple[Said, ...]
    in_short: tuple[Said, ...] = ()
    options: tuple[OptionView, ...] = ()

    @property
    def contradicted(self) -> tuple[Item, ...]:
        """The statements of the request that the repo contradicts."""
        return tuple(item for item in self.claims if item.label == "contradicted")
