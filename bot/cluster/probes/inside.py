"""Looking into the running pods: process, program and directory of each, through one ephemeral container."""

from __future__ import annotations

import posixpath
import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bot.cluster.client import Cluster, Object
from bot.cluster.options import RunOptions
from bot.cluster.probes import binary, directory, log, process
from bot.cluster.probes.access import Access, enter
from bot.cluster.probes.base import records
from bot.cluster.probes.process import Process, candidates
from bot.cluster.probes.session import Session
from bot.cluster.probes.workload import container_of, status_of
from bot.cluster.refusals import clause
from bot.cluster.target import Target
from bot.errors import ClusterError, CovdataError
from bot.facts.live import BinarySeen, DirectorySeen, PodSeen, ProcessSeen
from bot.model import Link, Missing, Observation
from bot.redact import MARK, redact, tells_secret

AT_ONCE = 6
MAX_PODS = 12
SAID = "Go spoke of coverage in the log"
"""How many pods of a workload are looked into; they all come from one template."""
T = TypeVar("T")

LOOK = (
    directory.SCRIPT
    + binary.SCRIPT
    + r"""
exec 2>/dev/null
P=
for p in $CC_PIDS; do
  [ -n "$P" ] || P=$p
  [ "$CC_PIDS" = "$p" ] && break
  case $(search "$p" 'Go buildinf:') in Go*) P=$p; printf 'go=1\0'; break ;; esac
done
printf 'pid=%s\0' "$P"
printf 'exe='; readlink -n "/proc/$P/exe"; printf '\0'
CWD=$(readlink -n "/proc/$P/cwd"); printf 'cwd=%s\0' "$CWD"
printf 'mounts='; head -c 400000 "/proc/$P/mountinfo"; printf '\0'
cat "/proc/$P/environ" >/dev/null || exit 0
printf 'environment=1\0'
program
D=$(tr '\0\n' '\n\1' <"/proc/$P/environ" | grep -m 1 '^GOCOVERDIR=') || exit 0
D=${D#GOCOVERDIR=}
D=$(printf '%s' "$D" | tr '\1' '\n'; echo .); D=${D%.}
printf 'gocoverdir=%s\0' "$D"
case $D in '') ;; /*) look "$D" ;; *) look "$CWD/$D" ;; esac
exit 0
"""
)


@dataclass(slots=True)
class _Look:
    """One pod being looked into, and what is found missing on the way."""

    cluster: Cluster
    pod: PodSeen
    container: Object
    missing: list[Missing] = field(default_factory=list)

    @property
    def about(self) -> str:
        return f"pod {self.pod.name}"

    def lacks(self, what: str, reason: str, link: Link, *, needed: bool = True) -> None:
        self.missing.append(Missing(f"{what} in {self.about}", reason, link, needed))


def look_inside(
    cluster: Cluster, target: Target, pods: Sequence[PodSeen], options: RunOptions, run_id: str
) -> tuple[tuple[PodSeen, ...], tuple[Observation, ...], tuple[Missing, ...]]:
    """The pods with process, binary, directory and first log lines filled in, as far as they can be seen.

    What cannot be seen is missing, with the reason; nothing is raised for the cluster's refusals.
    """
    bodies = {body["metadata"]["name"]: body for body in target.pods}
    wanted = [pod for pod in pods if pod.name in bodies]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="inside") as pool:
        looks = [
            pool.submit(_look_into, cluster, bodies[pod.name], pod, options, run_id)
            for pod in wanted[:MAX_PODS]
        ]
        done = [look.result() for look in looks]
    found = {pod.name: pod for pod, _ in done}
    seen = tuple(found.get(pod.name, pod) for pod in pods)
    missing = [each for _, lacks in done for each in lacks]
    if len(wanted) > MAX_PODS:
        reason = f"only the first {MAX_PODS} of {len(wanted)} pods are looked into"
        missing.append(Missing("the processes of further pods", reason, Link.RUN, needed=False))
    return seen, _observations(seen), tuple(missing)


def _observations(pods: Sequence[PodSeen]) -> tuple[Observation, ...]:
    parts = [part for pod in pods for part in (pod.process, pod.binary, pod.directory) if part is not None]
    logs = [
        log.PROBE.saw(f"pod {pod.name}", SAID, "\n".join(pod.first_coverage_lines))
        for pod in pods
        if pod.first_coverage_lines
    ]
    return (*(part.seen for part in parts), *logs)


def _look_into(
    cluster: Cluster, body: Object, pod: PodSeen, options: RunOptions, run_id: str
) -> tuple[PodSeen, list[Missing]]:
    look = _Look(cluster, pod, container_of(body, pod.container))
    pod = _with_log(look, body)
    status = status_of(body, pod.container)
    if not status.get("containerID") or pod.waiting is not None or "running" not in status.get("state", {}):
        reason = f"its container does not run ({pod.waiting or pod.phase})"
        look.lacks("the process", reason, Link.RUN)
        return pod, look.missing
    access = Access(cluster, body, look.container, status["containerID"], options.image, run_id)
    try:
        return _through(look, access, pod), look.missing
    except ClusterError as error:
        look.lacks("the process", clause(error), Link.RUN)
        return pod, look.missing


def _through(look: _Look, access: Access, pod: PodSeen) -> PodSeen:
    """The pod with what its own process shows. Raises ClusterError."""
    session, processes = enter(access)
    told, session, identity_of = _told(look, access, session, processes)
    by_pid = {str(each.pid): each for each in processes}
    service = by_pid.get(told.get("pid", ""))
    if service is None:
        look.lacks("the process", "no process of its container was found", Link.RUN)
        return pod
    seen = _process(look, told, processes, service)
    binary_seen = _binary(look, told, session, identity_of) if seen.environment_read else None
    return replace(pod, process=seen, binary=binary_seen, directory=_directory(look, told, seen))


