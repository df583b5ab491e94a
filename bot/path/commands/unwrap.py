"""Looks through what stands in front of a command: `sudo`, `env A=b`, `timeout 60`, `sh -c '...'`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from bot.facts.build import Setting
from bot.facts.words import REPO, clean_path, holes
from bot.path.commands.command import Command

MAX_DEPTH = 6
"""How deep wrappers are looked through: `sudo timeout 5 sh -c 'env x sh -c ...'` is deep enough."""

SHELLS = frozenset({"sh", "bash", "dash", "ash", "zsh", "ksh"})

_ASSIGNMENT = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_VERSIONED = re.compile(r"-v?\d+(\.\d+)+[\w.+-]*$")
_LOCATED = re.compile(r"(?:shell )?(?:which|command -v|type -p) ([\w./-]+)")
_TOOL_HOLE = re.compile(r"_?(BINARY|BIN|CMD|COMMAND|EXE|PATH|TOOL|CLI)$", re.IGNORECASE)
_CONTAINER_HOLE = re.compile(
    r"(CONTAINER|DOCKER|OCI|IMAGE|BUILD)_?(RUNTIME|TOOL|ENGINE|CLI|CMD|BIN|BUILDER|MANAGER|COMMAND|EXE)?",
    re.IGNORECASE,
)
_NAMED_TOOLS = frozenset(
    {"kind", "kubectl", "helm", "docker", "podman", "buildah", "nerdctl", "finch", "go", "ginkgo"}
    | {"gotestsum", "kustomize", "skaffold", "ko", "goreleaser", "oc", "make", "codecov", "crictl"}
)


@dataclass(frozen=True, slots=True)
class _Prefix:
    """How a wrapper is called: flags that take a value, and how many words come before the command."""

    valued: Collection[str] = ()
    words: int = 0


_PREFIXES = {
    "sudo": _Prefix(("-u", "-g", "-h", "-p", "-C", "-r", "-t", "-T", "-U", "-D", "--user", "--group")),
    "doas": _Prefix(("-u", "-C")),
    "time": _Prefix(("-o", "-f", "--format", "--output")),
    "timeout": _Prefix(("-s", "-k", "--signal", "--kill-after"), 1),
    "gtimeout": _Prefix(("-s", "-k", "--signal", "--kill-after"), 1),
    "nohup": _Prefix(),
    "nice": _Prefix(("-n", "--adjustment")),
    "ionice": _Prefix(("-c", "-n", "-p")),
    "exec": _Prefix(("-a",)),
    "command": _Prefix(),
    "builtin": _Prefix(),
    "setsid": _Prefix(),
    "chronic": _Prefix(),
    "stdbuf": _Prefix(("-i", "-o", "-e")),
    "flock": _Prefix(("-w", "-E", "--timeout"), 1),
    "xargs": _Prefix(
        ("-n", "-I", "-P", "-L", "-d", "-a", "-s", "-E", "--max-args", "--max-procs", "--delimiter")
    ),
    "unbuffer": _Prefix(),
}


def tool_of(word: str) -> str:
    """The tool a command's first word names: `/usr/bin/kind` and `bin/kind-v0.31.0` are `kind`.

    A hole is taken by its name, as Makefiles name their tools: `${KIND}` is `kind`,
    `${CONTAINER_TOOL}` is `docker`, whose command line the others follow. Otherwise the word itself.
    """
    names = holes(word)
    if names and word.endswith("}"):
        return _tool_of_hole(names[-1]) or word
    name = word.rstrip("/").rpartition("/")[2]
    return _VERSIONED.sub("", name).removesuffix(".exe")


def _tool_of_hole(name: str) -> str | None:
    if located := _LOCATED.match(name):
        return located[1].rpartition("/")[2]
    plain = name.lower()
    short = _TOOL_HOLE.sub("", name).lower()
    for candidate in (plain, short):
        if candidate in _NAMED_TOOLS:
            return candidate
    return "docker" if _CONTAINER_HOLE.fullmatch(name) else None


def unwrap(command: Command) -> tuple[Command, ...]:
    """The commands that a command line really runs, wrappers taken away.

    Usually one; several for `sh -c 'a && b'`; none when nothing is left. Words that begin with
    the repo's own absolute path are turned into paths relative to `cwd`.
    """
    return tuple(_unwrap(_rooted(command), MAX_DEPTH))


def _unwrap(command: Command, depth: int) -> Iterator[Command]:
    command = _leading_assignments(command)
    if not command.argv:
        return
    tool = tool_of(command.argv[0])
    script = inline_script(command.argv)
    if depth and script is not None:
        for inner in _read_script(command, script):
            yield from _unwrap(inner, depth - 1)
    elif depth and tool == "env":
        yield from _unwrap(_env(command), depth - 1)
    elif depth and tool in _PREFIXES and len(command.argv) > 1:
        rest = _behind(command.argv[1:], _PREFIXES[tool])
        if tool == "xargs":
            rest = (*rest, "${" + "xargs" + "}") if rest else ()
        yield from _unwrap(replace(command, argv=rest), depth - 1)
    else:
        yield command


def inline_script(argv: tuple[str, ...]) -> str | None:
    """The text of `sh -c TEXT`, `bash -euxo pipefail -c TEXT` or `eval TEXT`; else None."""
    if not argv:
        return None
    tool = tool_of(argv[0])
    if tool == "eval":
        return " ".join(argv[1:]) or None
    if tool not in SHELLS:
        return None
    for index, word in enumerate(argv[1:], start=1):
        if not word.startswith("-"):
            if argv[index - 1].endswith("o") and argv[index - 1].startswith("-"):
                continue
            return None
        if not word.startswith("--") and "c" in word:
            return argv[index + 1] if index + 1 < len(argv) else None
    return None


def _read_script(command: Command, text: str) -> tuple[Command, ...]:
    """The commands of a script given inline; each keeps the outer command's place and conditions."""
    from bot.path.shell.reader import read_shell

    reading = read_shell(
        text,
        lambda first, last: command.evidence,
        cwd=command.cwd,
        guards=command.guards,
        phase=command.phase,
        entry=command.entry,
        base_env=command.env,
    )
    return tuple(item.command for item in reading.commands if item.taken is not False)


