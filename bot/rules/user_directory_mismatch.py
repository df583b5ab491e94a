"""The image gives the directory to one user, and the process runs as another.

What it looks at: RUN, COPY and WORKDIR lines that make the coverage directory in the image with an owner,
and the uid that the process runs as. A volume mounted there hides the directory: then this rule is silent.

Why it empties the figure: the process may not write there: `permission denied` (must-gather-operator pull
request 350).

How to fix: chown the directory to the uid that runs, or mount a volume.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.facts.build import DirectoryMade
from bot.facts.joints import coverage_directory, coverage_mount, final_stage, process_user
from bot.facts.path import CoveragePath
from bot.facts.stages import stage_chain
from bot.facts.words import covers, known
from bot.model import Fix, Link, Missing, Symptom
from bot.rules.gocoverdir_not_writable import said_by
from bot.rules.registry import Hit, rule

WHY = "Only the owner may write into a directory with the usual mode 0755."


@rule(
    "user-directory-mismatch",
    Link.IMAGE,
    title="The directory in the image belongs to another user",
    source="openshift/must-gather-operator#350",
    symptom=Symptom.NOTHING,
)
def user_directory_mismatch(path: CoveragePath) -> Iterator[Hit | Missing]:
    directory, user = coverage_directory(path), process_user(path)
    if directory is None or coverage_mount(path) is not None or not user.uid:
        return
    made = _made(path, directory)
    if made is None or made.owner_uid in (None, user.uid) or (made.mode or 0) & 0o022:
        return
    yield Hit(
        f"{directory} in the image belongs to uid {made.owner_uid}, but the process runs as uid {user.uid}.",
        WHY,
        Fix(f"chown {directory} to {user.uid} in the Dockerfile, or run as {made.owner_uid}."),
        (made.evidence, *said_by(user)),
    )


def _made(path: CoveragePath, directory: str) -> DirectoryMade | None:
    """What the image says last about the directory itself, else about the nearest one above it."""
    stages = stage_chain(path.dockerfile, final_stage(path))
    made = [d for stage in reversed(stages) for d in stage.directories if known(d.path)]
    above = [d for d in made if covers(d.path, directory) and d.path != "/"]
    if not above:
        return None
    nearest = max(len(d.path.rstrip("/")) for d in above)
    own = [d for d in above if len(d.path.rstrip("/")) == nearest]
    return next((d for d in reversed(own) if d.owner_uid is not None), own[-1])
