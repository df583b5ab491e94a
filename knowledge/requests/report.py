"""What was read from requests and what was not, as tables: for those who work on the reader."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from knowledge.requests.mend import split_lines
from knowledge.requests.model import HelpRequest

ONE = ("title", "date", "asker", "service", "other_service", "priority", "timeline")
MANY = (
    *(
        "asked",
        "status",
        "symptoms",
        "errors",
        "tried",
        "claims",
        "suspects",
        "key_files",
        "links",
        "options",
    ),
    *("questions", "success"),
)
_LETTER = re.compile(r"\w")


def describe(request: HelpRequest) -> str:
    """One request: every field with its lines, then what was not understood."""
    out = [f"# {request.source or 'request'}"]
    for name in (*ONE, *MANY):
        value = getattr(request, name)
        items = value if isinstance(value, tuple) else (value,) if value is not None else ()
        out.append(f"{name}: {len(items)}")
        out.extend(f"  {item.line:>5}  {_plain(item)}" for item in items)
    out.append(
        f"not understood: {len(request.not_understood)} blocks, {share_left(request):.0%} of the lines"
    )
    out.extend(f"  {span.line:>5}-{span.end_line}  {_cut(span.text)}" for span in request.not_understood)
    return "\n".join(out)


def _plain(item: object) -> str:
    skip = {"line"}
    values = {name: getattr(item, name) for name in getattr(item, "__slots__", ()) if name not in skip}
    return _cut(
        " · ".join(f"{name}={value}" for name, value in values.items() if value not in ("", (), None))
    )


def _cut(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 160 else text[:159] + "…"


def share_left(request: HelpRequest) -> float:
    """The share of the lines with words that no field took, 0 to 1."""
    lines = split_lines(request.original)
    written = {number for number, line in enumerate(lines, 1) if _LETTER.search(line) is not None}
    left = {n for span in request.not_understood for n in range(span.line, span.end_line + 1)}
    return len(left & written) / len(written) if written else 0.0


def kind_of(source: str) -> str:
    """The kind of a document by the first word of its file name: REQUEST_X.md is REQUEST."""
    return re.split(r"[_.]", source.rsplit("/", 1)[-1], maxsplit=1)[0].upper() or "-"


def table(requests: Sequence[HelpRequest]) -> str:
    """Markdown: a row a field, a column a kind; `a/b`: found in a documents, b found in all."""
    groups: dict[str, list[HelpRequest]] = defaultdict(list)
    for request in requests:
        groups[kind_of(request.source)].append(request)
    kinds = sorted(groups)
    columns = [*(groups[kind] for kind in kinds), list(requests)]
    return "\n".join(_rows(kinds, columns))


def _rows(kinds: Iterable[str], columns: Sequence[Sequence[HelpRequest]]) -> Iterator[str]:
    heads = ["field", *kinds, "all"]
    yield f"| {' | '.join(heads)} |"
    yield "| --- " * len(heads) + "|"
    yield _row("documents", [str(len(column)) for column in columns])
    for name in ONE:
        yield _row(name, [str(sum(getattr(r, name) is not None for r in column)) for column in columns])
    for name in MANY:
        counts = [[len(getattr(r, name)) for r in column] for column in columns]
        yield _row(name, [f"{sum(n > 0 for n in column)}/{sum(column)}" for column in counts])
    yield _row(
        "lines left, median", [f"{_median([share_left(r) for r in column]):.0%}" for column in columns]
    )


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
