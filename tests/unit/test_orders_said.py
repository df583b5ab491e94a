"""Every order says itself whether it changes something: what it says is what the audit log is told."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import bot.jobs
from bot.jobs import orders
from bot.jobs.capture_orders import DecideCapture
from bot.jobs.orders import LiveCancel, LiveRun, Order
from bot.jobs.question_orders import SetMode
from bot.jobs.schedule_orders import PauseSchedule, RemoveSchedule
from bot.store.changes import What


def all_orders() -> list[type[Order]]:
    """Every order of the bot: the modules of jobs define them all."""
    for module in pkgutil.iter_modules(bot.jobs.__path__, "bot.jobs."):
        importlib.import_module(module.name)
    kinds = orders._KINDS.values()
    return sorted((k for k in kinds if k.__module__.startswith("bot.")), key=lambda k: k.__name__)


@pytest.mark.parametrize("kind", all_orders(), ids=lambda kind: kind.__name__)
def test_each_order_says_whether_it_changes_something(kind: type[Order]) -> None:
    assert "changes" in vars(kind), f"{kind.__name__}: say `changes = What....`, or None for nothing"
    assert kind.changes is None or kind.changes in set(What)


def test_the_words_fit_into_the_log() -> None:
    assert max(map(len, What)) <= 32
    assert len(set(What)) == len(What.__members__)


def test_what_was_changed_depends_on_how_it_ended() -> None:
    assert LiveRun("p").changed("FOUND") is What.LIVE_ENDED
    assert LiveRun("p").changed("OK") is None
    assert LiveRun("p").changed("EXPIRED") is None
    assert LiveCancel("p").changed("OK") is None
    assert LiveCancel("p").changed("EXPIRED") is None
    assert DecideCapture("c", 1, "rejected").changed("REJECTED") is What.ARTICLE_REJECTED
    assert DecideCapture("c", 1, "confirmed").changed("CONFIRMED") is What.ARTICLE_CONFIRMED
    assert DecideCapture("c", 1, "confirmed").changed("OK") is None
    assert SetMode(None).changed("OK") is None
    assert SetMode("off").changed("OK") is What.MODE_CHANGED
    assert SetMode("off").changed("UNHEARD") is None
    assert PauseSchedule("s", False).changed("OK") is What.SCHEDULE_RESUMED
    for order in (PauseSchedule("s", True), SetMode("off"), RemoveSchedule("s")):
        assert order.changed("NOTHING") is None
