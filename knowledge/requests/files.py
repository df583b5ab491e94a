"""Files of a repo that a request names, with the note beside them; links, which are never fetched here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from knowledge.requests.blocks import Block, Kind
from knowledge.requests.model import KeyFile, LinkRef
from knowledge.requests.sections import Placed, Topic

MAX_FILES = 500
MAX_LINKS = 500
MAX_LISTED = 200
"""Lines of a code block that is taken for a list of files."""

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
        yield from _of_list(item)
        return
    text = block.text[:2_000]
    labelled = _LABEL.match(text) is not None
    for number, match in enumerate(_FILE.finditer(text)):
        path = match[1]
        place = text[: match.start()].strip(" `*")
        in_code = any(path in code for code in block.inline.codes)
        leading = number == 0 and len(place) <= 3
        if "/" not in path and not (
            in_code or item.topic is Topic.FILES or (leading and block.kind is Kind.ITEM)
        ):
            continue
        if "://" in text[max(0, match.start() - 300) : match.start()].split(" ")[-1] or not _is_file(
            path, block.inline.links
        ):
            continue
        listed = labelled or (item.topic is Topic.FILES and block.kind in (Kind.ITEM, Kind.ROW, Kind.LINE))
        listed = listed or (leading and block.kind is Kind.ITEM) or _is_value(block, path, place, match)
        yield KeyFile(
            path,
            _note(text, match) if leading or labelled or block.kind is Kind.ROW else "",
            block.line_at(match.start()),
            listed,
        )


def _is_value(block: Block, path: str, place: str, match: re.Match[str]) -> bool:
    """Whether a path is all that a table cell holds, or what follows the key of a line: `Source: a/b.go`."""
    if block.kind is Kind.ROW:
        return any(_FILE.fullmatch(cell.strip("`* ")) and path in cell for cell in block.cells)
    return "/" in path and place.endswith(":") and len(place) <= 60 and "?" not in place


def _of_list(item: Placed) -> Iterator[KeyFile]:
    """The files of a code block that holds nothing but a list of files."""
    found: list[KeyFile] = []
    for offset, line in enumerate(item.block.code[:MAX_LISTED]):
        text = line.split(" #")[0].strip(" \t-+*├└│─")
        if not text or text.startswith(("#", "//")):
            continue
        path = re.split(r"\s+(?:\(|-|–|—|←)", text, maxsplit=1)[0]
        if "/" not in path or _FILE.fullmatch(path) is None:
            return
        found.append(KeyFile(path, _NOTE.sub("", text[len(path) :])[:300], item.block.line + offset, True))
    yield from found


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
