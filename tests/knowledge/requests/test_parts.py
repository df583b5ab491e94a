"""The parts of the reader: services, symptoms, suspicions, questions, files."""

from __future__ import annotations

import pytest

from bot.model import Certainty, Symptom
from bot.rules.registry import all_rules
from knowledge.requests import Mention, Subject, read_request
from knowledge.requests.complaints import symptom_of
from knowledge.requests.services import Names
from knowledge.requests.subjects import key_subject, keyed_value, values_in
from knowledge.requests.topics import all_rule_ids, question_topics, suspected_rules

KNOWN = ("datastorage", "signal-processing", "gateway", "notification")


@pytest.mark.parametrize(
    ("name", "service", "certainty"),
    [
        ("data storage", "datastorage", Certainty.CERTAIN),
        ("DataStorage Service", "datastorage", Certainty.CERTAIN),
        ("data-storage", "datastorage", Certainty.CERTAIN),
        ("SP", "signal-processing", Certainty.LIKELY),
        ("DS", "datastorage", Certainty.LIKELY),
        ("Gateway E2E", "gateway", Certainty.LIKELY),
        ("NT", "notification", Certainty.POSSIBLE),
        ("Platform", None, None),
        ("we", None, None),
    ],
)
def test_names_of_services(name: str, service: str | None, certainty: Certainty | None) -> None:
    match = Names(KNOWN, "the DataStorage pods").match(Mention(name, 1))
    assert (match.service, match.certainty) == (service, certainty)


def test_two_that_could_be_meant_are_candidates() -> None:
    match = Names(("data-storage", "device-sync"), "").match(Mention("DS", 1))
    assert match.service is None
    assert match.candidates == ("data-storage", "device-sync")


def test_initials_that_the_text_defines() -> None:
    match = Names(("notification",), "the Notification Service (NF) is down").match(Mention("NF", 1))
    assert (match.service, match.certainty) == ("notification", Certainty.LIKELY)


def test_without_known_services_nothing_is_matched() -> None:
    assert Names((), "x").match(Mention("DS", 1)) == Mention("DS", 1)


@pytest.mark.parametrize(
    ("text", "symptom"),
    [
        ("(empty)", Symptom.NOTHING),
        ("our coverdata is empty", Symptom.NOTHING),
        ("no applicable files found", Symptom.NOTHING),
        ("Zero coverage files written to /coverdata", Symptom.NOTHING),
        ("coverage files are never created", Symptom.NOTHING),
        ("there is a covmeta file but no covcounters", Symptom.META_ONLY),
        ("we have covcounters but no covmeta", Symptom.COUNTERS_ONLY),
        ("both files are there, the total is 0.0%", Symptom.BOTH),
        ("the test fails after a minute", None),
        ("the queue is empty", None),
        ("covmeta and covcounters", None),
    ],
)
def test_symptoms(text: str, symptom: Symptom | None) -> None:
    assert symptom_of(text) is symptom


@pytest.mark.parametrize(
    ("text", "rules", "kinds"),
    [
        ("Does `COPY --from=builder` lose it?", ("not-a-cause",), ("multi-stage",)),
        ('`-extldflags "-static"`', ("not-a-cause",), ("static-linking",)),
        ("the directory is not writable", ("gocoverdir-not-writable",), ()),
        ("GOCOVERDIR is not set in the pod", ("gocoverdir-unset",), ()),
        ("the moon", (), ()),
    ],
)
def test_suspicions(text: str, rules: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    assert suspected_rules(text) == (rules, kinds)


def test_every_rule_that_a_suspicion_names_exists() -> None:
    import bot.rules.live
    from bot.rules.live.registry import all_live_rules

    known = {rule.id for rule in all_rules()} | {rule.id for rule in all_live_rules()}
    assert bot.rules.live.__name__
    assert all_rule_ids() <= known


@pytest.mark.parametrize(
    ("key", "subject"),
    [
        ("Builder", Subject.BUILDER_IMAGE),
        ("**Base Image**", Subject.RUNTIME_IMAGE),
        ("Container User", Subject.USER),
        ("GOCOVERDIR", Subject.GOCOVERDIR),
        ("Weather", Subject.OTHER),
    ],
)
def test_keys_of_claims(key: str, subject: Subject) -> None:
    assert key_subject(key) is subject


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Builder: golang:1.24", (Subject.BUILDER_IMAGE, "golang:1.24")),
        ("Build: podman build -f x .", (Subject.OTHER, "podman build -f x .")),
        ("Platform: macOS", (Subject.OTHER, "macOS")),
        ("Linking: CGO_ENABLED=0, statically", (Subject.LINKING, "static")),
        ("E2E tests: create a pod, then scale", (Subject.OTHER, "create a pod, then scale")),
        ("no key here", None),
    ],
)
def test_keyed_lines(text: str, expected: tuple[Subject, str] | None) -> None:
    assert keyed_value(text) == expected


