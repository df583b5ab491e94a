"""Asking people: once for an answer, with what they need to help in a minute."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bot.jobs.kept import GONE
from bot.jobs.messenger import NotThere
from bot.jobs.orders import Place, shown_repo
from bot.jobs.saying import Saying
from bot.render.slack_question import BundleView, asked_post, owners_post
from bot.store.answers import Store, StoredAnswer
from knowledge.answering.codeowners import CodeOwners
from knowledge.answering.owners import Owners as OwnerMap

_NOBODY = "Nobody is named to be asked. Whoever runs covcheck can set `answers.ask`."
_ALREADY = "The owners were asked about this already."


class Owners:
    """Asks whom the settings name: `asked` is the Slack id of a channel, a person or a user group; `owners`
    maps services to who owns them, who are named, too."""

    def __init__(
        self, saying: Saying, store: Store, asked: str, owners: Mapping[str, str] | None = None
    ) -> None:
        self._map = OwnerMap(owners or {}, CodeOwners())
        self._saying = saying
        self._store = store
        self.asked = asked

    def ask(self, job_id: str, kept: StoredAnswer | None, place: Place) -> str:
        """Post the bundle, note it, and say so; whoever presses again is told that it is done.

        A user group has no messages of its own: it is named in the thread.
        """
        if kept is None:
            return self._saying.whispered(place, GONE)
        if not self.asked:
            return self._saying.whispered(place, _NOBODY)
        steps = self._saying.steps
        if not steps.once("claim-owners", lambda: self._store.claim(kept.id, "owners", job_id)):
            return self._saying.whispered(place, _ALREADY)
        thread = Place(place.channel, kept.thread or place.thread, place.user)
        link = steps.once("link", lambda: self._link(thread))
        bundle = owners_post(_bundle(kept, link, place.user), self.asked, self._owned(kept))
        to = thread if self.asked.startswith("S") else Place(self.asked)
        try:
            self._saying.reply(job_id, "owners", to, bundle)
        except NotThere:
            said = (
                "I cannot post to those who are named in `answers.ask`: whoever runs covcheck must invite me."
            )
            return self._saying.whispered(place, said)
        now = steps.once("asked-at", time.time)
        steps.once("escalate", lambda: self._store.feedback.escalate(kept.id, place.user, self.asked, now))
        if kept.payload.get("alone"):
            return self._saying.whispered(place, asked_post(self.asked))
        if to is not thread:
            self._saying.reply(job_id, "asked", thread, asked_post(self.asked))
        return "ESCALATED"

    def _owned(self, kept: StoredAnswer) -> tuple[str, tuple[str, ...]]:
        """The service and who owns it, as far as the settings say."""
        found = self._map.of_names([kept.service] if kept.service else [])
        return kept.service or "", () if found is None else found.names

    def _link(self, place: Place) -> str | None:
        return None if place.thread is None else self._saying.messenger.link(place, place.thread)


def _bundle(kept: StoredAnswer, link: str | None, person: str | None) -> BundleView:
    """What people need: the question, what was said, what was looked at, and the way to the thread."""
    payload: Mapping[str, Any] = kept.payload
    question = str(payload.get("question") or "")
    if question:
        source = payload.get("article")
        said = f"I answered with `{source}`." if source else "I had no answer."
        return BundleView(
            "A question needs a person.",
            payload.get("asked_by") or person,
            question,
            said,
            tuple(payload.get("looked") or ()),
            link,
        )
    at = f" @ {kept.commit[:7]}" if kept.commit else ""
    where = f" in {shown_repo(kept.repo)}" if kept.repo else ""
    about = f"{kept.service or 'services'}{at}{where}"
    said = f"My answer to `{kept.kind}` was {kept.status}." if kept.status else ""
    return BundleView("An answer of mine needs a person.", person, "", said, (about,), link)
