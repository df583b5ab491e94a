"""An answered request in Slack: what is said, in which order, and never beyond Slack's limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.diagnosis import diagnose
from bot.facts.path import CoveragePath
from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.model import Evidence, Fix, Link, LinkFact, Missing, Service
from bot.render.answer import Mark
from bot.render.blocks import Post
from bot.render.build import build_answer
from bot.render.request_view import (
    AskedView,
    BundleView,
    Item,
    OwnerView,
    ProposalView,
    RequestView,
    Said,
    SideView,
)
from bot.render.slack import DETAILS, LIVE
from bot.render.slack_request import COMPARISON, RequestPosts, request_posts
from bot.render.slack_request_parts import linked
from tests.scenarios.factwork import MISMATCH, PATCH, REPO, at, facts

ID = "abcdef0123456789"


class Row:
    """A row of a comparison."""

    link, name, differs, matters = Link.NODE, "node selector", True, ("mount-mismatch",)
    left = (LinkFact("node selector", "control-plane", at("a.yaml", 1, "x")),)
    right = (LinkFact("node selector", "worker", at("b.yaml", 1, "x")),)


def side(name: str, *findings: Any) -> SideView:
    path = CoveragePath(Service(name, {}), REPO, links=facts(name))
    diagnosis = diagnose(findings, (), ())
    return SideView(path, diagnosis, build_answer(path, diagnosis))


def item(
    title: str, label: str = "answered", mark: Mark = Mark.OK, n: int | None = None, **more: Any
) -> Item:
    said = (
        Said(f"Yes: docker/x.Dockerfile:{n or 1} says so.", (at("docker/x.Dockerfile", n or 1, "FROM x"),)),
    )
    return Item(title, label, mark, 1, **{"said": said, "n": n, **more})


VIEW = RequestView(
    headline="Answer to the DataStorage team, request of 21 December 2025 · 2 of 2 questions answered",
    asked=AskedView("the message", "Help", "21 December 2025", "DataStorage", ("SP",), None),
    repo=REPO,
    ours=side("datastorage", MISMATCH),
    theirs=side("signalprocessing"),
    suspects=(item("Static linking: does it break?", "not a cause"),),
    claims=(
        item("Kind cluster", "confirmed"),
        item("Runtime: distroless", "contradicted", Mark.BROKEN),
    ),
    questions=(item("Do you build in two stages?", n=1), item("Which user?", "partly", Mark.WEAK, n=2)),
    reviews=(item("docker/x.Dockerfile", "1 finding", Mark.BROKEN, path="docker/x.Dockerfile"),),
    rows=(Row(),),
    proposal=ProposalView("covcheck live datastorage -n e2e", ("whether files arrive",), "It stops it once."),
    bundle=BundleView(
        (
            OwnerView(("U0123ABCD", "S0123ABCD", "C0123ABCD", "@acme/sp"), "signalprocessing", None),
            OwnerView(("U9999ZZZZ", "@acme/ds"), "docker/", at(".github/CODEOWNERS", 3, "docker/ @acme/ds")),
        ),
        ("Question 2 is answered in part.",),
        (2,),
    ),
    missing=(),
    cases=(Said("gateway had the same cause.", basis=("proven",), url="https://slack.example/p1"),),
)


def posts_of(made: RequestPosts) -> tuple[Post, ...]:
    return (made.summary, *made.replies, *made.details, *made.comparison)


def said(made: RequestPosts) -> list[str]:
    return [reading(post.blocks) for post in (made.summary, *made.replies)]


def test_the_first_message_says_it_all_in_short() -> None:
    text = said(request_posts(VIEW, ID, live=True))[0]
    order = [
        VIEW.headline,
        "datastorage @ 4f2c1e7 · coverage will come out EMPTY",
        MISMATCH.summary,
        "deploy/datastorage.yaml:61",
        "test/kind-config.yaml:14",
        "Fix: Use /tmp/coverage in both places (1 line).",
        "The repo says otherwise",
        "You wrote “Runtime: distroless”",
        "What you suspect\n- Static linking: not a cause",
        "Solved before\n- gateway had the same cause.",
        "Questions answered: 1; partly: 2",
        "1 point remains",
        "[Details] [Compare] [Run it in the cluster]",
        "[Solved it] [Not helpful] [Need a human]",
    ]
    places = [text.find(part) for part in order]
    assert -1 not in places, text
    assert places == sorted(places)


def test_one_reply_a_question_then_the_parts() -> None:
    _, *replies = said(request_posts(VIEW, ID))
    assert [text.split("\n")[0] for text in replies] == [
        "1. Do you build in two stages?",
        "2. Which user?",
        "What you wrote, held against the repo",
        "What you suspect",
        "The files you listed",
        "Look together: a live run",
        "What remains",
    ]
    assert "! partly" in replies[1]
    assert replies[2].index("✗ contradicted") < replies[2].index("✓ confirmed")


def test_each_notification_says_what_its_message_is_about() -> None:
    made = request_posts(VIEW, ID)
    assert made.summary.text.startswith("Answer to the DataStorage team")
    assert "Fix: Use /tmp/coverage in both places (1 line)." in made.summary.text
    assert made.replies[0].text.startswith("1. Do you build in two stages? answered. Yes: docker/x")


def test_a_place_that_a_sentence_names_is_its_link() -> None:
    first, other = at("docker/x.Dockerfile", 5, "x"), at("docker/x.Dockerfile", 56, "x")
    spans, rest = linked("docker/x.Dockerfile:56 says `ubi`, not docker/x.Dockerfile:5.", (first, other))
    assert [(span.text, span.url) for span in spans if span.url] == [
        ("docker/x.Dockerfile:56", other.url),
        ("docker/x.Dockerfile:5", first.url),
    ]
    assert rest == []
    assert linked("It says so.", (first,))[1] == [first]


def test_only_ids_of_the_settings_are_named_as_slack_names_people() -> None:
    made = request_posts(VIEW, ID)
    named = [run for run in runs(made.replies[-1].blocks) if run["type"] not in ("text", "link")]
    assert named == [
        {"type": "user", "user_id": "U0123ABCD"},
        {"type": "usergroup", "usergroup_id": "S0123ABCD"},
        {"type": "channel", "channel_id": "C0123ABCD"},
    ]
    assert "U9999ZZZZ @acme/ds for docker/ · .github/CODEOWNERS:3" in reading(made.replies[-1].blocks)


def test_patches_and_the_document_are_files_each_once() -> None:
    again = item("docker/x", "1 finding", fixes=(MISMATCH.fix, Fix("Other.", "--- a/o\n+++ b/o\n")))
    made = request_posts(replace(VIEW, reviews=(again,)), ID, document="# Answer\n")
    assert [(file.name, file.content) for file in made.files] == [
        ("mount-mismatch.abcdef01.patch", PATCH),
        ("review-1-2.abcdef01.patch", "--- a/o\n+++ b/o\n"),
        ("answer.abcdef01.md", "# Answer\n"),
    ]


def test_buttons_are_there_for_what_can_be_done() -> None:
    def actions(view: RequestView, **more: Any) -> set[str]:
        blocks = request_posts(view, ID, **more).summary.blocks
        return {e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"]}

    assert {DETAILS, COMPARISON, LIVE} <= actions(VIEW, live=True)
    assert LIVE not in actions(VIEW)
    assert COMPARISON not in actions(replace(VIEW, theirs=None))
    assert actions(replace(VIEW, ours=None, theirs=None), live=True).isdisjoint({DETAILS, COMPARISON, LIVE})


def test_a_request_that_nothing_is_known_of_says_so() -> None:
    gap = Missing("the service that asks", "no service is called X")
    empty = replace(
        VIEW,
        ours=None,
        theirs=None,
        suspects=(),
        claims=(),
        questions=(),
        reviews=(),
        rows=(),
        proposal=None,
        bundle=None,
        cases=(),
        missing=(gap,),
    )
    made = request_posts(empty, ID)
    assert "Not answered\n- the service that asks: no service is called X" in said(made)[0]
    assert (*made.replies, *made.details, *made.comparison, *made.files) == ()


@pytest.mark.parametrize("count", [10, 11, 60, 400])
def test_however_many_questions_the_messages_are_few(count: int) -> None:
    questions = tuple(item(f"Question {n} " + "why " * 30 + "?", n=n) for n in range(1, count + 1))
    made = request_posts(replace(VIEW, questions=questions), ID)
    assert len(made.replies) <= 10 + 12
    last = f"{min(count, 60)}. Question"
    assert any(last in text for text in said(made)) or any("the attached file" in t for t in said(made))


def bounded(made: RequestPosts) -> None:
    for post in posts_of(made):
        assert message_error(post.payload()) is None
        assert "<" not in post.text
        assert {run["type"] for run in runs(post.blocks)} <= {"text", "link", "user", "usergroup", "channel"}
    assert len(made.replies) <= 60


def test_everything_at_its_largest_stays_within_slacks_limits() -> None:
    long = "x" * 2_000 + " <!channel> `" + "é" * 1_000
    places = tuple(
        Evidence("p" * 900 + str(n), n, n, long, f"https://h/{'u' * 1400}{n}") for n in range(1, 40)
    )
    big = item(long, "answered", Mark.WEAK, 7, said=(Said(long, places, (long,) * 9),) * 40)
    big = replace(big, missing=(Missing(long, long),) * 40, fixes=(Fix(long, PATCH),) * 20)
    many = (big,) * 65
    view = replace(
        VIEW,
        headline=long,
        suspects=many,
        claims=many,
        questions=many,
        reviews=many,
        missing=(Missing(long, long),) * 50,
        cases=(Said(long, url="https://h/" + "u" * 3000),) * 50,
        bundle=BundleView((OwnerView((long,) * 30, long, places[0]),) * 12, (long,) * 12, ()),
        proposal=ProposalView(long, (long,) * 20, long),
    )
    bounded(request_posts(view, ID, live=True, document="x"))


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_breaks_it_or_acts(first: str, second: str) -> None:
    gap = Missing(second, first)
    each = item(first, second, Mark.UNKNOWN, 3, said=(Said(first, (at(first, 1, second),), (second,)),))
    view = replace(
        VIEW,
        headline=first,
        suspects=(each,),
        claims=(each,),
        questions=(replace(each, missing=(gap,)),),
        reviews=(replace(each, path=second),),
        missing=(gap,),
        bundle=BundleView((OwnerView((first, second), second, None),), (first,), ()),
    )
    bounded(request_posts(view, ID, document=first))
