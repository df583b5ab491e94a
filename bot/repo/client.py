"""GitHub's REST API: who asks, limits, retries, redirects. What is asked is in `bot.repo.github`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bot.errors import AccessDenied, RepoNotFound, RepoUnavailable
from bot.repo.auth import AppAuth, Auth, NoAuth, identity
from bot.repo.cache import Cache, MemoryCache
from bot.repo.limits import Budget, Limit, read_limit
from bot.repo.transport import Lost, Question, Reply, Transport

PUBLIC_API = "https://api.github.com"
BACKOFF_SECONDS = (0.5, 1.5)
"""Pauses before the second and the third try at a request without an answer or with a 5xx."""

_MAX_REDIRECTS = 5
_REDIRECTS = (301, 302, 307, 308)


@dataclass(frozen=True, slots=True)
class RateLeft:
    """The primary limit: requests an hour, those left, and when it starts anew (epoch seconds).

    `limit` is None where the server has no limit. `scopes` are those of a classic token; None for
    other tokens, which have permissions instead.
    """

    limit: int | None
    left: int | None
    reset: float | None
    scopes: tuple[str, ...] | None


class GitHubClient:
    """Asks one GitHub, the public one or an Enterprise server, in the name of one Auth.

    `api_url` is `https://api.github.com` or `https://<host>/api/v3`. `web_url`, for permalinks,
    follows from it. `sleep` and `clock` (epoch seconds) can be replaced; `http` too, for tests.
    """

    def __init__(
        self,
        auth: Auth | None = None,
        *,
        api_url: str = PUBLIC_API,
        web_url: str | None = None,
        cache: Cache | None = None,
        agent: str = "covcheck",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        self.auth: Auth = auth or NoAuth()
        self.api_url = api_url.rstrip("/")
        self.web_url = (web_url or web_address(self.api_url)).rstrip("/")
        self.cache: Cache = cache or MemoryCache()
        self.requests = 0
        self._sleep = sleep
        self._clock = clock
        self._transport = Transport(self.api_url, agent, http)
        self._lock = threading.Lock()
        self._limits: dict[str, Limit] = {}

    def __enter__(self) -> GitHubClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def token(self, repo: str | None, budget: Budget) -> str | None:
        """The token for a repo; a GitHub App may have to ask for one. Raises RepoError."""

        def ask(method: str, path: str, bearer: str, body: dict[str, Any] | None) -> Any:
            return self._ask_as_app(Question(path, method, body=body), bearer, budget)

        return self.auth.token(repo, ask)

    def ask(self, question: Question, *, repo: str, budget: Budget, follow: bool = True) -> Reply:
        """The answer, whatever the API says of the thing asked for (2xx, 304, 404, 409, 422, ...).

        Follows redirects within the API, unless `follow` is False. Raises AccessDenied for 401 and 403,
        RateLimited, RequestBudgetSpent, and RepoUnavailable for 5xx, network failures and other hosts.
        """
        token = self.token(repo, budget)
        asked = self._followed if follow else self._limited
        reply = asked(question, token, budget)
        if reply.status == 401 and token is not None and self.auth.refused(token):
            reply = asked(question, self.token(repo, budget), budget)
        return self._permitted(reply, repo)

    def rate_left(self, repo: str | None = None) -> RateLeft:
        """The rate limit's state and the token's scopes; does not count against the limit.

        A GitHub App asks in the name of the installation on `repo`, else of any. Raises RepoError.
        """
        budget = Budget()
        reply = self._retried(Question("/rate_limit"), self.token(repo, budget), budget)
        if reply.status == 404:
            return RateLeft(None, None, None, _scopes(reply))
        body = self._permitted(reply, repo or self.api_url).json()
        rate = body.get("resources", {}).get("core") or body.get("rate") or {}
        return RateLeft(rate.get("limit"), rate.get("remaining"), rate.get("reset"), _scopes(reply))

    def app_name(self) -> str | None:
        """The GitHub App's name as GitHub knows it (its key works), None without an App."""
        if not isinstance(self.auth, AppAuth):
            return None
        found = self._ask_as_app(Question("/app"), self.auth.app_jwt(), Budget())
        return str(found["slug"]) if isinstance(found, dict) and "slug" in found else None

    def _ask_as_app(self, question: Question, bearer: str, budget: Budget) -> Any:
        reply = self._followed(question, bearer, budget)
        if reply.status == 401:
            raise AccessDenied(
                f"GitHub refused the App's key: {reply.message or 'no reason given'}.",
                hint="Check github.app_id, the private key and this machine's clock.",
            )
        if reply.status in (404, 410):
            raise RepoNotFound(f"GitHub has no {question.path}.")
        reply = self._permitted(reply, question.path)
        if reply.status >= 300:
            said = reply.message.rstrip(".") or "no reason given"
            raise AccessDenied(f"GitHub answered {reply.status} to the App: {said}.")
        return reply.parsed()

    def _followed(self, question: Question, token: str | None, budget: Budget) -> Reply:
        for _ in range(_MAX_REDIRECTS + 1):
            reply = self._limited(question, token, budget)
            if reply.status not in _REDIRECTS or question.method != "GET":
                return reply
            question = replace(question, path=self._transport.redirected(reply), params=None)
        raise RepoUnavailable(f"GitHub redirects more than {_MAX_REDIRECTS} times.")

    def _limited(self, question: Question, token: str | None, budget: Budget) -> Reply:
        """Ask when no limit holds; wait for its end as long as the budget allows."""
        who = identity(token or "")
        while True:
            now = self._clock()
            known = self._limits.get(who)
            if known is not None and known.until > now:
                self._sleep(budget.pause(known, now))
            reply = self._retried(question, token, budget)
            limit = read_limit(reply.status, reply.headers, reply.message, self._clock())
            if limit is None:
                return reply
            with self._lock:
                self._limits[who] = limit
            self._sleep(budget.pause(limit, self._clock()))

    def _retried(self, question: Question, token: str | None, budget: Budget) -> Reply:
        for pause in (*BACKOFF_SECONDS, None):
            budget.take()
            with self._lock:
                self.requests += 1
            try:
                reply = self._transport.send(question, token)
                if reply.status < 500:
                    return reply
                failure = f"answered {reply.status}"
            except Lost as error:
                failure = f"could not be reached ({error})"
            if pause is not None:
                self._sleep(pause)
        raise RepoUnavailable(
            f"GitHub at {self.api_url} {failure}, {len(BACKOFF_SECONDS) + 1} times.",
            hint="Try again; see whether GitHub has an outage.",
        )

    def _permitted(self, reply: Reply, what: str) -> Reply:
        said = f" ({reply.message})" if reply.message else ""
        if reply.status == 401:
            raise self._refused(said)
        if reply.status in (403, 451):
            raise AccessDenied(f"GitHub denies access to {what}{said}.", hint=_denied_hint(reply))
        return reply

    def _refused(self, said: str) -> AccessDenied:
        if isinstance(self.auth, NoAuth):
            return AccessDenied(f"GitHub asks for a token{said}.", hint="Set GITHUB_TOKEN.")
        hint = "The token is wrong or expired: set a new GITHUB_TOKEN."
        return AccessDenied(f"GitHub refused the token{said}.", hint=hint)


def web_address(api_url: str) -> str:
    """The web address that belongs to an API address, by GitHub's own scheme.

    `https://api.github.com` is served at `https://github.com`, `https://HOST/api/v3` at
    `https://HOST`, `https://api.NAME.ghe.com` at `https://NAME.ghe.com`.
    """
    base = api_url.rstrip("/").removesuffix("/api/v3")
    return base.replace("://api.", "://", 1)


def _denied_hint(reply: Reply) -> str:
    if "x-github-sso" in reply.headers:
        return "The organization asks for single sign-on: authorize the token for it."
    return "The token needs read access to the repo's contents."


def _scopes(reply: Reply) -> tuple[str, ...] | None:
    listed = reply.headers.get("x-oauth-scopes")
    return None if listed is None else tuple(one.strip() for one in listed.split(",") if one.strip())
