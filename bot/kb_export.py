"""`covcheck kb export`: the knowledge base into a folder, or as a pull request."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from bot.bootstrap import github_client
from bot.command_audit import noted
from bot.errors import UsageError
from bot.repo.limits import Budget
from bot.repo.names import is_full_name
from bot.repo.proposal import Plan, Proposal, Proposer, Pull
from bot.settings import Settings, load_settings
from bot.store.changes import What
from knowledge.export import Exported, Only, export_files
from knowledge.library import Library

WRITES = ("contents", "pull_requests")
REQUESTS = 200
"""An export is one deliberate act, not a check: 100 documents cost one request."""


@dataclass(frozen=True, slots=True)
class ExportWords:
    """What the command was told."""

    repo: str
    base: str | None
    path: str
    branch: str
    only: str | None


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an export: one sentence, and `pull` where there is a pull request."""

    sentence: str
    documents: int
    pull: Pull | None = None
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def json(self) -> dict[str, Any]:
        """As plain data."""
        pull = self.pull
        shown = pull and {"number": pull.number, "url": pull.url, "state": pull.state, "made": pull.made}
        paths = {"added": list(self.added), "changed": list(self.changed)}
        return {"documents": self.documents, "pull_request": shown, **paths}


def to_folder(library: Library, folder: Path, only: str | None) -> Done:
    """Write documents as they are kept. Raises KnowledgeError or UsageError."""
    ids = None if only is None else export_files(library, "", _only(only)).ids
    number = library.export(folder, ids)
    return Done(f"{number:,} documents written to {folder}.", number)


def to_pull_request(
    library: Library, words: ExportWords, config: Path | None, *, yes: bool, say: Callable[..., None]
) -> Done:
    """Propose documents to a repo, once it is confirmed. Raises CovcheckError; AccessDenied says which rights
    the token lacks."""
    if not is_full_name(words.repo):
        raise UsageError("--pull-request needs --repo OWNER/NAME.")
    exported = export_files(library, words.path, _only(words.only))
    for problem in exported.problems:
        say(f"not exported: {problem}", error=True)
    if not exported.files:
        raise UsageError("There is no such document to propose.", hint="`covcheck kb list` names them.")
    settings = load_settings(config)
    proposal = _proposal(words, exported)
    with github_client(settings, writes=WRITES) as client:
        proposer = Proposer(client, Budget(REQUESTS, settings.github.wait_seconds))
        plan = proposer.plan(proposal)
        if not plan.is_done:
            _confirmed(plan, yes, say)
            plan, pull = proposer.propose(proposal, plan)
            if pull is not None:
                _audited(settings, plan, pull, say)
        else:
            pull = plan.pull
    return Done(_sentence(plan, pull), len(exported.files), pull, plan.added, plan.changed)


def _audited(settings: Settings, plan: Plan, pull: Pull, say: Callable[..., None]) -> None:
    about = f"{pull.url}: {len(plan.added):,} new files, {len(plan.changed):,} changed"
    outcome = "made" if pull.made else "added to"
    noted(settings, What.PULL_REQUEST, about, lambda text: say(text, error=True), outcome=outcome)


def _only(text: str | None) -> Only | None:
    if text is None or text in set(Only):
        return None if text is None else Only(text)
    raise UsageError(f"--only takes one of {', '.join(Only)}, not {text[:40]!r}.")


def _proposal(words: ExportWords, exported: Exported) -> Proposal:
    number = len(exported.files)
    body = [
        f"{number:,} documents of covcheck's knowledge base, as `covcheck kb import` reads them.",
        "Made by `covcheck kb export --pull-request`. What is merged stays; documents that are gone from the "
        "knowledge base are not removed here.",
    ]
    if exported.redacted:
        body.append(f"Secrets were taken out of {exported.redacted:,} of them.")
    title = "Articles and cases of covcheck's knowledge base"
    return Proposal(words.repo, exported.files, words.branch, title, "\n\n".join(body), words.base)


def _confirmed(plan: Plan, yes: bool, say: Callable[..., None]) -> None:
    """Say what would be done and ask. Raises UsageError when nobody can be asked, or says no."""
    where = f"pull request {plan.pull.url}" if plan.pull else f"a new pull request to {plan.base}"
    say(
        f"To {plan.proposal.repo}, branch {plan.proposal.branch}, {where}: "
        f"{len(plan.added):,} new files, {len(plan.changed):,} changed.",
        error=True,
    )
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("Nothing was proposed: nobody can be asked here.", hint="Say --yes.")
    if not typer.confirm("Propose this?", err=True):
        raise UsageError("Nothing was proposed.")


def _sentence(plan: Plan, pull: Pull | None) -> str:
    if pull is None:
        return f"{plan.proposal.repo} has all of it on {plan.base}: nothing was proposed."
    if pull.made:
        return f"Proposed as {pull.url}."
    if pull.state != "open":
        return f"{pull.url} proposed just this and is closed: nothing was proposed again."
    return f"{pull.url} was there already." if plan.is_done else f"Added to {pull.url}."
