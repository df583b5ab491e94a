"""A file on the page: its figures, its functions, and its lines where the source is at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.covdata.htmltext import code, meter, text
from bot.covdata.lines import Line, Unit, fits, mark, missed_ranges
from bot.covdata.profile import FunctionKey, PackageProfile
from bot.covdata.sources import NoSource, Sources
from bot.covdata.summary import Row, counted

MAX_RANGES = 12
MAX_FUNCTIONS = 3_000
KINDS = (("hit", "ran"), ("part", "in part"), ("miss", "never ran"))
LEGEND = f"<p class=legend>{' '.join(f'<span class={kind}>{shown}</span>' for kind, shown in KINDS)}</p>"


@dataclass(frozen=True, slots=True)
class FileView:
    """A file, and its functions with their units, by place."""

    row: Row
    functions: tuple[tuple[FunctionKey, tuple[Unit, ...]], ...]

    @property
    def units(self) -> list[Unit]:
        """All units, function by function."""
        return [unit for _, units in self.functions for unit in units]


def file_views(package: PackageProfile) -> Iterator[FileView]:
    """The files of a package, by path. Raises DataError where the meta-data gives a function no name."""
    keys = package.functions
    found: dict[str, dict[FunctionKey, list[Unit]]] = {}
    rows = zip(package.owner.tolist(), package.unit.tolist(), package.counts.tolist(), strict=True)
    for owner, place, count in rows:
        key = keys[owner]
        found.setdefault(key.file, {}).setdefault(key, []).append(_unit(place, count))
    for path, functions in sorted(found.items()):
        ordered = sorted(functions.items(), key=lambda item: min((u.line, u.column) for u in item[1]))
        units = [unit for _, each in ordered for unit in each]
        yield FileView(_row(path, units), tuple((key, tuple(each)) for key, each in ordered))


def _unit(place: Sequence[int], count: int) -> Unit:
    line, column, end_line, end_column, statements = place
    return Unit(line, column, end_line, end_column, statements, count)


def _row(path: str, units: Sequence[Unit]) -> Row:
    return Row(path, sum(u.statements for u in units), sum(u.statements for u in units if u.count))


def file_section(view: FileView, anchor: str, sources: Sources | None, counts: bool, room: int) -> str:
    """The HTML of a file; without its source where there is none, or no room for it."""
    source, reason = _source(view, sources)
    body = "" if source is None else _code(source, mark(source, view.units), anchor, counts)
    if len(body) > room // 2:
        body, reason = "", "The source is left out: the page would be too large."
    head = (
        f'<section class="file" id="{anchor}" aria-labelledby="{anchor}-h">'
        '<p><a href="#overview">← Overview</a></p>'
        f'<h2 id="{anchor}-h">{text(view.row.path)}</h2><p class=figures>{meter(view.row)}'
        f" {view.row.covered:,} of {view.row.statements:,} statements ran</p>"
    )
    note = f"<p class=note role=note>{text(reason)}</p>" if reason else ""
    opened = "" if body else " open"
    listed = f"<summary>{counted(len(view.functions), 'function')}</summary>"
    listed += _functions(view, anchor if body else None)
    return f"{head}{note}<details{opened}>{listed}</details>{body}</section>\n"


def _source(view: FileView, sources: Sources | None) -> tuple[list[bytes] | None, str]:
    """The source, or why it is not shown."""
    if sources is None:
        return None, ""
    try:
        source = sources.read(view.row.path)
    except NoSource as error:
        return None, f"The source is not shown: {error}."
    if not fits(source, view.units):
        return None, "The source is not shown: it is not the version that was built, its lines do not fit."
    return source, ""


def _functions(view: FileView, anchor: str | None) -> str:
    rows = "".join(_function(key, units, anchor) for key, units in view.functions[:MAX_FUNCTIONS])
    rest = len(view.functions) - MAX_FUNCTIONS
    more = f"<p class=note>{rest:,} more functions are not listed.</p>" if rest > 0 else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Function", "Lines", "Covered", "Never ran"))
    return f"<table class=functions><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _function(key: FunctionKey, units: Sequence[Unit], anchor: str | None) -> str:
    first, last = min(u.line for u in units), max(u.end_line for u in units)
    place = _span(first, last)
    if anchor:
        place = f'<a href="#{anchor}-{first}">{place}</a>'
    ranges = missed_ranges(units)
    missed = ", ".join(_span(*each) for each in ranges[:MAX_RANGES])
    missed += f" and {len(ranges) - MAX_RANGES} more" if len(ranges) > MAX_RANGES else ""
    name = text(key.name) + (" <i>(function literal)</i>" if key.literal else "")
    row = f'<tr><th scope="row">{name}</th><td>{place}</td>'
    return f"{row}<td>{meter(_row(key.file, units))}</td><td>{missed}</td></tr>"


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _code(source: Sequence[bytes], lines: Sequence[Line], anchor: str, counts: bool) -> str:
    shown = source[:-1] if source and not source[-1] else source
    out = [
        _line(raw, line, f"{anchor}-{number}", counts)
        for number, (raw, line) in enumerate(zip(shown, lines, strict=False), 1)
    ]
    kind = "code counts" if counts else "code"
    return f'{LEGEND}<pre class="{kind}" tabindex="0">{"".join(out)}</pre>'


def _line(raw: bytes, line: Line, anchor: str, counts: bool) -> str:
    kind = f' class="{line.kind}"' if line.kind else ""
    number = f' data-n="{line.count}"' if counts and line.count else ""
    inner = _pieces(raw, line) if line.kind == "part" else code(raw.decode("utf-8", "replace"))
    return f'<span id="{anchor}"{kind}{number}>{inner}</span>\n'


def _pieces(raw: bytes, line: Line) -> str:
    """A line that ran in part, with a mark around what never ran."""
    out, at = [], 0
    for low, high in sorted(line.missed):
        if low >= at:
            out += [code(raw[at:low].decode("utf-8", "replace"))]
            out += [f"<u>{code(raw[low:high].decode('utf-8', 'replace'))}</u>"]
            at = high
    return "".join(out) + code(raw[at:].decode("utf-8", "replace"))
