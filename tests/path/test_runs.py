"""Runs across make, scripts and workflows, and where they are found."""

from __future__ import annotations

from bot.facts.events import (
    Clean,
    ClusterCreate,
    Copy,
    Deploy,
    DirectoryMake,
    Event,
    FileCheck,
    GoTest,
    ImageBuild,
    ImageLoad,
    Report,
    Stop,
    Teardown,
    Wait,
)
from bot.path.runs import RunReader, RunReading, entry_points
from tests.path.in_memory import Texts


def kinds(reading: RunReading) -> list[type[Event]]:
    return [type(event) for event in reading.events]


REPO = {
    "Makefile": """
    export TAG ?= dev
    .PHONY: e2e
    e2e:
    \tcd test/e2e && E2E_COVERAGE=$(E2E_COVERAGE) ginkgo -v
    e2e-coverage: cluster
    \t@mkdir -p coverdata && chmod 777 coverdata
    \t$(MAKE) E2E_COVERAGE=true e2e
    \t./hack/collect.sh coverdata
    \t-kind delete cluster --name ci
    cluster:
    \tkind create cluster --name ci --config hack/kind.yaml
    \tGOFLAGS=-cover go build -o bin/app ./cmd/app
    \tdocker build -t app:$(TAG) .
    \tkind load docker-image app:$(TAG) --name ci
    """,
    "hack/collect.sh": """
    #!/usr/bin/env bash
    set -euo pipefail
    source "$(dirname "$0")/lib.sh"
    OUT="$1"
    stop app
    docker cp ci-worker:/coverdata/. "$OUT"
    if [ -d "$OUT" ]; then
      go tool covdata percent -i="$OUT"
    fi
    """,
    "hack/lib.sh": """
    stop() {
      kubectl scale deployment/"$1" --replicas=0
      kubectl wait --for=delete pod -l app="$1" --timeout=60s
    }
    """,
}


def test_a_run_from_make_through_scripts() -> None:
    reading = RunReader(Texts(REPO)).make("Makefile", "e2e-coverage")
    assert kinds(reading) == [
        ClusterCreate,
        ImageBuild,
        ImageLoad,
        DirectoryMake,
        DirectoryMake,
        GoTest,
        Stop,
        Wait,
        Copy,
        FileCheck,
        Report,
        Teardown,
    ]
    assert [event.order for event in reading.events] == list(range(12))
    assert reading.files == ("Makefile", "hack/collect.sh", "hack/lib.sh")
    assert reading.missing == ()


def test_variables_reach_the_suite_and_the_script() -> None:
    reading = RunReader(Texts(REPO)).make("Makefile", "e2e-coverage")
    test = next(e for e in reading.events if isinstance(e, GoTest))
    assert test.cwd == "test/e2e"
    assert {s.name: s.value for s in test.env} == {"TAG": "dev", "E2E_COVERAGE": "true"}
    copy = next(e for e in reading.events if isinstance(e, Copy))
    assert copy.destination == "coverdata"


def test_every_event_stands_on_its_own_line() -> None:
    texts = Texts(REPO)
    for event in RunReader(texts).make("Makefile", "e2e-coverage").events:
        lines = texts.texts[event.evidence.path].split("\n")
        assert event.evidence.excerpt.split("\n")[0] == lines[event.evidence.line - 1]
    stop = next(e for e in RunReader(texts).make("Makefile", "e2e-coverage").events if isinstance(e, Stop))
    assert (stop.evidence.path, stop.evidence.line, stop.target) == ("hack/lib.sh", 2, "app")


def test_phases_follow_the_suite() -> None:
    reading = RunReader(Texts(REPO)).make("Makefile", "e2e-coverage")
    phases = {type(event): event.phase for event in reading.events}
    assert (phases[ClusterCreate], phases[GoTest], phases[Copy]) == ("setup", "test", "teardown")


def test_go_builds_on_the_host() -> None:
    (build,) = RunReader(Texts(REPO)).make("Makefile", "e2e-coverage").go_builds
    assert (build.cover, build.output, build.packages) == (True, "bin/app", ("./cmd/app",))


