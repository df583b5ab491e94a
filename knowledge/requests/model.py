"""A help request as frozen types. Every line number is 1-based and counts lines of the ORIGINAL text.

All text in here was written by others: it is data, is mended but not redacted, and quotes Markdown and
HTML as it stands. Whoever shows it makes it harmless for its medium and takes secrets out (bot.redact).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from bot.model import Certainty, Symptom


class Subject(StrEnum):
    """What a claim is about: the small vocabulary that claims are held against a repo by."""

    BUILDER_IMAGE = "builder-image"
    RUNTIME_IMAGE = "runtime-image"
    DOCKERFILE = "dockerfile"
    GO_VERSION = "go-version"
    GOFLAGS = "goflags"
    LDFLAGS = "ldflags"
    LINKING = "linking"
    CGO = "cgo"
    COVERAGE_FLAG = "coverage-flag"
    USER = "user"
    GOCOVERDIR = "gocoverdir"
    MOUNT = "mount"
    HOST_PATH = "host-path"
    CLUSTER = "cluster"
    SHUTDOWN = "shutdown"
    TESTS_PASS = "tests-pass"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Span:
    """Lines of the request, inclusive; `text` is their mended text, cut to a few hundred characters."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Stated:
    """Something the request says in so many words: a status, a priority, a criterion, a thing tried."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Dated:
    """The request's date as written, and as a day where it can be told without guessing."""

    text: str
    day: datetime.date | None
    line: int


@dataclass(frozen=True, slots=True)
class Party:
    """Who asks or is asked. `name` as written, without the word team; `kind` is team or person."""

    name: str
    kind: str
    line: int


@dataclass(frozen=True, slots=True)
class Mention:
    """A service as the request names it, and the known service it is, when that is unique.

    `how` says in one clause what the match stands on; `candidates` are the known services when more
    than one could be meant (then `service` is None). `certainty` is None without a match.
    """

    name: str
    line: int
    service: str | None = None
    certainty: Certainty | None = None
    how: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SymptomReport:
    """A complaint, and what it says of the coverage directory where that can be told."""

    text: str
    line: int
    symptom: Symptom | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the asker's set-up. `value` is the telling part, `text` the whole statement,
    `section` the heading (or lead-in) it stands under."""

    subject: Subject
    value: str
    text: str
    line: int
    section: str = ""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A suspected cause. `rules` are ids of causes.md that it refers to, `kinds` the folk causes
    (`static-linking`, ...) where one is `not-a-cause`; both are empty when it cannot be told."""

    text: str
    line: int
    rules: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A file of a repo. `listed`: it stands in a list of files, and is not only mentioned on the way."""

    path: str
    note: str
    line: int
    listed: bool


@dataclass(frozen=True, slots=True)
class LinkRef:
    """A link as written. Nothing is fetched here; whoever fetches checks the host first."""

    target: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Option:
    """One of several ways to help that the request offers (`Option 2: Review our setup`)."""

    n: str
    title: str
    line: int
    asks: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `n` counts from 1 as written where the numbers rise, else in order of appearance.

    `topics` are of `knowledge.requests.topics.TOPICS`; `details` lines that belong to the question;
    `answered` says that the text itself goes on with an answer.
    """

    n: int
    text: str
    line: int
    topics: tuple[str, ...] = ()
    details: tuple[Stated, ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """What was read from a help request, and in `not_understood` every block that was put nowhere."""

    original: str
    mended: str
    source: str
    title: Stated | None = None
    date: Dated | None = None
    asker: Party | None = None
    asked: tuple[Party, ...] = ()
    status: tuple[Stated, ...] = ()
    service: Mention | None = None
    other_service: Mention | None = None
    symptoms: tuple[SymptomReport, ...] = ()
    errors: tuple[Stated, ...] = ()
    """Exact error texts, as quoted in the request."""
    tried: tuple[Stated, ...] = ()
    claims: tuple[Claim, ...] = ()
    suspects: tuple[Suspect, ...] = ()
    key_files: tuple[KeyFile, ...] = ()
    links: tuple[LinkRef, ...] = ()
    options: tuple[Option, ...] = ()
    questions: tuple[Question, ...] = ()
    success: tuple[Stated, ...] = ()
    priority: Stated | None = None
    timeline: Stated | None = None
    not_understood: tuple[Span, ...] = ()

    @property
    def symptom(self) -> Symptom | None:
        """The one symptom that the complaints agree on, or None."""
        told = {report.symptom for report in self.symptoms if report.symptom is not None}
        return told.pop() if len(told) == 1 else None
