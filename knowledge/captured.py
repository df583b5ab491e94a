"""A captured article: what a person saved of a resolved thread, as fields and as the Markdown of an article.

Everything captured is text. It cannot become a template (`literal`), front matter (it is quoted) or markup of
Slack (whoever shows it escapes it).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from knowledge.articles import ArticleStatus, Cited

TITLE, QUESTION, CAUSE, FIX, LINKS = "title", "question", "cause", "fix", "links"
FIELDS = (TITLE, QUESTION, CAUSE, FIX, LINKS)
"""What people write; `links` is one a line."""

MAX_TITLE = 150
MAX_FIELD = 3_000
"""Slack's bound on a field of a modal."""
MAX_LINKS = 20
MAX_LINK = 500
MAX_QUESTIONS = 8
MAX_QUESTION = 300
_MOST_MARKS = 200
_SLUG = 60

_MARK = re.compile(r"\{(?=[{%#])")
_URL = re.compile(r"https?://[^\s<>\"'`|]{1,480}")
_PLACE = re.compile(r"([\w.@+-][\w./@+-]{0,250})(?::([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?)?")


@dataclass(frozen=True, slots=True)
class Captured:
    """What is saved of a thread. `links` are addresses and `path:line`; `evidence` files of the case's repo
    with their blob at the case's commit; `provenance` says in a clause where it comes from."""

    title: str
    question: str
    cause: str
    fix: str
    links: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    evidence: tuple[Cited, ...] = ()
    provenance: str = ""

    def plain(self) -> dict[str, Any]:
        """As plain JSON values."""
        return asdict(self)


def captured(values: Mapping[str, Any]) -> Captured:
    """The fields again."""
    held: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in values.items()
    }
    cited = tuple(Cited(**each) for each in held.pop("evidence", ()))
    return Captured(**held, evidence=cited)


def problems(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with what a person wrote, by field; empty when it can be kept."""
    found: dict[str, str] = {}
    for name in (TITLE, QUESTION, CAUSE, FIX):
        text, most = values.get(name, "").strip(), MAX_TITLE if name == TITLE else MAX_FIELD
        if not any(map(str.isalnum, text)):
            found[name] = f"Write the {name}."
        elif len(text) > most:
            found[name] = f"At most {most:,} characters; these are {len(text):,}."
    why = _wrong_links(split_links(values.get(LINKS, "")))
    return found if why is None else {**found, LINKS: why}


def split_links(text: str) -> tuple[str, ...]:
    """The lines of the field of links."""
    return tuple(line for line in (line.strip() for line in text.splitlines()) if line)


def _wrong_links(links: tuple[str, ...]) -> str | None:
    if len(links) > MAX_LINKS:
        return f"At most {MAX_LINKS} links; these are {len(links)}."
    for number, link in enumerate(links, 1):
        if len(link) > MAX_LINK:
            return f"Line {number} is longer than {MAX_LINK} characters."
        if _URL.fullmatch(link) is None and place(link) is None:
            return f"Line {number} is neither an address (https://...) nor a file (path:line)."
    return None


def place(link: str) -> tuple[str, str] | None:
    """(path, lines) of a link that names a file of the repo: `deploy/x.yaml:12-14`."""
    match = _PLACE.fullmatch(link)
    if match is None or "//" in link or ".." in link.split("/") or not re.search(r"[./]", match[1]):
        return None
    return match[1], "" if match[2] is None else match[2] + (f"-{match[3]}" if match[3] else "")


def article_id(title: str, spare: str) -> str:
    """The id that an article's title gives; `captured-<spare>` for a title without Latin letters."""
    flat = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", flat)[: _SLUG * 2].strip("-")
    if len(slug) > _SLUG:
        slug = slug[:_SLUG].rpartition("-")[0] or slug[:_SLUG]
    return slug if len(slug) >= 4 else f"captured-{spare[:8]}"


def markdown(fields: Captured, id: str, status: ArticleStatus, owner: str = "") -> str:
    """The article: front matter of `knowledge.articles`, and a body that is no template."""
    front = [f"id: {id}", f"title: {_quoted(fields.title)}", f"status: {status.value}"]
    front += _listed("symptoms", fields.symptoms) + _listed("rules", fields.rules)
    front += _listed("questions", questions(fields.question))
    if fields.evidence:
        front += ["evidence:", *(f"  - {_cited(each)}" for each in fields.evidence)]
    front += [f"owner: {_quoted(owner)}"] if owner else []
    front += [f"provenance: {_quoted(fields.provenance)}"] if fields.provenance else []
    parts = [("What was asked", fields.question), ("Cause", fields.cause), ("Fix", fields.fix)]
    if fields.links:
        parts.append(("Links", "\n".join(f"- {link}" for link in fields.links)))
    body = "\n\n".join(f"## {title}\n\n{text.strip()}" for title, text in parts)
    return "\n".join(["---", *front, "---", literal(body), ""])


def questions(text: str) -> tuple[str, ...]:
    """The questions in a text; its first line when nothing in it is one."""
    sentences = [part.strip() for part in re.split(r"(?<=[?.!])\s+|\n", text) if part.strip()]
    asked = [part for part in sentences if part.endswith("?")] or sentences[:1]
    return tuple(dict.fromkeys(part[:MAX_QUESTION] for part in asked))[:MAX_QUESTIONS]


def literal(text: str) -> str:
    """Text as a template that gives just that text. One with very many marks gets blanks between them."""
    if len(_MARK.findall(text)) > _MOST_MARKS:
        return _MARK.sub("{ ", text)
    return _MARK.sub('{{ "{" }}', text)


def _quoted(text: str) -> str:
    """Text as a YAML scalar on one line: JSON's quotes are YAML's too."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _listed(key: str, words: tuple[str, ...]) -> list[str]:
    return [f"{key}: [{', '.join(_quoted(word) for word in words)}]"] if words else []


def _cited(cited: Cited) -> str:
    held = {key: value for key, value in asdict(cited).items() if value}
    return "{" + ", ".join(f"{key}: {_quoted(value)}" for key, value in held.items()) + "}"
