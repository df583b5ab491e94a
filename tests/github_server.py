"""A local server that answers as GitHub's REST API does, over real git repos.

    with GitHubServer({"owner/name": git_dir}, tokens={"secret": ANY}) as server:
        client = GitHubClient(TokenAuth("secret"), api_url=server.api_url)
        ...
        assert [seen.path for seen in server.requests] == [...]

Answers what covcheck asks: commits, trees, blobs, rate_limit, a GitHub App's installation and tokens, and
proposals (`tests.github_writes`). Statuses, messages and headers are those that GitHub documents or was
seen to send. What a real repo can't show (limits, failures, odd answers) is scripted with `script`.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import jwt

from tests.github_actions import Actions
from tests.github_writes import READ_ONLY, Writing

ANY: Collection[str] = ()
"""As the repos of a token: every repo."""


@dataclass(frozen=True)
class Seen:
    """A request as it arrived (path and query decoded, header names in lower case) and its answer."""

    method: str
    path: str
    raw_path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    status: int


@dataclass
class Reply:
    """An answer; dicts are sent as JSON."""

    status: int = 200
    body: bytes | dict[str, Any] = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Close the connection in place of an answer."""


@dataclass
class Rate:
    """The primary limit of each token; `reset` is in epoch seconds."""

    limit: int = 5000
    remaining: int = 5000
    reset: float = 0.0


@dataclass
class App:
    """A GitHub App: its id, public key (PEM) and the repos it is installed on, with installation ids."""

    app_id: str
    public_key: bytes
    installations: dict[str, int]
    token_seconds: float = 3600.0
    permissions: Mapping[str, str] = field(default_factory=lambda: {"contents": "read", "issues": "read"})
    """What the App may do where it is installed; tokens may ask for less, not for more."""


@dataclass
class _Script:
    path: re.Pattern[str]
    reply: Reply
    times: int


