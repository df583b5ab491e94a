"""Which values of a chart switch coverage on: those that hide GOCOVERDIR behind a condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.path.helm.template import Action, Block, Node, Operand, Path, Pipe, Template, Text
from bot.path.helm.values import Map

VARIABLE = "GOCOVERDIR"


def given_paths(values: Map, prefix: str = "") -> set[str]:
    """The dotted paths of all scalars in values."""
    found: set[str] = set()
    for key, value in values.items():
        path = f"{prefix}.{key}" if prefix else key
        if isinstance(value, Map):
            found |= given_paths(value, path)
        else:
            found.add(path)
    return found


def hidden_switches(templates: Iterable[Template], values: Map) -> frozenset[str]:
    """The paths of values that are false and that the conditions around GOCOVERDIR ask for."""
    found: set[str] = set()
    for template in templates:
        for nodes in (template.nodes, *template.defines.values()):
            for pipe in _conditions(nodes):
                found.update(path for path in _paths(pipe) if _is_false(values, path))
    return frozenset(found)


def _conditions(nodes: tuple[Node, ...]) -> Iterator[Pipe]:
    """The innermost conditions whose own text names the variable."""
    for node in nodes:
        if not isinstance(node, Block):
            continue
        if node.kind in ("if", "with") and any(_names_variable(part) for part in node.body):
            yield node.pipe
        yield from _conditions(node.body)
        yield from _conditions(node.other)


def _names_variable(node: Node) -> bool:
    if isinstance(node, Text):
        return VARIABLE in node.text
    return isinstance(node, Action) and VARIABLE in node.pipe.text


def _paths(pipe: Pipe) -> Iterator[str]:
    for command in pipe.commands:
        for part in command:
            yield from _operand_paths(part)


def _operand_paths(part: Operand) -> Iterator[str]:
    if not isinstance(part, Path):
        return
    if part.base is not None:
        yield from _paths(part.base)
    elif part.variable in ("", "$") and part.keys[:1] == ("Values",):
        yield ".".join(part.keys[1:])


def _is_false(values: Map, path: str) -> bool:
    here: object = values
    for key in path.split("."):
        here = here.get(key) if isinstance(here, Map) else None
    return here is False
