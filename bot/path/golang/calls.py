"""Calls: of functions of the repo in place, of known library functions by their meaning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tree_sitter import Node

from bot.path.golang.machine import Machine, first_of
from bot.path.golang.names import BUILTIN, LOCAL, method
from bot.path.golang.unset import touch
from bot.path.golang.values import (
    Cmd,
    Effect,
    Function,
    List,
    Many,
    Member,
    Opaque,
    Place,
    Struct,
    Text,
    Value,
    as_text,
)


@dataclass(slots=True, eq=False)
class Call:
    """One call: its arguments are evaluated when they are first asked for."""

    m: Machine
    node: Node
    place: Place
    name: str
    receiver: Value | None = None
    _args: list[Value] | None = None

    @property
    def args(self) -> list[Value]:
        if self._args is None:
            group = self.node.child_by_field_name("arguments")
            self._args = []
            for child in group.named_children if group is not None else ():
                if child.type != "comment":
                    value = self.m.eval(child)
                    self._args += value.values if isinstance(value, Many) else [value]
        return self._args

    def arg(self, index: int) -> Value:
        """An argument, or an unknown value when there are fewer."""
        return self.args[index] if -len(self.args) <= index < len(self.args) else Opaque("?")

    def text(self, index: int) -> Text:
        """An argument as text."""
        return as_text(self.arg(index))

    def unknown(self) -> Opaque:
        """The result of a call that is not known, named after the call."""
        return Opaque(f"{self.name}()", place=self.place)


Handler = Callable[[Call], Value]
LIBRARY: dict[str, Handler] = {}
"""`import/path.Name` -> what a call of it means."""
METHODS: list[Callable[[Call], Value | None]] = []
"""Readers of method calls on values that are not known; the first that knows it answers."""


def library(*names: str) -> Callable[[Handler], Handler]:
    """Register what calls of library functions mean."""

    def register(handler: Handler) -> Handler:
        for name in names:
            LIBRARY[name] = handler
        return handler

    return register


def call(m: Machine, node: Node) -> Value:
    """The value of a call expression."""
    function = node.child_by_field_name("function")
    if function is None:
        return m.opaque(node)
    if function.type == "selector_expression":
        operand, field_node = function.child_by_field_name("operand"), function.child_by_field_name("field")
        if operand is not None and field_node is not None and not _is_package(m, operand):
            name = m.text(field_node)
            receiver = first_of(m.eval(operand))
            return call_method(Call(m, node, m.place(node), name, receiver))
    if function.type in ("slice_type", "map_type", "array_type", "pointer_type", "interface_type"):
        return _convert(Call(m, node, m.place(node), m.text(function)))
    return call_value(Call(m, node, m.place(node), m.text(function)[:60]), first_of(m.eval(function)))


def _is_package(m: Machine, operand: Node) -> bool:
    if operand.type != "identifier":
        return False
    name = m.text(operand)
    return m.frame.scope.find(name) is None and name in m.frame.source.imports


def call_value(call: Call, callee: Value) -> Value:
    """Call a function value."""
    match callee:
        case Function():
            return call.m.call(callee, call.args, call.place)
        case Member(path="builtin"):
            return LIBRARY.get(f"{BUILTIN}.{callee.name}", _convert)(call)
        case Member() if callee.path.startswith(LOCAL):
            return _convert(call)
        case Member():
            call.name = callee.name
            return call_library(call, callee)
        case Effect():
            return invoke(call.m, callee, call.args, call.place)
        case _:
            return _unread(call)


def call_library(call: Call, callee: Member) -> Value:
    """Call a function of a package outside the repo."""
    handler = LIBRARY.get(callee.full) or LIBRARY.get(_versionless(callee))
    if handler is not None:
        return handler(call)
    if callee.path.startswith(("k8s.io/api/", "time", "os")) and len(call.args) == 1:
        return call.args[0]
    return _unread(call, callee.full)


def _versionless(callee: Member) -> str:
    """`github.com/onsi/ginkgo/v2` is registered as `github.com/onsi/ginkgo`."""
    parts = [part for part in callee.path.split("/") if not (part[:1] == "v" and part[1:].isdigit())]
    return f"{'/'.join(parts)}.{callee.name}"


def _convert(call: Call) -> Value:
    """A conversion: the value stays what it is."""
    return call.args[0] if len(call.args) == 1 else call.unknown()


def _unread(call: Call, origin: str = "") -> Value:
    """A call that leads out: commands and functions handed to it are taken to be run by it."""
    touch(call.args)
    for arg in call.args:
        match arg:
            case Cmd(ran=False):
                call.m.recorder.run(arg)
            case Function(node=node) if node.type == "func_literal":
                invoke(call.m, arg, [], call.place)
    return Opaque(f"{call.name}()"[-60:], origin, place=call.place)


def call_method(call: Call) -> Value:
    """Call a method of a value. A function type's method (`HandlerFunc.Serve`) calls the function."""
    m, receiver, name = call.m, call.receiver, call.name
    if isinstance(receiver, Function):
        return m.call(receiver, call.args, call.place)
    if receiver is None:
        return _unread(call)
    if isinstance(receiver, Struct):
        found = receiver.fields.get(name)
        if isinstance(found, (Function, Effect)):
            return call_value(call, found)
        bound = method(m, receiver, name)
        if bound is not None:
            return m.call(bound, call.args, call.place)
    if isinstance(receiver, Opaque) and receiver.origin.startswith(LOCAL):
        bound = method(m, receiver, name, receiver.origin)
        if bound is not None:
            return m.call(bound, call.args, call.place)
    for reader in METHODS:
        value = reader(call)
        if value is not None:
            touch(call.args)
            return value
    return _chained(call)


