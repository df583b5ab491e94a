"""Suspected causes ruled on: folklore by experiments, the rest by the example; loud and quiet cases."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.model import Certainty, Effect, Evidence, Link, Missing, Symptom
from knowledge.answering.folklore import ARTICLES, settling
from knowledge.answering.model import Ruling, Side, SuspectRuling
from knowledge.answering.proofs import Proofs
from knowledge.answering.suspects import rule_on_suspects
from knowledge.experiments.model import Outcome
from knowledge.experiments.registry import all_experiments
from knowledge.experiments.results import load_results
from knowledge.library import shipped_articles
from knowledge.requests import read_request
from knowledge.requests.model import HelpRequest, Mention, Suspect, SymptomReport
from knowledge.requests.topics import suspected_rules
from tests.knowledge.answering.sides import PROOFS, SERVICES, side

DOCKERFILE = "docker/data-storage.Dockerfile"
MANIFEST = "test/infrastructure/datastorage.go"
KIND = "test/infrastructure/kind-datastorage-config.yaml"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The example's datastorage: its pod runs on a node without the mount."""
    return side(tmp_path_factory.mktemp("ours"), service="datastorage")


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The same with the pod on the worker: nothing is wrong with it."""
    selector = (MANIFEST, '"node-role.kubernetes.io/control-plane": ""', '"kubernetes.io/os": "linux"')
    toleration = (MANIFEST, 'Key:      "node-role.kubernetes.io/control-plane"', 'Key:      "x"')
    found = side(tmp_path_factory.mktemp("healthy"), selector, toleration, service="datastorage")
    assert "extramount-wrong-node" not in {cause.rule for cause in found.diagnosis.causes}
    return found


def ruled(
    text: str, ours: Side | None, proofs: Proofs = PROOFS, symptom: Symptom | None = Symptom.NOTHING
) -> SuspectRuling:
    """One suspicion in its words, ruled on."""
    request = HelpRequest("", "", "", suspects=(Suspect(text, 1, *suspected_rules(text)),))
    request = replace(request, symptoms=(SymptomReport("empty", 1, symptom),))
    (ruling,) = rule_on_suspects(request, ours, proofs)
    return ruling


def places(ruling: SuspectRuling) -> set[str]:
    return {each.place for each in ruling.evidence}


@pytest.mark.parametrize(
    ("text", "experiment", "place"),
    [
        ("Does `COPY --from=builder` lose it?", "copied", f"{DOCKERFILE}:20"),
        ('Does `-extldflags "-static"` break it?', "static", f"{DOCKERFILE}:16"),
        ("Is distroless too small?", "scratch", f"{DOCKERFILE}:19"),
        ("the binary is stripped (-s -w)", "stripped", f"{DOCKERFILE}:16"),
        ("the non-root user", "non-root", f"{MANIFEST}:95"),
        ("-trimpath", "trimpath", None),
        ("-installsuffix cgo", "installsuffix", None),
        ("we use `go build -a`", "rebuild-all", None),
        ("the directory is a symlink", "symlinked-directory", None),
    ],
)
def test_folklore(ours: Side, text: str, experiment: str, place: str | None) -> None:
    ruling = ruled(text, ours)
    assert ruling.ruling is Ruling.NOT_A_CAUSE
    assert ruling.proofs[0].experiment == experiment
    assert ruling.text.startswith(ruling.proofs[0].claim.rstrip("."))
    assert places(ruling) == ({place} if place else set())
    assert ruled(text, None).ruling is Ruling.NOT_A_CAUSE


def test_folklore_says_where_it_does_not_stand(ours: Side, tmp_path: Path) -> None:
    static = ruled('Does `-extldflags "-static"` break it?', ours)
    assert "only in a build that is not taken with coverage on" in static.text
    base = (DOCKERFILE, "gcr.io/distroless/static-debian12:nonroot", "debian:12")
    other = ruled("Is distroless too small?", side(tmp_path, base, service="datastorage"))
    assert "does not stand on distroless but on debian:12" in other.text


def test_every_kind_has_an_article_and_a_proof() -> None:
    shipped = {Path(each.name).stem for each in shipped_articles().iterdir()}
    for kind, article in ARTICLES.items():
        assert article in shipped
        assert settling(kind, PROOFS), kind


def test_an_experiment_that_stopped_reproducing_settles_nothing(ours: Side) -> None:
    outcomes: list[Outcome] = [replace(each, reproduced=False) for each in load_results()]
    for proofs in (Proofs(outcomes), Proofs(())):
        ruling = ruled("Is distroless too small?", ours, proofs)
        assert ruling.ruling is Ruling.OPEN
        assert ruling.proofs == ()
        assert "No experiment that reproduced settles it (distroless)" in ruling.text


def test_what_only_stands_beside_a_folk_cause_does_not_settle_it() -> None:
    """That a stripped binary keeps its build info is no proof that it writes coverage."""
    beside = {each.id for each in all_experiments() if "not-a-cause" not in each.supports}
    assert "build-info" in beside
    assert not beside & {proof.experiment for proof in settling("strip", PROOFS)}


def test_half_of_it(ours: Side) -> None:
    """The paths of the mounts agree, and yet the mount is on a node that the pod does not run on."""
    ruling = ruled("Volume mount complexity: Host → Kind Node → Pod", ours)
    assert ruling.ruling is Ruling.THE_CAUSE
    assert ruling.text.startswith("Half of it: GOCOVERDIR (")
    assert "are the same, /coverdata" in ruling.text
    assert "The pod runs on control-plane" in ruling.text
    assert {f"{MANIFEST}:129", f"{MANIFEST}:137", f"{MANIFEST}:154", f"{KIND}:9"} <= places(ruling)


def test_not_here(healthy: Side) -> None:
    ruling = ruled("Volume mount complexity: Host → Kind Node → Pod", healthy)
    assert ruling.ruling is Ruling.NOT_HERE, ruling.text
    assert ruling.text.startswith("Your path is right in this point: GOCOVERDIR (")
    assert {f"{MANIFEST}:129", f"{MANIFEST}:137", f"{MANIFEST}:154", f"{KIND}:9"} <= places(ruling)


def test_the_cause(tmp_path: Path) -> None:
    other = side(tmp_path, (MANIFEST, '{Path: "/coverdata"', '{Path: "/tmp/coverage"'), service="datastorage")
    rules = {cause.rule for cause in (*other.diagnosis.causes, *other.diagnosis.folded)}
    assert rules & {"path-mismatch", "extramount-missing"}
    ruling = ruled("the volume mount", other)
    assert ruling.ruling is Ruling.THE_CAUSE
    assert not ruling.text.startswith("Half")
    assert ruling.evidence


def test_what_has_nothing_to_look_at_is_open(tmp_path: Path) -> None:
    """No GOCOVERDIR, so no mount to follow: rules that are silent then say nothing of the mount."""
    line = 'env = append(env, corev1.EnvVar{Name: "GOCOVERDIR", Value: "/coverdata"})'
    unset = side(tmp_path, (MANIFEST, line, "_ = env"), service="datastorage")
    ruling = ruled("the volume mount", unset)
    assert ruling.ruling is Ruling.OPEN
    assert "no mount to follow" in ruling.text
    assert ruled("GOCOVERDIR is not set", unset).ruling is Ruling.THE_CAUSE


def test_a_gap_keeps_it_open(healthy: Side) -> None:
    place = Evidence(KIND, 1, 1, "kind: Cluster")
    gap = Missing("the extraMounts", "they hide behind a variable", Link.NODE, evidence=place)
    diagnosis = replace(healthy.diagnosis, missing=(gap,))
    ruling = ruled("the volume mount", Side(healthy.path, diagnosis))
    assert ruling.ruling is Ruling.OPEN
    assert "the extraMounts: they hide behind a variable" in ruling.text
    assert f"{KIND}:1" in places(ruling)
    elsewhere = replace(healthy.diagnosis, missing=(replace(gap, link=Link.REPORT),))
    assert ruled("the volume mount", Side(healthy.path, elsewhere)).ruling is Ruling.NOT_HERE


def test_files_taken_for_their_names_settle_nothing(healthy: Side) -> None:
    guessed = Side(replace(healthy.path, guessed=frozenset({Link.NODE})), healthy.diagnosis)
    assert ruled("the volume mount", guessed).ruling is Ruling.OPEN


def test_possible(ours: Side) -> None:
    found = tuple(
        replace(cause, certainty=Certainty.POSSIBLE, rule="path-mismatch") for cause in ours.diagnosis.causes
    )
    ruling = ruled("path mismatch", Side(ours.path, replace(ours.diagnosis, causes=found)))
    assert ruling.ruling is Ruling.POSSIBLE
    assert ruling.text.startswith("It may be so: ")


def test_folded_into_another(ours: Side) -> None:
    first = replace(ours.diagnosis.causes[0], explains=("path-mismatch",))
    folded = replace(first, rule="path-mismatch", summary="The paths differ.", explains=())
    diagnosis = replace(ours.diagnosis, causes=(first,), folded=(folded,))
    ruling = ruled("path mismatch", Side(ours.path, diagnosis))
    assert ruling.ruling is Ruling.THE_CAUSE
    assert ruling.text == f"The paths differ. It follows from another: {first.summary}"


def test_what_only_degrades_does_not_empty(ours: Side) -> None:
    found = replace(ours.diagnosis.causes[0], rule="stale-image", effect=Effect.DEGRADES)
    diagnosis = replace(ours.diagnosis, causes=(found,))
    ruling = ruled("a stale image", Side(ours.path, diagnosis))
    assert ruling.ruling is not Ruling.THE_CAUSE
    assert "does not leave the directory empty" in ruling.text
    both = ruled("a stale image", Side(ours.path, diagnosis), symptom=Symptom.BOTH)
    assert both.ruling is Ruling.THE_CAUSE


def test_what_only_a_run_shows_is_open(ours: Side) -> None:
    ruling = ruled("Graceful shutdown does not flush", ours)
    assert ruling.ruling is Ruling.OPEN
    assert "cmd/datastorage/main.go:25 handles SIGTERM" in ruling.text
    assert "shutdown-blocked" in ruling.text
    assert ruled("Out of memory?", ours).ruling is Ruling.OPEN


def test_folklore_and_more(healthy: Side, tmp_path: Path) -> None:
    """A user that is not root is none as such; whether it may write is the other half."""
    text = "A non-root user without permission to write"
    assert ruled(text, healthy).ruling is Ruling.NOT_A_CAUSE
    context = "&corev1.PodSecurityContext{RunAsUser: &root, RunAsGroup: &root}"
    tolerated = 'Key:      "node-role.kubernetes.io/control-plane"'
    found = side(
        tmp_path, (MANIFEST, context, "nil"), (MANIFEST, tolerated, tolerated), service="datastorage"
    )
    ruling = ruled(text, found)
    assert ruling.ruling is not Ruling.NOT_A_CAUSE
    assert "alf of it" in ruling.text
    assert ruling.proofs


@pytest.mark.parametrize("service", ["ours", None])
def test_what_nobody_understands_stays_open(ours: Side, service: str | None) -> None:
    ruling = ruled("the phase of the moon", ours if service else None)
    assert ruling.ruling is Ruling.OPEN
    assert ruling.text == "No known cause is meant by it, so nothing of it was checked."
    assert ruling.evidence == ()
    assert ruling.proofs == ()


def test_without_a_side_rules_stay_open() -> None:
    ruling = ruled("the volume mount", None)
    assert ruling.ruling is Ruling.OPEN
    assert "which service asks" in ruling.text


def test_a_service_that_is_only_guessed(ours: Side) -> None:
    mention = Mention("x", 1, "datastorage", Certainty.POSSIBLE, "the only service that is named")
    suspects = (
        Suspect("the volume mount", 1, ("path-mismatch",)),
        Suspect("distroless", 2, (), ("distroless",)),
    )
    request = HelpRequest("", "", "", suspects=suspects, service=mention)
    found = rule_on_suspects(request, ours, PROOFS)
    assert [each.ruling for each in found] == [Ruling.OPEN, Ruling.NOT_A_CAUSE]
    assert "only a guess" in found[0].text
    assert found[1].evidence == ()


def test_all_suspects_of_a_request_in_order(ours: Side) -> None:
    text = """# Request

**From**: Data Storage Team

## We suspect

- Static linking breaks coverage
- The volume mount
- The phase of the moon
"""
    request = read_request(text, known=SERVICES)
    found = rule_on_suspects(request, ours, PROOFS)
    assert [each.ruling for each in found] == [Ruling.NOT_A_CAUSE, Ruling.THE_CAUSE, Ruling.OPEN]
