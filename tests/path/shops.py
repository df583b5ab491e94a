"""Small git repos of one service, read as a whole: a healthy base with some files changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.check import judge
from bot.facts.path import CoveragePath
from bot.model import Diagnosis, Link
from bot.path import find_service, read_path
from bot.repo.base import File, Skip, Snapshot
from bot.repo.local import LocalSnapshot, open_local
from tests.git_repo import GitRepo

BASES = Path(__file__).parent.parent / "rules" / "base"


def base_files(base: str) -> dict[str, str]:
    """The files of a healthy repo: `script` or `go-suite`."""
    folder = BASES / base
    return {str(p.relative_to(folder)): p.read_text() for p in sorted(folder.rglob("*")) if p.is_file()}


class Counted:
    """A snapshot that notes which files are read."""

    def __init__(self, inner: Snapshot) -> None:
        self.inner = inner
        self.ref, self.entries, self.gaps = inner.ref, inner.entries, inner.gaps
        self.paths: list[str] = []

    def read(self, path: str) -> File | Skip:
        self.paths.append(path)
        return self.inner.read(path)

    def prefetch(self, paths: Iterable[str]) -> None:
        self.paths += [path for path in paths if path in self.entries]


def snapshot(folder: Path, changes: Mapping[str, str | None], base: str = "script") -> LocalSnapshot:
    """A base repo with files added or replaced (text) or taken out (None), as a real bare git repo."""
    files = {**base_files(base), **changes}
    repo = GitRepo(folder / "shop.git")
    repo.commit({path: text for path, text in files.items() if text is not None})
    return open_local(repo.path)


def shop_path(
    folder: Path, changes: Mapping[str, str | None] | None = None, base: str = "script", name: str = "shop"
) -> CoveragePath:
    """The coverage path of the service in such a repo."""
    with snapshot(folder, changes or {}, base) as repo:
        return read_path(repo, find_service(repo, name))


def diagnosis(
    folder: Path, changes: Mapping[str, str | None] | None = None, base: str = "script"
) -> Diagnosis:
    """What the rules say of such a repo."""
    return judge(shop_path(folder, changes, base))


def rows(path: CoveragePath, link: Link, name: str) -> list[str]:
    """The values of the rows of a link that have this name."""
    return [fact.value for fact in path.links[link] if fact.name == name]


def changed(base: str, path: str, old: str, new: str) -> dict[str, str | None]:
    """A file of a base with one text replaced; fails when the text is not there once."""
    text = base_files(base)[path]
    assert text.count(old) == 1, (path, old)
    return {path: text.replace(old, new)}
