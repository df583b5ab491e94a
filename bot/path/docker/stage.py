"""One stage while it is read: the variables in scope, and what each instruction adds to the image."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.facts.build import CopyFrom, EntryCommand, GoBuild, RunStep, Setting, Stage, UserSwitch
from bot.facts.words import clean_path, hole, known
from bot.model import Evidence, Link, Missing
from bot.path.commands.unwrap import tool_of
from bot.path.docker.calls import DockerCalls
from bot.path.docker.lines import Instruction
from bot.path.docker.run import read_run
from bot.path.docker.users import Accounts
from bot.path.docker.words import expand, json_words, pairs, split_words
from bot.path.shell.state import Scope
from bot.repo.base import File

PLATFORM_ARGS = frozenset(
    f"{side}{part}" for side in ("TARGET", "BUILD") for part in ("PLATFORM", "OS", "ARCH", "VARIANT")
)
"""Set by BuildKit and podman once declared; their values depend on who builds."""

FREE_ARGS = frozenset(
    name
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY")
    for name in (proxy, proxy.lower())
)
"""Build args that need no ARG (Dockerfile reference, "Predefined ARGs")."""

_OF_BASE = (
    *("PATH", "HOME", "USER", "HOSTNAME", "SHELL", "PWD", "OLDPWD", "TERM", "LANG", "LC_ALL", "IFS"),
    *(
        "GOPATH",
        "GOROOT",
        "GOLANG_VERSION",
        "GOTOOLCHAIN",
        "GOCACHE",
        "GOMODCACHE",
        "APP_ROOT",
        "NAME",
        "VERSION",
    ),
    *("?", "$", "!", "0", "-", "_", "RANDOM", "UID", "EUID", "BASH_VERSION"),
)
"""Names that a base image or the shell itself may set: unknown, where others are unset."""

_BASE_WORKDIRS = {
    "golang": "/go",
    "go-toolset": "/opt/app-root/src",
    "alpine": "/",
    "debian": "/",
    "ubuntu": "/",
    "busybox": "/",
    "scratch": "/",
}


@dataclass(slots=True)
class StageReader:
    """Reads the instructions of one stage. `parent` is the stage that FROM names, if it is one."""

    file: File
    escape: str
    index: int
    name: str | None
    base: str
    evidence: Evidence
    global_args: Mapping[str, Setting]
    passed: Mapping[str, Setting]
    parent: StageReader | None = None
    calls: DockerCalls | None = None
    args: list[Setting] = field(default_factory=list)
    env: list[Setting] = field(default_factory=list)
    workdirs: list[Setting] = field(default_factory=list)
    volumes: list[Setting] = field(default_factory=list)
    users: list[UserSwitch] = field(default_factory=list)
    copies: list[CopyFrom] = field(default_factory=list)
    runs: list[RunStep] = field(default_factory=list)
    builds: list[GoBuild] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)
    follow: list[Missing] = field(default_factory=list)
    accounts: Accounts = field(default_factory=Accounts)
    workdir: str | None = None
    shell: str = "sh"
    entrypoint: EntryCommand | None = None
    cmd: EntryCommand | None = None
    stop_signal: Setting | None = None
    own_cmd: bool = False

    def __post_init__(self) -> None:
        if self.parent is None:
            self.workdir = _base_workdir(self.base)
            self._base_users()
            return
        source = self.parent
        self.args, self.env = list(source.args), list(source.env)
        self.workdirs, self.volumes = list(source.workdirs), list(source.volumes)
        self.users, self.accounts = list(source.users), source.accounts.copy()
        self.workdir, self.shell = source.workdir, source.shell
        self.entrypoint, self.cmd, self.stop_signal = source.entrypoint, source.cmd, source.stop_signal

    def _base_users(self) -> None:
        self.accounts.users["nobody"] = (65534, 65534)
        if "distroless" in self.base:
            self.accounts.users["nonroot"] = (65532, 65532)

    def read(self, instruction: Instruction) -> None:
        """Take in one instruction."""
        handler = _HANDLERS.get(instruction.keyword)
        if handler is not None:
            handler(self, instruction, self.file.at(instruction.line, instruction.end_line))

    def stage(self) -> Stage:
        """The stage as read."""
        return Stage(
            index=self.index,
            name=self.name,
            base=self.base,
            evidence=self.evidence,
            args=tuple(self.args),
            env=tuple(self.env),
            workdirs=tuple(self.workdirs),
            copies=tuple(self.copies),
            users=tuple(self.users),
            runs=tuple(self.runs),
            directories=tuple(self.accounts.directories.values()),
            entrypoint=self.entrypoint,
            cmd=self.cmd,
            volumes=tuple(self.volumes),
            stop_signal=self.stop_signal,
        )

    def brought(self) -> list[CopyFrom]:
        """The copies of this stage and of those it is FROM, the latest first."""
        here = list(reversed(self.copies))
        return here if self.parent is None else [*here, *self.parent.brought()]

    def environment(self) -> tuple[Setting, ...]:
        """What a RUN's commands find in their environment: ARGs with a value, then ENVs, which win."""
        found = {name: setting for name, setting in self.passed.items() if name in FREE_ARGS}
        found.update({s.name: s for s in self.args if s.value is not None})
        found.update({s.name: s for s in self.env})
        return tuple(found.values())

    def scope(self) -> Scope:
        """The variables that instructions see."""
        values: dict[str, str | None] = {} if self.base == "scratch" else dict.fromkeys(_OF_BASE)
        values.update({s.name: s.value for s in self.environment()})
        return Scope(values, self.workdir, complete=True)

    def expand(self, text: str) -> str:
        return expand(text, self.scope(), self.escape)

    def owner(self) -> str | None:
        """Who makes what the next RUN makes: the uid as text, None when it cannot be told."""
        if not self.users:
            return "0" if self.parent is None and _base_is_root(self.base) else None
        return None if self.users[-1].uid is None else str(self.users[-1].uid)


