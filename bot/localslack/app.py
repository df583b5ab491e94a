"""The app as its manifest configures it: what Slack sends to it, and what people can start."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Command:
    """A slash command."""

    name: str
    usage_hint: str = ""
    description: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A shortcut; `kind` is `message` or `global`."""

    callback_id: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True)
class App:
    """What the manifest says. `domains` are those whose links are announced (`unfurl_domains`)."""

    name: str = "covcheck"
    events: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    home: bool = True

    @classmethod
    def from_manifest(cls, manifest: Mapping[str, Any]) -> App:
        """The app of an app manifest (docs.slack.dev, "App manifest reference"), read from YAML or JSON."""
        features, settings = manifest.get("features") or {}, manifest.get("settings") or {}
        events = (settings.get("event_subscriptions") or {}).get("bot_events") or ()
        oauth = (manifest.get("oauth_config") or {}).get("scopes") or {}
        return cls(
            name=str((features.get("bot_user") or {}).get("display_name") or "app"),
            events=frozenset(map(str, events)),
            scopes=frozenset(map(str, oauth.get("bot") or ())),
            domains=tuple(map(str, features.get("unfurl_domains") or ())),
            commands=tuple(_commands(features.get("slash_commands") or ())),
            shortcuts=tuple(_shortcuts(features.get("shortcuts") or ())),
            home=bool((features.get("app_home") or {}).get("home_tab_enabled")),
        )

    def domain(self, url: str) -> str:
        """The configured domain that an address belongs to (its host, or one above it); empty: none."""
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return ""
        known = (domain.lower() for domain in self.domains)
        return next((name for name in known if host == name or host.endswith(f".{name}")), "")

    def unfurls(self, url: str) -> bool:
        """Whether Slack announces links to this address to the app."""
        return bool(self.domain(url))


def _commands(entries: Iterable[Mapping[str, Any]]) -> Iterable[Command]:
    for entry in entries:
        hint, about = str(entry.get("usage_hint") or ""), str(entry.get("description") or "")
        yield Command(str(entry["command"]), hint, about)


def _shortcuts(entries: Iterable[Mapping[str, Any]]) -> Iterable[Shortcut]:
    for entry in entries:
        about = str(entry.get("description") or "")
        yield Shortcut(str(entry["callback_id"]), str(entry["name"]), str(entry["type"]), about)
