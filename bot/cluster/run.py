"""One live run: the lease first, then look, stop, collect; whatever happens, everything is put back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.cluster.client import Cluster
from bot.cluster.collect import collecting, host_directories, wanted_claims
from bot.cluster.guard import Guard
from bot.cluster.lease import Lease, lease_name, take
from bot.cluster.options import RunOptions
from bot.cluster.places import Source
from bot.cluster.plan import Plan
from bot.cluster.probes.events import see_events
from bot.cluster.probes.inside import look_inside
from bot.cluster.probes.nodes import see_again, see_nodes, wanted_on_nodes
from bot.cluster.probes.workload import WorkloadSeen, see_workload
from bot.cluster.stop import Stopped, stop
from bot.cluster.target import Target
from bot.cluster.toolpods import Tools, tool_pods
from bot.facts.live import FilesSeen, Live, NodeDirectory, PodSeen
from bot.model import Missing, Observation

Progress = Callable[[str], None]
SIGKILLED = 137


@dataclass(frozen=True, slots=True)
class Expected:
    """What the repo's files say that probes should look at: `node_paths` are directories that Kind
    mounts into its nodes (containerPath of an extraMount)."""

    node_paths: tuple[str, ...] = ()


def run(
    cluster: Cluster,
    plan: Plan,
    target: Target,
    *,
    expected: Expected,
    run_id: str,
    asked_by: str,
    options: RunOptions,
    folder: Path,
    progress: Progress,
) -> Live:
    """Stop the workload of a confirmed plan, see what it writes, and put it back.

    `folder` is where copies of the files go. A workload none of whose containers runs is not stopped: its
    end would tell nothing. Raises LeaseHeld, PlanChanged, ClusterError; also then everything is put back.
    """
    name = lease_name(plan.kind, plan.name)
    with Guard(cluster.kubeconfig, cluster.context, plan.namespace, name, run_id) as guard:
        lease = take(cluster, plan, run_id, f"{asked_by}, covcheck run {run_id}", options)
        try:
            live = _Run(cluster, plan, target, expected, run_id, options, folder, progress, lease).carry_out()
        finally:
            progress("putting everything back")
            restored = lease.put_back()
            guard.done()
    return replace(live, restored=restored)


@dataclass(slots=True)
class _Run:
    """What one run knows while it goes on."""

    cluster: Cluster
    plan: Plan
    target: Target
    expected: Expected
    run_id: str
    options: RunOptions
    folder: Path
    progress: Progress
    lease: Lease
    observations: list[Observation] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    before: tuple[NodeDirectory, ...] = ()

    def carry_out(self) -> Live:
        """Look, stop, collect."""
        self.progress("looking at the workload and its nodes")
        seen = see_workload(self.cluster, self.target, self.plan.service)
        self.missing += seen.missing
        with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
            looking = pool.submit(
                look_inside, self.cluster, self.target, seen.pods, self.options, self.run_id
            )
            tools = self._declared_tools(stack, seen)
            pods = self._looked(looking)
            tools = self._further_tools(stack, seen, pods, tools)
            if not any(pod.process is not None for pod in pods) and not _runs(pods):
                return self._live(seen, pods, None, None, ())
            stopped, files = self._stop(pods, tools)
            directories = see_again(tools, self.before)
        return self._live(seen, _with_stops(pods, stopped), stopped, files, directories)

    def _looked(
        self, looking: Future[tuple[tuple[PodSeen, ...], tuple[Observation, ...], tuple[Missing, ...]]]
    ) -> tuple[PodSeen, ...]:
        """What was seen inside the pods; its observations and gaps are kept."""
        pods, observations, missing = looking.result()
        self.observations += observations
        self.missing += missing
        return pods

    def _declared_tools(self, stack: ExitStack, seen: WorkloadSeen) -> Tools:
        """Tool pods for what the spec says, made while the pods are looked at."""
        return self._start(stack, seen, seen.pods, self.expected.node_paths)

    def _further_tools(
        self, stack: ExitStack, seen: WorkloadSeen, pods: tuple[PodSeen, ...], declared: Tools
    ) -> Tools:
        """The tool pods, with those for what only the processes show."""
        known = set(host_directories(self._sources(seen.pods)))
        later = [path for path in host_directories(self._sources(pods)) if path not in known]
        if not later:
            return declared
        more = self._start(stack, seen, pods, tuple(later), only=True)
        return Tools((*declared.pods, *more.pods), (*declared.absent, *more.absent), ())

    def _start(
        self,
        stack: ExitStack,
        seen: WorkloadSeen,
        pods: tuple[PodSeen, ...],
        paths: tuple[str, ...],
        *,
        only: bool = False,
    ) -> Tools:
        sources = self._sources(pods)
        wanted_paths = paths if only else (*host_directories(sources), *paths)
        running = [pod.node for pod in pods if pod.node]
        on_nodes, left = wanted_on_nodes(seen.nodes, running, wanted_paths)
        claims = () if only else wanted_claims(sources)
        tools = stack.enter_context(
            tool_pods(
                self.cluster,
                self.plan.namespace,
                (*on_nodes, *claims),
                options=self.options,
                run_id=self.run_id,
                lease=self.lease.object,
            )
        )
        directories, missing = see_nodes(tools, seen.nodes, extra_mounts=self.expected.node_paths)
        self.before += directories
        self.missing += (*left, *missing)
        self.observations += [each.seen for each in directories]
        return tools

    def _stop(self, pods: tuple[PodSeen, ...], tools: Tools) -> tuple[Stopped, FilesSeen | None]:
        """Stop and collect, with the files listed before."""
        seconds = int(self.plan.grace + self.options.extra_seconds + 60)
        with collecting(
            self.cluster,
            self.plan.namespace,
            self._sources(pods),
            tools,
            options=self.options,
            run_id=self.run_id,
            folder=self.folder,
            seconds=seconds,
        ) as files:
            stopped = stop(
                self.cluster,
                self.target,
                self.lease,
                self.options,
                progress=self.progress,
                when_ended=files.when_ended,
            )
            self.progress("collecting the coverage files")
            found, missing = files.collect(_killed(stopped))
        self.missing += (*stopped.missing, *missing)
        self.observations += stopped.observations
        if found is not None:
            self.observations.append(found.seen)
        return stopped, found

    def _sources(self, pods: tuple[PodSeen, ...]) -> tuple[Source, ...]:
        bodies = {body["metadata"]["name"]: body for body in self.target.pods}
        return tuple(Source(bodies[pod.name], pod) for pod in pods if pod.name in bodies)

    def _live(
        self,
        seen: WorkloadSeen,
        pods: tuple[PodSeen, ...],
        stopped: Stopped | None,
        files: FilesSeen | None,
        directories: tuple[NodeDirectory, ...],
    ) -> Live:
        events, missing = see_events(self.cluster, self.target)
        self.missing += missing
        return Live(
            service=self.plan.service,
            cluster=self.plan.cluster,
            namespace=self.plan.namespace,
            target=self.plan.target,
            container=self.target.container,
            workload=seen.workload,
            pods=pods,
            nodes=seen.nodes,
            node_directories=directories or self.before,
            events=events,
            files=files,
            stopped=stopped is not None,
            scaled_back=stopped.scaled_back if stopped else None,
            observations=(
                *(pod.seen for pod in pods),
                *self.observations,
                *(event.seen for event in events[:5]),
            ),
            missing=tuple(dict.fromkeys(self.missing)),
            texts=seen.texts,
        )


def _runs(pods: tuple[PodSeen, ...]) -> bool:
    """Whether any service container runs now, whatever could be seen of its processes."""
    return any(pod.phase == "Running" and pod.waiting is None for pod in pods)


def _with_stops(pods: tuple[PodSeen, ...], stopped: Stopped) -> tuple[PodSeen, ...]:
    return tuple(
        replace(
            pod,
            stop=stopped.stops.get(pod.name),
            first_coverage_lines=tuple(
                dict.fromkeys((*pod.first_coverage_lines, *stopped.first_coverage_lines.get(pod.name, ())))
            ),
        )
        for pod in pods
    )


def _killed(stopped: Stopped) -> list[str]:
    """The pods whose service was ended by SIGKILL."""
    ended = {name: seen.ended for name, seen in stopped.stops.items()}
    return [name for name, how in ended.items() if how is not None and how.exit_code == SIGKILLED]
