"""Sides for tests: the example repo as it ships, or with some of its files changed, checked for real."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.check import check
from bot.example import SOURCE
from bot.repo import open_local
from knowledge.answering.model import KnownCase, QuestionAnswer, Side
from knowledge.answering.proofs import Proofs
from knowledge.answering.questions import answer_questions
from knowledge.experiments.results import load_results
from knowledge.requests import read_request
from tests.git_repo import GitRepo

DOCKERFILE = "docker/signalprocessing.Dockerfile"
MANIFEST = "test/infrastructure/signalprocessing.go"
MAIN = "cmd/signalprocessing/main.go"
SUITE = "test/e2e/signalprocessing/suite_test.go"
PROOFS = Proofs(load_results())
SERVICES = ("datastorage", "signalprocessing")


def files() -> dict[str, str]:
    """The example's files."""
    found = (path for path in sorted(SOURCE.rglob("*")) if path.is_file() and "coverdata" not in path.parts)
    return {path.relative_to(SOURCE).as_posix(): path.read_text("utf-8") for path in found}


def side(folder: Path, *changes: tuple[str, str, str], service: str = "signalprocessing") -> Side:
    """A service of the example after changes: (path, text to replace, its replacement)."""
    texts = files()
    for path, old, new in changes:
        assert old in texts[path], f"{old!r} is not in {path}"
        texts[path] = texts[path].replace(old, new)
    repo = GitRepo(folder / "repo.git")
    repo.commit(texts)
    with open_local(repo.path) as snapshot:
        result = check(snapshot, service)
    return Side(result.path, result.diagnosis)


def ask(
    *questions: str,
    theirs: Side | None,
    ours: Side | None = None,
    cases: Sequence[KnownCase] = (),
    proofs: Proofs = PROOFS,
    title: str = "Request: help with E2E coverage",
) -> tuple[QuestionAnswer, ...]:
    """The answers to questions of a request from one team to another."""
    rows = "\n".join(f"{number}. {text}" for number, text in enumerate(questions, 1))
    head = f"# {title}\n\n**From**: Data Storage Team\n**To**: Signal Processing Team"
    text = f"{head}\n\n## Questions\n\n{rows}\n"
    request = read_request(text, known=SERVICES)
    assert [question.text for question in request.questions] == list(questions)
    return answer_questions(request, ours, theirs, proofs, cases)


def places(answer: QuestionAnswer) -> set[str]:
    """Where the answer's evidence stands."""
    return {each.place for each in answer.evidence}
