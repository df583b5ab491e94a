"""One page for a profile: an overview to sort and filter, and each file's functions and lines.

The page needs no network and runs only its own script: a content security policy with hashes forbids all
else, and every text from outside is escaped. Its size is bounded; what has no room is counted on it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from bot.covdata.htmlfile import FileView, file_section, file_views
from bot.covdata.htmltext import meter, text
from bot.covdata.profile import Profile
from bot.covdata.sources import Sources
from bot.covdata.summary import PackageRow, Row, Summary, counted, shown_percent, summarize, worst_files

WORST = 8
MAX_NOTES = 20
Sections = Sequence[tuple[str, str]]
"""Path and HTML of files."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a page may be: letters of all files' sections together, rows of packages and files."""

    details: int = 24 << 20
    rows: int = 20_000


def page(
    profile: Profile, title: str, source: Path | None = None, limits: Limits | None = None
) -> Iterator[str]:
    """The page, in pieces. With the folder of a module its sources are shown.

    Raises UsageError where that folder is no module, DataError on damaged meta-data.
    """
    limits = limits or Limits()
    summary = summarize(profile)
    sections = _sections(profile, Sources(source) if source else None, limits.details)
    notes = [problem.text for problem in profile.problems[:MAX_NOTES]]
    return _pieces(title, summary, sections, notes, limits.rows)


def _pieces(
    title: str, summary: Summary, sections: Sections, notes: Sequence[str], rows: int
) -> Iterator[str]:
    links = {path: number for number, (path, _) in enumerate(sections)}
    script, style = _asset("page.js"), _asset("page.css")
    yield _head(title, script, style)
    yield f"<body><header><h1>{text(title)}</h1>{_total(summary)}</header><main id=overview>"
    yield from (f"<p class=note role=note>{text(note)}</p>" for note in notes)
    yield _worst(summary, links)
    yield from _table(summary, links, rows)
    yield _left_out(summary, links, rows)
    yield "</main>"
    yield from (section for _, section in sections)
    yield f"<script>{script}</script></body></html>\n"


def _sections(profile: Profile, sources: Sources | None, room: int) -> Sections:
    """The files, those with most that never ran first, while there is room."""
    views: list[FileView] = [view for package in profile.packages.values() for view in file_views(package)]
    views.sort(key=lambda view: (view.row.covered - view.row.statements, view.row.path))
    made: list[tuple[str, str]] = []
    for view in views:
        section = file_section(view, f"f{len(made)}", sources, profile.mode != "set", room)
        if len(section) <= room:
            made.append((view.row.path, section))
            room -= len(section)
    return made


def _asset(name: str) -> str:
    return resources.files("bot.covdata").joinpath("assets", name).read_text("utf-8")


def _head(title: str, script: str, style: str) -> str:
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    policy += "; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{text(title)}</title><style>{style}</style></head>\n"
    )


def _hash(content: str) -> str:
    digest = hashlib.sha256(content.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _total(summary: Summary) -> str:
    packages = counted(len([p for p in summary.packages if p.statements]), "package")
    files = counted(len(summary.files), "file")
    return (
        f"<p class=total><strong>{shown_percent(summary.percent)}</strong>"
        f"<span>{summary.covered:,} of {summary.statements:,} statements ran<br>"
        f"{packages}, {files}, mode {text(summary.mode)}</span></p>"
        '<button type="button" id="theme" hidden>Dark or light</button>'
    )


def _worst(summary: Summary, links: dict[str, int]) -> str:
    worst = worst_files(summary, WORST)
    if not worst:
        return ""
    items = "".join(
        f"<li>{_link(row.path, row.path, links)} <span>{row.uncovered:,} uncovered,"
        f" {shown_percent(row.percent)}</span></li>"
        for row in worst
    )
    return f"<section class=worst><h2>Most that never ran</h2><ol>{items}</ol></section>"


def _table(summary: Summary, links: dict[str, int], rows: int) -> Iterator[str]:
    """A body for each package: its row, then its files."""
    heads = (
        ("path", "Package and file"),
        ("percent", "Covered"),
        ("missed", "Uncovered"),
        ("all", "Statements"),
    )
    yield (
        '<section><h2>Packages</h2><p class=tools hidden><label>Filter <input type="search" id="filter"'
        ' autocomplete="off"></label>'
        ' <button type="button" id="unfold" aria-pressed="false">Show files</button>'
        '<span id="found" role="status"></span></p><table id="rows"><thead><tr>'
    )
    yield "".join(f'<th scope="col" data-key="{key}">{shown}</th>' for key, shown in heads)
    yield "</tr></thead>\n"
    for package in sorted(summary.packages, key=lambda p: p.path):
        shown = package.files if len(package.files) < rows else ()
        rows -= len(shown) + 1
        if rows < 0:
            break
        yield f"<tbody>{_package_row(package)}{''.join(_file_row(f, links) for f in shown)}</tbody>\n"
    yield "</table></section>"


def _package_row(package: PackageRow) -> str:
    return f'<tr class="pkg"><th scope="rowgroup">{text(package.path)}</th>{_figures(package)}</tr>'


def _file_row(row: Row, links: dict[str, int]) -> str:
    name = row.path.rpartition("/")[2]
    return f'<tr class="file-row"><th scope="row">{_link(row.path, name, links)}</th>{_figures(row)}</tr>'


def _figures(row: Row) -> str:
    value = -1.0 if row.percent is None else row.percent
    return (
        f'<td data-v="{value:.4f}">{meter(row)}</td><td data-v="{row.uncovered}">{row.uncovered:,}</td>'
        f'<td data-v="{row.statements}">{row.statements:,}</td>'
    )


def _link(path: str, shown: str, links: dict[str, int]) -> str:
    number = links.get(path)
    return text(shown) if number is None else f'<a href="#f{number}">{text(shown)}</a>'


def _left_out(summary: Summary, links: dict[str, int], most: int) -> str:
    rest = len([row for row in summary.files if row.path not in links])
    rows = len(summary.packages) + len(summary.files) - most
    notes: Sequence[str] = (
        f"{counted(rest, 'file')} without details: the page would be too large." if rest else "",
        "Not all packages and files are listed: there are too many for one page." if rows > 0 else "",
    )
    return "".join(f"<p class=note role=note>{note}</p>" for note in notes if note)
