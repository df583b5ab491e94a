"""Names that people and remotes give to repos and refs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.errors import UsageError

GITHUB_HOSTS = ("github.com",)
MAX_REF_LENGTH = 255

_FULL_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,99})/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_SCP = re.compile(r"(?:[^@/:]+@)?([^/:@]+):(?!//)(.+)")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_BAD_IN_REF = re.compile(r"[ :?*\[\\]|\.\.|//|@\{|\^\{|(?:^|/)\.|^[-/]|/$")


@dataclass(frozen=True, slots=True)
class Remote:
    """A repo on a GitHub host: `name` is `owner/name`."""

    host: str
    name: str

    @property
    def web_url(self) -> str:
        return f"https://{self.host}/{self.name}"


def is_full_name(text: str) -> bool:
    """True for `owner/name` as GitHub writes it."""
    return _FULL_NAME.fullmatch(text) is not None


def is_sha(text: str) -> bool:
    """True for a whole object id."""
    return _SHA.fullmatch(text) is not None


def check_ref(ref: str) -> str:
    """The ref, if it can be one (git-check-ref-format, and `~1`, `^`). Raises UsageError."""
    if not ref.isprintable() or not 0 < len(ref) <= MAX_REF_LENGTH or _BAD_IN_REF.search(ref):
        raise UsageError(
            f"{ref[:80]!r} cannot be a branch, tag or commit.",
            hint="Give a branch (main), a tag (v1.2.0) or a commit id.",
        )
    return ref


def parse_remote(url: str, hosts: Iterable[str] = GITHUB_HOSTS) -> Remote | None:
    """What a remote's URL names, if it is a repo on a GitHub host; credentials in it are dropped.

    `hosts` are those known to be GitHub; a host called `github.<company>` is taken for one as well, but
    not one that makes itself look like github.com.
    Understands https, ssh and git URLs and `git@host:owner/name.git`.
    """
    host, path = _host_and_path(url.strip())
    name = path.strip("/").removesuffix(".git")
    named_so = host.startswith("github.") and not host.startswith("github.com")
    known = named_so or host in {one.lower() for one in hosts}
    return Remote(host, name) if known and is_full_name(name) else None


def _host_and_path(url: str) -> tuple[str, str]:
    if "://" in url:
        try:
            parts = urlsplit(url)
            return _with_port(parts.scheme, (parts.hostname or "").lower(), parts.port), parts.path
        except ValueError:
            return "", ""
    found = _SCP.fullmatch(url)
    return (found[1].lower(), found[2]) if found else ("", "")


def _with_port(scheme: str, host: str, port: int | None) -> str:
    """The web host: an ssh port says nothing about the web's."""
    return f"{host}:{port}" if port and scheme in ("http", "https") and port not in (80, 443) else host
