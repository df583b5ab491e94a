"""The running program's build info, read without copying it: a few ranges of the file into a sparse copy.

`/proc/PID/exe` is the very file that runs, whatever stands at its path by now. Only the ELF header, the
section table, the section names and `.go.buildinfo` are fetched; the hook is looked for in place.
"""

from __future__ import annotations

import base64
import binascii
import struct
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.cluster.probes.base import ATTACH, Probe, Records
from bot.covdata.buildinfo import HOOK, BuildInfo, Instrumentation, proof, read_build_info
from bot.errors import CovdataError
from bot.facts.live import BinarySeen

PROBE = Probe(
    "binary",
    ATTACH,
    "none of its own: it looks through the container of the probe `process`; reads the program once there",
    "Go version, build settings and coverage hook of the program that runs",
)
PERMISSIONS = PROBE.permissions

BLOCK = 4096
HEAD = 2 * BLOCK
MAX_RANGE = 4 << 20
MAX_SIZE = 2 << 30
LIKELY = 64 << 10
WRITABLE = 1 << 20
"""How much of a writable segment is fetched where a binary has no section table."""
Range = tuple[int, int]
"""Offset and size in bytes."""
Fetch = Callable[[Sequence[Range]], Sequence[bytes]]

WHOLE = "all of the program was seen"
SCRIPT = rf"""
search() {{
  {{ timeout 20 tr '\0' '\n' <"/proc/$1/exe" && printf '\n{WHOLE}\n'; }} |
    grep -F -o -m 1 -e "$2" -e '{WHOLE}'
}}
program() {{
  printf 'size=%s\0' "$(stat -L -c %s "/proc/$P/exe")"
  printf 'head='; head -c {HEAD} "/proc/$P/exe" | base64; printf '\0'
  case $(search "$P" '{HOOK.decode()}') in '') ;; '{WHOLE}') printf 'hook=0\0' ;; *) printf 'hook=1\0' ;; esac
}}
"""
"""`program` prints size, beginning and hook of the program of process `P`.

busybox's grep looks at a line up to its first NUL only, so NULs become line ends first; without WHOLE the
program was not seen to its end.
"""
RANGES = rf"""
set -- $CC_RANGES
while [ $# -gt 1 ]; do
  printf 'range='; dd if="/proc/$CC_PID/exe" bs={BLOCK} skip="$1" count="$2" 2>/dev/null | base64; printf '\0'
  shift 2
done
"""
"""Prints blocks of a program: CC_RANGES holds pairs of first block and number of blocks."""


def read_binary(told: Records, path: str, about: str, fetch: Fetch) -> BinarySeen:
    """The program from what `program` printed, and ranges of it that `fetch` brings.

    Raises CovdataError when it is no Go program or cannot be read, and what `fetch` raises.
    """
    head, size = _decoded(told.get("head", "")), told.get("size", "")
    if not head or not size.isdigit() or int(size) > MAX_SIZE:
        raise CovdataError(f"{path} cannot be read")
    if head[:2] == b"#!":
        raise CovdataError(f"{path} is a script")
    if head[:4] != b"\x7fELF":
        raise CovdataError(f"{path} is no ELF program")
    if "hook" not in told:
        raise CovdataError(f"{path} could not be searched for Go's coverage hook")
    info = _info(head, int(size), path, fetch)
    proved = proof(info, told["hook"] == "1")
    return BinarySeen(
        path=path,
        go=info.go,
        cover=proved.cover,
        hook=proved.hook,
        rule=proved.rule,
        main=info.path,
        module=info.module,
        settings=info.settings,
        seen=PROBE.saw(about, _sentence(path, info, proved), _excerpt(info, proved.hook)),
    )


def _info(head: bytes, size: int, path: str, fetch: Fetch) -> BuildInfo:
    with tempfile.TemporaryDirectory(prefix="covcheck-") as folder:
        sparse = Sparse(Path(folder) / "program", size, fetch)
        sparse.put(0, head)
        try:
            sparse.need(_wanted(sparse))
        except (struct.error, IndexError, OverflowError, ValueError):
            raise CovdataError(f"{path} is a damaged ELF program") from None
        try:
            return read_build_info(sparse.path)
        except CovdataError as error:
            raise CovdataError(str(error).replace(str(sparse.path), path)) from None


