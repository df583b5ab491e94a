"""`covcheck serve` without Slack's tokens: a small Slack on this machine, the unchanged bot behind it.

The bot is the one that serves Slack (`bot.composition`): signed requests over HTTP, durable jobs, clock,
store. What differs are settings: its Slack is here, and the person at the page may do everything.
"""

from __future__ import annotations

import os
import secrets
import webbrowser
from pathlib import Path

from rich.console import Console

from bot.console.api import Word
from bot.console.manifest import shipped_app
from bot.console.server import ConsoleServer
from bot.console_state import own_state
from bot.console_terminal import FirstQuestion, end_with_reader
from bot.errors import CovcheckError, SettingsError
from bot.example import example_repo
from bot.localslack.lines import ACK_SECONDS, HttpLine, Line
from bot.localslack.rates import Rates
from bot.localslack.server import SlackServer
from bot.localslack.world import HUMAN, Group, Person
from bot.settings import Settings

HOST = "127.0.0.1"
PORT = 8722
"""Where the page is looked for first; another free one is taken when this one is not free."""

YOU = Person(HUMAN, "Robin", "Developer, datastorage team")
LEAD = Person("U2", "Maria", "Lead, platform team")
REVIEWER = Person("U3", "Jonas", "Reviewer of saved answers")
PEOPLE = (YOU, LEAD, REVIEWER)
LEADS = Group("S0LEADS01", "leads", "Team leads", (LEAD.id,))

COVERAGE, PLATFORM, TEAM = "C0COVERAGE", "C0PLATFORM", "C0DATATEAM"
CHANNELS = (
    (COVERAGE, "coverage", "Why is a figure empty, and what moved"),
    (PLATFORM, "platform", "Builds, images and the Kind cluster"),
    (TEAM, "datastorage-team", "What we work on"),
)
EXAMPLE_QUESTION, QUESTION = "datastorage", "services"
"""What is asked when the console starts, so that its page is never empty: a service of the example; in a repo
of one's own, which services there are."""


def run_console(settings: Settings, out: Console, *, port: int | None = None, opened: bool = False) -> None:
    """Serve the page until SIGTERM or SIGINT.

    `port` None: PORT of the environment, else one that is free; `opened` opens the page in a browser. Raises
    SettingsError when the port that was asked for is taken, StoreError when the state cannot be opened.
    """
    from bot.composition import compose, running
    from handlers.serve import SlackConfig, Together, http_server, run_until_signal

    end_with_reader()
    token = f"xoxb-{secrets.token_hex(16)}"
    with own_state() as state, SlackServer(rates=Rates(), real_time=True, bot_token=token) as slack:
        populate(slack)
        local, secret = console_settings(settings, state), secrets.token_hex(32)
        config = SlackConfig(slack.bot_token, secret, None, slack.base_url)
        bot = compose(local, config)
        taken, place = bot.figures, local.http.port if bot.figures else 0
        requests = http_server(bot.app, config, jobs=bot.jobs, host=HOST, port=place, figures=taken)
        line = HttpLine(requests.port, secret, ACK_SECONDS)
        page = page_server(slack, line, port, completions(local))
        asked = QUESTION if settings.repos.default else EXAMPLE_QUESTION
        first = FirstQuestion(slack, line, YOU.id, COVERAGE, asked, out)
        with running(bot):
            tell(out, page.url, local, state, figures=f"http://{HOST}:{requests.port}" if taken else "")
            if opened:
                webbrowser.open(page.url)
            run_until_signal(Together((requests, page, first)), bot.jobs)


def console_settings(settings: Settings, state: Path) -> Settings:
    """The settings of the bot behind the console: on their own machine people may do what the command line
    lets them do; what names a real workspace's people and channels is left out.

    Raises RepoUnavailable when no repo is set and the example cannot be made.
    """
    repos, cluster, answers = settings.repos, settings.cluster, settings.answers
    return settings.model_copy(
        update={
            "slack": settings.slack.model_copy(
                update={"bot_token": None, "app_token": None, "users": (), "teams": (), "admins": ()}
            ),
            "store": settings.store.model_copy(update={"url": ""}),
            "repos": repos.model_copy(
                update={
                    "default": repos.default or str(example_repo(state)),
                    "allowed": repos.allowed or ("*",),
                    "channels": {},
                }
            ),
            "cluster": cluster.model_copy(
                update={"people": (YOU.id, LEADS.id), "namespaces": cluster.namespaces or ("*",)}
            ),
            "answers": answers.model_copy(
                update={
                    "ask": PLATFORM,
                    "questions": {},
                    "reviewers": (YOU.id, REVIEWER.id),
                    "reminders": "",
                    "quality": "",
                }
            ),
        }
    )


def populate(slack: SlackServer) -> None:
    """Put the app, the people and the channels in; the app's scopes are those of the manifest."""
    slack.app = shipped_app()
    slack.scopes, slack.strangers = slack.app.scopes, False
    slack.people.update({person.id: person for person in PEOPLE})
    slack.groups[LEADS.id] = LEADS
    for channel_id, name, topic in CHANNELS:
        channel = slack.channel(channel_id)
        channel.name, channel.topic = name, topic
    slack.dm(YOU.id)


def page_server(slack: SlackServer, line: Line, port: int | None, words: tuple[Word, ...]) -> ConsoleServer:
    """The page's server, bound but not yet serving. `port` None: PORT of the environment, else the usual one,
    else a free one. Raises SettingsError when the port that was asked for is taken."""
    named = os.environ.get("PORT", "")
    wanted = int(named) if port is None and named.isdigit() else port
    if wanted is not None:
        return ConsoleServer(slack, line, HOST, wanted, words=words)
    try:
        return ConsoleServer(slack, line, HOST, PORT, words=words)
    except SettingsError:
        return ConsoleServer(slack, line, HOST, 0, words=words)


def completions(settings: Settings) -> tuple[Word, ...]:
    """What the slash command is completed with: the services of a repo that is a directory, and its words."""
    from bot.render.notices import HELP

    first, *more = (Word(words, meaning.replace("`", "")) for words, meaning in HELP)
    return (first, *_services(settings), *more)


def _services(settings: Settings) -> list[Word]:
    from bot.bootstrap import snapshot_opener
    from bot.path import discover
    from bot.repo.opened import opened

    repo = settings.repos.default
    if not Path(repo).is_dir():
        return []
    try:
        with opened(snapshot_opener(settings, local=False), repo, None) as snapshot:
            return [Word(f"/covcheck {each.name}", "check this service") for each in discover(snapshot)]
    except CovcheckError:
        return []  # its first check says what is wrong


def tell(out: Console, url: str, settings: Settings, state: Path, *, figures: str = "") -> None:
    """Say where the page is, and what stands behind it."""
    from handlers.figures import PATH

    cluster = settings.cluster
    repo = "the example that ships" if Path(settings.repos.default).is_relative_to(state) else ""
    live = f"in {', '.join(cluster.namespaces)}" if cluster.kubeconfig else "none: no KUBECONFIG is set"
    live = "in every namespace that the account may" if live == "in *" else live
    lines = [
        "No Slack token is set: covcheck runs in a small Slack of its own, on this machine only.",
        "",
        f"  Page        {url}   (Ctrl-C stops it)",
        f"  Repo        {repo or settings.repos.default}",
        f"  Live runs   {live}",
        f"  State       {state}",
        *([f"  Figures     from CI on {figures}{PATH}"] if figures else []),
        "",
    ]
    out.print("\n".join(lines), markup=False, soft_wrap=True)
