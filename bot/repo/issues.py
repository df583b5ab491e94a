"""The words of an issue or a pull request, over the API client with its limits and retries.

Fact: `GET /repos/{owner}/{repo}/issues/{number}` also gives pull requests (GitHub REST API, "Issues"). An
issue that was moved to another repo is answered by a redirect there; it is not read, as nobody has said that
the other repo may be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.errors import AccessDenied, RepoNotFound, RepoUnavailable
from bot.repo.client import GitHubClient
from bot.repo.limits import Budget
from bot.repo.transport import Question

MAX_BYTES = 1_000_000
"""GitHub takes bodies of 65,536 characters; JSON may write each in six bytes and more."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue or a pull request: its title and its first text, as written; comments are not read."""

    repo: str
    number: int
    title: str
    body: str

    @property
    def markdown(self) -> str:
        """The title as a heading over the body."""
        return f"# {' '.join(self.title.split())}\n\n{self.body}"


def read_issue(client: GitHubClient, repo: str, number: int, *, budget: Budget | None = None) -> Issue:
    """The issue or pull request of that number in `owner/name`.

    Raises RepoNotFound when there is none (or it is elsewhere now), AccessDenied, RateLimited,
    RequestBudgetSpent and RepoUnavailable.
    """
    question = Question(f"/repos/{repo}/issues/{number}", most_bytes=MAX_BYTES)
    try:
        reply = client.ask(question, repo=repo, budget=budget or Budget())
    except AccessDenied as error:
        raise AccessDenied(str(error), hint="The token needs read access to the repo's issues.") from None
    if reply.status in (404, 410):
        raise RepoNotFound(
            f"There is no issue or pull request {number} in {repo} that can be seen.",
            hint="Paste its text instead, or upload it as a Markdown file.",
        )
    if reply.status != 200:
        raise RepoUnavailable(f"GitHub answered {reply.status} for issue {number} of {repo}.")
    return _issue(reply.json(), repo, number)


def _issue(values: dict[str, Any], repo: str, number: int) -> Issue:
    title, body = values.get("title"), values.get("body")
    lies_in = "/".join(urlsplit(str(values.get("repository_url") or "")).path.split("/")[-2:])
    if lies_in.lower() != repo.lower():
        raise RepoNotFound(f"Issue {number} of {repo} is now in another repo; give the link to it there.")
    if not isinstance(title, str) or not (body is None or isinstance(body, str)):
        raise RepoUnavailable(f"GitHub's answer for issue {number} of {repo} has no title and body.")
    return Issue(repo, number, title, body or "")
