"""RUN instructions: the Go builds, users and directories that their shell text makes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.facts.build import GoBuild, RunStep
from bot.model import Evidence, Link, Missing
from bot.path.builds.gobuild import go_build
from bot.path.commands.unwrap import tool_of, unwrap
from bot.path.docker.calls import MAX_CALLS
from bot.path.docker.lines import Instruction
from bot.path.docker.users import Maker
from bot.path.docker.words import json_words
from bot.path.shell.reader import ShellCommand, read_shell

if TYPE_CHECKING:
    from bot.path.docker.stage import StageReader

_POSIX_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "ksh"})
_FOLLOW = frozenset({"make", "task", "mage", "bazel", "just", "goreleaser", "nx", "earthly"})
_FOREIGN = re.compile(r"#!(?!.*\b(sh|bash|ash|dash|ksh|zsh)\b)")


def read_run(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    """Take in one RUN: every command of it, in order, with the stage's variables in scope."""
    text, line = _run_text(instruction)
    reader.runs.append(RunStep(text, place))
    if reader.shell not in _POSIX_SHELLS or _FOREIGN.match(text):
        reader.missing.append(Missing("a RUN", "it is not run by a POSIX shell", Link.BUILD, evidence=place))
        return
    argv = json_words(instruction.value)
    reading = read_shell(
        text if argv is None else " ".join(_quoted(word) for word in argv),
        reader.file.at,
        variables=reader.scope().values,
        base_env=reader.environment(),
        cwd=reader.workdir,
        first_line=line,
        complete=True,
    )
    reader.missing.extend(reading.missing)
    for item in reading.commands:
        _take(reader, item, place)


def _take(reader: StageReader, item: ShellCommand, place: Evidence) -> None:
    owner = reader.owner()
    maker = Maker(None if owner is None else int(owner), item.taken is True)
    for command in unwrap(item.command):
        build = go_build(command, stage=reader.index, taken=item.taken, tests=item.tests)
        if build is not None:
            reader.builds.append(build)
        elif item.taken is not False and _may_build(command.argv):
            _call(reader, replace(item, command=command), place)
        if item.taken is not False:
            reader.accounts.learn(command, maker)


def _call(reader: StageReader, item: ShellCommand, place: Evidence) -> None:
    """A make or a script: its go builds where the repo's own file can be followed, else a gap."""
    command = item.command
    found: tuple[GoBuild, ...] = ()
    if reader.calls is not None and reader.calls.spent:
        reader.missing.append(_beyond(command.argv, command.evidence))
    elif reader.calls is not None:
        found = reader.calls.builds(item, reader.brought(), reader.environment(), reader.index, place)
    if found:
        reader.builds.extend(found)
    else:
        reader.follow.append(_followed(command.argv, command.evidence))


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _run_text(instruction: Instruction) -> tuple[str, int]:
    """The shell text of a RUN and the line it begins on."""
    docs = instruction.heredocs
    if not docs:
        return instruction.text, instruction.line
    only = re.fullmatch(r"\d*<<-?[\"']?[\w.]+[\"']?", instruction.value)
    if only:
        return docs[0].body, max(docs[0].line, instruction.line)
    return f"{instruction.text}\n{instruction.raw_tail}\n", instruction.line


def _may_build(argv: tuple[str, ...]) -> bool:
    """Whether a command may build the binary somewhere this file does not show."""
    tool = tool_of(argv[0])
    return tool in _FOLLOW or tool.endswith(".sh") or (tool in _POSIX_SHELLS and argv[-1].endswith(".sh"))


def _beyond(argv: tuple[str, ...], place: Evidence) -> Missing:
    reason = f"the Dockerfile makes more than {MAX_CALLS} calls of make and scripts"
    return Missing(f"the call `{' '.join(argv)[:80]}`", reason, Link.BUILD, needed=False, evidence=place)


def _followed(argv: tuple[str, ...], place: Evidence) -> Missing:
    what = " ".join(argv)[:80]
    return Missing(
        f"what `{what}` builds", "the Dockerfile leaves the build to it", Link.BUILD, evidence=place
    )
