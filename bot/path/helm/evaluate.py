"""Evaluates parsed templates: text with the origin and the guards of every line.

What cannot be evaluated becomes a hole and a note, never a guess: a condition that cannot be told is
taken to hold, under a guard that names it. Of a coverage switch the branch with coverage on is taken,
under a guard with coverage=True wherever the other branch would have been rendered without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.facts.build import Guard
from bot.path.helm.functions import FUNCTIONS
from bot.path.helm.registry import MAX_WEIGHT, FunctionError, truth, weight
from bot.path.helm.template import (
    Action,
    Block,
    Call,
    Leave,
    Literal,
    Node,
    Operand,
    Path,
    Pipe,
    TemplateError,
    Text,
    parse,
)
from bot.path.helm.values import Holes, Map, Origin, Seq, Switch, unknown
from bot.path.helm.yaml import Marked, marked, number, origins_of, to_yaml
from bot.repo.base import File

MAX_STEPS = 300_000
MAX_OUTPUT = 3_000_000
MAX_INCLUDES = 40
_LOOKS_ONLY = frozenset(
    {"coalesce", "default", "dict", "dig", "empty", "get", "hasKey", "index", "list", "not"}
    | {"required", "ternary", "tuple"}
)
"""Functions that hand values on without going through all that is in them."""


class RenderError(Exception):
    """A template that cannot be rendered; the message is the reason in one clause."""


@dataclass(frozen=True, slots=True)
class Define:
    """A named template and the file it stands in."""

    nodes: tuple[Node, ...]
    file: File


@dataclass(slots=True)
class Budget:
    """Steps and output left, shared by all templates of a chart."""

    steps: int = MAX_STEPS
    output: int = MAX_OUTPUT

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise RenderError("takes too many steps to render")

    def hold(self, value: object) -> None:
        """Count what a function made: text and lists are kept in variables without being printed."""
        if isinstance(value, str | list | dict):
            self.output -= len(value)
            if self.output < 0:
                raise RenderError("makes more text and lists than a chart's author writes")


def _bounded(*values: object) -> None:
    """Raises RenderError for values that are endless when they are written out."""
    if weight(*values) > MAX_WEIGHT:
        raise RenderError("makes values that grow without an end")


class _Left(Exception):
    """`break` or `continue`."""


@dataclass(slots=True)
class Evaluator:
    """Renders the templates of one chart. `notes` collects what was left out: (text, file, line)."""

    defines: dict[str, Define]
    holes: Holes
    budget: Budget
    notes: list[tuple[str, File, int]] = field(default_factory=list)
    guards: tuple[Guard, ...] = ()
    touched: list[Switch] = field(default_factory=list)
    switches_off: bool = False
    depth: int = 0

    def render(self, nodes: tuple[Node, ...], file: File, context: Map) -> Marked:
        """The text of a file's nodes. Raises RenderError."""
        frame = Frame(self, file, context, context, [{"$": context}])
        return frame.capture(nodes)

    def include(self, name: str, context: object, file: File, line: int) -> Marked:
        """The text of a named template; a hole when there is none."""
        define = self.defines.get(name)
        if define is None and name.endswith((".yaml", ".yml", ".tpl")):
            # another file of the chart, included for its checksum: what it says does not matter here
            return marked([(self.holes.new(f'include "{name}"'), None)])
        if define is None:
            return self.unread(f'include "{name}"', f'the template "{name}" is not in the chart', file, line)
        if self.depth >= MAX_INCLUDES:
            raise RenderError(f'includes "{name}" without an end')
        self.depth += 1
        try:
            frame = Frame(self, define.file, context, context, [{"$": context}])
            return frame.capture(define.nodes)
        finally:
            self.depth -= 1

    def unread(self, name: str, reason: str, file: File, line: int) -> Marked:
        """A hole for something that cannot be evaluated, with a note."""
        if len(self.notes) < 200:
            self.notes.append((reason, file, line))
        return marked([(self.holes.new(name), None)])

    def plain(self, value: object) -> object:
        """A value as functions see it: a switch is on, unless what is off is asked for."""
        if isinstance(value, Switch):
            self.touched.append(value)
            return not self.switches_off
        return value