_ONLY_READ = ("Get", "DeepCopy", "String", "Is")


def _chained(call: Call) -> Value:
    """An unknown method: the chain of calls is kept, it tells `clientset.AppsV1().Deployments(ns)`."""
    _unread(call)
    receiver = call.receiver
    if isinstance(receiver, Struct) and not call.name.startswith(_ONLY_READ):
        touch([receiver])
    if isinstance(receiver, Member):
        receiver = Opaque(receiver.name, receiver.full, place=receiver.place)
    if isinstance(receiver, Struct):
        return Opaque(f"{call.name}()", receiver.type, ((call.name, tuple(call.args)),), place=call.place)
    if isinstance(receiver, Opaque):
        calls = (*receiver.calls[-5:], (call.name, tuple(call.args)))
        return Opaque(f"{receiver.name}.{call.name}()"[-60:], receiver.origin, calls, place=call.place)
    return call.unknown()


def call_generic(m: Machine, node: Node, kind: Node, operand: Node) -> Value:
    """`f[T](x)`, which the grammar takes for a conversion."""
    callee = first_of(m.eval(kind.named_children[0])) if kind.named_children else m.opaque(node)
    made = Call(m, node, m.place(node), m.text(kind)[:60], _args=[first_of(m.eval(operand))])
    return call_value(made, callee)


def invoke(m: Machine, value: Value, args: list[Value], at: Place | None = None) -> Value:
    """Run a function value that was handed over."""
    match value:
        case Function():
            return first_of(m.call(value, args, at))
        case Effect():
            handler = LIBRARY.get("effect:" + value.name)
            if handler is not None and value.place is not None:
                return handler(Call(m, m.frame.source.root, value.place, value.name, _args=value.args))
        case List():
            for item in value.items:
                invoke(m, item, args, at)
    return Opaque("call", place=at)


def postponed(m: Machine, node: Node) -> Callable[[], object] | None:
    """A deferred call: callee and arguments are evaluated now, the call is made later."""
    if node.type != "call_expression":
        return None
    frame, scope, guards = m.frame, m.frame.scope, m.guards

    def later() -> object:
        inner, before = frame.scope, m.guards
        frame.scope, m.guards = scope, guards
        try:
            return m.eval(node)
        finally:
            frame.scope, m.guards = inner, before

    return later
