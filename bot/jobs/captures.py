"""Jobs of captured articles: fill the modal, keep the draft, and carry out what reviewers decide.

Each decision is bound to the version that was shown: of two at once the first counts, the other person is
told what became of it. Who may decide is checked before an order is handed in.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from bot.errors import CovcheckError
from bot.jobs.capture_orders import DecideCapture, FillCapture, KeepCapture, OfferCapture, ReviseCapture
from bot.jobs.capture_texts import in_state, of_case, review, shown_texts, too_late
from bot.jobs.evidence import cite
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Order, Place
from bot.jobs.parts import PartOf, Parts
from bot.jobs.saying import MAIN
from bot.render.blocks import Block
from bot.render.slack_capture import capture_view, offer_post, review_post, told_view
from bot.repo.opened import OpenSnapshot
from bot.store.captures import CaptureState, StoredCapture
from bot.store.cases import StoredCase
from knowledge.articles import ArticleStatus
from knowledge.captured import Captured, article_id, captured, markdown
from knowledge.prefill import Said, Thread, prefill

LOG = logging.getLogger("covcheck.jobs")

_SAVED = "This thread is saved already, as the article `{}`. A reviewer can change it with the button Edit."
_GONE = "I no longer have this draft."
_NOT_IN = (
    "I am not in this channel, or the message is gone, so I can neither read the thread nor post the draft "
    "for review. Invite me with /invite @covcheck, then save it again."
)
_NO_CASE = "No file is cited: no check and no run belongs to this thread."


class Threads(Protocol):
    """What jobs need of a medium to save a thread. Each may raise TryAgain, NotThere or SlackError."""

    def read(self, channel: str, ts: str) -> Thread:
        """The thread that a message stands in, people's names known as far as the medium tells."""
        ...

    def root(self, channel: str, ts: str) -> str:
        """The first message of the thread that a message stands in."""
        ...

    def show(self, view_id: str, view: Block) -> bool:
        """Put another content into an open modal; False when it was closed meanwhile."""
        ...


@dataclass(frozen=True, slots=True)
class CaptureConfig:
    """What jobs of captured articles need: the medium's threads, what opens repos, and `taken`, which gives
    the ids of documents that were not captured."""

    threads: Threads
    open_snapshot: OpenSnapshot
    taken: Callable[[], Collection[str]] = tuple

    def part(self) -> PartOf:
        """The part that carries out the orders."""
        return lambda parts: CaptureJobs(self, parts)


