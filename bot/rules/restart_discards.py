"""The process is ended inside its pod, the container restarts, and its files are gone.

What it looks at: how the process is ended (a kill inside the pod), the restart policy, and whether a volume
is mounted where it writes.

Why it empties the figure: a container that ended is started again with a fresh layer; what the old one
wrote outside a volume is lost. The copy finds only the new process's metadata (kubernetes/release#79231).

How to fix: mount a volume at GOCOVERDIR; it outlives the restart.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.events import Copy
from bot.facts.joints import coverage_directory, coverage_mount, gocoverdir, service_container, stops
from bot.facts.path import CoveragePath
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "A restarted container starts with a fresh layer; what the old one wrote outside a volume is lost."


@rule(
    "restart-discards",
    Link.VOLUME,
    title="The restart discards the files",
    source="kubernetes/release#79231",
    symptom=Symptom.META_ONLY,
    explains=("gocoverdir-not-mounted", "gocoverdir-missing"),
)
def restart_discards(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, container = coverage_directory(path), service_container(path)
    if directory is None or container is None or coverage_mount(path) is not None:
        return
    kills = [stop for stop in stops(path) if stop.method == "kill"]
    copies = [c for c in path.events(Copy) if c.where == "pod" and kills and c.order > kills[0].order]
    policy = path.workload.restart_policy if path.workload is not None else None
    if not kills or not copies or (policy is not None and policy.value == "Never"):
        return
    entry = gocoverdir(path)
    yield Hit(
        f"The process is killed in its pod and restarts; {directory} is not on a volume, so its files go.",
        WHY,
        Fix(f"Mount a volume at {directory}."),
        (kills[0].evidence, entry.evidence if entry else container.evidence, copies[0].evidence),
    )
