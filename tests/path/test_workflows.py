"""GitHub workflows: expressions, matrix legs, actions, steps in order."""

from __future__ import annotations

import pytest

from bot.facts.events import ClusterCreate, Event, ImageBuild, Upload
from bot.path.workflow.expressions import Unknown, condition, evaluate, fill, truth
from bot.path.workflow.reader import ActionStep, RunStep, Step, Workflows
from tests.path.in_memory import Texts

CONTEXT = {"matrix.kube": "v1.32", "env.NAME": "kind", "inputs.flag": "", "matrix.os": None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("matrix.kube == 'v1.32'", True),
        ("matrix.kube != 'V1.32'", False),
        ("matrix.kube == 'v1.32' && '-cover' || ''", "-cover"),
        ("matrix.kube == 'v1.30' && '-cover' || ''", ""),
        ("!inputs.flag", True),
        ("always()", True),
        ("failure() || cancelled()", False),
        ("contains(env.NAME, 'in') && startsWith('abc', 'ab')", True),
        ("format('{0}-{1}', env.NAME, 'x')", "kind-x"),
        ("'it''s'", "it's"),
        ("(true)", True),
        ("secrets.X == 'a' && false", False),
        ("secrets.X == 'a' || true", True),
    ],
)
def test_expressions(text: str, value: object) -> None:
    assert evaluate(text, CONTEXT) == value


@pytest.mark.parametrize(
    "text", ["secrets.X", "matrix.os == 'a'", "hashFiles('x') != ''", "a b", "(", "'x", ""]
)
def test_expressions_that_cannot_be_told(text: str) -> None:
    assert isinstance(evaluate(text, CONTEXT), Unknown)
    assert truth(evaluate(text, CONTEXT)) is None


@pytest.mark.parametrize("text", ["(" * 5000, "!" * 1500 + "true", "a." * 900, "f(" * 900])
def test_hostile_expressions(text: str) -> None:
    assert isinstance(evaluate(text, CONTEXT), Unknown | bool)


def test_text_is_filled() -> None:
    assert fill("--name ${{ env.NAME }} ${{secrets.T}}", CONTEXT) == "--name kind ${secrets.T}"
    assert condition("${{ a && b }}") == "a && b"


def steps(text: str, job: str | None = None, words: tuple[str, ...] = (), **files: str) -> list[Step]:
    made = {path.replace("__", "/").replace("_yml", ".yml"): body for path, body in files.items()}
    return list(Workflows(Texts({"ci.yaml": text, **made}), words).steps("ci.yaml", job))


def events(found: list[Step]) -> list[Event]:
    return [event for step in found if isinstance(step, ActionStep) for event in step.events]


BASIC = """
on: push
env: {LEVEL: workflow, NAME: e2e}
jobs:
  e2e:
    runs-on: ubuntu-latest
    env:
      LEVEL: job
    steps:
      - uses: actions/checkout@v4
      - uses: helm/kind-action@v1
        with:
          cluster_name: ${{ env.NAME }}
          config: hack/kind.yaml
      - name: Run
        working-directory: test
        env:
          LEVEL: step
        run: |
          make build
          go test ./e2e
      - if: failure()
        run: kubectl logs x
      - if: always()
        run: kind delete cluster
      - uses: codecov/codecov-action@v5
        with:
          files: a.txt, b.txt
"""


def test_steps_in_order_with_their_lines() -> None:
    found = steps(BASIC)
    run = next(step for step in found if isinstance(step, RunStep))
    assert (run.cwd, run.first) == ("test", 19)
    assert run.file.lines[run.first - 1].strip() == "make build"
    assert {s.name: s.value for s in run.env()} == {"LEVEL": "step", "NAME": "e2e"}


def test_actions_are_events() -> None:
    cluster, upload = events(steps(BASIC))
    assert isinstance(cluster, ClusterCreate)
    assert (cluster.name, cluster.config) == ("e2e", "hack/kind.yaml")
    assert (cluster.evidence.line, cluster.evidence.path) == (10, "ci.yaml")
    assert isinstance(upload, Upload)
    assert upload.files == ("a.txt", "b.txt")


def test_conditions_of_steps() -> None:
    _, failing, always = (step for step in steps(BASIC) if isinstance(step, RunStep))
    assert [(g.text, g.error_path) for g in failing.guards] == [("failure()", True)]
    assert (always.guards, always.phase) == ((), "teardown")