class Sparse:
    """A copy of a remote file that holds only the ranges fetched so far."""

    def __init__(self, path: Path, size: int, fetch: Fetch) -> None:
        self.path, self.size, self._fetch = path, size, fetch
        self._have: list[Range] = []
        with path.open("wb") as file:
            file.truncate(size)

    def put(self, offset: int, data: bytes) -> None:
        """Bytes that are known already."""
        data = data[: max(self.size - offset, 0)]
        with self.path.open("r+b") as file:
            file.seek(offset)
            file.write(data)
        self._have.append((offset, len(data)))

    def need(self, ranges: Sequence[Range]) -> None:
        """Fetch what is not there yet, in whole blocks. Raises ValueError for a range outside the file."""
        wanted = []
        for offset, size in ranges:
            if size > MAX_RANGE or offset < 0 or offset + size > self.size:
                raise ValueError("a range outside the file")
            if size and not any(at <= offset and offset + size <= at + length for at, length in self._have):
                first = offset // BLOCK
                wanted.append((first, (offset + size + BLOCK - 1) // BLOCK - first))
        if not wanted:
            return
        for (first, _), data in zip(wanted, self._fetch(wanted), strict=False):
            self.put(first * BLOCK, data)

    def read(self, offset: int, size: int) -> bytes:
        """Bytes of the file, fetched where they are not there yet."""
        self.need([(offset, size)])
        with self.path.open("rb") as file:
            file.seek(offset)
            return file.read(size)


def _wanted(sparse: Sparse) -> list[Range]:
    """The ranges that hold the build info: `.go.buildinfo`, else the beginning of writable segments."""
    ident = sparse.read(0, 64)
    order, wide = (">" if ident[5] == 2 else "<"), ident[4] == 2
    word = "Q" if wide else "I"
    fields = struct.unpack_from(f"{order}HHI{word}{word}{word}IHHHHHH", ident, 16)
    segments_at, sections_at = fields[4], fields[5]
    segment_size, segments, section_size, sections, names = fields[8:13]
    table = sparse.read(sections_at, section_size * sections) if sections else b""
    form = f"{order}IIQQQQ" if wide else f"{order}IIIIII"
    rows = [struct.unpack_from(form, table, n * section_size) for n in range(sections)]
    if names < len(rows):
        sparse.need([(rows[names][4], rows[names][5]), *_likely(rows, sparse.size)])
        held = sparse.read(rows[names][4], rows[names][5])
        for row in rows:
            if held[row[0] : row[0] + 14] == b".go.buildinfo\x00":
                return [(row[4], row[5])]
    found = sparse.read(segments_at, segment_size * segments)
    return _writable(found, segment_size, segments, order, wide, sparse.size)


def _likely(rows: Sequence[tuple[int, ...]], size: int) -> list[Range]:
    """Small writable sections: `.go.buildinfo` is one of the first, so that it comes with the names."""
    small = [
        row for row in rows if row[1] == 1 and row[2] & 1 and row[5] <= LIKELY and row[4] + row[5] <= size
    ]
    return [(row[4], row[5]) for row in small[:3]]


def _writable(table: bytes, each: int, count: int, order: str, wide: bool, size: int) -> list[Range]:
    found = []
    for number in range(count):
        if wide:
            kind, flags, offset, _, _, length = struct.unpack_from(f"{order}IIQQQQ", table, number * each)
        else:
            kind, offset, _, _, length, _, flags = struct.unpack_from(f"{order}7I", table, number * each)
        if kind == 1 and flags & 3 == 2:
            found.append((offset, max(min(length, WRITABLE, size - offset), 0)))
    return found


def fetched(pairs: Sequence[tuple[str, str]]) -> list[bytes]:
    """The ranges that RANGES printed."""
    return [_decoded(value) for key, value in pairs if key == "range"]


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()).encode("ascii", "replace"), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _sentence(path: str, info: BuildInfo, proved: Instrumentation) -> str:
    noted = {True: "with -cover", False: "without -cover", None: "which does not note -cover"}[proved.cover]
    has = "has" if proved.hook else "lacks"
    return f"{path} was built by {info.go} {noted} and {has} Go's coverage hook"


def _excerpt(info: BuildInfo, hook: bool) -> str:
    keys = ("-cover", "-covermode", "-coverpkg", "-ldflags", "vcs.revision")
    lines = [f"build {key}={info.settings[key]}" for key in keys if key in info.settings]
    return "\n".join(
        [info.go, f"path {info.path}", *lines, f"{HOOK.decode()!r}: {'found' if hook else 'not found'}"]
    )
