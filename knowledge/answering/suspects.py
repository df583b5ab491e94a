"""A ruling on each suspected cause: folklore by experiment, the rest by what the asker's path shows.

A suspicion may be both (`non-root cannot write`): then it is ruled by what is found, and the text says which
half holds. What nobody understands stays open; nothing is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.model import Certainty, Effect, Evidence, Finding, Missing, Symptom
from bot.redact import redact
from bot.rules.registry import all_rules
from knowledge.answering.about import doubt_of_service
from knowledge.answering.folklore import of_own_files, said_by, settling
from knowledge.answering.model import Proof, Ruling, Side, SuspectRuling
from knowledge.answering.proofs import Proofs
from knowledge.answering.shows import Shown, shown
from knowledge.requests.model import HelpRequest, Suspect
from knowledge.requests.topics import NOT_A_CAUSE

MAX_EVIDENCE = 10
_NO_SIDE = "It could not be told which service asks, so no files were looked at."
MAX_GAPS = 3

_SAME_JOINT = {
    "extramount-missing": ("extramount-wrong-node",),
    "gocoverdir-unset": ("gocoverdir-wrong-container", "gocoverdir-overridden"),
    "gocoverdir-not-writable": ("user-directory-mismatch", "fsgroup-ignored", "volume-read-only"),
    "no-signal-handler": ("shell-entrypoint", "hard-exit"),
    "collect-before-exit": ("never-stopped",),
    "never-stopped": ("collect-before-exit",),
}
"""Rules that break the same joint of the path in another way: who suspects the one is half right with the
other. (extramount-wrong-node: the mount is there, on a node that the pod does not run on.)"""


@dataclass(frozen=True, slots=True)
class _Part:
    """What one half of a suspicion comes to."""

    ruling: Ruling
    text: str
    evidence: tuple[Evidence, ...] = ()
    proofs: tuple[Proof, ...] = ()


def rule_on_suspects(request: HelpRequest, ours: Side | None, proofs: Proofs) -> tuple[SuspectRuling, ...]:
    """Every suspicion of the request with its ruling, in order. `ours` None: only experiments can tell."""
    if ours is not None and (doubt := doubt_of_service(request, ours)) is not None:
        return tuple(_rule(suspect, request, None, proofs, doubt) for suspect in request.suspects)
    return tuple(_rule(suspect, request, ours, proofs, _NO_SIDE) for suspect in request.suspects)


def _rule(
    suspect: Suspect, request: HelpRequest, ours: Side | None, proofs: Proofs, no_side: str
) -> SuspectRuling:
    rules = tuple(rule for rule in suspect.rules if rule != NOT_A_CAUSE)
    folk = _of_folklore(suspect.kinds, ours, proofs) if suspect.kinds else None
    real = None
    if rules:
        real = _Part(Ruling.OPEN, no_side) if ours is None else _of_rules(rules, request, ours, proofs)
    if folk is not None and real is not None:
        return _ruled(suspect, _both(folk, real))
    text = "No known cause is meant by it, so nothing of it was checked."
    return _ruled(suspect, folk or real or _Part(Ruling.OPEN, text))


def _ruled(suspect: Suspect, part: _Part) -> SuspectRuling:
    places = tuple(replace(e, excerpt=redact(e.excerpt)) for e in dict.fromkeys(part.evidence))
    proofs = tuple(dict.fromkeys(part.proofs))
    return SuspectRuling(suspect, part.ruling, redact(part.text), places[:MAX_EVIDENCE], proofs)


def _both(folk: _Part, real: _Part) -> _Part:
    """A suspicion of two halves is ruled by what the files show; the experiment speaks for the other half."""
    evidence, proofs = (*real.evidence, *folk.evidence), (*folk.proofs, *real.proofs)
    if folk.ruling is not Ruling.NOT_A_CAUSE:
        text = real.text if real.ruling is Ruling.THE_CAUSE else f"{folk.text} {real.text}"
        return _Part(real.ruling, text, evidence, proofs)
    if real.ruling is Ruling.THE_CAUSE:
        return _Part(
            real.ruling, f"Half of it: {_uncapped(real.text)} As such: {folk.text}", evidence, proofs
        )
    if real.ruling in (Ruling.NOT_HERE, Ruling.NOT_A_CAUSE):
        return _Part(Ruling.NOT_A_CAUSE, f"{folk.text} {real.text}", evidence, proofs)
    return _Part(
        real.ruling, f"Half of it is none: {folk.text} The other half: {real.text}", evidence, proofs
    )


def _uncapped(text: str) -> str:
    return text.removeprefix("Half of it: ")


def _of_folklore(kinds: Sequence[str], ours: Side | None, proofs: Proofs) -> _Part:
    """Ruled out only when an experiment settles every kind that is meant."""
    texts: list[str] = []
    found: list[Proof] = []
    places: list[Evidence] = []
    unproven = [kind for kind in kinds if not settling(kind, proofs)]
    for kind in kinds:
        settled = settling(kind, proofs)
        if settled:
            texts.append(said_by(settled[0]))
            found += settled
        own = of_own_files(kind, ours.path) if ours is not None else None
        if own is not None:
            texts.append(own.text)
            places += own.evidence
    if unproven:
        names = ", ".join(unproven)
        texts.append(f"No experiment that reproduced settles it ({names}).")
        return _Part(Ruling.OPEN, " ".join(dict.fromkeys(texts)), tuple(places), tuple(found))
    return _Part(Ruling.NOT_A_CAUSE, " ".join(dict.fromkeys(texts)), tuple(places), tuple(found))


def _of_rules(rules: Sequence[str], request: HelpRequest, ours: Side, proofs: Proofs) -> _Part:
    causes = (*ours.diagnosis.causes, *ours.diagnosis.folded)
    found = [cause for cause in causes if cause.rule in rules]
    certain = [cause for cause in found if cause.certainty is not Certainty.POSSIBLE]
    if certain:
        return _cause(certain[0], request, ours, proofs)
    if found:
        text = f"It may be so: {found[0].summary}"
        return _Part(Ruling.POSSIBLE, text, found[0].evidence, proofs.supporting(found[0].rule))
    return _half(rules, causes, ours, proofs) or _silent(rules, ours)


def _cause(cause: Finding, request: HelpRequest, ours: Side, proofs: Proofs) -> _Part:
    supporting = proofs.supporting(cause.rule)
    if cause in ours.diagnosis.folded:
        above = next((c for c in ours.diagnosis.causes if cause.rule in c.explains), None)
        behind = f" It follows from another: {above.summary}" if above is not None else ""
        places = (*cause.evidence, *(above.evidence if above else ()))
        return _Part(Ruling.THE_CAUSE, f"{cause.summary}{behind}", places, supporting)
    if cause.effect is Effect.DEGRADES:
        text = f"{cause.summary} It makes the figure wrong, it does not leave the directory empty."
        return _Part(_of_wrong_figure(request.symptom, supporting), text, cause.evidence, supporting)
    return _Part(Ruling.THE_CAUSE, cause.summary, cause.evidence, supporting)


def _of_wrong_figure(symptom: Symptom | None, proofs: Sequence[Proof]) -> Ruling:
    """What only makes the figure wrong is the cause where there is one, and none where there is nothing."""
    if symptom is Symptom.BOTH:
        return Ruling.THE_CAUSE
    return Ruling.NOT_A_CAUSE if symptom is not None and proofs else Ruling.POSSIBLE


def _half(rules: Sequence[str], causes: Iterable[Finding], ours: Side, proofs: Proofs) -> _Part | None:
    """Another cause breaks the very joint that is suspected."""
    kin = {other for rule in rules for other in _SAME_JOINT.get(rule, ())}
    cause = next((c for c in causes if c.rule in kin and _breaks(c)), None)
    if cause is None:
        return None
    right = _distinct(shown(rule, ours.path) for rule in rules)
    told = " ".join(each.text for each in right if each.settles)
    text = f"Half of it: {f'{told} What breaks there: ' if told else ''}{cause.summary}"
    places = (*cause.evidence, *(place for each in right if each.settles for place in each.evidence))
    return _Part(Ruling.THE_CAUSE, text, places, proofs.supporting(cause.rule))


def _breaks(cause: Finding) -> bool:
    return cause.effect is Effect.BLOCKS and cause.certainty is not Certainty.POSSIBLE


def _silent(rules: Sequence[str], ours: Side) -> _Part:
    """No rule found anything: NOT_HERE only where each was decided and facts with lines show why."""
    gaps = _gaps(rules, ours)
    seen = _distinct(shown(rule, ours.path) for rule in rules)
    places = tuple(place for each in seen for place in each.evidence)
    told = " ".join(each.text for each in seen)
    open_ = [rule for rule in rules if rule not in _of_files() or shown(rule, ours.path) is None]
    guessed = _links(rules) & {str(link) for link in ours.path.guessed}
    if gaps:
        missing = "; ".join(f"{gap.what}: {gap.reason}" for gap in gaps[:MAX_GAPS])
        more = tuple(gap.evidence for gap in gaps[:MAX_GAPS] if gap.evidence is not None)
        return _Part(Ruling.OPEN, f"{told} Not settled, for want of: {missing}.".strip(), (*places, *more))
    if guessed:
        text = f"{told} But the files were taken for their names: nothing in the run is known to use them."
        return _Part(Ruling.OPEN, text.strip(), places)
    if open_:
        names = ", ".join(open_)
        text = f"{told} Files do not settle the rest ({names}); a run in the cluster shows it."
        return _Part(Ruling.OPEN, text.strip(), places)
    if not all(each.settles for each in seen) or not places:
        return _Part(Ruling.OPEN, f"It cannot be ruled on: {told}", places)
    return _Part(Ruling.NOT_HERE, f"Your path is right in this point: {told}", places)


def _gaps(rules: Sequence[str], ours: Side) -> list[Missing]:
    """What was not read of the links of these rules although a rule needed it."""
    links = _links(rules)
    return [g for g in ours.diagnosis.missing if g.needed and (g.link is None or str(g.link) in links)]


def _links(rules: Sequence[str]) -> set[str]:
    return {str(link) for rule in rules if (link := _of_files().get(rule)) is not None}


def _of_files() -> dict[str, str]:
    """The rules that files decide, with their links; the others need a run."""
    return {rule.id: str(rule.link) for rule in all_rules()}


def _distinct(found: Iterable[Shown | None]) -> list[Shown]:
    return list(dict.fromkeys(each for each in found if each is not None))
