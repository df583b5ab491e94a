"""GitHub Actions' artifacts for `tests.github_server`: a list, and zips at a storage of their own.

The shapes are those of GitHub's OpenAPI description ("List artifacts for a repository", "Download an
artifact": 302, 410 for one that expired). The storage is another server, as GitHub's is: what it is sent, it
keeps, so that a test can see that no token came along.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPO_ID = 1296269


@dataclass
class Artifact:
    """An artifact with its zip. `digest` False: GitHub names none; a text: it names that one."""

    id: int
    name: str
    content: bytes
    made: float
    branch: str | None = "main"
    commit: str = "4f2c1e7" + "0" * 33
    run: int = 7_000
    expired: bool = False
    fork: bool = False
    size: int | None = None
    digest: bool | str = True

    def listed(self, url: str) -> dict[str, Any]:
        """As GitHub lists it."""
        found: dict[str, Any] = {
            "id": self.id,
            "node_id": f"A_{self.id}",
            "name": self.name,
            "size_in_bytes": len(self.content) if self.size is None else self.size,
            "url": f"{url}/{self.id}",
            "archive_download_url": f"{url}/{self.id}/zip",
            "expired": self.expired,
            "created_at": _iso(self.made),
            "expires_at": _iso(self.made + 90 * 86_400),
            "updated_at": _iso(self.made),
            "workflow_run": {
                "id": self.run,
                "repository_id": REPO_ID,
                "head_repository_id": REPO_ID + self.fork,
                "head_branch": self.branch,
                "head_sha": self.commit,
            },
        }
        if self.digest:
            real = f"sha256:{hashlib.sha256(self.content).hexdigest()}"
            found["digest"] = self.digest if isinstance(self.digest, str) else real
        return found


@dataclass
class Storage:
    """Where the zips lie; `failing`: the next so many requests are answered with 503. `location` replaces
    where GitHub leads to."""

    contents: dict[str, bytes] = field(default_factory=dict)
    seen: list[Mapping[str, str]] = field(default_factory=list)
    failing: int = 0
    location: str | None = None
    lying: bool = False
    """Say no length, and send what there is."""

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class Actions:
    """The artifacts of a server's repos."""

    def __init__(self) -> None:
        self.artifacts: dict[str, list[Artifact]] = {}
        self.storage = Storage()

    def answer(self, repo: str, rest: str, query: Mapping[str, str], token: str | None, url: str) -> Any:
        """(status, JSON body, headers) for what is asked below `/actions/artifacts`."""
        known = self.artifacts.get(repo, [])
        if rest == "":
            named = [each for each in known if query.get("name", each.name) == each.name]
            ordered = sorted(named, key=lambda each: -each.id)
            size, page = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
            shown = ordered[(page - 1) * size : page * size]
            return 200, {"total_count": len(named), "artifacts": [each.listed(url) for each in shown]}, {}
        number, _, form = rest.removeprefix("/").partition("/")
        found = next((each for each in known if str(each.id) == number), None)
        if found is None or form != "zip":
            return 404, {"message": "Not Found"}, {}
        if token is None:
            return 401, {"message": "Requires authentication"}, {}
        if found.expired:
            return 410, {"message": "Artifact has expired"}, {}
        path = f"/artifacts/{found.id}.zip"
        self.storage.contents[path] = found.content
        return 302, {}, {"Location": self.storage.location or f"{self.storage.url}{path}?sig=abc"}


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _handler(storage: Storage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            storage.seen.append({name.lower(): value for name, value in self.headers.items()})
            content = storage.contents.get(self.path.split("?")[0])
            if storage.failing or content is None:
                storage.failing -= bool(storage.failing)
                self.send_error(503 if content is not None else 404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/zip")
            if not storage.lying:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing on stderr."""

    return Handler
