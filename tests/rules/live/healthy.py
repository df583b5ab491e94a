"""Runs in which nothing is wrong, each with something that looks like a fault: (what, the run)."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.live import Backing, Live
from bot.facts.workload import Container, Volume, VolumeMount
from bot.model import Link, Missing
from tests.rules.live import builders as b
from tests.rules.live.faults import EMPTY_DIR, two_nodes

CLAIM = (Volume("coverage", "persistentVolumeClaim", b.at(31), claim="coverage"),)


def shared_empty_dir() -> Live:
    own = b.workload().containers[0]
    mount = VolumeMount("coverage", "/out", b.at(45))
    collector = Container("collector", b.setting("image", "busybox:1.36"), b.at(40), mounts=(mount,))
    volumes = (Volume("coverage", "emptyDir", b.at(31)),)
    workload = b.workload(containers=(own, collector), volumes=volumes)
    return b.live(workload=workload, node_directories=(), files=b.files(volume="emptyDir"))


LONE: tuple[tuple[str, Live], ...] = (
    ("emptyDir", b.live(workload=b.workload(volumes=EMPTY_DIR), node_directories=())),
    ("no extraMount", b.live(node_directories=(b.behind(Backing.NODE),))),
    ("extraMount on the other node", two_nodes(Backing.NODE, Backing.HOST)),
    ("tmpfs of the node", b.live(node_directories=(b.behind(Backing.TMPFS),))),
)
"""Healthy as long as no repo says that the files are wanted elsewhere."""

HEALTHY: tuple[tuple[str, Live], ...] = (
    ("plain", b.live()),
    ("root", b.live(b.pod(process=b.process(uid=0, gid=0), directory=b.directory(mode="755")))),
    (
        "root without permission by the mode",
        b.live(b.pod(process=b.process(uid=0, gid=0), directory=b.directory(uid=1000, mode="700"))),
    ),
    ("extraMount on every node", two_nodes(Backing.HOST, Backing.HOST)),
    (
        "claim",
        b.live(
            workload=b.workload(volumes=CLAIM),
            node_directories=(),
            files=b.files(volume="persistentVolumeClaim"),
        ),
    ),
    (
        "three replicas",
        b.live(
            b.pod("shop-1"),
            b.pod("shop-2"),
            b.pod("shop-3"),
            workload=b.workload(replicas=b.setting("replicas", "1", 8)),
        ),
    ),
    (
        "ends after 25 s of 30 s",
        b.live(b.pod(stop=b.stop(0, 25.0, lines=("draining", "draining", "draining", "done")))),
    ),
    ("restarted, on a volume", b.live(b.pod(restarts=2, last=b.ended(137, "OOMKilled")))),
    ("behind tini", b.live(b.pod(process=b.process(first=("tini", "--", "/shop"), pid=7, children=1)))),
    ("sh that became the service", b.live(b.pod(process=b.process(argv=("/shop", "-v"), exe="/shop")))),
    (
        "a shell that passes the signal on",
        b.live(b.pod(process=b.process(first=("bash", "run.sh"), pid=9, shell="bash", children=1))),
    ),
    ("exits with a code of its own", b.live(b.pod(stop=b.stop(2, 0.3)))),
    ("exits with 143 by itself", b.live(b.pod(stop=b.stop(143, 0.3)))),
    ("killed after it wrote", b.live(b.pod(stop=b.KILLED))),
    ("symlinked directory", b.live(b.pod(directory=b.directory(kind="symlink")))),
    (
        "subdirectory of the mount",
        b.live(
            b.pod(
                process=b.process(gocoverdir="/var/coverage/./"),
                directory=b.directory(path="/var/coverage"),
            )
        ),
    ),
    ("shared emptyDir", shared_empty_dir()),
    ("another filesystem", b.live(b.pod(directory=b.directory(fstype="virtiofs")))),
    ("no probe could look inside", b.live(b.pod(process=None, binary=None, directory=None))),
    (
        "something was not read on the way",
        b.live(
            missing=(Missing("the binary", "no permission for ephemeral containers", Link.BUILD),),
        ),
    ),
    ("grace period of 5 s kept", b.live(b.pod(stop=b.stop(0, 0.1, 5)))),
    (
        "binary of an older Go",
        b.live(b.pod(binary=b.binary(go="go1.20.14", cover=None, settings={}))),
    ),
    ("events of the start", b.live(events=(replace(b.event("Unhealthy", "probe failed"), count=1),))),
)
