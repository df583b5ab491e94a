"""Names as people write them > known services: by letters, by words, by initials; only when unique."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.model import Certainty
from knowledge.requests.header import Keyed
from knowledge.requests.model import Mention, Party
from knowledge.requests.parties import everybody
from knowledge.requests.sections import Placed, bare

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NOISE_WORDS = frozenset(("service", "services", "svc", "team", "controller", "the", "server", "app", "kind"))
_DEFINED = re.compile(
    r"\b([A-Z][A-Za-z-]{2,30}(?: [A-Z][A-Za-z-]{2,30}){0,3})(?: [Ss]ervice| [Tt]eam)? \(([A-Z]{2,6})\)"
)
_SPELLED = re.compile(r"\b[A-Z][a-z]+(?:[ -]?[A-Z][a-z]+){1,3}\b|\b[a-z]+(?:[-_][a-z]+){1,3}\b")
_OURS = re.compile(
    r"\b(?:our|my|we(?:'re| are) (?:on|running|testing))\s+(?:own\s+)?"
    r"`?([A-Za-z][\w-]{1,40}(?: [A-Z][\w-]{1,40})?)",
    re.IGNORECASE,
)
MAX_TEXT = 60_000
"""Characters in which spellings of the known names are looked for."""


class Names:
    """The known services, with the spellings and initials that a text uses for them."""

    def __init__(self, known: Sequence[str], text: str) -> None:
        self.by_letters: dict[str, str] = {}
        for name in known:
            self.by_letters.setdefault(_letters(name), name)
        self.by_letters.pop("", None)
        self.initials = self._initials(known, text[:MAX_TEXT])

    def _initials(self, known: Sequence[str], text: str) -> Mapping[str, set[str]]:
        """Initials -> services: of the words in a name, of its spelling in the text, or as defined there."""
        found: dict[str, set[str]] = {}
        for spelled in {*known, *_SPELLED.findall(text)}:
            words = _words(spelled)
            service = self.by_letters.get("".join(words))
            if service is not None and len(words) > 1:
                found.setdefault("".join(word[0] for word in words), set()).add(service)
        for name, short in _DEFINED.findall(text):
            service = self.by_letters.get(_letters(name))
            if service is not None:
                found.setdefault(short.lower(), set()).add(service)
        return found

    def match(self, mention: Mention) -> Mention:
        """The mention with the known service that it is, when only one can be meant."""
        if not self.by_letters:
            return mention
        letters = _letters(mention.name)
        if letters in self.by_letters:
            return _is(mention, {self.by_letters[letters]}, Certainty.CERTAIN, "the same name")
        if letters in self.initials:
            return _is(mention, self.initials[letters], Certainty.LIKELY, "the initials of its words")
        if len(letters) >= 4:
            inside = {
                s
                for key, s in self.by_letters.items()
                if len(key) >= 4 and (key in letters or letters in key)
            }
            if inside:
                return _is(mention, inside, Certainty.LIKELY, "one name holds the other")
        if (2 <= len(letters) <= 5 and mention.name.replace("-", "").isupper()) or letters == mention.name:
            loose = {s for key, s in self.by_letters.items() if _in_order(letters, key)}
            if loose and len(letters) <= 5:
                return _is(mention, loose, Certainty.POSSIBLE, "its letters in order")
        return mention

    def named_in(self, text: str) -> list[str]:
        """Known services that a text names by all their letters, in order of appearance."""
        words = [word.lower() for word in re.findall(r"[A-Za-z0-9]+", text[:2_000])]
        found: list[str] = []
        for start in range(len(words)):
            for size in (3, 2, 1):
                service = self.by_letters.get("".join(words[start : start + size]))
                if service is not None and start + size <= len(words):
                    found.append(service)
                    break
        return list(dict.fromkeys(found))


def read_services(
    placed: Sequence[Placed],
    found: Sequence[Keyed],
    asker: Party | None,
    asked: Sequence[Party],
    names: Names,
) -> tuple[Mention | None, Mention | None]:
    """(the service that the request is about, the other team's service)."""
    keyed = next((k for k in found if k.means == "service" and k.preamble), None)
    own = names.match(Mention(_first_name(keyed.value), keyed.line)) if keyed is not None else None
    if own is None and asker is not None and asker.kind == "team":
        own = names.match(Mention(asker.name, asker.line))
    other = None
    if len(asked) == 1 and asked[0].kind == "team" and not everybody(asked[0]):
        other = names.match(Mention(asked[0].name, asked[0].line))
    if own is None or (names.by_letters and own.service is None and not own.candidates):
        own = _in_text(placed, names, other) or own
    if own is not None and other is not None and own.service == other.service and own.name == other.name:
        other = None
    return own, other


def _in_text(placed: Sequence[Placed], names: Names, other: Mention | None) -> Mention | None:
    """`our gateway`, else the one known service of title or text that is not the other team's."""
    told = other.service if other is not None else None
    for item in placed[:200]:
        for match in _OURS.finditer(item.block.text[:1000]):
            line = item.block.line_at(match.start(1))
            for name in (match[1], match[1].split()[0]):
                mention = names.match(Mention(name, line))
                if mention.service is not None and mention.certainty is not Certainty.POSSIBLE:
                    return replace(mention, how=f"{mention.how}, after `our`")
    for title_only in (True, False):
        lines: dict[str, int] = {}
        for item in placed[:1] if title_only else placed[:200]:
            for service in names.named_in(item.block.text):
                lines.setdefault(service, item.block.line)
        lines.pop(told or "", None)
        if len(lines) == 1:
            service, line = next(iter(lines.items()))
            return Mention(service, line, service, Certainty.POSSIBLE, "the only service that is named")
    return None


def _first_name(value: str) -> str:
    """The name in `Notification Service (NT)` or `` `gateway` `` ."""
    return bare(re.split(r"\s*[(,;]", value.replace("`", ""), maxsplit=1)[0])[:80]


def _is(mention: Mention, services: set[str], certainty: Certainty, how: str) -> Mention:
    if len(services) > 1:
        return replace(mention, candidates=tuple(sorted(services)), how=f"{how}, of several services")
    return replace(mention, service=next(iter(services)), certainty=certainty, how=how)


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(name)]


def _letters(name: str) -> str:
    """A name as letters and digits alone, without words that say nothing."""
    words = [part for part in re.split(r"[^A-Za-z0-9]+", name[:100]) if part]
    kept = [word for word in words if word.lower() not in _NOISE_WORDS] or words
    return "".join(kept).lower()


def _in_order(short: str, name: str) -> bool:
    """Whether the letters stand in a name in this order, from its first letter on."""
    letters = iter(name)
    return name[:1] == short[:1] and all(letter in letters for letter in short)
