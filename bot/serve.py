"""`covcheck serve`: Slack with tokens; without them the local console, or one answer in the terminal."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bot.bootstrap import slack_config, snapshot_opener
from bot.example import example_repo
from bot.jobs.messenger import Messenger
from bot.jobs.orders import Check, Place
from bot.render.blocks import Post
from bot.render.console import print_post
from bot.render.slack import Snippet
from bot.settings import Settings, home

NEXT_STEPS = """\
That was the bot in a terminal, on the example repo that ships with it.

  Ask about the other service, which works:
    {program} check signalprocessing --repo {repo}
    {program} compare datastorage signalprocessing --repo {repo}
  Ask about your own repo:
    {program} check SERVICE --repo OWNER/NAME   (set GITHUB_TOKEN for private repos)
    {program} services --repo path/to/checkout
  Try all of it in the browser: `{program} serve`
  Answer in Slack: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN, then `{program} serve`.
    README.md, "Connect Slack", has the app manifest to paste; `{program} doctor` checks the set-up."""


def serve(settings: Settings, console: Console, *, port: int | None = None, opened: bool = False) -> None:
    """Serve until SIGTERM or SIGINT: Slack; without a token the local console (`port`, `opened`: its page).

    Raises SettingsError, StoreError or SlackError when a part cannot be started.
    """
    if settings.slack.bot_token is None or not settings.slack.bot_token.get_secret_value():
        from bot.console_run import run_console

        run_console(settings, console, port=port, opened=opened)
    else:
        _serve_slack(settings, console)


def _serve_slack(settings: Settings, console: Console) -> None:
    from bot.composition import compose, running
    from handlers.figures import PATH
    from handlers.serve import api_server, serve_http, serve_socket

    bot = compose(settings, slack_config(settings))
    slack, http = bot.slack, settings.http
    with running(bot):
        if slack.app_token:
            beside = []
            if bot.figures:
                beside.append(api_server(bot.figures, jobs=bot.jobs, host=http.host, port=_port(settings)))
            console.print("covcheck serves Slack over Socket Mode. Ctrl-C stops it.")
            for server in beside:
                console.print(f"Figures from CI are taken on http://{http.host}:{server.port}{PATH}")
            serve_socket(bot.app, slack, jobs=bot.jobs, beside=beside)
        else:
            port = _port(settings)
            console.print(f"covcheck serves Slack's requests on http://{http.host}:{port}/slack/events")
            serve_http(bot.app, slack, jobs=bot.jobs, host=http.host, port=port, figures=bot.figures)


def _port(settings: Settings) -> int:
    return int(os.environ.get("PORT") or settings.http.port)


class ConsoleMessenger(Messenger):
    """Shows in a terminal what the bot would post in a thread."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def post(self, place: Place, job_id: str, key: str, post: Post) -> str:
        """Print a message; `looking` messages are printed as one dim line."""
        self._console.print(f"covcheck: {post.text}", style="dim", markup=False)
        return "1"

    def find(self, place: Place, job_id: str, key: str) -> str | None:
        """What was printed is not looked for."""
        return None

    def edit(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Print the message as it now reads."""
        self._console.print()
        print_post(self._console, post)

    def progress(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Print the progress as one dim line."""
        self._console.print(f"covcheck: {post.text}", style="dim", markup=False)

    def attach(self, place: Place, job_id: str, key: str, snippet: Snippet) -> None:
        """Print the file that would be attached."""
        self._console.print(f"\n[file {snippet.name}]", style="dim", markup=False)
        self._console.print(snippet.content, markup=False)

    def room(self, person: str) -> str:
        """There are no rooms in a terminal."""
        return person

    def link(self, place: Place, ts: str) -> str | None:
        """There are no addresses in a terminal."""
        return None

    def whisper(self, place: Place, post: Post) -> None:
        """Print what only the asker would see."""
        self._console.print(post.text, markup=False)


def show_example(settings: Settings, console: Console) -> None:
    """Run `/covcheck datastorage` on the example: the very job that a Slack request runs."""
    from bot.jobs.engine import Jobs, JobsConfig
    from bot.jobs.work import RepoWork
    from bot.store.answers import Store

    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `make run | head` ends at once, as other tools do
    repo = example_repo(home())
    console.print("This is the answer to [bold]/covcheck datastorage[/bold] on the example that ships.")
    console.print()
    with tempfile.TemporaryDirectory(prefix="covcheck-") as folder:
        url = f"sqlite:///{Path(folder) / 'example.sqlite'}"
        store = Store(url)
        jobs = Jobs(
            JobsConfig(url=url), RepoWork(snapshot_opener(settings)), ConsoleMessenger(console), store
        )
        jobs.start()
        try:
            jobs.wait(
                jobs.submit(Check(str(repo), "datastorage"), Place("example", "1"), key=os.urandom(8).hex())
            )
        finally:
            jobs.close()
            store.close()
    console.print()
    console.print(NEXT_STEPS.format(repo=repo, program=_program()), markup=False, soft_wrap=True)


def _program() -> str:
    """How this program was called, so that what is printed can be typed again."""
    called = sys.argv[0]
    return called if os.path.basename(called) == "covcheck" else "covcheck"
