"""GitHub's limits, failures on the way, and what a check may spend on them."""

from __future__ import annotations

import httpx
import pytest

from bot.errors import AccessDenied, RateLimited, RepoUnavailable, RequestBudgetSpent
from bot.repo import Budget, File, GitHubClient, TokenAuth, open_github
from bot.repo.limits import Limit, read_limit
from tests.github_server import GitHubServer, Rate, Reply
from tests.repo.conftest import NAME, TOKEN, Connect, Time

PRIMARY = {"message": "API rate limit exceeded for user ID 1."}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


@pytest.mark.parametrize("status", [403, 429])
def test_a_short_limit_is_waited_for(server: GitHubServer, connect: Connect, time: Time, status: int) -> None:
    server.script(Reply(status, SECONDARY, {"Retry-After": "7"}))
    assert isinstance(open_github(connect(), NAME).read("README.md"), File)
    assert time.slept == [7.0]


def test_the_primary_limit_ends_the_check_with_the_time_it_takes(
    server: GitHubServer, connect: Connect, time: Time
) -> None:
    server.rate = Rate(remaining=0, reset=time.now + 1800)
    with pytest.raises(RateLimited, match="primary rate limit holds for 30 min") as caught:
        open_github(connect(), NAME)
    assert caught.value.retry_after == pytest.approx(1800, abs=1)
    assert "30 min" in caught.value.hint
    assert time.slept == []


def test_while_a_limit_holds_nothing_is_asked(server: GitHubServer, connect: Connect, time: Time) -> None:
    server.rate = Rate(remaining=0, reset=time.now + 1800)
    client = connect()
    for _ in range(3):
        with pytest.raises(RateLimited):
            open_github(client, NAME)
    assert len(server.requests) == 1
    time.now += 1801
    assert isinstance(open_github(client, NAME).read("README.md"), File)


def test_a_conditional_request_is_free(server: GitHubServer, connect: Connect) -> None:
    open_github(connect(), NAME)
    server.rate.remaining = 1
    for _ in range(3):
        open_github(connect(), NAME)
    assert server.rate.remaining == 1


def test_without_a_word_how_long_a_minute_is_waited(
    server: GitHubServer, connect: Connect, time: Time
) -> None:
    server.script(Reply(403, SECONDARY))
    open_github(connect(), NAME)
    assert time.slept == [60.0]


def test_all_waiting_of_a_check_comes_out_of_one_budget(
    server: GitHubServer, connect: Connect, time: Time
) -> None:
    server.script(Reply(429, SECONDARY, {"Retry-After": "20"}), times=2)
    with pytest.raises(RateLimited, match="may still wait 10 s"):
        open_github(connect(), NAME, budget=Budget(wait=30))
    assert time.slept == [20.0]


def test_threads_that_wait_together_pay_once(server: GitHubServer, connect: Connect, time: Time) -> None:
    budget = Budget(wait=60)
    limit = Limit("secondary", time.now + 50)
    assert [budget.pause(limit, time.now) for _ in range(8)] == [50.0] * 8
    assert budget.wait == pytest.approx(10)
    with pytest.raises(RateLimited):
        budget.pause(Limit("secondary", time.now + 70), time.now)


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        (403, {"retry-after": "5"}, "", 5),
        (429, {}, "", 60),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1030"}, "", 30),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "900"}, "", 1),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "soon"}, "", 60),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9", "retry-after": "3"}, "", 3),
        (403, {"retry-after": "Thu, 01 Jan 1970 00:17:00 GMT"}, "", 20),
        (403, {"retry-after": "whenever"}, "", 60),
        (403, {"x-ratelimit-remaining": "4999"}, "You have exceeded a secondary rate limit", 60),
        (429, {"retry-after": "0"}, "", 1),
    ],
)
def test_how_long_a_limit_holds(status: int, headers: dict[str, str], message: str, seconds: float) -> None:
    limit = read_limit(status, headers, message, now=1000.0)
    assert limit is not None
    assert limit.until - 1000 == seconds


