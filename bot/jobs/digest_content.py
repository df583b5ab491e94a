"""What a digest's job gathers and paints: its messages as plain values, and the chart for its thread."""

from __future__ import annotations

import logging
import tempfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from bot.digest.gather import Asked, Gathered, gather
from bot.digest.model import Period, StaleArticle
from bot.digest.slack import digest_chart, digest_messages
from bot.digest.words import QUIET, headline
from bot.errors import SlackError, StoreError, StoreUnavailable, TokenRefused
from bot.jobs.digest_config import DigestsConfig
from bot.jobs.messenger import Messenger, NotThere, TryAgain
from bot.jobs.orders import Place, shown_repo
from bot.jobs.outcome import pack_posts
from bot.jobs.schedule_check import unknown_services
from bot.jobs.schedule_orders import DigestNow
from bot.render.blocks import Post
from bot.render.notices import text_post
from bot.store.answers import Store
from bot.store.schedules import Schedule

T = TypeVar("T")
LOG = logging.getLogger("covcheck.jobs")


class DigestContent:
    """Gathers from the store and paints; what it does runs inside steps."""

    def __init__(self, config: DigestsConfig, store: Store, slots: threading.BoundedSemaphore) -> None:
        self._config = config
        self._store = store
        self._slots = slots

    def asked(self, what: Schedule | DigestNow, period: Period) -> Asked:
        """What a schedule's digest, or one on demand, is about."""
        return Asked(
            shown_repo(what.repo),
            period,
            what.services,
            minimum=what.minimum,
            include=what.include,
            web=self._config.web(what.repo),
        )

    def posts(self, asked: Asked) -> dict[str, Any]:
        """The digest's posts as plain values: `message`, `thread`, `quiet` (one line, empty when it is not),
        and as `unknown` why there is nothing to tell. Raises TryAgain, StoreUnavailable."""
        gathered = patient(lambda: self._gathered(asked))
        message, thread = digest_messages(gathered)
        quiet = gathered.digest.quiet or not gathered.histories
        return {
            "message": pack_posts([message]),
            "thread": pack_posts(thread),
            "quiet": pack_posts([quiet_post(gathered, asked.repo)]) if quiet else [],
            "unknown": self._unknown(asked, gathered),
        }

    def chart(self, messenger: Messenger, thread: Place, job_id: str, asked: Asked) -> str:
        """Paint the chart and put it into the thread: empty when it stands there, else why it does not.

        Raises TryAgain, NotThere, and what is waited out.
        """
        gathered = patient(lambda: self._gathered(asked))
        try:
            with tempfile.TemporaryDirectory(prefix="covcheck-digest-") as folder:
                with self._slots:
                    file = digest_chart(gathered, Path(folder))
                messenger.attach(thread, job_id, "chart", file)
        except (TryAgain, NotThere, TokenRefused, StoreUnavailable):
            raise
        except SlackError as error:
            return f"The chart could not be attached: {error}"
        except OSError as error:
            LOG.warning("job %s: the chart was not painted: %s", job_id, error)
            return f"The chart could not be painted: {(error.strerror or 'no place for it').lower()}."
        except Exception:
            LOG.exception("job %s: the chart was not painted", job_id)
            return "The chart could not be painted; whoever runs covcheck finds the reason in the log."
        return ""

    def _gathered(self, asked: Asked) -> Gathered:
        with self._slots:
            return gather(self._store, asked, shown_repo, self._stale(asked))

    def _unknown(self, asked: Asked, gathered: Gathered) -> str:
        if not gathered.histories:
            return _nothing(asked.repo)
        strange = [history.service for history in gathered.histories if not history.seen]
        known = self._store.history.services(asked.repo) if strange else ()
        wrong, _ = unknown_services(strange, known, sure=True)
        return " ".join(wrong)

    def _stale(self, asked: Asked) -> Iterable[StaleArticle] | None:
        """The articles that may no longer be true; a knowledge base that cannot be read is not held against
        the figures."""
        if "stale" not in asked.include or self._config.stale is None:
            return None
        try:
            return tuple(self._config.stale())
        except Exception as error:
            LOG.warning("a digest says nothing of stale articles: %s", error)
            return None


def quiet_post(gathered: Gathered, repo: str) -> Post:
    """The one line of a digest in which nothing moved."""
    said = QUIET if gathered.histories else _nothing(repo)
    return text_post(f"{headline(gathered.digest)}. {said}")


def patient(action: Callable[[], T]) -> T:
    """A store that fails may do so for a moment only: raises TryAgain; one that is away is waited out."""
    try:
        return action()
    except StoreUnavailable:
        raise
    except StoreError as error:
        raise TryAgain(str(error)) from error


def _nothing(repo: str) -> str:
    return f"There is no figure and no run of {repo} yet."
