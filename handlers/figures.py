"""`POST /api/figures`: coverage pushed from CI, for whoever has the token."""

from __future__ import annotations

import hmac
import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from bot.errors import StoreError, UsageError
from bot.history.model import Figure
from bot.history.pushed import MAX_BYTES, PATH, decode
from bot.store.history import History

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LOG = logging.getLogger("covcheck.http")

__all__ = ["PATH", "FiguresWsgi"]


class FiguresWsgi:
    """Takes figures into the history. `token` is what `Authorization: Bearer` must hold; `repos` says of
    which repos figures are taken; `taken` is told of each that was kept, and never raises."""

    def __init__(
        self,
        history: History,
        token: str,
        repos: Callable[[str], bool],
        clock: Callable[[], float] = time.time,
        taken: Callable[[Figure], None] = lambda figure: None,
    ) -> None:
        if not token:
            raise ValueError("figures are taken only with a token")
        self._history = history
        self._token = token.encode()
        self._repos = repos
        self._clock = clock
        self._taken = taken

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI entry: 201 for a new figure, 200 for one that is known, else why not."""
        status, answer = self._answer(environ)
        body = json.dumps(answer).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if status.startswith("401"):
            headers.append(("WWW-Authenticate", "Bearer"))
        start_response(status, headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[str, dict[str, object]]:
        if environ["REQUEST_METHOD"] != "POST":
            return "405 Method Not Allowed", {"error": "POST only"}
        if not self._admits(environ.get("HTTP_AUTHORIZATION", "")):
            LOG.warning("a figure was refused: no or another token")
            return "401 Unauthorized", {"error": "the token is missing or another one"}
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdigit() and len(length) < 12):
            return "411 Length Required", {"error": "the length is missing"}
        if int(length) > MAX_BYTES:
            return "413 Content Too Large", {"error": f"a figure has at most {MAX_BYTES:,} bytes"}
        return self._kept(environ["wsgi.input"].read(int(length)))

    def _admits(self, header: str) -> bool:
        kind, _, given = header.partition(" ")
        said = given.strip().encode("latin-1", "replace")
        return hmac.compare_digest(said, self._token) and kind.lower() == "bearer"

    def _kept(self, body: bytes) -> tuple[str, dict[str, object]]:
        try:
            figure = decode(body, self._clock())
            if not self._repos(figure.repo):
                return "403 Forbidden", {"error": f"figures of {figure.repo} are not taken here"}
            new = self._history.keep(figure)
            self._taken(figure)
        except UsageError as error:
            return "422 Unprocessable Content", {"error": str(error), "hint": error.hint}
        except StoreError as error:
            LOG.error("a figure could not be kept: %s", error)
            return "503 Service Unavailable", {"error": "the figure could not be stored; push it again"}
        return "201 Created" if new else "200 OK", {"id": figure.id, "new": new}
