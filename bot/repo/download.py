"""A file that GitHub does not give itself but sends to: an artifact's zip at its storage.

"Download an artifact" answers 302 with an address that holds for a minute and needs no token
(docs.github.com, REST API, Actions artifacts). The token goes to the API alone.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from bot.errors import RepoNotFound, RepoUnavailable, StoreError
from bot.repo.client import GitHubClient
from bot.repo.limits import Budget
from bot.repo.transport import TIMEOUT, Question, Reply

DEADLINE_SECONDS = 300.0
_PIECE = 1 << 16
_REDIRECTS = (301, 302, 303, 307, 308)


class TooLarge(RepoUnavailable):
    """The file is larger than what is taken."""


class StorageFailed(RepoUnavailable):
    """The storage did not give the file, or another one than GitHub's digest is of."""


def download(
    client: GitHubClient,
    path: str,
    into: Path,
    *,
    repo: str,
    budget: Budget,
    most_bytes: int,
    sha256: str | None = None,
    http: httpx.BaseTransport | None = None,
) -> int:
    """Fetch what `path` below the API leads to into a file; its size in bytes.

    `sha256` is what the content must have (hex). Raises RepoNotFound when it is gone, TooLarge, StorageFailed
    where the storage is at fault, StoreError where the file cannot be written, and what `client.ask` raises.
    """
    reply = client.ask(Question(path), repo=repo, budget=budget, follow=False)
    if reply.status in (404, 410):
        raise RepoNotFound(f"GitHub no longer has {path}.")
    if reply.status not in _REDIRECTS:
        raise RepoUnavailable(f"GitHub answered {reply.status} for {path}. {reply.message}".strip())
    address = storage_address(client.api_url, path, reply)
    try:
        with (
            httpx.Client(timeout=TIMEOUT, follow_redirects=False, transport=http) as plain,
            plain.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer,
            into.open("wb") as file,
        ):
            size, digest = _copied(answer, file.write, most_bytes)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise StorageFailed(f"GitHub's storage could not be read: {type(error).__name__}.") from None
    except OSError as error:
        raise StoreError(f"The file cannot be written: {error.strerror}.") from None
    if sha256 is not None and digest != sha256:
        raise StorageFailed("What GitHub's storage gave does not have the digest that GitHub names.")
    return size


def storage_address(api_url: str, path: str, reply: Reply) -> httpx.URL:
    """Where a redirect leads: https anywhere, http only on the API's own host when the API is asked over http
    itself (a test, a proxy on this machine). Raises RepoUnavailable for another address."""
    api = httpx.URL(api_url)
    try:
        url = httpx.URL(api_url + path).join(reply.headers.get("location", ""))
    except httpx.InvalidURL:
        url = httpx.URL("")
    local = api.scheme == "http" and url.scheme == "http" and url.host == api.host
    if not url.host or url.userinfo or not (url.scheme == "https" or local):
        raise RepoUnavailable("GitHub leads to an address that is not fetched: it is not https.")
    return url


def _copied(answer: httpx.Response, write: Callable[[bytes], object], most: int) -> tuple[int, str]:
    """(size, SHA-256 in hex) of an answer that was written away. Raises TooLarge, StorageFailed."""
    if answer.status_code != 200:
        raise StorageFailed(f"GitHub's storage answered {answer.status_code}.")
    said = answer.headers.get("content-length", "")
    if said.isascii() and said.isdigit() and int(said[:20]) > most:
        raise TooLarge(f"The file has {int(said[:20]):,} bytes; at most {most:,} are fetched.")
    size, digest, end = 0, hashlib.sha256(), time.monotonic() + DEADLINE_SECONDS
    for piece in answer.iter_raw(_PIECE):
        size += len(piece)
        if size > most:
            raise TooLarge(f"The file has more than {most:,} bytes.")
        if time.monotonic() > end:
            raise StorageFailed(f"The file was not complete after {DEADLINE_SECONDS:g} s.")
        digest.update(piece)
        write(piece)
    return size, digest.hexdigest()
