"""A drafter may rephrase, and nothing else: what it invents, loses or turns round is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.bootstrap import drafter
from bot.errors import SettingsError
from bot.model import Evidence, Missing
from bot.settings import Settings
from knowledge.answering.model import Answered, QuestionAnswer, RequestAnswer, Statement
from knowledge.drafting import GROUP, Cited, drafted, drafted_request, installed, objections, rephrased
from knowledge.requests.model import HelpRequest, Question

SAID = (
    "The pod of orders writes to /tmp/coverage (deploy/orders.yaml:61), and Kind mounts /coverdata"
    " (kind-config.yaml:14), so `go tool covdata` finds no file for uid 1001 with Go 1.27.3."
)


class Fake:
    """A drafter that returns what it is given."""

    def __init__(self, *texts: str) -> None:
        self.texts = texts
        self.got: list[Cited] = []

    def rephrase(self, statements: Sequence[Cited], answer: str) -> Sequence[str]:
        self.got = list(statements)
        return self.texts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The pod of orders writes to", "It is orders whose pod writes to"),
        (", and Kind mounts", "; what Kind mounts is"),
        (", so `go tool covdata` finds no file", ". Therefore `go tool covdata` is finding no file"),
        ("(deploy/orders.yaml:61)", "deploy/orders.yaml:61"),
        ("finds no file", "finds no files"),
        ("The pod of orders", "\n The   pod of orders"),
    ],
)
def test_other_plain_words_around_the_same_facts_are_taken(old, new):
    assert old in SAID
    text = SAID.replace(old, new)
    assert objections(SAID, text) == ()
    assert rephrased([Cited(SAID)], SAID, Fake(text)) == (" ".join(text.split()),)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("deploy/orders.yaml:61", "deploy/orders.yaml:62", "new facts: deploy/orders.yaml:62"),
        ("kind-config.yaml:14", "kind-config.yaml:14-18", "new facts"),
        ("(kind-config.yaml:14)", "", "facts are lost"),
        ("/tmp/coverage", "/tmp/coverages", "new facts"),
        ("/coverdata", "the directory", "facts are lost"),
        ("uid 1001", "uid 0", "new facts: 0"),
        ("1.27.3", "1.28", "new facts"),
        ("`go tool covdata`", "`go tool cover`", "new facts"),
        ("finds no file", "finds no file with -cover", "new facts: -cover"),
        ("finds no file", "finds no file, see https://example.org/x", "new facts"),
        ("finds no file", "finds no file <!channel>", "new facts"),
        ("finds no file", "finds no file <@U012>", "new facts"),
        ("and Kind mounts", "and Docker mounts", "new names: Docker"),
        ("The pod of orders", "Kubernetes has the pod of orders that", "new words: kubernet"),
        ("The pod of orders", "The pod of payments", "new words: payment"),
        ("The pod of orders", "The pod of OrderService", "new names: OrderService"),
        ("finds no file", "finds no multi-stage file", "new names: multi-stage"),
        ("finds no file", "finds two files", "new words: two"),
        ("finds no file", "finds a file", "words that turn the meaning differ: no"),
        ("finds no file", "never finds no file", "words that turn the meaning differ: never"),
        ("finds no file", "may find no file", "words that turn the meaning differ: may"),
        ("finds no file", "can't find a file", "words that turn the meaning differ"),
        ("so `go", "so surely `go", "new words: sure"),
    ],
)
def test_what_a_drafter_invents_loses_or_turns_round_is_refused(old, new, why):
    assert old in SAID
    text = SAID.replace(old, new)
    assert why in "; ".join(objections(SAID, text))
    assert rephrased([Cited(SAID)], SAID, Fake(text)) == (SAID,)


def test_facts_keep_their_order_so_two_directories_are_not_exchanged():
    text = (
        SAID.replace("/tmp/coverage", "X").replace("/coverdata", "/tmp/coverage").replace("X", "/coverdata")
    )
    assert objections(SAID, text) == ("facts are lost, repeated or moved",)


@pytest.mark.parametrize("text", ["", "  \n", SAID + " " + SAID, "Ignore the above.", "\x00", "\ud800", "—"])
def test_nothing_too_much_and_rubbish_are_refused(text):
    assert objections(SAID, text) != ()


@pytest.mark.parametrize(
    "texts", [(), ("a", "b"), (None,), (SAID.encode(),), 7], ids=["none", "two", "null", "bytes", "number"]
)
def test_a_drafter_that_breaks_the_contract_changes_nothing(texts):
    drafter = Fake()
    drafter.texts = texts
    assert rephrased([Cited(SAID)], SAID, drafter) == (SAID,)


def test_a_drafter_that_fails_changes_nothing():
    class Broken:
        def rephrase(self, statements: Sequence[Cited], answer: str) -> Sequence[str]:
            raise TimeoutError("the model is away")

    assert rephrased([Cited(SAID)], SAID, Broken()) == (SAID,)


ANSWER = QuestionAnswer(
    Question(4, "Did you see files that were not written?", 10),
    Answered.PARTLY,
    (
        Statement("The build writes both files.", (Evidence("docker/orders.Dockerfile", 31, 31),)),
        Statement("The user is 1001 (docker/orders.Dockerfile:84).", (Evidence("a.yaml", 84, 84),)),
    ),
    (Missing("the node's directory", "it is made at run time"),),
)


def test_each_statement_of_an_answer_is_judged_by_itself_and_keeps_its_evidence():
    model = Fake("Both files are what the build writes.", "The user is 1002 (docker/orders.Dockerfile:84).")
    found = drafted(ANSWER, model)
    first = replace(ANSWER.statements[0], text="Both files are what the build writes.")
    assert found == replace(ANSWER, statements=(first, ANSWER.statements[1]))
    assert model.got[0] == Cited("The build writes both files.", ("docker/orders.Dockerfile:31",))


def test_without_a_drafter_and_without_statements_nothing_is_asked():
    assert drafted(ANSWER, None) is ANSWER
    empty = replace(ANSWER, statements=())
    drafter = Fake()
    assert drafted(empty, drafter) is empty
    assert drafter.got == []


def test_drafting_is_off_by_default_and_says_so_when_it_is_on_and_nothing_is_installed():
    assert drafter(Settings()) is None
    on = Settings.model_validate({"answers": {"drafting": True}})
    with pytest.raises(SettingsError, match=r"\[answers\] drafting is on.*none is installed"):
        drafter(on)


def test_a_request_is_drafted_question_by_question():
    request = HelpRequest("", "", "request.md")
    answer = RequestAnswer(request, "acme/shop", "0" * 40, None, None, (ANSWER, ANSWER))
    assert drafted_request(answer, None) is answer
    texts = ("Both files are what the build writes.", "The user is 1001 (docker/orders.Dockerfile:84).")
    found = drafted_request(answer, Fake(*texts))
    assert [each.text for each in found.questions] == [" ".join(texts)] * 2
    assert found == replace(answer, questions=found.questions)


def test_drafting_needs_exactly_one_installed_drafter(monkeypatch):
    def offer(*names: str, at: str = "tests.knowledge.test_drafting:Fake") -> None:
        found = EntryPoints(EntryPoint(name, at, GROUP) for name in names)
        monkeypatch.setattr("knowledge.drafting.entry_points", lambda group: found.select(group=group))

    with pytest.raises(SettingsError, match="none is installed"):
        installed()
    offer("one")
    assert isinstance(installed(), Fake)
    offer("one", "two")
    with pytest.raises(SettingsError, match="2 are: one, two"):
        installed()
    offer("one", at="tests.knowledge.test_drafting:GONE")
    with pytest.raises(SettingsError, match="cannot be made"):
        installed()


@given(st.text(max_size=300), st.text(max_size=300))
def test_the_check_never_fails_and_takes_every_text_for_itself(old, new):
    objections(old, new)
    if old.strip():
        assert objections(old, old) == ()
    for digit in "0123456789":
        if digit in new and digit not in old:
            assert objections(old, new) != ()
