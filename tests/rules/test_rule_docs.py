"""docs/rules.md is held to the registry, and the registry to the list of causes that files can tell."""

from __future__ import annotations

from pathlib import Path

from bot.rules.docs import document
from bot.rules.live.registry import all_live_rules
from bot.rules.registry import all_rules

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"

READABLE_CAUSES = [
    "not-instrumented",
    "coverpkg-excludes-main",
    "coverpkg-misses-modules",
    "file-argument-build",
    "goflags-exact-compare",
    "goflags-quoting",
    "build-arg-out-of-scope",
    "build-arg-not-passed",
    "env-overrides-arg",
    "wrong-binary-copied",
    "cshared-buildmode",
    "coverpkg-too-broad",
    "go-too-old",
    "unsupported-toolchain",
    "covermode-not-atomic",
    "image-name-mismatch",
    "shell-entrypoint",
    "user-directory-mismatch",
    "gocoverdir-unset",
    "gocoverdir-wrong-container",
    "gocoverdir-overridden",
    "gocoverdir-relative",
    "gocoverdir-set-in-code",
    "gocoverdir-child-pods",
    "gocoverdir-test-overrides",
    "gocoverdir-not-mounted",
    "gocoverdir-missing",
    "gocoverdir-not-writable",
    "fsgroup-ignored",
    "volume-read-only",
    "emptydir-lost",
    "restart-discards",
    "selinux-relabel",
    "extramount-missing",
    "path-mismatch",
    "extramount-wrong-node",
    "host-directory-missing",
    "host-path-relative",
    "no-signal-handler",
    "grace-too-short",
    "hard-exit",
    "never-stopped",
    "collect-before-exit",
    "collect-after-teardown",
    "collect-wrong-path",
    "collect-nested",
    "collect-wrong-node",
    "collect-one-replica",
    "no-tar-in-image",
    "no-shell-in-image",
    "stale-data",
    "empty-input-succeeds",
    "container-source-paths",
    "upload-path-mismatch",
    "not-a-cause",
]
"""The ids of causes.md whose decisive check is S."""


def test_every_readable_cause_has_a_rule() -> None:
    assert set(READABLE_CAUSES) <= {rule.id for rule in all_rules()}


OBSERVABLE_CAUSES = [
    "not-instrumented",
    "coverpkg-excludes-main",
    "coverpkg-too-broad",
    "image-name-mismatch",
    "stale-image",
    "shell-entrypoint",
    "gocoverdir-unset",
    "gocoverdir-overridden",
    "gocoverdir-missing",
    "gocoverdir-not-a-directory",
    "gocoverdir-not-writable",
    "restart-discards",
    "directory-created-late",
    "selinux-relabel",
    "extramount-wrong-node",
    "no-signal-handler",
    "grace-too-short",
    "shutdown-blocked",
    "panic-exit",
    "oom-killed",
    "collect-nested",
    "counters-renamed",
    "counters-truncated",
    "mixed-covermode",
    "mixed-builds",
    "stale-data",
]
"""The ids of causes.md whose decisive check is L, as far as one run of covcheck itself can show them."""


def test_every_observable_cause_has_a_live_rule() -> None:
    assert set(OBSERVABLE_CAUSES) <= {rule.id for rule in all_live_rules()}


def test_a_cause_is_the_same_in_the_files_and_in_the_cluster() -> None:
    files = {rule.id: rule for rule in all_rules()}
    for live in all_live_rules():
        rule = files.get(live.id)
        if rule is not None:
            assert (live.link, live.effect, live.title) == (rule.link, rule.effect, rule.title), live.id


def test_the_document_is_up_to_date() -> None:
    assert DOCS.read_text() == document(all_rules()), "run: python -m bot.rules.docs > docs/rules.md"


def test_every_rule_says_what_why_and_how() -> None:
    for rule in (*all_rules(), *all_live_rules()):
        text = rule.doc.lower()
        assert "what it looks at" in text, rule.id
        assert "why" in text, rule.id
        assert "how to fix" in text, rule.id
        assert rule.title, rule.id
        assert rule.source, rule.id


def test_explained_rules_exist() -> None:
    rules = (*all_rules(), *all_live_rules())
    ids = {rule.id for rule in rules}
    for rule in rules:
        assert set(rule.explains) <= ids - {rule.id}, rule.id


def test_the_document_links_to_every_section() -> None:
    text = document(all_rules())
    for rule in (*all_rules(), *all_live_rules()):
        assert f"](#{rule.id})" in text
        assert f"\n## {rule.id}\n" in text
