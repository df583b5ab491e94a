"""What both readers share: a listed tree whose files are read one by one, by id."""

from __future__ import annotations

import posixpath
import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.model import RepoRef
from bot.repo.base import MAX_TEXT_BYTES, Entry, File, Skip
from bot.repo.blob import to_file, too_large

MAX_SYMLINKS = 8
_MAX_TARGET_BYTES = 4096
_KEPT_BYTES = 24_000_000


class TreeReader(ABC):
    """A Snapshot over a listing; a subclass says how the bytes of a blob are had."""

    def __init__(self, ref: RepoRef, entries: Mapping[str, Entry], gaps: tuple[Skip, ...] = ()) -> None:
        self._ref = ref
        self._entries = MappingProxyType(dict(entries))
        self._gaps = gaps
        self._kept = _Kept()

    @property
    def ref(self) -> RepoRef:
        """Name, commit and web address."""
        return self._ref

    @property
    def entries(self) -> Mapping[str, Entry]:
        """path -> Entry for everything at the commit that could be listed."""
        return self._entries

    @property
    def gaps(self) -> tuple[Skip, ...]:
        """Parts of the tree that could not be listed."""
        return self._gaps

    def read(self, path: str) -> File | Skip:
        """The file's text, or why not; see Snapshot.read. A symlink gives the file it leads to."""
        kept = self._kept.get(path)
        if kept is not None:
            return kept
        found = self.resolve(path)
        if isinstance(found, Skip):
            return found
        data = self._bytes(found)
        if isinstance(data, Skip):
            return Skip(path, data.reason)
        file = to_file(found.path, data, found.sha, self._ref)
        self._kept.put(path, file, len(data))
        return file

    def prefetch(self, paths: Iterable[str]) -> None:  # noqa: B027 - nothing to do is the usual case
        """A hint that these will be read; where reading is quick nothing is done."""

    def resolve(self, path: str) -> Entry | Skip:
        """The file that a path leads to, symlinks followed, in any part of the path."""
        here = path
        for _ in range(MAX_SYMLINKS + 1):
            entry = self._entries.get(here)
            if entry is not None and entry.kind != "symlink":
                return self._readable(path, entry)
            link = entry or self._link_above(here)
            if link is None:
                return self._absent(path, here)
            target = self._target(link)
            if isinstance(target, Skip):
                return Skip(path, target.reason)
            here = posixpath.normpath(target + here[len(link.path) :])
        return Skip(path, f"is behind more than {MAX_SYMLINKS} symlinks")

    @abstractmethod
    def _blob(self, entry: Entry) -> bytes | Skip:
        """The bytes of a blob. Raises RepoError for what ends the check."""

    def _bytes(self, entry: Entry) -> bytes | Skip:
        if entry.size is not None and entry.size >= MAX_TEXT_BYTES:
            return too_large(entry.path, entry.size)
        return self._blob(entry)

    def _readable(self, path: str, entry: Entry) -> Entry | Skip:
        return Skip(path, "is a submodule") if entry.kind == "submodule" else entry

    def _target(self, link: Entry) -> str | Skip:
        """Where a symlink points to, as a repo-relative path."""
        if link.size is not None and link.size > _MAX_TARGET_BYTES:
            return Skip(link.path, "is a symlink with a target that is no path")
        data = self._blob(link)
        if isinstance(data, Skip):
            return data
        target = data.decode("utf-8", "replace")
        joined = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), target))
        if not target or target.startswith("/") or joined == ".." or joined.startswith("../"):
            return Skip(link.path, "is a symlink that leads out of the repo")
        return joined

    def _link_above(self, path: str) -> Entry | None:
        """The symlink that stands for a folder on the way to the path."""
        at = path.find("/")
        while at > 0:
            entry = self._entries.get(path[:at])
            if entry is not None:
                return entry if entry.kind == "symlink" else None
            at = path.find("/", at + 1)
        return None

    def _absent(self, path: str, here: str) -> Skip:
        for gap in self._gaps:
            if not gap.path or here == gap.path or here.startswith(f"{gap.path}/"):
                return Skip(path, f"could not be looked up: {gap.reason}")
        if here != path:
            return Skip(path, f"is a symlink to {here}, which is no file here")
        return Skip(path, f"is not a file of the repo at {self._ref.short}")


class _Kept:
    """The files read last, up to some bytes of text."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: OrderedDict[str, tuple[File | Skip, int]] = OrderedDict()
        self._bytes = 0

    def get(self, path: str) -> File | Skip | None:
        with self._lock:
            found = self._files.get(path)
            if found is None:
                return None
            self._files.move_to_end(path)
            return found[0]

    def put(self, path: str, file: File | Skip, size: int) -> None:
        with self._lock:
            if path in self._files:
                return
            self._files[path] = (file, size)
            self._bytes += size
            while self._bytes > _KEPT_BYTES:
                _, (_, gone) = self._files.popitem(last=False)
                self._bytes -= gone
