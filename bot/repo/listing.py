"""The listing of a tree: lines as `git ls-tree -r -z -l` prints them, and what they mean.

Both readers make Entries from this form, and the cache keeps the trees of GitHub in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.repo.base import Entry

MAX_ENTRIES = 250_000
"""No more paths are listed, the rest is a gap: about 100 MB of Entries."""

_KINDS = {"120000": "symlink", "160000": "submodule"}


def entry(mode: str, sha: str, size: int | None, path: str) -> Entry:
    """An Entry from what git says of a path."""
    return Entry(path, _KINDS.get(mode, "file"), sha, size, mode == "100755")


def lines(pieces: Iterable[bytes], most: int = MAX_ENTRIES) -> Iterator[bytes]:
    """The NUL-ended lines of a listing that arrives in pieces, `most` at most."""
    rest = b""
    count = 0
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\0")
        for line in whole:
            if count == most:
                return
            count += 1
            yield line


def parse(line: bytes) -> Entry:
    """One line: `<mode> <type> <sha> <size>\\t<path>`; size `-` for a submodule, or left out.

    Raises ValueError when the line is none. Paths that are not UTF-8 get replacement characters.
    """
    head, path = line.split(b"\t", 1)
    mode, _, sha, *size = head.decode("ascii").split()
    known = int(size[0]) if size and size[0].isdigit() else None
    return entry(mode, sha, known, path.decode("utf-8", "replace"))


def dump(entries: Iterable[Entry]) -> bytes:
    """The listing of entries, for `parse`."""
    return b"".join(_line(one) for one in entries)


def _line(one: Entry) -> bytes:
    mode = {"symlink": "120000", "submodule": "160000"}.get(one.kind)
    mode = mode or ("100755" if one.executable else "100644")
    size = "-" if one.size is None else str(one.size)
    return f"{mode} - {one.sha} {size}\t{one.path}\0".encode("utf-8", "replace")
