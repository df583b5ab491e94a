"""One request to GitHub's API: bounded in size and time, and never with the token in an error."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx

from bot.errors import RepoUnavailable

TIMEOUT = httpx.Timeout(15.0, connect=5.0)
DEADLINE_SECONDS = 60.0
_MESSAGE_LENGTH = 200


class Lost(Exception):
    """The request got no answer; asking again may help."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request: `path` is below the API's address; `body` is sent as JSON."""

    path: str
    method: str = "GET"
    accept: str = "application/json"
    params: Mapping[str, str] | None = None
    etag: str | None = None
    body: Mapping[str, Any] | None = None
    most_bytes: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `path` is the one that answered, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    path: str

    @property
    def message(self) -> str:
        """GitHub's own words for a failure, or an empty text."""
        try:
            said = self.json().get("message")
        except RepoUnavailable:
            return ""
        return " ".join(said.split())[:_MESSAGE_LENGTH] if isinstance(said, str) else ""

    def json(self) -> dict[str, Any]:
        """The body as a JSON object. Raises RepoUnavailable when it is none."""
        parsed = self.parsed()
        if not isinstance(parsed, dict):
            raise RepoUnavailable(f"GitHub's answer to {self.path} is not a JSON object.")
        return parsed

    def parsed(self) -> Any:
        """The body as JSON of any kind; None when it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Transport:
    """Sends Questions to one API address over a pool of connections; threads may share it."""

    def __init__(self, api_url: str, agent: str, http: httpx.BaseTransport | None = None) -> None:
        self.api_url = api_url.rstrip("/")
        self._base = httpx.URL(self.api_url)
        self._http = httpx.Client(
            transport=http,
            verify=_certificates(),
            timeout=TIMEOUT,
            follow_redirects=False,
            limits=httpx.Limits(max_connections=8),
            headers={"User-Agent": agent, "X-GitHub-Api-Version": "2022-11-28"},
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, question: Question, token: str | None) -> Reply:
        """One request, one answer. Raises Lost without an answer, RepoUnavailable for a huge one."""
        headers = {"Accept": question.accept}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if question.etag is not None:
            headers["If-None-Match"] = question.etag
        try:
            with self._http.stream(
                question.method,
                self.api_url + question.path,
                params=question.params,
                headers=headers,
                json=question.body,
            ) as response:
                body = _body(response, question)
                if response.status_code >= 400 and token is not None:
                    body = body.replace(token.encode(), b"***")
                return Reply(response.status_code, response.headers, body, question.path)
        except httpx.TransportError as error:
            raise Lost(_reason(error)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise RepoUnavailable(f"GitHub's answer could not be read: {_reason(error)}.") from None

    def redirected(self, reply: Reply) -> str:
        """The path below the API's address that a redirect leads to.

        Raises RepoUnavailable for another host, port, scheme or API: the token must not go there.
        """
        try:
            url = httpx.URL(self.api_url + reply.path).join(reply.headers.get("location", ""))
        except httpx.InvalidURL:
            url = httpx.URL("")
        if (url.scheme, url.host, url.port) != (self._base.scheme, self._base.host, self._base.port):
            raise RepoUnavailable(
                f"GitHub redirects to another host ({url.host or 'unnamed'}); it is not followed.",
                hint="Check github.api_url, and whether the repo or the host has moved.",
            )
        base = self._base.raw_path.decode("ascii").rstrip("/")
        target = url.raw_path.decode("ascii")
        if not target.startswith(f"{base}/"):
            raise RepoUnavailable(f"GitHub redirects out of its API, to {target[:100]}; it is not followed.")
        return target[len(base) :]


@cache
def _certificates() -> ssl.SSLContext:
    """The certificates of known authorities; reading them takes longer than a warm check."""
    return httpx.create_ssl_context()


def _body(response: httpx.Response, question: Question) -> bytes:
    held = bytearray()
    end = time.monotonic() + DEADLINE_SECONDS
    for piece in response.iter_bytes():
        held += piece
        if len(held) > question.most_bytes:
            raise RepoUnavailable(
                f"GitHub's answer to {question.path} is larger than {question.most_bytes:,} bytes."
            )
        if time.monotonic() > end:
            raise Lost(f"the answer was not complete after {DEADLINE_SECONDS:g} s")
    return bytes(held)


def _reason(error: Exception) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return str(error) or type(error).__name__
