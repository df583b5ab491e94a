"""The only place that builds real parts from settings."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import RepoNotFound, SettingsError
from bot.settings import Settings, home

GITHUB_API = "https://api.github.com"
"""With it, a directory needs nothing of GitHub's client: its remotes are on github.com."""

SHORTEST_TOKEN = 16

REQUESTS_OF_ARTIFACTS = 100
"""Requests to GitHub's API that one look at a repo's artifacts may spend; there are 6 looks an hour."""

CHECKS_OF_REQUEST = 3
"""A request is about two services, and names files of its own."""

if TYPE_CHECKING:
    from bot.artifacts.taking import Taker
    from bot.cluster.client import Cluster
    from bot.cluster.options import RunOptions
    from bot.jobs.clock import Clock
    from bot.jobs.engine import Jobs, JobsConfig
    from bot.jobs.live import LiveConfig
    from bot.jobs.modes import Modes
    from bot.jobs.parts import PartOf
    from bot.jobs.schedule_clock import ScheduleClock
    from bot.jobs.work import Work
    from bot.live_runs import LiveRuns
    from bot.repo import Budget, GitHubClient, Snapshot
    from bot.repo.actions import ArtifactsOf
    from bot.repo.branches import BranchesOf
    from bot.repo.issues import Issue
    from bot.store.answers import Store
    from handlers.access import Access, Groups
    from handlers.figures import FiguresWsgi
    from handlers.groups import SlackGroups
    from handlers.serve import SlackConfig
    from knowledge.base import KnowledgeBase
    from knowledge.drafting import Drafter


def github_client(settings: Settings, reads: str = "contents", writes: tuple[str, ...] = ()) -> GitHubClient:
    """The GitHub client with its cache on disk: App, token or anonymous, as the settings say.

    `reads` is what an App's tokens may read (`contents`, `issues`), `writes` what they may write. Raises
    SettingsError when the key file cannot be read or only half of an App is set.
    """
    from bot.repo import AppAuth, GitHubClient, NoAuth, ObjectCache, TokenAuth

    github = settings.github
    key = _private_key(settings)
    auth: AppAuth | TokenAuth | NoAuth = NoAuth()
    if github.app_id and key:
        auth = AppAuth(github.app_id, key, reads=(reads,), writes=writes)
    elif github.app_id or key:
        raise SettingsError(
            "A GitHub App needs both [github] app_id and app_private_key.", hint="Set both, or a token."
        )
    elif github.token is not None and github.token.get_secret_value():
        auth = TokenAuth(github.token.get_secret_value())
    cache = ObjectCache(home() / "cache" / "github", github.cache_mb * 1_000_000)
    return GitHubClient(auth, api_url=github.api_url, cache=cache)


def _private_key(settings: Settings) -> str:
    github = settings.github
    if github.app_private_key is not None:
        return github.app_private_key.get_secret_value()
    if not github.app_private_key_file:
        return ""
    try:
        return Path(github.app_private_key_file).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(
            f"[github] app_private_key_file {github.app_private_key_file!r} cannot be read."
        ) from None


class SnapshotOpener:
    """`opener(repo, ref)` opens a Snapshot: a directory, or OWNER/NAME over the GitHub API.

    `opener.issue(repo, number)` reads an issue. One GitHub client serves all of a kind, made when the first
    is asked for; `close` ends them.
    """

    def __init__(self, settings: Settings, *, local: bool) -> None:
        self._settings = settings
        self._local = local
        self._named = {settings.repos.default, *settings.repos.channels.values()}
        self._clients: dict[str, GitHubClient] = {}
        self._lock = threading.Lock()

    def __call__(self, repo: str, ref: str | None, *, checks: int = 1) -> Snapshot:
        """The repo at the commit of `ref`, with the requests of so many checks. Raises RepoError, UsageError
        or SettingsError."""
        from bot.repo import open_repo

        github = self._settings.github
        here = self._local or repo in self._named
        if here and Path(repo).is_dir() and github.api_url == GITHUB_API:
            return open_repo(repo, ref)
        if here and Path(repo).is_absolute() and not Path(repo).is_dir():
            raise RepoNotFound(
                f"The folder {repo} is not there.", hint="Whoever runs covcheck can set `repos.default`."
            )
        return open_repo(repo, ref, client=self._github("contents"), budget=self._budget(checks), local=here)

    def issue(self, repo: str, number: int) -> Issue:
        """An issue or a pull request of `owner/name`. Raises RepoError or SettingsError."""
        from bot.repo.issues import read_issue

        return read_issue(self._github("issues"), repo, number, budget=self._budget())

    def close(self) -> None:
        """Close the connections to GitHub."""
        with self._lock:
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _budget(self, checks: int = 1) -> Budget:
        from bot.repo import Budget

        github = self._settings.github
        return Budget(github.request_budget * checks, github.wait_seconds)

    def _github(self, reads: str) -> GitHubClient:
        with self._lock:
            if reads not in self._clients:
                self._clients[reads] = github_client(self._settings, reads)
            return self._clients[reads]


