"""Files proposed to a repo on GitHub as one branch and one pull request, over the git data API.

The same content is never proposed twice: a pull request that has it is given back, open or closed. While one
is open, further content goes onto its branch as another commit. Files are only added or changed. What a tree
needs goes inline (`content`), so that a hundred files cost one request, not a hundred blobs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from bot.errors import AccessDenied, RefNotFound, RepoError, RepoNotFound, RepoUnavailable, UsageError
from bot.repo.base import Snapshot
from bot.repo.blob import blob_sha
from bot.repo.client import GitHubClient
from bot.repo.github import open_github
from bot.repo.limits import Budget
from bot.repo.names import check_ref, is_full_name
from bot.repo.transport import Question, Reply

FILES_A_TREE = 100
CHARACTERS_A_TREE = 1_000_000
MARK = "Proposed-by: covcheck"
"""The last line of our commits: a branch whose head lacks it is somebody else's."""
WRITE_HINT = (
    "The token needs write access to the repo: contents and pull requests (a classic token the scope `repo`, "
    "a GitHub App both permissions as Read and write)."
)
_MAX_REPLY = 8_000_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed to `repo` (owner/name): `files` are texts by path, `base` None the default branch."""

    repo: str
    files: Mapping[str, str]
    branch: str
    title: str
    body: str
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request. `state` is open or closed; `made` says that this run made it."""

    number: int
    url: str
    state: str = "open"
    made: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done, from reading alone. `added` and `changed` are paths against the base; both empty:
    the base has everything. `due` are those still to be written to the branch; `pull` is there already.
    """

    proposal: Proposal
    base: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    due: tuple[str, ...] = ()
    pull: Pull | None = None
    parent: str = ""
    """The commit that the next one follows."""
    branch_is_there: bool = False
    anew: bool = False
    """The branch is left from before and begins again at the base."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do."""
        return not (self.added or self.changed) or (self.pull is not None and not self.due)


class Conflict(RepoError):
    """The branch moved meanwhile; planning anew may help."""


