"""Template actions (`{{ .X }}`) in YAML that is filled in later: values become holes, blocks guards.

This is for YAML that some program renders at run time (Go's text/template, sed, envsubst, jinja);
Helm charts are rendered by `bot.path.helm.reader`. Of `if` and `else` the branch with coverage on is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.facts.words import hole

OPEN, CLOSE = "\ue000", "\ue001"
"""Private characters around the number of a hole while text that holds it is parsed as YAML."""

MAX_DEPTH = 40

_ACTION = re.compile(r"\{\{[^{}\n]{0,400}\}\}")
_BLOCK_LINE = re.compile(r"^[ \t]*\{[{%]-?\s*(/\*|\w+)([^{}\n]{0,400}?)-?[}%]\}[ \t]*$")
_SENTINEL = re.compile(f"{OPEN}(\\d+){CLOSE}")
_OPENERS = {"if", "with", "range", "for", "block", "define", "unless"}
_ENDERS = {"end", "endif", "endfor", "endwith", "endblock", "endunless"}
_ELSES = {"else", "elif", "elseif"}


@dataclass(frozen=True, slots=True)
class Condition:
    """What a block action asks, whether it speaks of coverage, and the 0-based line it starts on."""

    text: str
    coverage: bool
    line: int


@dataclass(frozen=True, slots=True)
class Masked:
    """Text with sentinels for actions. `conditions` has one entry a line."""

    text: str
    holes: tuple[str, ...]
    conditions: tuple[Condition | None, ...]

    def condition(self, line: int) -> Condition | None:
        """The condition that a 0-based line stands under."""
        return self.conditions[line] if 0 <= line < len(self.conditions) else None


@dataclass(slots=True)
class _Block:
    text: str
    coverage: bool
    kept: bool
    is_condition: bool
    line: int


def mask(text: str) -> Masked | None:
    """The text with every action replaced; None when it holds none, or nests blocks too deep."""
    if "{{" not in text and "{%" not in text:
        return None
    holes: list[str] = []
    lines: list[str] = []
    conditions: list[Condition | None] = []
    stack: list[_Block] = []
    for number, line in enumerate(text.split("\n")):
        block = _BLOCK_LINE.match(line) if "{" in line else None
        is_block = block is not None and _step(block[1], block[2].strip(), stack, number)
        if len(stack) > MAX_DEPTH:
            return None
        kept = not is_block and all(entry.kept for entry in stack)
        lines.append(_ACTION.sub(lambda m: _sentinel(m[0][2:-2], holes), line) if kept else "")
        conditions.append(_innermost(stack))
    return Masked("\n".join(lines), tuple(holes), tuple(conditions))


def _step(word: str, rest: str, stack: list[_Block], line: int) -> bool:
    """Follow a line that is one action only; False when it is no block action."""
    if word in _OPENERS:
        negated = rest.startswith("not ") or word == "unless"
        coverage = "cover" in rest.lower()
        stack.append(
            _Block(rest, coverage, not (coverage and negated), word not in ("block", "define"), line)
        )
    elif word in _ELSES:
        if stack:
            top = stack[-1]
            stack[-1] = replace(top, kept=not top.kept and top.coverage)
    elif word in _ENDERS:
        if stack:
            stack.pop()
    else:
        return word == "/*"
    return True


def _innermost(stack: list[_Block]) -> Condition | None:
    conditions = [entry for entry in stack if entry.is_condition]
    if not conditions:
        return None
    text = " and ".join(entry.text for entry in conditions[-3:])
    return Condition(text, any(entry.coverage for entry in conditions), conditions[-1].line)


def _sentinel(name: str, holes: list[str]) -> str:
    holes.append(hole(name.strip(" -.")))
    return f"{OPEN}{len(holes) - 1}{CLOSE}"


def unmask(text: str, holes: tuple[str, ...] | list[str]) -> str:
    """The text with sentinels replaced by their holes."""
    if OPEN not in text:
        return text
    return _SENTINEL.sub(lambda m: holes[int(m[1][:9])] if int(m[1][:9]) < len(holes) else "", text)
