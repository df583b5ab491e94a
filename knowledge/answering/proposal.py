"""Instead of a session together: a run in the cluster that settles what files cannot."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence

from bot.facts.words import known
from bot.model import Certainty, Effect, Finding, Status
from knowledge.answering.model import ClaimCheck, ClaimVerdict, Proposal, Side
from knowledge.requests.model import HelpRequest, Option, Subject

MAX_SETTLES = 6
_TOGETHER = re.compile(
    r"(?i)\b(?:pair(?:ing|ed)?|session|screen[- ]?shar\w{1,4}|call|zoom|huddle|meeting|sync|together"
    r"|(?:debug|debugging|look|check)\s{1,4}(?:\w{1,20}\s{1,4}){0,3}live)\b"
)
SEEN_LIVE = frozenset(
    (Subject.MOUNT, Subject.SHUTDOWN, Subject.GOCOVERDIR, Subject.USER, Subject.HOST_PATH, Subject.GOFLAGS)
)
"""What a run in the cluster sees."""


def propose(request: HelpRequest, ours: Side | None, claims: Sequence[ClaimCheck] = ()) -> Proposal | None:
    """A live run of the asker's service, when the request wants to look together or files leave something
    open; None otherwise, and without a service. The run itself asks before it stops anything."""
    if ours is None:
        return None
    option = wants_session(request)
    open_ = tuple(_open(ours, claims))
    if option is None and not open_:
        return None
    settles = (*open_, *_confirms(ours))[:MAX_SETTLES]
    return Proposal(ours.name, _command(ours), settles, _text(ours, option))


def wants_session(request: HelpRequest) -> Option | None:
    """The option of a request that is a session together; None when there is none."""
    for option in request.options:
        if any(_TOGETHER.search(text[:500]) for text in (option.title, *(a.text for a in option.asks))):
            return option
    return None


def _open(ours: Side, claims: Sequence[ClaimCheck]) -> Iterator[str]:
    """What the files leave open: needed gaps, causes that are not certain, statements nobody can read."""
    diagnosis = ours.diagnosis
    for gap in diagnosis.missing:
        if gap.needed:
            yield f"{gap.what}: {gap.reason}"
    for cause in diagnosis.causes:
        if cause.certainty is not Certainty.CERTAIN and cause.link not in ("build", "report"):
            yield f"{cause.summary} ({cause.rule}: {cause.certainty} from the files)"
    if diagnosis.status is Status.INCONCLUSIVE and not diagnosis.missing and not diagnosis.causes:
        yield "whether any file is written at all"
    for check in claims:
        if check.verdict is ClaimVerdict.UNVERIFIABLE and check.claim.subject in SEEN_LIVE:
            yield f'your statement "{check.claim.text}"'


def _confirms(ours: Side) -> Iterator[str]:
    """That the first cause is all of it: only files in the directory show that."""
    first = next(iter(ours.diagnosis.causes), None)
    if first is not None and _sure(first):
        yield f"whether the fix of {first.rule} is all it takes: the run shows what files are there then"
    elif first is None:
        yield "that coverage really arrives: the run shows covmeta, covcounters and the figure"


def _sure(cause: Finding) -> bool:
    return cause.certainty is not Certainty.POSSIBLE and cause.effect is Effect.BLOCKS


def _command(ours: Side) -> str:
    workload = ours.path.workload
    namespace = workload.namespace if workload is not None else None
    place = shlex.quote(namespace) if namespace and known(namespace) else "NAMESPACE"
    return f"covcheck live {shlex.quote(ours.name)} -n {place}"


def _text(ours: Side, option: Option | None) -> str:
    workload = ours.path.workload
    what = f"{workload.kind} {workload.name}" if workload is not None else f"the workload of {ours.name}"
    asked = f'Instead of "{option.title}", or to prepare it: run' if option is not None else "Run"
    return (
        f"{asked} it in the cluster once. It stops {what}, looks at what is written and where, and puts it "
        "back as it was; it shows its plan and waits for a confirmation first."
    )
