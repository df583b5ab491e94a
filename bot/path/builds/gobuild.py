"""Reads a command line as a Go build: go build, go install, ko, tinygo, garble."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from bot.facts.build import GoBuild, Setting, ShellTest
from bot.facts.words import REPO, clean_path, known
from bot.path.builds.goflags import GoFlags, read_arguments, read_goflags
from bot.path.commands.command import Command
from bot.path.commands.unwrap import tool_of

_VERBS = {"go": ("build", "install"), "tinygo": ("build",), "garble": ("build", "install")}
_KO_VERBS = ("build", "publish", "apply", "resolve", "create", "run")
_KO_VALUED = frozenset(
    {"-t", "--tags", "--platform", "-L", "--bare", "--sbom", "--image-label", "-j", "--jobs"}
)


def go_build(
    command: Command,
    *,
    stage: int | None = None,
    taken: bool | None = True,
    tests: Iterable[ShellTest] = (),
) -> GoBuild | None:
    """The Go build that a command is, with its effective flags, or None for any other command.

    GOFLAGS counts as the command's environment has it, then the command line. `cover` is None when
    GOFLAGS or a word that may be a flag is not known. `go test -c` is no build of a service.
    """
    found = _split(command.argv)
    if found is None:
        return None
    tool, words = found
    flags, setting = GoFlags(), _goflags(command)
    if setting is not None and tool != "tinygo":
        read_goflags(flags, setting.value or "")
    if tool == "ko":
        flags.positional.extend(_ko_packages(words))
    else:
        read_arguments(flags, words)
    return _build(command, tool, flags, setting, stage, taken, tuple(tests))


def _build(
    command: Command,
    tool: str,
    flags: GoFlags,
    setting: Setting | None,
    stage: int | None,
    taken: bool | None,
    tests: tuple[ShellTest, ...],
) -> GoBuild:
    return GoBuild(
        tool=tool,
        argv=command.argv,
        evidence=command.evidence,
        packages=tuple(flags.positional),
        output=flags.values.get("o"),
        cover=_cover(tool, flags),
        coverpkg=flags.listed("coverpkg"),
        covermode=flags.values.get("covermode"),
        buildmode=flags.values.get("buildmode"),
        ldflags=flags.values.get("ldflags"),
        tags=flags.listed("tags"),
        all_flags=tuple(flags.words),
        goflags=setting,
        env=command.env,
        stage=stage,
        workdir=_workdir(command.cwd, flags.values.get("C")),
        taken=taken,
        tests=tests,
        guards=command.guards,
    )


def _cover(tool: str, flags: GoFlags) -> bool | None:
    """TinyGo has no -cover; ko takes further flags from its .ko.yaml."""
    if tool == "tinygo":
        return False
    return (flags.cover or None) if tool == "ko" else flags.cover


def _split(argv: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The tool and the words behind its verb."""
    if not argv:
        return None
    tool = tool_of(argv[0])
    if tool == "go" or (tool.startswith("go1.") and known(tool)):
        return _go(argv)
    if tool in ("tinygo", "garble"):
        return _behind_verb(tool, argv[1:])
    if tool == "ko":
        verb = next((word for word in argv[1:] if not word.startswith("-")), "")
        return ("ko", argv[argv.index(verb) + 1 :]) if verb in _KO_VERBS else None
    return None


def _go(argv: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """`go build`, `go -C dir build` (Go 1.20 takes -C only behind the verb) and `go run tool build`."""
    words = argv[1:]
    if words[:1] and words[0] in _VERBS["go"]:
        return "go", words[1:]
    if words[:1] == ("run",):
        for index, word in enumerate(words[1:], start=1):
            name = word.partition("@")[0].rstrip("/")
            if name in ("mvdan.cc/garble", "github.com/google/ko"):
                return _split((name.rpartition("/")[2], *words[index + 1 :]))
    return None


def _behind_verb(tool: str, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """`garble -literals build ./x`: the tool's own flags stand before its verb."""
    for index, word in enumerate(words):
        if word in _VERBS[tool]:
            return tool, words[index + 1 :]
        if not word.startswith("-"):
            return None
    return None


def _ko_packages(words: tuple[str, ...]) -> tuple[str, ...]:
    packages, queue = [], list(words)
    while queue:
        word = queue.pop(0)
        if word in _KO_VALUED and queue:
            queue.pop(0)
        elif not word.startswith("-"):
            packages.append(word)
    return tuple(packages)


def _goflags(command: Command) -> Setting | None:
    """GOFLAGS as the command sees it: the last setting of its environment."""
    return next((s for s in reversed(command.env) if s.name == "GOFLAGS" and s.value is not None), None)


def _workdir(cwd: str | None, change: str | None) -> str | None:
    if change is None:
        return cwd
    if not known(change.removeprefix(REPO)):
        return None
    if change.startswith(REPO):
        cwd, change = "", change[len(REPO) :].lstrip("/")
    if change.startswith("/"):
        return clean_path(change)
    if cwd is None:
        return None
    joined = clean_path(posixpath.join(cwd, change))
    return "" if joined == "." else joined