def _leading_assignments(command: Command) -> Command:
    """`A=b cmd` given as words."""
    env, argv = list(command.env), list(command.argv)
    while argv and (match := _ASSIGNMENT.fullmatch(argv[0])):
        env.append(Setting(match[1], match[2], command.evidence))
        argv.pop(0)
    return command if len(argv) == len(command.argv) else replace(command, argv=tuple(argv), env=tuple(env))


def _env(command: Command) -> Command:
    """`env -u X A=b cmd`."""
    rest = _behind(command.argv[1:], _Prefix(("-u", "--unset", "-C", "--chdir", "-S")))
    return replace(command, argv=rest)


def _behind(words: tuple[str, ...], prefix: _Prefix) -> tuple[str, ...]:
    """The words behind a wrapper's own flags and words."""
    at, skip = 0, prefix.words
    while at < len(words):
        word = words[at]
        if word == "--":
            return words[at + 1 :]
        if word.startswith("-") and len(word) > 1:
            at += 2 if word in prefix.valued else 1
        elif skip:
            skip -= 1
            at += 1
        else:
            break
    return words[at:]


def _rooted(command: Command) -> Command:
    """Words that begin with the repo's own place as paths seen from `cwd`."""
    if command.cwd is None or not _mentions_root(command):
        return command
    cwd = command.cwd
    return replace(
        command,
        argv=tuple(unroot(word, cwd) for word in command.argv),
        redirect=unroot(command.redirect, cwd) if command.redirect else command.redirect,
        stdin_file=unroot(command.stdin_file, cwd) if command.stdin_file else command.stdin_file,
    )


def _mentions_root(command: Command) -> bool:
    return any(REPO in word for word in (*command.argv, command.redirect or "", command.stdin_file or ""))


def unroot(word: str, cwd: str) -> str:
    """`${repo}/coverdata` seen from `e2e` is `../coverdata`; also behind `=`, `,` and `@`.

    From an absolute `cwd` nothing can be said: the word stays.
    """
    if REPO not in word or cwd.startswith("/") or holes(cwd):
        return word
    here = clean_path(cwd) if cwd not in ("", ".") else ""
    if here:
        word = re.sub(re.escape(f"{REPO}/{here}") + r"(?:/|(?=$|[,\s:]))", "./", word)
    up = "../" * (here.count("/") + 1) if here else "./"
    pattern = r"(^|[=,@\s])" + re.escape(REPO) + r"(?:/|(?=$|[,\s:]))"
    return re.sub(pattern, lambda match: match[1] + up, word)


def script_words(words: tuple[str, ...]) -> tuple[str, ...]:
    """The script and its arguments behind a shell's own flags: `-eo pipefail x.sh a` is `x.sh a`."""
    at = 0
    while at < len(words) and words[at].startswith("-") and words[at] not in ("-s", "-"):
        at += 2 if words[at].endswith("o") and not words[at].startswith("--") else 1
    return words[at:]
