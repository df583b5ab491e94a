"""The user of the process: the image's USER against what the pod sets over it."""

from __future__ import annotations

import re

from bot.facts.baseimages import base_image_uid
from bot.facts.build import Guard, Setting, UserSwitch
from bot.facts.joints import final_stage, process_user
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.model import Evidence, Link
from knowledge.answering.model import Side
from knowledge.answering.subjects.registry import Held, holder, nothing, otherwise, partly, so
from knowledge.answering.subjects.saying import bare_value, quoted, when
from knowledge.requests.model import Claim, Subject

_WORDS = (
    "container process user uid gid nonroot non-root root runs run running as an a the is runasuser security"
    " context securitycontext binary pod our we in it"
)
Said = tuple[int | None, str, tuple[Evidence, ...], tuple[Guard, ...]]
"""The uid, who says it in words, where, and under which conditions."""


@holder(Subject.USER, Link.IMAGE, _WORDS)
def user(claim: Claim, side: Side) -> Held:
    value = bare_value(claim.value).lower()
    instruction = re.match(r"\s*USER\s+\S+\s*$", claim.text) is not None
    number = value.partition(":")[0]
    if number.isascii() and number.isdigit() and len(number) < 11:
        return _uid(int(number), side.path)
    if instruction:
        return _name(value, side.path)
    if value in ("root", "nonroot", "non-root"):
        return _root(value == "root", side.path)
    return nothing("The statement names no uid.")


def _uid(uid: int, path: CoveragePath) -> Held:
    pod, image = process_said(path), _of_image(path)
    if pod[0] is None:
        return nothing("The uid of the process cannot be told from the files.", *pod[2])
    if pod[0] == uid:
        return so(f"{pod[1]}.", *pod[2])
    if image[0] == uid:
        return partly(f"{image[1]}, but {_lower(pod[1])}.", *image[2], *pod[2])
    if pod[3] and image[0] is None:
        return nothing(f"{pod[1]}; the image's user without that is not known.", *pod[2])
    more = f"; {image[1]}" if image != pod and image[0] is not None else ""
    return otherwise(f"{pod[1]}{more}, not uid {uid}.", *pod[2], *(image[2] if more else ()))


def _root(root: bool, path: CoveragePath) -> Held:
    pod, image = process_said(path), _of_image(path)
    if pod[0] is None:
        return nothing("The uid of the process cannot be told from the files.", *pod[2])
    if (pod[0] == 0) is root:
        return so(f"{pod[1]}.", *pod[2])
    if pod[3] and (image[0] is None or (image[0] == 0) is root):
        return partly(f"{image[1]}, but {_lower(pod[1])}.", *image[2], *pod[2])
    return otherwise(f"{pod[1]}, not {'root' if root else 'another user'}.", *pod[2])


def _name(name: str, path: CoveragePath) -> Held:
    switch = _switch(path)
    if switch is None:
        return nothing("No USER was read of the image.")
    said, stands = (
        f"{switch.evidence.place} says USER {quoted(switch.text)}",
        switch.text.partition(":")[0].lower(),
    )
    if stands == name.partition(":")[0]:
        return so(f"{said}.", switch.evidence)
    if stands.isdecimal() or "$" in stands:
        return nothing(f"{said}; whether that is {quoted(name)} is not told.", switch.evidence)
    return otherwise(f"{said}, not {quoted(name)}.", switch.evidence)


def _switch(path: CoveragePath) -> UserSwitch | None:
    chain = stage_chain(path.dockerfile, final_stage(path))
    return next((stage.users[-1] for stage in chain if stage.users), None)


def process_said(path: CoveragePath) -> Said:
    """The user of the process: what the pod sets, else the image's."""
    user = process_user(path)
    if isinstance(user.said_by, Setting):
        setting = user.said_by
        text = f"{setting.evidence.place} runs the pod as uid {setting.value}{when(setting.guards)}"
        return user.uid, text, (setting.evidence,), setting.guards
    return _of_image(path)


def _of_image(path: CoveragePath) -> Said:
    switch, chain = _switch(path), stage_chain(path.dockerfile, final_stage(path))
    if switch is not None:
        number = "" if switch.uid is None or switch.text == str(switch.uid) else f" (uid {switch.uid})"
        return (
            switch.uid,
            f"{switch.evidence.place} says USER {quoted(switch.text)}{number}",
            (switch.evidence,),
            (),
        )
    if not chain:
        return None, "The image was not read", (), ()
    base, uid = chain[-1], base_image_uid(chain[-1].base)
    text = f"No USER is set, and {quoted(base.base)} of {base.evidence.place} runs as uid {uid}"
    return uid, text, (base.evidence,), ()


def _lower(text: str) -> str:
    return text[0].lower() + text[1:] if text.startswith(("No ", "The ")) else text
