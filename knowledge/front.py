"""Front matter changed in place: a key's line is replaced or added, all others stay as they were written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from bot.errors import KnowledgeError
from knowledge.articles import Article, ArticleStatus, decoded, read_article


def with_status(data: bytes, source: str, status: ArticleStatus, why: str = "") -> bytes:
    """An article's bytes (UTF-8, LF) with another status; `why` is kept as `stale_because`, or that one goes.

    Raises KnowledgeError for a plain case, and for a front matter that cannot be changed line by line.
    """
    why = " ".join(why.split())
    front, rest = _parts(data, source)
    front = _replaced(front, "status", status.value)
    front = _replaced(front, "stale_because", json.dumps(why, ensure_ascii=False) if why else None)
    changed = "\n".join((*front, *rest)).encode()
    try:
        after = read_article(changed, source)
    except KnowledgeError:
        raise _cannot(source) from None
    if (after.status, after.stale_because) != (status, why) or _kept(after) != _kept(
        read_article(data, source)
    ):
        raise _cannot(source)
    return changed


def with_blobs(data: bytes, source: str, blobs: Mapping[str, str]) -> bytes:
    """An article's bytes that cite newer blobs: old id -> new id, in the front matter alone."""
    front, rest = _parts(data, source)
    for old, new in blobs.items():
        front = [line.replace(old, new) for line in front]
    return "\n".join((*front, *rest)).encode()


def _parts(data: bytes, source: str) -> tuple[list[str], list[str]]:
    """The lines of the front matter with the opening one, and those from the closing one on."""
    article = read_article(data, source)
    if article.is_case:
        raise KnowledgeError(
            f"{source} is a plain case: it has no status.", hint="Only articles can be stale or confirmed."
        )
    lines = decoded(data, source).split("\n")
    return lines[: article.first_line - 2], lines[article.first_line - 2 :]


def _replaced(lines: list[str], key: str, value: str | None) -> list[str]:
    """The lines with `key: value` in the place of the key's own lines, else at the end."""
    new = [] if value is None else [f"{key}: {value}"]
    start = next((n for n, line in enumerate(lines) if re.match(rf"{key}[ \t]*:", line)), None)
    if start is None:
        return [*lines, *new]
    end = start + 1
    while end < len(lines) and (not lines[end].strip() or lines[end][0] in " \t"):
        end += 1
    return [*lines[:start], *new, *lines[end:]]


def _kept(article: Article) -> tuple[object, ...]:
    """What must not change with the status."""
    return (
        *(article.id, article.title, article.body, article.symptoms, article.rules, article.questions),
        *(article.experiments, article.evidence, article.owner, article.provenance),
    )


def _cannot(source: str) -> KnowledgeError:
    return KnowledgeError(
        f"The front matter of {source} cannot be changed line by line.",
        hint="Write one key a line, as docs/knowledge.md shows.",
    )
