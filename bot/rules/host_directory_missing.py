"""Nobody makes the directory that an extraMount takes from the host.

What it looks at: the hostPath of the extraMount that carries the coverage files, against every mkdir, chmod
and chown that the run makes on the host before it creates the cluster.

Why: Docker makes a missing directory itself, owned by root with mode 0755, where a pod with another uid
cannot write (tried with Docker 20.10); Podman refuses to create the node (`statfs: no such file or
directory`). kubernaut. A pod that runs as root can write to what Docker makes: then this rule is quiet.

How to fix: `mkdir -p DIR && chmod 777 DIR` before `kind create cluster`.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import ClusterCreate, Event
from bot.facts.joints import process_user
from bot.facts.node import ExtraMount
from bot.facts.order import taken_from_host
from bot.facts.path import CoveragePath
from bot.facts.places import cluster_create, inside, made_places, mount_place, mounts_in_reach
from bot.facts.words import known
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY_DOCKER = "Docker makes a missing hostPath as root with mode 0755, where another uid cannot write."
WHY_PODMAN = "Podman does not make a missing hostPath: the node is not created."


@rule(
    "host-directory-missing",
    Link.NODE,
    symptom=Symptom.NOTHING,
    title="Nobody makes the extraMount's directory on the host",
    source="kubernaut; Docker 20.10",
    explains=("gocoverdir-not-writable",),
)
def host_directory_missing(path: CoveragePath) -> Iterator[Hit | Missing]:
    create = cluster_create(path)
    for _, mount in mounts_in_reach(path)[:1]:
        where = mount_place(path, mount)
        if create is None or where is None or not known(where) or _made(path, mount, where, create):
            return
        podman = _with_podman(path)
        user = process_user(path)
        if not podman and (user.uid in (0, None) or not taken_from_host(path)):
            return
        yield Hit(
            f"Nothing makes {mount.host_path} before the cluster is created"
            + ("." if podman else f", and the process runs as uid {user.uid}."),
            WHY_PODMAN if podman else WHY_DOCKER,
            Fix(
                f"`mkdir -p {mount.host_path} && chmod 777 {mount.host_path}` before {create.evidence.place}."
            ),
            (mount.evidence, create.evidence, *_user_evidence(user.said_by, podman)),
            Certainty.LIKELY if not podman else Certainty.POSSIBLE,
        )


def _made(path: CoveragePath, mount: ExtraMount, where: str, create: ClusterCreate) -> bool:
    """Whether a directory that may be this one is made before the cluster (or at an unknown place)."""
    for place, made in made_places(path):
        early = made.order < create.order
        if early and (inside(where, place) is not False or inside(place, where) is True):
            return True
    return where in ("/tmp", "/var/tmp") or mount.host_path in (".", "./")


def _with_podman(path: CoveragePath) -> bool:
    """Whether the run's container tool is podman and nothing else."""
    tools = {getattr(event, "tool", "").split(" ")[0] for event in path.timeline if isinstance(event, Event)}
    return "podman" in tools and "docker" not in tools


def _user_evidence(said_by: object, podman: bool) -> tuple[Evidence, ...]:
    evidence = getattr(said_by, "evidence", None)
    return (evidence,) if isinstance(evidence, Evidence) and not podman else ()