def test_overrides_of_the_caller() -> None:
    reading = RunReader(Texts(REPO)).make("Makefile", "cluster", overrides={"TAG": "v9"})
    build = next(e for e in reading.events if isinstance(e, ImageBuild))
    assert build.tags == ("app:v9",)


def test_a_script_of_its_own() -> None:
    reading = RunReader(Texts(REPO)).script("hack/collect.sh", ("out",))
    assert kinds(reading) == [Stop, Wait, Copy, FileCheck, Report]


def test_make_in_another_directory() -> None:
    files = {
        "Makefile": "all:\n\t$(MAKE) -C sub run A=1\n",
        "sub/Makefile": "run:\n\tmkdir $(A)\n\trm -rf $(CURDIR)/out\n",
    }
    made, cleaned = RunReader(Texts(files)).make("Makefile", "all").events
    assert (made.cwd, made.path) == ("sub", "1")  # type: ignore[attr-defined]
    assert isinstance(cleaned, Clean)
    assert cleaned.path == "out"


def test_a_script_through_a_pipe() -> None:
    files = {
        "run.sh": "export MANIFEST=deploy.yaml\nenvsubst < install.sh | bash -s\n",
        "install.sh": 'kubectl apply -f "$MANIFEST"\n',
    }
    (deploy,) = RunReader(Texts(files)).script("run.sh").events
    assert isinstance(deploy, Deploy)
    assert (deploy.source, deploy.evidence.path) == ("deploy.yaml", "install.sh")


def test_a_manifest_made_on_the_way() -> None:
    script = "sed s/x/y/ config/app.yaml > out.yaml\nkubectl apply -f out.yaml\n"
    deploy = RunReader(Texts({"run.sh": script, "config/app.yaml": "a: b"})).script("run.sh").events[-1]
    assert isinstance(deploy, Deploy)
    assert deploy.source == "config/app.yaml"


def test_an_archive_that_is_loaded_holds_the_images_saved_in_it() -> None:
    script = "docker save app:1 -o /tmp/a.tar\nkind load image-archive /tmp/a.tar\n"
    load = RunReader(Texts({"run.sh": script})).script("run.sh").events[-1]
    assert isinstance(load, ImageLoad)
    assert load.images == ("app:1",)


def test_a_stream_is_one_copy() -> None:
    script = "kubectl exec app-0 -- tar cf - -C /cov . | tar xf - -C out\n"
    (copy,) = RunReader(Texts({"run.sh": script})).script("run.sh").events
    assert isinstance(copy, Copy)
    assert (copy.pod, copy.source, copy.destination) == ("app-0", "/cov", "out")


def test_circles_end() -> None:
    files = {
        "Makefile": "a:\n\t./a.sh\nb:\n\t$(MAKE) b\n",
        "a.sh": "bash b.sh\n",
        "b.sh": "source a.sh\nmake a\n",
    }
    reader = RunReader(Texts(files))
    assert any("circle" in gap.reason for gap in reader.make("Makefile", "a").missing)
    assert any("circle" in gap.reason for gap in reader.make("Makefile", "b").missing)


def test_what_cannot_be_followed_is_missing() -> None:
    files = {"Makefile": "all:\n\t$(MAKE) test-$(SERVICE)\n\t$(MAKE) -C gone x\n"}
    gaps = RunReader(Texts(files)).make("Makefile", "all").missing
    assert [gap.what for gap in gaps] == ["make target test-${SERVICE}", "a call of make"]
    assert all(gap.evidence is not None for gap in gaps)
    assert RunReader(Texts({})).script("nope.sh").missing[0].reason == "is not in the repo"


