"""Simple commands: words expanded, builtins carried out, functions entered, the rest collected."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from tree_sitter import Node

from bot.facts.build import Setting, ShellTest
from bot.facts.words import REPO, holes
from bot.path.shell.builtins import BUILTINS, set_arguments
from bot.path.shell.machine import Machine
from bot.path.shell.state import Outcome, Way, certain
from bot.path.shell.tests import TestReader, flatten
from bot.path.shell.words import Expander

_NO_WORD = frozenset({"file_redirect", "heredoc_redirect", "comment", "subshell"})
MAX_CALLS = 12
"""How deep functions call each other before the reader stops following."""


def run_command(machine: Machine, node: Node, way: Way) -> Outcome:
    """One simple command with its own assignments and words."""
    machine.inner_way = way
    words = machine.expander()
    own: list[Setting] = []
    argv: list[str] = []
    arguments: list[Node] = []
    for child in node.children:
        if child.type == "variable_assignment":
            own.extend(_own(machine, child, words))
        elif child.type == "herestring_redirect":
            way = replace(way, stdin=words.word(child.children[-1]), stdin_evidence=machine.evidence(child))
        elif child.type not in _NO_WORD:
            arguments.append(child)
            machine.inner_way = replace(way, assigns=None, redirect=None, stdin=None)
            argv.extend(words.words(child))
    if not argv:
        return Outcome()
    name = argv[0]
    if name in ("test", "["):
        tokens = [n for n in arguments[1:] if machine.tree.text(n) != "]"]
        return _test(machine, node, tokens)
    if name in machine.functions:
        return _call(machine, name, argv, node, way)
    builtin = BUILTINS.get(name)
    if builtin is not None and (outcome := builtin(machine, argv, node, way)) is not None:
        return outcome
    return _external(machine, tuple(argv), node, way, words, own)


def run_test(machine: Machine, node: Node, way: Way) -> Outcome:
    """`[ ... ]` or `[[ ... ]]`."""
    machine.inner_way = way
    patterns = bool(node.children) and node.children[0].type == "[["
    return _test(machine, node, flatten(node), patterns=patterns)


def _test(machine: Machine, node: Node, tokens: list[Node], patterns: bool = False) -> Outcome:
    text = machine.tree.text(node)[:300]
    return TestReader(tokens, machine.expander(), text, machine.evidence(node), patterns).read()


def _own(machine: Machine, node: Node, words: Expander) -> list[Setting]:
    """The setting that `NAME=value command` makes for the command."""
    name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name is None or name.type != "variable_name":
        return []
    before = len(words.used)
    text = words.word(value) if value is not None else ""
    origins = [g for used in words.used[before:] for g in machine.scope.origins.get(used, ())]
    guards = tuple(dict.fromkeys(origins))
    return [Setting(machine.tree.text(name), machine.fill(text), machine.evidence(node), guards)]


def _external(
    machine: Machine, argv: tuple[str, ...], node: Node, way: Way, words: Expander, own: list[Setting]
) -> Outcome:
    output = _output(machine, argv) if way.redirect is None else ""
    if machine.printed is not None and way.redirect is None:
        machine.printed.append(output)
    if machine.printed is None or output is None or way.piped_from is not None:
        machine.emit(argv, node, way, words, own)
    if argv[0] in ("grep", "egrep", "fgrep") and way.piped_from is not None:
        return _grep(machine, argv, node, way)
    return Outcome(True if argv[0] in ("echo", "printf") else None)


def _output(machine: Machine, argv: tuple[str, ...]) -> str | None:
    """What a command prints, for the few whose output is plain from their words."""
    if argv[0] == "echo":
        return " ".join(word for word in argv[1:] if word not in ("-n", "-e"))
    if argv[0] == "printf" and len(argv) == 3 and argv[1] in ("%s", "%s\\n"):
        return argv[2]
    if argv[0] == "git" and argv[1:] == ("rev-parse", "--show-toplevel"):
        cwd = machine.scope.cwd
        return REPO if cwd is not None and not cwd.startswith("/") else None
    if argv[0] in ("dirname", "basename", "realpath", "readlink") and len(argv) >= 2:
        return _path_part(argv[0], argv[-1])
    return None


def _path_part(tool: str, path: str) -> str | None:
    rest = path.removeprefix(REPO)
    if not certain(rest):
        return None
    if tool == "basename":
        return posixpath.basename(path.rstrip("/"))
    return posixpath.dirname(path) or "." if tool == "dirname" else path


def _grep(machine: Machine, argv: tuple[str, ...], node: Node, way: Way) -> Outcome:
    """`echo "$FLAGS" | grep -q -- -cover` is a test of FLAGS."""
    quiet = any(re.fullmatch(r"-\w*q\w*|--quiet", word) for word in argv)
    patterns = [w for w in argv[1:] if not re.fullmatch(r"-[qEFeiwn]+|--|--quiet", w)]
    if not quiet or len(patterns) != 1 or way.stdin is None:
        return Outcome()
    plain = re.fullmatch(r"[\w\-=/, ]*", patterns[0]) is not None
    value = way.stdin
    result = patterns[0] in value if plain and certain(value) else None
    variable = (holes(value) or (None,))[0]
    actual = value if certain(value) else None
    text = machine.tree.text(node.parent or node)[:300]
    test = ShellTest(text, variable, "grep", patterns[0], actual, result, machine.evidence(node))
    return Outcome(result, (test,), is_test=True)


def _call(machine: Machine, name: str, argv: list[str], node: Node, way: Way) -> Outcome:
    """A function of the text, read in place with its arguments."""
    function = machine.functions[name]
    if name in machine.calling or len(machine.calling) >= MAX_CALLS:
        machine.give_up(f"a call of {name}", "functions call each other too deeply", node, needed=False)
        return Outcome()
    scope = machine.scope
    saved = {key: scope.values.get(key) for key in "123456789"}
    saved_all = scope.arrays.get("@")
    set_arguments(machine, argv[1:])
    machine.calling.append(name)
    machine.locals.append({})
    try:
        with machine.reading(function.tree, function.offset):
            outcome = machine.run(machine, function.body, replace(way, assigns=None))
    finally:
        machine.calling.pop()
        machine.scope.values.update(machine.locals.pop())
    if machine.scope.ended == "return":
        machine.scope.ended = None
    _restore(machine, saved, saved_all)
    return Outcome(outcome.result if outcome.is_test else None, outcome.tests, outcome.is_test)


def _restore(machine: Machine, saved: dict[str, str | None], saved_all: tuple[str, ...] | None) -> None:
    scope = machine.scope
    for key, value in saved.items():
        scope.values.pop(key, None) if value is None else scope.values.__setitem__(key, value)
    scope.arrays.pop("@", None)
    scope.values.pop("#", None)
    if saved_all is not None:
        scope.arrays["@"] = saved_all