class Proposer:
    """Proposes to one GitHub. Every method raises RepoError; AccessDenied says which rights are missing."""

    def __init__(self, client: GitHubClient, budget: Budget | None = None) -> None:
        self._client = client
        self._budget = budget or Budget()

    def propose(self, proposal: Proposal, plan: Plan | None = None) -> tuple[Plan, Pull | None]:
        """Carry out a plan (None: make one); None when the base has everything. When the branch moved
        meanwhile, it is planned and done once again."""
        plan = plan or self.plan(proposal)
        try:
            return plan, self.carry_out(plan)
        except Conflict:
            plan = self.plan(proposal)
            return plan, self.carry_out(plan)

    def plan(self, proposal: Proposal) -> Plan:
        """Look at base, branch and pull requests. Raises UsageError for names that cannot be, and for a
        branch of that name that is not ours."""
        _checked(proposal)
        proposal, base = self._ground(proposal)
        ground = self._snapshot(proposal.repo, base)
        against = _differing(proposal.files, ground)
        added = tuple(path for path in against if path not in ground.entries)
        changed = tuple(path for path in against if path in ground.entries)
        plan = Plan(proposal, base, added, changed, due=against, parent=ground.ref.commit)
        if not against:
            return plan
        try:
            head = self._snapshot(proposal.repo, proposal.branch)
        except RefNotFound:
            return plan
        return self._continued(plan, head)

    def carry_out(self, plan: Plan) -> Pull | None:
        """Do what is planned and give the pull request, None when the base has all. Raises Conflict."""
        if plan.is_done:
            return plan.pull
        if plan.due:
            self._move(plan, self._commit(plan))
        return plan.pull or self._opened(plan)

    def _ground(self, proposal: Proposal) -> tuple[Proposal, str]:
        """The proposal under the name that the repo has now, and its base: writing follows no redirect."""
        found = self._read(proposal.repo, "")
        if found.get("archived"):
            raise AccessDenied(f"{proposal.repo} is archived: nothing can be proposed to it.")
        if found.get("permissions", {}).get("push") is False:
            raise AccessDenied(f"The token may not write to {proposal.repo}.", hint=WRITE_HINT)
        name = str(found.get("full_name") or proposal.repo)
        if is_full_name(name):
            proposal = replace(proposal, repo=name)
        return proposal, proposal.base or str(found.get("default_branch") or "main")

    def _snapshot(self, repo: str, branch: str) -> Snapshot:
        return open_github(self._client, repo, f"heads/{branch}", budget=self._budget)

    def _continued(self, plan: Plan, head: Snapshot) -> Plan:
        """The plan where a branch of that name is there already."""
        proposal, commit = plan.proposal, head.ref.commit
        due = _differing(proposal.files, head)
        pull = self._pull(plan, commit if not due else None)
        if pull is not None:
            return replace(plan, due=due, pull=pull, parent=commit, branch_is_there=True)
        message = str(self._read(proposal.repo, f"/git/commits/{commit}").get("message", ""))
        if MARK not in message:
            raise UsageError(
                f"{proposal.repo} has a branch {proposal.branch} that covcheck did not make.",
                hint="Name another one with --branch.",
            )
        parent = plan.parent if due else commit
        return replace(plan, due=due, parent=parent, branch_is_there=True, anew=bool(due))

    def _pull(self, plan: Plan, commit: str | None) -> Pull | None:
        """The open pull request of the branch, else the closed one that proposed just this `commit`."""
        owner = plan.proposal.repo.partition("/")[0]
        params = {"head": f"{owner}:{plan.proposal.branch}", "base": plan.base, "state": "all"}
        reply = self._asked(plan.proposal.repo, "/pulls", params=params, most_bytes=_MAX_REPLY)
        listed = [each for each in reply.parsed() or () if isinstance(each, dict)]
        fitting = [each for each in listed if each.get("state") == "open"] or [
            each for each in listed if commit is not None and each.get("head", {}).get("sha") == commit
        ]
        return _pull_of(fitting[0]) if fitting else None

    def _commit(self, plan: Plan) -> str:
        """Make trees and a commit; its id. Nothing is seen of them until the branch moves."""
        repo = plan.proposal.repo
        tree = str(self._read(repo, f"/git/commits/{plan.parent}").get("tree", {}).get("sha", ""))
        for items in _portions(plan):
            tree = str(self._written(repo, "/git/trees", {"base_tree": tree, "tree": items})["sha"])
        message = f"{plan.proposal.title}\n\n{MARK}"
        body = {"message": message, "tree": tree, "parents": [plan.parent]}
        return str(self._written(repo, "/git/commits", body)["sha"])

    def _move(self, plan: Plan, commit: str) -> None:
        """Make the branch, or move it to the commit."""
        repo, branch = plan.proposal.repo, plan.proposal.branch
        if plan.branch_is_there:
            where = f"/git/refs/{quote(f'heads/{branch}', safe='')}"
            self._written(repo, where, {"sha": commit, "force": plan.anew}, "PATCH")
        else:
            self._written(repo, "/git/refs", {"ref": f"refs/heads/{branch}", "sha": commit})

    def _opened(self, plan: Plan) -> Pull:
        proposal = plan.proposal
        body = {
            "title": proposal.title,
            "head": proposal.branch,
            "base": plan.base,
            "body": proposal.body,
            "maintainer_can_modify": True,
        }
        made = _pull_of(self._written(proposal.repo, "/pulls", body))
        return Pull(made.number, made.url, made.state, made=True)

    def _read(self, repo: str, suffix: str) -> dict[str, Any]:
        reply = self._asked(repo, suffix)
        if reply.status in (404, 410):
            raise RepoNotFound(
                f"There is no repo {repo} that can be seen.",
                hint="Check the name, and what the token may see.",
            )
        if reply.status != 200:
            raise RepoUnavailable(f"GitHub answered {reply.status} for {repo}. {reply.message}".strip())
        return reply.json()

    def _written(
        self, repo: str, suffix: str, body: Mapping[str, Any], method: str = "POST"
    ) -> dict[str, Any]:
        reply = self._asked(repo, suffix, method=method, body=body, most_bytes=_MAX_REPLY)
        if reply.status in (200, 201):
            return reply.json()
        if reply.status in (403, 404):  # GitHub hides from some tokens that they may not write
            raise AccessDenied(f"GitHub does not let the token write to {repo}.", hint=WRITE_HINT)
        if reply.status in (409, 422):
            raise Conflict(
                f"GitHub does not take the proposal to {repo}: {reply.message or 'no reason given'}."
            )
        raise RepoUnavailable(f"GitHub answered {reply.status} to the proposal. {reply.message}".strip())

    def _asked(self, repo: str, suffix: str, **options: Any) -> Reply:
        try:
            question = Question(f"/repos/{repo}{suffix}", **options)
            return self._client.ask(question, repo=repo, budget=self._budget)
        except AccessDenied as error:
            if "single sign-on" in error.hint or "GITHUB_TOKEN" in error.hint:
                raise
            raise AccessDenied(str(error), hint=WRITE_HINT) from None


def _checked(proposal: Proposal) -> None:
    if not is_full_name(proposal.repo):
        raise UsageError(f"{proposal.repo[:80]!r} is not OWNER/NAME.")
    for branch in (proposal.branch, *([proposal.base] if proposal.base else ())):
        check_ref(branch)
    for path in proposal.files:
        parts = path.split("/")
        if not all(parts) or {".", "..", ".git"} & {part.lower() for part in parts} or not path.isprintable():
            raise UsageError(
                f"{path[:80]!r} cannot be a path in a repo.", hint="For example --path docs/covcheck."
            )


def _differing(files: Mapping[str, str], snapshot: Snapshot) -> tuple[str, ...]:
    """The paths whose content is not in a snapshot."""

    def same(path: str, text: str) -> bool:
        entry = snapshot.entries.get(path)
        return entry is not None and entry.sha == blob_sha(text.encode(), entry.sha)

    return tuple(sorted(path for path, text in files.items() if not same(path, text)))


def _portions(plan: Plan) -> Iterator[list[dict[str, str]]]:
    """The files still to be written, as entries of trees of a bounded size."""
    items: list[dict[str, str]] = []
    size = 0
    for path in plan.due:
        text = plan.proposal.files[path]
        if items and (len(items) >= FILES_A_TREE or size + len(text) > CHARACTERS_A_TREE):
            yield items
            items, size = [], 0
        items.append({"path": path, "mode": "100644", "type": "blob", "content": text})
        size += len(text)
    yield items


def _pull_of(found: Mapping[str, Any]) -> Pull:
    try:
        return Pull(int(found["number"]), str(found["html_url"]), str(found.get("state", "open")))
    except (KeyError, TypeError, ValueError):
        raise RepoUnavailable("GitHub's answer is no pull request.") from None
