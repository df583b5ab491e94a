"""How jobs speak: replies and files in steps that are taken once, and what is said when a job fails."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from bot.errors import CovcheckError
from bot.jobs.hold import WAITED_OUT
from bot.jobs.messenger import Messenger, NotThere
from bot.jobs.orders import Place
from bot.jobs.steps import Steps
from bot.render.blocks import Post
from bot.render.notices import broken_post, text_post
from bot.render.slack import Snippet

LOG = logging.getLogger("covcheck.jobs")

MAIN = "answer"
"""The key of a job's first message, which becomes its answer."""


class Saying:
    """Speaks for jobs; every method runs inside a workflow."""

    def __init__(self, messenger: Messenger, steps: Steps) -> None:
        self.messenger = messenger
        self.steps = steps

    def reply(self, job_id: str, key: str, place: Place, post: Post) -> str:
        """Post a message; gives its `ts`."""
        return self.steps.patiently(key, lambda: self.messenger.post(place, job_id, key, post))

    def parts(self, job_id: str, thread: Place, posts: Sequence[Post]) -> None:
        """Post what goes on after the first message."""
        for number, post in enumerate(posts, 1):
            self.reply(job_id, f"part-{number}", thread, post)

    def whispered(self, place: Place, post: Post | str) -> str:
        """Tell only the person who asked; gives the job's status."""
        said = text_post(post) if isinstance(post, str) else post
        self.steps.patiently("whisper", lambda: self.messenger.whisper(place, said))
        return "OK"

    def files(self, job_id: str, thread: Place, files: Iterable[Snippet]) -> None:
        """Put files into the thread; raises what the first failure raises."""
        for number, file in enumerate(files, 1):
            attach = partial(self.messenger.attach, thread, job_id, f"file-{number}", file)
            self.steps.patiently(f"file-{number}", attach)

    def files_or_why(self, job_id: str, thread: Place, files: Sequence[Snippet]) -> None:
        """Put files into the thread; of each that cannot be, say why and go on with the next."""
        for number, file in enumerate(files, 1):
            key = f"file-{number}"
            attach = partial(self.messenger.attach, thread, job_id, key, file)
            try:
                self.steps.patiently(key, attach)
            except NotThere:
                raise
            except Exception as error:
                LOG.warning("job %s: %s was not attached: %s", job_id, file.name, error)
                why = str(error) if isinstance(error, CovcheckError) else "Slack did not take it."
                said = text_post(f"{file.title} could not be attached: {why}")
                self.reply(job_id, f"no-{key}", thread, said)

    def broken(self, job_id: str, place: Place, message: str | None = None) -> str:
        """Say that a job failed: in place of `message` (its `ts`), as a reply, or privately."""
        LOG.exception("job %s failed", job_id)
        post = broken_post(job_id)
        ways: list[Callable[[], object]] = [
            partial(self.messenger.post, place, job_id, "failed", post),
            partial(self.messenger.whisper, place, post),
        ]
        if message is not None:
            ways.insert(0, partial(self.messenger.edit, place, message, job_id, MAIN, post))
        self.steps.once("failed", lambda: any(attempt(way) for way in ways))
        return "FAILED"


def attempt(act: Callable[..., object], *args: object) -> bool:
    """Whether it worked; what fails is only logged. What can be waited out is raised: steps wait for it."""
    try:
        act(*args)
    except WAITED_OUT:
        raise
    except CovcheckError as error:
        LOG.warning("a try failed: %s", error)
        return False
    return True
