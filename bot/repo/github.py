"""A repo on GitHub at one commit, read through the REST API and cached for ever by id.

The ref costs one conditional request; the tree and the blobs of a commit never change, so a second
check of the same commit costs nothing more.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from bot.errors import RefNotFound, RepoNotFound, RepoUnavailable, RequestBudgetSpent, UsageError
from bot.model import RepoRef
from bot.repo.auth import NoAuth
from bot.repo.base import MAX_TEXT_BYTES, Entry, Skip
from bot.repo.blob import blob_sha
from bot.repo.client import GitHubClient
from bot.repo.limits import Budget
from bot.repo.listing import dump, lines, parse
from bot.repo.names import check_ref, is_full_name, is_sha
from bot.repo.reader import TreeReader
from bot.repo.refs import RefCache
from bot.repo.transport import Question, Reply
from bot.repo.trees import Tree, list_tree, parse_tree

THREADS = 8
_MAX_TREE_BYTES = 32_000_000
_MAX_BLOB_BYTES = MAX_TEXT_BYTES * 3 // 2
"""A blob arrives as base64 in JSON: the one form in GitHub's OpenAPI description."""

_SHA = "application/vnd.github.sha"


def open_github(
    client: GitHubClient, name: str, ref: str | None = None, *, budget: Budget | None = None
) -> GitHubSnapshot:
    """Open `owner/name` at the commit of `ref` (default: the default branch, whatever its name).

    `budget` bounds this check's requests and waiting. Blobs that it does not reach are Skips.

    Raises UsageError for a name or ref that can't be one, RepoNotFound, RefNotFound (also for an
    empty repo), AccessDenied, RateLimited, RepoUnavailable, and RequestBudgetSpent when not even the
    tree could be asked for.
    """
    repo = _Repo(client, _full_name(name), budget or Budget())
    commit = repo.commit(ref)
    entries, gaps = repo.listing(commit)
    known = RepoRef(repo.name, commit, ref, f"{client.web_url}/{repo.name}")
    return GitHubSnapshot(repo, known, entries, gaps)


class GitHubSnapshot(TreeReader):
    """A GitHub repo at one commit; threads may share it."""

    def __init__(
        self, repo: _Repo, ref: RepoRef, entries: Mapping[str, Entry], gaps: tuple[Skip, ...] = ()
    ) -> None:
        super().__init__(ref, entries, gaps)
        self._repo = repo
        self._ahead: dict[str, bytes] = {}

    @property
    def requests(self) -> int:
        """Requests made for this check so far."""
        return self._repo.budget.spent

    def prefetch(self, paths: Iterable[str]) -> None:
        """Fetch what is not cached, 8 at a time, in this order as far as the requests reach.

        Raises RepoError for failures that end the check.
        """
        wanted = {entry.sha: entry for entry in map(self._wanted, paths) if entry is not None}
        due = list(wanted.values())[: self._repo.budget.left]
        if len(due) < 2:
            return
        with ThreadPoolExecutor(min(THREADS, len(due)), thread_name_prefix="github") as pool:
            for entry, data in zip(due, pool.map(self._repo.blob, due), strict=True):
                if isinstance(data, bytes):
                    self._ahead[entry.sha] = data

    def _wanted(self, path: str) -> Entry | None:
        """The entry to fetch for a path: a file, or the first symlink on the way."""
        entry = self.entries.get(path)
        if entry is None or entry.kind == "submodule" or (entry.size or 0) >= MAX_TEXT_BYTES:
            return None
        return None if entry.sha in self._ahead or self._repo.has(entry.sha) else entry

    def _blob(self, entry: Entry) -> bytes | Skip:
        ahead = self._ahead.pop(entry.sha, None)
        return self._repo.blob(entry) if ahead is None else ahead