@dataclass(slots=True)
class Frame:
    """One template being executed: its file, `.`, `$`, variables and output."""

    run: Evaluator
    file: File
    dot: object
    root: object
    scopes: list[dict[str, object]]
    out: list[tuple[str, tuple[Origin | None, ...]]] = field(default_factory=list)

    def capture(self, nodes: tuple[Node, ...]) -> Marked:
        """What the nodes print, with the origin of each line's first word."""
        before, self.out = self.out, []
        try:
            self.walk(nodes)
            return _joined(self.out)
        finally:
            self.out = before

    def walk(self, nodes: tuple[Node, ...]) -> None:
        for node in nodes:
            self.run.budget.step()
            if isinstance(node, Text):
                self._print(node.text, self._origins(node.text, node.line))
            elif isinstance(node, Action):
                self._action(node.pipe)
            elif isinstance(node, Block):
                self._block(node)
            elif isinstance(node, Call):
                context = None if node.pipe is None else self.value(node.pipe)
                text = self.run.include(node.name, context, self.file, node.line)
                self._print(text, self._filled(text, node.line))
            elif isinstance(node, Leave):
                raise _Left(node.kind)

    def _print(self, text: str, origins: tuple[Origin | None, ...]) -> None:
        self.run.budget.output -= len(text)
        if self.run.budget.output < 0:
            raise RenderError("renders to more text than a chart's author writes")
        self.out.append((text, origins))

    def _here(self, line: int) -> Origin:
        return Origin(self.file.at(line), self.run.guards)

    def _origins(self, text: str, line: int) -> tuple[Origin | None, ...]:
        return tuple(self._here(line + n) for n in range(text.count("\n") + 1))

    def _filled(self, text: str, line: int) -> tuple[Origin | None, ...]:
        """The text's own origins; those of the action where there is none, guards of both."""
        own, here = origins_of(text), self._here(line)
        return tuple(
            here if o is None or not o.evidence.path else Origin(o.evidence, _union(here.guards, o.guards))
            for o in own
        )

    def _action(self, pipe: Pipe) -> None:
        value = self.value(pipe)
        if pipe.names:
            return
        text = self.text(value)
        self._print(text, self._filled(text, pipe.line))

    def text(self, value: object) -> str:
        """A value as the template prints it."""
        value = self.run.plain(value)
        if isinstance(value, str):
            return value
        _bounded(value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return number(value)
        return to_yaml(value).replace("\n", " ")

    # --- blocks ---

    def _block(self, block: Block) -> None:
        if block.kind == "range":
            self._range(block)
            return
        with self._scope():
            value, guard = self._condition(block.pipe)
            if unknown(value) or truth(value):
                with self._under(guard):
                    self._body(block, value)
            else:
                self.walk(block.other)

    def _body(self, block: Block, value: object) -> None:
        before = self.dot
        if block.kind == "with":
            self.dot = value
        try:
            self.walk(block.body)
        finally:
            self.dot = before

    def _condition(self, pipe: Pipe) -> tuple[object, Guard | None]:
        """The value of a condition and the guard its body stands under, if any."""
        first = len(self.run.touched)
        value = self.run.plain(self.value(pipe))
        if unknown(value):
            text = pipe.text.removeprefix("if ").strip()
            coverage = "cover" in text.lower()
            return value, Guard(text, coverage=coverage, evidence=self.file.at(pipe.line))
        switches = self.run.touched[first:]
        if not switches or not truth(value) or self.run.switches_off:
            return value, None
        self.run.switches_off = True
        try:
            without = self.run.plain(self.value(pipe))
        finally:
            self.run.switches_off = False
        return value, None if truth(without) else switches[0].guard

    def _range(self, block: Block) -> None:
        value = self.run.plain(self.value(Pipe(block.pipe.commands, block.pipe.line, block.pipe.text)))
        guard = None
        if unknown(value):
            guard = Guard(f"range {block.pipe.text}"[:200], evidence=self.file.at(block.line))
            items: list[tuple[object, object]] = [(self.run.holes.new("key"), value)]
        else:
            items = _items(value)
        if not items:
            self.walk(block.other)
        before = self.dot
        with self._under(guard):
            for key, item in items:
                with self._scope():
                    self.dot = item
                    self._loop_variables(block.pipe.names, key, item)
                    try:
                        self.walk(block.body)
                    except _Left as left:
                        if left.args[0] == "break":
                            break
                    finally:
                        self.dot = before

    def _loop_variables(self, names: tuple[str, ...], key: object, item: object) -> None:
        if len(names) == 1:
            self.scopes[-1][names[0]] = item
        elif len(names) > 1:
            self.scopes[-1][names[0]] = key
            self.scopes[-1][names[1]] = item

    @contextmanager
    def _scope(self) -> Iterator[None]:
        self.scopes.append({})
        try:
            yield
        finally:
            self.scopes.pop()

    @contextmanager
    def _under(self, guard: Guard | None) -> Iterator[None]:
        before = self.run.guards
        if guard is not None:
            self.run.guards = _union(before, (guard,))
        try:
            yield
        finally:
            self.run.guards = before

    # --- expressions ---

    def value(self, pipe: Pipe) -> object:
        """The value of a pipeline; variables it names are set."""
        self.run.budget.step()
        value: object = None
        for index, command in enumerate(pipe.commands):
            value = self._command(command, pipe, (value,) if index else ())
        for name in pipe.names[:1]:
            self._assign(name, value, pipe.declares)
        return value

    def _assign(self, name: str, value: object, declares: bool) -> None:
        scope = self.scopes[-1]
        if not declares:
            scope = next((s for s in reversed(self.scopes) if name in s), scope)
        scope[name] = value

    def _command(self, command: tuple[Operand, ...], pipe: Pipe, piped: tuple[object, ...]) -> object:
        head = command[0]
        if isinstance(head, Literal):
            return head.value
        if isinstance(head, Path):
            return self._path(head, len(command) > 1 or bool(piped), pipe)
        if head.name in ("and", "or"):
            return self._logic(head.name, command[1:], piped, pipe)
        args = [self._operand(part, pipe) for part in command[1:]] + list(piped)
        return self._call(head.name, args, pipe)

    def _operand(self, part: Operand, pipe: Pipe) -> object:
        if isinstance(part, Literal):
            return part.value
        if isinstance(part, Path):
            return self._path(part, False, pipe)
        return self._call(part.name, [], pipe)

    def _logic(self, name: str, parts: tuple[Operand, ...], piped: tuple[object, ...], pipe: Pipe) -> object:
        """`and` and `or` stop at the first value that decides; an unknown one may be decided later."""
        doubtful: object = None
        value: object = None
        for part in (*parts, *piped):
            found = self._operand(part, pipe) if isinstance(part, Literal | Path) else part
            value = self.run.plain(found)
            if unknown(value):
                doubtful = value
            elif truth(value) is (name == "or"):
                return value
        return value if doubtful is None else doubtful

    def _path(self, path: Path, called: bool, pipe: Pipe) -> object:
        if path.base is not None:
            value = self.value(path.base)
        elif path.variable:
            value = self._variable(path.variable, pipe)
        else:
            value = self.dot
        for key in path.keys:
            self.run.budget.step()
            if isinstance(value, Map):
                value = value.get(key)
            elif unknown(value) or (called and value is not None):
                return self.run.holes.new(f".{'.'.join(path.keys)}")
            else:
                return None
        if called and value is not None and not isinstance(value, Map | Seq) and path.keys:
            return self.run.unread(pipe.text, f"{pipe.text!r} is not known here", self.file, pipe.line)
        return value

    def _variable(self, name: str, pipe: Pipe) -> object:
        if name == "$":
            return self.root
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        return self.run.unread(name, f"the variable {name} is not set", self.file, pipe.line)

    def _call(self, name: str, args: list[object], pipe: Pipe) -> object:
        values = [self.run.plain(arg) for arg in args]
        if name in ("include", "tpl"):
            return self._text_call(name, values, pipe)
        function: Callable[..., object] | None = FUNCTIONS.get(name)
        if function is None:
            return self.run.unread(name, f"the function {name} is not evaluated here", self.file, pipe.line)
        if name not in _LOOKS_ONLY:
            _bounded(*values)
        try:
            made = function(self.run.holes, *values)
            self.run.budget.hold(made)
            return made
        except FunctionError as problem:
            text = self.run.unread(name, str(problem), self.file, pipe.line)
            return "" if name == "fail" else text
        except (TypeError, ValueError, ArithmeticError, LookupError, RecursionError, AttributeError):
            reason = f"the function {name} does not fit its values"
            return self.run.unread(name, reason, self.file, pipe.line)

    def _text_call(self, name: str, args: list[object], pipe: Pipe) -> object:
        if len(args) < 2 or not isinstance(args[0], str):
            if name == "tpl" and args:
                return args[0]
            return self.run.unread(name, f"{name} without a name that is known", self.file, pipe.line)
        if unknown(args[0]):
            return args[0] if name == "tpl" else self.run.holes.new(pipe.text)
        if name == "include":
            return self.run.include(args[0], args[1], self.file, pipe.line)
        if "{{" not in args[0]:
            return args[0]
        try:
            template = parse(args[0])
        except TemplateError as problem:
            return self.run.unread("tpl", f"a value {problem}", self.file, pipe.line)
        frame = Frame(self.run, self.file, args[1], args[1], [{"$": args[1]}])
        text = frame.capture(template.nodes)
        return marked([(line, self._here(pipe.line)) for line in text.split("\n")])


def _items(value: object) -> list[tuple[object, object]]:
    if isinstance(value, dict):
        return [(key, value[key]) for key in sorted(value)]
    if isinstance(value, list):
        return list(enumerate(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return [(n, n) for n in range(min(max(value, 0), 10_000))]
    return []


def _union(left: tuple[Guard, ...], right: tuple[Guard, ...]) -> tuple[Guard, ...]:
    return left + tuple(guard for guard in right if guard not in left)


def _joined(pieces: list[tuple[str, tuple[Origin | None, ...]]]) -> Marked:
    """Pieces as one text; a line's origin is that of the first piece with more than space in it."""
    lines: list[tuple[str, Origin | None]] = []
    parts: list[str] = []
    origin: Origin | None = None
    settled = False
    for text, origins in pieces:
        for index, part in enumerate(text.split("\n")):
            if index:
                lines.append(("".join(parts), origin))
                parts, origin, settled = [], None, False
            parts.append(part)
            if not settled and (part.strip() or origin is None):
                origin, settled = origins[index], bool(part.strip())
    lines.append(("".join(parts), origin))
    return marked(lines)
