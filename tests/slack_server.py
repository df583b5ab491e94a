"""A Slack for one machine: the Web API methods the bot uses, Socket Mode, channels that remember.

It answers as Slack's reference says, refuses what Slack refuses (limits in `slack_rules`), and keeps
everything that was posted. Faults are set per method: a rate limit, an outage, a lost reply.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import secrets
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.slack_rules import faults, message_error, reading

BOT_TOKEN = "xoxb-local"
APP_TOKEN = "xapp-local"
BOT_USER = "UBOT"
TEAM = "T1"
HUMAN = "U1"
SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "im:history",
        "mpim:history",
    }
)
_HISTORY = {"C": "channels:history", "G": "groups:history", "D": "im:history", "M": "mpim:history"}

Json = dict[str, Any]


class Refused(Exception):
    """`ok: false` with this error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


@dataclass
class Channel:
    """A channel and its messages, oldest first; `D...` is a direct message with the bot."""

    id: str
    has_bot: bool = True
    archived: bool = False
    messages: list[Json] = field(default_factory=list)

    def find(self, ts: str) -> Json | None:
        return next((message for message in self.messages if message["ts"] == ts), None)


@dataclass(frozen=True)
class Fault:
    """What goes wrong with a call. `done` lets the call take effect and then loses the reply."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    drop: bool = False
    done: bool = False


class SlackServer:
    """Start with `with SlackServer() as slack:`; give `slack.base_url` and `BOT_TOKEN` to the bot."""

    def __init__(self, scopes: frozenset[str] = SCOPES) -> None:
        self.scopes = scopes
        self.channels: dict[str, Channel] = {}
        self.whispers: list[Json] = []
        self.files: dict[str, Json] = {}
        self.calls: list[tuple[str, Json]] = []
        self.violations: list[str] = []
        self.responses: dict[str, list[Json]] = defaultdict(list)
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._triggers: dict[str, float] = {}
        self._count = itertools.count(1)
        self._changed = threading.Condition(threading.RLock())
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._http.daemon_threads = True
        self._sockets: SocketMode | None = None

    def __enter__(self) -> SlackServer:
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._sockets is not None:
            self._sockets.close()
        self._http.shutdown()
        self._http.server_close()

    # what a test or a console asks

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def base_url(self) -> str:
        return f"{self.origin}/api/"

    @property
    def sockets(self) -> SocketMode:
        """The Socket Mode side, started when first asked for."""
        with self._changed:
            self._sockets = self._sockets or SocketMode()
            return self._sockets

    def channel(self, channel_id: str) -> Channel:
        """The channel, made when it is new."""
        with self._changed:
            return self.channels.setdefault(channel_id, Channel(channel_id))

    def by_bot(self, channel_id: str) -> list[Json]:
        """The bot's messages in a channel as they stand now, oldest first."""
        with self._changed:
            return [m for m in self.channel(channel_id).messages if m.get("user") == BOT_USER]

    def thread(self, channel_id: str, ts: str) -> list[Json]:
        """The replies under a message."""
        with self._changed:
            return [
                m for m in self.channel(channel_id).messages if m.get("thread_ts") == ts and m["ts"] != ts
            ]

    def called(self, method: str) -> list[Json]:
        """The arguments of every call of a method that was not refused by a fault."""
        with self._changed:
            return [arguments for name, arguments in self.calls if name == method]

    def fail(self, method: str, fault: Fault, times: int = 1) -> None:
        """Let the next calls of a method go wrong."""
        with self._changed:
            self._faults[method].extend([fault] * times)

    def wait(self, until: Callable[[], Any], seconds: float = 20.0) -> Any:
        """Wait until something holds; raises AssertionError with what was posted when it never does."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while not (value := until()):
                if time.monotonic() > deadline:
                    raise AssertionError(f"not seen within {seconds} s\n{self.transcript()}")
                self._changed.wait(0.1)
            return value

    def transcript(self) -> str:
        """Everything that stands in the channels, as people read it."""
        with self._changed:
            lines = [f"violations: {self.violations}"] if self.violations else []
            for channel in self.channels.values():
                for message in channel.messages:
                    indent = "  " if message.get("thread_ts", message["ts"]) != message["ts"] else ""
                    shown = reading(message.get("blocks") or []) or message.get("text", "")
                    lines.append(f"{indent}#{channel.id} {message['ts']} {message['user']}: {shown}")
            lines += [f"only for {w.get('user')}: {w.get('text')}" for w in self.whispers]
            return "\n".join(lines)

    def say(self, channel_id: str, text: str, user: str = HUMAN, thread: str | None = None) -> Json:
        """A person writes a message."""
        message = {"type": "message", "user": user, "text": text, "ts": self.new_ts()}
        if thread is not None:
            message["thread_ts"] = thread
        with self._changed:
            self.channel(channel_id).messages.append(message)
            self._changed.notify_all()
        return message

    def whisper(self, whispered: Json) -> None:
        """Keep what only one person sees; checked like every message."""
        with self._changed:
            self._check_message(whispered)
            self.whispers.append(whispered)
            self._changed.notify_all()

    def new_ts(self) -> str:
        """A message time stamp no other message has."""
        number = next(self._count)
        return f"{1_760_000_000 + number}.{number:06d}"

    def new_trigger(self) -> str:
        """A trigger id; it can open a modal for 3 seconds."""
        trigger = f"{next(self._count)}.{secrets.token_hex(8)}"
        self._triggers[trigger] = time.monotonic()
        return trigger

    def new_response_url(self) -> str:
        """Slack's short-lived address for answering one request."""
        return f"{self.origin}/response/{secrets.token_hex(8)}"

    # what the HTTP side asks

    def take_fault(self, method: str) -> Fault | None:
        with self._changed:
            waiting = self._faults[method]
            return waiting.popleft() if waiting else None

    def call(self, method: str, token: str | None, arguments: Json) -> Json:
        """Carry out a Web API method."""
        action = _METHODS.get(method)
        if action is None:
            return {"ok": False, "error": "unknown_method"}
        with self._changed:
            self.calls.append((method, arguments))
            try:
                self._authorize(method, token, arguments)
                return {"ok": True, **action(self, arguments)}
            except Refused as refused:
                return refused.answer
            finally:
                self._changed.notify_all()

    def uploaded(self, file_id: str, content: bytes) -> bool:
        """Take a file's bytes."""
        with self._changed:
            file = self.files.get(file_id)
            if file is None or file["length"] != len(content):
                return False
            file["content"] = content.decode("utf-8", "replace")
            return True

    def _authorize(self, method: str, token: str | None, arguments: Json) -> None:
        expected = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if token != expected:
            raise Refused("invalid_auth" if token else "not_authed")
        needed = _SCOPES.get(method) or (
            _HISTORY.get(str(arguments.get("channel"))[:1]) if method.startswith("conversations.") else None
        )
        if needed and needed not in self.scopes:
            raise Refused("missing_scope", needed=needed, provided=",".join(sorted(self.scopes)))

    def _check_message(self, arguments: Json) -> None:
        error = message_error(arguments)
        if error is not None:
            found = [fault for block in arguments.get("blocks") or [] for fault in faults(block)]
            self.violations.append(f"{error}: {found}")
            raise Refused(error)

    def _open_channel(self, arguments: Json) -> Channel:
        channel = self.channels.get(str(arguments.get("channel")))
        if channel is None:
            raise Refused("channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        if not channel.has_bot:
            raise Refused("not_in_channel")
        return channel

    # Web API methods, docs.slack.dev/reference/methods

    def _auth_test(self, _: Json) -> Json:
        return {
            "url": self.origin,
            "team": "local",
            "user": "covcheck",
            "team_id": TEAM,
            "user_id": BOT_USER,
            "bot_id": "B1",
        }

    def _post_message(self, arguments: Json) -> Json:
        channel = self._open_channel(arguments)
        self._check_message(arguments)
        thread = arguments.get("thread_ts")
        if thread and channel.find(str(thread)) is None:
            raise Refused("thread_not_found")
        message = {
            "type": "message",
            "user": BOT_USER,
            "bot_id": "B1",
            "ts": self.new_ts(),
            **_kept(arguments),
        }
        channel.messages.append(message)
        return {"channel": channel.id, "ts": message["ts"], "message": message}

    def _update(self, arguments: Json) -> Json:
        channel = self._open_channel(arguments)
        message = channel.find(str(arguments.get("ts")))
        if message is None:
            raise Refused("message_not_found")
        if message["user"] != BOT_USER:
            raise Refused("cant_update_message")
        self._check_message(arguments)
        changed = {k: v for k, v in _kept(arguments).items() if k != "thread_ts"}
        message.setdefault("earlier", []).append(message.get("text"))
        message.update(changed, edited={"user": BOT_USER, "ts": self.new_ts()})
        return {"channel": channel.id, "ts": message["ts"], "text": message["text"]}

    def _post_ephemeral(self, arguments: Json) -> Json:
        self._open_channel(arguments)
        self._check_message(arguments)
        self.whispers.append(arguments)
        return {"message_ts": self.new_ts()}

    def _replies(self, arguments: Json) -> Json:
        channel = self._open_channel(arguments)
        ts = arguments.get("ts")
        if channel.find(str(ts)) is None:
            raise Refused("thread_not_found")
        found = [m for m in channel.messages if m["ts"] == ts or m.get("thread_ts") == ts]
        return {"messages": [_shown(m, arguments) for m in found], "has_more": False}

    def _history(self, arguments: Json) -> Json:
        channel = self._open_channel(arguments)
        found = [m for m in channel.messages if m.get("thread_ts", m["ts"]) == m["ts"]]
        newest = found[::-1][: int(arguments.get("limit", 100))]
        return {"messages": [_shown(m, arguments) for m in newest], "has_more": len(found) > len(newest)}

    def _upload_url(self, arguments: Json) -> Json:
        name, length = arguments.get("filename"), arguments.get("length")
        if not name or not str(length).isdigit() or int(str(length)) == 0:
            raise Refused("invalid_arguments")
        file_id = f"F{next(self._count)}"
        self.files[file_id] = {"id": file_id, "name": name, "length": int(str(length)), "posted": False}
        return {"file_id": file_id, "upload_url": f"{self.origin}/upload/{file_id}"}

    def _complete_upload(self, arguments: Json) -> Json:
        done = []
        for wanted in _listed(arguments.get("files")):
            file = self.files.get(str(wanted.get("id")))
            if file is None or "content" not in file or file["posted"]:
                raise Refused("file_not_found")
            file.update(posted=True, title=wanted.get("title") or file["name"])
            done.append(file)
        if arguments.get("channel_id"):
            channel = self._open_channel({"channel": arguments["channel_id"]})
            message = {"type": "message", "user": BOT_USER, "text": "", "ts": self.new_ts(), "files": done}
            if arguments.get("thread_ts"):
                message["thread_ts"] = arguments["thread_ts"]
            channel.messages.append(message)
        return {"files": [{"id": file["id"], "title": file["title"]} for file in done]}

    def _open_view(self, arguments: Json) -> Json:
        opened = self._triggers.pop(str(arguments.get("trigger_id")), None)
        if opened is None:
            raise Refused("invalid_trigger_id")
        if time.monotonic() - opened > 3.0:
            raise Refused("expired_trigger_id")
        view = arguments.get("view") or {}
        title = (view.get("title") or {}).get("text", "")
        if (
            len(title) > 24
            or len(view.get("blocks") or []) > 100
            or len(view.get("private_metadata") or "") > 3_000
        ):
            raise Refused("invalid_arguments")
        return {"view": {"id": f"V{next(self._count)}", **view}}

    def _open_connection(self, _: Json) -> Json:
        return {"url": self.sockets.url}


_METHODS: dict[str, Callable[[SlackServer, Json], Json]] = {
    "apps.connections.open": SlackServer._open_connection,
    "auth.test": SlackServer._auth_test,
    "chat.postEphemeral": SlackServer._post_ephemeral,
    "chat.postMessage": SlackServer._post_message,
    "chat.update": SlackServer._update,
    "conversations.history": SlackServer._history,
    "conversations.replies": SlackServer._replies,
    "files.completeUploadExternal": SlackServer._complete_upload,
    "files.getUploadURLExternal": SlackServer._upload_url,
    "views.open": SlackServer._open_view,
}
_SCOPES = {
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "files.completeUploadExternal": "files:write",
    "files.getUploadURLExternal": "files:write",
}


class SocketMode:
    """Slack's side of Socket Mode: says hello, sends envelopes, waits for their acks."""

    def __init__(self) -> None:
        from websockets.sync.server import serve

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
        from websockets.exceptions import ConnectionClosed

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


def _kept(arguments: Json) -> Json:
    names = ("text", "blocks", "metadata", "thread_ts")
    return {name: arguments[name] for name in names if arguments.get(name) is not None}


def _shown(message: Json, arguments: Json) -> Json:
    """A message as history gives it: metadata only when it is asked for."""
    wanted = str(arguments.get("include_all_metadata")).lower() in ("1", "true")
    return {name: value for name, value in message.items() if wanted or name != "metadata"}


def _listed(value: Any) -> Sequence[Mapping[str, Any]]:
    return json.loads(value) if isinstance(value, str) else value or []


def parse_arguments(body: bytes, content_type: str) -> Json:
    """A method's arguments from JSON or a form, with JSON in form fields read."""
    text = body.decode("utf-8", "replace")
    if content_type.startswith("application/json"):
        return dict(json.loads(text or "{}"))
    arguments: Json = dict(parse_qsl(text, keep_blank_values=True))
    for name in ("blocks", "metadata", "view", "files", "attachments"):
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _handler(slack: SlackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind, _, name = self.path.strip("/").partition("/")
            if kind == "api":
                self._method(name, parse_arguments(body, self.headers.get("Content-Type", "")))
            elif kind == "upload":
                self._reply(200 if slack.uploaded(name, body) else 400, b"OK", "text/plain")
            elif kind == "response":
                self._respond(name, parse_arguments(body, "application/json"))
            else:
                self._reply(404, b"not found", "text/plain")

        def _method(self, name: str, arguments: Json) -> None:
            token = (self.headers.get("Authorization") or "").removeprefix(
                "Bearer "
            ).strip() or arguments.get("token")
            fault = slack.take_fault(name)
            if fault is not None and not fault.done:
                self._fault(fault)
                return
            answer = slack.call(name, token, arguments)
            if fault is not None:
                self._fault(fault)
            else:
                self._json(200, answer)

        def _fault(self, fault: Fault) -> None:
            if fault.drop:
                self.close_connection = True
                self.connection.close()
            elif fault.status == 429:
                self._json(
                    429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(fault.retry_after or 1)}
                )
            elif fault.error:
                self._json(fault.status, {"ok": False, "error": fault.error})
            else:
                self._reply(fault.status, b"<html>upstream error</html>", "text/html")

        def _respond(self, name: str, arguments: Json) -> None:
            if len(slack.responses[name]) >= 5:
                self._json(404, {"ok": False, "error": "used_url"})
                return
            slack.responses[name].append(arguments)
            try:
                slack.whisper(arguments)
            except Refused as refused:
                self._json(400, refused.answer)
            else:
                self._reply(200, b"ok", "text/plain")

        def _json(self, status: int, answer: Json, headers: Mapping[str, str] | None = None) -> None:
            more = {"x-oauth-scopes": ",".join(sorted(slack.scopes)), **(headers or {})}
            self._reply(status, json.dumps(answer).encode(), "application/json; charset=utf-8", more)

        def _reply(
            self, status: int, body: bytes, kind: str, headers: Mapping[str, str] | None = None
        ) -> None:
            self.send_response(status)
            for name, value in {
                "Content-Type": kind,
                "Content-Length": str(len(body)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def handle(self) -> None:
            with contextlib.suppress(OSError):
                super().handle()

        def finish(self) -> None:
            with contextlib.suppress(OSError, ValueError):
                super().finish()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler


def iterate(messages: Sequence[Json]) -> Iterator[str]:
    """The messages as people read them."""
    for message in messages:
        yield reading(message.get("blocks") or []) or str(message.get("text") or "")
