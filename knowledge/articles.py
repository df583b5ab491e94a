"""Articles: resolved cases as answer templates, in Markdown with front matter; and plain cases.

    ---
    id: path-mismatch-kind            # a-z, 0-9 and dashes
    title: The pod writes where Kind mounts nothing
    status: confirmed                 # draft, confirmed or stale (then `stale_because` says why)
    symptoms: [NOTHING]               # of bot.model.Symptom
    rules: [path-mismatch]            # ids of rules that find it
    questions:                        # as people ask them
      - why is the host directory empty although the pod writes?
    experiments: [exp-id]             # experiments that show it
    evidence:                         # files it was true of: the blob's SHA says when
      - {repo: acme/shop, path: kind.yaml, lines: 12-14, sha: 3b18e5..., url: ...}
    owner: "@test-infra"
    provenance: where it comes from, in one clause
    ---
    The body: the answer, a template in Jinja.

A document without front matter, or with one of another tool (no `id`), is a plain case: its id is the
file's stem, its title the first heading. Text in a document is data; nothing in it is run here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from bot.errors import KnowledgeError
from bot.model import Evidence, Symptom
from bot.path.manifest.tree import Tree
from bot.path.manifest.yamltree import documents as yaml_documents

MAX_BYTES = 2_000_000
"""Larger documents are refused with a reason: no person writes such a case."""

MAX_FRONT_LINES = 400
MAX_FRONT_CHARS = 60_000
MAX_ID = 180

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,100}[a-z0-9])?")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LINES = re.compile(r"[1-9]\d{0,6}(?:-[1-9]\d{0,6})?")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(\S.*)")
_KEYS = (
    "id",
    "title",
    "status",
    "symptoms",
    "rules",
    "questions",
    "experiments",
    "evidence",
    "owner",
    "provenance",
    "stale_because",
)


class ArticleStatus(StrEnum):
    """How far an article can be trusted; STALE when a cited file has changed since."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Cited:
    """A file that an article cites: `sha` is its blob's id when the article was true.

    `repo` is `owner/name`, or empty for the repo that is asked about; `lines` is `12` or `12-14`.
    """

    path: str
    sha: str
    repo: str = ""
    lines: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article, or a plain case (`status` is None: a document as it is, no template).

    `body` is the text below the front matter, `source` the file it came from, for messages, and
    `first_line` the 1-based line of the file on which the body starts.
    """

    id: str
    title: str
    body: str
    status: ArticleStatus | None = None
    symptoms: tuple[Symptom, ...] = ()
    rules: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    experiments: tuple[str, ...] = ()
    evidence: tuple[Cited, ...] = ()
    owner: str = ""
    provenance: str = ""
    source: str = ""
    first_line: int = 1
    stale_because: str = ""

    @property
    def is_case(self) -> bool:
        """Whether this is a document as it was found, not an article with a template."""
        return self.status is None


def read_article(data: bytes, source: str) -> Article:
    """The article or case in a file's bytes; `source` is its name, the stem of which a case gets as id.

    A byte order mark is dropped, UTF-16 with a mark is read, other invalid bytes are replaced.
    Raises KnowledgeError with file and line for what is no text, too large, or a wrong front matter.
    """
    if len(data) > MAX_BYTES:
        raise KnowledgeError(f"{source} is larger than {MAX_BYTES:,} bytes and was not read.")
    text = decoded(data, source)
    front, body, first_line = _split(text)
    if front is None:
        return _case(text, source)
    trees = yaml_documents(front, lambda line, end: Evidence(source, line + 1, end + 1))
    tree = trees[0] if trees else None
    if tree is not None and tree.unknown is not None:
        if not re.search(r"(?m)^id[ \t]*:", front):
            return _case(text, source)
        raise KnowledgeError(f"{tree.evidence.place}: the front matter {tree.unknown}.")
    if tree is None or tree.fields is None:
        return _case(text, source)
    if "id" not in tree.fields:
        return _case(body, source, title=tree.text("title"), first_line=first_line)
    return _Front(tree, source).article(body, first_line)


def decoded(data: bytes, source: str) -> str:
    """A file's text with LF at the ends of lines. Raises KnowledgeError for a binary file."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif b"\0" in data:
        raise KnowledgeError(f"{source}:1 is a binary file, not a document.")
    else:
        text = data.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _split(text: str) -> tuple[str | None, str, int]:
    """Front matter, body and the body's first line; None when the text starts with no closed block."""
    if not text.startswith("---\n"):
        return None, text, 1
    head = text[4 : 4 + MAX_FRONT_CHARS].split("\n", MAX_FRONT_LINES)
    size = 4
    for number, line in enumerate(head[:MAX_FRONT_LINES]):
        size += len(line) + 1
        if line.rstrip() in ("---", "..."):
            return "\n".join(head[:number]) + "\n", text[size:], number + 3
    return None, text, 1


