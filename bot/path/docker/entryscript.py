"""The script that an image starts with: whether it hands over to the program with `exec`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import replace

from bot.facts.build import CopyFrom, Dockerfile, EntryCommand, Stage
from bot.facts.stages import stage_chain
from bot.facts.words import clean_path, known
from bot.model import Evidence
from bot.repo.base import File, Skip, Snapshot

MAX_LINES = 400
"""A longer start script is not judged: its last line says little of what it does."""

INITS = ("tini", "dumb-init", "catatonit", "docker-init")
"""Programs that run another one and pass signals on to it."""

_EXEC = re.compile(r"^\s*exec\s+[^<>&\d\s]")
_TRAP = re.compile(r"^\s*trap\s+")
_NO_COMMAND = re.compile(r"^(fi|done|esac|else|\}|\)|;;|wait\b.*|echo\b.*|exit\b.*|return\b.*)\s*;?$")


def with_entry_scripts(snapshot: Snapshot, dockerfile: Dockerfile, contexts: Iterable[str]) -> Dockerfile:
    """The Dockerfile with what the start scripts of its final stage do.

    `contexts` are repo-relative directories that a build may use as its context, the likely one first.
    """
    final = next((s for s in dockerfile.stages if s.index == dockerfile.final), None)
    chain = stage_chain(dockerfile, final)
    copies = [copy for stage in chain for copy in stage.copies if copy.source_stage is None]
    places = tuple(dict.fromkeys(contexts))

    def told(command: EntryCommand | None) -> EntryCommand | None:
        if command is None or command.shell_form or not command.argv:
            return command
        file = _script(snapshot, copies, _program(command.argv), places)
        if file is None:
            return command
        line, execs = _last_command(file)
        return replace(command, script=line, script_execs=execs)

    def judged(stage: Stage) -> Stage:
        if stage not in chain:
            return stage
        return replace(stage, entrypoint=told(stage.entrypoint), cmd=told(stage.cmd))

    return replace(dockerfile, stages=tuple(judged(stage) for stage in dockerfile.stages))


def _program(argv: tuple[str, ...]) -> str:
    """The first word that is no init: `tini -s -- /start.sh` starts /start.sh."""
    words = list(argv)
    while len(words) > 1 and posixpath.basename(words[0]) in INITS:
        words.pop(0)
        while len(words) > 1 and words[0].startswith("-"):
            words.pop(0)
    return words[0]


def _script(
    snapshot: Snapshot, copies: Iterable[CopyFrom], program: str, contexts: tuple[str, ...]
) -> File | None:
    """The repo's file that a COPY puts where the command points, when it is a shell script."""
    for copy in copies:
        for source in copy.sources:
            if not known(source) or not _puts(copy, source, program):
                continue
            for context in contexts:
                path = posixpath.normpath(posixpath.join(context, source.lstrip("/")))
                file = snapshot.read(path) if path in snapshot.entries else None
                if file is not None and not isinstance(file, Skip) and _is_shell(file):
                    return file
    return None


def _puts(copy: CopyFrom, source: str, program: str) -> bool:
    name = posixpath.basename(source.rstrip("/"))
    if copy.destination.endswith("/") or len(copy.sources) > 1:
        target = clean_path(posixpath.join(copy.destination, name))
    else:
        target = clean_path(copy.destination)
    return target == clean_path(program) or (
        posixpath.basename(target) == program if "/" not in program else False
    )


def _is_shell(file: File) -> bool:
    return re.match(r"#!\s*\S*(?:/env\s+)?\S*\b(?:ba|da|a|z)?sh\b", file.lines[0]) is not None


def _last_command(file: File) -> tuple[Evidence | None, bool | None]:
    """The line of the last command, and whether it is an exec; None where that is not plain."""
    lines = [(n, text) for n, text in enumerate(file.lines[: MAX_LINES + 1], 1)]
    if len(lines) > MAX_LINES:
        return None, None
    told = [(n, text) for n, text in lines if text.strip() and not text.lstrip().startswith("#")]
    execs = [n for n, text in told if _EXEC.match(text)]
    if execs:
        last_is_exec = not [n for n, text in told if n > execs[-1] and not _continues(file, n)]
        return file.at(execs[-1]), True if last_is_exec else None
    plain = [n for n, text in told if not _NO_COMMAND.match(text.strip()) and not _continues(file, n)]
    if not plain or any(_TRAP.match(text) for _, text in told):
        return None, None
    return file.at(plain[-1]), False


def _continues(file: File, line: int) -> bool:
    """Whether a line goes on with the one above it."""
    return line > 1 and file.lines[line - 2].rstrip().endswith("\\")
