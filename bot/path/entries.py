"""Ways in which people start the end-to-end coverage of a service, found by a cheap look at text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.model import Evidence
from bot.path.makefunctions import stem_of
from bot.repo.base import File, Snapshot

MAX_FILES = 10
"""Files that are read to find entry points: each may cost a request."""

_WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
_MAKE = re.compile(r"(^|/)(GNUmakefile|[Mm]akefile)$|\.mk$")
_SCRIPT = re.compile(r"\.(sh|bash)$")
_SCRIPT_FOLDERS = ("hack/", "scripts/", "script/", "test/", "tests/", "e2e/", "ci/", "build/", ".ci/", "dev/")
_TARGET = re.compile(r"^([A-Za-z0-9_.%/$(){}-][A-Za-z0-9_.%/$(){} -]*?)\s*::?(?![=:])(.*)$")
_TARGET_VARIABLE = re.compile(r"^\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*[:+?]?=(.*)")
_SUBMAKE = re.compile(r"(?:\$[({]MAKE[)}]|\bg?make)\s+(.*)")
_SKIPPED = re.compile(r"(^|/)(vendor|node_modules|third_party|docs|testdata|\.bingo)/")
_ECHO = re.compile(r"(?m)^[ \t]*[@-]*[ \t]*(?:echo|printf)\b[^$\n]*$")
_WEAK = 3
MAX_WEAK = 5
"""Files whose path says nothing of coverage or end-to-end tests, of those that are read."""


MAX_TARGETS = 400
MAX_TEXT = 100_000
"""Bounds of one Makefile: targets looked at, and characters of recipes looked at for each."""


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A way to start a run. `kind` is `make` (target of the Makefile at `path`), `script` or `workflow`
    (`target` is the job, "" for any). `score` orders them, `reason` says in a clause why."""

    kind: str
    path: str
    target: str
    evidence: Evidence
    score: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Target:
    """A make target with the text that belongs to it."""

    name: str
    line: int
    end: int
    text: str
    needs: tuple[str, ...]


def entry_points(snapshot: Snapshot, words: Collection[str]) -> tuple[EntryPoint, ...]:
    """Entry points that collect coverage end to end, best first; `words` are names of the service and
    directories of its suite. Reads at most MAX_FILES files."""
    needles = _needles(words)
    found: list[EntryPoint] = []
    paths = _candidates(snapshot, needles)
    snapshot.prefetch(paths)
    files = [file for path in paths if isinstance(file := snapshot.read(path), File)]
    texts = {file.path: file.text for file in files}
    for file in files:
        if _WORKFLOW.match(file.path):
            found.extend(_workflow(file, needles))
        elif _MAKE.search(file.path):
            found.extend(_make(file, needles, texts))
        else:
            found.extend(_script(file, needles))
    order = {"make": 0, "script": 1, "workflow": 2}
    found.sort(key=lambda entry: (-entry.score, order[entry.kind], entry.path, entry.evidence.line))
    return tuple(found)


def _needles(words: Iterable[str]) -> tuple[str, ...]:
    """Words to look for, without separators: `data-storage` is found in `test-e2e-datastorage`."""
    plain = {_plain(posixpath.basename(word.rstrip("/"))) for word in words} | {_plain(w) for w in words}
    return tuple(sorted(word for word in plain if len(word) > 2 and word not in _GENERIC))


_GENERIC = frozenset(
    {"e2e", "test", "tests", "teste2e", "integration", "cmd", "manager", "main", "controller"}
)


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _candidates(snapshot: Snapshot, needles: tuple[str, ...]) -> list[str]:
    scored = []
    for path, entry in snapshot.entries.items():
        if entry.kind != "file" or (entry.size or 0) > 1_000_000 or _SKIPPED.search(path):
            continue
        score = _path_score(path, needles)
        if score > 0:
            scored.append((-score, path.count("/"), path))
    ranked = sorted(scored)
    strong = [path for score, _, path in ranked if -score > _WEAK]
    weak = [path for score, _, path in ranked if -score == _WEAK]
    return [*strong, *weak[: max(MAX_WEAK - len(strong), 0)]][:MAX_FILES]


