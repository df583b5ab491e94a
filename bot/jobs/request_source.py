"""Where a help request lies, how it is fetched, and what is refused.

Sources: text that came with the order, an uploaded file, the first message of a thread, a file in a repo, an
issue or a pull request. What was fetched is text with its secrets taken out; nothing of it is followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any, Protocol

from bot.errors import RefNotFound, RepoError, UsageError
from bot.redact import redact
from bot.repo.base import Skip
from bot.repo.issues import Issue
from bot.repo.links import FileLink
from bot.repo.opened import OpenSnapshot, opened
from knowledge.requests.looks import looks_like_request
from knowledge.requests.mend import decode

MAX_BYTES = 2_000_000
"""The largest file that is fetched from Slack."""
MAX_TEXT = 40_000
"""Characters of a message that go into an order; Slack cuts messages there."""

_ENDINGS = frozenset({".md", ".markdown", ".txt", ".text"})
_KINDS = frozenset({"markdown", "text"})
_TYPES = frozenset({"text/markdown", "text/plain", "text/x-markdown"})


class SourceKind(StrEnum):
    """What `what` of a Source is."""

    TEXT = "text"
    """The words themselves, as Markdown."""
    FILE = "file"
    """The id of a file in Slack."""
    THREAD = "thread"
    """`CHANNEL TS` of a thread's first message."""
    PATH = "path"
    """The segments of a link after `blob`, in `repo`."""
    ISSUE = "issue"
    """The number of an issue or a pull request, in `repo`."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words of a request lie. `repo` is `owner/name` for PATH and ISSUE."""

    kind: SourceKind
    what: str
    repo: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message's words as Markdown, the id of the text file in it, and why a file in it is not read."""

    text: str
    file: str | None = None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The words of a request without secrets, and where they came from in a few words."""

    text: str
    source: str
    ref: str | None = None
    """Of a PATH: the ref that the link names."""


class Inbox(Protocol):
    """What lies in the medium that people ask in. May raise TryAgain, UsageError and SlackError."""

    def file(self, file_id: str) -> bytes:
        """The content of an uploaded file."""
        ...

    def first_message(self, channel: str, ts: str) -> Asked:
        """The message that a thread hangs on."""
        ...


ReadIssue = Callable[[str, int], Issue]
"""(owner/name, number) -> Issue. Raises RepoError."""


class Sources:
    """Fetches the words of requests."""

    def __init__(self, inbox: Inbox, open_snapshot: OpenSnapshot, read_issue: ReadIssue) -> None:
        self._inbox = inbox
        self._open = open_snapshot
        self._read_issue = read_issue

    def fetch(self, source: Source) -> Fetched:
        """The words. Raises UsageError when they are none, RepoError, SlackError, TryAgain."""
        match source.kind:
            case SourceKind.TEXT:
                return _told(source.what, "the message")
            case SourceKind.FILE:
                return _told(_text(self._inbox.file(source.what)), "the uploaded file")
            case SourceKind.THREAD:
                return self._thread(*source.what.split(" ", 1))
            case SourceKind.PATH:
                return self._path(FileLink(source.repo, tuple(source.what.split("/"))))
            case SourceKind.ISSUE:
                issue = self._read_issue(source.repo, int(source.what))
                return _told(issue.markdown, f"{source.repo}#{issue.number}")

    def _thread(self, channel: str, ts: str) -> Fetched:
        asked = self._inbox.first_message(channel, ts)
        if asked.file is not None and not looks_like_request(asked.text):
            return _told(_text(self._inbox.file(asked.file)), "the uploaded file")
        if asked.refused and len(asked.text) < 100:
            raise UsageError(asked.refused, hint="Paste the text, or upload it as a Markdown file.")
        return _told(asked.text, "the thread's first message")

    def _path(self, link: FileLink) -> Fetched:
        """Read a file of a repo at the ref of its link: the first split of the link that names a ref."""
        last: RepoError | None = None
        for ref, path in link.splits():
            try:
                with opened(self._open, link.repo, ref) as snapshot:
                    found = snapshot.read(path)
            except RefNotFound as error:
                last = last or error
                continue
            except UsageError:
                continue
            if isinstance(found, Skip):
                raise UsageError(f"{path} in {link.repo} @ {ref} cannot be read: it {found.reason}.")
            told = _told(found.text, f"{path} in {link.repo} @ {snapshot.ref.short}")
            return Fetched(told.text, told.source, ref)
        raise last or UsageError("This link names no file of the repo.")


def file_refusal(file: Mapping[str, Any]) -> str:
    """Why an uploaded file is not read, from what Slack says of it; "" for a text file."""
    name = str(file.get("name") or file.get("title") or "")
    ending = PurePosixPath(name.lower()).suffix
    kind, mime = str(file.get("filetype") or ""), str(file.get("mimetype") or "").split(";")[0]
    if file.get("mode") in ("tombstone", "hidden_by_limit"):
        return "The file is no longer in Slack."
    if file.get("is_external") or file.get("mode") == "external":
        return "The file does not lie with Slack, so I do not fetch it."
    plain = ending in _ENDINGS or (ending == "" and (kind in _KINDS or mime in _TYPES))
    if file.get("file_access") != "check_file_info" and not plain:
        return "I read Markdown and text files only (.md, .txt)."
    size = file.get("size")
    if isinstance(size, int) and size > MAX_BYTES:
        return f"The file is larger than {MAX_BYTES // 1_000_000} MB."
    return ""


def _text(data: bytes) -> str:
    """The text of a file. Raises UsageError when it holds what no text does."""
    marked = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if b"\0" in data and not marked:
        raise UsageError("The file is not text.", hint="Upload it as a Markdown file.")
    return decode(data)


def _told(text: str, source: str) -> Fetched:
    if not text.strip():
        raise UsageError("There are no words in the request.", hint="Paste its text.")
    return Fetched(redact(text), source)
