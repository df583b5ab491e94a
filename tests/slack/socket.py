"""Slack's side of Socket Mode: says hello, sends envelopes, waits for their acks."""

from __future__ import annotations

import json
import secrets
import threading
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import serve

from bot.localslack.world import Json


class SocketMode:
    """The server and the connections to it."""

    def __init__(self) -> None:
        self._connections: list[Any] = []
        self._acks: dict[str, Json] = {}
        self._changed = threading.Condition()
        self._server = serve(self._serve, "127.0.0.1", 0)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self._server.socket.getsockname()[1]}/link?ticket={secrets.token_hex(4)}"

    @property
    def connected(self) -> int:
        """How many connections are open."""
        with self._changed:
            return len(self._connections)

    def send(self, kind: str, payload: Json, seconds: float = 3.0) -> Json | None:
        """Send an envelope and give the ack, or None when there was none in time."""
        envelope_id = secrets.token_hex(8)
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": True,
        }
        with self._changed:
            self._changed.wait_for(lambda: bool(self._connections), seconds)
            self._connections[-1].send(json.dumps(envelope))
            self._changed.wait_for(lambda: envelope_id in self._acks, seconds)
            return self._acks.get(envelope_id)

    def drop(self) -> None:
        """Cut every connection without a word."""
        with self._changed:
            for connection in self._connections:
                connection.socket.close()
            self._connections.clear()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()

    def _serve(self, connection: Any) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self._connections.append(connection)
            self._changed.notify_all()
        try:
            for text in connection:
                ack = json.loads(text)
                with self._changed:
                    self._acks[ack["envelope_id"]] = ack
                    self._changed.notify_all()
        except (ConnectionClosed, OSError):
            pass
        finally:
            with self._changed:
                if connection in self._connections:
                    self._connections.remove(connection)
