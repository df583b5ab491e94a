"""package main: does the service end in order on SIGTERM, and what else decides about its exit?

Follows the calls from main (and init) into the packages of the repo. A missing handler is only said when
everything reachable was read and nothing outside the repo could hold one.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from tree_sitter import Node

from bot.facts.build import CodeFact, MainPackage
from bot.path.golang.exits import DEADLY, Facts, handlers_of, shutdown_seconds
from bot.path.golang.repo import GoRepo
from bot.path.golang.syntax import Declaration, Source, unquote

MAX_FUNCTIONS = 400
MAX_FILES = 20
MAX_NODES = 60_000

_SIGNALS = re.compile(r"(?i)signal|shutdown|terminat|interrupt")
_RUNNERS = re.compile(
    r"^(Run|RunE?Context|Start|Serve|Execute|ExecuteContext|ListenAndServe\w*|Main|Wait|Launch|Up)$"
)
_NEVER = frozenset({
    "fmt", "log", "os", "io", "errors", "strings", "strconv", "flag", "time", "context", "sync", "net",
    "net/http",
    "bytes", "sort", "math", "encoding/json", "path", "path/filepath", "runtime", "log/slog",
    "crypto/tls", "os/exec",
    "database/sql", "embed", "bufio", "regexp", "slices", "maps", "testing", "reflect", "net/url",
    "sync/atomic",
})  # fmt: skip
_HARMLESS = (
    "github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/spf13/viper", "google.golang.org/grpc",
    "go.uber.org/zap", "github.com/sirupsen/logrus", "github.com/gorilla/mux", "github.com/gin-gonic/gin",
    "github.com/go-chi/chi", "github.com/labstack/echo", "k8s.io/client-go", "k8s.io/klog",
    "k8s.io/apimachinery",
    "golang.org/x/sync", "github.com/prometheus", "github.com/urfave/cli", "go.opentelemetry.io",
    "sigs.k8s.io/controller-runtime", "k8s.io/component-base/cli",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class _Reach:
    """What was found so far in code that main can reach."""

    repo: GoRepo
    facts: Facts = field(default_factory=Facts)
    queue: deque[tuple[str, Declaration | tuple[Source, Node]]] = field(default_factory=deque)
    seen: set[tuple[str, str]] = field(default_factory=set)
    files: dict[str, None] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    later: deque[tuple[str, str, str]] = field(default_factory=deque)
    """(directory, name, calling file) in other packages: looked into only when main's says nothing."""
    nodes: int = 0


def read_main(repo: GoRepo, directory: str) -> MainPackage | None:
    """The package main of a directory; None when there is none.

    `handles_sigterm` is True when a handler was seen, False when all code was read and has none, None
    otherwise, with the reason.
    """
    directory = directory.strip("/")
    main = repo.lookup(directory, "main", near="main.go")
    if main is None or main.source.package != "main":
        return None
    reach = _Reach(repo)
    for path in repo.package(directory).files:
        if not path.endswith("_test.go") and (source := repo.source(path)) is not None:
            _start(reach, directory, source)
    reach.queue.append((directory, main))
    _follow(reach)
    return _package(reach, repo, directory, main)


def _start(reach: _Reach, directory: str, source: Source) -> None:
    """init functions and initial values of package variables (cobra commands) run, too."""
    for node in source.inits:
        reach.queue.append((directory, (source, node)))
    for declaration in source.declared.values():
        if declaration.kind == "var":
            reach.queue.append((directory, (source, declaration.node)))


def _follow(reach: _Reach) -> None:
    count = 0
    while reach.queue or (reach.later and not reach.facts.sigterm):
        if not reach.queue:
            _open(reach, *_likeliest(reach.later))
            continue
        directory, item = reach.queue.popleft()
        count += 1
        if count > MAX_FUNCTIONS or len(reach.files) > MAX_FILES or reach.nodes > MAX_NODES:
            reach.unknown["more code than is followed"] = None
            return
        source, node = (item.source, item.node) if isinstance(item, Declaration) else item
        reach.files[source.path] = None
        _read(reach, directory, source, node)


