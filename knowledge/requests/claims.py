"""What a request states about the asker's set-up: in YAML, tables, lists, check marks, code and prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.requests.blocks import Block, Kind
from knowledge.requests.model import Claim, Subject
from knowledge.requests.prose import sentences
from knowledge.requests.sections import Placed, Topic, bare
from knowledge.requests.subjects import keyed_value, loose_subject, values_in

MAX_CLAIMS = 500
MAX_CODE_LINES = 300

_LINKING = ("static", "dynamic")
_CHECK = re.compile(r"[✅✔✓☑]\ufe0f?|\[x\]", re.IGNORECASE)
_FIRST_PERSON = re.compile(r"\b(?:we|our|us|i|my|we're|we've|i've)\b", re.IGNORECASE)
_KEYED_LANGS = frozenset(("", "yaml", "yml", "text", "txt"))
_OUTPUT = frozenset(
    ("dockerfile", "bash", "sh", "shell", "console", "toml", "make", "makefile", "ini", "env")
)
_STATING = frozenset({Topic.ENVIRONMENT, Topic.WORKS})
_SILENT = frozenset(
    {
        Topic.QUESTIONS,
        Topic.SUSPECTS,
        Topic.SUCCESS,
        Topic.OPTION,
        Topic.LINKS,
        Topic.FILES,
        Topic.STATED_ELSEWHERE,
    }
)
_WISH = re.compile(r"\b(?:needs?|should|must|will|would|want|plan|please)\b", re.IGNORECASE)
"""What is to be is no statement of what is."""
_OUR_COLUMN = re.compile(r"\b(?:our|we|us|mine)\b|^\W*(?:current|value|setting)\W*$", re.IGNORECASE)
_DOCKER = re.compile(r"^\s*(?:RUN|COPY|ENTRYPOINT|CMD|USER|WORKDIR)\s", re.MULTILINE)
_ENV_NAME = re.compile(r"[\"']?name[\"']?\s*:\s*[\"']?GOCOVERDIR\b")
_ENV_VALUE = re.compile(r"[\"']?value[\"']?\s*:\s*[\"']?([^\s\"']{1,200})")
_MANIFEST = re.compile(r"(?:image|build|tests?|storage|platform|context):")
"""Keys of manifests and compose files, in small letters: they are about any container."""
_WANTED = re.compile(r"\bCOV|\bcover(?:age|dir|data)|-cover\b", re.IGNORECASE)


def read_claims(placed: Sequence[Placed], preamble: frozenset[int]) -> tuple[tuple[Claim, ...], set[int]]:
    """(the claims, indexes of the blocks that they stand in). `preamble` are indexes of header lines."""
    short = not any(item.block.kind is Kind.HEADING for item in placed)
    coverage = any(_WANTED.search(item.block.text, 0, 5_000) for item in placed[:500])
    claims: dict[tuple[Subject, str, int], Claim] = {}
    used: set[int] = set()
    for item in placed:
        if item.block.kind is Kind.HEADING or (item.is_lead and item.block.text.rstrip().endswith(":")):
            continue
        if item.topic in _SILENT and not _compares(item):
            continue
        for claim in _of_block(item, short, coverage, item.index in preamble):
            if len(claims) < MAX_CLAIMS:
                claims.setdefault((claim.subject, claim.value, claim.line), claim)
                used.add(item.index)
    return tuple(claims.values()), used


def _of_block(item: Placed, short: bool, coverage: bool, preamble: bool) -> Iterator[Claim]:
    block, stating = item.block, item.topic in _STATING
    if block.kind is Kind.CODE:
        if stating or coverage:
            yield from _of_code(item, stating)
    elif block.kind is Kind.ROW:
        if stating or _our_column(block) is not None:
            yield from _of_row(item, stating)
    elif not block.text.startswith("[ ]"):
        checked = _CHECK.search(block.text, 0, 20) is not None
        spoken = short or _FIRST_PERSON.search(block.text, 0, 500) is not None
        if stating or checked or preamble or (spoken and coverage):
            kept = stating and (checked or block.kind is Kind.ITEM)
            if checked or stating:
                kept = kept or (checked and item.topic is Topic.TRIED)
                yield from _of_text(item, bare(block.text) if checked else block.text, block.line, kept)
                return
            for sentence in sentences(block):
                if not (sentence.asks or sentence.supposes or _WISH.search(sentence.text)):
                    yield from _of_text(item, sentence.text, sentence.line, False, sentence.start)


def _of_text(
    item: Placed, text: str, line: int, keep_other: bool, start: int | None = None
) -> Iterator[Claim]:
    """Claims of one statement; a question states nothing. `start` is its offset in the block's text."""
    text = text[:1_000].strip()
    if text.rstrip(" )*`").endswith("?") or len(text) < 3:
        return
    block = item.block
    start = 0 if start is None and text == block.text.strip() and block.code == () else start
    found: set[Subject] = set()
    for subject, value, offset in values_in(text):
        found.add(subject)
        yield Claim(
            subject, value, text, line if start is None else block.line_at(start + offset), item.section
        )
    keyed = keyed_value(text)
    if keyed is None:
        if not found and keep_other:
            yield Claim(loose_subject(text), text, text, line, item.section)
        return
    subject, value = keyed
    linked_by_flags = subject is Subject.LINKING and Subject.LDFLAGS in found and value not in _LINKING
    if subject is not Subject.OTHER and subject not in found and not linked_by_flags:
        yield Claim(subject, value, text, line, item.section)
    elif not found and keep_other:
        yield Claim(Subject.OTHER, value, text, line, item.section)


def _our_column(block: Block) -> int | None:
    """The column of a table that says how it is with the asker, by its heading."""
    for index, head in enumerate(block.header):
        if index and _OUR_COLUMN.search(head, 0, 200) is not None:
            return index
    return None


def _compares(item: Placed) -> bool:
    """A row of a table that sets the asker's set-up beside another's."""
    return (
        item.topic is Topic.STATED_ELSEWHERE
        and item.block.kind is Kind.ROW
        and _our_column(item.block) is not None
    )


def _of_row(item: Placed, stating: bool) -> Iterator[Claim]:
    block = item.block
    if block.cells == block.header or len(block.cells) < 2:
        return
    column = _our_column(block) or 1
    if column >= len(block.cells) or not block.cells[column]:
        return
    yield from _of_text(item, f"{bare(block.cells[0]) or '-'}: {block.cells[column]}", block.line, stating)


def _of_code(item: Placed, stating: bool) -> Iterator[Claim]:
    """Claims of a code block: keyed lines where it states the set-up, telling values elsewhere."""
    block, lang = item.block, item.block.lang.lower()
    if lang not in _OUTPUT and lang not in _KEYED_LANGS:
        return
    docker = lang == "dockerfile" or _DOCKER.search(block.text, 0, 5_000) is not None
    named = False
    for offset, line in enumerate(block.code[:MAX_CODE_LINES]):
        text, at = line.strip().removeprefix("$ ").removeprefix("- "), block.line + offset
        if text.startswith(("#", "//")) or not text or (text.startswith("FROM ") and not docker):
            continue
        if named and (match := _ENV_VALUE.match(text)):
            yield Claim(Subject.GOCOVERDIR, match[1], f"GOCOVERDIR: {match[1]}", at, item.section)
        named = _ENV_NAME.match(text) is not None
        if _MANIFEST.match(text) is None:
            prose_key = not text[:1].islower() or " " in text.split(":")[0]
            yield from _of_text(
                item, text, at, stating and lang in _KEYED_LANGS and ": " in text and prose_key
            )
