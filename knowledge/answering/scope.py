"""Whether a request is about coverage at all: other requests are answered too, and told so."""

from __future__ import annotations

import re

from bot.model import Missing
from knowledge.requests.model import HelpRequest, Subject

MAX_TEXT = 4_000
_COVERAGE = re.compile(r"(?i)\bcoverage\b|covdata|covmeta|covcounters|GOCOVERDIR|(?<![\w-])-cover\b")
_OF_CLAIMS = frozenset({Subject.GOCOVERDIR, Subject.COVERAGE_FLAG})


def about_coverage(request: HelpRequest) -> bool:
    """Whether its first lines, a complaint, a suspicion or a statement speak of coverage."""
    if request.symptom is not None or any(claim.subject in _OF_CLAIMS for claim in request.claims):
        return True
    if any(suspect.rules or suspect.kinds for suspect in request.suspects):
        return True
    return _COVERAGE.search(request.mended, 0, MAX_TEXT) is not None


def out_of_scope(request: HelpRequest) -> Missing | None:
    """What people are told first about a request that does not speak of coverage."""
    if about_coverage(request):
        return None
    reason = "the request does not speak of it; what follows is only what the files say of coverage"
    return Missing("what it has to do with coverage", reason, needed=False)
