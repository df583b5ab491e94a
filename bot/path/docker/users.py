"""Users, groups and directories that commands of a RUN make in an image."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field, replace

from bot.facts.build import DirectoryMade
from bot.facts.words import clean_path, covers, known
from bot.model import Evidence
from bot.path.commands.command import Command
from bot.path.commands.flags import Flags, read_flags
from bot.path.commands.unwrap import tool_of

MAX_DIRECTORIES = 200

_OF_EVERY_BASE = frozenset(
    {
        "/",
        "/bin",
        "/etc",
        "/home",
        "/lib",
        "/mnt",
        "/opt",
        "/root",
        "/run",
        "/sbin",
        "/srv",
        "/tmp",
        "/usr",
        "/var",
    }
    | {
        "/usr/bin",
        "/usr/lib",
        "/usr/local",
        "/usr/local/bin",
        "/usr/sbin",
        "/usr/share",
        "/var/lib",
        "/var/log",
    }
)

_USERADD = ("-b", "-c", "-d", "-e", "-f", "-g", "-G", "-h", "-k", "-K", "-p", "-s", "-u", "-Z")
_USERADD_LONG = (
    *("--base-dir", "--comment", "--conf", "--firstgid", "--firstuid", "--gecos", "--gid", "--groups"),
    *(
        "--home",
        "--home-dir",
        "--ingroup",
        "--lastgid",
        "--lastuid",
        "--password",
        "--shell",
        "--skel",
        "--uid",
    ),
)
_PASSWD = re.compile(r"([a-z_][\w.-]*):[^:\s]*:(\d{1,10}):(\d{1,10}):")
_OWNER = re.compile(r"([^:.]*)(?:[:.](.*))?")


@dataclass(frozen=True, slots=True)
class Maker:
    """Who runs a command, and whether it certainly runs."""

    uid: int | None
    certain: bool


@dataclass(slots=True)
class Accounts:
    """Names known in a stage (None: the name exists, its number is not told) and directories made."""

    users: dict[str, tuple[int | None, int | None]] = field(default_factory=lambda: {"root": (0, 0)})
    groups: dict[str, int | None] = field(default_factory=lambda: {"root": 0})
    directories: dict[str, DirectoryMade] = field(default_factory=dict)

    def copy(self) -> Accounts:
        return Accounts(dict(self.users), dict(self.groups), dict(self.directories))

    def uid_of(self, name: str) -> int | None:
        """The uid of a number or a name."""
        if name.isascii() and name.isdigit():
            return int(name[:10])
        return self.users.get(name, (None, None))[0]

    def gid_of(self, name: str) -> int | None:
        if name.isascii() and name.isdigit():
            return int(name[:10])
        return self.groups.get(name)

    def made(self, path: str, owner: str | None, mode: int | None, place: Evidence) -> None:
        """A directory comes to be. Those that every base image has are there already, as they are."""
        if clean_path(path) in _OF_EVERY_BASE and owner is not None:
            return
        if known(path) and len(self.directories) < MAX_DIRECTORIES:
            uid = None if owner is None else self.uid_of(owner)
            self.directories[clean_path(path)] = DirectoryMade(clean_path(path), uid, owner, mode, place)

    def learn(self, command: Command, maker: Maker) -> None:
        """Take in what a command does to users and directories."""
        if not command.argv:
            return
        act = _ACTS.get(tool_of(command.argv[0]))
        if act is not None:
            act(self, command, maker)


def _user_add(accounts: Accounts, command: Command, maker: Maker) -> None:
    busybox = tool_of(command.argv[0]) == "adduser"
    flags = read_flags(command.argv[1:], (*_USERADD, *_USERADD_LONG))
    if not flags.positional:
        return
    name = flags.positional[-1 if not busybox else 0]
    number = flags.last("-u", "--uid") or ""
    uid = int(number) if number.isascii() and number.isdigit() and len(number) < 11 else None
    group = flags.last("-G", "--ingroup", "--gid") if busybox else flags.last("-g", "--gid")
    gid = accounts.gid_of(group) if group else uid
    accounts.users[name] = (uid, gid) if maker.certain else (None, None)
    if group is None:
        accounts.groups.setdefault(name, uid if maker.certain else None)


def _user_mod(accounts: Accounts, command: Command, maker: Maker) -> None:
    flags = read_flags(command.argv[1:], (*_USERADD, *_USERADD_LONG, "-l"))
    number = flags.last("-u", "--uid")
    if number is None or not flags.positional:
        return
    uid = int(number) if number.isascii() and number.isdigit() and maker.certain else None
    accounts.users[flags.positional[-1]] = (uid, accounts.users.get(flags.positional[-1], (None, None))[1])


def _group_add(accounts: Accounts, command: Command, maker: Maker) -> None:
    flags = read_flags(command.argv[1:], ("-g", "--gid", "-K", "-p"))
    if flags.positional:
        number = flags.last("-g", "--gid") or ""
        gid = int(number) if number.isascii() and number.isdigit() and maker.certain else None
        accounts.groups[flags.positional[0]] = gid


def _passwd(accounts: Accounts, command: Command, maker: Maker) -> None:
    """`echo "app:x:1001:0::/:/bin/sh" >> /etc/passwd`, also through tee."""
    target = command.redirect or ""
    text = " ".join(command.argv[1:]) if command.argv[0] != "tee" else (command.stdin or "")
    if command.argv[0] == "tee":
        target = command.argv[-1]
    if not target.endswith("/etc/passwd"):
        return
    for match in _PASSWD.finditer(text.replace("\\n", "\n")[:10_000]):
        accounts.users[match[1]] = (int(match[2]), int(match[3])) if maker.certain else (None, None)


def _paths(command: Command, words: tuple[str, ...]) -> list[str]:
    """Absolute paths of words; those that cannot be told are left out."""
    found = []
    for word in words:
        if word.startswith("/"):
            found.append(word)
        elif command.cwd and command.cwd.startswith("/") and not word.startswith("$"):
            found.append(posixpath.join(command.cwd, word))
    return [path for path in found if known(path)]


def _mode(text: str | None) -> int | None:
    return int(text, 8) if text and re.fullmatch(r"[0-7]{3,5}", text) else None


def _mkdir(accounts: Accounts, command: Command, maker: Maker) -> None:
    flags = read_flags(command.argv[1:], ("-m", "--mode"))
    mode = _mode(flags.last("-m", "--mode")) if flags.last("-m", "--mode") else 0o755
    for path in _paths(command, flags.positional):
        if clean_path(path) not in accounts.directories:
            _make(accounts, path, None if maker.uid is None else str(maker.uid), mode, command, maker)


def _install(accounts: Accounts, command: Command, maker: Maker) -> None:
    flags = read_flags(command.argv[1:], ("-m", "--mode", "-o", "--owner", "-g", "--group"))
    if not flags.on("-d", "--directory"):
        return
    owner = flags.last("-o", "--owner") or (None if maker.uid is None else str(maker.uid))
    mode = _mode(flags.last("-m", "--mode")) if flags.last("-m", "--mode") else 0o755
    for path in _paths(command, flags.positional):
        _make(accounts, path, owner, mode, command, maker)


def _make(
    accounts: Accounts, path: str, owner: str | None, mode: int | None, command: Command, maker: Maker
) -> None:
    accounts.made(path, owner if maker.certain else None, mode if maker.certain else None, command.evidence)


def _recursive(flags: Flags) -> bool:
    return flags.on("-R", "--recursive")


def _chown(accounts: Accounts, command: Command, maker: Maker) -> None:
    flags = read_flags(command.argv[1:], ())
    if len(flags.positional) < 2:
        return
    match = _OWNER.fullmatch(flags.positional[0])
    owner = match[1] if match else ""
    if not owner:
        return
    for path in _paths(command, flags.positional[1:]):
        _change(accounts, path, flags, command, maker, owner=owner)


def _chmod(accounts: Accounts, command: Command, maker: Maker) -> None:
    words = [word for word in command.argv[1:] if not re.fullmatch(r"-[Rvcf]+|--recursive", word)]
    if len(words) < 2:
        return
    flags = read_flags([word for word in command.argv[1:] if word not in words], ())
    for path in _paths(command, tuple(words[1:])):
        _change(accounts, path, flags, command, maker, mode=words[0])


def _change(
    accounts: Accounts,
    path: str,
    flags: Flags,
    command: Command,
    maker: Maker,
    *,
    owner: str | None = None,
    mode: str | None = None,
) -> None:
    """chown or chmod of a path: of the directories known at or below it, or of a new one with -R."""
    target = clean_path(path)
    if target not in accounts.directories and _recursive(flags):
        accounts.made(target, None, None, command.evidence)
    for name, made in list(accounts.directories.items()):
        if name == target or (_recursive(flags) and covers(target, name)):
            changed = _changed(accounts, made, owner, mode, maker)
            accounts.directories[name] = replace(changed, evidence=command.evidence)


def _changed(
    accounts: Accounts, made: DirectoryMade, owner: str | None, mode: str | None, maker: Maker
) -> DirectoryMade:
    if owner is not None:
        uid = accounts.uid_of(owner) if maker.certain else None
        return replace(made, owner_uid=uid, owner_text=owner if maker.certain else None)
    return replace(made, mode=_mode(mode) if maker.certain else None)


_ACTS = {
    "useradd": _user_add,
    "adduser": _user_add,
    "usermod": _user_mod,
    "groupadd": _group_add,
    "addgroup": _group_add,
    "echo": _passwd,
    "printf": _passwd,
    "tee": _passwd,
    "mkdir": _mkdir,
    "install": _install,
    "chown": _chown,
    "chmod": _chmod,
}
