"""Each statement of a request held against the asker's files at the commit.

A holder (`subjects/`) says what the repo says of the value. Here stands what is general: whether the
statement is about this service and about how things are, and whether it says more than its value. A false
contradiction is the worst answer, so wherever one of these is open the verdict is UNVERIFIABLE, with the
line that was found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.model import Evidence
from bot.redact import redact
from knowledge.answering.about import doubt_of_service, own_names
from knowledge.answering.headings import headings
from knowledge.answering.model import ClaimCheck, ClaimVerdict, Side
from knowledge.answering.subjects.registry import Held, Holder, Says, all_holders
from knowledge.requests.model import Claim, HelpRequest, Subject

MAX_EVIDENCE = 6
MAX_HELD = 200
"""Statements beyond these are listed without a verdict: a hostile request could make thousands."""

_NOT_NOW = re.compile(
    r"\b(?:propos\w+|expected|examples?|options?|before|previous(?:ly)?|original(?:ly)?|old|recommend\w*"
    r"|templates?|reference|blog|fix(?:es|ed)?|solutions?|alternatives?|hypothe\w+|desired|target|planned|plan"
    r"|to-?do|next steps?|modifications?|modified|updates?|changes?|would|should|will)\b",
    re.IGNORECASE,
)
"""Headings of what was, is to be, or is elsewhere."""
_NOT_PLAIN = re.compile(
    r"\b(?:not|no longer|never|without|instead of|unless|n't|cannot|previously|formerly|used to|was|were"
    r"|until|except|rather than)\b|n't\b|n’t\b|→|\bvs\.?\b",
    re.IGNORECASE,
)
"""A statement with such words may say the contrary of its value."""
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]{1,40}")
_SPAN = re.compile(r"`[^`\n]{1,300}`")
_OF_CODE = frozenset("=/:$\\{}<>|@_")
"""Characters within a word that make it a path, a setting, an image or a variable."""
_COMMON = (
    "a an and are as at be been by for from has have in is it its of on or our that the their this to up us"
    " we with which also both now currently today"
)
_ALWAYS = frozenset(_COMMON.split())


def check_claims(request: HelpRequest, ours: Side | None) -> tuple[ClaimCheck, ...]:
    """Every claim of the request with its verdict, in order. `ours` None: all unverifiable."""
    if ours is None:
        reason = "It could not be told which service asks, so there is nothing to hold it against."
        return tuple(ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, reason) for claim in request.claims)
    doubt = doubt_of_service(request, ours)
    checks = [_check(claim, request, ours, doubt) for claim in request.claims[:MAX_HELD]]
    rest = f"Only the first {MAX_HELD} statements of a request are held against the repo."
    checks += [ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, rest) for claim in request.claims[MAX_HELD:]]
    return tuple(_cleaned(check) for check in _agreeing(checks))


def _check(claim: Claim, request: HelpRequest, ours: Side, doubt: str | None) -> ClaimCheck:
    holder = all_holders().get(claim.subject)
    if holder is None:
        return ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, "Nothing in covcheck reads what it is about.")
    held = holder.hold(claim, ours)
    if held.says is Says.SO:
        return _confirmed(claim, held, holder, ours, _reason(claim, request, doubt, other_party=False))
    if held.says is Says.OTHERWISE:
        return _contradicted(claim, held, holder, ours, _reason(claim, request, doubt, other_party=True))
    text = f"In part: {held.text}" if held.says is Says.PARTLY else held.text
    if held.evidence and doubt is not None and request.asker is not None:
        text = f"{text} {doubt}"
    return ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, text, held.evidence)


def _confirmed(claim: Claim, held: Held, holder: Holder, ours: Side, reason: str | None) -> ClaimCheck:
    if reason is not None:
        return ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, f"{held.text} {reason}", held.evidence)
    more = _more(claim, holder, ours)
    if more:
        text = f"In part: {held.text} The rest of it ({', '.join(more)}) was not checked."
        return ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, text, held.evidence)
    return ClaimCheck(claim, ClaimVerdict.CONFIRMED, held.text, held.evidence)


def _contradicted(claim: Claim, held: Held, holder: Holder, ours: Side, reason: str | None) -> ClaimCheck:
    if reason is None and holder.link in ours.path.guessed:
        reason = "These files were taken for their names: nothing in the run is known to use them."
    if reason is None and not held.evidence:
        reason = "No line says so."
    if reason is not None:
        return ClaimCheck(claim, ClaimVerdict.UNVERIFIABLE, f"{held.text} {reason}", held.evidence)
    return ClaimCheck(claim, ClaimVerdict.CONTRADICTED, held.text, held.evidence)


def _reason(claim: Claim, request: HelpRequest, doubt: str | None, *, other_party: bool) -> str | None:
    """Why the statement may not be one about the service as it is; None when it is."""
    if doubt is not None and (other_party or request.asker is not None):
        return doubt
    if _NOT_PLAIN.search(_without_code(claim.text), 0, 1_000):
        return "The statement may say the contrary of what it names."
    if not other_party:
        return None
    above = next((each for each in headings(request, claim) if _NOT_NOW.search(each, 0, 300)), None)
    if above is not None:
        return f"The statement stands under “{above[:80]}”, which may not be how things are."
    named = _other_party(claim, request)
    return f"The statement may be about {named}." if named else None


def _other_party(claim: Claim, request: HelpRequest) -> str | None:
    """Whom else the statement or its heading names: a team or service that is asked."""
    names = [party.name for party in request.asked]
    if request.other_service is not None:
        names += [request.other_service.name, request.other_service.service or ""]
    said = _plain(f"{claim.section} {claim.text}"[:1_500])
    own = _plain(request.service.name) if request.service is not None else ""
    return next((n for n in names if len(n) > 3 and _plain(n) != own and _plain(n) in said), None)


def _agreeing(checks: list[ClaimCheck]) -> Iterable[ClaimCheck]:
    """A request that says of one subject both what the repo says and something else speaks of two things."""
    confirmed: dict[Subject, ClaimCheck] = {}
    for check in checks:
        if check.verdict is ClaimVerdict.CONFIRMED:
            confirmed.setdefault(check.claim.subject, check)
    for check in checks:
        right = confirmed.get(check.claim.subject)
        if check.verdict is ClaimVerdict.CONTRADICTED and right is not None:
            text = (
                f"{check.text} Line {right.claim.line} of the request says what the repo says, so this may be"
            )
            check = replace(check, verdict=ClaimVerdict.UNVERIFIABLE, text=f"{text} about something else.")
        yield check


def _more(claim: Claim, holder: Holder, ours: Side) -> list[str]:
    """The words of a statement that its subject's vocabulary does not hold."""
    # a value of one word was held; a longer one may say more than was looked at
    text = claim.text[:1_000]
    if claim.value and " " not in claim.value:
        text = re.sub(rf"(?<!\w){re.escape(claim.value[:200])}(?!\w)", " ", text)
    text = _without_code(text)
    own = {part for name in own_names(ours) for part in (name, *re.split(r"[-_]", name))}
    known = holder.words | _ALWAYS | own
    words = [match[0] for match in _WORD.finditer(text)]
    unknown = [word for word in words if word.lower().strip("'’-") not in known and _plain(word) not in own]
    return list(dict.fromkeys(unknown))[:4]


def _without_code(text: str) -> str:
    """A statement's prose: no code spans, paths, settings, flags and names of variables."""
    words = _SPAN.sub(" ", text[:1_000]).split()
    return " ".join(word for word in words if not _is_code(word))


def _is_code(word: str) -> bool:
    bare = word.strip("()[]\"',;:.*")
    flag = bare.startswith("-") and bare.strip("-") != ""
    return flag or not _OF_CODE.isdisjoint(bare) or (len(bare) > 2 and bare.isupper())


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _cleaned(check: ClaimCheck) -> ClaimCheck:
    """Without secrets: values are quoted from the repo and from the request."""
    places = {place.place: place for place in reversed(check.evidence)}
    kept = [each for each in check.evidence if places[each.place] is each][:MAX_EVIDENCE]
    return replace(check, text=redact(check.text), evidence=tuple(_shown(each) for each in kept))


def _shown(evidence: Evidence) -> Evidence:
    return replace(evidence, excerpt=redact(evidence.excerpt)) if evidence.excerpt else evidence
