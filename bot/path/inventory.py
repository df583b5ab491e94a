"""What a repo's listing alone says: where Dockerfiles, mains, suites and Kind configs stand.

Only paths are looked at, no file is read: listing costs nothing, reading costs a request.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.repo.base import Entry

_ASIDE = re.compile(
    r"(^|/)(vendor|node_modules|third_party|testdata|\.git|docs?|site-packages|\.github)(/|$)"
)
_DOCKERFILE = re.compile(
    r"(?i)^((dockerfile|containerfile)([._-][\w.-]+)?|[\w.-]+[._](dockerfile|containerfile))$"
)
_NOT_DOCKERFILE = re.compile(r"(?i)(\.dockerignore|\.md|\.txt|\.orig|\.bak|\.j2|\.sh|\.go|\.ya?ml)$")
_KIND = re.compile(r"(?i)kind")
_YAML = re.compile(r"\.ya?ml(\.tmpl|\.tpl|\.in)?$")
_E2E = re.compile(r"(?i)(^|[/_.-])(e2e|end-?to-?end|endtoend|integration|acceptance|system)([/_.-]|$)")


@dataclass(frozen=True, slots=True)
class Inventory:
    """Repo-relative paths by what they look like.

    `dockerfiles`; `mains`: directories with a main.go; `suites`: directories with Go tests whose
    path speaks of end-to-end tests; `kind_files`: YAML files named after kind; `yaml`: all YAML
    outside vendor; `go_dirs`: directory -> its non-test Go files; `tests`: directory -> test files.
    """

    dockerfiles: tuple[str, ...]
    mains: tuple[str, ...]
    suites: tuple[str, ...]
    kind_files: tuple[str, ...]
    yaml: tuple[str, ...]
    go_dirs: Mapping[str, tuple[str, ...]]
    tests: Mapping[str, tuple[str, ...]]

    @property
    def empty(self) -> bool:
        """True when nothing here looks like a Go service."""
        return not self.go_dirs


def take_inventory(entries: Mapping[str, Entry]) -> Inventory:
    """Sort a repo's paths by what they look like."""
    dockerfiles, yaml, kinds = [], [], []
    go_dirs: dict[str, list[str]] = {}
    tests: dict[str, list[str]] = {}
    for path, entry in entries.items():
        if entry.kind == "submodule" or _ASIDE.search(posixpath.dirname(path) + "/"):
            continue
        directory, base = posixpath.split(path)
        if base.endswith(".go"):
            (tests if base.endswith("_test.go") else go_dirs).setdefault(directory, []).append(path)
        elif _YAML.search(base):
            yaml.append(path)
            if _KIND.search(path):
                kinds.append(path)
        elif _DOCKERFILE.match(base) and not _NOT_DOCKERFILE.search(base):
            dockerfiles.append(path)
    mains = [d for d, files in go_dirs.items() if any(f.endswith("main.go") for f in files)]
    suites = [d for d in {*tests, *go_dirs} if _E2E.search(d) and (d in tests)]
    return Inventory(
        tuple(sorted(dockerfiles)),
        tuple(sorted(mains)),
        tuple(sorted(suites)),
        tuple(sorted(kinds)),
        tuple(sorted(yaml)),
        {d: tuple(sorted(f)) for d, f in go_dirs.items()},
        {d: tuple(sorted(f)) for d, f in tests.items()},
    )
