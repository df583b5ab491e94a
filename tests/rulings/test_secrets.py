"""No secret leaves a live run: not in its findings, not in what it saw."""

from __future__ import annotations

from dataclasses import replace

from bot.boundary import clean_live
from bot.facts.live import Backing
from bot.facts.workload import EnvVar
from bot.model import Symptom
from bot.rulings import judge_live
from tests.rules.live import builders as b

PASSWORD = "correct-horse-battery"
ENV = (*b.environment(b.DIRECTORY), EnvVar("DB_PASSWORD", PASSWORD, b.at(26)))


def leaky():
    """A run in which a password of the environment turns up everywhere."""
    said = f"connected with {PASSWORD}"
    process = b.process(seen=replace(b.seen("process"), excerpt=said))
    stop = b.stop(2, 0.2, lines=(said,), seen=replace(b.seen("stop"), text=said, excerpt=said))
    return b.meta_only(
        b.pod(process=process, stop=stop),
        workload=b.with_container(env=ENV),
        events=(b.event("Failed", said),),
        texts={b.OBJECT: f"env:\n- name: DB_PASSWORD\n  value: {PASSWORD}\n"},
    )


def test_findings_and_their_observations_hold_no_secret():
    _, diagnosis = judge_live(None, leaky())
    assert diagnosis.causes[0].rule == "no-signal-handler"
    assert diagnosis.causes[0].observations
    assert PASSWORD not in repr(diagnosis)


def test_what_was_seen_holds_no_secret_after_cleaning():
    cleaned = clean_live(leaky())
    assert PASSWORD not in repr(cleaned)
    assert cleaned.pods[0].name == "shop-1"
    assert cleaned.files is not None
    assert cleaned.files.symptom is Symptom.META_ONLY
    assert cleaned.node_directories[0].backing is Backing.HOST


def test_names_of_files_and_images_stay_as_they_are():
    live = b.live()
    assert clean_live(live) == live
