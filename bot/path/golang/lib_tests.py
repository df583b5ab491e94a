"""Calls of test frameworks: Ginkgo, Gomega, testing, testify, e2e-framework, and of sync helpers."""

from __future__ import annotations

import re
from functools import partial

from tree_sitter import Node

from bot.path.golang.calls import LIBRARY, METHODS, Call, invoke, library
from bot.path.golang.lib_system import seconds
from bot.path.golang.machine import Machine
from bot.path.golang.values import (
    Effect,
    Fault,
    Function,
    List,
    Member,
    Opaque,
    Scalar,
    Text,
    Value,
    plain,
)
from bot.path.golang.waits import poll

_POLLS = (
    "k8s.io/apimachinery/pkg/util/wait.Poll",
    "k8s.io/apimachinery/pkg/util/wait.PollImmediate",
    "k8s.io/apimachinery/pkg/util/wait.PollUntilContextTimeout",
    "k8s.io/apimachinery/pkg/util/wait.PollUntilContextCancel",
    "k8s.io/apimachinery/pkg/util/wait.PollImmediateUntil",
    "k8s.io/apimachinery/pkg/util/wait.PollWithContext",
    "k8s.io/apimachinery/pkg/util/wait.PollImmediateWithContext",
    "k8s.io/apimachinery/pkg/util/wait.ExponentialBackoff",
    "github.com/stretchr/testify/require.Eventually",
    "github.com/stretchr/testify/assert.Eventually",
    "github.com/stretchr/testify/require.EventuallyWithT",
    "github.com/stretchr/testify/assert.EventuallyWithT",
    "sigs.k8s.io/e2e-framework/klient/wait.For",
    "k8s.io/client-go/util/retry.RetryOnConflict",
    "k8s.io/client-go/util/retry.OnError",
)


@library(*_POLLS, "github.com/onsi/gomega.Eventually", "github.com/onsi/gomega.EventuallyWithOffset")
def _poll(call: Call) -> Value:
    """The polling function is walked once; when it waits for the end of pods, a Wait follows."""
    m = call.m
    m.selected, m.polled = None, []
    rest = _rest(m, call.node)
    args = call.args
    body = next((arg for arg in args if isinstance(arg, Function)), None)
    if body is not None:
        invoke(m, body, [], call.place)
    times = [value for value in map(seconds, args) if value is not None]
    timeout = max(times, default=None) if times else _with_timeout(rest)
    outer = _outermost(call.node)
    place = m.place(outer) if outer.type == "call_expression" else call.place
    if body is not None:
        poll(m, place, body, rest, timeout)
    else:
        _for_condition(call, args)
    m.polled = []
    return Opaque("Eventually()", "gomega.Eventually", place=call.place)


def _for_condition(call: Call, args: list[Value]) -> None:
    """`wait.For(conditions.New(r).ResourceDeleted(pod))` of the e2e-framework."""
    from bot.facts.events import Wait

    for arg in args:
        if isinstance(arg, Opaque) and arg.calls:
            name = arg.calls[-1][0]
            if name in ("ResourceDeleted", "ResourcesDeleted"):
                call.m.recorder.make(
                    Wait, call.place, method="deleted", target=_object_name(arg.calls[-1][1])
                )
            elif name == "ResourceScaled":
                call.m.recorder.make(Wait, call.place, method="scaled", target=_object_name(arg.calls[-1][1]))


def _object_name(args: tuple[Value, ...]) -> str | None:
    from bot.path.golang.lib_cluster import name_of

    return next((name for arg in args if (name := name_of(arg)) is not None), None)


def _outermost(node: Node) -> Node:
    """The whole chain `Eventually(...).WithTimeout(...).Should(...)`."""
    here = node
    while here.parent is not None and here.parent.type in ("selector_expression", "call_expression"):
        if here.parent.type == "call_expression" and here.parent.child_by_field_name("function") != here:
            break
        here = here.parent
    return here


def _rest(m: Machine, node: Node) -> str:
    outer = _outermost(node)
    return m.frame.source.data[node.end_byte : outer.end_byte].decode("utf-8", "replace")[:2_000]


def _with_timeout(rest: str) -> float | None:
    match = re.search(r"WithTimeout\(\s*(\d{1,6})\s*\*\s*time\.(Second|Minute)", rest)
    return None if match is None else float(match[1]) * (60 if match[2] == "Minute" else 1)


_QUIET_POLLS = ("github.com/onsi/gomega.Consistently", "github.com/stretchr/testify/require.Never",
                "github.com/stretchr/testify/assert.Never")  # fmt: skip


@library(*_QUIET_POLLS)
def _consistently(call: Call) -> Value:
    return call.unknown()


@library(
    "github.com/onsi/gomega.Expect", "github.com/onsi/gomega.ExpectWithOffset", "github.com/onsi/gomega.Ω"
)
def _expect(call: Call) -> Value:
    call.args  # noqa: B018 - evaluated for what the expression does
    return Opaque("Expect()", "gomega.Expect", place=call.place)


@library("github.com/onsi/ginkgo.DeferCleanup")
def _defer_cleanup(call: Call) -> Value:
    if call.args:
        first, rest, place = call.args[0], call.args[1:], call.place
        later(call.m, lambda: invoke(call.m, first, rest, place))
    return Scalar(None)


