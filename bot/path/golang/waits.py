"""Waiting: does a poll wait until no pod is left, until replicas are zero, or for something else?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from bot.facts.events import Wait
from bot.path.golang.conditions import ends_here
from bot.path.golang.machine import Flow, Machine
from bot.path.golang.syntax import Source
from bot.path.golang.values import Cmd, Function, Place, Struct, Value, as_text, known_text, place_of

_NONE_LEFT = re.compile(
    r"len\([^=<>]*\)\s*==\s*0|==\s*\"\"|IsNotFound\(|ErrNotFound|\.Empty\(|\"No resources found|"
    r"\"not found\"|\"NotFound\"|len\([^=<>]*\)\s*<\s*1"
)
_SOME_LEFT = re.compile(r"len\([^=<>]*\)\s*(?:>|!=)\s*0|len\([^=<>]*\)\s*>=\s*1|!=\s*\"\"")
_REPLICAS = re.compile(r"[rR]eplicas\w*\s*==\s*0|\"?replicas\"?.*==\s*\"?0")
_EMPTY_MATCHER = re.compile(
    r"\b(BeEmpty|BeZero)\(|HaveLen\(0\)|Equal\(0\)|BeNumerically\(\"==\", 0\)|"
    r"Equal\(\"\"\)|IsNotFound|BeNotFound|MatchError\(.*[nN]ot ?[fF]ound|"
    r"ContainSubstring\(\"(?:not found|No resources)"
)
_PODS = re.compile(
    r"\bpods?\b|Pods?\(|PodList|Items|deployment|Deployment|replica|Replica|get\b", re.IGNORECASE
)
_SUCCESS = re.compile(r"return\s+(?:true|nil)\b|return\s+true\s*,\s*nil|^\s*break\b", re.MULTILINE)
MAX_NODES = 4_000


def poll_method(source: Source, body: Node, rest: str = "") -> str | None:
    """`deleted`, `scaled`, or None for a poll that waits for something else.

    `body` is the polling function or the loop's body, `rest` the matcher text after it
    (`.Should(BeEmpty())`).
    """
    text = source.text(body)[:20_000]
    if not _PODS.search(text):
        return None
    found = _from_results(source, body)
    if found is not None:
        return found
    if (
        rest
        and _EMPTY_MATCHER.search(rest)
        and re.search(r"Items|pods?\b|[gG]et\(|IsNotFound|replicas", text, re.I)
    ):
        return "scaled" if re.search(r"replicas", text, re.I) and "Items" not in text else "deleted"
    if _EMPTY_MATCHER.search(text) and re.search(r"Expect\(|Assert|require\.|assert\.", text):
        return "scaled" if re.search(r"replicas", text, re.I) and "Items" not in text else "deleted"
    return None


def _from_results(source: Source, body: Node) -> str | None:
    for node in _walk(body):
        if node.type == "return_statement":
            result = source.text(node)[:400]
            if "func(" in result or re.search(r"!\s*[\w.]*IsNotFound", result):
                continue
            if re.search(r"&&|\|\|", result) is None or "==" in result:
                if _REPLICAS.search(result):
                    return "scaled"
                if _NONE_LEFT.search(result) and not _SOME_LEFT.search(result):
                    return "deleted"
        elif node.type == "if_statement":
            found = _from_if(source, node)
            if found is not None:
                return found
    return None


def _from_if(source: Source, node: Node) -> str | None:
    condition, then = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    if condition is None or then is None:
        return None
    asked, inner = source.text(condition)[:400], source.text(then).strip("{} \n\t")[:2_000]
    if _NONE_LEFT.search(asked) and not asked.lstrip().startswith("!") and _ends_well(inner):
        return "deleted"
    if _REPLICAS.search(asked) and _ends_well(inner):
        return "scaled"
    if (
        _SOME_LEFT.search(asked)
        and ends_here(then)
        and re.search(r"return\s+(false|fmt\.Errorf|errors)", inner)
    ):
        return "deleted"
    return None


def _ends_well(inner: str) -> bool:
    return _SUCCESS.search(inner) is not None and re.search(r"return\s+(?:false|fmt\.Errorf)", inner) is None


def _walk(body: Node) -> Iterator[Node]:
    stack, seen = [body], 0
    while stack and seen < MAX_NODES:
        node = stack.pop()
        seen += 1
        yield node
        stack.extend(reversed(node.named_children))


def loop_wait(m: Machine, node: Node) -> Flow | None:
    """A for loop that polls until nothing is left: one Wait, its sleeps left out."""
    body = node.child_by_field_name("body")
    head = node.named_children[0] if node.named_children else None
    if body is None or (head is not None and head.type == "range_clause"):
        return None
    source = m.frame.source
    text = source.text(body)[:20_000]
    if "Sleep" not in text and "time.After" not in text and "ticker" not in text.lower():
        return None
    method = poll_method(source, body)
    if method is None:
        return None
    with quietly(m):
        m.run(body)
    m.recorder.make(Wait, place_of(source, node), method=method, target=target_of(m))
    return Flow.NEXT


class quietly:
    """Walk without writing events down; what the commands and lists select is remembered."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def __enter__(self) -> None:
        self._machine.quiet += 1
        self._machine.selected = None

    def __exit__(self, *_: object) -> None:
        self._machine.quiet -= 1


def target_of(m: Machine) -> str | None:
    """What the last `kubectl get` or client list inside a poll selected."""
    return m.selected


def select_from_cmd(m: Machine, cmd: Cmd) -> None:
    """Remember what a command that is run inside a poll looks at."""
    words = [as_text(item).text for item in cmd.argv.items]
    for position, word in enumerate(words):
        if word in ("-l", "--selector") and position + 1 < len(words):
            m.selected = words[position + 1]
            return
        if word.startswith("--selector="):
            m.selected = word.partition("=")[2]
            return
    if "get" in words:
        after = [word for word in words[words.index("get") + 1 :] if not word.startswith("-")]
        m.selected = after[1] if len(after) > 1 and not _is_flag_value(words, after[1]) else None


def _is_flag_value(words: list[str], word: str) -> bool:
    position = words.index(word)
    return position > 0 and words[position - 1].startswith("-") and "=" not in words[position - 1]


def select_from_options(m: Machine, args: list[Value]) -> None:
    """Remember the selector or name that a client call gets."""
    for arg in args:
        if isinstance(arg, Struct) and (text := known_text(arg.fields.get("LabelSelector"))):
            m.selected = text
            return
        if (text := known_text(arg)) is not None:
            m.selected = text


def poll(m: Machine, place: Place, body: Value, rest: str, timeout: float | None) -> None:
    """A polling call: a Wait when it waits for the end of pods, else its acts are walked once."""
    method = None
    if isinstance(body, Function):
        method = poll_method(body.source, body.node, rest) or _called(m, body, rest)
    if method is None:
        return
    m.recorder.make(Wait, place, method=method, target=m.selected, seconds=timeout)


def _called(m: Machine, body: Function, rest: str) -> str | None:
    """The helper of the repo that a short polling function calls."""
    if body.node.type != "func_literal" or len(body.source.text(body.node)) > 600:
        return None
    for function in m.polled:
        method = poll_method(function.source, function.node, rest)
        if method is not None:
            return method
    return None
