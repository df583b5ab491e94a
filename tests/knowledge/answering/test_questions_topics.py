"""Each topic, loud and quiet: the example's files as they are, and with one line changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.answering.model import Answered, QuestionAnswer, Side
from tests.knowledge.answering.sides import DOCKERFILE, MAIN, MANIFEST, SUITE, ask, places, side

BUILD = 'RUN CGO_ENABLED=0 GOFLAGS="${GOFLAGS}" go build -ldflags="-s -w" -o'
KIND = "test/infrastructure/kind-signalprocessing-config.yaml"


def changed(folder: Path, question: str, path: str, old: str, new: str) -> QuestionAnswer:
    """The answer to a question after one change of the example."""
    (answer,) = ask(question, theirs=side(folder, (path, old, new)))
    return answer


MULTI_STAGE = "Did you use multi-stage Docker builds? If yes, how did you ensure coverage survived the copy?"


def test_several_stages(theirs: Side) -> None:
    (answer,) = ask(MULTI_STAGE, theirs=theirs)
    assert answer.text.startswith(
        f"Yes: {DOCKERFILE} has 2 stages; `/out/signalprocessing` is copied from the "
    )
    assert places(answer) == {f"{DOCKERFILE}:2", f"{DOCKERFILE}:13", f"{DOCKERFILE}:14"}
    assert [p.experiment for s in answer.statements for p in s.proofs] == ["copied"]


def test_one_stage(tmp_path: Path) -> None:
    lines = "FROM gcr.io/distroless/static-debian12:nonroot\nCOPY --from=builder /out/signalprocessing "
    answer = changed(tmp_path, MULTI_STAGE, DOCKERFILE, lines + "/signalprocessing\n", "")
    assert answer.text.startswith(f"No: {DOCKERFILE} has one stage, from `golang:1.26-alpine`.")


def test_a_copy_that_cannot_be_told(tmp_path: Path) -> None:
    answer = changed(
        tmp_path, MULTI_STAGE, DOCKERFILE, 'ENTRYPOINT ["/signalprocessing"]', 'ENTRYPOINT ["/other"]'
    )
    assert answer.status is Answered.PARTLY
    assert "which COPY brings the binary" in [gap.what for gap in answer.missing]


@pytest.mark.parametrize(
    ("base", "start"),
    [
        ("alpine:3.22", "Alpine: the final image is FROM `alpine:3.22`."),
        ("debian:bookworm-slim", "Debian: "),
        ("scratch", "Alpine for the build only: the final image is FROM `scratch`."),
        (
            "registry.access.redhat.com/ubi9/ubi-minimal:9.6",
            "Alpine for the build only: the final image is FROM",
        ),
        ("ghcr.io/acme/alpine-tools:7", "The final image is FROM `ghcr.io/acme/alpine-tools:7`."),
        ("ghcr.io/acme/tools:7-alpine", "Alpine: "),
        ("ghcr.io/acme/base:7", "The final image is FROM `ghcr.io/acme/base:7`."),
    ],
)
def test_base_images(tmp_path: Path, base: str, start: str) -> None:
    question = "What base image are you using? (distroless? alpine? full debian?)"
    answer = changed(tmp_path, question, DOCKERFILE, "gcr.io/distroless/static-debian12:nonroot", base)
    assert answer.text.startswith(start)
    assert f"{DOCKERFILE}:13" in places(answer)


def test_a_base_image_that_the_files_do_not_tell(tmp_path: Path) -> None:
    old, new = "FROM gcr.io/distroless/static-debian12:nonroot", "ARG BASE\nFROM ${BASE}"
    answer = changed(tmp_path, "What base image are you using? (alpine?)", DOCKERFILE, old, new)
    assert not answer.text.startswith(("Alpine", "Not alpine", "Neither"))


LINKING = "Are you using static or dynamic linking?"


def test_static(theirs: Side) -> None:
    (answer,) = ask(LINKING, theirs=theirs)
    assert answer.text.startswith("Static: the build has CGO_ENABLED=0 and no `-extldflags`.")
    assert answer.status is Answered.ANSWERED
    (answer,) = ask("Is your binary linked dynamically, with dynamic linking?", theirs=theirs)
    assert answer.text.startswith("No: ")


@pytest.mark.parametrize(
    "build", ['RUN GOFLAGS="${GOFLAGS}" go build', 'RUN CGO_ENABLED=1 GOFLAGS="${GOFLAGS}" go build']
)
def test_linking_that_flags_leave_open(tmp_path: Path, build: str) -> None:
    answer = changed(tmp_path, LINKING, DOCKERFILE, 'RUN CGO_ENABLED=0 GOFLAGS="${GOFLAGS}" go build', build)
    assert answer.status is Answered.PARTLY
    assert "Static" not in answer.text
    assert "whether the binary is static or dynamic" in [gap.what for gap in answer.missing]


def test_static_extldflags_are_named(tmp_path: Path) -> None:
    new = BUILD.replace('"-s -w"', "'-s -w -extldflags \"-static\"'")
    answer = changed(tmp_path, LINKING, DOCKERFILE, BUILD, new)
    assert 'CGO_ENABLED=0 and `-extldflags "-static"`' in answer.text


STRIP = "Do you strip your binary?"


def test_stripped(theirs: Side) -> None:
    (answer,) = ask(STRIP, theirs=theirs)
    assert answer.text.startswith("Yes: the binary is built with `-s` and `-w`.")


def test_not_stripped(tmp_path: Path) -> None:
    answer = changed(tmp_path, STRIP, DOCKERFILE, ' -ldflags="-s -w"', "")
    assert answer.text.startswith("No: the build that runs with coverage has neither `-s` nor `-w`.")


USER = "Does your binary run as root or non-root user in the container?"


def test_the_manifest_wins_over_the_image(theirs: Side) -> None:
    (answer,) = ask(USER, theirs=theirs)
    assert (
        "It runs as root (uid 0): `runAsUser: 0` of the manifest wins over `USER 65532:65532`" in answer.text
    )
    assert "Its files say beside it: “Run as root: the directory on the node belongs to root.”" in answer.text
    assert {f"{MANIFEST}:67", f"{DOCKERFILE}:15"} <= places(answer)
    (yes,) = ask("Does your container run as root?", theirs=theirs)
    assert yes.text.startswith("Yes: it runs as root")
    (no,) = ask("Does your container run as non-root?", theirs=theirs)
    assert no.text.startswith("No: it runs as root")


def test_the_image_alone(tmp_path: Path) -> None:
    old = "      securityContext:\n        runAsUser: 0\n        runAsGroup: 0\n"
    answer = changed(tmp_path, USER, MANIFEST, old, "")
    assert answer.text.startswith("It runs as a non-root user, uid 65532: `USER 65532:65532` of the image")
    assert "Root may write" not in answer.text
    assert "Uid 65532 may not write" in answer.text


def test_a_user_that_files_do_not_tell(tmp_path: Path) -> None:
    answer = changed(tmp_path, USER, MANIFEST, "runAsUser: 0\n", "runAsUser: %d\n")
    assert answer.status is Answered.PARTLY
    assert not answer.text.startswith("It runs as")


SHUTDOWN = "Did you need to modify the graceful shutdown logic to ensure coverage flush?"


def test_shutdown(theirs: Side) -> None:
    (answer,) = ask(SHUTDOWN, theirs=theirs)
    assert answer.text.startswith(
        "No code for coverage in main at this commit: cmd/signalprocessing handles SIG"
    )
    assert 'by scaling `signalprocessing` to 0 (when `COVERAGE_MODE == "true"`)' in answer.text
    assert "until no pod is left (at most 60 s)" in answer.text
    assert "30 s to end before SIGKILL" in answer.text
    assert {f"{MAIN}:18", f"{SUITE}:45", f"{SUITE}:49", f"{MANIFEST}:64"} <= places(answer)
    assert answer.missing
    assert not any(gap.needed for gap in answer.missing)


def test_shutdown_of_the_asker_where_it_differs(theirs: Side, ours: Side, tmp_path: Path) -> None:
    (same,) = ask(SHUTDOWN, theirs=theirs, ours=ours)
    assert "Yours" not in same.text
    suite = "test/e2e/datastorage/datastorage_e2e_suite_test.go"
    changes = (suite, "Expect(gone.Run()).To(Succeed())", "_ = gone")
    (differs,) = ask(SHUTDOWN, theirs=theirs, ours=side(tmp_path, changes, service="datastorage"))
    assert "Yours (datastorage): after the stop the run waits for nothing." in differs.text
    assert {suite, SUITE} <= {each.path for each in differs.evidence}


def test_shutdown_with_code_for_coverage(tmp_path: Path) -> None:
    changes = (
        (MAIN, '"os/signal"\n', '"os/signal"\n\t"runtime/coverage"\n'),
        (MAIN, "defer stop()\n", 'defer stop()\n\tdefer coverage.WriteCountersDir("/coverdata")\n'),
    )
    (answer,) = ask(SHUTDOWN, theirs=side(tmp_path, *changes))
    assert answer.text.startswith(
        "Yes: cmd/signalprocessing handles SIGINT, SIGTERM, and holds code for coverage"
    )
    assert f"{MAIN}:21" in places(answer)


def test_no_signal_handler(tmp_path: Path) -> None:
    old = "signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)"
    new = "context.WithCancel(context.Background())"
    answer = changed(tmp_path, "Do you handle SIGTERM for the coverage flush?", MAIN, old, new)
    assert answer.text.startswith("No: cmd/signalprocessing does not handle SIGTERM.")


def test_a_pod_that_is_never_stopped(tmp_path: Path) -> None:
    answer = changed(tmp_path, SHUTDOWN, SUITE, "\tExpect(scale.Run()).To(Succeed())\n", "\t_ = scale\n")
    assert "The run stops the pod" not in answer.text
    assert answer.status is Answered.PARTLY


FLAGS = "Any special build flags or environment variables we should know about?"


def test_flags_and_variables(theirs: Side) -> None:
    (answer,) = ask(FLAGS, theirs=theirs)
    assert answer.text.startswith("Yes: `go build` gets `-cover`, through GOFLAGS, beside `-ldflags=-s -w`.")
    for words in (
        "with `--build-arg GOFLAGS=-cover`",
        "GOCOVERDIR is `/coverdata` in the container.",
        "`CGO_ENABLED=0` and `GOFLAGS=-cover`",
        'Behind the condition `COVERAGE_MODE == "true"` stand ',
        "`COVERAGE_MODE=true` is set by `make test-e2e-signalprocessing-coverage`.",
    ):
        assert words in answer.text
    assert {f"{DOCKERFILE}:11", f"{MANIFEST}:21", f"{MANIFEST}:74"} <= places(answer)


def test_flags_of_two_branches(ours: Side) -> None:
    (answer,) = ask(FLAGS, theirs=ours)
    assert "This build runs only when GOFLAGS is exactly `-cover`" in answer.text
    assert 'The build without coverage has `-s`, `-w` and `-extldflags "-static"` too' in answer.text
    shown = [p.experiment for s in answer.statements for p in s.proofs]
    assert shown[:2] == ["stripped", "static"]


def test_no_coverage_flag(tmp_path: Path) -> None:
    answer = changed(tmp_path, FLAGS, DOCKERFILE, ' GOFLAGS="${GOFLAGS}" go build', " GOFLAGS= go build")
    assert "and no `-cover`." in answer.text
    assert not answer.text.startswith("Yes")


def test_gocoverdir_that_is_not_set(tmp_path: Path) -> None:
    old = "        env:\n        - name: GOCOVERDIR\n          value: /coverdata\n"
    answer = changed(tmp_path, "Which env vars do you set?", MANIFEST, old, "")
    assert "The manifest sets no GOCOVERDIR for container `signalprocessing`." in answer.text


NOT_WRITTEN = "Did you encounter any issues with coverage files not being written? If so, how did you fix it?"


def test_a_path_in_order_and_no_case(theirs: Side) -> None:
    (answer,) = ask(NOT_WRITTEN, theirs=theirs)
    assert answer.status is Answered.PARTLY
    assert (
        "nothing on the path of signalprocessing keeps them from being written at this commit" in answer.text
    )
    assert "no resolved case of it is kept" in answer.missing[0].reason


def test_comments_are_quoted_and_answered(tmp_path: Path) -> None:
    note = "# With -cover do not strip symbols (-s -w): coverage needs them <!channel> `x`\nRUN CGO_ENABLED=0"
    answer = changed(tmp_path, NOT_WRITTEN, DOCKERFILE, "RUN CGO_ENABLED=0", note)
    quote = next(s for s in answer.statements if s.text.startswith("Its files say: "))
    assert "do not strip symbols (-s -w): coverage needs them" in quote.text
    assert [e.place for e in quote.evidence] == [f"{DOCKERFILE}:11"]
    assert "stripped" in [p.experiment for s in answer.statements for p in s.proofs]


def test_comments_on_other_matters_are_left(tmp_path: Path) -> None:
    note = "# Do not strip here, the debugger needs the symbols.\nRUN CGO_ENABLED=0"
    answer = changed(tmp_path, NOT_WRITTEN, DOCKERFILE, "RUN CGO_ENABLED=0", note)
    assert "Its files say" not in answer.text


def test_a_path_with_a_cause(tmp_path: Path) -> None:
    answer = changed(
        tmp_path, NOT_WRITTEN, DOCKERFILE, ' GOFLAGS="${GOFLAGS}" go build', " GOFLAGS= go build"
    )
    assert "At this commit it has a cause of it: " in answer.text
    assert "keeps them from being written" not in answer.text


def test_volume_and_kind(theirs: Side, ours: Side) -> None:
    (mounted,) = ask("Do you mount a hostPath volume?", theirs=theirs)
    assert mounted.text.startswith(
        "Yes: the pod mounts hostPath `/coverdata` (DirectoryOrCreate) at `/coverdata`."
    )
    (other,) = ask("Do you mount an emptyDir volume?", theirs=theirs)
    assert other.text.startswith("No: ")
    (extra,) = ask("Do you use extraMounts?", theirs=theirs)
    assert extra.text.startswith(f"No: {KIND} has no extraMounts.")
    (extra,) = ask("Do you use extraMounts?", theirs=ours)
    assert extra.text.startswith("Yes: the node ")
    (cluster,) = ask("How is your Kind cluster set up?", theirs=theirs)
    assert "makes a Kind cluster of 2 nodes: control-plane and worker." in cluster.text


def test_files_that_are_asked_for(theirs: Side) -> None:
    dockerfile, manifest, copy, report, version = ask(
        "Can you share your Dockerfile?",
        "Can you share your deployment manifest?",
        "How do you extract the coverage?",
        "How do you run covdata percent?",
        "Which Go version do you use?",
        theirs=theirs,
    )
    assert (
        f"{DOCKERFILE}: `FROM golang:1.26-alpine AS builder` and `FROM gcr.io/distroless" in dockerfile.text
    )
    assert "GOCOVERDIR: `/coverdata`." in manifest.text
    assert "docker cp signalprocessing-e2e-worker:/coverdata/. to coverdata" in copy.text
    assert "The pod is stopped before it, and the run waits between the two." in copy.text
    assert "`percent coverdata`" in report.text
    assert "go.mod says `go 1.25`." in version.text
    assert "has Go 1.26 by its tag." in version.text