def later(m: Machine, act: object) -> None:
    """Remember an act for the end of the suite, under the guards that hold now."""
    guards = m.guards

    def run() -> object:
        before, m.guards = m.guards, guards
        try:
            return act() if callable(act) else None
        finally:
            m.guards = before

    m.cleanups.append(run)


@library("github.com/onsi/ginkgo.GinkgoParallelProcess")
def _process(call: Call) -> Value:
    return Opaque("process", place=call.place)


@library("github.com/onsi/ginkgo.Skip", "github.com/onsi/ginkgo.Fail", "github.com/onsi/ginkgo.AbortSuite")
def _skip(call: Call) -> Value:
    return Scalar(None)


_CONTAINERS = ("Describe", "Context", "When", "FDescribe", "FContext")


@library(*(f"github.com/onsi/ginkgo.{name}" for name in (*_CONTAINERS, "DescribeTable")))
def _container(call: Call) -> Value:
    """A container's body registers what is inside it: executed at once, its setup nodes too."""
    from bot.path.golang.ginkgo import container

    container(call.m, call)
    return Scalar(True)


@library(
    *(
        f"github.com/onsi/ginkgo.{name}"
        for name in ("BeforeSuite", "SynchronizedBeforeSuite", "AfterSuite", "SynchronizedAfterSuite",
                     "ReportAfterSuite", "ReportAfterEach", "ReportBeforeEach", "BeforeEach", "AfterEach",
                     "BeforeAll", "AfterAll", "JustBeforeEach", "JustAfterEach", "It", "Specify",
                     "FIt", "Entry")
    )
)  # fmt: skip
def _node(call: Call) -> Value:
    from bot.path.golang.ginkgo import register

    register(call.m, call)
    return Scalar(True)


@library("github.com/onsi/ginkgo.PDescribe", "github.com/onsi/ginkgo.XDescribe", "github.com/onsi/ginkgo.PIt",
         "github.com/onsi/ginkgo.XIt", "github.com/onsi/ginkgo.RunSpecs")  # fmt: skip
def _pending(call: Call) -> Value:
    return Scalar(True)


def _testing_method(call: Call) -> Value | None:
    """`t.Cleanup`, `t.Run`, `t.TempDir`, `t.Setenv`, `m.Run` of testing's types."""
    receiver = call.receiver
    kind = receiver.origin if isinstance(receiver, Opaque) else ""
    testing = kind.rpartition(".")[2] in ("T", "M", "B", "TB", "FullGinkgoTInterface") or (
        isinstance(receiver, Opaque) and receiver.name in ("t", "T", "T()")
    )
    if not testing:
        return None
    match call.name:
        case "Cleanup":
            if call.args:
                first, place = call.args[0], call.place
                later(call.m, lambda: invoke(call.m, first, [], place))
        case "Run" if len(call.args) > 1:
            invoke(call.m, call.args[1], [receiver] if receiver is not None else [], call.place)
        case "Run":
            call.m.recorder.phase = "teardown"
            return Opaque("m.Run()", place=call.place)
        case "TempDir":
            return Text(plain("${temporary directory}", call.place).pieces, place=call.place)
        case "Setenv":
            return LIBRARY["os.Setenv"](call)
        case "Log" | "Logf" | "Helper" | "Parallel" | "Name" | "Fatal" | "Fatalf" | "Error" | "Errorf":
            return Scalar(None)
        case _:
            return None
    return Scalar(None)


_QUIET = frozenset({"Info", "Infof", "Debug", "Debugf", "Warn", "Warnf", "Error", "Errorf", "Printf",
                    "Println", "Print", "Logf", "Log", "V",
                    "WithValues", "WithName"})  # fmt: skip


def _logging(call: Call) -> Value | None:
    """Loggers print: what they are given does not matter."""
    if call.name not in _QUIET:
        return None
    if isinstance(call.receiver, (Opaque, Member)):
        return Opaque("log", place=call.place)
    return None


def _group(call: Call) -> Value | None:
    """`errgroup.Group.Go`, `sync.Once.Do`: the function runs."""
    if call.name in ("Go", "Do", "TryGo", "Submit") and call.args and isinstance(call.args[-1], Function):
        invoke(call.m, call.args[-1], [], call.place)
        return Fault()
    return None


def _e2e_framework(call: Call) -> Value | None:
    """`testenv.Setup(...)`, `testenv.Finish(...)`, `testenv.Run(m)`, feature steps."""
    receiver = call.receiver
    origin = receiver.origin if isinstance(receiver, Opaque) else ""
    if not origin.startswith("sigs.k8s.io/e2e-framework"):
        return None
    match call.name:
        case "Setup" | "Assess" | "WithSetup" | "BeforeEachTest" | "BeforeEachFeature":
            for arg in call.args:
                invoke(call.m, arg, [], call.place)
        case "Finish" | "Teardown" | "WithTeardown" | "AfterEachTest":
            acts = [arg for arg in call.args if isinstance(arg, (Function, List, Effect))]
            place = call.place
            for arg in acts:
                call.m.finishing.append(partial(invoke, call.m, arg, [], place))
        case "Run":
            call.m.recorder.phase = "teardown"
            for act in call.m.finishing:
                act()
            call.m.finishing.clear()
            return Opaque("Run()", place=call.place)
        case _:
            return None
    return receiver


METHODS += [_e2e_framework, _testing_method, _logging, _group]
