"""Ginkgo's nodes: what registers, and in which order and phase it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.facts.events import Clean, Copy, Deploy, FileCheck, Report, Stop, Teardown, Wait
from bot.path.golang.values import Function, Opaque, Place, Value

if TYPE_CHECKING:
    from bot.path.golang.calls import Call
    from bot.path.golang.machine import Machine

TELLING = (Stop, Copy, Teardown, Report, Wait, Deploy, Clean, FileCheck)


@dataclass(slots=True, eq=False)
class Node:
    """A registered function with where it was registered."""

    function: Value
    place: Place
    args: list[Value] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Suite:
    """The nodes of a Ginkgo suite by kind, each kind in order of appearance."""

    before: list[Node] = field(default_factory=list)
    first: list[Node] = field(default_factory=list)
    """BeforeAll of containers."""
    each_first: list[Node] = field(default_factory=list)
    each_last: list[Node] = field(default_factory=list)
    tests: list[Node] = field(default_factory=list)
    last: list[Node] = field(default_factory=list)
    after: list[Node] = field(default_factory=list)
    reports: list[Node] = field(default_factory=list)


def container(m: Machine, call: Call) -> None:
    """Execute a container's body: its nodes register themselves."""
    from bot.path.golang.calls import invoke

    for arg in call.args:
        if isinstance(arg, Function):
            invoke(m, arg, [], call.place)


def register(m: Machine, call: Call) -> None:
    """Keep a node for later."""
    functions = [arg for arg in call.args if isinstance(arg, Function)]
    suite, name = m.ginkgo, call.name.rpartition(".")[2]
    nodes = [Node(function, call.place, [_data(call)]) for function in functions]
    match name:
        case "BeforeSuite" | "SynchronizedBeforeSuite":
            suite.before += nodes
        case "AfterSuite" | "SynchronizedAfterSuite":
            suite.after += nodes
        case "ReportAfterSuite":
            suite.reports += nodes
        case "BeforeAll":
            suite.first += nodes
        case "AfterAll":
            suite.last += nodes
        case "BeforeEach" | "JustBeforeEach":
            suite.each_first += nodes
        case "AfterEach" | "JustAfterEach":
            suite.each_last += nodes
        case "It" | "Specify" | "FIt":
            suite.tests += nodes


def _data(call: Call) -> Value:
    """The argument that a function of a suite gets: data of process 1, or a context."""
    return Opaque("data", place=call.place)
