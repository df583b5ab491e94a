"""What jobs wait out: again until it is there, no longer than it matters, never taken for a failure."""

from __future__ import annotations

import threading

import pytest

from bot.errors import SlackError, StoreError, StoreUnavailable, TokenRefused
from bot.jobs.hold import Hold, Left
from bot.jobs.messenger import TryAgain


class Away:
    """Fails so many times."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.seen = times, error, ""

    def __call__(self) -> str:
        if self.left:
            self.left -= 1
            raise self.error
        return "done"


@pytest.mark.parametrize("error", [StoreUnavailable("It is full."), TokenRefused("Slack refuses it.")])
def test_it_is_done_when_it_is_there_again(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    hold, away = Hold(0.0), Away(50, error)
    assert hold.until_done(away) == "done"
    assert hold.reason == ""
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"jobs wait, none is lost: {error}",
        f"jobs go on, what they waited for is there again: {error}",
    ]


@pytest.mark.parametrize(
    "error", [StoreError("It broke."), SlackError("No."), TryAgain("Later."), KeyError("x")]
)
def test_what_cannot_be_waited_out_is_raised_at_once(error: Exception) -> None:
    away = Away(2, error)
    with pytest.raises(type(error)):
        Hold(10.0).until_done(away)
    assert away.left == 1


def test_it_is_waited_for_no_longer_than_it_matters() -> None:
    hold, looks = Hold(0.0), iter((False, False, True))
    with pytest.raises(TryAgain, match="It is full"):
        hold.until_done(Away(99, StoreUnavailable("It is full.")), lambda: next(looks))
    assert hold.reason == ""


def test_the_end_of_the_process_is_no_failure_of_the_job() -> None:
    hold, raised = Hold(60.0), []

    def work() -> None:
        try:
            hold.until_done(Away(99, TokenRefused("Slack refuses it.", hint="Set another.")))
        except Exception:
            raised.append("failed")
        except Left:
            raised.append("left")

    thread = threading.Thread(target=work)
    thread.start()
    while not hold.reason:
        pass
    assert hold.reason == "Slack refuses it. Set another."
    hold.end()
    thread.join(10)
    assert raised == ["left"]
