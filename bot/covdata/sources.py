"""Source files behind the paths of a profile, looked for under the folder of a Go module.

Paths in coverage data are import paths: module path, then the file's place in the module. The module path
stands in `go.mod`; modules in subfolders and a `vendor` folder are looked at too.
"""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from bot.covdata import files
from bot.covdata.problems import DataError
from bot.errors import UsageError

MODULE = re.compile(rb'^[ \t]*module[ \t]+"?([^\s"]+)"?[ \t\r]*(?://.*)?$', re.MULTILINE)
MAX_SOURCE = 2 << 20
MAX_GOMOD = 1 << 20
MAX_FOLDERS = 20_000
PASSED_OVER = frozenset({"vendor", "node_modules", "testdata"})


class NoSource(Exception):
    """A source cannot be shown; the text says why, in a clause."""


class Sources:
    """The sources of a module. Raises UsageError where the folder has no `go.mod`."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        module = _module(self._root / "go.mod")
        if module is None:
            raise UsageError(f"{root} has no go.mod with a module path; --source needs the module's folder")
        self._modules = {module: self._root}
        for folder in _folders(self._root):
            nested = _module(folder / "go.mod")
            if nested is not None:
                self._modules.setdefault(nested, folder)

    def read(self, path: str) -> list[bytes]:
        """The lines of a file named as in a profile. Raises NoSource."""
        for place in self._places(path):
            try:
                real = place.resolve(strict=True)
                if not real.is_relative_to(self._root):
                    raise NoSource("it is a link that leads out of the folder")
                if real.stat().st_size > MAX_SOURCE:
                    raise NoSource(f"it is larger than {MAX_SOURCE >> 20} MiB")
                return files.read(real).split(b"\n")
            except (OSError, RuntimeError, ValueError):
                continue
            except DataError as error:
                raise NoSource(error.problems[0].text) from None
        raise NoSource("it is not in the folder given as source")

    def _places(self, path: str) -> list[Path]:
        """Where a file may be: in the innermost module that its path begins with, or in `vendor`."""
        if path.startswith("/") or ".." in PurePosixPath(path).parts or "\0" in path:
            return []
        fitting = [module for module in self._modules if path.startswith(f"{module}/")]
        within = [self._modules[m] / path[len(m) + 1 :] for m in sorted(fitting, key=len, reverse=True)]
        return [*within, self._root / "vendor" / path]


def _module(gomod: Path) -> str | None:
    try:
        with gomod.open("rb") as file:
            found = MODULE.search(file.read(MAX_GOMOD))
    except OSError:
        return None
    return found[1].decode("utf-8", "surrogateescape") if found else None


def _folders(root: Path) -> list[Path]:
    """Folders below a root that hold a go.mod; hidden ones, vendored ones and too many are left out."""
    found: list[Path] = []
    for seen, (folder, names, held) in enumerate(os.walk(root), 1):
        names[:] = sorted(n for n in names if not n.startswith((".", "_")) and n not in PASSED_OVER)
        if "go.mod" in held and Path(folder) != root:
            found.append(Path(folder))
        if seen >= MAX_FOLDERS:
            break
    return found
