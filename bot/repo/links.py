"""Links to a file, an issue or a pull request on one GitHub, as people paste them; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from bot.repo.names import is_full_name

MAX_LINK = 2_000
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


def parse_link(url: str, web_url: str) -> FileLink | IssueLink | None:
    """What a link names on the GitHub at `web_url` (`https://github.com`); None for every other link.

    Scheme, host and port must be just those of `web_url`, without a user name; query and fragment
    (`#L12`, `#issuecomment-1`) are left out. Never raises.
    """
    parts = _on_site(url, web_url)
    if parts is None:
        return None
    segments = [unquote(segment) for segment in parts.path.split("/")[1:]]
    if any(segment in ("", ".", "..") or "/" in segment or not segment.isprintable() for segment in segments):
        return None
    name, kind, rest = "/".join(segments[:2]), "".join(segments[2:3]), tuple(segments[3:])
    if not is_full_name(name):
        return None
    if kind == "blob" and len(rest) >= 2:
        return FileLink(name, rest)
    if kind in ("issues", "pull") and rest and rest[0].isascii() and rest[0].isdigit() and len(rest[0]) <= 9:
        return IssueLink(name, int(rest[0]))
    return None


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
