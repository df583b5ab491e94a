"""What people set for a channel, on SQLite and Postgres: the first of two changes counts."""

from __future__ import annotations

from dataclasses import replace

from bot.store.answers import Store
from bot.store.channels import ChannelSettings

MADE = ChannelSettings("C1", "acme/shop", "e2e", True, "Europe/Berlin", 0.5, 1, "U1", "j1", 10.0)


def test_a_channel_where_nobody_set_anything(store: Store) -> None:
    assert store.channels.settings("C1") == ChannelSettings("C1")


def test_settings_are_kept_and_changed_one_version_after_the_other(store: Store) -> None:
    assert store.channels.change(MADE) == MADE
    later = replace(MADE, repo=None, unfurl=None, version=2, changed_in="j2", at=11.0)
    assert store.channels.change(later) == later
    assert store.channels.settings("C1") == later
    assert store.channels.settings("C2") == ChannelSettings("C2")


def test_of_two_changes_of_one_version_the_first_counts(store: Store) -> None:
    store.channels.change(MADE)
    assert store.channels.change(replace(MADE, repo="acme/x", changed_in="j9")) == MADE
    second = store.channels.change(replace(MADE, version=2, repo="acme/y", changed_in="j2"))
    assert store.channels.change(replace(MADE, version=2, repo="acme/z", changed_in="j3")) == second
    assert second.repo == "acme/y"
