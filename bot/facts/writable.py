"""Whether the service's process may write into its coverage directory: uid against owner and mode."""

from __future__ import annotations

from dataclasses import dataclass

from bot.facts.events import DirectoryMake
from bot.facts.joints import coverage_mount, coverage_volume, node_directory
from bot.facts.path import CoveragePath
from bot.facts.places import made_places, mounted_path, mounts_in_reach, same_place
from bot.facts.words import clean_path
from bot.model import Evidence

UMASK = 0o022
"""The usual umask; Go's os.MkdirAll and plain mkdir are cut by it (POSIX mkdir; Go os.MkdirAll)."""
ROOT_OWNED = "root owns it with mode 0755"
PEOPLE = range(500, 60000)
"""Uids that people and CI runners have (GitHub's runner is 1001): the pod's uid may be theirs."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whether a uid may write. `writable` None: cannot be told. `how` says owner and mode in words,
    `sure` is False where the uid could by chance be the owner's."""

    writable: bool | None
    how: str
    evidence: tuple[Evidence, ...]
    sure: bool = True


def host_path_access(path: CoveragePath, uid: int) -> Access | None:
    """What a non-root uid may do in the node directory behind the coverage volume.

    None when the volume is no hostPath, or something prepares it in a way that is not read here (an
    init container, a command on the node).
    """
    volume, directory = coverage_volume(path), node_directory(path)
    if volume is None or directory is None or _prepared_in_pod(path):
        return None
    reach = mounts_in_reach(path)
    on_node = [e for e in path.events(DirectoryMake) if e.where != "host" and _same(e.path, directory)]
    if reach:
        return _of_host(path, mounted_path(path, reach[0][1]), reach[0][1].evidence, on_node, uid)
    if on_node:
        return _made(on_node, uid, volume.evidence, by_root=True)
    if clean_path(directory) in ("/tmp", "/var/tmp"):
        return Access(True, "/tmp is writable for all", (volume.evidence,))
    if path.kind is None:
        return Access(None, "no Kind config was read, which may mount it from the host", (volume.evidence,))
    if volume.host_type not in ("DirectoryOrCreate", None, ""):
        return Access(None, "nothing says who makes it on the node", (volume.evidence,))
    how = f"{directory} on the node is made by the kubelet, so {ROOT_OWNED}"
    return Access(False, how, (volume.evidence,))


def _same(left: str, right: str) -> bool:
    return clean_path(left) == clean_path(right)


def _prepared_in_pod(path: CoveragePath) -> bool:
    """Whether an init container mounts the volume and changes owner or mode."""
    mount, workload = coverage_mount(path), path.workload
    if mount is None or workload is None:
        return False
    for container in workload.containers:
        if container.role == "container" or all(m.volume != mount.volume for m in container.mounts):
            continue
        text = " ".join([*(container.command or ()), *(container.args or ())])
        if "chown" in text or "chmod" in text or "install" in text or not text:
            return True
    return False


def _of_host(
    path: CoveragePath, place: str | None, mount: Evidence, on_node: list[DirectoryMake], uid: int
) -> Access | None:
    made = [event for where, event in made_places(path) if same_place(where, place) is True]
    perhaps = [event for where, event in made_places(path) if same_place(where, place) is None]
    events = sorted([*made, *on_node], key=lambda e: e.order)
    access = _made(events, uid, mount, by_root=False) if events else None
    if perhaps and (access is None or not access.writable):
        how = f"{perhaps[0].path} may be the same directory and is made elsewhere"
        return Access(None, how, (perhaps[0].evidence, mount))
    return access


def _made(events: list[DirectoryMake], uid: int, place: Evidence, *, by_root: bool) -> Access | None:
    """Owner and mode after a series of mkdir, chmod and chown."""
    mode: int | None = 0o755
    owner: str | None = "0" if by_root else None
    for event in events:
        if event.owner is not None:
            owner = event.owner.partition(":")[0]
        if event.chmod:
            mode = event.mode
        elif event.mode is not None:
            mode = event.mode & ~UMASK
    if mode is None:
        return None
    evidence = (*(event.evidence for event in events), place)
    if mode & 0o002 or (owner == str(uid) and mode & 0o200):
        return Access(True, f"mode {mode:04o}", evidence)
    if owner is not None and not owner.isdigit():
        return Access(None, f"its owner {owner} is a name", evidence)
    who = "the user who runs the tests owns it" if owner is None else f"uid {owner} owns it"
    text = f"{events[0].path} is made with mode {mode:04o} and {who}"
    if any(not e.chmod and (e.mode or 0) & UMASK for e in events):
        text += " (the umask cuts the mode that mkdir asks for)"
    return Access(False, text, evidence, sure=owner is not None or uid not in PEOPLE)
