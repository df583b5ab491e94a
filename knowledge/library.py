"""The documents of the knowledge base: articles shipped with covcheck, and what was imported or captured.

Documents are kept as they came, one file each, under `documents/` in the library's folder; `library.json`
names them with the SHA-256 of their bytes and where they came from. Files are written beside their place
and renamed into it, and one lock lets one process write at a time, so readers never see half of anything.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

from bot.errors import KnowledgeError
from knowledge.articles import MAX_BYTES, Article, ArticleStatus, read_article
from knowledge.front import with_blobs, with_status

MAX_DOCUMENTS = 200_000
SUFFIXES = (".md", ".markdown")
CAPTURED = "captured"
SOLVED = "solved"
_VERSION = 1
_MAX_FILE_NAME = 240


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of the library: its id, the SHA-256 of its bytes and the folder it was imported from.

    `origin` is `captured` or `solved` for what the store gave, `shipped` for the articles of covcheck itself,
    and empty for what was put in alone. `taken` is the SHA-256 of the bytes as they came, before a status
    was written into them; empty when they are those.
    """

    id: str
    sha: str
    origin: str = ""
    taken: str = ""

    @property
    def came(self) -> str:
        """The SHA-256 of the bytes as they came."""
        return self.taken or self.sha


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, by ids; `problems` are files that were not taken, each with the reason."""

    added: tuple[str, ...]
    updated: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Taking:
    """An import under way."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)


