"""Who is in Slack's user groups, looked up beside the requests, so that none waits long for Slack.

One thread asks `usergroups.users.list`: it keeps what it knows fresh, and looks up what somebody waits for
first. Who waits does so for at most a second. What Slack refuses is not asked again at once.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from handlers.access import Member
from handlers.web import NETWORK, retry_after, web_client

LOG = logging.getLogger("covcheck.slack")

SCOPES = ("usergroups:read",)
FRESH_SECONDS = 300.0
"""So long what Slack said is taken as it is; a person who left a group is out of it after that."""
REST_SECONDS = 15.0
"""So long a group is left alone after Slack refused."""
MAX_REST_SECONDS = 300.0
WAIT_SECONDS = 1.0
_AHEAD = 0.8
_NO_GROUP = ("no_such_subteam", "subteam_not_found", "plan_upgrade_required")
_SCOPE = ("missing_scope", "not_allowed_token_type", "no_permission")


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a group: its `users` as Slack said `at` a time, why it did not say it last (None: it
    did), and when it may be asked again."""

    users: frozenset[str] = frozenset()
    at: float | None = None
    why: Member | None = None
    next: float = 0.0

    def says(self, user: str, now: float, within: float) -> Member:
        if self.at is not None and now - self.at <= within:
            return Member.YES if user in self.users else Member.NO
        return self.why or Member.LATER


class SlackGroups:
    """`handlers.access.Groups` for Slack. The thread starts with the first question, or with `start`."""

    def __init__(
        self,
        token: str,
        groups: Collection[str] = (),
        *,
        base_url: str = WebClient.BASE_URL,
        fresh: float = FRESH_SECONDS,
        rest: float = REST_SECONDS,
        wait: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = web_client(token, base_url=base_url, timeout=3)
        self._fresh, self._rest, self._wait, self._clock = fresh, rest, wait, clock
        self._known: dict[str, _Known] = {group: _Known() for group in groups}
        self._awaited: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def start(self) -> None:
        """Begin to look groups up; more than once does no harm."""
        with self._changed:
            if self._thread is None and not self._stopped:
                self._thread = threading.Thread(target=self._run, name="covcheck-groups", daemon=True)
                self._thread.start()

    def stop(self, grace: float = 4.0) -> None:
        """Look nothing up any more."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(grace)

    def member(self, groups: Collection[str], user: str, within: float) -> Member:
        """Whether a person is in one of the groups, by what Slack said at most `within` seconds ago.

        What is not fresh is looked up first, for a second at most.
        """
        self.start()
        with self._changed:
            for group in groups:
                self._known.setdefault(group, _Known())
            now = self._clock()
            awaited = {group for group in groups if self._stale(group, now, self._fresh)}
            self._awaited |= awaited
            self._changed.notify_all()
            self._changed.wait_for(lambda: not awaited & self._awaited, self._wait)
            now = self._clock()
            said = {self._known[group].says(user, now, within) for group in groups}
        return next((each for each in (Member.YES, Member.NO_SCOPE, Member.LATER) if each in said), Member.NO)

    def _stale(self, group: str, now: float, fresh: float) -> bool:
        """Whether a group should be looked up now."""
        known = self._known[group]
        return now >= known.next and (known.at is None or now - known.at > fresh)

    def _run(self) -> None:
        while True:
            with self._changed:
                group = self._due()
                while group is None and not self._stopped:
                    self._changed.wait(1.0)
                    group = self._due()
                if self._stopped or group is None:
                    return
                before = self._known[group]
            found = self._looked_up(group, before)
            with self._changed:
                self._known[group] = found
                self._awaited.discard(group)
                self._changed.notify_all()

    def _due(self) -> str | None:
        """The group to look up next: one that somebody waits for, else one that is nearly stale."""
        now = self._clock()
        ahead = (group for group in self._known if self._stale(group, now, self._fresh * _AHEAD))
        return next(iter(sorted(self._awaited)), None) or next(ahead, None)

    def _looked_up(self, group: str, before: _Known) -> _Known:
        """What is known of a group after asking Slack; what was known stays when it does not answer."""
        try:
            reply = self._client.usergroups_users_list(usergroup=group)
            return _Known(frozenset(str(user) for user in reply.get("users") or ()), self._clock())
        except SlackApiError as error:
            return self._refused(group, before, error)
        except NETWORK as error:
            LOG.warning("Slack does not say who is in %s: %s", group, type(error).__name__)
            return self._failed(before, Member.LATER)
        except Exception:  # the thread must live on
            LOG.exception("looking up %s failed", group)
            return self._failed(before, Member.LATER)

    def _refused(self, group: str, before: _Known, error: SlackApiError) -> _Known:
        code = str(error.response.get("error") or "unknown")
        LOG.warning("Slack does not say who is in %s: %s", group, code)
        if code in _NO_GROUP:
            return _Known(at=self._clock())
        return self._failed(before, Member.NO_SCOPE if code in _SCOPE else Member.LATER, retry_after(error))

    def _failed(self, before: _Known, why: Member, rest: float = 0.0) -> _Known:
        seconds = min(max(rest, self._rest), MAX_REST_SECONDS)
        return replace(before, why=why, next=self._clock() + seconds)
