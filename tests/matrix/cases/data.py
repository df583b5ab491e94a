"""Faults in the data: what an earlier run left, and what happens to the counters after the exit."""

from __future__ import annotations

from tests.matrix.case import BOTH, META_ONLY, WRITABLE, Case, Seed
from tests.matrix.workload import DIRECTORY, PREPARED, Shop, busybox

ON_WORKER = (("worker", WRITABLE),)
MOUNT = [{"name": "coverage", "mountPath": DIRECTORY}]
ARCHIVES = """\
trap '' TERM
while :; do
  for file in /coverdata/covcounters.*; do
    [ -e "$file" ] && mv "$file" "/coverdata/shop-$(basename "$file")" && exit 0
  done
  sleep 0.2
done
"""
CUTS = """\
trap '' TERM
while :; do
  for file in /coverdata/covcounters.*; do
    [ -e "$file" ] && sleep 0.3 && truncate -s 100 "$file" && exit 0
  done
  sleep 0.2
done
"""
USER = {"runAsUser": 65532}


def _beside(name: str, script: str) -> Shop:
    return Shop(volume=PREPARED, beside=(busybox(name, script, volumeMounts=MOUNT, securityContext=USER),))


DATA = (
    Case(
        "stale-data",
        Shop(volume=PREPARED),
        "stale-data",
        BOTH,
        nodes=ON_WORKER,
        seed=Seed("cover"),
        why="files of the same build, two days old",
    ),
    Case(
        "mixed-builds",
        Shop(volume=PREPARED),
        "mixed-builds",
        BOTH,
        nodes=ON_WORKER,
        seed=Seed("older"),
        why="files of an older build; they are stale, too",
    ),
    Case(
        "mixed-covermode",
        Shop(volume=PREPARED),
        "mixed-covermode",
        BOTH,
        nodes=ON_WORKER,
        seed=Seed("set"),
        why="set and atomic in one directory; they are stale and of two builds, too",
    ),
    Case(
        "counters-truncated",
        Shop(volume=PREPARED),
        "counters-truncated",
        BOTH,
        nodes=ON_WORKER,
        seed=Seed("cover", cut=True),
        why="half of the earlier run's counters; they are stale, too",
    ),
    Case(
        "counters-truncated-by-a-sidecar",
        _beside("uploader", CUTS),
        "counters-truncated",
        BOTH,
        nodes=ON_WORKER,
    ),
    Case(
        "counters-renamed",
        _beside("archiver", ARCHIVES),
        "counters-renamed",
        META_ONLY,
        why="a sidecar renames the counters after the exit",
        nodes=ON_WORKER,
    ),
)
