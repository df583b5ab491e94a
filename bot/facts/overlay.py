"""The live workload in the place of the repo's: the path as it really ran."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.events import SetEnv
from bot.facts.live import Live
from bot.facts.path import CoveragePath
from bot.model import Link, Missing, RepoRef, Service

READ_LIVE = frozenset({Link.RUN, Link.VOLUME})


def with_live(path: CoveragePath | None, live: Live) -> CoveragePath:
    """The path with the live workload in it; without a repo, a path that holds nothing else.

    What the files left open about the workload is no longer needed, and `kubectl set env` of the run is
    already in the live object.
    """
    base = path or CoveragePath(Service(live.service, {}), RepoRef(f"cluster {live.cluster}", ""))
    if live.workload is None:
        return base
    aliases = (*base.service.aliases, *([live.container] if live.container else []))
    return replace(
        base,
        service=replace(base.service, aliases=tuple(dict.fromkeys(aliases))),
        workload=live.workload,
        timeline=tuple(event for event in base.timeline if not isinstance(event, SetEnv)),
        texts={**base.texts, **live.texts},
        missing=tuple(_settled(gap) for gap in base.missing),
        guessed=base.guessed - READ_LIVE,
    )


def _settled(gap: Missing) -> Missing:
    return replace(gap, needed=False) if gap.link in READ_LIVE else gap
