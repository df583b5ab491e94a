"""Tells a service's history in Slack: what changed, then its figures and a chart in the thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from bot.errors import CovcheckError
from bot.jobs.orders import Order, Place, shown_repo, without_paths
from bot.jobs.outcome import pack_posts, unpack_posts
from bot.jobs.parts import Part, PartOf, Parts
from bot.jobs.saying import MAIN
from bot.render.notices import broken_post, error_post, text_post
from bot.render.slack import Snippet
from bot.repo.branches import Branches
from bot.story.gather import gather
from bot.story.model import AskedStory, Story
from bot.story.slack import story_chart, story_posts

LOG = logging.getLogger("covcheck.jobs")


@dataclass(frozen=True, slots=True)
class TellHistory(Order):
    """Tell the history of a service: of the branch `ref` (None: the default one), against `base`, and against
    `since` (seconds since the epoch)."""

    changes = None

    repo: str
    service: str
    ref: str | None = None
    base: str | None = None
    since: float | None = None


@dataclass(frozen=True, slots=True)
class StoryConfig:
    """`branches` gives what a repo knows of its branches; in `charts` charts are painted."""

    branches: Callable[[str], Branches | None]
    charts: Path

    def part(self) -> PartOf:
        """The part of the jobs that tells histories."""

        def build(parts: Parts) -> Part:
            return StoryJobs(parts, self)

        return build


class StoryJobs:
    """Tells histories; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (TellHistory,)

    def __init__(self, parts: Parts, config: StoryConfig) -> None:
        self._saying = parts.saying
        self._store = parts.store
        self._slots = parts.slots
        self._config = config

    def carry_out(self, job_id: str, order: TellHistory, place: Place) -> str:
        """Gather once, post, then the chart; a chart that cannot be painted is said."""
        told = self._saying.steps.once("tell", lambda: self._told(job_id, order))
        posts = unpack_posts(told["posts"])
        ts = self._saying.reply(job_id, MAIN, place, posts[0])
        thread = replace(place, thread=place.thread or ts)
        self._saying.parts(job_id, thread, posts[1:])
        if told["chart"] is not None:
            self._saying.files_or_why(job_id, thread, [Snippet(**told["chart"])])
        return str(told["status"])

    def _told(self, job_id: str, order: TellHistory) -> dict[str, Any]:
        """The posts and the chart, as plain values that a restart finds again."""
        try:
            with self._slots:
                story = self._gathered(order)
        except CovcheckError as error:
            LOG.info("job %s: %s: %s", job_id, type(error).__name__, error)
            said = CovcheckError(
                without_paths(str(error), order.repo), hint=without_paths(error.hint, order.repo)
            )
            return {"status": "FAILED", "posts": pack_posts([error_post(said, job_id)]), "chart": None}
        except Exception:
            LOG.exception("job %s: the history could not be gathered", job_id)
            return {"status": "FAILED", "posts": pack_posts([broken_post(job_id)]), "chart": None}
        posts, chart = [*story_posts(story)], None
        if len(story.figures) > 1:
            chart = self._chart(job_id, story)
            posts += [] if chart else [text_post("The chart could not be painted; the log has the reason.")]
        return {"status": "OK", "posts": pack_posts(posts), "chart": chart and asdict(chart)}

    def _gathered(self, order: TellHistory) -> Story:
        asked = AskedStory(shown_repo(order.repo), order.service, order.ref, order.base, order.since)
        try:
            branches = self._config.branches(order.repo)
        except CovcheckError as error:
            LOG.warning("what %s knows of its branches is not asked: %s", shown_repo(order.repo), error)
            branches = None
        return gather(self._store, asked, branches)

    def _chart(self, job_id: str, story: Story) -> Snippet | None:
        folder = self._config.charts / job_id
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return story_chart(story, folder)
        except OSError as error:
            LOG.error("job %s: the chart was not painted: %s", job_id, error.strerror)
            return None
