"""Files that attack their readers, through the whole check: it ends, and says what it did not read.

The files are laid over a healthy repo in the place of the real one, so that they stand on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.git_repo import Content
from tests.hostile.bases import base, make_repo
from tests.hostile.gotexts import GO
from tests.hostile.sandbox import run_check
from tests.hostile.texts import DOCKERFILE, EXTRA_FILES, HELM, MAKE, SHELL, WORKFLOW, YAML

PINNED = "services:\n  shop:\n    main: cmd/shop\n    entry: workflow:.github/workflows/e2e.yaml\n"
IN_KIND = ("bomb", "merge-bomb", "deep-flow", "many-keys", "template-braces", "list-at-top", "controls")
UNREADABLE = {"yaml/bomb", "yaml/merge-bomb", "yaml/deep-flow", "yaml/invalid", "yaml/many-keys", "yaml/tabs"}
"""Manifests of which the reason must be told."""


def cases() -> dict[str, Mapping[str, Content]]:
    found: dict[str, Mapping[str, Content]] = {
        **{f"yaml/{name}": {"k8s/shop.yaml": text} for name, text in YAML.items()},
        **{f"kind/{name}": {"hack/kind.yaml": YAML[name]} for name in IN_KIND},
        **{f"shell/{name}": {"hack/e2e.sh": text} for name, text in SHELL.items()},
        **{f"dockerfile/{name}": {"Dockerfile": text} for name, text in DOCKERFILE.items()},
        **{f"make/{name}": {"Makefile": text} for name, text in MAKE.items()},
        **{f"files/{name}": files for name, files in EXTRA_FILES.items()},
        **{f"helm/{name}": files for name, files in HELM.items()},
    }
    for name, text in WORKFLOW.items():
        found[f"workflow/{name}"] = {".github/workflows/e2e.yaml": text, ".covcheck.yaml": PINNED}
    return found


CASES = cases()


@pytest.mark.parametrize("name", CASES)
def test_hostile_files(name: str, tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", CASES[name]))
    assert not outcome.crash, outcome.crash
    assert outcome.data is not None, outcome.error
    if name in UNREADABLE:
        assert "k8s/shop.yaml" in outcome.missing
    if outcome.data["status"] == "INCONCLUSIVE":
        assert outcome.missing


@pytest.mark.parametrize("name", GO)
def test_hostile_go(name: str, tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", GO[name], "go-suite"))
    assert not outcome.crash, outcome.crash
    assert outcome.data is not None, outcome.error
    if outcome.data["status"] == "INCONCLUSIVE":
        assert outcome.missing


HINTS = {
    "no YAML": ("services: [", "is no valid YAML"),
    "not a mapping": ("- a\n", ":1"),
    "nothing": ("", ":1"),
    "services missing": ("service: {}\n", "services"),
    "a list of services": ("services: [shop]\n", "services"),
    "a text for a service": ("services:\n  shop: cmd/shop\n", ":2"),
    "an unknown key": ("services:\n  shop:\n    dockerfiel: Dockerfile\n", "did you mean `dockerfile`"),
    "a path that is not there": ("services:\n  shop:\n    kind: nope.yaml\n", ":3: `kind` names 'nope.yaml'"),
    "a list for a text": ("services:\n  shop:\n    main: [a]\n", ":3: `main` must be a text"),
    "a text for a list": (
        "services:\n  shop:\n    manifests: k8s/shop.yaml\n",
        ":3: `manifests` must be a list",
    ),
    "a map in a list": ("services:\n  shop:\n    manifests: [{a: b}]\n", ":3"),
    "a path out of the repo": ("services:\n  shop:\n    dockerfile: ../../etc/passwd\n", ":3"),
    "an absolute path": ("services:\n  shop:\n    kind: /etc/passwd\n", ":3"),
    "an entry that is none": ("services:\n  shop:\n    main: cmd/shop\n    entry: rm -rf /\n", "entry"),
    "a bomb": (YAML["bomb"], "values"),
    "depth": (YAML["deep-flow"], "nested"),
}


@pytest.mark.parametrize(("text", "said"), HINTS.values(), ids=HINTS.keys())
def test_broken_hints_name_file_and_line(text: str, said: str, tmp_path: Path) -> None:
    outcome = run_check(make_repo(tmp_path / "repo", {".covcheck.yaml": text}))
    assert not outcome.crash, outcome.crash
    assert outcome.error.startswith("UsageError"), outcome.data and outcome.missing
    assert said in outcome.error
    assert ".covcheck.yaml" in outcome.error or "entry" in outcome.error


def test_healthy_bases_are_clear(tmp_path: Path) -> None:
    """The attacks mean something only if nothing but them stands in the way."""
    for name in ("script", "go-suite"):
        outcome = run_check(make_repo(tmp_path / name, {}, name))
        assert outcome.data is not None
        assert outcome.data["status"] == "CLEAR", (outcome.rules, outcome.missing)
    assert "shop" in base("script")["Makefile"]
