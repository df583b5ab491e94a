"""Names of services as people and files write them: `data-storage`, `datastorage`, `DataStorage`."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

_TAILS = ("controllermanager", "controller", "manager", "operator", "service", "server", "svc")


def plain(name: str) -> str:
    """The letters and digits of a name in lower case: `Data-Storage` is `datastorage`."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def stems(name: str) -> frozenset[str]:
    """The plain name, and without a tail such as `-controller` or `-service`."""
    whole = plain(name)
    found = {whole}
    for tail in _TAILS:
        if whole.endswith(tail) and len(whole) > len(tail) + 1:
            found.add(whole[: -len(tail)])
    return frozenset(found)


def same_name(left: str, right: str) -> bool:
    """Whether two names mean the same service, tails such as `-controller` aside."""
    return bool(stems(left) & stems(right))


def likeness(name: str, other: str) -> int:
    """How much `other` speaks of `name`: 4 same, 3 same but for a tail, 2 begins so, 1 holds it, 0 no."""
    here, there = plain(name), plain(other)
    if not here or not there:
        return 0
    if here == there:
        return 4
    if same_name(name, other):
        return 3
    if there.startswith(here):
        return 2
    return 1 if here in there else 0


def path_likeness(name: str, path: str) -> int:
    """The best likeness over a path's folders and its file's stem."""
    parts = path.split("/")
    words = [*parts[:-1], file_stem(parts[-1])]
    return max((likeness(name, word) for word in words), default=0)


def file_stem(base: str) -> str:
    """What a file's name says: `data-storage.Dockerfile`, `Dockerfile.data-storage` is `data-storage`."""
    if base.lower().startswith(("dockerfile.", "containerfile.")):
        return base.split(".", 1)[1]
    stem = base.split(".", 1)[0]
    stem = re.sub(r"(?i)_?(e2e)?_?(suite)?_test$", "", stem)
    stem = re.sub(r"(?i)^kind[-_]", "", stem)
    return re.sub(r"(?i)[-_](kind|config|cluster|kind[-_]config)$", "", stem)


def best(name: str, paths: Iterable[str]) -> list[str]:
    """Paths by likeness to a name, best first; those that do not speak of it come last."""
    return sorted(paths, key=lambda path: (-path_likeness(name, path), path.count("/"), path))


def resolve(base: str | None, path: str) -> str | None:
    """A path relative to `base` as a repo-relative path; None when it leads out of the repo."""
    if path.startswith("/"):
        return None
    joined = posixpath.normpath(posixpath.join(base or "", path))
    if joined.startswith(".."):
        return None
    return "" if joined == "." else joined
