"""Pipes, redirects and heredocs: what a command reads and where its output goes."""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from bot.path.commands.command import Command
from bot.path.shell.ifs import join
from bot.path.shell.machine import Machine
from bot.path.shell.state import Outcome, Scope, Way, negate
from bot.path.shell.tree import named

MAX_PIPE = 20
"""How many commands of a pipe know the one before them: longer chains are cut."""


def run_pipeline(machine: Machine, node: Node, way: Way) -> Outcome:
    parts = list(named(node))
    negated = bool(parts) and parts[0].type == "negated_command"
    if negated:
        parts[:1] = list(named(parts[0]))
    outcome = run_pipe(machine, parts, way)
    return negate(outcome) if negated else outcome


def run_pipe(machine: Machine, parts: list[Node], way: Way) -> Outcome:
    """Commands joined by `|`: each runs in its own subshell and reads what the one before writes."""
    printed, outcome = machine.printed, Outcome()
    here = way
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        saved: Scope = machine.scope
        machine.scope = saved.copy()
        machine.printed = printed if last else None
        before = len(machine.commands)
        inner = here if last else replace(here, redirect=None)
        outcome = machine.run(machine, part, inner)
        saved.doubtful = saved.doubtful or machine.scope.doubtful
        machine.scope = saved
        if len(machine.commands) > before:
            source = machine.commands[-1].command
            here = _fed(way, replace(source, piped_from=None) if index % MAX_PIPE == MAX_PIPE - 1 else source)
    machine.printed = printed
    if machine.printed is not None and len(parts) > 1:
        machine.printed.append(None)
    return outcome


def _fed(way: Way, source: Command) -> Way:
    """The way of a command that reads another one's output."""
    text: str | None = None
    if source.argv[0] in ("echo", "printf"):
        text = " ".join(word for word in source.argv[1:] if word not in ("-e", "-n"))
    elif source.argv == ("cat",) or source.argv == ("cat", "-"):
        text = source.stdin
    place = source.stdin_evidence if source.argv[0] == "cat" else source.evidence
    return replace(
        way,
        piped_from=source,
        stdin=text,
        stdin_evidence=place if text is not None else None,
        stdin_file=None,
    )


def run_redirected(machine: Machine, node: Node, way: Way) -> Outcome:
    body = node.child_by_field_name("body")
    redirects = node.children_by_field_name("redirect")
    inner = way
    tail: list[Node] = []
    for item in redirects:
        if item.type == "heredoc_redirect":
            inner = _heredoc(machine, item, inner)
            tail = list(item.children)
        else:
            inner = _redirect(machine, item, inner)
    for item in tail:
        if item.type == "file_redirect":
            inner = _redirect(machine, item, inner)
    before = len(machine.commands)
    outcome = machine.run(machine, body, inner) if body is not None else Outcome()
    return _tail(machine, tail, way, before, outcome)


def _tail(machine: Machine, tail: list[Node], way: Way, before: int, outcome: Outcome) -> Outcome:
    """What stands on the line of a heredoc behind it: `cat <<EOF | kubectl apply -f -`, `&& next`."""
    for index, item in enumerate(tail):
        if item.type == "pipeline" and len(machine.commands) > before:
            fed = _fed(way, machine.commands[-1].command)
            outcome = run_pipe(machine, list(named(item)), fed)
        elif item.type in ("&&", "||") and index + 1 < len(tail):
            outcome = join(machine, outcome, item.type, tail[index + 1], way, "the command before")
    return outcome


def _heredoc(machine: Machine, node: Node, way: Way) -> Way:
    start = next(named(node, "heredoc_start"), None)
    body = next(named(node, "heredoc_body"), None)
    if body is None:
        return replace(way, stdin="", stdin_evidence=machine.evidence(node))
    literal = start is not None and any(mark in machine.tree.text(start) for mark in "'\"\\")
    machine.inner_way = way
    text = machine.tree.text(body) if literal else machine.expander().body(body)
    if any(child.type == "<<-" for child in node.children):
        text = "\n".join(line.lstrip("\t") for line in text.split("\n"))
    return replace(way, stdin=text, stdin_evidence=machine.evidence(body))


def _redirect(machine: Machine, node: Node, way: Way) -> Way:
    if node.type == "herestring_redirect":
        text = machine.expander().word(node.children[-1])
        return replace(way, stdin=text, stdin_evidence=machine.evidence(node))
    target = node.child_by_field_name("destination")
    descriptor = node.child_by_field_name("descriptor")
    operator = next((c.type for c in node.children if not c.is_named), "")
    if target is None or (descriptor is not None and machine.tree.text(descriptor) != "1"):
        return way
    name = machine.fill(machine.expander().word(target))
    if operator == "<":
        return replace(way, stdin_file=name)
    return replace(way, redirect=name) if operator in (">", ">>", "&>", "&>>", ">|") else way