def _told(
    look: _Look, access: Access, session: Session, processes: tuple[Process, ...]
) -> tuple[dict[str, str], Session, Process]:
    """What LOOK says of the service's process, as whoever that runs: users are tried in the order of the
    candidates until one has a Go program. Raises ClusterError."""
    order = candidates(processes)
    if not order:
        raise ClusterError("no process of its container was found")
    first: tuple[dict[str, str], Session, Process] | None = None
    for user in dict.fromkeys((each.identity.uid, each.identity.gid) for each in order):
        same = [each for each in order if (each.identity.uid, each.identity.gid) == user]
        pids = " ".join(str(each.pid) for each in same)
        values = {"CC_PIDS": pids, "CC_FILE": f".covcheck-{secrets.token_hex(8)}"}
        try:
            session = access.session_for(session, same[0].identity)
            told = session.ask(LOOK, values, same[0].identity)
        except ClusterError:
            if first is None:
                raise
            break
        if "left" in told:
            look.lacks("the tried file", "it could not be removed", Link.VOLUME, needed=False)
        first = first or (told, session, same[0])
        if "go" in told or len(order) == 1:
            return told, session, same[0]
    assert first is not None
    return first


def _process(look: _Look, told: dict[str, str], all_: tuple[Process, ...], service: Process) -> ProcessSeen:
    first = process.first_process(all_) or service
    read = "environment" in told
    value = told.get("gocoverdir")
    if not read:
        reason = f"its environment cannot be read as uid {service.identity.uid}"
        if service.identity.permitted:
            reason += ": it has capabilities that covcheck does not ask for"
        look.lacks("GOCOVERDIR of the process", reason, Link.RUN)
    argv = _clean(service.argv)
    set_to = "unknown" if not read else "not set" if value is None else repr(_lines(value))
    who = f"{service.identity.uid}:{service.identity.gid}"
    text = f"PID {service.pid} ({' '.join(argv)[:160]}) runs as {who}, GOCOVERDIR is {set_to}"
    lines = [f"PID {each.pid}: {' '.join(_clean(each.argv))}" for each in (first, service)]
    return ProcessSeen(
        first=_clean(first.argv),
        pid=service.pid,
        argv=argv,
        exe=told.get("exe", "").removesuffix(" (deleted)") or None,
        cwd=told.get("cwd") or None,
        uid=service.identity.uid,
        gid=service.identity.gid,
        gocoverdir=None if value is None else _lines(value),
        environment_read=read,
        shell=process.shell_before(all_, service),
        children=len({each.pid for each in all_} - {first.pid, service.pid}),
        seen=process.PROBE.saw(look.about, text, "\n".join(dict.fromkeys(lines))),
    )


def _binary(look: _Look, told: dict[str, str], session: Session, service: Process) -> BinarySeen | None:
    path = told.get("exe", "").removesuffix(" (deleted)") or "the program"

    def fetch(ranges: Sequence[binary.Range]) -> Sequence[bytes]:
        pairs = " ".join(f"{first} {count}" for first, count in ranges)
        values = {"CC_PID": told["pid"], "CC_RANGES": pairs}
        return binary.fetched(records(session.run(binary.RANGES, values, service.identity)))

    try:
        return binary.read_binary(told, path, look.about, fetch)
    except (CovdataError, ClusterError) as error:
        look.lacks("the build info of the program", clause(error), Link.BUILD)
        return None


def _directory(look: _Look, told: dict[str, str], seen: ProcessSeen) -> DirectorySeen | None:
    if not seen.gocoverdir:
        return None
    path = posixpath.normpath(posixpath.join(seen.cwd or "/", seen.gocoverdir))
    found = directory.read_directory(told, path, look.container, look.about)
    if found is None:
        look.lacks("GOCOVERDIR", "its directory could not be looked at", Link.VOLUME)
    elif "unlisted" in told:
        look.lacks(
            "the files of GOCOVERDIR", "the service's user may not list them", Link.VOLUME, needed=False
        )
    return found


def _with_log(look: _Look, body: Object) -> PodSeen:
    """The pod with the coverage lines of its log, and the last lines before a restart."""
    pod, namespace = look.pod, body["metadata"]["namespace"]
    first: tuple[str, ...] = ()
    crash: tuple[str, ...] = ()
    if pod.started_at is not None or pod.restarts:
        first = _or_missing(look, log.first_lines, namespace)
    if pod.restarts:
        crash = _or_missing(look, log.crash_lines, namespace)
    return replace(pod, first_coverage_lines=first, crash_lines=crash)


def _or_missing(
    look: _Look, read: Callable[[Cluster, str, str, str], tuple[str, ...]], namespace: str
) -> tuple[str, ...]:
    try:
        return read(look.cluster, namespace, look.pod.name, look.pod.container)
    except ClusterError as error:
        look.lacks("the log", clause(error), Link.RUN, needed=False)
        return ()


def _clean(argv: tuple[str, ...]) -> tuple[str, ...]:
    """A command line without secrets: also the word after `--password`."""
    hidden = {n + 1 for n, word in enumerate(argv) if word.startswith("-") and tells_secret(word.lstrip("-"))}
    return tuple(MARK if n in hidden else redact(_lines(word)) for n, word in enumerate(argv))


def _lines(text: str) -> str:
    """Text as a script printed it: \\x01 stands for a line end, odd bytes are replaced."""
    return text.replace("\x01", "\n").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
