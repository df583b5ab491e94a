"""A sentence and what it stands on, for a Markdown document: the places it names become links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.model import Evidence
from bot.render.markdown_text import link, md
from bot.render.request_view import Said


def said_md(said: Said, *, cell: bool = False) -> str:
    """The sentence, its places as links, and what else it stands on."""
    basis = [md(clause, cell=cell) for clause in said.basis]
    if said.url is not None and basis:
        basis.append(link("case", said.url))
    named = [each for each in said.evidence if _names(said.text, each)]
    others = places_md(each for each in said.evidence if each not in named)
    notes = "; ".join(filter(None, (others, *basis)))
    text = _linked(said.text, named, cell=cell)
    return f"{text} ({notes})" if notes else text


def _names(text: str, evidence: Evidence) -> bool:
    return re.search(rf"(?<![\w/]){re.escape(evidence.place)}(?!\d)", text) is not None


def _linked(text: str, named: Sequence[Evidence], *, cell: bool) -> str:
    """The text with the places that it names as links."""
    urls = {each.place: each.url for each in named}
    if not urls:
        return md(text, cell=cell)
    choice = "|".join(re.escape(place) for place in sorted(urls, key=len, reverse=True))
    parts = re.split(rf"(?<![\w/])({choice})(?!\d)", text)
    return "".join(
        link(part, urls[part]) if n % 2 else _spaced(part, md(part, cell=cell))
        for n, part in enumerate(parts)
    )


def _spaced(raw: str, shown: str) -> str:
    """White space at the ends of a piece of text, which `md` takes off."""
    if not shown:
        return " " if raw else ""
    return f"{' ' if raw[0].isspace() else ''}{shown}{' ' if raw[-1].isspace() else ''}"


def places_md(evidence: Iterable[Evidence]) -> str:
    """Links to lines; the path is written out once a file."""
    seen: set[str] = set()
    links = []
    for each in dict.fromkeys(evidence):
        links.append(link(f":{each.line}" if each.path in seen else each.place, each.url))
        seen.add(each.path)
    return ", ".join(links)
