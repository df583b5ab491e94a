"""What jobs need of the medium they answer in. `handlers.web` implements it for Slack."""

from __future__ import annotations

from typing import Protocol

from bot.errors import SlackError
from bot.jobs.orders import Place
from bot.render.blocks import Post
from bot.render.slack import Snippet


class TryAgain(SlackError):
    """The call may work later (network, server, rate limit); it may also have got through."""


class NotThere(SlackError):
    """The bot may not post at this place (not a member, archived, gone); trying again is no use."""


class Messenger(Protocol):
    """Posts, edits and attaches. Every method may raise TryAgain, NotThere or SlackError."""

    def post(self, place: Place, job_id: str, key: str, post: Post) -> str:
        """Post once for (job_id, key), however often it is called; gives the message's `ts`."""
        ...

    def find(self, place: Place, job_id: str, key: str) -> str | None:
        """The `ts` of the message that was posted for (job_id, key); None when none was."""
        ...

    def edit(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Replace a message's text; doing it twice does no harm."""
        ...

    def progress(self, place: Place, ts: str, job_id: str, key: str, post: Post) -> None:
        """Edit if it is not too soon after the last edit in the channel; never raises, never waits."""
        ...

    def attach(self, place: Place, job_id: str, key: str, snippet: Snippet) -> None:
        """Put a file into the thread once for (job_id, key)."""
        ...

    def whisper(self, place: Place, post: Post) -> None:
        """Tell only the person who asked."""
        ...

    def room(self, person: str) -> str:
        """The id of the direct message with a person."""
        ...

    def link(self, place: Place, ts: str) -> str | None:
        """The address of a message for people, None when it cannot be told."""
        ...
