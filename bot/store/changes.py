"""The words of the audit log: what can have been changed, by whom, and where such an entry stands."""

from __future__ import annotations

from enum import StrEnum


class What(StrEnum):
    """What was done, one fixed word for each kind. The words are kept: add to them, never change one."""

    LIVE_PLANNED = "live run planned"
    LIVE_CONFIRMED = "live run confirmed"
    LIVE_CANCELLED = "live run cancelled"
    LIVE_ENDED = "live run ended"
    LIVE_UNDONE = "live run undone"
    SETTINGS_CHANGED = "channel settings changed"
    MODE_CHANGED = "question mode changed"
    SCHEDULE_KEPT = "schedule kept"
    SCHEDULE_PAUSED = "schedule paused"
    SCHEDULE_RESUMED = "schedule resumed"
    SCHEDULE_REMOVED = "schedule removed"
    SERVICE_FOLLOWED = "service followed"
    SERVICE_UNFOLLOWED = "service unfollowed"
    ARTICLE_CAPTURED = "article captured"
    ARTICLE_CONFIRMED = "article confirmed"
    ARTICLE_EDITED = "article edited"
    ARTICLE_REJECTED = "article rejected"
    DOCUMENTS_IMPORTED = "documents imported"
    PULL_REQUEST = "pull request made"
    CASE_SOLVED = "case solved"
    FEEDBACK_GIVEN = "feedback given"
    FIGURES_PUSHED = "figures pushed"
    FIGURES_FETCHED = "figures fetched"
    FIGURES_THINNED = "figures thinned"
    RECORDS_FORGOTTEN = "old records forgotten"
    AUDIT_THINNED = "audit log thinned"


class By(StrEnum):
    """Who it was: a person in Slack, CI with its token, a timetable of the bot, or a terminal."""

    PERSON = "person"
    CI = "ci"
    CLOCK = "clock"
    COMMAND_LINE = "command line"