def snapshot_opener(settings: Settings, *, local: bool = True) -> SnapshotOpener:
    """What opens repos, as the settings say.

    `local` False opens only the directories that the settings themselves name: what people type in
    Slack must not read this machine's disk.
    """
    return SnapshotOpener(settings, local=local)


def knowledge_base(store: Store) -> KnowledgeBase:
    """The knowledge base in the state folder: the articles that covcheck ships, what was imported, and what
    was captured or solved by any replica."""
    from knowledge.sync import SyncedBase

    return SyncedBase(home() / "kb", store.captures, store.cases)


def modes(settings: Settings) -> Modes:
    """How questions are treated in channels where people have not said how."""
    from bot.jobs.modes import Modes

    return Modes(settings.answers.default_mode, dict(settings.answers.questions))


def capture_part(opener: SnapshotOpener, slack: SlackConfig, base: KnowledgeBase) -> PartOf:
    """The part that saves threads as articles and carries out what reviewers decide."""
    from bot.jobs.captures import CaptureConfig
    from handlers.threads import SlackThreads
    from knowledge.sync import others

    threads = SlackThreads(slack.bot_token, base_url=slack.base_url)
    return CaptureConfig(threads, opener, lambda: others(base.library)).part()


def home_part(may: Access, slack: SlackConfig, *, live: bool) -> PartOf:
    """The part that publishes home tabs; `live`: there is a cluster."""
    from bot.jobs.home import HomeConfig
    from handlers.board import SlackBoard
    from handlers.home import rights

    return HomeConfig(SlackBoard(slack.bot_token, base_url=slack.base_url), rights(may, live=live)).part()


def question_parts(settings: Settings, opener: SnapshotOpener, base: KnowledgeBase) -> tuple[PartOf, ...]:
    """The parts that answer questions, take feedback, keep channels' modes, tell the quality line and remind
    owners of stale articles."""
    from bot.jobs.posing import PosedQuestions
    from bot.jobs.quality import QualityJobs
    from bot.jobs.questions import QuestionsConfig

    said = settings.answers
    answers = QuestionsConfig(base, opener, said.ask, modes(settings), said.owners)
    reminders = reminder_part(settings, opener, base)
    return answers.part(), answers.modes.part(), PosedQuestions, QualityJobs, reminders


def reminder_part(settings: Settings, opener: SnapshotOpener, base: KnowledgeBase) -> PartOf:
    """The part that reminds owners of stale articles: it reads the repos that people in Slack may ask about,
    and marks what it finds."""
    from bot.jobs.reminders import RemindersConfig
    from knowledge.experiments.results import load_known
    from knowledge.staleness import Look, look_everywhere, mark

    may = access(settings)

    def look() -> Look:
        base.engine()  # takes in what was captured meanwhile
        library, outcomes = base.library, load_known(home() / "experiments")
        default = settings.repos.default
        found = look_everywhere(library, lambda repo: opener(may.repo("", repo), None), default, outcomes)
        mark(library, found.report)
        return found

    return RemindersConfig(look, settings.answers.owners).part()


