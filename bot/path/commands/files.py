"""mkdir, chmod, rm, ls, cp, sleep and their like on the machine that runs the test."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.facts.events import Clean, Copy, DirectoryMake, Event, FileCheck, FileMake, Rewrite, Wait
from bot.facts.words import clean_path
from bot.path.commands.command import Command
from bot.path.commands.durations import seconds_of
from bot.path.commands.flags import Flags, read_flags
from bot.path.commands.place import place_of
from bot.path.commands.unwrap import tool_of, unwrap
from bot.path.shell.textfills import fills_of

_OCTAL = re.compile(r"[0-7]{3,4}")
_CLAUSE = re.compile(r"([ugoa]*)([+=-])([rwxXst]*)")
_BITS = {"r": 4, "w": 2, "x": 1, "X": 1}
_SHIFT = {"u": 6, "g": 3, "o": 0}
_FRESH = 0o755
"""The mode of a directory that mkdir made under the usual umask 022 (POSIX, `mkdir`, `umask`)."""

_FILE = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")


def directory_events(command: Command) -> tuple[Event, ...]:
    """mkdir, install -d, chmod and chown as events about directories on the host."""
    maker = _MAKERS.get(tool_of(command.argv[0]))
    return maker(command) if maker is not None else ()


def _mkdir(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], {"-m", "--mode", "-Z", "--context"})
    mode = _mode(flags.last("-m", "--mode"))
    # -m sets the mode as chmod does, whatever the umask (POSIX, `mkdir`)
    return _makes(command, flags.positional, mode, chmod=mode is not None)


def _install(command: Command) -> tuple[Event, ...]:
    valued = {"-m", "--mode", "-o", "--owner", "-g", "--group", "-t", "--target-directory", "-S", "--suffix"}
    flags = read_flags(command.argv[1:], valued)
    words = " ".join(command.argv[1:])
    if not (flags.on("--directory") or re.search(r"(^|\s)-[a-zA-Z]*d", words)):
        return ()
    mode = _mode(flags.last("-m", "--mode")) or _FRESH
    owner = ":".join(part for part in (flags.last("-o", "--owner"), flags.last("-g", "--group")) if part)
    return _makes(command, flags.positional, mode, chmod=True, owner=owner or None)


def _chmod(command: Command) -> tuple[Event, ...]:
    words = [word for word in command.argv[1:] if not re.fullmatch(r"-[Rvcf]+|--[a-z-]+(=.*)?", word)]
    if len(words) < 2:
        return ()
    mode = _mode(words[0])
    if mode is None and _adds_only_execute(words[0]):
        return ()
    paths = [path for path in words[1:] if not _is_file(path)]
    return _makes(command, paths, mode, chmod=True)


def _chown(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], {"--from", "--reference"})
    if len(flags.positional) < 2:
        return ()
    owner, *paths = flags.positional
    return _makes(command, [path for path in paths if not _is_file(path)], None, owner=owner)


def _makes(
    command: Command,
    paths: Iterable[str],
    mode: int | None,
    *,
    chmod: bool = False,
    owner: str | None = None,
) -> tuple[Event, ...]:
    return tuple(
        DirectoryMake(**place_of(command), path=clean_path(path), mode=mode, chmod=chmod, owner=owner)
        for path in paths
        if path
    )


def _mode(text: str | None) -> int | None:
    """An octal mode, or what a symbolic one makes of a fresh directory; None when unknown."""
    if text is None:
        return None
    if _OCTAL.fullmatch(text):
        return int(text, 8)
    mode = _FRESH
    for clause in text.split(","):
        match = _CLAUSE.fullmatch(clause)
        if match is None or (match[3] in ("", "x", "X") and match[2] == "+"):
            return None
        mode = _apply(mode, match[1] or "a", match[2], match[3])
    return mode


def _apply(mode: int, who: str, operator: str, letters: str) -> int:
    bits = 0
    for letter in letters:
        bits |= _BITS.get(letter, 0)
    for target in "ugo" if "a" in who else who:
        shifted = bits << _SHIFT[target]
        if operator == "+":
            mode |= shifted
        elif operator == "-":
            mode &= ~shifted
        else:
            mode = mode & ~(7 << _SHIFT[target]) | shifted
    return mode


def _adds_only_execute(text: str) -> bool:
    return re.fullmatch(r"[ugoa]*\+[xX]", text) is not None


def _is_file(path: str) -> bool:
    """Whether a name looks like a file's: chmod and chown of files do not matter here."""
    return _FILE.search(path.rstrip("/")) is not None


