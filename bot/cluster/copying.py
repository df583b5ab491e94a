"""Coverage files of a directory in the cluster, copied to a local folder: bounded, by checked names."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from bot.cluster.exec import Ran
from bot.cluster.listing import steady
from bot.cluster.tarball import TarDamaged, read_tar
from bot.errors import ClusterUnavailable
from bot.facts.live import DataProblem, FileSeen

BATCH_FILES = 100
BATCH_BYTES = 32 << 20
LARGEST_FILE = 64 << 20
LARGEST_ALL = 1 << 30
MAX_FILES = 20_000
SECONDS = 60.0
NAME = re.compile(r"(?=.{1,97}$)(?:[A-Za-z0-9._+-]*cov(?:meta|counters)|tmp)\.[A-Za-z0-9._+-]+")
"""Names that Go gives, also with something put before them; they fit a plain tar header."""
EARLIER = "earlier"
"""Where files of earlier runs go, below the run's own: they are looked at, and not counted."""


class Reader(Protocol):
    """Where commands run beside the directory: a tool pod or a holder."""

    def exec(self, argv: tuple[str, ...], *, seconds: float = 30, limit: int = 64 << 20) -> Ran: ...


@dataclass(slots=True)
class Copies:
    """The local folder of a run's files and what went wrong on the way; used from several threads.

    Files of all places lie side by side, as `go tool covdata` wants them: their names tell them apart. A
    file of the same name with another content goes into a folder of its own.
    """

    folder: Path
    problems: list[DataProblem] = field(default_factory=list)
    folders: list[Path] = field(default_factory=list)
    count: int = 0
    size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def earlier(self) -> list[Path]:
        """The folders with files of earlier runs."""
        return sorted({path.parent for path in (self.folder / EARLIER).rglob("*cov*") if path.is_file()})

    def take(self, reader: Reader, directory: str, files: Sequence[FileSeen], *, under: str = "") -> None:
        """Copy files of one directory, `under` a folder of the copies. Raises ClusterError."""
        for batch in self._batches(files):
            wanted = {file.name: file for file in batch}
            for _ in range(2):
                wanted = self._batch(reader, directory, wanted, under)
                if not wanted:
                    break
            for name in wanted:
                self._tell("counters-truncated", f"{name} could not be copied whole")

    def _batch(
        self, reader: Reader, directory: str, wanted: dict[str, FileSeen], under: str
    ) -> dict[str, FileSeen]:
        """Copy one batch; gives back what did not arrive."""
        argv = ("tar", "c", "-f", "-", "-C", directory, "--", *(f"./{name}" for name in wanted))
        limit = sum(file.size + 2048 for file in wanted.values()) + (64 << 10)
        ran = steady(lambda: reader.exec(argv, seconds=SECONDS, limit=limit))
        if ran.error:
            raise ClusterUnavailable(f"The files could not be copied: {ran.error}.")
        left = dict(wanted)
        try:
            for name, data in read_tar(ran.stdout):
                if left.pop(name, None) is not None:
                    self._save(name, data, under)
        except TarDamaged:
            pass
        return left

    def _batches(self, files: Sequence[FileSeen]) -> Iterator[list[FileSeen]]:
        batch: list[FileSeen] = []
        for file in files:
            if not self._allowed(file):
                continue
            batch.append(file)
            if len(batch) == BATCH_FILES or sum(f.size for f in batch) >= BATCH_BYTES:
                yield batch
                batch = []
        if batch:
            yield batch

    def _allowed(self, file: FileSeen) -> bool:
        if not NAME.fullmatch(file.name):
            self._tell(None, f"{file.name!r:.120} was not copied: Go gives no file such a name")
            return False
        if file.size > LARGEST_FILE:
            self._tell(None, f"{file.name} was not copied: it is larger than {LARGEST_FILE >> 20} MiB")
            return False
        with self._lock:
            fits = self.count < MAX_FILES and self.size + file.size <= LARGEST_ALL
            if fits:
                self.count, self.size = self.count + 1, self.size + file.size
        if not fits:
            self._tell(None, f"not all files were copied: more than {MAX_FILES} or {LARGEST_ALL >> 30} GiB")
        return fits

    def _save(self, name: str, data: bytes, under: str) -> None:
        with self._lock:
            for number in range(1, 1000):
                folder = self.folder / under if number == 1 else self.folder / under / f"other-{number}"
                path = folder / name
                if path.exists() and path.read_bytes() != data:
                    continue
                folder.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                if folder not in self.folders and not under:
                    self.folders.append(folder)
                return

    def _tell(self, rule: str | None, text: str) -> None:
        problem = DataProblem(rule, text)
        with self._lock:
            if problem not in self.problems and len(self.problems) < 50:
                self.problems.append(problem)
