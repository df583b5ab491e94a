"""An answered request in its media: what stands there is shown, and nothing quoted acts."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
from rich.console import Console

from bot.answer import answer_request
from bot.model import Evidence, Fix, Missing, RepoRef
from bot.render.answer import Mark
from bot.render.markdown_text import code, fence, link, md
from bot.render.request_json import request_json
from bot.render.request_markdown import request_markdown
from bot.render.request_terminal import places, show_request
from bot.render.request_view import (
    AskedView,
    BundleView,
    Item,
    OptionView,
    OwnerView,
    ProposalView,
    RequestView,
    Said,
)
from bot.repo import open_local
from knowledge.answering.view import request_view
from knowledge.experiments.results import load_results
from tests.git_repo import GitRepo
from tests.knowledge.answering.sides import files

WEB = "https://github.com/acme/platform"
NASTY = (
    "a](http://evil.example) ![i](http://evil.example/p.png) <img src=x onerror=y> <!-- x --> <!channel> "
    "<@U1> @everyone @acme/all http://evil.example www.evil.example x@evil.example ``` ` `` ~~~ $x$ &copy; "
    "**b** _i_ [r]: http://evil.example | --- | # h \u202e\u200b\x1b[31m {{ 7*7 }}"
)
OURS = re.compile(r"</?details>|<summary>|</summary>|<details>|<br>|<!-- -->")


def tokens(text: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        yield token
        yield from token.children or ()


def check_inert(text: str) -> None:
    """No link but ours, no image, no HTML but ours, nothing that GitHub would link by itself."""
    for token in tokens(text):
        assert token.type not in ("image", "s_open"), token
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(WEB), token
        if token.type in ("html_inline", "html_block"):
            assert "<" not in OURS.sub("", token.content), token.content
    outside = re.sub(
        r"<summary>.*?</summary>|(`+)(?!`).+?(?<!`)\1(?!`)|\(<[^>]*>\)", "", text, flags=re.DOTALL
    )
    assert "://" not in outside
    assert not re.search(r"(?<!\\)\bwww\.", outside)
    assert not re.search(r"@\w", outside)
    assert not re.search("[\u202e\u200b\x1b]", text)


def hostile() -> RequestView:
    """A view in which every text of others is nasty."""
    place = Evidence("a`b.go", 3, 4, NASTY, f"{WEB}/blob/1/a")
    said = Said(f"{NASTY} a`b.go:3", (place,), (NASTY,), "javascript:alert(1)")
    gap = Missing(NASTY, NASTY)
    item = Item(NASTY, "contradicted", Mark.BROKEN, 1, (said,), (gap,), (Fix(NASTY),), 1, "a`b.go", ("x",))
    owner = OwnerView(("@acme/all",), NASTY, place)
    return RequestView(
        headline=f"Answer {NASTY} · {NASTY}",
        asked=AskedView(NASTY, NASTY, "", NASTY, (NASTY,), None, (), ((1, 2, NASTY),)),
        repo=RepoRef("acme/platform", "1" * 40, None, WEB),
        ours=None,
        theirs=None,
        suspects=(item,),
        claims=(item, replace(item, label="confirmed")),
        questions=(item,),
        reviews=(item,),
        rows=(),
        proposal=ProposalView("covcheck live x", (NASTY,), NASTY),
        bundle=BundleView((owner,), (NASTY,), (1,)),
        missing=(gap,),
        cases=(said,),
        in_short=(said,),
        options=(OptionView(NASTY, (item,)),),
    )


def shown(view: RequestView, *, details: bool = False, width: int = 110) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    with console.capture() as taken:
        show_request(console, view, details=details)
    return taken.get()


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> RequestView:
    repo = GitRepo(tmp_path_factory.mktemp("repo") / "repo.git")
    repo.commit(files())
    repo.git("remote", "add", "origin", f"{WEB}.git")
    own = Path(__file__).parents[1] / "knowledge" / "requests" / "fixtures" / "route-planner.md"
    text = own.read_bytes()
    with open_local(repo.path) as snapshot:
        found = answer_request(
            snapshot, text, "r.md", service="datastorage", like="signalprocessing", outcomes=load_results()
        )
    return request_view(found)


def test_nothing_quoted_acts_in_markdown() -> None:
    check_inert(request_markdown(hostile()))


def test_a_real_answer_is_inert_too_and_its_links_are_permalinks(view: RequestView) -> None:
    text = request_markdown(view)
    check_inert(text)
    hrefs = [str(t.attrs["href"]) for t in tokens(text) if t.type == "link_open"]
    assert len(hrefs) > 20
    assert all(href.startswith((f"{WEB}/blob/", f"{WEB}/tree/")) for href in hrefs)
    assert view.ours is not None
    patch = view.ours.diagnosis.causes[0].fix.patch
    assert patch
    assert patch.rstrip("\n") in [t.content.rstrip("\n") for t in tokens(text) if t.type == "fence"]


def test_the_capture_of_the_reference_request_links_to_its_repo_alone() -> None:
    text = (Path(__file__).parents[2] / "docs" / "captures" / "request.md").read_text("utf-8")
    hrefs = {str(t.attrs["href"]) for t in tokens(text) if t.type == "link_open"}
    assert len(hrefs) > 50
    assert all(href.startswith("https://github.com/jordigilh/kubernaut/") for href in hrefs)


def test_nothing_quoted_acts_in_a_terminal() -> None:
    for details in (False, True):
        text = shown(hostile(), details=details)
        assert not re.search("[\u202e\u200b\x1b]", text)
        assert "[U+202E]" in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_every_width_shows_every_part(view: RequestView, width: int) -> None:
    text = shown(view, width=width)
    for heading in ("What you wrote", "Your questions", "Compared", "What remains"):
        assert heading in text
    assert len(shown(view, details=True, width=width)) > len(text)


def test_the_first_thing_is_the_headline_then_the_cause(view: RequestView) -> None:
    lines = [line for line in shown(view, width=300).split("\n") if line.strip()]
    assert lines[0].startswith("Answer to ")
    assert "datastorage asks about signalprocessing" in lines[1]
    assert lines[2].startswith("Cause: The pod runs on control-plane")
    (verdict,) = [n for n, line in enumerate(lines) if line.startswith("datastorage @ ")]
    assert verdict < 8
    assert "coverage will come out EMPTY" in lines[verdict]
    assert "extramount-wrong-node" in lines[verdict + 1]


def test_the_json_has_the_fixed_shape(view: RequestView) -> None:
    data = json.loads(json.dumps(request_json(view)))
    assert list(data)[:5] == ["request", "questions", "claims", "diagnosis", "comparison"]
    assert {"n", "text", "status", "answer", "evidence"} <= set(data["questions"][0])
    assert {"text", "verdict", "evidence"} <= set(data["claims"][0])
    assert {each["status"] for each in data["questions"]} <= {"answered", "partly", "unanswered"}
    assert {each["verdict"] for each in data["claims"]} <= {"confirmed", "contradicted", "unverifiable"}
    assert data["diagnosis"]["causes"][0]["rule"] == "extramount-wrong-node"
    assert (data["comparison"]["left"], data["comparison"]["right"]) == ("datastorage", "signalprocessing")
    nothing = json.loads(json.dumps(request_json(hostile())))
    assert (nothing["diagnosis"], nothing["comparison"]) == (None, None)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("plain text, E2E_COVERAGE=true (so)", "plain text, E2E_COVERAGE=true (so)"),
        ("`a|b` is code", "`a|b` is code"),
        ("1. no list", "1\\. no list"),
        ("- no list", "\\- no list"),
        ("# no heading", "\\# no heading"),
        ("_i_ and *b*", "\\_i\\_ and \\*b\\*"),
        ("a\n\n# b", "a # b"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("mail a@b.example", "mail a@<!-- -->b.example"),
        ("", ""),
    ],
)
def test_text_stays_readable(text: str, made: str) -> None:
    assert md(text) == made


def test_code_and_fences_hold_whatever_is_in_them() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`a`") == "`` `a` ``"
    assert code("a|b", cell=True) == "`a\\|b`"
    assert fence("```\nx\n```", "diff") == "````diff\n```\nx\n```\n````"
    assert link("a", "javascript:x") == "`a`"
    assert link("a", "https://x.example/a b") == "`a`"
    assert link("a", "https://x.example/(a)") == "[`a`](<https://x.example/(a)>)"


def test_places_are_written_once_a_file_and_not_when_the_sentence_has_them() -> None:
    evidence = [Evidence("a.go", n, n) for n in (1, 2, 12)] + [Evidence("b.go", 3, 3), Evidence("c.go", 4, 4)]
    assert places(evidence, None) == ["a.go:1, 2, 12", "b.go:3", "c.go:4"]
    assert places(evidence, 1) == ["a.go:1, 2, 12", "2 more files"]
    assert places(evidence, None, "a.go:12 says so") == ["a.go:1, 2", "b.go:3", "c.go:4"]
