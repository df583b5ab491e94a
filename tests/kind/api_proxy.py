"""A reverse proxy in front of an API server that counts changes and can act right before or after one.

Plain HTTP towards us, TLS with the kubeconfig's client certificate towards the server. Every request gets a
connection of its own; upgrades (exec) are passed through as they are.
"""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import yaml

When = Literal["before", "after"]
CHANGES = re.compile(
    rb"(POST|PUT|PATCH|DELETE) (\S*/(?:leases|pods|scale|ephemeralcontainers)\b\S*|\S+/scale) HTTP"
)
KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters: [{{name: proxied, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
users: [{{name: nobody, user: {{}}}}]
contexts: [{{name: proxied, context: {{cluster: proxied, user: nobody}}}}]
current-context: proxied
"""


@dataclass
class Proxy:
    """`changes` are the requests that change something, as they came. `act(number, when)` is called around
    each; when it answers False before one, that one is dropped. `down` refuses everything."""

    port: int
    folder: Path
    changes: list[str]
    act: Callable[[int, When], bool]
    down: bool = False

    @property
    def kubeconfig(self) -> Path:
        path = self.folder / f"proxied-{self.port}.kubeconfig"
        path.write_text(KUBECONFIG.format(port=self.port))
        return path


@contextmanager
def proxied(
    kubeconfig: Path, folder: Path, act: Callable[[int, When], bool] = lambda number, when: True
) -> Iterator[Proxy]:
    """A proxy in front of the server of a kubeconfig."""
    host, port, context = _upstream(kubeconfig, folder)
    with socket.create_server(("127.0.0.1", 0)) as server:
        proxy = Proxy(server.getsockname()[1], folder, [], act)

        def serve() -> None:
            with suppress(OSError):
                while True:
                    client, _ = server.accept()
                    threading.Thread(
                        target=_handle, args=(proxy, client, host, port, context), daemon=True
                    ).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def _upstream(kubeconfig: Path, folder: Path) -> tuple[str, int, ssl.SSLContext]:
    config = yaml.safe_load(kubeconfig.read_text())
    cluster, user = config["clusters"][0]["cluster"], config["users"][0]["user"]
    address = urlsplit(cluster["server"])
    authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
    context = ssl.create_default_context(cadata=authority)
    pair = folder / "client.pem"
    if not pair.exists():
        parts = (user["client-certificate-data"], user["client-key-data"])
        pair.write_bytes(b"\n".join(map(base64.b64decode, parts)))
    context.load_cert_chain(pair)
    return str(address.hostname), int(address.port or 443), context


def _handle(proxy: Proxy, client: socket.socket, host: str, port: int, context: ssl.SSLContext) -> None:
    with client, suppress(OSError):
        head, body = _request(client)
        if not head or proxy.down:
            return
        found = CHANGES.match(head)
        number = 0
        if found is not None:
            proxy.changes.append(f"{found[1].decode()} {found[2].decode()}")
            number = len(proxy.changes)
            if not proxy.act(number, "before"):
                return
        with context.wrap_socket(socket.create_connection((host, port)), server_hostname=host) as server:
            _pass(proxy, client, server, head, body, number)


def _pass(
    proxy: Proxy, client: socket.socket, server: ssl.SSLSocket, head: bytes, body: bytes, number: int
) -> None:
    upgrade = b"upgrade: websocket" in head.lower()
    if not upgrade:
        head = re.sub(rb"(?i)\r\nconnection: [^\r]*", b"", head)
        head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    server.sendall(head + body)
    if upgrade:
        threading.Thread(target=_splice, args=(client, server), daemon=True).start()
    if not number:
        _splice(server, client)
        return
    answer = b"".join(iter(lambda: server.recv(1 << 16), b""))
    proxy.act(number, "after")
    client.sendall(answer)


def _request(client: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = client.recv(1 << 16)
        if not piece:
            return b"", b""
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    while length is not None and len(body) < int(length[1]):
        body += client.recv(1 << 16)
    return head + b"\r\n\r\n", body


def _splice(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(1 << 16):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
