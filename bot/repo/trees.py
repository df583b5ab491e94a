"""GitHub's trees: a whole tree at once, and a walk where GitHub cut it (`truncated`).

A cut listing says not what it lacks. But a folder's id is the hash of its lines, so a folder is whole
when the hash of what was listed is its id: only folders that lack something are asked for again.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bot.errors import RepoUnavailable, RequestBudgetSpent
from bot.repo.base import Entry, Skip
from bot.repo.listing import MAX_ENTRIES, entry

_FOLDER = "40000"


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a tree as GitHub gives it; `path` is below the tree, `mode` without leading zeros."""

    path: str
    mode: str
    sha: str
    size: int | None


@dataclass(frozen=True, slots=True)
class Tree:
    """One answer of `git/trees`."""

    items: tuple[Item, ...]
    truncated: bool


FetchTree = Callable[[str, bool], Tree]
"""(id of a commit or tree, recursive) -> Tree. Raises RequestBudgetSpent and other RepoErrors."""


def parse_tree(body: dict[str, Any]) -> Tree:
    """A Tree from GitHub's JSON. Raises RepoUnavailable when it is none."""
    try:
        items = tuple(map(_item, body["tree"]))
    except (KeyError, TypeError, AttributeError):
        raise RepoUnavailable("GitHub's answer for a tree is not one.") from None
    return Tree(items, body.get("truncated") is True)


def _item(one: dict[str, Any]) -> Item:
    size = one.get("size")
    mode = str(one["mode"]).lstrip("0")
    return Item(str(one["path"]), mode, str(one["sha"]).lower(), size if isinstance(size, int) else None)


def list_tree(fetch: FetchTree, commit: str) -> tuple[dict[str, Entry], tuple[Skip, ...]]:
    """Every path at the commit, and the folders that could not be listed in full."""
    whole = fetch(commit, True)
    walk = _Walk(fetch)
    if whole.truncated:
        walk.complete(commit, whole)
    else:
        walk.add("", whole.items)
    return walk.entries, tuple(walk.gaps)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder to look at: where it is, its id, and the listing (by folder) that should hold it."""

    path: str
    sha: str
    listed: dict[str, list[Item]]
    key: str

    def below(self, item: Item, name: str) -> _Folder:
        return _Folder(_join(self.path, name), item.sha, self.listed, _join(self.key, name))


class _Walk:
    """Collects entries; `open` are the folders still to be looked at."""

    def __init__(self, fetch: FetchTree) -> None:
        self.entries: dict[str, Entry] = {}
        self.gaps: list[Skip] = []
        self._fetch = fetch
        self._open: list[_Folder] = []

    def add(self, prefix: str, items: Iterable[Item]) -> None:
        """Take the files among the items, up to the bound."""
        for item in items:
            if item.mode == _FOLDER:
                continue
            if len(self.entries) >= MAX_ENTRIES:
                self._gap("", f"the tree has more than {MAX_ENTRIES:,} paths")
                return
            path = _join(prefix, item.path)
            self.entries[path] = entry(item.mode, item.sha, item.size, path)

    def complete(self, commit: str, cut: Tree) -> None:
        """Every path of a tree of which only a cut listing is known."""
        self._level(_Folder("", commit, _by_folder(cut), ""))
        while self._open:
            folder = self._open.pop()
            items = folder.listed.get(folder.key, [])
            if tree_sha(items, folder.sha) == folder.sha:
                self._take(folder, items)
            else:
                self._again(folder)

    def _take(self, folder: _Folder, items: Iterable[Item]) -> None:
        """A folder whose lines are all known: its files count, its folders are looked at in turn."""
        for item in items:
            name = item.path.rsplit("/", 1)[-1]
            if item.mode == _FOLDER:
                self._open.append(folder.below(item, name))
            else:
                self.add(folder.path, [Item(name, item.mode, item.sha, item.size)])

    def _again(self, folder: _Folder) -> None:
        """A folder that lacks something: ask for it, and all below it, by its id."""
        try:
            fresh = self._fetch(folder.sha, True)
        except RequestBudgetSpent:
            self._give_up(folder)
            return
        if fresh.truncated:
            self._level(_Folder(folder.path, folder.sha, _by_folder(fresh), ""))
        else:
            self.add(folder.path, fresh.items)

    def _level(self, folder: _Folder) -> None:
        """A folder whose listing is cut: its own lines first, then each folder in it."""
        try:
            level = self._fetch(folder.sha, False)
        except RequestBudgetSpent:
            self._give_up(folder)
            return
        if level.truncated:
            self._gap(folder.path, "GitHub does not list this folder in full")
        self._take(folder, level.items)

    def _give_up(self, folder: _Folder) -> None:
        """Keep what the cut listing has below the folder, and say that it is not all."""
        self._gap(folder.path, "the tree is too large for one answer and the requests for it are spent")
        inside = f"{folder.key}/" if folder.key else ""
        for key, items in folder.listed.items():
            if key == folder.key or key.startswith(inside):
                known = [Item(one.path[len(inside) :], one.mode, one.sha, one.size) for one in items]
                self.add(folder.path, known)

    def _gap(self, path: str, reason: str) -> None:
        gap = Skip(path, reason)
        if gap not in self.gaps:
            self.gaps.append(gap)


def tree_sha(items: Iterable[Item], like: str) -> str:
    """The id git gives to a folder with these lines; the hash is the one `like` was made with."""
    usable = [item for item in items if _is_hex(item)]
    lines = sorted((_name(item) + (b"/" if item.mode == _FOLDER else b""), _line(item)) for item in usable)
    content = b"".join(line for _, line in lines)
    digest = hashlib.sha256() if len(like) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"tree %d\0" % len(content) + content)
    return digest.hexdigest()


def _is_hex(item: Item) -> bool:
    return len(item.sha) % 2 == 0 and all(digit in "0123456789abcdef" for digit in item.sha)


def _name(item: Item) -> bytes:
    return item.path.rsplit("/", 1)[-1].encode("utf-8", "replace")


def _line(item: Item) -> bytes:
    return item.mode.encode("ascii", "replace") + b" " + _name(item) + b"\0" + bytes.fromhex(item.sha)


def _by_folder(tree: Tree) -> dict[str, list[Item]]:
    folders: dict[str, list[Item]] = defaultdict(list)
    for item in tree.items:
        folders[item.path.rpartition("/")[0]].append(item)
    return dict(folders)


def _join(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name
