"""What a heading or a lead-in announces, by the words people use, and which block stands under what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from knowledge.requests.blocks import Block, Kind


class Topic(StrEnum):
    """What the blocks of a section are about."""

    QUESTIONS = "questions"
    SUSPECTS = "suspects"
    TRIED = "tried"
    WORKS = "works"
    FAILS = "fails"
    ENVIRONMENT = "environment"
    SUCCESS = "success"
    FILES = "files"
    OPTION = "option"
    LINKS = "links"
    STATED_ELSEWHERE = "stated elsewhere"
    """Another's set-up, an example, a template: nothing in it is a statement about the asker."""
    UNKNOWN = ""


_TOPICS: tuple[tuple[Topic, str], ...] = (
    (Topic.OPTION, r"^(?:option|alternative|choice|variant)\s+(?:\d{1,2}|[a-z])\b"),
    (
        Topic.SUSPECTS,
        r"\bsuspect|\btheor(?:y|ies)\b|\bhypothes[ie]s|\b(?:possible|potential|likely"
        r"|probable|suspected)\s+(?:\w+\s+)?(?:causes?|reasons?|issues?|culprits?)"
        r"|\bkey differences\b|\bwhat (?:might|could) be (?:wrong|causing)",
    ),
    (
        Topic.STATED_ELSEWHERE,
        r"\b(?:template|blog post|how to respond|for reference|changelog|version history|document history)\b"
        r"|\bhow .{1,40} works?\b|^(?:normal|typical|example)\b|^(?:test|step|phase)\s+\d",
    ),
    (
        Topic.QUESTIONS,
        r"\bquestions?\b|\bq&a\b|\bfaq\b|\bwhat we(?:'d like| want| need) to (?:know"
        r"|ask)|\bwe (?:would|'d) like to know|\bopen points\b",
    ),
    (
        Topic.TRIED,
        r"\btried\b|\battempt(?:s|ed)?\b|\btroubleshooting\b|\binvestigation (?:done"
        r"|so far|steps|summary)\b|\b(?:been|already|we'?ve|we have) (?:ruled out|checked|verified)\b"
        r"|^ruled out\b|\bwhat we did\b|\bdebugging (?:done|steps|so far)\b|\bsteps taken\b",
    ),
    (
        Topic.SUCCESS,
        r"\bsuccess\s+(?:criteria|looks|metrics|means)|\bwhat success\b|\bacceptance criteria\b"
        r"|\bdefinition of done\b|\bexpected\s+(?:result|behaviou?r|output|outcome"
        r"|state)s?\b|\b(?:we|you|it) should (?:then )?see\b|^expected$|\b(?:complete"
        r"|proceed|successful|done|achieved) when$|\bdesired (?:state"
        r"|outcome|result)",
    ),
    (
        Topic.FAILS,
        r"\b(?:what )?(?:fails?|failing|failed|broken|doesn'?t work|does not work"
        r"|not working|isn'?t working)\b|\bsymptoms?\b|\bproblem\b|\berrors?\b|\bactual(?: result"
        r"| behaviou?r| output)?$|\bcurrently (?:we )?(?:get|see)\b|\bwe (?:only "
        r"|now )?(?:get|see)\b|\bissue (?:summary|description|details)\b|^(?:the )?issues?(?: \d{1,2})?$"
        r"|\bcurrent behaviou?r\b",
    ),
    (
        Topic.WORKS,
        r"\bwhat (?:works|is working|already works)\b|\bwhat's working\b|^work(?:s"
        r"|ing)\b|\bworks fine\b",
    ),
    (
        Topic.FILES,
        r"\b(?:key|relevant|related|affected|modified|changed|important|source|test"
        r"|config(?:uration)?)\s+files?\b|^files?\b|\bfiles? (?:to|involved|changed"
        r"|modified|updated|created|affected)\b|\bcode (?:locations?|references?"
        r"|pointers)\b|^locations?$|\bwhere to look\b",
    ),
    (
        Topic.ENVIRONMENT,
        r"^(?:\w+ ){0,3}environment(?: (?:details|info\w*|set-?up|configuration))?(?: ?\(.*)?$"
        r"|\b(?:our|current|test|my|the) (?:set-?up|build|configuration"
        r"|config|deployment|stack|implementation)\b|\bsetup details\b|^set-?up$"
        r"|\bversions?$|\bsystem info|\btech(?:nical)? details\b|\b(?:current|test|build) (?:state|status)\b"
        r"|\bwe (?:use|run|build)\b",
    ),
    (
        Topic.LINKS,
        r"^(?:references?|links?|see also|related (?:documents?|documentation|docs"
        r"|links)|documentation|further reading|reference materials?)\b",
    ),
)
_COMPILED = tuple((topic, re.compile(pattern, re.IGNORECASE)) for topic, pattern in _TOPICS)
_ADDRESSED = re.compile(
    r"\b(?:questions? (?:or concerns|\& support)|contact|support)\b|^questions?\s?\?+$", re.IGNORECASE
)
_DECORATION = re.compile(r"^[^\w`\"'(\[]{0,12}(?:\d{1,2}[.):]\s+)?[^\w`\"'(\[]{0,6}")
_QUESTION_HEAD = re.compile(r"^(?:Q\s?\d{1,2}\b|questions?\s+#?\d{1,2}\b)", re.IGNORECASE)