def clock(settings: Settings, jobs: Jobs) -> Clock:
    """The timetables, not yet started."""
    from bot.jobs import artifacts, audit_orders, history, quality, reminders
    from bot.jobs.clock import Clock

    made = Clock(jobs.submit)
    made.every(history.NAME, history.nightly(), history.due, grace=history.GRACE)
    if settings.store.audit_days:
        old = partial(audit_orders.due, settings.store.audit_days)
        made.every(audit_orders.NAME, audit_orders.nightly(), old, grace=audit_orders.GRACE)
    for repo in settings.history.artifacts:
        name = f"{artifacts.NAME} {repo.lower()}"
        made.every(name, artifacts.often(), artifacts.due(repo), grace=artifacts.GRACE)
    if settings.answers.quality:
        made.every(quality.NAME, quality.monday(), quality.weekly(settings.answers.quality))
    if settings.answers.reminders:
        due = reminders.monthly(settings.answers.reminders)
        made.every(reminders.NAME, reminders.first_of_month(), due, grace=reminders.GRACE)
    return made


def digest_parts(
    settings: Settings, work: Work, base: KnowledgeBase, changed: Callable[[], None]
) -> tuple[PartOf, ...]:
    """The parts that keep schedules and post digests; `changed` is called after a schedule was changed."""
    from bot.digest_sources import repo_page, stale_articles
    from bot.jobs.digest_config import DigestsConfig

    def services(repo: str) -> tuple[str, ...]:
        found = work.services(repo, None, lambda _: None).services
        return tuple(name for service in found for name in (service.name, *service.aliases))

    grace = settings.digests.grace_minutes * 60.0
    stale, web = partial(stale_articles, base), partial(repo_page, settings)
    return DigestsConfig(services, changed, grace, stale=stale, web=web).parts()


def schedules(settings: Settings, jobs: Jobs, store: Store, changed: threading.Event) -> ScheduleClock:
    """The timetables and the stored schedules, not yet started; `changed` as in ScheduleClock."""
    from bot.jobs.schedule_clock import ScheduleClock

    grace = settings.digests.grace_minutes * 60.0
    return ScheduleClock(clock(settings, jobs), store.schedules, changed, grace=grace)


def request_part(
    settings: Settings, opener: SnapshotOpener, slack: SlackConfig, store: Store | None = None
) -> PartOf:
    """The part that answers help requests in Slack, with the experiments that ran, the owner map, and the
    solved cases of the store."""
    from bot.jobs.cases import known_cases
    from bot.jobs.request_source import Sources
    from bot.jobs.request_work import RepoRequests
    from bot.jobs.requests import requests_part
    from handlers.inbox import SlackInbox
    from knowledge.experiments.results import load_known

    sources = Sources(SlackInbox(slack.bot_token, base_url=slack.base_url), opener, opener.issue)
    return requests_part(
        RepoRequests(
            sources,
            partial(opener, checks=CHECKS_OF_REQUEST),
            outcomes=lambda: load_known(home() / "experiments"),
            owners=settings.answers.owners,
            cases=known_cases(store) if store is not None else (),
            drafter=drafter(settings),
        )
    )


def drafter(settings: Settings) -> Drafter | None:
    """The installed drafter when [answers] drafting is on, else None. Raises SettingsError when it is on and
    not exactly one is installed."""
    if not settings.answers.drafting:
        return None
    from knowledge.drafting import installed

    return installed()


def store_url(settings: Settings) -> str:
    """The database address: the settings' own, else SQLite in the state folder (which is made).

    Raises SettingsError when the state folder cannot be made.
    """
    if settings.store.url:
        return settings.store.url
    folder = home()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"The state folder {folder} cannot be made: {error.strerror}.", hint="Set COVCHECK_HOME."
        ) from None
    return f"sqlite:///{folder / 'covcheck.sqlite'}"


def jobs_config(settings: Settings) -> JobsConfig:
    """How the durable jobs are run: SQLite or Postgres, the same database as the store. On Postgres several
    processes may take them: each has a name of its own."""
    from bot.jobs.engine import JobsConfig

    url = store_url(settings)
    if url.startswith("sqlite"):
        return JobsConfig(url=url)
    name = f"{socket.gethostname()[:80]}-{os.getpid()}-{secrets.token_hex(4)}"
    return JobsConfig(url=url, executor=name, shared=True)


