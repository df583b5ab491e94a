"""A snapshot made of texts, for tests of readers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import dedent

from bot.model import RepoRef
from bot.repo.base import Entry, File, Skip, text_file


class Texts:
    """Holds files as texts and remembers which were read."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.ref = RepoRef("made/here", "0" * 40)
        self.texts = {path: dedent(text).removeprefix("\n") for path, text in files.items()}
        self.entries = {
            p: Entry(p, "file", f"{n:040x}", len(t)) for n, (p, t) in enumerate(self.texts.items())
        }
        self.gaps: tuple[Skip, ...] = ()
        self.reads: list[str] = []

    def read(self, path: str) -> File | Skip:
        if path not in self.texts:
            return Skip(path, "is not in the repo")
        if path not in self.reads:
            self.reads.append(path)
        return text_file(path, self.texts[path], self.entries[path].sha, self.ref)

    def prefetch(self, paths: Iterable[str]) -> None:
        return None
