"""Signal handlers and exits in Go code, call by call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from bot.facts.build import CodeFact
from bot.path.golang.syntax import Source

DEADLY = frozenset(
    {
        "syscall.Exit", "syscall.Kill", "syscall.Exec", "golang.org/x/sys/unix.Exit",
        "golang.org/x/sys/unix.Kill",
        "golang.org/x/sys/unix.Exec",
    }
)  # fmt: skip

_READY_MADE = re.compile(
    r"^(sigs\.k8s\.io/controller-runtime(/pkg/manager/signals)?\.SetupSignalHandler"
    r"|k8s\.io/apiserver/pkg/server\.SetupSignal(Context|Handler)"
    r"|k8s\.io/component-base/.*\.SetupSignal\w+"
    r"|knative\.dev/pkg/(signals\.NewContext|injection/sharedmain\.Main\w*|signals\.SetupSignalHandler)"
    r"|github\.com/oklog/run\.SignalHandler"
    r"|go\.uber\.org/fx\.New"
    r"|github\.com/operator-framework/operator-sdk/.*\.SetupSignalHandler"
    r"|sigs\.k8s\.io/controller-runtime/pkg/.*signals\.SetupSignalHandler)$"
)
"""Library functions that handle SIGTERM, by their documentation."""

_SIGTERM = re.compile(r"\bSIGTERM\b")
_SIGNAL = re.compile(r"\b(?:syscall|unix)\.SIG\w+|\bos\.(?:Interrupt|Kill)\b")


@dataclass(slots=True, eq=False)
class Facts:
    """Telling statements in order; `sigterm` a handler for SIGTERM was seen, `unsure` one for
    signals that are not written out."""

    found: list[CodeFact] = field(default_factory=list)
    sigterm: bool = False
    ignored: bool = False
    unsure: bool = False

    def add(self, fact: CodeFact) -> None:
        """Keep a fact and draw what it means for SIGTERM."""
        if fact in self.found:
            return
        self.found.append(fact)
        if fact.kind != "signal-handler":
            return
        if fact.value.startswith("ignored:"):
            self.ignored = self.ignored or "SIGTERM" in fact.value or "all" in fact.value
        elif "SIGTERM" in fact.value or fact.value == "all":
            self.sigterm = True
        elif fact.value == "unknown":
            self.unsure = True


def handlers_of(source: Source, node: Node, path: str, name: str) -> Iterator[CodeFact]:
    """The signal handler facts of a call of `path.name`."""
    if path == "os/signal":
        yield from _standard(source, node, name)
    elif _READY_MADE.match(f"{path}.{name}"):
        yield CodeFact(
            "signal-handler", f"SIGTERM, SIGINT ({path.rpartition('/')[2]}.{name})", source.at(node)
        )


def _standard(source: Source, node: Node, name: str) -> Iterator[CodeFact]:
    group = node.child_by_field_name("arguments")
    args = [child for child in group.named_children if child.type != "comment"] if group is not None else []
    match name:
        case "Notify" | "NotifyContext":
            yield CodeFact("signal-handler", _signals(source, args[1:]), source.at(node))
        case "Ignore":
            yield CodeFact("signal-handler", "ignored: " + _signals(source, args), source.at(node))
        case "Reset":
            pass
        case _:
            pass


def _signals(source: Source, args: list[Node]) -> str:
    if not args:
        return "all"
    text = " ".join(source.text(arg) for arg in args)[:2_000]
    names = [match.rpartition(".")[2] for match in _SIGNAL.findall(text)]
    names = ["SIGINT" if name == "Interrupt" else name for name in names]
    if not names or any(arg.type in ("variadic_argument", "identifier", "call_expression") for arg in args):
        spread = _declared_signals(source, args)
        return ", ".join(spread) if spread else (", ".join(names) + ", unknown" if names else "unknown")
    return ", ".join(names)


def _declared_signals(source: Source, args: list[Node]) -> list[str]:
    """The signals of a package variable (`shutdownSignals...`) declared in the same file."""
    found: list[str] = []
    for arg in args:
        name = source.text(arg).removesuffix("...")
        declaration = source.declared.get(name)
        text = source.text(declaration.node) if declaration is not None else source.text(arg)
        found += [match.rpartition(".")[2] for match in _SIGNAL.findall(text[:2_000])]
    return ["SIGINT" if name == "Interrupt" else name for name in found]


_TIMEOUT = re.compile(r"(\d{1,6})\s*\*\s*time\.(Second|Minute|Millisecond)")
_UNITS = {"Second": 1.0, "Minute": 60.0, "Millisecond": 0.001}


def shutdown_seconds(source: Source, node: Node) -> str | None:
    """The seconds of a timeout context that a shutdown gets, as text, or None."""
    statement = node
    while statement.parent is not None and statement.parent.type not in ("statement_list", "block"):
        statement = statement.parent
    nearby = source.data[node.start_byte : min(node.end_byte + 600, len(source.data))].decode(
        "utf-8", "replace"
    )
    if "hutdown" not in source.text(statement)[:500] + nearby:
        return None
    match = _TIMEOUT.search(source.text(node)[:500])
    return None if match is None else f"{float(match[1]) * _UNITS[match[2]]:g}"