@pytest.mark.parametrize(
    ("status", "headers", "message"),
    [
        (403, {"x-ratelimit-remaining": "12"}, "Resource not accessible by integration"),
        (200, {"x-ratelimit-remaining": "0"}, ""),
        (404, {"x-ratelimit-remaining": "0"}, "Not Found"),
    ],
)
def test_what_is_no_limit(status: int, headers: dict[str, str], message: str) -> None:
    assert read_limit(status, headers, message, now=1000.0) is None


def test_a_denied_permission_is_not_waited_for(server: GitHubServer, connect: Connect, time: Time) -> None:
    server.script(Reply(403, {"message": "Forbidden"}, {"X-RateLimit-Remaining": "12"}))
    with pytest.raises(AccessDenied):
        open_github(connect(), NAME)
    assert time.slept == []


@pytest.mark.parametrize("reply", [Reply(502, b"<html>"), Reply(503, {"message": "x"}), Reply(drop=True)])
def test_a_failure_or_two_is_survived(
    server: GitHubServer, connect: Connect, time: Time, reply: Reply
) -> None:
    server.script(reply, times=2)
    assert isinstance(open_github(connect(), NAME).read("README.md"), File)
    assert time.slept == [0.5, 1.5]


@pytest.mark.parametrize("reply", [Reply(502, b"<html>"), Reply(drop=True)])
def test_lasting_failures_end_the_check(server: GitHubServer, connect: Connect, reply: Reply) -> None:
    server.script(reply, times=3)
    with pytest.raises(RepoUnavailable, match="3 times"):
        open_github(connect(), NAME)
    assert len(server.requests) == 3


def test_tries_count_as_requests(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(502), times=9)
    with pytest.raises(RequestBudgetSpent):
        open_github(connect(), NAME, budget=Budget(2))
    assert len(server.requests) == 2


def test_nobody_is_there(time: Time) -> None:
    with (
        GitHubClient(TokenAuth(TOKEN), api_url="http://127.0.0.1:1", sleep=time.sleep) as client,
        pytest.raises(RepoUnavailable, match="could not be reached"),
    ):
        open_github(client, NAME)


def test_no_answer_in_time(time: Time) -> None:
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("", request=request)

    transport = httpx.MockTransport(late)
    with (
        GitHubClient(TokenAuth(TOKEN), http=transport, sleep=time.sleep) as client,
        pytest.raises(RepoUnavailable, match="no answer in time"),
    ):
        open_github(client, NAME)


def test_prefetch_tells_of_a_limit(server: GitHubServer, connect: Connect, time: Time) -> None:
    snapshot = open_github(connect(), NAME)
    server.rate = Rate(remaining=0, reset=time.now + 1800)
    with pytest.raises(RateLimited):
        snapshot.prefetch(["README.md", "run.sh", "crlf.txt"])


def test_the_rate_left_is_told_and_costs_nothing(server: GitHubServer, connect: Connect, time: Time) -> None:
    server.rate = Rate(limit=5000, remaining=4321, reset=time.now + 60)
    server.scopes = "repo, read:org"
    left = connect().rate_left()
    assert (left.limit, left.left, left.reset) == (5000, 4321, time.now + 60)
    assert left.scopes == ("repo", "read:org")
    assert server.rate.remaining == 4321


@pytest.mark.parametrize(("scopes", "expected"), [(None, None), ("", ())])
def test_tokens_with_permissions_have_no_scopes(
    server: GitHubServer, connect: Connect, scopes: str | None, expected: tuple[str, ...] | None
) -> None:
    server.scopes = scopes
    assert connect().rate_left().scopes == expected


def test_an_enterprise_server_without_a_limit(server: GitHubServer, connect: Connect) -> None:
    server.script(Reply(404, {"message": "Rate limiting is not enabled."}))
    assert connect().rate_left().limit is None


def test_the_rate_left_with_a_wrong_token(connect: Connect) -> None:
    with pytest.raises(AccessDenied):
        connect("ghp_wrong").rate_left()
