"""What may stand in an article's template, held on the parsed template before anything of it runs.

Text, names, texts in quotes, `if`, `==`, `!=`, `in`, `and`, `or`, `not`, filters that make nothing longer.
There are no loops, calls, attributes, items, arithmetic, assignments, macros, includes or imports: a template
takes as many steps as it has parts, whatever it is filled with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

FILTERS = ("basename", "dirname", "default")
TESTS = ("defined", "undefined")
MAX_DEPTH = 12
"""How deep `if` and expressions may be nested."""
MAX_PARTS = 2_000
"""Nodes of a parsed template; the shipped ones have at most about 100."""

_ALLOWED: tuple[type[nodes.Node], ...] = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Filter, nodes.Test),
)
_COMPARISONS = frozenset({"eq", "ne", "in"})
_RESERVED = frozenset({"self", "loop", "super", "caller", "varargs", "kwargs"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """What may not stand in a template: `line` is 1-based in the template, `why` names it."""

    line: int
    why: str


def refusal(tree: nodes.Template) -> Refusal | None:
    """The first thing that may not stand in a template, or None."""
    for number, (node, depth) in enumerate(_walk(tree)):
        why = _refused(node, depth) if number < MAX_PARTS else f"more than {MAX_PARTS:,} parts"
        if why is not None:
            return Refusal(node.lineno or 1, why)
    return None


def _walk(tree: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with its depth, without recursion: hostile trees are deep."""
    waiting: list[tuple[nodes.Node, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        deeper = depth + (0 if isinstance(node, nodes.Template | nodes.Output) else 1)
        waiting.extend((child, deeper) for child in node.iter_child_nodes())


def _refused(node: nodes.Node, depth: int) -> str | None:
    """Why a node may not stand in a template, or None."""
    if not isinstance(node, _ALLOWED):
        return f"`{type(node).__name__.lower()}`"
    if depth > MAX_DEPTH:
        return f"nesting deeper than {MAX_DEPTH}"
    if isinstance(node, nodes.Filter):
        return _filter_refusal(node)
    if isinstance(node, nodes.Test) and node.name not in TESTS:
        return f"the test `{node.name[:40]}`"
    if isinstance(node, nodes.Operand) and node.op not in _COMPARISONS:
        return "a comparison other than ==, != and in"
    if isinstance(node, nodes.Compare) and not _comparable(node):
        return "`in` without a text before it, or several comparisons in one"
    if isinstance(node, nodes.Name) and (node.ctx != "load" or node.name in _RESERVED or node.name[0] == "_"):
        return f"the name `{node.name[:40]}`"
    if isinstance(node, nodes.Const) and not isinstance(node.value, str):
        return "a constant other than a text"
    return None


def _comparable(node: nodes.Compare) -> bool:
    """Whether a comparison can be made whatever is known: what is absent cannot be looked for in a text."""
    found = [operand for operand in node.ops if operand.op == "in"]
    return len(node.ops) == 1 and (not found or isinstance(node.expr, nodes.Const))


def _filter_refusal(node: nodes.Filter) -> str | None:
    if node.name not in FILTERS:
        return f"the filter `{node.name[:40]}` (allowed: {', '.join(FILTERS)})"
    if node.node is None or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return f"`{node.name}` used like this"
    if len(node.args) > (node.name == "default"):
        return f"arguments of `{node.name}`"
    return None
