"""go test, ginkgo, gotestsum, go tool covdata and go tool cover."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from bot.facts.events import Event, GoTest, Report
from bot.facts.words import hole, holes
from bot.path.commands.command import Command
from bot.path.commands.flags import Flags, is_hole, read_flags
from bot.path.commands.place import place_of

COVDATA_VERBS = ("percent", "textfmt", "merge", "func", "pkglist", "debugdump", "subtract", "intersect")

_GO_TEST = frozenset(
    {"-run", "-skip", "-timeout", "-tags", "-count", "-p", "-parallel", "-coverprofile", "-coverpkg"}
    | {"-covermode", "-o", "-exec", "-bench", "-benchtime", "-cpu", "-cpuprofile", "-memprofile", "-trace"}
    | {"-blockprofile", "-mutexprofile", "-outputdir", "-shuffle", "-fuzz", "-fuzztime", "-list", "-vet"}
    | {"-ldflags", "-gcflags", "-asmflags", "-mod", "-modfile", "-overlay", "-pkgdir", "-toolexec", "-C"}
    | {"-buildmode", "-compiler", "-installsuffix", "-pgo"}
)
_GINKGO = frozenset(
    {"-procs", "-nodes", "-timeout", "-focus", "-skip", "-focus-file", "-skip-file", "-label-filter"}
    | {"-output-dir", "-junit-report", "-json-report", "-teamcity-report", "-coverprofile", "-coverpkg"}
    | {"-covermode", "-tags", "-flake-attempts", "-seed", "-slow-spec-threshold", "-poll-progress-after"}
    | {"-poll-progress-interval", "-repeat", "-ldflags", "-gcflags", "-skip-package", "-compilers", "-o"}
    | {"-mod", "-grace-period", "-source-root", "-output-interceptor-mode", "-exec", "-sem-ver-filter"}
    | {"-after-run-hook", "-must-pass-repeatedly", "-p=", "-cpu", "-gojson-report"}
)
_GINKGO_OTHER = frozenset(
    {"build", "bootstrap", "generate", "labels", "outline", "help", "version", "unfocus"}
)
_GOTESTSUM = frozenset(
    {"-f", "--format", "--junitfile", "--jsonfile", "--packages", "--rerun-fails-max-failures", "--max-fails"}
    | {
        "--post-run-command",
        "--format-hide-empty-pkg",
        "--jsonfile-timing-events",
        "--junitfile-project-name",
    }
)


def _go(command: Command) -> tuple[Event, ...]:
    words = command.argv[1:]
    if words[:1] == ("-C",):
        words = words[2:]
    match words:
        case ("test", *rest):
            return _go_test(command, tuple(rest))
        case ("tool", "covdata", *rest):
            return _covdata(command, rest)
        case ("tool", "cover", *rest):
            return _cover(command, rest)
        case ("run" | "tool", *rest):
            return _run_ginkgo(command, rest)
    return ()


def _go_test(command: Command, words: tuple[str, ...]) -> tuple[Event, ...]:
    """`go test [flags] PACKAGES [-args ...]`; `-c` only compiles."""
    if "-args" in words:
        words = words[: words.index("-args")]
    elif "--args" in words:
        words = words[: words.index("--args")]
    flags = read_flags([word.replace("-test.", "-", 1) for word in words], _GO_TEST, go_style=True)
    if flags.on("-c"):
        return ()
    return (_suite(command, flags, flags.positional or (".",)),)


_LISTED = re.compile(r"(\./[^\s|]{0,300})(?: (\w{1,80}) (/[^\s|]{0,300}))?")


def _listed(word: str) -> str:
    """`$(go list ./e2e/... | grep -v x)` is at most `./e2e/...`; a variable in it stays a hole."""
    name = (holes(word) or ("",))[0]
    if not is_hole(word) or not name.startswith("go list "):
        return word
    match = _LISTED.search(name.partition("|")[0])
    if match is None:
        return word
    return match[1] + (hole(match[2]) + match[3] if match[2] else "")


def _suite(command: Command, flags: Flags, packages: tuple[str, ...]) -> GoTest:
    names = ("-cover", "-coverprofile", "-coverpkg", "-covermode")
    return GoTest(
        **place_of(command, phase="test"),
        packages=tuple(_listed(package) for package in packages),
        cover=any(name in flags.values for name in names) and not flags.off("-cover"),
        env=command.env,
    )


def _ginkgo(command: Command) -> tuple[Event, ...]:
    """`ginkgo [run] [flags] [PACKAGES] [-- suite flags]`; no package is the working directory."""
    words = command.argv[1:]
    if words[:1] in (("run",), ("watch",)):
        words = words[1:]
    elif words and words[0] in _GINKGO_OTHER:
        return ()
    flags = read_flags(words, _GINKGO, go_style=True)
    packages = flags.positional or (".",)
    if flags.on("-r") or flags.on("-R"):
        packages = tuple(package.rstrip("/") + "/..." for package in packages)
    return (_suite(command, flags, packages),)


def _run_ginkgo(command: Command, words: list[str]) -> tuple[Event, ...]:
    """`go run github.com/onsi/ginkgo/v2/ginkgo ...`, `go tool ginkgo ...`."""
    while words and words[0].startswith("-"):
        words = words[1:]
    if not words:
        return ()
    name = words[0].partition("@")[0].rpartition("/")[2]
    reader = {"ginkgo": _ginkgo, "gotestsum": _gotestsum}.get(name)
    return reader(replace(command, argv=(name, *words[1:]))) if reader is not None else ()


def _gotestsum(command: Command) -> tuple[Event, ...]:
    """`gotestsum [flags] -- GO TEST FLAGS`; without `--` what is left are packages."""
    flags = read_flags(command.argv[1:], _GOTESTSUM)
    packages = tuple((flags.last("--packages") or "").split())
    if flags.rest is None:
        return (_suite(command, flags, flags.positional or packages or (".",)),)
    inner = read_flags(flags.rest, _GO_TEST, go_style=True)
    return (_suite(command, inner, inner.positional or packages or (".",)),)


def _covdata(command: Command, words: list[str]) -> tuple[Event, ...]:
    """`go tool covdata VERB -i=DIR[,DIR] [-o=FILE]` (go doc cmd/covdata)."""
    if not words or words[0] not in COVDATA_VERBS:
        return ()
    flags = read_flags(
        words[1:], {"-i", "-o", "-pkg", "-coverpkg", "-cpuprofile", "-memprofile"}, go_style=True
    )
    inputs = tuple(part for part in (flags.last("-i") or "").split(",") if part)
    output = flags.last("-o") or command.redirect
    return (Report(**place_of(command), verb=words[0], inputs=inputs, output=output),)


def _cover(command: Command, words: list[str]) -> tuple[Event, ...]:
    """`go tool cover -html=PROFILE [-o FILE]`, `-func=PROFILE`."""
    flags = read_flags(words, {"-html", "-func", "-o", "-mode", "-var"}, go_style=True)
    for verb in ("html", "func"):
        profile = flags.last(f"-{verb}")
        if profile:
            output = flags.last("-o") or command.redirect
            return (Report(**place_of(command), verb=verb, inputs=(profile,), output=output),)
    return ()


GO_TOOLS: dict[str, Callable[[Command], tuple[Event, ...]]] = {
    "go": _go,
    "ginkgo": _ginkgo,
    "gotestsum": _gotestsum,
}
