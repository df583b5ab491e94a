"""Every rule on real repos: loud where it must speak, quiet where it must not.

A case is a folder `tests/rules/<rule-id>/loud-<what>` or `quiet-<what>`. Its files are laid over a
healthy repo (`tests/rules/base/<name>`), its `case.toml` says the rest; every key is optional:

    base = "go-suite"        the healthy repo below tests/rules/base: go-suite or script
    service = "shop"         what `check` is asked for
    certainty = "certain"    loud: what the finding must say
    effect = "blocks"        loud: likewise; the rule's own effect without it
    not_first = true         loud: another rule rightly comes first
    also = ["rule-id"]       other rules that rightly speak up here (certain or likely)
    patch = true             loud: the fix must come as a patch; false: there must be none
    delete = ["path"]        files of the base that are not there
    remote = "https://..."   the repo's origin; none without it
    [[edit]]                 a change in a file of the base: `old` must stand there exactly once
    file = "Dockerfile"      (`all = true`: anywhere, at least once)
    old = "..."
    new = "..."

Each case becomes a git repo and goes through the whole main job. A patch is applied with `git apply`
and the job runs again: the rule must then be silent and nothing else may have become loud.
"""

from __future__ import annotations

import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.check import check
from bot.model import Certainty, Diagnosis, Effect, Evidence, Finding, Link, Status
from bot.repo.base import MAX_EXCERPT_LINES
from bot.repo.local import open_local
from bot.rules.registry import all_rules

HERE = Path(__file__).parent
BASES = HERE / "base"
RULES = {rule.id: rule for rule in all_rules()}


@dataclass(frozen=True)
class Case:
    """One folder of tests/rules."""

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return self.folder.parent.name

    @property
    def name(self) -> str:
        return f"{self.rule}/{self.folder.name}"

    @property
    def service(self) -> str:
        return str(self.settings.get("service", "shop"))

    @property
    def may_also_speak(self) -> set[str]:
        return {self.rule, *self.settings.get("also", [])}


def read_cases(kind: str) -> Iterator[Case]:
    for folder in sorted(HERE.glob(f"*/{kind}-*")):
        settings = folder / "case.toml"
        yield Case(folder, tomllib.loads(settings.read_text()) if settings.exists() else {})


LOUD, QUIET = list(read_cases("loud")), list(read_cases("quiet"))


def git(repo: Path, *args: str, stdin: str | None = None) -> None:
    done = subprocess.run(["git", *args], cwd=repo, input=stdin, text=True, capture_output=True)
    assert done.returncode == 0, f"git {' '.join(args)}: {done.stderr}"


def commit(repo: Path) -> None:
    git(repo, "add", "-A", "-f")
    git(repo, "-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-qm", "a state")


def lay_out(base: str, target: Path) -> Path:
    shutil.copytree(BASES / base, target)
    git(target, "init", "-q")
    return target


def build_repo(case: Case, target: Path) -> Path:
    repo = lay_out(case.settings.get("base", "go-suite"), target)
    for name in case.settings.get("delete", []):
        (repo / name).unlink()
    for edit in case.settings.get("edit", []):
        place = repo / edit["file"]
        text, old = place.read_text(), edit["old"]
        assert text.count(old) == 1 or (edit.get("all") and old in text), f"{case.name}: edit {old!r}"
        place.write_text(text.replace(old, edit["new"]))
    shutil.copytree(case.folder, repo, dirs_exist_ok=True, ignore=shutil.ignore_patterns("case.toml"))
    if "remote" in case.settings:
        git(repo, "remote", "add", "origin", case.settings["remote"])
    commit(repo)
    return repo


def diagnose(repo: Path, service: str) -> Diagnosis:
    return check(open_local(repo), service).diagnosis


def loud(diagnosis: Diagnosis) -> set[str]:
    """The rules that a reader would act on."""
    return {cause.rule for cause in diagnosis.causes if cause.certainty is not Certainty.POSSIBLE}


