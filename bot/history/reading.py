"""Coverage as it lies there after a run: directories of raw data, a text profile, or a zip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.covdata import DataError, Problem, load
from bot.covdata.command import TOLERATED
from bot.covdata.files import MAX_BYTES
from bot.covdata.summary import summarize
from bot.covdata.textprofile import is_text_profile, load_text
from bot.errors import UsageError
from bot.history.artifacts import Coverage, NothingInside, summarize_zip

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read_coverage(places: Sequence[Path]) -> Coverage:
    """The figures of directories (merged), of one text profile, or of one zip, by what the file begins with.

    Raises UsageError for places that do not go together, DataError when the data is broken, holds no
    statements, or is not all in the figures: such a figure would be taken for a fall.
    """
    found = _read(places)
    if any(problem.rule not in TOLERATED for problem in found.problems):
        raise DataError(*found.problems, hint="A figure without all of its data is not pushed.")
    if not found.summary.statements:
        raise NothingInside(Problem(f"{_shown(places)}: the data has no statements: no figure"))
    return found


def _read(places: Sequence[Path]) -> Coverage:
    files = [place for place in places if not place.is_dir()]
    if not files:
        profile = load(places)
        return Coverage(summarize(profile), profile.problems)
    if len(places) > 1:
        raise UsageError(f"-i takes directories, or one file: {files[0]} is no directory.")
    head = _head(files[0])
    if head.startswith(_ZIP):
        return summarize_zip(files[0])
    if is_text_profile(head):
        return Coverage(load_text(files[0]))
    raise DataError(Problem(f"{files[0]} is neither a text profile (it would begin with `mode:`) nor a zip"))


def _head(file: Path) -> bytes:
    """The first bytes of a regular file of a sane size."""
    try:
        if file.exists() and not file.is_file():
            raise DataError(Problem(f"{file} is no regular file"))
        if file.stat().st_size > MAX_BYTES:
            raise DataError(Problem(f"{file} is larger than {MAX_BYTES >> 20} MiB and was not read"))
        with file.open("rb") as opened:
            return opened.read(16)
    except OSError as error:
        raise DataError(Problem(f"{file} cannot be read: {error.strerror}")) from None


def _shown(places: Sequence[Path]) -> str:
    return ", ".join(str(place) for place in places)