def _remove(command: Command) -> tuple[Event, ...]:
    """`rm -rf DIR`, `rm -f DIR/*`. Removing single files is no cleaning of a directory."""
    flags = read_flags(command.argv[1:], ())
    recursive = any(
        name in ("--recursive", "-r", "-R") or re.fullmatch(r"-[a-zA-Z]*[rR][a-zA-Z]*", name)
        for name in flags.values
    )
    events: list[Event] = []
    for path in flags.positional:
        parent, slash, last = path.rpartition("/")
        if slash and "*" in last and parent:
            events.append(Clean(**place_of(command), path=clean_path(parent)))
        elif recursive and path:
            events.append(Clean(**place_of(command), path=clean_path(path)))
    return tuple(events)


def _find(command: Command) -> tuple[Event, ...]:
    if "-delete" not in command.argv:
        return ()
    roots = []
    for word in command.argv[1:]:
        if word.startswith(("-", "(", "!")):
            break
        roots.append(word)
    return tuple(Clean(**place_of(command), path=clean_path(root)) for root in roots or ["."])


def _list(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], {"-I", "--ignore", "-w", "--width"})
    return tuple(FileCheck(**place_of(command), path=_directory(path)) for path in flags.positional)


def _compgen(command: Command) -> tuple[Event, ...]:
    flags = read_flags(command.argv[1:], {"-A", "-P", "-S", "-W", "-X"})
    return tuple(FileCheck(**place_of(command), path=_directory(path)) for path in flags.positional)


def _directory(path: str) -> str:
    """The directory a glob looks into: `covdata/covmeta.*` is `covdata`."""
    parent, slash, last = path.rpartition("/")
    return clean_path(parent) if slash and parent and "*" in last else clean_path(path)


def _test(command: Command) -> tuple[Event, ...]:
    """`test -d DIR`, `[ -e FILE ]`, `[[ -s FILE ]]`."""
    words = [word for word in command.argv[1:] if word not in ("]", "]]", "!")]
    pairs = itertools.pairwise(words)
    return tuple(
        FileCheck(**place_of(command), path=clean_path(path))
        for operator, path in pairs
        if operator in ("-d", "-e", "-f", "-s") and path
    )


def _copy(command: Command) -> tuple[Event, ...]:
    """`cp -r`, `mv`, `rsync` of coverage files on the host; else a file made from another."""
    flags = read_flags(command.argv[1:], {"-t", "--target-directory", "-S", "-e", "--rsh", "--exclude"})
    target = flags.last("-t", "--target-directory")
    words = (*flags.positional, target) if target else flags.positional
    if len(words) < 2 or ":" in words[0]:
        return ()
    *sources, destination = words
    if any("cov" in word.lower() for word in words):
        return tuple(
            Copy(
                **place_of(command),
                tool=tool_of(command.argv[0]),
                where="host",
                source=clean_path(source.removesuffix("/*")) if source != "/*" else "/",
                destination=destination,
                contents_only=source.endswith(("/.", "/*")),
            )
            for source in sources
        )
    if len(sources) == 1 and _is_file(destination):
        return (FileMake(**place_of(command), path=destination, sources=(sources[0],), method="cp"),)
    return ()


def _untar(command: Command) -> tuple[Event, ...]:
    """`kubectl exec ... tar cf - | tar xf - -C DIR`: where a streamed copy arrives."""
    flags = tar_flags(command.argv[1:])
    if command.piped_from is None or not flags.on("-x", "--extract", "--get"):
        return ()
    target = flags.last("-C", "--directory") or "."
    return tuple(
        replace(event, destination=target)
        for event in _piped_events(command.piped_from)
        if isinstance(event, Copy) and event.destination is None
    )