def _base_workdir(base: str) -> str | None:
    short = base.partition("@")[0].rpartition("/")[2].partition(":")[0]
    return _BASE_WORKDIRS.get(short)


def _base_is_root(base: str) -> bool:
    """Base images without a USER of their own."""
    return _base_workdir(base) in ("/", "/go") or "ubi-minimal" in base or "ubi-micro" in base


def _arg(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    for name, default in pairs(instruction.value, reader.escape):
        setting = arg_value(name, default, place, reader.passed, reader.expand)
        outer = reader.global_args.get(name)
        if setting.value is None and outer is not None:
            setting = Setting(name, outer.value, place, outer.guards)
        if setting.value is None and any(s.name == name and s.value is not None for s in reader.args):
            continue
        reader.args.append(setting)


def arg_value(
    name: str,
    default: str | None,
    place: Evidence,
    passed: Mapping[str, Setting],
    fill: Callable[[str], str],
) -> Setting:
    """The value of an ARG: what the build passes, else its default; platform args are unknown."""
    given = passed.get(name)
    if given is not None:
        return Setting(name, hole(name) if given.value is None else given.value, place, given.guards)
    if default is not None:
        return Setting(name, fill(default), place)
    return Setting(name, hole(name) if name in PLATFORM_ARGS else None, place)


def _env(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    before = reader.scope()
    for name, value in pairs(instruction.value, reader.escape):
        if value is not None:
            reader.env.append(Setting(name, expand(value, before, reader.escape), place))


def _workdir(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    path = reader.expand(instruction.value)
    if not path.startswith("/"):
        joined = None if reader.workdir is None else posixpath.join(reader.workdir, path)
    else:
        joined = path
    reader.workdir = clean_path(joined) if joined and known(joined) else None
    reader.workdirs.append(Setting("WORKDIR", reader.workdir or path, place))
    if reader.workdir is not None and reader.workdir not in reader.accounts.directories:
        owner = "0" if reader.owner() == "0" else None
        reader.accounts.made(reader.workdir, owner, 0o755, place)


def _user(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    text = reader.expand(instruction.value)
    name, colon, group = text.partition(":")
    known_name = known(name)
    uid = reader.accounts.uid_of(name) if known_name else None
    gid = reader.accounts.gid_of(group) if colon else reader.accounts.users.get(name, (None, None))[1]
    reader.users.append(UserSwitch(text, uid, gid, place))


def _copy(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    words = json_words(instruction.value) or tuple(split_words(instruction.value, reader.escape))
    filled = [reader.expand(word) for word in words]
    if len(filled) < 2:
        return
    source = instruction.flag("from")
    stage = None if source is None else reader.expand(source)
    sources, destination = filled[:-1], filled[-1]
    if stage is not None:
        sources = [item if item.startswith(("/", "$")) else "/" + item.removeprefix("./") for item in sources]
    target = _destination(reader, destination)
    chown, chmod = instruction.flag("chown"), instruction.flag("chmod")
    owner = None if chown is None else reader.expand(chown)
    mode = None if chmod is None else reader.expand(chmod)
    reader.copies.append(CopyFrom(stage, tuple(sources), target, place, owner, mode))
    if target.endswith("/") or any(item.rstrip("/").endswith((".", "/*")) for item in sources):
        path = clean_path(target)
        if path.startswith("/") and path not in reader.accounts.directories:
            reader.accounts.made(path, (owner or "0").partition(":")[0], None, place)


def _destination(reader: StageReader, path: str) -> str:
    """The absolute destination, its trailing slash kept."""
    if path.startswith(("/", "$")) or reader.workdir is None:
        return path
    joined = clean_path(posixpath.join(reader.workdir, path))
    return joined + "/" if path.endswith(("/", ".")) and joined != "/" else joined


def _entry(reader: StageReader, instruction: Instruction, place: Evidence) -> EntryCommand:
    argv = json_words(instruction.value)
    if argv is not None:
        return EntryCommand(argv, False, place)
    return EntryCommand(tuple(split_words(instruction.value, reader.escape)), True, place)


def _entrypoint(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    reader.entrypoint = _entry(reader, instruction, place)
    if not reader.own_cmd:
        reader.cmd = None


def _cmd(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    reader.cmd = _entry(reader, instruction, place)
    reader.own_cmd = True


def _volume(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    words = json_words(instruction.value) or tuple(split_words(instruction.value, reader.escape))
    reader.volumes.extend(Setting("VOLUME", reader.expand(word), place) for word in words)


def _shell(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    argv = json_words(instruction.value)
    reader.shell = tool_of(argv[0]).lower() if argv else reader.shell


def _onbuild(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    reason = "it runs in images that are built from this one"
    reader.missing.append(Missing("an ONBUILD", reason, Link.IMAGE, needed=False, evidence=place))


def _stopsignal(reader: StageReader, instruction: Instruction, place: Evidence) -> None:
    reader.stop_signal = Setting("STOPSIGNAL", reader.expand(instruction.value), place)


_HANDLERS: dict[str, Callable[[StageReader, Instruction, Evidence], None]] = {
    "ARG": _arg,
    "ENV": _env,
    "WORKDIR": _workdir,
    "USER": _user,
    "COPY": _copy,
    "ADD": _copy,
    "RUN": read_run,
    "ENTRYPOINT": _entrypoint,
    "CMD": _cmd,
    "VOLUME": _volume,
    "SHELL": _shell,
    "ONBUILD": _onbuild,
    "STOPSIGNAL": _stopsignal,
}
