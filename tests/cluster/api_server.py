"""A small API server of our own: it lists and gives the objects it holds, and answers access reviews.

It speaks HTTP on a free port; `kubeconfig` makes the client's file for it. Objects are stored as given.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.cluster.client import Cluster
from bot.cluster.kinds import KINDS

Object = dict[str, Any]
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: lab
clusters: [{{name: lab, cluster: {{server: "http://127.0.0.1:{port}"}}}}]
contexts: [{{name: lab, context: {{cluster: lab, user: lab}}}}]
users: [{{name: lab, user: {{token: t}}}}]
"""
REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class ApiServer(ThreadingHTTPServer):
    """`objects` are what it holds; `denied` holds (verb, resource), `apps`-like groups left out.

    It takes requests with `token` only. `asked` keeps every request as `GET /path?query`.
    """

    daemon_threads = True

    def __init__(self, *objects: Object, denied: tuple[tuple[str, str], ...] = (), token: str = "t") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.objects = list(objects)
        self.denied = frozenset(denied)
        self.token = token
        self.asked: list[str] = []
        self.reviews: list[Object] = []

    def answer(self, path: str, query: dict[str, list[str]]) -> tuple[int, Object]:
        for kind, place in KINDS.items():
            root = place.path(None).removesuffix(place.plural)
            if not path.startswith(root):
                continue
            parts = path.removeprefix(root).split("/")
            namespace = parts[1] if parts[0] == "namespaces" and len(parts) > 2 else None
            parts = parts[2:] if namespace else parts
            if parts[0] != place.plural or len(parts) > 2:
                continue
            verb = "get" if len(parts) == 2 else "list"
            if (verb, place.plural) in self.denied:
                return _status(403, f"{place.plural} is forbidden: cannot {verb}")
            found = [each for each in self.objects if _is(each, kind, namespace)]
            if len(parts) == 2:
                named = [each for each in found if each["metadata"]["name"] == parts[1]]
                return (200, named[0]) if named else _status(404, f'{place.plural} "{parts[1]}" not found')
            return 200, _listed([each for each in found if _selected(each, query)])
        return _status(404, f"no such path {path}")

    def review(self, body: Object) -> Object:
        asked = body["spec"]["resourceAttributes"]
        self.reviews.append(asked)
        resource = asked["resource"] + (f"/{asked['subresource']}" if asked.get("subresource") else "")
        return {**body, "status": {"allowed": (asked["verb"], resource) not in self.denied}}


class _Handler(BaseHTTPRequestHandler):
    server: ApiServer

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        self.server.asked.append(f"GET {self.path}")
        self._send(*self.server.answer(url.path, parse_qs(url.query)))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(f"POST {self.path}")
        if self.path == REVIEWS:
            self._send(201, self.server.review(body))
        else:
            self._send(*_status(405, "this server takes no changes"))

    def _send(self, status: int, body: Object) -> None:
        if self.headers["Authorization"] != f"Bearer {self.server.token}":
            status, body = _status(401, "Unauthorized")
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@contextmanager
def serving(server: ApiServer, folder: Path) -> Iterator[Cluster]:
    """A client of the server, which runs until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    file = folder / "kubeconfig"
    file.write_text(KUBECONFIG.format(port=server.server_port))
    client = Cluster.connect(str(file))
    try:
        yield client
    finally:
        client.close()
        server.shutdown()
        server.server_close()
        thread.join()


def _is(body: Object, kind: str, namespace: str | None) -> bool:
    return body["kind"] == kind and namespace in (None, body["metadata"].get("namespace"))


def _selected(body: Object, query: dict[str, list[str]]) -> bool:
    """Equality selectors only, which is what these tests' objects have."""
    wanted = [pair.split("=") for pair in ",".join(query.get("labelSelector", [])).split(",") if pair]
    labels = body["metadata"].get("labels", {})
    return all(labels.get(key) == value for key, value in wanted)


def _listed(items: list[Object]) -> Object:
    """As the real one: items of a list carry neither kind nor apiVersion."""
    bare = [{k: v for k, v in item.items() if k not in ("kind", "apiVersion")} for item in items]
    return {"kind": "List", "metadata": {"resourceVersion": "1"}, "items": bare}


def _status(code: int, message: str) -> tuple[int, Object]:
    return code, {"kind": "Status", "code": code, "message": message}
