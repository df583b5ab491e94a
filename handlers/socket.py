"""Slack over Socket Mode: no public address needed. An envelope is acknowledged when its order is on disk.

slack_sdk's client reconnects by itself, but is known to stall after a killed TCP connection or lost
DNS (slack_sdk #1701, #1462); a watch connects anew when the connection stays down.
"""

from __future__ import annotations

import logging
import threading

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import SlackError
from handlers.web import web_client

LOG = logging.getLogger("covcheck.socket")


class SocketServer:
    """One Socket Mode connection: `start`, then `stop`."""

    def __init__(
        self,
        app: App,
        app_token: str,
        *,
        base_url: str = WebClient.BASE_URL,
        workers: int = 32,
        ping_seconds: float = 5.0,
    ) -> None:
        self._handler = SocketModeHandler(
            app,
            app_token,
            logger=LOG,
            web_client=web_client(app_token, base_url=base_url),
            concurrency=workers,
            ping_interval=ping_seconds,
        )
        self._ping_seconds = ping_seconds
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watched, name="covcheck-socket-watch", daemon=True)

    def start(self) -> None:
        """Connect. Raises SlackError when Slack refuses the app token or cannot be reached."""
        try:
            self._handler.client.connect()
        except SlackApiError as error:
            raise SlackError(
                f"Slack refused the app token: {error.response['error']}.",
                hint="Check SLACK_APP_TOKEN with `covcheck doctor`; it needs connections:write.",
            ) from None
        except OSError as error:
            raise SlackError(f"Slack could not be reached: {type(error).__name__}.") from error
        self._watch.start()

    def stop(self) -> None:
        """Disconnect; envelopes that were not acknowledged go to another connection or come again."""
        self._stopping.set()
        client = self._handler.client
        client.auto_reconnect_enabled = False
        client.default_auto_reconnect_enabled = False
        client.close()
        client.message_workers.shutdown(wait=True, cancel_futures=True)

    def connected(self) -> bool:
        """Whether the connection stands, as far as the last ping could tell."""
        session = self._handler.client.current_session
        return session is not None and session.is_active() and not session.consecutive_check_state_error_count

    def _watched(self) -> None:
        """Connect anew when two looks in a row find the connection down; slack_sdk waits for five."""
        downs = 0
        while not self._stopping.wait(self._ping_seconds):
            downs = 0 if self.connected() else downs + 1
            if downs >= 2:
                LOG.warning("the Socket Mode connection is down; connecting anew")
                self._reconnect()

    def _reconnect(self) -> None:
        try:
            self._handler.client.connect_to_new_endpoint(force=True)
        except SlackApiError as error:
            why = error.response["error"]
            LOG.error(
                "Slack refuses the app token (%s): set SLACK_APP_TOKEN and restart; nothing is heard", why
            )
        except Exception as error:
            LOG.warning("connecting anew failed: %s", type(error).__name__)
