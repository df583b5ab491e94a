"""A tar stream from a container, read without trust: plain files in memory, nothing is extracted by name.

Only what our own tar writes for the names asked for is taken: ustar headers of regular files. Links, devices,
long names, sparse files and headers with a wrong checksum end or are passed over; sizes are bounded.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import ClusterError

BLOCK = 512
REGULAR = (b"0", b"\0")


class TarDamaged(ClusterError):
    """The stream ends early or is no tar: a file changed while it was copied, or the connection broke."""


def read_tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name (without a leading `./`) and content of each regular file. Raises TarDamaged."""
    at = 0
    while at + BLOCK <= len(data):
        header = data[at : at + BLOCK]
        at += BLOCK
        if not any(header):
            return
        size = _size(header)
        if at + size > len(data):
            raise TarDamaged("The copied files end early.")
        if header[156:157] in REGULAR:
            yield _name(header), data[at : at + size]
        at += -(-size // BLOCK) * BLOCK
    raise TarDamaged("The copied files end early.")


def _size(header: bytes) -> int:
    """The size of a member, when the header's checksum holds."""
    plain = header[:148] + b" " * 8 + header[156:]
    try:
        if int(header[148:156].rstrip(b" \0"), 8) != sum(plain):
            raise TarDamaged("A header of the copied files is damaged.")
        size = int(header[124:136].rstrip(b" \0") or b"0", 8)
    except ValueError:
        raise TarDamaged("A header of the copied files is damaged.") from None
    if size < 0:
        raise TarDamaged("A header of the copied files is damaged.")
    return size


def _name(header: bytes) -> str:
    name = header[:100].split(b"\0", 1)[0].decode("utf-8", "surrogateescape")
    return name.removeprefix("./")
