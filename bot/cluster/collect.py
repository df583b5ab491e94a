"""The coverage files of a workload around its stop: listed before, copied after, judged.

Order: `collecting` (before the stop) > `when_ended` for each pod whose service container has ended (its files
are copied out of volumes that go with the pod) > `collect` once all pods are gone.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.cluster.client import Cluster, Object
from bot.cluster.copying import EARLIER, Copies, Reader
from bot.cluster.filesfact import files_seen
from bot.cluster.holder import MOUNT, Holder, hold
from bot.cluster.listing import list_files
from bot.cluster.options import RunOptions
from bot.cluster.places import CLAIM, HOST, LAYER, Place, Source, find_places
from bot.cluster.toolpods import ToolPod, Tools
from bot.cluster.toolspec import Wanted
from bot.cluster.verdict import Listed, Verdict, all_write, judge, nested_files
from bot.errors import ClusterError
from bot.facts.live import FileSeen, FilesSeen
from bot.model import Link, Missing, Symptom


@dataclass(slots=True)
class Site:
    """A place on its way through a run. `reader` runs commands where `path` is the place's directory;
    `failed` says why the place could not be read."""

    place: Place
    since: float | None
    writes: bool | None
    reader: ToolPod | Holder | None = None
    path: str = ""
    before: tuple[FileSeen, ...] | None = None
    verdict: Verdict | None = None
    failed: str = ""
    ended: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


def wanted_claims(sources: Sequence[Source]) -> tuple[Wanted, ...]:
    """The tool pods that read the workload's claims, each on a node where a pod uses it."""
    wanted: dict[str, Wanted] = {}
    for place in find_places(sources):
        if place.kind == CLAIM and place.node:
            uid, gid, groups = _whom(_source(sources, place.pods[0]))
            wanted.setdefault(place.shared, Wanted(place.node, (), place.shared, uid, gid, groups))
    return tuple(wanted.values())


def host_directories(sources: Sequence[Source]) -> tuple[str, ...]:
    """The host directories behind the coverage directories of the pods."""
    return tuple(dict.fromkeys(p.shared for p in find_places(sources) if p.kind == HOST))


@contextmanager
def collecting(
    cluster: Cluster,
    namespace: str,
    sources: Sequence[Source],
    tools: Tools,
    *,
    options: RunOptions,
    run_id: str,
    folder: Path,
    seconds: int = 600,
) -> Iterator[Collecting]:
    """List the files of every place, and attach holders where no tool pod can read.

    `folder` is where copies go (made when there are any), `seconds` how long holders stay at most. At the
    end all holders are released. Never raises for a place: what fails is in the `missing` of `collect`.
    """
    run = Collecting(cluster, namespace, sources, tools, options, run_id, folder)
    try:
        run.begin(seconds)
        yield run
    finally:
        run.release()


