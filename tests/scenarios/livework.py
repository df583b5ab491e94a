"""A cluster that is played: LiveWork with plans, progress and results as a test wants them.

The coverage files of a result are real ones, written by the project's own encoder.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from bot.cluster.plan import Plan, PlannedPod
from bot.covdata import load
from bot.covdata.combine import _Built
from bot.covdata.encode import counter_file, meta_file
from bot.covdata.meta import Package
from bot.covdata.summary import Summary, summarize
from bot.diagnosis import diagnose
from bot.facts.live import Ended, Live, PodSeen, StopSeen
from bot.facts.path import CoveragePath
from bot.live import LiveResult, Progress
from bot.model import Finding, Missing, Observation, RepoRef, Service, Symptom
from tests.scenarios.factwork import REPO, facts

SEEN = Observation("stop", "pod datastorage-7f", "ended with exit code 0 after 1.5 s", "2026-11-23T01:00:00Z")
PLAN = Plan(
    service="datastorage",
    cluster="kind-dev",
    namespace="team-a",
    kind="Deployment",
    name="datastorage",
    uid="u-1",
    generation=3,
    replicas=1,
    container="datastorage",
    pods=(PlannedPod("datastorage-7f", "p-1", "dev-worker", 30),),
    owners=("Helm release shop",),
    others=("deployment/gateway",),
    warnings=("An autoscaler may scale it up again.",),
    longest=60,
)
POD = PodSeen(
    name="datastorage-7f",
    uid="p-1",
    node="dev-worker",
    phase="Running",
    container="datastorage",
    image="shop/datastorage:e2e",
    image_id="sha256:1",
    restarts=0,
    seen=SEEN,
    stop=StopSeen(1.5, 30, Ended(0, "Completed"), (), (), False, SEEN),
)


def write_coverage(folder: Path, packages: dict[str, tuple[int, int]], pad: int = 0) -> Path:
    """A covmeta and a covcounters file for packages of so many statements, of which so many ran; `pad`
    bytes of an empty counter file's name beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    blobs, ran = [], []
    for number, (path, (statements, covered)) in enumerate(packages.items()):
        name = path.rpartition("/")[2]
        built = _Built(Package(path, name, "example.com/shop", b"", number, 2))
        for place, (function, count) in enumerate((("Run", covered), ("Rest", statements - covered))):
            units = np.array([[place * 9 + 1, 1, place * 9 + 5, 2, count]], np.uint32)
            built.function(function, f"{path}/{name}.go", False, units)
        blobs.append(built.blob())
        if covered:
            ran.append((number, 0, np.array([1], np.uint64)))
    digest, meta = meta_file(blobs, 1, 1)
    (folder / f"covmeta.{digest.hex()}").write_bytes(meta)
    counters = counter_file(digest, ran, {"argc": "1", "argv0": "x", "GOOS": "linux", "GOARCH": "amd64"})
    (folder / f"covcounters.{digest.hex()}.1.{time.time_ns()}").write_bytes(counters)
    if pad:
        with (folder / f"covcounters.{digest.hex()}.2.{time.time_ns()}").open("wb") as file:
            file.truncate(pad)
    return folder


@dataclass
class PlayedWork:
    """Plays a cluster. `before_run` runs at the start of every run with its id; `packages` are what the
    run's files hold (None: the process wrote nothing)."""

    folder: Path
    plan_made: Plan = PLAN
    findings: Sequence[Finding] = ()
    missing: Sequence[Missing] = ()
    observations: Sequence[Observation] = (SEEN,)
    packages: dict[str, tuple[int, int]] | None = field(
        default_factory=lambda: {"example.com/shop/cart": (80, 60), "example.com/shop/store": (200, 50)}
    )
    before_plan: Callable[[], None] = lambda: None
    before_run: Callable[[str, Progress], None] = lambda _id, _tell: None
    restored: tuple[str, ...] = ("deployment/datastorage is back at 1 replica.",)
    pad: int = 0
    named: str | None = None
    """The service's own name in the repo, where another one was asked for."""
    planned: list[tuple[str | None, str | None, str, str | None]] = field(default_factory=list)
    ran: list[tuple[str | None, str | None, str, str]] = field(default_factory=list)
    swept: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Be as new."""
        fresh = PlayedWork(self.folder)
        for name in self.__dataclass_fields__:
            if name != "_lock":
                setattr(self, name, getattr(fresh, name))

    def plan(self, repo: str | None, ref: str | None, service: str, namespace: str | None) -> Plan:
        with self._lock:
            self.planned.append((repo, ref, service, namespace))
        self.before_plan()
        return replace(self.plan_made, service=service, namespace=namespace or self.plan_made.namespace)

    def run(
        self, repo: str | None, ref: str | None, plan: Plan, run_id: str, asked_by: str, progress: Progress
    ) -> LiveResult:
        with self._lock:
            self.ran.append((repo, ref, run_id, asked_by))
        started = time.time()
        self.before_run(run_id, progress)
        raw = None
        if self.packages is not None:
            raw = write_coverage(self.folder / run_id / "raw", self.packages, self.pad)
        return self._result(repo, plan, run_id, raw, started)

    def _result(
        self, repo: str | None, plan: Plan, run_id: str, raw: Path | None, started: float
    ) -> LiveResult:
        symptom = Symptom.BOTH if raw else Symptom.NOTHING
        live = Live(
            service=plan.service,
            cluster=plan.cluster,
            namespace=plan.namespace,
            target=plan.target,
            container=plan.container,
            workload=None,
            pods=(POD,),
            nodes=(),
            stopped=True,
            restored=self.restored,
            observations=tuple(self.observations),
        )
        ref = replace(REPO, name=repo) if repo else RepoRef("", "")
        return LiveResult(
            run_id=run_id,
            plan=plan,
            live=live,
            path=CoveragePath(Service(self.named or plan.service, {}), ref, links=facts(plan.service)),
            diagnosis=diagnose(self.findings, (), self.missing, symptom),
            coverage=self._summary(raw),
            folder=str(raw) if raw else None,
            commit=REPO.commit if repo else None,
            started=started,
            seconds=time.time() - started,
        )

    def _summary(self, raw: Path | None) -> Summary | None:
        return None if raw is None or self.pad else summarize(load([raw]))

    def sweep(self) -> tuple[str, ...]:
        with self._lock:
            self.swept += 1
        return ()
