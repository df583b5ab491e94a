"""A repo on this machine: a checkout, a worktree or a bare git directory, read through `git`."""

from __future__ import annotations

import os.path
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.errors import RefNotFound, RepoNotFound, RepoUnavailable
from bot.model import RepoRef
from bot.repo.base import MAX_TEXT_BYTES, Entry, Skip
from bot.repo.blob import too_large
from bot.repo.git import Git, GitStopped, Objects, TooLarge
from bot.repo.listing import MAX_ENTRIES, lines, parse
from bot.repo.names import GITHUB_HOSTS, Remote, check_ref, is_sha, parse_remote
from bot.repo.reader import TreeReader

_NOT_STORED = "is damaged or not stored in this copy of the repo"
_USUAL_BRANCHES = ("main", "master")


class LocalSnapshot(TreeReader):
    """A local repo at one commit.

    The commit is read, not the folder: changes that are not committed are not seen. Files come from
    one `git cat-file --batch`, which ends with `close()` or with the snapshot.
    """

    def __init__(
        self, git: Git, ref: RepoRef, entries: dict[str, Entry], gaps: tuple[Skip, ...] = ()
    ) -> None:
        super().__init__(ref, entries, gaps)
        self._git = git
        self._lock = threading.Lock()
        self._objects: Objects | None = None

    def close(self) -> None:
        """End the git process; reading again starts another."""
        with self._lock:
            if self._objects is not None:
                self._objects.close()
                self._objects = None

    def __enter__(self) -> LocalSnapshot:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _blob(self, entry: Entry) -> bytes | Skip:
        with self._lock:
            if self._objects is None:
                self._objects = self._git.objects()
            objects = self._objects
        try:
            data = objects.get(entry.sha, MAX_TEXT_BYTES)
        except TooLarge as error:
            return too_large(entry.path, error.size)
        except GitStopped:
            self.close()
            data = None
        return Skip(entry.path, _NOT_STORED) if data is None else data


def open_local(
    directory: str | Path, ref: str | None = None, *, hosts: Iterable[str] = GITHUB_HOSTS
) -> LocalSnapshot:
    """Open a checkout or a bare git directory at the commit of `ref` (default: its HEAD).

    `ref` is a branch, a tag, a commit id, or a branch known only from the remote `origin`. `hosts`
    are the GitHub hosts whose remotes give the repo its `owner/name` and its web address.

    Raises RepoNotFound when the folder is no git repo, RefNotFound when nothing is called `ref`,
    UsageError when `ref` can't be one, RepoUnavailable when git fails.
    """
    folder = Path(directory)
    git = Git(git_directory(folder))
    commit, name = _default_commit(git, folder) if ref is None else (_commit(git, folder, ref), ref)
    remote = _remote(git, tuple(hosts))
    repo = RepoRef(
        name=remote.name if remote else _directory_name(folder),
        commit=commit,
        ref=name,
        web_url=remote.web_url if remote else None,
    )
    return LocalSnapshot(git, repo, *_list(git, commit))


def git_directory(folder: Path) -> Path:
    """The git directory of a checkout, a worktree or a bare repo. Raises RepoNotFound."""
    folder = folder.absolute()
    for candidate in (_pointed_to(folder / ".git"), folder):
        if os.path.isfile(candidate / "HEAD") and _has_objects(candidate):
            return candidate
    raise _no_repo(folder)


def _pointed_to(dot_git: Path) -> Path:
    """`.git` itself, or the directory that the file `.git` of a worktree names."""
    if not os.path.isfile(dot_git):
        return dot_git
    try:
        with dot_git.open(encoding="utf-8", errors="surrogateescape") as file:
            text = file.read(4096).strip()
    except OSError:
        return dot_git
    return dot_git.parent / text.removeprefix("gitdir:").strip() if text.startswith("gitdir:") else dot_git


def _has_objects(candidate: Path) -> bool:
    return os.path.isdir(candidate / "objects") or os.path.isfile(candidate / "commondir")


def _no_repo(folder: Path) -> RepoNotFound:
    if not os.path.isdir(folder):
        return RepoNotFound(f"There is no folder {folder}.")
    around = next((up for up in folder.parents if os.path.exists(up / ".git")), None)
    hint = f"Name the checkout it is part of: {around}." if around else "Name a checkout or a bare repo."
    return RepoNotFound(f"{folder} is not a git repo.", hint=hint)


def branch_of_head(git: Git, folder: Path) -> str | None:
    """The branch that HEAD stands for, None when it is detached. Raises RefNotFound in an empty repo."""
    return _default_commit(git, folder)[1]


