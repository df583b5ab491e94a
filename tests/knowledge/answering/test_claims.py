"""Statements held against the example's files: what each subject confirms, contradicts and leaves open."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.answering.claims import check_claims
from knowledge.answering.model import ClaimCheck, ClaimVerdict, Side
from knowledge.answering.subjects.registry import all_holders
from knowledge.requests.model import Claim, HelpRequest, Subject
from tests.knowledge.answering.sides import side

YES, NO, OPEN = ClaimVerdict.CONFIRMED, ClaimVerdict.CONTRADICTED, ClaimVerdict.UNVERIFIABLE
DOCKERFILE = "docker/data-storage.Dockerfile"
MANIFEST = "test/infrastructure/datastorage.go"
KIND = "test/infrastructure/kind-datastorage-config.yaml"
SUITE = "test/e2e/datastorage/datastorage_e2e_suite_test.go"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The example's datastorage as it ships."""
    return side(tmp_path_factory.mktemp("ours"), service="datastorage")


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Side:
    """The example's signalprocessing as it ships."""
    return side(tmp_path_factory.mktemp("theirs"))


def held(ours: Side | None, subject: Subject, value: str, text: str = "", section: str = "") -> ClaimCheck:
    """One statement, held against a side."""
    claim = Claim(subject, value, text or value, 1, section)
    checks = check_claims(HelpRequest("", "", "", claims=(claim,)), ours)
    assert len(checks) == 1
    return checks[0]


def places(check: ClaimCheck) -> set[str]:
    return {each.place for each in check.evidence}


@pytest.mark.parametrize(
    ("subject", "value", "verdict", "place"),
    [
        (Subject.BUILDER_IMAGE, "golang:1.26-alpine", YES, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "docker.io/library/golang:1.26-alpine", YES, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "`golang:1.26-alpine@sha256:0123`", YES, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "golang", YES, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "golang:1.22-alpine", NO, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "registry.example.com/ubi9/go-toolset:1.25", NO, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "golang:1.26.1-alpine", OPEN, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "golang:1.26", OPEN, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "mirror.example.com/base/golang:1.26-alpine", OPEN, f"{DOCKERFILE}:2"),
        (Subject.BUILDER_IMAGE, "alpine", OPEN, f"{DOCKERFILE}:2"),
        (Subject.RUNTIME_IMAGE, "gcr.io/distroless/static-debian12:nonroot", YES, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "distroless/static-debian12", YES, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "gcr.io/distroless/static", OPEN, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "distroless", YES, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "gcr.io/distroless/static-debian12:debug", NO, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "registry.example.com/ubi9/ubi-minimal:latest", NO, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "alpine", NO, f"{DOCKERFILE}:19"),
        (Subject.RUNTIME_IMAGE, "something small of ours", OPEN, f"{DOCKERFILE}:19"),
        (Subject.GO_VERSION, "1.26", YES, f"{DOCKERFILE}:2"),
        (Subject.GO_VERSION, "1.22", NO, "go.mod:3"),
        (Subject.GO_VERSION, "1.26.3", OPEN, f"{DOCKERFILE}:2"),
        (Subject.GO_VERSION, "1.25", OPEN, "go.mod:3"),
        (Subject.GOFLAGS, "-cover", YES, f"{DOCKERFILE}:14"),
        (Subject.GOFLAGS, "-mod=vendor", NO, f"{DOCKERFILE}:14"),
        (Subject.GOFLAGS, "${GOFLAGS}", OPEN, None),
        (Subject.COVERAGE_FLAG, "-cover", YES, f"{DOCKERFILE}:14"),
        (Subject.LDFLAGS, '-extldflags "-static"', OPEN, f"{DOCKERFILE}:16"),
        (Subject.CGO, "0", YES, f"{DOCKERFILE}:14"),
        (Subject.CGO, "1", NO, f"{DOCKERFILE}:14"),
        (Subject.LINKING, "static", YES, f"{DOCKERFILE}:14"),
        (Subject.LINKING, "dynamic", NO, f"{DOCKERFILE}:14"),
        (Subject.LINKING, "CGO_ENABLED=0", YES, f"{DOCKERFILE}:14"),
        (Subject.LINKING, "CGO_ENABLED=1", NO, f"{DOCKERFILE}:14"),
        (Subject.LINKING, "by hand", OPEN, None),
        (Subject.USER, "root", YES, f"{MANIFEST}:95"),
        (Subject.USER, "0", YES, f"{MANIFEST}:95"),
        (Subject.USER, "1001", NO, f"{MANIFEST}:95"),
        (Subject.USER, "65532:65532", OPEN, f"{DOCKERFILE}:21"),
        (Subject.USER, "65532", OPEN, f"{DOCKERFILE}:21"),
        (Subject.USER, "somebody", OPEN, None),
        (Subject.GOCOVERDIR, "/coverdata", YES, f"{MANIFEST}:129"),
        (Subject.GOCOVERDIR, "/coverdata/", YES, f"{MANIFEST}:129"),
        (Subject.GOCOVERDIR, "set", YES, f"{MANIFEST}:129"),
        (Subject.GOCOVERDIR, "/tmp/coverage", NO, f"{MANIFEST}:129"),
        (Subject.GOCOVERDIR, "$COVERDIR", OPEN, f"{MANIFEST}:129"),
        (Subject.MOUNT, "mountPath: /coverdata", YES, f"{MANIFEST}:137"),
        (Subject.MOUNT, "mountPath: /tmp/coverage", NO, f"{MANIFEST}:137"),
        (Subject.MOUNT, "mountPath: /etc/other", OPEN, None),
        (Subject.MOUNT, "containerPath: /coverdata", YES, f"{KIND}:9"),
        (Subject.MOUNT, "containerPath: /tmp/coverage", NO, f"{KIND}:8"),
        (Subject.MOUNT, "hostPath /coverdata", YES, f"{MANIFEST}:154"),
        (Subject.MOUNT, "hostPath /tmp/coverage", NO, f"{MANIFEST}:154"),
        (Subject.MOUNT, "emptyDir /coverdata", NO, f"{MANIFEST}:154"),
        (Subject.MOUNT, "hostPath ${DIR}/coverdata", OPEN, None),
        (Subject.MOUNT, "Volume mounted", YES, f"{MANIFEST}:137"),
        (Subject.MOUNT, "Volume mounted and writable", OPEN, f"{MANIFEST}:137"),
        (Subject.HOST_PATH, "/coverdata", YES, f"{MANIFEST}:154"),
        (Subject.HOST_PATH, "./coverdata", YES, f"{KIND}:8"),
        (Subject.HOST_PATH, "/tmp/coverage", NO, f"{KIND}:8"),
        (Subject.HOST_PATH, "${PWD}/coverdata", OPEN, f"{KIND}:8"),
        (Subject.CLUSTER, "Kind", YES, None),
        (Subject.CLUSTER, "EKS", OPEN, None),
        (Subject.SHUTDOWN, "kubectl scale --replicas=0", YES, f"{SUITE}:50"),
        (Subject.SHUTDOWN, "graceful shutdown", YES, "cmd/datastorage/main.go:25"),
        (Subject.SHUTDOWN, "kubectl delete pod", OPEN, f"{SUITE}:50"),
        (Subject.DOCKERFILE, DOCKERFILE, YES, None),
        (Subject.DOCKERFILE, "./" + DOCKERFILE, YES, None),
        (Subject.DOCKERFILE, "docker/other.Dockerfile", OPEN, None),
        (Subject.TESTS_PASS, "84/84", OPEN, None),
        (Subject.OTHER, "macOS", OPEN, None),
    ],
)
def test_a_value_alone(
    ours: Side, subject: Subject, value: str, verdict: ClaimVerdict, place: str | None
) -> None:
    check = held(ours, subject, value)
    assert check.verdict is verdict, check.text
    assert check.text.endswith(".")
    assert place is None or place in places(check), check
    assert check.evidence or verdict is OPEN


