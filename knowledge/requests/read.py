"""A help request as it arrives > HelpRequest: who asks whom, for what, and what was not understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from knowledge.requests.blocks import Block, Kind, read_blocks
from knowledge.requests.claims import read_claims
from knowledge.requests.complaints import read_complaints
from knowledge.requests.files import read_files, read_links
from knowledge.requests.header import Keyed, first_stated, keyed_lines, read_date, read_status
from knowledge.requests.mend import as_markdown, decode, mend, split_lines
from knowledge.requests.model import HelpRequest, Span, Stated
from knowledge.requests.offers import read_options, read_success, read_suspects, read_tried
from knowledge.requests.parties import read_parties
from knowledge.requests.questions import read_questions
from knowledge.requests.sections import Placed, Topic, place
from knowledge.requests.services import Names, read_services

MAX_SPAN_TEXT = 300


def read_request(text: str | bytes, source: str = "", *, known: Sequence[str] = ()) -> HelpRequest:
    """Read a help request: Markdown, a Slack message, or plain text, in any encoding. Never raises.

    `source` says where it came from and is only kept. `known` are names of services to match against.
    The first `mend.MAX_CHARS` characters are read; the rest, and every block that was put nowhere, is
    named in `not_understood`.
    """
    original = decode(text)
    lines = mend(original)
    placed = list(place(read_blocks(as_markdown(lines))))
    found = list(keyed_lines(placed))
    mended = "\n".join(lines)

    asker, asked, used = read_parties(placed, found)
    names = Names(known, mended)
    service, other = read_services(placed, found, asker, asked, names)
    header = frozenset(keyed.index for keyed in found if keyed.preamble)
    claims, of_claims = read_claims(placed, header | _head_lines(placed))
    symptoms, errors, of_complaints = read_complaints(placed)
    suspects, of_suspects = read_suspects(placed)
    tried, of_tried = read_tried(placed)
    options, of_options = read_options(placed)
    questions, of_questions = read_questions(placed)
    success, of_success = read_success(placed)
    files, of_files = read_files(placed)
    links, of_links = read_links(placed)
    used.update(_keyed_used(found), of_claims, of_complaints, of_suspects, of_tried, of_options)
    used.update(of_questions, of_success, of_files, of_links)
    return HelpRequest(
        original=original,
        mended=mended,
        source=source,
        title=_title(placed, found),
        date=read_date(found),
        asker=asker,
        asked=asked,
        status=read_status(found),
        service=service,
        other_service=other,
        symptoms=symptoms,
        errors=errors,
        tried=tried,
        claims=claims,
        suspects=suspects,
        key_files=files,
        links=links,
        options=options,
        questions=questions,
        success=success,
        priority=first_stated(found, "priority"),
        timeline=first_stated(found, "timeline"),
        not_understood=tuple(_left(placed, used, original, lines)),
    )


def _head_lines(placed: Sequence[Placed]) -> frozenset[int]:
    """Indexes of the lines before the first heading of the second level."""
    head: set[int] = set()
    for item in placed:
        if item.block.kind is Kind.HEADING and item.block.depth > 1:
            return frozenset(head)
        head.add(item.index)
    return frozenset()


def _title(placed: Sequence[Placed], found: Sequence[Keyed]) -> Stated | None:
    """The first heading of the highest level near the top, else a keyed title; a message has none."""
    headings = [item.block for item in placed[:30] if item.block.kind is Kind.HEADING]
    if headings:
        block = min(headings, key=lambda block: block.depth)
        return Stated(block.text, block.line)
    keyed = next((keyed for keyed in found if keyed.means == "title" and keyed.preamble), None)
    return Stated(keyed.value, keyed.line) if keyed is not None else None


def _keyed_used(found: Sequence[Keyed]) -> set[int]:
    """Keyed lines that went into a field."""
    ends = ("status", "priority", "timeline")
    heads = ("date", "service", "title")
    return {
        keyed.index
        for keyed in found
        if (keyed.means in ends and (keyed.preamble or keyed.tail))
        or (keyed.means in heads and keyed.preamble)
    }


def _left(placed: Sequence[Placed], used: set[int], original: str, lines: Sequence[str]) -> Iterator[Span]:
    """Blocks that were put nowhere, and what was not read at all.

    A heading or a lead-in only names what stands under it; it is left where nothing under it was used.
    The header row of a table goes with its rows.
    """
    for at, item in enumerate(placed):
        if item.index in used or _only_names(placed, at, used):
            continue
        yield _span(item.block)
    last = max((item.block.end_line for item in placed), default=0)
    while last < len(lines) and lines[last].strip(" -*_=`~>#|\t") == "":
        last += 1
    total = len(split_lines(original))
    if last < len(lines) or len(original) > len("\n".join(lines)) + 2 * len(lines):
        rest = " ".join(lines[last:])[:MAX_SPAN_TEXT].strip()
        if rest or total > len(lines):
            yield Span(
                min(last + 1, total), total, rest or "(not read: the text is longer than what is read)"
            )


def _span(block: Block) -> Span:
    return Span(block.line, block.end_line, block.text[:MAX_SPAN_TEXT])


def _only_names(placed: Sequence[Placed], at: int, used: set[int]) -> bool:
    """Whether a block is the heading, lead-in or table head of blocks that were used."""
    item = placed[at]
    block = item.block
    if block.kind is Kind.ROW and block.cells == block.header:
        return at + 1 < len(placed) and placed[at + 1].index in used
    if not item.is_lead:
        return False
    if item.topic is not Topic.UNKNOWN or block.depth == 1:
        return True
    for other in placed[at + 1 :]:
        if block.kind is Kind.HEADING:
            if other.headings[: len(item.headings)] != item.headings:
                return False
        elif other.is_lead or other.block.kind is Kind.HEADING:
            return False
        if other.index in used:
            return True
    return False
