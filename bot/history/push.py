"""`covcheck cov push`: a figure posted to covcheck's server, with a token that goes nowhere else."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import httpx

from bot.covdata import Problem
from bot.covdata.summary import Summary, shown_percent
from bot.errors import PushError, UsageError
from bot.history.origin import Named, Origin, origin
from bot.history.pushed import PATH, decode, encode
from bot.history.reading import read_coverage

TOKEN = "COVCHECK_PUSH_TOKEN"
URL = "COVCHECK_PUSH_URL"
ATTEMPTS = 4
LONGEST_WAIT = 30.0
"""Seconds between two attempts at most, whatever the server asks for."""

_TIMEOUT = httpx.Timeout(30.0, connect=10.0)
_MOST_ANSWER = 64_000
_AGAIN = frozenset({429, 500, 502, 503, 504})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_WORD = re.compile(r"[\x21-\x7e]+")

Sleep = Callable[[float], object]


def push(
    places: Sequence[Path],
    named: Named,
    url: str = "",
    *,
    dry_run: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> tuple[Problem, ...]:
    """Read coverage, post its figure, say on stdout what came of it, and return what is odd in the data.

    `dry_run` prints the JSON instead and needs neither URL nor token. Raises UsageError, DataError,
    PushError.
    """
    what = origin(named, environ)
    target, token = ("", "") if dry_run else (target_of(url or environ.get(URL, "")), token_of(environ))
    found = read_coverage(places)
    body = body_of(found.summary, what)
    if dry_run:
        print(json.dumps(json.loads(body), indent=2))
        return found.problems
    new = post(target, token, body)
    print(f"{'Pushed' if new else 'Known already'}: {_said(found.summary, what)}")
    return found.problems


def body_of(summary: Summary, what: Origin) -> bytes:
    """The JSON to post, read again by the very rules of the server. Raises UsageError where it breaks one."""
    body = encode(
        summary, repo=what.repo, service=what.service, commit=what.commit, branch=what.branch, run=what.run
    )
    decode(body, time.time())
    return body


def target_of(url: str) -> str:
    """The address to post to. Raises UsageError unless it is https, or http on this machine."""
    if not url:
        raise UsageError(f"No server is named: give --url, or set {URL}.", hint="docs/history.md says how.")
    try:
        parsed = httpx.URL(url.strip())
    except httpx.InvalidURL:
        raise UsageError("The server's address is no URL.") from None
    if parsed.scheme not in ("https", "http") or not parsed.host:
        raise UsageError("The server's address must begin with https:// and name a host.")
    if parsed.userinfo or parsed.query or parsed.fragment:
        raise UsageError("The server's address must hold no user, no `?` and no `#`.")
    if parsed.scheme == "http" and parsed.host not in _LOCAL:
        raise UsageError("The token is not sent over http:// to another machine.", hint="Use https://.")
    path = parsed.path.rstrip("/")
    return str(parsed.copy_with(path=path if path.endswith(PATH) else path + PATH))


def token_of(environ: Mapping[str, str]) -> str:
    """The token of the environment; it is never taken from the command line, which others can read.

    Raises UsageError when it is missing or cannot stand in a header.
    """
    token = environ.get(TOKEN, "").strip()
    if not token:
        raise UsageError(
            f"No token: set {TOKEN}.",
            hint="In GitHub Actions it is a secret, and pull requests of forks have none.",
        )
    if _WORD.fullmatch(token) is None:
        raise UsageError(f"{TOKEN} holds characters that no token has.")
    return token


def post(
    target: str,
    token: str,
    body: bytes,
    *,
    sleep: Sleep = time.sleep,
    transport: httpx.BaseTransport | None = None,
) -> bool:
    """Post a figure; whether it was new. Tried 4 times where that may help; redirects are not followed.

    Raises PushError.
    """
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    local = httpx.URL(target).scheme == "http"
    with httpx.Client(
        timeout=_TIMEOUT, follow_redirects=False, trust_env=not local, transport=transport
    ) as client:
        for attempt in range(1, ATTEMPTS + 1):
            wait = min(2.0 ** (attempt - 1), LONGEST_WAIT)
            try:
                status, answer, asked = _asked(client, target, headers, body)
            except httpx.HTTPError as error:
                failure = f"The server cannot be reached: {type(error).__name__}"
            else:
                if status not in _AGAIN:
                    return _taken(status, answer, token)
                failure = f"The server answers with {status}{_reason(answer, token)}"
                wait = wait if asked is None else min(asked, LONGEST_WAIT)
            if attempt < ATTEMPTS:
                print(f"covcheck: {failure}; trying again", file=sys.stderr)
                sleep(wait)
    raise PushError(f"{failure}, {ATTEMPTS} times in a row.", hint="Nothing was pushed; push it again later.")


def _asked(
    client: httpx.Client, target: str, headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes, float | None]:
    """The status, the begin of the answer, and the seconds that the server asks to wait."""
    with client.stream("POST", target, content=body, headers=dict(headers)) as response:
        answer = b""
        for chunk in response.iter_bytes(8_192):
            answer += chunk
            if len(answer) > _MOST_ANSWER:
                break
        after = response.headers.get("retry-after", "")
        wait = float(after) if after.isascii() and after.isdigit() and len(after) < 6 else None
        return response.status_code, answer[:_MOST_ANSWER], wait


def _taken(status: int, answer: bytes, token: str) -> bool:
    """Whether a figure that was taken was new. Raises PushError when it was not taken."""
    said = _json(answer)
    if status in (200, 201):
        if isinstance(said.get("id"), str) and isinstance(said.get("new"), bool):
            return bool(said["new"])
        raise PushError("What answers is not covcheck's server.", hint="Check the server's address.")
    if 300 <= status < 400:
        raise PushError(
            f"The server redirects ({status}); the token is not sent on.",
            hint="Give the address that it redirects to, if it is covcheck's.",
        )
    hints = {401: f"Check {TOKEN}.", 403: "Whoever runs covcheck can allow the repo in `repos.allowed`."}
    hints[404] = "Check the address; covcheck takes figures only when `history.push_token` is set there."
    raise PushError(
        f"The server refuses the figure ({status}){_reason(answer, token)}.", hint=hints.get(status, "")
    )


def _json(answer: bytes) -> dict[str, object]:
    try:
        said = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _reason(answer: bytes, token: str) -> str:
    """What the server says of it, on one line and without the token; empty when it says nothing we know."""
    error = _json(answer).get("error")
    if not isinstance(error, str) or not error:
        return ""
    shown = "".join(c if c.isprintable() else " " for c in error[:1_000].replace(token, "[redacted]"))
    return f": {shown[:300].rstrip('. ')}"


def _said(summary: Summary, what: Origin) -> str:
    where = f" on {what.branch}" if what.branch else ""
    return (
        f"{what.service} of {what.repo} at {what.commit[:12]}{where}: {shown_percent(summary.percent)} "
        f"of {summary.statements:,} statements."
    )
