"""Coverage paths made by hand, for questions about facts that no file has to be read for.

`healthy()` is a service whose files are copied from the one worker of a two-node cluster.
"""

from __future__ import annotations

from dataclasses import replace

from bot.facts.build import Dockerfile, MainPackage, Setting, Stage
from bot.facts.events import (
    ClusterCreate,
    Copy,
    Deploy,
    DirectoryMake,
    Event,
    ImageBuild,
    Report,
    Stop,
    Teardown,
    Wait,
)
from bot.facts.node import ExtraMount, KindConfig, KindNode
from bot.facts.path import CoveragePath
from bot.facts.workload import Container, EnvVar, Toleration, Volume, VolumeMount, Workload
from bot.model import Certainty, Evidence, Finding, RepoRef, Service
from bot.rules.registry import all_rules

RULES = {rule.id: rule for rule in all_rules()}
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def at(line: int, path: str = "hack/e2e.sh") -> Evidence:
    return Evidence(path, line, line, "")


def setting(name: str, value: str | None, line: int = 1) -> Setting:
    return Setting(name, value, at(line, "shop.yaml"))


def mount(host: str = "/tmp/out", container: str = "/coverdata") -> ExtraMount:
    return ExtraMount(host, container, at(9, "kind.yaml"))


def node(role: str = "worker", suffix: str = "worker", *mounts: ExtraMount) -> KindNode:
    return KindNode(role, suffix, at(5 if role == "worker" else 4, "kind.yaml"), mounts)


def kind(*nodes: KindNode) -> KindConfig:
    return KindConfig("kind.yaml", nodes, at(1, "kind.yaml"))


TWO_NODES = kind(node("control-plane", "control-plane"), node())

WORKLOAD = Workload(
    kind="Deployment",
    name="shop",
    namespace="shop-e2e",
    evidence=at(1, "shop.yaml"),
    origin="yaml",
    containers=(
        Container(
            name="shop",
            image=setting("image", "shop:e2e", 10),
            evidence=at(10, "shop.yaml"),
            env=(EnvVar("GOCOVERDIR", "/coverdata", at(12, "shop.yaml")),),
            mounts=(VolumeMount("coverage", "/coverdata", at(14, "shop.yaml")),),
        ),
    ),
    volumes=(Volume("coverage", "hostPath", at(17, "shop.yaml"), path="/coverdata"),),
)

PINNED = replace(
    WORKLOAD,
    node_selector=(setting(CONTROL_PLANE, "", 7),),
    tolerations=(Toleration(CONTROL_PLANE, "Exists", "", "NoSchedule", at(8, "shop.yaml")),),
)

MAIN = MainPackage("cmd/shop", "x/cmd/shop", ("main.go",), at(3, "cmd/shop/main.go"), handles_sigterm=True)

CREATE = ClusterCreate(evidence=at(2), name="shop", config="kind.yaml", cwd="")
DEPLOY = Deploy(evidence=at(3), method="kubectl apply", workloads=("shop",), cwd="")
SCALE = Stop(evidence=at(4), method="scale", target="deployment/shop", cwd="")
WAIT = Wait(evidence=at(5), method="deleted", target="app=shop", cwd="")
COPY = Copy(
    evidence=at(6),
    tool="docker cp",
    where="node",
    node="shop-worker",
    source="/coverdata",
    contents_only=True,
    destination="/tmp/out",
    cwd="",
)
REPORT = Report(evidence=at(7), verb="percent", inputs=("/tmp/out",), cwd="")
DELETE = Teardown(evidence=at(8), what="cluster", name="shop", cwd="")
BUILD = ImageBuild(evidence=at(1), tool="docker", dockerfile="Dockerfile", tags=("shop:e2e",), cwd="")
MAKE = DirectoryMake(evidence=at(1), path="/tmp/out", mode=0o777, chmod=True, cwd="")


def run(*events: Event) -> tuple[Event, ...]:
    """A timeline in this order."""
    return tuple(replace(event, order=place) for place, event in enumerate(events))


def dockerfile(base: str = "gcr.io/distroless/static-debian12:nonroot") -> Dockerfile:
    stage = Stage(0, None, base, at(1, "Dockerfile"))
    return Dockerfile("Dockerfile", (stage,), (), 0)


def healthy(*events: Event, **changes: object) -> CoveragePath:
    """A path on which nothing is wrong; `events` replace the timeline, `changes` any field."""
    timeline = events or (BUILD, CREATE, DEPLOY, SCALE, WAIT, COPY, REPORT, DELETE)
    path = CoveragePath(
        service=Service("shop", {}),
        repo=RepoRef("acme/shop", "0" * 40),
        main=MAIN,
        dockerfile=dockerfile(),
        image_builds=(BUILD,),
        workload=WORKLOAD,
        kind=TWO_NODES,
        timeline=run(*timeline),
    )
    return replace(path, **changes)  # type: ignore[arg-type]


def findings(rule: str, path: CoveragePath) -> list[Finding]:
    return [item for item in RULES[rule].run(path) if isinstance(item, Finding)]


def gaps(rule: str, path: CoveragePath) -> list[str]:
    return [item.what for item in RULES[rule].run(path) if not isinstance(item, Finding)]


def certainty(rule: str, path: CoveragePath) -> Certainty | None:
    """How sure the rule's first finding is, None when it is quiet."""
    return next((finding.certainty for finding in findings(rule, path)), None)