class _Repo:
    """The questions to GitHub about one repo, for one check."""

    def __init__(self, client: GitHubClient, name: str, budget: Budget) -> None:
        self.name = name
        self.budget = budget
        self._client = client
        self._cache = client.cache
        self._prefix = f"/repos/{name}"
        self._tree_requests = 0

    def commit(self, ref: str | None) -> str:
        """The commit of a ref by one conditional request; a whole id whose tree is cached costs none."""
        wanted = _api_ref(ref)
        if is_sha(wanted) and self._cache.has(*self._listing_key(wanted)):
            return wanted
        token = self._client.token(self.name, self.budget)
        held = RefCache(self._cache, self._client.api_url, self.name, wanted, token)
        reply = self._get(f"/commits/{quote(wanted, safe='')}", accept=_SHA, etag=held.etag)
        if reply.status == 304 and held.commit is not None:
            return held.commit
        if reply.status != 200:
            raise self._no_commit(reply, ref)
        commit = reply.body.decode("ascii", "replace").strip()
        if not is_sha(commit):
            raise RepoUnavailable(f"GitHub's answer for the ref of {self.name} is no commit id.")
        held.keep(reply.headers.get("etag"), commit)
        return commit

    def listing(self, commit: str) -> tuple[Mapping[str, Entry], tuple[Skip, ...]]:
        """Every path at the commit; cached once it is whole."""
        held = self._cached_listing(commit)
        if held is not None:
            return held, ()
        entries, gaps = list_tree(self._tree, commit)
        if not gaps:
            self._cache.put(dump(entries.values()), *self._listing_key(commit))
        return entries, gaps

    def has(self, sha: str) -> bool:
        """True when the blob is cached."""
        return self._cache.has("blob", sha)

    def blob(self, entry: Entry) -> bytes | Skip:
        """A blob whose content has the id that the tree gives it, from the cache or from GitHub."""
        held = self._cache.get("blob", entry.sha)
        if held is not None and blob_sha(held, entry.sha) == entry.sha:
            return held
        try:
            reply = self._get(f"/git/blobs/{entry.sha}", most_bytes=_MAX_BLOB_BYTES)
        except RequestBudgetSpent:
            return Skip(entry.path, self.budget.spent_reason)
        if reply.status != 200:
            return Skip(entry.path, f"GitHub answered {reply.status} for its content")
        data = _content(reply, entry.sha)
        if data is None:
            return Skip(entry.path, "GitHub's content does not have the id that the tree gives it")
        self._cache.put(data, "blob", entry.sha)
        return data

    def _tree(self, sha: str, recursive: bool) -> Tree:
        """One tree; parts of a large one are cached too, so that the next check gets further.

        At most half the check's requests go into trees: the rest is for files.
        """
        key = ("tree", *self._where(), sha, str(recursive))
        held = self._cache.get(*key)
        if held is not None:
            return parse_tree(Reply(200, {}, held, sha).json())
        if self._tree_requests >= max(self.budget.requests // 2, 1):
            raise RequestBudgetSpent("Half of the check's requests went into the tree.")
        self._tree_requests += 1
        params = {"recursive": "1"} if recursive else None
        reply = self._get(f"/git/trees/{sha}", params=params, most_bytes=_MAX_TREE_BYTES)
        if reply.status != 200:
            raise self._no_commit(reply, sha)
        tree = parse_tree(reply.json())
        if tree.truncated or self._tree_requests > 1:
            self._cache.put(reply.body, *key)
        return tree

    def _get(
        self,
        suffix: str,
        *,
        accept: str = "application/json",
        params: Mapping[str, str] | None = None,
        etag: str | None = None,
        most_bytes: int = 100_000,
    ) -> Reply:
        question = Question(
            self._prefix + suffix, accept=accept, params=params, etag=etag, most_bytes=most_bytes
        )
        reply = self._client.ask(question, repo=self.name, budget=self.budget)
        if reply.path != question.path and reply.path.split("?")[0].endswith(suffix):
            self._prefix = reply.path.split("?")[0].removesuffix(suffix)
        return reply

    def _no_commit(self, reply: Reply, ref: str | None) -> Exception:
        """What a failed answer for a ref or a tree means."""
        if reply.status == 409:
            return RefNotFound(f"{self.name} is an empty repo: it has no commit yet.")
        if reply.status == 422 or (reply.status == 404 and ref is not None and self._exists()):
            return RefNotFound(f"{self.name} has no branch, tag or commit {ref or 'HEAD'!r}.")
        if reply.status in (404, 410):
            return RepoNotFound(f"There is no repo {self.name} that can be seen.", hint=self._seen_hint())
        return RepoUnavailable(f"GitHub answered {reply.status} for {self.name}. {reply.message}".strip())

    def _exists(self) -> bool:
        """Whether the repo is there at all; asked only when a ref was answered with 404."""
        return self._get("/commits/HEAD", accept=_SHA).status in (200, 409)

    def _seen_hint(self) -> str:
        if isinstance(self._client.auth, NoAuth):
            return "Check the name; for a private repo set GITHUB_TOKEN."
        return "Check the name, and that the token may read this repo."

    def _where(self) -> tuple[str, str, str]:
        """What a private tree's cache entry is bound to: who saw it, and where."""
        return self._client.auth.scope, self._client.api_url, self.name.lower()

    def _listing_key(self, commit: str) -> tuple[str, ...]:
        return ("listing", *self._where(), commit)

    def _cached_listing(self, commit: str) -> dict[str, Entry] | None:
        held = self._cache.get(*self._listing_key(commit))
        if held is None:
            return None
        try:
            return {one.path: one for one in map(parse, lines([held]))}
        except ValueError:
            return None


def _content(reply: Reply, sha: str) -> bytes | None:
    """What an answer for a blob holds, as base64 in JSON or raw; None when its id is not `sha`."""
    if blob_sha(reply.body, sha) == sha:
        return reply.body
    try:
        data = b64decode(reply.json()["content"])
    except (RepoUnavailable, KeyError, TypeError, ValueError):
        return None
    return data if blob_sha(data, sha) == sha else None


def _full_name(name: str) -> str:
    if not is_full_name(name):
        raise UsageError(f"{name[:80]!r} is not the name of a GitHub repo.", hint="Write it as owner/name.")
    return name


def _api_ref(ref: str | None) -> str:
    """A ref as `commits/{ref}` takes it: `HEAD` is the default branch, `refs/` is left out."""
    if ref is None:
        return "HEAD"
    return ref.lower() if is_sha(ref.lower()) else check_ref(ref).removeprefix("refs/")