def bare(text: str) -> str:
    """A heading without emoji and numbering in front and punctuation behind."""
    return _DECORATION.sub("", text[:300]).strip().rstrip(":.!*✅❌⚠\ufe0f \u2026-").strip()


def topic_of(text: str) -> Topic:
    """What a heading or lead-in announces, by its words alone."""
    words = bare(text)
    if not words or _ADDRESSED.search(words) is not None:
        return Topic.UNKNOWN
    for topic, pattern in _COMPILED:
        if pattern.search(words) is not None:
            return topic
    return Topic.UNKNOWN


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with the headings above it (outermost first), its lead-in, and what that makes it about."""

    block: Block
    headings: tuple[str, ...]
    lead: str
    topic: Topic
    is_lead: bool = False
    index: int = 0

    @property
    def section(self) -> str:
        """The lead-in when it is a label, else the nearest heading."""
        return self.lead or (self.headings[-1] if self.headings else "")


def place(blocks: Iterable[Block]) -> Iterator[Placed]:
    """Say of each block what it stands under."""
    stack: list[tuple[int, str, Topic]] = []
    lead, lead_topic, lead_used = "", Topic.UNKNOWN, False
    for index, block in enumerate(blocks):
        if block.kind is Kind.HEADING:
            while stack and stack[-1][0] >= block.depth:
                stack.pop()
            inherited = stack[-1][2] if stack else Topic.UNKNOWN
            topic = _heading_topic(block, inherited)
            stack.append((block.depth, bare(block.text), topic))
            lead, lead_topic, lead_used = "", Topic.UNKNOWN, False
            yield Placed(block, tuple(text for _, text, _ in stack), "", topic, True, index)
            continue
        headings = tuple(text for _, text, _ in stack)
        under = stack[-1][2] if stack else Topic.UNKNOWN
        if block.kind is Kind.LINE and block.depth == 0:
            if is_lead(block):
                own = topic_of(block.text)
                label = bool(block.inline.bold) and bare(block.inline.bold[0]) == bare(block.text)
                lead_topic = own if own is not Topic.UNKNOWN or label else under
                lead, lead_used = bare(block.text), False
                yield Placed(block, headings, "", lead_topic, True, index)
                continue
            if lead_used:
                lead, lead_topic, lead_used = "", Topic.UNKNOWN, False
        elif lead:
            lead_used = True
        yield Placed(block, headings, lead, lead_topic if lead else under, False, index)


def _heading_topic(block: Block, inherited: Topic) -> Topic:
    """A heading's own topic; without one, that of the heading above, for what it only divides."""
    own = topic_of(block.text)
    if inherited is Topic.QUESTIONS and block.depth > 2:
        return inherited
    if own is not Topic.UNKNOWN:
        return own
    if block.depth <= 1 or inherited in (Topic.UNKNOWN, Topic.OPTION):
        return Topic.UNKNOWN
    return inherited


def is_lead(block: Block) -> bool:
    """Whether a line only announces what follows: it ends in a colon, or is one short bold phrase."""
    text = block.text.strip()
    if len(text) > 250 or not text:
        return False
    if text.endswith((":", ":**")):
        return True
    whole = bool(block.inline.bold) and len(text) <= 80 and bare(block.inline.bold[0]) == bare(text)
    return whole and not text.endswith(("?", ".", "!")) and ":" not in text


def question_heading(text: str) -> bool:
    """Whether a heading is itself a question: `Q3: ...`, or it ends in a question mark with some words."""
    words = _DECORATION.sub("", text[:300]).strip()
    return _QUESTION_HEAD.match(words) is not None
