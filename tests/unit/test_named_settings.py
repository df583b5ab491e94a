"""Settings that messages tell people to set exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = {name: set(field.annotation.model_fields) for name, field in Settings.model_fields.items()}
SHORT = r"(?<![\w.])(" + "|".join(SECTIONS) + r")\.([a-z_]+)\b"
NAMED = re.compile(rf"\[({'|'.join(SECTIONS)})\] ([a-z_]+)((?: and [a-z_]+)*)|{SHORT}")
OTHERS = {"github.sha", "github.workspace", "github.com", "slack.dev", "slack.com", "history.md"}


def texts() -> Iterator[tuple[str, str]]:
    """Every string of the code that people may read: literals that are no docstrings."""
    for folder in ("bot", "handlers"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text())
            docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def named() -> Iterator[tuple[str, str, str]]:
    for place, text in texts():
        for match in NAMED.finditer(text):
            if match[4]:
                if match[0] not in OTHERS and not re.search(r"://\S*$", text[: match.start()]):
                    yield place, match[4], match[5]
                continue
            yield place, match[1], match[2]
            for further in re.findall(r" and ([a-z_]+)", match[3]):
                if "_" in further or further in SECTIONS[match[1]]:
                    yield place, match[1], further


NAMES = list(named())


@pytest.mark.parametrize(("place", "section", "key"), NAMES, ids=[f"{p}-{s}.{k}" for p, s, k in NAMES])
def test_named_settings_exist(place: str, section: str, key: str) -> None:
    assert key in SECTIONS[section], f"{place} names {section}.{key}, which is no setting"


def test_something_was_looked_at() -> None:
    assert len(NAMES) >= 6
    assert ("repos", "allowed") in {(section, key) for _, section, key in NAMES}
