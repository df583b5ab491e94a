"""The last answer to each ref, for conditional requests."""

from __future__ import annotations

from bot.repo.auth import identity
from bot.repo.cache import Cache
from bot.repo.names import is_sha


class RefCache:
    """The ETag and the commit that GitHub gave for a ref to this token.

    GitHub makes an ETag for one token: another token's is of no use, so the entry is bound to a hash
    of the token. `etag` is None unless there is a commit to go with it.
    """

    def __init__(self, cache: Cache, api_url: str, repo: str, ref: str, token: str | None) -> None:
        self._cache = cache
        self._key = ("ref", api_url, repo.lower(), ref, identity(token or ""))
        self.etag: str | None = None
        self.commit: str | None = None
        commit, _, etag = (cache.get(*self._key) or b"").decode("utf-8", "replace").partition("\n")
        if is_sha(commit) and etag:
            self.commit, self.etag = commit, etag

    def keep(self, etag: str | None, commit: str) -> None:
        """Remember an answer; without an ETag there is nothing to ask with."""
        if etag and etag.isascii() and etag.isprintable():
            self._cache.put(f"{commit}\n{etag}".encode(), *self._key)
