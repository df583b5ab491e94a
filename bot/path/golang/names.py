"""What a name means: a local, a name of the package, of another package of the repo, of a library."""

from __future__ import annotations

from tree_sitter import Node

from bot.path.golang.apinames import constant
from bot.path.golang.functions import zero
from bot.path.golang.machine import Frame, Machine, first_of
from bot.path.golang.scope import Scope
from bot.path.golang.syntax import Declaration, field_text
from bot.path.golang.unset import left_out
from bot.path.golang.values import (
    Cmd,
    Function,
    Many,
    Map,
    Member,
    Opaque,
    Place,
    Scalar,
    Struct,
    Unset,
    Value,
    plain,
)

_SECOND = 1_000_000_000
_STANDARD: dict[str, int | str] = {
    "time.Nanosecond": 1,
    "time.Microsecond": 1_000,
    "time.Millisecond": 1_000_000,
    "time.Second": _SECOND,
    "time.Minute": 60 * _SECOND,
    "time.Hour": 3600 * _SECOND,
    "os.ModePerm": 0o777,
    "io/fs.ModePerm": 0o777,
    "path/filepath.Separator": "/",
    "os.PathSeparator": "/",
    "runtime.GOOS": "linux",
}
_ASIDE = frozenset({"log", "logs", "logger", "logging", "metrics", "tracing", "version"})
"""Packages of the repo that no suite builds, deploys or collects with: they are not read."""
_BASIC = frozenset(
    {
        "string", "int", "int8", "int16", "int32", "int64", "uint", "uint8", "uint16", "uint32", "uint64",
        "float32", "float64", "bool", "byte", "rune", "error", "any", "uintptr",
    }
)  # fmt: skip
BUILTIN = "builtin"
LOCAL = "./"
"""Types and names of the repo have the path `./directory`."""


def find_name(m: Machine, name: str, node: Node | None = None) -> Value:
    """The value of an identifier."""
    frame = m.frame
    scope = frame.scope.find(name)
    if scope is not None:
        return scope.names[name]
    if frame.source.dots and name in _FRAMEWORK and not _is_declared(m, name):
        return Member(_dotted(frame.source.dots, name), name, place=m.place(node) if node else None)
    found = package_name(m, frame.directory, name)
    if found is not None:
        return found
    if name in _BASIC or name in _BUILTINS:
        return Member(BUILTIN, name)
    for path in frame.source.dots:
        directory = m.repo.directory_of(path, frame.directory)
        if directory is not None and (value := package_name(m, directory, name)) is not None:
            return value
    if name[:1].isupper() and frame.source.dots:
        return Member(_dotted(frame.source.dots, name), name, place=m.place(node) if node else None)
    return Opaque(name, place=m.place(node) if node is not None else None)


_BUILTINS = frozenset({"len", "append", "make", "new", "panic", "copy", "delete", "cap", "min", "max",
                       "close",                        "print", "println", "recover"})  # fmt: skip
_GOMEGA = frozenset({"Eventually", "Consistently", "Expect", "EventuallyWithOffset", "ExpectWithOffset"})


_FRAMEWORK = _GOMEGA | frozenset(
    {
        "Describe", "Context", "When", "FDescribe", "FContext", "PDescribe", "XDescribe",
        "DescribeTable", "Entry",
        "It", "FIt", "PIt", "XIt", "Specify", "By", "BeforeSuite", "AfterSuite", "SynchronizedBeforeSuite",
        "SynchronizedAfterSuite", "ReportAfterSuite", "ReportBeforeSuite", "ReportAfterEach",
        "ReportBeforeEach",
        "BeforeEach", "AfterEach", "BeforeAll", "AfterAll", "JustBeforeEach", "JustAfterEach", "DeferCleanup",
        "RegisterFailHandler", "RunSpecs", "Fail", "Skip", "AbortSuite", "GinkgoWriter", "GinkgoT",
        "GinkgoLogr",
        "GinkgoParallelProcess", "GinkgoRecover", "CurrentSpecReport", "AddReportEntry", "Ordered", "Serial",
        "Label", "SpecReport", "SpecContext", "HaveOccurred", "Succeed", "Equal", "BeTrue", "BeFalse",
        "BeNil",
        "BeEmpty", "HaveLen", "ContainSubstring", "MatchError", "BeNumerically", "Not", "BeZero",
        "ContainElement",
        "HaveKeyWithValue", "BeEquivalentTo", "InterceptGomegaFailure", "SetDefaultEventuallyTimeout",
        "NewWithT",
        "SetDefaultEventuallyPollingInterval", "EnforceDefaultTimeoutsWhenUsingContexts", "Gomega",
        "NewGomega",
        "NodeTimeout", "SpecTimeout", "FlakeAttempts", "HaveKey", "Satisfy", "And", "Or", "MatchRegexp",
        "HavePrefix",
    }
)  # fmt: skip


