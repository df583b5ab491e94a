"""GOCOVERDIR as the running service sees it: through `/proc/PID/root`, as the service's user.

The only thing written is one small file of a random name that Go's tools ignore, removed at once.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.cluster.client import Object
from bot.cluster.probes.base import ATTACH, Probe, Records
from bot.facts.live import DirectorySeen, FileSeen

PROBE = Probe(
    "directory",
    ATTACH,
    "none of its own: it looks through the container of the probe `process`; writes and removes one file",
    "GOCOVERDIR of the running service: what is there, its mount and owner, whether the service can write",
)
PERMISSIONS = PROBE.permissions

MAX_ENTRIES = 5_000
UNREADABLE = "unreadable"
"""Kind of what the service's user may not even look at."""

SCRIPT = r"""
NL='
'
links=0
resolve() {
  rest=$1; R=
  while [ -n "$rest" ]; do
    part=${rest%%/*}
    case $rest in */*) rest=${rest#*/} ;; *) rest= ;; esac
    case $part in ''|.) continue ;; ..) R=${R%/*}; continue ;; esac
    if [ -L "$ROOT$R/$part" ]; then
      links=$((links+1)); [ $links -gt 40 ] && return 1
      to=$(readlink "$ROOT$R/$part") || return 1
      [ "$R/$part" = /proc/self ] && to=$P
      case $to in /*) R= ;; esac
      rest=$to/$rest
    else R=$R/$part; fi
  done
}
look() {
  ROOT=/proc/$P/root
  if resolve "$1"; then printf 'resolved=%s\0' "$R"; else printf 'loop=1\0'; return; fi
  T=$ROOT$R
  [ -n "$R" ] || T=$T/.
  s=$(stat -c '%u %g %a %F' "$T" 2>&1) || { printf 'staterror=%s\0' "$s"; return; }
  printf 'stat=%s\0' "$s"
  [ -d "$T" ] || return
  printf 'entries='
  (cd "$T" && find . -maxdepth 1 -name 'cov*' ! -name "*$NL*" -exec stat -c '%s %Y %n' {} +) | head -c 1000000
  printf '\0'
  ls "$T" >/dev/null || printf 'unlisted=1\0'
  F=$T/$CC_FILE
  if e=$( (set -C; echo covcheck >"$F") 2>&1 ); then printf 'writable=1\0'
  else printf 'writeerror=%s\0' "$e"; fi
  if [ -e "$F" ]; then rm -f "$F" || printf 'left=1\0'; fi
}
"""
"""`look PATH` prints what is there. `P` is the process, `CC_FILE` the name of the file that is tried."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A line of mountinfo(5): where, which part of the file system, its type, whether it is read-only.

    `device` is `major:minor` of the file system, the same for all mounts of it.
    """

    point: str
    root: str
    fstype: str
    source: str
    read_only: bool
    device: str = ""


def parse_mounts(text: str) -> tuple[Mount, ...]:
    """The mounts of `/proc/PID/mountinfo`; lines that are none are left out."""
    return tuple(mount for line in text.splitlines() if (mount := _mount(line)) is not None)


def _mount(line: str) -> Mount | None:
    before, _, after = line.partition(" - ")
    front, back = before.split(" "), after.split(" ")
    if len(front) < 6 or len(back) < 2:
        return None
    options = {*front[5].split(","), *(back[2].split(",") if len(back) > 2 else ())}
    return Mount(_plain(front[4]), _plain(front[3]), back[0], _plain(back[1]), "ro" in options, front[2])


