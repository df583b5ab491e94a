"""A command in a container over the API's websocket.

Pitfalls of the official client that this bears (design/limits.md): a command that is not there has no exit
code in the status, a refused handshake arrives as status 0, output must be taken as bytes.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

from kubernetes.client import Configuration
from kubernetes.client.exceptions import ApiException
from kubernetes.stream.ws_client import ERROR_CHANNEL, WSClient, websocket_call

from bot.errors import ClusterError, ClusterForbidden, ClusterRefused, ClusterUnavailable, NotInCluster

NOT_STARTED = 126
"""Exit code given for a command that could not be started at all, as a shell does."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command wrote and its exit code; `cut` says that there was more output than asked for.

    `error` is what the runtime says when the command could not be started (then `code` is 126).
    """

    code: int
    stdout: bytes
    stderr: bytes
    cut: bool = False
    error: str = ""


def run_in_container(
    configuration: Configuration, url: str, headers: dict[str, str], about: str, *, seconds: float, limit: int
) -> Ran:
    """Open the socket, take the output to its end. Raises ClusterError."""
    try:
        socket: WSClient = websocket_call(
            configuration, "GET", url, headers=headers, _preload_content=False, capture_all=False, binary=True
        )
    except ApiException as error:
        raise _handshake(str(error.reason), about) from None
    try:
        return _taken(socket, about, time.monotonic() + seconds, limit)
    finally:
        socket.close(timeout=1)
        socket.sock.shutdown()  # close() leaves the socket open when the server closed first


def _taken(socket: WSClient, about: str, deadline: float, limit: int) -> Ran:
    out, err = bytearray(), bytearray()
    try:
        while socket.is_open():
            left = deadline - time.monotonic()
            if left <= 0:
                raise ClusterUnavailable(f"{about} took too long and was given up.")
            socket.update(timeout=min(left, 1.0))
            out += _read(socket, 1)
            err += _read(socket, 2)
            if len(out) > limit:
                return Ran(0, bytes(out[:limit]), bytes(err), cut=True)
    except ClusterError:
        raise
    except Exception as error:  # websocket-client has its own tree, and raises OSError and ssl errors too
        raise ClusterUnavailable(f"{about}: the connection broke: {type(error).__name__}") from None
    out += _read(socket, 1)
    err += _read(socket, 2)
    code, reason = _status(socket.read_channel(ERROR_CHANNEL), about)
    return Ran(code, bytes(out[:limit]), bytes(err), cut=len(out) > limit, error=reason)


def _read(socket: WSClient, channel: int) -> bytes:
    data: Any = socket.read_channel(channel)
    return data.encode() if isinstance(data, str) else bytes(data)


def _status(data: bytes | str, about: str) -> tuple[int, str]:
    """Exit code and reason from the status that ends a command."""
    if not data:
        raise ClusterUnavailable(f"{about}: the connection ended before the command did.")
    try:
        status = json.loads(data)
    except ValueError:
        raise ClusterUnavailable(f"{about}: its status cannot be read.") from None
    if status.get("status") == "Success":
        return 0, ""
    for cause in (status.get("details") or {}).get("causes") or ():
        if cause.get("reason") == "ExitCode" and str(cause.get("message", "")).isdigit():
            return int(cause["message"]), ""
    return NOT_STARTED, str(status.get("message", "the command could not be started"))


def _handshake(reason: str, about: str) -> ClusterError:
    """A refused handshake: its HTTP status stands only in the text (`Handshake status 403 Forbidden`)."""
    found = re.search(r"Handshake status (\d{3})", reason)
    status = int(found[1]) if found else 0
    if status in (401, 403):
        return ClusterForbidden(
            f"{about} is not allowed for this account (pods/exec: get and create).",
            hint="deploy/rbac.yaml lists the permissions covcheck needs.",
        )
    if status == 404:
        return NotInCluster(f"{about}: there is no such pod or container.")
    if status in (400, 500):
        return ClusterRefused(f"{about}: the node refuses (is the container running?).")
    return ClusterUnavailable(f"{about}: no connection.")