def _is_declared(m: Machine, name: str) -> bool:
    """Whether a file that was parsed declares a name of its own like that of a framework."""
    sources = m.repo.package(m.frame.directory).sources.values()
    return any(name in source.declared for source in sources)


def _dotted(dots: list[str], name: str) -> str:
    gomega = [path for path in dots if "gomega" in path]
    ginkgo = [path for path in dots if "ginkgo" in path]
    if gomega and (name in _GOMEGA or not ginkgo):
        return gomega[0]
    return (ginkgo or gomega or dots)[0]


def package_name(m: Machine, directory: str, name: str) -> Value | None:
    """The value of a name declared at the top level of a package of the repo, or None."""
    scope = m.global_scope(directory)
    if name in scope.names:
        return scope.names[name]
    if name in _BASIC or name in _BUILTINS:
        return None
    own = m.frames and m.frame.directory == directory
    tests = bool(own) and m.frame.source.path.endswith("_test.go")
    found = m.repo.lookup(
        directory, name, tests=tests, near=m.frame.source.path if m.frames else "", words=m.words
    )
    if found is None:
        return None
    value = _declared(m, directory, found, scope)
    scope.names[name] = value
    return value


def _declared(m: Machine, directory: str, found: Declaration, scope: Scope) -> Value:
    place = Place(found.source, found.node.start_point[0] + 1, found.node.end_point[0] + 1)
    match found.kind:
        case "func":
            return Function(found.node, found.source, found.name, place=place)
        case "type":
            return Member(LOCAL + directory, found.name, place=place)
        case _:
            scope.names[found.name] = Opaque(found.name, place=place)
            return _initial(m, directory, found, place)


def _initial(m: Machine, directory: str, found: Declaration, place: Place) -> Value:
    """The first value of a package-level variable or constant."""
    spec = (
        found.inherited if found.node.child_by_field_name("value") is None and found.inherited else found.node
    )
    values = spec.child_by_field_name("value")
    frame = Frame(found.source, directory, Scope(None, m.guards), name=found.name)
    frame.scope.names["iota"] = Scalar(found.iota)
    before, m.guards = m.guards, ()
    try:
        with m.inside(frame):
            if values is None:
                return zero(field_text(found.source, found.node, "type"), found.name)
            value = m.eval(values)
    finally:
        m.guards = before
    if isinstance(value, Many):
        return (
            value.values[found.index] if found.index < len(value.values) else Opaque(found.name, place=place)
        )
    return value


def select(m: Machine, node: Node) -> Value:
    """The value of `a.b`."""
    operand = node.child_by_field_name("operand") or node.child_by_field_name("package")
    field_node = node.child_by_field_name("field") or node.child_by_field_name("name")
    if operand is None or field_node is None:
        return m.opaque(node)
    name = m.text(field_node)
    if operand.type in ("identifier", "package_identifier"):
        base = m.text(operand)
        if m.frame.scope.find(base) is None and base in m.frame.source.imports:
            return imported(m, m.frame.source.imports[base], name, node)
    return member(m, first_of(m.eval(operand)), name, node)


def imported(m: Machine, path: str, name: str, node: Node) -> Value:
    """A name of an imported package."""
    directory = m.repo.directory_of(path, m.frame.directory)
    if directory is not None and path.rpartition("/")[2] in _ASIDE:
        return Opaque(name, path + "." + name, place=m.place(node))
    if directory is not None:
        found = package_name(m, directory, name)
        return found if found is not None else Opaque(name, f"{LOCAL}{directory}.{name}", place=m.place(node))
    full = f"{path}.{name}"
    if full in _STANDARD:
        value = _STANDARD[full]
        return plain(value, m.place(node)) if isinstance(value, str) else Scalar(value, place=m.place(node))
    text = constant(path, name)
    if text is not None:
        return plain(text, m.place(node))
    return Member(path, name, place=m.place(node))


