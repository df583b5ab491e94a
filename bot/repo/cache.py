"""What GitHub said, on disk: objects by id for ever, and the last answer to each ref.

Every entry is one file: a SHA-256 of the payload, then the payload. It is written beside its place
and renamed into it, so several processes may share the folder; an entry that is cut, damaged or
foreign is taken for absent. When the folder outgrows its bound the entries used least recently go.
No token, no header and no name of a repo is stored: keys are hashed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Protocol
from uuid import uuid4

_DIGEST_BYTES = 32
_FORMAT = "v1"


class Cache(Protocol):
    """Payloads by key. It never fails its user: what can't be read is absent, or not kept."""

    def get(self, *key: str) -> bytes | None:
        """The payload, or None when there is none or it is damaged."""
        ...

    def has(self, *key: str) -> bool:
        """True when there is an entry; it may still turn out to be damaged."""
        ...

    def put(self, payload: bytes, *key: str) -> None:
        """Keep a payload under a key, in place of what was there."""
        ...


class MemoryCache:
    """A Cache that ends with the process; what was used least recently goes first."""

    def __init__(self, max_bytes: int = 64_000_000) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._held: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._bytes = 0

    def get(self, *key: str) -> bytes | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def has(self, *key: str) -> bool:
        return key in self._held

    def put(self, payload: bytes, *key: str) -> None:
        with self._lock:
            self._bytes += len(payload) - len(self._held.pop(key, b""))
            self._held[key] = payload
            while self._bytes > self.max_bytes:
                self._bytes -= len(self._held.popitem(last=False)[1])


class ObjectCache:
    """A Cache in a folder of at most about `max_bytes`, readable by its owner only."""

    def __init__(self, folder: str | Path, max_bytes: int = 512_000_000) -> None:
        self.folder = Path(folder) / _FORMAT
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._since_sweep: int | None = None

    def get(self, *key: str) -> bytes | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        payload = data[_DIGEST_BYTES:]
        if hashlib.sha256(payload).digest() != data[:_DIGEST_BYTES]:
            with contextlib.suppress(OSError):
                path.unlink()
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return payload

    def has(self, *key: str) -> bool:
        return self._path(key).exists()

    def put(self, payload: bytes, *key: str) -> None:
        if len(payload) > self.max_bytes:
            return
        path = self._path(key)
        beside = path.with_name(f"{path.name}.{uuid4().hex}.new")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            beside.write_bytes(hashlib.sha256(payload).digest() + payload)
            beside.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            return
        self._count(len(payload) + _DIGEST_BYTES)

    def _path(self, key: tuple[str, ...]) -> Path:
        name = hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / name[2:]

    def _count(self, written: int) -> None:
        """Sweep when this process has written enough since its last look at the whole folder."""
        with self._lock:
            known = self._since_sweep
            self._since_sweep = written if known is None else known + written
            if known is not None and self._since_sweep <= self.max_bytes // 16:
                return
            self._since_sweep = 0
            self._sweep()

    def _sweep(self) -> None:
        """Remove what was used least recently until nine tenths of the bound are left."""
        found = sorted(self._files())
        total = sum(size for _, size, _ in found)
        if total <= self.max_bytes:
            return
        for _, size, path in found:
            with contextlib.suppress(OSError):
                os.unlink(path)
            total -= size
            if total <= self.max_bytes * 9 // 10:
                return

    def _files(self) -> list[tuple[int, int, str]]:
        """(time of last use, bytes, path) of every file, half-written ones among them."""
        found = []
        for folder, _, names in os.walk(self.folder):
            for name in names:
                path = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    stat = os.stat(path)
                    found.append((stat.st_mtime_ns, stat.st_size, path))
        return found