class Library:
    """The documents under `root`, and the shipped articles where a folder of them is given.

    A document with the id of a shipped article stands in its place.
    """

    def __init__(self, root: Path, shipped: Traversable | None = None) -> None:
        self.root = root
        self._shipped = {entry.id: (entry, data) for entry, data in _shipped(shipped)}
        self._held: tuple[tuple[int, int, int] | None, dict[str, Entry]] = (None, {})

    def entries(self) -> dict[str, Entry]:
        """Every document by id. Raises KnowledgeError when library.json is broken."""
        return {**{id: entry for id, (entry, _) in self._shipped.items()}, **self._kept()}

    def data(self, id: str) -> bytes:
        """The bytes of a document. Raises KnowledgeError when there is none of that id."""
        if id in self._shipped and id not in self._kept():
            return self._shipped[id][1]
        with contextlib.suppress(OSError):
            return self._file(id).read_bytes()
        raise KnowledgeError(
            f"The knowledge base has no document {id[:80]!r}.", hint="`covcheck kb list` names them."
        )

    def read(self, id: str) -> Article:
        """The article or case of an id. Raises KnowledgeError when it is absent or wrong."""
        return read_article(self.data(id), f"{id}.md")

    def articles(self, problems: list[str] | None = None) -> Iterator[Article]:
        """Every document that can be read, by id; what is wrong with the others goes into `problems`."""
        for id in sorted(self.entries()):
            try:
                yield self.read(id)
            except KnowledgeError as error:
                if problems is not None:
                    problems.append(str(error))

    def import_folder(self, folder: Path, *, prune: bool = False) -> Imported:
        """Take every Markdown file below a folder; with `prune` forget what was taken from there before
        and is there no more. Symbolic links are not followed. Raises KnowledgeError when it is no folder.
        """
        if not folder.is_dir():
            raise KnowledgeError(
                f"{str(folder)[:200]!r} is not a folder.", hint="Name a folder of .md files."
            )
        origin = str(folder.resolve())
        with self.locked():
            kept = self._kept()
            taking = _Taking()
            for file in _markdown(folder, taking.problems):
                self._take(file, str(file.relative_to(folder)), origin, kept, taking)
            gone = [e.id for e in kept.values() if prune and e.origin == origin and e.id not in taking.seen]
            for id in gone:
                del kept[id]
            self._keep(kept)
            for id in gone:
                self._file(id).unlink(missing_ok=True)
        return Imported(
            *(tuple(x) for x in (taking.added, taking.updated, taking.unchanged, gone, taking.problems))
        )

    def put(self, data: bytes, name: str) -> str:
        """Keep one document, in place of one with its id; its id. Raises KnowledgeError when it is wrong."""
        article = read_article(data, name)
        with self.locked():
            kept = self._kept()
            self._write(article.id, data)
            kept[article.id] = Entry(article.id, hashlib.sha256(data).hexdigest())
            self._keep(kept)
        return article.id

    def mark_stale(self, id: str, why: str) -> bool:
        """Write into an article that it may no longer be true, and why; whether that changed it.

        A shipped article is laid over by a copy, until covcheck ships another text of it. What was imported
        stays marked when the same file is imported again. Raises KnowledgeError: no such article, a case.
        """
        return self._rewrite(id, lambda data, name: with_status(data, name, ArticleStatus.STALE, why))

    def mark_confirmed(self, id: str, blobs: Mapping[str, str] | None = None) -> bool:
        """Write into an article that it is true; whether that changed it. `blobs` are the ids of cited files
        that changed since: old -> new. Raises KnowledgeError: no such article, a case.
        """
        return self._rewrite(
            id,
            lambda data, name: with_status(
                with_blobs(data, name, blobs or {}), name, ArticleStatus.CONFIRMED
            ),
        )

    def _rewrite(self, id: str, change: Callable[[bytes, str], bytes]) -> bool:
        with self.locked():
            data, entry, kept = self.data(id), self.entries()[id], self._kept()
            changed = change(data, f"{id}.md")
            if changed == data:
                return False
            self._write(id, changed)
            sha = hashlib.sha256(changed).hexdigest()
            kept[id] = replace(entry, sha=sha, taken="" if sha == entry.came else entry.came)
            if entry.origin == "shipped" and sha == entry.came:
                del kept[id]
            self._keep(kept)
        return True

    def ships(self, id: str) -> bool:
        """Whether covcheck ships an article of that id."""
        return id in self._shipped

    def follow(self, origin: str, documents: Mapping[str, bytes]) -> tuple[str, ...]:
        """Keep exactly these documents (id -> bytes) of an origin, and forget its others.

        Gives the ids that were not taken: a document of another origin has them, which stays. Raises
        KnowledgeError when nothing can be written.
        """
        refused = []
        with self.locked():
            kept = self._kept()
            gone = [e.id for e in kept.values() if e.origin == origin and e.id not in documents]
            for id, data in documents.items():
                known = kept.get(id)
                sha = hashlib.sha256(data).hexdigest()
                if id in self._shipped or (known is not None and known.origin != origin):
                    refused.append(id)
                    gone += [id] if known is not None and known.origin == origin else []
                elif known is None or known.came != sha or not self._file(id).is_file():
                    self._write(id, data)
                    kept[id] = Entry(id, sha, origin)
            for id in gone:
                del kept[id]
            self._keep(kept)
            for id in gone:
                self._file(id).unlink(missing_ok=True)
        return tuple(sorted(refused))

    def export(self, folder: Path, ids: Iterable[str] | None = None) -> int:
        """Write documents (None: all) as `<id>.md` into a folder; their number. Raises KnowledgeError."""
        ids = sorted(self.entries() if ids is None else ids)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for id in ids:
                _replace(folder / file_name(id), self.data(id))
        except OSError as error:
            raise KnowledgeError(f"{str(folder)[:200]!r} cannot be written: {error.strerror}.") from None
        return len(ids)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """One process at a time; waits for the other. Raises KnowledgeError when nothing can be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = (self.root / "lock").open("w")
        except OSError as error:
            raise KnowledgeError(f"{str(self.root)!r} cannot be written: {error.strerror}.") from None
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _take(self, file: Path, name: str, origin: str, kept: dict[str, Entry], taking: _Taking) -> None:
        try:
            with file.open("rb") as handle:
                data = handle.read(MAX_BYTES + 1)
            id = read_article(data, name).id
        except (OSError, KnowledgeError) as error:
            taking.problems.append(
                str(error) if isinstance(error, KnowledgeError) else f"{name}: {error.strerror}"
            )
            return
        sha = hashlib.sha256(data).hexdigest()
        problem = _problem(id, name, sha, kept, taking)
        if problem is not None:
            taking.problems.append(problem)
            return
        known = kept.get(id)
        taking.seen[id] = sha
        if known is not None and known.came == sha and self._file(id).is_file():
            taking.unchanged.append(id)
            kept[id] = replace(known, origin=origin)
        else:
            self._write(id, data)
            (taking.added if known is None else taking.updated).append(id)
            kept[id] = Entry(id, sha, origin)

    def _file(self, id: str) -> Path:
        return self.root / "documents" / file_name(id)

    def _write(self, id: str, data: bytes) -> None:
        try:
            self._file(id).parent.mkdir(parents=True, exist_ok=True)
            _replace(self._file(id), data)
        except OSError as error:
            raise KnowledgeError(f"{str(self._file(id))!r} cannot be written: {error.strerror}.") from None

    def _kept(self) -> dict[str, Entry]:
        """What library.json names, less the copies of shipped articles that have changed since."""
        file = self.root / "library.json"
        try:
            stamp = file.stat()
            at = (stamp.st_ino, stamp.st_mtime_ns, stamp.st_size)
            if self._held[0] != at:
                self._held = (at, self._listed(file.read_bytes(), file))
            return dict(self._held[1])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise KnowledgeError(f"{file} cannot be read: {error.strerror}.") from None

    def _listed(self, data: bytes, file: Path) -> dict[str, Entry]:
        try:
            held = json.loads(data)
            if held["version"] != _VERSION:
                raise KnowledgeError(f"{file} was written by another version of covcheck.")
            listed = {each["id"]: Entry(**each) for each in held["documents"]}
        except (ValueError, TypeError, KeyError, RecursionError):
            raise KnowledgeError(f"{file} is damaged.", hint="Remove it and import again.") from None
        return {id: entry for id, entry in listed.items() if self._stands(entry)}

    def _stands(self, entry: Entry) -> bool:
        """Whether a kept document counts: a copy of a shipped article only while that is as it was."""
        if entry.origin != "shipped":
            return True
        return entry.id in self._shipped and self._shipped[entry.id][0].sha == entry.came

    def _keep(self, kept: Mapping[str, Entry]) -> None:
        held = {"version": _VERSION, "documents": [asdict(kept[id]) for id in sorted(kept)]}
        try:
            _replace(self.root / "library.json", json.dumps(held, ensure_ascii=True).encode())
        except OSError as error:
            raise KnowledgeError(f"{str(self.root)!r} cannot be written: {error.strerror}.") from None


def shipped_articles() -> Traversable:
    """The folder of the articles that covcheck ships."""
    return files("knowledge") / "articles"


def _shipped(folder: Traversable | None) -> Iterator[tuple[Entry, bytes]]:
    if folder is None or not folder.is_dir():
        return
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".md") and file.is_file():
            data = file.read_bytes()
            id = read_article(data, file.name).id
            yield Entry(id, hashlib.sha256(data).hexdigest(), "shipped"), data


def _markdown(folder: Path, problems: list[str]) -> Iterator[Path]:
    """The Markdown files below a folder in order of their paths, without links and hidden folders."""
    number = 0
    for here, folders, names in os.walk(folder, onerror=lambda error: problems.append(str(error))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(here) / name
            if not name.lower().endswith(SUFFIXES) or file.is_symlink() or not file.is_file():
                continue
            number += 1
            if number > MAX_DOCUMENTS:
                problems.append(f"only the first {MAX_DOCUMENTS:,} documents were taken")
                return
            yield file


def _problem(id: str, name: str, sha: str, kept: Mapping[str, Entry], taking: _Taking) -> str | None:
    """Why a file cannot be kept under its id, or None."""
    if len(file_name(id).encode()) > _MAX_FILE_NAME or "\ud800" <= max(id, default="") <= "\udfff":
        return f"{name} has a name that cannot be kept"
    if taking.seen.get(id, sha) != sha:
        return f"{name} was not taken: another file of this folder has the id {id}"
    return None


def file_name(id: str) -> str:
    """The name of a document's file, whatever its id."""
    return quote(id, safe=" ", errors="replace") + ".md"


def _replace(file: Path, data: bytes) -> None:
    fresh = file.with_name(f".{uuid4().hex}")
    try:
        fresh.write_bytes(data)
        os.replace(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)