def slack_config(settings: Settings) -> SlackConfig:
    """How to reach Slack. Raises SettingsError when neither Socket Mode nor HTTP is set up."""
    from handlers.serve import SlackConfig

    slack = settings.slack
    if slack.bot_token is None or not slack.bot_token.get_secret_value():
        raise SettingsError(
            "There is no Slack bot token.", hint="Set SLACK_BOT_TOKEN; README, Connect Slack."
        )
    secret = slack.signing_secret.get_secret_value() if slack.signing_secret else ""
    app_token = slack.app_token.get_secret_value() if slack.app_token else None
    if not secret and not app_token:
        raise SettingsError(
            "Slack needs an app token (Socket Mode) or a signing secret (HTTP).",
            hint="Set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.",
        )
    return SlackConfig(
        bot_token=slack.bot_token.get_secret_value(),
        signing_secret=secret,
        app_token=app_token,
        base_url=slack.api_url,
    )


def named_groups(settings: Settings) -> tuple[str, ...]:
    """The user groups that the settings name where people are named."""
    from handlers.access import GROUP

    named = (*settings.slack.users, *settings.slack.admins, *settings.cluster.people)
    return tuple(sorted({n for n in (*named, *settings.answers.reviewers) if GROUP.fullmatch(n)}))


def groups(settings: Settings, slack: SlackConfig) -> SlackGroups:
    """What looks up who is in user groups, not yet started."""
    from handlers.groups import SlackGroups

    return SlackGroups(slack.bot_token, named_groups(settings), base_url=slack.base_url)


def access(settings: Settings, store: Store | None = None, groups: Groups | None = None) -> Access:
    """Who may ask, and about which repos; with a store also what people set for channels, with `groups` also
    by user groups."""
    from bot.repo.client import web_address
    from bot.store.channels import ChannelSettings
    from handlers.access import Access, NoGroups

    repos = settings.repos
    return Access(
        admins=settings.slack.admins,
        groups=groups or NoGroups(),
        own=ChannelSettings if store is None else store.channels.settings,
        namespaces=settings.cluster.namespaces if settings.cluster.kubeconfig else (),
        unfurl=settings.slack.unfurl,
        default_repo=repos.default or None,
        channels=dict(repos.channels),
        repos=repos.allowed,
        teams=frozenset(settings.slack.teams),
        users=frozenset(settings.slack.users),
        confirmers=settings.cluster.people,
        reviewers=settings.answers.reviewers,
        github=web_address(settings.github.api_url),
    )


def unfurl_part(settings: Settings, slack: SlackConfig, may: Access) -> PartOf:
    """The part that shows cards under links."""
    from bot.jobs.unfurls import UnfurlConfig
    from handlers.unfurls import SlackUnfurls

    unfurls = SlackUnfurls(slack.bot_token, base_url=slack.base_url)
    return UnfurlConfig(unfurls, may.github, may.allows).part()


def figures(settings: Settings, store: Store) -> FiguresWsgi | None:
    """What takes figures from CI, of the repos that people in Slack may ask about; None without a token.

    Raises SettingsError for a token that could be guessed or that no header can hold.
    """
    from bot.jobs.audit import figure_taken
    from handlers.figures import FiguresWsgi

    secret = settings.history.push_token
    token = secret.get_secret_value() if secret is not None else ""
    if not token:
        return None
    if len(token) < SHORTEST_TOKEN or not all("!" <= character <= "~" for character in token):
        raise SettingsError(
            f"[history] push_token needs at least {SHORTEST_TOKEN} visible ASCII characters.",
            hint="Make one: `openssl rand -hex 32`.",
        )
    return FiguresWsgi(store.history, token, access(settings).allows, taken=partial(figure_taken, store))


def thinning_part(settings: Settings) -> PartOf:
    """The part that forgets what is old, as the settings say."""
    from bot.history.thinning import Retention
    from bot.jobs.history import ThinningConfig

    keep = settings.history
    figures_kept = Retention(keep.all_days, keep.daily_days, keep.weekly_days)
    folders = (home() / "runs", home() / "charts")
    return ThinningConfig(figures_kept, settings.store.keep_days, folders).part()


