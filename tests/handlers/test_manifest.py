"""The Slack app manifest asks for what the code uses, and for nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from handlers import (
    actions,
    captures,
    commands,
    forms,
    groups,
    home,
    inbox,
    mentions,
    questions,
    requests,
    unfurls,
    web,
)
from handlers.access import Access

MANIFEST = Path(__file__).parents[2] / "slack-manifest.yaml"
EVENT_SCOPES = {
    "app_mention": "app_mentions:read",
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "reaction_added": "reactions:read",
    "link_shared": "links:read",
}
WITHOUT_SCOPE = frozenset({"app_home_opened"})
EVENTS = (*mentions.EVENTS, *questions.EVENTS, *captures.EVENTS, *home.EVENTS, *unfurls.EVENTS)


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    return dict(yaml.safe_load(MANIFEST.read_text()))


def test_scopes_are_those_that_are_used(manifest: dict[str, Any]) -> None:
    used = {
        "commands",
        *web.SCOPES,
        *inbox.SCOPES,
        *groups.SCOPES,
        *unfurls.SCOPES,
        *(EVENT_SCOPES[event] for event in EVENTS if event not in WITHOUT_SCOPE),
    }
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == used
    assert set(manifest["oauth_config"]["scopes"]) == {"bot"}


def test_events_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    assert manifest["settings"]["event_subscriptions"]["bot_events"] == list(EVENTS)


def test_links_are_announced_of_the_github_that_is_read_by_default(manifest: dict[str, Any]) -> None:
    assert [f"https://{name}" for name in manifest["features"]["unfurl_domains"]] == [Access().github]


def test_the_command_is_the_one_that_is_listened_to(manifest: dict[str, Any]) -> None:
    assert [c["command"] for c in manifest["features"]["slash_commands"]] == [commands.COMMAND]
    assert manifest["features"]["slash_commands"][0]["should_escape"] is False


def test_shortcuts_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    shown = manifest["features"]["shortcuts"]
    kinds = {"global": list(forms.SHORTCUTS), "message": [requests.SHORTCUT, captures.SHORTCUT]}
    for kind, names in kinds.items():
        assert [each["callback_id"] for each in shown if each["type"] == kind] == names
    for shortcut in shown:
        assert shortcut["type"] in kinds
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_buttons_direct_messages_and_the_home_tab_are_switched_on(manifest: dict[str, Any]) -> None:
    assert actions.ACTIONS
    assert manifest["features"]["app_home"]["home_tab_enabled"] is True
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["features"]["app_home"]["messages_tab_read_only_enabled"] is False


def test_slacks_own_bounds_on_a_manifest(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    command = manifest["features"]["slash_commands"][0]
    assert len(command["description"]) <= 2000
    assert len(command["usage_hint"]) <= 1000
