"""From what was asked to the order for a job, the same for every Slack surface."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.errors import StoreError, UsageError
from bot.jobs.audit_orders import TellAudit
from bot.jobs.home_orders import Follow
from bot.jobs.orders import Check, Compare, Live, Order, Say, Services
from bot.jobs.question_orders import Quality, SetMode
from bot.jobs.schedule_orders import DigestNow
from bot.jobs.story import TellHistory
from bot.render.blocks import Post
from bot.render.notices import help_post, text_post, wrong_words_post
from bot.render.slack_schedule import offer_post
from bot.story.words import date_of
from handlers.access import Access, Deed
from handlers.asked import (
    AskAnswer,
    AskAudit,
    AskCheck,
    AskCompare,
    AskDigest,
    Asked,
    AskFollow,
    AskHelp,
    AskHistory,
    AskLive,
    AskMode,
    AskQuality,
    AskSchedule,
    AskServices,
    AskSettings,
)
from handlers.requests import link_order
from handlers.words import WordsError, parse

_NEEDS: Mapping[type[Any], Deed] = {AskMode: Deed.ADMINISTER, AskAudit: Deed.AUDIT}
"""What not everybody who may ask may ask for."""


def order_of(text: str, channel: str, access: Access, user: str | None = None) -> Order | Post:
    """The order for a request, or what to say at once (help, or why it cannot be carried out)."""
    asked = asked_in(text)
    return asked if isinstance(asked, Post) else order_for(asked, channel, access, user)


def asked_in(text: str) -> Asked | Post:
    """What is asked in a text, or why it cannot be read."""
    try:
        return parse(text)
    except UsageError as error:
        return why_not(error)


def order_for(asked: Asked, channel: str, access: Access, user: str | None = None) -> Order | Post:
    """The order for what is asked, or what to say at once; what not everybody may ask is refused."""
    deed = _NEEDS.get(type(asked))
    refusal = None if deed is None or asked == AskMode() else access.refusal(deed, user)
    if refusal is not None:
        return refusal.whisper
    try:
        return _order(asked, channel, access)
    except (UsageError, StoreError) as error:
        return why_not(error)


def why_not(error: UsageError | StoreError) -> Post:
    """Why a request cannot be carried out; words that cannot be read are shown with a mark."""
    if isinstance(error, WordsError):
        return wrong_words_post(error.pointed, str(error), error.hint)
    return text_post(f"{error} {error.hint}")


def _order(asked: Asked, channel: str, access: Access) -> Order | Post:
    match asked:
        case AskHelp():
            return help_post()
        case AskCheck():
            return Check(access.repo(channel, asked.repo), asked.service, asked.ref)
        case AskCompare():
            return Compare(access.repo(channel, asked.repo), asked.first, asked.second, asked.ref)
        case AskLive():
            named = asked.repo is not None or asked.ref is not None
            repo = access.repo(channel, asked.repo) if named else access.repo_if_any(channel)
            namespace = asked.namespace or access.own(channel).namespace
            return Live(repo, asked.service, asked.ref, namespace)
        case AskAnswer():
            return link_order(asked, channel, access)
        case AskMode():
            return SetMode(asked.mode and asked.mode.value, time.time())
        case AskQuality():
            return Quality(time.time())
        case AskSettings():
            return text_post("What is set for a channel stands in a form: `/covcheck settings`.")
        case AskAudit():
            return TellAudit()
        case AskDigest():
            least = access.own(channel).minimum
            digest = DigestNow(access.repo(channel, asked.repo), days=asked.days)
            return digest if least is None else replace(digest, minimum=least)
        case AskSchedule():
            return offer_post(None if asked.repo is None else access.repo(channel, asked.repo))
        case AskFollow():
            unread = asked.repo if not asked.on else None  # what may no longer be read may be left
            return Follow(unread or access.repo(channel, asked.repo), asked.service, asked.on, time.time())
        case AskHistory():
            now = time.time()
            since = None if asked.since is None else date_of(asked.since, now)
            repo = access.repo(channel, asked.repo)
            return TellHistory(repo, asked.service, asked.ref, asked.base, since)
        case AskServices():
            return Services(access.repo(channel, asked.repo), asked.ref)


def said(post: Post) -> Say:
    """The order to post a message that is ready."""
    return Say(post.text, tuple(post.blocks))