def _path_score(path: str, needles: tuple[str, ...]) -> int:
    lower = path.lower()
    if _WORKFLOW.match(path):
        base = 3
    elif _MAKE.search(path) and path.count("/") <= 2:
        base = 12 if "/" not in path and not path.endswith(".mk") else 4
    elif _SCRIPT.search(path) and path.startswith(_SCRIPT_FOLDERS):
        base = 1
    else:
        return 0
    base += 5 * ("cover" in lower or "covdata" in lower)
    base += 3 * ("e2e" in lower or "end-to-end" in lower or "end2end" in lower)
    base += 2 * ("integration" in lower or "kind" in lower)
    base += 2 * bool(re.search(r"(^|/)(ci|test|tests|main|pr|push|pull|build|push_pr)[\w-]*\.ya?ml$", lower))
    base += 2 * any(needle in _plain(path) for needle in needles)
    return base - 2 * bool(re.search(r"release|lint|docs|codeql|scorecard|stale|unit", lower))


def _text_score(text: str) -> tuple[int, list[str]]:
    """How much a text speaks of end-to-end coverage, and of what."""
    lower = text.lower()
    signs = {
        "GOCOVERDIR": ("GOCOVERDIR" in text, 6),
        "covdata": ("covdata" in lower, 6),
        "-cover": (re.search(r"(^|[\s=\"'])-cover\b", text) is not None, 3),
        "coverage": (re.search(r"cover(age|_|dir|data)", lower) is not None, 2),
    }
    return sum(points for hit, points in signs.values() if hit), [
        name for name, (hit, _) in signs.items() if hit
    ]


def _run_score(text: str) -> tuple[int, list[str]]:
    lower = text.lower()
    signs = {
        "e2e": ("e2e" in lower or "end-to-end" in lower or "end2end" in lower, 3),
        "integration": ("integration" in lower, 1),
        "kind": (re.search(r"\bkind\b", lower) is not None, 2),
        "kubectl": ("kubectl" in lower or "helm " in lower, 1),
    }
    return sum(points for hit, points in signs.values() if hit), [
        name for name, (hit, _) in signs.items() if hit
    ]


def _entry(
    kind: str,
    file: File,
    target: str,
    lines: tuple[int, int],
    text: str,
    needles: tuple[str, ...],
    bonus: int = 0,
) -> EntryPoint | None:
    text = _ECHO.sub("", text)  # what is only printed is not done
    cover, about = _text_score(text)
    run, how = _run_score(target + "\n" + text)
    named = [needle for needle in needles if needle in _plain(target)]
    mentioned = [needle for needle in needles if needle in _plain(text)]
    if not (cover and run) and not (run and (named or mentioned)):
        return None
    score = 2 * cover * bool(run) + run + 8 * bool(named) + 4 * bool(mentioned) + bonus
    reason = f"it speaks of {', '.join([*about, *how][:4])}"
    if named or mentioned:
        reason += f" and names {(named or mentioned)[0]}"
    return EntryPoint(kind, file.path, target, file.at(*lines), score, reason)


def _script(file: File, needles: tuple[str, ...]) -> Iterator[EntryPoint]:
    cover, _ = _text_score(file.text)
    if not cover or not re.search(r"\bgo test|ginkgo|kind create|\bmake\b", file.text):
        return  # a part of a run (a report, a collection), not a way to start one
    entry = _entry("script", file, "", (1, len(file.lines)), file.text, needles)
    if entry is not None:
        yield entry


def _workflow(file: File, needles: tuple[str, ...]) -> Iterator[EntryPoint]:
    """Each job of a workflow, cut out by its indentation."""
    for name, first, last in _jobs(file):
        text = "\n".join(file.lines[first - 1 : last])
        if "runs-on" not in text and "uses:" not in text:
            continue
        entry = _entry("workflow", file, name, (first, last), text, needles, bonus=-2)
        if entry is not None:
            yield entry


