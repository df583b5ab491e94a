"""The cache folder: bounded, shared by processes, never trusted and never in the way."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.repo import MemoryCache, ObjectCache
from bot.repo.cache import Cache

WRITER = """
import sys
from bot.repo import ObjectCache
cache = ObjectCache(sys.argv[1], max_bytes=200_000)
for n in range(200):
    key = str(n % 20)
    cache.put((key * 1000).encode(), "k", key)
    found = cache.get("k", key)
    assert found is None or found == (key * 1000).encode(), found[:10]
"""


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.fixture(params=["disk", "memory"])
def cache(request: pytest.FixtureRequest, tmp_path: Path) -> Cache:
    return ObjectCache(tmp_path, 10_000) if request.param == "disk" else MemoryCache(10_000)


def test_what_is_put_is_there(cache: Cache) -> None:
    cache.put(b"one", "a", "b")
    cache.put(b"", "empty")
    assert (cache.get("a", "b"), cache.get("empty")) == (b"one", b"")
    assert cache.has("a", "b")
    assert not cache.has("a")
    assert cache.get("ab") is None
    cache.put(b"two", "a", "b")
    assert cache.get("a", "b") == b"two"


def test_what_is_larger_than_the_bound_is_not_kept(cache: Cache) -> None:
    cache.put(b"small", "small")
    cache.put(b"x" * 20_000, "large")
    assert cache.get("large") is None
    if isinstance(cache, ObjectCache):
        assert cache.get("small") == b"small"


def test_what_was_used_last_stays(tmp_path: Path) -> None:
    cache = ObjectCache(tmp_path, 10_000)
    for n in range(8):
        cache.put(b"x" * 1000, str(n))
        path = cache._path((str(n),))
        os.utime(path, ns=(n * 10**9, n * 10**9))
    assert cache.get("0") is not None
    for n in range(8, 12):
        cache.put(b"x" * 1000, str(n))
    assert size(tmp_path) <= 10_000
    assert cache.get("0") is not None
    assert cache.get("1") is None
    assert cache.get("11") is not None


def test_the_bound_holds_for_a_new_process_on_a_full_folder(tmp_path: Path) -> None:
    large = ObjectCache(tmp_path, 1_000_000)
    for n in range(50):
        large.put(b"x" * 1000, str(n))
    ObjectCache(tmp_path, 10_000).put(b"new", "new")
    assert size(tmp_path) <= 10_000


def test_processes_share_a_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    running = [subprocess.Popen(command, cwd=Path(__file__).parents[2]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert not list(tmp_path.rglob("*.new"))


def test_threads_share_a_cache(cache: Cache) -> None:
    def work(n: int) -> None:
        for _ in range(50):
            cache.put(bytes([n]) * 900, str(n))
            cache.get(str(n))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(cache.get(str(n)) in (None, bytes([n]) * 900) for n in range(4))


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    cache = ObjectCache(tmp_path / "cache")
    cache.put(b"x", "k")
    assert cache.folder.stat().st_mode & 0o077 == 0


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = ObjectCache(tmp_path / "file")
    cache.put(b"x", "k")
    assert cache.get("k") is None
    assert not cache.has("k")


def test_an_entry_that_is_a_folder_is_absent(tmp_path: Path) -> None:
    cache = ObjectCache(tmp_path)
    cache._path(("k",)).mkdir(parents=True)
    cache.put(b"x", "k")
    assert cache.get("k") is None
