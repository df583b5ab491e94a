"""Coverage out of a zip that somebody else made: an artifact of GitHub Actions, or an upload.

A zip is hostile until proven otherwise: names are never used as paths, links are never made, and what is
unpacked is bounded by what was really read, whatever the zip says of itself.
"""

from __future__ import annotations

import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from bot.covdata import DataError, Problem, load
from bot.covdata.summary import Summary, summarize
from bot.covdata.textprofile import is_text_profile, load_text
from bot.errors import StoreError

_CHUNK = 1 << 20
_RAW = ("covmeta.", "covcounters.")
_TEXT = (".out", ".txt", ".cov", ".coverprofile", ".profile")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many entries a zip may have, and how many bytes may come out of one file and out of all."""

    entries: int = 20_000
    file: int = 256 << 20
    total: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What a zip held for us: folders with raw coverage data, and text profiles."""

    raw: tuple[Path, ...]
    texts: tuple[Path, ...]


class NothingInside(DataError):
    """The zip is whole, and there is no coverage in it."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Figures, and what is wrong with the data they were made of though it could be read."""

    summary: Summary
    problems: tuple[Problem, ...] = ()


def summarize_zip(archive: Path, bounds: Bounds = Bounds()) -> Coverage:
    """The figures in a zip: of its raw coverage data if it has any, merged over all its folders, else of its
    one text profile. Raises NothingInside when there is none, DataError when there are several or the zip is
    damaged or too large, StoreError when there is no room to unpack it."""
    with tempfile.TemporaryDirectory(prefix="covcheck-zip-") as folder:
        try:
            return _summarized(unpack(archive, Path(folder), bounds), Path(folder), archive)
        except DataError as error:
            raise type(error)(*_named(error.problems, folder, archive), hint=error.hint) from None


def _summarized(found: Unpacked, folder: Path, archive: Path) -> Coverage:
    if found.raw:
        profile = load(found.raw)
        return Coverage(summarize(profile), _named(profile.problems, str(folder), archive))
    if len(found.texts) == 1:
        return Coverage(load_text(found.texts[0]))
    if found.texts:
        raise _wrong(f"holds {len(found.texts)} text profiles and no raw data; which one counts is not clear")
    raise NothingInside(Problem("The archive holds no covmeta and covcounters files and no text profile."))


def _named(problems: Iterable[Problem], folder: str, archive: Path) -> tuple[Problem, ...]:
    """The problems with the archive's name in the place of the folder it was unpacked to."""
    return tuple(
        replace(each, text=each.text.replace(folder, str(archive)), path=archive) for each in problems
    )


def unpack(archive: Path, into: Path, bounds: Bounds = Bounds()) -> Unpacked:
    """Unpack what is coverage data; every file gets a place and (but for raw data) a name of ours.

    Raises DataError when the zip is damaged, encrypted, or larger than the bounds, StoreError without room.
    """
    raw: dict[str, Path] = {}
    texts: list[Path] = []
    left = bounds.total
    try:
        with zipfile.ZipFile(archive) as opened:
            if len(opened.filelist) > bounds.entries:
                raise _wrong(f"has more than {bounds.entries:,} entries")
            for info in _files(opened):
                name = PurePosixPath(info.filename)
                if name.name.startswith(_RAW):
                    folder = raw.setdefault(str(name.parent), into / f"raw-{len(raw)}")
                    folder.mkdir(exist_ok=True)
                    place = folder / _plain(name.name)
                elif name.suffix in _TEXT:
                    place = into / f"text-{len(texts)}"
                else:
                    continue
                left -= _copy(opened, info, place, min(bounds.file, left))
                if name.suffix in _TEXT and not name.name.startswith(_RAW) and _profile(place):
                    texts.append(place)
    except _BROKEN as error:
        raise _wrong(f"cannot be unpacked: {type(error).__name__}") from None
    return Unpacked(tuple(raw.values()), tuple(texts))


def _files(opened: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The regular files; folders, links and devices are passed over."""
    for info in opened.filelist:
        mode = info.external_attr >> 16
        if not info.is_dir() and (stat.S_IFMT(mode) in (0, stat.S_IFREG)):
            yield info


def _plain(name: str) -> str:
    """A raw file's own name, which tells what it belongs to. Raises DataError when it is no such name."""
    if len(name) > 200 or not name.isascii() or not all(c.isalnum() or c in "._-" for c in name):
        raise _wrong(f"holds a file of the odd name {name[:60]!r}")
    return name


def _copy(opened: zipfile.ZipFile, info: zipfile.ZipInfo, place: Path, most: int) -> int:
    """Copy one entry; its real size. Raises DataError when that is more than `most`."""
    if place.exists():
        raise _wrong(f"holds {place.name[:60]!r} twice in one folder")
    size = 0
    with opened.open(info) as source, place.open("wb") as target:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most:
                raise _wrong(f"unpacks to too much: {info.filename[:60]!r} is larger than {most:,} bytes")
            _written(target, chunk)
    return size


def _written(target: IO[bytes], chunk: bytes) -> None:
    try:
        target.write(chunk)
        target.flush()
    except OSError as error:
        raise StoreError(f"There is no room to unpack a zip: {error.strerror}.") from None


def _profile(place: Path) -> bool:
    with place.open("rb") as file:
        return is_text_profile(file.read(16))


def _wrong(what: str) -> DataError:
    return DataError(Problem(f"The archive {what}."))
