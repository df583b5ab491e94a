"""Go build command lines. The expectations were measured with Go 1.26.8 (`go version -m`)."""

from __future__ import annotations

import pytest

from bot.facts.build import GoBuild, Setting
from bot.model import Evidence
from bot.path.builds.gobuild import go_build
from bot.path.builds.goflags import split_goflags
from bot.path.commands.command import Command

HERE = Evidence("Makefile", 3, 3)


def build(*argv: str, goflags: str | None = None, cwd: str | None = "") -> GoBuild:
    env = () if goflags is None else (Setting("GOFLAGS", goflags, HERE),)
    found = go_build(Command(argv, HERE, env=env, cwd=cwd))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("goflags", "flags", "cover"),
    [
        (None, "", False),
        (None, "-cover", True),
        (None, "--cover", True),
        (None, "-cover=1", True),
        (None, "-coverpkg=./...", True),
        (None, "-covermode=atomic", True),
        (None, "-coverpkg ./... -v", True),
        (None, "-cover -cover=false", False),
        (None, "-coverpkg=./... -cover=false", False),
        (None, "-cover=false -coverpkg=./...", True),
        ("-cover", "", True),
        ("-cover", "-cover=false", False),
        ("-cover -coverpkg=./...", "", True),
        ("'-cover' \"-coverpkg=./...,x\"", "", True),
        ("'-cover -coverpkg=./...'", "", False),
        ("-mod=mod -cover=0", "", False),
        ("-cover=TRUE", "", True),
        ("-mod=vendor", "-trimpath -tags x", False),
        ("", "", False),
        ("${GOFLAGS}", "", None),
        ("${EXTRA} -cover", "", True),
        ("-cover ${EXTRA}", "", None),
        ("-mod=${MOD}", "", False),
        (None, "${BUILD_FLAGS}", None),
        (None, "-ldflags ${LDFLAGS}", False),
        (None, "-o ${DIR}/x", False),
        (None, "-cover=${COVER}", None),
    ],
)
def test_cover(goflags: str | None, flags: str, cover: bool | None) -> None:
    assert build("go", "build", *flags.split(), "./cmd/x", goflags=goflags).cover is cover


def test_everything_a_build_says() -> None:
    found = build(
        *("go", "build", "-o", "bin/x", "-ldflags=-s -w", "-tags", "a,b", "-coverpkg=./...,m/x"),
        *("-covermode=atomic", "-buildmode=pie", "./cmd/x", "./cmd/y"),
        goflags="-mod=mod -tags=z",
    )
    assert found.packages == ("./cmd/x", "./cmd/y")
    assert (found.output, found.ldflags, found.buildmode) == ("bin/x", "-s -w", "pie")
    assert (found.tags, found.coverpkg, found.covermode) == (("a", "b"), ("./...", "m/x"), "atomic")
    assert found.goflags is not None
    assert found.goflags.value == "-mod=mod -tags=z"
    assert found.all_flags[:2] == ("-mod=mod", "-tags=z")


def test_flags_end_at_the_first_package() -> None:
    found = build("go", "build", "./cmd/x", "-cover")
    assert found.packages == ("./cmd/x", "-cover")
    assert found.cover is False


@pytest.mark.parametrize(
    ("change", "cwd", "workdir"),
    [
        ("sub", "", "sub"),
        ("..", "a/b", "a"),
        ("/src", "a", "/src"),
        ("${repo}/x", "a", "x"),
        ("${D}", "a", None),
        (".", "", ""),
    ],
)
def test_another_directory(change: str, cwd: str, workdir: str | None) -> None:
    assert build("go", "build", "-C", change, "./x", cwd=cwd).workdir == workdir


def test_other_tools() -> None:
    assert build("go", "install", "./cmd/x").tool == "go"
    assert build("/usr/local/go/bin/go", "build").packages == ()
    assert build("tinygo", "build", "-cover", "x").cover is False
    garble = build("garble", "-literals", "build", "-cover", "./x")
    assert (garble.tool, garble.cover, garble.packages) == ("garble", True, ("./x",))
    ko = build("ko", "build", "-t", "v1", "--local", "./cmd/x")
    assert (ko.tool, ko.packages, ko.cover) == ("ko", ("./cmd/x",), None)
    assert build("ko", "build", "./x", goflags="-cover").cover is True
    assert build("go", "run", "mvdan.cc/garble@v0.12", "build", "./x").tool == "garble"


@pytest.mark.parametrize(
    "argv",
    [
        ("go", "test", "-c", "./x"),
        ("go", "run", "./x"),
        ("go",),
        ("docker", "build", "."),
        ("xcaddy", "build"),
        ("ko", "delete"),
        ("tinygo", "version"),
        (),
    ],
)
def test_commands_that_build_no_service(argv: tuple[str, ...]) -> None:
    assert go_build(Command(argv, HERE)) is None


def test_goflags_are_split_as_cmd_go_does() -> None:
    assert split_goflags(" -a  '-b c' \"-d\"\t-e='x y' ") == ("-a", "-b c", "-d", "-e='x", "y'")
    assert split_goflags("'-a") is None
