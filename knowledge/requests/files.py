"""Files of a repo that a request names, with the note beside them; links, which are never fetched here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.requests.blocks import Kind
from knowledge.requests.model import KeyFile, LinkRef
from knowledge.requests.sections import Placed, Topic

MAX_FILES = 500
MAX_LINKS = 500

_ENDINGS = (
    "go|py|ya?ml|json|toml|md|sh|bash|sql|proto|mk|mod|sum|tf|rego|ts|tsx|js"
    "|java|rs|rb|cfg|conf|ini|env|txt|tpl|tmpl|lock"
)
_FILE = re.compile(
    rf"(?<![\w./:@-])((?:\./|\.\./)?(?:[\w.@+-]{{1,80}}/){{0,12}}(?:[\w.+*-]{{1,100}}\.(?:{_ENDINGS})"
    rf"|(?:[\w-]{{1,60}}\.)?Dockerfile(?:\.[\w-]{{1,40}})?|Makefile|CODEOWNERS))"
    r"(?::(\d{1,6})(?:-\d{1,6})?)?(?![\w/])"
)
_LABEL = re.compile(
    r"^[^\w`]{0,8}(?:files?|locations?|key files?|path|implementation|dockerfile"
    r"|affects|code)(?:\s[^:\n]{0,40})?:",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^[\s`*:|)(\u2013\u2014-]+|[\s*|(]+$")


def read_files(placed: Sequence[Placed]) -> tuple[tuple[KeyFile, ...], set[int]]:
    """(the files, the listed ones first where one is named twice; indexes of the blocks that list them)."""
    files: dict[str, KeyFile] = {}
    used: set[int] = set()
    for item in placed:
        for file in _of_block(item):
            before = files.get(file.path)
            if (before is None and len(files) < MAX_FILES) or (before and file.listed and not before.listed):
                files[file.path] = file
            if file.listed:
                used.add(item.index)
    return tuple(sorted(files.values(), key=lambda file: file.line)), used


def _of_block(item: Placed) -> Iterator[KeyFile]:
    block = item.block
    if block.kind is Kind.CODE:
        return
    text = block.text[:2_000]
    labelled = _LABEL.match(text) is not None
    for number, match in enumerate(_FILE.finditer(text)):
        path = match[1]
        place = text[: match.start()].strip(" `*")
        in_code = any(path in code for code in block.inline.codes)
        if "/" not in path and not (in_code or item.topic is Topic.FILES):
            continue
        if "://" in text[max(0, match.start() - 300) : match.start()].split(" ")[-1] or not _is_file(
            path, block.inline.links
        ):
            continue
        leading = number == 0 and len(place) <= 3
        listed = labelled or (item.topic is Topic.FILES and block.kind in (Kind.ITEM, Kind.ROW, Kind.LINE))
        listed = listed or (leading and block.kind is Kind.ITEM and item.topic is not Topic.LINKS)
        yield KeyFile(
            path,
            _note(text, match) if leading or labelled or block.kind is Kind.ROW else "",
            block.line_at(match.start()),
            listed,
        )


def _is_file(path: str, links: Sequence[tuple[str, str]]) -> bool:
    """Not the text of a link to a document, and not a host name."""
    return "*" not in path.rsplit("/", 1)[0] and not any(
        path in text and target.endswith(".md") for target, text in links
    )


def _note(text: str, match: re.Match[str]) -> str:
    return _NOTE.sub("", text[match.end() :].lstrip("`"))[:300]


def read_links(placed: Sequence[Placed]) -> tuple[tuple[LinkRef, ...], set[int]]:
    """(every link as written, indexes of the blocks that are only links)."""
    links: dict[tuple[str, int], LinkRef] = {}
    used: set[int] = set()
    for item in placed:
        for target, text in item.block.inline.links:
            if len(links) < MAX_LINKS:
                links.setdefault((target, item.block.line), LinkRef(target, text, item.block.line))
            words = len(item.block.text)
            if item.topic is Topic.LINKS or words <= len(text) + len(target) + 15:
                used.add(item.index)
    return tuple(links.values()), used