def test_values_of_a_statement() -> None:
    text = 'CGO_ENABLED=0 GOFLAGS="-cover -mod=vendor" go build -ldflags="-s -w" GOFLAGS=$X'
    assert [(subject, value) for subject, value, _ in values_in(text)] == [
        (Subject.GOFLAGS, "-cover -mod=vendor"),
        (Subject.LDFLAGS, '-ldflags="-s -w"'),
        (Subject.CGO, "0"),
    ]


def test_a_dockerfile_names_its_images_and_sql_does_not() -> None:
    head, end = "## Our setup\n\n```\n", "\n```\n"
    lines = ("FROM golang:1.24 AS build", "RUN go build -cover ./cmd/x", "FROM scratch", "USER 1001")
    docker = head + "\n".join(lines) + end
    claims = read_request(docker).claims
    assert [(claim.subject, claim.value, claim.line) for claim in claims] == [
        (Subject.BUILDER_IMAGE, "golang:1.24", 4),
        (Subject.COVERAGE_FLAG, "-cover", 5),
        (Subject.RUNTIME_IMAGE, "scratch", 6),
        (Subject.USER, "1001", 7),
    ]
    assert read_request("## Our setup\n\n```\nSELECT id\nFROM events\n```\n").claims == ()


def test_gocoverdir_of_a_manifest() -> None:
    text = "## Environment\n\n```yaml\nenv:\n- name: GOCOVERDIR\n  value: /cov\nimage: nginx:1\n```\n"
    assert [(c.subject, c.value, c.line) for c in read_request(text).claims] == [
        (Subject.GOCOVERDIR, "/cov", 6)
    ]


def test_a_box_that_is_not_ticked_and_a_wish_state_nothing() -> None:
    assert (
        read_request("## Current state\n\n- [ ] mounted at /cov\n- [x] runs as uid 7\n").claims[0].value
        == "7"
    )
    assert read_request("our coverage is empty. We will run as uid 7 and we need golang:1.24").claims == ()


def test_files_of_a_list_in_a_code_block() -> None:
    text = "### Files deleted\n\n```\npkg/a/b.go  - old\ncmd/x/main.go\n```\n\n```\npkg/a/b.go\nx := 1\n```\n"
    assert [(file.path, file.note, file.line) for file in read_request(text).key_files] == [
        ("pkg/a/b.go", "old", 4),
        ("cmd/x/main.go", "", 5),
    ]


def test_topics_of_questions() -> None:
    assert question_topics("What base image do you use?") == ("base-image",)
    assert question_topics("How are you?") == ()


def test_a_table_that_sets_ours_beside_anothers_is_read_in_our_column() -> None:
    text = (
        "# Comparison to the blog post\n\n| Aspect | Blog | Our setup |\n|---|---|---|\n"
        "| Base Image | none | `gcr.io/distroless/static` |\n| User | root | uid 1001 |\n"
    )
    values = [(claim.subject, claim.value, claim.line) for claim in read_request(text).claims]
    assert values == [(Subject.RUNTIME_IMAGE, "gcr.io/distroless/static", 5), (Subject.USER, "1001", 6)]


def test_numbers_of_questions_that_start_again_are_counted_on() -> None:
    text = "## Questions\n\n### A\n1. Why x?\n2. Why y?\n\n### B\n1. Why z?\n"
    assert [question.n for question in read_request(text).questions] == [1, 2, 3]


def test_a_question_that_is_answered_below_is_said_to_be() -> None:
    text = (
        "## Questions\n\n### Q1: Why is it empty?\n\n**Answer**: no mount.\n\n### Q2: And the flags?\n\nhm\n"
    )
    found = read_request(text).questions
    assert [(question.text, question.answered) for question in found] == [
        ("Why is it empty?", True),
        ("And the flags?", False),
    ]


def test_files_of_links_and_hosts_are_no_key_files() -> None:
    text = "- see `cmd/x/main.go:12` and https://example.org/a/b.yaml, [doc](./HELP.md), `a.b`"
    assert [file.path for file in read_request(text).key_files] == ["cmd/x/main.go"]


def test_a_heading_with_nothing_under_it_that_was_read_is_left() -> None:
    left = read_request("# Help\n\n## Weather\n\nIt rains.\n").not_understood
    assert [span.line for span in left] == [3, 5]


def test_questions_of_a_table_are_its_cells() -> None:
    text = "> | Question | Answer |\n> |---|---|\n> | Q1: Where is it? | in /cov |\n> | Q2: And why? | |\n"
    found = [(q.n, q.text, q.line, q.answered) for q in read_request(text).questions]
    assert found == [(1, "Where is it?", 3, True), (2, "And why?", 4, False)]


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("Which user does the container run as?", ("user",)),
        ("Do you set runAsUser: 0?", ("user",)),
        ("Which flags and variables do you set?", ("build-flags", "variables")),
        ("How do you stop the pod?", ("shutdown",)),
        ("Any gotchas?", ("files-not-written",)),
        ("Which user reported it?", ()),
        ("When did the meeting stop?", ()),
        ("Are these variables of the test random?", ()),
    ],
)
def test_the_topics_a_question_tells(question: str, topics: tuple[str, ...]) -> None:
    assert question_topics(question) == topics