@pytest.mark.parametrize(
    ("subject", "value", "text", "section", "verdict"),
    [
        (Subject.GOFLAGS, "-cover", "GOFLAGS: -cover (when E2E_COVERAGE=true)", "", YES),
        (Subject.GOFLAGS, "-cover", "GOFLAGS: -cover (when COVERAGE=1)", "", OPEN),
        (Subject.GOFLAGS, "-cover", "Binary builds with `GOFLAGS=-cover`", "", YES),
        (Subject.GOFLAGS, "-cover", "Binary builds with `GOFLAGS=-cover`, and fast", "", OPEN),
        (Subject.GOCOVERDIR, "/coverdata", "We do not set `GOCOVERDIR=/coverdata`", "", OPEN),
        (Subject.GOCOVERDIR, "/tmp/x", "GOCOVERDIR=/tmp/x ./bin/datastorage", "", OPEN),
        (Subject.GOCOVERDIR, "/tmp/x", "`GOCOVERDIR=/tmp/x` set in pod", "", NO),
        (Subject.GOCOVERDIR, "/tmp/x", "`GOCOVERDIR=/tmp/x` set in pod", "Proposed fix", OPEN),
        (Subject.GOCOVERDIR, "/coverdata", "`GOCOVERDIR=/coverdata` set in pod", "Proposed fix", YES),
        (Subject.CLUSTER, "Kind", "Kubernetes: Kind cluster", "", YES),
        (
            Subject.CLUSTER,
            "Kind",
            "[x] Service can be deployed to Kind cluster (pending validation)",
            "",
            OPEN,
        ),
        (Subject.CLUSTER, "minikube", "Kubernetes: minikube cluster", "", NO),
        (Subject.CLUSTER, "minikube", "I also tried a minikube cluster", "", OPEN),
        (Subject.DOCKERFILE, "docker/a.Dockerfile", "Dockerfile: docker/a.Dockerfile", "", NO),
        (Subject.DOCKERFILE, "docker/data-storage", f"Dockerfile: {DOCKERFILE}", "", YES),
        (Subject.LINKING, "static", "Binary Type: statically linked", "", YES),
        (Subject.LINKING, "static", 'Linking: `-extldflags "-static"`', "", OPEN),
        (Subject.DOCKERFILE, "docker/a.Dockerfile", "Build: podman build -f docker/a.Dockerfile", "", OPEN),
        (Subject.SHUTDOWN, "kubectl delete pod", "Shutdown: kubectl delete pod", "", NO),
        (Subject.SHUTDOWN, "scale to 0", "Graceful shutdown (scale to 0)", "", YES),
        (Subject.USER, "65532", "Container User: nonroot (uid 65532)", "", OPEN),
        (Subject.USER, "nonroot", "USER nonroot", "", OPEN),
        (Subject.MOUNT, "HostPath volume through Kind worker", "", "", OPEN),
    ],
)
def test_a_statement_as_it_stands(
    ours: Side, subject: Subject, value: str, text: str, section: str, verdict: ClaimVerdict
) -> None:
    check = held(ours, subject, value, text, section)
    assert check.verdict is verdict, check.text