def test_a_workflow_with_make() -> None:
    flow = """
    jobs:
      lint:
        runs-on: x
        steps: [{run: make lint}]
      e2e:
        runs-on: x
        steps:
          - run: echo "TAG=ci" >> $GITHUB_ENV
          - name: coverage
            run: make e2e-coverage
    """
    reading = RunReader(Texts({**REPO, ".github/workflows/ci.yaml": flow})).workflow(
        ".github/workflows/ci.yaml"
    )
    build = next(e for e in reading.events if isinstance(e, ImageBuild))
    assert build.tags == ("app:ci",)
    assert kinds(reading)[-1] is Teardown


class TestEntryPoints:
    def test_the_target_of_the_service_comes_first(self) -> None:
        makefile = """
        test:
        \tgo test ./... -coverprofile=cover.out
        test-e2e-app:
        \tgo test ./test/e2e/app
        test-e2e-app-coverage:
        \tE2E_COVERAGE=true $(MAKE) test-e2e-app
        \tgo tool covdata percent -i=coverdata
        test-e2e-other-coverage:
        \tgo test ./test/e2e/other
        \tgo tool covdata percent -i=coverdata
        """
        found = entry_points(Texts({"Makefile": makefile}), ["app", "test/e2e/app"])
        assert (found[0].kind, found[0].target) == ("make", "test-e2e-app-coverage")
        assert found[0].evidence.line == 5
        assert "covdata" in found[0].reason
        assert "test" not in {entry.target for entry in found}

    def test_a_job_of_a_workflow(self) -> None:
        flow = """
        jobs:
          unit:
            runs-on: x
            steps: [{run: go test ./...}]
          integration:
            runs-on: x
            steps:
              - run: kind create cluster
              - run: go tool covdata textfmt -i=cov -o c.txt
        """
        (entry,) = entry_points(Texts({".github/workflows/push.yaml": flow}), [])
        assert (entry.kind, entry.target, entry.evidence.line) == ("workflow", "integration", 5)

    def test_a_script(self) -> None:
        script = "kind create cluster\ngo test ./test/e2e\ngo tool covdata percent -i=cov\n"
        (entry,) = entry_points(Texts({"hack/e2e-coverage.sh": script}), ["app"])
        assert (entry.kind, entry.path) == ("script", "hack/e2e-coverage.sh")

    def test_a_script_that_only_reports_starts_nothing(self) -> None:
        assert entry_points(Texts({"scripts/e2e-coverage.sh": "go tool covdata percent -i=cov\n"}), []) == ()

    def test_few_files_are_read(self) -> None:
        files = {f".github/workflows/w{n}.yaml": "jobs: {}" for n in range(50)}
        files |= {f"test/e2e/s{n}-coverage.sh": "echo" for n in range(50)}
        files["Makefile"] = "all:\n\techo\n"
        texts = Texts(files)
        assert entry_points(texts, ["app"]) == ()
        assert len(texts.reads) <= 10
        assert "Makefile" in texts.reads

    def test_nothing_to_find(self) -> None:
        assert entry_points(Texts({"README.md": "e2e coverage"}), ["app"]) == ()


def test_calls_that_multiply_end() -> None:
    files = {f"s{n}.sh": f"./s{n + 1}.sh\n" * 200 for n in range(8)} | {"s8.sh": "mkdir x\n" * 50}
    reading = RunReader(Texts(files)).script("s0.sh")
    assert len(reading.events) < 10_000
    assert any("more than" in gap.reason or "too deep" in gap.reason for gap in reading.missing)


def test_hostile_texts_end() -> None:
    files = {
        "Makefile": "e2e:" + " " * 19_000 + "x\n" * 200 + "\n" * 100_000 + "a" * 100_000,
        "hack/e2e-coverage.sh": ("source " + ")" * 480 + '"\n') * 500 + "covdata go test\n" + "\n" * 100_000,
        ".github/workflows/e2e.yaml": "jobs:\n  e2e:\n    steps:\n      - run: '"
        + "${{" * 50_000
        + "covdata'\n",
    }
    texts = Texts(files)
    entry_points(texts, ["app"])
    reader = RunReader(texts)
    reader.make("Makefile", "e2e")
    reader.script("hack/e2e-coverage.sh")
    reader.workflow(".github/workflows/e2e.yaml")
