"""Who asks whom: from the keyed lines, else from title, greeting and signature."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from knowledge.requests.blocks import Kind
from knowledge.requests.header import Keyed, clean
from knowledge.requests.model import Party
from knowledge.requests.sections import Placed

MAX_ASKED = 20

_NAME = r"[A-Z@][\w.&'/-]{0,40}(?: [A-Z&(][\w.&'/)-]{0,40}){0,3}"
_TEAM = rf"(?P<name>{_NAME}) [Tt]eam\b"
_SPLIT = re.compile(r"\s*(?:,|;|\band\b|\s&\s|\s\+\s|\s/\s)\s*")
_PARENS = re.compile(r"\s*\(([^()]{0,300})\)")
_TAIL = re.compile(
    r"(?:[\s-]+(?:service|dev|development))?[\s-]+(?:teams?|squads?|groups?"
    r"|folks|guild)$|[\s-]+services?$",
    re.IGNORECASE,
)
_HEAD = re.compile(r"^(?:(?:the|our|my)\s+|@)", re.IGNORECASE)
_TEAMISH = re.compile(r"\b(?:teams?|services?|squads?|groups?)\b|-teams?\b", re.IGNORECASE)
_PERSON = re.compile(r"[A-Z][a-z]+(?: [A-Z]\.?)? [A-Z][a-z'-]+")
_EVERYBODY = re.compile(r"(?:all|every|everyone|everybody|any|other)\b", re.IGNORECASE)
_ARROW = re.compile(r"\s*(?:→|->|=>|⇒)\s*")
_HANDLE = re.compile(r"(?<![\w@./`])@([A-Za-z][\w.-]{1,60})(?![\w@/])")
_ASKED_IN_TITLE = (
    re.compile(rf"\b(?:for|to|from) (?:the )?{_TEAM}"),
    re.compile(rf"{_TEAM} (?:[Hh]elp|[Aa]ssist|[Ss]upport|[Rr]eview|[Ii]nput|[Rr]equested)"),
)
_ASKED_IN_TEXT = (
    re.compile(rf"(?i:\b(?:hi|hey|hello|dear))[ ,]+(?:the )?{_TEAM}"),
    re.compile(rf"(?i:\b(?:questions?|requests?) (?:for|to)) (?:the )?{_TEAM}"),
    re.compile(rf"(?i:\b(?:could|can|would) (?:someone|anyone|somebody) (?:from|on|of|in)) (?:the )?{_TEAM}"),
)
_ASKER_IN_TEXT = (
    re.compile(rf"(?i:\bwe(?: are|'re)?,? (?:are |from )?(?:the )?){_TEAM}"),
    re.compile(rf"(?i:\b(?:this is|i(?:'m| am) (?:from|on|with|in)) (?:the )?){_TEAM}"),
    re.compile(
        rf"{_TEAM},? (?:here\b|(?:is|are) (?:stuck|blocked|struggling|trying|asking"
        rf"|having)|needs? (?:help|your))"
    ),
    re.compile(rf"(?i:\b(?:reach out to|get back to|reply to|ping|contact) (?:the )?){_TEAM}"),
    re.compile(
        r"^(?:(?:hi|hey|hello)[ ,]+)?(?:@[\w.-]{1,40}[ ,:]+)?(?P<name>[\w-]{2,30}) here\s?[:,.!-]",
        re.IGNORECASE,
    ),
    re.compile(rf"^(?:[—–~-]{{1,3}}|[Tt]hanks?[,!]|[Rr]egards,|[Cc]heers,) ?(?:the )?{_TEAM}[.!]?$"),
)


def read_parties(
    placed: Sequence[Placed], found: Sequence[Keyed]
) -> tuple[Party | None, tuple[Party, ...], set[int]]:
    """(who asks, who is asked, indexes of the blocks that said so)."""
    used: set[int] = set()
    asker, asked = _keyed_parties(found, used)
    if asker is None or not asked:
        for index, line, left, right in _arrows(placed):
            asker = asker or next(iter(parties(left, line)), None)
            asked = asked or parties(right, line)
            used.add(index)
            break
    if not asked:
        asked = _told(placed, _ASKED_IN_TEXT, _ASKED_IN_TITLE, used) or _handles(placed[:4], used)
    if asker is None:
        names = {party.name for party in asked}
        asker = next((p for p in _told(placed, _ASKER_IN_TEXT, (), used) if p.name not in names), None)
    return asker, asked[:MAX_ASKED], used


def _keyed_parties(found: Sequence[Keyed], used: set[int]) -> tuple[Party | None, tuple[Party, ...]]:
    asker: Party | None = None
    asked: tuple[Party, ...] = ()
    for wanted in ("asker", "author"):
        for keyed in found:
            if asker is None and keyed.means == wanted and (keyed.preamble or keyed.tail):
                named = wanted == "author" and not keyed.team
                asker = next(iter(parties(keyed.value, keyed.line, named=named)), None)
                used.update({keyed.index} if asker else ())
    for keyed in found:
        if not asked and keyed.means == "asked" and keyed.preamble:
            asked = parties(keyed.value, keyed.line)
            used.update({keyed.index} if asked else ())
    for keyed in found:
        sides = _ARROW.split(keyed.value, maxsplit=1)
        if keyed.means == "parties" and keyed.preamble and len(sides) == 2 and asker is None and not asked:
            asker, asked = next(iter(parties(sides[0], keyed.line)), None), parties(sides[1], keyed.line)
            used.add(keyed.index)
    return asker, asked


def parties(value: str, line: int, *, named: bool = False) -> tuple[Party, ...]:
    """The teams or people that a value names; `All teams (A, B)` are A and B.

    Two capitalised words are a person only where a person is expected (`named`: an author).
    """
    value = _ARROW.split(value[:400], maxsplit=1)[0]
    inside = _PARENS.findall(value)
    plain = clean(_PARENS.sub("", value))
    teamish = _TEAMISH.search(value) is not None
    if _EVERYBODY.match(plain) and inside and "," in inside[0]:
        plain, teamish = inside[0], True
    found: dict[str, Party] = {}
    for part in _SPLIT.split(plain):
        name = _HEAD.sub("", clean(part))
        short = _TAIL.sub("", name).strip(" .:-")
        if _EVERYBODY.match(name):
            short = name.strip(" .:-")
        if not short or len(short) > 60 or len(short.split()) > 6 or not any(c.isalpha() for c in short):
            continue
        person = not teamish and (
            part.strip().startswith("@") or (named and _PERSON.fullmatch(short) is not None)
        )
        found.setdefault(short, Party(short, "person" if person else "team", line))
    return tuple(found.values())


def everybody(party: Party) -> bool:
    """Whether a party is no team of its own: `All teams`."""
    return _EVERYBODY.match(party.name) is not None


def _arrows(placed: Sequence[Placed]) -> Iterator[tuple[int, int, str, str]]:
    """`A Team → B Team` in the title."""
    for item in placed[:3]:
        text = item.block.text[:300]
        sides = _ARROW.split(text.split(":")[-1], maxsplit=1)
        if item.block.kind is Kind.HEADING and len(sides) == 2 and all(_TEAMISH.search(s) for s in sides):
            yield item.index, item.block.line, sides[0], sides[1]


def _told(
    placed: Sequence[Placed],
    patterns: Iterable[re.Pattern[str]],
    title_patterns: Iterable[re.Pattern[str]],
    used: set[int],
) -> tuple[Party, ...]:
    """The first team that a sentence of prose (or the title) names in that role."""
    for item in placed[:400]:
        block = item.block
        if block.kind in (Kind.CODE, Kind.ROW):
            continue
        first = block.kind is Kind.HEADING and block.depth == 1
        for pattern in (*title_patterns, *patterns) if first else patterns:
            match = pattern.search(clean(block.text[:600]))
            if match is not None and (found := parties(match["name"] + " Team", block.line)):
                used.update(() if block.kind is Kind.HEADING else {item.index})
                return found
    return ()


def _handles(placed: Sequence[Placed], used: set[int]) -> tuple[Party, ...]:
    """Who is mentioned by handle at the beginning, as in Slack."""
    for item in placed:
        names = _HANDLE.findall(item.block.text[:600]) if item.block.kind in (Kind.LINE, Kind.ITEM) else []
        if names:
            used.add(item.index)
            found = [p for name in names for p in parties("@" + name, item.block.line)]
            return tuple({party.name: party for party in found}.values())
    return ()
