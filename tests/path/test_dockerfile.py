"""Dockerfiles: scopes, stages, users, directories, and which go build a build really runs."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.facts.build import GoBuild, Guard, Setting, Stage
from bot.model import Evidence, RepoRef
from bot.path.docker.reader import DockerfileReading, read_dockerfile
from bot.repo.base import text_file

REPO = RepoRef("acme/shop", "0" * 40)


def read(text: str, target: str | None = None, **passed: str | None) -> DockerfileReading:
    file = text_file("Dockerfile", dedent(text), "sha", REPO)
    args = {name: Setting(name, value, Evidence("Makefile", 1, 1)) for name, value in passed.items()}
    return read_dockerfile(file, build_args=args, target=target)


def last(text: str, **passed: str | None) -> Stage:
    return read(text, **passed).dockerfile.stages[-1]


def env_of(text: str, **passed: str | None) -> dict[str, str | None]:
    (build,) = read(text, **passed).builds
    return {s.name: s.value for s in build.env}


COMPARES = """\
    FROM golang:1.26 AS builder
    ARG GOFLAGS=""
    WORKDIR /src
    RUN if [ "${GOFLAGS}" = "-cover" ]; then \\
        # measured
        CGO_ENABLED=0 GOFLAGS=${GOFLAGS} go build \\
          -o server ./cmd/server; \\
      else \\
        go build -ldflags='-s -w' -o server ./cmd/server/main.go; \\
      fi
    FROM scratch
    COPY --from=builder /src/server /server
    ENTRYPOINT ["/server"]
    """


def both(**passed: str) -> tuple[GoBuild, GoBuild]:
    one, two = read(COMPARES, **passed).builds
    return one, two


def test_the_exact_value_takes_the_coverage_branch() -> None:
    plain, stripped = both(GOFLAGS="-cover")
    assert (plain.taken, plain.cover, plain.ldflags) == (True, True, None)
    assert stripped.taken is False
    assert (plain.evidence.line, plain.evidence.end_line) == (6, 7)
    assert (plain.workdir, plain.packages, plain.output) == ("/src", ("./cmd/server",), "server")
    (test,) = plain.tests
    assert (test.variable, test.actual, test.operand, test.result) == ("GOFLAGS", "-cover", "-cover", True)


def test_a_longer_value_fails_the_compare_but_still_reaches_go_through_the_environment() -> None:
    plain, stripped = both(GOFLAGS="-cover -coverpkg=./...")
    assert plain.taken is False
    assert (stripped.taken, stripped.cover, stripped.coverpkg) == (True, True, ("./...",))
    assert stripped.evidence.line == 9
    assert stripped.tests[0].result is False
    assert stripped.tests[0].actual == "-cover -coverpkg=./..."


def test_without_the_build_arg_nothing_is_instrumented() -> None:
    plain, stripped = both()
    assert (plain.taken, stripped.taken, stripped.cover) == (False, True, False)


def test_a_value_that_is_not_known_stays_unknown() -> None:
    plain, stripped = both(GOFLAGS="${FLAGS}")
    assert plain.taken is not False
    assert stripped.cover is None


def test_the_condition_of_a_build_arg_goes_with_the_build() -> None:
    guard = Guard("E2E_COVERAGE=true", "E2E_COVERAGE", "true", coverage=True)
    file = text_file("Dockerfile", dedent(COMPARES), "sha", REPO)
    passed = {"GOFLAGS": Setting("GOFLAGS", "-cover", Evidence("Makefile", 1, 1), (guard,))}
    taken = read_dockerfile(file, build_args=passed).builds[0]
    assert taken.goflags is not None
    assert taken.goflags.guards == (guard,)


@pytest.mark.parametrize(
    ("lines", "passed", "value"),
    [
        ("ARG GOFLAGS\nFROM a\nRUN go build", {"GOFLAGS": "-cover"}, None),
        ("ARG GOFLAGS=-v\nFROM a\nARG GOFLAGS\nRUN go build", {}, "-v"),
        ("ARG GOFLAGS=-v\nFROM a\nARG GOFLAGS\nRUN go build", {"GOFLAGS": "-cover"}, "-cover"),
        ("ARG GOFLAGS=-v\nFROM a\nARG GOFLAGS=-x\nRUN go build", {}, "-x"),
        ("FROM a\nRUN go build\nARG GOFLAGS", {"GOFLAGS": "-cover"}, None),
        ("FROM a\nARG GOFLAGS\nFROM b\nRUN go build", {"GOFLAGS": "-cover"}, None),
        ("FROM a AS x\nARG GOFLAGS\nFROM x\nRUN go build", {"GOFLAGS": "-cover"}, "-cover"),
        ("FROM a AS x\nENV GOFLAGS=-v\nFROM X\nRUN go build", {}, "-v"),
        ("FROM a\nARG GOFLAGS\nENV GOFLAGS=-v\nRUN go build", {"GOFLAGS": "-cover"}, "-v"),
        ("FROM a\nENV GOFLAGS=-v\nARG GOFLAGS\nRUN go build", {"GOFLAGS": "-cover"}, "-v"),
        ("FROM a\nARG GOFLAGS\nENV GOFLAGS=${GOFLAGS:--v}\nRUN go build", {"GOFLAGS": "-cover"}, "-cover"),
        ("FROM a\nARG GOFLAGS\nENV GOFLAGS=${GOFLAGS:--v}\nRUN go build", {}, "-v"),
        ("FROM a\nARG GOFLAGS\nRUN go build", {}, None),
        ("FROM a\nARG GOFLAGS\nRUN go build", {"OTHER": "-cover"}, None),
        ("FROM a\nARG GOFLAGS\nRUN GOFLAGS=-x go build", {"GOFLAGS": "-cover"}, "-x"),
        (
            'FROM a\nARG COVER\nENV GOFLAGS="-mod=mod $COVER"\nRUN go build',
            {"COVER": "-cover"},
            "-mod=mod -cover",
        ),
        ("FROM a\nARG A=1 GOFLAGS='-v'\nRUN go build", {}, "-v"),
        ("FROM a\nENV GOFLAGS -mod=mod -v\nRUN go build", {}, "-mod=mod -v"),
        ("FROM a\nARG GOFLAGS=-v\nARG GOFLAGS\nRUN go build", {}, "-v"),
        ("FROM a\nENV A=1\nENV A=2 GOFLAGS=$A\nRUN go build", {}, "1"),
    ],
)
def test_goflags_in_scope(lines: str, passed: dict[str, str], value: str | None) -> None:
    assert env_of(lines, **passed).get("GOFLAGS") == value


def test_platform_args_are_known_names_with_unknown_values() -> None:
    text = "FROM --platform=$BUILDPLATFORM a\nARG TARGETARCH\nARG GOARCH=${TARGETARCH:-amd64}\nRUN go build"
    assert env_of(text)["GOARCH"] == "${TARGETARCH}"
    assert env_of(text, TARGETARCH="arm64")["GOARCH"] == "arm64"


def test_names_of_the_base_image_are_unknown_and_others_unset() -> None:
    text = 'FROM a\nRUN [ -z "$NEVER" ] && go build -o $GOPATH/x$NEVER'
    (build,) = read(text).builds
    assert (build.taken, build.output) == (True, "${GOPATH}/x")


def test_from_sees_global_args_only() -> None:
    text = "ARG TAG=1.26\nARG IMG=golang:${TAG}-alpine\nFROM $IMG\nARG TAG\nFROM x:$TAG\nFROM y:$NO"
    assert [s.base for s in read(text).dockerfile.stages] == ["golang:1.26-alpine", "x:1.26", "y:"]
    assert last("ARG TAG\nFROM golang:$TAG", TAG=None).base == "golang:${TAG}"


def test_lines_inside_a_run_are_those_of_the_command() -> None:
    text = """\
    FROM golang
    RUN --mount=type=cache,target=/root/.cache \\
        --network=none \\
        # a comment

        apk add git && \\
        cd /src && go build \\
          ./x
    """
    (build,) = read(text).builds
    assert (build.evidence.line, build.evidence.end_line) == (7, 8)
    assert build.workdir == "/src"


def test_heredocs() -> None:
    text = """\
    FROM golang
    RUN <<EOF
    set -e
    go build -cover ./x
    EOF
    RUN bash <<'EOT' && go build ./y
    echo no
    EOT
    COPY <<A <<B /etc/
    FROM nothing
    A
    RUN go build ./z
    B
    RUN go build ./w
    """
    found = read(text)
    assert [(b.packages, b.evidence.line) for b in found.builds] == [
        (("./x",), 4),
        (("./y",), 6),
        (("./w",), 14),
    ]
    assert len(found.dockerfile.stages) == 1


def test_the_escape_directive() -> None:
    text = "# escape=`\nFROM golang\nRUN cd c:\\x; `\n  go build -o a\\b ./x\nENV A=`$B\n"
    (build,) = read(text).builds
    assert build.evidence.line == 4
    assert last(text).env[0].value == "$B"


def test_exec_form_and_lower_case_and_crlf() -> None:
    found = read('from golang as b\r\nrun ["go", "build", "-cover", "./a b"]\r\n')
    assert found.builds[0].packages == ("./a b",)
    assert found.dockerfile.stages[0].name == "b"


def test_sh_minus_c_is_read() -> None:
    (build,) = read("FROM a\nARG GOFLAGS\nRUN sh -c 'cd /x && go build ./y'", GOFLAGS="-cover").builds
    assert (build.cover, build.packages, build.workdir) == (True, ("./y",), "/x")


def test_copies() -> None:
    text = """\
    FROM golang AS build
    FROM alpine
    WORKDIR /app
    COPY --from=build --chown=1001:0 --link /out/x bin/y ./
    COPY ["a b", "/c/"]
    ADD --chmod=755 z /z
    COPY --from=0 /out/x x
    """
    one, two, three, four = last(text).copies
    assert (one.source_stage, one.sources, one.destination) == ("build", ("/out/x", "/bin/y"), "/app/")
    assert one.chown == "1001:0"
    assert (two.source_stage, two.sources, two.destination) == (None, ("a b",), "/c/")
    assert (three.chmod, three.destination) == ("755", "/z")
    assert (four.source_stage, four.destination) == ("0", "/app/x")


@pytest.mark.parametrize(
    ("lines", "uid", "gid"),
    [
        ("USER 1001", 1001, None),
        ("USER 1001:0", 1001, 0),
        ("ARG UID=7\nUSER $UID", 7, None),
        ("RUN useradd -r -u 1001 -g root app\nUSER app", 1001, 0),
        ("RUN groupadd -g 5 g && useradd --uid=1002 -g g app\nUSER app:g", 1002, 5),
        ("RUN addgroup -g 5 g && adduser -D -u 1003 -G g app\nUSER app", 1003, 5),
        ("RUN adduser --disabled-password --gecos '' --uid 1004 app\nUSER app", 1004, 1004),
        ('RUN echo "app:x:1005:0::/:/bin/sh" >> /etc/passwd\nUSER app', 1005, 0),
        ("RUN useradd app\nUSER app", None, None),
        ("USER app", None, None),
        ("USER root", 0, 0),
        ("USER ${WHO}", None, None),
        ("RUN [ -f /x ] && useradd -u 9 app\nUSER app", None, None),
    ],
)
def test_users(lines: str, uid: int | None, gid: int | None) -> None:
    user = last("FROM debian\n" + lines).users[-1]
    assert (user.uid, user.gid) == (uid, gid)


def test_distroless_has_nonroot() -> None:
    assert last("FROM gcr.io/distroless/static\nUSER nonroot").users[0].uid == 65532
    assert last("FROM debian\nUSER nonroot").users[0].uid is None


def test_directories() -> None:
    text = """\
    FROM debian
    COPY x /tmp/
    RUN mkdir -p /cov /data/sub && chown -R 1001:0 /data && chmod 777 /cov
    RUN useradd -u 7 app && install -d -o app -m 0750 /inst
    WORKDIR /w
    USER 1001
    RUN mkdir own
    """
    made = {d.path: (d.owner_uid, d.mode, d.evidence.line) for d in last(text).directories}
    assert made == {
        "/cov": (0, 0o777, 3),
        "/data/sub": (1001, 0o755, 3),
        "/data": (1001, None, 3),
        "/inst": (7, 0o750, 4),
        "/w": (0, 0o755, 5),
        "/w/own": (1001, 0o755, 7),
    }


def test_entry_commands() -> None:
    stage = last('FROM a\nENTRYPOINT ["/x", "-v"]\nCMD ["run"]')
    assert stage.entrypoint is not None
    assert (stage.entrypoint.argv, stage.entrypoint.shell_form) == (("/x", "-v"), False)
    assert stage.cmd is not None
    assert stage.cmd.argv == ("run",)
    shell = last("FROM a\nENTRYPOINT exec /x $ARGS").entrypoint
    assert shell is not None
    assert (shell.argv, shell.shell_form) == (("exec", "/x", "$ARGS"), True)
    almost = last("FROM a\nCMD ['/x']").cmd
    assert almost is not None
    assert almost.shell_form


def test_a_child_stage_inherits_and_an_entrypoint_resets_an_inherited_cmd() -> None:
    base = 'FROM a AS b\nUSER 5\nENV A=1\nWORKDIR /w\nVOLUME ["/v"]\nSTOPSIGNAL SIGINT\nCMD ["c"]\n'
    child = last(base + "FROM b\n")
    assert (child.users[0].uid, child.env[0].value, child.workdirs[0].value) == (5, "1", "/w")
    assert child.volumes[0].value == "/v"
    assert child.stop_signal is not None
    assert child.cmd is not None
    assert child.evidence.line == 8
    assert last(base + 'FROM b\nENTRYPOINT ["e"]').cmd is None


def test_the_target_stage() -> None:
    text = "FROM a AS one\nFROM b AS two\nFROM c"
    assert read(text).dockerfile.final == 2
    assert read(text, target="ONE").dockerfile.final == 0
    assert read(text, target="1").dockerfile.final == 1
    assert "no such stage" in read(text, target="nine").missing[0].reason


def test_a_healthcheck_that_is_no_json_is_no_gap() -> None:
    found = read('FROM a\nHEALTHCHECK --interval=3s \\\n  CMD ["curl"] || exit 1\nENTRYPOINT ["/x"]')
    assert found.dockerfile.parse_gaps == ()
    assert found.missing == ()


def test_what_is_not_read_is_said() -> None:
    assert "make" in read("FROM a\nRUN make build").missing[0].what
    assert read("FROM a\nRUN make deps && go build").missing == ()
    foreign = read('FROM a\nSHELL ["pwsh", "-c"]\nRUN go build')
    assert foreign.builds == ()
    assert "POSIX" in foreign.missing[0].reason
    onbuild = read("FROM a\nONBUILD RUN go build").missing[0]
    assert not onbuild.needed
    assert read("").missing[0].reason == "it has no FROM"
    broken = read("FROM a\nNONSENSE here\nRUN go build")
    assert [gap.line for gap in broken.dockerfile.parse_gaps] == [2]
    assert len(broken.builds) == 1


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nENV A=" + "${" * 20_000,
        "FROM a\nENV A=x\n" + "ENV A=$A$A$A$A\n" * 60,
        "FROM a\nRUN " + "\\\n" * 50_000,
        "FROM a\nRUN " + " --x" * 20_000,
        "FROM a\nRUN cat <<A\n" * 300,
        "FROM a AS b\nFROM b AS b\n" * 300,
        "FROM a\nRUN [" + "[" * 50_000,
        "FROM a\nRUN mkdir " + "/x " * 50_000,
        "ARG A=$A\n" * 3_000 + "FROM $A",
        "x" * 900_000,
    ],
)
def test_hostile_files_are_bounded(text: str) -> None:
    reading = read(text)
    assert len(reading.dockerfile.stages) <= 100


_PIECES = st.lists(
    st.sampled_from(
        [
            "FROM a AS b\n",
            "FROM b\n",
            "RUN ",
            "ARG A",
            "ENV A=",
            "COPY --from=b ",
            "USER ",
            "WORKDIR ",
            "\n",
            "\\\n",
            "$A",
            "${A",
            ":-x}",
            '"',
            "'",
            "<<E\n",
            "E\n",
            "[",
            "]",
            "# c\n",
            "#escape=`\n",
            "`\n",
            "go build ",
            "-cover ",
            "/x ",
            "if [ ",
            "; then ",
            "fi",
            "useradd -u ",
            "chown -R ",
            "ONBUILD ",
            "SHELL [",
            "--mount=x ",
            ",",
            "{",
        ]
    ),
    max_size=40,
).map("".join)


@settings(max_examples=150, deadline=None)
@given(_PIECES | st.text(max_size=200))
def test_arbitrary_text_never_raises(text: str) -> None:
    reading = read(text, A="x")
    for build in reading.builds:
        assert 1 <= build.evidence.line <= build.evidence.end_line <= text.count("\n") + 1