class CaptureJobs:
    """Carries out orders about captured articles; every method runs inside a workflow."""

    orders: tuple[type[Order], ...] = (FillCapture, OfferCapture, KeepCapture, ReviseCapture, DecideCapture)

    def __init__(self, config: CaptureConfig, parts: Parts) -> None:
        self._config = config
        self._saying = parts.saying
        self._steps = parts.saying.steps
        self._cases = parts.store.cases
        self._captures = parts.store.captures
        self._slots = parts.slots

    def carry_out(self, job_id: str, order: Any, place: Place) -> str:
        """Do what was ordered and give the status that is kept."""
        match order:
            case FillCapture():
                return self._fill(order, place)
            case OfferCapture():
                return self._offer(order, place)
            case KeepCapture():
                return self._keep(job_id, order, place)
            case ReviseCapture():
                return self._revise(job_id, order, place)
            case DecideCapture():
                return self._decide(job_id, order, place)
            case _:
                raise TypeError(f"{type(order).__name__} is not an order about captured articles")

    # the modal

    def _fill(self, order: FillCapture, place: Place) -> str:
        def filled() -> Block:
            return self._filled(order, place.channel)

        try:
            view = self._steps.patiently("prefill", filled)
        except CovcheckError as error:
            LOG.info("a thread could not be read: %s", error)
            view = self._steps.once("prefill-less", lambda: self._unread(order, place.channel))
        shown = self._steps.patiently("show", lambda: self._config.threads.show(order.view_id, view))
        return "OK" if shown else "CLOSED"

    def _filled(self, order: FillCapture, channel: str) -> Block:
        known = self._captures.in_thread(channel, order.thread)
        if known is not None:
            return told_view(_SAVED.format(known.article))
        try:
            thread = self._config.threads.read(channel, order.thread)
        except NotThere:
            return told_view(_NOT_IN)
        note = "The thread is long: only its beginning was read." if thread.more else ""
        return self._suggested(order, channel, thread, note)

    def _unread(self, order: FillCapture, channel: str) -> Block:
        said = Thread(order.thread, (Said(order.said),))
        return self._suggested(
            order, channel, said, "The thread could not be read; this is what I have of it."
        )

    def _suggested(self, order: FillCapture, channel: str, thread: Thread, note: str) -> Block:
        case = self._case(order.case_id, channel, thread.ts)
        fields = prefill(thread, case)
        metadata = {"channel": channel, "thread": thread.ts, "case": case.id if case else None}
        return capture_view(shown_texts(fields), metadata, note)

    def _case(self, case_id: str | None, channel: str, thread: str | None) -> StoredCase | None:
        """The case that is saved: the one named, when it is of the thread, else the thread's latest."""
        found = self._cases.get(case_id) if case_id else None
        if found is not None and found.channel == channel and found.thread == thread:
            return found
        return self._cases.in_thread(channel, thread) if thread else None

    def _offer(self, order: OfferCapture, place: Place) -> str:
        root = self._steps.patiently("root", lambda: self._config.threads.root(place.channel, order.message))

        def saved() -> str | None:
            known = self._captures.in_thread(place.channel, root)
            return None if known is None else known.article

        there = replace(place, thread=root)
        article = self._steps.once("known", saved)
        said = offer_post(root) if article is None else _SAVED.format(article)
        return self._saying.whispered(there, said)

    # the draft

    def _keep(self, job_id: str, order: KeepCapture, place: Place) -> str:
        kept = self._steps.once("keep", lambda: self._kept(job_id, order, place))
        made = StoredCapture(**kept["capture"])
        if made.id != job_id:
            return self._saying.whispered(place, _SAVED.format(made.article))
        self._saying.reply(job_id, MAIN, place, review_post(review(made, kept["notes"])))
        return "DRAFT"

    def _kept(self, job_id: str, order: KeepCapture, place: Place) -> dict[str, Any]:
        case = self._case(order.case_id, place.channel, place.thread)
        texts = Captured(order.title, order.question, order.cause, order.fix, order.links)
        now = time.time()
        fields, notes = self._cited(replace(texts, **of_case(case, now)), case)
        draft = StoredCapture(
            id=job_id,
            article=article_id(fields.title, job_id),
            fields=fields.plain(),
            data="",
            channel=place.channel,
            thread=place.thread,
            case_id=case.id if case else None,
            made_by=place.user,
            made_at=now,
            changed_by=place.user,
            changed_at=now,
        )
        taken = frozenset(self._config.taken())
        made = self._captures.add(draft, lambda id: markdown(fields, id, ArticleStatus.DRAFT), taken)
        return {"capture": asdict(made), "notes": notes}

    def _cited(self, fields: Captured, case: StoredCase | None) -> tuple[Captured, list[str]]:
        """The fields with files of the case's repo cited at its commit, and what is said of that."""
        if case is None or not case.repo or not case.commit:
            return replace(fields, evidence=()), [_NO_CASE]
        with self._slots:
            found = cite(self._config.open_snapshot, case.repo, case.commit, fields.links)
        return replace(fields, evidence=found.cited), [found.said] if found.said else []

    # decisions

    def _revise(self, job_id: str, order: ReviseCapture, place: Place) -> str:
        def change(old: StoredCapture) -> tuple[StoredCapture, list[str]]:
            case = self._cases.get(old.case_id) if old.case_id else None
            texts = replace(
                self._now(old, case),
                title=order.title,
                question=order.question,
                cause=order.cause,
                fix=order.fix,
                links=order.links,
            )
            fields, notes = self._cited(texts, case)
            return in_state(old, fields, CaptureState.DRAFT, place.user), notes

        return self._changed(job_id, order.capture_id, order.version, place, change)

    def _decide(self, job_id: str, order: DecideCapture, place: Place) -> str:
        def change(old: StoredCapture) -> tuple[StoredCapture, list[str]]:
            case = self._cases.get(old.case_id) if old.case_id else None
            return in_state(old, self._now(old, case), CaptureState(order.verdict), place.user), []

        return self._changed(job_id, order.capture_id, order.version, place, change)

    def _now(self, old: StoredCapture, case: StoredCase | None) -> Captured:
        """The fields with what is known of the case now: it may be proven since."""
        return replace(captured(old.fields), **of_case(case, old.made_at))

    def _changed(
        self,
        job_id: str,
        capture_id: str,
        version: int,
        place: Place,
        change: Callable[[StoredCapture], tuple[StoredCapture, list[str]]],
    ) -> str:
        """Make a change when nobody was faster, and show the article as it then stands."""

        def act() -> dict[str, Any] | None:
            old = self._captures.get(capture_id)
            if old is None or old.version != version:
                return None if old is None else {"capture": asdict(old), "notes": []}
            new, notes = change(old)
            now = self._captures.change(new, version, job_id)
            return None if now is None else {"capture": asdict(now), "notes": notes}

        done = self._steps.once("change", act)
        if done is None:
            return self._saying.whispered(place, _GONE)
        made = StoredCapture(**done["capture"])
        if made.changed_in != job_id:
            return self._saying.whispered(place, too_late(made))
        self._show(made, review_post(review(made, done["notes"])))
        return made.state.upper()

    def _show(self, made: StoredCapture, post: Any) -> None:
        """Put the article's message to what it now is; `post` gives the `ts` of one that stands."""
        place = Place(made.channel, made.thread)
        ts = self._saying.reply(made.id, MAIN, place, post)
        edit = self._saying.messenger.edit
        self._steps.patiently("answer", lambda: edit(place, ts, made.id, MAIN, post))
