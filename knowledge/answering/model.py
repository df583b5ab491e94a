"""An answered help request as frozen types.

Everything in here is shown to people: text is in plain sentences, excerpts are redacted (bot.boundary),
what others wrote is quoted as it stands and made harmless by the medium that shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Evidence, Fix, Missing, RepoRef
from bot.render.side_by_side import RowLike
from knowledge.requests.model import Claim, HelpRequest, KeyFile, Option, Question, Suspect


@dataclass(frozen=True, slots=True)
class Side:
    """One service at a commit: its path and diagnosis, as `bot.check.check` gives them (redacted)."""

    path: CoveragePath
    diagnosis: Diagnosis

    @property
    def name(self) -> str:
        return self.path.service.name


@dataclass(frozen=True, slots=True)
class KnownCase:
    """A resolved case of a service: `proven` says in one clause by what (`a run on 3 November`), `solved_at`
    in seconds since the epoch."""

    id: str
    service: str
    rule: str
    summary: str
    fix: str
    proven: str
    solved_at: float
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """An experiment that ran: its claim in one sentence, the Go versions (`go1.27.3`) with which it
    reproduced, oldest first, and the date (ISO 8601) of the latest run."""

    experiment: str
    claim: str
    versions: tuple[str, ...]
    date: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence (or two) of an answer and what it stands on; never neither. `case` is a resolved case."""

    text: str
    evidence: tuple[Evidence, ...] = ()
    proofs: tuple[Proof, ...] = ()
    case: KnownCase | None = None


class Answered(StrEnum):
    """How far a question is answered. PARTLY: something of it stands on nothing we could read."""

    ANSWERED = "answered"
    PARTLY = "partly"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class QuestionAnswer:
    """A question with its answer. `missing` says what of it could not be told, and why; an UNANSWERED one has
    no statements and at least one Missing."""

    question: Question
    status: Answered
    statements: tuple[Statement, ...] = ()
    missing: tuple[Missing, ...] = ()

    @property
    def text(self) -> str:
        """The answer as running text."""
        return " ".join(statement.text for statement in self.statements)

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """The evidence of all statements, each once."""
        return tuple(dict.fromkeys(e for statement in self.statements for e in statement.evidence))


@dataclass(frozen=True, slots=True)
class OptionAnswer:
    """What one option of the request asks to be shown, each answered as a question."""

    option: Option
    answers: tuple[QuestionAnswer, ...]


class ClaimVerdict(StrEnum):
    """Whether the repo says what the request says of it."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """A statement of the request held against the asker's repo. `text` says in one sentence what the repo
    says (`docker/x.Dockerfile:56 says ubi-minimal`) or why it cannot be told; CONFIRMED and CONTRADICTED
    have evidence."""

    claim: Claim
    verdict: ClaimVerdict
    text: str
    evidence: tuple[Evidence, ...] = ()


class Ruling(StrEnum):
    """What became of a suspicion."""

    NOT_A_CAUSE = "not a cause"
    """An experiment shows that it never empties the figure."""
    THE_CAUSE = "the cause"
    """A certain or likely finding on the asker's path is just that."""
    POSSIBLE = "possible"
    NOT_HERE = "not here"
    """It can be a cause, and the asker's path is right in that point."""
    OPEN = "open"
    """It could not be settled; the text says why."""


@dataclass(frozen=True, slots=True)
class SuspectRuling:
    """A suspected cause with its ruling, in `text` the reason in a sentence or two."""

    suspect: Suspect
    ruling: Ruling
    text: str
    evidence: tuple[Evidence, ...] = ()
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class FileReview:
    """A key file of the request as it was reviewed. `path` is the file in the repo, None when there is none
    (`text` then says what was looked for); `findings` are ids of the rules whose causes cite it, `points`
    the sentences of `text` by what they are about."""

    key_file: KeyFile
    path: str | None
    text: str
    findings: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[Fix, ...] = ()
    points: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """A live run that would settle what files cannot: the command, what it settles, what is affected."""

    service: str
    command: str
    settles: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns something: `names` as the source writes them (`@acme/sp-team`), `of` what (a path, a team),
    `why` where that stands, as evidence of CODEOWNERS or None for the settings."""

    names: tuple[str, ...]
    of: str
    why: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """What remains, for people to read in a minute: `lines` are at most a dozen one-line items, `open` the
    numbers of the questions that are not (wholly) answered."""

    owners: tuple[Owner, ...]
    lines: tuple[str, ...]
    open: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RequestAnswer:
    """The answer to a help request. `ours` is the asking service, `theirs` the one that is asked about; each
    is None when it could not be told which service is meant (then `missing` says so)."""

    request: HelpRequest
    repo: str
    commit: str
    ours: Side | None
    theirs: Side | None
    questions: tuple[QuestionAnswer, ...] = ()
    claims: tuple[ClaimCheck, ...] = ()
    suspects: tuple[SuspectRuling, ...] = ()
    reviews: tuple[FileReview, ...] = ()
    rows: Sequence[RowLike] = ()
    proposal: Proposal | None = None
    bundle: Bundle | None = None
    missing: tuple[Missing, ...] = ()
    cases: tuple[KnownCase, ...] = field(default=())
    """Resolved cases with the same first cause."""
    asks: tuple[OptionAnswer, ...] = ()
    ref: RepoRef | None = None
    """The repo and the commit, for links."""