class GitHubServer:
    """Serves repos (`owner/name` -> git directory) until the `with` block ends.

    `tokens` maps each valid token to the repos it may see besides public ones (`ANY`: all).
    `private` are repos that need a token. `moved` maps an old name to the new one (301). `prefix`
    is `/api/v3` for an Enterprise server. `truncate` cuts recursive trees after so many lines.
    """

    def __init__(
        self,
        repos: Mapping[str, str | Path],
        *,
        tokens: Mapping[str, Collection[str]] | None = None,
        private: Collection[str] = (),
        moved: Mapping[str, str] | None = None,
        prefix: str = "",
        app: App | None = None,
        scopes: str | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.repos = {name: _Repo(Path(path)) for name, path in repos.items()}
        self.tokens: dict[str, Collection[str]] = dict(tokens or {})
        self.private = set(private)
        self.moved = dict(moved or {})
        self.prefix = prefix
        self.app = app
        self.scopes = scopes
        self.clock = clock
        self.issues: dict[tuple[str, int], dict[str, Any]] = {}
        self.actions = Actions()
        """Artifacts of workflow runs; see `tests.github_actions`."""
        self.truncate: int | None = None
        self.rate = Rate()
        self.requests: list[Seen] = []
        self.writing = {name: _writing(name, Path(path)) for name, path in repos.items()}
        self.read_only: set[str] = set()
        """Tokens that may read and not write."""
        self._expires: dict[str, float] = {}
        self._scripts: list[_Script] = []
        self._lock = threading.Lock()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def api_url(self) -> str:
        """The API's address, for the client."""
        return self.url + self.prefix

    def __enter__(self) -> GitHubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.actions.storage.close()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def script(self, reply: Reply, path: str = "", times: int = 1) -> None:
        """Answer the next requests whose path matches with `reply` instead."""
        self._scripts.append(_Script(re.compile(path), reply, times))

    def paths(self) -> list[str]:
        """The paths asked for so far, below the prefix."""
        return [seen.path.removeprefix(self.prefix) for seen in self.requests]

    def answer(self, seen: _Asked) -> Reply:
        """The answer to a request, with limit headers and conditional requests seen to."""
        scripted = self._scripted(seen)
        if scripted is not None:
            return scripted
        refused = self._refusal(seen)
        if refused is not None:
            return refused
        reply = self._route(seen)
        if reply.status == 200 and isinstance(reply.body, bytes):
            reply.headers["ETag"] = etag = _etag(seen.token, reply.body)
            if seen.headers.get("if-none-match") == etag:
                reply = Reply(304, b"", {"ETag": etag})
        return self._counted(seen, reply)

    def _scripted(self, seen: _Asked) -> Reply | None:
        with self._lock:
            for script in self._scripts:
                if script.times > 0 and script.path.search(seen.path):
                    script.times -= 1
                    return script.reply
        return None

    def _refusal(self, seen: _Asked) -> Reply | None:
        """401 for a token that is unknown or has ended."""
        token = seen.token
        if token is None or seen.path.startswith("/app") or seen.path.endswith("/installation"):
            return None
        ended = self._expires.get(token, self.clock() + 1) <= self.clock()
        return _message(401, "Bad credentials") if token not in self.tokens or ended else None

    def _counted(self, seen: _Asked, reply: Reply) -> Reply:
        """Count what counts: an authorised 304 and the limit itself are free."""
        rate = self.rate
        if rate.reset <= self.clock():
            rate.remaining, rate.reset = min(rate.limit, rate.remaining or rate.limit), self.clock() + 3600
        free = seen.path == "/rate_limit" or (reply.status == 304 and seen.token is not None)
        if not free:
            if rate.remaining <= 0:
                reply = _message(403, "API rate limit exceeded for user ID 1.")
            rate.remaining = max(rate.remaining - 1, 0)
        reply.headers |= {
            "X-RateLimit-Limit": str(rate.limit),
            "X-RateLimit-Remaining": str(rate.remaining),
            "X-RateLimit-Reset": str(int(rate.reset)),
        }
        if self.scopes is not None and seen.token is not None:
            reply.headers["X-OAuth-Scopes"] = self.scopes
        return reply

    def _route(self, seen: _Asked) -> Reply:
        if seen.path == "/rate_limit":
            return self._rate_limit()
        if seen.path == "/app" or seen.path.startswith("/app/") or seen.path.endswith("/installation"):
            return self._as_app(seen)
        name, rest = self._repo_of(seen.path)
        if name in self.moved:
            return self._moved(name, rest, seen)
        if name not in self.repos or not self._may_see(name, seen.token):
            return _message(404, "Not Found")
        if rest.startswith("/actions/artifacts"):
            return self._artifacts(name, rest.removeprefix("/actions/artifacts"), seen)
        proposed = self._proposed(name, rest, seen)
        if proposed is not None:
            return proposed
        if rest.startswith("/issues/"):
            return self._issue(name, rest.removeprefix("/issues/"))
        return self.repos[name].answer(rest, seen, self.truncate, f"{self.api_url}/repos/{name}")

    def _artifacts(self, name: str, rest: str, seen: _Asked) -> Reply:
        url = f"{self.api_url}/repos/{name}/actions/artifacts"
        status, body, headers = self.actions.answer(name, rest, seen.query, seen.token, url)
        return Reply(status, json.dumps(body).encode(), headers)

    def _proposed(self, name: str, rest: str, seen: _Asked) -> Reply | None:
        """What is asked of a repo itself, or written to it."""
        if seen.method != "GET" and seen.token is None:
            return _message(401, "Requires authentication")
        if seen.method != "GET" and seen.token in self.read_only:
            return _message(403, READ_ONLY)
        with self._lock:
            writing = self.writing.setdefault(name, _writing(name, self.repos[name].path))
            found = writing.answer(seen.method, rest, seen.query, seen.body)
        if found is None:
            return None
        status, body = found
        return _message(status, body) if isinstance(body, str) else Reply(status, json.dumps(body).encode())

    def _issue(self, name: str, number: str) -> Reply:
        """An issue or pull request of `issues`: (repo, number) -> title and body; `repository_url` may be
        given for one that was moved."""
        known = self.issues.get((name, int(number))) if number.isdigit() else None
        if known is None:
            return _message(404, "Not Found")
        where = {"repository_url": f"{self.api_url}/repos/{name}", "number": int(number), "state": "open"}
        return _json(where | known)

    def _repo_of(self, path: str) -> tuple[str, str]:
        """The repo that a path is about, by name or by number, and the rest of the path."""
        numbered = re.fullmatch(r"/repositories/(\d+)(/.*)?", path)
        if numbered:
            names = list(self.repos)
            at = int(numbered[1]) - 1000
            return (names[at] if 0 <= at < len(names) else ""), numbered[2] or ""
        named = re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path)
        return (named[1], named[2] or "") if named else ("", "")

    def _moved(self, name: str, rest: str, seen: _Asked) -> Reply:
        number = 1000 + list(self.repos).index(self.moved[name])
        query = f"?{seen.raw_query}" if seen.raw_query else ""
        location = f"{self.api_url}/repositories/{number}{rest}{query}"
        body = {"message": "Moved Permanently", "url": location}
        return Reply(301, body, {"Location": location})

    def _may_see(self, name: str, token: str | None) -> bool:
        if name not in self.private:
            return True
        return token is not None and (self.tokens[token] is ANY or name in self.tokens[token])

    def _rate_limit(self) -> Reply:
        core = {"limit": self.rate.limit, "remaining": self.rate.remaining, "reset": int(self.rate.reset)}
        core["used"] = core["limit"] - core["remaining"]
        resources = dict.fromkeys(("core", "search", "graphql"), core)
        return _json({"resources": resources, "rate": core})

    def _as_app(self, seen: _Asked) -> Reply:
        refused = self._bad_jwt(seen.token)
        if refused is not None or self.app is None:
            return refused or _message(404, "Not Found")
        if seen.path == "/app":
            return _json({"id": int(self.app.app_id), "slug": "covcheck-test", "name": "covcheck test"})
        if seen.path == "/app/installations":
            numbers = sorted(set(self.app.installations.values()))
            return _json([{"id": number} for number in numbers[: int(seen.query.get("per_page", "30"))]])
        if seen.path.endswith("/installation"):
            number = self.app.installations.get(self._repo_of(seen.path)[0])
            return _message(404, "Not Found") if number is None else _json({"id": number})
        return self._new_token(seen)

    def _bad_jwt(self, token: str | None) -> Reply | None:
        try:
            claims = jwt.decode(
                token or "",
                self.app.public_key if self.app else "",
                algorithms=["RS256"],
                options={"verify_exp": False, "verify_iat": False},
            )
        except jwt.PyJWTError:
            return _message(401, "A JSON web token could not be decoded")
        now = self.clock()
        if self.app is None or claims.get("iss") != self.app.app_id:
            return _message(404, "Integration not found")
        if claims["iat"] > now:
            return _message(401, "'Issued at' claim ('iat') must be an Integer representing a past time")
        if not now < claims["exp"] <= now + 600 or claims["exp"] - claims["iat"] > 600:
            return _message(401, "'Expiration time' claim ('exp') is too far in the future")
        return None

    def _new_token(self, seen: _Asked) -> Reply:
        found = re.fullmatch(r"/app/installations/(\d+)/access_tokens", seen.path)
        app = self.app
        if found is None or app is None or int(found[1]) not in app.installations.values():
            return _message(404, "Not Found")
        wanted = json.loads(seen.body or b"{}").get("permissions", app.permissions)
        granted = {"read": ("read", "write"), "write": ("write",)}
        if any(app.permissions.get(name) not in granted[right] for name, right in wanted.items()):
            return _message(422, "The permissions requested are not granted to this installation.")
        token = f"ghs_{hashlib.sha256(f'{found[1]} {len(self.tokens)}'.encode()).hexdigest()[:36]}"
        ends = self.clock() + app.token_seconds
        self.tokens[token] = [name for name, number in app.installations.items() if number == int(found[1])]
        self._expires[token] = ends
        if "write" not in wanted.values():
            self.read_only.add(token)
        written = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Reply(201, {"token": token, "expires_at": written, "permissions": dict(wanted)})


