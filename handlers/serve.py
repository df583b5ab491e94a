"""Builds the Slack side from explicit parts, and serves until it is told to stop.

The composition root passes settings and the repo reader in; nothing here reads settings.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Protocol

from slack_bolt import App
from slack_sdk import WebClient

from bot.errors import SettingsError
from bot.jobs.engine import Jobs, JobsConfig
from bot.jobs.live import LiveConfig
from bot.jobs.messenger import Messenger
from bot.jobs.parts import PartOf
from bot.jobs.work import Work
from bot.store.answers import Store
from handlers.app import build_app
from handlers.desk import Desk
from handlers.figures import PATH, FiguresWsgi
from handlers.http import ApiWsgi, HttpServer, SlackWsgi
from handlers.socket import SocketServer
from handlers.web import SlackMessenger, web_client

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

LOG = logging.getLogger("covcheck")


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """How to reach Slack. `base_url` ends in `/api/`; another one is for tests and proxies.

    `signing_secret` is needed over HTTP, `app_token` over Socket Mode.
    """

    bot_token: str
    signing_secret: str = ""
    app_token: str | None = None
    base_url: str = WebClient.BASE_URL


class Server(Protocol):
    """Something that takes Slack's requests."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


class Together:
    """Several servers as one: started in order, stopped from the last to the first."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = tuple(servers)
        self._started: list[Server] = []

    def start(self) -> None:
        """Start each; when one cannot, those before it are stopped."""
        try:
            for server in self._servers:
                server.start()
                self._started.append(server)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop those that were started."""
        while self._started:
            self._started.pop().stop()


def build_jobs(
    config: JobsConfig,
    *,
    slack: SlackConfig,
    work: Work,
    store: Store,
    messenger: Messenger | None = None,
    live: LiveConfig | None = None,
    parts: Sequence[PartOf] = (),
) -> Jobs:
    """The durable jobs, not yet started; `messenger` replaces Slack (a terminal, a test), `live` None: there
    is no cluster; `parts` carry out further orders."""
    speaks = messenger or SlackMessenger(slack.bot_token, store, base_url=slack.base_url)
    return Jobs(config, work, speaks, store, live, parts)


def build_slack_app(slack: SlackConfig, *, desk: Desk) -> App:
    """The Bolt app with every surface. Raises SlackError when the bot token is refused."""
    client = web_client(slack.bot_token, base_url=slack.base_url)
    return build_app(client=client, signing_secret=slack.signing_secret or "unused", desk=desk)


def http_server(
    app: App, slack: SlackConfig, *, jobs: Jobs, host: str, port: int, figures: FiguresWsgi | None = None
) -> HttpServer:
    """The HTTP server, bound but not yet serving; `figures` takes figures from CI (None: no such path).

    Raises SettingsError when the port is taken or there is no signing secret to check requests with.
    """
    if not slack.signing_secret:
        raise SettingsError("Slack over HTTP needs a signing secret.", hint="Set SLACK_SIGNING_SECRET.")
    wsgi = SlackWsgi(app, slack.signing_secret, jobs.trouble, routes=_routes(figures))
    return HttpServer(wsgi, host, port)


def api_server(figures: FiguresWsgi, *, jobs: Jobs, host: str, port: int) -> HttpServer:
    """The HTTP server beside Socket Mode, for figures from CI alone. Raises SettingsError when the port is
    taken."""
    return HttpServer(ApiWsgi(jobs.trouble, _routes(figures)), host, port, threads=8)


def _routes(figures: FiguresWsgi | None) -> dict[str, WSGIApplication]:
    return {} if figures is None else {PATH: figures}


def socket_server(app: App, slack: SlackConfig, *, ping_seconds: float = 5.0) -> SocketServer:
    """The Socket Mode connection, not yet open. Raises SettingsError when there is no app token."""
    if not slack.app_token:
        raise SettingsError("Socket Mode needs an app token.", hint="Set SLACK_APP_TOKEN (xapp-...).")
    return SocketServer(app, slack.app_token, base_url=slack.base_url, ping_seconds=ping_seconds)


def serve_http(
    app: App, slack: SlackConfig, *, jobs: Jobs, host: str, port: int, figures: FiguresWsgi | None = None
) -> None:
    """Serve over HTTP until SIGTERM or SIGINT; `jobs` must be started."""
    run_until_signal(http_server(app, slack, jobs=jobs, host=host, port=port, figures=figures), jobs)


def serve_socket(app: App, slack: SlackConfig, *, jobs: Jobs, beside: Sequence[Server] = ()) -> None:
    """Serve over Socket Mode until SIGTERM or SIGINT, and what else is served beside it; `jobs` must be
    started."""
    run_until_signal(Together((*beside, socket_server(app, slack))), jobs)


def run_until_signal(
    server: Server, jobs: Jobs, *, grace: float = 20.0, leave: Callable[[int], object] = os._exit
) -> None:
    """Start, wait for SIGTERM or SIGINT, take no more requests, let jobs under way finish.

    Jobs that take longer than `grace` seconds are left to the next start; the process then leaves
    at once, since their threads would keep it alive.
    """
    stop = threading.Event()

    def asked(signum: int, _: FrameType | None) -> None:
        LOG.info("stopping on %s", signal.Signals(signum).name)
        stop.set()

    previous = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        server.start()
        stop.wait()
        server.stop()
        ended = jobs.close(grace)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    if not ended:
        LOG.warning("left with jobs under way; the next start goes on with them")
        logging.shutdown()
        leave(0)