def _default_commit(git: Git, folder: Path) -> tuple[str, str | None]:
    """The commit of HEAD and the branch it stands for (None when detached).

    HEAD is followed by hand: git would take a branch or tag that is itself called HEAD for it. When
    its branch is missing, as in a mirror of a repo whose default branch was renamed, the remote's
    HEAD counts, then the only branch, then `main`, then `master`.
    """
    branch = _text(git.run("symbolic-ref", "-q", "HEAD"))
    if not branch:
        commit = _first(_resolve(git, ["HEAD"]))
        if commit is None:
            raise _empty(folder)
        return commit, None
    for name in _default_branches(git, branch):
        commit = _first(_resolve(git, [name]))
        if commit is not None:
            return commit, name.removeprefix("refs/heads/").removeprefix("refs/remotes/origin/")
    raise _empty(folder)


def _default_branches(git: Git, branch: str) -> Iterator[str]:
    """The refs that may stand for HEAD, the likelier first; git is asked only for those needed."""
    yield branch
    if remote_head := _text(git.run("symbolic-ref", "-q", "refs/remotes/origin/HEAD")):
        yield remote_head
    branches = _text(git.run("for-each-ref", "--format=%(refname)", "--count=2", "refs/heads/")).split()
    if len(branches) == 1:
        yield branches[0]
    for name in _USUAL_BRANCHES:
        yield f"refs/heads/{name}"


def _empty(folder: Path) -> RefNotFound:
    return RefNotFound(f"{folder} has no commit at HEAD and no default branch.", hint="Name one with --ref.")


def _commit(git: Git, folder: Path, ref: str) -> str:
    """The commit of a ref. A name that is a branch and a tag with different commits is refused."""
    check_ref(ref)
    if ref == "HEAD":
        return _default_commit(git, folder)[0]
    if is_sha(ref):
        names = [ref]
    else:
        names = [f"refs/heads/{ref}", f"refs/tags/{ref}", ref, f"refs/remotes/origin/{ref}"]
    found = _resolve(git, names)
    if not is_sha(ref) and found[0] and found[1] and found[0] != found[1]:
        raise RefNotFound(
            f"{ref!r} is a branch and a tag in {folder}.", hint=f"Say heads/{ref} or tags/{ref}."
        )
    commit = _first(found)
    if commit is None:
        raise RefNotFound(f"There is no branch, tag or commit {ref!r} in {folder}.")
    return commit


def _resolve(git: Git, names: list[str]) -> list[str | None]:
    """The commit id of each name, None where there is none."""
    asked = "".join(f"{name}^{{commit}}\n" for name in names)
    answer = _text(git.run("cat-file", "--batch-check", stdin=asked.encode())).splitlines()
    ids = [line.split()[0] if line.split()[1:2] == ["commit"] else None for line in answer]
    if len(ids) != len(names):
        raise RepoUnavailable(
            f"git could not look up refs in {git.directory}.", hint="See what `git status` says there."
        )
    return ids


def _first(found: list[str | None]) -> str | None:
    return next((commit for commit in found if commit), None)


def _list(git: Git, commit: str) -> tuple[dict[str, Entry], tuple[Skip, ...]]:
    """Every path at the commit, with sizes where all files are stored here (not in a partial clone)."""
    try:
        return _listed(git, "-l", commit)
    except RepoUnavailable:
        return _listed(git, "--full-tree", commit)


def _listed(git: Git, option: str, commit: str) -> tuple[dict[str, Entry], tuple[Skip, ...]]:
    entries: dict[str, Entry] = {}
    printed = git.stream("ls-tree", "-r", "-z", "--full-tree", option, commit)
    for line in lines(printed, MAX_ENTRIES + 1):
        if len(entries) == MAX_ENTRIES:
            return entries, (Skip("", f"the tree has more than {MAX_ENTRIES:,} paths"),)
        one = parse(line)
        entries[one.path] = one
    return entries, ()


def _remote(git: Git, hosts: tuple[str, ...]) -> Remote | None:
    """The GitHub repo that `origin` names, else the only remote."""
    listed = _text(git.run("config", "-z", "--get-regexp", r"^remote\..*\.url$"))
    urls = dict(item.split("\n", 1) for item in listed.split("\0") if "\n" in item)
    url = urls.get("remote.origin.url") or (next(iter(urls.values())) if len(urls) == 1 else "")
    return parse_remote(url, hosts)


def _directory_name(folder: Path) -> str:
    """The folder's name; a bare `name.git` loses its ending, a bare `repo` is called as its parent."""
    path = folder.resolve()
    if path.name in (".git", "repo") and not (path / ".git").exists() and path.parent.name:
        path = path.parent
    return path.name.removesuffix(".git") or str(path)


def _text(output: bytes | None) -> str:
    return (output or b"").decode("utf-8", "replace").strip("\n")
