"""The uid that the process runs as, which of image and manifest wins, and what it may write to."""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.build import Setting, Stage, UserSwitch
from bot.facts.joints import (
    ProcessUser,
    coverage_directory,
    coverage_mount,
    coverage_volume,
    final_stage,
    process_user,
    service_container,
)
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.writable import host_path_access
from bot.model import Evidence, Link, Missing
from knowledge.answering.asking import Ask, Point
from knowledge.answering.comments import comments_near
from knowledge.answering.model import Statement
from knowledge.answering.topic import topic
from knowledge.answering.wording import code, places


@topic("user", Link.IMAGE, Link.RUN, settles=True)
def user(ask: Ask) -> Iterator[Statement | Missing]:
    if ask.path is not None:
        yield from _who(ask, ask.path)
        yield from _writes(ask.path)
        yield from _said(ask.path)
        yield from ask.yours(_point)
    yield from ask.proven("non-root", "directory-not-writable")


def _who(ask: Ask, path: CoveragePath) -> Iterator[Statement | Missing]:
    found = process_user(path)
    evidence = _told_by(found)
    if found.uid is None:
        gap = ask.gap("the uid of the process", Link.IMAGE, Link.RUN)
        reason = found.reason_unknown or gap.reason
        if evidence:
            yield Statement(f"It is set here: {_how(path, found)}.", evidence)
        yield Missing(gap.what, reason, Link.IMAGE)
        return
    who = "root (uid 0)" if found.uid == 0 else f"a non-root user, uid {found.uid}"
    if not isinstance(found.said_by, Setting) and service_container(path) is None:
        yield Statement(f"The image runs as {who}: {_how(path, found)}.", evidence)
        reason = "the service's container was not read"
        yield Missing("whether a manifest sets another user", reason, Link.RUN)
        return
    text = f"it runs as {who}: {_how(path, found)}."
    holds = (found.uid == 0) != ask.says(r"non-?root|not (?:as )?root|unprivileged")
    asked = ask.says(r"root") and not ask.says(r"\bor (?:non-?)?root|root or\b")
    yield Statement(ask.open(holds if asked else None, text), places(*evidence, *_image_user(path, found)))


def _how(path: CoveragePath, found: ProcessUser) -> str:
    """What says so; where the manifest and the image differ, which of them wins."""
    said = found.said_by
    if isinstance(said, UserSwitch):
        text = f"{code(f'USER {said.text}')} of the image"
        return text if service_container(path) is None else f"{text}, and the manifest sets no runAsUser"
    if isinstance(said, Stage):
        return f"no USER or runAsUser was found, so it is that of {code(said.base)}"
    if not isinstance(said, Setting):
        return "the files do not say"
    text = f"`runAsUser: {said.value}` of the manifest"
    switch = _switch(path)
    if switch is None:
        return text
    uid = f" (uid {switch.uid})" if switch.uid is not None and str(switch.uid) != switch.text else ""
    image = f"{code(f'USER {switch.text}')}{uid}"
    if switch.uid == found.uid and found.uid is not None:
        return f"{text}, as {image} of the image"
    return f"{text} wins over {image} of the image"


def _switch(path: CoveragePath) -> UserSwitch | None:
    chain = stage_chain(path.dockerfile, final_stage(path))
    return next((stage.users[-1] for stage in chain if stage.users), None)


def _image_user(path: CoveragePath, found: ProcessUser) -> tuple[Evidence, ...]:
    switch = _switch(path)
    return (switch.evidence,) if switch is not None and isinstance(found.said_by, Setting) else ()


def _told_by(found: ProcessUser) -> tuple[Evidence, ...]:
    said = found.said_by
    return (said.evidence,) if isinstance(said, Setting | UserSwitch | Stage) else ()


def _writes(path: CoveragePath) -> Iterator[Statement | Missing]:
    """What the uid means for the coverage directory, as far as files tell."""
    found, volume, directory = process_user(path), coverage_volume(path), coverage_directory(path)
    if found.uid is None or volume is None or directory is None:
        return
    what = f"{code(directory)}, {volume.kind}"
    if found.uid == 0:
        mount = coverage_mount(path)
        if volume.kind in ("hostPath", "emptyDir") and not (mount is not None and mount.read_only):
            text = f"Root may write to the coverage directory ({what}) whoever owns it."
            yield Statement(text, places(*_told_by(found), volume.evidence))
    elif volume.kind == "emptyDir":
        text = f"The coverage directory ({what}) is writable for every user."
        yield Statement(text, places(volume.evidence))
    elif volume.kind == "hostPath":
        yield from _host_path(path, found.uid, what, volume.evidence)


def _host_path(path: CoveragePath, uid: int, what: str, place: Evidence) -> Iterator[Statement | Missing]:
    access = host_path_access(path, uid)
    if access is None or access.writable is None:
        reason = access.how if access is not None else "the files do not say who owns it"
        yield Missing(f"whether uid {uid} may write to the coverage directory ({what})", reason, Link.VOLUME)
    elif access.writable or access.sure:
        verb = "may" if access.writable else "may not"
        text = f"Uid {uid} {verb} write to the coverage directory ({what}): {access.how}."
        yield Statement(text, places(*access.evidence, place))


def _said(path: CoveragePath) -> Iterator[Statement]:
    """What the team wrote beside the line that sets the user."""
    found = process_user(path)
    for quote in comments_near(path, _told_by(found), r"\broot\b|uid|user|permission|writ")[:1]:
        yield Statement(f"Its files say beside it: “{quote.text}”", (quote.evidence,))


def _point(path: CoveragePath) -> Point | None:
    found = process_user(path)
    if found.uid is None:
        return None
    who = "root (uid 0)" if found.uid == 0 else f"uid {found.uid}"
    return Point(f"it runs as {who}", _told_by(found))
