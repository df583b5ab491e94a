"""Slack messages: within every limit whatever they say, and nothing quoted in them acts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.diagnosis import diagnose
from bot.errors import UnknownService
from bot.facts.path import CoveragePath
from bot.localslack.limits import message_error
from bot.localslack.reading import reading, runs
from bot.model import (
    Certainty,
    Effect,
    Evidence,
    Finding,
    Fix,
    Link,
    LinkFact,
    Missing,
    RepoRef,
    Service,
)
from bot.render.answer import Answer
from bot.render.blocks import Post, Span, code, header, pack, paragraph
from bot.render.build import build_answer
from bot.render.notices import (
    broken_post,
    choice_post,
    error_post,
    help_post,
    looking_post,
    services_posts,
    text_post,
    wrong_words_post,
)
from bot.render.plain import visible
from bot.render.slack import answer_posts, detail_posts, snippets
from bot.render.slack_compare import comparison_posts

COMMIT = "4f2c1e7" + "0" * 33
MARKUP = "<!channel> <@U123> <#C1> <http://evil.example|here> *b* _i_ ~s~ `c` ```d``` &lt;"
EVIL = f"{MARKUP} :tada: @here \u202e\u200b\x07"

words = st.one_of(
    st.text(max_size=80),
    st.text(max_size=40).map(lambda t: t * 200),
    st.sampled_from([EVIL, "", "\n", "\ud800", "✓" * 5_000, "&" * 5_000, "😀" * 3_000]),
)
evidence = st.builds(
    Evidence,
    path=words,
    line=st.integers(1, 9),
    end_line=st.integers(9, 12),
    excerpt=words,
    url=st.one_of(
        st.none(), words, st.just("https://git.example/a/b/blob/c/d#L1"), words.map("https://x/".__add__)
    ),
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["a-rule", "another"]),
    link=st.sampled_from(Link),
    effect=st.sampled_from(Effect),
    certainty=st.sampled_from(Certainty),
    summary=words,
    why=words,
    fix=st.builds(Fix, words, st.one_of(st.none(), words)),
    evidence=st.lists(evidence, max_size=4).map(tuple),
)
facts = st.builds(LinkFact, name=words, value=words, evidence=st.one_of(st.none(), evidence), condition=words)
gaps = st.builds(Missing, what=words, reason=words, evidence=st.one_of(st.none(), evidence))


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    path = CoveragePath(
        Service(draw(words), {}),
        RepoRef(draw(words), COMMIT),
        links={link: tuple(draw(st.lists(facts, max_size=3))) for link in Link},
    )
    causes = draw(st.lists(findings, max_size=4))
    missing = draw(st.lists(gaps, max_size=4)) * draw(st.sampled_from([1, 40]))
    return build_answer(path, diagnose(causes, draw(st.lists(findings, max_size=2)), missing))


def accept(posts: tuple[Post, ...]) -> None:
    assert posts
    for post in posts:
        assert message_error(post.payload()) is None
        assert not any(mark in post.text for mark in ("<!", "<@", "<#", "<http"))
        assert all(run["type"] in ("text", "link") for run in runs(post.blocks))


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers(), answers())
def test_whatever_an_answer_says_its_messages_are_within_the_limits(left: Answer, right: Answer) -> None:
    accept(answer_posts(left, "0" * 32))
    accept(detail_posts(left, "0" * 32))
    accept(comparison_posts(left, right, ()))
    assert all(snippet.content for snippet in snippets(left, "0" * 32))


@settings(max_examples=20, deadline=None)
@given(words, words)
def test_whatever_a_notice_says_it_is_within_the_limits(one: str, two: str) -> None:
    accept((help_post(), looking_post(one, two), broken_post("r"), text_post(one or "x")))
    accept((error_post(UnknownService(one, (two,) * 5), "r"), wrong_words_post(one, two, one)))
    many = [Service(one, {"main": (two, one, two)}, (two,))] * 30
    accept(services_posts(many, RepoRef(one, COMMIT, web_url=f"https://git.example/{two}")))
    accept((choice_post(one, [two or "x", "a"] * 80, "0" * 32),))


def test_quoted_markup_is_shown_as_it_stands() -> None:
    post = pack(EVIL, [header(EVIL), paragraph(Span(EVIL), Span(EVIL, code=True)), code(EVIL)])[0]
    said = reading(post.blocks)
    assert said.count(MARKUP) == 4
    assert all(block["type"] == "rich_text" for block in post.blocks)
    assert {run["type"] for run in runs(post.blocks)} == {"text"}
    assert "&lt;!channel&gt; &lt;@U123&gt;" in post.text
    assert "&amp;lt;" in post.text


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("a\u202eb", "a[U+202E]b"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\u2066b", "a[U+2066]b"),
        ("a\x1b[31m", "a[U+001B][31m"),
        ("a\U000e0041b", "a[U+E0041]b"),
        ("a\u3164b", "a[U+3164]b"),
        ("a\ufe0fb", "a[U+FE0F]b"),
        ("a\r\nb\tc", "a\nb\tc"),
        ("é ж 漢 😀 ✓", "é ж 漢 😀 ✓"),
    ],
)
def test_what_hides_is_made_visible(hidden: str, shown: str) -> None:
    assert visible(hidden) == shown


def test_links_of_other_schemes_are_only_text() -> None:
    for url in ("javascript:alert(1)", "slack://x", "https://x/" + "y" * 3_000, "https://x/\u202ey", ""):
        assert Span("a", url=url).element()["type"] == "text"
    assert Span("a", url="https://git.example/x").element()["url"] == "https://git.example/x"


def test_a_patch_is_shown_whole_or_as_a_file() -> None:
    def answer(patch: str) -> Answer:
        finding = Finding(
            "a-rule", Link.NODE, Effect.BLOCKS, Certainty.CERTAIN, "s", "w", Fix("f", patch), ()
        )
        path = CoveragePath(Service("shop", {}), RepoRef("a/b", COMMIT))
        return build_answer(path, diagnose([finding], [], []))

    short = answer("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+`b` <c>\n")
    assert "+`b` <c>" in reading(answer_posts(short, "0" * 32)[0].blocks)
    assert snippets(short, "0" * 32) == ()
    (file,) = snippets(answer("+x\n" * 200), "1234567890")
    assert (file.name, file.content) == ("a-rule.12345678.patch", "+x\n" * 200)


def test_without_an_address_evidence_is_plain_path_and_line() -> None:
    finding = Finding(
        "a-rule",
        Link.NODE,
        Effect.BLOCKS,
        Certainty.CERTAIN,
        "s",
        "w",
        Fix("f"),
        (Evidence("deploy/x.yaml", 61, 61, "path: /tmp"),),
    )
    path = CoveragePath(Service("shop", {}), RepoRef("a/b", COMMIT))
    answer = build_answer(path, diagnose([finding], [], []))
    assert "- deploy/x.yaml:61\n  path: /tmp" in reading(answer_posts(answer, "i")[0].blocks)
    linked = replace(finding, evidence=(replace(finding.evidence[0], url="https://git.example/x#L61"),))
    posts = answer_posts(build_answer(path, diagnose([linked], [], [])), "i")
    assert [r["url"] for r in runs(posts[0].blocks) if r["type"] == "link"] == ["https://git.example/x#L61"]


def test_a_post_over_a_limit_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="exceeds"):
        Post("x", tuple(paragraph(Span("x" * 1_000)) for _ in range(40)))
    with pytest.raises(ValueError, match="fallback"):
        Post("", ())
