"""Facts for templates, read from real paths: each with its line, nothing guessed, nothing secret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.check import Check, check
from bot.example import example_repo
from bot.facts.path import CoveragePath
from bot.model import LINKS, Link, RepoRef, Service
from bot.repo import open_repo
from knowledge.fact_names import FACT_NAMES
from knowledge.template_facts import template_facts


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Check:
    return check(open_repo(str(example_repo(tmp_path_factory.mktemp("home")))), "datastorage")


def test_facts_are_what_the_files_say_with_their_lines(checked):
    facts = template_facts(checked.path, checked.diagnosis)
    said = {name: fact.text for name, fact in facts.items()}
    assert said["service"] == "datastorage"
    assert said["go_build"] == "go build -o /out/data-storage ./cmd/datastorage"
    assert said["build_arg"] == "GOFLAGS=-cover"
    assert said["switch"] == "E2E_COVERAGE=true"
    assert (said["workload"], said["namespace"]) == ("deploy/datastorage", "datastorage-e2e")
    assert said["pod_label"] == "app=datastorage"
    assert (said["gocoverdir"], said["mount_path"], said["host_path"]) == ("/coverdata",) * 3
    assert (said["container_path"], said["extra_mount"]) == ("/coverdata", "./coverdata")
    assert said["cause_rule"] == "extramount-wrong-node"
    lines = {path: (SOURCE / path).read_text("utf-8").split("\n") for path in _paths(facts.values())}
    for name in ("mount_path", "namespace", "base_image", "build_arg"):
        line = facts[name].evidence
        assert line is not None
        near = "\n".join(lines[line.path][line.line - 1 : line.end_line])
        assert said[name].split("=")[-1] in near or name == "namespace", (name, near)


SOURCE = Path(__file__).parents[2] / "examples"


def _paths(facts) -> set[str]:
    return {fact.evidence.path for fact in facts if fact.evidence is not None}


def test_names_are_the_documented_ones_in_their_order_and_texts_are_never_empty(checked):
    facts = template_facts(checked.path, checked.diagnosis)
    assert list(facts) == [name for name in FACT_NAMES if name in facts]
    assert all(fact.text.strip() for fact in facts.values())
    without_lines = {name for name, fact in facts.items() if fact.evidence is None}
    assert without_lines == {"service", "repo", "commit"}


def test_nothing_read_gives_only_what_is_known():
    path = CoveragePath(Service("shop", {}), RepoRef("acme/shop", "a" * 40))
    assert {name: fact.text for name, fact in template_facts(path).items()} == {
        "service": "shop",
        "repo": "acme/shop",
        "commit": "aaaaaaa",
    }


def test_links_that_were_guessed_give_no_facts(checked):
    guessed = template_facts(replace(checked.path, guessed=frozenset({Link.BUILD, Link.RUN})))
    assert not {"go_build", "build_flags", "workload", "namespace"} & set(guessed)
    assert "gocoverdir" in guessed
    every = template_facts(replace(checked.path, guessed=frozenset(LINKS)))
    assert set(every) == {"service", "repo", "commit", "module", "main_package"}


def test_what_differs_or_is_known_in_part_is_absent(checked):
    path = checked.path
    build = next(each for each in path.builds if each.taken)
    other = replace(build, argv=("go", "build", "./x"), output="/x", coverpkg=("./...",))
    two = template_facts(replace(path, builds=(build, other)))
    assert not {"go_build", "build_flags", "build_output"} & set(two)
    assert "go_build" in template_facts(replace(path, builds=(build, build)))
    assert path.workload is not None
    hole = replace(path, workload=replace(path.workload, namespace="${ns}"))
    assert "namespace" not in template_facts(hole)
    none = replace(build, cover=False)
    assert template_facts(replace(path, builds=(none,)))["build_flags"].text == "none"
    unknown = replace(build, cover=None)
    assert "build_flags" not in template_facts(replace(path, builds=(unknown,)))


def test_secrets_in_facts_are_taken_out(checked):
    build = next(each for each in checked.path.builds if each.taken)
    told = replace(build, argv=("go", "build", "-ldflags=-X main.token=ghp_" + "a" * 36))
    assert "ghp_" not in template_facts(replace(checked.path, builds=(told,)))["go_build"].text
