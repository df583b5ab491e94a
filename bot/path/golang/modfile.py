"""go.mod and go.work: module path, Go version, replaces, nested modules."""

from __future__ import annotations

import posixpath
import re

from bot.facts.build import GoModule, Setting
from bot.repo.base import File, Skip, Snapshot

_LINE = re.compile(r"^(module|go|toolchain|require|replace|use)\b\s*(.*)$")
MAX_LINES = 5_000


def read_module(snapshot: Snapshot, directory: str = "") -> GoModule | None:
    """The module a directory belongs to: the nearest go.mod at or above it; None when there is none."""
    home = nearest(snapshot, directory)
    if home is None:
        return None
    file = snapshot.read(posixpath.join(home, "go.mod"))
    return None if isinstance(file, Skip) else parse_module(snapshot, home, file)


def nearest(snapshot: Snapshot, directory: str) -> str | None:
    """The directory of the nearest go.mod at or above a directory ("" is the root)."""
    here = directory.strip("/")
    while True:
        if posixpath.join(here, "go.mod") in snapshot.entries:
            return here
        if not here:
            return None
        here = posixpath.dirname(here)


def parse_module(snapshot: Snapshot, home: str, file: File) -> GoModule | None:
    """A GoModule from a go.mod's text; None when it names no module."""
    found = directives(file)
    modules = found.get("module", [])
    if not modules:
        return None
    line, path = modules[0]
    work = _workspace(snapshot, home)
    return GoModule(
        directory=home,
        path=path.strip('"'),
        evidence=file.at(line),
        go=_setting(file, found, "go"),
        toolchain=_setting(file, found, "toolchain"),
        replaces=tuple(_replace(file, line, text) for line, text in found.get("replace", [])),
        requires=tuple(text.split()[0] for _, text in found.get("require", []) if text.split()),
        nested=_nested(snapshot, home),
        workspace=work.at(1) if work is not None else None,
        vendored=posixpath.join(home, "vendor/modules.txt") in snapshot.entries,
    )


def directives(file: File) -> dict[str, list[tuple[int, str]]]:
    """Directive -> (line, text after it), blocks in parentheses opened up, comments dropped."""
    found: dict[str, list[tuple[int, str]]] = {}
    block: str | None = None
    for number, raw in enumerate(file.lines[:MAX_LINES], 1):
        text = raw.partition("//")[0].strip()
        if not text:
            continue
        if block is not None:
            if text == ")":
                block = None
            else:
                found.setdefault(block, []).append((number, text))
            continue
        match = _LINE.match(text[:2_000])
        if match is None:
            continue
        if match[2].strip() == "(":
            block = match[1]
        else:
            found.setdefault(match[1], []).append((number, match[2].strip()))
    return found


def workspace_uses(file: File) -> tuple[str, ...]:
    """The directories that a go.work's `use` lines name, relative to it ("" is its own)."""
    return tuple(
        "" if clean == "." else clean
        for _, text in directives(file).get("use", [])
        if not (clean := posixpath.normpath(text.strip('"'))).startswith("..")
    )


def _workspace(snapshot: Snapshot, home: str) -> File | None:
    here = home
    while True:
        path = posixpath.join(here, "go.work")
        if path in snapshot.entries:
            file = snapshot.read(path)
            return None if isinstance(file, Skip) else file
        if not here:
            return None
        here = posixpath.dirname(here)


def _setting(file: File, found: dict[str, list[tuple[int, str]]], name: str) -> Setting | None:
    lines = found.get(name, [])
    return Setting(name, lines[0][1], file.at(lines[0][0])) if lines else None


def _replace(file: File, line: int, text: str) -> Setting:
    old, _, new = text.partition("=>")
    name = old.split()[0] if old.split() else old
    return Setting(name, new.strip(), file.at(line))


def _nested(snapshot: Snapshot, home: str) -> tuple[str, ...]:
    prefix = home + "/" if home else ""
    inner = {
        posixpath.dirname(path)
        for path in snapshot.entries
        if path.endswith("/go.mod") and path.startswith(prefix) and "/vendor/" not in "/" + path
    }
    return tuple(sorted(inner - {home}))
