"""Writes the documents that are made from the code; `make docs` runs it, a test holds them up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import typer
from typer.core import TyperGroup

from bot.__main__ import app
from bot.cluster.rbac import permissions_markdown, rbac_manifest
from bot.rules.docs import document
from bot.rules.registry import all_rules
from bot.settings_docs import example_toml, settings_markdown
from knowledge.experiments.document import document as experiments_markdown
from tests.captures import check_svg, compare_svg
from tests.slack_capture import slack_markdown

ROOT = Path(__file__).resolve().parent.parent


def commands_markdown() -> str:
    """docs/commands.md: every command with its arguments and options."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    lines = ["# Commands", "", "Generated from `bot/__main__.py` by `make docs`.", ""]
    lines += ["Exit status of `check`: 0 CLEAR, 1 FOUND, 3 INCONCLUSIVE, 2 error."]
    for name, command in group.commands.items():
        verbs = command.commands.items() if isinstance(command, TyperGroup) else ()
        for words, each in ((name, command), *((f"{name} {verb}", made) for verb, made in verbs)):
            lines += ["", f"## covcheck {words}", "", (each.help or "").strip(), ""]
            lines += [_parameter(parameter) for parameter in each.params]
    return "\n".join(lines) + "\n"


def _parameter(parameter: object) -> str:
    if getattr(parameter, "param_type_name", "") == "option":
        return f"- `{', '.join(getattr(parameter, 'opts', ()))}`: {getattr(parameter, 'help', '')}"
    return f"- `{str(getattr(parameter, 'name', '')).upper()}`"


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "docs/settings.md": settings_markdown,
    "docs/permissions.md": permissions_markdown,
    "deploy/rbac.yaml": rbac_manifest,
    "docs/commands.md": commands_markdown,
    "docs/rules.md": lambda: document(all_rules()),
    "docs/experiments.md": experiments_markdown,
    "covcheck.example.toml": example_toml,
    "docs/captures/check.svg": check_svg,
    "docs/captures/compare.svg": compare_svg,
    "docs/slack.md": slack_markdown,
}


def main() -> None:
    for name, make in DOCUMENTS.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(make(), "utf-8")
        print(f"wrote {name}")


if __name__ == "__main__":
    main()
