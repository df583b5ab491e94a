"""Live runs made by hand, as the probes would see them. `healthy()` is a service on a Kind worker whose
files reach the host; every function changes one thing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.facts.build import Setting
from bot.facts.live import (
    Backing,
    BinarySeen,
    DirectorySeen,
    Ended,
    EventSeen,
    FileSeen,
    FilesSeen,
    Live,
    NodeDirectory,
    NodeSeen,
    PodSeen,
    ProcessSeen,
    StopSeen,
)
from bot.facts.workload import Container, EnvVar, Volume, VolumeMount, Workload
from bot.model import Evidence, Observation, Symptom

TAG = "0123456789abcdef0123456789abcdef"
META = FileSeen(f"covmeta.{TAG}", 1200, 1000.0)
COUNTERS = FileSeen(f"covcounters.{TAG}.1.1795400000000000000", 300, 1020.0)
OBJECT = "cluster:shop-e2e/Deployment/shop"
DIRECTORY = "/var/coverage"


def at(line: int) -> Evidence:
    return Evidence(OBJECT, line, line, "")


def seen(probe: str, text: str = "seen", about: str = "pod shop-1") -> Observation:
    return Observation(probe, about, text, "2026-11-23T01:00:00Z")


def setting(name: str, value: str | None, line: int = 5) -> Setting:
    return Setting(name, value, at(line))


def workload(**changes: Any) -> Workload:
    """The live Deployment, the same as `tests/rules/base/script` deploys."""
    container = Container(
        name="shop",
        image=setting("image", "shop:coverage", 20),
        evidence=at(20),
        env=(EnvVar("LOG_LEVEL", "debug", at(21)), EnvVar("GOCOVERDIR", DIRECTORY, at(23))),
        mounts=(VolumeMount("coverage", DIRECTORY, at(28)),),
    )
    made = Workload(
        kind="Deployment",
        name="shop",
        namespace="shop-e2e",
        evidence=at(1),
        origin="yaml",
        containers=(container,),
        volumes=(Volume("coverage", "hostPath", at(31), path=DIRECTORY, host_type="DirectoryOrCreate"),),
        replicas=setting("replicas", "1", 8),
        grace_seconds=setting("terminationGracePeriodSeconds", "30", 33),
    )
    return replace(made, **changes)


def with_container(**changes: Any) -> Workload:
    """The live Deployment with its container changed."""
    made = workload()
    return replace(made, containers=(replace(made.containers[0], **changes),))


def environment(value: str | None) -> tuple[EnvVar, ...]:
    return () if value is None else (EnvVar("GOCOVERDIR", value, at(23)),)


def process(**changes: Any) -> ProcessSeen:
    made = ProcessSeen(
        first=("/shop",),
        pid=1,
        argv=("/shop",),
        exe="/shop",
        cwd="/",
        uid=10001,
        gid=10001,
        gocoverdir=DIRECTORY,
        environment_read=True,
        shell=None,
        children=0,
        seen=seen("process"),
    )
    return replace(made, **changes)


def binary(**changes: Any) -> BinarySeen:
    made = BinarySeen(
        path="/shop",
        go="go1.26.8",
        cover=True,
        hook=True,
        rule=None,
        main="example.com/shop/cmd/shop",
        module="example.com/shop",
        settings={"-cover": "true"},
        seen=seen("binary"),
    )
    return replace(made, **changes)


PLAIN = binary(cover=False, hook=False, rule="not-instrumented", settings={})


def directory(**changes: Any) -> DirectorySeen:
    made = DirectorySeen(
        path=DIRECTORY,
        kind="directory",
        uid=0,
        gid=0,
        mode="777",
        fstype="ext4",
        mount_point=DIRECTORY,
        mount_root="/tmp/shop-coverage",
        read_only=False,
        writable=True,
        error="",
        volume="coverage",
        entries=(META,),
        seen=seen("directory"),
    )
    return replace(made, **changes)


OWN_LAYER = directory(volume=None, fstype="overlay", mount_point="/", mount_root="/", uid=10001, mode="755")
DENIED = directory(writable=False, mode="755", error="can't create: Permission denied", entries=())


def ended(code: int = 0, reason: str = "", signal: int | None = None) -> Ended:
    return Ended(code, reason or ("Completed" if code == 0 else "Error"), signal)


def stop(code: int = 0, seconds: float = 0.3, grace: int = 30, **changes: Any) -> StopSeen:
    reason, signal = changes.pop("reason", ""), changes.pop("signal", None)
    made = StopSeen(seconds, grace, ended(code, reason, signal), (), (), False, seen("stop"))
    return replace(made, **changes)


KILLED = stop(137, 30.2)


def pod(name: str = "shop-1", **changes: Any) -> PodSeen:
    """A pod that ran well; observations of its parts are about it."""
    made = PodSeen(
        name=name,
        uid=f"uid-{name}",
        node="shop-control-plane",
        phase="Running",
        container="shop",
        image="shop:coverage",
        image_id="sha256:" + "a" * 64,
        restarts=0,
        seen=seen("workload"),
        ready=True,
        started_at=990.0,
        process=process(),
        binary=binary(),
        directory=directory(),
        stop=stop(),
    )
    made = replace(made, **changes)
    parts = {key: getattr(made, key) for key in ("process", "binary", "directory", "stop")}
    about = f"pod {name}"
    named = {k: replace(v, seen=replace(v.seen, about=about)) for k, v in parts.items() if v is not None}
    return replace(made, seen=replace(made.seen, about=about), **named)


def not_running(waiting: str, message: str = "", **changes: Any) -> PodSeen:
    """A pod whose container does not run: nothing but its status was seen."""
    made = {"process": None, "binary": None, "directory": None, "stop": None, "ready": False}
    return pod(**{**made, "phase": "Pending", "waiting": waiting, "waiting_message": message, **changes})


def files(symptom: Symptom = Symptom.BOTH, **changes: Any) -> FilesSeen:
    new = {
        Symptom.NOTHING: (),
        Symptom.META_ONLY: (META,),
        Symptom.COUNTERS_ONLY: (COUNTERS,),
        Symptom.BOTH: (META, COUNTERS),
    }[symptom]
    made = FilesSeen(
        volume="hostPath",
        where=f"{DIRECTORY} on shop-control-plane",
        symptom=symptom,
        new=new,
        stale=(),
        folder="/tmp/copies" if new else None,
        problems=(),
        seen=seen("files", symptom.value, "the files"),
    )
    return replace(made, **changes)


def node(name: str = "shop-control-plane", role: str = "control-plane") -> NodeSeen:
    return NodeSeen(name, (role,), True, True)


def behind(
    backing: Backing = Backing.HOST, on: str = "shop-control-plane", path: str = DIRECTORY
) -> NodeDirectory:
    """What stands behind the hostPath on a node."""
    return NodeDirectory(
        on, path, True, 0, 0, "777", "ext4", "/tmp/shop-coverage", backing, seen("node", about=f"node {on}")
    )


def event(reason: str, message: str) -> EventSeen:
    return EventSeen("Warning", reason, message, "pod/shop-1", 3, 1000.0, seen("events", message))


def live(*pods: PodSeen, **changes: Any) -> Live:
    """A healthy run of these pods; `changes` replace any field."""
    made = Live(
        service="shop",
        cluster="kind-shop",
        namespace="shop-e2e",
        target="deployment/shop",
        container="shop",
        workload=workload(),
        pods=pods or (pod(),),
        nodes=(node(),),
        node_directories=(behind(),),
        files=files(),
        stopped=True,
    )
    return replace(made, **changes)


def nothing(*pods: PodSeen, **changes: Any) -> Live:
    """A run after which nothing was there."""
    return live(*pods, **{"files": files(Symptom.NOTHING), **changes})


def meta_only(*pods: PodSeen, **changes: Any) -> Live:
    """A run after which only covmeta was there."""
    return live(*pods, **{"files": files(Symptom.META_ONLY), **changes})
