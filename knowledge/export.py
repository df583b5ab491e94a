"""The knowledge base as files for a repo: each document as text, without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import KnowledgeError
from bot.redact import hidden_lines, redact
from knowledge.articles import Article, decoded, read_article
from knowledge.library import Library, file_name


class Only(StrEnum):
    """Which documents are exported."""

    CONFIRMED = "confirmed"
    DRAFT = "draft"
    STALE = "stale"
    CASE = "case"
    OWN = "own"
    """What was captured or imported: all but the articles that covcheck ships."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The documents' ids, their texts by path, how many had secrets in them, and what could not be read."""

    ids: tuple[str, ...]
    files: Mapping[str, str]
    redacted: int
    problems: tuple[str, ...]


def export_files(library: Library, folder: str, only: Only | None = None) -> Exported:
    """The documents as `FOLDER/<id>.md`, UTF-8 with LF. Raises KnowledgeError when the library is broken."""
    ids: list[str] = []
    files: dict[str, str] = {}
    problems: list[str] = []
    redacted = 0
    for id, entry in sorted(library.entries().items()):
        if only is Only.OWN and entry.origin == "shipped":
            continue
        try:
            data = library.data(id)
            wanted = _wanted(read_article(data, f"{id}.md"), only)
            text = decoded(data, f"{id}.md")
        except KnowledgeError as error:
            problems.append(str(error))
            continue
        if wanted:
            shown = without_secrets(text)
            redacted += shown != text
            ids.append(id)
            files["/".join(filter(None, (folder.strip("/"), file_name(id))))] = shown
    return Exported(tuple(ids), files, redacted, tuple(problems))


def _wanted(article: Article, only: Only | None) -> bool:
    return only in (None, Only.OWN) or only == (article.status or "case")


def without_secrets(text: str) -> str:
    """A document with every secret in it replaced, line by line and as a whole."""
    lines = text.split("\n")
    hidden = hidden_lines(text, lines)
    return redact("\n".join(hidden.get(number, line) for number, line in enumerate(lines)))
