"""Calls of os, os/exec, time, runtime: the working directory, files, processes, waiting."""

from __future__ import annotations

from dataclasses import replace

from bot.facts.events import Clean, Copy, DirectoryMake, FileCheck, Wait
from bot.facts.words import hole, known
from bot.path.golang import paths
from bot.path.golang.calls import METHODS, Call, library
from bot.path.golang.values import (
    Buffer,
    Cmd,
    Fault,
    List,
    Many,
    Opaque,
    Piece,
    Place,
    Scalar,
    Test,
    Text,
    Value,
    as_text,
    known_text,
    plain,
    unknown_text,
)
from bot.repo.base import Skip

NANOSECONDS = 1_000_000_000


@library("os.Getenv", "syscall.Getenv")
def _getenv(call: Call) -> Value:
    return variable(call, known_text(call.arg(0)))


def variable(call: Call, name: str | None) -> Text:
    """The value of an environment variable as far as the run's environment is known."""
    if name is None:
        return unknown_text("Getenv()", call.place)
    if name in call.m.set_env:
        return call.m.set_env[name]
    if name in call.m.env:
        return Text((Piece(call.m.env[name], call.place),), env=name, place=call.place)
    return Text((Piece(hole(name), call.place),), env=name, place=call.place)


@library("os.LookupEnv")
def _lookup_env(call: Call) -> Value:
    from bot.path.golang.conditions import is_coverage_variable

    name = known_text(call.arg(0))
    value = variable(call, name)
    if name is not None and (name in call.m.env or name in call.m.set_env):
        return Many([value, Scalar(True)])
    if name is not None and is_coverage_variable(name):
        return Many([value, Test("coverage", f"{name} is set", name)])
    return Many([value, Test("open", f"{name or '?'} is set", name)])


@library("os.ExpandEnv")
def _expand_env(call: Call) -> Value:
    return call.text(0)


@library("os.Setenv")
def _setenv(call: Call) -> Value:
    name = known_text(call.arg(0))
    if name is not None and not any(guard.error_path for guard in call.m.guards):
        call.m.set_env[name] = Text(call.text(1).pieces, place=call.place)
    return Fault()


@library("os.Environ")
def _environ(call: Call) -> Value:
    return List([], "[]string", call.m.guards, place=call.place)


@library("os.Getwd")
def _getwd(call: Call) -> Value:
    cwd = call.m.cwd
    if cwd is None:
        return Many([unknown_text("cwd", call.place), Fault()])
    return Many([plain(f"{paths.REPO}/{cwd}".rstrip("/"), call.place), Fault()])


@library("os.Chdir")
def _chdir(call: Call) -> Value:
    if not any(guard.error_path for guard in call.m.guards):
        call.m.cwd = paths.repo_path(call.text(0).text, call.m.cwd)
    return Fault()


@library("os.TempDir")
def _temp_dir(call: Call) -> Value:
    return plain("/tmp", call.place)


@library("os.MkdirTemp", "io/ioutil.TempDir")
def _mkdir_temp(call: Call) -> Value:
    return Many([unknown_text("temporary directory", call.place), Fault()])


@library("os.UserHomeDir")
def _home(call: Call) -> Value:
    return Many([unknown_text("HOME", call.place), Fault()])


@library("runtime.Caller")
def _caller(call: Call) -> Value:
    path = f"{paths.REPO}/{call.m.frame.source.path}"
    return Many([Opaque("pc"), plain(path, call.place), Scalar(0), Scalar(True)])


@library("os.Stat", "os.Lstat")
def _stat(call: Call) -> Value:
    """Whether a path of the repo exists is known from the tree."""
    text = call.text(0).text
    inside = paths.repo_path(text, call.m.cwd)
    info = Opaque("Stat()", place=call.place)
    if inside is None or not _is_tracked(call, inside):
        return Many([info, Fault(place=call.place, about=text)])
    return Many([info, Fault(not _exists(call, inside), place=call.place, about=text)])


def _is_tracked(call: Call, path: str) -> bool:
    """Directories that a run makes (coverdata, bin) are not in the tree: absent there says nothing."""
    name = path.rpartition("/")[2]
    return (
        _exists(call, path)
        or name in ("go.mod", "go.work", "Makefile", ".git")
        or name.endswith((".yaml", ".yml"))
    )


def _exists(call: Call, path: str) -> bool:
    if path == "" or path in call.m.repo.snapshot.entries:
        return True
    return path in call.m.repo.folders()


@library("os.IsNotExist", "errors.Is", "os.IsExist")
def _is_not_exist(call: Call) -> Value:
    first = call.arg(0)
    if isinstance(first, Fault):
        wanted = call.name != "IsExist"
        if first.failed is not None:
            return Scalar(first.failed == wanted)
        return Test("error", f"{call.name}(err)")
    return Test("open", f"{call.name}(...)")


@library("os.MkdirAll", "os.Mkdir")
def _mkdir(call: Call) -> Value:
    mode = call.arg(1)
    number = mode.value if isinstance(mode, Scalar) and isinstance(mode.value, int) else None
    call.m.recorder.make(DirectoryMake, call.place, path=call.text(0).text, mode=number)
    return Fault()


@library("os.Chmod")
def _chmod(call: Call) -> Value:
    mode = call.arg(1)
    number = mode.value if isinstance(mode, Scalar) and isinstance(mode.value, int) else None
    call.m.recorder.make(DirectoryMake, call.place, path=call.text(0).text, mode=number, chmod=True)
    return Fault()


