"""The aims of the search on the real questions, where ../shared/data is; the whole report is a command."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from knowledge.search.confidence import CURVE, confidence
from tests.retrieval import data
from tests.retrieval.abstaining import SETS, fit
from tests.retrieval.baselines import plain_tantivy
from tests.retrieval.data import Asked, Collection
from tests.retrieval.second import TRIED, closeness, firsts, tried
from tests.retrieval.tuning import START, choose, folds, scored
from tests.retrieval_report import TARGET, place


@pytest.fixture(scope="module")
def requests() -> Collection:
    reason = data.missing()
    if reason is not None:
        pytest.skip(reason)
    return data.collection("requests")


def _of(collection: Collection, *kinds: str) -> list[Asked]:
    chosen = [each for each in data.questions() if each.kind in kinds]
    return [each for each in chosen if each.outside or collection.answerable(each)]


def _ranks(collection: Collection, asked: Sequence[Asked]) -> list[int]:
    found = (collection.engine.search(a.text, limit=20, exclude=a.exclude) for a in asked)
    return [place([hit.id for hit in hits], a) for hits, a in zip(found, asked, strict=True)]


def test_short_questions_over_requests_reach_the_aim_and_beat_plain_tantivy(requests):
    asked = _of(requests, "slack")
    ranks = _ranks(requests, asked)
    first = sum(rank == 1 for rank in ranks) / len(ranks)
    assert first >= 0.85
    assert sum(rank <= 3 for rank in ranks) / len(ranks) >= 0.95
    plain = plain_tantivy(requests)
    assert first > sum(place(plain(a.text), a) == 1 for a in asked) / len(asked)


def test_it_abstains_out_of_domain_and_answers_most_of_the_rest_rightly(requests):
    def sure(asked: Asked) -> bool:
        hits = requests.engine.search(asked.text, exclude=asked.exclude)
        return confidence(hits, requests.size) >= CURVE.threshold

    outside = _of(requests, "ood_near", "ood_far")
    assert sum(map(sure, outside)) <= 0.05 * len(outside)
    inside = _of(requests, "slack", "qa")
    answered = [asked for asked in inside if sure(asked)]
    assert len(answered) >= 0.75 * len(inside)
    assert sum(rank == 1 for rank in _ranks(requests, answered)) >= 0.9 * len(answered)


def test_folds_share_no_question_and_hold_all(requests):
    items = [scored(requests, asked) for asked in data.questions()]
    held: list[str] = []
    for training, out in folds(items):
        assert not {i.asked.id for i in training} & {i.asked.id for i in out}
        held += [i.asked.id for i in out]
    assert sorted(held) == sorted(i.asked.id for i in items)
    weights = choose(items)
    assert set(weights) == set(START)
    assert 0 < fit(items, weights).threshold < 1


def test_the_report_tells_the_shipped_curve():
    text = " ".join(TARGET.read_text("utf-8").split())
    assert f"slope {CURVE.slope}, offset {CURVE.offset}, growth {CURVE.growth}" in text


def test_second_signals_are_judged_for_every_set_of_questions(requests):
    asked = [each for number, each in enumerate(data.questions()) if number % 2]
    rows = firsts([requests], asked)
    assert len(rows) == sum(a.outside or (a.kind in SETS and requests.answerable(a)) for a in asked)
    assert all(row.close_right for row in rows if row.right)
    table = tried(rows, [0])
    assert len(table) == len(TRIED) + 2
    assert [line.split("|")[1].strip() for line in table[2:]] == list(TRIED)
    assert len(closeness(rows)) == 5
