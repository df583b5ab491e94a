"""The shipped articles: one for every cause and folk claim, bounded, and resting on what reproduced."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from bot.model import Evidence
from bot.rules.live.registry import all_live_rules
from bot.rules.registry import all_rules
from knowledge.articles import ArticleStatus, read_article
from knowledge.experiments.registry import all_experiments
from knowledge.experiments.results import load_results
from knowledge.experiments.stale import stale_by_experiments
from knowledge.fact_names import FACT_NAMES, Fact
from knowledge.templates import fill, filled, names_in

FOLDER = Path(__file__).parents[2] / "knowledge" / "articles"
ARTICLES = {p.stem: read_article(p.read_bytes(), p.name) for p in sorted(FOLDER.glob("*.md"))}
RULES = {rule.id for rule in (*all_rules(), *all_live_rules())}
WITHOUT_A_RULE = {
    "coverpkg-matches-nothing",
    "profiles-concatenated",
    "outside-module",
    "covdata-tool-missing",
}
"""Causes that show in a build log or in a report step alone, so that no rule finds them."""
FOLKLORE = {
    "folk-distroless",
    "folk-installsuffix",
    "folk-multi-stage-copy",
    "folk-non-root",
    "folk-rebuild-all",
    "folk-static-linking",
    "folk-stripping",
    "folk-symlink",
    "folk-trimpath",
}
OVERVIEWS = {
    "symptom-counters-only",
    "symptom-meta-only",
    "symptom-nothing",
    "symptom-partial",
    "working-setup",
}
"""What each symptom rules in, and the whole path on one page."""
SECTIONS = ["## What it is", "## How to see it", "## Fix", "## Check that it worked"]


def test_every_cause_folk_claim_and_symptom_has_an_article_and_nothing_else():
    assert set(ARTICLES) == RULES | WITHOUT_A_RULE | FOLKLORE | OVERVIEWS


@pytest.mark.parametrize("id", ARTICLES)
def test_an_article_is_whole_and_bounded(id):
    article = ARTICLES[id]
    assert article.id == id
    assert article.status is ArticleStatus.CONFIRMED
    assert article.owner == "covcheck"
    assert article.provenance.startswith("shipped")
    assert 2 <= len(article.questions) <= 4
    assert all(5 <= len(question) <= 120 for question in article.questions)
    assert 450 <= len(article.body) <= 2_500
    assert [line for line in article.body.splitlines() if line.startswith("#")] == SECTIONS
    assert "In the files: " in article.body
    assert "In the cluster: " in article.body
    assert article.body.rstrip().splitlines()[-1].endswith(".")
    assert "\nSources: " in article.body


@pytest.mark.parametrize("id", ARTICLES)
def test_rules_are_those_of_the_registry(id):
    article = ARTICLES[id]
    assert set(article.rules) <= RULES
    if id in RULES:
        assert article.rules == (id,)
        titles = {rule.title for rule in (*all_rules(), *all_live_rules()) if rule.id == id}
        assert article.title in titles or id == "not-a-cause"


@pytest.mark.parametrize("id", sorted(OVERVIEWS - {"working-setup"}))
def test_a_symptom_leads_to_causes_that_show_it(id):
    article = ARTICLES[id]
    assert len(article.symptoms) == 1
    assert article.rules == (), "no rule finds a symptom"
    named = RULES & set(re.findall(r"[a-z]+(?:-[a-z]+)+", article.body))
    assert named
    for rule in named:
        assert article.symptoms[0] in ARTICLES[rule].symptoms, rule


@pytest.mark.parametrize("id", ARTICLES)
def test_symptoms_include_those_of_the_rules(id):
    files = {rule.symptom for rule in all_rules() if rule.id == id and rule.symptom is not None}
    live = {symptom for rule in all_live_rules() if rule.id == id for symptom in rule.symptoms}
    assert files | live <= set(ARTICLES[id].symptoms)


def test_questions_are_asked_once():
    counts = Counter(question.lower().strip("?") for a in ARTICLES.values() for question in a.questions)
    assert [question for question, times in counts.items() if times > 1] == []


FULL = {name: Fact(f"<{name}>", Evidence("deploy/a.yaml", 7, 7)) for name in FACT_NAMES}
PARTIAL = [
    {name: fact for name, fact in FULL.items() if name not in left_out}
    for left_out in (
        *({name} for name in FACT_NAMES if name not in ("service", "repo", "commit")),
        {"host_path", "node_directory", "container_path", "extra_mount", "kind_config"},
        {"workload", "namespace", "container", "pod_label", "manifest", "image"},
        {"go_build", "build_flags", "build_output", "dockerfile", "base_image", "builder_image"},
        set(FACT_NAMES) - {"service", "repo", "commit"},
        set(FACT_NAMES) - {"service", "gocoverdir", "build_flags", "user", "copy"},
    )
]
IN_CODE = {each.placeholder for each in FACT_NAMES.values()} - {
    "GOCOVERDIR",
    "go build",
    "BINARY",
    "DIR",
    "COPY",
}


@pytest.mark.parametrize("id", ARTICLES)
def test_a_template_names_documented_facts_only(id):
    assert set(names_in(ARTICLES[id])) <= set(FACT_NAMES)


@pytest.mark.parametrize("id", ARTICLES)
def test_an_article_reads_well_with_all_some_and_no_facts(id):
    for facts in ({}, FULL, *PARTIAL):
        _reads_well(fill(ARTICLES[id], facts))


def _reads_well(text: str) -> None:
    assert [line for line in text.splitlines() if line.startswith("#")] == SECTIONS
    assert "\n\n\n" not in text
    assert text.count("`") % 2 == 0
    for paragraph in text.split("\n\n"):
        assert paragraph.startswith("#") or paragraph.rstrip().endswith((".", "?")), paragraph
    prose = re.sub(r"`[^`]*`", "CODE", text)
    assert not re.search(r"[{}]| [,.;]|,,|\(\)|\w {2,}\w|CODECODE", prose), prose
    assert not any(word in prose for word in IN_CODE), "a placeholder stands in code only"


def test_most_articles_say_something_of_the_service():
    used = {id: set(filled(ARTICLES[id], FULL).used) - {"service"} for id in ARTICLES}
    assert sum(bool(names) for names in used.values()) >= 65
    assert set(FACT_NAMES) - set().union(*used.values()) == {
        "service",
        "commit",
        "cause",
        "cause_rule",
        "cause_place",
    }


def test_articles_cite_what_supports_them():
    for experiment in all_experiments():
        assert set(experiment.supports) <= set(ARTICLES), experiment.id
    for id, article in ARTICLES.items():
        assert set(article.experiments) == {e.id for e in all_experiments() if id in e.supports}, id


def test_every_experiment_reproduced_and_none_contradicts():
    outcomes = load_results()
    assert stale_by_experiments(ARTICLES.values(), outcomes) == ()
    reproduced = {outcome.id for outcome in outcomes if outcome.reproduced}
    assert {e.id for e in all_experiments()} - reproduced == set()
    assert {outcome.id for outcome in outcomes} <= {e.id for e in all_experiments()}
