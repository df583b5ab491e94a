"""From the bytes of a blob to a File, or to the reason why it is not one."""

from __future__ import annotations

import hashlib

from bot.model import RepoRef
from bot.repo.base import MAX_TEXT_BYTES, File, Skip, text_file

LFS_MARK = b"version https://git-lfs.github.com/spec/"
"""First bytes of a Git LFS pointer (git-lfs specification, "The Pointer")."""

_LFS_MAX = 1024


def blob_sha(data: bytes, like: str = "") -> str:
    """The id git gives to a blob: SHA-1, or SHA-256 where `like` is an id of 64 digits."""
    digest = hashlib.sha256() if len(like) == 64 else hashlib.sha1(usedforsecurity=False)
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return digest.hexdigest()


def to_file(path: str, data: bytes, sha: str, repo: RepoRef) -> File | Skip:
    """The text file, or a Skip for what no person wrote as text.

    A byte order mark is dropped, invalid UTF-8 replaced. NUL bytes make a file binary, as for git.
    """
    if len(data) >= MAX_TEXT_BYTES:
        return too_large(path, len(data))
    if data.startswith(LFS_MARK) and len(data) < _LFS_MAX:
        return Skip(path, "is a Git LFS pointer, the content is stored elsewhere")
    if b"\0" in data:
        return Skip(path, "is a binary file")
    return text_file(path, data.decode("utf-8-sig", errors="replace"), sha, repo)


def too_large(path: str, size: int) -> Skip:
    return Skip(path, f"is too large to read ({size:,} bytes)")
