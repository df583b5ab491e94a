"""Reports sent elsewhere: codecov, coveralls and their like."""

from __future__ import annotations

from collections.abc import Callable

from bot.facts.events import Event, Upload
from bot.path.commands.command import Command
from bot.path.commands.flags import read_flags
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import tool_of

_FILES = ("-f", "--file", "--files", "-coverprofile", "--coverprofile", "-s", "--dir")


def _upload(command: Command) -> tuple[Event, ...]:
    flags = read_flags(
        command.argv[1:], {*_FILES, "-t", "--token", "-F", "--flag", "-n", "--name"}, go_style=True
    )
    every = flags.every("-f", "-file", "-files", "-coverprofile", "-s", "-dir")
    files = tuple(part for text in every for part in text.split(",") if part)
    return (Upload(**place_of(command), tool=tool_of(command.argv[0]), files=files),)


UPLOAD_TOOLS: dict[str, Callable[[Command], tuple[Event, ...]]] = dict.fromkeys(
    ("codecov", "codecovcli", "codecov-cli", "goveralls", "coveralls", "codacy-coverage-reporter"), _upload
)