@library("os.Chown", "os.Lchown")
def _chown(call: Call) -> Value:
    owner = f"{call.text(1).text}:{call.text(2).text}"
    call.m.recorder.make(DirectoryMake, call.place, path=call.text(0).text, owner=owner)
    return Fault()


@library("os.RemoveAll")
def _remove_all(call: Call) -> Value:
    call.m.recorder.make(Clean, call.place, path=call.text(0).text)
    return Fault()


@library(
    "os.ReadDir", "io/ioutil.ReadDir", "path/filepath.Glob", "path/filepath.WalkDir", "path/filepath.Walk"
)
def _read_dir(call: Call) -> Value:
    text = call.text(0).text
    if "cov" in text.lower():
        call.m.recorder.make(FileCheck, call.place, path=text)
    return Many([Opaque(f"{call.name}()", place=call.place), Fault()])


@library("os.CopyFS")
def _copy_fs(call: Call) -> Value:
    call.m.recorder.make(
        Copy,
        call.place,
        tool="os.CopyFS",
        where="host",
        source=call.text(1).text,
        destination=call.text(0).text,
    )
    return Fault()


@library("os.WriteFile", "io/ioutil.WriteFile")
def _write_file(call: Call) -> Value:
    call.m.recorder.written[call.text(0).text] = call.text(1)
    return Fault()


@library("os.CreateTemp", "os.Create", "io/ioutil.TempFile", "os.OpenFile")
def _create(call: Call) -> Value:
    """A file that is written to: its text is found again by its name."""
    made = Buffer([], place=call.place)
    name = (
        call.text(0).text if call.name in ("Create", "OpenFile") else hole(f"temporary {call.text(1).text}")
    )
    call.m.recorder.open_files[id(made)] = name
    call.m.recorder.buffers[name] = made
    return Many([made, Fault()])


def _file_name(call: Call) -> Value | None:
    if isinstance(call.receiver, Buffer) and call.name == "Name":
        name = call.m.recorder.open_files.get(id(call.receiver))
        return plain(name, call.place) if name else None
    return None


@library("os.ReadFile", "io/ioutil.ReadFile")
def _read_file(call: Call) -> Value:
    """A file of the repo that is read in order to be applied keeps its name."""
    written = call.m.recorder.written.get(call.text(0).text)
    if written is None:
        written = _manifest(call)
    if written is not None:
        return Many([written, Fault()])
    return Many(
        [Opaque("ReadFile()", "os.ReadFile", (("ReadFile", tuple(call.args)),), place=call.place), Fault()]
    )


def _manifest(call: Call) -> Text | None:
    """The text of a YAML file of the repo: suites replace words in it and apply it."""
    path = paths.repo_path(call.text(0).text, call.m.cwd)
    if (
        path is None
        or not path.endswith((".yaml", ".yml", ".yaml.tmpl", ".yml.tmpl"))
        or not _exists(call, path)
    ):
        return None
    file = call.m.repo.snapshot.read(path)
    if isinstance(file, Skip):
        return None
    place = Place(replace(call.m.frame.source, file=file), 1, len(file.lines))
    return Text((Piece(file.text, place, raw=True),), place=place)


@library("os/exec.Command", "os/exec.CommandContext")
def _command(call: Call) -> Value:
    args = call.args[1:] if call.name == "CommandContext" else call.args
    items: list[Value] = []
    for arg in args:
        if isinstance(arg, List) and arg.type == "...":
            items += arg.items
        elif isinstance(arg, Opaque) and arg is args[-1] and len(args) > 1:
            items.append(unknown_text(arg.name, arg.place))
        else:
            items.append(as_text(arg).under(arg.guards))
    argv = List(items, "[]string", call.m.guards, place=call.place)
    return Cmd(argv, place=call.place, trail=(call.place, *call.m.trail()))


@library("os/exec.LookPath")
def _look_path(call: Call) -> Value:
    return Many([call.text(0), Fault(place=call.place)])


_RUNS = {"Run": 0, "Start": 0, "Output": 1, "CombinedOutput": 1}


def _cmd_method(call: Call) -> Value | None:
    cmd = call.receiver
    if not isinstance(cmd, Cmd):
        return None
    if call.name in _RUNS:
        call.m.recorder.run(cmd)
        error = Fault(place=call.place)
        output = Opaque("output", "command", (("run", tuple(cmd.argv.items[:12])),), place=call.place)
        return Many([output, error]) if _RUNS[call.name] else error
    match call.name:
        case "StdinPipe":
            cmd.stdin = Buffer([], place=call.place)
            return Many([cmd.stdin, Fault()])
        case "String":
            return unknown_text("command", call.place)
        case "Wait":
            return Fault()
        case _:
            return Opaque(call.name, place=call.place)


@library("time.Sleep")
def _sleep(call: Call) -> Value:
    call.m.recorder.make(Wait, call.place, method="sleep", seconds=seconds(call.arg(0)))
    return Scalar(None)


@library("time.After")
def _after(call: Call) -> Value:
    return call.unknown()


def seconds(value: Value | None) -> float | None:
    """A time.Duration in seconds, also Gomega's `"30s"` and plain numbers of seconds."""
    if (
        isinstance(value, Scalar)
        and isinstance(value.value, (int, float))
        and not isinstance(value.value, bool)
    ):
        return value.value / NANOSECONDS
    text = known_text(value)
    if text and known(text) and text[:-1].replace(".", "", 1).isdecimal() and text[-1] in "smh":
        return float(text[:-1]) * {"s": 1, "m": 60, "h": 3600}[text[-1]]
    return None


METHODS += [_cmd_method, _file_name]
