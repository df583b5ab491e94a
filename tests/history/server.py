"""Servers to push to: covcheck's own endpoint over a real socket, and ones that answer as a test says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.history.pushed import PATH
from bot.store.history import History
from handlers.figures import FiguresWsgi
from handlers.http import ApiWsgi, HttpServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

TOKEN = "a-token-of-this-test-0123456789"


class Saying:
    """A server that gives the answers it was made with, the last one for ever, and keeps what came."""

    def __init__(self, *answers: tuple[str, str], headers: Iterable[tuple[str, str]] = ()) -> None:
        self._answers = list(answers)
        self._headers = list(headers)
        self.seen: list[tuple[str, bytes]] = []

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.seen.append((environ.get("HTTP_AUTHORIZATION", ""), body))
        status, answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        start_response(status, [*self._headers, ("Content-Length", str(len(answer)))])
        return [answer.encode()]


@contextmanager
def served(wsgi: WSGIApplication) -> Iterator[str]:
    """The address of a server that has one app at the endpoint's path."""
    server = HttpServer(ApiWsgi(lambda: "", {PATH: wsgi}), "127.0.0.1", 0, threads=2)
    server.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.stop()


@contextmanager
def taking(history: History) -> Iterator[str]:
    """The address of covcheck's own endpoint, for repos of `acme`."""
    with served(FiguresWsgi(history, TOKEN, lambda repo: repo.startswith("acme/"))) as url:
        yield url