class Collecting:
    """The places of one run; `when_ended` may be called from several threads."""

    def __init__(
        self,
        cluster: Cluster,
        namespace: str,
        sources: Sequence[Source],
        tools: Tools,
        options: RunOptions,
        run_id: str,
        folder: Path,
    ) -> None:
        self._cluster, self._namespace, self._options, self._run_id = cluster, namespace, options, run_id
        self._sources, self._tools = tuple(sources), tools
        self._copies = Copies(folder)
        self._sites = [self._site(place) for place in find_places(sources)]

    def begin(self, seconds: int) -> None:
        """Find a reader for each place and list its files."""

        def one(site: Site) -> None:
            if site.verdict is not None:
                return
            try:
                self._equip(site, seconds)
                if site.reader is not None:
                    site.before = list_files(site.reader.exec, site.path)
            except ClusterError as error:
                site.failed = str(error)

        _each(one, self._sites)

    def when_ended(self, pod: str) -> None:
        """The service container of a pod has ended: copy what goes with the pod, then let the pod go.

        A directory that several pods share is copied when the last of them has ended.
        """
        for site in self._sites:
            if pod in site.place.pods and isinstance(site.reader, Holder) and self._last(site, pod):
                self._take(site)
                site.reader.release()

    def collect(self, killed: Collection[str] = ()) -> tuple[FilesSeen | None, tuple[Missing, ...]]:
        """All pods are gone: read the places that stay. None where no place at all could be read.

        `killed` are pods whose service was ended by SIGKILL. Then a holder ends with it; but such a process
        wrote nothing at its end, so what was listed before the stop is what there was.
        """
        _each(self._take, self._sites)
        for site in self._sites:
            if site.verdict is None and site.before is not None and set(site.place.pods) <= set(killed):
                site.verdict = judge(Listed(site.before, site.before, site.since, site.writes))
                site.failed = ""
        seen = files_seen(self._sites, self._copies, len(self._sources))
        missing = [
            Missing(f"the files in {site.place.where}", site.failed or "they were not read", Link.COLLECT)
            for site in self._sites
            if (site.verdict is None or site.failed) and site.place.kind != LAYER
        ]
        return seen, tuple(missing)

    def release(self) -> None:
        """Let all pods go."""
        for site in self._sites:
            if isinstance(site.reader, Holder):
                site.reader.release()

    def _last(self, site: Site, pod: str) -> bool:
        with site.lock:
            site.ended.add(pod)
            return site.ended >= set(site.place.pods)

    def _site(self, place: Place) -> Site:
        pods = [_source(self._sources, pod) for pod in place.pods]
        starts = [_epoch((pod.pod.get("status") or {}).get("startTime")) for pod in pods]
        known = [start for start in starts if start is not None]
        since = min(known, default=None) if place.kind in (HOST, CLAIM) else None
        site = Site(place, since, all_write([pod.seen for pod in pods]))
        if all(pod.seen.directory is not None and pod.seen.directory.kind == "file" for pod in pods):
            site.verdict = Verdict(Symptom.NOTHING, (), ())
        return site

    def _equip(self, site: Site, seconds: int) -> None:
        place = site.place
        if place.kind == LAYER:
            return
        tool = self._tools.on(place.node, place.shared) if place.shared else None
        if tool is not None:
            site.reader, root = tool, tool.mounts[place.shared]
        else:
            site.reader, root = self._hold(site, seconds), MOUNT
        site.path = root if place.inside == "." else f"{root}/{place.inside}"

    def _hold(self, site: Site, seconds: int) -> Holder:
        source = _source(self._sources, site.place.pods[0])
        uid, gid, _ = _whom(source)
        return hold(
            self._cluster,
            self._namespace,
            source.pod,
            site.place.volume,
            image=self._options.image,
            run_id=self._run_id,
            seconds=seconds,
            uid=uid,
            gid=gid,
        )

    def _take(self, site: Site) -> None:
        """List again, judge and copy, once for each place."""
        with site.lock:
            if site.reader is not None and site.verdict is None:
                self._read(site, site.reader)

    def _read(self, site: Site, reader: Reader) -> None:
        try:
            after = list_files(reader.exec, site.path)
            listed = Listed(site.before, after or (), site.since, site.writes)
            verdict = site.verdict = judge(listed)
            self._copies.take(reader, site.path, verdict.new)
            self._copies.take(reader, site.path, verdict.beside, under=EARLIER)
            if not verdict.new:
                self._nested(reader, site.path, nested_files(listed))
        except ClusterError as error:
            site.failed = f"{error} The files went with the pod." if _goes(site.place) else str(error)

    def _nested(self, reader: Reader, path: str, files: Sequence[FileSeen]) -> None:
        """Copy files one level down, so that they can be told of (collect-nested)."""
        below: dict[str, list[FileSeen]] = {}
        for file in files:
            directory, _, name = file.name.partition("/")
            below.setdefault(directory, []).append(FileSeen(name, file.size, file.modified))
        for number, (directory, inside) in enumerate(list(below.items())[:5], 1):
            self._copies.take(reader, f"{path}/{directory}", inside, under=f"nested-{number}")


def _each(work: Callable[[Site], None], sites: Sequence[Site]) -> None:
    with ThreadPoolExecutor(8, thread_name_prefix="files") as pool:
        list(pool.map(work, sites))


def _goes(place: Place) -> bool:
    return place.kind not in (HOST, CLAIM)


def _source(sources: Sequence[Source], pod: str) -> Source:
    return next(source for source in sources if source.seen.name == pod)


def _whom(source: Source) -> tuple[int | None, int | None, tuple[int, ...]]:
    """User, group and further groups of the service: as its process was seen, else as the pod's spec says."""
    spec = source.pod["spec"]
    common = spec.get("securityContext") or {}
    own = next(
        (c.get("securityContext") or {} for c in spec["containers"] if c["name"] == source.seen.container), {}
    )
    process = source.seen.process
    uid = (
        process.uid if process and process.uid is not None else own.get("runAsUser", common.get("runAsUser"))
    )
    gid = (
        process.gid
        if process and process.gid is not None
        else own.get("runAsGroup", common.get("runAsGroup"))
    )
    groups = [*common.get("supplementalGroups", ()), *([common["fsGroup"]] if common.get("fsGroup") else [])]
    return uid, gid, tuple(groups)


def _epoch(text: Object | str | None) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return None
