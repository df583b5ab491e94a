"""Reads a call of make: goals, variables, directory and file."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.facts.build import Setting
from bot.path.commands.command import Command

_VALUED = frozenset({"-f", "-C", "-o", "-I", "-l", "-W", "--file", "--directory", "--makefile"})
_ASSIGNED = re.compile(r"([A-Za-z_][\w.-]*)\s*[:+?]?=(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class MakeCall:
    """`make -C DIRECTORY -f FILE NAME=VALUE GOAL`; `directory` is relative to where it is called."""

    goals: tuple[str, ...]
    variables: Mapping[str, Setting]
    directory: str
    file: str | None


def read_make_call(command: Command) -> MakeCall:
    """The call that a make command line is."""
    goals: list[str] = []
    variables: dict[str, Setting] = {}
    directory, file = "", None
    words = list(command.argv[1:])
    while words:
        word = words.pop(0)
        name, equals, value = word.partition("=")
        if word in _VALUED and words:
            value = words.pop(0)
            name, equals = word, "="
        elif re.match(r"-[Cf].", word):
            name, equals, value = word[:2], "=", word[2:]
        if name in ("-C", "--directory") and equals:
            directory = posixpath.join(directory, value)
        elif name in ("-f", "--file", "--makefile") and equals:
            file = value
        elif word == "-j" and words and words[0].isdigit():
            words.pop(0)
        elif match := _ASSIGNED.fullmatch(word):
            variables[match[1]] = Setting(match[1], match[2], command.evidence, command.guards)
        elif not word.startswith("-"):
            goals.append(word)
    return MakeCall(tuple(goals), variables, directory, file)
