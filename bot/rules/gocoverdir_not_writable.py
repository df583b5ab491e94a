"""The process may not write into the directory.

What it looks at: the uid that the process runs as (runAsUser, else USER of the image), and owner and mode
of the directory behind the hostPath volume: who makes it on the host or the node, with which mode.

Why it empties the figure: `error: coverage meta-data emit failed: ... permission denied` (own experiment).
DirectoryOrCreate and Docker make directories that root owns with mode 0755, and a mkdir with 0777 is cut to
0755 by the umask (fission#3404, kubernaut PR 46). An emptyDir is writable for all; root may write anywhere.

How to fix: chmod or chown the directory on the host before the cluster starts, or use an emptyDir. There is
no need to run as root.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts import patch
from bot.facts.build import Setting, UserSwitch
from bot.facts.events import DirectoryMake
from bot.facts.joints import ProcessUser, coverage_directory, coverage_volume, process_user
from bot.facts.path import CoveragePath
from bot.facts.writable import Access, host_path_access
from bot.model import Certainty, Evidence, Fix, Link, Missing, Symptom
from bot.rules.registry import Hit, rule

WHY = "Go reports `coverage meta-data emit failed: ... permission denied` on stderr and the program goes on."
NOBODY = 65532


@rule(
    "gocoverdir-not-writable",
    Link.VOLUME,
    title="The process may not write into the directory",
    source="fission#3404, kubernaut PR 46",
    symptom=Symptom.NOTHING,
)
def gocoverdir_not_writable(path: CoveragePath) -> Iterator[Hit | Missing]:
    volume, user = coverage_volume(path), process_user(path)
    if volume is None or volume.kind != "hostPath" or user.uid == 0:
        return
    access = host_path_access(path, NOBODY if user.uid is None else user.uid)
    if access is None or access.writable:
        return
    what = f"whether the process may write into {coverage_directory(path)}"
    if access.writable is None:
        yield Missing(what, access.how, Link.VOLUME, evidence=volume.evidence)
    elif user.uid is not None:
        yield _hit(path, user, access)
    elif path.dockerfile is not None:
        reason = f"{user.reason_unknown}, and {access.how}"
        yield Missing(what, reason, Link.VOLUME, evidence=volume.evidence)


def _hit(path: CoveragePath, user: ProcessUser, access: Access) -> Hit:
    directory = coverage_directory(path)
    text = "Make the host directory writable for all before the cluster is created (chmod 0777), or chown it"
    return Hit(
        f"The process runs as uid {user.uid} and may not write into {directory}: {access.how}.",
        WHY,
        Fix(f"{text} to {user.uid}.", _patch(path, access)),
        (*said_by(user), *access.evidence),
        Certainty.CERTAIN if access.sure else Certainty.LIKELY,
    )


def said_by(user: ProcessUser) -> tuple[Evidence, ...]:
    """The line that sets the uid."""
    return (user.said_by.evidence,) if isinstance(user.said_by, Setting | UserSwitch) else ()


def _patch(path: CoveragePath, access: Access) -> str | None:
    """Adds a chmod after a shell's mkdir on one line; Go code has several shapes and is left alone."""
    makes = [e for e in path.events(DirectoryMake) if e.evidence in access.evidence and e.where == "host"]
    if len(makes) != 1 or not makes[0].evidence.path.endswith((".sh", ".bash")):
        return None
    line = makes[0].evidence.excerpt.strip()
    if not line.startswith("mkdir -p ") or makes[0].evidence.line != makes[0].evidence.end_line:
        return None
    edit = patch.insert_after(path, makes[0].evidence, f"chmod 0777 {line.removeprefix('mkdir -p ')}")
    return patch.diff(path, edit)
