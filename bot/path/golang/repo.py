"""The Go packages of a Snapshot, parsed lazily: a file is read only when a name in it is needed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from bot.facts.build import GoModule
from bot.path.golang.modfile import nearest, parse_module, workspace_uses
from bot.path.golang.syntax import Declaration, Source, parse
from bot.repo.base import Skip, Snapshot

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_OTHER_SYSTEMS = ("windows", "darwin", "freebsd", "plan9", "js", "wasip1", "solaris", "aix")
_COMMON = frozenset({"test", "e2e", "suite", "get", "new", "the", "go"})
_SHARED = frozenset({"shared", "common", "util", "utils", "helper", "helpers", "setup", "framework", "doc"})
_BOILERPLATE = frozenset(
    {"AddToScheme", "SchemeBuilder", "GroupVersion", "SchemeGroupVersion", "Kind", "Resource"}
)
_TELLING = re.compile(
    r"build|deploy|creat|cluster|cover|kind|scale|stop|delet|setup|install|apply|manifest|extract|"
    r"collect|report|run|exec|kube|helm|image|load|config|root|dir|path|tag|name|start|main|serv|infra",
    re.IGNORECASE,
)
_FOR_TESTS = re.compile(
    r"(^|[/_-])(e2e|tests?|testing|testutils?|integration|hack|infra\w*|framework|harness)([/_-]|$)"
)
PATIENCE = 6
"""Files of one package read in search of a name that likely does not matter."""


@dataclass(slots=True, eq=False)
class Package:
    """The Go files of one directory; `sources` are those parsed so far."""

    directory: str
    files: tuple[str, ...]
    sources: dict[str, Source] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    absent: set[tuple[str, bool]] = field(default_factory=set)


class GoRepo:
    """Lazily parsed packages of a Snapshot; each file is read at most once, `max_files` in all."""

    def __init__(self, snapshot: Snapshot, *, max_files: int = 60) -> None:
        self.snapshot = snapshot
        self.max_files = max_files
        self.read_count = 0
        self.outside: int | None = None
        """Files of the product's own packages that may still be read; None: as many as there are."""
        self.unread: dict[str, str] = {}
        """name -> why it was not looked up."""
        self._directories: dict[str, list[str]] | None = None
        self._uses: tuple[str, ...] | None = None
        self._folders: set[str] | None = None
        self._packages: dict[str, Package] = {}
        self._modules: dict[str, GoModule | None] = {}
        self._imports: dict[tuple[str, str], str | None] = {}

    def go_files(self, directory: str) -> tuple[str, ...]:
        """Repo-relative paths of a directory's Go files, those for other systems left out."""
        if self._directories is None:
            self._directories = {}
            for path in self.snapshot.entries:
                if path.endswith(".go") and not path[:-3].endswith(_OTHER_SYSTEMS):
                    self._directories.setdefault(posixpath.dirname(path), []).append(path)
        return tuple(self._directories.get(directory, ()))

    def folders(self) -> set[str]:
        """Every directory that holds something."""
        if self._folders is None:
            self._folders = set()
            for path in self.snapshot.entries:
                here = posixpath.dirname(path)
                while here and here not in self._folders:
                    self._folders.add(here)
                    here = posixpath.dirname(here)
        return self._folders

    def package(self, directory: str) -> Package:
        """The package of a directory, nothing read yet."""
        here = directory.strip("/")
        if here not in self._packages:
            self._packages[here] = Package(here, self.go_files(here))
        return self._packages[here]

    def module_of(self, directory: str) -> GoModule | None:
        """The module that a directory belongs to, or None."""
        home = nearest(self.snapshot, directory)
        return None if home is None else self._module_at(home)

    def _module_at(self, home: str) -> GoModule | None:
        if home not in self._modules:
            file = self.snapshot.read(posixpath.join(home, "go.mod"))
            self._modules[home] = None if isinstance(file, Skip) else parse_module(self.snapshot, home, file)
        return self._modules[home]

    def directory_of(self, import_path: str, near: str = "") -> str | None:
        """The repo-relative directory an import path means, or None when it is not of this repo.

        `near` is the importing directory: its module's path and replaces come first, then those of
        the modules of a go.work and of the root.
        """
        key = (import_path, nearest(self.snapshot, near) or "")
        if key not in self._imports:
            self._imports[key] = self._find_directory(import_path, near)
        return self._imports[key]

    def _find_directory(self, import_path: str, near: str) -> str | None:
        home = self.module_of(near)
        if home is None or (
            "." not in import_path.split("/", maxsplit=1)[0] and not import_path.startswith(home.path)
        ):
            return None
        for module in self._candidates(home, import_path):
            found = self._below(module.path, module.directory, import_path)
            if found is not None:
                return found
        for replace in home.replaces:
            target = (replace.value or "").split(" ")[0]
            if target.startswith("."):
                place = posixpath.normpath(posixpath.join(home.directory, target))
                found = self._below(replace.name, "" if place == "." else place, import_path)
                if found is not None:
                    return found
        return None

    def _candidates(self, home: GoModule, import_path: str) -> Iterable[GoModule]:
        yield home
        stem = home.path.split("/")[:2]
        if import_path.split("/")[:2] != stem:
            return
        others = [place for place in self._other_homes(home) if place != home.directory]
        for place in others[:8]:
            module = self._module_at(place)
            if module is not None:
                yield module

    def _other_homes(self, home: GoModule) -> list[str]:
        homes = [] if home.directory == "" else [nearest(self.snapshot, "") or ""]
        if "go.work" in self.snapshot.entries and not isinstance(work := self.snapshot.read("go.work"), Skip):
            homes += [place for place in workspace_uses(work) if place not in homes]
        return [place for place in homes if posixpath.join(place, "go.mod") in self.snapshot.entries]

    def _below(self, module_path: str, directory: str, import_path: str) -> str | None:
        if import_path != module_path and not import_path.startswith(module_path + "/"):
            return None
        rest = import_path[len(module_path) :].strip("/")
        place = posixpath.join(directory, rest) if rest else directory
        return place if self.go_files(place) else None

    def source(self, path: str) -> Source | None:
        """The parsed file, or None when it cannot be read or the budget is spent."""
        package = self.package(posixpath.dirname(path))
        if path in package.sources:
            return package.sources[path]
        if path in package.unreadable or self.read_count >= self.max_files:
            return None
        self.read_count += 1
        if self.outside is not None and not _FOR_TESTS.search(package.directory):
            self.outside = max(self.outside - 1, 0)
        file = self.snapshot.read(path)
        if isinstance(file, Skip):
            package.unreadable.add(path)
            return None
        package.sources[path] = parse(file)
        return package.sources[path]

    def lookup(
        self, directory: str, name: str, *, tests: bool = False, near: str = "", words: Collection[str] = ()
    ) -> Declaration | None:
        """The declaration of a top-level name (`Type.Method` for methods) of a package.

        Reads the package's files one by one, the likeliest first, until the name is found. `tests`
        includes _test.go files. Names given up stand in `unread`.
        """
        package = self.package(directory)
        if name in _BOILERPLATE:
            return None
        for source in package.sources.values():
            if name in source.declared and (tests or not source.path.endswith("_test.go")):
                return source.declared[name]
        if (name, tests) in package.absent or (self.outside == 0 and not _FOR_TESTS.search(directory)):
            return None
        found = self._search(package, name, tests, near, words)
        if found is None:
            package.absent.add((name, tests))
        return found

    def _search(
        self, package: Package, name: str, tests: bool, near: str, words: Collection[str]
    ) -> Declaration | None:
        left = [
            path
            for path in package.files
            if path not in package.sources and (tests or not path.endswith("_test.go"))
        ]
        ranked = sorted(left, key=lambda path: self._unlikeness(path, name, near, words))
        idle = PATIENCE if self.read_count * 2 < self.max_files else 0
        patience = len(ranked) if _TELLING.search(name) else idle
        for path in ranked[:patience]:
            if self.outside == 0 and not _FOR_TESTS.search(package.directory):
                break
            source = self.source(path)
            if source is None and self.read_count >= self.max_files:
                break
            if source is not None and name in source.declared:
                return source.declared[name]
        if len(ranked) > patience or self.read_count >= self.max_files:
            self.unread[f"{package.directory or '.'}.{name}"] = "the files that may declare it were not read"
        return None

    def _unlikeness(self, path: str, name: str, near: str, words: Collection[str]) -> tuple[float, int, str]:
        stem = split_words(posixpath.basename(path).removesuffix(".go"))
        wanted, flat = split_words(name), name.lower()
        score = 3.0 * len(stem & wanted) + sum(2.0 for word in stem if len(word) > 3 and word in flat)
        score += 2.0 * len(stem & {word.lower() for word in words})
        score += 1.5 * bool(stem & _SHARED) - 0.5 * len(stem - wanted - _SHARED)
        score += 1.0 * len(stem & split_words(posixpath.basename(near).removesuffix(".go")))
        entry = self.snapshot.entries.get(path)
        return (-score, -((entry.size if entry else None) or 0), path)


def split_words(name: str) -> set[str]:
    """The lower-case words of a camelCase or snake_case name, those that say nothing left out."""
    return {word.lower() for word in _WORD.findall(name)} - _COMMON