class _Repo:
    """One git directory, asked as GitHub's repo endpoints are."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def answer(self, rest: str, seen: _Asked, truncate: int | None, url: str) -> Reply:
        if rest.startswith("/compare/"):
            return self._compared(rest.removeprefix("/compare/"))
        kind, _, what = rest.removeprefix("/git/").removeprefix("/").partition("/")
        if kind == "commits":
            return self._commit(what, seen.headers.get("accept", ""))
        if kind == "trees":
            return self._tree(what, "recursive" in seen.query, truncate, url)
        if kind == "blobs":
            return self._blob(what, seen.headers.get("accept", ""), url)
        return _message(404, "Not Found")

    def _compared(self, pair: str) -> Reply:
        """Two refs by their merge base; without one GitHub answers 404."""
        both = [self._resolve(unquote(ref)) for ref in pair.split("...", 1)]
        found = self._git("merge-base", *(sha for sha in both if sha)) if all(both) else None
        if found is None:
            return _message(404, "Not Found")
        base = found.decode().strip()
        when = int((self._git("log", "-1", "--format=%ct", base) or b"0").decode())
        committer = {"date": datetime.fromtimestamp(when, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        return _json({"merge_base_commit": {"sha": base, "commit": {"committer": committer}}, "files": []})

    def _commit(self, ref: str, accept: str) -> Reply:
        sha = self._resolve(ref)
        if sha is None:
            empty = not self._git("for-each-ref", "--count=1")
            return _message(409, "Git Repository is empty.") if empty else _no_commit(ref)
        if accept == "application/vnd.github.sha":
            return Reply(200, sha.encode(), {"Content-Type": "application/vnd.github.sha; charset=utf-8"})
        return _json({"sha": sha})

    def _resolve(self, ref: str) -> str | None:
        if ref == "HEAD":
            return self._parse("HEAD")
        whole = re.fullmatch("[0-9a-f]{40}", ref) is not None
        names = [ref] if whole else [f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/{ref}", ref]
        return next((sha for name in names if (sha := self._parse(name))), None)

    def _parse(self, name: str) -> str | None:
        found = self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return found.decode().strip() if found else None

    def _tree(self, sha: str, recursive: bool, truncate: int | None, url: str) -> Reply:
        listed = self._git("ls-tree", "-z", "-l", *(["-r", "-t"] if recursive else []), sha)
        if listed is None:
            return _message(404, "Not Found")
        items = [_item(line, url) for line in listed.split(b"\0") if line]
        cut = recursive and truncate is not None and len(items) > truncate
        body = {"sha": sha, "url": f"{url}/git/trees/{sha}", "tree": items[:truncate] if cut else items}
        return _json(body | {"truncated": cut})

    def _blob(self, sha: str, accept: str, url: str) -> Reply:
        data = self._git("cat-file", "blob", sha)
        if data is None:
            return _message(404, "Not Found")
        if accept == "application/vnd.github.raw+json":
            return Reply(200, data, {"Content-Type": "application/vnd.github.raw+json; charset=utf-8"})
        body: dict[str, Any] = {"sha": sha, "node_id": "B_1", "size": len(data)}
        encoded = base64.encodebytes(data).decode()
        return _json(body | {"url": f"{url}/git/blobs/{sha}", "content": encoded, "encoding": "base64"})

    def _git(self, *arguments: str) -> bytes | None:
        done = subprocess.run(
            ["git", f"--git-dir={self.path}", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        return done.stdout if done.returncode == 0 else None


@dataclass(frozen=True)
class _Asked:
    """A request, path below the prefix and decoded."""

    method: str
    path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.raw_query, keep_blank_values=True))

    @property
    def token(self) -> str | None:
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token if scheme.lower() in ("bearer", "token") and token else None


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, github: GitHubServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.github = github

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def _handle(self) -> None:
        github = self.server.github
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        path = unquote(parts.path)
        inside = path.startswith(github.prefix)
        asked = _Asked(self.command, path.removeprefix(github.prefix), parts.query, headers, body)
        reply = github.answer(asked) if inside else _message(404, "Not Found")
        seen = Seen(self.command, path, parts.path, asked.query, headers, body, reply.status)
        with github._lock:
            github.requests.append(seen)
        self._send(reply, "gzip" in headers.get("accept-encoding", ""))

    def _send(self, reply: Reply, zipped: bool) -> None:
        if reply.drop:
            self.close_connection = True
            return
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"} | reply.headers
        if zipped and len(body) > 1000:
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if reply.status != 304:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


def _item(line: bytes, url: str) -> dict[str, Any]:
    head, path = line.split(b"\t", 1)
    mode, kind, sha, size = head.decode().split()
    item: dict[str, Any] = {"path": path.decode("utf-8", "replace"), "mode": mode, "type": kind, "sha": sha}
    if size.isdigit():
        item["size"] = int(size)
    if kind != "commit":
        item["url"] = f"{url}/git/{kind}s/{sha}"
    return item


def _writing(name: str, path: Path) -> Writing:
    return Writing(path, f"https://github.test/{name}")


def _json(body: dict[str, Any] | list[Any]) -> Reply:
    return Reply(200, json.dumps(body).encode())


def _message(status: int, text: str) -> Reply:
    return Reply(status, {"message": text, "documentation_url": "https://docs.github.com/rest"})


def _no_commit(ref: str) -> Reply:
    return _message(422, f"No commit found for SHA: {ref}")


def _etag(token: str | None, body: bytes) -> str:
    """GitHub's ETags belong to the token: another token's does not match."""
    return f'W/"{hashlib.sha256((token or "").encode() + body).hexdigest()}"'
