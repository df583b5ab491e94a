"""How questions were answered in a time: counted from the store, never estimated."""

from __future__ import annotations

from dataclasses import dataclass

from bot.render.plain import day
from bot.store.answers import Store

WEEK = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class QualityCounts:
    """From `since` on and before `until`, in seconds since the epoch.

    `asked`, `answered` and `abstained` count questions; `not_helpful` and `solved` answers of any kind that
    somebody said so of, `escalated` those that people were asked about. `opened` and `proven` count cases:
    opened in this time, and of those proven solved by a check or a run until now; `proven_then` those that
    were proven in this time, whenever they were opened.
    """

    since: float
    until: float
    asked: int
    answered: int
    abstained: int
    solved: int
    not_helpful: int
    escalated: int
    opened: int
    proven: int
    proven_then: int

    @property
    def rate(self) -> float | None:
        """The part of the cases opened in this time that is proven solved; None when none was opened."""
        return self.proven / self.opened if self.opened else None


def quality(store: Store, until: float, since: float | None = None) -> QualityCounts:
    """The counts of a week, or since another time. Raises StoreError."""
    start = until - WEEK if since is None else since
    questions = store.questions.counts(start, until)
    feedback = store.feedback.counts(start, until)
    cases = store.cases.counts(start, until)
    return QualityCounts(
        since=start,
        until=until,
        asked=questions.asked,
        answered=questions.answered,
        abstained=questions.abstained,
        solved=feedback.solved,
        not_helpful=feedback.not_helpful,
        escalated=feedback.escalated,
        opened=cases.opened,
        proven=cases.by_run + cases.by_check,
        proven_then=cases.proven,
    )


def quality_line(counts: QualityCounts) -> str:
    """The counts as one line for people, with the days (in UTC) that they are of."""
    return f"Questions, {day(counts.since)} to {day(counts.until)}: {quality_words(counts)}"


def quality_words(counts: QualityCounts) -> str:
    """The counts as a sentence; a percentage stands there only where there is one."""
    if not counts.asked:
        line = "none was asked"
    else:
        line = f"{counts.asked} asked, {counts.answered} answered, {counts.abstained} abstained"
    line += f"; {counts.proven_then} proven solved, {counts.escalated} escalated"
    line += f", {counts.not_helpful} not helpful."
    if counts.rate is not None:
        line += (
            f" Of {counts.opened} {'case' if counts.opened == 1 else 'cases'} opened, "
            f"{counts.proven} proven solved by now ({counts.rate:.0%})."
        )
    return line
