"""The judge: what is as claimed is quiet, what is not is named."""

from __future__ import annotations

import pytest

from bot.model import Symptom
from knowledge.experiments.judge import differences
from knowledge.experiments.model import Expected, Observed

SEEN = Observed(Symptom.META_ONLY, 143, "warning: one\nerror: two", {"runs": True, "files": 1})


@pytest.mark.parametrize(
    "expected",
    [
        Expected(),
        Expected(Symptom.META_ONLY),
        Expected(exits=(2, 143)),
        Expected(says=("warning: one", "two")),
        Expected(facts={"runs": True}),
        Expected(Symptom.META_ONLY, (143,), ("error",), False, {"runs": True, "files": 1}),
    ],
)
def test_as_claimed(expected):
    assert differences(expected, SEEN) == ()


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (Expected(Symptom.BOTH), "symptom META_ONLY instead of BOTH"),
        (Expected(exits=(0,)), "exit status 143 instead of 0"),
        (Expected(exits=(0, 2)), "exit status 143 instead of 0 or 2"),
        (Expected(says=("three",)), "stderr does not say 'three'"),
        (Expected(silent=True), "stderr is not silent: warning: one"),
        (Expected(facts={"runs": False}), "runs: True instead of False"),
        (Expected(facts={"other": 1}), "other was not seen"),
        (Expected(facts={"files": True}), "files: 1 instead of True"),
    ],
)
def test_not_as_claimed(expected, said):
    assert differences(expected, SEEN) == (said,)


def test_what_was_not_seen_is_no_proof():
    expected = Expected(Symptom.NOTHING, exits=(0,), facts={"a": "b"})
    assert differences(expected, Observed()) == (
        "symptom not seen instead of NOTHING",
        "exit status None instead of 0",
        "a was not seen",
    )


def test_every_difference_is_told():
    assert len(differences(Expected(Symptom.BOTH, (0,), ("x",), True, {"runs": 1}), SEEN)) == 5