def _jobs(file: File) -> Iterator[tuple[str, int, int]]:
    start = next((n for n, line in enumerate(file.lines, 1) if re.match(r"jobs\s*:", line)), None)
    if start is None:
        return
    heads: list[tuple[str, int]] = []
    indent: int | None = None
    end = len(file.lines)
    for number, line in enumerate(file.lines[start:], start=start + 1):
        match = re.match(r"( +)([\w-]+)\s*:\s*(?:#.*)?$", line)
        if line and not line[0].isspace() and not line.startswith("#"):
            end = number - 1
            break
        if match and (indent is None or len(match[1]) == indent):
            indent = len(match[1])
            heads.append((match[2], number))
    for index, (name, first) in enumerate(heads):
        yield name, first, heads[index + 1][1] - 1 if index + 1 < len(heads) else end


def _make(file: File, needles: tuple[str, ...], texts: dict[str, str]) -> Iterator[EntryPoint]:
    targets: dict[str, _Target] = {}
    for target in _targets(file):
        before = targets.get(target.name)
        if before is None:
            targets[target.name] = target
        else:
            targets[target.name] = _Target(
                target.name,
                target.line if target.text.count("\n") > before.text.count("\n") else before.line,
                target.end,
                f"{before.text}\n{target.text}",
                (*before.needs, *target.needs),
            )
    for name, target in list(targets.items())[:MAX_TARGETS]:
        if "%" in name or name.startswith(".") or "$" in name or file.path.endswith(".mk"):
            continue
        text = _whole_text(target, targets, texts)
        bonus = 4 * ("e2e" in name or "end2end" in name) + 4 * ("cover" in name)
        entry = _entry("make", file, name, (target.line, target.end), text, needles, bonus)
        if entry is not None and re.search(r"go test|ginkgo|gotestsum|kind |covdata", text):
            yield entry


def _targets(file: File) -> Iterator[_Target]:
    """The targets of a Makefile with their recipes, by the look of the lines."""
    lines = file.lines
    at = 0
    while at < len(lines):
        match = _TARGET.match(lines[at][:500]) if not lines[at].startswith(("\t", " ", "#", ".")) else None
        if match is None:
            at += 1
            continue
        end = at + 1
        while end < len(lines) and (
            lines[end].startswith("\t") or re.match(r"(ifn?eq|ifn?def|else|endif)\b", lines[end])
        ):
            end += 1
        rest = match[2].split("#")[0]
        needs = () if _TARGET_VARIABLE.match(rest) else tuple(w for w in rest.split() if w != "|")
        text = "\n".join(lines[at:end])[:20_000]
        calls = [w for m in _SUBMAKE.finditer(text) for w in m[1].split() if re.fullmatch(r"[\w.%-]+", w)]
        for name in match[1].split()[:20]:
            yield _Target(name, at + 1, end, text, (*needs, *calls))
        at = end


def _whole_text(target: _Target, targets: dict[str, _Target], texts: dict[str, str]) -> str:
    """A target's text with that of what it needs and of the scripts it calls, as far as they were read."""
    seen: dict[str, None] = {}
    queue = [target.name]
    pieces: list[str] = []
    while queue and len(seen) < 40 and sum(map(len, pieces)) < MAX_TEXT:
        name = queue.pop(0)
        if name in seen:
            continue
        seen[name] = None
        found = targets.get(name) or _pattern(name, targets)
        if found is not None:
            pieces.append(found.text)
            queue.extend(found.needs)
    text = "\n".join(pieces)
    words = (word.strip("\"'();`@") for word in text.split())
    scripts = {word.lstrip("./") for word in words if word.endswith((".sh", ".bash"))}
    return "\n".join([text, *(texts[path] for path in sorted(scripts) if path in texts)])


def _pattern(name: str, targets: dict[str, _Target]) -> _Target | None:
    for pattern, target in targets.items():
        if "%" in pattern and (stem := stem_of(name, pattern)):
            needs = tuple(need.replace("%", stem) for need in target.needs)
            return _Target(name, target.line, target.end, target.text, needs)
    return None
