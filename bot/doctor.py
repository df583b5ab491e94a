"""`covcheck doctor`: says for each part whether it works and what to do when it does not."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.bootstrap import cluster, github_client, named_groups, slack_config, snapshot_opener, store_url
from bot.errors import CovcheckError
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from slack_sdk.errors import SlackApiError

_PASSING = frozenset(
    {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
)
"""Slack's errors that are no fault of the set-up."""
_ID = re.compile(r"[UWS][A-Z0-9]{1,30}")


_LATELY = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the set-up. `works` None: not set up, which is fine for what does not need it."""

    name: str
    works: bool | None
    says: str
    todo: str = ""


def examine(config: Path | None = None) -> tuple[Part, ...]:
    """Try every part for real: each costs at most a request or two. Never raises for a broken part."""
    try:
        settings = load_settings(config)
    except CovcheckError as error:
        return (Part("settings", False, str(error), error.hint),)
    return (
        Part("settings", True, "every key is known"),
        _tried("git", _git),
        _tried("Slack", lambda: _slack(settings)),
        _tried("people", lambda: _people(settings)),
        _tried("GitHub", lambda: _github(settings)),
        _tried("default repo", lambda: _default_repo(settings)),
        _tried("store", lambda: _store(settings)),
        *([_tried("artifacts", lambda: _artifacts(settings))] if settings.history.artifacts else []),
        _tried("cluster", lambda: _cluster(settings)),
    )


def _tried(name: str, examine_part: Callable[[], Part]) -> Part:
    try:
        return examine_part()
    except CovcheckError as error:
        return Part(name, False, str(error), error.hint)
    except Exception as error:  # a doctor that crashes helps nobody
        return Part(name, False, f"failed with {type(error).__name__}", "Report this if it stays.")


def _git() -> Part:
    if shutil.which("git") is None:
        return Part("git", False, "not installed", "Install git; it reads local repos.")
    done = subprocess.run(["git", "--version"], capture_output=True, text=True, timeout=10, check=False)
    return Part("git", done.returncode == 0, done.stdout.strip() or "does not run")


def _slack(settings: Settings) -> Part:
    if settings.slack.bot_token is None:
        todo = "Create the app from slack-manifest.yaml and set SLACK_BOT_TOKEN and SLACK_APP_TOKEN."
        return Part("Slack", None, "not set up", todo)
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    slack = slack_config(settings)
    try:
        client = WebClient(token=slack.bot_token, base_url=slack.base_url, timeout=10)
        reply = client.auth_test()
        if slack.app_token:
            client.apps_connections_open(app_token=slack.app_token)
    except SlackApiError as error:
        return _refused(error)
    except OSError as error:
        return Part(
            "Slack", False, f"cannot be reached: {type(error).__name__}", "Check network and api_url."
        )
    granted = {s.strip() for s in str(reply.headers.get("x-oauth-scopes", "")).split(",") if s.strip()}
    lacking = sorted(needed_scopes() - granted) if granted else []
    if lacking:
        return Part(
            "Slack",
            False,
            f"scopes are missing: {', '.join(lacking)}",
            "Reinstall the app from the manifest.",
        )
    mode = "Socket Mode" if slack.app_token else "HTTP"
    return Part("Slack", True, f"{reply.get('team')} as {reply.get('user')}, {mode}")


def _people(settings: Settings) -> Part:
    """Whether those whom the settings name can be people or user groups, and whether groups can be read."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    named = {
        "slack.users": settings.slack.users,
        "slack.admins": settings.slack.admins,
        "cluster.people": settings.cluster.people,
        "answers.reviewers": settings.answers.reviewers,
    }
    wrong = [f"{n} in {where}" for where, names in named.items() for n in names if not _ID.fullmatch(n)]
    if wrong:
        todo = "Name people by their ids (U...) and user groups by theirs (S...)."
        return Part("people", False, f"neither a person nor a user group: {', '.join(wrong[:5])}", todo)
    wanted = named_groups(settings)
    if not wanted or settings.slack.bot_token is None:
        count = sum(map(len, named.values()))
        return Part("people", None if not count else True, f"{count} named, no user group")
    slack = slack_config(settings)
    client = WebClient(token=slack.bot_token, base_url=slack.base_url, timeout=10)
    counts = []
    for group in wanted:
        try:
            counts.append(f"{group}: {len(client.usergroups_users_list(usergroup=group).get('users') or ())}")
        except OSError as error:
            return Part("people", False, f"Slack cannot be reached: {type(error).__name__}", "Check network.")
        except SlackApiError as error:
            reason = str(error.response.get("error", "an error"))
            return Part("people", False, f"who is in {group} cannot be read: {reason}", _of_groups(reason))
    return Part("people", True, f"people in the user groups: {', '.join(counts)}")


def _of_groups(reason: str) -> str:
    if reason in _PASSING:
        return "Try again in a minute."
    if reason == "missing_scope":
        return "Add the scope usergroups:read to the Slack app and install it again."
    return "Look the group's id up in Slack (its profile, Copy group ID)."


