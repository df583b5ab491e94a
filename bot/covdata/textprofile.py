"""The text profile that `go test -coverprofile` and `covdata textfmt` write, as plain figures.

    mode: atomic
    example.com/shop/cart/cart.go:12.34,15.2 3 1

file:line.column,line.column statements count (cmd/cover, `parseProfile`). A block that stands several
times ran when it ran in any of them; `go tool cover` adds such blocks up too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from bot.covdata.problems import DataError, Problem
from bot.covdata.summary import PackageRow, Row, Summary

MAX_BYTES = 256 << 20
MAX_BLOCKS = 4_000_000
_MODE = re.compile(r"mode: (set|count|atomic)")
_BLOCK = re.compile(r"(.{1,1000}):(\d{1,9}\.\d{1,9},\d{1,9}\.\d{1,9}) (\d{1,9}) (\d{1,19})")


def is_text_profile(head: bytes) -> bool:
    """Whether a file that begins like this is a text profile."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"mode: ")


def load_text(path: Path) -> Summary:
    """The figures of a text profile. Raises DataError with the line that is wrong."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(path.name, "is larger than 256 MiB and was not read")
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise _wrong(path.name, f"cannot be read: {error.strerror}") from None
    return read_text(text.splitlines(), path.name)


def read_text(lines: Iterable[str], name: str) -> Summary:
    """The figures of a profile's lines; `name` is its file's, for messages. Raises DataError."""
    mode = ""
    blocks: dict[tuple[str, str], tuple[int, bool]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        found = _MODE.fullmatch(line.rstrip())
        if found is not None:
            if mode and found[1] != mode:
                text = (
                    f"{name}:{number} changes the mode from {mode} to {found[1]}: profiles were put together"
                )
                raise DataError(Problem(text, "profiles-concatenated"))
            mode = found[1]
            continue
        if not mode:
            raise _wrong(name, "does not begin with `mode:`; it is no text profile")
        _block(blocks, line, f"{name}:{number}")
    if not mode:
        raise _wrong(name, "is empty")
    return _summary(mode, blocks)


def _block(blocks: dict[tuple[str, str], tuple[int, bool]], line: str, place: str) -> None:
    found = _BLOCK.fullmatch(line.rstrip())
    if found is None:
        raise DataError(Problem(f"{place} is no block of a profile: {line[:80]!r}"))
    key, statements, ran = (found[1], found[2]), int(found[3]), found[4].strip("0") != ""
    known = blocks.get(key)
    if known is not None and known[0] != statements:
        text = (
            f"{place} gives a block {statements} statements that had {known[0]}: two builds were put together"
        )
        raise DataError(Problem(text, "mixed-builds"))
    blocks[key] = (statements, ran or (known is not None and known[1]))
    if len(blocks) > MAX_BLOCKS:
        raise DataError(Problem(f"{place}: more than {MAX_BLOCKS:,} blocks were not read"))


def _summary(mode: str, blocks: dict[tuple[str, str], tuple[int, bool]]) -> Summary:
    files: dict[str, list[int]] = {}
    for (file, _), (statements, ran) in blocks.items():
        sums = files.setdefault(file, [0, 0])
        sums[0] += statements
        sums[1] += statements if ran else 0
    packages: dict[str, list[Row]] = {}
    for file in sorted(files):
        packages.setdefault(file.rpartition("/")[0], []).append(Row(file, *files[file]))
    rows = tuple(
        PackageRow(path, sum(f.statements for f in inner), sum(f.covered for f in inner), tuple(inner))
        for path, inner in sorted(packages.items())
    )
    every = tuple(file for row in rows for file in row.files)
    total, covered = sum(r.statements for r in rows), sum(r.covered for r in rows)
    return Summary(mode, total, covered, rows, tuple(sorted(every, key=lambda row: row.path)))


def _wrong(name: str, what: str) -> DataError:
    return DataError(Problem(f"{name} {what}."))
