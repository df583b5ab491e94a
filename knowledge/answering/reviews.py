"""The review of the files that a request lists: found at the commit, what they hold, what breaks in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model import LINKS, Certainty, Evidence, Finding, Fix, Link, LinkFact, Missing
from bot.render.build import names_in, telling_line
from bot.render.side_by_side import RowLike
from bot.repo.base import Skip, Snapshot
from knowledge.answering.locate import Files, How, Located, named, paths_under
from knowledge.answering.model import FileReview, Side
from knowledge.requests.model import HelpRequest, KeyFile

MAX_FILES = 40
"""More listed files are counted only."""
MAX_PLACES = 6
MAX_NAMES = 8


def review_files(
    request: HelpRequest,
    ours: Side | None,
    snapshot: Snapshot,
    rows: Sequence[RowLike] = (),
    other: str = "the other side",
) -> tuple[FileReview, ...]:
    """Review every key file that the request lists, in its order, at most MAX_FILES.

    `ours` is the asker's side, `rows` the comparison with `other` (asker on the left). A file is
    taken only when one can be meant. Raises RepoError as `snapshot.read` does.
    """
    listed = {each.path: each for each in reversed(request.key_files) if each.listed}
    ordered = sorted(listed.values(), key=lambda each: each.line)[:MAX_FILES]
    if not ordered:
        return ()
    files = Files(snapshot.entries)
    snapshot.prefetch([path for each in ordered if (path := files.find(each.path).path) is not None])
    return tuple(_review(each, files.find(each.path), ours, snapshot, rows, other) for each in ordered)


def _review(
    key: KeyFile,
    found: Located,
    ours: Side | None,
    snapshot: Snapshot,
    rows: Sequence[RowLike],
    other: str,
) -> FileReview:
    short = snapshot.ref.short
    if found.path is None:
        return FileReview(key, None, _absent(key, found, short))
    where = _where(key, found, short)
    if found.how is How.FOLDER:
        where += f" It is a folder with {_count(paths_under(found.path, snapshot.entries), 'file')}."
    else:
        file = snapshot.read(found.path)
        if isinstance(file, Skip):
            return FileReview(key, found.path, f"{where} It was not read: {file.reason}.".strip())
    if ours is None:
        return FileReview(
            key, found.path, f"{where} It is there; without a service nothing was judged in it.".strip()
        )
    return _judged(key, found.path, where, ours, (rows, other))


def _absent(key: KeyFile, found: Located, commit: str) -> str:
    if found.how is How.SEVERAL:
        many = _count(len(found.candidates), "file")
        return f"Not there at {commit}; {many} could be meant, none was taken: {named(found.candidates)}."
    return f"There is no such file at {commit}, nor another one of that name."


def _where(key: KeyFile, found: Located, commit: str) -> str:
    """A clause when the file stands elsewhere than the request says; else nothing."""
    if found.how is How.LETTERS:
        return f"At {commit} it is written {found.path}."
    if found.how is How.MOVED:
        return f"At {commit} it is {found.path}, the only file of that name."
    return ""


def _judged(
    key: KeyFile, path: str, where: str, ours: Side, compared: tuple[Sequence[RowLike], str]
) -> FileReview:
    facts = [fact for link in LINKS for fact in ours.path.links.get(link, ()) if _in(fact.evidence, path)]
    causes = [each for each in ours.diagnosis.causes if any(_in(e, path) for e in each.evidence)]
    said = [where, *_breaks(causes, path)]
    if not causes:
        said.append(_stands(ours, path, facts))
    said += [_differences(path, *compared), _holds(ours, path, facts)]
    points = tuple(filter(None, said))
    places = [e for each in causes for e in each.evidence if _in(e, path)] or [
        fact.evidence for fact in facts if fact.evidence is not None
    ]
    return FileReview(
        key_file=key,
        path=path,
        text=" ".join(points),
        points=points,
        findings=tuple(dict.fromkeys(each.rule for each in causes)),
        evidence=tuple(dict.fromkeys(places))[:MAX_PLACES],
        fixes=tuple(fix for each in causes if (fix := _fix_in(each.fix, path)) is not None),
    )


def _holds(ours: Side, path: str, facts: Sequence[LinkFact]) -> str:
    """What of the coverage path stands in it."""
    if not facts:
        return ""
    parts = []
    for link in LINKS:
        here = [fact for fact in ours.path.links.get(link, ()) if _in(fact.evidence, path)]
        if here:
            parts.append(f"{link} ({_names(fact.name for fact in here)})")
    return f"Read from it: {', '.join(parts)}."


def _breaks(causes: Sequence[Finding], path: str) -> Iterable[str]:
    for cause in causes:
        lines = _lines(cause, path)
        sure = "" if cause.certainty is Certainty.CERTAIN else f" ({cause.certainty})"
        fix = _fix_in(cause.fix, path)
        mends = f" Fix, in this file: {cause.fix.text}" if fix is not None else _elsewhere(cause.fix)
        yield f"{lines}{sure}: {cause.summary}{mends}"


def _lines(cause: Finding, path: str) -> str:
    """`Line 4`, `Lines 4 and 38`: the telling ones of the evidence in this file."""
    names = names_in(cause.summary)
    here = {e.line + telling_line(e.excerpt, names)[0] for e in cause.evidence if _in(e, path)}
    *most, last = [str(line) for line in sorted(here)]
    return f"Lines {', '.join(most)} and {last}" if most else f"Line {last}"


def _elsewhere(fix: Fix) -> str:
    touched = _patched(fix)
    return f" The fix is in {', '.join(touched)}." if touched else f" Fix: {fix.text}"


def _fix_in(fix: Fix, path: str) -> Fix | None:
    """The fix when its patch changes this file (or one in this folder)."""
    return fix if any(_below(each, path) for each in _patched(fix)) else None


def _patched(fix: Fix) -> tuple[str, ...]:
    lines = (fix.patch or "").split("\n")
    return tuple(line.removeprefix("+++ b/") for line in lines if line.startswith("+++ b/"))


def _stands(ours: Side, path: str, facts: Sequence[LinkFact]) -> str:
    """Whether nothing in a file without a cause stands in the way: only when all that was needed was read."""
    if not facts:
        if path in ours.path.texts:
            return f"It was read; nothing of the path of {ours.name} stands in it, and no cause rests on it."
        return f"The coverage path of {ours.name} does not go through it; nothing in it was judged."
    links = {link for link in LINKS for fact in ours.path.links.get(link, ()) if fact in facts}
    for gap in ours.diagnosis.missing:
        if gap.needed and _concerns(gap, path, links):
            return f"No cause rests on it, but this was not checked: {gap.what} ({gap.reason})."
    return "Nothing in it stands in the way of coverage."


def _concerns(gap: Missing, path: str, links: set[Link]) -> bool:
    if gap.evidence is not None:
        return _in(gap.evidence, path)
    return path in gap.what or path in gap.reason or gap.link is None or gap.link in links


def _differences(path: str, rows: Sequence[RowLike], other: str) -> str:
    """What the other side has differently, of the facts that stand in this file."""
    names = [row.name for row in rows if row.differs and any(_in(fact.evidence, path) for fact in row.left)]
    return f"{other} differs in: {_names(names)}." if names else ""


def _in(evidence: Evidence | None, path: str) -> bool:
    return evidence is not None and _below(evidence.path, path)


def _below(file: str, path: str) -> bool:
    return file == path or file.startswith(path + "/")


def _names(names: Iterable[str]) -> str:
    each = list(dict.fromkeys(names))
    more = f" and {len(each) - MAX_NAMES} more" if len(each) > MAX_NAMES else ""
    return ", ".join(each[:MAX_NAMES]) + more


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