def _refused(error: SlackApiError) -> Part:
    """Which call Slack refused, and which token to copy again where that would help."""
    method = error.response.api_url.rstrip("/").rpartition("/")[2]
    reason = str(error.response.get("error", "an error"))
    app_level, bot = "app-level token (Basic Information)", "bot token (OAuth & Permissions)"
    todo = f"Copy the {app_level if method.startswith('apps.') else bot} again."
    if reason in _PASSING or error.response.status_code >= 500:
        todo = "Try again in a minute."
    return Part("Slack", False, f"{method} answers {reason}", todo)


def needed_scopes() -> frozenset[str]:
    """The bot scopes that slack-manifest.yaml asks for; a test holds the two together."""
    from handlers import groups, inbox, unfurls, web

    called = {*web.SCOPES, *inbox.SCOPES, *groups.SCOPES, *unfurls.SCOPES}
    return frozenset({*called, "app_mentions:read", "commands", "reactions:read"})


def _github(settings: Settings) -> Part:
    with github_client(settings) as client:
        left = client.rate_left()
    limited = f"{left.left} of {left.limit} requests left this hour"
    says = f"{settings.github.api_url}: {'no rate limit' if left.limit is None else limited}"
    if settings.github.token is None and not settings.github.app_id:
        return Part(
            "GitHub", True, f"{says}, anonymous", "Set GITHUB_TOKEN for private repos and 5,000 an hour."
        )
    if left.scopes:
        says += f"; scopes {', '.join(left.scopes)}"
    return Part("GitHub", True, says)


def _default_repo(settings: Settings) -> Part:
    if not settings.repos.default:
        todo = "Set [repos] default, so that `/covcheck SERVICE` needs no repo."
        return Part("default repo", None, "not set", todo)
    from bot.repo.local import LocalSnapshot

    with closing(snapshot_opener(settings)) as opener:
        snapshot = opener(settings.repos.default, None)
        ref, count = snapshot.ref, len(snapshot.entries)
        if isinstance(snapshot, LocalSnapshot):
            snapshot.close()
    return Part("default repo", True, f"{ref.name} at {ref.short}, {count} paths")


def _store(settings: Settings) -> Part:
    from bot.store.answers import Store

    url = store_url(settings)
    store = Store(url)
    try:
        works = store.healthy()
    finally:
        store.close()
    kind = "SQLite in the state folder" if url.startswith("sqlite") else "database"
    return Part(
        "store", works, kind if works else f"{kind} does not answer", "" if works else "Check DATABASE_URL."
    )


def _artifacts(settings: Settings) -> Part:
    """Whether GitHub lists the artifacts of each repo that the settings name, and what came of the latest."""
    import time

    from bot.bootstrap import artifacts_of
    from bot.store.answers import Store
    from bot.store.artifacts import Taking

    store, says, refused = Store(store_url(settings)), [], False
    try:
        for repo in sorted(settings.history.artifacts):
            with artifacts_of(settings) as opened:
                opened(repo).page(1)
            counts = store.artifacts.counts(repo, time.time() - _LATELY)
            told = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
            says.append(f"{repo}: {told or 'none'} in 7 days")
            refused = refused or bool(counts.keys() - {Taking.TAKEN.value})
    finally:
        store.close()
    todo = "`covcheck history fetch` says why some gave no figure." if refused else ""
    return Part("artifacts", True, "; ".join(says), todo)


def _cluster(settings: Settings) -> Part:
    """Whether the cluster answers, and what the account lacks where live runs are allowed."""
    if not settings.cluster.kubeconfig:
        return Part("cluster", None, "not set up; `check` does not need one")
    from bot.cluster.allowlist import namespaces
    from bot.cluster.rights import lacks

    with closing(cluster(settings)) as found:
        found.allows("get", "Pod", "default")
        spaces = namespaces(found, settings.cluster.namespaces)
        missing = [lacks(found, space, settings.cluster.tool_namespace) for space in spaces]
    if not spaces:
        todo = "Set [cluster] namespaces, so that live runs can be asked for in Slack."
        return Part("cluster", True, f"{found.context} answers; no namespace is allowed", todo)
    lines = {lack.text: lack.permission.vital for each in missing for lack in each}
    if not lines:
        return Part("cluster", True, f"{found.context}; all that live runs need in {', '.join(spaces)}")
    todo = "Apply deploy/rbac.yaml and bind it in each namespace; docs/live.md, Permissions."
    says = f"{found.context}; not allowed: {'; '.join(lines)}"
    return Part("cluster", not any(lines.values()), says, todo)


def show_report(console: Console, report: tuple[Part, ...]) -> None:
    """Print one row a part, and what to do below those that need it."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    signs = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("·", "dim")}
    for part in report:
        sign, style = signs[part.works]
        table.add_row(Text(sign, style=style), Text(part.name, style="bold"), Text(part.says))
        if part.todo:
            table.add_row("", "", Text(part.todo, style="dim"))
    console.print(table)