def artifacts_of(settings: Settings) -> ArtifactsOf:
    """What opens the artifacts of a repo, each time with a budget of its own."""
    from bot.repo import Budget
    from bot.repo.actions import ArtifactsOf

    wait = settings.github.wait_seconds
    return ArtifactsOf(
        lambda: github_client(settings, "actions"), lambda: Budget(REQUESTS_OF_ARTIFACTS, wait)
    )


def artifact_taker(settings: Settings, store: Store) -> Taker:
    """What takes artifacts of GitHub Actions, of the repos that the settings name."""
    from bot.artifacts.names import names_of
    from bot.artifacts.taking import Limits, Taker

    said, opened = settings.history, artifacts_of(settings)
    repos = {repo: names_of(names) for repo, names in said.artifacts.items()}
    return Taker(store, opened, repos, Limits(zip=said.artifact_mb * 1_000_000), closing=opened.close)


def artifact_parts(settings: Settings, store: Store) -> tuple[PartOf, ...]:
    """The part that takes artifacts; none where no artifacts are named."""
    from bot.jobs.artifacts import ArtifactsConfig

    if not settings.history.artifacts:
        return ()
    return (ArtifactsConfig(artifact_taker(settings, store)).part(),)


def repo_branches(settings: Settings, *, local: bool = True) -> BranchesOf:
    """What repos know of their branches; `local` as in `snapshot_opener`."""
    from bot.repo import Budget
    from bot.repo.branches import BranchesOf

    named = {settings.repos.default, *settings.repos.channels.values()}
    github = settings.github
    return BranchesOf(
        lambda: github_client(settings),
        lambda: Budget(github.request_budget, github.wait_seconds),
        lambda repo: local or repo in named,
    )


def story_part(settings: Settings) -> PartOf:
    """The part that tells a service's history."""
    from bot.jobs.story import StoryConfig

    return StoryConfig(repo_branches(settings, local=False), home() / "charts").part()


def history_parts(settings: Settings, store: Store) -> tuple[PartOf, ...]:
    """The parts about figures: they take artifacts, tell a service's history, and forget what is old."""
    return (thinning_part(settings), story_part(settings), *artifact_parts(settings, store))


def cluster(settings: Settings, context: str = "") -> Cluster:
    """The shared cluster; `context` wins over the settings' own.

    Raises SettingsError when there is no kubeconfig, ClusterUnavailable when it cannot be used.
    """
    from bot.cluster.client import Cluster

    if not settings.cluster.kubeconfig:
        raise SettingsError(
            "No cluster is set up.", hint="Set KUBECONFIG, or [cluster] kubeconfig in covcheck.toml."
        )
    return Cluster.connect(settings.cluster.kubeconfig, context or settings.cluster.context)


def run_options(settings: Settings) -> RunOptions:
    """How live runs are carried out."""
    from bot.cluster.options import RunOptions

    cluster = settings.cluster
    return RunOptions(
        image=cluster.tool_image,
        tool_namespace=cluster.tool_namespace,
        namespaces=cluster.namespaces,
        extra_seconds=cluster.extra_seconds,
        lease_seconds=cluster.lease_seconds,
    )


def live_runs(
    settings: Settings, *, restricted: bool, context: str = "", container: str | None = None
) -> LiveRuns:
    """Live runs in the cluster of the settings, else of the user's own kubeconfig.

    `restricted` is for Slack: only allowed namespaces, and repos that the settings name. Raises
    SettingsError when runs come from Slack and no cluster is set up.
    """
    from bot.cluster.client import Cluster
    from bot.live_runs import LiveRuns

    def connect() -> Cluster:
        if restricted or settings.cluster.kubeconfig:
            return cluster(settings, context)
        return Cluster.connect("", context or settings.cluster.context)

    opener = snapshot_opener(settings, local=not restricted)
    return LiveRuns(
        connect,
        opener,
        run_options(settings),
        home() / "runs",
        restricted=restricted,
        container=container,
    )


def live_config(settings: Settings) -> LiveConfig | None:
    """Live runs as Slack's jobs take them; None where no cluster is set up."""
    from bot.jobs.live import LiveConfig

    if not settings.cluster.kubeconfig:
        return None
    return LiveConfig(
        live_runs(settings, restricted=True),
        home() / "runs",
        settings.cluster.confirm_minutes,
        default_branch=repo_branches(settings, local=False).default,
    )