def _plain(text: str) -> str:
    """Blanks, line ends and backslashes stand as octal numbers in mountinfo."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def mount_of(mounts: tuple[Mount, ...], path: str) -> Mount | None:
    """The mount that holds an absolute path without links: the deepest, of several the last."""
    holding = [mount for mount in mounts if _inside(path, mount.point)]
    return max(reversed(holding), key=lambda mount: len(mount.point), default=None)


def _inside(path: str, above: str) -> bool:
    return above == "/" or path == above or path.startswith(above.rstrip("/") + "/")


def volume_of(container: Object, path: str, mount: Mount | None) -> str | None:
    """The pod's volume that a path of a container lies in; None: the container's own layer.

    `container` is one of the pod's `spec.containers`, `mount` the mount found for the path.
    """
    if mount is None or mount.point == "/":
        return None
    given = [(m["name"], posixpath.normpath(m["mountPath"])) for m in container.get("volumeMounts") or ()]
    exact = [name for name, at in given if at == mount.point]
    if exact:
        return str(exact[-1])
    around = [(name, at) for name, at in given if _inside(path, at)]
    return max(around, key=lambda pair: len(pair[1]))[0] if around else None


def read_directory(told: Records, path: str, container: Object, about: str) -> DirectorySeen | None:
    """The directory from what SCRIPT printed; None when it printed nothing of it. `path` is absolute."""
    resolved = told.get("resolved")
    looped = "loop" in told
    if resolved is None and not looped:
        return None
    real = path if looped else resolved or "/"
    mounts = parse_mounts(told.get("mounts", ""))
    mount = mount_of(mounts, real)
    uid, gid, mode, kind = _stat(told.get("stat", ""))
    error = "Too many levels of symbolic links" if looped else _error(told)
    if looped:
        kind = "symlink"
    elif kind is None and error and not _absent(error):
        kind = UNREADABLE
    seen = PROBE.saw(about, _sentence(path, real, kind, error), _excerpt(told, mount))
    return DirectorySeen(
        path=path,
        kind=kind,
        uid=uid,
        gid=gid,
        mode=mode,
        fstype=mount.fstype if mount else None,
        mount_point=mount.point if mount else None,
        mount_root=mount.root if mount else None,
        read_only=mount.read_only if mount else None,
        writable=_writable(told),
        error=error,
        volume=volume_of(container, real, mount),
        entries=tuple(_entries(told.get("entries", ""))),
        seen=seen,
        resolved=None if looped else real,
    )


def _stat(text: str) -> tuple[int | None, int | None, str | None, str | None]:
    words = text.split(" ", 3)
    if len(words) != 4 or not (words[0].isdigit() and words[1].isdigit()):
        return None, None, None, None
    said = words[3].strip()
    kind = said if said == "directory" else "file" if said.startswith("regular") else "other"
    return int(words[0]), int(words[1]), words[2].zfill(4), kind


def _writable(told: Records) -> bool | None:
    """What the try said; False too where the system refused even to look, with that as the error.

    None where nothing was tried: a file, or links that lead in a circle.
    """
    if "writable" in told:
        return True
    return False if "writeerror" in told or "staterror" in told else None


def _error(told: Records) -> str:
    """What the system said, without the names of program and file in front of it."""
    said = told.get("staterror") or told.get("writeerror") or ""
    return said.strip().splitlines()[-1].rpartition(": ")[2][:200] if said.strip() else ""


def _absent(error: str) -> bool:
    return "No such file" in error or "nonexistent directory" in error or "Not a directory" in error


def _entries(text: str) -> Iterator[FileSeen]:
    for line in text.split("\n")[:MAX_ENTRIES]:
        found = re.fullmatch(r"(\d{1,18}) (\d{1,12}) \./(cov[^/]+)", line)
        if found is not None:
            yield FileSeen(found[3], int(found[1]), float(found[2]))


def _sentence(path: str, real: str, kind: str | None, error: str) -> str:
    where = path if real == path else f"{path} (leads to {real})"
    if kind is None:
        return f"{where} does not exist: {error}" if error else f"{where} does not exist"
    told = {"directory": "is a directory", UNREADABLE: "cannot be looked at"}.get(kind, f"is a {kind}")
    return f"{where} {told}" + (f": {error}" if error else "")


def _excerpt(told: Mapping[str, str], mount: Mount | None) -> str:
    lines = [told["stat"]] if "stat" in told else []
    if mount is not None:
        flag = "ro" if mount.read_only else "rw"
        lines.append(f"{mount.fstype} {flag} on {mount.point} from {mount.source} root {mount.root}")
    return "\n".join(lines)