def _likeliest(later: deque[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Take out the call that by its name leads to a signal handler, else the oldest."""
    for index, (directory, name, _) in enumerate(later):
        if _SIGNALS.search(f"{directory}.{name}"):
            found = later[index]
            del later[index]
            return found
    return later.popleft()


def _read(reach: _Reach, directory: str, source: Source, node: Node) -> None:
    locals_: set[str] = set()
    for inner in _walk(reach, node):
        if inner.type == "call_expression":
            _call(reach, directory, source, inner)
        elif inner.type == "identifier":
            _mention(reach, directory, source, inner, locals_)
        elif inner.type == "selector_expression" and _package_of(source, inner) is not None:
            _mention_other(reach, directory, source, inner)


def _walk(reach: _Reach, node: Node) -> Iterator[Node]:
    stack = [node]
    while stack and reach.nodes <= MAX_NODES:
        here = stack.pop()
        reach.nodes += 1
        yield here
        stack.extend(reversed(here.named_children))


def _package_of(source: Source, node: Node) -> tuple[str, str] | None:
    """(import path, name) of `pkg.Name`, or None."""
    operand, field_node = node.child_by_field_name("operand"), node.child_by_field_name("field")
    if operand is None or field_node is None or operand.type != "identifier":
        return None
    path = source.imports.get(source.text(operand))
    return None if path is None else (path, source.text(field_node))


def _call(reach: _Reach, directory: str, source: Source, node: Node) -> None:
    function = node.child_by_field_name("function")
    if function is None:
        return
    if function.type == "selector_expression":
        target = _package_of(source, function)
        if target is not None:
            _library(reach, directory, source, node, *target)
        else:
            field_node = function.child_by_field_name("field")
            name = source.text(field_node) if field_node is not None else ""
            _method(reach, name)


def _library(reach: _Reach, directory: str, source: Source, node: Node, path: str, name: str) -> None:
    full = f"{path}.{name}"
    for fact in handlers_of(source, node, path, name):
        reach.facts.add(fact)
    if full in DEADLY:
        reach.facts.add(CodeFact("hard-exit", full, source.at(node)))
    elif full in ("os.Setenv", "syscall.Setenv") and _argument(source, node, 0) == "GOCOVERDIR":
        reach.facts.add(CodeFact("set-gocoverdir", _argument(source, node, 1) or "", source.at(node)))
    elif full in ("os.Chdir", "syscall.Chdir"):
        reach.facts.add(CodeFact("chdir", _argument(source, node, 0) or "", source.at(node)))
    elif path == "runtime/coverage":
        reach.facts.add(CodeFact("coverage-api", name, source.at(node)))
    elif full in ("context.WithTimeout", "time.AfterFunc") and (found := shutdown_seconds(source, node)):
        reach.facts.add(CodeFact("shutdown-timeout", found, source.at(node)))
    if reach.repo.directory_of(path, directory) is None and _may_hold_handler(path, name):
        reach.unknown[f"{path}.{name}"] = None


def _may_hold_handler(path: str, name: str) -> bool:
    if path in _NEVER or "." not in path.split("/", maxsplit=1)[0] or path.startswith(_HARMLESS):
        return False
    return _RUNNERS.match(name) is not None or "ignal" in name or "hutdown" in name


def _method(reach: _Reach, name: str) -> None:
    """A method of the repo, by name: all of that name in the packages met."""
    for package, declaration in _methods(reach, name):
        key = (package, declaration.name)
        if key not in reach.seen:
            reach.seen.add(key)
            reach.queue.append((package, declaration))


def _methods(reach: _Reach, name: str) -> Iterator[tuple[str, Declaration]]:
    found = 0
    for package in {path.rpartition("/")[0] for path in reach.files}:
        for source in tuple(reach.repo.package(package).sources.values()):
            for key, declaration in source.declared.items():
                if declaration.kind == "method" and key.endswith("." + name) and found < 20:
                    found += 1
                    yield package, declaration


def _mention(reach: _Reach, directory: str, source: Source, node: Node, locals_: set[str]) -> None:
    name = source.text(node)
    if name in locals_ or name in source.imports:
        return
    locals_.add(name)
    parent = node.parent
    called = parent is not None and parent.type == "call_expression"
    declared = any(name in other.declared for other in reach.repo.package(directory).sources.values())
    if called or declared:
        _enqueue(reach, directory, name, source, search=called and name[:1].islower())


def _mention_other(reach: _Reach, directory: str, source: Source, node: Node) -> None:
    target = _package_of(source, node)
    if target is None:
        return
    parent = node.parent
    called = parent is not None and parent.type == "call_expression"
    place = reach.repo.directory_of(target[0], directory)
    if place is not None and (called or place in {path.rpartition("/")[0] for path in reach.files}):
        key = (place, target[1])
        if key not in reach.seen:
            reach.seen.add(key)
            reach.later.append((place, target[1], source.path))


_BUILTINS = frozenset(
    {
        "len", "append", "make", "new", "panic", "copy", "delete", "cap", "string", "int", "int32", "int64",
        "close", "min", "max", "float64", "byte", "recover", "print", "println", "uint", "uint32", "uint64",
        "bool", "error", "any", "rune",
    }
)  # fmt: skip


def _enqueue(reach: _Reach, directory: str, name: str, source: Source, *, search: bool) -> None:
    key = (directory, name)
    if key in reach.seen or name in _BUILTINS:
        return
    reach.seen.add(key)
    if not search and not any(name in s.declared for s in reach.repo.package(directory).sources.values()):
        return
    _open(reach, directory, name, source.path)


def _open(reach: _Reach, directory: str, name: str, near: str) -> None:
    """Look a name of the repo up and follow it."""
    found = reach.repo.lookup(directory, name, near=near)
    if found is None:
        if reach.repo.read_count >= reach.repo.max_files:
            reach.unknown[f"{directory}.{name}"] = None
        return
    if found.kind in ("func", "var", "const"):
        reach.queue.append((directory, found))


def _argument(source: Source, node: Node, index: int) -> str | None:
    group = node.child_by_field_name("arguments")
    args = [child for child in group.named_children if child.type != "comment"] if group is not None else []
    if index >= len(args):
        return None
    text = source.text(args[index])
    return unquote(text) if text[:1] in ('"', "`") else text


def _package(reach: _Reach, repo: GoRepo, directory: str, main: Declaration) -> MainPackage:
    module = repo.module_of(directory)
    import_path = ""
    if module is not None:
        rest = directory[len(module.directory) :].strip("/")
        import_path = f"{module.path}/{rest}" if rest else module.path
    handled, reason = _verdict(reach)
    own = [path for path in repo.package(directory).files if not path.endswith("_test.go")]
    return MainPackage(
        directory=directory,
        import_path=import_path,
        files=tuple(dict.fromkeys((main.source.path, *own))),
        evidence=main.source.at(main.node.child_by_field_name("name") or main.node),
        handles_sigterm=handled,
        code=tuple(reach.facts.found),
        reason_unknown=reason,
    )


def _verdict(reach: _Reach) -> tuple[bool | None, str | None]:
    if reach.facts.ignored and not reach.facts.sigterm:
        return False, None
    if reach.facts.sigterm:
        return True, None
    if reach.facts.unsure:
        return None, "the signals of a handler could not be read"
    if reach.unknown:
        names = ", ".join(list(reach.unknown)[:3])
        return None, f"a handler may stand in code that was not read: {names}"
    return False, None
