"""What `envsubst` and `sed s/A/B/` put into a manifest on its way to the cluster."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.facts.build import Setting
from bot.path.commands.command import Command
from bot.path.commands.unwrap import tool_of, unwrap

MAX_FILLS = 200
_SED = re.compile(r"s([/|#,@:!])((?:\\.|(?!\1).)+)\1((?:\\.|(?!\1).)*)\1g?")
_SPECIAL = re.compile(r"(?<!\\)[\[\]*^+?]|\\[^./|#,@:!$]|(?<!\\)\$$")


def fills_of(command: Command | None, depth: int = 5) -> tuple[Setting, ...]:
    """The replacements that the filters of a pipe make, the first filter's first.

    A setting's name is the text that is replaced: `${NAME}`, `$NAME`, or what sed looks for.
    """
    if command is None or depth == 0:
        return ()
    found: list[Setting] = []
    for step in unwrap(command):
        found += _of_step(step, command)
    return (*fills_of(command.piped_from, depth - 1), *found)[:MAX_FILLS]


def _of_step(step: Command, command: Command) -> list[Setting]:
    tool = tool_of(step.argv[0]) if step.argv else ""
    if tool == "envsubst":
        given = {setting.name: setting for setting in (*command.env, *step.env) if setting.value is not None}
        pairs = [(form, s) for s in given.values() for form in (f"${{{s.name}}}", f"${s.name}")]
        return [Setting(form, s.value, s.evidence, s.guards) for form, s in pairs]
    if tool in ("sed", "gsed"):
        matches = [_SED.fullmatch(word) for word in step.argv[1:]]
        return [
            Setting(_plain(match[2]), _plain(match[3]), command.evidence)
            for match in matches
            if match is not None and not _SPECIAL.search(match[2]) and "&" not in match[3]
        ]
    return []


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def filled_in(text: str, fills: Sequence[Setting]) -> str:
    """A text with replacements made; those that would change its lines are left out."""
    for fill in fills:
        value = fill.value or ""
        if "\n" in value or len(value) > 500 or fill.name not in text:
            continue
        if fill.name.startswith("$") and not fill.name.startswith("${"):
            text = value.join(re.split(re.escape(fill.name) + r"(?!\w)", text))
        else:
            text = text.replace(fill.name, value)
    return text[:2_000_000]