MATRIX = """
jobs:
  build:
    runs-on: x
    strategy:
      matrix:
        include:
          - {image: agent, context: images/agent}
          - {image: app, context: ., build_args: GOFLAGS=-cover}
    steps:
      - uses: docker/build-push-action@v6
        with:
          context: ${{ matrix.context }}
          build-args: ${{ matrix.build_args }}
          tags: ${{ matrix.image }}:dev
  test:
    runs-on: x
    needs: build
    strategy:
      matrix:
        kube: ["1.30", "1.32", "1.34"]
        os: [ubuntu]
    steps:
      - run: make test-${{ matrix.kube }}-${{ matrix.os }}
      - if: matrix.kube == '1.32'
        run: go tool covdata percent -i=cov
"""


def test_every_row_of_an_include_matrix_is_read() -> None:
    agent, app = (e for e in events(steps(MATRIX, "build")) if isinstance(e, ImageBuild))
    assert (agent.dockerfile, agent.build_args) == ("images/agent/Dockerfile", ())
    assert [(a.name, a.value) for a in app.build_args] == [("GOFLAGS", "-cover")]
    assert (app.dockerfile, app.tags) == ("Dockerfile", ("app:dev",))


def test_the_leg_that_collects_coverage_is_read_and_named() -> None:
    runs = [step for step in steps(MATRIX, "test") if isinstance(step, RunStep)]
    assert [run.text for run in runs] == ["make test-1.32-ubuntu", "go tool covdata percent -i=cov"]
    assert [(g.variable, g.value, g.coverage) for g in runs[0].guards] == [("matrix.kube", "1.32", True)]


def test_jobs_that_are_needed_come_first() -> None:
    assert [type(step) for step in steps(MATRIX, "test")] == [ActionStep, ActionStep, RunStep, RunStep]


def test_an_axis_that_cannot_be_told_is_a_hole() -> None:
    text = MATRIX.replace("if: matrix.kube == '1.32'", "name: x")
    run = next(step for step in steps(text, "test") if isinstance(step, RunStep))
    assert run.text == "make test-${matrix.kube}-ubuntu"


def test_the_service_chooses_a_leg() -> None:
    text = """
jobs:
  e2e:
    strategy: {matrix: {service: [data-storage, gateway]}}
    steps:
      - run: make e2e-${{ matrix.service }}
"""
    (run,) = steps(text, words=("datastorage",))
    assert isinstance(run, RunStep)
    assert run.text == "make e2e-data-storage"


def test_local_workflows_and_actions() -> None:
    caller = """
jobs:
  call:
    uses: ./called.yml
    with: {service: app}
"""
    called = """
on:
  workflow_call:
    inputs:
      service: {type: string}
      flags: {type: string, default: -v}
jobs:
  run:
    steps:
      - uses: ./tools
        with: {what: "${{ inputs.service }}"}
      - run: make e2e-${{ inputs.service }} F=${{ inputs.flags }}
"""
    action = """
inputs:
  what: {default: x}
runs:
  using: composite
  steps:
    - run: kind create cluster --name ${{ inputs.what }}
      shell: bash
"""
    found = steps(caller, called_yml=called, tools__action_yml=action)
    assert [step.text for step in found if isinstance(step, RunStep)] == [
        "kind create cluster --name app",
        "make e2e-app F=-v",
    ]


def test_a_retried_command_is_run() -> None:
    text = "jobs:\n  a:\n    steps:\n      - uses: nick-fields/retry@v3\n        with: {command: make e2e}\n"
    (run,) = steps(text)
    assert isinstance(run, RunStep)
    assert (run.text, run.first) == ("make e2e", 5)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "jobs: [a, b]",
        "jobs: {a: {needs: b, steps: []}, b: {needs: a}}",
        "jobs: {a: {uses: ./ci.yaml}}",
        "jobs: {a: {steps: [{uses: ./nope}, {run: 3}, {run: [x]}, null, 7]}}",
        "a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\njobs: {j: {steps: *c}}",
        "jobs: {a: {strategy: {matrix: '${{ fromJSON(x) }}'}, steps: [{run: echo}]}}",
        "{" * 10_000,
    ],
)
def test_hostile_workflows(text: str) -> None:
    assert len(steps(text)) < 1000