_TAR = frozenset(
    {"-f", "--file", "-C", "--directory", "--exclude", "-T", "--files-from", "-X", "-b", "-H", "--transform"}
)


def tar_flags(words: Sequence[str]) -> Flags:
    """tar's flags: letters stand together (`-czf -`), the first ones also without a dash (`cf -`)."""
    split: list[str] = []
    for index, word in enumerate(words):
        if index == 0 and word and not word.startswith("-") and word.isalpha():
            word = f"-{word}"
        if not word.startswith("-") or word.startswith("--") or len(word) < 3:
            split.append(word)
            continue
        last = next((n for n, letter in enumerate(word) if n and f"-{letter}" in _TAR), len(word) - 1)
        split += [f"-{letter}" for letter in word[1:last]]
        split.append(f"-{word[last:]}")
    return read_flags(split, _TAR)


def _piped_events(command: Command) -> tuple[Event, ...]:
    from bot.path.commands.classify import events_of

    return events_of(command)


def _sleep(command: Command) -> tuple[Event, ...]:
    """`sleep 5`, `sleep 1m 30s`: units s, m, h, d, added up (coreutils)."""
    parts = [seconds_of(word) for word in command.argv[1:]]
    if not parts:
        return ()
    total = sum(part for part in parts if part is not None)
    return (Wait(**place_of(command), method="sleep", seconds=None if None in parts else total),)


def _filter(command: Command) -> tuple[Event, ...]:
    """`sed`, `envsubst`, `cat`, `yq`, `jq` that write a file from files, or change one in place."""
    if tool_of(command.argv[0]) in ("sed", "gsed", "yq") and any(map(_IN_PLACE.match, command.argv[1:])):
        return (Rewrite(**place_of(command), tool=tool_of(command.argv[0])),)
    if command.redirect is None or command.redirect.startswith("/dev/"):
        return ()
    sources = sources_of(command)
    if not sources:
        return ()
    method = tool_of(command.argv[0])
    fills = fills_of(command)
    return (
        FileMake(**place_of(command), path=command.redirect, sources=sources, method=method, fills=fills),
    )


def sources_of(command: Command | None, depth: int = 5) -> tuple[str, ...]:
    """The files whose text a pipe of filters is made of: `cat a | sed s/x/y/` is `a`."""
    if command is None or depth == 0:
        return ()
    for step in unwrap(command):
        tool = tool_of(step.argv[0])
        if tool in ("curl", "wget"):
            return _fetched(step)
        if tool not in _FILTERS:
            return ()
        if step.stdin_file is not None:
            return (step.stdin_file,)
        found = tuple(word for word in step.argv[1:] if _names_file(word))
        return found or sources_of(step.piped_from, depth - 1)
    return ()


def _names_file(word: str) -> bool:
    """Whether an argument of a filter is a file and not its script: a name with an ending, no blanks."""
    return _is_file(word) and not word.startswith(("-", "s/", "s|")) and not re.search(r"[\s=]", word)


def _fetched(step: Command) -> tuple[str, ...]:
    """What `curl URL` or `wget -O- URL` prints."""
    words = [word for word in step.argv[1:] if not word.startswith("-") and word]
    return tuple(words[-1:])


_IN_PLACE = re.compile(r"-[EnrsP]*i|--in-?place")
_FILTERS = frozenset({"sed", "gsed", "envsubst", "cat", "yq", "jq", "awk", "tee", "ytt", "gomplate"})

_MAKERS: dict[str, Callable[[Command], tuple[Event, ...]]] = {
    "mkdir": _mkdir,
    "install": _install,
    "chmod": _chmod,
    "chown": _chown,
}

FILE_TOOLS: dict[str, Callable[[Command], tuple[Event, ...]]] = {
    **_MAKERS,
    **dict.fromkeys(sorted(_FILTERS), _filter),
    "rm": _remove,
    "find": _find,
    "ls": _list,
    "compgen": _compgen,
    "test": _test,
    "[": _test,
    "[[": _test,
    "cp": _copy,
    "mv": _copy,
    "rsync": _copy,
    "tar": _untar,
    "sleep": _sleep,
}