def everything(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    return (*diagnosis.causes, *diagnosis.folded, *diagnosis.not_causes)


def told(diagnosis: Diagnosis) -> str:
    rows = [f"{f.certainty} {f.rule}: {f.summary}" for f in everything(diagnosis)]
    rows += [f"missing {m.what}: {m.reason} (needed {m.needed})" for m in diagnosis.missing]
    return "\n".join([diagnosis.status, *rows])


def assert_stands_in(repo: Path, evidence: Evidence) -> None:
    lines = (repo / evidence.path).read_text().splitlines()
    assert 1 <= evidence.line <= evidence.end_line <= max(len(lines), 1), evidence
    shown = lines[evidence.line - 1 : evidence.end_line][:MAX_EXCERPT_LINES]
    assert evidence.excerpt == "\n".join(line[:300].rstrip() for line in shown), evidence


@pytest.mark.parametrize("case", LOUD, ids=lambda case: case.name)
def test_loud(case: Case, tmp_path: Path) -> None:
    repo = build_repo(case, tmp_path / "repo")
    diagnosis = diagnose(repo, case.service)
    report = told(diagnosis)
    pool = everything(diagnosis) if case.settings.get("not_first") else diagnosis.causes
    finding = next((f for f in pool if f.rule == case.rule), None)
    if finding is None:
        finding = next((f for f in diagnosis.not_causes if f.rule == case.rule), None)
    assert finding is not None, report
    assert finding.certainty == Certainty(case.settings.get("certainty", "certain")), report
    assert finding.effect == Effect(case.settings.get("effect", RULES[case.rule].effect)), report
    if not RULES[case.rule].healthy and not case.settings.get("not_first"):
        assert diagnosis.causes[0].rule == case.rule, report
    assert loud(diagnosis) <= case.may_also_speak, report
    assert finding.evidence, report
    for evidence in finding.evidence:
        assert_stands_in(repo, evidence)
    if "patch" in case.settings:
        assert (finding.fix.patch is not None) == case.settings["patch"], finding.fix
    if finding.fix.patch is not None:
        assert_mends(case, repo, finding.fix.patch, loud(diagnosis))


def assert_mends(case: Case, repo: Path, patch: str, before: set[str]) -> None:
    git(repo, "apply", "--check", "-", stdin=patch)
    git(repo, "apply", "-", stdin=patch)
    commit(repo)
    mended = diagnose(repo, case.service)
    assert case.rule not in {f.rule for f in (*mended.causes, *mended.folded)}, patch + told(mended)
    assert loud(mended) <= before, patch + told(mended)


@pytest.mark.parametrize("case", QUIET, ids=lambda case: case.name)
def test_quiet(case: Case, tmp_path: Path) -> None:
    diagnosis = diagnose(build_repo(case, tmp_path / "repo"), case.service)
    assert case.rule not in {f.rule for f in everything(diagnosis)}, told(diagnosis)
    assert loud(diagnosis) <= case.may_also_speak, told(diagnosis)


@pytest.mark.parametrize("base", sorted(folder.name for folder in BASES.iterdir()))
def test_base_is_healthy(base: str, tmp_path: Path) -> None:
    repo = lay_out(base, tmp_path / "repo")
    commit(repo)
    result = check(open_local(repo), "shop")
    assert result.diagnosis.causes == (), told(result.diagnosis)
    assert result.diagnosis.status is Status.CLEAR, told(result.diagnosis)
    assert [link for link in Link if not result.path.links.get(link)] == []


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_has_loud_and_quiet_cases(rule: str) -> None:
    assert any(case.rule == rule for case in LOUD), f"no loud case for {rule}"
    assert any(case.rule == rule for case in QUIET), f"no quiet case for {rule}"


def test_every_case_names_a_rule() -> None:
    assert {case.rule for case in (*LOUD, *QUIET)} <= set(RULES)
