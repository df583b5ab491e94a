"""Facts of the links build and image: Dockerfiles, go build, the build args a build passes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.model import Evidence


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition under which something holds, as the source writes it.

    `coverage` is True when the guard switches coverage on (`E2E_COVERAGE == "true"`): such guards
    are taken to hold, and named in the answer. Other guards with unknown outcome are only noted.
    `error_path` marks code that runs only when a call before it failed (`err != nil`, `|| ...`).
    """

    text: str
    variable: str | None = None
    value: str | None = None
    coverage: bool = False
    error_path: bool = False
    evidence: Evidence | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """A named value with the place that sets it: an ENV, an ARG, a build arg, a variable.

    `value` None means declared without a value (`ARG GOFLAGS`).
    """

    name: str
    value: str | None
    evidence: Evidence
    guards: tuple[Guard, ...] = ()


@dataclass(frozen=True, slots=True)
class ShellTest:
    """A test that decides which branch of a RUN is taken.

    For `[ "${GOFLAGS}" = "-cover" ]`: variable GOFLAGS, operator `=`, operand `-cover`, `actual` the
    value GOFLAGS has in the build (None: unknown), `result` what the test gives (None: unknown).
    """

    text: str
    variable: str | None
    operator: str
    operand: str | None
    actual: str | None
    result: bool | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class GoBuild:
    """One `go build` (or install, ko, goreleaser, tinygo, garble) that can make the service's binary.

    Flags are the effective ones: GOFLAGS in scope, then the command line. `taken` says whether the
    shell reaches it with coverage switched on (None: cannot be told). `stage` is the Dockerfile
    stage index, or None for a build outside Docker. `goflags` is GOFLAGS as the command sees it.
    `called_at` is the RUN that calls the make or script which the build stands in.
    """

    tool: str
    argv: tuple[str, ...]
    evidence: Evidence
    packages: tuple[str, ...] = ()
    output: str | None = None
    cover: bool | None = None
    coverpkg: tuple[str, ...] = ()
    covermode: str | None = None
    buildmode: str | None = None
    ldflags: str | None = None
    tags: tuple[str, ...] = ()
    all_flags: tuple[str, ...] = ()
    goflags: Setting | None = None
    env: tuple[Setting, ...] = ()
    stage: int | None = None
    workdir: str | None = None
    taken: bool | None = None
    tests: tuple[ShellTest, ...] = ()
    guards: tuple[Guard, ...] = ()
    called_at: Evidence | None = None


@dataclass(frozen=True, slots=True)
class CopyFrom:
    """A COPY or ADD: `source_stage` is what `--from` names (stage name, index or image), or None."""

    source_stage: str | None
    sources: tuple[str, ...]
    destination: str
    evidence: Evidence
    chown: str | None = None
    chmod: str | None = None


@dataclass(frozen=True, slots=True)
class UserSwitch:
    """A USER instruction: the text, and the uid when it is numeric or made by a useradd above it."""

    text: str
    uid: int | None
    gid: int | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class DirectoryMade:
    """A directory that a RUN, COPY or WORKDIR leaves in the image, with owner and mode if told."""

    path: str
    owner_uid: int | None
    owner_text: str | None
    mode: int | None
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class EntryCommand:
    """ENTRYPOINT or CMD: exec form keeps `argv`; shell form runs under `/bin/sh -c`.

    Where it starts a script of the repo, `script` is the script's line that starts the program (its last
    command) and `script_execs` says whether that line is an `exec`; None when it was not read.
    """

    argv: tuple[str, ...]
    shell_form: bool
    evidence: Evidence
    script: Evidence | None = None
    script_execs: bool | None = None


@dataclass(frozen=True, slots=True)
class RunStep:
    """A RUN instruction: its shell text and, for each variable it reads, nothing is judged here."""

    text: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a Dockerfile, instructions in order of appearance.

    `base` is the image or stage name after FROM with build args filled in where known. `order` in
    `args` and `runs` is by evidence line: an ARG below the RUN that uses it is out of scope.
    """

    index: int
    name: str | None
    base: str
    evidence: Evidence
    args: tuple[Setting, ...] = ()
    env: tuple[Setting, ...] = ()
    workdirs: tuple[Setting, ...] = ()
    copies: tuple[CopyFrom, ...] = ()
    users: tuple[UserSwitch, ...] = ()
    runs: tuple[RunStep, ...] = ()
    directories: tuple[DirectoryMade, ...] = ()
    entrypoint: EntryCommand | None = None
    cmd: EntryCommand | None = None
    volumes: tuple[Setting, ...] = ()
    stop_signal: Setting | None = None


@dataclass(frozen=True, slots=True)
class Dockerfile:
    """A Dockerfile read for one build: stages in order, ARGs before the first FROM, target stage.

    `final` is the index of the stage the image is made of (the build's `--target`, else the last).
    """

    path: str
    stages: tuple[Stage, ...]
    global_args: tuple[Setting, ...]
    final: int
    parse_gaps: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class GoModule:
    """go.mod: module path, `go` and `toolchain` lines, replaces, and other modules in the repo.

    `directory` is repo-relative ("" for the root). `nested` are directories of other go.mod files
    below it, `replaces` maps module path to its replacement, `vendored` is True when vendor/ exists.
    """

    directory: str
    path: str
    evidence: Evidence
    go: Setting | None = None
    toolchain: Setting | None = None
    replaces: tuple[Setting, ...] = ()
    requires: tuple[str, ...] = ()
    nested: tuple[str, ...] = ()
    workspace: Evidence | None = None
    vendored: bool = False


@dataclass(frozen=True, slots=True)
class CodeFact:
    """A statement in Go code that matters for the exit or for coverage, e.g. a `signal.Notify` call.

    `kind` is one of: `signal-handler` (value: the signals), `no-return` (a handled signal that never
    leads out of main), `hard-exit` (syscall.Exit, syscall.Kill, syscall.Exec), `set-gocoverdir`
    (os.Setenv), `chdir`, `coverage-api` (runtime/coverage call), `shutdown-timeout` (value: seconds).
    """

    kind: str
    value: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class MainPackage:
    """The service's package main: repo-relative directory, import path, files and telling statements.

    `handles_sigterm` is None when the package could not be read far enough to tell.
    """

    directory: str
    import_path: str
    files: tuple[str, ...]
    evidence: Evidence
    handles_sigterm: bool | None = None
    code: tuple[CodeFact, ...] = ()
    reason_unknown: str | None = None
