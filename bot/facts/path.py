"""The coverage path of one service at one commit: everything that was read, and what was not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.facts.build import Dockerfile, GoBuild, GoModule, Guard, MainPackage
from bot.facts.events import Event, ImageBuild
from bot.facts.node import KindConfig
from bot.facts.workload import Workload
from bot.model import Link, LinkFact, Missing, RepoRef, Service

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class CoveragePath:
    """What rules look at. Optional parts are None when they were not found or not readable; the
    reason then stands in `missing`.

    `builds`: every go build of the service's main package, reached or not (`taken`).
    `image_builds`: the builds of the service's Dockerfile that the timeline runs.
    `workload`: the service's own workload with coverage on; `others` are further ones of the service
    (several deployments of one image, child pods).
    `timeline`: in order; `texts`: path -> text of files a fix may patch.
    """

    service: Service
    repo: RepoRef
    module: GoModule | None = None
    main: MainPackage | None = None
    dockerfile: Dockerfile | None = None
    builds: tuple[GoBuild, ...] = ()
    image_builds: tuple[ImageBuild, ...] = ()
    workload: Workload | None = None
    others: tuple[Workload, ...] = ()
    kind: KindConfig | None = None
    timeline: tuple[Event, ...] = ()
    switches: tuple[Guard, ...] = ()
    missing: tuple[Missing, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[Link, tuple[LinkFact, ...]] = field(default_factory=dict)
    guessed: frozenset[Link] = frozenset()
    """Links read from files that nothing in the run is known to build or apply: they were taken for
    their names, so what a rule finds there is possible at most."""

    def events(self, kind: type[E], *, error_paths: bool = False) -> tuple[E, ...]:
        """The events of one type in order; those on error paths only when asked for."""
        return tuple(
            event
            for event in self.timeline
            if isinstance(event, kind) and (error_paths or not event.on_error_path)
        )
