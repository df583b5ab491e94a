"""The live run on one screen: files > plan > run > rules > diagnosis > coverage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.boundary import clean_live
from bot.cluster.allowlist import allowed, namespaces
from bot.cluster.client import Cluster
from bot.cluster.lease import lease_name
from bot.cluster.options import RunOptions
from bot.cluster.plan import Plan
from bot.cluster.planning import make_plan, planned_pods
from bot.cluster.run import Expected, run
from bot.cluster.target import Target, find_in_namespaces, find_target
from bot.cluster.undo import sweep, undo
from bot.covdata import DataError, load
from bot.covdata.summary import Summary, summarize
from bot.errors import ClusterError, ClusterForbidden, PlanChanged, StoreError, UsageError
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.live import LiveResult, Progress
from bot.path import find_service, read_path
from bot.repo.opened import OpenSnapshot, opened
from bot.rulings import judge_live


class LiveRuns:
    """The real one: one cluster, and repos where they are named.

    `restricted` holds runs to the namespaces of the options (Slack); a person's own command line, with
    the person's own account, is held by that account's permissions. Runs keep their files in `folder`.
    """

    def __init__(
        self,
        connect: Callable[[], Cluster],
        open_snapshot: OpenSnapshot,
        options: RunOptions,
        folder: Path,
        *,
        restricted: bool,
        container: str | None = None,
    ) -> None:
        self._connect = connect
        self._open = open_snapshot
        self._options = options
        self._folder = folder
        self._restricted = restricted
        self._container = container
        self._last: tuple[tuple[str, str | None, str], CoveragePath] | None = None

    def plan(self, repo: str | None, ref: str | None, service: str, namespace: str | None) -> Plan:
        """The dry run: nothing is changed."""
        path = self._read(repo, ref, service)
        with self._connected() as cluster:
            target = self._target(cluster, service, namespace, path)
            return make_plan(cluster, service, target, options=self._options)

    def run(
        self, repo: str | None, ref: str | None, plan: Plan, run_id: str, asked_by: str, progress: Progress
    ) -> LiveResult:
        """Carry out a confirmed plan; see LiveWork."""
        started = time.time()
        with self._connected() as cluster:
            if self._restricted:
                allowed(plan.namespace, self._options.namespaces)
            if plan.blockers:
                raise ClusterForbidden(f"A live run is not possible: {'; '.join(plan.blockers)}.")
            self._refuse_second(cluster, plan, run_id)
            if repo is not None:
                progress("reading the repo")
            path = self._read(repo, ref, plan.service)
            target = self._as_planned(cluster, plan)
            folder = self._begun(run_id)
            live = run(
                cluster,
                plan,
                target,
                expected=expected_of(path),
                run_id=run_id,
                asked_by=asked_by,
                options=self._options,
                folder=folder,
                progress=progress,
            )
        progress("checking what was seen against the known causes")
        shown, diagnosis = judge_live(path, live)
        return LiveResult(
            run_id=run_id,
            plan=plan,
            live=clean_live(live),
            path=shown,
            diagnosis=diagnosis,
            coverage=coverage_of(live),
            folder=live.files.folder if live.files else None,
            commit=path.repo.commit if path else None,
            started=started,
            seconds=time.time() - started,
        )

    def sweep(self) -> tuple[str, ...]:
        """Put back what expired runs left in the allowed namespaces."""
        with self._connected() as cluster:
            return sweep(cluster, namespaces(cluster, self._options.namespaces))

    def _as_planned(self, cluster: Cluster, plan: Plan) -> Target:
        """The workload, which must be as it was planned. Raises PlanChanged."""
        target = find_target(cluster, plan.namespace, plan.target, container=plan.container)
        now = replace(
            plan,
            uid=target.uid,
            generation=target.generation,
            replicas=target.replicas,
            pods=planned_pods(target),
        )
        if now.digest != plan.digest:
            raise PlanChanged(
                f"{plan.target} is no longer as it was when the plan was made; nothing was stopped.",
                hint="Look at a new plan.",
            )
        return target

    def _refuse_second(self, cluster: Cluster, plan: Plan, run_id: str) -> None:
        """Put back what a run of this id left that began before. Raises ClusterError if there was one: it is
        not carried out again."""
        if not (self._folder / run_id).exists():
            return
        undo(cluster, plan.namespace, lease_name(plan.kind, plan.name), run=run_id)
        raise ClusterError(
            f"The run of {plan.service} was interrupted. {plan.target} is put back as it was.",
            hint="Ask again for another run.",
        )

    def _begun(self, run_id: str) -> Path:
        """The folder of a run that begins now; it also says that the run has begun. Raises StoreError."""
        folder = self._folder / run_id
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreError(f"The state folder cannot be written: {error.strerror}.") from None
        return folder

    def _read(self, repo: str | None, ref: str | None, service: str) -> CoveragePath | None:
        """The path from the files. At a terminal the last one is kept, for the run that follows its plan."""
        if repo is None:
            return None
        if self._restricted:
            return self._read_now(repo, ref, service)
        if self._last is None or self._last[0] != (repo, ref, service):
            self._last = ((repo, ref, service), self._read_now(repo, ref, service))
        return self._last[1]

    def _read_now(self, repo: str, ref: str | None, service: str) -> CoveragePath:
        with opened(self._open, repo, ref) as snapshot:
            return read_path(snapshot, find_service(snapshot, service))

    def _target(
        self, cluster: Cluster, service: str, namespace: str | None, path: CoveragePath | None
    ) -> Target:
        names = names_of(path)
        if namespace is None and path is not None and path.workload is not None:
            namespace = path.workload.namespace
        if namespace is not None:
            if self._restricted:
                allowed(namespace, self._options.namespaces)
            return find_target(cluster, namespace, service, container=self._container, names=names)
        if not self._options.namespaces:
            raise UsageError("Which namespace is not known.", hint="Name it: `--namespace NS`.")
        return find_in_namespaces(
            cluster, self._options.namespaces, service, container=self._container, names=names
        )

    @contextmanager
    def _connected(self) -> Iterator[Cluster]:
        cluster = self._connect()
        try:
            yield cluster
        finally:
            cluster.close()


def names_of(path: CoveragePath | None) -> tuple[str, ...]:
    """Other names that the service's workload may have: as the repo deploys it, and its aliases."""
    if path is None:
        return ()
    deployed = (path.workload.name,) if path.workload is not None else ()
    return tuple(dict.fromkeys((*deployed, path.service.name, *path.service.aliases)))


def expected_of(path: CoveragePath | None) -> Expected:
    """What the files say that probes should look at: the directories that Kind mounts into its nodes."""
    if path is None or path.kind is None:
        return Expected()
    mounts = [m.container_path for node in path.kind.nodes for m in node.mounts]
    return Expected(node_paths=tuple(dict.fromkeys(p for p in mounts if p.startswith("/"))))


def coverage_of(live: Live) -> Summary | None:
    """The figures from the copied files; None where there are none or they cannot be read."""
    if live.files is None or live.files.folder is None:
        return None
    folder = Path(live.files.folder)
    try:
        profile = load([folder, *sorted(folder.glob("other-*"))])
    except DataError:
        return None
    return summarize(profile)