def _case(text: str, source: str, *, title: str | None = None, first_line: int = 1) -> Article:
    name = source.replace("\\", "/").rpartition("/")[2]
    stem = (name.rpartition(".")[0] or name)[:MAX_ID]
    return Article(
        stem, plain_title(title or first_heading(text) or stem), text, source=source, first_line=first_line
    )


def first_heading(text: str) -> str | None:
    """The text of the first ATX heading outside code fences, or None."""
    fenced = False
    for line in text[:100_000].split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            fenced = not fenced
        match = None if fenced else _HEADING.match(line[:1_000])
        if match is not None:
            return match[1].rstrip(" #") or None
    return None


def plain_title(text: str) -> str:
    """A heading on one line without emphasis and code marks, at most 200 characters."""
    flat = " ".join(re.sub(r"[*`]|~~", "", text[:1_000]).split())
    return flat if len(flat) <= 200 else flat[:199].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class _Front:
    """The front matter of an article as a tree with lines."""

    tree: Tree
    source: str

    def article(self, body: str, first_line: int) -> Article:
        for key, value in (self.tree.fields or {}).items():
            if key not in _KEYS:
                near = get_close_matches(key, _KEYS, 1)
                known = f"`{near[0]}` may be meant" if near else f"known: {', '.join(_KEYS)}"
                raise self._wrong(value, f"`{key[:60]}` is not a key of articles ({known})")
        status = self._one_of("status", ArticleStatus, "draft")
        symptoms = tuple(self._member(tree, Symptom, "symptoms") for tree in self._list("symptoms"))
        return Article(
            id=self._id(),
            title=plain_title(self._text("title", needed=True)),
            body=body,
            status=status,
            symptoms=symptoms,
            rules=self._words("rules"),
            questions=self._words("questions"),
            experiments=self._words("experiments"),
            evidence=tuple(self._cited(tree) for tree in self._list("evidence")),
            owner=self._text("owner"),
            provenance=self._text("provenance"),
            stale_because=self._text("stale_because"),
            source=self.source,
            first_line=first_line,
        )

    def _wrong(self, tree: Tree | None, what: str) -> KnowledgeError:
        place = (tree or self.tree).evidence.place
        return KnowledgeError(f"{place}: {what}.", hint="docs/knowledge.md says what an article holds.")

    def _id(self) -> str:
        value = self._text("id", needed=True)
        if _ID.fullmatch(value) is None:
            raise self._wrong(self.tree.get("id"), f"the id {value[:60]!r} must be of a-z, 0-9 and dashes")
        return value

    def _text(self, key: str, *, needed: bool = False) -> str:
        tree = self.tree.get(key)
        if tree is not None and (tree.fields is not None or tree.items is not None):
            raise self._wrong(tree, f"`{key}` must be one text")
        value = "" if tree is None or tree.scalar is None else " ".join(tree.scalar.split())
        if needed and not value:
            raise self._wrong(tree, f"`{key}` is missing")
        return value

    def _one_of(self, key: str, kind: type[ArticleStatus], default: str) -> ArticleStatus:
        value = self._text(key) or default
        if value not in set(kind):
            names = ", ".join(each.value for each in kind)
            raise self._wrong(self.tree.get(key), f"`{key}` is {value[:60]!r}; one of {names} is meant")
        return kind(value)

    def _member(self, tree: Tree, kind: type[Symptom], key: str) -> Symptom:
        if tree.scalar not in set(kind):
            names = ", ".join(each.value for each in kind)
            raise self._wrong(tree, f"{(tree.scalar or '')[:60]!r} in `{key}` is none of {names}")
        return kind(tree.scalar)

    def _list(self, key: str) -> tuple[Tree, ...]:
        tree = self.tree.get(key)
        if tree is None or (tree.scalar is None and tree.fields is None and tree.items is None):
            return ()
        if tree.items is None:
            raise self._wrong(tree, f"`{key}` must be a list")
        return tree.items

    def _words(self, key: str) -> tuple[str, ...]:
        for tree in self._list(key):
            if tree.scalar is None:
                raise self._wrong(tree, f"`{key}` must be a list of texts")
        return tuple(" ".join((tree.scalar or "").split()) for tree in self._list(key))

    def _cited(self, tree: Tree) -> Cited:
        fields: Mapping[str, Tree] = tree.fields or {}
        values = {key: (value.scalar or "").strip() for key, value in fields.items()}
        unknown = [key for key in values if key not in ("repo", "path", "lines", "sha", "url")]
        if unknown:
            raise self._wrong(fields[unknown[0]], f"`{unknown[0][:60]}` is not a key of evidence")
        if not values.get("path"):
            raise self._wrong(tree, "evidence needs the `path` of a file")
        if _SHA.fullmatch(values.get("sha", "")) is None:
            raise self._wrong(tree, "evidence needs `sha`, the blob's id of 40 hex digits")
        if values.get("lines") and _LINES.fullmatch(values["lines"]) is None:
            raise self._wrong(tree, "`lines` is written 12 or 12-14")
        return Cited(**values)
