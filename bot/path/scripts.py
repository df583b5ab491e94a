"""Shell scripts of a repo: their text with what they source put in place, ready for the shell reader."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.facts.build import Guard, Setting
from bot.facts.words import REPO, clean_path
from bot.model import Evidence
from bot.path.shell.reader import ShellReading, read_shell
from bot.repo.base import File, Skip, Snapshot

MAX_SOURCED = 12
MAX_SOURCE_DEPTH = 4

_SOURCE = re.compile(
    r"""^\s*(?:source|\.)\s+["']?([^\s"';|&]+|.*?\)[^\s"';|&]*|[^"']+)["']?\s*(?:#.*|\|\|.*)?$"""
)
_SHEBANG = re.compile(r"#!.*\b(?:ba|da|k|z|a)?sh\b")


@dataclass(frozen=True, slots=True)
class Script:
    """A script with what it sources. `places` says for each line of `text` which line of which file
    it is; `files` are all files read."""

    path: str
    text: str
    places: tuple[tuple[File, int], ...]
    files: tuple[str, ...]

    def at(self, first: int, last: int) -> Evidence:
        """Evidence for lines of `text`, in the file that holds the first of them."""
        if not self.places:
            raise ValueError("an empty script has no places")
        file, line = self.places[min(max(first, 1), len(self.places)) - 1]
        other, end = self.places[min(max(last, 1), len(self.places)) - 1]
        return file.at(line, end if other is file and end >= line else line)


def is_script(file: File) -> bool:
    """Whether a file is a shell script: by its name or its first line."""
    return file.path.endswith((".sh", ".bash")) or _SHEBANG.match(file.lines[0][:200]) is not None


def load_script(snapshot: Snapshot, path: str, cwd: str | None = "") -> Script | Skip:
    """A script's text with `source` lines replaced by what they name, where the repo holds it."""
    file = snapshot.read(path)
    if isinstance(file, Skip):
        return file
    lines: list[str] = []
    places: list[tuple[File, int]] = []
    _inline(snapshot, file, cwd, lines, places, [path], 0)
    files = tuple(dict.fromkeys(place[0].path for place in places))
    return Script(path, "\n".join(lines), tuple(places), files)


def _inline(
    snapshot: Snapshot,
    file: File,
    cwd: str | None,
    lines: list[str],
    places: list[tuple[File, int]],
    seen: list[str],
    depth: int,
) -> None:
    for number, line in enumerate(file.lines, start=1):
        target = _sourced(snapshot, file, line, cwd) if depth < MAX_SOURCE_DEPTH else None
        if target is not None and target not in seen and len(seen) <= MAX_SOURCED:
            seen.append(target)
            inner = snapshot.read(target)
            if isinstance(inner, File):
                _inline(snapshot, inner, cwd, lines, places, seen, depth + 1)
                continue
        lines.append(line)
        places.append((file, number))


def _sourced(snapshot: Snapshot, file: File, line: str, cwd: str | None) -> str | None:
    """The file a `source` line names. Of a path that begins with something unknown (`${DIR}/lib.sh`)
    the rest is looked for beside the script, where it runs, and in the root."""
    if "source" not in line and not line.lstrip().startswith(". "):
        return None
    match = _SOURCE.match(line[:500])
    if match is None:
        return None
    rest = re.split(r"[})]", match[1].strip("\"' "))[-1].lstrip("/")
    rest = re.sub(r"^\$\w+/", "", rest)
    if not rest or "$" in rest:
        return None
    for folder in (posixpath.dirname(file.path), cwd or "", ""):
        path = clean_path(posixpath.join(folder, rest))
        if path in snapshot.entries:
            return path
    return None


def read_script(
    script: Script,
    *,
    args: Sequence[str] = (),
    env: tuple[Setting, ...] = (),
    cwd: str | None = "",
    guards: tuple[Guard, ...] = (),
    phase: str = "setup",
    entry: str = "",
) -> ShellReading:
    """The commands of a script called with `args` in `cwd`."""
    place = f"{REPO}/{script.path}"
    variables: dict[str, str | None] = {"0": place, "BASH_SOURCE": place, "#": str(len(args))}
    for index in range(1, 10):
        variables[str(index)] = args[index - 1] if index <= len(args) else ""
    return read_shell(
        script.text,
        script.at,
        variables=variables,
        cwd=cwd,
        guards=guards,
        phase=phase,
        entry=entry,
        base_env=env,
    )
