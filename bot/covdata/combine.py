"""Several programs as one, as `merge -pcombine` does it: packages joined by path, functions by content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.covdata.encode import Counted, fnv
from bot.covdata.meta import BLOB_HEADER, MetaFile, Package
from bot.covdata.problems import DataError, Problem, truncated
from bot.covdata.profile import SET
from bot.covdata.strings import write_table
from bot.covdata.tally import MAX_COUNT, Tally
from bot.covdata.uleb import encode

Counters = NDArray[np.uint64]


@dataclass
class _Built:
    """A package as it grows: its strings and functions in the order in which they were first seen.

    `functions` is keyed by what Go hashes of a function; `counters` has those that ran.
    """

    package: Package
    strings: dict[str, int] = field(default_factory=dict)
    functions: dict[bytes, bytes] = field(default_factory=dict)
    places: dict[bytes, int] = field(default_factory=dict)
    counters: dict[int, Counters] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for text in ("", *self._names()):
            self.text(text)

    def _names(self) -> tuple[str, str, str]:
        return self.package.path, self.package.name, self.package.module

    def text(self, text: str) -> int:
        """The place of a string, which is added when it is new."""
        return self.strings.setdefault(text, len(self.strings))

    def function(self, name: str, file: str, literal: bool, units: NDArray[np.uint32]) -> int:
        """The place of a function, which is added when it is new."""
        numbers = np.append(units.ravel(), np.uint32(literal)).astype("<u4")
        key = _bytes(name) + _bytes(file) + numbers.tobytes()
        if key not in self.functions:
            head = np.array((len(units), self.text(name), self.text(file)), np.uint32)
            self.places[key] = len(self.functions)
            self.functions[key] = encode(np.concatenate((head, numbers.astype(np.uint32))))
        return self.places[key]

    def blob(self) -> bytes:
        """The package as Go's encodemeta writes it."""
        digest = fnv(b"".join((*map(_bytes, self._names()), *self.functions)))
        table = write_table(list(self.strings))
        path, name, module = (self.strings[text] for text in self._names())
        start = BLOB_HEADER.size + 4 * len(self.functions) + len(table)
        ends = np.cumsum([start, *map(len, self.functions.values())])
        head = BLOB_HEADER.pack(
            int(ends[-1]), name, path, module, digest, len(self.strings), len(self.functions)
        )
        return head + ends[:-1].astype("<u4").tobytes() + table + b"".join(self.functions.values())


class Combined:
    """Programs that become one. `mode` is the most telling of those seen so far, as in Go."""

    def __init__(self) -> None:
        self.mode = SET
        self.granularity = 0
        self._packages: dict[str, _Built] = {}

    def begin(self, meta: MetaFile) -> None:
        """Take up a program. Raises DataError when it does not count as the others do."""
        self.mode = max(self.mode, meta.mode)
        self.granularity = self.granularity or meta.granularity
        if meta.granularity != self.granularity:
            raise DataError(Problem(f"{meta.path} counts functions, others blocks", None, meta.path))

    def add(self, meta: MetaFile, package: Package, tally: Tally) -> None:
        """Add one package of a program, and what ran of it. Raises DataError on damaged meta-data."""
        built = self._packages.setdefault(package.path, _Built(package))
        functions = meta.functions
        for number in range(package.first, package.first + package.functions):
            low, high = int(functions.start[number]), int(functions.start[number + 1])
            try:
                name, file = (package.strings[int(c[number])] for c in (functions.name, functions.file))
            except IndexError:
                raise truncated(meta.path, "a function has no name") from None
            place = built.function(name, file, bool(functions.literal[number]), functions.unit[low:high])
            if tally.ran[number]:
                known = built.counters.get(place)
                built.counters[place] = self._sum(known, tally.units[low:high])

    def _sum(self, known: Counters | None, new: Counters) -> Counters:
        most = np.uint64(1 if self.mode == SET else MAX_COUNT)
        total: Counters = new if known is None else np.minimum(known + new, most)
        return total

    def blobs(self) -> list[bytes]:
        """The packages, in the order in which they came."""
        return [built.blob() for built in self._packages.values()]

    def ran(self) -> Iterator[Counted]:
        """What ran, by package and function."""
        for place, built in enumerate(self._packages.values()):
            for index in sorted(built.counters):
                yield place, index, built.counters[index]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
