"""The bot put together from settings: the same for Slack and for the local console."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.bootstrap import (
    access,
    capture_part,
    digest_parts,
    figures,
    groups,
    history_parts,
    home_part,
    jobs_config,
    knowledge_base,
    live_config,
    modes,
    question_parts,
    request_part,
    schedules,
    snapshot_opener,
    store_url,
    unfurl_part,
)
from bot.settings import Settings

if TYPE_CHECKING:
    from slack_bolt import App

    from bot.jobs.engine import Jobs
    from bot.jobs.live import LiveConfig
    from bot.jobs.schedule_clock import ScheduleClock
    from bot.store.answers import Store
    from handlers.desk import Desk
    from handlers.figures import FiguresWsgi
    from handlers.groups import SlackGroups
    from handlers.serve import SlackConfig


@dataclass(frozen=True, slots=True)
class Bot:
    """The parts of the bot, not yet started: `running` starts them."""

    slack: SlackConfig
    store: Store
    jobs: Jobs
    desk: Desk
    app: App
    clock: ScheduleClock
    live: LiveConfig | None
    figures: FiguresWsgi | None
    groups: SlackGroups


def compose(settings: Settings, slack: SlackConfig) -> Bot:
    """Every part, as the settings say. Raises SettingsError, StoreError, or SlackError when Slack refuses the
    token."""
    from bot.jobs.audit_orders import AuditJobs
    from bot.jobs.channel_settings import SettingsJobs
    from bot.jobs.work import RepoWork
    from bot.store.answers import Store
    from handlers.desk import Desk
    from handlers.serve import build_jobs, build_slack_app

    store = Store(store_url(settings))
    opener = snapshot_opener(settings, local=False)
    work = RepoWork(opener, partial(opener, checks=2))
    live = live_config(settings)
    base = knowledge_base(store)
    changed = threading.Event()
    looked_up = groups(settings, slack)
    may = access(settings, store, looked_up)
    parts = (
        request_part(settings, opener, slack, store),
        capture_part(opener, slack, base),
        *question_parts(settings, opener, base),
        AuditJobs,
        SettingsJobs,
        unfurl_part(settings, slack, may),
        *history_parts(settings, store),
        *digest_parts(settings, work, base, changed.set),
        home_part(may, slack, live=live is not None),
    )
    taken = figures(settings, store)
    jobs = build_jobs(jobs_config(settings), slack=slack, work=work, store=store, live=live, parts=parts)
    desk = Desk(jobs, may, store, modes(settings), settings.answers.reaction.strip(":"))
    app = build_slack_app(slack, desk=desk)
    return Bot(
        slack, store, jobs, desk, app, schedules(settings, jobs, store, changed), live, taken, looked_up
    )


@contextmanager
def running(bot: Bot) -> Iterator[None]:
    """While it lasts, jobs are carried out, timetables hand in theirs, user groups are looked up, and what
    dead live runs left in the cluster is put back. Jobs under way are closed by who serves."""
    bot.jobs.start()
    with _swept(bot.live, bot.store), _timed(bot.clock), _looked_up(bot.groups):
        yield


@contextmanager
def _looked_up(groups: SlackGroups) -> Iterator[None]:
    groups.start()
    try:
        yield
    finally:
        groups.stop()


@contextmanager
def _timed(clock: ScheduleClock) -> Iterator[None]:
    clock.start()
    try:
        yield
    finally:
        clock.stop()


@contextmanager
def _swept(live: LiveConfig | None, store: Store) -> Iterator[None]:
    """The cluster is looked at at once, then every minute."""
    from bot.jobs.sweeper import Sweeper

    if live is None:
        yield
        return
    sweeper = Sweeper(live.work, store=store)
    sweeper.start()
    try:
        yield
    finally:
        sweeper.stop()
