"""Ways in which people start the end-to-end coverage of a service, found by a cheap look at text."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.model import Evidence
from bot.path.make.targets import MAX_TARGETS, Target, all_text, make_targets
from bot.repo.base import File, Snapshot

MAX_FILES = 10
"""Files that are read to find entry points: each may cost a request."""

_WORKFLOW = re.compile(r"^\.github/workflows/[^/]+\.ya?ml$")
_MAKE = re.compile(r"(^|/)(GNUmakefile|[Mm]akefile)$|\.mk$")
_SCRIPT = re.compile(r"\.(sh|bash)$")
_SCRIPT_FOLDERS = ("hack/", "scripts/", "script/", "test/", "tests/", "e2e/", "ci/", "build/", ".ci/", "dev/")
_SKIPPED = re.compile(r"(^|/)(vendor|node_modules|third_party|docs|testdata|\.bingo)/")
_ECHO = re.compile(r"(?m)^[ \t]*[@-]*[ \t]*(?:echo|printf)\b[^$\n]*$")
_WEAK = 3
MAX_WEAK = 5
"""Files whose path says nothing of coverage or end-to-end tests, of those that are read."""


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
    targets: dict[str, Target] = {}
    for target in make_targets(file):
        before = targets.get(target.name)
        if before is None:
            targets[target.name] = target
        else:
            targets[target.name] = Target(
                target.name,
                target.line if target.text.count("\n") > before.text.count("\n") else before.line,
                target.end,
                f"{before.text}\n{target.text}",
                (*before.needs, *target.needs),
            )
    for name, target in list(targets.items())[:MAX_TARGETS]:
        if "%" in name or name.startswith(".") or "$" in name or file.path.endswith(".mk"):
            continue
        text = all_text(target, targets, texts)
        bonus = 4 * ("e2e" in name or "end2end" in name) + 4 * ("cover" in name)
        entry = _entry("make", file, name, (target.line, target.end), text, needles, bonus)
        if entry is not None and re.search(r"go test|ginkgo|gotestsum|kind |covdata", text):
            yield entry
