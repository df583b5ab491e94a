"""What people can ask of covcheck, as it was read from their words (`handlers.words`)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.modes import Mode


@dataclass(frozen=True, slots=True)
class AskCheck:
    """`SERVICE [REF] [in OWNER/NAME]`."""

    service: str
    ref: str | None = None
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskCompare:
    """`compare A B [REF] [in OWNER/NAME]`."""

    first: str
    second: str
    ref: str | None = None
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskServices:
    """`services [REF] [in OWNER/NAME]`."""

    ref: str | None = None
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskLive:
    """`live SERVICE [REF] [in OWNER/NAME] [namespace NS]`."""

    service: str
    ref: str | None = None
    repo: str | None = None
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class AskAnswer:
    """`answer [LINK] [REF] [in OWNER/NAME]`: a help request; without a link it lies in the message, a file or
    the thread."""

    link: str | None = None
    ref: str | None = None
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskMode:
    """`questions [MODE]`: how questions are treated in the channel; None: show it."""

    mode: Mode | None = None


@dataclass(frozen=True, slots=True)
class AskQuality:
    """`quality`: how questions were answered in the last seven days."""


@dataclass(frozen=True, slots=True)
class AskDigest:
    """`digest [days N] [in OWNER/NAME]`: what moved, posted now."""

    days: int = 7
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskSchedule:
    """`schedule [in OWNER/NAME]`: set up digests of a repo; `schedule list` (`shown`): those there are."""

    shown: bool = False
    repo: str | None = None


@dataclass(frozen=True, slots=True)
class AskFollow:
    """`follow SERVICE [in OWNER/NAME]`: put it on one's Home tab; `unfollow` (`on` False): take it off."""

    service: str
    repo: str | None = None
    on: bool = True


@dataclass(frozen=True, slots=True)
class AskHistory:
    """`history SERVICE [REF] [since DATE] [base BRANCH] [in OWNER/NAME]`: its coverage over time."""

    service: str
    ref: str | None = None
    repo: str | None = None
    since: str | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class AskSettings:
    """`settings`: what is set for the channel."""


@dataclass(frozen=True, slots=True)
class AskAudit:
    """`audit`: who changed what."""


@dataclass(frozen=True, slots=True)
class AskHelp:
    """`help`, or nothing at all."""


Asked = (
    AskCheck
    | AskCompare
    | AskServices
    | AskLive
    | AskAnswer
    | AskMode
    | AskQuality
    | AskDigest
    | AskSchedule
    | AskFollow
    | AskHistory
    | AskSettings
    | AskAudit
    | AskHelp
)
