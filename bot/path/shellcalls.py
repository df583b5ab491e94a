"""Simple commands: words expanded, builtins carried out, everything else collected."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from tree_sitter import Node

from bot.facts.build import Setting, ShellTest
from bot.facts.words import REPO, holes, known
from bot.model import Evidence
from bot.path.shellmachine import Machine
from bot.path.shellstate import Outcome, Way, absolute, certain
from bot.path.shelltests import TestReader, flatten
from bot.path.shelltree import named
from bot.path.shellwords import Expander

MAX_CALLS = 12
"""How deep functions call each other before the reader stops following."""

_DECLARE = frozenset({"export", "local", "declare", "readonly", "typeset"})


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
        elif (
            child.type == "command_name"
            or node.field_name_for_child(node.children.index(child)) == "argument"
        ):
            arguments.append(child)
            machine.inner_way = replace(way, assigns=None, redirect=None, stdin=None)
            argv.extend(words.words(child))
        elif child.type == "herestring_redirect":
            way = replace(way, stdin=words.word(child.children[-1]), stdin_evidence=machine.evidence(child))
    if not argv:
        return Outcome()
    name = argv[0]
    if name in ("test", "["):
        tokens = [n for n in arguments[1:] if machine.tree.text(n) != "]"]
        return _test(machine, node, tokens)
    if name in machine.functions:
        return _call(machine, name, argv, node, way)
    builtin = _BUILTINS.get(name)
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
    _arguments(machine, argv[1:])
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


def _arguments(machine: Machine, words: list[str]) -> None:
    scope = machine.scope
    for index in range(1, 10):
        scope.values[str(index)] = words[index - 1] if index <= len(words) else ""
    scope.arrays["@"] = tuple(words)
    scope.values["#"] = str(len(words))


def _restore(machine: Machine, saved: dict[str, str | None], saved_all: tuple[str, ...] | None) -> None:
    scope = machine.scope
    for key, value in saved.items():
        scope.values.pop(key, None) if value is None else scope.values.__setitem__(key, value)
    scope.arrays.pop("@", None)
    scope.values.pop("#", None)
    if saved_all is not None:
        scope.arrays["@"] = saved_all


def assign(machine: Machine, node: Node, way: Way) -> Outcome:
    """`NAME=value`, `NAME+=value`, `NAME=(a b)`."""
    name_node, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if name_node is None or name_node.type != "variable_name":
        if name_node is not None and name_node.children:
            machine.scope.values[machine.tree.text(name_node.children[0])] = None
        return Outcome(True)
    name = machine.tree.text(name_node)
    machine.inner_way = replace(way, assigns=name, redirect=None, stdin=None)
    adds = any(child.type == "+=" for child in node.children)
    words = machine.expander()
    if value is not None and value.type == "array":
        _assign_array(machine, name, value, words, adds, way)
    else:
        _assign_text(machine, name, value, words, adds, way, machine.evidence(node))
    origins = [*machine.scope.origins.get(name, ()), *words.conditions]
    origins.extend(guard for used in words.used for guard in machine.scope.origins.get(used, ()))
    machine.scope.origins[name] = tuple(dict.fromkeys(origins))
    runs = value is not None and b"$(" in machine.tree.raw[value.start_byte : value.end_byte]
    return Outcome(None if runs else True)


def _assign_array(machine: Machine, name: str, value: Node, words: Expander, adds: bool, way: Way) -> None:
    scope = machine.scope
    items = tuple(w for child in named(value) for w in words.words(child))
    before = scope.arrays.get(name, ()) if adds else ()
    kept = tuple(g for g in way.guards if g.coverage)
    scope.origins[name] = (*(scope.origins.get(name, ()) if adds else ()), *kept)
    if adds and not before and not scope.is_unset(name) and name not in scope.arrays:
        before = (scope.get(name),)
    scope.arrays[name] = (*before, *items)[:500]
    scope.values.pop(name, None)


def _assign_text(
    machine: Machine, name: str, value: Node | None, words: Expander, adds: bool, way: Way, place: Evidence
) -> None:
    scope = machine.scope
    text = words.word(value) if value is not None else ""
    before = scope.origins.get(name, ()) if adds else ()
    if adds:
        text = scope.get(name) + text
    elif _is_output(machine, value, text):
        scope.set(name, None, place, way.guards)
        return
    scope.set(name, text, place, (*before, *way.guards))


def _is_output(machine: Machine, value: Node | None, text: str) -> bool:
    """Whether a value is nothing but the unknown output of a command."""
    lone = re.fullmatch(r"\$\{[^{}]*\}", text) is not None
    raw = machine.tree.raw[value.start_byte : value.end_byte] if value is not None else b""
    return lone and (b"$(" in raw or b"`" in raw)


def declare(machine: Machine, node: Node, way: Way) -> Outcome:
    """`export A=b C`, `local x`, `readonly`, `declare -x`."""
    kind = node.children[0].type if node.children else "export"
    exports = kind == "export" or any(machine.tree.text(c).startswith("-x") for c in node.children)
    removes = any(machine.tree.text(c) == "-n" for c in node.children)
    outcome = Outcome(True)
    for child in node.children[1:]:
        name: str | None = None
        if kind == "local":
            _remember(machine, child)
        if child.type == "variable_assignment" and (target := child.child_by_field_name("name")):
            outcome = assign(machine, child, way)
            name = machine.tree.text(target)
        elif child.type == "variable_name":
            name = machine.tree.text(child)
            if kind == "local":
                machine.scope.set(name, "", None, ())
        if name and exports:
            machine.scope.exported.discard(name) if removes else machine.scope.exported.add(name)
            machine.scope.places.setdefault(name, machine.evidence(child))
    return outcome


def _remember(machine: Machine, node: Node) -> None:
    """Keep what a name meant outside of the function that makes it its own."""
    target = node.child_by_field_name("name") or node
    if machine.locals and target.type == "variable_name":
        name = machine.tree.text(target)
        machine.locals[-1].setdefault(name, machine.scope.values.get(name))


def unset(machine: Machine, node: Node, way: Way) -> Outcome:
    """`unset NAME`: from here on the variable is empty and not in the environment."""
    for child in node.children[1:]:
        name = machine.tree.text(child)
        if re.fullmatch(r"\w+", name):
            machine.scope.set(name, "", None, ())
            machine.scope.exported.discard(name)
    return Outcome(True)


Builtin = Callable[[Machine, list[str], Node, Way], Outcome | None]


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
        _arguments(machine, argv[argv.index("--") + 1 :])
    return Outcome(True)


def _shift(machine: Machine, argv: list[str], node: Node, way: Way) -> Outcome:
    words = machine.scope.arrays.get("@")
    if words is not None:
        _arguments(machine, list(words[1:]))
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


_BUILTINS: dict[str, Builtin] = {
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
