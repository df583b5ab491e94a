"""Links to a file, an issue or a pull request on one GitHub, as people paste them; nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from bot.repo.names import is_full_name

MAX_LINK = 2_000
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
MAX_REF_PARTS = 5
"""How many segments of a link may belong to a branch's name (`feature/x/y`)."""


@dataclass(frozen=True, slots=True)
class FileLink:
    """`https://HOST/OWNER/NAME/blob/REF/PATH`. A branch may hold slashes, so where REF ends cannot be told
    from the link: `segments` are those after `blob`, at least two, decoded."""

    repo: str
    segments: tuple[str, ...]

    def splits(self) -> Iterator[tuple[str, str]]:
        """(ref, path), the shortest ref first."""
        for at in range(1, min(len(self.segments), MAX_REF_PARTS + 1)):
            yield "/".join(self.segments[:at]), "/".join(self.segments[at:])


@dataclass(frozen=True, slots=True)
class IssueLink:
    """`https://HOST/OWNER/NAME/issues/12` or `.../pull/12`."""

    repo: str
    number: int


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A link to a repo or into it. `kind` is `repo`, `tree`, `blob` or `commit`; `segments` are what comes
    after that word: of a tree or a blob the ref and the path, which only together can be told apart."""

    repo: str
    kind: str
    segments: tuple[str, ...] = ()

    def splits(self) -> Iterator[tuple[str, str]]:
        """(ref, path) of a tree or a blob, the shortest ref first; the path of a tree may be empty."""
        for at in range(1, min(len(self.segments), MAX_REF_PARTS) + 1):
            yield "/".join(self.segments[:at]), "/".join(self.segments[at:])


def parse_place(url: str, web_url: str) -> PlaceLink | None:
    """The repo, directory, file or commit that a link names on the GitHub at `web_url`; None for every other
    link. Never raises."""
    found = _segments(url, web_url)
    if found is None:
        return None
    name, kind, rest = found
    if not kind:
        return PlaceLink(name, "repo")
    if kind == "commit":
        return PlaceLink(name, kind, rest) if len(rest) == 1 and _COMMIT.fullmatch(rest[0]) else None
    least = {"tree": 1, "blob": 2}.get(kind)
    return PlaceLink(name, kind, rest) if least is not None and len(rest) >= least else None


def parse_link(url: str, web_url: str) -> FileLink | IssueLink | None:
    """What a link names on the GitHub at `web_url` (`https://github.com`); None for every other link.

    Scheme, host and port must be just those of `web_url`, without a user name; query and fragment
    (`#L12`, `#issuecomment-1`) are left out. Never raises.
    """
    found = _segments(url, web_url)
    if found is None:
        return None
    name, kind, rest = found
    if kind == "blob" and len(rest) >= 2:
        return FileLink(name, rest)
    if kind in ("issues", "pull") and rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) <= 9:
        return IssueLink(name, int(rest[0]))
    return None


def _segments(url: str, web_url: str) -> tuple[str, str, tuple[str, ...]] | None:
    """`owner/name`, the word after it (empty: none), and the rest, decoded."""
    parts = _on_site(url, web_url)
    if parts is None:
        return None
    segments = [unquote(segment) for segment in parts.path.split("/")[1:]]
    if any(segment in ("", ".", "..") or "/" in segment or not segment.isprintable() for segment in segments):
        return None
    name = "/".join(segments[:2])
    return (name, "".join(segments[2:3]), tuple(segments[3:])) if is_full_name(name) else None


def _on_site(url: str, web_url: str) -> SplitResult | None:
    """The parts of a link that leads to just this site; a slash at the end is dropped."""
    try:
        parts, site = urlsplit(url.strip()), urlsplit(web_url)
        same = (parts.scheme, parts.hostname, parts.port) == (site.scheme, site.hostname, site.port)
    except ValueError:
        return None
    if len(url) > MAX_LINK or not same or "@" in parts.netloc:
        return None
    return parts._replace(path=parts.path.rstrip("/"))