def test_the_text_says_what_the_repo_says(ours: Side) -> None:
    check = held(ours, Subject.RUNTIME_IMAGE, "alpine:3.20")
    assert check.text == f"{DOCKERFILE}:19 says gcr.io/distroless/static-debian12:nonroot, not alpine:3.20."
    assert check.evidence[0].excerpt == "FROM gcr.io/distroless/static-debian12:nonroot"


def test_what_holds_in_part_says_which_part(ours: Side) -> None:
    check = held(ours, Subject.MOUNT, "Volume mounted and writable")
    assert check.text.startswith("In part: ")
    assert "(writable) was not checked" in check.text
    flags = held(ours, Subject.LDFLAGS, '-extldflags "-static"')
    assert f"{DOCKERFILE}:16 says it of the build without coverage" in flags.text
    assert f"{DOCKERFILE}:14" in flags.text


@pytest.mark.parametrize(
    ("value", "verdict"),
    [("-s -w", YES), ('-ldflags="-w"', YES), ("-extldflags -static", NO), ("-X a=b", OPEN)],
)
def test_linker_flags_of_the_only_build(theirs: Side, value: str, verdict: ClaimVerdict) -> None:
    assert held(theirs, Subject.LDFLAGS, value).verdict is verdict


def test_an_uninstrumented_build(tmp_path: Path) -> None:
    plain = side(tmp_path, (MANIFEST, '"GOFLAGS=-cover"', '"OTHER=1"'), service="datastorage")
    flag = held(plain, Subject.GOFLAGS, "-cover")
    assert flag.verdict is NO
    assert flag.text.endswith("and without -cover.")
    assert held(plain, Subject.COVERAGE_FLAG, "-cover").verdict is NO


def test_a_variable_that_is_not_set(tmp_path: Path) -> None:
    line = 'env = append(env, corev1.EnvVar{Name: "GOCOVERDIR", Value: "/coverdata"})'
    unset = side(tmp_path, (MANIFEST, line, "_ = env"), service="datastorage")
    check = held(unset, Subject.GOCOVERDIR, "/coverdata")
    assert check.verdict is NO
    assert "not set" in check.text


def test_a_volume_that_is_not_there(tmp_path: Path) -> None:
    line = 'mounts = append(mounts, corev1.VolumeMount{Name: "coverage", MountPath: "/coverdata"})'
    bare = side(tmp_path, (MANIFEST, line, ""), service="datastorage")
    assert held(bare, Subject.MOUNT, "mountPath: /coverdata").verdict is NO
    assert held(bare, Subject.MOUNT, "Volume mounted").verdict is OPEN


def test_values_behind_variables_are_left_open(tmp_path: Path) -> None:
    base = (DOCKERFILE, "FROM gcr.io/distroless/static-debian12:nonroot", "ARG BASE\nFROM ${BASE}")
    value = (MANIFEST, 'Value: "/coverdata"', 'Value: os.Getenv("WHERE")')
    hidden = side(tmp_path, base, value, service="datastorage")
    assert held(hidden, Subject.RUNTIME_IMAGE, "alpine:3.20").verdict is OPEN
    assert held(hidden, Subject.GOCOVERDIR, "/tmp/coverage").verdict is OPEN


def test_cgo_that_nothing_sets(tmp_path: Path) -> None:
    unset = side(tmp_path, (DOCKERFILE, "CGO_ENABLED=0 ", ""), service="datastorage")
    for subject, value in ((Subject.CGO, "0"), (Subject.CGO, "1"), (Subject.LINKING, "static")):
        assert held(unset, subject, value).verdict is OPEN


def test_a_user_that_the_image_alone_sets(tmp_path: Path) -> None:
    context = "&corev1.PodSecurityContext{RunAsUser: &root, RunAsGroup: &root}"
    image = side(tmp_path, (MANIFEST, context, "nil"), service="datastorage")
    assert held(image, Subject.USER, "65532").verdict is YES
    assert held(image, Subject.USER, "nonroot", "runs as nonroot").verdict is YES
    assert held(image, Subject.USER, "root").verdict is NO
    assert held(image, Subject.USER, "1001").verdict is NO


def test_every_subject_has_a_holder() -> None:
    assert set(all_holders()) == set(Subject)
