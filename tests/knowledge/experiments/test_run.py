"""A few experiments really run with the Go that is installed; the whole set is `covcheck experiments run`."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.experiments_command import app
from bot.model import Symptom
from knowledge.experiments import registry
from knowledge.experiments.builds import Builds
from knowledge.experiments.golang import open_go
from knowledge.experiments.lab import Lab
from knowledge.experiments.model import Expected, ExperimentError, NotHere, Observed
from knowledge.experiments.process import Started
from knowledge.experiments.registry import Experiment
from knowledge.experiments.runner import run_experiments, run_one

QUICK = [
    "coverpkg-without-main",
    "copied",
    "directory-created-late",
    "directory-not-writable",
    "gocoverdir-unset",
    "nested-copy",
    "not-instrumented",
    "panic",
    "relative-directory",
    "shell-keeps-signal",
    "sigterm-handled",
    "sigterm-unhandled",
    "syscall-exit",
    "truncated-counters",
]


@pytest.fixture(scope="module")
def go() -> Path:
    found = shutil.which("go")
    if found is None:
        pytest.skip("Go is not installed, so no experiment can be run")
    return Path(found)


@pytest.fixture
def builds(go, tmp_path, monkeypatch) -> Builds:
    return Builds(open_go(go), tmp_path)


def test_quick_experiments_reproduce(go, monkeypatch):
    monkeypatch.setenv("GOCOVERDIR", "/nonexistent")
    monkeypatch.setenv("GOFLAGS", "-mod=vendor -nonsense")
    heard = []
    outcomes = run_experiments(go, QUICK, tell=heard.append)
    assert [o.id for o in outcomes] == QUICK
    assert tuple(heard) == outcomes
    assert {o.id: o.differences or o.reason for o in outcomes if not o.reproduced} == {}
    seen = {o.id: o.observed for o in outcomes}
    assert seen["gocoverdir-unset"].stderr == "warning: GOCOVERDIR not set, no coverage data emitted"
    assert seen["sigterm-unhandled"].exit == 143
    assert not any("/tmp/" in o.observed.stderr for o in outcomes), "paths of the machine are taken out"


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path / "home"))


def claim(procedure, expected=None) -> Experiment:
    return Experiment("made-up", ("x",), expected or Expected(Symptom.BOTH), procedure)


def test_a_wrong_claim_does_not_reproduce(builds):
    def killed(lab: Lab) -> Observed:
        coverdir = lab.directory()
        done = lab.stopped([lab.build("-cover"), "handle"], coverdir, (0, signal.SIGKILL))
        return lab.seen(done, coverdir)

    outcome = run_one(claim(killed), builds)
    assert outcome.reproduced is False
    assert outcome.differences == ("symptom META_ONLY instead of BOTH",)


def test_a_build_that_fails_does_not_reproduce(builds):
    outcome = run_one(
        claim(lambda lab: lab.seen(lab.run([lab.build("-no-such-flag")], None), lab.folder)), builds
    )
    assert outcome.reproduced is False
    assert outcome.differences[0].startswith("go build failed:")


def test_what_cannot_be_run_is_no_disproof(builds):
    def not_here(lab: Lab) -> Observed:
        raise NotHere(f"nothing of that kind in {lab.folder}")

    outcome = run_one(claim(not_here), builds)
    assert outcome.reproduced is None
    assert outcome.reason == "nothing of that kind in DIR"
    assert outcome.differences == ()


def test_a_command_that_is_not_go_is_refused(tmp_path):
    for name, text in (("silent", ""), ("loud", "echo go"), ("failing", "exit 1")):
        command = tmp_path / name
        command.write_text(f"#!/bin/sh\n{text}\n")
        command.chmod(0o755)
        with pytest.raises(ExperimentError, match="does not answer like a Go command"):
            run_experiments(command)
    with pytest.raises(ExperimentError, match="does not answer like a Go command"):
        run_experiments(tmp_path / "missing")


def test_go_is_a_path_or_a_name(go, tmp_path, monkeypatch):
    (tmp_path / "mygo").symlink_to(go)
    monkeypatch.chdir(tmp_path)
    assert open_go(Path("mygo")).command == tmp_path / "mygo"
    assert open_go(Path("go")).version == open_go(go).version
    (outcome,) = run_experiments(Path("mygo"), ["exact-compare"])
    assert outcome.reproduced


def test_an_old_go_is_refused(tmp_path):
    command = tmp_path / "go"
    answer = '{"GOVERSION": "go1.19.2", "GOOS": "linux", "GOARCH": "amd64", "GOROOT": "", "GOCACHE": ""}'
    command.write_text(f"#!/bin/sh\necho '{answer}'\n")
    command.chmod(0o755)
    with pytest.raises(ExperimentError, match=r"came with Go 1\.20"):
        open_go(command)


def test_a_program_that_does_not_end_is_ended_with_all_it_started(tmp_path):
    words = ["sh", "-c", "sleep 60 & echo ready $!; wait"]
    with Started(words, env={"PATH": "/usr/bin:/bin"}, cwd=tmp_path, log=tmp_path / "log") as program:
        child = program.until_says("ready", 10).split()[1]
        with pytest.raises(ExperimentError, match="did not end within"):
            program.end(0.05)
    assert _gone(child)


def _gone(pid: str) -> bool:
    """Whether a process ends; its end may come a moment after SIGKILL, and a zombie counts as ended."""
    stat = Path(f"/proc/{pid}/stat")
    for _ in range(500):
        try:
            if stat.read_text().rpartition(")")[2].split()[0] in "ZX":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False


def test_a_program_that_says_nothing_or_is_not_there(tmp_path):
    with (
        Started(["true"], env={"PATH": "/usr/bin:/bin"}, cwd=tmp_path, log=tmp_path / "log") as program,
        pytest.raises(ExperimentError, match="did not say 'ready'"),
    ):
        program.until_says("ready", 10)
    with pytest.raises(NotHere, match="cannot be started"):
        Started(["/nonexistent/program"], env={}, cwd=tmp_path, log=tmp_path / "log")


def test_the_command_runs_keeps_and_says_it(go, tmp_path):
    done = CliRunner().invoke(app, ["run", "exact-compare", "--go", str(go), "--write", str(tmp_path)])
    assert done.exit_code == 0, done.output
    assert "reproduced" in done.stdout.splitlines()[0]
    assert "1 reproduced, 0 not, 0 skipped with go1." in done.stdout
    assert len(list(tmp_path.glob("go1.*.json"))) == 1


def test_a_claim_that_fails_makes_its_articles_stale(go, monkeypatch, tmp_path):
    def exact_compare(lab: Lab) -> Observed:
        return Observed()

    run = CliRunner().invoke
    assert run(app, ["stale"]).exit_code == 0
    wrong = Experiment("exact-compare", ("x",), Expected(Symptom.BOTH), exact_compare)
    monkeypatch.setitem(registry._EXPERIMENTS, "exact-compare", wrong)
    registry.all_experiments.cache_clear()
    try:
        done = run(app, ["run", "exact-compare"])
    finally:
        registry.all_experiments.cache_clear()
    assert done.exit_code == 1
    assert "NOT REPRODUCED" in done.stdout
    assert "symptom not seen instead of BOTH" in done.stdout
    assert "stale by it: goflags-exact-compare\n" in done.stdout
    later = run(app, ["stale"])
    assert later.exit_code == 1
    assert later.stdout.startswith("goflags-exact-compare: exact-compare did not reproduce with go1.")
    assert '"article": "goflags-exact-compare"' in run(app, ["stale", "--json"]).stdout
    monkeypatch.undo()
    monkeypatch.setenv("COVCHECK_HOME", str(tmp_path / "home"))
    assert run(app, ["run", "exact-compare"]).exit_code == 0
    assert run(app, ["stale"]).exit_code == 0, "a later run that reproduces lifts it"


def test_the_command_says_what_is_wrong(monkeypatch):
    done = CliRunner().invoke(app, ["run", "nope", "--go", "/bin/true"])
    assert done.exit_code == 2
    assert "There is no experiment 'nope'." in done.stderr
    monkeypatch.setenv("PATH", "/nonexistent")
    done = CliRunner().invoke(app, ["run", "--json"])
    assert done.exit_code == 2
    assert '"message": "Go is not on the PATH."' in done.stdout


def test_the_command_lists_what_is_claimed():
    done = CliRunner().invoke(app, ["list"])
    assert done.exit_code == 0
    assert "sigkill" in done.stdout
    assert '"how": "' in CliRunner().invoke(app, ["list", "--json"]).stdout
