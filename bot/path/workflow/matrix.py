"""Which leg of a workflow's matrix is read: the one that collects coverage."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.path.manifest.tree import Tree
from bot.path.shell.state import speaks_of_coverage

MAX_LEGS = 20

Leg = dict[str, str | None]
"""`matrix.image` -> its value; None: one of several that cannot be told."""

_COMPARED = re.compile(r"matrix\.([\w.-]{1,100})\s{0,5}==\s{0,5}(?:'([^']{0,200})'|(true|false)\b)")


def legs(job: Tree, words: Iterable[str]) -> list[Leg]:
    """The legs of a job's matrix that matter.

    A matrix made of `include` rows alone is a list of different things to do: every row is read. Of an
    axis one value is read: the one that steps about coverage ask for by `if`, else the only one, else
    the one that names the service (`words`), else none is certain.
    """
    matrix = job.get("strategy", "matrix")
    if matrix is None or matrix.fields is None:
        return [{}]
    rows = [_flat(row, "matrix") for row in matrix.each("include")]
    names = {name for row in rows for name in row}
    axes = {name: tree for name, tree in matrix.fields.items() if name not in ("include", "exclude")}
    wanted = _wanted(job)
    if not axes:
        fitting = [row for row in rows if _agrees(row, wanted)]
        # a property that a row does not have is empty (GitHub docs, "Contexts")
        return [{**dict.fromkeys(names, ""), **row} for row in (fitting or rows or [{}])[:MAX_LEGS]]
    leg: Leg = {}
    for name, tree in axes.items():
        leg.update(_axis(name, tree, wanted, tuple(words)))
    for row in rows:
        _include(leg, row)
    return [leg]


def wanted_names(job: Tree) -> frozenset[str]:
    """The names of matrix values that decide about coverage (`matrix.kube`)."""
    return frozenset(_wanted(job))


def _wanted(job: Tree) -> dict[str, list[str]]:
    """Values of matrix names that steps about coverage are conditional on, in order."""
    found: dict[str, list[str]] = {}
    for step in job.each("steps"):
        text = "\n".join(leaf.scalar for leaf in step.walk() if leaf.scalar)
        if not _about_coverage(text):
            continue
        for name, plain, boolean in _COMPARED.findall(_deciding(step, text)):
            value = plain or boolean
            if value not in found.setdefault(f"matrix.{name}", []):
                found[f"matrix.{name}"].append(value)
    return found


def _about_coverage(text: str) -> bool:
    return speaks_of_coverage(text) or "codecov" in text


def _deciding(step: Tree, text: str) -> str:
    """The parts of a step that decide: its `if`, and expressions that choose coverage flags."""
    chosen = [line for line in text.splitlines() if "matrix." in line and "cover" in line.lower()]
    return "\n".join([step.text("if") or "", *chosen])


def _axis(name: str, tree: Tree, wanted: dict[str, list[str]], words: tuple[str, ...]) -> Leg:
    items = [_flat(item, f"matrix.{name}") for item in tree.items or ()]
    if not items:
        return {f"matrix.{name}": None}
    if len(items) == 1:
        return items[0]
    for row in items:
        keys = [key for key in wanted if key in row]
        if keys and all(row[key] in wanted[key] for key in keys):
            return row
    named = [row for row in items if any(_names(row, word) for word in words)]
    if len(named) == 1:
        return named[0]
    return dict.fromkeys((key for row in items for key in row), None)


def _names(row: Leg, word: str) -> bool:
    plain = re.sub(r"[^a-z0-9]", "", word.lower())
    return bool(plain) and any(plain == re.sub(r"[^a-z0-9]", "", (v or "").lower()) for v in row.values())


def _agrees(row: Leg, wanted: dict[str, list[str]]) -> bool:
    return all(row.get(key, values[0]) in values for key, values in wanted.items())


def _include(leg: Leg, row: Leg) -> None:
    """An include row adds to the legs whose own values it does not contradict (GitHub docs)."""
    if all(leg.get(key, value) == value for key, value in row.items()):
        leg.update(row)


def _flat(tree: Tree, prefix: str) -> Leg:
    return dict(_leaves(tree, prefix, 0))


def _leaves(tree: Tree, prefix: str, depth: int) -> Iterator[tuple[str, str | None]]:
    if tree.fields is not None and depth < 5:
        for name, child in tree.fields.items():
            yield from _leaves(child, f"{prefix}.{name}", depth + 1)
    elif tree.items is None:
        yield prefix, tree.scalar if tree.scalar is not None else ""