def member(m: Machine, value: Value, name: str, node: Node) -> Value:
    """The field or method `name` of a value."""
    from bot.path.golang.literals import field_of

    match value:
        case Struct():
            found = field_of(value, name)
            return found if found is not None else _absent(m, value, name, node)
        case Cmd():
            return _of_cmd(m, value, name, node)
        case Map() if name in value.entries:
            return value.entries[name]
        case Unset() if name[:1].isupper():
            return Unset(name, base=value.base, place=m.place(node))
        case Opaque():
            return Opaque(f"{value.name}.{name}"[-60:], value.origin, value.calls, place=m.place(node))
        case Member():
            return Opaque(f"{value.name}.{name}", value.full, place=m.place(node))
        case _:
            return m.opaque(node)


def _of_cmd(m: Machine, value: Cmd, name: str, node: Node) -> Value:
    found = {"Args": value.argv, "Env": value.env, "Dir": value.directory, "Stdin": value.stdin}.get(name)
    return found if found is not None else m.opaque(node)


def _absent(m: Machine, value: Struct, name: str, node: Node) -> Value:
    from bot.path.golang.apinames import METADATA

    meta = value.fields.get("ObjectMeta")
    if name in METADATA and isinstance(meta, Struct) and name in meta.fields:
        return meta.fields[name]
    if value.type.startswith(LOCAL):
        kind = _field_kind(m, value.type, name)
        if kind is not None:
            return m.opaque(node) if value.open else _zero_field(m, value, kind, name)
    bound = method(m, value, name)
    if bound is None and left_out(value, name):
        return Unset(name, base=value.base, place=m.place(node))
    return bound if bound is not None else m.opaque(node)


def _zero_field(m: Machine, value: Struct, kind: str, name: str) -> Value:
    """The zero value of a field; a struct of the same package can be called upon."""
    made = zero(kind, name)
    if isinstance(made, Opaque) and kind.isidentifier():
        path = value.type.rpartition(".")[0]
        made = Struct(f"{path}.{kind}", {}, value.base, place=value.place)
        value.fields[name] = made
    return made


def is_api(path: str) -> bool:
    """Whether a package of the repo is its own API or made by a generator: not worth reading."""
    return not _API.isdisjoint(path.split("/"))


_API = frozenset({"api", "apis", "generated", "clientset", "applyconfiguration", "informers", "listers"})


def method(m: Machine, value: Value, name: str, kind: str = "") -> Function | None:
    """A method of a type of the repo, bound to its receiver."""
    type_text = value.type if isinstance(value, Struct) else kind
    path, _, short = type_text.rpartition(".")
    if not path.startswith(LOCAL) or is_api(path):
        return None
    directory = path[len(LOCAL) :]
    near = m.frame.source.path
    tests = directory == m.directory
    found = m.repo.lookup(directory, f"{short}.{name}", tests=tests, near=near, words=m.words)
    if found is None:
        return None
    return Function(found.node, found.source, name, receiver=value, place=value.place)


def _field_kind(m: Machine, type_text: str, name: str) -> str | None:
    path, _, short = type_text.rpartition(".")
    if is_api(path):
        return None
    directory = path[len(LOCAL) :]
    found = m.repo.lookup(
        directory, short, tests=directory == m.directory, near=m.frame.source.path, words=m.words
    )
    shape = found.node.child_by_field_name("type") if found is not None and found.kind == "type" else None
    if found is None or shape is None or shape.type != "struct_type" or not shape.named_children:
        return None
    for child in shape.named_children[0].named_children:
        names = [found.source.text(node) for node in child.children_by_field_name("name")]
        kind = field_text(found.source, child, "type")
        if name in names or (not names and kind.rpartition(".")[2] == name):
            return kind
    return None


def type_name(m: Machine, node: Node) -> str:
    """`import/path.Name` of a type expression, `./directory.Name` for types of the repo."""
    if node.type == "generic_type" and node.named_children:
        return type_name(m, node.named_children[0])
    if node.type in ("pointer_type", "parenthesized_type") and node.named_children:
        return type_name(m, node.named_children[0])
    if node.type == "qualified_type":
        package, name = field_text(m.frame.source, node, "package"), field_text(m.frame.source, node, "name")
        path = m.frame.source.imports.get(package, package)
        directory = m.repo.directory_of(path, m.frame.directory)
        return f"{LOCAL}{directory}.{name}" if directory is not None else f"{path}.{name}"
    if node.type == "type_identifier":
        name = m.text(node)
        scope = m.frame.scope.find(name)
        if scope is not None and isinstance(local := scope.names[name], Member):
            return local.full
        return name if name in _BASIC else f"{LOCAL}{m.frame.directory}.{name}"
    return m.text(node)
