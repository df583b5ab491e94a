"""The timeline: what collects coverage files, what comes before what, and what stands between.

Pure questions to a CoveragePath whose timeline has one order. Acts on error paths are left out: they
are not what a run does.
"""

from __future__ import annotations

import re

from bot.facts.events import ClusterCreate, Copy, Deploy, Event, Report, Stop, Teardown, Wait
from bot.facts.joints import coverage_directory, node_directory, service_container, stops
from bot.facts.nodes import mount_on
from bot.facts.path import CoveragePath
from bot.facts.words import clean_path, covers
from bot.model import Certainty, Link

DEFAULT_GRACE = 30
"""terminationGracePeriodSeconds when nobody sets it (Kubernetes API reference)."""

Collection = Copy | Report


def coverage_copies(path: CoveragePath) -> tuple[Copy, ...]:
    """The copies that take coverage files: by source or destination, other copies are left out."""
    written = [d for d in (coverage_directory(path), node_directory(path)) if d is not None]
    reports = data_reports(path)
    read = [clean_path(i) for report in reports for i in report.inputs]
    first = min((report.order for report in reports), default=None)
    return tuple(
        copy
        for copy in path.events(Copy)
        if _takes_coverage(copy, written, read) and not _is_product(copy, first)
    )


def _is_product(copy: Copy, first_report: int | None) -> bool:
    """Whether a copy on the host takes a finished report rather than coverage data."""
    if copy.where != "host":
        return False
    file = re.search(r"\.(txt|out|html|xml|json|cov)$", copy.source) is not None
    return file or (first_report is not None and copy.order > first_report)


def _takes_coverage(copy: Copy, written: list[str], read: list[str]) -> bool:
    if re.search(r"cov(er|data|[-_./\s]|$)", f"{copy.source} {copy.destination or ''}", re.IGNORECASE):
        return True
    source = clean_path(copy.source)
    if any(covers(directory, source) for directory in written):
        return True
    return copy.destination is not None and clean_path(copy.destination) in read


def data_reports(path: CoveragePath) -> tuple[Report, ...]:
    """The `go tool covdata` calls of the run: those read covmeta and covcounters files.

    `covdata func -i=DIR` and `go tool cover -func=FILE` share a verb; a file has an extension.
    """
    return tuple(r for r in path.events(Report) if not reads_profile(r))


def reads_profile(report: Report) -> bool:
    """Whether a report reads a text profile (`go tool cover`) instead of covmeta and covcounters."""
    if report.verb == "html":
        return True
    return report.verb == "func" and any(re.search(r"\.\w+$", each) for each in report.inputs)


def collections(path: CoveragePath) -> tuple[Collection, ...]:
    """What takes the files: the copies, or where nothing is copied the reports that read them."""
    return coverage_copies(path) or data_reports(path)


def sure_collections(path: CoveragePath) -> tuple[Collection, ...]:
    """What takes the files, where it is known how they get to the host: by a copy or an extraMount.

    Nothing else: a copy that was not read may have a stop beside it that was not read either.
    """
    copies = coverage_copies(path)
    if copies or path.kind is None:
        return copies
    directory = node_directory(path)
    carried = directory is not None and any(mount_on(node, directory) for node in path.kind.nodes)
    return data_reports(path) if carried else ()


def taken_from_host(path: CoveragePath) -> tuple[Collection, ...]:
    """What reads the files on the host, when no copy takes them from a node or a pod; else nothing.

    Only then does the path need a Kind extraMount.
    """
    copies = coverage_copies(path)
    if any(copy.where != "host" for copy in copies):
        return ()
    return copies or data_reports(path)


def deployed_at(path: CoveragePath) -> int:
    """The position from which the service runs: its first deployment, 0 when none was read."""
    deploys = path.events(Deploy)
    name = path.workload.name if path.workload else ""
    own = [d for d in deploys if name and name in d.workloads]
    return next((d.order for d in own or deploys), 0)


def stops_before(path: CoveragePath, event: Event) -> tuple[Stop, ...]:
    """The stops of the service between its deployment and an event, in order."""
    start = deployed_at(path)
    return tuple(stop for stop in stops(path) if start <= stop.order < event.order)


def waits_between(path: CoveragePath, first: Event, second: Event) -> tuple[Wait, ...]:
    """The waits between two events."""
    return tuple(w for w in path.events(Wait) if first.order < w.order < second.order)


def teardowns_before(path: CoveragePath, event: Event) -> tuple[Teardown, ...]:
    """What goes before an event; clearing away an older cluster before the set-up is left out."""
    creates = [c.order for c in path.events(ClusterCreate) if c.order < event.order]
    start = max([deployed_at(path), *creates])
    return tuple(t for t in path.events(Teardown) if start <= t.order < event.order)


def grace_seconds(path: CoveragePath, stop: Stop | None = None) -> int | None:
    """How long the pod may take to end: the stop's own, the pod's, else 30; None when unreadable."""
    if stop is not None and stop.grace_seconds is not None:
        return stop.grace_seconds
    if path.workload is None:
        return None
    if path.workload.grace_seconds is None:
        return DEFAULT_GRACE
    value = path.workload.grace_seconds.value or ""
    return int(value) if value.isdecimal() and len(value) < 9 else None


def pre_stop_seconds(path: CoveragePath) -> int:
    """Seconds that a preStop `sleep` holds the signal back; 0 when there is none or it is unreadable."""
    container = service_container(path)
    text = container.pre_stop.value if container and container.pre_stop else None
    found = re.search(r"\bsleep\b\D{0,20}(\d{1,6})", text or "")
    return int(found[1]) if found else 0


def conditional(event: Event) -> bool:
    """Whether an event hangs on a condition other than coverage being on."""
    return any(not guard.coverage for guard in event.guards)


def unread(path: CoveragePath, *links: Link) -> bool:
    """Whether something needed of one of these links, or of no link in particular, was not read.

    "The link has no facts" is no such gap: that nothing is there is what the rules judge.
    """
    empty = {f"the link {link}" for link in links}
    return any(g.needed and (g.link is None or g.link in links) and g.what not in empty for g in path.missing)


def sure(path: CoveragePath, *links: Link) -> Certainty:
    """CERTAIN when all of these links were read, else LIKELY: what was not read may change it."""
    return Certainty.LIKELY if unread(path, *links) else Certainty.CERTAIN


def returns_early(stop: Stop) -> bool:
    """Whether a stop comes back before the process has ended.

    `kubectl scale`, `delete deployment` and `rollout restart` return at once (tried with Kubernetes
    1.34: 0.1 s, the pod still Terminating); so does `helm uninstall` without `--wait`. `kubectl delete
    pod` and `delete namespace` wait by default.
    """
    if stop.waits is not None:
        return not stop.waits
    return stop.method in ("scale", "delete-workload", "helm-uninstall", "rollout-restart")


def flushes_itself(path: CoveragePath) -> bool:
    """Whether the process writes its counters without being stopped from outside.

    A Job or a pod that is not restarted ends by itself; a call of runtime/coverage writes on demand.
    """
    workload, main = path.workload, path.main
    if main is not None and any(fact.kind == "coverage-api" for fact in main.code):
        return True
    if workload is None:
        return False
    ends = workload.restart_policy is not None and workload.restart_policy.value in ("Never", "OnFailure")
    return workload.kind in ("Job", "CronJob") or ends
