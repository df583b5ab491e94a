"""The console's requests: the page, its bundle, files, and the API, for the page alone.

A page of another site must not reach them: only our own names as Host (DNS rebinding), our own Origin and the
page's token for everything that changes something, no reading from elsewhere (`Sec-Fetch-Site`), no frames,
scripts from here alone. What is wrong with a request is said in JSON; nothing of it is a traceback.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote

from bot.console.api import ConsoleApi
from bot.console.shapes import Bad
from bot.localslack.server import SlackServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

LOG = logging.getLogger("covcheck.console")

API = "/api/console/"
STATIC = Path(__file__).parent / "static"
MAX_BODY = 1_000_000
MAX_UPLOAD = 30_000_000
_JSON = "application/json; charset=utf-8"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": _JSON,
    ".map": _JSON,
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_INLINE = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))
_SAFE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_ARCHIVE = re.compile(r"/archives/([A-Z0-9]{1,30})/p(\d{10})(\d{6})")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)

Headers = list[tuple[str, str]]
Answer = tuple[int, Headers, bytes]


class ConsoleWsgi:
    """Requests to answers; `names` are the values of Host that are served."""

    def __init__(self, api: ConsoleApi, slack: SlackServer, static: Path = STATIC) -> None:
        self.token = secrets.token_urlsafe(32)
        self.names: frozenset[str] = frozenset()
        self._api = api
        self._slack = slack
        self._static = static

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The WSGI entry."""
        try:
            status, headers, body = self._answer(environ)
        except Bad as bad:
            status, headers, body = _json(
                {"ok": False, "error": "bad_request", "message": str(bad)}, bad.status
            )
        except Exception:
            LOG.exception("a request of the console failed")
            told = {"ok": False, "error": "internal_error", "message": "Something went wrong in the console."}
            status, headers, body = _json(told, 500)
        head = environ["REQUEST_METHOD"] == "HEAD"
        length = ("Content-Length", str(len(body)))
        start_response(f"{status} {HTTPStatus(status).phrase}", [*_ALWAYS, *headers, length])
        return [b"" if head else body]

    def _answer(self, environ: WSGIEnvironment) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        self._check_host(environ)
        if method in ("GET", "HEAD"):
            return self._get(environ, path)
        if method != "POST":
            raise Bad("GET and POST only", 405)
        self._check_post(environ)
        return self._post(environ, path)

    def _check_host(self, environ: WSGIEnvironment) -> None:
        if environ.get("HTTP_HOST", "").lower() not in self.names:
            raise Bad("this host name is not served", 421)

    def _check_post(self, environ: WSGIEnvironment) -> None:
        origin = environ.get("HTTP_ORIGIN", "").lower()
        if origin != f"http://{environ['HTTP_HOST'].lower()}":
            raise Bad("only the page itself may do this", 403)
        given = environ.get("HTTP_X_CONSOLE_TOKEN", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, self.token.encode()):
            raise Bad("the page is out of date: load it anew", 403)

    # GET

    def _get(self, environ: WSGIEnvironment, path: str) -> Answer:
        if path == "/":
            return self._page()
        if path.startswith("/archives/"):
            return self._archive(path, environ)
        if environ.get("HTTP_SEC_FETCH_SITE", "same-origin") not in ("same-origin", "none"):
            raise Bad("only the page itself may read this", 403)
        if path.startswith("/static/"):
            return self._bundle(path.removeprefix("/static/"), environ.get("QUERY_STRING", ""))
        if path.startswith(f"{API}files/"):
            return self._file(path.removeprefix(f"{API}files/"))
        answer = self._api.gets.get(path.removeprefix(API)) if path.startswith(API) else None
        if answer is None:
            raise Bad("there is nothing here", 404)
        return _json(answer(_query(environ)))

    def _page(self) -> Answer:
        try:
            page = (self._static / "index.html").read_text(encoding="utf-8")
        except OSError:
            raise Bad("the page was not built: `npm ci && npm run build` in bot/console/web", 503) from None
        body = page.replace("{{token}}", self.token).encode()
        return 200, [("Content-Type", _TYPES[".html"]), ("Cache-Control", "no-store")], body

    def _archive(self, path: str, environ: WSGIEnvironment) -> Answer:
        """A permalink leads to the message's thread on the page."""
        found = _ARCHIVE.fullmatch(path)
        if found is None:
            raise Bad("there is nothing here", 404)
        channel, seconds, micros = found.groups()
        thread = _query(environ).get("thread_ts") or f"{seconds}.{micros}"
        where = f"/#/{channel}/{quote(thread, safe='.')}"
        return 302, [("Location", where), ("Content-Type", _TYPES[".txt"])], b""

    def _bundle(self, name: str, query: str) -> Answer:
        kind = _TYPES.get(Path(name).suffix)
        if kind is None or not _SAFE_NAME.fullmatch(name):
            raise Bad("there is nothing here", 404)
        try:
            body = (self._static / name).read_bytes()
        except OSError:
            raise Bad("there is nothing here", 404) from None
        keep = "public, max-age=31536000, immutable" if query.startswith("v=") else "no-cache"
        return 200, [("Content-Type", kind), ("Cache-Control", keep)], body

    def _file(self, name: str) -> Answer:
        """A file that somebody shared; only pictures are shown by the browser, all else is saved."""
        shared = self._slack.shared.get(name.partition("/")[0])
        if shared is None:
            raise Bad("there is no such file", 404)
        kind = str(shared.info.get("mimetype"))
        inline = kind in _INLINE
        plain = "text/plain; charset=utf-8" if kind.startswith("text/") else "application/octet-stream"
        saved = f"attachment; filename*=UTF-8''{quote(str(shared.info['name']), safe='')}"
        headers: Headers = [
            ("Content-Type", kind if inline else plain),
            ("Content-Disposition", "inline" if inline else saved),
            ("Cache-Control", "private, max-age=3600"),
        ]
        return 200, [*headers, ("Content-Security-Policy", "sandbox; default-src 'none'")], shared.content

    # POST

    def _post(self, environ: WSGIEnvironment, path: str) -> Answer:
        name = path.removeprefix(API) if path.startswith(API) else ""
        if name == "upload":
            body = _read(environ, MAX_UPLOAD)
            return _json(self._api.upload(_query(environ).get("name", ""), body))
        if name not in self._api.posts:
            raise Bad("there is nothing here", 404)
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
            raise Bad("the body must be application/json", 415)
        return _json(self._api.post(name, _object(_read(environ, MAX_BODY))))


def _json(answer: Mapping[str, Any], status: int = 200) -> Answer:
    body = json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")
    return status, [("Content-Type", _JSON), ("Cache-Control", "no-store")], body


def _query(environ: WSGIEnvironment) -> dict[str, str]:
    try:
        return dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise Bad("the query cannot be read") from None


def _read(environ: WSGIEnvironment, most: int) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        raise Bad("the length is no number")
    if len(length) > 12 or int(length) > most:
        raise Bad(f"more than {most // 1_000_000} MB", 413)
    body: bytes = environ["wsgi.input"].read(int(length))
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise Bad("the body is no JSON") from None
    if not isinstance(found, dict):
        raise Bad("the body is no JSON object")
    return found
