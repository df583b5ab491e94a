"""Whether a request is about the service that its statements are held against, or that is only a guess."""

from __future__ import annotations

from bot.model import Certainty
from knowledge.answering.model import Side
from knowledge.requests.model import HelpRequest, Subject


def doubt_of_service(request: HelpRequest, ours: Side) -> str | None:
    """Why the request may be about another service than ours; None when it is about this one.

    The reading of a request may take the only service that is named for the one that asks. That is no
    more than a guess, unless nobody else asks and the request names the service's own files.
    """
    mention = request.service
    if mention is None or mention.service is None or mention.service not in own_names(ours):
        return None  # the caller knew which service it is
    if mention.certainty is not Certainty.POSSIBLE:
        return None
    if request.asker is None and _names_own_file(request, ours):
        return None
    return f"That the request is about {ours.name} is only a guess ({mention.how})."


def own_names(ours: Side) -> frozenset[str]:
    """The names by which people call the service."""
    return frozenset({ours.name, *ours.path.service.aliases})


def _names_own_file(request: HelpRequest, ours: Side) -> bool:
    """Whether the request names the service's own Dockerfile, manifest or suite."""
    roles = ours.path.service.files.items()
    own = {file for role, files in roles if role != "infrastructure" for file in files}
    named = {file.path for file in request.key_files}
    named |= {claim.value for claim in request.claims if claim.subject is Subject.DOCKERFILE}
    return any(each.removeprefix("./") in own for each in named)
