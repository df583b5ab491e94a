"""The rows of a path: what people, `compare` and JSON read of each link."""

from __future__ import annotations

from pathlib import Path

from bot.facts.build import GoBuild, Guard
from bot.facts.events import Copy, DirectoryMake, Report, Stop, Teardown, Upload, Wait
from bot.facts.path import CoveragePath
from bot.model import LINKS, Evidence, Link, LinkFact, RepoRef, Service
from bot.path.summary import link_facts
from tests.path.shops import shop_path

HERE = Evidence("f", 1, 1)
SWITCH = Guard('E2E = "true"', coverage=True)


def made(*timeline: object, **more: object) -> CoveragePath:
    return CoveragePath(Service("shop", {}), RepoRef("r", "0" * 40), timeline=timeline, **more)  # type: ignore[arg-type]


def rows(path: CoveragePath, link: Link) -> list[tuple[str, str]]:
    return [(fact.name, fact.value) for fact in link_facts(path)[link]]


def test_of_nothing_there_are_no_rows_but_every_link() -> None:
    assert link_facts(made()) == dict.fromkeys(LINKS, ())


def test_a_whole_path_of_a_real_repo(tmp_path: Path) -> None:
    path = shop_path(tmp_path)
    assert ("coverage flags", "-cover") in rows(path, Link.BUILD)
    assert ("user", "10001 (uid 10001)") in rows(path, Link.IMAGE)
    assert ("entrypoint", "/shop (exec form)") in rows(path, Link.IMAGE)
    assert rows(path, Link.RUN)[:3] == [
        ("workload", "Deployment shop"),
        ("container", "shop"),
        ("GOCOVERDIR", "/var/coverage"),
    ]
    assert ("volume", "hostPath /var/coverage (DirectoryOrCreate)") in rows(path, Link.VOLUME)
    assert ("node control-plane", "/tmp/shop-coverage on /var/coverage") in rows(path, Link.NODE)
    assert ("wait", "deleted 60 s") in rows(path, Link.STOP)
    assert ("cluster goes", "shop") in rows(path, Link.COLLECT)
    assert [name for name, _ in rows(path, Link.REPORT)] == ["report", "report"]
    everything = [fact for facts in link_facts(path).values() for fact in facts]
    assert all(fact.evidence is not None and fact.evidence.line > 0 for fact in everything)


def test_a_build_that_is_not_reached_has_no_row_and_unknown_is_said() -> None:
    builds = [
        GoBuild("go", ("go", "build"), HERE, cover=cover, taken=taken)
        for cover, taken in ((None, None), (True, False))
    ]
    assert rows(made(builds=tuple(builds)), Link.BUILD) == [
        ("go build", "go build"),
        ("coverage flags", "unknown"),
    ]
    full = GoBuild("go", ("go",), HERE, cover=True, coverpkg=("./...", "x"), covermode="atomic")
    flags = dict(rows(made(builds=(full,)), Link.BUILD))["coverage flags"]
    assert flags == "-cover -coverpkg=./...,x -covermode=atomic"


def test_switches_are_conditions_each_once() -> None:
    stop = Stop(evidence=HERE, method="scale", target="shop", guards=(SWITCH, SWITCH))
    assert link_facts(made(stop))[Link.STOP] == (LinkFact("stop", "scale shop", HERE, 'E2E = "true"'),)


def test_waits_count_after_the_stop_only() -> None:
    stop = Stop(evidence=HERE, method="delete-pod", target="shop", force=True, order=2)
    waits = [
        Wait(evidence=HERE, method="sleep", seconds=seconds, order=order)
        for seconds, order in ((9, 1), (1.5, 3))
    ]
    assert rows(made(waits[0], stop, waits[1]), Link.STOP) == [
        ("stop", "delete-pod shop force"),
        ("wait", "sleep 1.5 s"),
    ]
    assert rows(made(*waits), Link.STOP) == []


def test_a_copy_on_an_error_path_stands_beside_the_one_it_replaces_only() -> None:
    copy = Copy(evidence=HERE, tool="docker", where="node", source="/cov", node="n", destination="out")
    failed = Guard("err != nil", error_path=True)
    again = Copy(evidence=HERE, tool="podman", where="node", source="/cov", node="n", guards=(failed,))
    logs = Copy(evidence=HERE, tool="docker", where="node", source="/var/log", guards=(failed,))
    facts = link_facts(made(copy, again, logs))[Link.COLLECT]
    assert [(f.value, f.condition) for f in facts] == [
        ("docker n:/cov to out", None),
        ("podman n:/cov", "the call before it fails"),
    ]


def test_directories_uploads_and_teardowns_of_other_things_are_no_rows() -> None:
    mine = DirectoryMake(evidence=HERE, path="/cov", mode=0o777)
    path = made(
        mine,
        DirectoryMake(evidence=HERE, path="/logs"),
        Report(evidence=HERE, verb="percent", inputs=("a", "b")),
        Upload(evidence=HERE, tool="upload-artifact", files=("logs",)),
        Upload(evidence=HERE, tool="codecov"),
        Teardown(evidence=HERE, what="cluster", name="shop"),
    )
    assert rows(path, Link.NODE) == [("directory made", "/cov on the host mode 0777")]
    assert rows(path, Link.REPORT) == [("report", "percent a,b"), ("upload", "codecov")]
    assert rows(path, Link.COLLECT) == [("cluster goes", "shop")]
