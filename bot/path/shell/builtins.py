"""Builtins that change what the shell knows: cd, exit, trap, read, set, shift, eval."""

from __future__ import annotations

import re
from collections.abc import Callable

from tree_sitter import Node

from bot.facts.words import hole, known
from bot.path.shell.machine import Machine
from bot.path.shell.state import MAX_ITEMS, Outcome, Way, absolute

Builtin = Callable[[Machine, list[str], Node, Way], Outcome | None]


def set_arguments(machine: Machine, words: list[str]) -> None:
    """Make words the positional parameters; very many of them become unknown."""
    scope = machine.scope
    for index in range(1, 10):
        scope.values[str(index)] = words[index - 1] if index <= len(words) else ""
    scope.arrays["@"] = tuple(words) if len(words) <= MAX_ITEMS else (hole("@"),)
    scope.values["#"] = str(len(words))


def _cd(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    targets = [word for word in argv[1:] if not re.fullmatch(r"-[LPe@]+|--", word)]
    if argv[0] == "pushd":
        machine.directories.append(machine.scope.cwd)
    machine.scope.cd(machine.fill(targets[0]) if targets else "~")
    return Outcome()


def _popd(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    machine.scope.cwd = machine.directories.pop() if machine.directories else None
    return Outcome()


def _pwd(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    if machine.printed is not None:
        cwd = machine.scope.cwd
        machine.printed.append(None if cwd is None else absolute(cwd))
    return Outcome(True)


def _exit(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    failed = len(argv) > 1 and argv[1] not in ("0", "")
    machine.scope.ended = "return" if argv[0] == "return" else ("error" if failed else "ok")
    return Outcome(not failed if argv[0] == "return" else None)


def _break(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    machine.scope.ended = "break"
    return Outcome(True)


def _trap(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    if len(argv) >= 3 and way.taken is not False:
        signals = {word.removeprefix("SIG").upper() for word in argv[2:]}
        if signals & {"EXIT", "0"}:
            machine.traps = [] if argv[1] == "-" else [(argv[1], node, machine.tree, machine.offset)]
    return Outcome(True)


def _read(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    for word in argv[1:]:
        if re.fullmatch(r"[A-Za-z_]\w*", word):
            machine.scope.set(word, None, None, ())
    return Outcome()


def _set(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    if "--" in argv:
        set_arguments(machine, argv[argv.index("--") + 1 :])
    return Outcome(True)


def _shift(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    words = machine.scope.arrays.get("@")
    if words is not None:
        set_arguments(machine, list(words[1:]))
    return Outcome(True)


def _quiet(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    return Outcome(True)


def _false(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    return Outcome(False)


def _eval(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome | None:
    text = machine.fill(" ".join(argv[1:]))
    if not known(text):
        machine.give_up("an eval", "its text is not known", node)
        return None
    machine.run_text(text, node, way)
    return Outcome()


BUILTINS: dict[str, Builtin] = {
    "cd": _cd,
    "pushd": _cd,
    "popd": _popd,
    "pwd": _pwd,
    "exit": _exit,
    "return": _exit,
    "break": _break,
    "continue": _break,
    "trap": _trap,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "set": _set,
    "shift": _shift,
    "shopt": _quiet,
    "true": _quiet,
    ":": _quiet,
    "umask": _quiet,
    "wait": _quiet,
    "hash": _quiet,
    "false": _false,
    "eval": _eval,
}
